"""Decoding of pictures and films from outside, with an allow-list of formats and limits on size.

Every upload, every picture in a data folder and every file from the Hub is decoded here and nowhere else. Some formats
that Pillow and FFmpeg can read are programs (EPS runs in Ghostscript) or make the reader open other files.
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
from PIL import Image, ImageFile, ImageOps, ImageSequence, UnidentifiedImageError

from gan_zoo.errors import UserError
from gan_zoo.imaging import directories
from gan_zoo.imaging.value_range import in_eight_bits

directories.guard()

Source = str | Path | bytes

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "PPM", "JPEG2000", "ICO", "TGA")
"""formats of pictures that are opened, by their names in Pillow; JPEG includes MPO; TGA is last because it has no signature"""
SUFFIXES = frozenset({
    ".png", ".apng", ".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".webp", ".gif", ".tif", ".tiff", ".bmp", ".dib", ".avif",
    ".avifs", ".ppm", ".pgm", ".pbm", ".pnm", ".pfm", ".jp2", ".j2k", ".jpc", ".jpf", ".jpx", ".j2c", ".ico", ".tga", ".icb",
    ".vda", ".vst",
})  # fmt: skip
"""file name suffixes of these formats"""
MOVING = ("GIF", "WEBP", "PNG")
"""formats of animated pictures; JPEG is not one: its further pictures are other views of the same scene"""
VIDEO_FORMATS = "mov,mp4,matroska,webm,avi,mpegts,mpeg,ogg,flv,asf"
"""containers of films that are opened, by their names in FFmpeg; none of them can refer to other files"""

MOST_BYTES = 500_000_000
MOST_PIXELS = 64_000_000
"""most pixels of one picture, 192 MB when decoded; a larger picture is a mistake or an attack"""
MOST_SCANS = 200
"""most passes over one progressive JPEG; cameras and editors write about ten"""
MOST_SCANNED = 12 * MOST_PIXELS
"""most pixels in all passes over one progressive JPEG together"""
MOST_FRAME_PIXELS = 12_000_000
MOST_FRAMES = 1_200
MOST_FILM_PIXELS = 800_000_000
"""most pixels in all frames of a film together; ten seconds of 1920x1080 at 30 frames a second have 622 million"""
MOST_SECONDS = 30.0
"""most seconds that decoding one film may take"""
LEAST_SOUND = 0.75
"""least share of the rows that a truncated picture must still have"""

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""the transposition that turns a picture upright, for each EXIF orientation"""
# Pillow's setting to read damaged files applies to the whole process: only one thread at a time may change it. The counter
# grows whenever the setting changes, so that other threads notice that it changed while they were decoding.
_TOLERANT = threading.RLock()
_tolerance_changes = 0


