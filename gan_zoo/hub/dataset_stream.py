"""Data sets on the Hub, `hf:user/name`, and copies of them in a folder, `parquet:FOLDER`, read with the library `datasets`.

The library lists, downloads, streams and shares out the rows of every form of data set that the Hub knows: parquet files,
folders of pictures, WebDataset archives. A data set that fits into memory is read once. Of a larger one, as many pictures as
fit are in memory at a time: the training uses each of them once, in random order, and then the next ones replace them.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from jaxtyping import UInt8
from torch import Tensor

from gan_zoo.data.catalogue import Source, Split
from gan_zoo.data.dataset import Dataset, fit
from gan_zoo.data.encoded import Content, Encoded, Unreadable, in_order, nothing_in
from gan_zoo.data.folders import WORDS, has_splits, no_split
from gan_zoo.data.names import DataName, is_held_out
from gan_zoo.data.reading import ELSEWHERE, SIZE, grey_if_all_are
from gan_zoo.data.tables import content_of, damaged, in_type, labels_of
from gan_zoo.errors import UserError, unknown
from gan_zoo.hub import client
from gan_zoo.imaging.images import from_pil

# The largest number of bytes of pictures in memory, per process.
MEMORY = 4_000_000_000
# The revision in which the Hub keeps parquet copies of public data sets.
CONVERTED = "refs/convert/parquet"

Row = dict[str, Any]


@dataclass(frozen=True)
class Rows:
    """The rows of one split, with their pictures still encoded."""

    stream: Any
    """`datasets.IterableDataset`"""
    features: dict[str, Any]
    """what `datasets` knows about each column"""
    columns: tuple[str, ...]
    """the picture columns"""
    label: str
    """the column of the classes; empty if there is none"""
    title: str
    local: bool
    """True for a folder on this machine, whose rows may name other files"""

    @property
    def classes(self) -> list[str]:
        """The names of the classes, if `datasets` knows them."""
        return list(getattr(self.features.get(self.label), "names", None) or [])

    def shared_out(self) -> Rows:
        """The rows on which this process trains: some of the files, or some rows of each if there are too few files."""
        from datasets.distributed import split_dataset_by_node

        rank, count = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
        # The files come in another order in each epoch. The window in memory takes the place of a buffer of rows, and files
        # are read one after another, because `datasets` waits for five seconds whenever it ends reading several at once.
        mixed = self.stream.shuffle(seed=0, buffer_size=1, max_buffer_input_shards=1)
        return replace(self, stream=split_dataset_by_node(mixed, rank, count))

    def once(self) -> Iterator[Row]:
        """Every row once; raises `UserError` if a file can't be read."""
        import pyarrow as pa

        try:
            yield from self.stream
        except UserError:
            raise
        except (OSError, ValueError, RuntimeError, pa.ArrowException) as error:
            raise damaged(f"'{self.title}'", error) from error

    def endless(self) -> Iterator[Row]:
        """All rows again and again."""
        for epoch in itertools.count():
            self.stream.set_epoch(epoch)
            yield from self.once()

    def contents(self, row: Row) -> tuple[Content, ...]:
        """The pictures of a row."""
        return tuple(_content(row[column], self.local) for column in self.columns)


def _content(cell: Any, local: bool) -> Content:
    """The content of a picture cell; a file of its own on the Hub is fetched now."""
    path = str(cell.get("path") or "") if isinstance(cell, dict) and not cell.get("bytes") else ""
    try:
        if path.startswith("hf://"):
            from huggingface_hub import HfFileSystem

            return client.ask(path, lambda: bytes(HfFileSystem(endpoint=client.endpoint()).cat_file(path)))
        return Path(path) if path and local and Path(path).is_file() else content_of(cell)
    except UserError as error:
        return error


