"""Tests of pulling weights from a local Hub server with the real client: complete and checked, or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from hub_server import HubServer, Repository
from safetensors.torch import load_file, save

import gan_zoo
from gan_zoo import files
from gan_zoo.__main__ import main
from gan_zoo.errors import UserError
from gan_zoo.hub import client
from gan_zoo.hub.repository import load, pull, write_json
from gan_zoo.models.dcgan import DCGAN
from gan_zoo.models.mlp_gan import MLPGAN
from gan_zoo.serving.gallery import Gallery
from gan_zoo.weights.folder import FILES, save_weights
from gan_zoo.weights.store import LOCK, list_weights, read_lock


@pytest.fixture
def cats(on_hub: HubServer, weights: Path) -> Repository:
    """Return the repository me/cats, with the weights of dcgan-tiny and two foreign files."""
    files = {path.name: path.read_bytes() for path in (weights / "dcgan-tiny").iterdir()}
    return on_hub.add("me/cats", {**files, "pytorch_model.bin": b"would run", "run.py": b"print(1)"})


def changed(cats: Repository, **changes: Any) -> None:
    """Commit changed entries of config.json."""
    config = json.loads(cats.files["config.json"])
    cats.commit({"config.json": json.dumps({**config, **changes}).encode()})


def off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Disconnect the Hub."""
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")


def shelf() -> list[str]:
    """Return the names in the cache folder of me/cats."""
    folder = files.cache() / "weights" / "me--cats"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_pulled_weights_work_without_a_network(
    cats: Repository, on_hub: HubServer, weights: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["pull", "me/cats"]) == 0
    assert "me/cats: " in capsys.readouterr().out
    assert not on_hub.asked("pytorch_model|run.py"), "only files of a weights folder are downloaded"
    folder = list_weights()["me/cats"]
    assert sorted(path.name for path in folder.iterdir()) == ["README.md", "config.json", "model.safetensors"]
    off(monkeypatch)
    theirs, ours = gan_zoo.load("me/cats").state_dict(), gan_zoo.load("dcgan-tiny").state_dict()
    assert all(torch.equal(theirs[key], ours[key]) for key in ours)
    gallery = Gallery(device="cpu")
    assert gallery.card("me/cats")["kind"] == "sampler"
    assert gallery.session("me/cats").sample(torch.zeros(1, DCGAN.TINY.latent_size)).images.shape[0] == 1
    assert main(["pull"]) == 0, "everything in the lock is in the cache"


def test_load_pulls_missing_weights(cats: Repository, on_hub: HubServer) -> None:
    assert gan_zoo.load("me/cats").card["model"] == "dcgan"
    assert not LOCK.exists()
    asked = len(on_hub.requests)
    gan_zoo.load("me/cats")
    assert len(on_hub.requests) == asked, "cached weights need no request"


