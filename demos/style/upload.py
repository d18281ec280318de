"""A visitor's upload: a picture or a clip within this tab's limits, and the sizes at which it is shown and tried."""

from __future__ import annotations

from typing import Any

import torch
from jaxtyping import Float, UInt8
from PIL import Image
from torch import Tensor

from demos.shared import requests, responses, store
from gan_zoo import UserError
from gan_zoo.imaging import images, video
from gan_zoo.imaging.decoding import is_animated

Picture = UInt8[Tensor, "3 h w"]
MOST_BYTES = 20_000_000
MOST_PIXELS = 12_000_000
USUAL_PIXELS = 1_500_000
"""what a picture is scaled down to unless the visitor wants all of it: strokes show best at this size"""
MOST_SECONDS = 10
SHOWN = 1280
"""the longer side of a picture on the page in pixels"""
TRIED = 256
"""the longer side of a picture that is restyled at once, before all of it is"""
HERE = 512 * 512
"""the most pixels of a picture that the visitor's device may restyle"""
CLIP_SIDE = 480
"""the longer side of a clip's frames in pixels"""


class Brought:
    """A picture, or the first frame of a clip with the clip's file; both are kept encoded, and decoded when they are needed.

    Args:
        file: the file that `picture` was read from, if decoding it gives the same picture again.
    """

    def __init__(self, picture: Picture, clip: bytes = b"", frames: int = 1, rate: float = 0.0, file: bytes = b"") -> None:
        self.size = picture.shape[1], picture.shape[2]
        self.given = self.size
        """height and width of what was brought, before it was scaled down"""
        self.frames = frames
        self.rate = rate
        """frames a second"""
        self.is_clip = bool(clip)
        self._kept = store.Kept(file or responses.as_png(picture), clip)

    @property
    def picture(self) -> Picture:
        """The picture; raises `UserError` where it had to make room for those of others."""
        return images.from_pil(requests.decode(self._kept.read()[0]), 3)

    @property
    def clip(self) -> bytes:
        """The file of the clip, empty if it is a picture; raises as above."""
        return self._kept.read()[1]


def read(value: Any, most: int | None = None) -> Brought:
    """The picture or clip of a data URL from the browser.

    Args:
        most: pixels to which a larger picture is scaled down; None refuses one above `MOST_PIXELS` and leaves the others as
            they are.

    Raises:
        UserError: nothing that can be used.
    """
    data = requests.read_file(value, MOST_BYTES)
    try:
        picture = requests.decode(data)
    except UserError as error:
        if error.code != "not_a_picture":
            raise
        return _clip(data)
    if is_animated(data):
        return _clip(data)
    width, height = picture.size
    share = min(((most or MOST_PIXELS) / (width * height)) ** 0.5, requests.MOST_SIDE / max(width, height))
    if share < 1:
        if most is None:
            limits = {"most": MOST_PIXELS // 1_000_000, "side": f"{requests.MOST_SIDE:,}"}
            raise requests.mistake("many_pixels", width=width, height=height, **limits)
        smaller = max(1, int(width * share)), max(1, int(height * share))
        picture = picture.resize(smaller, Image.Resampling.LANCZOS, reducing_gap=2.0)
        data = b""
    brought = Brought(images.from_pil(picture, 3), file=data)
    brought.given = height, width
    return brought


def _clip(data: bytes) -> Brought:
    """A video or an animated picture."""
    try:
        first, frames, rate = None, 0, 0.0
        # One after the other: all of them may take half a gigabyte.
        for frame, so_far in video.frames(data, MOST_SECONDS):
            first, frames, rate = frame if first is None else first, frames + 1, so_far
    except UserError as error:
        if error.code == "not_a_video":
            raise requests.mistake("not_readable") from error
        raise
    assert first is not None  # `frames` refuses a film without any
    return Brought(first, data if frames > 1 else b"", frames, rate)


def at_most(picture: Picture, side: int) -> Picture:
    """A picture scaled down so that neither side is longer than `side`."""
    return _scaled(picture, side, 1, 1)


def in_one_piece(picture: Picture, side: int) -> Float[Tensor, "1 3 h w"]:
    """A picture scaled down to `side` as a network takes it in one piece: both sides multiples of 4, and 16 or more."""
    return images.to_float(_scaled(picture, side, 4, 16))[None]


def _scaled(picture: Picture, side: int, step: int, least: int) -> Picture:
    height, width = picture.shape[1:]
    share = min(1.0, side / max(height, width))
    size = [max(least, round(length * share / step) * step) for length in (width, height)]
    if size == [width, height]:
        return picture
    return images.from_pil(images.to_pil(picture).resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0), 3)


def as_jpeg(picture: Picture) -> str:
    """A picture as the page shows it: a URL."""
    return responses.data_url(images.to_pil(at_most(picture, SHOWN)), "JPEG", quality=90)


def as_given(new: Brought) -> str:
    """The pixels of a picture as the device's network takes them: the URL of a PNG, '' for a clip or a larger picture."""
    return (
        "" if new.is_clip or new.size[0] * new.size[1] > HERE else responses.as_url(responses.as_png(new.picture), "image/png")
    )


def blended(before: Picture, after: Picture, strength: float) -> Image.Image:
    """`after` with the share 1 - `strength` of `before` mixed in, as the page mixes the two."""
    return Image.blend(images.to_pil(before), images.to_pil(after), strength)


def filled(part: Picture, before: Picture, tried: Picture) -> Picture:
    """A picture that is half done, about as large as the page shows it: where it still is as before, `tried` shows."""
    step = max(1, max(part.shape[1:]) // SHOWN)
    now, then = part[:, ::step, ::step], before[:, ::step, ::step]
    size = (now.shape[2], now.shape[1])
    rough = images.from_pil(images.to_pil(tried).resize(size, Image.Resampling.BILINEAR), 3)
    return torch.where((now == then).all(0), rough, now)
