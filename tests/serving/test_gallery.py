from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gan_zoo.errors import UserError
from gan_zoo.models.registry import create_model
from gan_zoo.serving import gallery as gallery_module
from gan_zoo.serving.gallery import Gallery
from gan_zoo.weights.folder import save_weights
from gan_zoo.weights.store import REPOSITORY_WEIGHTS


@pytest.fixture
def gallery(weights: Path) -> Gallery:
    return Gallery(device="cpu")


def test_names_come_from_the_cards_and_nothing_is_loaded(gallery: Gallery) -> None:
    assert {"dcgan-tiny", "mlp_gan-tiny"} <= set(gallery.names("sampler"))
    assert "classifier-tiny" not in gallery.names("sampler")
    assert "classifier-tiny" in gallery.names()
    assert gallery.loaded() == []
    assert gallery.card("dcgan-tiny")["model"] == "dcgan"


def test_the_least_recently_used_network_makes_room(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gallery = Gallery(device="cpu", memory=0)
    first = gallery.session("dcgan-tiny")
    assert gallery.loaded() == ["dcgan-tiny"]
    gallery.session("mlp_gan-tiny")
    assert gallery.loaded() == ["mlp_gan-tiny"]
    assert len(first.sample(first.latents(1, seed=0)).images) == 1  # a caller that still holds the session can use it

    monkeypatch.setattr(gallery_module, "MEMORY", 0)  # as `gan-zoo bench memory` does
    assert Gallery(device="cpu").memory == 0
    roomy = Gallery(device="cpu", memory=first.bytes * 100)
    session = roomy.session("dcgan-tiny")
    roomy.session("mlp_gan-tiny")
    assert roomy.session("dcgan-tiny") is session
    assert roomy.loaded() == ["mlp_gan-tiny", "dcgan-tiny"]


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("config.json", b"{"),
        ("config.json", b"[]"),
        ("config.json", b'{"model": "unheard_of", "config": {}, "published": []}'),
        ("config.json", b'{"model": "dcgan", "config": 3, "published": ["generator"]}'),
        ("config.json", b'{"model": "dcgan", "config": {"size": "x"}, "published": ["generator"]}'),
        ("model.safetensors", b""),
        ("model.safetensors", b"\xff" * 100),
        ("model.safetensors", None),
    ],
)
def test_a_broken_folder_disturbs_no_other(weights: Path, file: str, content: bytes | None) -> None:
    path = weights / "dcgan-tiny" / file
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    gallery = Gallery(device="cpu")
    for _ in range(2):
        with pytest.raises(UserError) as caught:
            gallery.session("dcgan-tiny")
        assert caught.value.code == "broken_weights"
        assert "\n" not in str(caught.value)
    assert "dcgan-tiny" in gallery.problems
    assert "dcgan-tiny" not in gallery.names()
    session = gallery.session("mlp_gan-tiny")
    assert session.sample(session.latents(2, seed=0)).images.shape == (2, 1, 8, 8)


def test_truncated_weights_are_told_of(weights: Path) -> None:
    path = weights / "dcgan-tiny" / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(UserError, match="dcgan-tiny"):
        Gallery(device="cpu").session("dcgan-tiny")


def test_unknown_and_unfit_names(gallery: Gallery) -> None:
    with pytest.raises(UserError, match="dcgan-tiny"):
        gallery.session("dcgan-tinny")
    with pytest.raises(UserError, match="draws no pictures"):
        gallery.session("classifier-tiny")
    assert "classifier-tiny" in gallery.names()


def test_a_gallery_can_be_empty() -> None:
    assert Gallery({}).names("sampler") == []


def test_a_gallery_that_looks_again_sees_what_came_and_what_went(weights: Path) -> None:
    gallery = Gallery(device="cpu")
    before, session = gallery.names(), gallery.session("dcgan-tiny")
    gallery.refresh()
    assert gallery.session("dcgan-tiny") is session  # the network was not loaded again
    shutil.copytree(weights / "sngan-tiny", weights / "new")
    shutil.copytree(weights / "sngan-tiny", weights / "torn")
    (weights / "torn" / "config.json").write_text("{")
    shutil.rmtree(weights / "mlp_gan-tiny")
    model = create_model("dcgan", size=32, width=8, latent_size=8)
    save_weights(model, weights / "dcgan-tiny", {"data": "noise", "classes": []})
    assert gallery.names() == before
    gallery.refresh()
    assert gallery.names() == sorted({*before, "new"} - {"mlp_gan-tiny"})
    assert "torn" in gallery.problems
    assert gallery.session("dcgan-tiny") is not session
    assert gallery.session("dcgan-tiny").config.width == 8
    (weights / "torn" / "config.json").write_text((weights / "new" / "config.json").read_text())
    gallery.refresh()
    assert gallery.problems == {} and "torn" in gallery.names()


@pytest.mark.parametrize(
    ("data", "pairs", "seen"),
    [
        ("pictures", "unpaired:pictures?domain=landscape+land", ("pictures", "unpaired:pictures?domain=landscape+land")),
        ("emoji", "sides:right", ("emoji", "sides:right")),
        ("pictures", "unpaired:.", ("", "unpaired")),
        ("pictures", "unpaired:hf:somebody/else", ("", "unpaired")),
        ("FOLDER", "edges", ("", "edges")),
        ("hf:somebody/else", "", ("", "")),
        ("parquet:FOLDER", "", ("", "")),
    ],
)
def test_a_card_from_the_hub_names_no_data_but_those_that_ship(
    weights: Path, tmp_path: Path, data: str, pairs: str, seen: tuple[str, str]
) -> None:
    data = data.replace("FOLDER", str(tmp_path))
    model = create_model("dcgan", size=32, width=8, latent_size=8)
    save_weights(model, weights / "own", {"data": data, "pairs": pairs})
    gallery = Gallery({"own": weights / "own", "somebody/else": weights / "own"}, device="cpu")
    assert [gallery.card("own")[key] for key in ("data", "pairs")] == [data, pairs]
    assert tuple(gallery.card("somebody/else")[key] for key in ("data", "pairs")) == seen


@pytest.mark.skipif(not (REPOSITORY_WEIGHTS / "dcgan-digits").exists(), reason="the shipped weights are not here")
def test_the_shipped_weights_serve() -> None:
    gallery = Gallery(device="cpu")
    assert gallery.problems == {}
    for name in gallery.names("sampler"):
        session = gallery.session(name)
        images = session.sample(session.latents(4, seed=0)).images
        assert images.std() > 0.1


def test_samplers_and_translators_are_told_apart(gallery: Gallery) -> None:
    with pytest.raises(UserError, match="is a sampler, not a translator") as caught:
        gallery.translator("dcgan-tiny")
    assert caught.value.code == "wrong_kind"
    with pytest.raises(UserError, match="is a translator, not a sampler") as caught:
        gallery.session("pix2pix-tiny")
    assert caught.value.code == "wrong_kind" and not gallery.problems
