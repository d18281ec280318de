"""Wasserstein GAN with gradient penalty (Gulrajani et al. 2017, https://arxiv.org/abs/1704.00028)."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from gan_zoo.layers import losses
from gan_zoo.layers.adversarial import frozen
from gan_zoo.layers.residual import pyramid, residual_critic, residual_generator, stem_size
from gan_zoo.models.base import Batch, Optimizers
from gan_zoo.models.kinds import Sampler
from gan_zoo.models.registry import register


@dataclass(frozen=True)
class WGANGPConfig:
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
    critic_steps: int = 5
    """updates of the critic for each update of the generator; each takes an equal part of the batch"""
    penalty: float = 10.0
    """weight lambda of the gradient penalty"""
    betas: tuple[float, float] = (0.0, 0.9)
    """Adam's decay rates"""

    def __post_init__(self) -> None:
        stem_size(self.size)
        if self.critic_steps < 1:
            raise ValueError(f"critic_steps is {self.critic_steps}; it must be at least 1")


@register("wgan_gp")
class WGANGP(Sampler):
    """A GAN with a critic, which gives scores instead of probabilities, in place of the discriminator.

    If the gradient of the critic has norm 1, the difference between the mean scores of real and generated pictures measures
    the distance between both distributions.
    """

    Config = WGANGPConfig
    TINY = WGANGPConfig(size=16, width=4, latent_size=8, critic_steps=2)
    LEARNING_RATES = {"generator": 1e-4, "discriminator": 1e-4}
    PUBLISHED = ("generator",)
    DISCRIMINATOR_STEPS = "critic_steps"

    def __init__(self, config: WGANGPConfig) -> None:
        super().__init__(config)
        widths = pyramid(config.size, config.width, config.max_width)
        self.generator = residual_generator(config.latent_size, config.channels, config.size, widths)
        # No batch norm: the penalty needs the gradient of each single picture, and batch norm would mix those of a batch.
        self.discriminator = nn.Sequential(
            residual_critic(config.channels, widths),
            nn.Flatten(),
            nn.Linear(widths[-1] * stem_size(config.size) ** 2, 1, bias=False),  # no bias, because it would cancel out
        )

    def sample(self, z: Float[Tensor, "n z"], label: Int[Tensor, "n"] | None = None) -> Float[Tensor, "n c h w"]:
        return self.generator(z)

    def training_step(self, batch: Batch, optimizers: Optimizers) -> dict[str, Tensor]:
        parts = batch["image"].chunk(self.config.critic_steps)
        distances, penalties = [], []
        for real in parts:
            with torch.no_grad():
                fake = self.sample(self.latent(len(real)))
            optimizers["discriminator"].zero_grad()
            distance = losses.wasserstein_critic(self.discriminator(real), self.discriminator(fake))
            penalty = losses.gradient_penalty(self.discriminator, real, fake)
            (distance + self.config.penalty * penalty).backward()
            optimizers["discriminator"].step()
            distances.append(distance.detach())
            penalties.append(penalty.detach())

        optimizers["generator"].zero_grad()
        with frozen(self.discriminator):
            generator_loss = losses.critic_generator(self.discriminator(self.sample(self.latent(len(parts[0])))))
            generator_loss.backward()
        optimizers["generator"].step()

        distance, penalty = torch.stack(distances).mean(), torch.stack(penalties).mean()
        return {
            "generator_loss": generator_loss.detach(),
            "discriminator_loss": distance + self.config.penalty * penalty,
            "wasserstein_distance": -distance,
            "gradient_penalty": penalty,
        }