def _datasets() -> Any:
    """The library `datasets`, which asks the same Hub as we do."""
    try:
        import datasets
    except ImportError as error:
        raise UserError(
            "data sets of the Hub and parquet:FOLDER are read with the package datasets: install it with "
            "pip install 'gan-zoo[data]'",
            "no_package",
        ) from error
    datasets.config.HF_ENDPOINT = client.endpoint()
    datasets.config.HUB_DATASETS_URL = client.endpoint() + "/datasets/{repo_id}/resolve/{revision}/{path}"
    return datasets


def _splits(asked: DataName) -> dict[str, Any]:
    """All splits of a data set by their names; raises `UserError` if there is no such data set or it has no pictures."""
    datasets = _datasets()
    if asked.scheme != "hf":
        if not Path(asked.place).is_dir():
            raise UserError(f"there is no folder {asked.place}: check the path", "no_data", name=asked.place)
        return _opened(datasets, asked, Path(asked.place).resolve().as_posix(), None)
    info = client.ask(client.checked(asked.place), lambda: client.api().dataset_info(asked.place))
    try:
        return _opened(datasets, asked, asked.place, info.sha)
    except UserError as error:
        if error.code != "no_pictures":
            raise
        try:
            copy = client.ask(asked.place, lambda: client.api().dataset_info(asked.place, revision=CONVERTED))
        except UserError:
            raise error from None
        return _opened(datasets, asked, asked.place, copy.sha)


def _opened(datasets: Any, asked: DataName, place: str, revision: str | None) -> dict[str, Any]:
    from datasets.data_files import EmptyDatasetError
    from datasets.exceptions import DataFilesNotFoundError

    def opened() -> dict[str, Any]:
        try:
            known = datasets.get_dataset_config_names(place, revision=revision)
            if not asked.folder and len(known) > 1 and "default" not in known:
                raise UserError(
                    f"'{asked.place}' has several configurations: choose one of {', '.join(f'{asked}/{c}' for c in known)}",
                    "usage",
                )
            where = {"name": asked.folder} if asked.folder in known else {"data_dir": asked.folder or None}
            return dict(datasets.load_dataset(place, revision=revision, streaming=True, **where))
        except (EmptyDatasetError, DataFilesNotFoundError) as error:
            raise UserError(
                f"'{asked.place}' has no pictures{f' in {asked.folder}' if asked.folder else ''} that can be read: it needs "
                "parquet files, folders of pictures or WebDataset archives",
                "no_pictures",
                name=asked.place,
            ) from error
        except UserError:
            raise
        except (ValueError, RuntimeError, NotImplementedError) as error:
            reason = str(error).split("\n")[0]
            raise UserError(f"'{asked.place}' can't be read ({reason})", "no_pictures", name=asked.place) from error

    return client.ask(asked.place, opened)


def _rows(asked: DataName, split: Split, columns: Sequence[str] = ()) -> Rows:
    """The rows of a split that `asked` wants; raises `UserError` if there is no such split, column or condition."""
    datasets, splits = _datasets(), _splits(asked)
    named = {name.lower(): stream for name, stream in splits.items()}
    words = {word for words in WORDS.values() for word in words}
    tests = [name for name in named if name in WORDS["test"]]
    if len(named) == 1 and not words & set(named):
        named = {"train": next(iter(named.values()))}
    if asked.hold_out and tests:
        raise has_splits(asked.place, tests)
    word = next((word for word in WORDS["train" if asked.hold_out else split] if word in named), None)
    if word is None:
        raise no_split(f"'{asked.place}'", split, [*splits])
    stream = named[word].decode(False)
    features = dict(stream.features or next(iter(stream.take(1)), {}))
    known = _pictorial(datasets, features)
    if not known:
        raise UserError(f"'{asked.place}' has no picture column; there are: {', '.join(features)}", "no_pictures")
    chosen = [column or asked.column or ("image" if "image" in known else known[0]) for column in columns or ("",)]
    for column in chosen:
        if column not in known:
            raise unknown("picture column", column, known)
    key, said = asked.wanted
    if key:
        if key not in features:
            raise unknown("column", key, features)
        wanted = _value(features[key], said, key)
        stream = stream.filter(lambda value: value == wanted, input_columns=[key])
    if asked.hold_out:
        share = asked.hold_out
        stream = stream.filter(lambda _, row: is_held_out(str(row), share) == (split == "test"), with_indices=True)
    classes = [name for name, kind in features.items() if isinstance(kind, datasets.ClassLabel)]
    label = next((name for name in ("label", *classes[: len(classes) == 1], "cls") if name in features), "")
    # Other columns, such as long texts, are not needed.
    stream = stream.select_columns([*dict.fromkeys(chosen), *([label] if label else [])])
    return Rows(stream, features, tuple(chosen), label, asked.place, asked.scheme != "hf")


