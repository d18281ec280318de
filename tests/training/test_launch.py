"""Tests of trainers in separate processes: start, find, steer, kill."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gan_zoo.__main__ import _parser
from gan_zoo.config import build_config
from gan_zoo.errors import UserError
from gan_zoo.files import write_json
from gan_zoo.runs.control import Control
from gan_zoo.runs.process import sign, signed
from gan_zoo.runs.run import Run
from gan_zoo.training import launch
from gan_zoo.training.config import TrainConfig
from gan_zoo.training.recipes import RECIPES

TINY = {"width": 4, "latent_size": 8}


def until(condition: Callable[[], Any]) -> Any:
    end = time.monotonic() + 60
    while not (value := condition()):
        assert time.monotonic() < end, "nothing happened for a minute"
        time.sleep(0.02)
    return value


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "runs"
    yield folder
    for run in launch.list_runs(folder).values():
        if signed(run) != os.getpid():
            launch.kill(run)


def config(pictures: Path, **changes: Any) -> TrainConfig:
    values = {"steps": 10**6, "batch_size": 8, "tick": 5, "precision": "float32", "device": "cpu"} | changes
    return TrainConfig("dcgan", str(pictures), TINY, **values)


def test_a_run_from_start_to_end(pictures: Path, runs: Path) -> None:
    run = launch.start(config(pictures), runs, "mine")
    assert launch.running(run) and launch.state(run).phase == "starting"
    with pytest.raises(UserError, match="'mine' is running"):
        launch.start(config(pictures), runs, "other")
    until(run.rows)

    again = launch.list_runs(runs)["mine"]  # as after a restart of the program
    assert launch.state(again).phase == "running"
    launch.ask(again, "pause")
    until(lambda: launch.state(again).phase == "paused")
    step = until(lambda: [event["step"] for event in again.events() if event["event"] == "pause"])[-1]
    launch.ask(again, "step")
    launch.ask(again, "step")
    until(lambda: again.rows()[-1]["step"] == step + 2)
    launch.adjust(again, {"generator": 0.125})
    launch.ask(again, "go on")
    until(lambda: again.rows()[-1]["generator_learning_rate"] == 0.125)

    launch.kill(again)
    until(lambda: not launch.running(again))
    assert launch.state(again) == launch.State("killed")
    with pytest.raises(UserError, match="no process is training 'mine' any more"):
        launch.ask(again, "stop")
    killed_at = again.rows()[-1]["step"]

    launch.resume(again)
    until(lambda: again.rows()[-1]["step"] > killed_at + 5)
    launch.ask(again, "stop")
    until(lambda: not launch.running(again))
    assert launch.state(again) == launch.State("stopped") and not launch.state(again).alive
    with pytest.raises(UserError, match="a run 'mine' already exists"):
        launch.start(config(pictures), runs, "mine")


def test_a_mistake_is_reported(tmp_path: Path, runs: Path) -> None:
    run = launch.start(TrainConfig("dcgan", str(tmp_path / "nowhere")), runs, "lost")
    until(lambda: not launch.running(run))
    told = launch.state(run)
    assert told.phase == "failed" and told.message.startswith("gan-zoo: ") and "nowhere" in told.message
    assert list(launch.list_runs(runs)) == ["lost"], "the run is visible and can be started again"
    assert not run.checkpoint.exists()


@pytest.mark.parametrize("name", ["../up", "a/b", "", ".hidden", "a b"])
def test_a_path_is_not_a_valid_name(name: str, pictures: Path, runs: Path) -> None:
    with pytest.raises(UserError, match="can't be the name of a run"):
        launch.start(config(pictures), runs, name)


def test_resume_without_a_run(runs: Path) -> None:
    with pytest.raises(UserError, match="no checkpoint"):
        launch.resume(Run(runs / "nothing"))


def ended(runs: Path, name: str, *events: dict[str, Any]) -> Run:
    run = Run(runs / name)
    write_json(run.config, {})
    for event in events:
        run.append({"step": 1, **event})
    return run


def test_states_of_runs_that_have_ended(runs: Path) -> None:
    start, complete = {"event": "start"}, {"event": "end", "ending": "complete"}
    diverged = {"event": "end", "ending": "diverged", "message": "no longer a number"}
    assert launch.state(ended(runs, "a", start, complete)).phase == "complete"
    assert launch.state(ended(runs, "b", start, complete, {"event": "resume"}, {"event": "pause"})).phase == "killed"
    assert launch.state(ended(runs, "c", start, diverged)) == launch.State("failed", "diverged", "no longer a number")


def test_a_resumed_run_is_starting_until_its_trainer_logs(runs: Path) -> None:
    """The state doesn't depend on clocks: a resumed run is `starting` until its new trainer has logged an event."""
    one = {"pid": os.getpid(), "started": "1"}
    run = ended(runs, "a", {"event": "start", "process": one}, {"event": "end", "ending": "complete"})
    write_json(run.process, one)
    assert launch.state(run).phase == "complete"
    sign(run)
    for seconds in (1, 4_000_000_000):
        os.utime(run.log, (seconds, seconds))
        assert launch.state(run).phase == "starting"
    write_json(run.process, {"pid": os.getpid(), "started": "2"})
    assert launch.state(run).phase == "killed"
    (run.folder / launch.OUTPUT).write_text("gan-zoo: there is no such data set\n")
    assert launch.state(run).phase == "failed"
    run.append({"step": 1, "event": "resume", "process": sign(run)})
    assert launch.state(run).phase == "running"


