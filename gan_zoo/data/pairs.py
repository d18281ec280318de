"""Pairs for translators in memory: batches have the input under `input` and its target under `image`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import cast

import torch
from jaxtyping import Int, UInt8
from PIL import Image
from torch import Tensor

from gan_zoo.data.catalogue import Split
from gan_zoo.data.dataset import Dataset, Pictures, evenly, fit, shift_and_scale
from gan_zoo.data.names import PairsName
from gan_zoo.data.pairings import CHUNK, Pairing, Side, Unpaired, pairing
from gan_zoo.data.reading import open_pictures
from gan_zoo.imaging.images import from_pil, to_float, to_pil


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
            shares = torch.tensor(how.shares or (1.0,) * variants, device=rows.device)
            kind = torch.multinomial(shares[:variants], len(rows), replacement=True)
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


def load_pairs(data: str, pairs: str, split: Split = "train", size: int | None = None) -> PairedDataset | UnpairedDataset:
    """One split of a data set as pairs, in memory.

    Args:
        data: a name as in `load_data`; its pictures are the targets.
        pairs: a key of `PAIRINGS`; some take an option after a colon.
        size: height and width in pixels; by default the targets' own if all are squares of one size, else 128.

    Raises:
        UserError: there is no such data set or pairing, or the data contain no pair.
    """
    how = pairing(pairs)
    read = how.read(data, split, PairsName.parse(pairs).option)
    targets = _targets(open_pictures(data, split) if read is None else read[1], how, size)
    if read and not how.paired:
        others = _targets(read[0], how, targets.images.shape[2])
        return UnpairedDataset(
            targets.name,
            targets.images,
            columns=targets.columns,
            skipped=targets.skipped + others.skipped,
            inputs=others.images,
            input_labels=others.labels,
            counts=(len(read[0].pictures), len(read[1].pictures)),
        )
    if read is None:
        inputs = torch.cat([how.derive(part) for part in targets.images.split(CHUNK)])
    else:
        side = targets.images.shape[2]
        inputs = torch.stack([from_pil(fit(picture, side), how.channels) for picture in read[0].pictures])[:, None]
    return PairedDataset(
        targets.name, targets.images, columns=targets.columns, skipped=targets.skipped, inputs=inputs, pairs=pairs
    )


def load_targets(data: str, pairs: str, split: Split = "train", size: int | None = None) -> Dataset:
    """The targets of `load_pairs` alone; this is faster, because no inputs are made."""
    how = pairing(pairs)
    read = how.read(data, split, PairsName.parse(pairs).option)
    return _targets(open_pictures(data, split) if read is None else read[1], how, size)


def load_side(which: Side, data: str, pairs: str, split: Split, size: int) -> Dataset:
    """The inputs (A) or the targets (B) of an unpaired data set; raises the errors of `load_pairs`."""
    how = pairing(pairs)
    assert isinstance(how, Unpaired)
    return _targets(how.side(which, data, split, PairsName.parse(pairs).option), how, size)


def true_pairs(data: str, pairs: str) -> str:
    """The pairing that gives the true pairs of data that are used unpaired; an empty string if there are none."""
    how = pairing(pairs)
    return how.truth(data, PairsName.parse(pairs).option) if isinstance(how, Unpaired) else ""


def _targets(opened: Pictures, how: Pairing, size: int | None) -> Dataset:
    """The pictures as squares of `size`, cut as `how` requires."""
    sides = {side for picture in opened.pictures for side in picture.size}
    size = size or (sides.pop() if len(sides) == 1 else 128)
    cut = [(i, window) for i, p in enumerate(opened.pictures) for window in _squares(p, size, how)]
    images = torch.stack([from_pil(window, how.target_channels) for _, window in cut])
    labels = torch.tensor([opened.labels[i] for i, _ in cut]) if opened.labels else None
    columns = {name: [values[i] for i, _ in cut] for name, values in opened.columns.items()}
    return Dataset(opened.name, images, labels, opened.classes, columns, opened.skipped)


def _squares(picture: Image.Image, size: int, how: Pairing) -> Iterator[Image.Image]:
    """The centre of `picture`, or squares from all over it at several scales, which overlap evenly."""
    picture = to_pil(from_pil(picture, 3))
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
