"""Tests of rectangles and palettes."""

from __future__ import annotations

import torch

from gan_zoo.imaging.rectangles import palette, rectangles


def test_rectangles_are_flat_and_as_many_as_asked_for() -> None:
    image = torch.randint(256, (3, 48, 64), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    for reduced, count in zip(rectangles(image, (1, 5, 20)), (1, 5, 20), strict=True):
        assert len(reduced.flatten(1).T.unique(dim=0)) == count
    assert torch.allclose(rectangles(image, (1,))[0, :, 0, 0].double(), image.double().mean((1, 2)), atol=0.5)


def test_rectangles_cut_where_the_picture_does() -> None:
    image = torch.zeros(3, 32, 32, dtype=torch.uint8)
    image[0, :, 20:] = 255
    image[1, 12:] = 200
    assert torch.equal(rectangles(image, (4,))[0], image)
    assert torch.equal(rectangles(image, (100,))[0], image), "a flat picture is not cut"


def test_palette() -> None:
    images = torch.zeros(4, 3, 16, 16, dtype=torch.uint8)
    images[:3, 0] = 255
    assert palette(images, 2) == ["#ff0000", "#000000"]
