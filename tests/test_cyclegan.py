"""What is CycleGAN's own: the history, the way back, and pictures of any size."""

from __future__ import annotations

import torch

from gan_zoo.models.cyclegan import CycleGAN, CycleGANConfig, History


def test_a_history_keeps_bytes_and_gives_old_pictures_back() -> None:
    torch.manual_seed(0)
    history = History(4, (1, 2, 2))
    shades = torch.linspace(-1, 1, 64)
    returned = [history.exchange(shade.expand(1, 1, 2, 2))[0, 0, 0, 0].item() for shade in shades]
    torch.testing.assert_close(torch.tensor(returned[:4]), shades[:4])  # while it fills, what comes goes
    old = sum(abs(a - b) > 0.01 for a, b in zip(returned, shades.tolist(), strict=True))
    assert 15 < old < 45  # about half of the rest
    assert history.pictures.dtype == torch.uint8


def test_there_and_back_and_other_sizes() -> None:
    model = CycleGAN(CycleGAN.TINY).eval()
    picture = torch.rand(1, 3, 40, 56) * 2 - 1
    there, back = model.translate(picture), model.translate(picture, back=True)
    assert there.shape == back.shape == picture.shape
    assert not torch.equal(there, back)


def test_it_learns_to_come_back() -> None:
    torch.manual_seed(0)
    model = CycleGAN(CycleGANConfig(size=16, width=8, blocks=1, critic_width=4, patch=16, history=4))
    optimizers = model.optimizers(dict.fromkeys(model.LEARNING_RATES, 2e-3))
    batch = {"input": torch.rand(2, 3, 16, 16) * 2 - 1, "image": torch.rand(2, 3, 16, 16) * 2 - 1}
    cycles = [model.training_step(batch, optimizers)["cycle"].item() for _ in range(80)]
    assert cycles[-1] < 0.7 * cycles[0]
