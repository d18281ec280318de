"""The owner's own pictures without a browser: what is taken, what is left out, who may, and what is trained on them."""

from __future__ import annotations

import contextlib
import io
import json
import shlex
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from gan_zoo.weights import store

pytest.importorskip("gradio", reason="the app needs gradio: pip install gan-zoo[app]")

import torch
from hub_server import HubServer
from PIL import Image
from recorded_runs import recorded
from starlette.applications import Starlette
from starlette.testclient import TestClient

from demos.training import form, own, own_routes, own_training, own_zip, permission
from gan_zoo import Gallery, UserError, open_picture
from gan_zoo.data.reading import load_data
from gan_zoo.training import launch
from gan_zoo.training.loop import train

WANTED = {"set": "cats", "model": "dcgan", "size": 32, "minutes": 1, "starter": "starter_landscape"}


@pytest.fixture(autouse=True)
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of runs, empty at first; there are no weights, and the machine is the visitor's own."""
    monkeypatch.setattr(store, "weights_roots", list)
    monkeypatch.setenv("GAN_ZOO_RUNS", str(tmp_path / "runs"))
    for name in ("SPACE_ID", "SYSTEM", permission.ALLOW, permission.PASSWORD):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "runs"


@pytest.fixture
def visitor() -> Iterator[Any]:
    """Opens a client of the routes as somebody at an address meets them."""
    app = Starlette(routes=own_routes.to_own(SimpleNamespace(share=False)))  # type: ignore[arg-type]
    with contextlib.ExitStack() as clients:

        def opened(address: str = "127.0.0.1", host: str = "http://localhost:7860", **headers: str) -> TestClient:
            client = TestClient(app, host, client=(address, 1), headers={k.replace("_", "-"): v for k, v in headers.items()})
            return clients.enter_context(client)

        yield opened


def picture(seed: int = 0, size: tuple[int, int] = (90, 60), format: str = "PNG", mode: str = "RGB", **options: Any) -> bytes:
    generator = torch.Generator().manual_seed(seed)
    noise = torch.randint(256, (size[1], size[0], 3), generator=generator, dtype=torch.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise.numpy()).convert(mode).save(buffer, format, **options)
    return buffer.getvalue()


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as into:
        for name, content in files.items():
            into.writestr(name, content)
    return buffer.getvalue()


def bring(content: bytes, name: str = "cats", label: str = "a.png") -> list[dict[str, Any]]:
    return list(own.bring(name, label, io.BytesIO(content)))


def fill(n: int, name: str = "cats") -> None:
    for seed in range(n):
        bring(picture(seed), name)


# What is taken.
def test_a_picture_is_kept_small_and_without_what_was_written_beside_it(runs: Path) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "a secret camera"
    (told,) = bring(picture(size=(1200, 900), format="JPEG", exif=exif, icc_profile=b"a secret profile"))
    assert told["set"] == "cats" and told["thumb"].startswith("data:image/webp;base64,")
    (file,) = (runs / "own" / "cats").iterdir()
    kept = open_picture(file)
    assert kept.size == (256, 341), "upright, with a short side of 256"
    assert b"secret" not in file.read_bytes()
    with Image.open(file) as raw:
        assert raw.format == "PNG" and raw.info == {}
    assert own.sets() == [{"name": "cats", "count": 1, "path": str(runs / "own" / "cats")}]
    assert own.thumbnails(own.find("cats")) == [{"id": file.name, "thumb": told["thumb"]}]


def test_long_and_transparent_pictures() -> None:
    bring(picture(size=(3000, 100)), "long")
    bring(picture(size=(40, 40), mode="RGBA"), "clear")
    assert open_picture(next(own.find("long").iterdir())).size == (300, 100)
    assert open_picture(next(own.find("clear").iterdir())).mode == "RGBA"


@pytest.mark.parametrize(("content", "code"), [
    (b"", "own_no_picture"),
    (b"#!/bin/sh", "own_no_picture"),
    (b"%!PS-Adobe", "own_no_picture"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "own_no_picture"),
    (picture()[:200], "own_no_picture"),
    (picture(size=(8, 300)), "own_small_picture"),
    (b"PK\x03\x04 and no more", "own_broken_zip"),
])  # fmt: skip
def test_what_is_no_picture_is_left_out_and_nothing_is_written(content: bytes, code: str, runs: Path) -> None:
    (told,) = bring(content, label="<b>.png")
    assert (told["name"], told["code"], told["end"]) == ("<b>.png", code, False)
    assert 'lang="ja"' in told["why"]
    assert not list(runs.rglob("*.*"))


