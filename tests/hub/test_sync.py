"""Tests of comparing local weights with those on a local Hub server, and of copying them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hub_server import HubServer

from gan_zoo.__main__ import main
from gan_zoo.errors import UserError
from gan_zoo.hub.repository import load, push
from gan_zoo.hub.sync import compare
from gan_zoo.weights.folder import read_card, write_card
from gan_zoo.weights.store import LOCK


@pytest.fixture
def few(on_hub: HubServer, weights: Path) -> Path:
    """Two local folders, the first of them also on the Hub, and one more only on the Hub; returns the local root."""
    for folder in weights.iterdir():
        if folder.name not in ("cgan-tiny", "dcgan-tiny", "mlp_gan-tiny"):
            shutil.rmtree(folder)
    for name in ("cgan-tiny", "mlp_gan-tiny"):
        push(name, f"me/{name}")
    on_hub.add("me/something-else", {"README.md": b"---\ntags:\n- cats\n---\n"})
    shutil.rmtree(weights / "mlp_gan-tiny")
    return weights


def states(root: Path, where: str = "me") -> dict[str, str]:
    return {pair.name: pair.state for pair in compare(where, root)}


def note(folder: Path, text: str) -> None:
    write_card(folder, read_card(folder) | {"note": text})


def test_states(few: Path, on_hub: HubServer, tmp_path: Path) -> None:
    assert states(few) == {"cgan-tiny": "same", "dcgan-tiny": "only here", "mlp_gan-tiny": "only there"}
    there = on_hub.model("me/cgan-tiny")
    shutil.copytree(few / "cgan-tiny", tmp_path / "kept")
    note(few / "cgan-tiny", "changed")
    assert states(few)["cgan-tiny"] == "newer here"
    there.commit({"config.json": there.files["config.json"] + b"\n"})
    assert states(few)["cgan-tiny"] == "changed in both"
    shutil.rmtree(few / "cgan-tiny")
    shutil.copytree(tmp_path / "kept", few / "cgan-tiny")
    assert states(few)["cgan-tiny"] == "newer there"
    LOCK.unlink()
    assert states(few)["cgan-tiny"] == "differs"


def test_without_push_or_pull_nothing_is_copied(few: Path, on_hub: HubServer, capsys: pytest.CaptureFixture[str]) -> None:
    on_hub.requests.clear()
    assert main(["sync", "me", "--weights", str(few)]) == 0
    assert "only there" in capsys.readouterr().out
    assert not on_hub.asked("POST|resolve") and not (few / "mlp_gan-tiny").exists()


def test_pull_and_push(few: Path, on_hub: HubServer) -> None:
    sync = ["sync", "me", "--weights", str(few)]
    assert main([*sync, "--pull"]) == 0 and main([*sync, "--push"]) == 0
    assert {*states(few).values()} == {"same"} and ("model", "me/dcgan-tiny") in on_hub.repositories
    assert load("mlp_gan-tiny").card["model"] == "mlp_gan"


def test_pairs_without_a_record_are_copied_only_by_name(few: Path, on_hub: HubServer) -> None:
    LOCK.unlink()
    note(few / "cgan-tiny", "mine")
    sync = ["sync", "me", "--weights", str(few)]
    assert main([*sync, "--pull"]) == 0 and load("cgan-tiny").card["note"] == "mine"
    assert main([*sync, "--pull", "--only", "cgan-tiny"]) == 0 and "note" not in load("cgan-tiny").card


def test_a_collection(few: Path, on_hub: HubServer) -> None:
    on_hub.add("other/cgan-tiny", on_hub.model("me/cgan-tiny").files)
    on_hub.collections["me/zoo-0123456789abcdef01234567"] = ["other/cgan-tiny"]
    assert states(few, "me/zoo-0123456789abcdef01234567") == {"cgan-tiny": "same", "dcgan-tiny": "only here"}
    with pytest.raises(UserError, match="404"):
        compare("me/nothing-0123456789abcdef01234567", few)
