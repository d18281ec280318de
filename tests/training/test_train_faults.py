"""Tests of faults during a run: full disk, full memory, numbers that are not finite, killed processes."""

from __future__ import annotations

import errno
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny_runs import config

from gan_zoo.errors import UserError
from gan_zoo.runs.run import Run
from gan_zoo.training.loop import train
from gan_zoo.training.trainer import Trainer

ROOT = Path(__file__).parents[2]


def test_full_disk_keeps_the_last_checkpoint(pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(tmp_path / "run")
    write = Path.write_bytes

    def full(self: Path, data: bytes) -> int:
        if self.suffix == ".pt" and run.checkpoint.exists():
            write(self, bytes(data)[:100])
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(self, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(UserError, match=r"No space left on device.*the last checkpoint is kept"):
        train(config(pictures), run, quiet=True)
    assert run.read_checkpoint()["step"] == 5
    assert [path.name for path in run.checkpoint.parent.iterdir()] == ["last.pt"]
    assert run.events()[-1]["ending"] == "disk"
    monkeypatch.undo()
    assert train(config(pictures), run, resume=True, quiet=True) == "complete"


def test_a_full_disk_is_reported_even_if_the_log_has_no_room(
    pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Run(tmp_path / "run")

    def full(self: Run, row: dict[str, Any]) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Run, "append", full)
    with pytest.raises(UserError, match="No space left on device"):
        train(config(pictures), run, quiet=True)


@pytest.mark.parametrize("error", [
    MemoryError(), torch.OutOfMemoryError("CUDA out of memory."),
    RuntimeError("[enforce fail at alloc_cpu.cpp:124] DefaultCPUAllocator: can't allocate memory: you tried 8 bytes"),
], ids=lambda error: type(error).__name__)  # fmt: skip
def test_out_of_memory_keeps_the_last_checkpoint(
    error: Exception, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, step = Run(tmp_path / "run"), Trainer.train_step

    def hungry(self: Trainer) -> dict[str, torch.Tensor]:
        if self.step == 7:
            raise error
        return step(self)

    monkeypatch.setattr(Trainer, "train_step", hungry)
    with pytest.raises(UserError, match="out of memory: the last checkpoint is kept"):
        train(config(pictures), run, quiet=True)
    assert run.events()[-1]["ending"] == "memory" and run.read_checkpoint()["step"] == 5
    monkeypatch.undo()
    assert train(config(pictures), run, resume=True, quiet=True) == "complete"


def test_a_bug_is_not_reported_as_a_user_error(pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Trainer) -> dict[str, torch.Tensor]:
        raise RuntimeError("shapes differ")

    monkeypatch.setattr(Trainer, "train_step", broken)
    with pytest.raises(RuntimeError, match="shapes differ"):
        train(config(pictures), Run(tmp_path / "run"), quiet=True)


def test_divergence_ends_the_run(pictures: Path, tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    with pytest.raises(UserError, match="no longer a number"):
        train(
            config(pictures, learning_rates={"discriminator": 1e30, "generator": 1e30}, model="mlp_gan", options={}),
            run,
            quiet=True,
        )
    assert any(value is None for value in run.rows()[-1].values())  # JSON has no NaN


def test_the_log_has_the_ending(pictures: Path, tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    train(config(pictures, steps=5), run, quiet=True)
    rates = {"generator": 1e30, "discriminator": 1e30}
    with pytest.raises(UserError, match="no longer a number"):
        train(config(pictures, model="mlp_gan", options={}, learning_rates=rates), Run(tmp_path / "nan"), quiet=True)
    assert [event["event"] for event in run.events()] == ["start", "end"] and run.events()[-1]["ending"] == "complete"
    last = Run(tmp_path / "nan").events()[-1]
    assert last["ending"] == "diverged" and "no longer a number" in last["message"]


def command(pictures: Path, runs: Path, *more: str) -> list[str]:
    options = (
        "--steps 100000 --batch-size 8 --tick 5 --precision float32 --width 4 --latent-size 8 --threads 1 --quiet --device cpu"
    )
    return [
        sys.executable,
        "-m",
        "gan_zoo",
        "train",
        "dcgan",
        "--data",
        str(pictures),
        "--runs",
        str(runs),
        *options.split(),
        *more,
    ]


def wait_for_steps(run: Run, step: int) -> None:
    end = time.monotonic() + 60
    while not (run.rows() and run.rows()[-1]["step"] >= step):
        assert time.monotonic() < end, f"the trainer didn't reach step {step} within a minute"
        time.sleep(0.02)


def test_a_killed_run_loses_at_most_a_tick(pictures: Path, tmp_path: Path) -> None:
    """After SIGKILL at any moment, log and checkpoint are complete and at most one tick apart."""
    run = Run(tmp_path / "dcgan-pictures")
    for _ in range(3):
        start = run.read_checkpoint()["step"] if run.checkpoint.exists() else 0
        trainer = subprocess.Popen(command(pictures, tmp_path, *(["--resume"] if start else [])), cwd=ROOT)
        wait_for_steps(run, start + 20)
        trainer.kill()
        trainer.wait()
        step, logged = run.read_checkpoint()["step"], run.rows()[-1]["step"]
        assert step >= start + 15 and 0 <= logged - step <= 5
        assert [row["step"] for row in run.rows()] == list(range(5, logged + 1, 5))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_ends_cleanly(number: int, pictures: Path, tmp_path: Path) -> None:
    run = Run(tmp_path / "dcgan-pictures")
    trainer = subprocess.Popen(command(pictures, tmp_path), cwd=ROOT, stderr=subprocess.PIPE, text=True)
    wait_for_steps(run, 10)
    trainer.send_signal(number)
    _, errors = trainer.communicate(timeout=60)
    assert trainer.returncode == 130 and "Traceback" not in errors
    assert run.read_checkpoint()["step"] == run.rows()[-1]["step"]
