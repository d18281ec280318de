"""Tests of masks and of the fills that need no learning."""

from __future__ import annotations

import math

import pytest
import torch

from gan_zoo.data.pairings import pairing
from gan_zoo.data.pairs import PairedDataset, load_pairs
from gan_zoo.imaging.images import to_uint8
from gan_zoo.imaging.masks import brushed, diffusion, free_form, mask_of, mean_colour, paint, painted, psnr, punch


def random_pictures(n: int, size: int = 32) -> torch.Tensor:
    return torch.rand(n, 3, size, size, generator=torch.Generator().manual_seed(0)) * 2 - 1


def test_free_form_masks_are_holes_of_many_sizes() -> None:
    masks = free_form(40, 64, torch.Generator().manual_seed(0))
    assert masks.shape == (40, 1, 64, 64) and set(masks.unique().tolist()) == {0.0, 1.0}
    shares = masks.mean((1, 2, 3))
    assert shares.min() > 0.005 and shares.max() < 0.7 and shares.std() > 0.03
    assert torch.equal(masks, free_form(40, 64, torch.Generator().manual_seed(0)))
    torch.manual_seed(1)
    one = free_form(2, 32)
    assert not torch.equal(one, free_form(2, 32)), "without a generator torch's own is used"


def test_masks_that_a_gpu_brushes_are_like_those_of_the_cpu() -> None:
    torch.manual_seed(0)
    ours, theirs = brushed(400, 64, torch.device("cpu")), free_form(400, 64)
    assert ours.shape == theirs.shape and set(ours.unique().tolist()) == {0.0, 1.0}
    for measure in (torch.mean, torch.std):
        one, two = (measure(masks.mean((1, 2, 3))).item() for masks in (ours, theirs))
        assert one == pytest.approx(two, rel=0.15)
    rims = [(masks[..., 1:] != masks[..., :-1]).float().sum((1, 2, 3)).mean().item() for masks in (ours, theirs)]
    assert rims[0] == pytest.approx(rims[1], rel=0.1), "strokes of the same number, length and width"


def test_a_punched_picture_tells_where_the_hole_is() -> None:
    pictures, masks = random_pictures(3), free_form(3, 32, torch.Generator().manual_seed(2))
    punched = punch(pictures, masks)
    assert torch.equal(mask_of(punched), masks)
    assert (punched[:, :3] * masks == 0).all()
    assert torch.equal(punched[:, :3] * (1 - masks), pictures * (1 - masks))


@pytest.mark.parametrize("fill", [mean_colour, diffusion])
def test_classical_fills_leave_the_rest_alone(fill: object) -> None:
    assert callable(fill)
    pictures, masks = random_pictures(2, 40), free_form(2, 40, torch.Generator().manual_seed(2))
    filled = fill(punch(pictures, masks))
    assert torch.equal(filled * (1 - masks), pictures * (1 - masks))
    assert filled.abs().max() <= 1
    flat = torch.full((1, 3, 40, 40), 0.25)
    torch.testing.assert_close(fill(punch(flat, masks[:1])), flat)


def test_everything_gone_is_grey() -> None:
    gone = punch(random_pictures(1, 16), torch.ones(1, 1, 16, 16))
    assert (mean_colour(gone) == 0).all()
    assert diffusion(gone).abs().max() == 0


def test_diffusion_goes_on_with_a_gradient() -> None:
    ramp = torch.linspace(-1, 1, 64).expand(1, 3, 64, 64)
    mask = torch.zeros(1, 1, 64, 64)
    mask[:, :, 20:44, 20:44] = 1
    punched = punch(ramp, mask)
    assert (diffusion(punched) - ramp).abs().max() < 0.05
    assert psnr(diffusion(punched), ramp, mask) > psnr(mean_colour(punched), ramp, mask) + 10


def test_psnr_looks_into_the_hole_alone() -> None:
    picture, mask = torch.zeros(1, 3, 8, 8), torch.zeros(1, 1, 8, 8)
    mask[:, :, :4] = 1
    other = picture.clone()
    other[:, :, 4:] = 1
    assert psnr(other, picture, mask) == math.inf
    other[:, :, :4] = 0.2
    difference = (to_uint8(torch.tensor([0.2])).item() - to_uint8(torch.tensor([0.0])).item()) / 255
    assert psnr(other, picture, mask) == pytest.approx(-20 * math.log10(difference))


def test_painting_a_hole_green_and_back() -> None:
    pictures, masks = random_pictures(2), free_form(2, 32, torch.Generator().manual_seed(3))
    assert torch.equal(painted(paint(pictures, masks)), masks)
    how = pairing("holes")
    given = how.from_drawing(how.from_picture(pictures))
    assert given.shape == (2, 4, 32, 32) and mask_of(given).mean() > 0.005


def test_pairs_have_a_fixed_hole_for_the_measure_and_new_ones_for_training() -> None:
    data = load_pairs("faces", "holes", "test", 32)
    assert isinstance(data, PairedDataset) and data.input_channels == 4
    plain, again = (data.batch(slice(0, 6))["input"] for _ in range(2))
    assert torch.equal(plain, again)
    masks = mask_of(plain)
    assert len({tuple(mask.flatten().tolist()) for mask in masks}) == 6
    batch = data.batch(slice(0, 6))
    torch.testing.assert_close(batch["input"][:, :3], batch["image"] * (1 - masks), atol=0.01, rtol=0)
    torch.manual_seed(0)
    first, second = (data.batch(slice(0, 6), vary=True)["input"] for _ in range(2))
    assert not torch.equal(mask_of(first), mask_of(second))
    hidden = torch.stack([image[mask.expand_as(image) > 0].std() for image, mask in zip(batch["image"], masks, strict=True)])
    assert (hidden > 0.1).all(), "a hole in a white area would measure nothing"
