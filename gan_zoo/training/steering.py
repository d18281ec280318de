"""The trainer's side of control.json: pause, single steps and ticks, stop, rates and the like while it is on."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from gan_zoo.errors import UserError
from gan_zoo.runs.control import Control
from gan_zoo.runs.run import Run
from gan_zoo.training.distributed import Processes

# Seconds between two looks while the training waits.
PATIENCE = 0.05


class Remote:
    """What is asked of a running trainer, and what of it is done.

    Args:
        obey: brings rates, updates and the weight in the loss to what a control asks for; raises `UserError` where it can't.
        interrupted: whether this process is to end.
    """

    def __init__(
        self, run: Run, processes: Processes, obey: Callable[[Control], None], interrupted: Callable[[], bool]
    ) -> None:
        self.run, self.processes, self.obey, self.interrupted = run, processes, obey, interrupted
        self.control = Control()
        self._file: tuple[int, ...] | None = None
        self._steps = self._ticks = 0
        self._let_through = ""

    def halts(self, step: int, at_tick: bool) -> bool:
        """Whether the training ends or waits after this step. One look at a file's date; with several processes, which
        must hear the same, only at ticks."""
        if self.processes.count > 1 and not at_tick:
            return False
        self._look(step)
        if not self.control.paused:
            self._let_through = ""
        done = self._let_through != "tick" or at_tick
        return self.control.stop or (self.control.paused and done)

    def wait(self, step: int) -> bool:
        """Return when the training may go on, or is to end; whether it is to end."""
        while not self._ends():
            self._let_through = self._next()
            if not self.control.paused or self._let_through:
                return False
            time.sleep(PATIENCE)
            self._look(step)
        return True

    def _ends(self) -> bool:
        return self.control.stop or any(self.processes.gather(self.interrupted()))

    def _next(self) -> str:
        """What the pause lets through, taken off what was asked for."""
        if self.control.steps > self._steps:
            self._steps += 1
            return "step"
        if self.control.ticks > self._ticks:
            self._ticks += 1
            return "tick"
        return ""

    def _look(self, step: int) -> None:
        """Take in what is asked for now; what it changes goes into the log."""
        asked, problem = self.control, ""
        if self.processes.main:
            asked, problem = self._read()
        asked, problem = self.processes.broadcast((asked, problem))
        before, self.control = self.control, asked
        if not problem and asked != before:
            try:
                self.obey(asked)
            except UserError as error:
                problem = str(error)
        if not self.processes.main:
            return
        if problem:
            self.run.append({"step": step, "event": "refused", "message": problem})
            return
        for name, value in _changes(before, asked).items():
            self.run.append({"step": step, "event": name} | ({} if value is None else {"value": value}))

    def _read(self) -> tuple[Control, str]:
        try:
            status = self.run.control.stat()
        except FileNotFoundError:
            return self.control, ""
        file = (status.st_mtime_ns, status.st_ino, status.st_size)
        if file == self._file:
            return self.control, ""
        self._file = file
        try:
            asked = self.run.read_control()
        except UserError as error:
            return self.control, str(error)
        if asked == self.control and asked.paused:  # asked to pause once more: no waiting for the end of a tick
            self._let_through = ""
        return asked, ""


def _changes(before: Control, after: Control) -> dict[str, Any]:
    """The events, with the new value where there is one, that lead from one control to another."""
    changes: dict[str, Any] = {}
    if before.paused != after.paused:
        changes["pause" if after.paused else "go on"] = None
    if after.stop and not before.stop:
        changes["stop"] = None
    if before.learning_rates != after.learning_rates:
        changes["learning_rates"] = after.learning_rates
    if before.discriminator_steps != after.discriminator_steps:
        changes["discriminator_steps"] = after.discriminator_steps
    if before.loss_weight != after.loss_weight:
        changes["loss_weight"] = after.loss_weight
    return changes
