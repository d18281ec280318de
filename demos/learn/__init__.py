"""The Learn tab: chapters, words, a quiz, the zoo's history, and the talk that a presenter puts together."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Any

import gradio as gr
from starlette.routing import BaseRoute

from demos.learn import chapters, reference, routes
from demos.shared import controls, i18n, page, requests, responses
from gan_zoo import Gallery

TITLE = "learn_title"
GROUP = "learn"
ORDER = 110
SURPRISE = (".zoo-learn-contents a, .zoo-learn-contents button",)
# The sentences of the scripts; the chapters come in the reader's language only.
LABELS = re.compile(
    r"details|learn_(title|lost|rooms|previous|next|found|to_chapter|ours|lives_here|zoo_picture|kind_\w+|quiz_\w+|"
    r"talk_(up|down|drop))"
)
# Parts of tabs at which a talk can stop, by the key of what they are called.
PLACES = {
    "latent.mix_title": "mix_title",
    "latent.arithmetic_title": "arithmetic_title",
    "latent.directions_title": "directions_title",
    "latent.map_title": "map_title",
    "latent.projection_title": "projection_title",
    "latent.memory_title": "memory_title",
}
MOST_SEARCH = 40
MOST_SEED = 2**31 - 1


def build(gallery: Gallery) -> list[BaseRoute]:
    """Lays out the tab; the page fetches its contents when the tab is opened."""
    with gr.Column(elem_classes="zoo-stage"):
        page.heading("", "learn_heading", "learn_hint")
        controls.scripted(
            "learn/learn",
            page.filled("learn/learn.html"),
            labels=i18n.matching(LABELS),
            places={stop: i18n.texts()[key] for stop, key in PLACES.items()},
            elem_id="learn",
        )
    responses.publish(endpoints(gallery))
    return routes.to_lessons(gallery)


def endpoints(gallery: Gallery) -> list[Callable[..., Any]]:
    """The tab's endpoints for programs."""

    def chapter(name: str, language: str = "en") -> dict[str, Any]:
        """A chapter as HTML: `title`, `lead`, `figure`, `body` and `sources`; names are model, without, duel, objective,
        dcgan, condition, pairs, text, video, stability, measure, consent.
        `language` is one that the page speaks, en or ja."""
        names = list(chapters.CHAPTERS)
        if name not in names:
            raise requests.mistake("learn_no_chapter", name=name, names=names)
        return chapters.page(name, spoken(language), routes.drawn(gallery))

    def glossary(search: str = "", language: str = "en") -> list[dict[str, Any]]:
        """The words in which `search` occurs, in either language: `word`, `other`, `read`, `also`, `means`, `chapter`."""
        if not isinstance(search, str) or len(search) > MOST_SEARCH:
            raise requests.mistake("learn_bad_search", most=MOST_SEARCH)
        words = reference.glossary(spoken(language))
        return [row for row in words if search.lower() in " ".join(map(str, row.values())).lower()]

    def quiz(n: int = 10, seed: int = 0, language: str = "en") -> list[dict[str, Any]]:
        """Questions in an order that `seed` settles: `id`, `chapter`, `question`, `options` of which the first is right,
        and `why`."""
        questions = reference.quiz(spoken(language))
        count = requests.whole(n, 1, len(questions), "learn_bad_count")
        return random.Random(requests.whole(seed, 0, MOST_SEED, "learn_bad_seed")).sample(questions, count)

    def zoo(kind: str = "", language: str = "en") -> list[dict[str, Any]]:
        """The GANs since 2014, all or those of a kind (image, condition, translation, text, video, audio, training), each
        with its paper, its `idea`, and the name of the `weights` here, if there are any."""
        animals = reference.zoo(spoken(language), routes.drawn(gallery))
        kinds = sorted({kind for row in animals for kind in row["kinds"]})
        if kind and kind not in kinds:
            raise requests.mistake("learn_no_kind", name=kind, names=kinds)
        return [row for row in animals if not kind or kind in row["kinds"]]

    return [chapter, glossary, quiz, zoo]


def spoken(language: Any) -> str:
    """A language that the gallery speaks; anything else is refused."""
    if language not in i18n.LANGUAGES:
        raise requests.mistake("learn_no_language")
    return language
