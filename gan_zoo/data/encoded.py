"""Data sets whose pictures are still encoded, and the one loop that decodes them.

Each picture is scaled to the size of the training right after it is decoded, so the memory doesn't grow with the size of the
files.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar, cast

from PIL import Image

from gan_zoo.data.catalogue import Split
from gan_zoo.data.names import is_held_out
from gan_zoo.errors import UserError
from gan_zoo.imaging.decoding import open_picture, picture_size

T = TypeVar("T")
Content = Path | bytes | Image.Image | UserError
"""a file, the content of one, a decoded picture, or the reason why there is none"""
# More threads don't decode faster, because they wait for each other in Python.
THREADS = min(4, os.cpu_count() or 1)
# The number of rows that a process gets at once.
CHUNK = 64
# Pictures with more pixels than this are decoded one at a time, so that several threads don't fill the memory.
LARGE_PIXELS = 16_000_000
# Files in memory below this size count as small pictures.
SMALL_BYTES = 50_000
_LARGE = threading.Lock()


@dataclass
class Encoded:
    """The rows of one split of a data set; each has one picture, or the two of a pair."""

    name: str
    names: list[str]
    """the name of each row, by which pairs are found and pictures are kept back"""
    where: list[tuple[str, ...]]
    """what messages call each picture of each row"""
    contents: Callable[[], Iterator[tuple[Content, ...]]]
    """function that gives the pictures of each row, in order"""
    labels: list[int] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    columns: dict[str, list[Any]] = field(default_factory=dict)
    """other values of each row"""
    skipped: list[str] = field(default_factory=list)
    """what could not be read, each with the reason"""
    notes: list[str] = field(default_factory=list)
    """other things that the user should know"""
    place: str = ""
    """what messages call the whole"""

    def __len__(self) -> int:
        return len(self.names)

    def chosen(self, rows: Sequence[int]) -> Encoded:
        """The same data set with some of its rows, in ascending order."""
        wanted = set(rows)
        before = self.contents
        return replace(
            self,
            names=[self.names[i] for i in rows],
            where=[self.where[i] for i in rows],
            contents=lambda: (content for i, content in enumerate(before()) if i in wanted),
            labels=[self.labels[i] for i in rows] if self.labels else [],
            columns={name: [values[i] for i in rows] for name, values in self.columns.items()},
        )

    def kept_back(self, split: Split, share: float) -> Encoded:
        """The rows of a split if about `share` of all rows, chosen by a hash of their names, are the test split."""
        return self.chosen([i for i, name in enumerate(self.names) if is_held_out(name, share) == (split == "test")])

    def side_of_squares(self, otherwise: int, cut: Callable[[int, int], tuple[int, int]] | None = None) -> int:
        """The side of the pictures if all are squares of one size, else `otherwise`; only headers are read.

        Args:
            cut: function that gives the size of the part that counts, if it isn't the whole last picture of each row.
        """
        side = 0
        for contents in self.contents():
            try:
                width, height = _size(contents[-1])
            except UserError:
                continue
            if cut is not None:
                width, height = cut(width, height)
            if width != height or (side and width != side):
                return otherwise
            side = width
        return side or otherwise

    def decoded(self, work: Callable[..., T], side: int | None = None, processes: int = 0) -> tuple[list[T], Encoded]:
        """The result of `work` for each row whose pictures can be decoded, and the data set with these rows alone.

        Args:
            work: function of the pictures of a row; it runs in several threads.
            side, processes: as in `in_order`.

        Raises:
            UserError: no row can be decoded.
        """
        results, kept, skipped = [], [], [*self.skipped]
        for i, result in enumerate(in_order(self.contents(), work, side, self.name, len(self), processes)):
            if isinstance(result, Unreadable):
                skipped += result.said(self.where[i])
            else:
                results.append(result)
                kept.append(i)
        if not results:
            raise nothing_in(self.place or self.name, skipped, self.notes)
        return results, replace(self.chosen(kept), skipped=skipped)


def nothing_in(where: str, skipped: Sequence[str], notes: Sequence[str] = ()) -> UserError:
    """The error for a place without a readable picture."""
    if skipped:
        return UserError(f"none of the {len(skipped)} pictures in {where} can be read; the first: {skipped[0]}", "no_pictures")
    said = f" ({'; '.join(notes)})" if notes else ""
    return UserError(f"there are no pictures in {where}: it needs files like picture.png or picture.jpg{said}", "no_pictures")


def _size(content: Content) -> tuple[int, int]:
    if isinstance(content, UserError):
        raise content
    return content.size if isinstance(content, Image.Image) else picture_size(content)


def _pixels(content: Content) -> int:
    """The number of pixels of a picture that may be large; 0 for others, whose header is not worth a look."""
    if isinstance(content, bytes) and len(content) < SMALL_BYTES:
        return 0
    try:
        width, height = _size(content)
    except UserError:
        return 0
    return width * height


def _decoded(content: Content, side: int | None) -> Image.Image:
    if isinstance(content, UserError):
        raise content
    return content if isinstance(content, Image.Image) else open_picture(content, side)


@dataclass(frozen=True)
class Unreadable:
    """The reason why each picture of a row can't be read, or None."""

    reasons: list[UserError | None]

    def said(self, where: Sequence[str]) -> list[str]:
        """The reasons, each after what messages call the picture."""
        return [f"{name}: {reason}" for name, reason in zip(where, self.reasons, strict=True) if reason]


