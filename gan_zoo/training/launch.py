"""Training runs in separate processes: starts, finds, steers and ends them.

The folder of a run names the process that trains it. So these functions also work for runs that the command line started,
and after a restart of the program that started them.
"""

from __future__ import annotations

import dataclasses
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from gan_zoo.errors import UserError
from gan_zoo.own_process import environment
from gan_zoo.runs.control import Control
from gan_zoo.runs.process import holder, sign, signature, signed
from gan_zoo.runs.run import Row, Run
from gan_zoo.training.config import TrainConfig

Request = Literal["pause", "go on", "step", "tick", "stop"]
Phase = Literal["starting", "running", "paused", "complete", "out of time", "stopped", "interrupted", "failed", "killed"]
# The file with the output of a trainer. It holds the error message of a trainer that failed before its run began.
OUTPUT = "output.txt"
_starting = threading.Lock()


@dataclass(frozen=True)
class State:
    """The state of a run."""

    phase: Phase
    code: str = ""
    """error code of a failed run; empty if there is none"""
    message: str = ""
    """error message of a failed run"""

    @property
    def alive(self) -> bool:
        return self.phase in ("starting", "running", "paused")


def start(config: TrainConfig, runs: Path, name: str, several: bool = False) -> Run:
    """Start the run `name` in the folder `runs`. It returns at once; `state` tells later whether the run started well.

    Args:
        several: allow this even if another run in that folder is alive.

    Raises:
        UserError: the name is not valid or is taken, or another run is alive.
    """
    if not re.fullmatch(r"\w[\w.-]{0,99}", name):
        raise UserError(
            f"'{name}' can't be the name of a run: use up to 100 letters, digits, dots and dashes", "bad_name", name=name
        )
    run = Run(runs / name)
    if run.checkpoint.exists():
        raise UserError(f"a run '{name}' already exists in {runs}: resume it, or choose another name", "run_exists", name=name)
    _launch(run, arguments(config), several)
    return run


def resume(run: Run, several: bool = False) -> None:
    """Resume a run that has ended, with its own configuration.

    Raises:
        UserError: the run has no checkpoint, or it or another run is alive (the latter only without `several`).
    """
    if not run.checkpoint.exists():
        raise UserError(
            f"{run.folder} has no checkpoint to resume from: start the run again from the beginning", "no_checkpoint"
        )
    _launch(run, ["--resume"], several)


def running(run: Run) -> bool:
    """Return True if a process is training the run."""
    return holder(run) is not None


def list_runs(runs: Path) -> dict[str, Run]:
    """Return every run of a folder by name; the most recently started or resumed run comes first."""
    found = [run for run in map(Run, runs.glob("*/")) if run.config.exists() or run.process.exists()]
    return {run.folder.name: run for run in sorted(found, key=_start_time, reverse=True)}


def state(run: Run) -> State:
    """Return the state of a run, from its log and from whether its process is alive."""
    alive = running(run)
    recent = _events_of_last_trainer(run)
    last = next((event for event in reversed(recent) if event["event"] in ("pause", "go on", "end")), None)
    if alive:
        if not recent:
            return State("starting")
        return State("paused" if last and last["event"] == "pause" else "running")
    if last and last["event"] == "end":
        if "message" in last:
            return State("failed", last["ending"], last["message"])
        return State(last["ending"])
    # A killed trainer logs nothing. A trainer that found a mistake before its run began prints it.
    said = _last_line(run.folder / OUTPUT)
    return State("failed", message=said) if said.startswith("gan-zoo: ") else State("killed")


def _events_of_last_trainer(run: Run) -> list[Row]:
    """Return the events that the last trainer has logged; none if all events are those of the trainer before it."""
    events, who = run.events(), signature(run)
    begun = max((i for i, event in enumerate(events) if event["event"] in ("start", "resume")), default=len(events))
    recent = events[begun:]
    # The process decides this and not the date, because clocks can jump.
    return [] if recent and who and recent[0].get("process", who) != who else recent


