"""Pairs for translators in memory: batches have the input under `input` and its target under `image`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import cast

import torch
from jaxtyping import Int, UInt8
from PIL import Image
from torch import Tensor

from gan_zoo.data.catalogue import Split
from gan_zoo.data.dataset import Dataset, evenly, fit, shift_and_scale
from gan_zoo.data.encoded import Encoded
from gan_zoo.data.names import DataName, PairsName
from gan_zoo.data.pairing import Pairing
from gan_zoo.data.pairings import CHUNK, Side, Unpaired, pairing
from gan_zoo.imaging.images import from_pil, opaque, to_float

Bytes = UInt8[Tensor, "c h w"]
# The size of targets of different sizes, if none is asked for.
SIZE = 128


@dataclass
class PairedDataset(Dataset):
    """Targets under `images` with several inputs for each; a batch takes one of them."""

    inputs: UInt8[Tensor, "n v ci h w"] = field(kw_only=True)
    pairs: str = field(kw_only=True)

    @property
    def input_channels(self) -> int:
        return pairing(self.pairs).channels

    def to(self, device: torch.device) -> PairedDataset:
        return replace(cast(PairedDataset, super().to(device)), inputs=self.inputs.to(device))

    def thinned(self, n: int) -> PairedDataset:
        return replace(cast(PairedDataset, super().thinned(n)), inputs=self.inputs[evenly(n, len(self))])

    def batch(
        self, index: Int[Tensor, "b"] | slice, mirror: bool = False, jitter: float = 0.0, vary: bool = False
    ) -> dict[str, Tensor]:
        """`input` and `image`, mirrored and jittered alike.

        `vary` draws a new input for each row from torch's global generator: another detector, other hand-drawn lines,
        other hints. Without it a row always has the same input without hints; neighbouring rows have different detectors.
        """
        how, variants = pairing(self.pairs), self.inputs.shape[1]
        rows = index if isinstance(index, Tensor) else torch.arange(len(self), device=self.images.device)[index]
        kind = rows % variants
        if vary:
            kind = _drawn(how.shares or (1 / variants,) * variants, len(rows), rows.device)
        given = to_float(self.inputs[rows, kind])
        both = torch.cat([given, to_float(self.images[rows])], 1)
        if mirror:
            flip = torch.rand(len(both), device=both.device) < 0.5
            both = torch.where(flip[:, None, None, None], both.flip(3), both)
        if jitter:
            both = shift_and_scale(both, jitter)
        given, image = both[:, : given.shape[1]], both[:, given.shape[1] :]
        given, image = how.vary(given, image) if vary else (how.plain(given), image)
        return {"input": given.contiguous(), "image": image.contiguous()}

    def unfolded(self) -> PairedDataset:
        """The data set with each target repeated for each of its inputs."""
        variants = self.inputs.shape[1]
        columns = {name: [value for value in values for _ in range(variants)] for name, values in self.columns.items()}
        images, inputs = self.images.repeat_interleave(variants, 0), self.inputs.flatten(0, 1)[:, None]
        return replace(self, images=images, inputs=inputs, columns=columns)


@dataclass
class UnpairedDataset(Dataset):
    """Pictures of one kind under `images`, and any number of pictures of the other kind under `inputs`."""

    inputs: UInt8[Tensor, "m c h w"] = field(kw_only=True)
    input_labels: Int[Tensor, "m"] | None = field(kw_only=True, default=None)
    """the classes of `inputs`, if they are known"""
    counts: tuple[int, int] = field(kw_only=True)
    """the numbers of pictures from which the squares of `inputs` and of `images` were cut"""

    @property
    def input_channels(self) -> int:
        return self.inputs.shape[1]

    def to(self, device: torch.device) -> UnpairedDataset:
        labels = None if self.input_labels is None else self.input_labels.to(device)
        return replace(cast(UnpairedDataset, super().to(device)), inputs=self.inputs.to(device), input_labels=labels)

    def batch(
        self, index: Int[Tensor, "b"] | slice, mirror: bool = False, jitter: float = 0.0, vary: bool = False
    ) -> dict[str, Tensor]:
        """`image`, `input` with as many pictures of the other kind, and `input_label` with their classes if they are known.

        The two are mirrored and jittered independently. `vary` draws the inputs at random from torch's global generator;
        without it a row always has the same input.
        """
        others = Dataset(self.name, self.inputs, self.input_labels)
        image = super().batch(index, mirror, jitter)["image"]
        if vary:
            rows = torch.randint(len(others), (len(image),), device=image.device)
        else:
            own = index if isinstance(index, Tensor) else torch.arange(len(self), device=image.device)[index]
            rows = own * len(others) // len(self)
        given = others.batch(rows, mirror, jitter)
        return {"image": image, "input": given["image"], **({"input_label": given["label"]} if "label" in given else {})}


def load_pairs(
    data: str | DataName, pairs: str, split: Split = "train", size: int | None = None
) -> PairedDataset | UnpairedDataset:
    """One split of a data set as pairs, in memory.

    Args:
        data: a name as in `load_data`; its pictures are the targets.
        pairs: a key of `PAIRINGS`; some take an option after a colon. Two pictures in folders are a pair if their names
            agree (`data.matching`), and two columns of a parquet file if they are in the same row.
        size: height and width in pixels; by default the targets' own if all are squares of one size, else 128.

    Raises:
        UserError: there is no such data set, split or pairing, or the data contain no pair.
    """
    how, option = pairing(pairs), PairsName.parse(pairs).option
    targets, given = _targets(how.open(data, split, option), how, option, size)
    if isinstance(how, Unpaired):
        others = load_side("A", data, pairs, split, targets.images.shape[2])
        return UnpairedDataset(
            targets.name,
            targets.images,
            columns=targets.columns,
            skipped=targets.skipped + others.skipped,
            notes=targets.notes + others.notes,
            inputs=others.images,
            input_labels=others.labels,
            counts=(others.count, targets.count),
        )
    read = torch.stack(given)[:, None] if given else None
    inputs = torch.cat([how.derive(part) for part in targets.images.split(CHUNK)]) if read is None else read
    return PairedDataset(
        targets.name,
        targets.images,
        columns=targets.columns,
        skipped=targets.skipped,
        notes=targets.notes,
        inputs=inputs,
        pairs=pairs,
    )


def load_targets(data: str | DataName, pairs: str, split: Split = "train", size: int | None = None) -> Dataset:
    """The targets of `load_pairs` alone; this is faster, because no inputs are made."""
    how, option = pairing(pairs), PairsName.parse(pairs).option
    return _targets(how.open(data, split, option), how, option, size)[0]


def load_side(which: Side, data: str | DataName, pairs: str, split: Split, size: int) -> Squares:
    """The inputs (A) or the targets (B) of an unpaired data set; raises the errors of `load_pairs`."""
    how, option = pairing(pairs), PairsName.parse(pairs).option
    assert isinstance(how, Unpaired)
    return _targets(how.side(which, data, split, option), how, option, size)[0]


def true_pairs(data: str | DataName, pairs: str) -> str:
    """The pairing that gives the true pairs of data that are used unpaired; an empty string if there are none."""
    how = pairing(pairs)
    return how.truth(data, PairsName.parse(pairs).option) if isinstance(how, Unpaired) else ""


def _drawn(shares: Sequence[float], n: int, device: torch.device) -> Int[Tensor, "n"]:
    """`n` random numbers from 0 up, each with its share, which add up to 1; nothing is uploaded to the device."""
    place = torch.rand(n, device=device)
    borders = list(accumulate(shares))[:-1]
    return torch.stack([place >= border for border in (0.0, *borders)]).sum(0) - 1


@dataclass
class Squares(Dataset):
    """Squares cut from pictures."""

    count: int = field(kw_only=True)
    """the number of these pictures"""


def _targets(opened: Encoded, how: Pairing, option: str, size: int | None) -> tuple[Squares, list[Bytes]]:
    """The targets as squares of `size`, cut as `how` requires, and the inputs that come with them, if any do."""
    side = size or opened.side_of_squares(SIZE, how.target_size)

    def cut(*pictures: Image.Image) -> tuple[list[Bytes], list[Bytes]]:
        *given, target = how.halves(pictures, option)
        squares = [from_pil(window, how.target_channels) for window in _squares(target, side, how)]
        return squares, [from_pil(fit(picture, side), how.read_channels) for picture in given]

    # An object may be small in its picture, and is then enlarged.
    needed = None if how.trims else round(2 * side * max((1.0, *how.scales)))
    found, rows = opened.decoded(cut, needed)
    places = [i for i, (squares, _) in enumerate(found) for _ in squares]
    images = torch.stack([square for squares, _ in found for square in squares])
    labels = torch.tensor([rows.labels[i] for i in places]) if rows.labels else None
    columns = {name: [values[i] for i in places] for name, values in rows.columns.items()}
    data = Squares(rows.name, images, labels, rows.classes, columns, rows.skipped, notes=rows.notes, count=len(found))
    return data, [picture for _, given in found for picture in given]


def _squares(picture: Image.Image, size: int, how: Pairing) -> Iterator[Image.Image]:
    """The centre of `picture`, or squares from all over it at several scales, which overlap evenly."""
    picture = opaque(picture, 3)
    scales = [scale for scale in how.scales if scale == 1 or size * scale <= min(picture.size)]
    if not scales:
        yield fit(_trimmed(picture) if how.trims else picture, size)
        return
    for scale in scales:
        share = size * scale / min(picture.size)
        whole = picture.resize([max(size, round(side * share)) for side in picture.size], Image.Resampling.LANCZOS)
        for top in _places(whole.height, size):
            for left in _places(whole.width, size):
                yield whole.crop((left, top, left + size, top + size))


def _trimmed(picture: Image.Image) -> Image.Image:
    """The object on white, in a square with a margin of a sixteenth; the whole picture if its border isn't white."""
    box = picture.convert("L").point(lambda value: 255 * (value < 245)).getbbox()
    if box is None or box == (0, 0, *picture.size):
        return picture
    side = round(max(box[2] - box[0], box[3] - box[1]) * 9 / 8)
    square = Image.new("RGB", (side, side), "white")
    thing = picture.crop(box)
    square.paste(thing, ((side - thing.width) // 2, (side - thing.height) // 2))
    return square


def _places(length: int, size: int) -> list[int]:
    """The beginnings of windows of `size` that cover `length` evenly; a small remainder gets no window of its own."""
    n = max(1, round(length / size + 0.2))
    return [round(i * (length - size) / max(1, n - 1)) for i in range(n)] if n > 1 else [(length - size) // 2]