def test_the_same_picture_is_taken_once() -> None:
    assert "id" in bring(picture())[0]
    assert bring(picture())[0]["code"] == "own_twice"
    assert "id" in bring(picture(), "dogs")[0]


def test_pictures_of_too_many_pixels_and_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    chunk = struct.pack(">4sIIBBBBB", b"IHDR", 60_000, 60_000, 8, 2, 0, 0, 0)
    header = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    assert bring(header + picture()[33:])[0]["code"] == "large_picture"
    monkeypatch.setattr(own, "MOST_BYTES", 100)
    assert bring(picture())[0]["code"] == "own_large_file"


def test_a_full_set_takes_no_more_and_says_that_this_is_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own, "MOST_PICTURES", 3)
    files = {f"{i}.png": picture(i) for i in range(6)}
    told = bring(packed(files))
    assert told[0] == {"of": 6} and [one.get("code") for one in told[1:]] == [None, None, None, "own_full"]
    assert told[-1]["end"] and own.sets()[0]["count"] == 3
    monkeypatch.setattr(own, "MOST_PICTURES", 2_000)
    monkeypatch.setattr(form, "FREE", 10**9)
    assert bring(picture(9))[0]["code"] == "little_disk"


@pytest.mark.parametrize(("text", "name"), [
    ("cats", "cats"), ("My cats!", "My-cats"), ("../../etc/passwd", "etc-passwd"), ("うちの 猫", "うちの-猫"),
    ("x" * 200, "x" * 40), ("a.png", "a-png"), ("C:\\cats", "C-cats"), ("a\x00b", "a-b"), ("__a__", "a"),
    ("ｃａｔ", "cat"), ("faces", "my-faces"),
])  # fmt: skip
def test_the_name_of_a_set_is_a_folder_in_the_folder_of_sets(text: str, name: str) -> None:
    assert own.named(text) == name


@pytest.mark.parametrize("text", ["", "..", "/", "  ", None, 3, ["cats"], "…"])
def test_a_set_needs_a_name(text: Any) -> None:
    with pytest.raises(UserError) as refused:
        own.named(text)
    assert refused.value.code == "own_no_name"


# ZIPs.
def test_a_zip_of_pictures_is_taken_and_the_rest_is_told(runs: Path, tmp_path: Path) -> None:
    files = {
        "a/1.png": picture(1), "../../2.png": picture(2), "/etc/3.png": picture(3), "C:\\4.png": picture(4),
        "notes.txt": b"text", "inner.zip": packed({"x.png": picture(5)}), "fake.png": b"no picture",
        "__MACOSX/a/._1.png": b"x", ".DS_Store": b"x", "a/Thumbs.db": b"x", "empty/": b"",
    }  # fmt: skip
    before = {*tmp_path.rglob("*")}
    told = bring(packed(files), label="all.zip")
    assert told[0] == {"of": 7}
    assert [one["name"] for one in told if one.get("code") == "own_no_picture"] == ["notes.txt", "inner.zip", "fake.png"]
    assert own.sets()[0]["count"] == 4
    outside = {path for path in {*tmp_path.rglob("*")} - before if "own" not in path.parts and path != runs}
    assert outside == set(), "no path leads out of the set"


def test_a_zip_bomb_is_unpacked_up_to_the_limits_only(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = packed({f"{i}.png": bytes(5_000_000) for i in range(40)} | {"z.png": picture()})
    assert len(bomb) < 300_000
    monkeypatch.setattr(own_zip, "MOST_UNPACKED", 20_000_000)
    codes = [one["code"] for one in bring(bomb)[1:]]
    assert codes == ["own_no_picture"] * 4 + ["own_large_zip"] * 37
    monkeypatch.setattr(own_zip, "MOST_ENTRY", 4_000_000)
    assert {one["code"] for one in bring(bomb)[1:-1]} == {"own_large_file"}


def test_the_pixels_of_a_zip_are_counted_before_they_are_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_zip, "MOST_PIXELS", 2 * 90 * 60)
    codes = [one.get("code") for one in bring(packed({f"{i}.png": picture(i) for i in range(4)}))[1:]]
    assert codes == [None, None, "own_large_zip", "own_large_zip"]


def test_what_a_zip_says_of_a_size_is_not_believed() -> None:
    content = packed({"a.png": bytes(3_000_000)})
    lying = content.replace(struct.pack("<I", 3_000_000), struct.pack("<I", 60))
    assert lying != content
    (_, told) = bring(lying)
    assert told["code"] in ("own_broken_entry", "own_no_picture")


