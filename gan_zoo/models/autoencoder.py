"""Autoencoder (Hinton & Salakhutdinov 2006, Science 313): pictures are compressed to short codes and restored."""

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
    """height and width of the pictures in pixels: 4, 5, 6 or 7 doubled at least once"""
    channels: int = 1
    """channels of the pictures: 1 for grey, 3 for colour"""
    width: int = 16
    """channels of the layers nearest the picture; each halving of the size doubles them"""
    max_width: int = 64
    """largest number of channels of a layer"""
    latent_size: int = 32
    """numbers in a code; with 2, the codes can be shown as a map"""

    def __post_init__(self) -> None:
        stem_size(self.size)


@register("autoencoder")
class PlainAutoencoder(Autoencoder):
    """An encoder that compresses a picture to a few numbers, and a decoder that restores the picture from them.

    No loss shapes the distribution of the codes. A batch norm at the end of the encoder gives each number mean 0 and
    variance 1 over the training pictures; apart from that, codes differ from latents from N(0, I).
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
            # No bias, because the norm would cancel it.
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
