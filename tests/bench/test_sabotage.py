"""The bench counts diagnoses correctly. Invented logs take the place of trainings."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import pytest

from gan_zoo.runs.run import Row
from gan_zoo.training.config import TrainConfig
from gan_zoo.training.sabotage import PRESETS, Preset

# Imported by its name, because the package has a function with the same name.
bench = import_module("gan_zoo.bench.sabotage")
TINY = TrainConfig("mlp_gan", "digits", {"generator_widths": (8,), "discriminator_widths": (8,)}, steps=4, batch_size=2, tick=1)


def log(preset: Preset, seed: int) -> Sequence[Row]:
    """A log in which the discriminator is certain from the third row on; with seed 1 it never is."""
    sure = {"d_real": 0.99, "d_fake": 0.001}
    return [{"step": i, "seconds": 10.0 * i, **(sure if i > 2 and seed != 1 else {})} for i in range(1, 9)]


def test_what_is_named_and_who_is_accused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bench, "_trained", log)
    monkeypatch.setattr(bench, "list_weights", lambda: {"nothing": tmp_path})
    presets = {"right": Preset(TINY, ("discriminator_strong",)), "other": Preset(TINY, ("collapse",)), "fair": Preset(TINY)}
    report = bench.sabotage(presets)
    values = [figure.value for figure in report.figures]
    assert values == [2, 0, 2, 50.0, 2, 0]
    assert [figure.unit for figure in report.figures] == ["of 3", "of 3", "of 6", "s", "of 3", "of 0"]


def test_a_training_leaves_its_log() -> None:
    rows = bench._trained(Preset(TINY), 0)
    assert [row["step"] for row in rows] == [1, 2, 3, 4]
    assert bench._named_after(rows, Preset(TINY, ("small_batch",))) == rows[2]["seconds"]


def test_a_training_that_ends_itself_leaves_its_log_too() -> None:
    wild = TrainConfig(**{**vars(TINY), "learning_rates": {"generator": 1e30, "discriminator": 1e30}, "steps": 50})
    assert any(value is None for value in bench._trained(Preset(wild), 0)[-1].values())


def test_presets_are_short() -> None:
    assert all(0 < preset.config.minutes <= 2 for preset in PRESETS.values())
    assert sum(not preset.ills for preset in PRESETS.values()) >= 2
