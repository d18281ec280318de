"""Crops of the earth's surface: painted labels and the satellite picture of the same place, cut out at random.

Each crop lies anywhere, in any direction, and may be mirrored. The Americas between 100 and 80 degrees west are kept for
testing, and no training crop comes near them.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator

import torch
from jaxtyping import Float, Int
from PIL import Image
from torch import Tensor

from gan_zoo.data.catalogue import STARTER_FOLDER, Split
from gan_zoo.imaging.decoding import open_picture

# The names of the labels and the colours of their brushes.
LABELS: dict[str, str] = {
    "sea": "#14286e", "shallow water": "#4696d2", "lowland": "#96be5a", "forest": "#1e5a28", "desert": "#e1be78",
    "mountain": "#826450", "ice": "#f5faff",
}  # fmt: skip
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


def crops(split: Split) -> Iterator[tuple[Image.Image, Image.Image]]:
    """Pairs of labels, in the colours of the brushes, and satellite picture, both squares of `SIDE`; the same at every call."""
    labels, satellite = world()
    flat = [value for colour in LABELS.values() for value in bytes.fromhex(colour[1:])]
    generator = torch.Generator().manual_seed(0 if split == "train" else 1)
    found = 0
    while found < CROPS[split]:
        u = torch.rand(5, generator=generator).tolist()
        longitude, latitude = _centre(split, u[0]), SOUTH + (NORTH - SOUTH) * u[1]
        place = longitude, latitude, SIDE * (0.7 + 0.7 * u[2]), 360 * u[3], u[4] < 0.5
        painted = _crop(labels, *place, Image.Resampling.NEAREST)
        if painted.histogram()[0] > (1 - LEAST_LAND) * SIDE**2:
            continue
        found += 1
        painted.putpalette(flat)
        yield painted.convert("RGB"), _crop(satellite, *place, Image.Resampling.BICUBIC)


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


def one_hot(painted: Float[Tensor, "n 3 h w"]) -> Float[Tensor, "n labels h w"]:
    """The labels of pictures in [-1, 1] painted with the brushes: 1 in the channel of the nearest brush, -1 in the others."""
    brushes = torch.tensor([list(bytes.fromhex(colour[1:])) for colour in LABELS.values()], device=painted.device)
    distance = (painted[:, None] - (brushes / 127.5 - 1)[None, :, :, None, None]).square().sum(2)  # n labels h w
    nearest: Int[Tensor, "n h w"] = distance.argmin(1)
    return torch.nn.functional.one_hot(nearest, len(LABELS)).movedim(3, 1).float() * 2 - 1
