"""A GAN as somebody adds it: two linear layers against one."""

from __future__ import annotations

from dataclasses import dataclass

from jaxtyping import Float, Int
from torch import Tensor, nn

from gan_zoo.layers.adversarial import adversarial_step
from gan_zoo.models.base import Batch, Optimizers
from gan_zoo.models.kinds import Sampler
from gan_zoo.models.registry import register


@dataclass(frozen=True)
class ToyConfig:
    size: int = 8
    """height and width of the pictures in pixels"""
    channels: int = 1
    """channels of the pictures: 1 for grey, 3 for colour"""
    latent_size: int = 4
    """numbers in a latent"""
    width: int = 16
    """units of the hidden layer"""
    betas: tuple[float, float] = (0.5, 0.999)
    """Adam's decay rates"""


@register("toy_gan")
class ToyGAN(Sampler):
    """The smallest GAN."""

    Config = ToyConfig
    TINY = ToyConfig()
    LEARNING_RATES = {"generator": 2e-4, "discriminator": 2e-4}
    PUBLISHED = ("generator",)

    def __init__(self, config: ToyConfig) -> None:
        super().__init__(config)
        pixels = config.channels * config.size**2
        self.generator = nn.Sequential(
            nn.Linear(config.latent_size, config.width),
            nn.LeakyReLU(0.2),
            nn.Linear(config.width, pixels),
            nn.Tanh(),
            nn.Unflatten(1, self.image_shape),
        )
        self.discriminator = nn.Sequential(nn.Flatten(), nn.Linear(pixels, 1))

    def sample(self, z: Float[Tensor, "n z"], label: Int[Tensor, "n"] | None = None) -> Float[Tensor, "n c h w"]:
        return self.generator(z)

    def training_step(self, batch: Batch, optimizers: Optimizers) -> dict[str, Tensor]:
        fake = self.sample(self.latent(len(batch["image"])))
        return adversarial_step(self.discriminator, batch["image"], fake, optimizers, "non_saturating", 0.0)
