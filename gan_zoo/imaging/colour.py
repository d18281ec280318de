"""Conversions between the colour spaces sRGB and CIE Lab. Lab keeps the lightness L apart from the colours a and b.

The standards are IEC 61966-2-1 (sRGB) and CIE 15 (Lab), with the white point D65.
"""

from __future__ import annotations

import functools

import torch
from jaxtyping import Float
from torch import Tensor

# L runs from 0 to 100. For colours of sRGB, a and b stay within about +-110.
LIGHTNESS, CHROMA = 50.0, 110.0
_TO_XYZ = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
_CUT = 6 / 29


def rgb_to_lab(images: Float[Tensor, "n 3 h w"]) -> Float[Tensor, "n 3 h w"]:
    """Convert sRGB in [-1, 1] to L / 50 - 1, a / 110 and b / 110, all in [-1, 1], in float32."""
    rgb = (images.float() + 1) / 2
    linear = torch.where(rgb > 0.04045, ((rgb.clamp(min=0) + 0.055) / 1.055) ** 2.4, rgb / 12.92)
    xyz = _mix(_matrix(images.device), linear)
    f = torch.where(xyz > _CUT**3, xyz.clamp(min=1e-8) ** (1 / 3), xyz / (3 * _CUT**2) + 4 / 29)
    x, y, z = f.unbind(1)
    lab = ((116 * y - 16) / LIGHTNESS - 1, 500 * (x - y) / CHROMA, 200 * (y - z) / CHROMA)
    return torch.stack(lab, 1)


def lab_to_rgb(images: Float[Tensor, "n 3 h w"]) -> Float[Tensor, "n 3 h w"]:
    """Convert Lab back to sRGB: the inverse of `rgb_to_lab`. Colours outside sRGB are clamped to [-1, 1]."""
    lightness, a, b = images.float().unbind(1)
    y = ((lightness + 1) * LIGHTNESS + 16) / 116
    f = torch.stack([y + a * CHROMA / 500, y, y - b * CHROMA / 200], 1)
    xyz = torch.where(f > _CUT, f**3, 3 * _CUT**2 * (f - 4 / 29))
    linear = _mix(_matrix(images.device, inverse=True), xyz)
    rgb = torch.where(linear > 0.0031308, 1.055 * linear.clamp(min=1e-8) ** (1 / 2.4) - 0.055, linear * 12.92)
    return (rgb * 2 - 1).clamp(-1, 1)


@functools.cache
@torch.inference_mode(False)  # it may be made while pictures are served, and be needed in training
def _matrix(device: torch.device, inverse: bool = False) -> Float[Tensor, "3 3"]:
    """The matrix from linear RGB to XYZ, or back; white is (1, 1, 1) in both. It is uploaded to a device once."""
    matrix = torch.tensor(_TO_XYZ)
    matrix = matrix / matrix.sum(1, keepdim=True)
    return (torch.linalg.inv(matrix) if inverse else matrix).to(device)


def _mix(matrix: Float[Tensor, "3 3"], images: Float[Tensor, "n 3 h w"]) -> Float[Tensor, "n 3 h w"]:
    # A matrix product would run in half precision under autocast.
    return (matrix[:, :, None, None] * images[:, None]).sum(2)