def _pictorial(datasets: Any, features: dict[str, Any]) -> list[str]:
    """The columns that hold pictures."""

    def holds_pictures(kind: Any) -> bool:
        return isinstance(kind, datasets.Image) or (isinstance(kind, dict) and "bytes" in kind)

    found = [name for name, kind in features.items() if holds_pictures(kind)]
    return found or [name for name, kind in features.items() if getattr(kind, "dtype", "") in ("binary", "large_binary")]


def _value(feature: Any, said: str, key: str) -> Any:
    """The value that the words `said` stand for in a column."""
    if said in (getattr(feature, "names", None) or ()):
        return feature.str2int(said)
    arrow = getattr(feature, "pa_type", None)
    return said if arrow is None else in_type(said, arrow, key)


def _read(rows: Iterable[Row], source: Rows, size: int, channels: int) -> tuple[UInt8[Tensor, "n c h w"], list[Any], list[str]]:
    """The pictures of `rows`, fitted to `size`, the values of their labels, and the reasons for the unreadable ones."""
    values: list[Any] = []

    def contents() -> Iterator[tuple[Content, ...]]:
        for row in rows:
            values.append(row.get(source.label))
            yield source.contents(row)

    pictures, kept, skipped = [], [], []
    found = in_order(contents(), lambda picture: from_pil(fit(picture, size), channels), 2 * size, source.title)
    for i, result in enumerate(found):
        if isinstance(result, Unreadable):
            skipped += result.said([f"row {i} of '{source.title}'"])
        else:
            pictures.append(result)
            kept.append(values[i])
    if not pictures:
        raise nothing_in(f"'{source.title}'", skipped)
    return torch.stack(pictures), kept, skipped


@dataclass
class Stream(Dataset):
    """A part of a data set that fits into memory; `renew` loads other parts."""

    source: Rows | None = None
    rows: int = 0
    """number of rows in a window; one window is in memory at a time"""
    window: int = 0
    """index of the window in memory"""
    own_share: bool = True
    _coming: tuple[int, Iterator[Row]] | None = field(default=None, repr=False)

    def renew(self, window: int) -> None:
        """Replace the pictures in memory by those of another window."""
        if window == self.window or self.source is None:
            return
        number, coming = self._coming or (-1, iter(()))
        if number != window:
            coming = itertools.islice(self.source.endless(), window * self.rows, None)
        _, channels, size, _ = self.images.shape
        images, values, self.skipped = _read(itertools.islice(coming, self.rows), self.source, size, channels)
        if self.labels is not None:
            known = [i for i, value in enumerate(values) if value is not None and value >= 0]
            images, values = images[known], [values[i] for i in known]
            self.labels = torch.tensor(values).to(self.images.device)
        self.images = images.to(self.images.device)
        self.window, self._coming = window, (window + 1, coming)


