"""Deep convolutional GAN (Radford, Metz & Chintala 2015, https://arxiv.org/abs/1511.06434)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from jaxtyping import Float, Int
from torch import Tensor, nn

from gan_zoo.layers import augment
from gan_zoo.layers.adversarial import adversarial_step, init_dcgan
from gan_zoo.models.base import Batch, Optimizers
from gan_zoo.models.kinds import Sampler
from gan_zoo.models.registry import register


@dataclass(frozen=True)
class DCGANConfig:
    size: int = 64
    """height and width of the pictures in pixels: 28, or a power of two from 32 up"""
    channels: int = 3
    """channels of the pictures: 1 for grey, 3 for colour"""
    width: int = 64
    """channels of the layer nearest the picture; each deeper layer has twice as many"""
    max_width: int = 512
    """largest number of channels of a layer"""
    latent_size: int = 100
    """numbers in a latent"""
    loss: Literal["saturating", "non_saturating", "least_squares", "hinge"] = "non_saturating"
    """the adversarial loss"""
    discriminator_steps: int = 1
    """updates of the discriminator for each update of the generator; each takes an equal part of the batch"""
    r1: float = 0.0
    """weight gamma of the R1 gradient penalty on real pictures"""
    norm: Literal["batch", "none"] = "batch"
    """normalisation between the layers"""
    augment: tuple[str, ...] = ()
    """DiffAugment changes of the discriminator's input: colour, translation, cutout"""
    betas: tuple[float, float] = (0.5, 0.999)
    """Adam's decay rates"""

    def __post_init__(self) -> None:
        augment.check(self.augment)
        if self.size != 28 and (self.size < 32 or self.size & (self.size - 1)):
            raise ValueError(f"size is {self.size}; it must be 28 or a power of two from 32 up")

    @property
    def widths(self) -> list[int]:
        """The channels of the feature maps, from the one nearest the picture to the smallest, which is 4x4."""
        halvings = 3 if self.size == 28 else self.size.bit_length() - 3
        return [min(self.width << i, self.max_width) for i in range(halvings)]

    @property
    def kernels(self) -> list[int]:
        """The kernel sizes of the layers in the order of `widths`. 28 pixels need a kernel of 3, which reduces 7 to 4."""
        return [4, 4, 3] if self.size == 28 else [4] * len(self.widths)


def _norm(config: DCGANConfig, channels: int) -> nn.Module:
    return nn.BatchNorm2d(channels) if config.norm == "batch" else nn.Identity()


def generator(config: DCGANConfig) -> nn.Sequential:
    """A generator from `n z 1 1` to `n c h w`: layers that double the size, batch norm and ReLU between them, tanh last."""
    widths, kernels = config.widths[::-1], config.kernels[::-1]
    layers: list[nn.Module] = [
        nn.ConvTranspose2d(config.latent_size, widths[0], 4, bias=False),
        _norm(config, widths[0]),
        nn.ReLU(inplace=True),
    ]
    for (a, b), kernel in zip(pairwise(widths), kernels, strict=False):
        layers += [nn.ConvTranspose2d(a, b, kernel, 2, 1, bias=False), _norm(config, b), nn.ReLU(inplace=True)]
    layers += [nn.ConvTranspose2d(widths[-1], config.channels, kernels[-1], 2, 1, bias=False), nn.Tanh()]
    return nn.Sequential(*layers)


def discriminator(config: DCGANConfig) -> nn.Sequential:
    """A discriminator from `n c h w` to logits `n 1 1 1`: a mirrored generator with leaky ReLU and no norm at the picture."""
    widths, kernels = config.widths, config.kernels
    layers: list[nn.Module] = [
        nn.Conv2d(config.channels, widths[0], kernels[0], 2, 1, bias=False),
        nn.LeakyReLU(0.2, inplace=True),
    ]
    for (a, b), kernel in zip(pairwise(widths), kernels[1:], strict=True):
        layers += [nn.Conv2d(a, b, kernel, 2, 1, bias=False), _norm(config, b), nn.LeakyReLU(0.2, inplace=True)]
    return nn.Sequential(*layers, nn.Conv2d(widths[-1], 1, 4, bias=False))


@register("dcgan")
class DCGAN(Sampler):
    """A GAN of convolutions with batch norm, and Adam with a low momentum; this recipe made the training of GANs reliable."""

    Config = DCGANConfig
    TINY = DCGANConfig(size=32, width=4, latent_size=8)
    LEARNING_RATES = {"generator": 2e-4, "discriminator": 2e-4}
    PUBLISHED = ("generator",)
    DISCRIMINATOR_STEPS = "discriminator_steps"

    def __init__(self, config: DCGANConfig) -> None:
        super().__init__(config)
        self.generator = generator(config)
        self.discriminator = discriminator(config)
        init_dcgan(self)

    def sample(self, z: Float[Tensor, "n z"], label: Int[Tensor, "n"] | None = None) -> Float[Tensor, "n c h w"]:
        return self.generator(z[:, :, None, None])

    def training_step(self, batch: Batch, optimizers: Optimizers) -> dict[str, Tensor]:
        fake, c = self.sample(self.latent(len(batch["image"]))), self.config
        return adversarial_step(
            self.discriminator, batch["image"], fake, optimizers, c.loss, c.r1, c.augment,
            discriminator_steps=c.discriminator_steps,
        )  # fmt: skip
