"""Mirrors a run to a repository on the Hub, so that other machines can follow it."""

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

# The seconds between two commits; the Hub limits their number per hour.
INTERVAL = 60.0
# The longest time in seconds that a finished trainer waits for the last commit.
LAST_WAIT = 120.0
WATCHED = ["config.json", "log.jsonl", "grids/*.webp"]
# The entries of config.json that describe this machine; they are not uploaded.
LOCAL_KEYS = ("path", "device", "device_asked", "start")


class Push:
    """A context in which a thread uploads new log lines and grids of a run to the Hub.

    Network failures never stop the training; the next commit contains what could not be sent.

    Args:
        repository: user/name; it is created if it doesn't exist.
        say: called with a message at the first failure, and at each one that differs from the failure before.
        interval: seconds between two commits.

    Raises:
        UserError: `repository` doesn't have the form user/name.
    """

    def __init__(self, run: Run, repository: str, say: Callable[[str], object], interval: float = INTERVAL) -> None:
        self.run, self.repository, self.say, self.interval = run, client.checked(repository), say, interval
        self._sent: dict[str, bytes | tuple[int, int]] = {}
        self._problem = ""
        self._created = False
        self._end = threading.Event()
        # A thread that hangs in a network call must not keep the process alive.
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
        except Exception as error:  # no failure may stop the training
            problem = str(error) or "it gave no reason"
            if problem != self._problem:
                self.say(f"can't upload to {self.repository} ({problem.splitlines()[0]}): the next upload tries again")
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
        """Return the files that the Hub doesn't have yet: by name, a mark that identifies the version, and the content."""
        found: dict[str, tuple[bytes | tuple[int, int], bytes]] = {}
        if self.run.config.exists():
            config = {key: value for key, value in read_json(self.run.config).items() if key not in LOCAL_KEYS}
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
    """Download the current state of a run on the Hub into the cache and return the copy.

    Further calls download only what is new. The copy has no checkpoint, so it can't be resumed.

    Args:
        repository: user/name.
        cache: folder of the copies (default: `$GAN_ZOO_CACHE`, or `~/.cache/gan-zoo`).

    Raises:
        UserError: there is no such repository, it holds no run, or the Hub can't be reached and the cache has no copy.
    """
    run = Run((cache or files.cache()) / "runs" / client.checked(repository).replace("/", "--"))
    try:
        client.ask(repository, lambda: _download(repository, run.folder))
    except UserError as error:
        if error.code == "no_repository" or not run.log.exists():
            raise
    if not run.log.exists():
        raise UserError(
            f"'{repository}' holds no run: it has no log.jsonl; choose the repository of a run", "no_run", name=repository
        )
    return run


def _download(repository: str, folder: Path) -> None:
    from huggingface_hub import snapshot_download

    snapshot_download(repository, local_dir=folder, allow_patterns=WATCHED, endpoint=client.endpoint())
