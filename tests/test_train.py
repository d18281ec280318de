"""The training loop: log, grids, resume, kill, several processes, and what can go wrong."""

from __future__ import annotations

import dataclasses
import errno
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image

from gan_zoo import train as train_module
from gan_zoo.errors import UserError
from gan_zoo.models.classifier import Classifier
from gan_zoo.precision import Precision, fastest
from gan_zoo.registry import create_model, list_models, model_class
from gan_zoo.runlog import Run, read_json, write_json
from gan_zoo.train import EARLY_GRIDS, TrainConfig, train

ROOT = Path(__file__).parent.parent
TINY = {"width": 4, "latent_size": 8}
FROM_DATA = ("size", "channels", "input_channels", "classes")


def config(data: Path | str, **changes: Any) -> TrainConfig:
    values = {
        "model": "dcgan",
        "options": TINY,
        "steps": 20,
        "batch_size": 8,
        "tick": 5,
        "precision": "float32",
        "device": "cpu",
    }
    return TrainConfig(data=str(data), **(values | changes))


def same(one: Any, two: Any) -> bool:
    """Equal to the last bit, through dictionaries and lists."""
    if isinstance(one, dict):
        return one.keys() == two.keys() and all(same(one[key], two[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(two) and all(map(same, one, two))
    return torch.equal(one, two) if isinstance(one, torch.Tensor) else one == two


def test_a_run(pictures: Path, tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    assert train(config(pictures, steps=23), run, quiet=True) == "complete"
    rows = run.rows()
    assert [row["step"] for row in rows] == [5, 10, 15, 20, 23]
    assert rows[-1]["images"] == 23 * 8
    for key in ("seconds", "images_per_second", "generator_loss", "discriminator_loss", "d_real", "d_fake"):
        assert all(isinstance(row[key], float) for row in rows), key
    assert all(row["generator_gradient_norm"] > 0 and row["generator_learning_rate"] == 2e-4 for row in rows)
    assert list(run.grid_paths()) == sorted({s for s in EARLY_GRIDS if s <= 23} | {5, 10, 15, 20, 23})
    saved = read_json(run.config)
    assert saved["options"]["size"] == 32 and saved["options"]["channels"] == 1 and saved["classes"] == ["cats", "dogs"]
    assert saved["precision"] == "float32" and saved["data"] == "pictures"


def test_grids_are_of_the_same_latents(pictures: Path, tmp_path: Path) -> None:
    """Without learning, every grid is the same picture."""
    run = Run(tmp_path / "run")
    train(
        config(pictures, learning_rates={"generator": 0.0, "discriminator": 0.0}, ema=0.0, model="mlp_gan", options={}),
        run,
        quiet=True,
    )
    grids = {path.read_bytes() for path in run.grid_paths().values()}
    assert len(grids) == 1
    with Image.open(next(iter(run.grid_paths().values()))) as grid:
        assert grid.size == (7 * 34 + 2, 6 * 34 + 2)  # 40 pictures in rows of 7


@pytest.mark.parametrize("name", list_models())
@pytest.mark.parametrize("precision", ["float32", "bfloat16/channels_last"])
def test_resume_is_exact(name: str, precision: str, pictures: Path, tmp_path: Path) -> None:
    """Stopped after 9 of 20 steps, in the middle of a tick and of an epoch, a run ends bit for bit the same."""
    tiny = {key: value for key, value in vars(model_class(name).TINY).items() if key not in FROM_DATA}
    settings = config(pictures, model=name, options=tiny, precision=precision, mirror=True, jitter=0.1, decay_from=0.2)
    if model_class(name).kind == "translator":
        settings = dataclasses.replace(settings, pairs="edges")
    whole, halves = Run(tmp_path / "whole"), Run(tmp_path / "halves")
    train(settings, whole, quiet=True)

    step = train_module.Trainer.train_step

    def interrupted(self: train_module.Trainer) -> dict[str, torch.Tensor]:
        values = step(self)
        if self.step == 9:
            os.kill(os.getpid(), signal.SIGINT)
        return values

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(train_module.Trainer, "train_step", interrupted)
        assert train(settings, halves, quiet=True) == "interrupted"
    assert halves.read_checkpoint()["step"] == 9
    assert train(settings, halves, resume=True, quiet=True) == "complete"
    one, two = whole.read_checkpoint(), halves.read_checkpoint()
    assert one.pop("seconds") > 0 and two.pop("seconds") > 0
    assert same(one, two)


def test_pairs_are_for_translators(pictures: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"pix2pix translates pictures: say with --pairs.*edges"):
        train(config(pictures, model="pix2pix"), Run(tmp_path / "run"), quiet=True)
    with pytest.raises(UserError, match="dcgan is no translator"):
        train(config(pictures, pairs="edges"), Run(tmp_path / "run"), quiet=True)


def test_a_translators_run(pictures: Path, tmp_path: Path) -> None:
    """Grids show input, output and target; the config says what the tab needs."""
    run = Run(tmp_path / "run")
    options = {"width": 4, "max_width": 8, "critic_width": 4, "patch": 16}
    train(config(pictures, model="pix2pix", pairs="blocks", options=options, steps=5), run, quiet=True)
    with Image.open(list(run.grid_paths().values())[-1]) as grid:
        assert grid.size == (3 * (3 * 32 + 2) + 2, 3 * 34 + 2)
    saved = read_json(run.config)
    assert saved["pairs"] == "blocks" and saved["options"]["input_channels"] == saved["options"]["channels"] == 3
    assert saved["palette"] and all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in saved["palette"])


def test_a_run_starts_from_another(pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From its averaged weights, with everything else new; going on with it asks for the first one no more."""
    monkeypatch.chdir(tmp_path)
    train(config(pictures), Run(Path("first")), quiet=True)
    still = {"generator": 0.0, "discriminator": 0.0}
    train(config(pictures, start="first", steps=5, learning_rates=still), Run(Path("second")), quiet=True)
    first, second = (Run(Path(name)).read_checkpoint() for name in ("first", "second"))
    weights = [
        key for key, _ in model_class("dcgan")(model_class("dcgan").Config(size=32, channels=1, **TINY)).named_parameters()
    ]
    assert all(torch.equal(first["ema"][key], second["model"][key]) for key in weights)
    assert second["step"] == 5 and read_json(Path("second/config.json"))["start"] == "first"

    shutil.rmtree("first")
    assert train(config(pictures, start="first", steps=8, learning_rates=still), Run(Path("second")), True, True) == "complete"
    with pytest.raises(UserError, match="no run in first to start from"):
        train(config(pictures, start="first"), Run(Path("third")), quiet=True)
    with pytest.raises(UserError, match="of another model or of other sizes"):
        train(config(pictures, start="second", options={**TINY, "width": 8}), Run(Path("third")), quiet=True)


def test_a_run_from_before_a_field_came_to_be(pictures: Path, tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    train(config(pictures, steps=5), run, quiet=True)
    saved = read_json(run.config)
    del saved["pairs"]
    write_json(run.config, saved)
    assert train(config(pictures, steps=10), run, resume=True, quiet=True) == "complete"


def test_resume_goes_on_further(pictures: Path, tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    train(config(pictures, steps=10), run, quiet=True)
    train(config(pictures, steps=20), run, resume=True, quiet=True)
    assert run.rows()[-1]["step"] == 20 and run.read_checkpoint()["step"] == 20


def test_resume_of_another_run(pictures: Path, tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    with pytest.raises(UserError, match="there is no run"):
        train(config(pictures), run, resume=True, quiet=True)
    train(config(pictures, steps=5), run, quiet=True)
    before = run.checkpoint.read_bytes()
    with pytest.raises(UserError, match=re.escape("batch_size (8 in the run, 4 asked)")):
        train(config(pictures, batch_size=4), run, resume=True, quiet=True)
    with pytest.raises(UserError, match=re.escape("options.width (4 in the run, 8 asked)")):
        train(config(pictures, options={"width": 8}), run, resume=True, quiet=True)
    with pytest.raises(UserError, match="holds a run"):
        train(config(pictures), run, quiet=True)
    assert run.checkpoint.read_bytes() == before


def test_time_limit(pictures: Path, tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    assert train(config(pictures, steps=10**6, minutes=0.01), run, quiet=True) == "out of time"
    assert run.read_checkpoint()["step"] == run.rows()[-1]["step"] < 10**6


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
    monkeypatch.undo()
    assert train(config(pictures), run, resume=True, quiet=True) == "complete"


def test_divergence_ends_the_run(pictures: Path, tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    with pytest.raises(UserError, match="no longer a number"):
        train(
            config(pictures, learning_rates={"discriminator": 1e30, "generator": 1e30}, model="mlp_gan", options={}),
            run,
            quiet=True,
        )
    assert any(value is None for value in run.rows()[-1].values())  # JSON has no NaN


def measured(folder: Path, n: int) -> Path:
    """A folder of pictures with a test split."""
    for split in ("train", "test"):
        (folder / split).mkdir(parents=True)
        for i in range(n):
            Image.effect_noise((32, 32), 20 + i).save(folder / split / f"{i}.png")
    return folder


def test_a_run_that_is_measured(tmp_path: Path) -> None:
    """At the ticks asked for; the best state is kept; nothing of it changes the training."""
    data = measured(tmp_path / "pictures", 140)
    torch.manual_seed(0)
    network = create_model("classifier", size=32, channels=1, classes=2, width=2)
    assert isinstance(network, Classifier)
    runs = {every: Run(tmp_path / str(every)) for every in (0, 1)}
    for every, run in runs.items():
        train(config(data, metrics_every=every, steps=10), run, quiet=True, features=network)
    states = [run.read_checkpoint() for run in runs.values()]
    assert all(state.pop("seconds") > 0 for state in states) and same(*states)

    rows = [row for row in runs[1].rows() if "fid" in row]
    assert [row["step"] for row in rows] == [5, 10] and all("recall" in row and "kid" in row for row in rows)
    best = runs[1].read_checkpoint(best=True)
    assert best["metrics"]["fid"] == min(row["fid"] for row in rows)
    assert best["step"] == min(rows, key=lambda row: row["fid"])["step"]
    real = next(event for event in runs[1].events() if event["event"] == "real")
    assert real["value"]["fid"] >= 0
    assert not runs[0].best.exists()

    # A lower one from before stays.
    runs[1].write_checkpoint({**best, "metrics": {"fid": -1.0}}, best=True)
    train(config(data, metrics_every=1, steps=15), runs[1], resume=True, quiet=True, features=network)
    assert runs[1].read_checkpoint(best=True)["metrics"]["fid"] == -1.0


def test_what_cant_be_measured_is_told_at_once(tmp_path: Path) -> None:
    data = measured(tmp_path / "pictures", 9)
    network = create_model("classifier", size=32, channels=1, classes=2, width=4)
    assert isinstance(network, Classifier)
    with pytest.raises(UserError, match="needs more than"):
        train(config(data, metrics_every=1), Run(tmp_path / "few"), quiet=True, features=network)
    with pytest.raises(UserError, match="leave out --metrics-every"):
        train(config(data, metrics_every=1), Run(tmp_path / "none"), quiet=True)


def test_the_log_says_how_it_ended(pictures: Path, tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    train(config(pictures, steps=5), run, quiet=True)
    rates = {"generator": 1e30, "discriminator": 1e30}
    with pytest.raises(UserError, match="no longer a number"):
        train(config(pictures, model="mlp_gan", options={}, learning_rates=rates), Run(tmp_path / "nan"), quiet=True)
    assert [event["event"] for event in run.events()] == ["start", "end"] and run.events()[-1]["ending"] == "complete"
    last = Run(tmp_path / "nan").events()[-1]
    assert last["ending"] == "diverged" and "no longer a number" in last["message"]


def test_the_log_says_how_varied_the_grids_are(pictures: Path, tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    train(config(pictures), run, quiet=True)
    assert all(row["diversity"] >= 0 and row["closest"] >= 0 and row["novelty"] > 0 for row in run.rows())
    assert ["movement" in row for row in run.rows()] == [False, True, True, True]
    assert all(row["seconds_left"] >= 0 for row in run.rows())


def test_clipping_bounds_the_update(pictures: Path, tmp_path: Path) -> None:
    seen = []
    step = torch.optim.Adam.step

    def watched(self: torch.optim.Adam, *args: Any) -> None:
        result = step(self, *args)
        gradients = [w.grad for w in self.param_groups[0]["params"]]
        seen.append(torch.nn.utils.get_total_norm(gradients).item())
        return result

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch.optim.Adam, "step", watched)
        train(config(pictures, clip=0.01), Run(tmp_path / "run"), quiet=True)
    assert max(seen) <= 0.0101


def test_learning_rates_fall_to_zero(pictures: Path, tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    train(config(pictures, decay_from=0.5, tick=1, steps=10), run, quiet=True)
    rates = [row["generator_learning_rate"] / 2e-4 for row in run.rows()]
    assert rates == pytest.approx([1, 1, 1, 1, 1, 1, 0.8, 0.6, 0.4, 0.2])


def test_ema_follows_slowly(pictures: Path, tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    train(config(pictures, ema=0.9), run, quiet=True)
    state = run.read_checkpoint()
    key = "generator.0.weight"
    first = model_class("dcgan")(model_class("dcgan").Config(size=32, channels=1, **TINY))
    assert not torch.equal(state["ema"][key], state["model"][key]) and first.state_dict()[key].shape == state["ema"][key].shape


def test_unknown_network_of_a_learning_rate(pictures: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="'generater': did you mean generator"):
        train(config(pictures, learning_rates={"generater": 1e-3}), Run(tmp_path / "run"), quiet=True)


def test_fastest_is_measured() -> None:
    slow, quick = Precision(torch.float32), Precision(torch.bfloat16)
    assert fastest([slow, quick], lambda choice: lambda: time.sleep(0.02 if choice is slow else 0.0)) == quick
    assert fastest([slow, quick], lambda choice: lambda: time.sleep(0.02 if choice is quick else 0.0)) == slow


@pytest.mark.parametrize("text", ["float32", "bfloat16/channels_last"])
def test_precision_has_a_name(text: str) -> None:
    assert str(Precision.parse(text)) == text


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
        assert time.monotonic() < end, "the trainer got nowhere within a minute"
        time.sleep(0.02)


def test_killed_it_loses_at_most_a_tick(pictures: Path, tmp_path: Path) -> None:
    """SIGKILL at any moment: the log and the checkpoint are whole and at most one tick apart."""
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
def test_interrupted_it_ends_cleanly(number: int, pictures: Path, tmp_path: Path) -> None:
    run = Run(tmp_path / "dcgan-pictures")
    trainer = subprocess.Popen(command(pictures, tmp_path), cwd=ROOT, stderr=subprocess.PIPE, text=True)
    wait_for_steps(run, 10)
    trainer.send_signal(number)
    _, errors = trainer.communicate(timeout=60)
    assert trainer.returncode == 130 and "Traceback" not in errors
    assert run.read_checkpoint()["step"] == run.rows()[-1]["step"]


WORKER = """
import sys, torch
from pathlib import Path
from gan_zoo.data import Dataset
from gan_zoo.processes import Processes
from gan_zoo.train import TrainConfig, Trainer

out, processes = Path(sys.argv[1]), Processes("cpu")
half = 16 // processes.count
images = torch.randint(256, (32, 1, 8, 8), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
options = {"dropout": 0.0, "latent_size": 8, "generator_widths": (16,), "discriminator_widths": (16,)}
config = TrainConfig("mlp_gan", "noise", options, batch_size=half, precision="float32", device="cpu")
trainer = Trainer(config, Dataset("noise", images), processes)
noise = torch.randn(3, 16, 8, generator=torch.Generator().manual_seed(1))
gradients = []
for z in noise:
    trainer.model.latent = lambda n, generator=None, z=z: z[processes.rank * half:][:half]
    trainer.train_step()
    gradients.append({key: w.grad.clone() for key, w in trainer.model.named_parameters()})
if processes.main:
    torch.save({"gradients": gradients, "weights": trainer.model.state_dict()}, out)
processes.close()
"""


def test_two_processes_are_one_with_twice_the_batch(tmp_path: Path) -> None:
    """The averaged gradients of two processes equal those of one process that sees both their batches."""
    worker = tmp_path / "worker.py"
    worker.write_text(WORKER)
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    for processes in (1, 2):
        launcher = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"] if processes == 2 else []
        start = [sys.executable, *launcher]
        done = subprocess.run(
            [*start, str(worker), str(tmp_path / f"{processes}.pt")],
            env=environment,
            capture_output=True,
            text=True,
            timeout=240,
        )
        assert done.returncode == 0, done.stderr[-3000:]
    one, two = (torch.load(tmp_path / f"{n}.pt", weights_only=True) for n in (1, 2))
    for a, b in zip(one["gradients"], two["gradients"], strict=True):
        assert a.keys() == b.keys()
        for key in a:
            torch.testing.assert_close(a[key], b[key], rtol=1e-4, atol=1e-6)
    for key, weight in one["weights"].items():
        torch.testing.assert_close(weight, two["weights"][key], rtol=1e-4, atol=1e-5)
