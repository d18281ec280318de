"""Tests of small files that ask for endless time or memory: floods of frames, and metadata that are bombs."""

from __future__ import annotations

import io
import random
import struct
import tracemalloc
import zlib
from fractions import Fraction

import av
import numpy as np
import pytest
from PIL import Image

from gan_zoo import UserError
from gan_zoo.imaging import decoding, directories, video
from gan_zoo.imaging.decoding import open_animation, open_picture

Tag = tuple[int, int, int, int]
ONE_PICTURE: list[Tag] = [
    (256, 3, 1, 4), (257, 3, 1, 4), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, 8), (277, 3, 1, 1),
    (278, 3, 1, 4), (279, 4, 1, 16),
]  # fmt: skip


def saved(picture: Image.Image, format: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, format, **options)
    return buffer.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def with_chunk(name: bytes, data: bytes, times: int = 1) -> bytes:
    """A PNG with more chunks."""
    png = saved(Image.new("L", (8, 8), 7), "PNG")
    place = png.index(b"IDAT") - 4
    return png[:place] + chunk(name, data) * times + png[place:]


def directory(tags: list[Tag], values: bytes) -> bytes:
    """A TIFF file with one directory, and the bytes that its values are in."""
    entries = b"".join(struct.pack("<HHLL", *tag) for tag in sorted(tags))
    return b"II*\0" + struct.pack("<LH", 8, len(tags)) + entries + bytes(4) + values


def shared(entries: int, size: int) -> list[Tag]:
    """Tags whose values are the same bytes."""
    return [(1000 + i, 1, size, 8) for i in range(entries)]


def in_jpeg(exif: bytes) -> bytes:
    """A JPEG with these EXIF data, in as many segments as they take; without the header of JFIF, since Pillow then reads the
    resolution from EXIF while it opens the file."""
    jpeg = saved(Image.new("L", (8, 8), 7), "JPEG")
    jpeg = jpeg[:2] + jpeg[jpeg.index(b"\xff\xdb") :]
    parts = [exif[i : i + 60_000] for i in range(0, len(exif), 60_000)]
    return jpeg[:2] + b"".join(b"\xff\xe1" + struct.pack(">H", len(part) + 8) + b"Exif\0\0" + part for part in parts) + jpeg[2:]


def animation(frames: int, side: int, milliseconds: tuple[int, int] = (1, 65535)) -> bytes:
    """An APNG whose first frame fills it, while the others are single pixels: a few dozen bytes a frame."""
    first = zlib.compress(bytes(side // 8 + 2) * side, 9)
    content = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)) + chunk(b"acTL", struct.pack(">II", frames, 0))
    number = 0
    for i in range(frames):
        width = side if i == 0 else 1
        content += chunk(b"fcTL", struct.pack(">IIIIIHHBB", number, width, width, 0, 0, *milliseconds, 0, 0))
        number += 1
        content += chunk(b"fdAT", struct.pack(">I", number) + zlib.compress(b"\0\x80")) if i else chunk(b"IDAT", first)
        number += bool(i)
    return b"\x89PNG\r\n\x1a\n" + content + chunk(b"IEND", b"")


def drawn(n: int, side: int, format: str) -> bytes:
    draw = random.Random(0)
    first, *others = [Image.new("RGB", (side, side), tuple(draw.randrange(256) for _ in range(3))) for _ in range(n)]
    return saved(first, format, save_all=True, append_images=others, duration=20)


def stream(n: int, side: int, format: str = "mp4") -> bytes:
    """A film of `n` frames."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=format) as container:
        track = container.add_stream("libx264", Fraction(30), options={"preset": "ultrafast"})
        track.width = track.height = side
        track.pix_fmt = "yuv420p"
        frame = av.VideoFrame.from_ndarray(np.zeros((side, side, 3), np.uint8), "rgb24")
        for i in range(n):
            frame.pts = i
            container.mux(track.encode(frame))
        container.mux(track.encode(None))
    return buffer.getvalue()


def heavy(data: bytes) -> None:
    with pytest.raises(UserError) as caught:
        video.read(data)
    assert caught.value.code == "heavy_video"


def test_a_hundred_large_frames_in_a_few_kilobytes() -> None:
    flood = animation(100, 3464)  # 12 megapixels
    assert len(flood) < 10_000
    heavy(flood)
    assert len(list(open_animation(animation(20, 64)))) == 20


@pytest.mark.parametrize("format", ["PNG", "GIF", "WEBP", "mp4", "mpegts"])
@pytest.mark.parametrize(("limit", "most"), [("MOST_FRAMES", 10), ("MOST_FILM_PIXELS", 40_000), ("MOST_SECONDS", -1.0)])
def test_every_kind_of_film_has_a_budget(format: str, limit: str, most: float, monkeypatch: pytest.MonkeyPatch) -> None:
    data = drawn(20, 64, format) if format.isupper() else stream(20, 64, format)
    assert len(video.read(data).frames) > 10
    monkeypatch.setattr(decoding, limit, most)
    heavy(data)


def test_the_frames_of_a_gif_are_not_counted_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """To count them, Pillow would read all of the file."""
    from PIL.GifImagePlugin import GifImageFile

    data = drawn(30, 16, "GIF")
    monkeypatch.setattr(decoding, "MOST_FRAMES", 5)
    monkeypatch.setattr(GifImageFile, "n_frames", property(lambda self: pytest.fail("the frames are counted")))
    with pytest.raises(UserError) as caught:
        list(open_animation(data))
    assert caught.value.code == "heavy_video"


def test_a_film_that_grows_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The header says 64x64, and later frames are larger: the decoder refuses them before it takes memory for them."""
    monkeypatch.setattr(decoding, "MOST_FRAME_PIXELS", 100_000)
    data = stream(3, 64, "mpegts") + stream(3, 640, "mpegts")
    sizes = []
    with decoding.open_video(data) as container, pytest.raises(av.FFmpegError):
        sizes += [frame.width for frame in container.decode(video=0)]
        raise AssertionError(sizes)
    with pytest.raises(UserError):
        video.read(data)


