"""StackGAN (Zhang et al. 2017, https://arxiv.org/abs/1612.03242): pictures of captions in three stages.

The pictures have 32, 64 and 128 pixels. All stages are trained together, as in StackGAN++ (Zhang et al. 2018,
https://arxiv.org/abs/1710.10916).

Three changes to the papers help with small data:

- The discriminators compare picture and caption by projection (Miyato & Koyama 2018, https://arxiv.org/abs/1802.05637).
- A second network, the posterior, computes codes from the pictures, and the conditioning augmentation learns to draw these
  codes for the captions, as in a conditional VAE (Sohn et al. 2015, https://papers.nips.cc/paper/5775, section 4.1). So the
  generator soon has useful codes.
- The codes of a caption come from a mixture of Gaussians, one for each training picture, because the mean of the codes of
  two pictures is the code of neither.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, cross_entropy, interpolate, relu
from torch.nn.utils.parametrizations import spectral_norm

from gan_zoo.errors import UserError
from gan_zoo.layers import augment, losses
from gan_zoo.layers.adversarial import frozen
from gan_zoo.layers.augment import augment as augmented
from gan_zoo.layers.text_encoder import TextEncoder
from gan_zoo.models.base import Batch, Optimizers
from gan_zoo.models.kinds import Captioned
from gan_zoo.models.registry import register

STAGES = 3
STEM = 4
# The largest number of pictures whose Gaussians a code is drawn from.
LIKELIEST = 8
# Numbers of an embedding that describe the colour, which a caption can state for any picture, and their share of its length.
TINT, TINTED = 8, 0.3
Pictures = list[Float[Tensor, "_n _c _h _w"]]


@dataclass(frozen=True)
class StackGANConfig:
    size: int = 128
    """height and width of the last stage's pictures in pixels, a power of two; each stage before has half the size"""
    channels: int = 3
    """channels of the pictures: 1 for grey, 3 for colour"""
    widths: tuple[int, ...] = (128, 112, 80, 56, 32)
    """channels of the generator's layers at 4 pixels, at 8 pixels, and so on up to half the size"""
    critic_width: int = 24
    """channels of a discriminator's layer nearest the picture; each deeper layer has twice as many"""
    max_critic_width: int = 96
    """largest number of channels of a discriminator's layer"""
    text_width: int = 48
    """numbers in the vector of a word"""
    embedding_size: int = 64
    """numbers in the vector of a caption, without its colour"""
    latent_size: int = 96
    """numbers that the conditioning augmentation draws for a caption"""
    components: int = 2_048
    """Gaussians of the conditioning augmentation, at least as many as training pictures"""
    told: int = 1
    """captions of each picture in a batch; only the first is drawn, because drawing costs much more than reading"""
    settled: bool = False
    """fixed codes of the pictures, taken from the run that this one starts from"""
    stages: int = STAGES
    """number of stages to train, from the first on"""
    adversarial: float = 1.0
    """weight of the adversarial loss; 0 leaves out the discriminators"""
    pixel: float = 10.0
    """weight of the mean absolute difference from the real picture; if `adversarial` is 0 too, nothing is drawn"""
    kl: float = 0.02
    """weight of the KL divergence between the posterior of a picture and its Gaussian as its caption changes it"""
    which: float = 0.02
    """weight of the cross-entropy for finding the picture of a caption"""
    prior: float = 0.003
    """weight of the KL divergence between the posterior of a picture and N(0, I)"""
    augment: tuple[str, ...] = ("translation",)
    """DiffAugment changes of the discriminators' input: colour, translation, cutout"""
    betas: tuple[float, float] = (0.5, 0.99)
    """Adam's decay rates"""

    def __post_init__(self) -> None:
        if self.size != 2 * STEM << (len(self.widths) - 1) or len(self.widths) < STAGES:
            raise ValueError(
                f"size is {self.size}; with {len(self.widths)} widths it must be {2 * STEM << (len(self.widths) - 1)}"
            )
        if not 1 <= self.stages <= STAGES or self.told < 1:
            raise ValueError(f"stages is {self.stages}, told {self.told}; they must be 1 to {STAGES}, and 1 or more")
        if not (self.pixel or self.adversarial or self.settled):
            raise ValueError("pixel and adversarial are both 0, so nothing is drawn; settled must then be true")
        augment.check(self.augment)


