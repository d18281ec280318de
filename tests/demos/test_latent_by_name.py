"""By name in the Latent space tab: the words that a picture gets, their names, and what is refused."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import torch
from app_process import tiny_weights

from demos.latent import by_name, points
from demos.latent.attribute_names import JAPANESE, word_names
from gan_zoo import Gallery, UserError
from gan_zoo.data import peeps
from gan_zoo.models.cvae_gan import CVAEGAN
from gan_zoo.weights.folder import save_weights

ATTRIBUTES = {"accessories": ["glasses", "glasses2", "none"], "head": ["afro", "bun", "hijab", "long"]}


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Gallery:
    root: Path = tiny_weights(tmp_path_factory.mktemp("weights"))
    save_weights(CVAEGAN(CVAEGAN.TINY), root / "wordy", {"data": "peeps", "attributes": ATTRIBUTES})
    return Gallery({folder.name: folder for folder in root.iterdir()}, device="cpu")


def way(model: str) -> tuple[Any, ...]:
    return points.alone(model, "", 2.0, [7, 0])


def test_the_picture_gets_the_words_and_keeps_the_rest(gallery: Gallery) -> None:
    before, after = by_name.spoken(gallery, {"head": "hijab"}, *way("wordy")).images
    at = points.here(gallery, *way("wordy"))
    with at.session.network() as model:
        was = model.spoken(at.z)
        now = was.clone()
        now[:, -4:] = torch.tensor([0.0, 0, 1, 0])
        torch.testing.assert_close(after, model.generator(now)[0].clamp(-1, 1), rtol=0, atol=0.05)
    torch.testing.assert_close(before, at.sample(at.z).images[0], rtol=0, atol=0.05)


def test_without_words_nothing_changes(gallery: Gallery) -> None:
    before, after = by_name.spoken(gallery, {}, *way("wordy")).images
    assert torch.equal(before, after)


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("wordy", {"head": "halo"}),
        ("wordy", {"mood": "afro"}),
        ("wordy", "afro"),
        ("wordy", {"head": None}),
        ("grey", {"a": "b"}),
    ],
)
def test_unknown_words_are_refused(gallery: Gallery, model: str, words: Any) -> None:
    with pytest.raises(UserError) as caught:
        by_name.spoken(gallery, words, *way(model))
    assert caught.value.code == ("unknown_word" if isinstance(words, dict) and "head" in words else "unknown_attribute")


def test_models_without_words_have_no_attributes(gallery: Gallery) -> None:
    assert by_name.attributes(gallery, "grey") == {}
    assert by_name.attributes(gallery, "wordy") == ATTRIBUTES


def test_every_word_has_a_name_in_each_language() -> None:
    assert word_names("longBangs") == {"en": "long bangs", "ja": "前髪ありのロング"}
    assert word_names("glasses2") == {"en": "glasses 2", "ja": "めがね 2"}
    assert word_names("#78e185") == {"en": "green", "ja": "緑"}
    for word in {word for words in peeps.words().values() for word in words}:
        family = word if word.startswith("#") else word.rstrip("0123456789")
        assert family in JAPANESE, word
        assert re.fullmatch(r"[a-z ,]+( \d+)?", word_names(word)["en"]), word


def test_the_shipped_faces_say_every_word_that_is_offered() -> None:
    gallery = Gallery(device="cpu")
    offered = by_name.attributes(gallery, "cvae_gan-peeps")
    assert list(offered) == list(peeps.ATTRIBUTES)
    left_out = {word for name, words in peeps.words().items() for word in words if word not in offered[name]}
    assert left_out == set(peeps.LEFT_OUT)
    session = gallery.session("cvae_gan-peeps")
    z, every = session.latents(1, seed=0), session.card["attributes"]
    with session.network() as model:
        start = model.config.free
        for name, words in every.items():
            for word in offered[name]:
                choices = [words.index(word) if other == name else None for other in every]
                said = model.spoken(model.saying(z, choices))[0, start : start + len(words)]
                assert said.argmax() == words.index(word) and said.max() > 0.9, word
            start += len(words)
