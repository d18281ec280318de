"""Tests of the conversion between sRGB and Lab."""

from __future__ import annotations

import pytest
import torch

from gan_zoo.imaging.colour import CHROMA, LIGHTNESS, lab_to_rgb, rgb_to_lab

# L, a, b of the corners of the sRGB cube under D65, from CIE 15.
KNOWN = {
    (1, 1, 1): (100.0, 0.0, 0.0),
    (0, 0, 0): (0.0, 0.0, 0.0),
    (1, 0, 0): (53.24, 80.09, 67.20),
    (0, 1, 0): (87.73, -86.18, 83.18),
    (0, 0, 1): (32.30, 79.19, -107.86),
}


@pytest.mark.parametrize(("rgb", "lab"), KNOWN.items(), ids=str)
def test_known_colours(rgb: tuple[int, ...], lab: tuple[float, ...]) -> None:
    picture = torch.tensor(rgb).float().mul(2).sub(1).view(1, 3, 1, 1)
    lightness, a, b = rgb_to_lab(picture).flatten().tolist()
    assert ((lightness + 1) * LIGHTNESS, a * CHROMA, b * CHROMA) == pytest.approx(lab, abs=0.03)


def test_there_and_back() -> None:
    picture = torch.rand(2, 3, 16, 16, generator=torch.Generator().manual_seed(0)) * 2 - 1
    assert rgb_to_lab(picture).abs().max() <= 1
    torch.testing.assert_close(lab_to_rgb(rgb_to_lab(picture)), picture, atol=1e-4, rtol=0)


def test_colours_that_srgb_has_not_are_clamped() -> None:
    lab = torch.tensor([-0.8, -1.0, 1.0]).view(1, 3, 1, 1).requires_grad_()
    picture = lab_to_rgb(lab)
    assert picture.abs().max() <= 1
    picture.sum().backward()
    assert lab.grad is not None and lab.grad.isfinite().all()


def test_autocast_leaves_it_alone() -> None:
    """The conversion stays in float32 under autocast: half precision would show as bands in skies."""
    picture = torch.rand(1, 3, 8, 8) * 2 - 1
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(rgb_to_lab(picture), rgb_to_lab(picture.clone())) and rgb_to_lab(picture).dtype == torch.float32
        cast = lab_to_rgb(rgb_to_lab(picture))
    torch.testing.assert_close(cast, picture, atol=1e-4, rtol=0)