def test_entries_that_overlap_locked_ones_and_rare_methods() -> None:
    locked = bytearray(packed({"a.png": picture()}))
    for at in (locked.index(b"PK\x03\x04") + 6, locked.index(b"PK\x01\x02") + 8):
        locked[at] |= 1
    assert bring(bytes(locked))[1]["code"] == "own_locked"
    assert bring(packed({"a.png": picture()}, zipfile.ZIP_LZMA))[1]["code"] == "own_broken_entry"
    torn = bytearray(packed({"a.png": picture()}, zipfile.ZIP_STORED))
    torn[500] ^= 0xFF
    assert bring(bytes(torn))[1]["code"] == "own_broken_entry"


def test_a_zip_of_too_many_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_zip, "MOST_ENTRIES", 3)
    assert bring(packed({f"{i}.png": b"" for i in range(4)}))[0]["code"] == "own_many_entries"
    monkeypatch.setattr(own_zip, "MOST_LIST", 100)
    assert bring(packed({f"{i}.png": b"" for i in range(3)}))[0]["code"] == "own_many_entries"
    huge = packed({"a.png": picture()})
    end = huge.rindex(b"PK\x05\x06")
    assert bring(huge[:end] + b"PK\x06\x07" + bytes(16) + huge[end:])[0]["code"] == "own_many_entries"


def test_names_from_japanese_windows_are_legible() -> None:
    content = packed({"neko.txt": b""}).replace(b"neko", "猫".encode("cp932") + b"__")
    assert bring(content)[1]["name"] == "猫__.txt"


# Who may.
def post(client: TestClient, content: bytes, name: str = "cats", **headers: str) -> Any:
    return client.post(own_routes.ADDRESS, params={"set": name}, content=content, headers=headers)


def test_the_page_brings_lists_and_deletes(visitor: Any, runs: Path) -> None:
    client = visitor()
    answer = post(client, packed({"a.png": picture(1), "b.png": picture(2), "c.txt": b""}), "my cats")
    told = [json.loads(line) for line in answer.text.splitlines()]
    assert told[0] == {"of": 3} and [one.get("set") for one in told[1:]] == ["my-cats", "my-cats", None]
    assert [one["name"] for one in client.get(own_routes.ADDRESS).json()["sets"]] == ["my-cats"]
    shown = client.get(own_routes.ADDRESS, params={"set": "my-cats"}).json()["pictures"]
    assert [one["id"] for one in shown] == [one["id"] for one in told[1:3]]
    left = client.delete(own_routes.ADDRESS, params={"set": "my-cats", "picture": shown[0]["id"]}).json()
    assert left["sets"][0]["count"] == 1
    for picture_ in ("../../x", "nothing.png"):
        client.delete(own_routes.ADDRESS, params={"set": "my-cats", "picture": picture_})
    assert client.delete(own_routes.ADDRESS, params={"set": "my-cats"}).json() == {"sets": []}
    assert not list((runs / "own").iterdir())


@pytest.mark.parametrize("name", ["..", "../..", "gone", "", "/etc"])
def test_a_set_that_is_not_there(visitor: Any, name: str, runs: Path) -> None:
    recorded(runs)
    fill(1)
    for method in ("get", "delete"):
        answer = getattr(visitor(), method)(own_routes.ADDRESS, params={"set": name})
        assert answer.status_code == 409 and answer.json()["code"] == "own_gone"
    assert (runs / "one").exists() and (runs / "own" / "cats").exists()


