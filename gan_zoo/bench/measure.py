"""Measured numbers, and runs that take turns, so that a busy machine slows all of them.

No number is stored or assumed: each comes from measurements of the same run.
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
    """whether the target is a lower bound instead of an upper one"""

    @property
    def met(self) -> bool | None:
        """True if the target is met; None if there is no target."""
        if self.target is None:
            return None
        return self.value >= self.target if self.at_least else self.value <= self.target


@dataclass(frozen=True)
class Report:
    """A description of a bench and its numbers."""

    about: str
    figures: list[Figure]

    def heading(self) -> str:
        """`about`, with a warning if other programs use the processors too."""
        load, cores = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0, os.cpu_count() or 1
        busy = f" (the machine is busy: load {load:.1f} on {cores} cores, so times are longer than they need be)"
        return self.about + (busy if load > cores + 0.5 else "")

    def table(self) -> list[list[str]]:
        """Rows of text to print: a heading and one row for each number."""
        rows = [["measured", "", "target", ""]]
        for figure in self.figures:
            sign = ">=" if figure.at_least else "<="
            target = "" if figure.target is None else f"{sign} {figure.target:g} {figure.unit}"
            verdict = {None: "", True: "met", False: "missed"}[figure.met]
            rows.append([figure.what, f"{figure.value:.3g} {figure.unit}", target, verdict])
        return rows


def alternate(runs: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """The values that `runs` return in `rounds` rounds of turns: A B, B A, A B and so on. One call of each before that doesn't
    count."""
    values: dict[str, list[float]] = {name: [] for name in runs}
    for run in runs.values():
        run()
    for turn in range(rounds):
        for name in list(runs)[:: 1 if turn % 2 == 0 else -1]:
            values[name].append(runs[name]())
    return values


def ratio(values: Sequence[float], to: Sequence[float]) -> float:
    """The median of the ratios of each turn, so that load on the machine, which slows both, cancels out."""
    return statistics.median(a / b for a, b in zip(values, to, strict=True))


def seconds(run: Callable[[], object]) -> float:
    """The wall-clock time of `run` in seconds, including the work that it leaves to a GPU."""
    start = time.perf_counter()
    run()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter() - start


def resident_gigabytes(pid: int | str, field: str = "VmRSS") -> float | None:
    """The memory of a process in RAM, in gigabytes; with the field `VmHWM`, the peak so far. None on systems without the
    files of Linux."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    kilobytes = next(line.split()[1] for line in lines if line.startswith(field))
    return int(kilobytes) * 1024 / 1e9
