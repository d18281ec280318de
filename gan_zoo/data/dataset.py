"""Data sets in memory: pictures as bytes, turned into floats and augmented a batch at a time."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import torch
from jaxtyping import Float, Int, UInt8
from PIL import Image, ImageOps
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample

from gan_zoo.imaging.images import from_pil, to_float


@dataclass
class Dataset:
    """One split of a data set, in memory."""

    name: str
    images: UInt8[Tensor, "n c h w"]
    labels: Int[Tensor, "n"] | None = None
    classes: list[str] = field(default_factory=list)
    columns: dict[str, list[Any]] = field(default_factory=dict)
    """the other columns of the source, row by row"""
    skipped: list[str] = field(default_factory=list)
    """the pictures that could not be read, each with the reason"""
    attributes: dict[str, list[str]] = field(default_factory=dict)
    """the words of each attribute by its name, the same in every split"""
    attribute_labels: Int[Tensor, "n attributes"] | None = None
    """the index of the word of each attribute that describes each picture"""
    notes: list[str] = field(default_factory=list)
    """other things that the user should know, one sentence each"""
    own_share: bool = False
    """True if each of several processes has pictures of its own"""

    def __len__(self) -> int:
        return len(self.images)

    def to(self, device: torch.device) -> Dataset:
        """The same data set with its pictures and labels on `device`."""
        tensors = {"images": self.images, "labels": self.labels, "attribute_labels": self.attribute_labels}
        return replace(self, **{name: None if t is None else t.to(device) for name, t in tensors.items()})  # type: ignore[arg-type]

    def renew(self, window: int) -> None:
        """Load other pictures where not all fit into memory. It is called before every epoch."""

    def thinned(self, n: int) -> Dataset:
        """At most `n` pictures, spread evenly over the data, because these may be sorted by class."""
        rows = evenly(n, len(self))
        tensors = {"images": self.images, "labels": self.labels, "attribute_labels": self.attribute_labels}
        columns = {name: [values[row] for row in rows.tolist()] for name, values in self.columns.items()}
        return replace(self, columns=columns, **{name: None if t is None else t[rows] for name, t in tensors.items()})  # type: ignore[arg-type]

    def batch(
        self, index: Int[Tensor, "b"] | slice, mirror: bool = False, jitter: float = 0.0, vary: bool = False
    ) -> dict[str, Tensor]:
        """The rows of `index` as a training batch: `image` as floats in [-1, 1], `label` (`b`) and `attributes`
        (`b attributes`) where the data have them.

        `mirror` flips each picture left to right with probability 1/2, and `jitter` scales and shifts each by up to
        that share of its size. Both draw from torch's global generator. `vary` is for data whose inputs are made from the
        pictures: each batch gets new inputs (`pairs.PairedDataset`).
        """
        image = to_float(self.images[index])
        if mirror:
            flip = torch.rand(len(image), device=image.device) < 0.5
            image = torch.where(flip[:, None, None, None], image.flip(3), image)
        if jitter:
            image = shift_and_scale(image, jitter)
        labels = {"label": self.labels, "attributes": self.attribute_labels}
        return {"image": image} | {name: values[index] for name, values in labels.items() if values is not None}


@dataclass
class Pictures:
    """One split of a data set as decoded pictures, each of its own size."""

    name: str
    pictures: list[Image.Image]
    labels: list[int] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    columns: dict[str, list[Any]] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)


def evenly(n: int, total: int) -> Int[Tensor, "n"]:
    """The indices of at most `n` of `total` rows, spread evenly."""
    n = min(n, total)
    return torch.arange(n) * total // n


def shift_and_scale(images: Float[Tensor, "n c h w"], most: float) -> Float[Tensor, "n c h w"]:
    """Each picture shifted, and its width and height scaled, by up to the share `most`; edge pixels fill the gaps."""
    # Shifts are in half pictures: the grid's coordinates run from -1 to 1.
    scale, shift = (torch.rand(2, len(images), 2, device=images.device) * 2 - 1) * most
    matrix = torch.cat([torch.diag_embed(1 + scale), 2 * shift[:, :, None]], 2)  # n 2 3
    grid = affine_grid(matrix, list(images.shape), align_corners=False)
    return grid_sample(images, grid, padding_mode="border", align_corners=False)


def fit(picture: Image.Image, size: int) -> Image.Image:
    """The central square of `picture`, scaled so that its short side is `size`."""
    if picture.size == (size, size):
        return picture
    return ImageOps.fit(picture, (size, size), Image.Resampling.LANCZOS)


@dataclass(frozen=True)
class Square:
    """Makes a square from a picture: `size` pixels a side, 1 or 3 `channels`."""

    size: int
    channels: int

    def __call__(self, picture: Image.Image) -> UInt8[Tensor, "c s s"]:
        return from_pil(fit(picture, self.size), self.channels)
