"""Runs to look at, step by step: one on this machine, or the one that a weights folder was made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gan_zoo.errors import UserError
from gan_zoo.files import read_json
from gan_zoo.runs.run import Row, Run

# What a row has besides curves.
NOT_CURVES = ("step", "images", "seconds", "event")


class Recording:
    """A run, finished or not, as a viewer sees it. Nothing is loaded before it is asked for."""

    def __init__(self, run: Run) -> None:
        self.run, self.name = run, run.folder.name

    def settings(self) -> dict[str, Any]:
        """The run's config.json; empty before it is there."""
        return read_json(self.run.config) if self.run.config.exists() else {}

    def rows(self) -> list[Row]:
        """The ticks by step."""
        return self.run.rows()

    def events(self) -> list[Row]:
        """What happened beside the ticks."""
        return self.run.events()

    def steps(self) -> list[int]:
        """The steps of which there is a sample grid, in order."""
        return list(self.run.grid_paths())

    def grid(self, step: int) -> bytes:
        """The sample grid after `step` steps as a WebP file; raises `UserError` where there is none."""
        try:
            return (self.run.grids / f"{step:08d}.webp").read_bytes()
        except FileNotFoundError as error:
            raise no_grid(self.name, step) from error


@dataclass(frozen=True)
class Curve:
    """One quantity over the steps; a point stands for several ticks where there are too many to show."""

    steps: list[int]
    """of the last tick of each point"""
    mean: list[float | None]
    """None where nothing was measured, or what was is no number"""
    low: list[float | None]
    high: list[float | None]


def curves(rows: Sequence[Row], points: int = 1_000) -> dict[str, Curve]:
    """Every quantity of a log with at most so many points: means, and the least and the greatest value in each, so that
    no spike is lost."""
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
    """The settings in which two runs differ, with what each has; those of the model as `options.width`."""
    a, b = _flat(one.settings()), _flat(other.settings())
    return {key: (a.get(key), b.get(key)) for key in dict.fromkeys([*a, *b]) if a.get(key) != b.get(key)}


def shown_at(steps: Sequence[int], step: int) -> int:
    """The latest of the ascending `steps` that is not after `step`, or the first: what was there to be seen then."""
    return max((s for s in steps if s <= step), default=steps[0])


def _flat(settings: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in settings.items():
        flat |= _flat(value, f"{prefix}{key}.") if isinstance(value, Mapping) else {prefix + key: value}
    return flat


def no_grid(name: str, step: int) -> UserError:
    """The error for a step without a sample grid."""
    return UserError(f"'{name}' has no picture of step {step}", "no_grid", name=name, step=step)