def test_a_stop_during_the_start_is_not_lost(pictures: Path, runs: Path) -> None:
    run = launch.start(config(pictures), runs, "mine")
    launch.ask(run, "stop")
    until(lambda: not launch.running(run))
    assert launch.state(run).phase == "stopped" and run.rows()[-1]["step"] == 1
    launch.resume(run)
    assert launch.state(run).phase == "starting"
    until(lambda: launch.state(run).phase == "running")
    until(lambda: run.rows()[-1]["step"] > 5)


def test_a_damaged_control_does_not_prevent_a_stop(runs: Path) -> None:
    run = ended(runs, "a")
    sign(run)
    run.control.write_text("{")
    launch.ask(run, "stop")
    assert run.read_control() == Control(stop=True)
    launch.adjust(run, {"generator": 1e-3}, 2)
    assert run.read_control() == Control(stop=True, learning_rates={"generator": 1e-3}, discriminator_steps=2)


def test_another_process_with_the_same_id_is_no_trainer(runs: Path) -> None:
    run = ended(runs, "a", {"event": "start"})
    sign(run)
    assert signed(run) == os.getpid()
    signature = json.loads(run.process.read_text())
    run.process.write_text(json.dumps(signature | {"started": "1"}))
    assert signed(run) is None
    for text in ("{", "[]", "{}", '{"pid": "x", "started": "1"}'):
        run.process.write_text(text)
        assert signed(run) is None


def test_a_zombie_process_is_no_trainer(runs: Path) -> None:
    run = ended(runs, "a")
    sleeper = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    sign(run, sleeper.pid)
    assert launch.running(run)
    sleeper.send_signal(signal.SIGKILL)
    until(lambda: not launch.running(run))
    assert sleeper.stdin is not None
    sleeper.stdin.close()
    sleeper.wait()


@pytest.mark.parametrize("name", RECIPES)
def test_the_command_line_of_a_config_gives_the_config(name: str) -> None:
    recipe = build_config(TrainConfig, RECIPES[name], name)
    arguments = ["train", *launch.arguments(recipe)]
    options = vars(_parser(arguments).parse_args(arguments))
    for field, value in RECIPES[name].items():
        if field == "options":
            assert all(options[f"option.{key}"] in (v, list(v) if isinstance(v, tuple) else v) for key, v in value.items())
        elif field == "learning_rates":
            assert dict(options[field]) == value
        elif value != getattr(TrainConfig, field, None):
            assert options[field] == value
