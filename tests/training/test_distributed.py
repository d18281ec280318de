"""Tests of training in several processes: they agree, one dies, and the run resumes with another number of processes."""

from __future__ import annotations

import copy
import dataclasses
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from tiny_runs import config_of, draw_few
from two_processes import in_two_processes

from gan_zoo.__main__ import main
from gan_zoo.data.dataset import Dataset
from gan_zoo.errors import UserError
from gan_zoo.hub import dataset_upload
from gan_zoo.models.registry import list_models, model_class
from gan_zoo.runs.run import Run
from gan_zoo.training.config import TrainConfig
from gan_zoo.training.distributed import Processes
from gan_zoo.training.trainer import Trainer
from gan_zoo.training.training_data import training_data

ROOT = Path(__file__).parents[2]
TRAIN = ["--name", "mine", "--quiet", "--threads", "1"]


def take_steps(pictures: Path, few: dict[str, str]) -> None:
    """Let every model take three steps in this process and in another, and compare their weights."""
    draw_few(pytest.MonkeyPatch())
    processes = Processes("cpu")
    for name in list_models():
        config = config_of(name, pictures, few, batch_size=4)
        if name == "dcgan":  # the penalty needs second derivatives
            config.options["r1"] = 0.1
        if name == "vid2vid":  # all processes must choose the same frames to learn from
            config.options["taught"] = 1
        data = training_data(config)
        try:
            trainer = Trainer(config, data, processes)
        except UserError as error:
            assert model_class(name).FITTED and "without a launcher" in str(error), name
            continue
        assert not model_class(name).FITTED, name
        trainer.model.prepare(trainer.data)
        for _ in range(3):
            trainer.train_step()
        trainer.share_buffers()
        state = trainer.state_dict()
        one, two = processes.gather({"model": state["model"], "ema": state["ema"]})
        differing = [f"{part} {key}" for part in one for key in one[part] if not torch.equal(one[part][key], two[part][key])]
        assert not differing, (name, differing)
        assert all(value.isfinite().all() for value in one["model"].values()), name
    processes.close()


def test_two_processes_have_the_same_weights(pictures: Path, few: dict[str, str]) -> None:
    """A process that waits for one that never comes would run into the time-out."""
    in_two_processes(take_steps, pictures, few)


def trained(processes: Processes) -> dict[str, torch.Tensor]:
    """Return the gradients of each of three steps, and the weights after them, of models without batch norm."""
    half = 16 // processes.count
    images = torch.randint(256, (32, 1, 8, 8), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    noise = torch.randn(3, 16, 8, generator=torch.Generator().manual_seed(1))
    perceptron = {"dropout": 0.0, "generator_widths": (16,), "discriminator_widths": (16,)}
    found = {}
    for model, options in ("mlp_gan", perceptron), ("r3gan", {"width": 4}), ("regressor", {"width": 4}):
        options = {"latent_size": 8} | options
        config = TrainConfig(model, "noise", options, batch_size=half, precision="float32", device="cpu")
        trainer = Trainer(config, Dataset("noise", images), processes)
        for i, z in enumerate(noise):
            trainer.model.latent = lambda n, generator=None, z=z: z[processes.rank * half :][:half]
            trainer.train_step()
            found |= {f"{model} {i} {key}": w.grad.clone() for key, w in trainer.model.named_parameters()}
        found |= {f"{model} {key}": w for key, w in trainer.model.state_dict().items()}
    return found


def alone(processes: Processes) -> Processes:
    """Return what the processes of a training are to one that trains alone."""
    one = copy.copy(processes)
    one.count, one.rank = 1, 0
    return one


def compare_training() -> None:
    """Compare what two processes find with what each of them finds alone with both batches."""
    processes = Processes("cpu")
    one, two = trained(alone(processes)), trained(processes)
    assert one.keys() == two.keys()
    for key, value in one.items():
        torch.testing.assert_close(value, two[key], rtol=1e-4, atol=1e-5, msg=lambda said, key=key: f"{key}: {said}")
    processes.close()


def test_two_processes_equal_one_with_twice_the_batch() -> None:
    """The mean gradients of two processes equal the gradients of one process with both batches. This holds for the models
    without batch norm, whose statistics each process computes from its own batch."""
    in_two_processes(compare_training)


def compare_gradients(pictures: Path, few: dict[str, str]) -> None:
    """Compare the gradients of two processes with those that each of them finds alone in both parts of the batch."""
    processes = Processes("cpu")
    config = config_of("autoencoder", pictures, few, batch_size=4, mirror=False, jitter=0.0)
    found = []
    for who, batch_size in ((processes, 4), (alone(processes), 8)):
        trainer = Trainer(dataclasses.replace(config, batch_size=batch_size), training_data(config), who)
        trainer.model.eval()
        trainer.train_step()
        found.append({name: weight.grad for name, weight in trainer.model.named_parameters() if weight.grad is not None})
    assert found[0] and any(gradient.any() for gradient in found[0].values())
    torch.testing.assert_close(*found, rtol=1e-4, atol=1e-6)
    processes.close()


def test_two_processes_have_the_gradients_of_one(pictures: Path, few: dict[str, str]) -> None:
    """Where norms don't depend on the batch, the gradients of two processes are those of one with both parts of the batch."""
    in_two_processes(compare_gradients, pictures, few)


def launch(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """Start a run with two processes, as the README says."""
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m", "gan_zoo"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    with (folder / "said.txt").open("wb") as said:
        return subprocess.Popen([*launcher, "train", *arguments, *TRAIN], cwd=folder, env=environment, stdout=said, stderr=said)


def workers(launcher: int) -> list[int]:
    """Return the ids of the processes that a launcher has started."""
    children = Path(f"/proc/{launcher}/task/{launcher}/children").read_text().split()
    return [int(child) for child in children if b"gan_zoo" in Path(f"/proc/{child}/cmdline").read_bytes()]


def resume(steps: str) -> None:
    assert main(["train", *TRAIN, "--resume", "--steps", steps]) == 0


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finding a worker needs Linux")
def test_a_run_that_loses_a_worker_resumes_with_one_and_with_two(
    pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    dataset_upload.write_shards(pictures, tmp_path)
    options = "--batch-size 4 --tick 5 --latent-size 4 --generator-widths 4 --device cpu --precision float32"
    data = ["mlp_gan", "--data", f"parquet:{tmp_path}", *options.split()]
    run = Run(tmp_path / "runs" / "mine")
    process = launch(tmp_path, *data, "--steps", "1000000")
    end = time.monotonic() + 100
    while not (run.checkpoint.exists() and run.rows()):
        assert process.poll() is None and time.monotonic() < end, (tmp_path / "said.txt").read_text()
        time.sleep(0.05)
    os.kill(workers(process.pid)[1], signal.SIGKILL)
    assert process.wait(60) != 0
    lost = run.read_checkpoint()["step"]
    assert lost >= 5

    resume(str(lost + 10))
    assert Run(run.folder).rows()[-1]["step"] == lost + 10
    in_two_processes(resume, str(lost + 20))
    last = Run(run.folder).rows()[-1]
    assert last["step"] == lost + 20 and all(torch.isfinite(torch.tensor(v)) for v in last.values() if isinstance(v, float))
