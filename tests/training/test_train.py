"""Tests of the training loop: log, grids, resume, time limit, metrics."""

from __future__ import annotations

import os
import re
import shutil
import signal
from pathlib import Path

import pytest
import torch
from PIL import Image
from tiny_runs import TINY, config, config_of, measured, same

from gan_zoo.errors import UserError
from gan_zoo.files import read_json, write_json
from gan_zoo.models.classifier import Classifier
from gan_zoo.models.registry import create_model, list_models, model_class
from gan_zoo.runs.run import Run
from gan_zoo.training.export import export_run
from gan_zoo.training.loop import EARLY_GRIDS, train
from gan_zoo.training.trainer import Trainer
from gan_zoo.weights.folder import load_folder


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


def test_all_grids_have_the_same_latents(pictures: Path, tmp_path: Path) -> None:
    """With learning rates of 0, all grids are equal."""
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


@pytest.mark.sweep(6)
@pytest.mark.parametrize("name", list_models())
@pytest.mark.parametrize("precision", ["float32", "bfloat16/channels_last"])
def test_resume_is_exact(name: str, precision: str, pictures: Path, few: dict[str, str], tmp_path: Path) -> None:
    """A run that stops after 9 of 20 steps, within a tick and an epoch, ends with the same bits as an uninterrupted one."""
    settings = config_of(name, pictures, few, precision=precision, decay_from=0.2)
    whole, halves = Run(tmp_path / "whole"), Run(tmp_path / "halves")
    train(settings, whole, quiet=True)

    step = Trainer.train_step

    def interrupted(self: Trainer) -> dict[str, torch.Tensor]:
        values = step(self)
        if self.step == 9:
            os.kill(os.getpid(), signal.SIGINT)
        return values

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Trainer, "train_step", interrupted)
        assert train(settings, halves, quiet=True) == "interrupted"
    assert halves.read_checkpoint()["step"] == 9
    assert train(settings, halves, resume=True, quiet=True) == "complete"
    one, two = whole.read_checkpoint(), halves.read_checkpoint()
    assert one.pop("seconds") > 0 and two.pop("seconds") > 0
    assert same(one, two)


def test_pairs_are_for_translators(pictures: Path, tmp_path: Path) -> None:
    with pytest.raises(
        UserError, match=r"pix2pix translates pictures: choose the source of its input pictures with --pairs.*edges"
    ):
        train(config(pictures, model="pix2pix"), Run(tmp_path / "run"), quiet=True)
    with pytest.raises(UserError, match="dcgan is no translator"):
        train(config(pictures, pairs="edges"), Run(tmp_path / "run"), quiet=True)


def test_a_translators_run(pictures: Path, tmp_path: Path) -> None:
    """Grids show input, output and target; the config has the values that the tab needs."""
    run = Run(tmp_path / "run")
    options = {"width": 4, "max_width": 8, "critic_width": 4, "patch": 16}
    train(config(pictures, model="pix2pix", pairs="blocks", options=options, steps=5), run, quiet=True)
    with Image.open(list(run.grid_paths().values())[-1]) as grid:
        assert grid.size == (3 * (3 * 32 + 2) + 2, 3 * 34 + 2)
    saved = read_json(run.config)
    assert saved["pairs"] == "blocks" and saved["options"]["input_channels"] == saved["options"]["channels"] == 3
    assert saved["palette"] and all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in saved["palette"])


