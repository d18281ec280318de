"""Folders of pictures as users have them: splits, classes, litter, links, other files, and shares that are kept back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from gan_zoo.data.reading import load_data
from gan_zoo.errors import UserError
from gan_zoo.imaging.decoding import SUFFIXES


def paint(folder: Path, *names: str, grey: int = 100) -> None:
    """Write a picture of 8x8 under each name, with the format that its suffix says or else as PNG."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 8), (grey, grey, grey)).save(path, format=None if path.suffix != ".heic" else "PNG")


def said(path: Path, split: str = "train") -> tuple[int, list[str]]:
    data = load_data(str(path), split)  # type: ignore[arg-type]
    return len(data), data.classes


@pytest.mark.parametrize("word", ["val", "valid", "validation", "test", "Test", "testing"])
def test_each_word_for_a_test_split_is_one(tmp_path: Path, word: str) -> None:
    paint(tmp_path, "train/cats/1.png", "train/dogs/2.png", "train/dogs/3.png", f"{word}/dogs/4.png")
    assert said(tmp_path) == (3, ["cats", "dogs"])
    # Classes have the same numbers in all splits.
    assert said(tmp_path, "test") == (1, ["cats", "dogs"]) and load_data(str(tmp_path), "test").labels.tolist() == [1]  # type: ignore[union-attr]


def test_a_test_split_goes_before_a_validation_split(tmp_path: Path) -> None:
    paint(tmp_path, "train/1.png", "val/1.png", "val/2.png", "test/1.png")
    assert said(tmp_path, "test")[0] == 1


def test_a_class_may_be_called_train(tmp_path: Path) -> None:
    paint(tmp_path, "train/1.png", "bus/2.png", "plane/3.png")
    assert said(tmp_path) == (3, ["bus", "plane", "train"])
    with pytest.raises(UserError, match="no test split") as caught:
        load_data(str(tmp_path), "test")
    assert caught.value.code == "no_split"


def test_splits_within_classes_and_below_one_folder(tmp_path: Path) -> None:
    paint(tmp_path / "a", "cats/train/1.png", "cats/test/2.png", "dogs/train/3.png", "dogs/train/4.png")
    assert said(tmp_path / "a") == (3, ["cats", "dogs"]) and said(tmp_path / "a", "test") == (1, ["cats", "dogs"])
    paint(tmp_path / "b", "maps/train/1.png", "maps/val/2.png", "maps/val/3.png")
    assert said(tmp_path / "b") == (1, []) and said(tmp_path / "b", "test") == (2, [])


def test_what_is_in_no_split_is_never_the_test(tmp_path: Path) -> None:
    paint(tmp_path / "flat", "1.png", "2.png")
    paint(tmp_path / "one", "train/1.png")
    paint(tmp_path / "other", "test/1.png", "2.png")
    for name, split in (("flat", "test"), ("one", "test"), ("other", "train")):
        with pytest.raises(UserError, match=f"no {split} split"):
            load_data(str(tmp_path / name), split)  # type: ignore[arg-type]
    paint(tmp_path / "one", "test/2.png", "notes/3.png", "4.png")
    data = load_data(str(tmp_path / "one"))
    assert len(data) == 1 and "2 pictures outside of the folders" in data.notes[0]


def test_a_share_is_kept_back_for_good(tmp_path: Path) -> None:
    for i in range(60):
        paint(tmp_path, f"{i:02d}.png", grey=i)

    def greys(split: str, share: str) -> set[int]:
        return set(load_data(f"{tmp_path}?hold-out={share}", split).images[:, 0, 0, 0].tolist())  # type: ignore[arg-type]

    train, test = greys("train", "0.2"), greys("test", "0.2")
    assert train | test == set(range(60)) and not train & test and 4 <= len(test) <= 22
    assert test < greys("test", "0.5")  # a larger share contains the smaller one
    paint(tmp_path, "more.png", grey=200)
    assert greys("test", "0.2") - {200} == test
    with pytest.raises(UserError, match="at least 0 and less than 1"):
        greys("test", "2")
    paint(tmp_path / "s", "train/1.png", "test/2.png")
    with pytest.raises(UserError, match="has splits already"):
        load_data(f"{tmp_path / 's'}?hold-out=0.2")


def test_litter_is_no_data(tmp_path: Path) -> None:
    paint(tmp_path, "cats/1.png", "dogs/2.png", ".ipynb_checkpoints/1.png", "__MACOSX/3.png", "@eaDir/4.png", "cats/._1.png")
    paint(tmp_path, "cats/.ipynb_checkpoints/1.png", ".hidden/5.png", "cats/.6.png", "#recycle/7.png")
    for name in ("Thumbs.db", ".DS_Store", "desktop.ini", "cats/Thumbs.db"):
        (tmp_path / name).write_text("x")
    data = load_data(str(tmp_path))
    assert (len(data), data.classes, data.skipped, data.notes) == (2, ["cats", "dogs"], [], [])


def test_a_folder_that_is_hidden_itself_is_read(tmp_path: Path) -> None:
    paint(tmp_path / ".pictures", "1.png")
    assert said(tmp_path / ".pictures") == (1, [])


def test_a_class_has_a_readable_picture(tmp_path: Path) -> None:
    paint(tmp_path, "cats/1.png", "dogs/2.png")
    for name in ("torn/1.png", "3.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("no picture")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("x")
    data = load_data(str(tmp_path))
    assert data.classes == ["cats", "dogs"] and data.labels.tolist() == [0, 1] and len(data.skipped) == 2  # type: ignore[union-attr]


def test_links_are_followed_and_loops_are_not(tmp_path: Path) -> None:
    paint(tmp_path / "data", "z/1.png")
    paint(tmp_path / "source", "2.png", "deep/3.png")
    (tmp_path / "data" / "x").symlink_to("../source")
    (tmp_path / "data" / "z" / "up").symlink_to(tmp_path / "data")
    (tmp_path / "source" / "deep" / "self").symlink_to(".")
    assert said(tmp_path / "data") == (3, ["x", "z"])
    (tmp_path / "data" / "z" / "gone.png").symlink_to("nowhere.png")
    (only,) = load_data(str(tmp_path / "data")).skipped
    assert "gone.png" in only and "No such file" in only
    (tmp_path / "link").symlink_to("data")
    assert said(tmp_path / "link") == (3, ["x", "z"])


def test_every_known_suffix_is_taken_and_others_are_counted(tmp_path: Path) -> None:
    suffixes = sorted(SUFFIXES - {".pfm", ".pbm", ".avifs", ".ico"})
    for i, suffix in enumerate(suffixes):
        path = tmp_path / f"{i}{suffix.upper() if i % 2 else suffix}"
        Image.new("RGB", (8, 8), "grey").save(path, "PNG")  # the content decides about the format
    for name in ("a.heic", "b.heic", "c.txt", "README"):
        (tmp_path / name).write_text("x")
    data = load_data(str(tmp_path))
    assert len(data) == len(suffixes) and not data.skipped
    assert [note.partition(" left out")[0] for note in data.notes] == [
        "1 file without a suffix", "2 files ending in .heic", "1 file ending in .txt",
    ]  # fmt: skip
    assert "a.heic" in data.notes[1]


def test_only_other_files(tmp_path: Path) -> None:
    (tmp_path / "a.heic").write_text("x")
    with pytest.raises(UserError, match=r"no pictures in .*1 file ending in \.heic left out"):
        load_data(str(tmp_path))