def ask(run: Run, request: Request) -> None:
    """Ask the trainer to pause, to go on, to do one step or one tick and pause again, or to stop.

    The trainer does it at the end of its current step.

    Raises:
        UserError: no process is training the run.
    """
    had = _control(run)
    changes: dict[str, dict[str, Any]] = {
        "pause": {"paused": True},
        "go on": {"paused": False},
        "step": {"paused": True, "steps": had.steps + 1},
        "tick": {"paused": True, "ticks": had.ticks + 1},
        "stop": {"stop": True},
    }
    run.write_control(dataclasses.replace(had, **changes[request]))


def adjust(
    run: Run, learning_rates: Mapping[str, float], discriminator_steps: int = 0, loss_weight: float | None = None
) -> None:
    """Ask the trainer to change learning rates, discriminator updates per step and the weight of a term of the loss.

    The trainer logs the event `refused` for a setting that its model doesn't have.

    Args:
        learning_rates: learning rate by network, before its decay.
        discriminator_steps: updates of the discriminator per step; 0 for the number that the run started with.
        loss_weight: weight of the adjustable term of the loss; None for the weight that the run started with.

    Raises:
        UserError: no process is training the run, or a number is out of range.
    """
    had, rates = _control(run), dict(learning_rates)
    run.write_control(
        dataclasses.replace(had, learning_rates=rates, discriminator_steps=discriminator_steps, loss_weight=loss_weight)
    )


def kill(run: Run) -> None:
    """Kill the trainer at once; the run can be resumed from its last tick."""
    if pid := signed(run):
        os.kill(pid, signal.SIGKILL)


def _control(run: Run) -> Control:
    if not running(run):
        raise UserError(
            f"no process is training '{run.folder.name}' any more: resume it first", "not_running", name=run.folder.name
        )
    try:
        return run.read_control()
    except UserError:  # a damaged control.json must not prevent a stop
        return Control()


def _launch(run: Run, arguments: list[str], several: bool) -> None:
    with _starting:
        if running(run):
            raise UserError(f"'{run.folder.name}' is already running: stop it first", "busy", name=run.folder.name)
        alive = [name for name, other in list_runs(run.folder.parent).items() if running(other)]
        if alive and not several:
            raise UserError(f"'{alive[0]}' is running: stop it first", "busy", name=alive[0])
        run.folder.mkdir(parents=True, exist_ok=True)
        # Old requests were for the trainer before this one. Requests from now on are for this one.
        run.control.unlink(missing_ok=True)
        # One CPU core stays free for the program that shows the training.
        threads = max(1, (os.cpu_count() or 2) - 1)
        where = ["--runs", str(run.folder.parent), "--name", run.folder.name, "--threads", str(threads), "--quiet"]
        with (run.folder / OUTPUT).open("wb") as output:
            trainer = subprocess.Popen(
                [sys.executable, "-m", "gan_zoo", "train", *arguments, *where],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment(OMP_NUM_THREADS=str(threads)),
                start_new_session=True,  # Ctrl-C in the terminal of the calling program must not reach the trainer
            )
        sign(run, trainer.pid)
    # Without a wait, the ended process would stay as a zombie.
    threading.Thread(target=trainer.wait, daemon=True).start()


def arguments(config: TrainConfig) -> list[str]:
    """Return the command-line arguments from which `gan-zoo train` builds this config."""
    plain = {f.name: f.default for f in dataclasses.fields(TrainConfig)}
    given = {
        key: getattr(config, key) for key in plain if key not in ("model", "options") and getattr(config, key) != plain[key]
    }
    words = [config.model]
    for name, value in {**given, **config.options}.items():
        flag = name.replace("_", "-")
        if isinstance(value, bool):
            words.append(f"--{flag}" if value else f"--no-{flag}")
        elif isinstance(value, Mapping):
            words += [f"--{flag}", *(f"{network}={rate}" for network, rate in value.items())] if value else []
        elif isinstance(value, list | tuple):
            words += [f"--{flag}", *map(str, value)]
        else:
            words += [f"--{flag}", str(value)]
    return words


def _start_time(run: Run) -> float:
    for file in (run.process, run.config):
        try:
            return file.stat().st_mtime
        except FileNotFoundError:
            continue
    return 0.0


def _last_line(file: Path) -> str:
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return ""
    return lines[-1] if lines else ""
