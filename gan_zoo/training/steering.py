"""Carries out the requests in control.json while a run trains: pause, single steps and ticks, stop, new settings."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from gan_zoo.errors import UserError
from gan_zoo.runs.control import Control
from gan_zoo.runs.run import Run
from gan_zoo.training.distributed import Processes

# The seconds between two looks at control.json while the training is paused.
POLL_SECONDS = 0.05


class Steering:
    """Reads the requests to a running trainer and carries them out.

    Args:
        apply: sets the learning rates, discriminator steps and loss weight of a control; raises `UserError` if the model
            doesn't have them.
        interrupted: returns True if this process should end.
    """

    def __init__(
        self, run: Run, processes: Processes, apply: Callable[[Control], None], interrupted: Callable[[], bool]
    ) -> None:
        self.run, self.processes, self.apply, self.interrupted = run, processes, apply, interrupted
        self.control = Control()
        self._file: tuple[int, ...] | None = None
        self._steps = self._ticks = 0
        self._allowed = ""

    def halts(self, step: int, at_tick: bool) -> bool:
        """Return True if the training must end or pause after this step.

        The cost is one look at the date of a file. Several processes must act alike, so they look only at ticks.
        """
        if self.processes.count > 1 and not at_tick:
            return False
        self._update(step)
        if not self.control.paused:
            self._allowed = ""
        done = self._allowed != "tick" or at_tick
        return self.control.stop or (self.control.paused and done)

    def wait(self, step: int) -> bool:
        """Wait until the training may continue or must end; return True if it must end."""
        while not self._ends():
            self._allowed = self._take_request()
            if not self.control.paused or self._allowed:
                return False
            time.sleep(POLL_SECONDS)
            self._update(step)
        return True

    def _ends(self) -> bool:
        return self.control.stop or any(self.processes.gather(self.interrupted()))

    def _take_request(self) -> str:
        """Take one request for a `step` or a `tick` during a pause and return its name; empty if there is none."""
        if self.control.steps > self._steps:
            self._steps += 1
            return "step"
        if self.control.ticks > self._ticks:
            self._ticks += 1
            return "tick"
        return ""

    def _update(self, step: int) -> None:
        """Read the current requests, apply them and log the changes."""
        asked, problem = self.control, ""
        if self.processes.main:
            asked, problem = self._read()
        asked, problem = self.processes.broadcast((asked, problem))
        before, self.control = self.control, asked
        if not problem and asked != before:
            try:
                self.apply(asked)
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
        if asked == self.control and asked.paused:  # a second request to pause breaks off a tick
            self._allowed = ""
        return asked, ""


def _changes(before: Control, after: Control) -> dict[str, Any]:
    """Return the log events for the change from one control to another, with the new value if there is one."""
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
