"""Conditional GAN (Mirza & Osindero 2014, https://arxiv.org/abs/1411.1784) with a projection discriminator.

Source of the discriminator: Miyato & Koyama 2018, https://arxiv.org/abs/1802.05637.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn.functional import leaky_relu
from torch.nn.utils.parametrizations import spectral_norm

from gan_zoo.layers import augment, losses
from gan_zoo.layers.adversarial import adversarial_step
from gan_zoo.layers.residual import pyramid, stem_size
from gan_zoo.models.base import Batch, Optimizers
from gan_zoo.models.kinds import Sampler
from gan_zoo.models.registry import register


@dataclass(frozen=True)
class CGANConfig:
    size: int = 48
    """height and width of the pictures in pixels: 4, 5, 6 or 7 doubled any number of times"""
    channels: int = 1
    """channels of the pictures: 1 for grey, 3 for colour"""
    classes: int = 92
    """number of classes"""
    width: int = 48
    """channels of the layer nearest the picture; each deeper layer has twice as many"""
    max_width: int = 512
    """largest number of channels of a layer"""
    latent_size: int = 48
    """numbers in a latent"""
    embedding_size: int = 48
    """numbers in the vector of a class in the generator"""
    loss: Literal["saturating", "non_saturating", "least_squares", "hinge"] = "hinge"
    """the adversarial loss"""
    r1: float = 0.0
    """weight gamma of the R1 gradient penalty on real pictures"""
    diversity: float = 0.0
    """weight of the mode seeking loss (Mao et al. 2019), which makes different latents give different pictures"""
    diversity_after: int = 0
    """steps before the mode seeking loss starts; from the first step on, it would make the latent replace the class"""
    augment: tuple[str, ...] = ()
    """DiffAugment changes of the discriminator's input: colour, translation, cutout"""
    betas: tuple[float, float] = (0.0, 0.9)
    """Adam's decay rates"""

    def __post_init__(self) -> None:
        stem_size(self.size)
        augment.check(self.augment)
        if self.classes < 1:
            raise ValueError("classes is 0; a conditional model needs data with classes")


