"""Drawn faces without end, composed from the parts of Open Peeps: heads, faces, facial hair and accessories.

Each face is a combination of parts in random colours, a little shifted and turned. One tenth of all combinations is kept for
testing; all parts are in both splits.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float, UInt8
from PIL import Image
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample, interpolate

from gan_zoo.data.catalogue import STARTER_FOLDER, Split
from gan_zoo.data.dataset import Dataset
from gan_zoo.data.encoded import Encoded
from gan_zoo.data.names import is_held_out
from gan_zoo.errors import unknown
from gan_zoo.imaging.decoding import open_picture
from gan_zoo.imaging.images import from_pil, to_pil, to_uint8

# The side of the parts in pixels, and the number of faces of each split: training has others in every epoch.
SIDE = 256
FACES: dict[Split, int] = {"train": 4_000, "test": 1_000}
# The share of combinations that is kept for testing.
HELD_OUT = 0.1
# The kinds of parts from back to front. The probability says how often a face has one.
KINDS: dict[str, float] = {"head": 1.0, "face": 1.0, "facialHair": 0.25, "accessories": 0.45}
NONE = "none"
# These have one eye and three eyes: nobody could tell such a face from a fault of a model, so none is drawn.
LEFT_OUT = ("cyclops", "monster")
# The colours of DiceBear's Open Peeps, in the order of the weights of a layer.
COLOURS: dict[str, tuple[str, ...]] = {
    "skinColor": ("#694d3d", "#ae5d29", "#d08b5b", "#edb98a", "#ffdbb4"),
    "clothingColor": ("#78e185", "#8fa7df", "#9ddadb", "#e279c7", "#e78276", "#fdea6b", "#ffcf77"),
    "headContrastColor": (
        "#2c1b18", "#4a312c", "#724133", "#a55728", "#b58143", "#c93305", "#d6b370", "#e8e1e1", "#ecdcbf", "#f59797",
    ),
}  # fmt: skip
ATTRIBUTES = tuple(sorted([*KINDS, *COLOURS], key=str.lower))
# The largest turn in radians and the largest shift in shares of the side.
TURN, SHIFT = 0.06, 0.03
# Faces that are composed at once; more need more memory and are no faster.
BATCH = 8

Labels = dict[str, list[str]]


@functools.cache
def parts() -> dict[str, list[str]]:
    """The names of the parts of each kind, sorted; the kinds that a face can lack begin with `NONE`."""
    names: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for row in _table():
        names.get(row["kind"], []).append(row["name"])
    return {kind: [NONE] * (KINDS[kind] < 1) + sorted(found) for kind, found in names.items()}


def words() -> dict[str, list[str]]:
    """The words of each attribute: names of parts or colours, sorted."""
    return {name: sorted(parts()[name]) if name in KINDS else list(COLOURS[name]) for name in ATTRIBUTES}


@functools.cache
def layers(side: int) -> dict[str, UInt8[Tensor, "parts 7 side side"]]:
    """The parts of each kind, and `body`, in pixels of `side`.

    The channels are the part's own ink in red, green and blue, its alpha, and the weights of the three `COLOURS`. Ink and
    weights are multiplied by alpha. The order is that of `parts`; the layers of `NONE` are empty.
    """
    found: dict[tuple[str, str], Tensor] = {}
    for row in _table():
        channels = [_picture(row["ink"], side, 4), *(_picture(row[name], side, 1) for name in COLOURS)]
        found[row["kind"], row["name"]] = torch.cat(channels)
    empty = torch.zeros(7, side, side, dtype=torch.uint8)
    return {
        kind: torch.stack([found.get((kind, name), empty) for name in names])
        for kind, names in {"body": ["body"], **parts()}.items()
    }


def composed(labels: Mapping[str, Sequence[str]], side: int) -> Float[Tensor, "n 3 side side"]:
    """Faces in [-1, 1] on white with the parts and colours that `labels` names, straight and in the middle.

    Args:
        labels: one word for each face and each of `ATTRIBUTES`.

    Raises:
        KeyError, ValueError: an attribute is missing, or a word is none of its words.
    """
    table = torch.stack([_rgb(labels[name]) for name in COLOURS], 1)  # n 3 rgb
    picture = torch.ones(len(table), 3, side, side)
    for kind, pixels in layers(side).items():
        for i, word in enumerate(labels.get(kind, [kind] * len(table))):
            part = parts()[kind].index(word) if kind in KINDS else 0
            # Most parts are small, so only their own rectangle is touched.
            top, left, bottom, right = _box(kind, part, side)
            layer = pixels[part, :, top:bottom, left:right].float().div_(255)
            below = picture[i, :, top:bottom, left:right].mul_(1 - layer[3:4]).add_(layer[:3])
            for channel, colour in enumerate(table[i], 4):
                if channel in _coloured(kind):
                    below.addcmul_(layer[channel : channel + 1], colour[:, None, None])
    return picture.clamp(0, 1) * 2 - 1


def drawn(split: Split, n: int, seed: int) -> tuple[Labels, Float[Tensor, "n 3"]]:
    """Random faces of a split: their words, and the turn in radians and the shifts in shares of the side of each.

    The same seed gives the same faces.
    """
    generator = torch.Generator().manual_seed(2 * seed + (split == "test"))
    labels: Labels = {name: [] for name in (*KINDS, *COLOURS)}
    while len(labels["head"]) < n:
        for one in _combinations(n, generator):
            if is_held_out("/".join(one[kind] for kind in KINDS), HELD_OUT) == (split == "test"):
                for name, word in one.items():
                    labels[name].append(word)
    poses = (torch.rand(n, 3, generator=generator) * 2 - 1) * torch.tensor([TURN, SHIFT, SHIFT])
    return {name: labels[name][:n] for name in ATTRIBUTES}, poses


def faces(labels: Mapping[str, Sequence[str]], poses: Float[Tensor, "n 3"], size: int) -> UInt8[Tensor, "n 3 size size"]:
    """The faces of `drawn` as bytes. They are composed with twice the pixels, if the parts have these, and scaled down."""
    side = min(SIDE, 2 * size)
    found = []
    for start in range(0, len(poses), BATCH):
        rows = slice(start, start + BATCH)
        picture = composed({name: values[rows] for name, values in labels.items()}, side)
        turn, x, y = poses[rows].unbind(1)
        # The grid's coordinates run from -1 to 1, so a shift of the whole side is 2.
        cos, sin = turn.cos(), turn.sin()
        matrix = torch.stack([cos, -sin, -2 * x, sin, cos, -2 * y], 1).view(-1, 2, 3)
        grid = affine_grid(matrix, list(picture.shape), align_corners=False)
        placed = grid_sample(picture, grid, padding_mode="border", align_corners=False)
        if side != size:
            placed = interpolate(placed, size=(size, size), mode="area")
        found.append(to_uint8(placed))
    return torch.cat(found)


@dataclass
class Faces(Dataset):
    """Some faces of a split; `renew` composes others, if the split is the training split."""

    split: Split = "train"
    window: int = 0
    """index of the faces in memory"""

    def renew(self, window: int) -> None:
        if window != self.window and self.split == "train":
            new = load(self.split, self.images.shape[-1], self.images.shape[1], window)
            self.images = new.images.to(self.images.device)
            self.columns, self.window = new.columns, window
            if new.attribute_labels is not None and self.attribute_labels is not None:
                self.attribute_labels = new.attribute_labels.to(self.attribute_labels.device)

    def thinned(self, n: int) -> Dataset:
        chosen = super().thinned(n)
        return Dataset(**{name: getattr(chosen, name) for name in Dataset.__dataclass_fields__})


def load(split: Split, size: int | None, channels: int | None, window: int = 0) -> Faces:
    """The faces of a split, of 64 pixels unless `size` says otherwise. Another `window` of the training split has others."""
    labels, poses = drawn(split, FACES[split], window)
    images = faces(labels, poses, size or 64)
    if channels == 1:
        images = torch.stack([from_pil(picture, 1) for picture in map(to_pil, images)])
    known = words()
    numbers = torch.tensor([[known[name].index(word) for word in labels[name]] for name in ATTRIBUTES]).T.contiguous()
    columns: dict[str, list[Any]] = dict(labels)
    return Faces("peeps", images, columns=columns, attributes=known, attribute_labels=numbers, split=split, window=window)


def opened(split: Split, columns: Sequence[str]) -> Encoded:
    """The faces of a split in `SIDE` pixels, one row each.

    Raises:
        UserError: `columns` names another picture than `image`.
    """
    for column in columns:
        if column != "image":
            raise unknown("picture column", column, ["image"])
    labels, poses = drawn(split, FACES[split], 0)

    def contents() -> Iterator[tuple[Image.Image, ...]]:
        for i in range(FACES[split]):
            (face,) = faces({name: values[i : i + 1] for name, values in labels.items()}, poses[i : i + 1], SIDE)
            yield (to_pil(face),) * len(columns)

    rows = [str(i) for i in range(FACES[split])]
    where = [tuple(f"face {i}" for _ in columns) for i in rows]
    return Encoded("peeps", names=rows, where=where, contents=contents, columns=dict(labels), place="peeps")


def _combinations(n: int, generator: torch.Generator) -> Iterator[dict[str, str]]:
    """`n` random faces as a word for each kind of part and each colour."""
    columns: list[list[str]] = []
    for kind, share in KINDS.items():
        choices = [name for name in parts()[kind] if name not in (NONE, *LEFT_OUT)]
        picks = [choices[i] for i in torch.randint(len(choices), (n,), generator=generator).tolist()]
        present = (torch.rand(n, generator=generator) < share).tolist()
        columns.append([pick if there else NONE for pick, there in zip(picks, present, strict=True)])
    for colours in COLOURS.values():
        columns.append([colours[i] for i in torch.randint(len(colours), (n,), generator=generator).tolist()])
    for values in zip(*columns, strict=True):
        yield dict(zip((*KINDS, *COLOURS), values, strict=True))


@functools.cache
def _box(kind: str, part: int, side: int) -> tuple[int, int, int, int]:
    """The rectangle of a part outside which it is empty: top, left, bottom and right in pixels of `side`."""
    inked = layers(side)[kind][part].any(0)
    rows, columns = inked.any(1).nonzero()[:, 0].tolist(), inked.any(0).nonzero()[:, 0].tolist()
    return (rows[0], columns[0], rows[-1] + 1, columns[-1] + 1) if rows else (0, 0, 0, 0)


@functools.cache
def _coloured(kind: str) -> list[int]:
    """The channels of the colours that parts of a kind have."""
    rows = [row for row in _table() if row["kind"] == kind]
    return [channel for channel, name in enumerate(COLOURS, 4) if any(row[name] for row in rows)]


@functools.cache
def _table() -> list[dict[str, Any]]:
    """The rows of the file of parts."""
    import pyarrow.parquet as pq  # only these data need it here

    return list(pq.read_table(STARTER_FOLDER / "peeps" / "parts.parquet").to_pylist())


def _picture(file: Mapping[str, Any] | None, side: int, channels: int) -> UInt8[Tensor, "c side side"]:
    """A picture of a part, scaled; zeros if there is none."""
    if file is None:
        return torch.zeros(channels, side, side, dtype=torch.uint8)
    picture = open_picture(file["bytes"]).convert("RGBA" if channels == 4 else "L")
    pixels = torch.frombuffer(bytearray(picture.tobytes()), dtype=torch.uint8).view(*picture.size[::-1], channels)
    planes = pixels.movedim(2, 0).float()[None]
    if side != SIDE:
        planes = interpolate(planes, size=(side, side), mode="area")
    return planes[0].round().clamp(0, 255).to(torch.uint8)


def _rgb(colours: Sequence[str]) -> Float[Tensor, "n 3"]:
    """Colours such as #14286e in [0, 1]."""
    return torch.tensor([list(bytes.fromhex(colour[1:])) for colour in colours]) / 255
