"""A training run as a folder that can be read while it is written.

    config.json          what was asked for
    log.jsonl            one JSON object a line, one line a tick
    grids/00000200.webp  the sample grid after that many steps
    checkpoint/last.pt   everything that a resume needs

Every file but the log is moved into place complete; a line of the log is one write. So a reader
sees a whole state at any moment, and a trainer that is killed loses at most one tick.
"""

from __future__ import annotations

import io
import json
import os
import pickle
from collections.abc import Callable
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


class Run:
    """A run folder; nothing is touched before the first write."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "config.json"
        self.log = folder / "log.jsonl"
        self.grids = folder / "grids"
        self.checkpoint = folder / "checkpoint" / "last.pt"

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
        """The log in order of steps. A torn line is passed over; where a resumed run logged a step again, the
        later row counts."""
        rows: dict[int, Row] = {}
        if self.log.exists():
            for line in self.log.read_text(encoding="utf-8", errors="replace").splitlines():
                try:
                    row = json.loads(line)
                    rows[row["step"]] = row
                except (ValueError, KeyError, TypeError):
                    continue
        return [rows[step] for step in sorted(rows)]

    def save_grid(self, step: int, grid: Image.Image) -> None:
        """The sample grid after `step` steps, as lossless WebP."""
        write_atomically(self.grids / f"{step:08d}.webp", lambda path: grid.save(path, "WEBP", lossless=True, method=2))

    def write_checkpoint(self, state: dict[str, Any]) -> None:
        """Replace the checkpoint; OSError where it can't be written, and the old one stays."""
        # By way of memory: a full disk is then an OSError and not one of torch's own.
        buffer = io.BytesIO()
        torch.save(state, buffer)
        write_atomically(self.checkpoint, lambda path: path.write_bytes(buffer.getbuffer()))

    def read_checkpoint(self) -> dict[str, Any]:
        """The checkpoint, on the CPU; `UserError` where there is none or it can't be read."""
        try:
            return torch.load(self.checkpoint, map_location="cpu", weights_only=True)
        except FileNotFoundError as error:
            raise UserError(f"{self.folder} has no checkpoint: start the run without --resume", "no_checkpoint") from error
        except (RuntimeError, EOFError, ValueError, pickle.UnpicklingError) as error:
            raise UserError(f"{self.checkpoint} is damaged: start the run again", "damaged_file") from error

    def grid_paths(self) -> dict[int, Path]:
        """The sample grids by step, in order."""
        return {int(path.stem): path for path in sorted(self.grids.glob("[0-9]*.webp"))}
