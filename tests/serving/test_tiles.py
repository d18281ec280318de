"""Tiles cover a picture once, and its mirror image continues it beyond the border."""

from __future__ import annotations

import pytest
import torch

from gan_zoo.serving import tiles


@pytest.mark.parametrize("size", [(1, 1), (501, 333), (40, 3000), (900, 703)])
@pytest.mark.parametrize("reach", [20, 90])
def test_tiles_cover_every_pixel_once_and_see_as_far_as_they_must(
    size: tuple[int, int], reach: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiles, "PIXELS", 400**2)
    covered = torch.zeros(size)
    for tile in tiles.cut(*size, layer=4, reach=reach):
        covered[slice(*tile.rows), slice(*tile.columns)] += 1
        for (a, b), (seen_a, seen_b), length in (
            (tile.rows, tile.seen_rows, size[0]),
            (tile.columns, tile.seen_columns, size[1]),
        ):
            assert seen_a % 4 == 0 and (seen_b - seen_a) % 4 == 0 and seen_b - seen_a >= 16
            assert seen_a == 0 or seen_a <= a - reach
            assert seen_b >= min(length, b + reach)
        window = tiles.take(torch.zeros(1, *size), tile.seen_rows, tile.seen_columns)
        assert window[0].numel() <= max(400, 6 * reach) ** 2
        assert tile.inner(window).shape[1:] == (tile.rows[1] - tile.rows[0], tile.columns[1] - tile.columns[0])
    assert (covered == 1).all()


def test_wide_networks_get_smaller_tiles() -> None:
    assert len(tiles.cut(1000, 1000, layer=16, reach=20)) == 1
    assert len(tiles.cut(1000, 1000, layer=512, reach=20)) > 1


def test_a_picture_goes_on_mirrored() -> None:
    picture = torch.tensor([[[0.0, 1, 2], [3, 4, 5]]])
    assert tiles.take(picture, (0, 5), (1, 8))[0].tolist() == [
        [1, 2, 1, 0, 1, 2, 1],
        [4, 5, 4, 3, 4, 5, 4],
        [1, 2, 1, 0, 1, 2, 1],
        [4, 5, 4, 3, 4, 5, 4],
        [1, 2, 1, 0, 1, 2, 1],
    ]


@pytest.mark.parametrize("size", [(1200, 900), (700, 5), (300, 4000)])
def test_crops_come_from_all_over_the_picture(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiles, "PIXELS", 16 * tiles.CROP**2)
    place = torch.stack(torch.meshgrid(*(torch.linspace(0, 1, n) for n in size), indexing="ij"))
    found = tiles.crops(place, layer=4)
    assert 8 <= len(found) <= 16 and found.shape[2] % 4 == found.shape[3] % 4 == 0
    middles = found.mean((2, 3))
    torch.testing.assert_close(middles.mean(0), torch.tensor([0.5, 0.5]), rtol=0, atol=0.02)
    assert middles.std(0).max() > 0.2