def decoded_rows(rows: Iterable[tuple[Content, ...]], work: Callable[..., T], side: int | None = None) -> list[T | Unreadable]:
    """The result of `work` for each row, or the reasons why there is none; `side` is that of `open_picture`."""

    def one(contents: tuple[Content, ...]) -> T | Unreadable:
        pictures: list[Image.Image] = []
        reasons: list[UserError | None] = []
        with _LARGE if max(map(_pixels, contents)) > LARGE_PIXELS else nullcontext():
            for content in contents:
                try:
                    pictures.append(_decoded(content, side))
                    reasons.append(None)
                except UserError as error:
                    reasons.append(error)
            return work(*pictures) if len(pictures) == len(contents) else Unreadable(reasons)

    return [one(contents) for contents in rows]


def in_order(
    rows: Iterable[tuple[Content, ...]],
    work: Callable[..., T],
    side: int | None,
    title: str,
    total: int | None = None,
    processes: int = 0,
) -> Iterator[T | Unreadable]:
    """The result of `work` for each row in order, or the reasons why there is none. A few rows are in work at a time.

    Args:
        work: function of the pictures of a row; it runs in several threads.
        side: as in `open_picture`.
        title: words for the progress bar.
        total: the number of rows, if it is known.
        processes: the number of processes that decode instead of threads; `work` must then be a `dataset.Square`, and each
            row must have one picture.
    """
    from tqdm import tqdm

    from gan_zoo.data.workers import Workers

    rows = iter(rows)
    chunks = iter(lambda: list(islice(rows, CHUNK if processes else 1)), [])
    # The bar appears only on a terminal, and only if the reading takes some seconds.
    bar = tqdm(total=total, desc=f"reading {title}", unit="picture", delay=2, leave=False, disable=None)
    waiting: deque[Future[list[T | Unreadable]]] = deque()
    there: Any = (
        Workers(processes, cast(Any, work), side) if processes else nullcontext(partial(decoded_rows, work=work, side=side))
    )
    count = processes or THREADS
    with bar, there as one, ThreadPoolExecutor(count) as threads:
        for chunk in chunks:
            waiting.append(threads.submit(one, chunk))
            if len(waiting) > 2 * count:
                yield from (done := waiting.popleft().result())
                bar.update(len(done))
        for future in waiting:
            yield from (done := future.result())
            bar.update(len(done))


def joined(parts: Sequence[Encoded]) -> Encoded:
    """The rows of several files of one data set, or of several data sets, one after the other.

    Only columns that all of them have stay, and labels only if all have the same classes.
    """
    first = parts[0]
    if len(parts) == 1:
        return first
    shared = [name for name in first.columns if all(name in part.columns for part in parts)]
    alike = all(part.classes == first.classes for part in parts)
    return replace(
        first,
        names=[f"{i}/{name}" for i, part in enumerate(parts) for name in part.names],
        where=[row for part in parts for row in part.where],
        contents=lambda: (row for part in parts for row in part.contents()),
        labels=[label for part in parts for label in part.labels] if alike else [],
        classes=first.classes if alike else [],
        columns={name: [value for part in parts for value in part.columns[name]] for name in shared},
        skipped=[line for part in parts for line in part.skipped],
        notes=[line for part in parts for line in part.notes],
    )


def together(
    first: Encoded, second: Encoded, pairs: Iterable[tuple[int, int]], names: Sequence[str], leftovers: Sequence[str]
) -> Encoded:
    """The rows of `second` as targets, each with a row of `first` as its input.

    Args:
        pairs: the rows of the inputs and of the targets that belong together.
        names: the name of each pair.
        leftovers: what has no partner, with the reason; it counts as skipped.
    """
    pairs = sorted(pairs, key=lambda pair: pair[1])

    def contents() -> Iterator[tuple[Content, ...]]:
        inputs = list(first.contents())
        targets = list(second.contents())
        return ((*inputs[a], *targets[b]) for a, b in pairs)

    return replace(
        second.chosen([b for _, b in pairs]),
        names=list(names),
        where=[(*first.where[a], *second.where[b]) for a, b in pairs],
        contents=contents,
        labels=[],
        classes=[],
        skipped=[*first.skipped, *second.skipped, *leftovers],
        notes=[*first.notes, *second.notes],
    )
