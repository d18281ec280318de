"""Pictures of any depth as pictures of 8 bits a channel; `decoding.open_picture` states the rule."""

from __future__ import annotations

import numpy as np
from PIL import Image

from gan_zoo.errors import UserError


def in_eight_bits(picture: Image.Image, sixteen: bool, signed: bool) -> Image.Image:
    """Convert a picture of any Pillow mode to `L`, `RGB` or `RGBA`, by the rule in `decoding.open_picture`.

    Args:
        sixteen: true if the file has 16 bits a channel.
        signed: true if the file has signed values.

    Raises:
        UserError: the values can't be kept.
    """
    mode = picture.mode
    if mode == "F":
        return _scaled_floats(np.asarray(picture))
    if mode.startswith("I"):
        return _scaled_integers(np.asarray(picture))
    if signed and np.asarray(picture).max() > 127:
        raise UserError("it has negative values: save it with values from 0 to 255", "not_a_picture")
    if mode == "LAB":
        from PIL import ImageCms  # imported here because only Lab pictures need its library

        lab, rgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(picture, lab, rgb, outputMode="RGB")
        assert converted is not None
        return converted
    if sixteen and mode in ("RGB", "RGBA") and 0 < max(np.asarray(picture).reshape(-1, len(mode))[:, :3].max(0)) < 16:
        raise UserError("its 16 bits hold values of 12 or fewer: save it with 8 bits a channel", "not_a_picture")
    if mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info:
        return picture if mode == "RGBA" else picture.convert("RGBA")
    if mode in ("1", "L"):
        return picture if mode == "L" else picture.convert("L")
    return picture if mode == "RGB" else picture.convert("RGB")


def _scaled_integers(values: np.ndarray) -> Image.Image:
    least, most = int(values.min()), int(values.max())
    if least < 0 or most > 65535:
        raise UserError(f"its values go from {least} to {most}: save it with values from 0 to 255 or to 65535", "not_a_picture")
    top = next(top for top in (255, 4095, 65535) if most <= top)
    return Image.fromarray((values.astype(np.uint32) * 255 // top).astype(np.uint8))


def _scaled_floats(values: np.ndarray) -> Image.Image:
    least, most = float(values.min()), float(values.max())
    if not (least >= 0 and most <= 255):  # NaN compares false
        raise UserError(f"its values go from {least:g} to {most:g}: save it with values from 0 to 1 or to 255", "not_a_picture")
    return Image.fromarray(np.rint(values * (255 if most <= 1 else 1)).astype(np.uint8))
