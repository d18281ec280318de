"""The process that trains a run, which is written down so that others find it again."""

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
    """Write down that this process, or `pid`, trains `run`; returns the signature, which identifies the process."""
    pid = pid or os.getpid()
    signature = {"pid": pid, "started": _started(pid)}
    write_json(run.process, signature)
    return signature


def signature(run: Run) -> Signature | None:
    """The signature of the last process that trained `run`, alive or not; None if there is none."""
    try:
        return read_json(run.process)
    except UserError:
        return None


def signed(run: Run) -> int | None:
    """The number of the process that trains `run` now, no matter who started it; None if there is none.

    The system reuses the number of a process after its end, so the time of its start must match too.
    """
    try:
        signature = read_json(run.process)
        pid, started = int(signature["pid"]), signature["started"]
    except (UserError, KeyError, TypeError, ValueError):
        return None
    return pid if started is not None and _started(pid) == started else None


def _started(pid: int) -> str | None:
    """The start of process `pid`, in the system's own format; None if there is no such process, or if it has ended."""
    try:
        _, _, fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")
    except (FileNotFoundError, ProcessLookupError):
        if Path("/proc/self/stat").exists():
            return None
        told = subprocess.run(["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True)
        state, _, started = told.stdout.strip().partition(" ")
        return None if not state or state.startswith("Z") else started.strip()
    state, *more = fields.split()
    # The 22nd field of the line is the start in clock ticks since boot. A process in state Z has ended, unread by its parent.
    return None if state in "ZX" else more[18]
