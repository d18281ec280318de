"""Regressor: a network that memorises a picture for each code by supervised learning, without a GAN."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import mse_loss

from gan_zoo.imaging.images import to_uint8
from gan_zoo.layers.residual import pyramid, residual_generator, stem_size
from gan_zoo.models.base import Batch, Optimizers
from gan_zoo.models.kinds import Autoencoder
from gan_zoo.models.registry import register


@dataclass(frozen=True)
class RegressorConfig:
    size: int = 28
    """height and width of the pictures in pixels: 4, 5, 6 or 7 doubled at least once"""
    channels: int = 1
    """channels of the pictures: 1 for grey, 3 for colour"""
    latent_size: int = 100
    """numbers in a code"""
    network: Literal["single_layer", "multi_layer", "deconvolution"] = "multi_layer"
    """kind of network: a perceptron with one layer or with three layers, or transposed convolutions"""
    width: int = 128
    """units of the first hidden layer; the second has twice as many, and a deconvolution a quarter as many channels at most"""

    def __post_init__(self) -> None:
        stem_size(self.size)


@register("regressor")
class Regressor(Autoencoder):
    """A network that learns to draw a given picture for each code, until it has memorised all pictures.

    The code of a picture says nothing about it: it is noise with a checksum of the picture's bytes as its seed. From the
    codes of learnt pictures, the network restores these pictures. From all other codes, it draws mixtures of them.
    """

    Config = RegressorConfig
    TINY = RegressorConfig(size=8, latent_size=8, width=8)
    LEARNING_RATES = {"decoder": 1e-3}
    PUBLISHED = ("decoder",)

    def __init__(self, config: RegressorConfig) -> None:
        super().__init__(config)
        c = config
        pixels = c.channels * c.size**2
        shaped = (nn.Tanh(), nn.Unflatten(1, self.image_shape))
        if c.network == "single_layer":
            self.decoder = nn.Sequential(nn.Linear(c.latent_size, pixels), *shaped)
        elif c.network == "multi_layer":
            self.decoder = nn.Sequential(
                nn.Linear(c.latent_size, c.width),
                nn.LeakyReLU(0.2),
                nn.Linear(c.width, 2 * c.width),
                nn.LeakyReLU(0.2),
                nn.Linear(2 * c.width, pixels),
                *shaped,
            )
        else:
            self.decoder = residual_generator(c.latent_size, c.channels, c.size, pyramid(c.size, c.width // 8, c.width // 4))

    def encode(self, images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n z"]:
        """The code of each picture; equal bytes give equal codes."""
        seeds = [zlib.crc32(picture.numpy().tobytes()) for picture in to_uint8(images).cpu().contiguous()]
        codes = [torch.randn(self.config.latent_size, generator=torch.Generator().manual_seed(seed)) for seed in seeds]
        return torch.stack(codes).to(images.device)

    def decode(self, z: Float[Tensor, "n z"]) -> Float[Tensor, "n c h w"]:
        return self.decoder(z)

    def training_step(self, batch: Batch, optimizers: Optimizers) -> dict[str, Tensor]:
        images = batch["image"]
        optimizers["decoder"].zero_grad()
        loss = mse_loss(self.decode(self.encode(images)).float(), images)
        loss.backward()
        optimizers["decoder"].step()
        return {"loss": loss.detach()}

    def preview(self, batch: Batch, generator: torch.Generator) -> Float[Tensor, "n c h w"]:
        """Pictures of learnt codes in the first half, and of random codes in the second."""
        known = batch["image"][: len(batch["image"]) // 2]
        new = self.latent(len(batch["image"]) - len(known), generator).to(known.device)
        return self.decode(torch.cat([self.encode(known), new]))
