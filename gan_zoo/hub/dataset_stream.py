"""Data sets in parquet files (shards): on the Hub, `hf:user/name`, or copied to a folder, `parquet:FOLDER`.

A data set that fits into memory is read once. Of a larger one, as many pictures as fit are in memory at a time: the training
uses each of them once, in random order, and then the next ones replace them. The shards are read in the order of their
names, so a copy gives the same batches. Each of several processes reads its own shards.
"""

from __future__ import annotations

import itertools
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from jaxtyping import UInt8
from PIL import Image
from torch import Tensor

from gan_zoo.data.catalogue import Source, Split
from gan_zoo.data.dataset import Dataset, Pictures, fit
from gan_zoo.data.encoded import nothing_in
from gan_zoo.data.names import DataName
from gan_zoo.data.reading import ELSEWHERE
from gan_zoo.data.tables import class_names, content_of, labels_of, pictorial
from gan_zoo.errors import UserError, unknown
from gan_zoo.hub import client
from gan_zoo.imaging.decoding import open_picture
from gan_zoo.imaging.images import from_pil

# The largest number of bytes of pictures in memory, per process.
MEMORY = 4_000_000_000
# The revision in which the Hub keeps parquet copies of public data sets.
CONVERTED = "refs/convert/parquet"
# The number of rows that are read at once.
ROWS = 256


def _display_name(name: DataName) -> str:
    """Return the name of a data set without column and condition; for a copy, the name of its folder."""
    return str(replace(name, column="", condition="")) if name.scheme == "hf" else Path(name.place).name


class Shards:
    """The parquet files of one split of a data set; one at a time is open.

    Raises:
        UserError: there is no such data set or no such split, or the Hub can't be reached.
    """

    def __init__(self, asked: DataName, split: Split) -> None:
        self.asked = asked
        if asked.scheme == "hf":
            names, self.commit = _listed(client.checked(asked.place))
        else:
            names, self.commit = sorted(p.relative_to(asked.place).as_posix() for p in Path(asked.place).rglob("*.parquet")), ""
        names = [name for name in names if not asked.folder or name.startswith(f"{asked.folder}/")]
        self.names = _of_split(names, split)
        if not self.names:
            raise UserError(
                f"'{asked.place}' has no parquet files of the {split} split: choose another data set or split",
                "no_pictures",
                name=asked.place,
            )

    @contextmanager
    def open(self, name: str) -> Iterator[Path]:
        """Yield the path of a shard. A downloaded shard is deleted at the end of the context."""
        if self.asked.scheme != "hf":
            yield Path(self.asked.place) / name
            return
        from huggingface_hub import hf_hub_download

        with tempfile.TemporaryDirectory() as aside:

            def fetch() -> str:
                return hf_hub_download(
                    self.asked.place, name, repo_type="dataset", revision=self.commit, local_dir=aside,
                    endpoint=client.endpoint(),
                )  # fmt: skip

            yield Path(client.ask(self.asked.place, fetch))

    def rows(self, names: Sequence[str]) -> Iterator[Row]:
        """Yield every row of some shards, with its picture still encoded."""
        for name in names:
            with self.open(name) as path:
                yield from self._read(name, path)

    def _read(self, name: str, path: Path) -> Iterator[Row]:
        import pyarrow as pa
        import pyarrow.parquet as pq

        key, value = self.asked.wanted
        try:
            with pq.ParquetFile(path) as file:
                schema = file.schema_arrow
                column = self._column(schema)
                columns = [column, *(c for c in {"label", key} if c in schema.names)]
                for part in file.iter_batches(ROWS, columns=columns):
                    for i, row in enumerate(part.to_pylist()):
                        if not key or str(row.get(key)) == value:
                            yield Row(f"{name} {i}", row[column], row.get("label"), schema)
        except (OSError, pa.ArrowInvalid) as error:
            raise UserError(f"{name} can't be read as parquet ({error}): fetch it again", "damaged_file", path=name) from error

    def _column(self, schema: Any) -> str:
        known = pictorial(schema)
        if not known:
            raise UserError(f"'{self.asked.place}' has no picture column; there are: {', '.join(schema.names)}", "no_pictures")
        if self.asked.column and self.asked.column not in known:
            raise unknown("picture column", self.asked.column, known)
        return self.asked.column or ("image" if "image" in known else known[0])


