"""Tests of decoding: the formats that are opened or refused, and the range of the values."""

from __future__ import annotations

import io
import shutil
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFile

from gan_zoo import UserError
from gan_zoo.imaging import decoding
from gan_zoo.imaging.decoding import is_animated, open_animation, open_picture, picture_size

PHOTO = Image.fromarray(np.random.default_rng(0).integers(1, 256, (48, 64, 3), np.uint8)).resize((320, 240))


def saved(picture: Image.Image, format: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, format, **options)
    return buffer.getvalue()


def refused(data: bytes | Path, say: str = "", code: str = "not_a_picture") -> None:
    with pytest.raises(UserError) as caught:
        open_picture(data)
    assert caught.value.code == code and say in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("format", decoding.FORMATS)
def test_every_format_of_the_list_opens(format: str) -> None:
    picture = PHOTO.resize((64, 64))
    opened = open_picture(saved(picture, format))
    assert opened.size == (64, 64) and opened.mode in ("RGB", "RGBA")
    assert np.abs(np.asarray(opened.convert("RGB"), float) - np.asarray(picture, float)).mean() < 30


def test_two_views_in_one_jpeg_are_one_picture() -> None:
    data = saved(PHOTO, "MPO", save_all=True, append_images=[PHOTO])
    assert open_picture(data).size == PHOTO.size and not is_animated(data)


POSTSCRIPT = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n(MARK) (w) file dup (ran) writestring closefile showpage\n"


@pytest.mark.parametrize("suffix", [".eps", ".png", ".jpg", ".ps", ".ai"])
def test_postscript_never_runs(tmp_path: Path, suffix: str) -> None:
    """The PostScript program in the file does not run. Pillow would start Ghostscript, and the program would write a file."""
    mark = tmp_path / "mark"
    program = POSTSCRIPT.replace(b"MARK", str(mark).encode())
    file = tmp_path / f"picture{suffix}"
    for data in (program, b"\xc5\xd0\xd3\xc6" + struct.pack("<7I", 32, len(program), 0, 0, 0, 0, 0) + program):
        file.write_bytes(data)
        refused(file, "not a picture of a known format")
        refused(data)
        assert not is_animated(data)
    assert not mark.exists()


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n1 0 obj\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\xd7\xcd\xc6\x9a" + b"\0" * 200,  # WMF
        b"8BPS\0\1" + b"\0" * 200,
        b"GRIB" + b"\0" * 50,
        b"no picture",
        b"",
    ],
)  # fmt: skip
def test_other_formats_are_refused(data: bytes) -> None:
    refused(data)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    refused(tmp_path / "nothing.png", "No such file")
    refused(tmp_path, "Is a directory")


def tiff(values: np.ndarray) -> bytes:
    return saved(Image.fromarray(values), "TIFF")


STEPS = np.linspace(0, 1, 64).reshape(8, 8)


@pytest.mark.parametrize(
    "values",
    [
        (STEPS * 65535).round().astype(np.uint16),
        (STEPS * 4095).round().astype(np.uint16),
        (STEPS * 255).round().astype(np.uint16),
        (STEPS * 255).round().astype(np.int32),
        (STEPS * 65535).round().astype(np.int32),
        STEPS.astype(np.float32),
        (STEPS * 255).astype(np.float32),
    ],
    ids=lambda v: f"{v.dtype}-{v.max():g}",
)  # fmt: skip
def test_values_keep_their_range(values: np.ndarray) -> None:
    opened = open_picture(tiff(values))
    assert opened.mode == "L" and np.abs(np.asarray(opened) - 255 * STEPS).max() <= 1.5


@pytest.mark.parametrize(
    "values",
    [
        (STEPS * 300 - 100).astype(np.int32),
        (STEPS * 1e6).astype(np.int32),
        (STEPS * 2 - 1).astype(np.float32),
        (STEPS * 1000).astype(np.float32),
        np.where(STEPS > 0.5, np.nan, STEPS).astype(np.float32),
    ],
    ids=["negative", "large", "signed floats", "HDR", "NaN"],
)  # fmt: skip
def test_values_outside_every_range_are_refused(values: np.ndarray) -> None:
    refused(tiff(values), "its values go from")