def test_the_lock_keeps_the_commit(
    cats: Repository, on_hub: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = cats.commits[-1].oid
    assert main(["pull", "me/cats"]) == 0
    changed(cats, note="newer")
    monkeypatch.setenv("GAN_ZOO_CACHE", str(tmp_path / "another machine"))
    assert main(["pull"]) == 0 and shelf() == [first, "revisions.json"]
    assert "note" not in gan_zoo.load("me/cats").card
    assert main(["pull", "me/cats", "--update"]) == 0
    assert gan_zoo.load("me/cats").card["note"] == "newer" and read_lock()["me/cats"]["commit"] == cats.commits[-1].oid
    entry = read_lock()["me/cats"]
    write_json(LOCK, {"me/cats": entry | {"files": {"config.json": "0" * 64}}})
    monkeypatch.setenv("GAN_ZOO_CACHE", str(tmp_path / "a third"))
    with pytest.raises(UserError, match="checksum"):
        pull("me/cats")
    assert shelf() == []


def test_revisions(cats: Repository, on_hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    cats.tags["v1"] = cats.commits[-1].oid
    changed(cats, note="newer")
    assert gan_zoo.load("me/cats@v1").card.get("note") is None
    assert gan_zoo.load(f"me/cats@{cats.commits[-1].oid}").card["note"] == "newer"
    with pytest.raises(UserError, match="no such revision"):
        gan_zoo.load("me/cats@v2")
    off(monkeypatch)
    monkeypatch.setattr(client, "TRIES", 1)
    assert gan_zoo.load("me/cats@v1").card.get("note") is None, "the commit of v1 is remembered"


@pytest.mark.parametrize("text", ["{", "[]", '{"me/cats": {}}', '{"me/cats": 3}'])
def test_a_damaged_lock(text: str, cats: Repository) -> None:
    LOCK.write_text(text)
    with pytest.raises(UserError, match="damaged"):
        pull("me/cats")


@pytest.mark.parametrize("name", ["me/dogs", "me/..", "../cats", "me/cats/x", "http://me/cats", "/etc/passwd", "me/cats@../x"])
def test_names_of_no_repository(name: str, cats: Repository) -> None:
    with pytest.raises(UserError, match=r"no repository|user/name|no such revision"):
        gan_zoo.load(name)
    assert shelf() == []


def test_private_without_a_token(cats: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    cats.private = True
    monkeypatch.setenv("HF_TOKEN", "")
    with pytest.raises(UserError, match=r"private.*hf auth login"):
        pull("me/cats")
    monkeypatch.setenv("HF_TOKEN", "hf_old")
    with pytest.raises(UserError, match="doesn't accept your token"):
        pull("me/cats")


def test_an_interrupted_download_continues(
    cats: Repository, on_hub: HubServer, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    size = len(cats.files["model.safetensors"])
    on_hub.fail("GET .*/resolve/.*/model.safetensors", after=size // 2, times=99)
    with pytest.raises(UserError, match="can't be reached"):
        pull("me/cats")
    assert "me/cats" not in list_weights() and not LOCK.exists()
    on_hub.faults.clear()
    on_hub.requests.clear()
    pull("me/cats")
    assert not on_hub.asked("GET .*config.json"), "complete files are not downloaded again"
    assert load("me/cats").card["model"] == "dcgan" and shelf() == [cats.commits[-1].oid, "revisions.json"]


def test_a_rate_limit_causes_a_wait(cats: Repository, on_hub: HubServer, waits: list[float]) -> None:
    on_hub.fail("GET /api/models/me/cats", 429, Retry_After="11")
    on_hub.fail("HEAD .*/model.safetensors", 429, times=2, Retry_After="12")
    on_hub.fail("GET .*/model.safetensors", 503)
    pull("me/cats")
    assert waits[0] == 11 and max(waits[1:]) >= 12


def test_no_network_at_all(on_hub: HubServer, waits: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    off(monkeypatch)
    with pytest.raises(UserError, match="can't be reached"):
        pull("me/cats")
    assert len(waits) == client.TRIES - 1


def test_a_changed_file_is_refused(cats: Repository, on_hub: HubServer) -> None:
    on_hub.change = lambda path, content: content[:-1] + b"\x01" if path == "model.safetensors" else content
    with pytest.raises(UserError, match="has a wrong checksum"):
        pull("me/cats")
    assert shelf() == []


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"config.json": b"{"}, "damaged"),
        ({"config.json": b"[]"}, "holds no table of entries"),
        ({"config.json": b'{"model": 3, "config": {}, "published": []}'}, "can't be used"),
        ({"config.json": b'{"model": "dcgan", "config": [], "published": ["generator"]}'}, "can't be used"),
        ({"config.json": b'{"model": "dcgan", "config": {}, "published": 7}'}, "can't be used"),
        ({"model.safetensors": b"\x80\x04pickle"}, "damaged"),
        ({"model.safetensors": save({"generator.0.weight": torch.zeros(2)})}, "doesn't fit"),
    ],
)
def test_invalid_weights_folders(files: dict[str, bytes], message: str, cats: Repository) -> None:
    cats.commit(files)
    with pytest.raises(UserError, match=message):
        pull("me/cats")
    assert shelf() == []


def test_types_and_sizes_are_checked(cats: Repository, weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = load_file(weights / "dcgan-tiny" / "model.safetensors")
    cats.commit({"model.safetensors": save({key: value.double() for key, value in state.items()})})
    with pytest.raises(UserError, match="doesn't fit"):
        pull("me/cats")
    monkeypatch.setitem(FILES, "model.safetensors", 10)
    with pytest.raises(UserError, match="larger"):
        pull("me/cats")


def test_a_repository_of_something_else(on_hub: HubServer) -> None:
    on_hub.add("me/bert", {"config.json": b"{}", "pytorch_model.bin": b""})
    with pytest.raises(UserError, match="is no weights folder"):
        pull("me/bert")


def test_weights_of_a_later_version_name_it(cats: Repository) -> None:
    changed(cats, model="gan2030", gan_zoo="2.5.0")
    with pytest.raises(UserError, match=r"needs gan-zoo 2.5.0 or later"):
        pull("me/cats")
    changed(cats, model="dcgan", config={"wings": 2}, gan_zoo="0.9.1")
    with pytest.raises(UserError, match=r"needs gan-zoo 0.9.1 or later"):
        pull("me/cats")
    changed(cats, gan_zoo="0.0.1")
    with pytest.raises(UserError, match="wings"):
        pull("me/cats")


def test_the_methods_of_the_hubs_mixin(on_hub: HubServer, tmp_path: Path) -> None:
    model = DCGAN(DCGAN.TINY)
    assert model.push_to_hub("me/birds", private=True) == f"{on_hub.url}/me/birds"
    assert on_hub.model("me/birds").private
    again = DCGAN.from_pretrained("me/birds")
    assert again.config == model.config
    torch.testing.assert_close(again.generator[0].weight, model.generator[0].weight, rtol=1e-3, atol=1e-3)
    with pytest.raises(UserError, match="is dcgan, not mlp_gan"):
        MLPGAN.from_pretrained("me/birds")
    again.save_pretrained(tmp_path / "birds")
    assert DCGAN.from_pretrained(str(tmp_path / "birds")).card["published"] == ["generator"]
    on_hub.model("me/birds").tags["v1"] = on_hub.model("me/birds").commits[-1].oid
    assert DCGAN.from_pretrained("me/birds", revision="v1").config == model.config


def test_push_to_hub_keeps_the_card(weights: Path, on_hub: HubServer) -> None:
    source = {"about": "emoji", "licence": "CC-BY-SA-4.0", "origin": "OpenMoji"}
    save_weights(DCGAN(DCGAN.TINY), weights / "a", {"data": "emoji", "source": source})
    gan_zoo.load("a").push_to_hub("me/a")
    assert "license: cc-by-sa-4.0" in on_hub.model("me/a").files["README.md"].decode()
