"""How varied a generator's pictures are: cheap measures for every tick, that need no feature network.

All distances are Euclidean, between pictures averaged down to at most 16x16 pixels: there, what pictures show counts for
more than where exactly its edges are.
"""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d

from gan_zoo.data.dataset import Dataset, evenly

Images = Float[Tensor, "n c h w"]
SIDE = 16
# Training pictures that a sample is compared with.
MEMORY = 2_000


class Variety:
    """What one sample grid after another, and samples of fresh latents, are measured beside: real pictures.

    Args:
        data: the training pictures.
        n: pictures of a grid, the same latents every time.
    """

    def __init__(self, data: Dataset, n: int) -> None:
        self.memory = _some_of(data, MEMORY)
        self.novelty = _some(_apart(self.memory).amin(1).mean())
        few = _apart(_some_of(data, n))
        self.spread, self.gap = _some(_mean_distance(few)), _some(few.amin(1).mean())
        self.last: Tensor | None = None

    def measure(self, grid: Images, fresh: Images) -> dict[str, float]:
        """Each a ratio to what real pictures have; `fresh` are as many samples of latents that were never drawn before.

        - `diversity`: the mean distance between two pictures of the grid; 0 where all are the same.
        - `fresh_diversity`: the same among the fresh samples.
        - `closest`: the mean distance to the picture most alike in the grid; falls first where several latents share a
          picture, or a few modes are left.
        - `novelty`: the mean distance of a fresh sample to the training picture most alike; near 0 where the generator
          gives them back.
        - `movement`: how far the grid has moved since the last one, on the scale of `diversity`; not in the first.
        """
        pictures, others = _small(grid), _small(fresh)
        apart = _apart(pictures)
        row = {
            "diversity": _mean_distance(apart) / self.spread,
            "fresh_diversity": _mean_distance(_apart(others)) / self.spread,
            "closest": apart.amin(1).mean() / self.gap,
            "novelty": torch.cdist(others, self.memory).amin(1).mean() / self.novelty,
        }
        if self.last is not None:
            row["movement"] = (pictures - self.last).norm(dim=1).mean() / self.spread
        self.last = pictures
        return {key: round(float(value), 4) for key, value in row.items()}


def _small(images: Images) -> Float[Tensor, "n f"]:
    side = min(SIDE, images.shape[-1])
    return adaptive_avg_pool2d(images.float(), side).flatten(1)


def _some_of(data: Dataset, n: int) -> Float[Tensor, "n f"]:
    """At most `n` of the pictures, from all over the data: they may be sorted by class."""
    return _small(data.batch(evenly(n, len(data)).to(data.images.device))["image"])


def _apart(pictures: Float[Tensor, "n f"]) -> Float[Tensor, "n n"]:
    """The distance between each two pictures, and infinity from each to itself."""
    return torch.cdist(pictures, pictures).fill_diagonal_(torch.inf)


def _mean_distance(apart: Float[Tensor, "n n"]) -> Tensor:
    """The mean over pairs, those of a picture and itself left out."""
    return apart[apart.isfinite()].mean()


def _some(scale: Tensor) -> Tensor:
    """A scale that can be divided by, should all real pictures be the same."""
    return scale.clamp(min=torch.finfo(torch.float32).tiny)
