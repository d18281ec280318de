"""Tests of differentiable augmentation: the effect of each change, and the gradient through it."""

from __future__ import annotations

import pytest
import torch

from gan_zoo.layers import augment


@pytest.mark.parametrize("name", augment.POLICIES)
def test_a_gradient_passes_to_every_picture(name: str) -> None:
    torch.manual_seed(0)
    images = torch.rand(6, 3, 16, 24, requires_grad=True)
    changed = augment.augment(images, (name,))
    assert changed.shape == images.shape and not torch.equal(changed, images)
    changed.square().sum().backward()
    assert (images.grad.abs().sum((1, 2, 3)) > 0).all()


@pytest.mark.parametrize("name", augment.POLICIES)
def test_every_picture_is_changed_in_its_own_way(name: str) -> None:
    torch.manual_seed(0)
    images = torch.rand(1, 3, 32, 32).expand(4, -1, -1, -1)
    changed = augment.augment(images, (name,))
    assert all(not torch.equal(changed[0], other) for other in changed[1:])


def test_an_unsteady_hand_bends_each_picture_in_its_own_way() -> None:
    torch.manual_seed(0)
    images = torch.full((4, 1, 28, 28), -1.0)
    images[:, :, 10:18, 10:18] = 1.0
    bent = augment.elastic(images)
    assert bent.shape == images.shape and bent.min() == -1 and bent.max() <= 1
    assert all(not torch.equal(bent[0], other) for other in bent[1:])
    # The drawing is preserved: about the same amount of it, at about the same place.
    assert (bent + 1).sum((1, 2, 3)).div((images + 1).sum((1, 2, 3))).sub(1).abs().max() < 0.6


def test_nothing_asked_nothing_changed() -> None:
    images = torch.rand(2, 3, 8, 8)
    assert augment.augment(images, ()) is images


def test_translation_moves_by_an_eighth_at_most() -> None:
    torch.manual_seed(0)
    images = torch.zeros(500, 1, 32, 32)
    images[:, :, 16, 16] = 1
    places = augment.translation(images).nonzero()[:, 2:] - 16
    assert len(places) == 500
    assert places.amin(0).tolist() == [-4, -4] and places.amax(0).tolist() == [4, 4]


def test_cutout_takes_a_quarter_at_most() -> None:
    torch.manual_seed(0)
    gone = 1 - augment.cutout(torch.ones(500, 1, 32, 32)).mean((1, 2, 3))
    assert gone.max().item() == pytest.approx(0.25)
    assert gone.min().item() == pytest.approx(0.0625)  # the centre is a corner


def test_colour_keeps_the_shapes() -> None:
    """All pixels of one colour become the same new colour, and a grey picture stays grey."""
    torch.manual_seed(0)
    images = torch.full((8, 3, 16, 16), -0.5)
    images[:, :, :, 8:] = 0.25
    changed = augment.colour(images)
    assert torch.allclose(changed, changed[:, :1].expand_as(changed), atol=1e-6)
    for half in (changed[..., :8], changed[..., 8:]):
        assert half.flatten(1).std(1).max() < 1e-6
    contrast = (changed[:, 0, 0, 8] - changed[:, 0, 0, 0]) / 0.75
    assert (contrast > 0.5).all() and (contrast < 1.5).all()


def test_unknown_names() -> None:
    with pytest.raises(ValueError, match="augment is 'color'; each name must be one of colour, translation, cutout"):
        augment.check(("translation", "color"))
