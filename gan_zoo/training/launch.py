"""Training runs as processes of their own: started, found again, steered, ended.

Whoever started a run, it says in its folder which process trains it; so all of this works on runs from the command line,
too, and after a restart of the program that started them.
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
from gan_zoo.runs.control import Control
from gan_zoo.runs.process import sign, signature, signed
from gan_zoo.runs.run import Row, Run
from gan_zoo.training.config import TrainConfig

Wish = Literal["pause", "go on", "step", "tick", "stop"]
Phase = Literal["starting", "running", "paused", "complete", "out of time", "stopped", "interrupted", "failed", "killed"]
# What a trainer that could not even begin has to say.
OUTPUT = "output.txt"
_starting = threading.Lock()


@dataclass(frozen=True)
class State:
    """How a run is doing."""

    phase: Phase
    code: str = ""
    """of a run that failed: the code of its error, empty where it left none"""
    message: str = ""
    """and what it said"""

    @property
    def alive(self) -> bool:
        return self.phase in ("starting", "running", "paused")


def start(config: TrainConfig, runs: Path, name: str, several: bool = False) -> Run:
    """Start the run `name` in the folder `runs`; returns at once, without knowing whether it will go well.

    Args:
        several: even while another run of that folder is alive.

    Raises:
        UserError: the name is no name or is taken, or another run is alive.
    """
    if not re.fullmatch(r"\w[\w.-]{0,99}", name):
        raise UserError(f"'{name}' is no name for a run: use letters, digits, dots and dashes", "bad_name", name=name)
    run = Run(runs / name)
    if run.checkpoint.exists():
        raise UserError(f"there is a run '{name}' already: go on with it, or choose another name", "run_exists", name=name)
    _launch(run, _arguments(config), several)
    return run


def resume(run: Run, several: bool = False) -> None:
    """Go on with a run that has ended, as it was configured; raises `UserError` where it can't, or another one is alive."""
    if not run.checkpoint.exists():
        raise UserError(f"{run.folder} has no checkpoint: start the run anew", "no_checkpoint")
    _launch(run, ["--resume"], several)


def running(run: Run) -> bool:
    """Whether a trainer is at work on the run."""
    return signed(run) is not None


def list_runs(runs: Path) -> dict[str, Run]:
    """Every run of a folder by name, the one that was begun or resumed last first."""
    found = [run for run in map(Run, runs.glob("*/")) if run.config.exists() or run.process.exists()]
    return {run.folder.name: run for run in sorted(found, key=_begun, reverse=True)}


def state(run: Run) -> State:
    """How a run is doing, by what it says and whether its trainer is there."""
    alive = running(run)
    recent = _of_last_trainer(run)
    last = next((event for event in reversed(recent) if event["event"] in ("pause", "go on", "end")), None)
    if alive:
        if not recent:
            return State("starting")
        return State("paused" if last and last["event"] == "pause" else "running")
    if last and last["event"] == "end":
        if "message" in last:
            return State("failed", last["ending"], last["message"])
        return State(last["ending"])
    # A trainer that was killed says nothing; one that found a mistake before it began says it on its output.
    said = _last_line(run.folder / OUTPUT)
    return State("failed", message=said) if said.startswith("gan-zoo: ") else State("killed")


def _of_last_trainer(run: Run) -> list[Row]:
    """What the last trainer has said since it began; nothing while all there is was said by the one before it."""
    events, who = run.events(), signature(run)
    begun = max((i for i, event in enumerate(events) if event["event"] in ("start", "resume")), default=len(events))
    recent = events[begun:]
    # Not by a date: clocks jump.
    return [] if recent and who and recent[0].get("process", who) != who else recent


def ask(run: Run, wish: Wish) -> None:
    """Ask the trainer to pause, go on, do one step or one tick and wait again, or stop; it does so after the step at hand.

    Raises:
        UserError: no trainer is at work on the run.
    """
    had = _control(run)
    changes: dict[str, dict[str, Any]] = {
        "pause": {"paused": True},
        "go on": {"paused": False},
        "step": {"paused": True, "steps": had.steps + 1},
        "tick": {"paused": True, "ticks": had.ticks + 1},
        "stop": {"stop": True},
    }
    run.write_control(dataclasses.replace(had, **changes[wish]))


def adjust(
    run: Run, learning_rates: Mapping[str, float], discriminator_steps: int = 0, loss_weight: float | None = None
) -> None:
    """Ask for learning rates by network, before their decay, for updates of the discriminator per step, and for the weight
    of a term of the loss; 0 and None for what the run began with. What the model doesn't have is refused in the log. Raises
    `UserError` as `ask` does, and for numbers out of range."""
    had, rates = _control(run), dict(learning_rates)
    run.write_control(
        dataclasses.replace(had, learning_rates=rates, discriminator_steps=discriminator_steps, loss_weight=loss_weight)
    )


def kill(run: Run) -> None:
    """End the trainer at once; the run can be resumed from its last tick."""
    if pid := signed(run):
        os.kill(pid, signal.SIGKILL)


def _control(run: Run) -> Control:
    if not running(run):
        raise UserError(f"nothing trains {run.folder.name} any more: resume it first", "not_running", name=run.folder.name)
    try:
        return run.read_control()
    except UserError:  # damaged by another hand: a trainer can be stopped all the same
        return Control()


def _launch(run: Run, arguments: list[str], several: bool) -> None:
    with _starting:
        if running(run):
            raise UserError(f"'{run.folder.name}' is running already", "busy", name=run.folder.name)
        alive = [name for name, other in list_runs(run.folder.parent).items() if running(other)]
        if alive and not several:
            raise UserError(f"'{alive[0]}' is running: stop it first", "busy", name=alive[0])
        run.folder.mkdir(parents=True, exist_ok=True)
        # What was asked of a trainer before is not for this one; what is asked from now on is.
        run.control.unlink(missing_ok=True)
        # One processor is left to whoever watches.
        threads = max(1, (os.cpu_count() or 2) - 1)
        where = ["--runs", str(run.folder.parent), "--name", run.folder.name, "--threads", str(threads), "--quiet"]
        root = str(Path(__file__).parents[2])
        path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
        with (run.folder / OUTPUT).open("wb") as output:
            trainer = subprocess.Popen(
                [sys.executable, "-m", "gan_zoo", "train", *arguments, *where],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": str(threads)},
                start_new_session=True,  # Ctrl-C in the terminal of the program that starts it is not for it
            )
        sign(run, trainer.pid)
    # Somebody must ask how it ended, or it would stay in the list of processes.
    threading.Thread(target=trainer.wait, daemon=True).start()


def _arguments(config: TrainConfig) -> list[str]:
    """The command line of a config; the inverse of what `gan-zoo train` does with one."""
    plain = {f.name: f.default for f in dataclasses.fields(TrainConfig)}
    given = {
        key: getattr(config, key) for key in plain if key not in ("model", "options") and getattr(config, key) != plain[key]
    }
    arguments = [config.model]
    for name, value in {**given, **config.options}.items():
        flag = name.replace("_", "-")
        if isinstance(value, bool):
            arguments.append(f"--{flag}" if value else f"--no-{flag}")
        elif isinstance(value, Mapping):
            arguments += [f"--{flag}", *(f"{network}={rate}" for network, rate in value.items())] if value else []
        elif isinstance(value, list | tuple):
            arguments += [f"--{flag}", *map(str, value)]
        else:
            arguments += [f"--{flag}", str(value)]
    return arguments


def _begun(run: Run) -> float:
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
