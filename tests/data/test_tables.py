"""Parquet files as users have them: conditions in the column's own type, labels of any type, and splits that are named."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from gan_zoo.data.reading import load_data
from gan_zoo.errors import UserError


def write(path: Path, count: int, names: dict[str, list[str]] | None = None, **columns: Any) -> str:
    """Write a parquet file whose picture in row i has the grey i."""
    cells = []
    for i in range(count):
        buffer = io.BytesIO()
        Image.new("L", (8, 8), i).save(buffer, "PNG")
        cells.append({"bytes": buffer.getvalue(), "path": f"{i}.png"})
    table = pa.table({"image": cells, **columns})
    if names:
        features = {column: {"names": words, "_type": "ClassLabel"} for column, words in names.items()}
        table = table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    pq.write_table(table, path)
    return str(path)


def greys(name: str, split: str = "train") -> list[int]:
    return load_data(name, split).images[:, 0, 0, 0].tolist()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([1, 2, 1, None], "1"),
        ([0.5, 2.0, 0.5, 1.5], "0.5"),
        (pa.array([0.1, 0.2, 0.1, 0.3], pa.float32()), "0.1"),
        ([True, False, True, None], "true"),
        ([True, False, True, None], "True"),
        (["a", "b", "a", None], "a"),
        (["1", "2", "1", "3"], "1"),
        (pa.array(["a", "b", "a", "c"]).dictionary_encode(), "a"),
        (pa.array([7, 8, 7, 9], pa.uint8()), "7"),
        ([date(2026, 1, 2), date(2026, 1, 3), date(2026, 1, 2), None], "2026-01-02"),
    ],
)
def test_conditions_compare_in_the_type_of_the_column(tmp_path: Path, values: Any, said: str) -> None:
    assert greys(f"{write(tmp_path / 'x.parquet', 4, n=values)}?n={said}") == [0, 2]


def test_conditions_that_choose_nothing(tmp_path: Path) -> None:
    name = write(tmp_path / "x.parquet", 3, n=[1, 2, 3], words=[["a"], ["b"], []])
    for condition, said in (
        ("n=x", "'x' is no value of the column n, which holds whole numbers"),
        ("n=9", "no pictures with n=9 .* n has 1, 2, 3"),
        ("m=1", "unknown column 'm'"),
        ("words=a", "which holds values that can't be compared with a word"),
    ):
        with pytest.raises(UserError, match=said):
            load_data(f"{name}?{condition}")


def test_a_condition_may_say_the_name_of_a_class(tmp_path: Path) -> None:
    name = write(tmp_path / "x.parquet", 3, {"kind": ["cat", "dog"]}, kind=[1, 0, 1])
    assert greys(f"{name}?kind=dog") == [0, 2] and greys(f"{name}?kind=0") == [1]


@pytest.mark.parametrize(
    ("labels", "classes", "numbers"),
    [
        ([True, False, True], ["False", "True"], [1, 0, 1]),
        (["b", "a", "b"], ["a", "b"], [1, 0, 1]),
        ([70, 3, 70], ["3", "70"], [1, 0, 1]),
        ([-1, 4, -1], ["-1", "4"], [0, 1, 0]),
        ([2.0, 1.0, 2.0], ["1", "2"], [1, 0, 1]),
        (pa.array(["b", "a", "b"]).dictionary_encode(), ["a", "b"], [1, 0, 1]),
        ([None, None, None], [], None),
    ],
)
def test_classes_are_the_values_that_occur(tmp_path: Path, labels: Any, classes: list[str], numbers: list[int] | None) -> None:
    data = load_data(write(tmp_path / "x.parquet", 3, label=labels))
    assert data.classes == classes and (None if data.labels is None else data.labels.tolist()) == numbers


def test_rows_without_a_label_are_left_out_and_counted(tmp_path: Path) -> None:
    data = load_data(write(tmp_path / "x.parquet", 4, label=["a", None, "b", None]))
    assert data.images[:, 0, 0, 0].tolist() == [0, 2] and data.notes == ["2 pictures without a label left out"]
    data = load_data(write(tmp_path / "y.parquet", 4, {"label": ["cat", "dog", "cow"]}, label=[1, -1, 0, 1]))
    assert data.classes == ["cat", "dog", "cow"] and data.labels.tolist() == [1, 0, 1]  # type: ignore[union-attr]
    data = load_data(write(tmp_path / "z.parquet", 2, label=[0.5, 1.25]))
    assert data.labels is None and "no classes" in data.notes[0]


def test_splits_number_the_classes_alike(tmp_path: Path) -> None:
    name = write(tmp_path / "x.parquet", 3, label=["a", "b", "b"], split=["train", "train", "test"])
    test = load_data(name, "test")
    assert test.classes == ["a", "b"] and test.labels.tolist() == [1]  # type: ignore[union-attr]


def test_splits_in_a_column(tmp_path: Path) -> None:
    name = write(tmp_path / "x.parquet", 4, split=["train", "validation", None, "Train"])
    assert greys(name) == [0, 3] and greys(name, "test") == [1]
    assert load_data(name).notes == ["1 rows with an empty split left out"]
    named = write(tmp_path / "y.parquet", 3, {"split": ["train", "test"]}, split=[0, 1, 0])
    assert greys(named) == [0, 2] and greys(named, "test") == [1]
    for numbers in ([0, 1, 0], ["fold1", "fold2", "fold1"]):
        folds = write(tmp_path / "z.parquet", 3, split=numbers)
        with pytest.raises(UserError, match=r"name no split: choose rows with .*\?split="):
            load_data(folds)
    assert greys(f"{write(tmp_path / 'w.parquet', 3, split=[0, 1, 0])}?split=0") == [0, 2]


def test_a_file_without_splits_has_no_test(tmp_path: Path) -> None:
    name = write(tmp_path / "x.parquet", 40)
    with pytest.raises(UserError, match="no test split") as caught:
        load_data(name, "test")
    assert caught.value.code == "no_split"
    train, test = greys(f"{name}?hold-out=0.25"), greys(f"{name}?hold-out=0.25", "test")
    assert sorted(train + test) == list(range(40)) and test
    with pytest.raises(UserError, match="has splits already"):
        load_data(write(tmp_path / "y.parquet", 2, split=["train", "test"]) + "?hold-out=0.1")


def test_pictures_as_plain_bytes(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.new("L", (8, 8), 7).save(buffer, "PNG")
    pq.write_table(pa.table({"jpg": [buffer.getvalue(), None], "n": [1, 2]}), tmp_path / "x.parquet")
    data = load_data(str(tmp_path / "x.parquet"))
    assert data.images[:, 0, 0, 0].tolist() == [7] and data.skipped == ["row 1: the cell is empty"]


def test_a_cell_with_a_path_alone_says_so(tmp_path: Path) -> None:
    pq.write_table(pa.table({"image": [{"bytes": pa.scalar(None, pa.binary()).as_py(), "path": "a.png"}]},
                            schema=pa.schema([("image", pa.struct([("bytes", pa.binary()), ("path", pa.string())]))])),
                   tmp_path / "x.parquet")  # fmt: skip
    with pytest.raises(UserError, match="no picture, only the path a"):
        load_data(str(tmp_path / "x.parquet"))
