"""Lines drawn from pictures by classical detectors, and made to look as if a hand had drawn them.

Ink is `n 1 h w` in [0, 1], 1 where there is a line.
"""

from __future__ import annotations

import math

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn.functional import conv2d, grid_sample, interpolate, pad

Ink = Float[Tensor, "n 1 h w"]
Images = Float[Tensor, "n c h w"]
# Widths of a pen in pixels, and the half side of the square that its tip needs.
PENS = torch.arange(1.0, 5.5, 0.5)
_REACH = 3


def blur(images: Images, sigma: float) -> Images:
    """Gaussian blur with a standard deviation of `sigma` pixels; edges are continued outwards."""
    down, across = (_blurring(size, sigma, images.device) for size in images.shape[2:])
    return down @ images @ across.T


def _blurring(size: int, sigma: float, device: torch.device) -> Float[Tensor, "s s"]:
    """Blur along one side as a matrix, which is faster than a convolution for every channel by itself."""
    reach = math.ceil(3 * sigma)
    place = torch.arange(-reach, reach + 1, device=device)
    weights = torch.exp(-(place**2) / (2 * sigma**2))
    pixel = torch.arange(size, device=device)[:, None]
    return torch.zeros(size, size, device=device).scatter_add_(
        1, (pixel + place).clamp(0, size - 1), (weights / weights.sum()).expand(size, -1)
    )


def _gradient(images: Images) -> tuple[Ink, Ink]:
    """Down and right derivative of the channel that changes most, by Sobel's filter; a step from black to white is 2."""
    around = pad(images, (1,) * 4, "replicate")
    above, middle, below = around[:, :, :-2], around[:, :, 1:-1], around[:, :, 2:]
    down, smooth = below - above, above + 2 * middle + below
    y = (down[..., :-2] + 2 * down[..., 1:-1] + down[..., 2:]) / 4
    x = (smooth[..., 2:] - smooth[..., :-2]) / 4
    most_y, most_x = y[:, :1], x[:, :1]
    for i in range(1, images.shape[1]):
        larger = y[:, i : i + 1] ** 2 + x[:, i : i + 1] ** 2 > most_y**2 + most_x**2
        most_y, most_x = torch.where(larger, y[:, i : i + 1], most_y), torch.where(larger, x[:, i : i + 1], most_x)
    return most_y, most_x


def sobel(images: Images, sigma: float, threshold: float) -> Ink:
    """Where the gradient of the blurred picture, in [0, 1] for [-1, 1], is above `threshold`: thick, uneven lines."""
    y, x = _gradient(blur(images, sigma))
    return ((y.square() + x.square()).sqrt() / 2 > threshold).float()


def canny(images: Images, sigma: float, low: float, high: float) -> Ink:
    """Lines of one pixel where the gradient is largest across them (Canny 1986).

    Args:
        sigma: blur before, in pixels: the larger, the fewer and the smoother the lines.
        low, high: a line goes on where the gradient, in [0, 1], is above `low`, if somewhere it is above `high`.
    """
    y, x = _gradient(blur(images, sigma))
    strength = (y.square() + x.square()).sqrt() / 2
    h, w = images.shape[2:]
    around = pad(strength, (1,) * 4)
    # The direction across the line in eighths of a turn: right, right and down, down, left and down.
    eighth = (torch.atan2(y, x) / (math.pi / 4)).round().long() % 4
    steps = ((0, 1), (1, 1), (1, 0), (1, -1))
    ridge = torch.zeros_like(strength, dtype=torch.bool)
    for i, (down, right) in enumerate(steps):
        ahead = around[:, :, 1 + down : 1 + down + h, 1 + right : 1 + right + w]
        behind = around[:, :, 1 - down : 1 - down + h, 1 - right : 1 - right + w]
        ridge |= (eighth == i) & (strength >= ahead) & (strength > behind)
    weak = ridge & (strength > low)
    line = weak & (strength > high)
    while True:
        grown = line
        for _ in range(8):
            grown = _thicker(grown) & weak
        if torch.equal(grown, line):
            return line.float()
        line = grown


def _thicker(mask: Bool[Tensor, "n 1 h w"]) -> Bool[Tensor, "n 1 h w"]:
    """A pixel more on every side; many times faster than pooling."""
    wide = mask.clone()
    wide[..., 1:] |= mask[..., :-1]
    wide[..., :-1] |= mask[..., 1:]
    high = wide.clone()
    high[..., 1:, :] |= wide[..., :-1, :]
    high[..., :-1, :] |= wide[..., 1:, :]
    return high


def difference_of_gaussians(images: Images, sigma: float, sharpness: float = 12.0, threshold: float = 0.02) -> Ink:
    """What is darker than its surroundings (the extended difference of Gaussians of Winnemöller et al. 2012, without
    its tones): soft strokes, thick where the picture is dark."""
    grey = images.mean(1, keepdim=True) / 2
    return ((blur(grey, 1.6 * sigma) - blur(grey, sigma) - threshold) * sharpness).clamp(0, 1)


def outline(images: Images, background: float = 0.06) -> Ink:
    """The outline of what stands on white: where a channel falls short of white by `background`, in [0, 1]."""
    thing = (1 - images.amin(1, keepdim=True)) / 2 > background
    thing = _thicker(~_thicker(~thing))  # specks go
    return (_thicker(thing) & ~thing).float()


def draw(ink: Ink, widths: Float[Tensor, "n"]) -> Ink:
    """Lines of one pixel drawn again with a round pen, its width in pixels given for each picture."""
    n, _, h, w = ink.shape
    place = torch.arange(-_REACH, _REACH + 1, device=ink.device)
    distance = (place[:, None] ** 2 + place**2).sqrt()
    tips = (widths[:, None, None] / 2 + 0.5 - distance).clamp(0, 1)  # n 7 7
    return conv2d(ink.reshape(1, n, h, w), tips[:, None], padding=_REACH, groups=n).view(n, 1, h, w).clamp(0, 1)


def wobble(images: Images, most: Float[Tensor, "n"]) -> Images:
    """Each picture bent smoothly by up to about `most` pixels, in long waves and half as much in short ones."""
    n, _, h, w = images.shape
    bend = torch.zeros(n, 2, h, w, device=images.device)
    for share, waves in ((1.0, 5), (0.5, 14)):
        noise = torch.randn(n, 2, waves, waves, device=images.device)
        bend += share / 2 * interpolate(noise, (h, w), mode="bicubic", align_corners=True)
    y, x = torch.meshgrid(
        torch.linspace(-1 + 1 / h, 1 - 1 / h, h, device=images.device),
        torch.linspace(-1 + 1 / w, 1 - 1 / w, w, device=images.device),
        indexing="ij",
    )
    scale = torch.tensor([2 / w, 2 / h], device=images.device)
    grid = torch.stack([x, y], 2) + (bend * most[:, None, None, None]).permute(0, 2, 3, 1) * scale
    return grid_sample(images, grid, padding_mode="border", align_corners=False)


def breaks(ink: Ink, share: Float[Tensor, "n"]) -> Ink:
    """Gaps in the lines: about this share of each picture is wiped out, in spots of an eighth of its size."""
    n, _, h, w = ink.shape
    noise = interpolate(torch.randn(n, 1, 14, 14, device=ink.device), (h, w), mode="bilinear")
    # Interpolated noise has less than unit variance: about 0.65 of its deviation is left.
    level = torch.special.ndtri(share.clamp(1e-4, 0.5)) * 0.65
    return ink * (noise > level[:, None, None, None])
