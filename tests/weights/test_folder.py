"""Tests of weights folders: writing, checks, refusals, model cards."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml
from PIL import Image
from safetensors.torch import load_file, save_file

from gan_zoo.data.catalogue import DATASETS
from gan_zoo.errors import UserError
from gan_zoo.hub.repository import load
from gan_zoo.models.base import Model
from gan_zoo.models.kinds import Sampler
from gan_zoo.models.registry import create_model, list_models, model_class
from gan_zoo.runs.run import Run
from gan_zoo.training import export
from gan_zoo.training.config import TrainConfig
from gan_zoo.training.loop import train
from gan_zoo.weights import folder as folder_module
from gan_zoo.weights import quantize
from gan_zoo.weights.folder import check_folder, read_card, save_weights
from gan_zoo.weights.model_card import END, START, readme
from gan_zoo.weights.store import REPOSITORY_WEIGHTS, list_weights


@pytest.mark.parametrize("folder", sorted(REPOSITORY_WEIGHTS.glob("*/")), ids=lambda folder: folder.name)
def test_every_shipped_folder_loads_and_has_a_complete_card(folder: Path) -> None:
    card = read_card(folder)
    load(folder)
    imported = folder.name == "features-imagenet"
    assert imported or (card["training"]["steps"] > 0 and card["metrics"])
    check_folder(folder)
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert text == readme(folder.name, card, (folder / "grids.webp").exists(), text), "`gan-zoo card` writes the same text"
    assert imported or (folder / "log.jsonl").exists()
    assert sum(f.stat().st_size for f in folder.iterdir()) < 10_000_000


def test_only_published_networks_are_saved_in_half_precision(weights: Path) -> None:
    state = load_file(weights / "dcgan-tiny" / "model.safetensors")
    assert all(key.startswith("generator.") for key in state)
    assert {state[k].dtype for k in state if state[k].ndim > 1} == {torch.float16}
    model = load("dcgan-tiny")
    assert not hasattr(model, "discriminator") and not model.training
    assert all(w.dtype == torch.float32 and not w.requires_grad for w in model.parameters())


def test_names(weights: Path) -> None:
    assert "dcgan-tiny" in list_weights()
    with pytest.raises(UserError, match="weights 'dcgan-tinny': did you mean dcgan-tiny"):
        load("dcgan-tinny")


def test_truncated_or_missing_weights(weights: Path) -> None:
    path = weights / "dcgan-tiny" / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(UserError, match=r"damaged.*fetch it again"):
        load("dcgan-tiny")
    path.unlink()
    with pytest.raises(UserError, match="missing"):
        load("dcgan-tiny")


def test_weights_of_another_model(weights: Path) -> None:
    shutil.copy(weights / "mlp_gan-tiny" / "model.safetensors", weights / "dcgan-tiny" / "model.safetensors")
    with pytest.raises(UserError, match="doesn't fit"):
        load("dcgan-tiny")


def test_weights_of_another_width(weights: Path) -> None:
    path = weights / "dcgan-tiny" / "model.safetensors"
    save_file({key: torch.cat([value, value]) if value.ndim else value for key, value in load_file(path).items()}, path)
    with pytest.raises(UserError, match="doesn't fit"):
        load("dcgan-tiny")


@pytest.mark.parametrize("text", ["{", "[]", '{"model": "dcgan"}'])
def test_bad_card(weights: Path, text: str) -> None:
    (weights / "dcgan-tiny" / "config.json").write_text(text)
    with pytest.raises(UserError, match=r"damaged|lacks"):
        load("dcgan-tiny")


def test_card_of_an_unknown_model_or_option(weights: Path) -> None:
    path = weights / "dcgan-tiny" / "config.json"
    card = json.loads(path.read_text())
    path.write_text(json.dumps(card | {"model": "dcgan3"}))
    with pytest.raises(UserError, match="unknown model 'dcgan3'"):
        load("dcgan-tiny")
    path.write_text(json.dumps(card | {"config": {"depth": 3}}))
    with pytest.raises(UserError, match="'depth'"):
        load("dcgan-tiny")


def test_a_run_becomes_a_weights_folder(pictures: Path, tmp_path: Path) -> None:
    run, folder = Run(tmp_path / "run"), tmp_path / "weights" / "mine"
    options = {"width": 4, "latent_size": 8}
    rates = {"generator": 0.05}  # so high that no two grids are equal
    train(
        TrainConfig("dcgan", str(pictures), options, steps=20, batch_size=8, tick=5, learning_rates=rates, ema=0.0),
        run,
        quiet=True,
    )
    export.export_run(run, folder)
    model, ema = load(folder), run.read_checkpoint()["ema"]
    torch.testing.assert_close(model.state_dict()["generator.0.weight"], ema["generator.0.weight"], rtol=1e-3, atol=1e-3)
    export.export_run(run, tmp_path / "weights" / "both", ["discriminator"])
    judge = load(tmp_path / "weights" / "both").state_dict()["discriminator.0.weight"]
    torch.testing.assert_close(judge, ema["discriminator.0.weight"], rtol=1e-3, atol=1e-3)
    with pytest.raises(UserError, match="no network 'critic'"):
        export.export_run(run, folder, ["critic"])
    card = read_card(folder)
    assert card["data"] == "pictures" and card["classes"] == ["cats", "dogs"] and card["training"]["steps"] == 20
    assert str(tmp_path) not in (folder / "config.json").read_text()
    with Image.open(folder / "grids.webp") as grids:
        # Equal consecutive grids become one frame with a longer duration.
        assert 1 < grids.n_frames <= len(card["grids"]) == len(run.grid_paths())
    assert (folder / "log.jsonl").read_bytes() == run.log.read_bytes()


@pytest.mark.parametrize("name", list_models("sampler"))
def test_the_discriminator_may_be_published_too(name: str, tmp_path: Path) -> None:
    cls = model_class(name)
    model = cls(cls.TINY).eval()
    assert isinstance(model, Sampler)
    save_weights(model, tmp_path / "with", {}, ["discriminator"])
    save_weights(model, tmp_path / "without", {})
    assert read_card(tmp_path / "with")["published"] == [*model.PUBLISHED, "discriminator"]
    cards = [read_card(tmp_path / folder) for folder in ("with", "without")]
    assert cards[0]["parameters"] == cards[1]["parameters"]
    ours, none = (load(tmp_path / folder) for folder in ("with", "without"))
    assert isinstance(ours, Sampler) and isinstance(none, Sampler)
    assert ours.has_opinion and not none.has_opinion
    pictures = model.example_inputs(6, torch.Generator().manual_seed(1))["image"]
    with torch.no_grad():
        torch.testing.assert_close(ours.opinion(pictures), model.opinion(pictures), rtol=0.02, atol=0.02)


def test_files_of_8_bits_are_half_as_large_and_need_their_scales(tmp_path: Path) -> None:
    model = create_model("mlp_gan", size=28)
    for bits in (8, 16):
        save_weights(model, tmp_path / str(bits), {}, bits=bits)
    files = {bits: tmp_path / str(bits) / "model.safetensors" for bits in (8, 16)}
    assert files[8].stat().st_size < 0.52 * files[16].stat().st_size
    tensors = load_file(files[8])
    save_file({key: value for key, value in tensors.items() if not key.endswith(quantize.SCALE)}, files[8])
    with pytest.raises(UserError, match="doesn't fit"):
        load(tmp_path / "8")


def test_loading_initialises_no_weights(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    devices = []
    plain = create_model

    def watched(name: str, **config: object) -> Model:
        model = plain(name, **config)
        devices.append(model.device.type)
        return model

    monkeypatch.setattr(folder_module, "create_model", watched)
    assert load("sngan-tiny").device.type == "cpu"
    assert devices == ["meta"]


def test_long_runs_keep_few_frames() -> None:
    assert export._evenly_spaced(list(range(100)), 4) == [0, 33, 66, 99] and export._evenly_spaced([1, 2], 4) == [1, 2]


CARD = {
    "model": "dcgan", "kind": "sampler", "data": "emoji:line", "parameters": 10,
    "source": {"about": "emoji", "licence": "CC-BY-SA-4.0", "origin": "OpenMoji"},
    "metrics": {"real": {"fid": 0.5}, "dcgan-emoji": {"fid": 3.25, "clear": 0.97, "n": 10}},
}  # fmt: skip


def front_matter(text: str) -> dict[str, Any]:
    return yaml.safe_load(text.split("---\n")[1])


def test_the_model_card_shows_the_metrics() -> None:
    text = readme("dcgan-emoji", CARD, animated=True)
    assert "| dcgan-emoji | 3.25 | 0.97 | 10 |" in text and "grids.webp" in text
    assert 'gan_zoo.load("dcgan-emoji")' in text and "測定値" in text
    assert 'gan_zoo.load("me/x")' in readme("dcgan-emoji", CARD, False, repository="me/x")
    (entry,) = front_matter(text)["model-index"]
    assert [(m["type"], m["value"]) for m in entry["results"][0]["metrics"]] == [("fid", 3.25), ("clear", 0.97)]
    assert entry["results"][0]["dataset"]["type"] == "emoji"


@pytest.mark.parametrize(
    ("licence", "expected"),
    [
        ("CC-BY-SA-4.0", {"license": "cc-by-sa-4.0"}),
        ("GPL-2.0", {"license": "gpl-2.0"}),
        ("per picture", {"license": "cc-by-sa-4.0"}),
        ("free use (MNIST)", {"license": "other", "license_name": "free-use-mnist"}),
        ("", {"license": "unknown"}),
    ],
)
def test_weights_have_the_licence_of_their_training_data(licence: str, expected: dict[str, str]) -> None:
    front = front_matter(readme("x", CARD | {"source": {"licence": licence} if licence else {}}, False))
    assert {key: value for key, value in front.items() if key.startswith("license")} == expected


def test_every_data_set_has_a_licence_that_the_hub_knows_or_a_name() -> None:
    for name, source in DATASETS.items():
        front = front_matter(readme("x", CARD | {"data": name, "source": {"licence": source.licence}}, False))
        assert front["license"] != "unknown" and (front["license"] != "other" or front["license_name"]), name


def test_hand_written_text_in_a_card_stays() -> None:
    before = "---\nlicense: mit\ntags:\n- cats\nthumbnail: a.png\n---\nMine.\n"
    mine = CARD | {"source": {}}
    text = readme("x", mine, False, before)
    front = front_matter(text)
    assert front["license"] == "mit" and front["thumbnail"] == "a.png" and {"cats", "gan-zoo"} <= {*front["tags"]}
    assert text.index("Mine.") < text.index(START)
    text = text.replace(END, f"{END}\nBelow.").replace("`emoji:line`", "nonsense")
    again = readme("x", mine, False, text)
    assert "Below." in again and "nonsense" not in again and again.count(START) == again.count("Mine.") == 1
    assert readme("x", mine, False, again) == again


@pytest.mark.parametrize("before", ["", "---\n---\n", "---\n", "---\n- a\n---\n", "---\n{: [\n---\nx\n"])
def test_odd_cards_are_replaced(before: str) -> None:
    text = readme("x", CARD, False, before)
    assert front_matter(text)["library_name"] == "gan-zoo" and readme("x", CARD, False, text) == text
