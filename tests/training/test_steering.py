"""Tests of control.json: pause, single steps and ticks, stop, new settings, and their log events."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from gan_zoo.models.mlp_gan import MLPGAN
from gan_zoo.runs.control import Control
from gan_zoo.runs.run import Run
from gan_zoo.training.config import TrainConfig
from gan_zoo.training.loop import train
from gan_zoo.training.steering import Steering

LOOKS: Counter[Path] = Counter()
"""how often the training of a folder has looked at its control file"""


@pytest.fixture(autouse=True)
def _count_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    update = Steering._update

    def counted(self: Steering, step: int) -> None:
        update(self, step)
        LOOKS[self.run.folder] += 1

    monkeypatch.setattr(Steering, "_update", counted)


def until(condition: Callable[[], Any]) -> Any:
    end = time.monotonic() + 120
    while not (value := condition()):
        assert time.monotonic() < end, "nothing happened for two minutes"
        time.sleep(0.005)
    return value


class Training:
    """A run that trains in a thread."""

    def __init__(self, pictures: Path, folder: Path, model: str = "mlp_gan", **changes: Any) -> None:
        self.run, self.endings = Run(folder), list[str]()
        values = {"steps": 10**6, "batch_size": 8, "tick": 50, "precision": "float32", "device": "cpu"} | changes
        options = {"latent_size": 8} | ({"generator_widths": (8,)} if model == "mlp_gan" else {"width": 4})
        self.config = TrainConfig(model, str(pictures), options, **values)

    def start(self, resume: bool = False) -> Training:
        self.thread = threading.Thread(target=lambda: self.endings.append(train(self.config, self.run, resume, quiet=True)))
        self.thread.start()
        until(lambda: self.happened("resume" if resume else "start"))
        until(lambda: self.run.rows() or 1 in self.run.grid_paths())
        return self

    def ask(self, **asked: Any) -> None:
        self.run.write_control(Control(**asked))

    def happened(self, name: str) -> list[dict[str, Any]]:
        return [event for event in self.run.events() if event["event"] == name]

    def has_looked(self) -> None:
        """Wait until the training has looked at its control file twice more, so that it has acted on what stands there."""
        before = LOOKS[self.run.folder]
        until(lambda: LOOKS[self.run.folder] > before + 2)

    @property
    def step(self) -> int:
        """The step of the last log row."""
        return max((row["step"] for row in self.run.rows()), default=0)

    def stop(self, **asked: Any) -> str:
        self.ask(stop=True, **asked)
        self.thread.join()
        return self.endings[-1]


@pytest.fixture
def training(pictures: Path, tmp_path: Path) -> Iterator[Training]:
    training = Training(pictures, tmp_path / "run").start()
    yield training
    if training.thread.is_alive():
        training.stop()


def paused_at(training: Training) -> int:
    """Return the step of the pause, after its log row and its checkpoint are written."""
    step = until(lambda: training.happened("pause"))[-1]["step"]
    until(training.run.checkpoint.exists)
    until(lambda: training.step == step and training.run.read_checkpoint()["step"] == step)
    return step


def test_pause_step_tick_go_on(training: Training) -> None:
    run = training.run
    training.ask(paused=True)
    step = paused_at(training)
    training.has_looked()
    assert training.step == step and step in run.grid_paths(), "a pause saves a grid"

    training.ask(paused=True, steps=2)
    until(lambda: training.step == step + 2)
    assert [row["step"] for row in run.rows()[-3:]] == [step, step + 1, step + 2]

    training.ask(paused=True, steps=2, ticks=1)
    following = (step + 2) // 50 * 50 + 50
    until(lambda: training.step == following)
    training.has_looked()
    assert training.step == following

    training.ask(paused=False, steps=2, ticks=1)
    until(lambda: training.step > following + 100)
    assert training.stop() == "stopped"
    assert [event["event"] for event in run.events()] == ["start", "pause", "go on", "stop", "end"]
    assert run.events()[-1]["ending"] == "stopped" and run.read_checkpoint()["step"] == training.step


def test_stop_during_a_pause(training: Training) -> None:
    training.ask(paused=True)
    step = paused_at(training)
    assert training.stop() == "stopped" and training.step == step


def test_a_second_pause_breaks_off_a_tick(pictures: Path, tmp_path: Path) -> None:
    training = Training(pictures, tmp_path / "run", tick=10**6).start()
    training.ask(paused=True)
    step = paused_at(training)
    training.ask(paused=True, ticks=1)
    training.has_looked()
    assert training.step == step, "the end of the tick is far away"
    training.ask(paused=True, ticks=1)
    until(lambda: training.step > step)
    assert training.stop() == "stopped"


def test_rates_and_steps_change_and_are_logged(training: Training) -> None:
    training.ask(learning_rates={"generator": 0.5}, discriminator_steps=3)
    event = until(lambda: training.happened("discriminator_steps"))[0]
    assert event["value"] == 3 and training.happened("learning_rates")[0]["value"] == {"generator": 0.5}
    row = until(lambda: [row for row in training.run.rows() if row["step"] > event["step"] + 50])[0]
    assert row["generator_learning_rate"] == 0.5 and row["discriminator_learning_rate"] == 2e-4
    training.ask()
    until(lambda: len(training.happened("learning_rates")) == 2)
    until(lambda: training.run.rows()[-1]["generator_learning_rate"] == 2e-4)


def test_changes_survive_a_resume(training: Training) -> None:
    asked = {"learning_rates": {"generator": 0.25}, "discriminator_steps": 4}
    training.ask(**asked)
    until(lambda: training.happened("discriminator_steps"))
    training.stop(**asked)
    state = training.run.read_checkpoint()
    assert state["learning_rates"]["generator"] == 0.25 and state["discriminator_steps"] == 4
    step = training.step
    training.start(resume=True)
    row = until(lambda: [row for row in training.run.rows() if row["step"] > step])[0]
    assert row["generator_learning_rate"] == 0.25, "the old stop request is not followed again"
    assert training.stop() == "stopped"
    assert training.run.read_checkpoint()["discriminator_steps"] == 4


def test_the_weight_of_a_term_in_the_loss_changes_and_survives_a_resume(pictures: Path, tmp_path: Path) -> None:
    training = Training(pictures, tmp_path / "run", model="vae", tick=10).start()
    training.ask(loss_weight=8.0)
    event = until(lambda: training.happened("loss_weight"))[0]
    assert event["value"] == 8.0
    row = until(lambda: [row for row in training.run.rows() if row["step"] > event["step"] + 20])[0]
    assert row["loss"] == pytest.approx(row["error"] + 8 * row["kl"], rel=1e-3)
    training.ask()
    until(lambda: len(training.happened("loss_weight")) == 2)
    assert "value" not in training.happened("loss_weight")[-1], "the weight is the initial one again"
    training.ask(loss_weight=0.5)
    until(lambda: len(training.happened("loss_weight")) == 3)
    training.stop(loss_weight=0.5)
    step = training.step
    training.start(resume=True)
    row = until(lambda: [row for row in training.run.rows() if row["step"] > step])[0]
    training.stop()
    assert row["loss"] == pytest.approx(row["error"] + row["kl"] / 2, rel=1e-3)


def test_a_model_without_such_a_weight_refuses_it(training: Training) -> None:
    training.ask(loss_weight=1.0)
    assert "mlp_gan" in until(lambda: training.happened("refused"))[0]["message"]


@pytest.mark.parametrize(
    "wrong",
    [
        '{"learning_rates": {"generater": 0.1}}',
        "{",
        '{"discriminator_steps": -1}',
        '{"loss_weight": -1}',
        '{"loss_weight": "1"}',
    ],
)
def test_invalid_requests_are_refused(wrong: str, training: Training) -> None:
    training.run.control.write_text(wrong)
    refused = until(lambda: training.happened("refused"))
    step = training.step
    until(lambda: training.step > step + 100)
    assert len(training.happened("refused")) == len(refused) == 1 and refused[0]["message"]


def test_a_pause_does_not_count_as_training_time(pictures: Path, tmp_path: Path) -> None:
    begin = time.monotonic()
    training = Training(pictures, tmp_path / "run", minutes=0.02).start()
    training.ask(paused=True)
    paused_at(training)
    pause = time.monotonic()
    until(lambda: time.monotonic() > pause + 1.5)  # longer than the limit
    paused = time.monotonic() - pause
    assert training.thread.is_alive(), "a pause doesn't count for the time limit"
    training.ask()
    training.thread.join()
    assert training.endings == ["out of time"]
    assert training.run.rows()[-1]["seconds"] < time.monotonic() - begin - paused


def test_several_updates_divide_a_batch() -> None:
    torch.manual_seed(0)
    model = MLPGAN(MLPGAN.Config(size=8, latent_size=8, generator_widths=(8,), discriminator_widths=(8,), r1=1.0))
    batch = model.example_inputs(12, torch.Generator().manual_seed(0))
    updates = {}
    for steps in (1, 3):
        model.config = MLPGAN.Config(**{**vars(model.config), "discriminator_steps": steps})
        optimizers = model.optimizers(model.LEARNING_RATES)
        values = model.training_step(batch, optimizers)
        assert all(value.ndim == 0 and value.isfinite() for value in values.values())
        states = {name: next(iter(optimizer.state.values()))["step"].item() for name, optimizer in optimizers.items()}
        updates[steps] = states
    assert updates == {1: {"generator": 1, "discriminator": 1}, 3: {"generator": 1, "discriminator": 3}}