@pytest.mark.parametrize(
    "name",
    ["TIFF", "BigTIFF", "EXIF in JPEG", "EXIF in many segments", "EXIF in PNG", "EXIF in WebP", "views of a JPEG"],
)
def test_values_that_share_their_bytes_are_not_read(name: str) -> None:
    """Each of 300 entries declares all of the file: read, they would take 300 times its size."""
    plain = saved(Image.new("RGB", (8, 8), (7, 7, 7)), "WEBP")
    large = b"II+\0\x08\0\0\0" + struct.pack("<QQ", 16, 300)
    large += b"".join(struct.pack("<HHQQ", 1000 + i, 1, 500_000, 8) for i in range(300)) + bytes(500_000)
    exif = directory(shared(300, 500_000), bytes(500_000))
    small = directory(shared(300, 30_000), bytes(40_000))
    jpeg = saved(Image.new("L", (8, 8), 7), "JPEG")
    views = b"\xff\xe2" + struct.pack(">H", len(small) + 6) + b"MPF\0" + small
    data = {
        "TIFF": directory(ONE_PICTURE + shared(300, 500_000), bytes(500_000)),
        "BigTIFF": large,
        "EXIF in JPEG": in_jpeg(small),
        "EXIF in many segments": in_jpeg(exif),
        "EXIF in PNG": with_chunk(b"eXIf", exif),
        "EXIF in WebP": saved(Image.new("RGB", (8, 8), (7, 7, 7)), "WEBP", exif=exif),
        "views of a JPEG": jpeg[:2] + views + jpeg[2:],
    }[name]
    assert open_picture(plain).size == (8, 8)  # what is loaded once is loaded
    tracemalloc.start()
    try:
        if "TIFF" in name:
            with pytest.raises(UserError):
                open_picture(data)
        else:
            assert open_picture(data).size == (8, 8), "metadata that can't be read do no harm"
        assert tracemalloc.get_traced_memory()[1] < 8 * len(data) + 2_000_000
    finally:
        tracemalloc.stop()


def test_tiles_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = saved(Image.new("L", (64, 64), 7), "TIFF", tiffinfo={278: 1})
    assert open_picture(picture).size == (64, 64)
    tiles: list[Tag] = [(322, 4, 1, 16), (323, 4, 1, 16), (324, 4, 200_000, 8), (325, 4, 200_000, 8)]
    with pytest.raises(UserError):
        open_picture(directory([tag for tag in ONE_PICTURE if tag[0] not in (273, 278, 279)] + tiles, bytes(1_000_000)))
    monkeypatch.setattr(directories, "MOST_TILES", 5)
    with pytest.raises(UserError):
        open_picture(picture)


def test_of_many_pages_only_the_first_is_decoded() -> None:
    pages = [Image.new("L", (32, 32), 7 + i) for i in range(40)]
    data = saved(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    assert open_picture(data).getpixel((0, 0)) == 7
    with pytest.raises(UserError) as caught:
        video.read(data)
    assert caught.value.code == "not_a_video"


@pytest.mark.parametrize(
    ("name", "content", "times"),
    [
        (b"zTXt", b"a\0\0" + zlib.compress(bytes(30_000_000), 9), 1),
        (b"zTXt", b"a\0\0" + zlib.compress(bytes(900_000), 9), 120),
        (b"iTXt", b"a\0\1\0\0\0" + zlib.compress(bytes(30_000_000), 9), 1),
        (b"iCCP", b"a\0\0" + zlib.compress(bytes(30_000_000), 9), 1),
    ],
    ids=["one text", "many texts", "international text", "profile"],
)
def test_what_is_packed_beside_a_picture_is_not_unpacked_without_end(name: bytes, content: bytes, times: int) -> None:
    data = with_chunk(name, content, times)
    assert len(data) < 200_000
    tracemalloc.start()
    try:
        if times > 1:
            with pytest.raises(UserError):
                open_picture(data)
        else:
            assert open_picture(data).size == (8, 8)
        assert tracemalloc.get_traced_memory()[1] < 80_000_000
    finally:
        tracemalloc.stop()


def test_passes_over_a_large_jpeg(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pass that changes nothing costs a few bytes, and its time grows with the picture."""
    data = saved(Image.new("RGB", (320, 240), (7, 80, 7)), "JPEG", progressive=True)
    assert open_picture(data).size == (320, 240)
    monkeypatch.setattr(decoding, "MOST_SCANNED", 5 * 320 * 240)
    with pytest.raises(UserError) as caught:
        open_picture(data)
    assert caught.value.code == "large_picture"


def test_a_picture_inside_an_icon_is_held_to_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    inside = saved(Image.new("1", (300, 200)), "PNG")
    icon = struct.pack("<HHHBBBBHHII", 0, 1, 1, 16, 16, 0, 0, 1, 32, len(inside), 22) + inside
    monkeypatch.setattr(decoding, "MOST_PIXELS", 50_000)
    with pytest.raises(UserError) as caught:
        open_picture(icon)
    assert caught.value.code == "large_picture"
