"""Densities that are fitted without gradient descent: a mixture of Gaussians, and a Gaussian for each class.

Source: Bishop 2006, Pattern Recognition and Machine Learning, sections 9.2 and 4.2. The Gaussians describe codes of the
pictures: their principal components, or the codes of an autoencoder that is trained at the same time.
"""

from __future__ import annotations

import importlib
import math
import warnings
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float, Int, UInt8
from torch import Tensor, nn
from torch.nn.functional import mse_loss

from gan_zoo.errors import UserError
from gan_zoo.imaging.images import to_float, to_uint8
from gan_zoo.layers.residual import pyramid, residual_encoder, residual_generator, stem_size
from gan_zoo.models.base import Batch, Optimizers
from gan_zoo.models.kinds import Density
from gan_zoo.models.registry import register

# The number of pictures that are encoded at once.
BATCH = 256


@dataclass(frozen=True)
class FittedConfig:
    size: int = 28
    """height and width of the pictures in pixels"""
    channels: int = 1
    """channels of the pictures: 1 for grey, 3 for colour"""
    latent_size: int = 41
    """numbers in a latent: one selects a Gaussian, and the others, as many as in a code, select a point of it"""
    remembered: int = 8192
    """number of pictures to fit to, the first ones of the training"""
    ridge: float = 1e-3
    """constant that is added to the variances of the code, which are about 1"""

    def __post_init__(self) -> None:
        if self.latent_size < 3:
            raise ValueError(f"latent_size is {self.latent_size}; it must be at least 3")


@dataclass(frozen=True)
class MixtureConfig(FittedConfig):
    gaussians: int = 30
    """number of Gaussians"""


@dataclass(frozen=True)
class CodeMixtureConfig(MixtureConfig):
    width: int = 16
    """channels of the autoencoder's layers nearest the picture; each halving of the size doubles them"""
    max_width: int = 64
    """largest number of channels of a layer"""

    def __post_init__(self) -> None:
        super().__post_init__()
        stem_size(self.size)


@dataclass(frozen=True)
class BayesConfig(FittedConfig):
    classes: int = 10
    """number of classes of the pictures; each class has a Gaussian"""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.classes < 2:
            raise ValueError(f"classes is {self.classes}; it must be at least 2: choose data with labels")


