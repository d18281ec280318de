"""Runs to view step by step: their settings, rows, sample grids and curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gan_zoo.errors import UserError
from gan_zoo.runs.run import Row, Run

# The keys of a row that are no curves.
NOT_CURVES = ("step", "images", "seconds", "event")


class Recording:
    """A finished or unfinished run for a viewer. Each part is loaded only when it is asked for."""

    def __init__(self, run: Run) -> None:
        self.run, self.name = run, run.folder.name

    def settings(self) -> dict[str, Any]:
        """The content of config.json; empty as long as the file doesn't exist. Raises `UserError` if it is damaged."""
        return self.run.settings() if self.run.config.exists() else {}

    def rows(self) -> list[Row]:
        """The rows of the ticks, by step."""
        return self.run.rows()

    def events(self) -> list[Row]:
        """The events, which are logged beside the ticks."""
        return self.run.events()

    def steps(self) -> list[int]:
        """The steps with a sample grid, in order."""
        return list(self.run.grid_paths())

    def grid(self, step: int) -> bytes:
        """The bytes of the WebP file of the sample grid after `step` steps; raises `UserError` if there is none."""
        try:
            return (self.run.grids / f"{step:08d}.webp").read_bytes()
        except FileNotFoundError as error:
            raise no_grid(self.name, step) from error


@dataclass(frozen=True)
class Curve:
    """One quantity over the steps; if there are too many ticks to show, each point covers several."""

    steps: list[int]
    """the step of the last tick of each point"""
    mean: list[float | None]
    """None where nothing was measured, or where the value is not a number"""
    low: list[float | None]
    high: list[float | None]


def curves(rows: Sequence[Row], points: int = 1_000) -> dict[str, Curve]:
    """A curve of every quantity of a log, with at most `points` points. Each has the mean, the smallest and the largest value
    of its ticks, so that no spike is lost."""
    if not rows:
        return {}
    keys = [key for key in dict.fromkeys(key for row in (*rows[:2], *rows[-50:]) for key in row) if key not in NOT_CURVES]
    count = min(points, len(rows))
    starts = np.arange(count) * len(rows) // count
    steps = np.array([row["step"] for row in rows])[np.append(starts[1:], len(rows)) - 1].tolist()
    found = {}
    for key in keys:
        values = np.array([row.get(key) for row in rows], dtype=np.float64)
        there = np.isfinite(values)
        number = np.add.reduceat(there.astype(np.int64), starts)
        mean = np.add.reduceat(np.where(there, values, 0.0), starts) / np.maximum(number, 1)
        low = np.minimum.reduceat(np.where(there, values, np.inf), starts)
        high = np.maximum.reduceat(np.where(there, values, -np.inf), starts)
        found[key] = Curve(
            steps, *([v if n else None for v, n in zip(x.tolist(), number, strict=True)] for x in (mean, low, high))
        )
    return found


def differences(one: Recording, other: Recording) -> dict[str, tuple[Any, Any]]:
    """The settings that differ between two runs, with both values; the options of the model have names like `options.width`."""
    a, b = _flat(one.settings()), _flat(other.settings())
    return {key: (a.get(key), b.get(key)) for key in dict.fromkeys([*a, *b]) if a.get(key) != b.get(key)}


def _flat(settings: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in settings.items():
        flat |= _flat(value, f"{prefix}{key}.") if isinstance(value, Mapping) else {prefix + key: value}
    return flat


def no_grid(name: str, step: int) -> UserError:
    """The error for a step without a sample grid."""
    return UserError(f"'{name}' has no picture of step {step}", "no_grid", name=name, step=step)
