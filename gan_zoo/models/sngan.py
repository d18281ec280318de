"""Spectrally normalised GAN (Miyato et al. 2018, https://arxiv.org/abs/1802.05957)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from gan_zoo.layers import augment
from gan_zoo.layers.adversarial import adversarial_step
from gan_zoo.layers.residual import pyramid, residual_critic, residual_generator, stem_size
from gan_zoo.models.base import Batch, Optimizers
from gan_zoo.models.kinds import Sampler
from gan_zoo.models.registry import register


@dataclass(frozen=True)
class SNGANConfig:
    size: int = 64
    """height and width of the pictures in pixels: 4, 5, 6 or 7 doubled any number of times"""
    channels: int = 3
    """channels of the pictures: 1 for grey, 3 for colour"""
    width: int = 32
    """channels of the layer nearest the picture; each deeper layer has twice as many"""
    max_width: int = 256
    """largest number of channels of a layer"""
    latent_size: int = 64
    """numbers in a latent"""
    loss: Literal["saturating", "non_saturating", "least_squares", "hinge"] = "hinge"
    """the adversarial loss"""
    r1: float = 0.0
    """weight gamma of the R1 gradient penalty on real pictures"""
    augment: tuple[str, ...] = ()
    """DiffAugment changes of the discriminator's input: colour, translation, cutout"""
    betas: tuple[float, float] = (0.0, 0.9)
    """Adam's decay rates"""

    def __post_init__(self) -> None:
        stem_size(self.size)
        augment.check(self.augment)


@register("sngan")
class SNGAN(Sampler):
    """A GAN whose discriminator divides the weight of each layer by its largest singular value.

    So no layer can enlarge a difference, and the whole discriminator is Lipschitz continuous for any loss.
    """

    Config = SNGANConfig
    TINY = SNGANConfig(size=16, width=4, latent_size=8)
    # Two time scales (Heusel et al. 2017): the discriminator learns faster, so one update of it in each step is enough.
    LEARNING_RATES = {"generator": 2e-4, "discriminator": 4e-4}
    PUBLISHED = ("generator",)

    def __init__(self, config: SNGANConfig) -> None:
        super().__init__(config)
        widths = pyramid(config.size, config.width, config.max_width)
        self.generator = residual_generator(config.latent_size, config.channels, config.size, widths)
        self.discriminator = nn.Sequential(
            residual_critic(config.channels, widths, wrap=spectral_norm),
            nn.LPPool2d(1, stem_size(config.size)),  # the sum over all places
            nn.Flatten(),
            spectral_norm(nn.Linear(widths[-1], 1, bias=False)),
        )

    def sample(self, z: Float[Tensor, "n z"], label: Int[Tensor, "n"] | None = None) -> Float[Tensor, "n c h w"]:
        return self.generator(z)

    def training_step(self, batch: Batch, optimizers: Optimizers) -> dict[str, Tensor]:
        fake = self.sample(self.latent(len(batch["image"])))
        c = self.config
        return adversarial_step(self.discriminator, batch["image"], fake, optimizers, c.loss, c.r1, c.augment)