class Components(nn.Module):
    """The principal components of pictures, scaled to variance 1 (sklearn's `PCA`)."""

    mean: Tensor
    axes: Tensor
    spread: Tensor

    def __init__(self, count: int, shape: tuple[int, int, int]) -> None:
        super().__init__()
        pixels = math.prod(shape)
        self.shape = shape
        self.register_buffer("mean", torch.zeros(pixels))
        self.register_buffer("axes", torch.zeros(count, pixels))
        self.register_buffer("spread", torch.ones(count))

    def fit(self, images: Float[Tensor, "n c h w"]) -> None:
        """Compute the components of `images`. With fewer pictures than components, the remaining components are zero."""
        pixels = images.flatten(1).cpu().numpy()
        count = min(len(self.axes), len(pixels) - 1)
        found = _sklearn("decomposition").PCA(count, random_state=0).fit(pixels)
        self.mean.copy_(torch.from_numpy(found.mean_))
        self.axes.zero_()[:count] = torch.from_numpy(found.components_)
        self.spread.fill_(1.0)[:count] = torch.from_numpy(found.explained_variance_).sqrt().clamp(min=1e-6)

    def encode(self, images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n d"]:
        return (images.flatten(1) - self.mean) @ self.axes.T / self.spread

    def decode(self, code: Float[Tensor, "n d"]) -> Float[Tensor, "n c h w"]:
        return (self.mean + (code * self.spread) @ self.axes).clamp(-1, 1).unflatten(1, self.shape)


class Narrows(nn.Module):
    """An autoencoder whose code has variance 1 in each number."""

    def __init__(self, config: CodeMixtureConfig) -> None:
        super().__init__()
        c = config
        size, widths = c.latent_size - 1, pyramid(c.size, c.width, c.max_width)
        self.encode = nn.Sequential(
            residual_encoder(c.channels, c.size, widths, size, bias=False), nn.BatchNorm1d(size, affine=False)
        )
        self.decode = residual_generator(size, c.channels, c.size, widths)


class Gaussians(nn.Module):
    """Weighted Gaussians, stored as weights, means and Cholesky roots of the covariances."""

    weights: Tensor
    means: Tensor
    roots: Tensor

    def __init__(self, count: int, size: int) -> None:
        super().__init__()
        self.register_buffer("weights", torch.full((count,), 1 / count))
        self.register_buffer("means", torch.zeros(count, size))
        self.register_buffer("roots", torch.eye(size).expand(count, -1, -1).clone())

    def fit(self, codes: Float[Tensor, "n d"], ridge: float) -> None:
        """Fit the Gaussians by expectation maximisation (sklearn's `GaussianMixture`); few codes give fewer Gaussians."""
        count = min(len(self.weights), max(1, len(codes) // 2))
        found = _sklearn("mixture").GaussianMixture(count, reg_covar=ridge, random_state=0)
        with warnings.catch_warnings():  # a fit that has not converged after 100 rounds is good enough
            warnings.simplefilter("ignore")
            found.fit(codes.cpu().double().numpy())
        self.weights.zero_()[:count] = torch.from_numpy(found.weights_)
        self.means[:count] = torch.from_numpy(found.means_)
        self.roots[:count] = torch.linalg.cholesky(torch.from_numpy(found.covariances_))

    def place(self, z: Float[Tensor, "n z"], which: Int[Tensor, "n"] | None = None) -> Float[Tensor, "n d"]:
        """Map latents to codes.

        The first number of a latent selects a Gaussian, unless `which` does; the others select a point of it.
        """
        if which is None:
            share = torch.special.ndtr(z[:, 0].detach().float()).contiguous()
            which = torch.searchsorted(self.weights.float().cumsum(0), share).clamp(max=len(self.weights) - 1)
        return self.means[which] + torch.einsum("nij,nj->ni", self.roots[which], z[:, 1:])

    def densities(self, code: Float[Tensor, "n d"]) -> Float[Tensor, "n k"]:
        """The logarithm of weight times density of each Gaussian at the codes, in nats."""
        away = (code[:, None] - self.means).transpose(0, 1).transpose(1, 2)  # k d n
        whitened = torch.linalg.solve_triangular(self.roots, away, upper=False)
        volume = self.roots.diagonal(dim1=1, dim2=2).log().sum(1)
        constant = code.shape[1] / 2 * math.log(2 * math.pi)
        return (self.weights.log() - volume - constant)[None] - whitened.square().sum(1).T / 2


class Memory(nn.Module):
    """A store of the first training pictures, as bytes, and of their classes if they have any."""

    pictures: Tensor
    labels: Tensor
    held: Tensor
    batches: Tensor

    def __init__(self, size: int, shape: tuple[int, int, int]) -> None:
        super().__init__()
        self.register_buffer("pictures", torch.zeros(size, *shape, dtype=torch.uint8))
        self.register_buffer("labels", torch.zeros(size, dtype=torch.int64))
        self.register_buffer("held", torch.zeros((), dtype=torch.int64))
        self.register_buffer("batches", torch.zeros((), dtype=torch.int64))

    def add(self, images: UInt8[Tensor, "n c h w"], labels: Int[Tensor, "n"] | None) -> bool:
        """Store as much of the batch as there is room for; returns false if there is none."""
        start = int(self.held)
        kept = images[: len(self.pictures) - start]
        self.pictures[start : start + len(kept)] = kept
        if labels is not None:
            self.labels[start : start + len(kept)] = labels[: len(kept)]
        self.held += len(kept)
        self.batches += 1
        return len(kept) > 0

    @property
    def images(self) -> Float[Tensor, "n c h w"]:
        return to_float(self.pictures[: int(self.held)])


class Fitted(Density):
    """Gaussians of codes, fitted at steps 1, 2, 4, 8 and so on to all pictures so far."""

    PUBLISHED = ("codec", "gaussians")
    FITTED = True
    codec: Any

    def __init__(self, config: Any, gaussians: int) -> None:
        super().__init__(config)
        self.gaussians = Gaussians(gaussians, config.latent_size - 1)
        self.memory = Memory(config.remembered, self.image_shape)

    @property
    def device(self) -> torch.device:
        return self.gaussians.means.device

    def sample(self, z: Float[Tensor, "n z"], label: Int[Tensor, "n"] | None = None) -> Float[Tensor, "n c h w"]:
        return self.codec.decode(self.gaussians.place(z))

    def densities(self, images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n k"]:
        """The logarithm of weight times density of each Gaussian at the codes of pictures, in nats."""
        return self.gaussians.densities(self.codec.encode(images).float())

    def score(self, images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n"]:
        """The logarithm of the density of the codes of pictures, in nats; details that the code omits don't count."""
        return self.densities(images).logsumexp(1)

    def training_step(self, batch: Batch, optimizers: Optimizers) -> dict[str, Tensor]:
        """Store the batch, fit the Gaussians if the step is a power of two, and return the negative score of the batch."""
        new = self.memory.add(to_uint8(batch["image"]), batch.get("label"))
        batches = int(self.memory.batches)
        if (new or optimizers) and batches & (batches - 1) == 0:
            self.fit()
        with torch.no_grad(), torch.autocast(self.device.type, enabled=False):
            return {"loss": -self.score(batch["image"]).mean()}

    def fit(self) -> None:
        """Fit the Gaussians, and the codec if it can be fitted, to the stored pictures."""
        raise NotImplementedError

    @torch.no_grad()
    def codes(self) -> Float[Tensor, "n d"]:
        """The codes of the stored pictures, computed in evaluation mode."""
        training = self.training
        self.eval()
        with torch.autocast(self.device.type, enabled=False):
            codes = torch.cat([self.codec.encode(part) for part in self.memory.images.split(BATCH)])
        self.train(training)
        return codes


@register("mixture")
class Mixture(Fitted):
    """A mixture of Gaussians on the principal components of pictures, without any network or gradient."""

    Config = MixtureConfig
    TINY = MixtureConfig(size=8, latent_size=4, gaussians=2, remembered=32)
    LEARNING_RATES = {}

    def __init__(self, config: MixtureConfig) -> None:
        super().__init__(config, config.gaussians)
        self.codec = Components(config.latent_size - 1, self.image_shape)

    def fit(self) -> None:
        self.codec.fit(self.memory.images)
        self.gaussians.fit(self.codes(), self.config.ridge)


@register("code_mixture")
class CodeMixture(Fitted):
    """A mixture of Gaussians on the codes of an autoencoder, which is trained at the same time.

    The number of training steps should be a power of two, so that the last fit uses the final autoencoder.
    """

    Config = CodeMixtureConfig
    TINY = CodeMixtureConfig(size=8, latent_size=4, gaussians=2, remembered=32, width=4)
    LEARNING_RATES = {"codec": 1e-3}

    def __init__(self, config: CodeMixtureConfig) -> None:
        super().__init__(config, config.gaussians)
        self.codec = Narrows(config)

    def training_step(self, batch: Batch, optimizers: Optimizers) -> dict[str, Tensor]:
        images = batch["image"]
        optimizers["codec"].zero_grad()
        loss = mse_loss(self.codec.decode(self.codec.encode(images)).float(), images)
        loss.backward()
        optimizers["codec"].step()
        fitted = super().training_step(batch, optimizers)
        return {"loss": loss.detach(), "surprise": fitted["loss"]}

    def fit(self) -> None:
        self.gaussians.fit(self.codes(), self.config.ridge)


@register("bayes")
class Bayes(Fitted):
    """A Bayes classifier with a Gaussian for each class, which can also draw pictures of a class."""

    Config = BayesConfig
    TINY = BayesConfig(size=8, latent_size=4, classes=2, remembered=32)
    LEARNING_RATES = {}

    def __init__(self, config: BayesConfig) -> None:
        super().__init__(config, config.classes)
        self.codec = Components(config.latent_size - 1, self.image_shape)

    def fit(self) -> None:
        self.codec.fit(self.memory.images)
        codes, labels = self.codes(), self.memory.labels[: int(self.memory.held)]
        for label in range(self.config.classes):
            of_class = codes[labels == label]
            if len(of_class) > 1:
                part = Gaussians(1, codes.shape[1]).to(codes.device)
                part.fit(of_class, self.config.ridge)
                self.gaussians.means[label], self.gaussians.roots[label] = part.means[0], part.roots[0]
            self.gaussians.weights[label] = max(len(of_class), 1)
        self.gaussians.weights /= self.gaussians.weights.sum()

    def sample(self, z: Float[Tensor, "n z"], label: Int[Tensor, "n"] | None = None) -> Float[Tensor, "n c h w"]:
        return self.codec.decode(self.gaussians.place(z, label))

    def probabilities(self, images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n classes"]:
        """The probability of each class, by Bayes' theorem."""
        return self.densities(images).softmax(1)


def _sklearn(module: str) -> Any:
    """Import a module of scikit-learn, which only a fit needs; raises UserError if it is not installed (`no_sklearn`)."""
    try:
        return importlib.import_module(f"sklearn.{module}")
    except ImportError as error:
        raise UserError("Gaussians are fitted by scikit-learn: pip install 'gan-zoo[mixture]'", "no_sklearn") from error
