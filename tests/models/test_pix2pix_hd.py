"""Tests of the special properties of pix2pixHD, in addition to the contract of all translators."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from gan_zoo.models.pix2pix_hd import Pix2PixHD


def test_half_of_a_batch_learns_the_best_guess() -> None:
    torch.manual_seed(0)
    model = Pix2PixHD(Pix2PixHD.TINY)
    seen: list[Tensor] = []

    def record(network: nn.Module, given: tuple[Tensor, Tensor]) -> None:
        seen.append(given[1])

    model.generator.register_forward_pre_hook(record)
    model.training_step(model.example_inputs(4, torch.Generator()), model.optimizers(model.LEARNING_RATES))
    zeros = [bool(latent.eq(0).all()) for latent in seen[0]]
    assert zeros == [True, True, False, False]
