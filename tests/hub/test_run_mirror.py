"""Tests of runs that are mirrored through a local Hub server."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hub_server import HubServer
from PIL import Image

from gan_zoo.errors import UserError
from gan_zoo.files import write_json
from gan_zoo.hub import client, run_mirror
from gan_zoo.runs.run import Run


@pytest.fixture
def run(tmp_path: Path) -> Run:
    run = Run(tmp_path / "run")
    write_json(run.config, {"model": "dcgan", "path": "/home/me/pictures", "device": "cpu"})
    tick(run, 1)
    return run


def tick(run: Run, step: int) -> None:
    run.append({"step": step, "generator_loss": 1.0})
    run.save_grid(step, Image.new("L", (4, 4), step))


def push(run: Run, say: Callable[[str], object] = print) -> run_mirror.Push:
    return run_mirror.Push(run, "me/mine", say, interval=3600)


def test_only_new_files_are_sent(run: Run, on_hub: HubServer) -> None:
    pushed = push(run)
    pushed._try()
    first = {*on_hub.model("me/mine").files}
    tick(run, 2)
    on_hub.requests.clear()
    pushed._try()
    pushed._try()
    there = on_hub.model("me/mine")
    assert first == {".gitattributes", "config.json", "log.jsonl", "grids/00000001.webp"}
    assert {*there.files} - first == {"grids/00000002.webp"} and on_hub.asked("/commit/") == 1
    assert not on_hub.asked("repos/create") and there.commits[-1].message == "step 2"
    assert there.files["log.jsonl"] == run.log.read_bytes()
    assert json.loads(there.files["config.json"]) == {"model": "dcgan"}, "nothing describes this machine"


def test_an_incomplete_line_is_not_sent(run: Run, on_hub: HubServer) -> None:
    whole = run.log.read_bytes()
    with run.log.open("ab") as log:
        log.write(b'{"step": 2')
    push(run)._try()
    assert on_hub.model("me/mine").files["log.jsonl"] == whole


def test_the_last_commit_sends_the_rest(run: Run, on_hub: HubServer) -> None:
    with push(run):
        tick(run, 2)
    assert {"config.json", "log.jsonl", "grids/00000001.webp", "grids/00000002.webp"} <= {*on_hub.model("me/mine").files}


def test_failures_are_reported_once_and_retried(run: Run, on_hub: HubServer, waits: list[float]) -> None:
    said: list[str] = []
    pushed = push(run, said.append)
    on_hub.fail("POST /api/repos", 500, times=99)
    pushed._try()
    pushed._try()
    assert len(said) == 1 and "me/mine" in said[0] and "answers 500" in said[0]
    on_hub.faults.clear()
    pushed._try()
    assert "log.jsonl" in on_hub.model("me/mine").files


def test_a_hanging_hub_does_not_block_the_trainer(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()

    def hang() -> Any:
        over.wait()
        raise OSError("over")

    monkeypatch.setattr(client, "api", hang)
    monkeypatch.setattr(run_mirror, "LAST_WAIT", 0.05)
    with push(run, lambda said: None) as pushed:
        pass
    assert pushed._thread.is_alive()
    over.set()
    pushed._thread.join()


def test_a_run_is_followed(
    run: Run, on_hub: HubServer, tmp_path: Path, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    pushed = push(run)
    pushed._try()
    copy = run_mirror.follow("me/mine", tmp_path / "cache")
    assert copy.rows() == run.rows() and list(copy.grid_paths()) == [1] and not copy.checkpoint.exists()
    tick(run, 2)
    pushed._try()
    run_mirror.follow("me/mine", tmp_path / "cache")
    assert copy.rows() == run.rows() and list(copy.grid_paths()) == [1, 2]
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert run_mirror.follow("me/mine", tmp_path / "cache").rows() == run.rows(), "without a network, the copy is used"


def test_repositories_that_cannot_be_followed(
    on_hub: HubServer, tmp_path: Path, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    on_hub.add("me/other", {"README.md": b""})
    with pytest.raises(UserError, match="holds no run"):
        run_mirror.follow("me/other", tmp_path)
    with pytest.raises(UserError, match="there is no repository"):
        run_mirror.follow("me/nothing", tmp_path)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(UserError, match="can't be reached"):
        run_mirror.follow("me/another", tmp_path)


@pytest.mark.parametrize("name", ["mine", "../mine", "a/b/c", "", "me/.."])
def test_a_path_is_not_a_valid_name(name: str, run: Run, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="user/name"):
        run_mirror.Push(run, name, print)
    with pytest.raises(UserError, match="user/name"):
        run_mirror.follow(name, tmp_path)
