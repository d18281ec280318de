"""SPADE, or GauGAN (Park et al. 2019, https://arxiv.org/abs/1903.07291), reduced: painted labels become a photograph.

The labels enter through the norms. Each norm is followed by a scale and a shift that differ from place to place, and that
convolutions compute from the labels (eq. 1). So an area of one label keeps its meaning in every layer; a network that only
reads labels at its input loses it in the first norm. An encoder computes the latent of a picture, and a random latent gives
another picture for the same labels.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import interpolate, l1_loss, leaky_relu, relu

from gan_zoo.layers import losses
from gan_zoo.layers.gaussian import posterior_sample
from gan_zoo.layers.multi_scale import MultiScale, matching_step
from gan_zoo.layers.patch_gan import PATCHES
from gan_zoo.layers.residual import pyramid, residual_encoder, stem_size
from gan_zoo.models.base import Batch, Optimizers
from gan_zoo.models.kinds import Proposer
from gan_zoo.models.registry import register

Images = Float[Tensor, "n c h w"]
Labels = Float[Tensor, "n l h w"]
Latents = Float[Tensor, "n z"]


@dataclass(frozen=True)
class SpadeConfig:
    size: int = 256
    """height and width of the pictures in pixels; halved once for each width, they lead to at least 4 pixels"""
    input_channels: int = 3
    """number of labels; the input has a channel for each, 1 where the label is painted and -1 elsewhere"""
    channels: int = 3
    """channels of the output picture"""
    widths: tuple[int, ...] = (128, 128, 96, 64, 32)
    """channels of the maps from the smallest size up to half the size"""
    hidden: int = 24
    """channels between the labels and the scales and shifts of a norm"""
    latent_size: int = 16
    """numbers in the latent, which decides the light and the textures"""
    encoder_width: int = 16
    """channels of the encoder's first layer; each further layer has twice as many, up to four times the first"""
    critic_width: int = 24
    """channels of each discriminator's first layer; each halving doubles them"""
    patch: int = 70
    """side in pixels of the patches that the discriminators judge, each at its scale"""
    scales: int = 2
    """number of discriminators; each further one sees the picture at half the size"""
    l1: float = 0.0
    """weight of the mean absolute difference from the target; the paper has none"""
    perceptual: float = 10.0
    """weight of the perceptual distance from the target over the features of `eye`; 0 leaves it out"""
    eye: str = "features-imagenet"
    """name of the weights whose features the perceptual distance compares"""
    feature_matching: float = 10.0
    """weight of the difference between the discriminators' feature maps"""
    kl: float = 0.05
    """weight of the KL divergence, in nats, between the encoder's distribution and N(0, I)"""
    loss: str = "hinge"
    """adversarial loss: hinge as in the paper, non_saturating or least_squares"""
    betas: tuple[float, float] = (0.0, 0.999)
    """Adam's decay rates"""

    def __post_init__(self) -> None:
        if self.size % 2 ** len(self.widths) or self.size < 2 ** (len(self.widths) + 2):
            raise ValueError(
                f"size is {self.size}; {len(self.widths)} halvings, one for each width, must lead to 4 pixels or more"
            )
        stem_size(self.size)
        if self.patch not in PATCHES:
            raise ValueError(f"patch is {self.patch}; it must be {', '.join(map(str, PATCHES))}")
        if self.scales < 1:
            raise ValueError(f"scales is {self.scales}; it must be at least 1")
        if self.loss not in losses.ADVERSARIAL:
            raise ValueError(f"loss is '{self.loss}'; it must be one of {', '.join(losses.ADVERSARIAL)}")


