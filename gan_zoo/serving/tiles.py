"""How a picture of any size is cut into tiles that a fully convolutional network takes one at a time.

Sides of tiles are multiples of 4, as such networks want them; where the picture's are not, it goes on mirrored.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise, product

import torch
from jaxtyping import Float, Int
from torch import Tensor

# The most pixels that go through a network at once, and the most bytes that its layer nearest the picture may take, which
# is there a few times over.
PIXELS, BYTES = 2 << 20, 96 << 20
# The side of the crops that stand for a whole picture when statistics are taken. Many small ones tell more of a picture
# than few large ones.
CROP = 64

Span = tuple[int, int]


@dataclass(frozen=True)
class Tile:
    """A part of a picture, and what a network has to see for it; rows and columns, each from and to."""

    rows: Span
    columns: Span
    seen_rows: Span
    seen_columns: Span

    def inner(self, drawn: Float[Tensor, "c h w"]) -> Float[Tensor, "c h2 w2"]:
        """The part itself in what the network made of all that it saw."""
        top, left = self.rows[0] - self.seen_rows[0], self.columns[0] - self.seen_columns[0]
        height, width = self.rows[1] - self.rows[0], self.columns[1] - self.columns[0]
        return drawn[:, top : top + height, left : left + width]


def cut(height: int, width: int, layer: int, reach: int) -> list[Tile]:
    """The tiles of a picture, row by row; one where it goes through whole.

    Args:
        layer: bytes for each pixel of the layer of the network that is nearest the picture.
        reach: pixels that the network looks at to each side of one.
    """
    pixels = min(PIXELS, BYTES // layer)
    reach = _fours(reach)
    # A tile is at least as large as what it sees beside itself.
    side = max(math.isqrt(pixels), 4 * reach)
    whole = _fours(height) * _fours(width) <= pixels
    rows, columns = (
        _spans(length, 1 if whole else math.ceil(length / (side - 2 * reach)), reach) for length in (height, width)
    )
    return [Tile(r, c, seen_r, seen_c) for (r, seen_r), (c, seen_c) in product(rows, columns)]


def _fours(length: int) -> int:
    """The next multiple of 4; the mirrored borders of a network need 16."""
    return max(16, 4 * math.ceil(length / 4))


def _spans(length: int, n: int, reach: int) -> list[tuple[Span, Span]]:
    """`length` in `n` spans of about the same length, each with what has to be seen for it."""
    cuts = [4 * round(i * length / n / 4) for i in range(n)] + [length]
    return [((a, b), (max(0, a - reach), min(_fours(length), _fours(b) + reach))) for a, b in pairwise(cuts)]


def take(picture: Float[Tensor, "c h w"], rows: Span, columns: Span) -> Float[Tensor, "c h2 w2"]:
    """A window of a picture, which goes on mirrored beyond its lower and its right border."""
    for dimension, (start, end) in ((1, rows), (2, columns)):
        length = picture.shape[dimension]
        if end <= length:  # nothing is copied
            picture = picture.narrow(dimension, start, end - start)
        else:
            picture = picture.index_select(dimension, _mirrored((start, end), length))
    return picture


def _mirrored(span: Span, length: int) -> Int[Tensor, "n"]:
    """The rows of a picture that stand in a span; the border's is not repeated."""
    period = max(1, 2 * length - 2)
    places = torch.arange(*span) % period
    return torch.minimum(places, period - places).clamp(max=length - 1)


def crops(picture: Float[Tensor, "c h w"], layer: int) -> Float[Tensor, "n c h2 w2"]:
    """Crops from all over a picture, as many as may go through a network at once; `layer` as in `cut`."""
    _, height, width = picture.shape
    n = max(1, min(PIXELS, BYTES // layer) // CROP**2)
    down = min(n, max(1, round(math.sqrt(n * height / width))))
    rows, columns = _places(height, down), _places(width, n // down)
    return torch.stack([take(picture, r, c) for r, c in product(rows, columns)])


def _places(length: int, n: int) -> list[Span]:
    """The middles of `n` equal parts of `length`."""
    side = min(CROP, _fours(length))
    starts = [round((i + 0.5) * length / n - side / 2) for i in range(n)]
    starts = [max(0, min(start, length - side)) for start in starts]
    return [(start, start + side) for start in starts]
