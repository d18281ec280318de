"""Reading of short videos and animated pictures into tensors, and writing of H.264; only Python packages are needed.

The files come from visitors, so `gan_zoo.imaging.decoding` opens them, with its list of formats and its limits.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import torch
from jaxtyping import UInt8
from PIL import Image
from torch import Tensor
from torch.nn.functional import pad

from gan_zoo.errors import UserError
from gan_zoo.imaging.decoding import Budget, is_animated, is_picture, open_animation, open_video
from gan_zoo.imaging.images import from_pil

Frame = UInt8[Tensor, "3 h w"]
# The longest side in pixels and the highest rate of the frames that are read. Ten seconds take at most half a gigabyte.
MOST_SIDE, MOST_RATE = 720, 30
# The duration of a frame in milliseconds if an animation does not state it.
USUAL = 100


@dataclass(frozen=True)
class Clip:
    """The frames of a film, and their rate in frames per second."""

    frames: list[Frame]
    rate: float


def read(source: str | Path | bytes, most_seconds: float = 10) -> Clip:
    """Read the frames of a video, or of an animated GIF, WebP or PNG.

    Frames are scaled down until the longer side has at most 720 pixels. Frames beyond 30 in a second are left out.

    Raises:
        UserError: the file is not a video (`not_a_video`), has no frames (`no_frames`), is longer than `most_seconds`
            (`long_video`), or its frames are too large (`large_video`) or too many for their size (`heavy_video`).
    """
    kept = list(frames(source, most_seconds))
    return Clip([frame for frame, _ in kept], kept[-1][1])


def frames(source: str | Path | bytes, most_seconds: float = 10) -> Iterator[tuple[Frame, float]]:
    """Yield the frames that `read` reads, one by one, each with the rate of all frames so far, in frames per second.

    Raises:
        UserError: as `read` does.
    """
    data = source if isinstance(source, bytes) else _bytes(Path(source))
    count, first = 0, 0.0
    for time, convert in _shown(data):
        if time > most_seconds:
            raise UserError(f"the video is longer than {most_seconds:g} seconds: cut it", "long_video", most=most_seconds)
        # Times are rounded to the clock of the file, so a frame may seem to be up to two milliseconds early.
        if not count or time - first >= count / MOST_RATE - 0.002:
            first, count = time if not count else first, count + 1
            yield from_pil(convert(), 3), (count - 1) / (time - first) if time > first else 1000 / USUAL
    if not count:
        raise UserError("there is no frame in this video: choose another", "no_frames")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} can't be read ({error.strerror})", "not_a_video", path=path) from error


def _shown(data: bytes) -> Iterator[tuple[float, Callable[[], Image.Image]]]:
    """Yield the time of each frame in seconds, and a function that converts the frame before the next one is requested."""
    if is_animated(data):
        seconds = 0.0
        for picture, milliseconds in open_animation(data):
            yield seconds, partial(_still, picture)
            seconds += (milliseconds or USUAL) / 1000
        return
    if is_picture(data):
        raise UserError("this is a picture that doesn't move: choose a video or an animated picture", "not_a_video")
    with open_video(data) as container:
        if not container.streams.video:
            raise UserError("there is no picture in this file, only sound: choose another", "no_frames")
        budget, stream = Budget(), container.streams.video[0]
        budget.check(stream.codec_context.width, stream.codec_context.height, stream.frames or 1)
        first, i = None, 0
        for packet in container.demux(stream):
            budget.check_time()  # a packet may hold frames that are never shown
            for frame in packet.decode():
                budget.check(frame.width, frame.height)
                seconds = frame.time if frame.time is not None else i / float(stream.average_rate or MOST_RATE)
                first, i = seconds if first is None else first, i + 1
                yield seconds - first, partial(_small, frame)


def _still(picture: Image.Image) -> Image.Image:
    """A frame of an animation, scaled down to the limit `MOST_SIDE`."""
    whole = picture.convert("RGBA")
    whole.thumbnail((MOST_SIDE, MOST_SIDE))
    return whole


def _small(frame: Any) -> Image.Image:
    """A frame of a video, upright and scaled down to the limit `MOST_SIDE`."""
    share = min(1.0, MOST_SIDE / max(frame.width, frame.height))
    size = [max(1, round(side * share)) for side in (frame.width, frame.height)]
    image = frame.reformat(*size, format="rgb24").to_image()
    return image.rotate(frame.rotation, expand=True) if frame.rotation else image


def write_mp4(frames: Iterable[Frame], rate: float) -> bytes:
    """Encode frames of one size, `rate` of them per second, as an MP4 file (H.264, yuv420p, which all players can play).

    The format needs even sides: if a side is odd, its last row or column is repeated.
    """
    import av

    frames = iter(frames)
    first = next(frames)
    height, width = first.shape[1:]
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        stream = container.add_stream("libx264", Fraction(rate).limit_denominator(1000), options={"crf": "20"})
        stream.width, stream.height = width + width % 2, height + height % 2
        stream.pix_fmt = "yuv420p"
        for frame in itertools.chain([first], frames):
            even = pad(frame[None].float(), (0, width % 2, 0, height % 2), mode="replicate")[0].to(torch.uint8)
            pixels = even.permute(1, 2, 0).contiguous().numpy()
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, "rgb24")))
        container.mux(stream.encode(None))
    return buffer.getvalue()
