"""Weights folders: written, checked, refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from gan_zoo import hub
from gan_zoo.errors import UserError
from gan_zoo.runlog import Run
from gan_zoo.train import TrainConfig, train


def test_every_shipped_folder_loads_and_says_what_it_is() -> None:
    folders = [folder for folder in hub.REPOSITORY_WEIGHTS.glob("*/") if folder.is_dir()]
    assert folders
    for folder in folders:
        card = hub.read_card(folder)
        hub.load(folder)
        assert card["training"]["steps"] > 0 and card["metrics"], folder.name
        assert (folder / "README.md").read_text(encoding="utf-8") == hub.model_card(
            folder.name, {k: v for k, v in card.items() if k != "name"}, (folder / "grids.webp").exists()
        )
        assert (folder / "log.jsonl").exists()
        assert sum(f.stat().st_size for f in folder.iterdir()) < 10_000_000


def test_weights_are_half_precision_and_only_the_published(weights: Path) -> None:
    state = load_file(weights / "dcgan-tiny" / "model.safetensors")
    assert all(key.startswith("generator.") for key in state)
    assert {state[k].dtype for k in state if state[k].ndim > 1} == {torch.float16}
    model = hub.load("dcgan-tiny")
    assert not hasattr(model, "discriminator") and not model.training
    assert all(w.dtype == torch.float32 and not w.requires_grad for w in model.parameters())


def test_names(weights: Path) -> None:
    assert "dcgan-tiny" in hub.list_weights()
    with pytest.raises(UserError, match="weights 'dcgan-tinny': did you mean dcgan-tiny"):
        hub.load("dcgan-tinny")


def test_truncated(weights: Path) -> None:
    path = weights / "dcgan-tiny" / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(UserError, match=r"damaged.*fetch it again"):
        hub.load("dcgan-tiny")
    path.unlink()
    with pytest.raises(UserError, match="missing"):
        hub.load("dcgan-tiny")


def test_of_another_model(weights: Path) -> None:
    shutil.copy(weights / "mlp_gan-tiny" / "model.safetensors", weights / "dcgan-tiny" / "model.safetensors")
    with pytest.raises(UserError, match="doesn't fit the dcgan"):
        hub.load("dcgan-tiny")


def test_of_another_width(weights: Path) -> None:
    path = weights / "dcgan-tiny" / "model.safetensors"
    save_file({key: torch.cat([value, value]) if value.ndim else value for key, value in load_file(path).items()}, path)
    with pytest.raises(UserError, match="doesn't fit"):
        hub.load("dcgan-tiny")


@pytest.mark.parametrize("text", ["{", "[]", '{"model": "dcgan"}'])
def test_bad_card(weights: Path, text: str) -> None:
    (weights / "dcgan-tiny" / "config.json").write_text(text)
    with pytest.raises(UserError, match=r"damaged|lacks"):
        hub.load("dcgan-tiny")


def test_card_of_an_unknown_model_or_option(weights: Path) -> None:
    path = weights / "dcgan-tiny" / "config.json"
    card = json.loads(path.read_text())
    path.write_text(json.dumps(card | {"model": "dcgan3"}))
    with pytest.raises(UserError, match="unknown model 'dcgan3'"):
        hub.load("dcgan-tiny")
    path.write_text(json.dumps(card | {"config": {"depth": 3}}))
    with pytest.raises(UserError, match="'depth'"):
        hub.load("dcgan-tiny")


def test_a_run_becomes_a_weights_folder(pictures: Path, tmp_path: Path) -> None:
    run, folder = Run(tmp_path / "run"), tmp_path / "weights" / "mine"
    options = {"width": 4, "latent_size": 8}
    rates = {"generator": 0.05}  # so fast that no two grids look the same
    train(
        TrainConfig("dcgan", str(pictures), options, steps=20, batch_size=8, tick=5, learning_rates=rates, ema=0.0),
        run,
        quiet=True,
    )
    hub.export_run(run, folder)
    model, ema = hub.load(folder), run.read_checkpoint()["ema"]
    torch.testing.assert_close(model.state_dict()["generator.0.weight"], ema["generator.0.weight"], rtol=1e-3, atol=1e-3)
    card = hub.read_card(folder)
    assert card["data"] == "pictures" and card["classes"] == ["cats", "dogs"] and card["training"]["steps"] == 20
    assert str(tmp_path) not in (folder / "config.json").read_text()
    with Image.open(folder / "grids.webp") as grids:
        assert grids.n_frames == len(card["grids"]) == len(run.grid_paths())
    assert (folder / "log.jsonl").read_bytes() == run.log.read_bytes()


def test_long_runs_keep_few_frames() -> None:
    assert hub._thin(list(range(100)), 4) == [0, 33, 66, 99] and hub._thin([1, 2], 4) == [1, 2]


def test_model_card_shows_what_was_measured() -> None:
    card = {
        "model": "dcgan", "kind": "sampler", "data": "digits", "parameters": 10,
        "metrics": {"real": {"fid": 0.5}, "dcgan-digits": {"fid": 3.25, "clear": 0.97}},
    }  # fmt: skip
    text = hub.model_card("dcgan-digits", card, animated=True)
    assert "| dcgan-digits | 3.25 | 0.97 |" in text and "grids.webp" in text and 'gan_zoo.load("dcgan-digits")' in text
    assert text.startswith("---\n") and "学習" in text
