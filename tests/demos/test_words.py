"""The Words tab without a browser: what it draws, what it refuses, and its endpoints."""

from __future__ import annotations

import base64
import io
import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image

pytest.importorskip("gradio", reason="the app needs gradio: pip install gan-zoo[app]")

import gradio as gr
from app_process import tiny_words
from gradio_client import Client
from gradio_client.exceptions import AppError

from demos import words
from demos.shared import i18n, page, responses
from demos.words import draw
from gan_zoo import Gallery, UserError
from gan_zoo.serving import Neighbour


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_words(tmp_path_factory.mktemp("weights"))


def size(url: str) -> tuple[int, int]:
    return Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))).size


def event(carried: Any) -> gr.EventData:
    return gr.EventData(None, {"request": carried})


def test_a_sentence_is_drawn_stage_by_stage(gallery: Gallery) -> None:
    answer = draw.draw(gallery, {"model": "teller", "sentence": "yellow bird", "seed": 1})
    assert size(answer["sheet"]) == (3 * 32, draw.SAMPLES * 32)
    assert (answer["stages"], answer["size"]) == (3, 32) and answer["strange"] == []
    assert len(answer["near"]) == draw.NEIGHBOURS
    assert size(answer["near"][0]["picture"]) == (128, 128) and set(answer["near"][0]["captions"]) == {"en", "ja"}
    assert answer == {**draw.draw(gallery, {"model": "teller", "sentence": "yellow bird", "seed": 1}), "said": answer["said"]}
    for change in ({"sentence": "赤い車"}, {"seed": 2}):
        other = draw.draw(gallery, {"model": "teller", "sentence": "yellow bird", "seed": 1, **change})
        assert other["sheet"] != answer["sheet"]


def test_the_first_picture_is_the_likeliest(gallery: Gallery) -> None:
    one, other = (draw.pictures(gallery, "teller", "bird", seed, 3)[0].images for seed in (1, 2))
    assert torch.equal(one[0], other[0]) and not torch.equal(one[1], other[1]) and not torch.equal(one[1], one[2])


def test_the_way_to_another_sentence(gallery: Gallery) -> None:
    answer = draw.mix(gallery, {"model": "teller", "sentence": "bird", "other": "catt", "seed": 1})
    assert size(answer["strip"]) == (draw.STEPS * 32, 32)
    assert answer["strange"][0][0] == "catt" and "cat" in answer["strange"][0][1]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"sentence": ""}, "words_empty"),
        ({"sentence": "  \n"}, "words_empty"),
        ({}, "words_empty"),
        ({"sentence": 7}, "words_empty"),
        ({"sentence": ["bird"]}, "words_empty"),
        ({"sentence": "bird " * 40}, "words_long"),
        ({"sentence": "bird", "seed": -1}, "bad_seed"),
        ({"sentence": "bird", "seed": "1"}, "bad_seed"),
        ({"sentence": "bird", "seed": float("nan")}, "bad_seed"),
    ],
)
def test_what_cannot_be_drawn_is_refused(gallery: Gallery, asked: dict[str, Any], code: str) -> None:
    for work in (draw.draw,) if code == "bad_seed" else (draw.draw, draw.mix):
        with pytest.raises(UserError) as caught:
            work(gallery, {"model": "teller", "seed": 1, "other": "cat", **asked})
        assert caught.value.code == code in i18n.texts()


def test_the_other_sentence_is_checked_too(gallery: Gallery) -> None:
    with pytest.raises(UserError) as caught:
        draw.mix(gallery, {"model": "teller", "sentence": "bird", "seed": 1})
    assert caught.value.code == "words_empty"


def test_trouble_is_told_without_its_markup(gallery: Gallery) -> None:
    answer = responses.reply(event({"model": "teller", "sentence": "<ξψ>", "seed": 1}), partial(draw.draw, gallery))
    assert "&lt;ξψ&gt;" in answer["unknown"]
    over = draw.mix(gallery, {"model": "teller", "sentence": "bird", "other": "<ξψ>", "seed": 1})
    assert over["unknown"] == answer["unknown"] and "strip" not in over


