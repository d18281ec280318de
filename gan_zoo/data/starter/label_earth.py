"""The labels of the earth's surface, from the satellite picture and the map of heights: how `earth/labels.png` was made.

    python label_earth.py SATELLITE HEIGHT labels.png

SATELLITE is NASA's Blue Marble, HEIGHT the coloured relief of NOAA's ETOPO1, both of the whole world in plate carrée and of one
size. The pixels of the result are the numbers of the labels in `gan_zoo.data.earth`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from gan_zoo.imaging.decoding import open_picture

SEA, SHALLOW, LOWLAND, FOREST, DESERT, MOUNTAIN, ICE = range(7)


def blurred(values: np.ndarray, sigma: float) -> np.ndarray:
    """Bytes after a Gaussian blur, as integers that can be negative."""
    return np.asarray(Image.fromarray(values.astype(np.uint8)).filter(ImageFilter.GaussianBlur(sigma)), dtype=np.int16)


def main(satellite: str, height: str, out: str) -> None:
    relief = open_picture(Path(height)).convert("RGB")
    red, green, blue = np.moveaxis(blurred(np.asarray(open_picture(Path(satellite)).convert("RGB")), 1.5), 2, 0)
    high_red, high_green, high_blue = np.moveaxis(blurred(np.asarray(relief), 1.0), 2, 0)
    light = (red + green + blue) // 3
    ice = np.minimum(np.minimum(red, green), blue) > 150
    water = (high_blue > high_red + 4) & (high_blue >= high_green) & ~ice  # the map of heights shows water in blue
    # Mountains are where heights are uneven. The coast is uneven on the map, too, so a strip along it doesn't count.
    inland = np.asarray(Image.fromarray(~water).convert("L").filter(ImageFilter.MinFilter(9))) > 0
    shades = np.asarray(relief.convert("L"), dtype=np.int16)
    uneven = np.minimum(255, np.abs(shades - blurred(shades, 4)) * 4) * inland
    mountain = inland & (blurred(uneven, 4) > 90)

    labels = np.full(light.shape, LOWLAND, np.uint8)
    labels[(green >= red - 2) & (light < 78)] = FOREST
    labels[(light > 95) & (red > blue + 25) | (light > 66) & (red > green + 16)] = DESERT
    labels[mountain] = MOUNTAIN
    labels[ice] = ICE
    labels[water] = SEA
    labels[water & (high_red > 150)] = SHALLOW
    # A brush makes areas, not specks.
    Image.fromarray(labels).filter(ImageFilter.ModeFilter(7)).save(out, optimize=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
