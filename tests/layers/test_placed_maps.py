"""The learnt maps of words: which ones are drawn, and where."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from gan_zoo.layers.placed_maps import RATE, PlacedMaps


def dots(placement: Sequence[float] = (0, 0, 1, 0, 0, 0)) -> PlacedMaps:
    """Maps of 8x8 pixels: the words of one attribute have a dot at (2, 2) or (5, 5), the other attribute has nothing.

    The free number is added to the six numbers of the transformation as often as `placement` says.
    """
    layer = PlacedMaps(1, (2, 3), maps=1, side=8)
    with torch.no_grad():
        for maps in layer.maps:
            maps.zero_()
        layer.maps[0][0, 0, 2, 2] = layer.maps[0][1, 0, 5, 5] = 1 / RATE
        layer.placement.copy_(torch.tensor(placement)[:, None])
    return layer


def lit(maps: Tensor) -> list[list[int]]:
    return maps.nonzero().tolist()


def test_a_word_brings_its_own_maps() -> None:
    maps = dots()(torch.tensor([[0.0, 1, 0, 1, 0, 0], [0.0, 0, 1, 0, 0, 1]]))
    assert maps.shape == (2, 2, 8, 8)
    assert lit(maps) == [[0, 0, 2, 2], [1, 0, 5, 5]]


def test_shares_of_words_mix_their_maps() -> None:
    maps = dots()(torch.tensor([[0.0, 0.25, 0.75, 1, 0, 0]]))
    torch.testing.assert_close(maps[0, 0, [2, 5], [2, 5]], torch.tensor([0.25, 0.75]))


def test_the_free_numbers_move_all_maps() -> None:
    both = torch.tensor([[0.5, 1, 0, 1, 0, 0], [-0.5, 1, 0, 1, 0, 0]])
    assert lit(dots((0, 0, 1, 0, 0, 0))(both)) == [[0, 0, 2, 0], [1, 0, 2, 4]]
    assert lit(dots((0, 0, 0, 0, 0, 1))(both)) == [[0, 0, 0, 2], [1, 0, 4, 2]]


def test_the_free_numbers_turn_all_maps() -> None:
    dot = torch.tensor([[1.0, 1, 0, 1, 0, 0]])
    assert dots((-1, -1, 0, 1, -1, 0))(dot).round(decimals=3).nonzero().tolist() == [[0, 0, 5, 2]]
    assert dots((-1, 1, 0, -1, -1, 0))(dot).round(decimals=3).nonzero().tolist() == [[0, 0, 2, 5]]


def test_half_precision_places_as_exactly() -> None:
    layer, w = dots(), torch.tensor([[0.37, 1, 0, 1, 0, 0]])
    with torch.autocast("cpu", torch.bfloat16):
        half = layer(w)
    torch.testing.assert_close(half.float(), layer(w), rtol=0, atol=0.02)
