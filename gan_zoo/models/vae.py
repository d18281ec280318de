"""Variational autoencoder (Kingma & Welling 2014, https://arxiv.org/abs/1312.6114)."""

from __future__ import annotations

from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor

from gan_zoo.layers.gaussian import drawn, kl_to_prior
from gan_zoo.layers.residual import pyramid, residual_encoder, residual_generator, stem_size
from gan_zoo.models.base import Batch, Optimizers
from gan_zoo.models.kinds import Autoencoder
from gan_zoo.models.registry import register


@dataclass(frozen=True)
class VAEConfig:
    size: int = 28
    """height and width of the pictures in pixels: 4, 5, 6 or 7 doubled at least once"""
    channels: int = 1
    """channels of the pictures: 1 for grey, 3 for colour"""
    width: int = 16
    """channels of the layers nearest the picture; each halving of the size doubles them"""
    max_width: int = 64
    """largest number of channels of a layer"""
    latent_size: int = 32
    """numbers in a code; with 2, the codes can be shown as a map"""
    beta: float = 1.0
    """weight of the KL term; a larger one brings the codes closer to N(0, I) but loses more detail"""

    def __post_init__(self) -> None:
        stem_size(self.size)
        if self.beta < 0:
            raise ValueError(f"beta is {self.beta}; it must be 0 or more")


@register("vae")
class VAE(Autoencoder):
    """An autoencoder whose code is a normal distribution for each picture.

    The loss keeps all these distributions together close to N(0, I), so latents from N(0, I) give plausible pictures. Only
    the decoder is needed to generate.
    """

    Config = VAEConfig
    TINY = VAEConfig(size=8, width=4, latent_size=4)
    LEARNING_RATES = {"encoder": 1e-3, "decoder": 1e-3}
    PUBLISHED = ("encoder", "decoder")
    LOSS_WEIGHT = "beta"

    def __init__(self, config: VAEConfig) -> None:
        super().__init__(config)
        c = config
        widths = pyramid(c.size, c.width, c.max_width)
        self.encoder = residual_encoder(c.channels, c.size, widths, 2 * c.latent_size)
        self.decoder = residual_generator(c.latent_size, c.channels, c.size, widths)

    def posterior(self, images: Float[Tensor, "n c h w"]) -> tuple[Float[Tensor, "n z"], Float[Tensor, "n z"]]:
        """The mean of q(z|x) and the logarithm of its variance, in float32."""
        mean, log_variance = self.encoder(images).float().chunk(2, 1)
        return mean, log_variance.clamp(-12, 6)

    def encode(self, images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n z"]:
        """The codes of pictures: the means of q(z|x)."""
        return self.posterior(images)[0]

    def decode(self, z: Float[Tensor, "n z"]) -> Float[Tensor, "n c h w"]:
        return self.decoder(z)

    def training_step(self, batch: Batch, optimizers: Optimizers) -> dict[str, Tensor]:
        images = batch["image"]
        mean, log_variance = self.posterior(images)
        z = drawn(mean, log_variance)
        # The negative of eq. 10 for one sample; pixels are Gaussian with variance 1/2.
        error = (self.decode(z).float() - images).square().sum((1, 2, 3)).mean()
        kl = kl_to_prior(mean, log_variance).mean()
        loss = error + self.config.beta * kl
        for optimizer in optimizers.values():
            optimizer.zero_grad()
        loss.backward()
        for optimizer in optimizers.values():
            optimizer.step()
        return {"loss": loss.detach(), "error": error.detach(), "kl": kl.detach()}
