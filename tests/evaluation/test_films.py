"""The temporal noise of a translator that draws a clip frame by frame."""

from __future__ import annotations

import pytest
import torch
from jaxtyping import Float
from torch import Tensor

from gan_zoo.evaluation.films import pan_noise

Images = Float[Tensor, "n c h w"]
PICTURE = torch.rand(3, 16, 28, generator=torch.Generator().manual_seed(0)) * 2 - 1


def test_what_treats_all_places_alike_has_no_noise() -> None:
    assert pan_noise(lambda images: -images, PICTURE) == (0.0, 0.0)


def test_frames_of_changing_brightness_flicker_in_colour() -> None:
    frames = iter(range(100))

    def flickering(images: Images) -> Images:
        return images + 0.2 * (next(frames) % 2)

    noise, colour = pan_noise(flickering, PICTURE)
    assert noise == pytest.approx(0.1, abs=1e-4) and colour == pytest.approx(0.1, abs=1e-4)


def test_noise_that_keeps_the_mean_is_no_flicker_of_colour() -> None:
    generator = torch.Generator().manual_seed(1)

    def noisy(images: Images) -> Images:
        return images + 0.4 * (torch.rand(images.shape, generator=generator) - 0.5)

    noise, colour = pan_noise(noisy, PICTURE)
    assert 0.05 < noise < 0.09 and colour < 0.02


def test_a_grid_that_stays_on_the_screen_is_noise() -> None:
    grid = 0.2 * (torch.arange(16) % 4 == 0)
    assert pan_noise(lambda images: images + grid, PICTURE)[0] > 0.03
    assert pan_noise(lambda images: images + grid, PICTURE, step=4)[0] == pytest.approx(0.0, abs=1e-6)
