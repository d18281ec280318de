"""The process that trains a run: who it is, and a lock that keeps others from training the same run.

The lock is the file `lock` of the run's folder. On one machine the system frees it when its process ends, however that
happens. On a disk that several machines share, the file names the machine, and its date is set again every few seconds. A
lock whose date has not changed for a minute belongs to a process that is gone.
"""

from __future__ import annotations

import json
import os
import platform
import secrets
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gan_zoo.errors import UserError
from gan_zoo.files import read_json, write_json
from gan_zoo.runs.run import Run

try:
    import fcntl
except ImportError:  # Windows has no such locks; the content of the file decides there
    fcntl = None  # type: ignore[assignment]

Signature = dict[str, Any]
# Seconds between two signs of life, and the seconds of silence after which a process on another machine counts as gone.
BEAT, SILENCE = 5.0, 60.0


@dataclass(frozen=True)
class Holder:
    """The process that trains a run now."""

    pid: int
    machine: str
    """name of the machine that the process runs on; empty for this machine"""

    def __str__(self) -> str:
        return f"process {self.pid}" + (f" on {self.machine}" if self.machine else "")


class Lock:
    """A run that this process alone may train; `hold` returns it."""

    def __init__(self, run: Run, token: str) -> None:
        self._run, self._token = run, token

    def check(self) -> None:
        """Raise `UserError` if another process has taken the run over, for example while this machine slept."""
        if not self.held():
            raise UserError(
                f"another process trains {self._run.folder} now: this one ends here and leaves the run to it", "run_taken"
            )

    def held(self) -> bool:
        """True unless another process has taken the run over."""
        entry = _entry(self._run)
        return entry is None or entry["token"] == self._token

    def beat(self, end: threading.Event) -> None:
        """Give a sign of life every few seconds until `end` is set."""
        while not end.wait(BEAT):
            with suppress(OSError):  # a full or absent disk gets its message from the training
                if self.held():
                    os.utime(self._run.lock)


@contextmanager
def hold(run: Run) -> Iterator[Lock]:
    """Hold the lock of a run inside the `with` block.

    Raises:
        UserError: another process trains the run (`busy`), or the folder can't be written (`disk`).
    """
    there = run.folder.exists()
    try:
        run.folder.mkdir(parents=True, exist_ok=True)
        file = _open(run)
    except OSError as error:
        raise UserError(f"can't write to {run.folder} ({error.strerror}): choose another folder with --runs", "disk") from error
    lock, end = Lock(run, secrets.token_hex(8)), threading.Event()
    try:
        _write(file, {**_own(), "token": lock._token})
        _clean(run)
        threading.Thread(target=lock.beat, args=(end,), daemon=True).start()
        yield lock
    finally:
        end.set()
        if lock.held():
            run.lock.unlink(missing_ok=True)
            # This process may live on, as a notebook does, and then its signature would look like a trainer.
            if (signed := noted(run)) and signed["pid"] == os.getpid():
                with suppress(OSError):
                    write_json(run.process, {**signed, "ended": True})
        os.close(file)
        if not there:  # a run that failed before its first file leaves no folder
            with suppress(OSError):
                run.folder.rmdir()


def _clean(run: Run) -> None:
    """Remove what killed trainers had begun to write; only the one that holds the lock writes to these folders."""
    for folder in (run.grids, run.checkpoint.parent):
        for path in folder.glob(".*.*"):
            with suppress(OSError):
                path.unlink()


def _open(run: Run) -> int:
    """The open and locked file `lock` of a run; raises `UserError` if another process trains the run."""
    while True:
        file = os.open(run.lock, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            free = _lock(file)
            other = _holder(run, _now(run.folder))
            # `launch` has signed for this process if it has started it.
            if other and not (free and other.pid == os.getpid() and not other.machine):
                raise UserError(
                    f"{other} is training {run.folder} now: stop it first, or choose another --name",
                    "busy",
                    name=run.folder.name,
                )
            if not free:  # a process that has not yet written its name
                raise UserError(f"another process is starting in {run.folder}: wait for it, or choose another --name", "busy")
            # The process that held the lock may have removed the file after it was opened here.
            if run.lock.exists() and os.fstat(file).st_ino == run.lock.stat().st_ino:
                return file
        except BaseException:
            os.close(file)
            raise
        os.close(file)


def _write(file: int, entry: Signature) -> None:
    """Replace the content of the open lock in place, because another file would not be locked."""
    content = json.dumps(entry).encode()
    os.pwrite(file, content, 0)
    os.ftruncate(file, len(content))


def _lock(file: int) -> bool:
    """Lock an open file; returns False if another process has locked it. Some network disks have no locks."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def holder(run: Run) -> Holder | None:
    """The process that trains `run` now, on this machine or another one; None if there is none."""
    return _holder(run, time.time())


def _holder(run: Run, now: float) -> Holder | None:
    """As `holder`; `now` is the time on the disk of the run."""
    if entry := _entry(run):
        if (entry["machine"], entry["space"]) == (_machine(), _space()):
            if _alive(entry):
                return Holder(entry["pid"], "")
        else:
            with suppress(OSError):
                if now - run.lock.stat().st_mtime < SILENCE:
                    return Holder(entry["pid"], entry["machine"])
    # `launch` signs for a trainer that has not taken the lock yet, and older versions had no lock.
    signed = noted(run)
    return Holder(signed["pid"], "") if signed and _alive(signed) else None


def _entry(run: Run) -> Signature | None:
    """The content of the lock; None if there is none or it is damaged."""
    try:
        entry = read_json(run.lock)
        texts = all(isinstance(entry[key], str) for key in ("machine", "space", "token", "started"))
        return entry if texts and isinstance(entry["pid"], int) else None
    except (UserError, TypeError, KeyError):
        return None


def _own() -> Signature:
    pid = os.getpid()
    return {"pid": pid, "started": _started(pid), "machine": _machine(), "space": _space()}


def _machine() -> str:
    return platform.node() or "?"


def _space() -> str:
    """The space of process numbers: containers of one machine each count their processes anew."""
    try:
        return os.readlink("/proc/self/ns/pid")
    except OSError:
        return ""


def _now(folder: Path) -> float:
    """The time on the disk of a folder, which another machine may own."""
    with tempfile.NamedTemporaryFile(dir=folder) as probe:
        return os.fstat(probe.fileno()).st_mtime


def sign(run: Run, pid: int | None = None) -> Signature:
    """Write down that this process, or `pid`, trains `run`; returns the signature, which identifies the process."""
    pid = pid or os.getpid()
    signature = {"pid": pid, "started": _started(pid)}
    write_json(run.process, signature)
    return signature


def noted(run: Run) -> Signature | None:
    """The signature that was written last for `run`; None if there is none."""
    try:
        found = read_json(run.process)
    except UserError:
        return None
    return found if isinstance(found, dict) and isinstance(found.get("pid"), int) else None


def signature(run: Run) -> Signature | None:
    """The signature of the process that trains `run`, or of the last one that did; None if there is none."""
    entry = _entry(run)
    found = entry if entry and holder(run) else noted(run)
    return found and {key: found.get(key) for key in ("pid", "started")}


def signed(run: Run) -> int | None:
    """The number of the process on this machine that trains `run` now, no matter who started it; None if there is none."""
    found = holder(run)
    return found.pid if found and not found.machine else None


def _alive(signature: Signature) -> bool:
    """The system reuses the number of a process after its end, so the time of its start must match too."""
    started = None if signature.get("ended") else signature.get("started")
    return started is not None and _started(signature["pid"]) == started


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