class HubData:
    """Opens data sets of the Hub for `data.reading`."""

    def load(self, name: DataName, split: Split, size: int | None, channels: int | None) -> Dataset:
        """Load a split, like `load_data` in `data.reading`; a `Stream` if the pictures don't fit into memory.

        Raises:
            UserError: there is no such data set, it holds no pictures, or the Hub can't be reached.
        """
        source = _rows(name, split)
        coming = source.once()
        first = next(coming, None)
        if first is None:
            raise nothing_in(f"the {split} split of '{name}'", [])
        if size is None:
            size = _encoded(source, itertools.chain([first], source.once())).side_of_squares(SIZE)
        most = MEMORY // (size * size * (channels or 3))
        images, values, skipped = _read(
            itertools.chain([first], itertools.islice(coming, most - 1)), source, size, channels or 3
        )
        fits = next(coming, None) is None
        images = images if channels else grey_if_all_are(images)
        title = _display_name(name)
        labels, classes, notes = labels_of(values, source.classes)
        if not fits:
            shared = source.shared_out()
            stream = Stream(title, images[:0], None, [], notes=notes, source=shared, rows=most, window=-1)
            if source.classes:
                stream.labels, stream.classes = torch.tensor(labels[:0]), classes
            elif classes:
                stream.notes = ["the labels are not used: a data set that doesn't fit into memory needs names of classes"]
            stream.renew(0)
            return stream
        if not classes:
            return Dataset(title, images, skipped=skipped, notes=notes)
        known = [i for i, label in enumerate(labels) if label >= 0]
        return Dataset(title, images[known], torch.tensor(labels)[known], classes, skipped=skipped, notes=notes)

    def open(self, name: DataName, split: Split, columns: Sequence[str]) -> Encoded:
        """Open all rows of a split, like `open_encoded` in `data.reading`; their files are in memory.

        Raises:
            UserError: there is no such data set, it holds no pictures, or they don't fit into memory.
        """
        source = _rows(name, split, columns)
        rows, taken = [], 0
        for row in source.once():
            rows.append(row)
            taken += sum(len(content) for content in source.contents(row) if isinstance(content, bytes))
            if taken > MEMORY:
                raise UserError(
                    f"'{name}' doesn't fit into memory, and only a sampler can train on parts of a data set: use a smaller one",
                    "large_data",
                )
        labels, classes, notes = labels_of([row.get(source.label) for row in rows], source.classes)
        opened = replace(_encoded(source, rows), name=_display_name(name), labels=labels, classes=classes, notes=notes)
        return opened.chosen([i for i, label in enumerate(labels) if label >= 0]) if classes else opened

    def columns(self, name: DataName) -> list[str]:
        """The picture columns."""
        stream = next(iter(_splits(name).values()))
        return _pictorial(_datasets(), dict(stream.features or {}))

    def source(self, name: DataName) -> Source | None:
        """Licence and origin from the data set's card; None for a folder."""
        if name.scheme != "hf":
            return None
        place = client.checked(name.place)
        info = client.ask(place, lambda: client.api().dataset_info(place))
        licence = str((info.card_data or {}).get("license") or "")
        known = {"cc-by-sa-4.0": "CC-BY-SA-4.0", "cc0-1.0": "CC0-1.0", "mit": "MIT", "gpl-2.0": "GPL-2.0"}
        return Source("a data set on the Hub", known.get(licence, licence), f"{client.endpoint()}/datasets/{place}")


def _encoded(source: Rows, rows: Iterable[Row]) -> Encoded:
    """The rows as an `Encoded` without labels; an iterator can be read only once, and then has no names."""
    count = len(rows) if isinstance(rows, Sequence) else 0
    return Encoded(
        source.title,
        names=[str(i) for i in range(count)],
        where=[tuple(f"row {i}, column {column}" for column in source.columns) for i in range(count)],
        contents=lambda: map(source.contents, rows),
        place=f"'{source.title}'",
    )


def _display_name(name: DataName) -> str:
    """The name of a data set without column and condition; for a copy, the name of its folder."""
    return str(replace(name, column="", condition="", hold_out=0.0)) if name.scheme == "hf" else Path(name.place).name


ELSEWHERE.update(hf=HubData(), parquet=HubData())