class Gaussian(NamedTuple):
    """Normal distributions with independent numbers, one for each row."""

    mean: Float[Tensor, "n k"]
    log_variance: Float[Tensor, "n k"]

    def draw(self, z: Float[Tensor, "n k"]) -> Float[Tensor, "n k"]:
        """Map standard normal `z` to points of the distributions."""
        return self.mean + (self.log_variance / 2).exp() * z

    def rows(self, index: slice | Int[Tensor, "m"]) -> Gaussian:
        """The distributions of the rows in `index`."""
        return Gaussian(self.mean[index], self.log_variance[index])

    def divergence(self, other: Gaussian) -> Float[Tensor, ""]:
        """KL(self || other) in nats, as the mean over all numbers."""
        apart = (self.log_variance.exp() + (self.mean - other.mean).square()) / other.log_variance.exp()
        return (other.log_variance - self.log_variance + apart - 1).mean() / 2


def gaussian(parameters: Float[Tensor, "n k2"]) -> Gaussian:
    """The normal distributions of a network's outputs, which are the means and then the logarithms of the variances."""
    mean, log_variance = parameters.float().chunk(2, 1)
    return Gaussian(mean, log_variance.clamp(-8, 2))


class Conditioning(nn.Module):
    """Conditioning augmentation: it turns a caption into a distribution of codes (Zhang et al. 2017, section 3.2).

    Here the distribution is a mixture of Gaussians, one for each training picture. A caption determines the weights of the
    pictures, and moves their Gaussians to another colour. In a single text encoder, the word for the colour would interfere
    with the word for the object. So there are two encoders, and an embedding consists of the outputs of both.
    """

    def __init__(self, config: StackGANConfig) -> None:
        super().__init__()
        size = config.latent_size
        self.scale = config.embedding_size**0.5  # compensates for the small numbers of a unit vector
        self.codes = nn.Embedding(config.components, size)
        self.which = nn.Linear(config.embedding_size, size)
        self.layers = nn.Sequential(nn.Linear(size + TINT, 128), nn.ReLU(), nn.Linear(128, 2 * size))

    def forward(self, embedding: Float[Tensor, "n e"]) -> Float[Tensor, "n components"]:
        """The logit of each picture: the product of its code with a linear function of the caption."""
        return (self.which(embedding[:, :-TINT] * self.scale) @ self.codes.weight.T).float()

    def given(self, embedding: Float[Tensor, "n e"], row: Int[Tensor, "n"]) -> Gaussian:
        """The Gaussians of the pictures `row`, as the captions change them."""
        code = self.codes(row)
        moved = gaussian(self.layers(torch.cat([code, embedding[:, -TINT:] * self.scale], 1)))
        return Gaussian(code + moved.mean, moved.log_variance)

    def draw(self, embedding: Float[Tensor, "n e"], z: Float[Tensor, "n k"]) -> Float[Tensor, "n k"]:
        """Map standard normal `z` to codes of the captions; zeros give the most likely code."""
        best = self(embedding).topk(min(LIKELIEST, self.codes.num_embeddings))
        place = (z.float().sum(1).abs() / math.sqrt(2 * z.shape[1])).erf()  # uniform in [0, 1)
        rank = (best.values.softmax(1).cumsum(1) <= place[:, None]).sum(1, keepdim=True)
        row = best.indices.gather(1, rank.clamp(max=best.indices.shape[1] - 1))[:, 0]
        return self.given(embedding, row).draw(z.float())


class Posterior(nn.Module):
    """A network that computes the distribution of the code of a first-stage picture; it is used only in training."""

    def __init__(self, config: StackGANConfig) -> None:
        super().__init__()
        size = config.size >> (STAGES - 1)
        layers: list[nn.Module] = []
        widths = _halvings(size, config.critic_width, config.max_critic_width)
        for a, b in pairwise([config.channels, *widths]):
            layers += [nn.Conv2d(a, b, 4, 2, 1), nn.BatchNorm2d(b), nn.ReLU()]
        self.layers = nn.Sequential(*layers, nn.Flatten(), nn.Linear(widths[-1] * STEM**2, 2 * config.latent_size))

    def forward(self, images: Float[Tensor, "n c h w"]) -> Gaussian:
        return gaussian(self.layers(images))