@pytest.mark.parametrize("who", [
    {"address": "192.168.0.7"}, {"host": "http://evil.example"}, {"origin": "http://evil.example"},
    {"x_forwarded_for": "10.0.0.1"},
])  # fmt: skip
def test_others_bring_see_and_delete_nothing(visitor: Any, who: dict[str, str], runs: Path) -> None:
    fill(1)
    client = visitor(**who)

    def unread() -> Iterator[bytes]:
        yield picture(1)

    for answer in (
        client.get(own_routes.ADDRESS),
        client.get(own_routes.ADDRESS, params={"set": "cats"}),
        client.post(own_routes.ADDRESS, params={"set": "cats"}, content=unread()),
        client.delete(own_routes.ADDRESS, params={"set": "cats"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "not_owner")
    assert own.sets()[0]["count"] == 1


def test_on_a_space_it_takes_the_password(visitor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPACE_ID", "me/zoo")
    monkeypatch.setenv(permission.PASSWORD, "秘密")
    client = visitor()
    assert post(client, picture()).json()["code"] == "not_owner"
    assert post(client, picture(), **{"x-zoo-password": "wrong"}).json()["code"] == "wrong_password"
    assert "id" in post(client, picture(), **{"x-zoo-password": "%E7%A7%98%E5%AF%86"}).json()


def test_too_much_is_not_received(visitor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own, "MOST_ZIP_BYTES", 1_000)
    told = post(visitor(), picture(), **{"x-zoo-file": "%E7%8C%AB.png"}).json()
    assert (told["name"], told["code"]) == ("猫.png", "own_large_file")


# Training.
@pytest.mark.parametrize("model", own_training.MAKERS)
def test_a_training_on_a_set(model: str, runs: Path, tmp_path: Path) -> None:
    fill(9)
    config = own_training.planned({**WANTED, "model": model})
    assert config.batch_size <= 8 and config.minutes == 1 and config.mirror
    assert "augment" not in config.options or len(config.options["augment"]) == 3
    words = shlex.split(own_training.command(config))
    assert words[:3] == ["gan-zoo", "train", model] and words[words.index("--data") + 1] == str(runs / "own" / "cats")
    assert own_training.plan({**WANTED, "model": model})["command"] == own_training.command(config)


def test_a_set_is_data_as_any_other(runs: Path) -> None:
    fill(9)
    data = load_data(str(runs / "own" / "cats"), size=32)
    assert data.images.shape == (9, 3, 32, 32) and data.labels is None


@pytest.mark.parametrize("wrong", [
    {"set": "../x"}, {"set": None}, {"model": "mlp_gan"}, {"size": 4096}, {"minutes": True}, {"model": ["dcgan"]},
    {"model": "cyclegan", "starter": "/etc"},
])  # fmt: skip
def test_what_is_not_in_the_lists_is_refused(wrong: dict[str, Any]) -> None:
    fill(9)
    with pytest.raises(UserError) as refused:
        own_training.planned({**WANTED, **wrong})
    assert refused.value.code in ("bad_choice", "own_gone")
    assert own_training.plan({**WANTED, **wrong}) == {"command": ""}


def test_few_pictures_are_too_few() -> None:
    fill(7)
    with pytest.raises(UserError) as refused:
        own_training.start(WANTED)
    assert refused.value.code == "own_few" and refused.value.fields["n"] == 7


def test_the_run_is_named_after_the_set(monkeypatch: pytest.MonkeyPatch) -> None:
    fill(8, "うちの猫")
    started: list[Any] = []
    monkeypatch.setattr(launch, "start", lambda *given: started.append(given) or SimpleNamespace(folder=Path(given[2])))
    assert own_training.start({**WANTED, "set": "うちの猫"}) == "dcgan-うちの猫-1"
    assert started[0][0].data.endswith("own/うちの猫")


# The Hub.
@pytest.fixture
def published(runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a run that was trained on a set, and published."""
    from gan_zoo import Run, TrainConfig

    fill(8)
    tiny = {"size": 32, "width": 4, "latent_size": 8}
    train(TrainConfig("dcgan", str(own.find("cats")), tiny, steps=2, batch_size=4, tick=1, device="cpu"), Run(runs / "mine"))
    monkeypatch.setattr(store, "weights_roots", lambda: [tmp_path / "weights"])
    monkeypatch.setenv("GAN_ZOO_WEIGHTS", str(tmp_path / "weights"))
    with pytest.raises(UserError) as refused:
        form.push({"name": "mine", "repository": "me/cats"})
    assert refused.value.code == "not_published"
    form.publish({"name": "mine"}, Gallery())
    return "mine"


def test_a_published_run_is_pushed(published: str, on_hub: HubServer) -> None:
    address = form.push({"name": published, "repository": "me/cats", "private": True})
    assert address == f"{on_hub.url}/me/cats"
    repository = on_hub.repositories["model", "me/cats"]
    assert repository.private
    for wrong in ("cats", "", None, "../x", "me/cats/more"):
        with pytest.raises(UserError) as refused:
            form.push({"name": published, "repository": wrong})
        assert refused.value.code == "bad_repository"


def test_without_a_token_nothing_is_sent(published: str, on_hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_TOKEN")
    with pytest.raises(UserError) as refused:
        form.push({"name": published, "repository": "me/cats"})
    assert refused.value.code == "no_token"
    assert not on_hub.repositories
