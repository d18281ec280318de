"""Cheap measures of the diversity of a generator's pictures. They need no feature network, so every tick can have them.

All distances are Euclidean, between pictures downsampled to at most 16x16 pixels by averaging. At this size the content of
a picture counts more than the exact position of its edges.
"""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d

from gan_zoo.data.dataset import Dataset, evenly

Images = Float[Tensor, "n c h w"]
SIDE = 16
# The number of training pictures that samples are compared with.
REFERENCES = 2_000


class DiversityMetrics:
    """Measures the sample grids of a run, and samples of fresh latents, relative to real pictures.

    Args:
        data: the training pictures.
        n: number of pictures in a grid; a grid has the same latents every time.
    """

    def __init__(self, data: Dataset, n: int) -> None:
        self.references = _subset(data, REFERENCES)
        self.novelty = _nonzero(_distances(self.references).amin(1).mean())
        few = _distances(_subset(data, n))
        self.spread, self.nearest = _nonzero(_mean_distance(few)), _nonzero(few.amin(1).mean())
        self.last: Tensor | None = None

    def measure(self, grid: Images, fresh: Images) -> dict[str, float]:
        """Return measures, each divided by its value for real pictures.

        `fresh` are samples of latents that no other call uses, as many as `grid` has pictures.

        - `diversity`: the mean distance between two pictures of the grid; 0 if all are the same.
        - `fresh_diversity`: the same for the fresh samples.
        - `closest`: the mean distance of a picture to its nearest neighbour in the grid. It falls first if several latents
          give the same picture, or if only a few modes are left.
        - `novelty`: the mean distance of a fresh sample to the nearest training picture; near 0 if the generator reproduces
          training pictures.
        - `movement`: the mean distance of a picture to the same picture of the last grid, on the scale of `diversity`. The
          first call doesn't return it.
        """
        pictures, others = _downsampled(grid), _downsampled(fresh)
        distances = _distances(pictures)
        row = {
            "diversity": _mean_distance(distances) / self.spread,
            "fresh_diversity": _mean_distance(_distances(others)) / self.spread,
            "closest": distances.amin(1).mean() / self.nearest,
            "novelty": torch.cdist(others, self.references).amin(1).mean() / self.novelty,
        }
        if self.last is not None:
            row["movement"] = (pictures - self.last).norm(dim=1).mean() / self.spread
        self.last = pictures
        return {key: round(float(value), 4) for key, value in row.items()}


def _downsampled(images: Images) -> Float[Tensor, "n f"]:
    side = min(SIDE, images.shape[-1])
    return adaptive_avg_pool2d(images.float(), side).flatten(1)


def _subset(data: Dataset, n: int) -> Float[Tensor, "n f"]:
    """Return at most `n` pictures, evenly spread over the data, because the data may be sorted by class."""
    return _downsampled(data.batch(evenly(n, len(data)).to(data.images.device))["image"])


def _distances(pictures: Float[Tensor, "n f"]) -> Float[Tensor, "n n"]:
    """Return the distance between each two pictures; infinity on the diagonal."""
    return torch.cdist(pictures, pictures).fill_diagonal_(torch.inf)


def _mean_distance(distances: Float[Tensor, "n n"]) -> Tensor:
    """Return the mean distance over all pairs of different pictures."""
    return distances[distances.isfinite()].mean()


def _nonzero(scale: Tensor) -> Tensor:
    """Return `scale` as a safe divisor: it is 0 if all real pictures are the same."""
    return scale.clamp(min=torch.finfo(torch.float32).tiny)
