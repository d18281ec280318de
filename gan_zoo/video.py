"""Short videos and animated pictures as tensors, and H.264 out; no program beside Python is needed.

Files come from visitors: a demuxer sees only the bytes it is given, and those that follow references to other files
are left out.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import torch
from jaxtyping import UInt8
from PIL import Image, ImageSequence, UnidentifiedImageError
from torch import Tensor
from torch.nn.functional import pad

from gan_zoo.errors import UserError
from gan_zoo.images import from_pil

Frame = UInt8[Tensor, "3 h w"]
FORMATS = "mov,mp4,matroska,webm,avi,mpegts,mpeg,ogg,flv,asf"
# The most pixels that a frame may have in the file, and the longer side and the rate that frames are read at: they bound
# the memory of ten seconds to half a gigabyte.
MOST_PIXELS = 12_000_000
MOST_SIDE, MOST_RATE = 720, 30
# What animations mean that don't say for how long a frame is shown, in milliseconds.
USUAL = 100


@dataclass(frozen=True)
class Clip:
    """Frames, and how many of them there are in a second."""

    frames: list[Frame]
    rate: float


def read(source: str | Path | bytes, most_seconds: float = 10) -> Clip:
    """The frames of a video, or of an animated GIF, WebP or PNG; the longer side is at most 720 pixels, and of more than
    30 frames a second some are left out.

    Raises:
        UserError: it is no video (`not_a_video`), has no frames (`no_frames`), lasts longer (`long_video`), or its frames
            are too large (`large_video`).
    """
    data = source if isinstance(source, bytes) else _bytes(Path(source))
    kept: list[Frame] = []
    times: list[float] = []
    for time, image in _shown(data, most_seconds):
        if time > most_seconds:
            raise _too_long(most_seconds)
        # A moment is rounded to the clock of its file: a frame that is a millisecond early is still on time.
        if not kept or time - times[0] >= len(kept) / MOST_RATE - 0.002:
            kept.append(from_pil(image, 3))
            times.append(time)
    if not kept:
        raise UserError("there is no frame in this video: choose another", "no_frames")
    return Clip(kept, (len(kept) - 1) / (times[-1] - times[0]) if times[-1] > times[0] else 1000 / USUAL)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} can't be read ({error.strerror})", "not_a_video", path=path) from error


def _too_long(most_seconds: float) -> UserError:
    return UserError(f"the video is longer than {most_seconds:g} seconds: cut it", "long_video", most=most_seconds)


def _shown(data: bytes, most_seconds: float) -> Iterator[tuple[float, Image.Image]]:
    """The frames one by one, small enough, each with the second at which it appears."""
    try:
        picture = Image.open(io.BytesIO(data))
    except UnidentifiedImageError:
        yield from _video(data, most_seconds)
        return
    except Exception as error:  # its readers raise all sorts of things at a torn file
        raise UserError(f"this can't be read as a video or an animated picture ({error})", "not_a_video") from error
    with picture:
        yield from _animation(picture)


def _animation(picture: Image.Image) -> Iterator[tuple[float, Image.Image]]:
    time = 0.0
    try:
        if not getattr(picture, "is_animated", False):
            raise UserError("this is a picture that doesn't move: choose a video or an animated picture", "not_a_video")
        _check_size(*picture.size)
        for frame in ImageSequence.Iterator(picture):
            whole = frame.convert("RGBA")
            whole.thumbnail((MOST_SIDE, MOST_SIDE))
            yield time, whole
            time += (frame.info.get("duration") or USUAL) / 1000
    except UserError:
        raise
    except Exception as error:  # as above
        raise UserError(f"this animated picture is damaged ({error})", "not_a_video") from error


def _video(data: bytes, most_seconds: float) -> Iterator[tuple[float, Image.Image]]:
    import av

    try:
        with av.open(io.BytesIO(data), "r", options={"format_whitelist": FORMATS}) as container:
            if not container.streams.video:
                raise UserError("there is no picture in this file, only sound: choose another", "no_frames")
            if container.duration and container.duration / av.time_base > most_seconds + 1:
                raise _too_long(most_seconds)
            stream = container.streams.video[0]
            _check_size(stream.codec_context.width, stream.codec_context.height)
            first = None
            for i, frame in enumerate(container.decode(stream)):
                _check_size(frame.width, frame.height)
                time = frame.time if frame.time is not None else i / float(stream.average_rate or MOST_RATE)
                first = time if first is None else first
                yield time - first, _small(frame)
    except UserError:
        raise
    except (av.FFmpegError, OSError, ValueError) as error:
        raise UserError(f"this can't be read as a video ({error})", "not_a_video") from error


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        most = MOST_PIXELS // 1_000_000
        raise UserError(
            f"frames of {width}x{height} are too large: scale the video to {most} megapixels or less",
            "large_video",
            width=width,
            height=height,
            most=most,
        )


def _small(frame: Any) -> Image.Image:
    """A frame of a video, upright, at the size that frames are read at."""
    share = min(1.0, MOST_SIDE / max(frame.width, frame.height))
    size = [max(1, round(side * share)) for side in (frame.width, frame.height)]
    image = frame.reformat(*size, format="rgb24").to_image()
    return image.rotate(frame.rotation, expand=True) if frame.rotation else image


def write_mp4(frames: Sequence[Frame], rate: float) -> bytes:
    """An MP4 file (H.264, yuv420p, which all players know) of frames of one size, `rate` of them a second.

    Sides become even: the last row or column of an odd one is there twice.
    """
    import av

    height, width = frames[0].shape[1:]
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        stream = container.add_stream("libx264", Fraction(rate).limit_denominator(1000), options={"crf": "20"})
        stream.width, stream.height = width + width % 2, height + height % 2
        stream.pix_fmt = "yuv420p"
        for frame in frames:
            even = pad(frame[None].float(), (0, width % 2, 0, height % 2), mode="replicate")[0].to(torch.uint8)
            pixels = even.permute(1, 2, 0).contiguous().numpy()
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, "rgb24")))
        container.mux(stream.encode(None))
    return buffer.getvalue()
