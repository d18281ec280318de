"""Tests of CycleGAN: the history, the translation back, and pictures of any size."""

from __future__ import annotations

from typing import Literal

import pytest
import torch

from gan_zoo.layers.image_pool import History
from gan_zoo.models.cyclegan import CycleGAN, CycleGANConfig


def test_a_history_keeps_bytes_and_gives_old_pictures_back() -> None:
    torch.manual_seed(0)
    history = History(4, (1, 2, 2))
    shades = torch.linspace(-1, 1, 64)
    returned = [history.exchange(shade.expand(1, 1, 2, 2))[0, 0, 0, 0].item() for shade in shades]
    torch.testing.assert_close(torch.tensor(returned[:4]), shades[:4])  # the filling pool returns the new pictures
    old = sum(abs(a - b) > 0.01 for a, b in zip(returned, shades.tolist(), strict=True))
    assert 15 < old < 45  # about half of the other pictures
    assert history.pictures.dtype == torch.uint8


def test_there_and_back_and_other_sizes() -> None:
    model = CycleGAN(CycleGAN.TINY).eval()
    picture = torch.rand(1, 3, 40, 56) * 2 - 1
    there, back = model.translate(picture), model.translate(picture, back=True)
    assert there.shape == back.shape == picture.shape
    assert not torch.equal(there, back)


@pytest.mark.parametrize("upsample", ["resize", "transposed"])
@pytest.mark.parametrize("blocks", [1, 4])
def test_nothing_beyond_its_reach_matters(blocks: int, upsample: Literal["resize", "transposed"]) -> None:
    config = CycleGANConfig(width=2, blocks=blocks, upsample=upsample, norm="batch", critic_width=4)
    model, side = CycleGAN(config).eval(), 200
    for weight in model.parameters():
        weight.data.fill_(0.1)  # so that no terms cancel out
    picture = torch.zeros(1, 3, side, side, requires_grad=True)
    seen = 0
    for middle in range(side // 2, side // 2 + 4):
        layers = list(model.generator_ab.model)[:-1]  # without tanh, which would saturate
        drawn = torch.nn.Sequential(*[layer for layer in layers if not isinstance(layer, torch.nn.ReLU)])(picture)
        [gradient] = torch.autograd.grad(drawn[0, 0, middle, middle], picture)
        rows = gradient.abs().sum((0, 1, 3)).nonzero()
        seen = max(seen, int(rows.max()) - middle, middle - int(rows.min()))
    assert model.reach - 8 < seen <= model.reach


def test_it_learns_to_come_back() -> None:
    torch.manual_seed(0)
    model = CycleGAN(CycleGANConfig(size=16, width=8, blocks=1, critic_width=4, patch=16, history=4))
    optimizers = model.optimizers(dict.fromkeys(model.LEARNING_RATES, 2e-3))
    batch = {"input": torch.rand(2, 3, 16, 16) * 2 - 1, "image": torch.rand(2, 3, 16, 16) * 2 - 1}
    cycles = [model.training_step(batch, optimizers)["cycle"].item() for _ in range(80)]
    assert cycles[-1] < 0.7 * cycles[0]
