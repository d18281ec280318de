"""A training run as a folder that can be read while it is written.

    config.json          what was asked for
    log.jsonl            one JSON object a line: a row a tick, and an event for whatever else happens
    grids/00000200.webp  the sample grid after that many steps
    checkpoint/last.pt   everything that a resume needs
    checkpoint/best.pt   the averaged weights of the lowest FID so far, where it is measured
    control.json         what is asked of the trainer while it runs
    process.json         which process trains, to find it again

Every file but the log is moved into place complete; a line of the log is one write. So a reader
sees a whole state at any moment, and a trainer that is killed loses at most one tick.
"""

from __future__ import annotations

import io
import json
import os
import pickle
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from PIL import Image

from gan_zoo.errors import UserError

Row = dict[str, Any]


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Call `write` with a temporary name beside `path`, then move the file into place; nothing half-written stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        write(temporary)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_json(path: Path, value: Any) -> None:
    """`value` as indented JSON, atomically."""
    write_atomically(path, lambda p: p.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"))


def read_json(path: Path) -> Any:
    """The value in a JSON file; `UserError` where the file is missing or isn't JSON."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UserError(f"{path} is missing", "missing_file", path=path) from error
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{path} is damaged ({error}); restore it or fetch it again", "damaged_file", path=path) from error


@dataclass(frozen=True)
class Control:
    """What is asked of a trainer: a state that it is to be in, so that no wish is lost however seldom it looks."""

    paused: bool = False
    steps: int = 0
    """single steps that the pause lets through, counted from the start of the process"""
    ticks: int = 0
    """ticks that the pause lets through, counted likewise; one ends where a row is logged"""
    stop: bool = False
    """end after the step at hand; the run can be resumed"""
    learning_rates: dict[str, float] = field(default_factory=dict)
    """by network, before the decay"""
    discriminator_steps: int = 0
    """updates of the discriminator for each of the generator; 0 for what the run began with"""
    loss_weight: float | None = None
    """of the term of the loss that the model lets change (`Model.LOSS_WEIGHT`); None for what the run began with"""

    def __post_init__(self) -> None:
        if not all(0 <= rate < float("inf") for rate in self.learning_rates.values()):
            raise UserError("a learning rate is a number from 0 up", "bad_control")
        if not 0 <= self.discriminator_steps <= 100:
            raise UserError(f"discriminator_steps is {self.discriminator_steps}; it must be from 1 to 100", "bad_control")
        if self.loss_weight is not None and not 0 <= self.loss_weight < float("inf"):
            raise UserError(f"loss_weight is {self.loss_weight}; it must be a number from 0 up", "bad_control")


class Run:
    """A run folder; nothing is touched before the first write.

    The log is read once: a later look reads only what has been appended since.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "config.json"
        self.log = folder / "log.jsonl"
        self.grids = folder / "grids"
        self.checkpoint = folder / "checkpoint" / "last.pt"
        self.best = folder / "checkpoint" / "best.pt"
        self.control = folder / "control.json"
        self.process = folder / "process.json"
        self._reading = threading.Lock()
        self._forget()

    def _forget(self) -> None:
        self._file, self._read = 0, 0
        self._rows: dict[int, Row] = {}
        self._events: list[Row] = []

    def append(self, row: Row) -> None:
        """Add one row to the log in a single write."""
        self.folder.mkdir(parents=True, exist_ok=True)
        line = (json.dumps(row, ensure_ascii=False) + "\n").encode()
        descriptor = os.open(self.log, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            # A killed writer may have left half a line: this row must not become its tail.
            size = os.fstat(descriptor).st_size
            if size and os.pread(descriptor, 1, size - 1) != b"\n":
                line = b"\n" + line
            os.write(descriptor, line)
        finally:
            os.close(descriptor)

    def rows(self) -> list[Row]:
        """The ticks in order of steps. A torn line is passed over; where a resumed run logged a step again, the later
        row counts."""
        with self._reading:
            self._read_on()
            return [self._rows[step] for step in sorted(self._rows)]

    def events(self) -> list[Row]:
        """What happened beside the ticks, in the order of happening: each has `step` and `event`, and what belongs to it."""
        with self._reading:
            self._read_on()
            return list(self._events)

    def _read_on(self) -> None:
        """Take in the lines that were completed since the last time."""
        try:
            with self.log.open("rb") as log:
                status = os.fstat(log.fileno())
                if status.st_ino != self._file or status.st_size < self._read:  # another log in its place
                    self._forget()
                    self._file = status.st_ino
                log.seek(self._read)
                fresh = log.read()
        except FileNotFoundError:
            self._forget()
            return
        fresh = fresh[: fresh.rfind(b"\n") + 1]
        self._read += len(fresh)
        for line in fresh.splitlines():
            try:
                row = json.loads(line)
                if "event" in row:
                    self._events.append({"step": row.pop("step"), **row})
                else:
                    self._rows[int(row["step"])] = row
            except (ValueError, KeyError, TypeError, AttributeError):
                continue

    def write_control(self, control: Control) -> None:
        """Ask the trainer for a state."""
        write_json(self.control, asdict(control))

    def read_control(self) -> Control:
        """What was asked for last; `UserError` where the file is damaged or asks for what there isn't."""
        if not self.control.exists():
            return Control()
        try:
            asked = read_json(self.control)
            return Control(**asked)
        except (TypeError, AttributeError) as error:
            raise UserError(f"{self.control} asks for what there is not ({error})", "bad_control") from error

    def save_grid(self, step: int, grid: Image.Image) -> None:
        """The sample grid after `step` steps, as lossless WebP."""
        write_atomically(self.grids / f"{step:08d}.webp", lambda path: grid.save(path, "WEBP", lossless=True, method=2))

    def write_checkpoint(self, state: dict[str, Any], best: bool = False) -> None:
        """Replace the last checkpoint, or the best; OSError where it can't be written, and the old one stays."""
        # By way of memory: a full disk is then an OSError and not one of torch's own.
        buffer = io.BytesIO()
        torch.save(state, buffer)
        write_atomically(self.best if best else self.checkpoint, lambda path: path.write_bytes(buffer.getbuffer()))

    def read_checkpoint(self, best: bool = False) -> dict[str, Any]:
        """The last checkpoint, or the best, on the CPU; `UserError` where there is none or it can't be read."""
        path = self.best if best else self.checkpoint
        try:
            return torch.load(path, map_location="cpu", weights_only=True)
        except FileNotFoundError as error:
            missing = (
                "checkpoint of its best state: train it with --metrics-every"
                if best
                else "checkpoint: start the run without --resume"
            )
            raise UserError(f"{self.folder} has no {missing}", "no_checkpoint") from error
        except (RuntimeError, EOFError, ValueError, pickle.UnpicklingError) as error:
            raise UserError(f"{path} is damaged: start the run again", "damaged_file") from error

    def grid_paths(self) -> dict[int, Path]:
        """The sample grids by step, in order."""
        return {int(path.stem): path for path in sorted(self.grids.glob("[0-9]*.webp"))}