class SpatialNorm(nn.Module):
    """A batch norm whose scale and shift come from the labels, place by place (eq. 1)."""

    def __init__(self, width: int, labels: int, hidden: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(width, affine=False)
        self.shared = nn.Conv2d(labels, hidden, 3, padding=1)
        self.modulation = nn.Conv2d(hidden, 2 * width, 3, padding=1)

    def forward(self, x: Float[Tensor, "n a h w"], labels: Labels) -> Float[Tensor, "n a h w"]:
        scale, shift = self.modulation(relu(self.shared(labels))).chunk(2, 1)
        return self.norm(x) * (1 + scale) + shift


class SpadeBlock(nn.Module):
    """A residual block: norm, leaky ReLU and convolution twice, and a 1x1 convolution beside them (figure 4)."""

    def __init__(self, a: int, b: int, labels: int, hidden: int) -> None:
        super().__init__()
        self.norms = nn.ModuleList([SpatialNorm(a, labels, hidden), SpatialNorm(b, labels, hidden)])
        self.convolutions = nn.ModuleList([nn.Conv2d(a, b, 3, padding=1), nn.Conv2d(b, b, 3, padding=1)])
        self.skip = nn.Conv2d(a, b, 1, bias=False) if a != b else nn.Identity()

    def forward(self, x: Float[Tensor, "n a h w"], labels: Labels) -> Float[Tensor, "n b h w"]:
        y = x
        for norm, convolution in zip(self.norms, self.convolutions, strict=True):
            y = convolution(leaky_relu(norm(y, labels), 0.2))
        return self.skip(x) + y


class Generator(nn.Module):
    """A network from labels `n l h w` and latents `n z` to pictures `n c h w` in [-1, 1].

    Its last block works at half the size, because one at full size would take half of the total time.
    """

    def __init__(self, config: SpadeConfig) -> None:
        super().__init__()
        widths, labels = config.widths, config.input_channels
        self.stem = config.size >> len(widths)
        self.first = nn.Linear(config.latent_size, widths[0] * self.stem**2)
        steps = [(widths[0], widths[0]), *pairwise(widths)]
        self.blocks = nn.ModuleList(SpadeBlock(a, b, labels, config.hidden) for a, b in steps)
        self.last = nn.Conv2d(widths[-1], config.channels, 3, padding=1)

    def forward(self, labels: Labels, z: Latents) -> Images:
        x = self.first(z).unflatten(1, (-1, self.stem, self.stem))
        for i, block in enumerate(self.blocks):
            x = interpolate(x, scale_factor=2.0) if i else x
            x = block(x, interpolate(labels, size=x.shape[2:]).to(x.dtype))
        return self.last(interpolate(leaky_relu(x, 0.2), scale_factor=2.0)).tanh()


@register("spade")
class Spade(Proposer):
    """A translator from labels to photographs, with a latent for the rest."""

    Config = SpadeConfig
    TINY = SpadeConfig(
        size=16, widths=(4, 4), hidden=4, latent_size=2, encoder_width=4, critic_width=4, patch=16, perceptual=0.0, eye=""
    )
    LEARNING_RATES = {"generator": 1e-4, "encoder": 1e-4, "discriminator": 4e-4}
    PUBLISHED = ("generator",)
    TEACHER = "eye"

    def __init__(self, config: SpadeConfig) -> None:
        super().__init__(config)
        self.generator = Generator(config)
        widths = pyramid(config.size, config.encoder_width, 4 * config.encoder_width)
        self.encoder = residual_encoder(config.channels, config.size, widths, 2 * config.latent_size)
        channels = config.input_channels + config.channels
        self.discriminator = MultiScale(channels, config.critic_width, config.patch, config.size, config.scales)

    def draw(self, images: Labels, z: Latents) -> Images:
        return self.generator(images, z)

    def training_step(self, batch: Batch, optimizers: Optimizers) -> dict[str, Tensor]:
        labels, target, c = batch["input"], batch["image"], self.config
        z, kl = posterior_sample(self.encoder(target))
        drawn = self.generator(labels, z).float()
        real, fake = torch.cat([labels, target], 1), torch.cat([labels, drawn], 1)
        g_loss, match, values = matching_step(self.discriminator, real, fake, optimizers["discriminator"], c.loss)
        difference = l1_loss(drawn, target)
        loss = g_loss + c.feature_matching * match + c.kl * kl + c.l1 * difference
        values |= {"l1": difference.detach(), "kl": kl.detach()}
        if c.perceptual:
            distance = self.taught(drawn, target)
            values["perceptual"] = distance.detach()
            loss = loss + c.perceptual * distance
        optimizers["generator"].zero_grad()
        optimizers["encoder"].zero_grad()
        loss.backward()
        optimizers["generator"].step()
        optimizers["encoder"].step()
        return values
