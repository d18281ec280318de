"""The networks of R3GAN: modern residual blocks without norms (Huang et al. 2024, https://arxiv.org/abs/2501.05441).

They are reduced to what a CPU can train.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import leaky_relu

from gan_zoo.layers.residual import pyramid, stem_size

SLOPE = 0.2
# With this gain, the activation keeps the variance of its input.
GAIN = math.sqrt(2 / (1 + SLOPE**2))


@dataclass(frozen=True)
class NetworkConfig:
    """The sizes of a generator and of a discriminator, which is its mirror image."""

    size: int = 64
    """height and width of the pictures in pixels: 4, 5, 6 or 7 doubled any number of times"""
    channels: int = 3
    """channels of the pictures: 1 for grey, 3 for colour"""
    width: int = 16
    """channels of the blocks at full size; each halving of the size doubles them"""
    max_width: int = 128
    """largest number of channels between blocks"""
    latent_size: int = 64
    """numbers in a latent"""
    blocks: int = 1
    """residual blocks for each size of the feature maps; the paper has 2"""
    expansion: int = 2
    """channels inside a block for each channel outside it"""
    group: int = 16
    """channels in each group of a grouped convolution, at most"""
    patch: int = 1
    """side of the square of pixels that each place of the largest feature maps stands for"""

    def __post_init__(self) -> None:
        if self.patch < 1 or self.size % self.patch:
            raise ValueError(f"patch is {self.patch}; it must divide size, which is {self.size}")
        stem_size(self.mapped)
        for name in ("width", "max_width", "blocks", "expansion", "group"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be at least 1")

    @property
    def mapped(self) -> int:
        """The side of the largest feature maps."""
        return self.size // self.patch

    @property
    def widths(self) -> list[int]:
        """The channels of the feature maps, from full size down to the stem."""
        return [min(self.width, self.max_width), *pyramid(self.mapped, 2 * self.width, self.max_width)]


def scaled(layer: nn.Module, gain: float = 1.0) -> nn.Module:
    """`layer` with weights from N(0, gain^2 / inputs), which multiply the variance of the input by gain^2."""
    weight = layer.get_parameter("weight")
    nn.init.normal_(weight, 0.0, gain / math.sqrt(weight[0].numel()))
    return layer


class BiasedActivation(nn.Module):
    """A bias for each channel, and leaky ReLU. Its gain belongs to the initial weights of the layer before it."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(channels, 1, 1))

    def forward(self, x: Float[Tensor, "n c h w"]) -> Float[Tensor, "n c h w"]:
        return leaky_relu(x + self.bias.to(x.dtype), SLOPE)


class Block(nn.Module):
    """A residual block that widens its input for a grouped convolution (Huang et al. 2024, section 3.3 and figure 4).

    The last weights begin at 0, as in Fix-up (Zhang et al. 2019): a new network is a chain of identities. The first two
    layers begin smaller in a deeper network: `depth` counts the blocks of a whole network.
    """

    def __init__(self, channels: int, config: NetworkConfig, depth: int) -> None:
        super().__init__()
        inside, gain = channels * config.expansion, GAIN * depth**-0.25  # three layers: depth^(-1 / (2 * 3 - 2))
        grouped = nn.Conv2d(inside, inside, 3, padding=1, groups=groups(inside, config.group), bias=False)
        self.branch = nn.Sequential(
            scaled(nn.Conv2d(channels, inside, 1, bias=False), gain),
            BiasedActivation(inside),
            scaled(grouped, gain),
            BiasedActivation(inside),
            scaled(nn.Conv2d(inside, channels, 1, bias=False), 0.0),
        )

    def forward(self, x: Float[Tensor, "n c h w"]) -> Float[Tensor, "n c h w"]:
        return x + self.branch(x)


def stage(channels: int, config: NetworkConfig) -> list[nn.Module]:
    """The residual blocks for feature maps of one size."""
    return [Block(channels, config, config.blocks * len(config.widths)) for _ in range(config.blocks)]


def groups(channels: int, most: int) -> int:
    """The smallest number of equal groups that `channels` can be cut into, with at most `most` channels in each."""
    return next(n for n in range(1, channels + 1) if channels % n == 0 and channels // n <= most)


def matched(a: int, b: int) -> list[nn.Module]:
    """The 1x1 convolution from `a` to `b` channels; nothing where they are equal."""
    return [scaled(nn.Conv2d(a, b, 1, bias=False))] if a != b else []


class Stem(nn.Module):
    """A learnt picture of features, whose channels the latent scales."""

    def __init__(self, latent_size: int, channels: int, size: int) -> None:
        super().__init__()
        self.scales = scaled(nn.Linear(latent_size, channels, bias=False))
        self.basis = nn.Parameter(torch.randn(channels, size, size))

    def forward(self, z: Float[Tensor, "n z"]) -> Float[Tensor, "n c h w"]:
        return self.scales(z)[:, :, None, None] * self.basis


def generator(config: NetworkConfig) -> nn.Sequential:
    """The network from latents `n z` to pictures `n c h w`, which it does not clip."""
    widths = config.widths[::-1]
    layers: list[nn.Module] = [Stem(config.latent_size, widths[0], stem_size(config.mapped)), *stage(widths[0], config)]
    for a, b in pairwise(widths):
        # The 1x1 convolution and the interpolation can swap places; it is cheaper on the small map.
        layers += [*matched(a, b), nn.Upsample(scale_factor=2, mode="bilinear"), *stage(b, config)]
    layers += [scaled(nn.Conv2d(widths[-1], config.channels * config.patch**2, 1, bias=False))]
    return nn.Sequential(*layers, *[nn.PixelShuffle(config.patch)] * (config.patch > 1))


def discriminator(config: NetworkConfig) -> nn.Sequential:
    """The network from pictures `n c h w` to logits `n 1`: the mirror image of the generator."""
    widths, stem = config.widths, stem_size(config.mapped)
    layers: list[nn.Module] = [nn.PixelUnshuffle(config.patch)] * (config.patch > 1)
    layers += [scaled(nn.Conv2d(config.channels * config.patch**2, widths[0], 1, bias=False)), *stage(widths[0], config)]
    for a, b in pairwise(widths):
        # Bilinear interpolation to half the size takes the mean of each two by two pixels.
        layers += [nn.AvgPool2d(2), *matched(a, b), *stage(b, config)]
    last = widths[-1]
    return nn.Sequential(
        *layers,
        scaled(nn.Conv2d(last, last, stem, groups=last, bias=False)),
        nn.Flatten(),
        scaled(nn.Linear(last, 1, bias=False)),
    )
