"""Autoencoder (Hinton & Salakhutdinov 2006, Science 313): a picture through a narrow place, and back."""

from __future__ import annotations

from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import mse_loss

from gan_zoo.layers.residual import pyramid, residual_encoder, residual_generator, stem_size
from gan_zoo.models.base import Batch, Optimizers
from gan_zoo.models.kinds import Autoencoder
from gan_zoo.models.registry import register


@dataclass(frozen=True)
class AutoencoderConfig:
    size: int = 28
    """height and width of the pictures in pixels: 4 to 7, doubled at least once"""
    channels: int = 1
    """channels of the pictures: 1 for grey, 3 for colour"""
    width: int = 16
    """channels of the layers nearest the picture; each halving of the size doubles them"""
    max_width: int = 64
    """the most channels that any layer has"""
    latent_size: int = 32
    """numbers in a code; 2 make a map"""

    def __post_init__(self) -> None:
        stem_size(self.size)


@register("autoencoder")
class PlainAutoencoder(Autoencoder):
    """An encoder that squeezes a picture into a few numbers, and a decoder that draws it again.

    Nothing tells the codes how to lie: each number has mean 0 and variance 1 over the training pictures, from a batch norm
    at the encoder's end, and that is all that latents from N(0, I) have in common with them.
    """

    Config = AutoencoderConfig
    TINY = AutoencoderConfig(size=8, width=4, latent_size=4)
    LEARNING_RATES = {"encoder": 1e-3, "decoder": 1e-3}
    PUBLISHED = ("encoder", "decoder")

    def __init__(self, config: AutoencoderConfig) -> None:
        super().__init__(config)
        c = config
        widths = pyramid(c.size, c.width, c.max_width)
        self.encoder = nn.Sequential(
            # What a bias adds, the norm takes away.
            residual_encoder(c.channels, c.size, widths, c.latent_size, bias=False),
            nn.BatchNorm1d(c.latent_size, affine=False),
        )
        self.decoder = residual_generator(c.latent_size, c.channels, c.size, widths)

    def encode(self, images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n z"]:
        return self.encoder(images)

    def decode(self, z: Float[Tensor, "n z"]) -> Float[Tensor, "n c h w"]:
        return self.decoder(z)

    def training_step(self, batch: Batch, optimizers: Optimizers) -> dict[str, Tensor]:
        images = batch["image"]
        loss = mse_loss(self.decode(self.encode(images)).float(), images)
        for optimizer in optimizers.values():
            optimizer.zero_grad()
        loss.backward()
        for optimizer in optimizers.values():
            optimizer.step()
        return {"loss": loss.detach()}
