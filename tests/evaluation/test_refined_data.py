"""Transfer: classifiers trained on synthetic, refined and real pictures."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
import torch

from gan_zoo.__main__ import main
from gan_zoo.data import synthetic_digits
from gan_zoo.data.dataset import Dataset
from gan_zoo.data.reading import load_data
from gan_zoo.evaluation import refined_data
from gan_zoo.evaluation.metrics import accuracy
from gan_zoo.models.simgan import SimGAN, SimGANConfig
from gan_zoo.weights import store as store_module
from gan_zoo.weights.folder import read_card, save_weights


def refiner() -> SimGAN:
    torch.manual_seed(0)
    return SimGAN(SimGANConfig(width=4, blocks=1, critic_width=4)).eval()


def test_some_of_each_class() -> None:
    data = load_data("digits", "test")
    few = refined_data.some(data, 3, torch.Generator().manual_seed(0))
    assert few.labels is not None and few.labels.bincount().tolist() == [3] * 10
    other = refined_data.some(data, 3, torch.Generator().manual_seed(1))
    assert not torch.equal(few.images, other.images)


def test_refined_pictures_keep_their_labels() -> None:
    synthetic = synthetic_digits.synthetic("test", copies=1)
    made = refined_data.refined(refiner(), synthetic)
    assert made.labels is synthetic.labels and made.images.shape == synthetic.images.shape
    assert not torch.equal(made.images, synthetic.images)


def test_a_classifier_learns_and_is_the_same_for_a_seed() -> None:
    noise = torch.randint(60, (40, 1, 28, 28), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    labels = torch.arange(40) % 2
    data = Dataset("shades", noise + 150 * labels[:, None, None, None].byte(), labels, ["dark", "light"])
    model = refined_data.classifier([data], seed=0, steps=30)
    assert accuracy(model, data) > 0.9  # type: ignore[arg-type]
    again = refined_data.classifier([data], seed=0, steps=30)
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), again.parameters(), strict=True))


def test_the_command_writes_the_card(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(store_module, "weights_roots", lambda: [tmp_path])
    monkeypatch.setattr(refined_data, "load_data", lambda name, split: load_data(name, "test").thinned(300))
    monkeypatch.setattr(synthetic_digits, "synthetic", partial(synthetic_digits.synthetic, "test", 1))
    monkeypatch.setattr(refined_data, "measure", partial(refined_data.measure, steps=1))
    monkeypatch.setattr(refined_data, "FEW", (2,))
    save_weights(refiner(), tmp_path / "sim", {"data": "digits", "pairs": "fonts"})
    assert main(["transfer", "sim", "--seeds", "1"]) == 0
    card = read_card(tmp_path / "sim")
    assert list(card["transfer"]) == ["fonts", "refined", "2 real", "2 real + fonts", "2 real + refined", "all real"]
    assert card["transfer"]["2 real"]["n"] == 20 and 0 <= card["transfer"]["fonts"]["accuracy"] <= 1
    assert "2 real + refined" in (tmp_path / "sim" / "README.md").read_text(encoding="utf-8")
    assert "all real" in capsys.readouterr().out


def test_the_command_refuses_what_is_no_refiner(weights: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["transfer", "dcgan-tiny"]) == 2
    assert "name a simgan" in capsys.readouterr().err
    assert main(["transfer", "simgan-tiny", "--seeds", "0"]) == 2