@dataclass(frozen=True)
class Row:
    """A row of a shard, with its picture still encoded."""

    where: str
    cell: Any
    label: Any
    schema: Any

    def decoded(self) -> Image.Image:
        """Return the picture; raises `UserError` if it can't be read."""
        return open_picture(content_of(self.cell))


def _listed(repository: str) -> tuple[list[str], str]:
    """Return the parquet files of a data set on the Hub, and their commit.

    They are the files of the data set itself or, if it has none, of the Hub's parquet copy.
    """
    for revision in (None, CONVERTED):
        try:
            info = client.ask(repository, lambda at=revision: client.api().dataset_info(repository, revision=at))  # type: ignore[misc]
        except UserError as error:
            if error.code == "no_revision":
                break
            raise
        names = sorted(file.rfilename for file in info.siblings or [] if file.rfilename.endswith(".parquet"))
        if names:
            return names, info.sha
    raise UserError(
        f"'{repository}' has no parquet files, and the Hub has no parquet copy of it: choose another data set",
        "no_pictures",
        name=repository,
    )


def _of_split(names: list[str], split: Split) -> list[str]:
    """Return the files of a split; all files if no name contains a split. `validation` replaces a missing test split."""
    for word in (split, *(["validation"] if split == "test" else [])):
        if found := [name for name in names if re.search(rf"(^|[/_.-]){word}([/_.-]|$)", name)]:
            return found
    return [] if any(re.search(r"(^|[/_.-])(train|test|validation)([/_.-]|$)", name) for name in names) else names


@dataclass(frozen=True)
class Feed:
    """The rows on which one process trains."""

    shards: Shards
    names: list[str]
    """names of the shards"""
    first: int
    """index of its first row in these shards"""
    every: int
    """distance between two of its rows"""

    @classmethod
    def of(cls, shards: Shards) -> Feed:
        """Return the feed of this process: some of the shards, or some rows of each shard if shards are too few."""
        rank, count = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
        if len(shards.names) >= count:
            return cls(shards, shards.names[rank::count], 0, 1)
        return cls(shards, shards.names, rank, count)

    def once(self) -> Iterator[Row]:
        return itertools.islice(self.shards.rows(self.names), self.first, None, self.every)

    def endless(self) -> Iterator[Row]:
        return itertools.chain.from_iterable(self.once() for _ in itertools.count())


@dataclass
class Stream(Dataset):
    """A part of a data set that fits into memory; `renew` loads other parts."""

    feed: Feed | None = None
    rows: int = 0
    """number of rows in a window; one window is in memory at a time"""
    window: int = 0
    """index of the window in memory"""
    own_share: bool = True
    _coming: tuple[int, Iterator[Row]] | None = field(default=None, repr=False)

    def renew(self, window: int) -> None:
        """Replace the pictures in memory by those of another window."""
        if window == self.window or self.feed is None:
            return
        number, coming = self._coming or (-1, iter(()))
        if number != window:
            coming = itertools.islice(self.feed.endless(), window * self.rows, None)
        _, channels, size, _ = self.images.shape
        images, labels, self.skipped = _decoded(itertools.islice(coming, self.rows), size, channels)
        self.images = images.to(self.images.device)
        self.labels = None if self.labels is None else torch.tensor(labels).to(self.images.device)
        self.window, self._coming = window, (window + 1, coming)


