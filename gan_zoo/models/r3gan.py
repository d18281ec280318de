"""R3GAN: a plain GAN with a loss that is known to converge (Huang et al. 2024, https://arxiv.org/abs/2501.05441).

It has no normalisation, no styles, no statistics of a batch and no augmentation, but a relativistic loss of pairs with a
gradient penalty on both sides, and modern residual blocks.
"""

from __future__ import annotations

from dataclasses import dataclass

from jaxtyping import Float, Int
from torch import Tensor

from gan_zoo.layers.adversarial import relativistic_loss, relativistic_step
from gan_zoo.layers.r3gan_networks import NetworkConfig, discriminator, generator
from gan_zoo.models.base import Batch, Optimizers
from gan_zoo.models.kinds import Sampler
from gan_zoo.models.registry import register


@dataclass(frozen=True)
class R3GANConfig(NetworkConfig):
    gamma: float = 1.0
    """weight of the gradient penalties: R1 on real pictures and R2 on generated ones"""
    betas: tuple[float, float] = (0.0, 0.99)
    """Adam's decay rates"""


@register("r3gan")
class R3GAN(Sampler):
    """A GAN whose discriminator compares a real picture with a generated one, and is flat near both kinds of pictures.

    The penalties make training converge, so the networks need none of the tricks of other GANs.
    """

    Config = R3GANConfig
    TINY = R3GANConfig(size=16, width=4, latent_size=8, group=4)
    LEARNING_RATES = {"generator": 2e-4, "discriminator": 2e-4}
    PUBLISHED = ("generator",)

    def __init__(self, config: R3GANConfig) -> None:
        super().__init__(config)
        self.generator = generator(config)
        self.discriminator = discriminator(config)

    def sample(self, z: Float[Tensor, "n z"], label: Int[Tensor, "n"] | None = None) -> Float[Tensor, "n c h w"]:
        return self.generator(z).clamp(-1, 1)

    def training_step(self, batch: Batch, optimizers: Optimizers) -> dict[str, Tensor]:
        real, drawn = batch["image"], self.generator(self.latent(len(batch["image"])))
        values = relativistic_step(self.discriminator, real, drawn, optimizers["discriminator"], self.config.gamma)
        optimizers["generator"].zero_grad()
        loss = relativistic_loss(self.discriminator, real, drawn)
        loss.backward()
        optimizers["generator"].step()
        return {"generator_loss": loss.detach(), **values}
