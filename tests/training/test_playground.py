"""Tests of the two-dimensional playground: learning, snapshots, and failures on purpose."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import pytest
import torch

from gan_zoo.errors import UserError
from gan_zoo.layers import losses
from gan_zoo.training.playground import DISTRIBUTIONS, EXTENT, Playground, PlaygroundConfig, _lattice, _plane

DRAWN = tuple((0.1 * i - 0.5, 0.3) for i in range(11))


def config(**changes: Any) -> PlaygroundConfig:
    return PlaygroundConfig(**{"width": 24, "batch_size": 64} | changes)


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_distributions_lie_in_the_plane(name: str) -> None:
    points = DISTRIBUTIONS[name](2_000, torch.Generator().manual_seed(0))
    assert points.shape == (2_000, 2) and points.abs().max() < 1.1
    assert points.std(0).min() > 0.2, "the points fill a good part of the plane"


@pytest.mark.parametrize(
    "changes", [{}, {"latent_size": 1, "distribution": "line"}, {"distribution": "drawn", "points": DRAWN}]
)
def test_it_learns(changes: dict[str, Any]) -> None:
    playground = Playground(config(generator_rate=3e-3, discriminator_rate=6e-3, **changes))
    before = playground.snapshot()
    row = playground.steps(250)
    after = playground.snapshot()
    assert row["step"] == after.step == 250 and all(math.isfinite(value) for value in row.values())
    assert after.covered > before.covered + 0.5 and after.plausible > 0.3


def test_snapshots() -> None:
    playground = Playground(config())
    playground.steps(20)
    one, two = playground.snapshot(cells=30, arrows=50, lines=7), playground.snapshot(cells=30)
    assert one.landscape.shape == (30, 30) and 0 <= one.landscape.min() <= one.landscape.max() <= 1
    assert one.arrows.shape == (50, 4) and one.warp.shape == (14, 41, 2)
    assert torch.equal(one.arrows[:, :2], one.generated[:50])
    assert torch.equal(one.generated, two.generated) and torch.equal(one.real, two.real), "a snapshot changes nothing"
    assert playground.step == 20


def test_the_landscape_begins_at_the_top_left() -> None:
    plane = _plane(4).view(4, 4, 2)
    assert plane[0, 0, 0] < 0 < plane[0, 0, 1] and plane[-1, -1, 0] > 0 > plane[-1, -1, 1]
    assert plane.abs().max() < EXTENT


def test_the_lattice_has_both_directions() -> None:
    lattice = _lattice(2, 5)
    assert lattice.shape == (10, 41, 2) and lattice.abs().max() == 1
    assert (lattice[:5, :, 1].std(1) == 0).all() and (lattice[5:, :, 0].std(1) == 0).all()
    assert _lattice(1, 5).shape == (1, 41, 1)


@pytest.mark.parametrize("loss", losses.ADVERSARIAL)
def test_arrows_point_to_a_lower_loss(loss: str) -> None:
    playground = Playground(config(loss=loss))
    playground.steps(40)
    arrows = playground.snapshot().arrows
    arrows = arrows[arrows[:, 2:].norm(dim=1) > 1e-4]
    game = losses.ADVERSARIAL[loss]

    def each(points: torch.Tensor) -> torch.Tensor:
        return torch.stack([game.generator(logit) for logit in playground.discriminator(points)])

    with torch.no_grad():
        there = arrows[:, :2] + 1e-3 * torch.nn.functional.normalize(arrows[:, 2:])
        assert (each(there) <= each(arrows[:, :2]) + 1e-6).float().mean() > 0.95


def test_the_same_seed_is_the_same_game() -> None:
    rows = [Playground(config(seed=seed)).steps(30) for seed in (3, 3, 4)]
    assert rows[0] == rows[1] != rows[2]
    state = torch.get_rng_state()
    Playground(config()).steps(2)
    assert torch.equal(state, torch.get_rng_state())


def test_a_generator_that_is_too_strong_loses_modes() -> None:
    """The discriminator learns too slowly to follow the generator."""
    playground = Playground(config(generator_rate=2e-2, discriminator_rate=2e-4))
    playground.steps(200)
    assert playground.snapshot().covered < 0.5


def test_the_saturating_loss_gives_a_weak_generator_no_gradient() -> None:
    """If the discriminator wins, the arrows vanish with the saturating loss and stay with the usual one."""
    lengths = {}
    for loss in ("saturating", "non_saturating"):
        playground = Playground(config(loss=loss, discriminator_steps=5, discriminator_rate=1e-2, generator_rate=0.0))
        playground.steps(20)
        lengths[loss] = playground.snapshot().arrows[:, 2:].norm(dim=1).median()
    assert lengths["saturating"] < 0.1 * lengths["non_saturating"]


def test_changes_while_it_learns() -> None:
    playground = Playground(config())
    playground.steps(20)
    weight = next(playground.generator.parameters()).clone()
    playground.change(distribution="line", generator_rate=0.0)
    assert playground.step == 20 and torch.equal(weight, next(playground.generator.parameters()))
    assert playground.snapshot().real[:, 1].abs().max() < 0.7
    playground.steps(5)
    assert torch.equal(weight, next(playground.generator.parameters()))
    with pytest.raises(UserError):
        playground.change(loss="hing")
    assert playground.config.loss == "non_saturating"


def test_a_side_without_updates() -> None:
    row = Playground(config(generator_steps=0)).steps(5)
    assert math.isnan(row["generator_loss"]) and row["d_real"] > 0
    row = Playground(config(discriminator_steps=0)).steps(5)
    assert math.isnan(row["d_real"]) and math.isfinite(row["generator_loss"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"distribution": "rnig"}, {"loss": "hing"}, {"distribution": "drawn"}, {"points": ((0.0, 2.0),)},
        {"latent_size": 3}, {"width": 0}, {"batch_size": 10**6}, {"generator_rate": -1.0}, {"discriminator_rate": float("nan")},
        {"discriminator_steps": 10**6}, {"points": ((0.0, float("nan")),)},
    ],
)  # fmt: skip
def test_invalid_settings(wrong: dict[str, Any]) -> None:
    with pytest.raises(UserError):
        dataclasses.replace(config(), **wrong)
