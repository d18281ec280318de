"""The one door for pictures and films from outside: an allow-list of formats, bounds, and pixels that keep their values.

Whatever a visitor uploads, a folder holds or the Hub sends is opened here and nowhere else, because some formats that
Pillow and FFmpeg know are programs (EPS runs in Ghostscript) or name other files to open.
"""

from __future__ import annotations

import io
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageFile, ImageSequence, UnidentifiedImageError

from gan_zoo.errors import UserError

Source = str | Path | bytes

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "PPM", "JPEG2000", "ICO", "TGA")
"""the formats of pictures that are opened, as Pillow calls them; JPEG includes MPO, and TGA is last as it has no signature"""
SUFFIXES = frozenset({
    ".png", ".apng", ".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".webp", ".gif", ".tif", ".tiff", ".bmp", ".dib", ".avif",
    ".avifs", ".ppm", ".pgm", ".pbm", ".pnm", ".pfm", ".jp2", ".j2k", ".jpc", ".jpf", ".jpx", ".j2c", ".ico", ".tga", ".icb",
    ".vda", ".vst",
})  # fmt: skip
"""the endings of the names of such files"""
MOVING = ("GIF", "WEBP", "PNG")
"""formats of animated pictures; several pictures in one JPEG are views of one thing, as some phones take them"""
VIDEO_FORMATS = "mov,mp4,matroska,webm,avi,mpegts,mpeg,ogg,flv,asf"
"""the containers of films that are opened, as FFmpeg calls them; none of them names other files"""

