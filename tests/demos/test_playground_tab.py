"""The duel in two dimensions, frame by frame."""

from __future__ import annotations

import base64
from typing import Any

import pytest

pytest.importorskip("gradio", reason="the app needs gradio: pip install gan-zoo[app]")

import torch

from demos.playground import frames
from demos.playground.frames import Table
from gan_zoo import UserError


def played(table: Table, steps: int, afresh: bool = False, **settings: Any) -> dict[str, Any]:
    return frames.frame(table, {"steps": steps, "afresh": afresh, "settings": settings})


def test_the_duel_goes_on_from_frame_to_frame() -> None:
    table = Table()
    assert played(table, 0)["step"] == 0
    first = played(table, 3, generator_rate=0.01)
    assert (first["step"], first["row"]["step"]) == (3, 3)
    assert played(table, -1)["step"] > 3
    assert played(table, 1, afresh=True)["step"] == 1
    assert played(table, 0, latent_size=1)["step"] == 0, "another generator begins anew"
    values = torch.frombuffer(bytearray(base64.b64decode(first["landscape"])), dtype=torch.int16)
    assert len(values) == first["cells"] ** 2
    assert int(values.min()) >= 0 and int(values.max()) <= frames.SCALE


def test_a_side_that_does_nothing_has_no_loss() -> None:
    assert played(Table(), 2, generator_steps=0)["row"]["generator_loss"] is None


def test_a_distribution_of_the_visitors_own() -> None:
    table = Table()
    played(table, 1, distribution="drawn", points=[[0.5, 0.5], [-0.5, 0]])
    assert table.game is not None and float(table.game.real.abs().max()) < 0.7
    played(table, 1)
    assert table.game.config.distribution == "ring" and table.game.step == 2


@pytest.mark.parametrize(("settings", "code"), [
    ({"distribution": "drawn"}, "nothing_drawn"),
    ({"distribution": "drawn", "points": [[2, 0]]}, "bad_playground"),
    ({"distribution": "drawn", "points": [[0]]}, "bad_playground"),
    ({"distribution": "drawn", "points": [[0, 0]] * 501}, "bad_playground"),
    ({"generator_rate": "fast"}, "bad_playground"),
    ({"generator_steps": 1.5}, "bad_playground"),
    ({"discriminator_steps": 1000}, "bad_playground"),
    ({"latent_size": 3}, "bad_playground"),
    ({"loss": "none"}, "unknown_loss"),
])  # fmt: skip
def test_settings_that_cannot_be_are_refused(settings: dict[str, Any], code: str) -> None:
    with pytest.raises(UserError) as refused:
        played(Table(), 1, **settings)
    assert refused.value.code == code


@pytest.mark.parametrize("steps", [-2, 10_000, 0.5, "all", None])
def test_so_are_numbers_of_steps(steps: Any) -> None:
    with pytest.raises(UserError):
        frames.frame(Table(), {"steps": steps})