def _decoded(rows: Iterable[Row], size: int, channels: int) -> tuple[UInt8[Tensor, "n c h w"], list[Any], list[str]]:
    """Return the pictures of rows, fitted to `size`, their labels, and the reasons for the unreadable ones.

    Each picture is fitted as soon as it is decoded, to save memory.
    """
    pictures, labels, skipped = [], [], []
    for row in rows:
        try:
            pictures.append(from_pil(fit(row.decoded(), size), channels))
            labels.append(row.label)
        except UserError as error:
            skipped.append(f"{row.where}: {error}")
    if not pictures:
        raise nothing_in("these shards", skipped)
    return torch.stack(pictures), labels, skipped


class ShardedData:
    """Opens data sets in shards for `data.reading`."""

    def load(self, name: DataName, split: Split, size: int | None, channels: int | None) -> Dataset:
        """Load a split, like `load_data` in `data.reading`; a `Stream` if the pictures don't fit into memory.

        Raises:
            UserError: there is no such data set, it holds no pictures, or the Hub can't be reached.
        """
        shards = Shards(name, split)
        whole, feed = Feed(shards, shards.names, 0, 1), Feed.of(shards)
        coming = whole.once()
        first = next(coming, None)
        if first is None:
            raise nothing_in(f"the {split} split of '{name}'", [])
        size = size or natural_size([first.decoded()])
        most = MEMORY // (size * size * (channels or 3))
        images, values, skipped = _decoded(itertools.chain([first], itertools.islice(coming, most - 1)), size, channels or 3)
        fits = next(coming, None) is None
        if channels is None and bool((images == images[:, :1]).all()):
            images = images[:, :1].contiguous()
        if not fits and feed != whole:
            images, values, skipped = _decoded(itertools.islice(feed.endless(), most), size, images.shape[1])
        labels, classes, _ = labels_of([] if None in values else values, class_names(first.schema).get("label", []))
        numbers = torch.tensor(labels) if labels else None
        if fits:
            return Dataset(_display_name(name), images, numbers, classes, skipped=skipped)
        if labels and not isinstance(values[0], int):
            raise UserError(
                f"'{name}' doesn't fit into memory and has words as labels: such large data sets need numbers as labels",
                "words",
            )
        return Stream(_display_name(name), images, numbers, classes, skipped=skipped, feed=feed, rows=most)

    def open(self, name: DataName, split: Split) -> Pictures:
        """Open all pictures of a split, like `open_pictures` in `data.reading`.

        Raises:
            UserError: there is no such data set, it holds no pictures, or they don't fit into memory.
        """
        shards = Shards(name, split)
        pictures, labels, skipped, schema, taken = [], [], [], None, 0
        for row in shards.rows(shards.names):
            try:
                pictures.append(row.decoded())
            except UserError as error:
                skipped.append(f"{row.where}: {error}")
                continue
            labels.append(row.label)
            schema, taken = row.schema, taken + 3 * pictures[-1].width * pictures[-1].height
            if taken > MEMORY:
                raise UserError(
                    f"'{name}' doesn't fit into memory, and only a sampler can train on parts of a data set: use a smaller one",
                    "large_data",
                )
        if not pictures:
            raise nothing_in(f"the {split} split of '{name}'", skipped)
        numbers, classes, _ = labels_of([] if None in labels else labels, class_names(schema).get("label", []))
        return Pictures(_display_name(name), pictures, [*range(len(pictures))], numbers, classes, skipped=skipped)

    def source(self, name: DataName) -> Source | None:
        """Return licence and origin from the data set's card; None for a folder."""
        if name.scheme != "hf":
            return None
        place = client.checked(name.place)
        info = client.ask(place, lambda: client.api().dataset_info(place))
        licence = str((info.card_data or {}).get("license") or "")
        known = {"cc-by-sa-4.0": "CC-BY-SA-4.0", "cc0-1.0": "CC0-1.0", "mit": "MIT", "gpl-2.0": "GPL-2.0"}
        return Source("a data set on the Hub", known.get(licence, licence), f"{client.endpoint()}/datasets/{place}")


ELSEWHERE.update(hf=ShardedData(), parquet=ShardedData())
