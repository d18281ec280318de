"""Squares of many pictures: decoded in processes, kept on disk, and made again where what is kept is missing or damaged."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import torch
from PIL import Image

from gan_zoo.__main__ import main
from gan_zoo.data import encoded, reading, squares
from gan_zoo.data.dataset import Dataset, Square
from gan_zoo.data.encoded import Unreadable, in_order
from gan_zoo.data.reading import load_data
from gan_zoo.data.workers import Workers


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What has been decoded; from one row on, squares are kept."""
    found: list[object] = []
    opened = encoded.open_picture
    monkeypatch.setattr(encoded, "open_picture", lambda source, side: found.append(source) or opened(source, side))
    monkeypatch.setattr(reading, "squares", partial(squares.squares, many=1))
    return found


def entries() -> list[Path]:
    return sorted(squares.kept().glob("*.safetensors"))


def same(one: Dataset, two: Dataset) -> bool:
    assert one.labels is not None and two.labels is not None
    alike = torch.equal(one.images, two.images) and torch.equal(one.labels, two.labels)
    return alike and (one.columns, one.classes, one.skipped) == (two.columns, two.classes, two.skipped)


def test_pictures_are_decoded_once(pictures: Path, decoded: list[object]) -> None:
    (pictures / "cats" / "broken.png").write_bytes(b"no picture")
    load = partial(load_data, str(pictures), size=16)
    first = load()
    assert decoded and len(entries()) == 1 and len(first.skipped) == 1
    decoded.clear()
    assert same(load(), first) and not decoded
    load(size=20)
    assert decoded and len(entries()) == 2, "another size has a file of its own"
    decoded.clear()
    file = next(iter(sorted(pictures.rglob("*.png"))))
    Image.new("RGB", (32, 32), "red").save(file)
    assert not same(load(), first) and decoded, "a file has changed"


def test_few_pictures_are_not_kept(pictures: Path) -> None:
    load_data(str(pictures))
    assert not entries()


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[-100] ^= 1
    file.write_bytes(content)


def empty(file: Path) -> None:
    file.write_bytes(b"")


def replace(file: Path) -> None:
    """A sound file of something else."""
    from safetensors.torch import save_file

    save_file({"images": torch.zeros(1)}, file)


@pytest.mark.parametrize("damage", [cut, flip, empty, replace])
def test_what_is_damaged_is_made_again(damage: Callable[[Path], None], pictures: Path, decoded: list[object]) -> None:
    first = load_data(str(pictures), size=16)
    (file,) = entries()
    sound = file.read_bytes()
    damage(file)
    assert same(load_data(str(pictures), size=16), first)
    assert file.read_bytes() == sound


def test_the_oldest_make_room(pictures: Path, decoded: list[object], monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []
    for i, size in enumerate((16, 17, 18)):
        load_data(str(pictures), size=size)
        new = max(entries(), key=lambda file: file.stat().st_mtime_ns)
        os.utime(new, (1000 + i, 1000 + i))
        sizes.append(new.stat().st_size)
    oldest, used = sorted(entries(), key=lambda file: file.stat().st_mtime)[:2]
    load_data(str(pictures), size=17)
    monkeypatch.setattr(squares, "MOST_BYTES", sum(sizes) + 20_000)
    load_data(str(pictures), size=19)
    assert not oldest.exists() and used.exists() and len(entries()) == 3
    monkeypatch.setattr(squares, "MOST_BYTES", 10)
    load_data(str(pictures), size=20)
    assert len(entries()) == 3, "what is larger than the cache is not kept"


def test_where_nothing_can_be_kept_pictures_are_decoded(
    pictures: Path, decoded: list[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("GAN_ZOO_CACHE", str(tmp_path / "file"))
    for _ in range(2):
        assert len(load_data(str(pictures), size=16).images) and decoded
        decoded.clear()


def test_clearing_frees_what_was_kept(pictures: Path, decoded: list[object], capsys: pytest.CaptureFixture[str]) -> None:
    load_data(str(pictures), size=16)
    assert main(["data", "clear"]) == 0 and "MB freed" in capsys.readouterr().out
    assert not squares.kept().exists()
    assert main(["data", "clear"]) == 0 and "0.0 MB freed" in capsys.readouterr().out
    load_data(str(pictures), size=16)
    assert len(entries()) == 1


def test_processes_decode_what_threads_do(pictures: Path) -> None:
    files = [(path,) for path in sorted(pictures.rglob("*.png"))]
    rows = [*files, (b"no picture",), (files[0][0].read_bytes(),)]
    one, two = (list(in_order(iter(rows), Square(16, 3), 32, "some", processes=n)) for n in (0, 2))
    assert len(one) == len(two) == len(rows)
    for a, b in zip(one, two, strict=True):
        if isinstance(a, Unreadable):
            assert isinstance(b, Unreadable) and b.said(["it"]) == a.said(["it"])
        else:
            assert isinstance(b, torch.Tensor) and torch.equal(a, b)
    assert sum(isinstance(a, Unreadable) for a in one) == 1


@pytest.mark.skipif(sys.version_info < (3, 11), reason="Python 3.10 always looks in the current folder")
def test_processes_run_no_code_of_the_folder(pictures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (pictures / "numpy.py").write_text("open('has-run', 'w')\nfrom os import nothing")
    monkeypatch.chdir(pictures)
    with Workers(1, Square(16, 3), 32) as workers:
        workers([(path,) for path in sorted(pictures.rglob("*.png"))[:1]])
    assert not (pictures / "has-run").exists()


def test_a_process_that_is_killed_is_replaced_by_this_one(pictures: Path) -> None:
    files = [(path,) for path in sorted(pictures.rglob("*.png"))[:2]]
    with Workers(1, Square(16, 3), 32) as workers:
        os.kill(workers._all[0].pid, signal.SIGKILL)
        for _ in range(2):
            assert [picture.shape for picture in workers(files)] == [(3, 16, 16)] * 2
