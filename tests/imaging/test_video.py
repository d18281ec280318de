"""Tests of reading and writing films, and of the files that are refused."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from gan_zoo import UserError
from gan_zoo.imaging import decoding, video


def shades(n: int, height: int = 48, width: int = 64) -> list[torch.Tensor]:
    """Pictures that become brighter from one to the next; the left half of each is darker."""
    frames = [torch.full((3, height, width), 100 + 3 * i, dtype=torch.uint8) for i in range(n)]
    for frame in frames:
        frame[:, :, : width // 2] //= 2
    return frames


def animated(format: str, n: int = 6, duration: int | list[int] = 200) -> bytes:
    buffer = io.BytesIO()
    first, *others = [Image.new("RGB", (40, 30), (40 * i, 0, 0)) for i in range(n)]
    first.save(buffer, format, save_all=True, append_images=others, duration=duration, loop=0)
    return buffer.getvalue()


def code(data: bytes | Path, most_seconds: float = 10) -> str:
    with pytest.raises(UserError) as caught:
        video.read(data, most_seconds)
    assert "\n" not in str(caught.value)
    return caught.value.code


@pytest.mark.parametrize("rate", [8, 12.5, 30])
@pytest.mark.parametrize("size", [(48, 64), (31, 45)])
def test_there_and_back(size: tuple[int, int], rate: float, tmp_path: Path) -> None:
    frames = shades(20, *size)
    data = video.write_mp4(frames, rate)
    assert data[4:8] == b"ftyp"
    (tmp_path / "film.mp4").write_bytes(data)
    for clip in (video.read(data), video.read(tmp_path / "film.mp4"), video.read(str(tmp_path / "film.mp4"))):
        assert len(clip.frames) == 20 and clip.rate == pytest.approx(rate, rel=0.01)
        assert clip.frames[0].shape == (3, size[0] + size[0] % 2, size[1] + size[1] % 2)
    for frame, again in zip(frames, clip.frames, strict=True):
        assert (frame.float() - again[:, : size[0], : size[1]].float()).abs().mean() < 4


def test_a_film_of_one_frame() -> None:
    assert len(video.read(video.write_mp4(shades(1), 16)).frames) == 1


def test_fast_and_large_films_are_thinned_and_shrunk(monkeypatch: pytest.MonkeyPatch) -> None:
    clip = video.read(video.write_mp4(shades(24), 60))
    assert len(clip.frames) == 12 and clip.rate == pytest.approx(30, rel=0.01)
    monkeypatch.setattr(video, "MOST_SIDE", 32)
    assert video.read(video.write_mp4(shades(2), 5)).frames[0].shape == (3, 24, 32)
    assert video.read(animated("GIF")).frames[0].shape == (3, 24, 32)


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG"])
def test_animated_pictures(format: str) -> None:
    clip = video.read(animated(format))
    assert len(clip.frames) == 6 and clip.rate == pytest.approx(5)
    assert abs(clip.frames[3][0].float().mean() - 120) < 12
    assert code(animated(format), most_seconds=0.5) == "long_video"


def test_an_animation_that_tells_no_durations() -> None:
    assert video.read(animated("GIF", duration=0)).rate == pytest.approx(10)


def test_what_is_no_film(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    film = video.write_mp4(shades(3), 5)
    assert code(b"") == code(b"no film") == code(film[:200]) == code(tmp_path / "nothing.mp4") == "not_a_video"
    still = io.BytesIO()
    Image.new("RGB", (8, 8)).save(still, "PNG")
    assert code(still.getvalue()) == "not_a_video"
    assert code(animated("GIF")[:150]) == "not_a_video"
    # Playlists, which refer to other files, are not followed.
    (tmp_path / "film.mp4").write_bytes(film)
    assert code(f"ffconcat version 1.0\nfile {tmp_path / 'film.mp4'}\n".encode()) == "not_a_video"
    playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://{tmp_path / 'film.mp4'}\n#EXT-X-ENDLIST\n"
    assert code(playlist.encode()) == "not_a_video"


def test_a_film_without_frames() -> None:
    import av

    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        stream = container.add_stream("aac", 8000, layout="mono")
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        sound.sample_rate = 8000
        container.mux(stream.encode(sound))
        container.mux(stream.encode(None))
    assert code(buffer.getvalue()) == "no_frames"


def test_a_film_that_is_too_long_or_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    film = video.write_mp4(shades(40), 10)
    assert code(film, most_seconds=2) == code(film, most_seconds=3.5) == "long_video"
    assert len(video.read(film, most_seconds=4).frames) == 40
    monkeypatch.setattr(decoding, "MOST_FRAME_PIXELS", 1000)
    assert code(film) == code(animated("GIF")) == "large_video"
