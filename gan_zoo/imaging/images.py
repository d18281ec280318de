"""Conversion of pictures between tensors and PIL: ranges, grids, animations.

Float tensors are `n c h w` in [-1, 1]; byte tensors are uint8 in [0, 255].
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float, UInt8
from PIL import Image
from torch import Tensor


def to_float(images: UInt8[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """Convert bytes in [0, 255] to floats in [-1, 1]."""
    return images.float().div_(127.5).sub_(1.0)


def to_uint8(images: Float[Tensor, "*shape"]) -> UInt8[Tensor, "*shape"]:
    """Convert floats in [-1, 1] to bytes in [0, 255]; floats outside are clamped, and values are rounded to nearest."""
    return images.detach().float().clamp(-1, 1).add(1).mul(127.5).round().to(torch.uint8)


def to_pil(image: Float[Tensor, "c h w"] | UInt8[Tensor, "c h w"]) -> Image.Image:
    """Convert one picture with 1 or 3 channels to an `L` or `RGB` PIL image."""
    if image.dtype != torch.uint8:
        image = to_uint8(image)
    array = image.cpu().permute(1, 2, 0).numpy()
    return Image.fromarray(array[..., 0] if array.shape[2] == 1 else array)


def opaque(image: Image.Image, channels: int) -> Image.Image:
    """Convert a PIL image of any mode to `L` for 1 channel or `RGB` for 3; transparent parts become white."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba)
    return image.convert("L" if channels == 1 else "RGB")


def from_pil(image: Image.Image, channels: int) -> UInt8[Tensor, "c h w"]:
    """Convert a PIL image of any mode to bytes with 1 or 3 channels; transparent parts become white."""
    array = np.asarray(opaque(image, channels))
    # NumPy turns the axes around. Torch would start threads of its own in each thread that reads pictures.
    return torch.from_numpy(np.array(array.reshape(*array.shape[:2], channels).transpose(2, 0, 1), order="C"))


def grid(
    images: Float[Tensor, "n c h w"] | UInt8[Tensor, "n c h w"], columns: int | None = None, gap: int = 2, scale: int = 1
) -> Image.Image:
    """Arrange `n` pictures in rows on black, `gap` pixels apart, each enlarged `scale` times without smoothing.

    Without `columns`, there are as many columns as the square root of `n`, rounded up.
    """
    images = (images if images.dtype == torch.uint8 else to_uint8(images)).cpu()
    n, _, h, w = images.shape
    columns = columns or math.ceil(math.sqrt(n))
    tiles = [to_pil(image) for image in images]
    if scale != 1:
        h, w = h * scale, w * scale
        tiles = [tile.resize((w, h), Image.Resampling.NEAREST) for tile in tiles]
    rows = math.ceil(n / columns)
    sheet = Image.new(tiles[0].mode, (columns * (w + gap) + gap, rows * (h + gap) + gap))
    for i, tile in enumerate(tiles):
        sheet.paste(tile, (gap + (i % columns) * (w + gap), gap + (i // columns) * (h + gap)))
    return sheet


def animation(
    frames: Sequence[Image.Image], milliseconds: int | Sequence[int] = 100, quality: int = 75, effort: int = 2
) -> bytes:
    """Encode frames as an animated WebP that loops forever.

    Args:
        milliseconds: the duration of every frame, or of each one.
        quality: from 0 to 100.
        effort: Pillow's `method`, from 0 (fast) to 6 (small file).
    """
    buffer = io.BytesIO()
    frames[0].save(
        buffer,
        "WEBP",
        save_all=True,
        append_images=list(frames[1:]),
        duration=milliseconds,
        loop=0,
        quality=quality,
        method=effort,
    )
    return buffer.getvalue()
