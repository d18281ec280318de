"""Reading data sets into memory.

The same call loads a starter data set by name, a folder of pictures, a parquet file, or one of
torchvision's data sets.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import torch
from PIL import Image

from gan_zoo.data.catalogue import DATASETS, STARTER_FOLDER, Source, Split
from gan_zoo.data.dataset import Dataset, Pictures, natural_size, stack_pictures
from gan_zoo.data.names import DataName
from gan_zoo.errors import UserError, unknown
from gan_zoo.imaging.decoding import SUFFIXES, open_picture


class Elsewhere(Protocol):
    """A reader for data of a scheme; its methods do the same as `load_data`, `open_pictures` and `source_of`."""

    def load(self, name: DataName, split: Split, size: int | None, channels: int | None) -> Dataset: ...
    def open(self, name: DataName, split: Split) -> Pictures: ...
    def source(self, name: DataName) -> Source | None: ...


# Readers by the scheme of a name; `hub.dataset_stream` adds its own.
ELSEWHERE: dict[str, Elsewhere] = {}


def load_data(name: str, split: Split = "train", size: int | None = None, channels: int | None = None) -> Dataset:
    """Load one split of a data set into memory.

    Args:
        name: a key of `DATASETS`, a folder of pictures (subfolders are classes; `train/` and `test/` are splits),
            or a parquet file with a picture column. `name:column` chooses another picture column, and
            `name?column=value` reads only the rows of a parquet file whose column has this value. `hf:user/name` is a
            data set on the Hub, and `parquet:FOLDER` is a copy of one; both come in parts if they don't fit into memory.
        size: height and width in pixels. Every picture is scaled until its short side has this size, and its centre is
            cut out. By default the size is that of the pictures if all are squares of one size, else 64.
        channels: 1 for grey, 3 for colour; by default 1 if all pictures are grey, else 3.

    Raises:
        UserError: there is no such data set, it holds no pictures, or it could not be downloaded.
    """
    asked = DataName.parse(name)
    if asked.scheme:
        return ELSEWHERE[asked.scheme].load(asked, split, size, channels)
    source = DATASETS.get(name)
    if source and source.open:
        return _load_torchvision(source.open(Path("~/.cache/gan_zoo/data").expanduser(), split), name, size, channels)
    data = open_pictures(asked, split).stacked(size, channels)
    known = source_of(asked)
    return _with_attributes(data, known.attributes) if known and known.attributes else data


def source_of(name: str | DataName) -> Source | None:
    """The source of the data set `name`, with or without a column; None for a folder or file."""
    asked = DataName.parse(name)
    return ELSEWHERE[asked.scheme].source(asked) if asked.scheme else DATASETS.get(asked.place)


def parquet_file(name: str | DataName) -> Path | None:
    """The path of the parquet file `name`, with or without a column; None if the name is not one of a parquet file."""
    asked = DataName.parse(name)
    if asked.scheme:
        return None
    path = STARTER_FOLDER / f"{asked.place}.parquet" if asked.place in DATASETS else Path(asked.place)
    return path if path.suffix == ".parquet" and path.is_file() else None


def picture_columns(name: str | DataName) -> list[str]:
    """The picture columns of the parquet file `name`; an empty list if there is no such file."""
    import pyarrow.parquet as pq

    path = parquet_file(name)
    return [] if path is None else pictorial(pq.read_schema(path))


def pictorial(schema: Any) -> list[str]:
    """The columns that hold pictures, by the convention of Hugging Face: structs with a field `bytes`."""
    import pyarrow as pa

    return [f.name for f in schema if pa.types.is_struct(f.type) and f.type.get_field_index("bytes") >= 0]


def open_pictures(name: str | DataName, split: Split = "train") -> Pictures:
    """The pictures of a data set in their own sizes; `name` is a name as in `load_data`."""
    asked = DataName.parse(name)
    if asked.scheme:
        return ELSEWHERE[asked.scheme].open(asked, split)
    place, condition = asked.place, asked.condition
    source = DATASETS.get(place)
    if path := parquet_file(asked):
        known = source or Source("", "", "", column="")
        opened = _open_parquet(path, split, replace(asked, column=asked.column or known.column), known.label)
        return replace(opened, name=(place if source else path.stem) + (f"?{condition}" if condition else ""))
    if Path(str(asked)).is_dir():
        return _open_folder(Path(str(asked)), split)
    if len(Path(place).parts) > 1 or Path(place).suffix:  # the user meant a path
        raise UserError(f"there is no folder of pictures or parquet file '{place}'", "no_data", name=place)
    raise unknown("data set", str(name), DATASETS)


def _load_torchvision(rows: Any, name: str, size: int | None, channels: int | None) -> Dataset:
    labels: list[int] = []

    def pictures() -> Iterator[Image.Image]:
        for i in range(len(rows)):
            picture, label = rows[i]
            if isinstance(label, int):
                labels.append(label)
            yield picture

    images = stack_pictures(pictures(), size or natural_size([rows[0][0]]), channels)
    return Dataset(name, images, torch.tensor(labels) if labels else None, list(rows.classes) if labels else [])


def content_of(cell: Any) -> bytes:
    """The bytes of the picture file in a cell of a picture column; raises UserError if the cell is empty."""
    content = cell.get("bytes") if isinstance(cell, dict) else None
    if not content:
        raise UserError("the cell is empty", "not_a_picture")
    return bytes(content)


def _open_parquet(path: Path, split: Split, asked: DataName, label: str) -> Pictures:
    import pyarrow as pa  # takes a tenth of a second, and serving doesn't need it
    import pyarrow.parquet as pq

    key, value = asked.wanted
    try:
        schema = pq.read_schema(path)
        if asked.condition and key not in schema.names:
            raise unknown("column", key, schema.names)
        wanted: list[tuple[str, str, str]] = [("split", "==", split)] if "split" in schema.names else []
        wanted += [(key, "==", value)] if asked.condition else []
        table = pq.read_table(path, filters=wanted or None)
    except (OSError, pa.ArrowInvalid) as error:
        raise UserError(f"{path} can't be read as parquet ({error})", "damaged_file", path=path) from error
    known = pictorial(schema)
    if not known:
        raise UserError(f"{path} has no picture column; there are: {', '.join(schema.names)}", "no_pictures")
    column = asked.column or ("image" if "image" in known else known[0])
    if column not in known:
        raise unknown("picture column", column, known)

    pictures, kept, skipped = [], [], []
    for i, cell in enumerate(table[column].to_pylist()):
        try:
            picture = open_picture(content_of(cell))
        except UserError as error:
            skipped.append(f"row {i}: {error}")
            continue
        pictures.append(picture)
        kept.append(i)
    if not pictures:
        raise nothing_in(f"the {split} split of {path}", skipped)
    columns = {c: table[c].take(kept).to_pylist() for c in schema.names if c not in known}
    labels, classes = labels_of(columns.get(label, []), schema)
    return Pictures(path.stem, pictures, kept, labels, classes, columns, skipped)


def _with_attributes(data: Dataset, names: Sequence[str]) -> Dataset:
    """`data` with the columns `names` as attributes. The words come from all splits, so all splits number them alike."""
    import pyarrow.parquet as pq

    whole = pq.read_table(STARTER_FOLDER / f"{data.name}.parquet", columns=list(names))
    attributes = {name: sorted(set(whole[name].to_pylist())) for name in names}
    labels = [[words.index(word) for word in data.columns[name]] for name, words in attributes.items()]
    return replace(data, attributes=attributes, attribute_labels=torch.tensor(labels).T.contiguous())


def nothing_in(where: str, skipped: list[str]) -> UserError:
    """The error for a place without a readable picture."""
    if skipped:
        return UserError(f"none of the {len(skipped)} pictures in {where} can be read; the first: {skipped[0]}", "no_pictures")
    return UserError(f"there are no pictures in {where}: it needs files like picture.png or picture.jpg", "no_pictures")


def labels_of(values: list[Any], schema: Any) -> tuple[list[int], list[str]]:
    """A label column as integers, and the names of the classes from the schema or from the values themselves."""
    if not values:
        return [], []
    if all(isinstance(value, int) for value in values):
        features = json.loads((schema.metadata or {}).get(b"huggingface", b"{}")).get("info", {}).get("features", {})
        return values, features.get("label", {}).get("names") or [str(i) for i in range(max(values) + 1)]
    classes = sorted({str(value) for value in values})
    return [classes.index(str(value)) for value in values], classes


def _open_folder(path: Path, split: Split) -> Pictures:
    root = path / split if (path / split).is_dir() else path
    files = sorted(p for p in root.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
    pictures, kept, labels, skipped = [], [], [], []
    top = [p.relative_to(root).parts for p in files]
    classes = sorted({parts[0] for parts in top if len(parts) > 1})
    for i, (file, parts) in enumerate(zip(files, top, strict=True)):
        try:
            picture = open_picture(file)
        except UserError as error:
            skipped.append(f"{file}: {error}")
            continue
        pictures.append(picture)
        kept.append(i)
        labels.append(classes.index(parts[0]) if len(parts) > 1 else -1)
    if not pictures:
        raise nothing_in(str(root), skipped)
    if min(labels) < 0:  # pictures beside the class folders belong to no class
        labels, classes = [], []
    return Pictures(path.name, pictures, kept, labels, classes, skipped=skipped)
