"""Residual blocks, and the generators, critics and encoders that are built from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from jaxtyping import Float
from torch import Tensor, nn


def stem_size(size: int) -> int:
    """The side between 4 and 7 pixels that repeated halving of `size` leads to; raises ValueError if there is none."""
    stem = size
    while stem > 7 and stem % 2 == 0:
        stem //= 2
    if not 4 <= stem <= 7 or stem == size:
        raise ValueError(f"size is {size}; it must be 4, 5, 6 or 7 doubled at least once")
    return stem


def pyramid(size: int, width: int, max_width: int) -> list[int]:
    """The channels of the feature maps from half the size down to the stem; they double each time, up to `max_width`."""
    halvings = (size // stem_size(size)).bit_length() - 1
    return [min(width << i, max_width) for i in range(halvings)]


class ResidualUp(nn.Module):
    """A residual block that doubles the size (Miyato et al. 2018, figure 10b).

    One branch has norm, ReLU and convolution twice; the other is a 1x1 convolution. A transposed 4x4 convolution replaces
    the upsampling and the 3x3 convolution of the paper, at less than half the cost.
    """

    def __init__(self, a: int, b: int) -> None:
        super().__init__()
        self.branch = nn.Sequential(
            nn.BatchNorm2d(a),
            nn.ReLU(),
            nn.ConvTranspose2d(a, b, 4, 2, 1, bias=False),
            nn.BatchNorm2d(b),
            nn.ReLU(),
            nn.Conv2d(b, b, 3, padding=1),
        )
        self.skip = nn.Sequential(nn.Conv2d(a, b, 1, bias=False), nn.Upsample(scale_factor=2))

    def forward(self, x: Float[Tensor, "n a h w"]) -> Float[Tensor, "n b 2*h 2*w"]:
        return self.branch(x) + self.skip(x)


class ResidualDown(nn.Module):
    """A residual block that halves the size (Miyato et al. 2018, figure 10a).

    One branch has leaky ReLU and convolution twice; the other is a 1x1 convolution. There is no norm; `wrap` is applied to
    each convolution, for instance `spectral_norm`.
    """

    def __init__(self, a: int, b: int, wrap: Callable[[nn.Module], nn.Module]) -> None:
        super().__init__()
        self.branch = nn.Sequential(
            nn.LeakyReLU(0.1),
            wrap(nn.Conv2d(a, a, 3, padding=1)),
            nn.LeakyReLU(0.1),
            wrap(nn.Conv2d(a, b, 4, 2, 1)),
        )
        self.skip = nn.Sequential(nn.AvgPool2d(2), wrap(nn.Conv2d(a, b, 1)))

    def forward(self, x: Float[Tensor, "n a h w"]) -> Float[Tensor, "n b h//2 w//2"]:
        return self.branch(x) + self.skip(x)


def residual_generator(latent_size: int, channels: int, size: int, widths: Sequence[int]) -> nn.Sequential:
    """A generator from latents `n z` to pictures `n c h w` in [-1, 1].

    It has a linear stem, residual blocks up to half the size, and a last doubling to the picture. `widths` comes from
    `pyramid`.
    """
    stem, widths = stem_size(size), widths[::-1]
    return nn.Sequential(
        nn.Linear(latent_size, widths[0] * stem**2),
        nn.Unflatten(1, (widths[0], stem, stem)),
        *[ResidualUp(a, b) for a, b in pairwise(widths)],
        nn.BatchNorm2d(widths[-1]),
        nn.ReLU(),
        nn.ConvTranspose2d(widths[-1], channels, 4, 2, 1),
        nn.Tanh(),
    )


def residual_critic(
    channels: int, widths: Sequence[int], wrap: Callable[[nn.Module], nn.Module] = lambda layer: layer
) -> nn.Sequential:
    """A critic from pictures `n c h w` to features `n widths[-1] stem stem`.

    Its first layer halves the picture; residual blocks follow. `wrap` is applied to each convolution.
    """
    return nn.Sequential(
        wrap(nn.Conv2d(channels, widths[0], 4, 2, 1)),
        *[ResidualDown(a, b, wrap) for a, b in pairwise(widths)],
        nn.LeakyReLU(0.1),
    )


def residual_encoder(channels: int, size: int, widths: Sequence[int], outputs: int, bias: bool = True) -> nn.Sequential:
    """An encoder from pictures `n c h w` to `n outputs`: `residual_critic`, and one linear layer on all its features."""
    inside = widths[-1] * stem_size(size) ** 2
    return nn.Sequential(residual_critic(channels, widths), nn.Flatten(), nn.Linear(inside, outputs, bias=bias))
