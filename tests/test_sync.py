"""Runs by way of the Hub. Its client is replaced at the border: no request leaves this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub.errors import LocalEntryNotFoundError
from PIL import Image

from gan_zoo import sync
from gan_zoo.errors import UserError
from gan_zoo.runlog import Run, write_json


class Hub:
    """Keeps what is committed; fails while it is told to."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.commits: list[list[str]] = []
        self.created: list[str] = []
        self.fails = False
        self.tried = threading.Event()

    def create_repo(self, repository: str, exist_ok: bool) -> None:
        assert exist_ok
        self._try()
        self.created.append(repository)

    def create_commit(self, repository: str, operations: list[Any], commit_message: str) -> None:
        self._try()
        self.commits.append([operation.path_in_repo for operation in operations])
        self.files |= {operation.path_in_repo: operation.path_or_fileobj for operation in operations}

    def _try(self) -> None:
        self.tried.set()
        if self.fails:
            raise OSError("no route to host")

    def download(self, repository: str, folder: Path) -> None:
        if self.fails:
            raise LocalEntryNotFoundError("offline")
        for name, content in self.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Hub:
    hub = Hub()
    monkeypatch.setattr(sync, "_api", lambda: hub)
    monkeypatch.setattr(sync, "_download", hub.download)
    return hub


@pytest.fixture
def run(tmp_path: Path) -> Run:
    run = Run(tmp_path / "run")
    write_json(run.config, {"model": "dcgan", "path": "/home/me/pictures", "device": "cpu"})
    tick(run, 1)
    return run


def tick(run: Run, step: int) -> None:
    run.append({"step": step, "generator_loss": 1.0})
    run.save_grid(step, Image.new("L", (4, 4), step))


def push(run: Run, say: Callable[[str], object] = print) -> sync.Push:
    return sync.Push(run, "me/mine", say, interval=3600)


def test_only_what_is_new_is_sent(run: Run, hub: Hub) -> None:
    pushed = push(run)
    pushed._try()
    tick(run, 2)
    pushed._try()
    pushed._try()
    assert hub.created == ["me/mine"]
    assert hub.commits == [["config.json", "log.jsonl", "grids/00000001.webp"], ["log.jsonl", "grids/00000002.webp"]]
    assert hub.files["log.jsonl"] == run.log.read_bytes()
    assert json.loads(hub.files["config.json"]) == {"model": "dcgan"}, "nothing of this machine"


def test_a_torn_line_stays_at_home(run: Run, hub: Hub) -> None:
    whole = run.log.read_bytes()
    with run.log.open("ab") as log:
        log.write(b'{"step": 2')
    push(run)._try()
    assert hub.files["log.jsonl"] == whole


def test_what_is_left_goes_with_the_last_commit(run: Run, hub: Hub) -> None:
    with push(run):
        tick(run, 2)
    assert set(hub.files) == {"config.json", "log.jsonl", "grids/00000001.webp", "grids/00000002.webp"}


def test_failures_are_told_once_and_made_up_for(run: Run, hub: Hub) -> None:
    said: list[str] = []
    pushed = push(run, said.append)
    hub.fails = True
    pushed._try()
    pushed._try()
    assert len(said) == 1 and "me/mine" in said[0] and "no route to host" in said[0]
    hub.fails = False
    pushed._try()
    assert "log.jsonl" in hub.files


def test_a_hub_that_hangs_keeps_no_trainer(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()

    def hang() -> Any:
        over.wait()
        raise OSError("over")

    monkeypatch.setattr(sync, "_api", hang)
    monkeypatch.setattr(sync, "LAST_WAIT", 0.05)
    with push(run, lambda said: None) as pushed:
        pass
    assert pushed._thread.is_alive()
    over.set()
    pushed._thread.join()


def test_a_run_is_followed(run: Run, hub: Hub, tmp_path: Path) -> None:
    pushed = push(run)
    pushed._try()
    copy = sync.follow("me/mine", tmp_path / "cache")
    assert copy.rows() == run.rows() and list(copy.grid_paths()) == [1] and not copy.checkpoint.exists()
    tick(run, 2)
    pushed._try()
    sync.follow("me/mine", tmp_path / "cache")
    assert copy.rows() == run.rows() and list(copy.grid_paths()) == [1, 2]
    hub.fails = True
    assert sync.follow("me/mine", tmp_path / "cache").rows() == run.rows(), "offline, the copy serves"


def test_what_cant_be_followed(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="holds no run"):
        sync.follow("me/mine", tmp_path)
    hub.fails = True
    with pytest.raises(UserError, match="can't be fetched"):
        sync.follow("me/other", tmp_path)


@pytest.mark.parametrize("name", ["mine", "../mine", "a/b/c", "", "me/.."])
def test_names_are_no_paths(name: str, run: Run, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="user/name"):
        sync.Push(run, name, print)
    with pytest.raises(UserError, match="user/name"):
        sync.follow(name, tmp_path)
