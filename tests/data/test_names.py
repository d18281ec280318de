"""Names of data sets and of pairings are cut into the right parts, and paths may contain colons."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import gan_zoo.hub.dataset_stream  # noqa: F401  registers the schemes
from gan_zoo.data import catalogue, names, reading
from gan_zoo.data.names import DataName, PairsName
from gan_zoo.data.pairs import true_pairs
from gan_zoo.data.reading import load_data

WHOLE = {
    "": DataName(""),
    "digits": DataName("digits"),
    "emoji:line": DataName("emoji", "line"),
    "pictures?domain=a:b?c": DataName("pictures", "", "domain=a:b?c"),
    "mine.parquet:left?author=Hokusai": DataName("mine.parquet", "left", "author=Hokusai"),
    "hf:me/pets": DataName("me/pets", scheme="hf"),
    "hf:me/pets/small/png:left?label=1": DataName("me/pets", "left", "label=1", "hf", "small/png"),
    "hf:pets": DataName("pets", scheme="hf"),
    "parquet:copies/pets:left?label=1": DataName("copies/pets", "left", "label=1", "parquet"),
    r"C:\pics\x.parquet": DataName(r"C:\pics\x.parquet"),
    r"C:\pics\x.parquet:left?label=1": DataName(r"C:\pics\x.parquet", "left", "label=1"),
    "D:/pics": DataName("D:/pics"),
    r"parquet:C:\copies:left": DataName(r"C:\copies", "left", "", "parquet"),
}


@pytest.mark.parametrize("text", WHOLE)
def test_a_name_has_these_parts(text: str) -> None:
    assert DataName.parse(text) == WHOLE[text] and str(WHOLE[text]) == text
    assert DataName.parse(WHOLE[text]) is WHOLE[text]


def test_a_condition_has_a_column_and_a_value() -> None:
    assert DataName("pictures", condition="title=a=b").wanted == ("title", "a=b")
    assert DataName("pictures").wanted == ("", "")


def test_a_path_that_exists_may_contain_colons_and_question_marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("10:30", "10", "why?"):
        Path(folder).mkdir()
    for file in ("10:30/int.parquet", "why?/x.parquet"):
        Path(file).touch()
        assert DataName.parse(file) == DataName(file)
        assert DataName.parse(f"{file}:left?a=b") == DataName(file, "left", "a=b")
    assert DataName.parse("10:30") == DataName("10:30") and DataName.parse("10:left") == DataName("10", "left")
    assert DataName.parse("parquet:10:30?a=b") == DataName("10:30", "", "a=b", "parquet")
    assert DataName.parse("new:left") == DataName("new", "left"), "what isn't there is cut at its first colon"


def test_a_parquet_file_below_a_folder_with_a_colon_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("10:30").mkdir()
    table = pq.read_table(catalogue.STARTER_FOLDER / "emoji.parquet").slice(0, 4)
    pq.write_table(table.select(["color", "line"]).append_column("kind", pa.array(["a", "b", "b", "b"])), "10:30/int.parquet")
    assert load_data("10:30/int.parquet:line?kind=b").images.shape == (3, 1, 128, 128)
    assert load_data("10:30/int.parquet").name == "int"


@pytest.mark.parametrize("text", ["a" * 5000, "a\0b:c", ":", "?", "hf", "hf:", "::??"])
def test_any_text_is_a_name(text: str) -> None:
    assert isinstance(DataName.parse(text), DataName)


def test_every_scheme_has_something_that_opens_it() -> None:
    assert set(reading.ELSEWHERE) == set(names.SCHEMES)


def test_pairings_have_an_option() -> None:
    assert PairsName.parse("edges") == PairsName("edges")
    assert PairsName.parse("sides:right") == PairsName("sides", "right")
    assert PairsName.parse("unpaired:emoji:line?group=a") == PairsName("unpaired", "emoji:line?group=a")
    assert PairsName.parse("") == PairsName("")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("pictures?domain=landscape+land", ["pictures?domain=landscape", "land"]),
        ("land+hf:me/pets/dogs:photo+emoji:line", ["land", "hf:me/pets/dogs:photo", "emoji:line"]),
        ("land", ["land"]),
        ("", [""]),
        ("a+b", ["a+b"]),
        ("x.parquet?kind=a+b", ["x.parquet?kind=a+b"]),
    ],
)
def test_plus_signs_join_names(text: str, parts: list[str]) -> None:
    assert names.several(text) == [DataName.parse(part) for part in parts]


def test_a_plus_sign_within_a_path_joins_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("sea+land").mkdir()
    Path("mine").mkdir()
    assert [name.place for name in names.several("sea+land+mine")] == ["sea+land", "mine"]


@pytest.mark.parametrize(
    ("data", "pairs", "truth"),
    [
        ("emoji3d:render", "unpaired:emoji3d:flat", "columns:flat"),
        ("emoji3d", "unpaired:emoji3d:flat", "columns:flat"),
        ("emoji3d", "unpaired:emoji3d", ""),
        ("emoji3d", "unpaired:emoji:line", ""),
        ("emoji3d", "unpaired:emoji3d:flat+land", ""),
        ("pictures?domain=a", "unpaired:pictures:image?domain=b", ""),
        ("hf:me/pets", "unpaired:hf:me/pets:line", ""),
        ("emoji3d", "edges", ""),
    ],
)
def test_two_columns_of_one_file_are_pairs_in_truth(data: str, pairs: str, truth: str) -> None:
    assert true_pairs(data, pairs) == truth
