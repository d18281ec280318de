"""What the tabs share: answers to what a page asks, whatever it asks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("gradio")

import gradio as gr

from demos.shared import i18n, names, requests, responses
from gan_zoo import Gallery, UserError


def event(request: Any) -> gr.EventData:
    return gr.EventData(None, {"request": request})


@pytest.mark.parametrize("forged", [None, [], "x", 7, {"n": "1"}, {"n": [2], "model": {}, "do": 3}])
def test_a_forged_request_has_the_types_of_a_request(forged: Any) -> None:
    answer = responses.reply(event(forged), lambda asked: {"saw": asked})
    assert not answer["trouble"] and (answer["n"], answer["model"], answer["do"]) == (0, "", "")


def test_an_event_without_a_request() -> None:
    assert requests.request(gr.EventData(None, None)) == {"n": 0, "model": "", "do": ""}


def test_what_is_asked_comes_back_with_the_answer() -> None:
    asked = {"n": 3, "model": "dcgan-digits", "do": "draw", "seed": 1}
    assert requests.request(event(asked)) == asked
    head = {"n": 3, "model": "dcgan-digits", "do": "draw", "trouble": "", "last": True}
    assert responses.reply(event(asked), lambda asked: {"seed": asked["seed"]}) == {**head, "seed": 1}


def test_a_question_that_fails_is_answered_all_the_same() -> None:
    def work(asked: responses.Answer) -> responses.Answer:
        raise UserError("no", "bad_choice")

    refused = responses.reply(event({"n": 3}), work)
    assert refused["n"] == 3 and "alert" in refused["trouble"]


def test_a_failure_keeps_what_was_there_before() -> None:
    def work(asked: responses.Answer) -> Iterator[responses.Answer]:
        yield {"after": "x"}
        raise requests.mistake("bring_first")

    first, last = responses.replies(event({"n": 4}), work)
    assert first == {"n": 4, "model": "", "do": "", "trouble": "", "last": False, "after": "x"}
    assert last["after"] == "x" and last["last"] and i18n.say("bring_first", "ja") in last["trouble"]


def test_models_have_names_for_people_and_unknown_data_keep_the_code_name() -> None:
    known = names.name_of("dcgan-digits", {"model": "dcgan", "data": "digits"})
    assert known == {"en": "Handwritten digits (DCGAN)", "ja": "手書きの数字（DCGAN）"}
    painted = names.name_of("cyclegan-ukiyoe", {"model": "cyclegan", "data": "pictures?domain=ukiyoe"})
    assert painted == {"en": "Ukiyo-e (CycleGAN)", "ja": "浮世絵（CycleGAN）"}
    assert names.name_of("mine", {"model": "dcgan", "data": "my/folder"})["ja"] == "mine"
    assert names.name_of("mine", {"model": "newest_gan", "data": "faces"})["en"] == "Cartoon faces (newest_gan)"


def test_a_name_has_two_parts() -> None:
    data, network = names.parts_of("dcgan-digits", {"model": "dcgan", "data": "digits"})
    assert names.name_of("dcgan-digits", {"model": "dcgan", "data": "digits"})["en"] == f"{data['en']} ({network['en']})"
    assert names.parts_of("mine", {"model": "dcgan", "data": "my/folder"}) == (dict.fromkeys(data, "mine"),) * 2


def test_networks_that_ship_and_draw_have_names() -> None:
    gallery = Gallery(device="cpu")
    cards = [card for code in gallery.names() if (card := gallery.card(code)).get("grids")]
    assert cards and [card["model"] for card in cards if f"network_{card['model']}" not in i18n.texts()] == []


def test_models_that_share_a_name_are_told_apart_by_the_code_name() -> None:
    cards = {code: {"model": "dcgan", "data": data} for code, data in (("a", "digits"), ("b", "digits"), ("c", "faces"))}
    found = names.names_of(SimpleNamespace(card=cards.__getitem__), cards)  # type: ignore[arg-type]
    assert found["a"]["en"] == "Handwritten digits (DCGAN) · a" and found["c"]["en"] == "Cartoon faces (DCGAN)"


@pytest.mark.parametrize(
    "place",
    ["words/web/words.html", "dance/web/dance.html", "training/web/training.html", "without_gan/__init__.py"],
)
def test_places_without_pictures_show_that_some_are_coming(place: str) -> None:
    demos = Path(names.__file__).parents[1]
    assert re.search(r'class="[\w-]+ zoo-coming"', (demos / place).read_text(encoding="utf-8"))
    style = (demos / "shared/web/base.css").read_text(encoding="utf-8")
    still = style[style.index("(prefers-reduced-motion: reduce)") :].split("\n}", 1)[0]
    assert "zoo-coming" in style and re.search(r"\.zoo-coming[^}]+animation: none", still)
