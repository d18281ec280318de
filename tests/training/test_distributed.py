"""Tests of training in several processes: one process dies, and the run resumes with another number of processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from gan_zoo.__main__ import main
from gan_zoo.hub import dataset_upload
from gan_zoo.runs.run import Run

ROOT = Path(__file__).parents[2]
TRAIN = ["--name", "mine", "--quiet", "--threads", "1"]


STEPS = """
import copy, dataclasses, json, sys, torch
from functools import partial
from tiny_runs import config_of
from gan_zoo.data import synthetic_digits
from gan_zoo.errors import UserError
from gan_zoo.models.registry import list_models, model_class
from gan_zoo.training.distributed import Processes
from gan_zoo.training.trainer import Trainer
from gan_zoo.training.training_data import training_data
synthetic_digits.synthetic = partial(synthetic_digits.synthetic, copies=1)
processes = Processes("cpu")
few = json.loads(sys.argv[2])
for name in list_models():
    config = config_of(name, sys.argv[1], few, batch_size=4)
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

# Where norms don't depend on the batch, the gradients of two processes are those of one with both parts of the batch.
config = config_of("autoencoder", sys.argv[1], few, batch_size=4, mirror=False, jitter=0.0)
alone = copy.copy(processes)
alone.count, alone.rank = 1, 0
found = []
for who, batch_size in ((processes, 4), (alone, 8)):
    trainer = Trainer(dataclasses.replace(config, batch_size=batch_size), training_data(config), who)
    trainer.model.eval()
    trainer.train_step()
    found.append({name: weight.grad for name, weight in trainer.model.named_parameters() if weight.grad is not None})
assert found[0] and any(gradient.any() for gradient in found[0].values())
torch.testing.assert_close(*found, rtol=1e-4, atol=1e-6)
processes.close()
"""


def test_two_processes_have_the_same_weights_and_one_has_their_gradients(
    pictures: Path, few: dict[str, str], tmp_path: Path
) -> None:
    """Every model takes three steps; one that waits for a process that never comes would run into the time-out."""
    (tmp_path / "steps.py").write_text(STEPS)
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "steps.py"]
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests" / "support")])
    environment = {**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"}
    command = [*launcher, str(pictures), json.dumps(few)]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr[-3000:]


def launch(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """Start a run with two processes."""
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m", "gan_zoo"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    with (folder / "said.txt").open("wb") as said:
        return subprocess.Popen([*launcher, "train", *arguments, *TRAIN], cwd=folder, env=environment, stdout=said, stderr=said)


def workers(launcher: int) -> list[int]:
    """Return the ids of the processes that a launcher has started."""
    children = Path(f"/proc/{launcher}/task/{launcher}/children").read_text().split()
    return [int(child) for child in children if b"gan_zoo" in Path(f"/proc/{child}/cmdline").read_bytes()]


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

    assert main(["train", *TRAIN, "--resume", "--steps", str(lost + 10)]) == 0
    assert Run(run.folder).rows()[-1]["step"] == lost + 10
    process = launch(tmp_path, "--resume", "--steps", str(lost + 20))
    assert process.wait(100) == 0, (tmp_path / "said.txt").read_text()
    last = Run(run.folder).rows()[-1]
    assert last["step"] == lost + 20 and all(torch.isfinite(torch.tensor(v)) for v in last.values() if isinstance(v, float))
