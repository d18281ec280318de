"""Crops of the earth's surface: painted labels, the satellite picture by day, and that by night, of the same place.

They are cut out at random. Each crop lies anywhere, in any direction, and may be mirrored. The Americas between 100 and 80
degrees west are kept for testing, and no training crop comes near them.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Iterator, Sequence

import torch
from jaxtyping import Float, Int
from PIL import Image
from torch import Tensor

from gan_zoo.data.catalogue import STARTER_FOLDER, Split
from gan_zoo.data.encoded import Encoded
from gan_zoo.errors import unknown
from gan_zoo.imaging.decoding import open_picture
from gan_zoo.imaging.edges import blur

# The names of the labels and the colours of their brushes.
LABELS: dict[str, str] = {
    "sea": "#14286e", "shallow water": "#4696d2", "lowland": "#96be5a", "forest": "#1e5a28", "desert": "#e1be78",
    "mountain": "#826450", "ice": "#f5faff",
}  # fmt: skip
# The usual colours of the labels in the satellite picture; mountains have none of their own.
USUAL: dict[str, str] = {
    "sea": "#05123c", "shallow water": "#1e4b8c", "lowland": "#5a5032", "forest": "#1f3014", "desert": "#b49b78",
    "ice": "#eef0f4",
}  # fmt: skip
# The pictures of a crop.
COLUMNS = ("labels", "satellite", "night")
# The number of crops of each split, and the side of a crop in pixels before it is scaled.
CROPS: dict[Split, int] = {"train": 2_400, "test": 160}
SIDE = 256
# The share of a crop that must not be open sea.
LEAST_LAND = 0.2
# The latitudes in degrees between which crops have their centres: nearer to the poles the map is stretched too much.
SOUTH, NORTH = -52.0, 68.0
# The longitudes in degrees of the centres of test crops, and the margin that keeps training crops away from test crops.
WEST, EAST, MARGIN = -100.0, -80.0, 24.0


@functools.cache
def world() -> tuple[Image.Image, Image.Image]:
    """The labels as numbers and the satellite picture of the whole world, of the same size, in plate carrée."""
    labels, satellite = (open_picture(STARTER_FOLDER / "earth" / name) for name in ("labels.png", "satellite.webp"))
    return labels.convert("L"), satellite.convert("RGB")


@functools.cache
def night() -> Image.Image:
    """The satellite picture of the whole world by night, somewhat smaller than those of `world`."""
    return open_picture(STARTER_FOLDER / "earth" / "night.webp").convert("RGB")


def crops(split: Split, columns: Sequence[str] = ("labels", "satellite")) -> Iterator[tuple[Image.Image, ...]]:
    """The pictures of each place in the order of `columns`, squares of `SIDE`; the same at every call.

    Labels have the colours of the brushes.
    """
    labels, satellite = world()
    flat = [value for colour in LABELS.values() for value in bytes.fromhex(colour[1:])]
    generator = torch.Generator().manual_seed(0 if split == "train" else 1)
    found = 0
    while found < CROPS[split]:
        u = torch.rand(5, generator=generator).tolist()
        longitude, latitude = _centre(split, u[0]), SOUTH + (NORTH - SOUTH) * u[1]
        side, angle, mirror = SIDE * (0.7 + 0.7 * u[2]), 360 * u[3], u[4] < 0.5
        painted = _crop(labels, longitude, latitude, side, angle, mirror, Image.Resampling.NEAREST)
        if painted.histogram()[0] > (1 - LEAST_LAND) * SIDE**2:
            continue
        found += 1
        painted.putpalette(flat)
        pictures = []
        for column in columns:
            if column == "labels":
                pictures.append(painted.convert("RGB"))
                continue
            seen = satellite if column == "satellite" else night()
            scaled = side * seen.width / labels.width
            pictures.append(_crop(seen, longitude, latitude, scaled, angle, mirror, Image.Resampling.BICUBIC))
        yield tuple(pictures)


def opened(split: Split, columns: Sequence[str]) -> Encoded:
    """The crops of a split; `columns` names the pictures of each row, some of `COLUMNS`.

    Raises:
        UserError: there is no such column.
    """
    for column in columns:
        if column not in COLUMNS:
            raise unknown("picture column", column, COLUMNS)
    rows = [str(i) for i in range(CROPS[split])]
    return Encoded(
        "earth",
        names=rows,
        where=[tuple(f"crop {i}" for _ in columns) for i in rows],
        contents=lambda: crops(split, columns),
        place="earth",
    )


def _centre(split: Split, u: float) -> float:
    """A longitude in degrees for `u` in [0, 1)."""
    if split == "test":
        return WEST + (EAST - WEST) * u
    span = 360 - (EAST - WEST) - 2 * MARGIN
    return (EAST + MARGIN + span * u + 180) % 360 - 180


def _crop(
    world: Image.Image, longitude: float, latitude: float, side: float, angle: float, mirror: bool, resample: Image.Resampling
) -> Image.Image:
    """A square of the world in true proportions around a centre.

    Args:
        side: side of the square, in pixels of the map.
        angle: rotation in degrees.
        mirror: true to flip the square left to right.
    """
    width, height = world.size
    stretch = 1 / math.cos(math.radians(latitude))
    x, y = (longitude + 180) / 360 * width, (90 - latitude) / 180 * height
    turn = math.radians(angle)
    step = side / SIDE
    sign = -1 if mirror else 1
    # A pixel (u, v) of the crop shows the point (a u + b v + c, d u + e v + f) of the map.
    a, b = sign * step * math.cos(turn) * stretch, -step * math.sin(turn) * stretch
    d, e = sign * step * math.sin(turn), step * math.cos(turn)
    half = SIDE / 2
    # The map is put beside itself where the square crosses the date line.
    reach = math.ceil(side * stretch)
    if x < reach or x > width - reach:
        doubled = Image.new(world.mode, (2 * reach, height))
        left = round(x) - reach
        for shift in (-width, 0, width):
            doubled.paste(world, (shift - left, 0))
        world, x = doubled, x - left
    matrix = (a, b, x - a * half - b * half, d, e, y - d * half - e * half)
    return world.transform((SIDE, SIDE), Image.Transform.AFFINE, matrix, resample)


def painted(images: Float[Tensor, "n 3 h w"]) -> Float[Tensor, "n 3 h w"]:
    """Satellite pictures in [-1, 1] painted with the brushes: each pixel gets the label whose usual colour is the nearest.

    Nothing becomes a mountain.
    """
    brushes = _table(tuple(LABELS[name] for name in USUAL), images.device)
    return brushes[_nearest(blur(images, 1.5), USUAL.values())].movedim(3, 1)


def one_hot(painted: Float[Tensor, "n 3 h w"]) -> Float[Tensor, "n labels h w"]:
    """The labels of pictures in [-1, 1] painted with the brushes: 1 in the channel of the nearest brush, -1 in the others."""
    nearest = _nearest(painted, LABELS.values())
    return torch.nn.functional.one_hot(nearest, len(LABELS)).movedim(3, 1).float() * 2 - 1


def brushed(labels: Float[Tensor, "n labels h w"]) -> Float[Tensor, "n 3 h w"]:
    """Labels as pictures in [-1, 1] in the colours of the brushes, the inverse of `one_hot`."""
    return _table(tuple(LABELS.values()), labels.device)[labels.argmax(1)].movedim(3, 1)


@functools.cache
@torch.inference_mode(False)  # it may be made while pictures are served, and be needed in training
def _table(colours: tuple[str, ...], device: torch.device) -> Float[Tensor, "k 3"]:
    """Colours such as #14286e in [-1, 1]. They are uploaded to a device once."""
    return torch.tensor([list(bytes.fromhex(colour[1:])) for colour in colours], device=device) / 127.5 - 1


def _nearest(images: Float[Tensor, "n 3 h w"], colours: Iterable[str]) -> Int[Tensor, "n h w"]:
    """The index of the nearest of `colours` for each pixel."""
    # In float32, because colours are near each other; one colour at a time, because all at once take much memory.
    table = _table(tuple(colours), images.device)
    distances = [(images.float() - colour[None, :, None, None]).square().sum(1) for colour in table]
    return torch.stack(distances).argmin(0)
