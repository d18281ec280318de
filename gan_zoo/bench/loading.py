"""The speed of loading many pictures: decoded in threads or in processes, and read again from the cache."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from unittest import mock

import numpy as np
from PIL import Image

from gan_zoo.bench.measure import Figure, Report, alternate, ratio, seconds
from gan_zoo.data.dataset import Square
from gan_zoo.data.reading import open_encoded
from gan_zoo.data.squares import squares


def load(count: int = 2_000, size: int = 64, rounds: int = 3) -> Report:
    """Measure loading `count` JPEGs as large as those of CelebA as squares of `size` pixels.

    The files are in the memory of the system, as after a first reading, and the start of the processes counts.
    """
    cores = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as folder, mock.patch.dict(os.environ, GAN_ZOO_CACHE=f"{folder}/cache"):
        place = Path(folder, "pictures")
        place.mkdir()
        noise = np.random.default_rng(0)
        for i in range(count):
            coarse = Image.fromarray(noise.integers(0, 256, (27, 22, 3), dtype=np.uint8))
            coarse.resize((178, 218), Image.Resampling.BICUBIC).save(place / f"{i}.jpg", quality=90)
        rows, work = open_encoded(str(place)), Square(size, 3)
        taken = alternate(
            {
                "threads": lambda: seconds(lambda: rows.decoded(work, 2 * size)),
                "processes": lambda: seconds(lambda: rows.decoded(work, 2 * size, cores)),
                "cache": lambda: seconds(lambda: squares(rows, size, 3, many=1)),
            },
            rounds,
        )
    return Report(
        f"load: {count} JPEGs of 178x218 as {size}x{size}, {cores} cores",
        [
            *(Figure(f"pictures from {way}", count / min(values), "a second") for way, values in taken.items()),
            Figure(f"{cores} processes, with their start, against threads", ratio(taken["threads"], taken["processes"]), "x"),
            Figure("the cache against threads", ratio(taken["threads"], taken["cache"]), "x", 10, at_least=True),
        ],
    )
