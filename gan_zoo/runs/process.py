"""The processes of a training run, on one machine or several."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

from gan_zoo.errors import UserError
from gan_zoo.files import read_json, write_json
from gan_zoo.runs.run import Run

Signature = dict[str, Any]


def sign(run: Run, pid: int | None = None) -> Signature:
    """Write down which process trains `run`: this one, or `pid`; returns what tells it from any other."""
    pid = pid or os.getpid()
    signature = {"pid": pid, "started": _started(pid)}
    write_json(run.process, signature)
    return signature


def signature(run: Run) -> Signature | None:
    """Which process signed last, be it there or not; None where none did."""
    try:
        return read_json(run.process)
    except UserError:
        return None


def signed(run: Run) -> int | None:
    """The process that trains `run` at this moment, whoever started it; None where there is none.

    A number of a process is given out again after its end, so the moment of its start must be the same, too.
    """
    try:
        signature = read_json(run.process)
        pid, started = int(signature["pid"]), signature["started"]
    except (UserError, KeyError, TypeError, ValueError):
        return None
    return pid if started is not None and _started(pid) == started else None


def _started(pid: int) -> str | None:
    """When process `pid` began, in words of the system's own; None where there is no such process, or it has ended."""
    try:
        _, _, fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")
    except (FileNotFoundError, ProcessLookupError):
        if Path("/proc/self/stat").exists():
            return None
        told = subprocess.run(["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True)
        state, _, started = told.stdout.strip().partition(" ")
        return None if not state or state.startswith("Z") else started.strip()
    state, *more = fields.split()
    # The 22nd field of the line, in clock ticks since the machine started; Z has ended, and nobody has asked how yet.
    return None if state in "ZX" else more[18]
