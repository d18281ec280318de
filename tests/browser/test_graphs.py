"""Tests of networks for the browser: graphs, which weights they fit, and sites."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from gan_zoo.__main__ import main
from gan_zoo.browser import graph, site
from gan_zoo.errors import UserError
from gan_zoo.imaging import masks
from gan_zoo.models.kinds import Proposer, Sampler, Translator
from gan_zoo.models.registry import list_models, model_class
from gan_zoo.weights.folder import check_folder, load_folder, read_card, save_weights
from gan_zoo.weights.store import REPOSITORY_WEIGHTS

SHIPPED = [folder for folder in sorted(REPOSITORY_WEIGHTS.glob("*/")) if read_card(folder)["kind"] in ("sampler", "translator")]


@pytest.fixture
def digits(tmp_path: Path) -> Path:
    """A copy of shipped weights with their graph."""
    return Path(shutil.copytree(REPOSITORY_WEIGHTS / "dcgan-digits", tmp_path / "weights" / "dcgan-digits"))


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_shipped_samplers_and_translators_have_a_graph_of_their_weights(folder: Path) -> None:
    model = load_folder(folder)
    for name in [graph.GRAPH, *([graph.BACK] if isinstance(model, Translator) and model.two_way else [])]:
        assert graph.is_fresh(folder, name), f"run: gan-zoo export {folder.name} --to graph"
        content = (folder / name).read_bytes()
        assert len(content) < 500_000
        assert not any(word in content for word in (b"site-packages", b".py", b"pkg.torch")), "it tells of the machine"


@pytest.mark.parametrize("bits", [8, 16, 32])
@pytest.mark.parametrize("name", [*list_models("sampler"), *list_models("translator")])
@pytest.mark.sweep(9)
def test_a_graph_and_its_weights_give_the_pictures(
    name: str, bits: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import onnxruntime

    monkeypatch.setattr(masks, "STEPS", 3)  # the exporter unrolls this loop and takes long over it
    cls = model_class(name)
    torch.manual_seed(0)
    fresh = cls(cls.TINY)
    pairs = {1: "grey", 3: "edges", 4: "holes"}.get(getattr(fresh.config, "input_channels", 3), "edges")
    save_weights(fresh, tmp_path / "one", {"data": "noise", "classes": [], "pairs": pairs}, bits=bits)
    graph.write_graph(tmp_path / "one")
    check_folder(tmp_path / "one")
    (tmp_path / "one" / graph.WEIGHTS).write_bytes(graph.unpacked(tmp_path / "one"))
    session = onnxruntime.InferenceSession(str(tmp_path / "one" / graph.GRAPH))

    model = load_folder(tmp_path / "one")
    inputs: dict[str, Tensor]
    if isinstance(model, Sampler):
        inputs = {"z": model.latent(3)}
        if classes := getattr(model.config, "classes", 0):
            inputs["label"] = torch.arange(3) % classes
        expected = model.sample(*inputs.values())
    else:
        assert isinstance(model, Translator)
        inputs = {"images": torch.rand(3, 3, *model.image_shape[1:]) * 2 - 1}
        given = site.pairing(pairs).from_drawing(inputs["images"])
        expected = model.translate(given)
        if isinstance(model, Proposer):
            inputs["z"] = torch.zeros(3, model.config.latent_size)
    [pictures] = session.run(None, {key: value.numpy() for key, value in inputs.items()})
    torch.testing.assert_close(torch.tensor(pictures), expected, rtol=0, atol=1e-4)
    if isinstance(model, Translator) and model.two_way:
        session = onnxruntime.InferenceSession(str(tmp_path / "one" / graph.BACK))
        given = torch.rand(3, *model.image_shape) * 2 - 1
        [pictures] = session.run(None, {"images": given.numpy()})
        torch.testing.assert_close(torch.tensor(pictures), model.translate(given, back=True), rtol=0, atol=1e-4)
    else:
        assert not (tmp_path / "one" / graph.BACK).exists()


def test_tensors_lie_where_the_graph_looks_for_them(digits: Path) -> None:
    places, content = graph.places(digits), graph.unpacked(digits)
    state = load_folder(digits).state_dict()
    assert {name for name, (_, tensor) in places.items() if tensor.is_floating_point()} <= state.keys()
    for name, (at, tensor) in places.items():
        assert at % graph.ALIGNED == 0
        if tensor.is_floating_point():
            found = np.frombuffer(content, np.float32, tensor.numel(), at).reshape(tensor.shape)
            np.testing.assert_array_equal(found, state[name].numpy())


def test_a_graph_of_other_weights_is_noticed(digits: Path) -> None:
    assert graph.is_fresh(digits)
    card = read_card(digits)
    save_weights(load_folder(digits), digits, {key: card[key] for key in ("data", "classes", "metrics")}, bits=16)
    assert not graph.is_fresh(digits)


@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "link"])
def test_a_damaged_graph_is_none(digits: Path, damage: str, tmp_path: Path) -> None:
    path = digits / graph.GRAPH
    content = path.read_bytes()
    path.unlink()
    if damage == "link":
        (tmp_path / "elsewhere").write_bytes(content)
        os.symlink(tmp_path / "elsewhere", path)
    elif damage != "missing":
        path.write_bytes({"empty": b"", "cut": content[:-1]}[damage])
    assert not graph.is_fresh(digits)


def test_only_samplers_and_translators_get_a_graph(tmp_path: Path) -> None:
    cls = model_class("classifier")
    save_weights(cls(cls.TINY), tmp_path / "eye", {"data": "noise", "classes": []})
    with pytest.raises(UserError, match="can't be exported"):
        graph.write_graph(tmp_path / "eye")


def test_a_site_holds_all_that_its_page_asks_for(digits: Path, tmp_path: Path) -> None:
    out = tmp_path / "site"
    site.write_site([digits, REPOSITORY_WEIGHTS / "spade-earth"], out)
    networks = json.loads((out / site.LIST).read_text(encoding="utf-8"))["networks"]
    assert [one["name"] for one in networks] == ["dcgan-digits", "spade-earth"]
    assert [one["room"] for one in networks] == ["walk", "draw"]
    assert networks[1]["mode"] == "labels" and networks[1]["ground"] == networks[1]["palette"][0]
    for one in networks:
        files = [out / one[key].partition("?")[0] for key in ("graph", "weights", "card")]
        assert all(file.is_file() for file in files)
    assert all(path.stat().st_size < 10_000_000 for path in out.rglob("*"))
    site.write_site([digits], out)  # over the one that was there
    assert [path.name for path in (out / "networks").iterdir()] == ["dcgan-digits"]


def test_weights_without_a_graph_get_one_in_the_site_only(digits: Path, tmp_path: Path) -> None:
    (digits / graph.GRAPH).unlink()
    site.write_site([digits], tmp_path / "site")
    assert graph.is_fresh(tmp_path / "site" / "networks" / "dcgan-digits") and not (digits / graph.GRAPH).exists()


def test_a_folder_with_other_things_is_left_alone(digits: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "diary.txt").write_text("dear diary")
    with pytest.raises(UserError, match="is no such site"):
        site.write_site([digits], tmp_path / "mine")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["diary.txt"]


def test_the_commands(
    digits: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GAN_ZOO_WEIGHTS", str(digits.parent))
    out = str(tmp_path / "site")
    assert main(["export", "dcgan-digits", "--to", "web", "--out", out]) == 0
    assert f"python -m http.server --directory {out}" in capsys.readouterr().out
    for wrong, said in {
        ("dcgan-digits", "dcgan-digits", "--to", "web"): "twice",
        ("dcgan-digits", "cgan-kana", "--to", "onnx"): "holds one network",
        ("dcgan-digits", "--to", "graph", "--out", out): "leave out --out",
        ("dcgan-digitz", "--to", "web"): "did you mean dcgan-digits",
    }.items():
        assert main(["export", *wrong]) == 2 and said in capsys.readouterr().err
    before = (digits / graph.GRAPH).read_bytes()
    (digits / graph.GRAPH).unlink()
    assert main(["export", "dcgan-digits", "--to", "graph"]) == 0
    assert graph.is_fresh(digits) and (digits / graph.GRAPH).read_bytes()[-64:] == before[-64:]
