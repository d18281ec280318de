"""Reading data sets into memory.

The same call loads a starter data set by name, a folder of pictures, a parquet file, or one of
torchvision's data sets.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import torch

from gan_zoo.data.catalogue import DATASETS, STARTER_FOLDER, Source, Split
from gan_zoo.data.dataset import Dataset, Pictures, evenly
from gan_zoo.data.encoded import Content, Encoded, joined
from gan_zoo.data.folders import has_splits, open_folder
from gan_zoo.data.names import DataName
from gan_zoo.data.squares import squares
from gan_zoo.data.tables import open_table, pictorial
from gan_zoo.errors import UserError, unknown


class Elsewhere(Protocol):
    """A reader for data of a scheme; its methods do the same as `load_data`, `open_encoded`, `picture_columns` and
    `source_of`."""

    def load(self, name: DataName, split: Split, size: int | None, channels: int | None) -> Dataset: ...
    def open(self, name: DataName, split: Split, columns: Sequence[str]) -> Encoded: ...
    def columns(self, name: DataName) -> list[str]: ...
    def source(self, name: DataName) -> Source | None: ...


# Readers by the scheme of a name; `hub.dataset_stream` adds its own.
ELSEWHERE: dict[str, Elsewhere] = {}
# Where torchvision puts what it downloads.
DOWNLOADS = Path("~/.cache/gan_zoo/data").expanduser()
# The size of pictures of different sizes, if none is asked for.
SIZE = 64


def load_data(
    name: str | DataName,
    split: Split = "train",
    size: int | None = None,
    channels: int | None = None,
    most: int | None = None,
) -> Dataset:
    """Load one split of a data set into memory.

    Args:
        name: a key of `DATASETS`, a folder of pictures (its subfolders are classes or splits, see `data.folders`),
            or a parquet file with a picture column. `name:column` chooses another picture column, and
            `name?column=value` reads only the rows of a parquet file whose column has this value. `hf:user/name` is a
            data set on the Hub, and `parquet:FOLDER` is a copy of one; both come in parts if they don't fit into memory.
            `name?hold-out=0.1` keeps a share of the pictures back as the test split, for data without one.
        size: height and width in pixels. Every picture is scaled until its short side has this size, and its centre is
            cut out. By default the size is that of the pictures if all are squares of one size, else 64.
        channels: 1 for grey, 3 for colour; by default 1 if all pictures are grey, else 3.
        most: number of pictures to load at most, spread evenly over the data; by default all.

    Raises:
        UserError: there is no such data set or no such split, it holds no pictures, or it could not be downloaded.
    """
    asked = DataName.parse(name)
    if asked.scheme:
        there = ELSEWHERE[asked.scheme].load(asked, split, size, channels)
        return there if most is None else there.thinned(most)
    known = source_of(asked)
    if known and known.compose and not (asked.column or asked.condition or asked.hold_out):
        composed: Dataset = known.compose(split, size, channels)
        return composed if most is None else composed.thinned(most)
    opened = open_encoded(asked, split)
    if most is not None:
        opened = opened.chosen(evenly(most, len(opened)).tolist())
    side = size or opened.side_of_squares(SIZE)
    images, rows = squares(opened, side, channels or 3)
    data = dataset(rows, images, channels)
    return _with_attributes(data, known.attributes) if known and known.attributes else data


def dataset(rows: Encoded, images: torch.Tensor, channels: int | None) -> Dataset:
    """The data set of `rows` with their pictures, which lose two channels if all are grey and `channels` is None."""
    images = images if channels else grey_if_all_are(images)
    labels = torch.tensor(rows.labels) if rows.labels else None
    return Dataset(rows.name, images, labels, rows.classes, rows.columns, rows.skipped, notes=rows.notes)


def grey_if_all_are(images: torch.Tensor) -> torch.Tensor:
    """Pictures `n 3 h w` with one channel if all of them are grey, else as they are."""
    return images[:, :1].contiguous() if bool((images == images[:, :1]).all()) else images


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


def shards(path: Path) -> list[Path]:
    """A parquet file and its further parts, which are called NAME-1.parquet and so on; only starter data have any."""
    further = path.parent.glob(f"{path.stem}-*.parquet") if path.parent == STARTER_FOLDER else ()
    return [path, *sorted(further)]


def picture_columns(name: str | DataName) -> list[str]:
    """The picture columns of a parquet file, or of a data set on the Hub; an empty list for other data."""
    import pyarrow.parquet as pq

    asked = DataName.parse(name)
    if asked.scheme:
        return ELSEWHERE[asked.scheme].columns(asked)
    path = parquet_file(asked)
    return [] if path is None else pictorial(pq.read_schema(path))


def open_pictures(name: str | DataName, split: Split = "train") -> Pictures:
    """The pictures of a data set in their own sizes; `name` is a name as in `load_data`."""
    pictures, rows = open_encoded(name, split).decoded(lambda picture: picture)
    return Pictures(rows.name, pictures, rows.labels, rows.classes, rows.columns, rows.skipped)


def open_encoded(name: str | DataName, split: Split = "train", columns: Sequence[str] = ()) -> Encoded:
    """A data set whose pictures are still encoded.

    Args:
        name: a name as in `load_data`.
        columns: for a parquet file, the picture columns of each row, instead of the one in `name`.

    Raises:
        UserError: as `load_data`, except for pictures that can't be decoded.
    """
    asked = DataName.parse(name)
    if asked.scheme:
        return ELSEWHERE[asked.scheme].open(asked, split, columns)
    place, condition, source = asked.place, asked.condition, DATASETS.get(asked.place)
    if source and source.open:
        return _open_torchvision(source.open(DOWNLOADS, split), asked)
    if source and source.cut:
        if asked.hold_out:
            raise has_splits(place, ("train", "test"))
        return source.cut(split, columns or (asked.column or source.column,))
    if path := parquet_file(asked):
        known = source or Source("", "", "", column="")
        columns = columns or (asked.column or known.column,)
        parts = [open_table(file, split, columns, asked.wanted, known.label, asked.hold_out) for file in shards(path)]
        opened = joined(parts)
        return replace(opened, name=(place if source else path.stem) + (f"?{condition}" if condition else ""))
    folder = Path(str(asked.keeping(0)))
    if place and folder.is_dir():  # no name isn't the working folder
        return open_folder(folder, split, asked.hold_out)
    if len(Path(place).parts) > 1 or Path(place).suffix or "\\" in place:  # the user meant a path
        raise UserError(f"there is no folder of pictures or parquet file '{place}': check the path", "no_data", name=place)
    raise unknown("data set", str(name), DATASETS)


def _open_torchvision(rows: Any, asked: DataName) -> Encoded:
    if asked.hold_out:
        raise has_splits(asked.place, ("train", "test"))
    labels: list[int] = []
    if hasattr(rows, "classes"):  # otherwise looking for labels would decode every picture
        labels = [int(label) for label in getattr(rows, "targets", None) or (rows[i][1] for i in range(len(rows)))]

    def contents() -> Iterator[tuple[Content, ...]]:
        files = getattr(rows, "filename", None)
        if files is None:
            return ((rows[i][0],) for i in range(len(rows)))
        # CelebA: files are decoded in several threads, and a row of torchvision's would be decoded here in one.
        folder = Path(rows.root, rows.base_folder, "img_align_celeba")
        return ((folder / name,) for name in files)

    return Encoded(
        asked.place,
        names=[str(i) for i in range(len(rows))],
        where=[(f"row {i}",) for i in range(len(rows))],
        contents=contents,
        labels=labels,
        classes=list(rows.classes) if labels else [],
        place=asked.place,
    )


def _with_attributes(data: Dataset, names: Sequence[str]) -> Dataset:
    """`data` with the columns `names` as attributes. The words come from all splits, so all splits number them alike."""
    import pyarrow.parquet as pq

    whole = pq.read_table(STARTER_FOLDER / f"{data.name}.parquet", columns=list(names))
    attributes = {name: sorted(set(whole[name].to_pylist())) for name in names}
    labels = [[words.index(word) for word in data.columns[name]] for name, words in attributes.items()]
    return replace(data, attributes=attributes, attribute_labels=torch.tensor(labels).T.contiguous())