class Told(nn.Module):
    """Batch norm whose scale and shift are a linear function of the condition (de Vries et al. 2017), then ReLU."""

    def __init__(self, channels: int, condition_size: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(channels, affine=False)
        self.affine = nn.Linear(condition_size, 2 * channels)

    def forward(self, x: Float[Tensor, "n c h w"], condition: Float[Tensor, "n k"]) -> Float[Tensor, "n c h w"]:
        scale, shift = self.affine(condition)[:, :, None, None].chunk(2, 1)
        return relu(self.norm(x) * (1 + scale) + shift)


class Doubling(nn.Module):
    """A residual convolution, and a convolution that doubles the size; both depend on the condition."""

    def __init__(self, a: int, b: int, condition_size: int) -> None:
        super().__init__()
        self.first, self.second = Told(a, condition_size), Told(a, condition_size)
        self.same = nn.Conv2d(a, a, 3, padding=1)
        self.doubling = nn.ConvTranspose2d(a, b, 4, 2, 1)

    def forward(self, x: Float[Tensor, "n a h w"], condition: Float[Tensor, "n k"]) -> Float[Tensor, "n b h2 w2"]:
        x = x + self.same(self.first(x, condition))
        return self.doubling(self.second(x, condition))


class Painting(nn.Module):
    """A layer from features to a picture of twice their size (Shi et al. 2016)."""

    def __init__(self, width: int, channels: int, condition_size: int) -> None:
        super().__init__()
        self.told = Told(width, condition_size)
        self.layers = nn.Sequential(nn.Conv2d(width, 4 * channels, 3, padding=1), nn.PixelShuffle(2))

    def forward(self, x: Float[Tensor, "n a h w"], condition: Float[Tensor, "n k"]) -> Float[Tensor, "n c h2 w2"]:
        return self.layers(self.told(x, condition))


class Generator(nn.Module):
    """A generator whose first stage draws from the condition alone. Each later stage continues from the features of the
    stage before and from the condition, and adds details to the enlarged picture."""

    def __init__(self, config: StackGANConfig) -> None:
        super().__init__()
        self.conditioning = Conditioning(config)
        told, widths = config.latent_size, config.widths
        self.stem = nn.Sequential(nn.Linear(told, widths[0] * STEM**2), nn.Unflatten(1, (widths[0], STEM, STEM)))
        self.doublings = nn.ModuleList(Doubling(a, b, told) for a, b in pairwise(widths))
        self.paintings = nn.ModuleList(Painting(width, config.channels, told) for width in widths[-STAGES:])

    def forward(self, condition: Float[Tensor, "n k"], stages: int = STAGES) -> Pictures:
        x = self.stem(condition)
        before = len(self.doublings) - STAGES + 1  # number of doublings in the first stage
        for doubling in self.doublings[:before]:
            x = doubling(x, condition)
        pictures = [self.paintings[0](x, condition)]
        for doubling, painting in zip(self.doublings[before:], self.paintings[1:stages], strict=False):
            x = doubling(x, condition)
            pictures.append(interpolate(pictures[-1], scale_factor=2.0, mode="bilinear") + painting(x, condition))
        return pictures


class Discriminator(nn.Module):
    """A discriminator of one stage: some logits judge whether each part is real (Isola et al. 2017, section 3.2.2), and
    others whether the whole picture fits a caption (Zhang et al. 2018, section 3.2)."""

    def __init__(self, config: StackGANConfig, size: int) -> None:
        super().__init__()
        widths = _halvings(size, config.critic_width, config.max_critic_width)
        layers: list[nn.Module] = []
        for a, b in pairwise([config.channels, *widths]):
            layers += [spectral_norm(nn.Conv2d(a, b, 4, 2, 1)), nn.LeakyReLU(0.2, inplace=True)]
        f = 2 * widths[-1]
        self.layers = nn.Sequential(*layers)
        self.realness = spectral_norm(nn.Conv2d(widths[-1], 1, 3, padding=1, bias=False))
        self.whole = nn.Sequential(spectral_norm(nn.Conv2d(widths[-1], f, STEM)), nn.LeakyReLU(0.2), nn.Flatten())
        self.caption = spectral_norm(nn.Linear(config.embedding_size + TINT, f))
        self.scale = config.embedding_size**0.5

    def forward(self, images: Float[Tensor, "n c h w"], *captions: Float[Tensor, "n e"]) -> list[Tensor]:
        """The logits `n 1 4 4` of the parts, and for each of the `captions` the logits `n` of the whole pictures with it."""
        features = self.layers(images)
        whole = self.whole(features)
        return [self.realness(features), *((self.caption(caption * self.scale) * whole).sum(1) for caption in captions)]


def _halvings(size: int, width: int, most: int) -> list[int]:
    """The channels after each halving of a picture, down to the stem."""
    return [min(width << i, most) for i in range(int(math.log2(size // STEM)))]


@register("stackgan")
class StackGAN(Captioned):
    """A GAN that draws a picture of a sentence in three stages, from coarse to fine."""

    Config = StackGANConfig
    TINY = StackGANConfig(
        size=32, channels=1, widths=(8, 6, 4), critic_width=8, max_critic_width=16, text_width=8, embedding_size=8,
        latent_size=6,
    )  # fmt: skip
    LEARNING_RATES = {"text": 5e-4, "tint": 5e-4, "generator": 5e-4, "posterior": 5e-4, "discriminators": 5e-4}
    PUBLISHED = ("text", "tint", "generator")
    DROPPED = frozenset({"text.weight.bias", "tint.weight.bias"})

    def __init__(self, config: StackGANConfig) -> None:
        super().__init__(config)
        self.text = TextEncoder(config.text_width, config.embedding_size)
        self.tint = TextEncoder(TINT, TINT)
        self.generator = Generator(config)
        self.posterior = Posterior(config)
        self.discriminators = nn.ModuleList(Discriminator(config, config.size >> i) for i in reversed(range(STAGES)))

    def embed(self, tokens: Int[Tensor, "n length 2"]) -> Float[Tensor, "n e"]:
        return torch.cat([(1 - TINTED**2) ** 0.5 * self.text(tokens), TINTED * self.tint(tokens)], 1)

    def meant(self, embedding: Float[Tensor, "n e"]) -> Float[Tensor, "n components"]:
        return self.generator.conditioning(embedding).softmax(1)

    def condition(self, embedding: Float[Tensor, "n e"], z: Float[Tensor, "n z"]) -> Float[Tensor, "n z"]:
        """The codes that the conditioning augmentation draws for captions with `z`."""
        return self.generator.conditioning.draw(embedding, z).to(z.dtype)

    def paint(self, condition: Float[Tensor, "n z"]) -> Pictures:
        return [picture.clamp(-1, 1) for picture in self.generator(condition, self.config.stages)]

    @property
    def only_reads(self) -> bool:
        """True if only the reading of captions is trained, which needs no drawing."""
        return not self.config.pixel and not self.config.adversarial

    def example_inputs(self, n: int, generator: torch.Generator) -> dict[str, Tensor]:
        rows = torch.randint(self.config.components, (n,), generator=generator)
        return super().example_inputs(n, generator) | {"row": rows}

    def prepare(self, data: Any) -> None:
        if len(data) > self.config.components:
            raise UserError(f"{len(data)} pictures need as many components: set components to {len(data)}", "usage")
        if self.config.settled:
            self.posterior.eval()
            size = self.config.size >> (STAGES - 1)
            data.encode(lambda images: torch.cat(self.posterior(images), 1), size, shown=not self.only_reads)
            codes = self.generator.conditioning.codes.weight.requires_grad_(False)
            codes[: len(data)] = data.codes[:, -1, : self.config.latent_size]

    def training_step(self, batch: Batch, optimizers: Optimizers) -> dict[str, Tensor]:
        c, row = self.config, batch["row"]
        embedding = self.embed(batch["tokens"])
        told = len(embedding) // len(row)
        said = self.generator.conditioning.given(embedding, row.repeat_interleave(told))
        values: dict[str, Tensor] = {}
        loss = torch.zeros((), device=self.device)
        if "image" in batch:
            whole = batch["image"]
            real = [avg_pool2d(whole, 1 << i) if i else whole for i in reversed(range(STAGES))][: c.stages]
        seen = gaussian(batch["code"]) if "code" in batch else self.posterior(real[0])
        if not self.only_reads:
            loss, values = self._draw(real, seen, said.rows(slice(None, None, told)), embedding.detach()[::told], optimizers)

        every = torch.arange(len(row), device=self.device).repeat_interleave(told)
        kl, prior = seen.rows(every).divergence(said), seen.divergence(Gaussian(*torch.zeros_like(torch.stack(seen))))
        which = cross_entropy(self.generator.conditioning(embedding), row[every])
        for network in ("text", "tint", "generator", "posterior"):
            optimizers[network].zero_grad()
        (loss + c.kl * kl + c.which * which + c.prior * prior).backward()
        for network in ("text", "tint", "generator", "posterior"):
            optimizers[network].step()
        return {"kl": kl.detach(), "which": which.detach(), "prior": prior.detach(), **values}

    def _draw(
        self, real: Pictures, seen: Gaussian, said: Gaussian, embedding: Float[Tensor, "n e"], optimizers: Optimizers
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """Update the discriminators, and return the generator's loss over its drawings and the values to log.

        With discriminators, every second picture is drawn from the caption and judged; the other pictures are drawn from
        the posterior. Without discriminators, all are drawn from the posterior. The conditioning augmentation does not learn
        from the drawings. `seen` are the posteriors, and `said` the Gaussians as the captions change them.
        """
        c = self.config
        z = torch.randn_like(seen.mean)
        condition = seen.draw(z)
        if c.adversarial:
            condition[1::2] = said.draw(z).detach()[1::2]
        fake = self.generator(condition, c.stages)
        pixel = torch.stack([(f - r).float().abs().mean() for f, r in zip(fake, real, strict=True)])
        values = {"pixel": pixel.detach()[-1]}
        if not c.adversarial:
            return c.pixel * pixel.sum(), values

        true, drawn, told = [r[1::2] for r in real], [f[1::2] for f in fake], embedding[1::2]
        values |= self._judge(true, drawn, told, optimizers["discriminators"])
        g_loss = torch.zeros((), device=self.device)
        with frozen(self.discriminators):
            for discriminator, picture in zip(self.discriminators, drawn, strict=False):
                for logit in discriminator(augmented(picture, c.augment), told):
                    g_loss = g_loss + losses.critic_generator(logit)
        return c.adversarial * g_loss + c.pixel * pixel.sum(), {"generator_loss": g_loss.detach(), **values}

    def _judge(
        self, real: Pictures, fake: Pictures, told: Float[Tensor, "n e"], optimizer: torch.optim.Optimizer
    ) -> dict[str, Tensor]:
        """Update the discriminators once, and return the values to log (Zhang et al. 2017, eq. 3).

        Hinge losses compare real pictures with generated ones, and a real picture and its caption with two wrong pairs: a
        real picture with another caption, and a generated picture with its caption.
        """
        c, game = self.config, losses.ADVERSARIAL["hinge"]
        optimizer.zero_grad()
        loss, verdicts = torch.zeros((), device=self.device), []
        for discriminator, real_picture, fake_picture in zip(self.discriminators, real, fake, strict=False):
            is_real, matched, mismatched = discriminator(augmented(real_picture, c.augment), told, told.roll(1, 0))
            is_fake, drawn = discriminator(augmented(fake_picture.detach(), c.augment), told)
            conditional = (game.discriminator(matched, mismatched) + game.discriminator(matched, drawn)) / 2
            loss = loss + game.discriminator(is_real, is_fake) + conditional
            logits = (is_real, is_fake, matched, mismatched)
            verdicts.append(torch.stack([side.detach().float().sigmoid().mean() for side in logits]))
        loss.backward()
        optimizer.step()
        names = ("d_real", "d_fake", "d_matched", "d_mismatched")
        return {"discriminator_loss": loss.detach(), **dict(zip(names, torch.stack(verdicts).mean(0), strict=True))}
