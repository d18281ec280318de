"""Tests of SimGAN: the self-regularisation, the reader, the history, and the refused options."""

from __future__ import annotations

import dataclasses

import pytest
import torch
from torch.nn.functional import avg_pool2d

from gan_zoo import UserError, create_model
from gan_zoo.data.pairs import UnpairedDataset, load_pairs
from gan_zoo.models.simgan import SimGAN


def test_a_strong_self_regularisation_keeps_the_picture() -> None:
    torch.manual_seed(0)
    model = SimGAN(dataclasses.replace(SimGAN.TINY, width=8, self_regularization=100.0, coarse=1, reading=0.0))
    optimizers = model.optimizers({"refiner": 5e-3, "discriminator": 1e-4, "reader": 0.0})
    batch = model.example_inputs(8, torch.Generator().manual_seed(0))
    batch["input"] = avg_pool2d(batch["input"], 5, 1, 2)
    kept = [model.training_step(batch, optimizers)["self_regularization"].item() for _ in range(60)]
    assert kept[-1] < 0.5 * kept[0]


def test_the_reader_learns_the_labels_and_the_refiner_keeps_them() -> None:
    torch.manual_seed(0)
    model = SimGAN(dataclasses.replace(SimGAN.TINY, reading=10.0, self_regularization=0.0, labels=2))
    optimizers = model.optimizers({"refiner": 5e-3, "discriminator": 1e-4, "reader": 5e-3})
    labels = torch.arange(16) % 2
    # Each picture has a horizontal bar (label 0) or a vertical one (label 1).
    bars = torch.full((16, 1, 16, 16), -1.0)
    bars[labels == 0, :, 6:9], bars[labels == 1, :, :, 6:9] = 1.0, 1.0
    batch = {"input": bars, "image": bars.flip(0), "input_label": labels}
    values = [model.training_step(batch, optimizers) for _ in range(80)]
    assert values[-1]["reader_loss"] < 0.3 < values[0]["reader_loss"]
    assert values[-1]["misread"] < 0.3
    assert (model.reader(model.translate(bars)).argmax(1) == labels).all()


def test_without_labels_there_is_nothing_to_be_read() -> None:
    data = load_pairs("digits", "fonts", "test")
    assert isinstance(data, UnpairedDataset) and data.input_labels is not None
    model = SimGAN(SimGAN.TINY)
    model.prepare(data)
    unknown = [dataclasses.replace(data, input_labels=labels) for labels in (None, data.input_labels + 1)]
    for other in (*unknown, load_pairs("objects", "grey", "test", 16)):
        with pytest.raises(UserError, match="set reading to 0"):
            model.prepare(other)
    SimGAN(dataclasses.replace(SimGAN.TINY, reading=0.0)).prepare(dataclasses.replace(data, input_labels=None))


def test_the_history_fills_and_belongs_to_the_checkpoint() -> None:
    torch.manual_seed(0)
    model = SimGAN(SimGAN.TINY)
    model.training_step(model.example_inputs(3, torch.Generator()), model.optimizers(model.LEARNING_RATES))
    assert model.state_dict()["history.filled"] == 3


@pytest.mark.parametrize(
    "options", [{"input_channels": 3}, {"coarse": 3, "size": 28}, {"coarse": 0}, {"patch": 10}, {"size": 36}, {"loss": "mse"}]
)
def test_options_that_make_no_sense(options: dict[str, object]) -> None:
    with pytest.raises(UserError):
        create_model("simgan", **options)
