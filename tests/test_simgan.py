"""What is SimGAN's own: the self-regularisation, and the options that it refuses."""

from __future__ import annotations

import dataclasses

import pytest
import torch
from torch.nn.functional import avg_pool2d

from gan_zoo import UserError, create_model
from gan_zoo.models.simgan import SimGAN


def test_a_strong_self_regularisation_keeps_the_picture() -> None:
    torch.manual_seed(0)
    model = SimGAN(dataclasses.replace(SimGAN.TINY, width=8, self_regularization=100.0, coarse=1))
    optimizers = model.optimizers({"refiner": 5e-3, "discriminator": 1e-4})
    batch = model.example_inputs(8, torch.Generator().manual_seed(0))
    batch["input"] = avg_pool2d(batch["input"], 5, 1, 2)
    kept = [model.training_step(batch, optimizers)["self_regularization"].item() for _ in range(60)]
    assert kept[-1] < 0.5 * kept[0]


def test_the_history_fills_and_belongs_to_the_checkpoint() -> None:
    torch.manual_seed(0)
    model = SimGAN(SimGAN.TINY)
    model.training_step(model.example_inputs(3, torch.Generator()), model.optimizers(model.LEARNING_RATES))
    assert model.state_dict()["history.filled"] == 3


@pytest.mark.parametrize("options", [{"input_channels": 3}, {"coarse": 3, "size": 28}, {"coarse": 0}, {"loss": "mse"}])
def test_options_that_make_no_sense(options: dict[str, object]) -> None:
    with pytest.raises(UserError):
        create_model("simgan", **options)
