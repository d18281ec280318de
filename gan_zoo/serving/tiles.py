"""Tiles of a picture of any size, which a fully convolutional network takes one at a time.

The sides of tiles are multiples of 4, as such networks need them. A picture whose sides are not is continued by its mirror
image.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise, product

import torch
from jaxtyping import Float, Int
from torch import Tensor

# The most pixels that go through a network at once, and the most bytes of the layer nearest the picture. A network holds
# several copies of that layer.
PIXELS, BYTES = 2 << 20, 96 << 20
# The side of the crops that represent a whole picture when statistics are taken. Many small crops represent it better than
# few large ones.
CROP = 64

Span = tuple[int, int]


@dataclass(frozen=True)
class Tile:
    """A part of a picture, and the larger part that a network must see for it; each span is (start, end) in pixels."""

    rows: Span
    columns: Span
    seen_rows: Span
    seen_columns: Span

    def inner(self, drawn: Float[Tensor, "c h w"]) -> Float[Tensor, "c h2 w2"]:
        """The tile itself, cut out of what the network drew for the larger part."""
        top, left = self.rows[0] - self.seen_rows[0], self.columns[0] - self.seen_columns[0]
        height, width = self.rows[1] - self.rows[0], self.columns[1] - self.columns[0]
        return drawn[:, top : top + height, left : left + width]


def cut(height: int, width: int, layer: int, reach: int) -> list[Tile]:
    """The tiles of a picture, row by row; a single one if the picture goes through whole.

    Args:
        layer: bytes for each pixel of the network's layer nearest the picture.
        reach: the number of pixels on each side that an output pixel depends on.
    """
    pixels = min(PIXELS, BYTES // layer)
    reach = _fours(reach)
    # A tile is at least as large as the margins that the network sees around it.
    side = max(math.isqrt(pixels), 4 * reach)
    whole = _fours(height) * _fours(width) <= pixels
    rows, columns = (
        _spans(length, 1 if whole else math.ceil(length / (side - 2 * reach)), reach) for length in (height, width)
    )
    return [Tile(r, c, seen_r, seen_c) for (r, seen_r), (c, seen_c) in product(rows, columns)]


def _fours(length: int) -> int:
    """The next multiple of 4, and at least 16, which the mirrored borders of a network need."""
    return max(16, 4 * math.ceil(length / 4))


def _spans(length: int, n: int, reach: int) -> list[tuple[Span, Span]]:
    """`length` in `n` spans of about the same length, each with the larger span that the network must see for it."""
    cuts = [4 * round(i * length / n / 4) for i in range(n)] + [length]
    return [((a, b), (max(0, a - reach), min(_fours(length), _fours(b) + reach))) for a, b in pairwise(cuts)]


def take(picture: Float[Tensor, "c h w"], rows: Span, columns: Span) -> Float[Tensor, "c h2 w2"]:
    """A window of a picture. Beyond the lower and the right border it shows the mirror image."""
    for dimension, (start, end) in ((1, rows), (2, columns)):
        length = picture.shape[dimension]
        if end <= length:  # a view, without a copy
            picture = picture.narrow(dimension, start, end - start)
        else:
            picture = picture.index_select(dimension, _mirrored((start, end), length))
    return picture


def _mirrored(span: Span, length: int) -> Int[Tensor, "n"]:
    """The indices of the pixels in a span that goes on mirrored beyond `length`; the border pixel is not repeated."""
    period = max(1, 2 * length - 2)
    places = torch.arange(*span) % period
    return torch.minimum(places, period - places).clamp(max=length - 1)


def crops(picture: Float[Tensor, "c h w"], layer: int) -> Float[Tensor, "n c h2 w2"]:
    """Crops from all over a picture, as many as a network can take at once; `layer` as in `cut`."""
    _, height, width = picture.shape
    n = max(1, min(PIXELS, BYTES // layer) // CROP**2)
    down = min(n, max(1, round(math.sqrt(n * height / width))))
    rows, columns = _places(height, down), _places(width, n // down)
    return torch.stack([take(picture, r, c) for r, c in product(rows, columns)])


def _places(length: int, n: int) -> list[Span]:
    """Spans of a crop's side around the middles of `n` equal parts of `length`."""
    side = min(CROP, _fours(length))
    starts = [round((i + 0.5) * length / n - side / 2) for i in range(n)]
    starts = [max(0, min(start, length - side)) for start in starts]
    return [(start, start + side) for start in starts]
