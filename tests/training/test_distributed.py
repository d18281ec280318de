"""Tests of training in several processes: one process dies, and the run resumes with another number of processes."""

from __future__ import annotations

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
