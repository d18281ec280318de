"""Synthetic digits: glyphs of fonts, tilted, stretched, shifted and made thinner or bolder; their classes are known."""

from __future__ import annotations

from dataclasses import replace

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample, max_pool2d

from gan_zoo.data.catalogue import Split
from gan_zoo.data.dataset import Dataset
from gan_zoo.data.reading import load_data
from gan_zoo.imaging.images import to_float, to_uint8

Glyphs = Float[Tensor, "n 1 h w"]
# The number of pictures of each glyph.
COPIES = 12
# The largest turn (radians), slant and shift (half pictures) of a glyph, and its smallest and largest scale.
TURN, SLANT, SHIFT = 0.15, 0.3, 0.08
SMALLEST, LARGEST = 0.8, 1.1


def draw(glyphs: Glyphs, generator: torch.Generator) -> Glyphs:
    """Each glyph, white on black, with random turn, slant, stretch, shift and weight, drawn from `generator`."""
    n = len(glyphs)

    def between(least: float, most: float) -> Float[Tensor, "n"]:
        return least + (most - least) * torch.rand(n, generator=generator)

    turn, slant = between(-TURN, TURN), between(-SLANT, SLANT)
    width, height = between(SMALLEST, LARGEST), between(SMALLEST, LARGEST)
    x, y = between(-SHIFT, SHIFT), between(-SHIFT, SHIFT)
    cos, sin = turn.cos(), turn.sin()
    # The matrix maps a place in the picture to one in the glyph: it undoes the turn, then the slant and the scale.
    rows = [(cos + slant * sin) / width, (sin - slant * cos) / width, x, -sin / height, cos / height, y]
    grid = affine_grid(torch.stack(rows, 1).view(n, 2, 3), list(glyphs.shape), align_corners=False)
    drawn = grid_sample(glyphs + 1, grid, align_corners=False) - 1
    weight = between(-0.2, 0.4)[:, None, None, None]
    bold, thin = max_pool2d(drawn, 3, 1, 1), -max_pool2d(-drawn, 3, 1, 1)
    return torch.where(weight > 0, drawn.lerp(bold, weight.clamp(min=0)), drawn.lerp(thin, (-weight).clamp(min=0)))


def synthetic(split: Split = "train", copies: int = COPIES, seed: int = 0) -> Dataset:
    """A data set with every glyph of a split of `fontdigits` drawn `copies` times, with labels and the column `font`.

    The two splits have no font in common.
    """
    data = load_data("fontdigits", split)
    assert data.labels is not None
    drawn = draw(to_float(data.images.repeat(copies, 1, 1, 1)), torch.Generator().manual_seed(seed))
    columns = {name: values * copies for name, values in data.columns.items()}
    return replace(data, images=to_uint8(drawn), labels=data.labels.repeat(copies), columns=columns)
