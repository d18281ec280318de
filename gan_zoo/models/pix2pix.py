"""pix2pix (Isola et al. 2017, https://arxiv.org/abs/1611.07004): a U-Net as generator and a PatchGAN as discriminator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import l1_loss

from gan_zoo.imaging.colour import lab_to_rgb, rgb_to_lab
from gan_zoo.layers import losses
from gan_zoo.layers.adversarial import adversarial_step, init_dcgan
from gan_zoo.layers.patch_gan import PATCHES, patch_gan
from gan_zoo.layers.unet import FlatUNet, UNet, paper_mode
from gan_zoo.models.base import Batch, Optimizers
from gan_zoo.models.kinds import Translator
from gan_zoo.models.registry import register


@dataclass(frozen=True)
class Pix2PixConfig:
    size: int = 256
    """height and width of the pictures in pixels: a power of two, at least 4"""
    input_channels: int = 3
    """channels of the input picture"""
    channels: int = 3
    """channels of the output picture"""
    space: Literal["rgb", "lab"] = "rgb"
    """colour space of the output; with lab, the input is the lightness, and only the colours a and b are drawn"""
    width: int = 64
    """channels of the layer nearest the picture; each halving doubles them, up to eight times as many"""
    max_width: int = 512
    """largest number of channels of a layer"""
    halvings: int = 0
    """levels of the U-Net; 0 for the number that leads to a single pixel"""
    resized: int = 0
    """levels of the U-Net, from the outermost on, that repeat pixels instead of using a transposed convolution"""
    wiring: Literal["paper", "flat"] = "paper"
    """structure of the U-Net: as in the paper, or flat as in PyTorch-GAN, for which huggan shares weights"""
    critic_width: int = 64
    """channels of the discriminator's first layer"""
    patch: int = 70
    """side in pixels of the patches that the discriminator judges: 1, 16, 34, 70, 142, 286, or 0 for the whole picture"""
    norm: Literal["batch", "instance"] = "batch"
    """normalisation by the statistics of the batch, or of each picture (instance)"""
    dropout: float = 0.5
    """dropout rate of the deep layers; dropout is the noise of this model"""
    l1: float = 100.0
    """weight lambda of the mean absolute difference from the target; with 0, only the adversarial loss remains"""
    adversarial: float = 1.0
    """weight of the adversarial loss; with 0, the model is a regressor without a discriminator"""
    loss: str = "non_saturating"
    """adversarial loss: non_saturating, least_squares or hinge"""
    betas: tuple[float, float] = (0.5, 0.999)
    """Adam's decay rates"""

    def __post_init__(self) -> None:
        if self.size < 4 or self.size & (self.size - 1):
            raise ValueError(f"size is {self.size}; it must be a power of two, at least 4")
        if not 0 <= self.halvings <= self.levels:
            raise ValueError(f"halvings is {self.halvings}; {self.size} pixels can be halved {self.levels} times at most")
        if self.patch not in (0, 1, *PATCHES):
            raise ValueError(f"patch is {self.patch}; it must be 0, 1, {', '.join(map(str, PATCHES))}")
        if self.space == "lab" and (self.input_channels, self.channels) != (1, 3):
            raise ValueError("space is lab; then input_channels must be 1 and channels 3")
        if self.loss not in losses.ADVERSARIAL:
            raise ValueError(f"loss is '{self.loss}'; it must be one of {', '.join(losses.ADVERSARIAL)}")
        if self.l1 == self.adversarial == 0:
            raise ValueError("l1 and adversarial are both 0; one of them must teach the generator")

    @property
    def levels(self) -> int:
        """The number of halvings that lead to a single pixel."""
        return self.size.bit_length() - 1


@register("pix2pix")
class Pix2Pix(Translator):
    """A translator with a learned loss: L1 teaches where things are, and a discriminator of patches teaches real textures."""

    Config = Pix2PixConfig
    TINY = Pix2PixConfig(size=16, width=4, critic_width=4, patch=16)
    LEARNING_RATES = {"generator": 2e-4, "discriminator": 2e-4}
    PUBLISHED = ("generator",)

    def __init__(self, config: Pix2PixConfig) -> None:
        super().__init__(config)
        drawn = 2 if config.space == "lab" else config.channels
        widths = [min(config.width * min(2**i, 8), config.max_width) for i in range(config.halvings or config.levels)]
        outer = config.input_channels, drawn
        self.generator = (
            FlatUNet(outer, widths, config.dropout)
            if config.wiring == "flat"
            else UNet(outer, widths, config.norm, config.dropout, config.resized)
        )
        # It sees pairs of input and picture, so it can judge whether they belong together (eq. 1).
        self.discriminator = patch_gan(
            config.input_channels + drawn, config.critic_width, config.patch, config.size, config.norm
        )
        init_dcgan(self)

    def translate(self, images: Float[Tensor, "n ci h w"], paper: bool = False) -> Float[Tensor, "n c h w"]:
        with paper_mode(self.generator, paper):
            drawn = self.generator(images)
        if self.config.space == "lab":
            return lab_to_rgb(torch.cat([images.float(), drawn.float()], 1))
        return drawn

    def training_step(self, batch: Batch, optimizers: Optimizers) -> dict[str, Tensor]:
        given, target, c = batch["input"], batch["image"], self.config
        if c.space == "lab":
            target = rgb_to_lab(target)[:, 1:]
        drawn = self.generator(given)
        difference = l1_loss(drawn.float(), target)
        if not c.adversarial:
            optimizers["generator"].zero_grad()
            difference.backward()
            optimizers["generator"].step()
            return {"l1": difference.detach()}
        real, fake = (torch.cat([given, picture], 1) for picture in (target, drawn))
        values = adversarial_step(
            self.discriminator, real, fake, optimizers, c.loss, regularizer=c.l1 * difference, weight=c.adversarial
        )
        return values | {"l1": difference.detach()}
