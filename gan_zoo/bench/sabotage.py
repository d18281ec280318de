"""A test of the diagnosis: it should name the fault of trainings that were spoilt on purpose, and accuse no healthy one."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from gan_zoo.bench.measure import Figure, Report
from gan_zoo.errors import UserError
from gan_zoo.runs.diagnosis import diagnose
from gan_zoo.runs.run import Row, Run
from gan_zoo.training.loop import train
from gan_zoo.training.sabotage import PRESETS, Preset
from gan_zoo.weights.store import list_weights


def sabotage(presets: Mapping[str, Preset] = PRESETS, seeds: int = 3) -> Report:
    """Diagnose a training of every preset with each seed, and the logs of the weights that ship."""
    figures, waits, fair, accused = [], [0.0], 0, 0
    for name, preset in presets.items():
        logs = [_trained(preset, seed) for seed in range(seeds)]
        if not preset.ills:
            fair, accused = fair + seeds, accused + sum(bool(diagnose(log)) for log in logs)
            continue
        named = [after for log in logs if (after := _named_after(log, preset)) is not None]
        waits += named
        figures.append(Figure(f"{name}: {' or '.join(preset.ills)} is named", len(named), f"of {seeds}", seeds, at_least=True))
    spoilt = sum(bool(preset.ills) for preset in presets.values()) * seeds
    right = sum(figure.value for figure in figures)
    shipped = [rows for folder in list_weights().values() if (rows := Run(folder).rows())]
    figures += [
        Figure("all spoilt trainings that are named rightly", right, f"of {spoilt}", spoilt, at_least=True),
        Figure("the longest until one is named", max(waits), "s", 120.0),
        Figure("fair trainings that are accused", accused, f"of {fair}", 0),
        Figure(
            "logs of shipped weights that are accused", sum(bool(diagnose(rows)) for rows in shipped), f"of {len(shipped)}", 0
        ),
    ]
    return Report(f"sabotage: {len(presets)} presets, {seeds} seeds each, and {len(shipped)} logs of weights", figures)


def _trained(preset: Preset, seed: int) -> Sequence[Row]:
    """The log of one training of a preset."""
    with tempfile.TemporaryDirectory() as folder:
        run = Run(Path(folder) / "run")
        with contextlib.suppress(UserError):  # a spoilt training may fail
            # No time limit: on a busy machine it would end the training before the fault shows.
            train(replace(preset.config, seed=seed, precision="float32", minutes=0), run, quiet=True)
        return run.rows()


def _named_after(log: Sequence[Row], preset: Preset) -> float | None:
    """The seconds of training until the diagnosis names one of the preset's faults; None if it never does."""
    for i, row in enumerate(log):
        if any(finding.kind in preset.ills for finding in diagnose(log[: i + 1])):
            return row["seconds"]
    return None
