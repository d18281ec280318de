"""Films for `video` models: pairs whose rows are frames, cut into pieces.

A parquet file holds such films if it has the columns `clip` and `frame`, which name the clip and the frame of each row.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import cast

import torch
from jaxtyping import Float, Int
from torch import Tensor

from gan_zoo.data.catalogue import Split
from gan_zoo.data.dataset import evenly, shift_and_scale
from gan_zoo.data.names import DataName
from gan_zoo.data.pairs import PairedDataset, load_pairs
from gan_zoo.errors import UserError
from gan_zoo.imaging.images import to_float

Film = Float[Tensor, "t c h w"]
# Frames of a piece, without the known frames before it.
FRAMES = 12
# The share of training pieces that are the beginning of their clip, with no frame before them. Without it, the one frame that
# a model draws with no earlier frame would be rare in training.
BEGINNINGS = 1 / 3


@dataclass
class ClipDataset(PairedDataset):
    """Frames clip by clip and in order; a batch consists of pieces of clips."""

    spans: dict[str, range] = field(kw_only=True)
    """the rows of each clip"""
    starts: Int[Tensor, "pieces"] = field(kw_only=True)
    """the row of the first frame of every piece, after the known frames"""
    beginnings: Int[Tensor, "pieces"] = field(kw_only=True)
    """for every piece, the row of the first frame of its clip"""
    past: int = field(kw_only=True)
    """the number of known frames of a piece, before those to draw"""

    def __len__(self) -> int:
        return len(self.starts)

    def to(self, device: torch.device) -> ClipDataset:
        moved = cast(ClipDataset, super().to(device))
        return replace(moved, starts=self.starts.to(device), beginnings=self.beginnings.to(device))

    def thinned(self, n: int) -> ClipDataset:
        kept = evenly(n, len(self))
        return replace(self, starts=self.starts[kept], beginnings=self.beginnings[kept])

    def batch(
        self, index: Int[Tensor, "b"] | slice, mirror: bool = False, jitter: float = 0.0, vary: bool = False
    ) -> dict[str, Tensor]:
        """Pieces under `input` and `image`, `b t c h w`: `past` known frames, then `FRAMES` frames to draw.

        Before the first frame of a clip, the input repeats that frame and the targets are zeros. `vary` replaces some pieces
        by the beginnings of their clips, drawn from torch's global generator. `jitter` shifts and scales all frames of a piece
        alike. Films are not mirrored: a mirrored puppet has its left on the right.

        Raises:
            UserError: `mirror` is set.
        """
        if mirror:
            raise UserError("films are not mirrored: leave out --mirror", "films_as_they_are")
        starts, beginnings = self.starts[index], self.beginnings[index]
        if vary:
            first = torch.rand(len(starts), device=starts.device) < BEGINNINGS
            starts = torch.where(first, beginnings, starts)
        rows = starts[:, None] + torch.arange(-self.past, FRAMES, device=starts.device)
        there = rows >= beginnings[:, None]
        rows = torch.maximum(rows, beginnings[:, None])
        given = to_float(self.inputs[rows, 0])
        both = torch.cat([given, to_float(self.images[rows]) * there[:, :, None, None, None]], 2)
        if jitter:
            both = shift_and_scale(both.flatten(1, 2), jitter).unflatten(1, both.shape[1:3])
        return {"input": both[:, :, : given.shape[2]], "image": both[:, :, given.shape[2] :]}

    def film(self, clip: str) -> tuple[Film, Film]:
        """The input and the target of a whole clip."""
        rows = slice(self.spans[clip].start, self.spans[clip].stop)
        return to_float(self.inputs[rows, 0]), to_float(self.images[rows])


def load_clips(data: str | DataName, pairs: str, split: Split = "train", size: int | None = None, past: int = 2) -> ClipDataset:
    """One split of a data set as clips, in memory; arguments as for `pairs.load_pairs`, and `past` as in `ClipDataset`.

    Raises:
        UserError: as in `load_pairs`, and if the data are no clips or all clips are too short.
    """
    loaded = load_pairs(data, pairs, split, size)
    named, numbers = loaded.columns.get("clip"), loaded.columns.get("frame")
    if not isinstance(loaded, PairedDataset) or named is None or numbers is None:
        raise UserError(f"'{data}' has no columns clip and frame, which films are made of", "no_clips", name=data)
    order = sorted(range(len(named)), key=lambda row: (named[row], numbers[row]))
    spans: dict[str, range] = {}
    for clip, rows in groupby(enumerate(order), key=lambda place: named[place[1]]):
        places = [place for place, _ in rows]
        spans[str(clip)] = range(places[0], places[-1] + 1)
    pieces = [(start, span.start) for span in spans.values() for start in range(span.start, span.stop - FRAMES + 1)]
    if not pieces:
        raise UserError(f"the clips of '{data}' are shorter than {FRAMES} frames: take longer ones", "short_clips", name=data)
    starts, beginnings = torch.tensor(pieces).T
    columns = {name: [values[row] for row in order] for name, values in loaded.columns.items()}
    return ClipDataset(
        loaded.name,
        loaded.images[order],
        columns=columns,
        skipped=loaded.skipped,
        notes=loaded.notes,
        inputs=loaded.inputs[order],
        pairs=pairs,
        spans=spans,
        starts=starts,
        beginnings=beginnings,
        past=past,
    )
