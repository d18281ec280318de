"""The two halves of pairs are found by their names: what has no partner is named, and nothing is paired by its place."""

from __future__ import annotations

import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from gan_zoo.data.pairs import PairedDataset, load_pairs
from gan_zoo.errors import UserError


def write(root: Path, **sides: dict[str, int]) -> Path:
    """Write grey pictures: the folder of each side, and the grey of each name."""
    for side, pictures in sides.items():
        for name, grey in pictures.items():
            path = root / side.replace("_", "/") / name
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (8, 8), (grey, grey, grey)).save(path)
    return root


def pairs(root: Path, name: str = "folders", split: str = "train") -> set[tuple[int, int]]:
    data = load_pairs(str(root), name, split, 8)  # type: ignore[arg-type]
    assert isinstance(data, PairedDataset)
    return {(int(a[0, 0, 0, 0]), int(b[0, 0, 0])) for a, b in zip(data.inputs, data.images, strict=True)}


def test_equal_names_are_pairs_and_the_others_are_named(tmp_path: Path) -> None:
    names = [f"{i:03d}.png" for i in range(6)]
    root = write(
        tmp_path,
        A={name: i for i, name in enumerate(names) if i != 2},
        B={name: 100 + i for i, name in enumerate(names) if i != 4},
    )
    assert pairs(root) == {(i, 100 + i) for i in (0, 1, 3, 5)}
    assert pairs(root, "folders:B") == {(100 + i, i) for i in (0, 1, 3, 5)}
    first, second = load_pairs(str(root), "folders").skipped
    assert "A/004.png: no partner" in first and "B/002.png: no partner" in second


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("{}_A.png", "{}_B.png"),
        ("{}_photo.png", "{}_label.png"),
        ("{}.png", "{}-edges.png"),
        ("{}.JPG", "{}.png"),
        ("IMG_{}.png", "img_{}.png"),
        ("photo_{}.png", "sketch_{}.png"),
        ("x/{}_leftImg8bit.png", "x/{}_gtFine_labelIds.png"),
        ("{}_rain.png", "{}_norain.png"),
        ("{}.png", "seen from the back {}.png"),
    ],
)
def test_decorations_are_left_out_if_then_the_names_agree(tmp_path: Path, a: str, b: str) -> None:
    order = {"001": 1, "002": 2, "010": 10, "100": 100}
    root = write(
        tmp_path,
        A={a.format(name): grey for name, grey in order.items()},
        B={b.format(name): grey + 1 for name, grey in order.items()},
    )
    assert pairs(root) == {(grey, grey + 1) for grey in order.values()}


def test_nothing_is_paired_that_only_looks_alike(tmp_path: Path) -> None:
    """Two pictures of a side that become one name have no partner, and neither has another number."""
    root = write(tmp_path, A={"1_A.png": 1, "1_B.png": 2, "2.png": 3}, B={"1.png": 11, "2.png": 13})
    assert pairs(root) == {(3, 13)}
    root = write(tmp_path / "numbers", A={"cat1.png": 1, "cat2.png": 2}, B={"dog2.png": 12, "dog3.png": 13})
    with pytest.raises(UserError, match="there are cat1, cat2 and dog2, dog3: give") as caught:
        pairs(root)
    assert caught.value.code == "no_pairs"


def test_same_names_in_several_folders_and_formats(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        A={"x/1.png": 1, "y/1.png": 2, "2.png": 3, "2.bmp": 4},
        B={"y/1.png": 12, "x/1.png": 11, "2.bmp": 14, "2.png": 13},
    )
    assert pairs(root) == {(1, 11), (2, 12), (3, 13), (4, 14)}


def test_unreadable_inputs_are_named_as_targets_are(tmp_path: Path) -> None:
    root = write(tmp_path, A={"1.png": 1, "2.png": 2, "3.png": 3}, B={"1.png": 11, "2.png": 12, "3.png": 13})
    (root / "A" / "1.png").write_bytes(b"")
    (root / "B" / "3.png").write_text("no picture")
    assert pairs(root) == {(2, 12)}
    first, second = load_pairs(str(root), "folders").skipped
    assert "A/1.png: the file is empty" in first and "B/3.png: it is not a picture" in second


@pytest.mark.parametrize("layout", ["trainA", "A_train", "train_A", "TrainA"])
def test_pairs_of_a_split(tmp_path: Path, layout: str) -> None:
    sides = {split: {side: layout.replace("train", split).replace("Train", split).replace("A", side) for side in "AB"}
             for split in ("train", "val")}  # fmt: skip
    root = write(
        tmp_path,
        **{sides["train"]["A"]: {"1.png": 1, "2.png": 2}, sides["train"]["B"]: {"1.png": 11, "2.png": 12}},
        **{sides["val"]["A"]: {"1.png": 5}, sides["val"]["B"]: {"1.png": 15}},
    )
    assert pairs(root) == {(1, 11), (2, 12)} and pairs(root, split="test") == {(5, 15)}
    assert load_pairs(str(root), "unpaired", "test", 8).images.shape[0] == 1


def test_pairs_without_a_test_split(tmp_path: Path) -> None:
    root = write(tmp_path, A={f"{i}_photo.png": i for i in range(40)}, B={f"{i}_label.png": 100 + i for i in range(40)})
    for name in ("folders", "unpaired"):
        with pytest.raises(UserError, match="no test split") as caught:
            load_pairs(str(root), name, "test")
        assert caught.value.code == "no_split"
    held = Path(f"{root}?hold-out=0.3")
    train, test = pairs(held), pairs(held, split="test")
    assert not train & test and train | test == {(i, 100 + i) for i in range(40)} and test
    assert {(b, a) for a, b in pairs(held, "folders:B", "test")} == test


def test_columns_keep_their_rows(tmp_path: Path) -> None:
    def cell(grey: int | None) -> dict[str, object]:
        buffer = io.BytesIO()
        Image.new("L", (8, 8), grey or 0).save(buffer, "PNG")
        return {"bytes": None if grey is None else buffer.getvalue(), "path": f"{grey}.png"}

    table = pa.table({"a": [cell(1), cell(None), cell(3), cell(4)], "b": [cell(11), cell(12), cell(None), cell(14)]})
    pq.write_table(table, tmp_path / "x.parquet")
    root = tmp_path / "x.parquet:b"
    assert pairs(root, "columns:a") == {(1, 11), (4, 14)}
    said = load_pairs(str(root), "columns:a").skipped
    assert [line.partition(":")[0] for line in said] == ["row 1, column a", "row 2, column b"]
