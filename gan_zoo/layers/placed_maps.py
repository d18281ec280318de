"""Learnt feature maps of words, shifted and turned by a latent.

They are the constant input of StyleGAN (Karras et al. 2019, section 2), one for each word, with the learnt transformation of
the input of StyleGAN3 (Karras et al. 2021, section 3.2).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import grid_sample

# The maps are stored this much smaller, so they learn faster than other weights: few pictures show any one word.
RATE = 10.0


class PlacedMaps(nn.Module):
    """Adds up the maps of the words of each attribute, and moves them all by one affine transformation.

    Args:
        free: the first numbers of a point, which determine the transformation.
        attributes: the number of words of each attribute; their shares are the other numbers of a point.
        maps: feature maps of each word.
        side: height and width of the maps.
    """

    def __init__(self, free: int, attributes: Sequence[int], maps: int, side: int) -> None:
        super().__init__()
        self.shares, self.side = [free, *attributes], side
        self.maps = nn.ParameterList(nn.Parameter(torch.randn(count, maps, side, side) * (0.1 / RATE)) for count in attributes)
        self.placement = nn.Parameter(torch.randn(6, free) * (0.01 / math.sqrt(free)))

    def forward(self, w: Float[Tensor, "n w"]) -> Float[Tensor, "n c side side"]:
        free, *words = w.split(self.shares, 1)
        found = torch.cat(
            [torch.einsum("nk,kchw->nchw", shares, maps) for shares, maps in zip(words, self.maps, strict=True)], 1
        )
        # Half precision cannot tell neighbouring pixels apart, and automatic precision leaves products with `*` as they are.
        moves = (free.float()[:, None] * self.placement.float()).sum(2)
        a, b, x, c, d, y = moves[:, :, None, None].unbind(1)
        across = (torch.arange(self.side, device=w.device) * 2 + 1) / self.side - 1
        down = across[:, None]
        grid = torch.stack([across + a * across + b * down + x, down + c * across + d * down + y], 3)
        return grid_sample(RATE * found.float(), grid, padding_mode="border", align_corners=False).to(found.dtype)