def test_a_run_starts_from_another(pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run starts from the EMA weights of another one, with everything else new. Its resumption doesn't need the other run."""
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
    with pytest.raises(UserError, match="no run and no weights folder in first to start from"):
        train(config(pictures, start="first"), Run(Path("third")), quiet=True)
    with pytest.raises(UserError, match="of another model or of other sizes"):
        train(config(pictures, start="second", options={**TINY, "width": 8}), Run(Path("third")), quiet=True)


def test_a_run_starts_from_a_weights_folder(pictures: Path, tmp_path: Path) -> None:
    """The published networks are those of the folder; the discriminator, which it lacks, is new."""
    first, second = Run(tmp_path / "first"), Run(tmp_path / "second")
    train(config(pictures), first, quiet=True)
    export_run(first, tmp_path / "weights", bits=16)
    still = {"generator": 0.0, "discriminator": 0.0}
    train(config(pictures, start=str(tmp_path / "weights"), steps=5, learning_rates=still, seed=1), second, quiet=True)
    published, state = load_folder(tmp_path / "weights").generator.state_dict(), second.read_checkpoint()["model"]
    weights = [key for key in published if key.endswith(("weight", "bias"))]
    assert weights and all(torch.equal(published[key], state[f"generator.{key}"]) for key in weights)
    assert not torch.equal(first.read_checkpoint()["ema"]["discriminator.0.weight"], state["discriminator.0.weight"])
    with pytest.raises(UserError, match="of another model or of other sizes"):
        other = config(pictures, start=str(tmp_path / "weights"), options={**TINY, "width": 8})
        train(other, Run(tmp_path / "third"), quiet=True)


def test_a_run_of_an_older_version_without_a_field(pictures: Path, tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    train(config(pictures, steps=5), run, quiet=True)
    saved = read_json(run.config)
    del saved["pairs"]
    write_json(run.config, saved)
    assert train(config(pictures, steps=10), run, resume=True, quiet=True) == "complete"


def test_resume_with_more_steps(pictures: Path, tmp_path: Path) -> None:
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
    with pytest.raises(UserError, match=re.escape("batch_size (8 in the run, 4 requested)")):
        train(config(pictures, batch_size=4), run, resume=True, quiet=True)
    with pytest.raises(UserError, match=re.escape("options.width (4 in the run, 8 requested)")):
        train(config(pictures, options={"width": 8}), run, resume=True, quiet=True)
    with pytest.raises(UserError, match="already holds a run"):
        train(config(pictures), run, quiet=True)
    assert run.checkpoint.read_bytes() == before


def test_time_limit(pictures: Path, tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    assert train(config(pictures, steps=10**6, minutes=0.01), run, quiet=True) == "out of time"
    assert run.read_checkpoint()["step"] == run.rows()[-1]["step"] < 10**6


def test_the_number_of_training_pictures(pictures: Path, tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    train(config(pictures, pictures=8, steps=5), run, quiet=True)
    assert read_json(run.config)["pictures"] == 8
    with pytest.raises(UserError, match="fewer than a batch of 9"):
        train(config(pictures, pictures=8, batch_size=9), Run(tmp_path / "large"), quiet=True)


def test_a_run_with_metrics(tmp_path: Path) -> None:
    """The metrics come at the requested ticks, the best state is kept, and the training is the same as without metrics."""
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

    # A lower FID from before the resume stays the best.
    runs[1].write_checkpoint({**best, "metrics": {"fid": -1.0}}, best=True)
    train(config(data, metrics_every=1, steps=15), runs[1], resume=True, quiet=True, features=network)
    assert runs[1].read_checkpoint(best=True)["metrics"]["fid"] == -1.0


def test_a_run_that_cannot_be_measured_fails_at_once(tmp_path: Path) -> None:
    data = measured(tmp_path / "pictures", 9)
    network = create_model("classifier", size=32, channels=1, classes=2, width=4)
    assert isinstance(network, Classifier)
    with pytest.raises(UserError, match="needs more than"):
        train(config(data, metrics_every=1), Run(tmp_path / "few"), quiet=True, features=network)
    with pytest.raises(UserError, match="leave out --metrics-every"):
        train(config(data, metrics_every=1), Run(tmp_path / "none"), quiet=True)


def test_the_log_has_the_diversity_of_the_grids(pictures: Path, tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    train(config(pictures), run, quiet=True)
    assert all(row["diversity"] >= 0 and row["closest"] >= 0 and row["novelty"] > 0 for row in run.rows())
    assert ["movement" in row for row in run.rows()] == [False, True, True, True]
    assert all(row["seconds_left"] >= 0 for row in run.rows())
