"""Tests of pushing weights to a local Hub server with the real client."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hub_server import OTHER, READER, WRITER, HubServer

from gan_zoo.__main__ import main
from gan_zoo.errors import UserError
from gan_zoo.hub import repository
from gan_zoo.weights import model_card
from gan_zoo.weights.folder import read_card, write_card
from gan_zoo.weights.store import LOCK, read_lock

pytestmark = pytest.mark.usefixtures("weights")


def push(name: str = "dcgan-tiny", to: str = "me/cats", revision: str = "") -> str:
    return repository.push(name, to, revision=revision)


def test_a_folder_is_pushed_in_one_commit_with_a_card(on_hub: HubServer, weights: Path) -> None:
    assert push() == f"{on_hub.url}/me/cats"
    there = on_hub.model("me/cats")
    assert len(there.commits) == 2, "one commit creates the repository, the other is ours"
    assert {*there.files} == {".gitattributes", "README.md", "config.json", "model.safetensors"}
    assert there.files["model.safetensors"] == (weights / "dcgan-tiny" / "model.safetensors").read_bytes()
    text = there.files["README.md"].decode()
    assert 'gan_zoo.load("me/cats")' in text and "library_name: gan-zoo" in text
    assert 'gan_zoo.load("me/cats")' not in (weights / "dcgan-tiny" / "README.md").read_text()
    lock = read_lock()["me/cats"]
    assert lock["commit"] == there.commits[-1].oid and lock["revision"] == "main"


def test_equal_weights_make_no_second_commit(on_hub: HubServer) -> None:
    push()
    push()
    assert len(on_hub.model("me/cats").commits) == 2


def test_hand_written_text_on_the_hub_stays(on_hub: HubServer, weights: Path) -> None:
    push()
    there = on_hub.model("me/cats")
    text = (
        there.files["README.md"].decode().replace("---\n\n", "thumbnail: cat.png\n---\n\nMy cats.\n\n", 1) + "\nThanks, Tama.\n"
    )
    there.commit({"README.md": text.encode(), "cat.png": b"a picture of theirs"})
    folder = weights / "dcgan-tiny"
    write_card(folder, read_card(folder) | {"metrics": {"dcgan-tiny": {"fid": 8.125}}})
    push()
    text = there.files["README.md"].decode()
    assert "My cats." in text and "Thanks, Tama." in text and "thumbnail: cat.png" in text
    assert "8.125" in text and text.count(model_card.START) == 1 and "cat.png" in there.files


def test_a_revision_is_a_tag_that_stays(on_hub: HubServer, weights: Path) -> None:
    push(revision="v1")
    there = on_hub.model("me/cats")
    assert there.tags == {"v1": there.commits[-1].oid}
    with pytest.raises(UserError, match="already has the revision v1"):
        push(revision="v1")
    assert len(there.commits) == 2


def test_private(on_hub: HubServer, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["push", "dcgan-tiny", "--to", "me/cats", "--private", "--revision", "v1"]) == 0
    assert on_hub.model("me/cats").private and "me/cats" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("token", "to", "message"),
    [
        ("", "me/cats", "hf auth login"),
        ("hf_old", "me/cats", "doesn't accept your token"),
        (READER, "me/cats", "may not write to 'me/cats'"),
        (OTHER, "me/cats", "may not write to 'me/cats'"),
        (WRITER, "cats", "user/name"),
        (WRITER, "me/../cats", "user/name"),
    ],
)
def test_refused_pushes(
    token: str, to: str, message: str, on_hub: HubServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HF_TOKEN", token)
    assert main(["push", "dcgan-tiny", "--to", to]) == 2
    said = capsys.readouterr().err
    assert message in said and said.count("gan-zoo: ") == 1
    assert not on_hub.repositories and not LOCK.exists()


def test_damaged_weights_are_not_pushed(on_hub: HubServer, weights: Path) -> None:
    path = weights / "dcgan-tiny" / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(UserError, match="damaged"):
        push()
    assert not on_hub.requests


def test_too_many_requests_cause_the_wait_that_the_hub_asks_for(on_hub: HubServer, waits: list[float]) -> None:
    on_hub.fail("POST /api/repos/create", 429, times=2, Retry_After="17")
    on_hub.fail("POST .*/commit/", 503)
    push()
    assert waits[:2] == [17, 17] and len(on_hub.model("me/cats").commits) == 2


def test_too_many_requests_for_good(on_hub: HubServer, waits: list[float]) -> None:
    on_hub.fail("POST /api/repos/create", 429, times=99, Retry_After="2")
    with pytest.raises(UserError, match="too many requests"):
        push()
    on_hub.faults.clear()
    waits.clear()
    on_hub.fail("POST /api/repos/create", 429, times=99, Retry_After="86400")
    with pytest.raises(UserError, match="too many requests"):
        push()
    assert not waits, "it doesn't wait a day"


def test_a_connection_that_breaks_during_the_commit(on_hub: HubServer, waits: list[float]) -> None:
    on_hub.fail("POST .*/commit/")
    push()
    there = on_hub.model("me/cats")
    assert json.loads(there.files["config.json"])["model"] == "dcgan"
    assert read_lock()["me/cats"]["commit"] == there.commits[-1].oid


def test_a_failed_push_leaves_nothing(on_hub: HubServer, waits: list[float]) -> None:
    on_hub.fail("POST .*/preupload/", 500, times=99)
    with pytest.raises(UserError, match="answers 500"):
        push()
    assert {*on_hub.model("me/cats").files} == {".gitattributes"} and not LOCK.exists()
