"""Tests of the edge detectors, and of the changes that make lines look drawn by hand."""

from __future__ import annotations

import pytest
import torch

from gan_zoo.imaging import edges


def square(size: int = 64, background: float = 1.0) -> torch.Tensor:
    """A dark red square on a lighter background."""
    picture = torch.full((1, 3, size, size), background)
    picture[:, :, size // 4 : -size // 4, size // 4 : -size // 4] = torch.tensor([0.2, -0.8, -0.8])[:, None, None]
    return picture


def border(size: int = 64, reach: int = 2) -> torch.Tensor:
    """A mask of the pixels where lines of `square` are allowed."""
    place = torch.arange(size)
    near = ((place - size // 4).abs() <= reach) | ((place - (size - size // 4)).abs() <= reach)
    return near[:, None] | near


def test_canny_draws_lines_of_one_pixel_where_the_edges_are() -> None:
    ink = edges.canny(square(), 1.0, 0.1, 0.2)
    assert set(ink.unique().tolist()) == {0.0, 1.0}
    assert not ink[0, 0][~border()].any()
    assert 4 * 28 <= ink.sum() <= 4 * 33, "the length of the outline"
    assert (ink[0, 0, 32] > 0).sum() == 2, "a row crosses it twice, one pixel each"


def test_canny_goes_on_where_the_edge_is_weak_only_from_where_it_is_strong() -> None:
    """A line that fades to a quarter is drawn to its end; a line that is faint everywhere is not drawn."""
    picture = torch.ones(1, 1, 64, 64)
    picture[:, :, 32:] -= torch.linspace(2.0, 0.5, 64)
    assert edges.canny(picture, 1.0, 0.1, 0.5).sum() > 55
    picture = torch.ones(1, 1, 64, 64)
    picture[:, :, 32:] -= 0.5
    assert edges.canny(picture, 1.0, 0.1, 0.5).sum() == 0
    assert edges.canny(picture, 1.0, 0.1, 0.15).sum() > 55


def test_edges_between_colours_of_one_lightness_are_seen() -> None:
    picture = torch.zeros(1, 3, 32, 32)
    picture[:, 0, :, 16:], picture[:, 1, :, 16:] = 0.8, -0.8
    assert edges.canny(picture, 1.0, 0.1, 0.2).sum() >= 28


OTHERS = {
    "sobel": lambda picture: edges.sobel(picture, 1.0, 0.15),
    "difference_of_gaussians": lambda picture: edges.difference_of_gaussians(picture, 1.0),
    "outline": edges.outline,
}


@pytest.mark.parametrize("detector", OTHERS)
def test_the_others_see_the_square_too(detector: str) -> None:
    ink = OTHERS[detector](square())
    assert ink.shape == (1, 1, 64, 64) and ink.min() >= 0 and ink.max() == 1
    assert not ink[0, 0][~border(reach=4)].any() and ink.sum() > 100


def test_a_blank_sheet_has_no_lines() -> None:
    blank = torch.ones(2, 3, 32, 32)
    for ink in (edges.canny(blank, 1.0, 0.05, 0.1), edges.sobel(blank, 1.0, 0.1), edges.outline(blank)):
        assert not ink.any()
    assert not edges.difference_of_gaussians(blank, 1.0).any()


def test_blur_keeps_the_mean_and_flat_pictures() -> None:
    picture = torch.zeros(1, 1, 33, 21)
    picture[:, :, 16, 10] = 1
    blurred = edges.blur(picture, 2.0)
    assert blurred.sum() == pytest.approx(1, abs=1e-4) and blurred[0, 0, 16, 10] == pytest.approx(
        1 / (2 * torch.pi * 4), rel=0.05
    )
    assert torch.allclose(edges.blur(torch.full((1, 2, 9, 9), 0.7), 3.0), torch.tensor(0.7))


def test_the_pen_has_its_width() -> None:
    ink = torch.zeros(3, 1, 32, 32)
    ink[:, :, 16] = 1
    drawn = edges.draw(ink, torch.tensor([1.0, 3.0, 5.0]))
    assert drawn[:, 0, :, 16].sum(1).tolist() == pytest.approx([1, 3, 5], abs=0.6)
    assert drawn.max() <= 1


def test_wobbling_bends_lines_by_a_few_pixels() -> None:
    torch.manual_seed(0)
    ink = torch.zeros(8, 1, 64, 64)
    ink[:, :, 31:33] = 1
    assert torch.allclose(edges.wobble(ink, torch.zeros(8)), ink, atol=1e-4)
    bent = edges.wobble(ink, torch.full((8,), 2.0))
    rows = (bent[:, 0] * torch.arange(64.0)[:, None]).sum(1) / bent[:, 0].sum(1)
    assert 0.3 < rows.std() < 2.5 and (rows - 31.5).abs().max() < 8
    assert bent.sum() == pytest.approx(float(ink.sum()), rel=0.2)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.3])
def test_breaks_wipe_out_a_share(share: float) -> None:
    torch.manual_seed(0)
    whole = torch.ones(64, 1, 64, 64)
    assert 1 - edges.breaks(whole, torch.full((64,), share)).mean() == pytest.approx(share, abs=0.05)