def png(pixels: np.ndarray, colour: int) -> bytes:
    """A PNG with 16 bits a channel, which Pillow can't write; `pixels` are `h w c`."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    height, width = pixels.shape[:2]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    header = struct.pack(">IIBBBBB", width, height, 16, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def test_colours_of_sixteen_bits() -> None:
    full = np.stack([STEPS, STEPS[::-1], STEPS], -1)
    opened = open_picture(png((full * 65535).round(), 2))
    assert opened.mode == "RGB" and np.abs(np.asarray(opened) - 255 * full).max() <= 1
    refused(png((full * 4095).round(), 2), "16 bits hold values of 12")


def test_modes_become_rgb_or_grey() -> None:
    cmyk = open_picture(saved(Image.new("RGB", (16, 16), (200, 30, 60)).convert("CMYK"), "JPEG", quality=95))
    assert cmyk.mode == "RGB" and np.abs(np.asarray(cmyk, float).mean((0, 1)) - (200, 30, 60)).max() < 6
    lab = open_picture(saved(Image.new("LAB", (8, 8), (136, 208, 195)), "TIFF"))
    assert lab.mode == "RGB" and np.abs(np.asarray(lab, float).mean((0, 1)) - (254, 0, 0)).max() < 12
    bit = open_picture(saved(Image.new("1", (8, 8), 1), "PNG"))
    assert bit.mode == "L" and np.asarray(bit).min() == 255
    palette = Image.new("P", (8, 8), 3)
    palette.putpalette([0, 0, 0] * 3 + [9, 8, 7])
    assert open_picture(saved(palette, "PNG")).getpixel((0, 0)) == (9, 8, 7)
    assert open_picture(saved(palette, "PNG", transparency=3)).getpixel((0, 0)) == (9, 8, 7, 0)
    assert open_picture(saved(Image.new("LA", (8, 8), (90, 128)), "PNG")).getpixel((0, 0)) == (90, 90, 90, 128)
    assert open_picture(saved(Image.new("RGB", (8, 8), "red"), "PNG", transparency=(255, 0, 0))).getpixel((0, 0))[3] == 0


def test_signed_bytes_are_refused() -> None:
    data = bytearray(saved(Image.new("L", (8, 8), 200), "TIFF", tiffinfo={339: 2}))
    refused(bytes(data), "negative values")


def turned(orientation: int) -> bytes:
    exif = PHOTO.getexif()
    exif[0x0112] = orientation
    return saved(PHOTO, "JPEG", exif=exif, quality=95)


def test_orientation_is_read_alone() -> None:
    """A broken EXIF tag does no harm, because only the orientation is read."""
    sizes = {n: open_picture(turned(n)).size for n in range(1, 9)}
    assert all(size == ((320, 240) if n < 5 else (240, 320)) for n, size in sizes.items())
    upright = np.asarray(open_picture(turned(6)).transpose(Image.Transpose.ROTATE_90), float)
    assert np.abs(upright - np.asarray(PHOTO, float)).mean() < 30
    exif = PHOTO.getexif()
    exif[0x0112], exif[0x9286] = 6, "a comment"
    # The file declares its comment to be a fraction, and Pillow can't write that back.
    broken = exif.tobytes().replace(struct.pack("<HH", 0x9286, 2), struct.pack("<HH", 0x9286, 5))
    broken = broken.replace(struct.pack(">HH", 0x9286, 2), struct.pack(">HH", 0x9286, 5))
    assert broken != exif.tobytes() and open_picture(saved(PHOTO, "JPEG", exif=broken)).size == (240, 320)
    for broken in (b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0garbage all along"):
        assert open_picture(saved(PHOTO, "JPEG", exif=broken)).size == PHOTO.size


def test_broken_profiles_and_trailing_bytes() -> None:
    for format in ("JPEG", "PNG", "WEBP", "TIFF"):
        assert open_picture(saved(PHOTO, format, icc_profile=b"no profile") + b"\0\1 trailing").size == PHOTO.size
    bomb = bytearray(saved(PHOTO, "PNG", icc_profile=bytes(3_000_000)))
    assert open_picture(bytes(bomb)).size == PHOTO.size  # Pillow refuses the profile


@pytest.mark.parametrize("format", ["JPEG", "PNG", "BMP"])
def test_missing_last_rows_are_filled_and_more_is_refused(format: str) -> None:
    photo = PHOTO.resize((640, 480))
    data = saved(photo, format)
    opened = open_picture(data[: int(0.9 * len(data))])
    assert opened.size == photo.size
    pixels = np.asarray(opened, float)
    assert np.abs(pixels[100:380] - np.asarray(photo, float)[100:380]).mean() < 20
    # The missing rows are filled: they are not black, and not the grey of an empty JPEG.
    assert pixels[0].std() > 10 and pixels[-1].std() > 10
    refused(data[: len(data) // 3], "rows are missing")


def test_the_content_decides_about_the_format(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(saved(PHOTO, "PNG"))
    assert open_picture(tmp_path / "a.jpg").size == PHOTO.size


def test_jpegs_are_decoded_no_larger_than_needed() -> None:
    data = saved(PHOTO.resize((4000, 3000)), "JPEG")
    assert open_picture(data).size == (4000, 3000)
    assert open_picture(data, 64).size == (500, 375) and open_picture(data, 700).size == (1000, 750)
    assert open_picture(saved(PHOTO, "JPEG", quality=95), 400).size == PHOTO.size


def test_size_bombs(monkeypatch: pytest.MonkeyPatch) -> None:
    refused(saved(Image.new("1", (20_000, 20_000)), "PNG"), "exceeds limit", "large_picture")
    monkeypatch.setattr(decoding, "MOST_PIXELS", 1000)
    refused(saved(PHOTO, "PNG"), "pixels are more than", "large_picture")


def test_the_size_is_read_without_decoding() -> None:
    data = saved(PHOTO, "PNG")
    assert picture_size(data) == picture_size(data[:100]) == PHOTO.size
    for broken in (b"", b"no picture", data[:20]):
        with pytest.raises(UserError) as caught:
            picture_size(broken)
        assert caught.value.code == "not_a_picture"


def test_a_jpeg_of_endless_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    data = saved(PHOTO, "JPEG", progressive=True)
    assert open_picture(data).size == PHOTO.size
    monkeypatch.setattr(decoding, "MOST_SCANS", 5)
    refused(data, "passes", "large_picture")


def moving(n: int, side: int = 40) -> bytes:
    first, *others = [Image.new("RGB", (side, side), (7 * i, 0, 90)) for i in range(n)]
    return saved(first, "PNG", save_all=True, append_images=others, duration=1, loop=0)


@pytest.mark.parametrize(("limit", "most"), [("MOST_FRAMES", 10), ("MOST_FILM_PIXELS", 20_000), ("MOST_SECONDS", -1.0)])
def test_a_flood_of_frames_is_refused_before_it_is_decoded(limit: str, most: float, monkeypatch: pytest.MonkeyPatch) -> None:
    data = moving(20)
    assert is_animated(data) and len(list(open_animation(data))) == 20
    monkeypatch.setattr(decoding, limit, most)
    with pytest.raises(UserError) as caught:
        next(open_animation(data))
    assert caught.value.code == "heavy_video"


@pytest.mark.skipif(shutil.which("gs") is None, reason="without Ghostscript nothing could run")
def test_pillow_alone_would_have_run_it(tmp_path: Path) -> None:
    """Pillow alone starts Ghostscript: this is why `decoding` exists. The test fails once Pillow no longer does so."""
    (tmp_path / "a.eps").write_bytes(POSTSCRIPT.replace(b"(MARK) (w) file dup (ran) writestring closefile", b""))
    with Image.open(tmp_path / "a.eps") as file:
        file.load()


def test_several_threads_never_take_a_damaged_file_for_a_whole_one() -> None:
    """Pillow's setting for damaged files applies to all threads. Rows that one thread lacks are filled nevertheless."""
    whole = saved(PHOTO, "BMP")
    torn = whole[: int(0.9 * len(whole))]
    expected = np.asarray(open_picture(torn))
    assert expected.reshape(len(expected), -1).any(1).all()
    with ThreadPoolExecutor(8) as threads:
        opened = list(threads.map(open_picture, [torn, whole, torn] * 30))
    assert all(np.array_equal(np.asarray(picture), expected) for picture in (*opened[::3], *opened[2::3]))
    assert all(np.array_equal(np.asarray(picture), np.asarray(PHOTO)) for picture in opened[1::3])
    assert not ImageFile.LOAD_TRUNCATED_IMAGES


@pytest.mark.parametrize("bits", [8, 16])
def test_tiffs_whose_zero_is_white(bits: int) -> None:
    values = (STEPS * (2**bits - 1)).round().astype(f"<u{bits // 8}")
    content = values.tobytes()
    tags = {256: 8, 257: 8, 258: bits, 259: 1, 262: 0, 273: 8, 277: 1, 278: 8, 279: len(content)}
    entries = b"".join(struct.pack("<HHIHH", tag, 3, 1, value, 0) for tag, value in tags.items())
    head = b"II*\0" + struct.pack("<I", 8 + len(content))
    opened = open_picture(head + content + struct.pack("<H", len(tags)) + entries + bytes(4))
    assert np.abs(np.asarray(opened) - 255 * (1 - STEPS)).max() <= 1
