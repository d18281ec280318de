"""Runs that are trained in one place and watched in another, by way of a repository on the Hub."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from gan_zoo import files
from gan_zoo.errors import UserError
from gan_zoo.files import read_json
from gan_zoo.hub import client
from gan_zoo.runs.run import Run

# Seconds between two commits: the Hub counts them by the hour.
INTERVAL = 60.0
# How long the last commit may keep a finished trainer waiting, in seconds.
LAST_WAIT = 120.0
WATCHED = ["config.json", "log.jsonl", "grids/*.webp"]
# What config.json says of the machine alone.
OF_THE_MACHINE = ("path", "device", "start")


class Push:
    """While this context is open, a thread takes what is new in a run's log and grids to the Hub.

    Whatever a network does, the training goes on: what could not be sent goes with the next commit.

    Args:
        say: is told of the first failure, and of each that differs from the one before.
    """

    def __init__(self, run: Run, repository: str, say: Callable[[str], object], interval: float = INTERVAL) -> None:
        self.run, self.repository, self.say, self.interval = run, client.checked(repository), say, interval
        self._sent: dict[str, bytes | tuple[int, int]] = {}
        self._problem = ""
        self._created = False
        self._end = threading.Event()
        # A thread that hangs in a network must not keep the process.
        self._thread = threading.Thread(target=self._work, daemon=True)

    def __enter__(self) -> Push:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._end.set()
        self._thread.join(LAST_WAIT)

    def _work(self) -> None:
        while not self._end.wait(self.interval):
            self._try()
        self._try()

    def _try(self) -> None:
        try:
            self._commit()
            self._problem = ""
        except Exception as error:  # of whatever kind: see above
            problem = str(error) if isinstance(error, UserError) else f"{type(error).__name__}: {error}"
            if problem != self._problem:
                self.say(f"{self.repository} has nothing new, the training goes on ({problem.splitlines()[0]})")
            self._problem = problem

    def _commit(self) -> None:
        from huggingface_hub import CommitOperationAdd

        fresh = self._fresh()
        if not fresh:
            return
        api = client.api()
        if not self._created:
            client.ask(self.repository, lambda: api.create_repo(self.repository, exist_ok=True))
            self._created = True
        operations = [CommitOperationAdd(name, content) for name, (_, content) in fresh.items()]
        rows = self.run.rows()
        message = f"step {rows[-1]['step'] if rows else 0}"
        client.ask(self.repository, lambda: api.create_commit(self.repository, operations, commit_message=message))
        self._sent |= {name: mark for name, (mark, _) in fresh.items()}

    def _fresh(self) -> dict[str, tuple[bytes | tuple[int, int], bytes]]:
        """What the Hub doesn't have yet: name, a mark by which it is known again, content."""
        found: dict[str, tuple[bytes | tuple[int, int], bytes]] = {}
        if self.run.config.exists():
            config = {key: value for key, value in read_json(self.run.config).items() if key not in OF_THE_MACHINE}
            content = json.dumps(config, indent=2, ensure_ascii=False).encode()
            found["config.json"] = (content, content)
        if self.run.log.exists():
            log = self.run.log.read_bytes()
            log = log[: log.rfind(b"\n") + 1]
            found["log.jsonl"] = ((len(log), 0), log)
        for path in self.run.grid_paths().values():
            status = path.stat()
            mark = (status.st_mtime_ns, status.st_size)
            if self._sent.get(name := f"grids/{path.name}") != mark:
                found[name] = (mark, path.read_bytes())
        return {name: (mark, content) for name, (mark, content) in found.items() if self._sent.get(name) != mark}


def follow(repository: str, cache: Path | None = None) -> Run:
    """A run on the Hub as it is now, brought into the cache; called again, it brings what is new.

    The folder can be looked at, and is no run to train: there is no checkpoint in it.

    Args:
        cache: folder of the copies (default: `$GAN_ZOO_CACHE`, or `~/.cache/gan-zoo`).

    Raises:
        UserError: there is no such repository, it holds no run, or the Hub can't be reached and nothing is in the cache.
    """
    run = Run((cache or files.cache()) / "runs" / client.checked(repository).replace("/", "--"))
    try:
        client.ask(repository, lambda: _download(repository, run.folder))
    except UserError as error:
        if error.code == "no_repository" or not run.log.exists():
            raise
    if not run.log.exists():
        raise UserError(f"'{repository}' holds no run: there is no log.jsonl in it", "no_run", name=repository)
    return run


def _download(repository: str, folder: Path) -> None:
    from huggingface_hub import snapshot_download

    snapshot_download(repository, local_dir=folder, allow_patterns=WATCHED, endpoint=client.endpoint())
