"""The processes of a training run, on one machine or several."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from gan_zoo.errors import UserError
from gan_zoo.runlog import Run, read_json, write_json


class Processes:
    """This process among those of the run; Hugging Face Accelerate connects them where there are several.

    Accelerate is imported only when a launcher has set WORLD_SIZE, since one process doesn't need it.
    """

    def __init__(self, device: str) -> None:
        self.count = int(os.environ.get("WORLD_SIZE", "1"))
        self.rank = 0
        cuda = torch.cuda.is_available() and device != "cpu"
        if device.startswith("cuda") and not cuda:
            raise UserError("there is no GPU here: leave out --device, or say --device cpu", "no_gpu")
        self.device = torch.device("cuda" if cuda else "cpu")
        if self.count > 1:
            from accelerate import PartialState

            state = PartialState(cpu=not cuda)
            self.rank, self.device = state.process_index, state.device

    @property
    def main(self) -> bool:
        return self.rank == 0

    def close(self) -> None:
        """Wait for the others, then part: a process that simply ends would take those still talking to it along."""
        if self.count > 1:
            from accelerate import PartialState

            PartialState().wait_for_everyone()
            PartialState().destroy_process_group()

    def mean(self, tensor: Tensor) -> Tensor:
        """The mean of `tensor` over all processes."""
        if self.count == 1:
            return tensor
        from accelerate.utils import reduce

        return reduce(tensor, "mean")

    def gather(self, value: Any) -> list[Any]:
        """The `value` of every process, by rank."""
        if self.count == 1:
            return [value]
        from accelerate.utils import gather_object

        return gather_object([value])

    def broadcast(self, value: Any) -> Any:
        """The main process's `value`."""
        return self.gather(value)[0]


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
