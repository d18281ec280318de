"""Layers and training steps that two or more models use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from jaxtyping import Float
from torch import Tensor, nn


def stem_size(size: int) -> int:
    """The side between 4 and 7 pixels that `size` comes down to by halving; ValueError where it doesn't."""
    stem = size
    while stem > 7 and stem % 2 == 0:
        stem //= 2
    if not 4 <= stem <= 7 or stem == size:
        raise ValueError(f"size is {size}; it must be 4, 5, 6 or 7 doubled at least once")
    return stem


def pyramid(size: int, width: int, max_width: int) -> list[int]:
    """Channels of the feature maps from half the picture's size down to the stem: doubled each time, up to a cap."""
    halvings = (size // stem_size(size)).bit_length() - 1
    return [min(width << i, max_width) for i in range(halvings)]


class ResidualUp(nn.Module):
    """Norm, ReLU and convolution twice, the first doubling the size, beside a 1x1 convolution (Miyato et al. 2018,
    figure 10b). A transposed convolution of 4x4 is their doubling and 3x3 in one, at less than half the cost."""

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
    """Leaky ReLU and convolution twice, the second halving the size, beside a 1x1 convolution (Miyato et al. 2018,
    figure 10a); no norm, but each convolution goes through `wrap`."""

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
    """`n z` to `n c h w` in [-1, 1]: a linear stem, residual blocks up to half the size, one doubling to the picture.

    `widths` are those of `pyramid`.
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
    """`n c h w` to the features `n widths[-1] stem stem`: one halving next to the picture, then residual blocks."""
    return nn.Sequential(
        wrap(nn.Conv2d(channels, widths[0], 4, 2, 1)),
        *[ResidualDown(a, b, wrap) for a, b in pairwise(widths)],
        nn.LeakyReLU(0.1),
    )


def residual_encoder(channels: int, size: int, widths: Sequence[int], outputs: int, bias: bool = True) -> nn.Sequential:
    """`n c h w` to `n outputs`: `residual_critic`, and one linear layer on all that it sees."""
    inside = widths[-1] * stem_size(size) ** 2
    return nn.Sequential(residual_critic(channels, widths), nn.Flatten(), nn.Linear(inside, outputs, bias=bias))