class _NoWarnings:
    """A context that ignores warnings in all threads that are inside. Pillow warns about large pictures, which are refused
    here, and about metadata that it can't read. `warnings.catch_warnings` alone doesn't work for several threads."""

    def __init__(self) -> None:
        self._lock, self._inside = threading.Lock(), 0
        self._caught: warnings.catch_warnings[Any] | None = None

    def __enter__(self) -> None:
        with self._lock:
            self._inside += 1
            if self._inside == 1:
                self._caught = warnings.catch_warnings()
                self._caught.__enter__()
                warnings.simplefilter("ignore")

    def __exit__(self, *error: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0 and self._caught is not None:
                self._caught.__exit__(None, None, None)


_no_warnings = _NoWarnings()


def open_picture(source: Source, side: int | None = None) -> Image.Image:
    """Decode a picture into an upright `L`, `RGB` or `RGBA` image with 8 bits a channel.

    Values keep their range:

    - Integers of more than 8 bits are scaled from the smallest of the ranges 0-255, 0-4095 and 0-65535 that holds them all.
      So a picture of 12 bits stored in 16 keeps its brightness.
    - Floats are scaled from 0-1, or from 0-255 if one of them is above 1.
    - CMYK, YCbCr, HSV, Lab, one bit and palettes become RGB or grey. Transparency of any kind becomes the `A` of `RGBA`.
    - Everything else is refused: negative values, NaN, larger values (HDR), and 16-bit colours that use only 12 bits,
      because Pillow keeps only the upper 8 of the 16.

    A damaged file is read as far as possible. Broken EXIF, ICC or XMP data are ignored. If at most a quarter of the rows is
    missing, the nearest intact row fills them.

    Args:
        source: a path, or the content of a file. The content decides the format, not the suffix.
        side: the needed length of the shorter side in pixels. A JPEG is decoded at a half, a quarter or an eighth of its
            size if that is still large enough, which saves time and memory.

    Raises:
        UserError: the file can't be read or isn't a picture (`not_a_picture`), or is too large (`large_picture`). The
            message gives the reason, without the file name.
    """
    data = read_source(source)
    try:
        return _strictly_decoded(data, side)
    except UserError:
        raise
    except MemoryError as error:
        raise UserError("there is not enough memory to decode it", "large_picture") from error
    except Exception as strict:  # Pillow raises many types of errors for a damaged file
        with _TOLERANT:
            _set_tolerance(True)
            try:
                picture = _decoded(data, side, complete=False)
            except UserError:
                raise
            except Exception:
                raise UserError(_reason(strict), "not_a_picture") from strict
            finally:
                _set_tolerance(False)
        return picture


def picture_size(source: Source) -> tuple[int, int]:
    """Width and height of a picture in pixels, from its header and before it is turned upright.

    Raises:
        UserError: as `open_picture`.
    """
    data = read_source(source)
    try:
        with _opened(data) as file:
            return file.size
    except UserError:
        raise
    except Exception as error:  # many types, as above
        raise UserError(_reason(error), "not_a_picture") from error


def is_picture(data: bytes) -> bool:
    """True for a picture in one of `FORMATS`. Only its header is read.

    Raises:
        UserError: the picture is too large (`large_picture`).
    """
    try:
        with _opened(data):
            return True
    except UserError as error:
        if error.code == "large_picture":
            raise
        return False
    except Exception:  # many types, as above
        return False


def is_animated(data: bytes) -> bool:
    """True for a GIF, WebP or PNG with several frames."""
    try:
        with _opened(data) as file:
            return file.format in MOVING and bool(getattr(file, "is_animated", False))
    except Exception:  # many types, as above; the function that decodes the file reports what is wrong
        return False


def open_animation(source: Source) -> Iterator[tuple[Image.Image, float]]:
    """Yield each frame of an animated picture and its duration in milliseconds (0 if the file doesn't state it).

    A frame is valid until the next one is requested. A still picture has one frame.

    Raises:
        UserError: the file is damaged (`not_a_video`) or not a picture (`not_a_picture`), its frames are too large
            (`large_video`) or too many, or decoding takes too long (`heavy_video`).
    """
    data = read_source(source)
    try:
        with _opened(data) as file:
            budget = Budget()
            # To count the frames of a GIF, Pillow reads all of it, however many there are.
            frames = 1 if file.format == "GIF" else getattr(file, "n_frames", 1)
            budget.check(file.width, file.height, frames)
            for frame in ImageSequence.Iterator(file):
                budget.check(file.width, file.height)
                frame.load()
                yield frame, float(frame.info.get("duration") or 0)
    except UserError:
        raise
    except Exception as error:  # many types, as above
        raise UserError(f"this animated picture is damaged ({_reason(error)})", "not_a_video") from error


@contextmanager
def open_video(data: bytes) -> Iterator[Any]:
    """Open a film as a PyAV container. The demuxer reads only the given bytes and can open no other file, and the decoders
    refuse frames of more than `MOST_FRAME_PIXELS` before they decode them, also where the size changes within a film.

    Raises:
        UserError: the film can't be read (`not_a_video`); this can also be raised later, while it is decoded.
    """
    import av

    options = {"format_whitelist": VIDEO_FORMATS, "protocol_whitelist": "none", "max_pixels": str(MOST_FRAME_PIXELS)}
    try:
        with av.open(io.BytesIO(data), "r", options=options) as container:
            for stream in container.streams.video:
                stream.codec_context.options = {"max_pixels": str(MOST_FRAME_PIXELS)}
            yield container
    except UserError:
        raise
    except (av.FFmpegError, OSError, ValueError) as error:
        raise UserError(f"this can't be read as a video ({error})", "not_a_video") from error


class Budget:
    """Counts the pixels and the time that decoding one film takes, and stops it at the limits."""

    def __init__(self) -> None:
        self._pixels = self._frames = 0
        self._deadline = time.monotonic() + MOST_SECONDS

    def check(self, width: int, height: int, frames: int = 0) -> None:
        """Count a frame that is about to be decoded. If `frames`, the announced number, is given, check it and count nothing.

        Raises:
            UserError: the frame is too large (`large_video`), or the film is too long for its size (`heavy_video`).
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
        if not frames:
            self._frames += 1
            self._pixels += width * height
        if max(self._frames, frames) > MOST_FRAMES or max(self._pixels, frames * width * height) > MOST_FILM_PIXELS:
            raise _heavy()
        self.check_time()

    def check_time(self) -> None:
        """Check the time alone, for data that bring no frame.

        Raises:
            UserError: decoding takes too long (`heavy_video`).
        """
        if time.monotonic() > self._deadline:
            raise _heavy()


def _heavy() -> UserError:
    return UserError("this film has too many frames for their size: cut it, or scale it down", "heavy_video", most=MOST_FRAMES)


def read_source(source: Source) -> bytes:
    """The content of a file; raises UserError if it can't be read (`not_a_picture`) or is too large (`large_picture`)."""
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
    """Open a file with Pillow without decoding it; raises UserError for its format or size, or an error of Pillow."""
    if not data:
        raise UserError("the file is empty", "not_a_picture")
    with _no_warnings:
        try:
            file = Image.open(io.BytesIO(data), formats=FORMATS)
        except Image.DecompressionBombError as error:
            raise UserError(str(error), "large_picture") from error
        except UnidentifiedImageError as error:
            raise UserError("it is not a picture of a known format, or it is damaged", "not_a_picture") from error
    if file.width * file.height > MOST_PIXELS:
        most = MOST_PIXELS // 1_000_000
        raise UserError(f"{file.width}x{file.height} pixels are more than {most} million", "large_picture")
    if file.format in ("JPEG", "MPO"):
        scans = data.count(b"\xff\xda")
        if scans > min(MOST_SCANS, MOST_SCANNED // max(1, file.width * file.height)):
            raise UserError(f"it is a JPEG of {scans} passes, which are too many for its size", "large_picture")
    return file


def _set_tolerance(on: bool) -> None:
    global _tolerance_changes
    _tolerance_changes += 1
    ImageFile.LOAD_TRUNCATED_IMAGES = on


def _strictly_decoded(data: bytes, side: int | None) -> Image.Image:
    """A picture of which no row is missing; raises an error of Pillow if the file is damaged."""
    before = _tolerance_changes
    picture = _decoded(data, side)
    if before == _tolerance_changes and before % 2 == 0:
        return picture
    with _TOLERANT:  # another thread was reading a damaged file, and Pillow may have tolerated damage here too
        return _decoded(data, side)


def _decoded(data: bytes, side: int | None, complete: bool = True) -> Image.Image:
    with _opened(data) as file, _no_warnings:
        if side and file.format in ("JPEG", "MPO"):
            file.draft("RGB", (side, side))
        sixteen = any(";16" in str(tile[3]) for tile in file.tile)
        signed = file.format == "TIFF" and 2 in np.atleast_1d(getattr(file, "tag_v2", {}).get(339, 1))
        turn = _TURNS.get(_orientation(file))
        file.load()
        picture: Image.Image = file
        if not complete:
            picture = _completed(picture)
        # In some TIFFs 0 is white. Pillow turns those of 8 bits around, but not those of more.
        negative = file.mode.startswith("I") and getattr(file, "tag_v2", {}).get(262) == 0
        picture = in_eight_bits(picture, sixteen, signed)
        picture = ImageOps.invert(picture) if negative else picture
        return picture.transpose(turn) if turn is not None else picture.copy() if picture is file else picture


def _orientation(file: Image.Image) -> int:
    """The orientation from EXIF or XMP; 1 (upright) if it can't be read."""
    try:
        return int(file.getexif().get(0x0112, 1))
    except Exception:  # a broken tag must not make the pixels unreadable
        return 1


def _completed(picture: Image.Image) -> Image.Image:
    """A truncated picture with its missing rows filled from the nearest intact row.

    Pillow leaves missing rows at 0, libjpeg at 128. BMP and TGA store the last row first, so their upper rows are missing.
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


def _reason(error: Exception) -> str:
    return " ".join(str(error).split()) or "it is damaged"
