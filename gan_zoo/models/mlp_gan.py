"""The first GAN, with fully connected layers (Goodfellow et al. 2014, https://arxiv.org/abs/1406.2661)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from jaxtyping import Float, Int
from torch import Tensor, nn

from gan_zoo.layers.adversarial import adversarial_step
from gan_zoo.models.base import Batch, Optimizers
from gan_zoo.models.kinds import Sampler
from gan_zoo.models.registry import register


@dataclass(frozen=True)
class MLPGANConfig:
    size: int = 28
    """height and width of the pictures in pixels"""
    channels: int = 1
    """channels of the pictures: 1 for grey, 3 for colour"""
    latent_size: int = 100
    """numbers in a latent"""
    generator_widths: tuple[int, ...] = (256, 512)
    """units of the generator's hidden layers"""
    discriminator_widths: tuple[int, ...] = (512, 256, 128)
    """units of the discriminator's hidden layers"""
    dropout: float = 0.3
    """share of the discriminator's units that is dropped in training, as in the paper"""
    loss: Literal["saturating", "non_saturating", "least_squares", "hinge"] = "non_saturating"
    """the adversarial loss"""
    discriminator_steps: int = 1
    """updates of the discriminator for each update of the generator; each takes an equal part of the batch"""
    r1: float = 0.0
    """weight gamma of the R1 gradient penalty on real pictures"""
    betas: tuple[float, float] = (0.5, 0.999)
    """Adam's decay rates"""


def perceptron(widths: tuple[int, ...], dropout: float = 0.0) -> list[nn.Module]:
    """Linear layers with the given widths, and leaky ReLU and dropout between them but not after the last."""
    layers: list[nn.Module] = []
    for a, b in pairwise(widths):
        layers += [nn.Linear(a, b), nn.LeakyReLU(0.2, inplace=True)]
        if dropout:
            layers.append(nn.Dropout(dropout))
    return layers[: -2 if dropout else -1]


@register("mlp_gan")
class MLPGAN(Sampler):
    """A GAN of two perceptrons; without convolutions, they don't know which pixels are neighbours."""

    Config = MLPGANConfig
    TINY = MLPGANConfig(size=8, latent_size=8, generator_widths=(16,), discriminator_widths=(16,))
    LEARNING_RATES = {"generator": 2e-4, "discriminator": 2e-4}
    PUBLISHED = ("generator",)
    DISCRIMINATOR_STEPS = "discriminator_steps"

    def __init__(self, config: MLPGANConfig) -> None:
        super().__init__(config)
        pixels = config.channels * config.size**2
        self.generator = nn.Sequential(
            *perceptron((config.latent_size, *config.generator_widths, pixels)),
            nn.Tanh(),
            nn.Unflatten(1, self.image_shape),
        )
        self.discriminator = nn.Sequential(nn.Flatten(), *perceptron((pixels, *config.discriminator_widths, 1), config.dropout))

    def sample(self, z: Float[Tensor, "n z"], label: Int[Tensor, "n"] | None = None) -> Float[Tensor, "n c h w"]:
        return self.generator(z)

    def training_step(self, batch: Batch, optimizers: Optimizers) -> dict[str, Tensor]:
        fake, c = self.sample(self.latent(len(batch["image"]))), self.config
        return adversarial_step(
            self.discriminator, batch["image"], fake, optimizers, c.loss, c.r1, discriminator_steps=c.discriminator_steps
        )
