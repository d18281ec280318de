"""`evaluate` on users' own data: with the features that are named, and never silently on pictures that were learnt from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from gan_zoo.__main__ import main
from gan_zoo.models.registry import create_model
from gan_zoo.weights import store as store_module
from gan_zoo.weights.folder import read_card, save_weights


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder with the weights `grey` and `colour` of two feature networks."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(store_module, "weights_roots", lambda: [tmp_path / "weights"])
    torch.manual_seed(0)
    for name, channels in (("grey", 1), ("colour", 3)):
        network = create_model("classifier", size=16, channels=channels, classes=2, width=4, feature_size=4)
        save_weights(network, Path("weights") / name, {})
    return tmp_path


def paint(folder: Path, n: int, seed: int = 0) -> None:
    folder.mkdir(parents=True)
    noise = np.random.default_rng(seed)
    for i in range(n):
        Image.fromarray(noise.integers(0, 256, (16, 16), np.uint8)).save(folder / f"{i}.png")


def train(data: str, *more: str) -> None:
    small = "--name own --steps 2 --tick 2 --batch-size 8 --latent-size 4 --generator-widths 8 --quiet --device cpu"
    assert main(["train", "mlp_gan", "--data", data, *small.split(), *more]) == 0
    assert main(["export-run", "own"]) == 0


def evaluate(*more: str) -> dict[str, Any]:
    assert main(["evaluate", "own", "--n", "30", *more]) == 0
    return read_card(Path("weights/own"))


def test_the_named_features_are_used_for_samplers(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paint(here / "mine" / "train", 40)
    paint(here / "mine" / "val", 30, seed=1)
    train("mine")
    card = evaluate("--data", "mine", "--features", "grey")
    assert card["features"] == "grey" and list(card["metrics"]) == ["real", "own"] and card["metrics"]["own"]["n"] == 30
    assert card["measured"] == {"data": "mine", "on": "test"} and "recognised" not in card["metrics"]["own"]
    assert "KID is over the features of `grey`" in Path("weights/own/README.md").read_text()
    for features, said in ((["--features", "colour"], "takes pictures of 3 channels"), ([], "name one with --features")):
        assert main(["evaluate", "own", "--data", str(here / "mine"), *features]) == 2
        assert said in capsys.readouterr().err


def test_pictures_that_were_learnt_from_are_told(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paint(here / "mine", 40)
    train("mine")
    card = evaluate("--data", str(here / "mine"), "--features", "grey")
    assert list(card["metrics"]) == ["own (seen in training)"] and card["measured"]["on"] == "seen"
    text = Path("weights/own/README.md").read_text()
    assert "pictures that the model learnt from" in text and "model-index" not in text and str(here) not in text
    assert "train with --hold-out 0.1" in capsys.readouterr().err
    paint(here / "others", 30, seed=1)
    assert evaluate("--data", "others", "--features", "grey", "--n", "40")["measured"] == {"data": "others", "on": "unknown"}
    assert main(["evaluate", "own", "--data", "mine", "--features", "grey", "--hold-out", "0.5"]) == 0
    # Nothing was kept back from this training, so a share of the same pictures is seen too.
    assert read_card(Path("weights/own"))["measured"]["on"] != "kept back"


def test_a_share_that_was_kept_back_is_the_test(here: Path) -> None:
    paint(here / "mine", 80)
    train("mine", "--hold-out", "0.4")
    card = evaluate("--data", "mine", "--features", "grey")
    assert list(card["metrics"]) == ["real", "own"] and card["measured"]["on"] == "kept back"
    assert 10 < card["metrics"]["own"]["n"] <= 30 and card["training"]["hold_out"] == 0.4
    assert "kept back from the training" in Path("weights/own/README.md").read_text()


def test_splits_are_not_split_again(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paint(here / "mine" / "train", 20)
    paint(here / "mine" / "test", 20, seed=1)
    assert main(["train", "mlp_gan", "--data", "mine", "--hold-out", "0.1", "--name", "x", "--quiet"]) == 2
    assert "has splits already" in capsys.readouterr().err
