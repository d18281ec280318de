"""A training run as a folder that can be read while it is written.

    config.json          the settings of the run
    log.jsonl            one JSON object a line: a row for each tick, and an event for anything else
    grids/00000200.webp  the sample grid after that many steps
    checkpoint/last.pt   everything that is needed to resume
    checkpoint/best.pt   the averaged weights with the lowest FID so far, if it is measured
    control.json         the requests to the running trainer
    process.json         the process that trains, to find it again
    lock                 while a process trains: its number and its machine, so that no other one trains the run

Every file except the log is written completely and then moved into place; a line of the log is one write. So a reader
always sees a complete state, and a killed trainer loses at most one tick.
"""

from __future__ import annotations

import io
import json
import os
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from PIL import Image

from gan_zoo.config import build_config
from gan_zoo.entries import check_settings, read_line
from gan_zoo.errors import UserError
from gan_zoo.files import read_json, write_atomically, write_json
from gan_zoo.runs.control import Control

Row = dict[str, Any]


class Run:
    """A run folder; nothing is created before the first write.

    The log is read once. Later calls read only the lines that were added since.
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
        self.lock = folder / "lock"
        self._reading = threading.Lock()
        self._forget()

    def _forget(self) -> None:
        self._file, self._read = 0, 0
        self._rows: dict[int, Row] = {}
        self._events: list[Row] = []

    def settings(self, *needed: str) -> dict[str, Any]:
        """The content of config.json; raises `UserError` if it is missing or damaged, or lacks an entry that is `needed`."""
        return check_settings(read_json(self.config), str(self.config), needed)

    def append(self, row: Row) -> None:
        """Add one row to the log in a single write."""
        self.folder.mkdir(parents=True, exist_ok=True)
        line = (json.dumps(row, ensure_ascii=False) + "\n").encode()
        descriptor = os.open(self.log, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            # A killed writer may have left half a line, and this row must not be joined to it.
            size = os.fstat(descriptor).st_size
            if size and os.pread(descriptor, 1, size - 1) != b"\n":
                line = b"\n" + line
            os.write(descriptor, line)
        finally:
            os.close(descriptor)

    def rows(self) -> list[Row]:
        """The rows of the ticks in order of steps. Incomplete lines are skipped. If a resumed run logged a step again, the
        later row counts."""
        with self._reading:
            self._read_on()
            return [self._rows[step] for step in sorted(self._rows)]

    def events(self) -> list[Row]:
        """The events in the order in which they happened: each has `step`, `event` and the details of the event."""
        with self._reading:
            self._read_on()
            return list(self._events)

    def _read_on(self) -> None:
        """Read the lines that were completed since the last call."""
        try:
            with self.log.open("rb") as log:
                status = os.fstat(log.fileno())
                if status.st_ino != self._file or status.st_size < self._read:  # another log has replaced the one that was read
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
            row = read_line(line)
            if row is None:
                continue
            if "event" in row:
                self._events.append({"step": row.pop("step"), **row})
            else:
                self._rows[row["step"]] = row

    def write_control(self, control: Control) -> None:
        """Write the state that the trainer is asked for."""
        write_json(self.control, asdict(control))

    def read_control(self) -> Control:
        """The latest request; raises `UserError` if the file is damaged or has an unknown request."""
        if not self.control.exists():
            return Control()
        asked = read_json(self.control)
        if not isinstance(asked, dict):
            raise UserError(f"{self.control} is damaged: ask again", "bad_control")
        try:
            return build_config(Control, asked, f"the request in {self.control}")
        except UserError as error:
            raise UserError(str(error), "bad_control") from error

    def save_grid(self, step: int, grid: Image.Image) -> None:
        """Write the sample grid after `step` steps as lossless WebP."""
        write_atomically(self.grids / f"{step:08d}.webp", lambda path: grid.save(path, "WEBP", lossless=True, method=2))

    def write_checkpoint(self, state: dict[str, Any], best: bool = False) -> None:
        """Replace the last checkpoint, or the best; if it can't be written, raises OSError and the old one stays."""
        # The state goes through memory first, so that a full disk is an OSError and not an error of torch's own.
        buffer = io.BytesIO()
        torch.save(state, buffer)
        write_atomically(self.best if best else self.checkpoint, lambda path: path.write_bytes(buffer.getbuffer()))

    def read_checkpoint(self, best: bool = False) -> dict[str, Any]:
        """The last checkpoint, or the best, on the CPU; raises `UserError` if there is none or it can't be read."""
        path = self.best if best else self.checkpoint
        try:
            state = torch.load(path, map_location="cpu", weights_only=True)
        except FileNotFoundError as error:
            missing = (
                "checkpoint of its best state: train it with --metrics-every"
                if best
                else "checkpoint: start the run without --resume"
            )
            raise UserError(f"{self.folder} has no {missing}", "no_checkpoint") from error
        except OSError as error:
            raise UserError(f"{path} can't be read ({error.strerror}): check the file", "damaged_file", path=path) from error
        except Exception as error:  # reading a damaged file can fail at any point
            raise UserError(f"{path} is damaged: start the run again", "damaged_file", path=path) from error
        if not isinstance(state, dict):
            raise UserError(f"{path} is no checkpoint of a run: start the run again", "damaged_file", path=path)
        return state

    def grid_paths(self) -> dict[int, Path]:
        """The sample grids by step, in order."""
        found = sorted(self.grids.glob("[0-9]*.webp"))
        return {int(path.stem): path for path in found if path.stem.isascii() and path.stem.isdigit() and len(path.stem) < 16}
