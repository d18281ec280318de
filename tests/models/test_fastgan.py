"""FastGAN: its two discriminators, skip-layer excitation, and the pictures that the discriminator rebuilds."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
import torch
from torch import nn

from gan_zoo.errors import UserError
from gan_zoo.layers.perceptual import Teacher
from gan_zoo.layers.projected import Mixing, ProjectedDiscriminator
from gan_zoo.models.efficientnet_lite import EfficientNetLite, EfficientNetLiteConfig
from gan_zoo.models.fastgan import MAPS, Discriminator, FastGAN, window
from gan_zoo.models.registry import create_model


def tiny(**changes: Any) -> FastGAN:
    torch.manual_seed(0)
    model = FastGAN(dataclasses.replace(FastGAN.TINY, **changes))
    if model.config.eye:
        model.teacher = Teacher(EfficientNetLite(EfficientNetLiteConfig(classes=3)))
    return model


def step(model: FastGAN) -> dict[str, torch.Tensor]:
    batch = model.example_inputs(4, torch.Generator().manual_seed(1))
    return model.training_step(batch, model.optimizers(model.LEARNING_RATES))


@pytest.mark.parametrize("size", [32, 48, 64, 128])
def test_pictures_and_logits_of_every_size(size: int) -> None:
    model = create_model("fastgan", size=size, width=4, critic_width=4, max_width=16, latent_size=8)
    assert isinstance(model, FastGAN) and isinstance(model.discriminator, Discriminator)
    pictures = model.sample(model.latent(2))
    assert pictures.shape == (2, 3, size, size) and model.opinion(pictures).shape == (2,)
    maps = model.discriminator.maps(pictures)
    # Five by five places, as in the paper, where the stem has 4 pixels.
    assert len(model.discriminator.judged(maps)[0]) == {32: 25, 48: 49, 64: 25, 128: 25}[size]
    assert model.discriminator.rebuilding(maps).isfinite()


@pytest.mark.parametrize(
    "options", [{"size": 16}, {"size": 30}, {"eye": "x", "channels": 1}, {"eye": "x", "eye_size": 32}, {"eye": "x", "size": 32}]
)
def test_options_that_cannot_be(options: dict[str, Any]) -> None:
    with pytest.raises(UserError, match=r"size|channels"):
        create_model("fastgan", **options)


def test_a_small_map_opens_and_closes_the_channels_of_a_large_one() -> None:
    model = tiny(size=64).eval()
    assert len(model.generator.excitations) == 1  # the map of 4 pixels excites the one of 64
    excitation = model.generator.excitations[0]
    large = torch.ones(1, 4, 64, 64)
    gated = excitation(torch.randn(1, 16, 4, 4), large)
    assert (gated.amax((2, 3)) == gated.amin((2, 3))).all() and (gated > 0).all() and (gated < 1).all()
    before = model.sample(torch.ones(1, 8))
    nn.init.zeros_(excitation.gate[3].weight)
    assert not torch.equal(model.sample(torch.ones(1, 8)), before)


def test_the_discriminator_learns_to_rebuild() -> None:
    model = tiny()
    batch = model.example_inputs(4, torch.Generator().manual_seed(1))
    batch["image"] = batch["image"].mean((2, 3), keepdim=True).expand(-1, -1, 32, 32) * 5
    optimizers = model.optimizers({"generator": 0.0, "discriminator": 1e-2})
    losses = [model.training_step(batch, optimizers)["reconstruction"].item() for _ in range(30)]
    assert losses[-1] < losses[0] / 2


def test_a_projected_discriminator_trains_its_heads_alone() -> None:
    model = tiny(eye="some", size=64)
    assert isinstance(model.discriminator, ProjectedDiscriminator) and model.teacher is not None
    eye = {name: value.clone() for name, value in model.teacher.network.state_dict().items()}
    mixing = {name: value.clone() for name, value in model.discriminator.mixing.state_dict().items()}
    before = {name: value.clone() for name, value in model.named_parameters()}
    values = step(model)
    assert all(value.isfinite() for value in values.values()) and values["reconstruction"] == 0
    assert all(torch.equal(value, eye[name]) for name, value in model.teacher.network.state_dict().items())
    assert all(torch.equal(value, mixing[name]) for name, value in model.discriminator.mixing.state_dict().items())
    still = [name for name, value in model.named_parameters() if torch.equal(value, before[name])]
    # The hinge pulls the last bias of a head equally to both sides while no picture is beyond the margin.
    assert set(still) <= {f"discriminator.heads.{i}.logits.bias" for i in range(len(MAPS))}
    assert not any("teacher" in name for name in model.state_dict())


def test_the_eye_may_see_larger_pictures() -> None:
    model = tiny(eye="some", eye_size=64)
    assert [len(head.layers) for head in model.discriminator.heads] == [9, 6, 3, 0]  # three layers for each halving
    assert step(model)["generator_loss"].isfinite()
    assert model.eval().opinion(model.sample(model.latent(3))).shape == (3,)


def test_a_projected_discriminator_needs_its_eye() -> None:
    model = tiny(eye="some", size=64)
    model.teacher = None
    with pytest.raises(UserError, match="needs its eye"):
        step(model)


def test_mixing_carries_small_maps_to_large_ones_and_keeps_the_variance() -> None:
    torch.manual_seed(0)
    mixing = Mixing(MAPS[:3], (16, 32, 64))
    maps = [torch.randn(2, channels, 32 >> i, 32 >> i) for i, channels in enumerate(MAPS[:3])]
    mixed = mixing(maps)
    assert [x.shape[1:] for x in mixed] == [(16, 32, 32), (32, 16, 16), (64, 8, 8)]
    assert all(0.3 < x.std() < 2 for x in mixed)
    other = mixing([*maps[:2], maps[2] + 1])
    assert all(not torch.equal(a, b) for a, b in zip(mixed, other, strict=True))
    assert torch.equal(mixing([maps[0] + 1, *maps[1:]])[2], mixed[2])


def test_a_window_is_cut_out_where_it_is_placed() -> None:
    maps = torch.arange(2 * 3 * 8 * 8.0).view(2, 3, 8, 8)
    assert torch.equal(window(maps, torch.tensor([1, 4]), 4), maps[:, :, 1:5, 4:8])