class ConditionalBatchNorm(nn.Module):
    """Batch norm whose scale and shift are a linear function of the condition (de Vries et al. 2017)."""

    def __init__(self, channels: int, condition_size: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(channels, affine=False)
        self.affine = nn.Linear(condition_size, 2 * channels)

    def forward(self, x: Float[Tensor, "n c h w"], condition: Float[Tensor, "n k"]) -> Float[Tensor, "n c h w"]:
        scale, shift = self.affine(condition)[:, :, None, None].chunk(2, 1)  # n c 1 1 each
        return self.norm(x) * (1 + scale) + shift


class Generator(nn.Module):
    """A generator of transposed convolutions; latent and class enter at the stem and at every norm (Brock et al. 2019)."""

    def __init__(self, config: CGANConfig) -> None:
        super().__init__()
        stem, widths = stem_size(config.size), pyramid(config.size, config.width, config.max_width)[::-1]
        condition_size = config.latent_size + config.embedding_size
        self.embedding = nn.Embedding(config.classes, config.embedding_size)
        self.stem = nn.Sequential(nn.Linear(condition_size, widths[0] * stem**2), nn.Unflatten(1, (widths[0], stem, stem)))
        self.norms = nn.ModuleList(ConditionalBatchNorm(width, condition_size) for width in widths)
        self.doublings = nn.ModuleList(
            nn.ConvTranspose2d(a, b, 4, 2, 1, bias=False) for a, b in pairwise([*widths, config.channels])
        )

    def forward(self, z: Float[Tensor, "n z"], embedding: Float[Tensor, "n e"]) -> Float[Tensor, "n c h w"]:
        condition = torch.cat([z, embedding], 1)
        x = self.stem(condition)
        for norm, doubling in zip(self.norms, self.doublings, strict=True):
            x = doubling(norm(x, condition).relu())
        return x.tanh()


class Discriminator(nn.Module):
    """A projection discriminator with the logit psi(h) + <e(y), h> (Miyato & Koyama 2018, eq. 3).

    The first term judges whether the picture is real, the second whether it fits its class.
    """

    steps: Tensor

    def __init__(self, config: CGANConfig) -> None:
        super().__init__()
        self.register_buffer("steps", torch.zeros((), dtype=torch.int64))
        widths = pyramid(config.size, config.width, config.max_width)
        layers: list[nn.Module] = []
        for a, b in pairwise([config.channels, *widths]):
            layers += [spectral_norm(nn.Conv2d(a, b, 4, 2, 1)), nn.LeakyReLU(0.1, inplace=True)]
        self.layers = nn.Sequential(*layers, spectral_norm(nn.Conv2d(widths[-1], widths[-1], stem_size(config.size))))
        self.realness = spectral_norm(nn.Linear(widths[-1], 1, bias=False))
        self.embedding = spectral_norm(nn.Embedding(config.classes, widths[-1]))

    def forward(self, images: Float[Tensor, "n c h w"], label: Int[Tensor, "n"]) -> Float[Tensor, "n"]:
        h = leaky_relu(self.layers(images).flatten(1), 0.1)  # n features
        return self.realness(h)[:, 0] + (self.embedding(label) * h).sum(1)


@register("cgan")
class CGAN(Sampler):
    """One network for all classes: the label determines what is drawn, and the latent how it looks."""

    Config = CGANConfig
    TINY = CGANConfig(size=24, classes=3, width=4, latent_size=8, embedding_size=4)
    LEARNING_RATES = {"generator": 2e-4, "discriminator": 4e-4}
    PUBLISHED = ("generator",)

    def __init__(self, config: CGANConfig) -> None:
        super().__init__(config)
        self.generator = Generator(config)
        self.discriminator = Discriminator(config)

    def sample(self, z: Float[Tensor, "n z"], label: Int[Tensor, "n"] | None = None) -> Float[Tensor, "n c h w"]:
        """The pictures of latents `z` in the classes `label`, or in all classes in turn without labels."""
        if label is None:
            label = torch.arange(len(z), device=z.device) % self.config.classes
        return self.sample_embedded(z, self.embed(label))

    def opinion(self, images: Float[Tensor, "n c h w"], label: Int[Tensor, "n"] | None = None) -> Float[Tensor, "n"]:
        """The discriminator's logit of pictures for the classes `label`, or for all classes in turn without labels."""
        if label is None:
            label = torch.arange(len(images), device=images.device) % self.config.classes
        return self.discriminator(images, label)

    def embed(self, label: Int[Tensor, "n"]) -> Float[Tensor, "n e"]:
        """The vectors of classes; points between them give pictures between the classes."""
        return self.generator.embedding(label)

    def sample_embedded(self, z: Float[Tensor, "n z"], embedding: Float[Tensor, "n e"]) -> Float[Tensor, "n c h w"]:
        """The pictures of latents `z` at points of the embedding space, in place of labels."""
        return self.generator(z, embedding)

    def preview(self, batch: Batch, generator: torch.Generator) -> Float[Tensor, "n c h w"]:
        """A square of pictures: one row for each latent, and one column for each of several evenly spaced classes."""
        n = len(batch["image"])
        side = math.ceil(math.sqrt(n))
        place = torch.arange(n)
        z = self.latent(side, generator)[place // side]
        return self.sample(z.to(self.device), (place % side * self.config.classes // side).to(self.device))

    def training_step(self, batch: Batch, optimizers: Optimizers) -> dict[str, Tensor]:
        image, label, c = batch["image"], batch["label"], self.config
        n, again = len(image), len(image) // 2 if self.config.diversity else 0
        # The first half of the labels is drawn a second time with other latents, in the same pass.
        z = self.latent(n + again)
        pictures = self.sample(z, torch.cat([label, label[:again]]))
        fake, other = pictures[:n], pictures[n:]
        alike = losses.mode_seeking(fake[:again], other, z[:again], z[n:]) if again else torch.zeros((), device=self.device)
        self.discriminator.steps += 1
        weight = c.diversity * (self.discriminator.steps > c.diversity_after)
        values = adversarial_step(self.discriminator, image, fake, optimizers, c.loss, c.r1, c.augment, label, weight * alike)
        return values | {"mode_seeking": alike.detach()}