MOST_BYTES = 500_000_000
MOST_PIXELS = 64_000_000
"""pixels of one picture: more are a mistake or an attack; these take 192 MB once they are decoded"""
MOST_SCANS = 200
"""passes over one progressive JPEG; cameras and editors write about ten"""
MOST_FRAME_PIXELS = 12_000_000
MOST_FRAMES = 1_200
MOST_FILM_PIXELS = 800_000_000
"""pixels of all frames of a film together: ten seconds of 1920x1080 at 30 frames a second have 622 million"""
MOST_SECONDS = 30.0
"""how long the decoding of one film may take"""
LEAST_SOUND = 0.75
"""the share of the rows of a truncated picture that must be there"""

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""the transposition that brings a picture upright, by the orientation that EXIF states"""
_TOLERANT = threading.Lock()


def open_picture(source: Source, side: int | None = None) -> Image.Image:
    """Decode a picture into an upright `L`, `RGB` or `RGBA` image with 8 bits a channel.

    Values keep their range:

    - Integers of more than 8 bits are scaled from the smallest of the ranges 0-255, 0-4095 and 0-65535 that holds them all,
      so 12 bits stored in 16 come out as bright as they are.
    - Floats are scaled from 0-1, or from 0-255 where one of them is above 1.
    - CMYK, YCbCr, HSV, Lab, one bit and palettes become RGB or grey; transparency of any kind becomes the `A` of `RGBA`.
    - Everything else is refused: negative values, NaN, larger values (HDR), and colours whose 16 bits hold 12, because Pillow
      keeps only the upper 8 of them.

    The sound part of a damaged file is used: broken EXIF, ICC or XMP data are ignored, and where at most a quarter of the
    rows is missing, the last sound row fills them.

    Args:
        source: a path, or the content of a file. The content decides about the format, never the suffix.
        side: the shorter side in pixels that is needed. A JPEG is decoded at a half, a quarter or an eighth of its size
            where that is still at least as large, which saves time and memory.

    Raises:
        UserError: the file can't be read or isn't a picture (`not_a_picture`), or is too large (`large_picture`). The
            message gives the reason, without the file's name.
    """
    data = _read(source)
    try:
        return _decoded(data, side)
    except UserError:
        raise
    except MemoryError as error:
        raise UserError("there is not enough memory to decode it", "large_picture") from error
    except Exception as strict:  # Pillow's readers raise all sorts of things at a damaged file
        # The switch belongs to the whole process: only one thread may hold it.
        with _TOLERANT:
            ImageFile.LOAD_TRUNCATED_IMAGES = True
            try:
                picture = _decoded(data, side, complete=False)
            except UserError:
                raise
            except Exception:
                raise UserError(_reason(strict), "not_a_picture") from strict
            finally:
                ImageFile.LOAD_TRUNCATED_IMAGES = False
        return picture


def is_animated(data: bytes) -> bool:
    """True for a GIF, WebP or PNG with several frames."""
    try:
        with _opened(data) as file:
            return file.format in MOVING and bool(getattr(file, "is_animated", False))
    except Exception:  # as above; whoever decodes the file says what is wrong with it
        return False


def open_animation(source: Source) -> Iterator[tuple[Image.Image, float]]:
    """Yield each frame of an animated picture and the milliseconds that it is shown for (0 where the file doesn't say).

    A frame is valid until the next one is asked for. A picture that doesn't move has one frame.

    Raises:
        UserError: it is damaged (`not_a_video`) or no picture (`not_a_picture`), its frames are too large (`large_video`),
            there are too many of them, or decoding takes too long (`heavy_video`).
    """
    data = _read(source)
    try:
        with _opened(data) as file:
            budget = Budget()
            frames = getattr(file, "n_frames", 1)
            budget.check(file.width, file.height, frames)
            for frame in ImageSequence.Iterator(file):
                budget.check(file.width, file.height)
                frame.load()
                yield frame, float(frame.info.get("duration") or 0)
    except UserError:
        raise
    except Exception as error:  # as above
        raise UserError(f"this animated picture is damaged ({_reason(error)})", "not_a_video") from error


@contextmanager
def open_video(data: bytes) -> Iterator[Any]:
    """Open a film as a PyAV container. The demuxer sees the given bytes and can open nothing else.

    Raises:
        UserError: it is no film that can be read (`not_a_video`), also where that shows only while it is decoded.
    """
    import av

    options = {"format_whitelist": VIDEO_FORMATS, "protocol_whitelist": "none"}
    try:
        with av.open(io.BytesIO(data), "r", options=options) as container:
            yield container
    except UserError:
        raise
    except (av.FFmpegError, OSError, ValueError) as error:
        raise UserError(f"this can't be read as a video ({error})", "not_a_video") from error


class Budget:
    """Count what the decoding of one film costs, and stop it before it costs too much."""

    def __init__(self) -> None:
        self._pixels = 0
        self._deadline = time.monotonic() + MOST_SECONDS

    def check(self, width: int, height: int, frames: int = 0) -> None:
        """Count a frame that is about to be decoded; or, where `frames` are announced, check them and count none.

        Raises:
            UserError: `large_video` or `heavy_video`.
        """
        if width * height > MOST_FRAME_PIXELS:
            most = MOST_FRAME_PIXELS // 1_000_000
            raise UserError(
                f"frames of {width}x{height} are too large: scale the video to {most} megapixels or less",
                "large_video",
                width=width,
                height=height,
                most=most,
            )
        self._pixels += 0 if frames else width * height
        heavy = frames > MOST_FRAMES or max(self._pixels, frames * width * height) > MOST_FILM_PIXELS
        if heavy or time.monotonic() > self._deadline:
            raise UserError(
                "this film has too many frames for their size: cut it, or scale it down", "heavy_video", most=MOST_FRAMES
            )


def _read(source: Source) -> bytes:
    if isinstance(source, bytes):
        return source
    path = Path(source)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UserError(f"the file is larger than {MOST_BYTES // 1_000_000} MB", "large_picture")
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"the file can't be read ({error.strerror or error})", "not_a_picture") from error


def _opened(data: bytes) -> ImageFile.ImageFile:
    """The file as Pillow sees it, nothing decoded yet; raises whatever Pillow's readers raise, and UserError for its size."""
    if not data:
        raise UserError("the file is empty", "not_a_picture")
    with warnings.catch_warnings():
        # Pillow warns of big pictures before we refuse them, and of metadata that it can't read.
        warnings.simplefilter("ignore")
        try:
            file = Image.open(io.BytesIO(data), formats=FORMATS)
        except Image.DecompressionBombError as error:
            raise UserError(str(error), "large_picture") from error
        except UnidentifiedImageError as error:
            raise UserError("it is no picture of a known format, or it is damaged", "not_a_picture") from error
    if file.width * file.height > MOST_PIXELS:
        most = MOST_PIXELS // 1_000_000
        raise UserError(f"{file.width}x{file.height} pixels are more than {most} million", "large_picture")
    if file.format in ("JPEG", "MPO") and data.count(b"\xff\xda") > MOST_SCANS:
        raise UserError(f"it is a JPEG of more than {MOST_SCANS} passes", "large_picture")
    return file


def _decoded(data: bytes, side: int | None, complete: bool = True) -> Image.Image:
    with _opened(data) as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if side and file.format in ("JPEG", "MPO"):
            file.draft("RGB", (side, side))
        sixteen = any(";16" in str(tile[3]) for tile in file.tile)
        signed = file.format == "TIFF" and 2 in np.atleast_1d(getattr(file, "tag_v2", {}).get(339, 1))
        turn = _TURNS.get(_orientation(file))
        file.load()
        picture: Image.Image = file
        if not complete:
            picture = _completed(picture)
        picture = _in_eight_bits(picture, sixteen, signed)
        return picture.transpose(turn) if turn is not None else picture.copy() if picture is file else picture


def _orientation(file: Image.Image) -> int:
    """The orientation that EXIF or XMP states; 1, upright, where it can't be read."""
    try:
        return int(file.getexif().get(0x0112, 1))
    except Exception:  # one bad tag is no reason to lose the pixels
        return 1


def _completed(picture: Image.Image) -> Image.Image:
    """A truncated picture with its missing rows filled by the nearest sound one.

    Pillow leaves missing rows at 0, libjpeg at 128; BMP and TGA begin with the last row, so the upper ones are missing.
    """
    pixels = np.array(picture)
    rows = pixels.reshape(len(pixels), -1)
    there = np.flatnonzero((rows != 0).any(1) & (rows != 128).any(1))
    if len(there) < LEAST_SOUND * len(rows):
        raise UserError(f"it is truncated: {len(rows) - len(there)} of {len(rows)} rows are missing", "not_a_picture")
    filled = picture.copy()
    for sound, top, bottom in ((int(there[0]), 0, int(there[0])), (int(there[-1]), int(there[-1]) + 1, len(rows))):
        if bottom > top:
            row = picture.crop((0, sound, picture.width, sound + 1))
            filled.paste(row.resize((picture.width, bottom - top)), (0, top))
    return filled


def _in_eight_bits(picture: Image.Image, sixteen: bool, signed: bool) -> Image.Image:
    """A picture of any of Pillow's modes as `L`, `RGB` or `RGBA`; `open_picture` states the rule."""
    mode = picture.mode
    if mode == "F":
        return _scaled_floats(np.asarray(picture))
    if mode.startswith("I"):
        return _scaled_integers(np.asarray(picture))
    if signed and np.asarray(picture).max() > 127:
        raise UserError("it has negative values: save it with values from 0 to 255", "not_a_picture")
    if mode == "LAB":
        from PIL import ImageCms  # its library is only needed here

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


def _reason(error: Exception) -> str:
    return " ".join(str(error).split()) or "it is damaged"