def test_a_word_that_is_not_known_names_known_ones(gallery: Gallery) -> None:
    """Nothing is drawn: a fox is no animal of the training data."""
    answer = draw.draw(gallery, {"model": "teller", "sentence": "fox", "seed": 1})
    assert answer["unknown"] and "sheet" not in answer and answer["strange"] == [["fox", ["animal", "face"], ""]]


def test_captions_never_leak_the_other_language(gallery: Gallery) -> None:
    session = gallery.captioned("teller")
    for row in (row for row, said in enumerate(session.lexicon.phrases) if "ja" not in said):
        captions = {language: session.lexicon.caption(row, language) for language in ("en", "ja")}
        shown = draw.neighbour(Neighbour(captions, session.lexicon.picture(row), 0.5))["captions"]
        assert shown["en"] and (not shown["ja"] or re.search("[ぁ-ヿ一-鿿]", shown["ja"]))


def test_card_tells_how_often_the_caption_is_found(gallery: Gallery) -> None:
    told = words.look(gallery, {"model": "teller"})["about"]
    assert "40%" in told and "25%" in told and "50%" in told
    assert words.figures({"teller": {"kid": 0.1}}) == ""


@pytest.mark.parametrize("name", ["teller", "teller3d"])
def test_every_example_is_understood(gallery: Gallery, name: str) -> None:
    for examples in words.EXAMPLES.values():
        for sentence in examples:
            _, (reading,) = draw.read(gallery, name, [sentence])
            assert reading.caption and not reading.strange, sentence


def test_each_model_draws_and_knows_pictures_of_its_own(gallery: Gallery) -> None:
    asked = {"sentence": "yellow bird", "seed": 1}
    one, other = (draw.draw(gallery, {"model": name, **asked}) for name in ("teller", "teller3d"))
    assert one["sheet"] != other["sheet"]
    assert not {near["picture"] for near in one["near"]} & {near["picture"] for near in other["near"]}


def test_a_choice_is_offered_where_there_are_several(gallery: Gallery) -> None:
    both, alone = words.choices(gallery, ["teller", "teller3d"]), words.choices(gallery, ["teller"])
    assert both.count("<input") == 2 and both.count(" checked") == 1 and " hidden" not in both
    assert alone.count("<input") == 1 and " hidden" in alone
    assert words.title("teller3d", {"data": "emoji3d"}) == i18n.both("words_of_emoji3d")
    assert words.title("<mine>", {"data": "elsewhere"}) == "&lt;mine&gt;"


@pytest.mark.parametrize("name", ["", "nobody", "../teller"])
def test_an_unknown_model_is_refused(gallery: Gallery, name: str) -> None:
    with pytest.raises(UserError):
        draw.draw(gallery, {"model": name, "sentence": "bird", "seed": 1})
    with pytest.raises(UserError):
        words.look(gallery, {"model": name})


def test_without_a_model_the_tab_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(page, "still", lambda content: shown.append(content))
    words.build(Gallery({}, device="cpu"))
    assert len(shown) == 1 and i18n.say("words_no_models", "en") in shown[0]


def path(picture: Any) -> str:
    """Where the client put a picture: its versions tell it in two ways."""
    return picture if isinstance(picture, str) else str(picture["path"])


def test_endpoints(client: Client) -> None:
    picture, milliseconds, precision, strange = client.predict("yellow brd", 3, 2, api_name="/picture")
    with Image.open(path(picture)) as opened:
        assert opened.size == (96, 64)
    assert milliseconds > 0 and precision and strange == ["brd"]
    with Image.open(path(client.predict("猫", "dog", api_name="/between")[0])) as opened:
        assert opened.size == (draw.STEPS * 32, 32)
    found = client.predict("cat", 4, api_name="/nearest")
    assert len(found) == 4 and all(-1 <= alike <= 1.001 for _, _, alike in found)
    assert client.predict("cat", 4, "teller3d", api_name="/nearest") != found


@pytest.mark.parametrize(
    "arguments", [("", 0, 1), ("bird", 0, 17), ("bird", 0, 0), ("bird", -1, 1), ("ξψ", 0, 1), ("bird", 0, 1, "nobody")]
)
def test_endpoints_refuse(client: Client, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(AppError):
        client.predict(*arguments, api_name="/picture")
