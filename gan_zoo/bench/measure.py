"""Measured numbers, and runs that take turns, so that a busy machine slows all alike.

Nothing here is remembered or assumed: every number is a median of what was just measured.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch


@dataclass(frozen=True)
class Figure:
    """One measured number."""

    what: str
    value: float
    unit: str
    target: float | None = None
    at_least: bool = False
    """whether the target is a lower bound; else it is an upper one"""

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        if self.target is None:
            return None
        return self.value >= self.target if self.at_least else self.value <= self.target


@dataclass(frozen=True)
class Report:
    """What was compared, and the numbers."""

    about: str
    figures: list[Figure]

    def heading(self) -> str:
        """`about`, and a warning where other programs want the processors too."""
        load, cores = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0, os.cpu_count() or 1
        busy = f" (the machine is busy: load {load:.1f} on {cores} cores, so times are longer than they need be)"
        return self.about + (busy if load > cores + 0.5 else "")

    def table(self) -> list[list[str]]:
        """A heading and a row for each number, ready to print."""
        rows = [["measured", "", "target", ""]]
        for figure in self.figures:
            sign = ">=" if figure.at_least else "<="
            target = "" if figure.target is None else f"{sign} {figure.target:g} {figure.unit}"
            verdict = {None: "", True: "met", False: "missed"}[figure.met]
            rows.append([figure.what, f"{figure.value:.3g} {figure.unit}", target, verdict])
        return rows


def alternate(runs: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Call the `runs` in turns, A B B A A B and so on, after one call each that doesn't count; what each returned."""
    values: dict[str, list[float]] = {name: [] for name in runs}
    for run in runs.values():
        run()
    for turn in range(rounds):
        for name in list(runs)[:: 1 if turn % 2 == 0 else -1]:
            values[name].append(runs[name]())
    return values


def ratio(values: Sequence[float], to: Sequence[float]) -> float:
    """The median of the ratios taken turn by turn: what slows both for a while drops out."""
    return statistics.median(a / b for a, b in zip(values, to, strict=True))


def seconds(run: Callable[[], object]) -> float:
    """The wall-clock time of `run`, until a GPU has finished too."""
    start = time.perf_counter()
    run()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter() - start


def resident_gigabytes(pid: int | str, field: str = "VmRSS") -> float | None:
    """The memory of a process that is in RAM, or with the field `VmHWM` the most that was; None where the system doesn't
    tell as Linux does."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    kilobytes = next(line.split()[1] for line in lines if line.startswith(field))
    return int(kilobytes) * 1024 / 1e9
