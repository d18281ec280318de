"""Line drawings from pictures: classical edge detectors, and changes that make the lines look drawn by hand.

`Ink` is `n 1 h w` in [0, 1]: 1 on a line, 0 elsewhere.
"""

from __future__ import annotations

import math

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn.functional import conv2d, grid_sample, interpolate, pad

Ink = Float[Tensor, "n 1 h w"]
Images = Float[Tensor, "n c h w"]
# Half the side of the square that holds the pen's tip, in pixels.
_REACH = 3


def blur(images: Images, sigma: float) -> Images:
    """Gaussian blur with a standard deviation of `sigma` pixels; the border pixels are repeated outwards."""
    down, across = (_blurring(size, sigma, images.device) for size in images.shape[2:])
    return down @ images @ across.T


def _blurring(size: int, sigma: float, device: torch.device) -> Float[Tensor, "s s"]:
    """The matrix that blurs along one side. Multiplying by it is faster than a convolution of each channel."""
    reach = math.ceil(3 * sigma)
    place = torch.arange(-reach, reach + 1, device=device)
    weights = torch.exp(-(place**2) / (2 * sigma**2))
    pixel = torch.arange(size, device=device)[:, None]
    return torch.zeros(size, size, device=device).scatter_add_(
        1, (pixel + place).clamp(0, size - 1), (weights / weights.sum()).expand(size, -1)
    )


def _gradient(images: Images) -> tuple[Ink, Ink]:
    """Sobel derivatives (downwards, rightwards) of the channel that changes most; a step from black to white gives 2."""
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
    """Thick, uneven lines: the pixels whose gradient is above `threshold`, after a blur of `sigma` pixels.

    The gradient lies in [0, 1] for pictures in [-1, 1].
    """
    y, x = _gradient(blur(images, sigma))
    return ((y.square() + x.square()).sqrt() / 2 > threshold).float()


def canny(images: Images, sigma: float, low: float, high: float) -> Ink:
    """Lines one pixel wide, where the gradient has its maximum across the line (Canny 1986).

    Args:
        sigma: standard deviation in pixels of the blur before; a larger one gives fewer and smoother lines.
        low, high: gradients in [0, 1]. A line needs a gradient above `low` everywhere and above `high` somewhere.
    """
    y, x = _gradient(blur(images, sigma))
    strength = (y.square() + x.square()).sqrt() / 2
    h, w = images.shape[2:]
    around = pad(strength, (1,) * 4)
    # The direction across the line: right, right and down, down, or left and down.
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
            grown = thicker(grown) & weak
        if torch.equal(grown, line):
            return line.float()
        line = grown


def thicker(mask: Bool[Tensor, "n 1 h w"]) -> Bool[Tensor, "n 1 h w"]:
    """Grow a mask by one pixel on every side. This is many times faster than pooling."""
    wide = mask.clone()
    wide[..., 1:] |= mask[..., :-1]
    wide[..., :-1] |= mask[..., 1:]
    high = wide.clone()
    high[..., 1:, :] |= wide[..., :-1, :]
    high[..., :-1, :] |= wide[..., 1:, :]
    return high


def difference_of_gaussians(images: Images, sigma: float, sharpness: float = 12.0, threshold: float = 0.02) -> Ink:
    """Soft strokes where a picture is darker than its surroundings; they are thick where it is dark.

    This is the extended difference of Gaussians without its tones (Winnemöller et al. 2012).
    """
    grey = images.mean(1, keepdim=True) / 2
    return ((blur(grey, 1.6 * sigma) - blur(grey, sigma) - threshold) * sharpness).clamp(0, 1)


def outline(images: Images, background: float = 0.06) -> Ink:
    """The outline of an object on a white background.

    A pixel belongs to the object if one of its channels is darker than white by more than `background`, in [0, 1].
    """
    thing = (1 - images.amin(1, keepdim=True)) / 2 > background
    thing = thicker(~thicker(~thing))  # removes specks
    return (thicker(thing) & ~thing).float()


def draw(ink: Ink, widths: Float[Tensor, "n"]) -> Ink:
    """Redraw one-pixel lines with a round pen; `widths` gives its width in pixels for each picture."""
    n, _, h, w = ink.shape
    place = torch.arange(-_REACH, _REACH + 1, device=ink.device)
    distance = (place[:, None] ** 2 + place**2).sqrt()
    tips = (widths[:, None, None] / 2 + 0.5 - distance).clamp(0, 1)  # n 7 7
    return conv2d(ink.reshape(1, n, h, w), tips[:, None], padding=_REACH, groups=n).view(n, 1, h, w).clamp(0, 1)


def wobble(images: Images, most: Float[Tensor, "n"]) -> Images:
    """Bend each picture smoothly by up to about `most` pixels in long waves, and by half as much in short waves."""
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
    right, down = (bend * most[:, None, None, None]).unbind(1)  # in pixels, n h w each
    grid = torch.stack([x + right * (2 / w), y + down * (2 / h)], 3)
    return grid_sample(images, grid, padding_mode="border", align_corners=False)


def breaks(ink: Ink, share: Float[Tensor, "n"]) -> Ink:
    """Erase gaps from the lines: spots of about an eighth of the size, which cover about `share` of each picture."""
    n, _, h, w = ink.shape
    noise = interpolate(torch.randn(n, 1, 14, 14, device=ink.device), (h, w), mode="bilinear")
    # Interpolation lowers the standard deviation of the noise from 1 to about 0.65.
    level = torch.special.ndtri(share.clamp(1e-4, 0.5)) * 0.65
    return ink * (noise > level[:, None, None, None])
