"""The Words tab: a sentence becomes a picture, stage by stage."""

from __future__ import annotations

import html
from collections.abc import Callable
from functools import partial
from typing import Any

import gradio as gr
from starlette.routing import BaseRoute

from demos.shared import controls, i18n, page, requests, responses
from demos.words import draw
from gan_zoo import Gallery

TITLE = "words_title"
GROUP = "play"
ORDER = 60
SURPRISE = (".zoo-words-chips button",)
PICTURE = ".zoo-words-stages canvas"
# Sentences for each language that both models draw well; the first one is drawn at once.
EXAMPLES = {
    "en": (
        "blue dog", "snowman", "castle", "pink elephant", "rocket", "red umbrella", "green fish", "cactus", "blue heart",
    ),
    "ja": (
        "富士山", "ラーメン", "東京タワー", "雪だるま", "ピンクの象", "青いハート", "赤い傘", "緑の魚", "ロケット",
    ),
}  # fmt: skip
LABELS = (
    "words_stage", "words_sample", "words_like", "words_nameless", "words_strange", "words_strange_near", "words_slip",
    "words_faint", "words_step", "words_lost",
)  # fmt: skip


def build(gallery: Gallery) -> list[BaseRoute]:
    """Lays out the tab and connects it; returns the routes that it serves."""
    names = gallery.names("captioned")
    if not names:
        page.still(f'<p class="zoo-note">{i18n.both("words_no_models")}</p>')
        return []
    with gr.Column(elem_classes="zoo-stage"):
        page.heading("", "words_heading", "words_hint")
        studio = controls.scripted(
            "words/words",
            page.filled("words/words.html", models=choices(gallery, names)),
            events=["draw", "mix", "look"],
            answer=None,
            examples=EXAMPLES,
            samples=draw.SAMPLES,
            steps=draw.STEPS,
            most=draw.MOST_LETTERS,
            labels=i18n.some(*LABELS),
            elem_id="words",
        )

    works = {"draw": partial(draw.draw, gallery), "mix": partial(draw.mix, gallery), "look": partial(look, gallery)}
    responses.attend(studio, works)
    responses.publish(endpoints(gallery, names[0], responses.files()))
    return []


def choices(gallery: Gallery, names: list[str]) -> str:
    """A choice among the models, the first at the start; hidden where there is only one."""
    options = "".join(
        f'<label><input type="radio" name="words-model" value="{html.escape(name)}"{" checked" * (name == names[0])}> '
        f"{title(name, gallery.card(name))}</label>"
        for name in names
    )
    hidden, legend = " hidden" * (len(names) == 1), i18n.both("words_kind")
    return f'<fieldset class="zoo-choice"{hidden}><legend>{legend}</legend>{options}</fieldset>'


def title(name: str, card: dict[str, Any]) -> str:
    """The kind of pictures that a model draws, as HTML."""
    key = f"words_of_{card.get('data', '')}"
    return i18n.both(key) if key in i18n.texts() else html.escape(name)


def look(gallery: Gallery, asked: responses.Answer) -> responses.Answer:
    """The card of the model, with what was measured of it."""
    card = gallery.card(asked["model"])
    return {"about": responses.card(gallery, card["name"], figures(card["metrics"]))}


def figures(metrics: dict[str, dict[str, float]]) -> str:
    """The share of captions found, for the model and its comparisons."""
    rows = [(name, row["r_precision"]) for name, row in metrics.items() if "r_precision" in row]
    if not rows:
        return ""
    cells = "".join(f"<dt>{row_name(name)}</dt><dd>{share:.0%}</dd>" for name, share in rows)
    return f'<div class="zoo-words-found"><p>{i18n.both("words_found")}</p><dl>{cells}</dl></div>'


def row_name(name: str) -> str:
    """The name of a row of the card on the page."""
    keys = {"real": "words_row_real", "nearest caption": "words_row_nearest"}
    if name in keys:
        return i18n.both(keys[name])
    return i18n.both("words_row_seen" if name.endswith("(seen in training)") else "words_row_drawn")


def endpoints(gallery: Gallery, first: str, save: responses.Save) -> list[Callable[..., Any]]:
    """The tab's endpoints for programs, which ask the model `first` where none is named."""

    def picture(
        sentence: str, seed: int = 0, n: int = 1, model: str = first
    ) -> tuple[responses.Picture, float, str, list[str]]:
        """Up to 16 pictures of a sentence in English or Japanese as PNG, a row for each with all stages side by side, the
        likeliest first; the model's milliseconds, the precision, and the words of the sentence that it doesn't know."""
        result, reading = draw.pictures(gallery, model, sentence, seed, n)
        return save(draw.sheet(result)), result.milliseconds, result.precision, [strange.word for strange in reading.strange]

    def between(sentence: str, other: str, n: int = draw.STEPS, model: str = first) -> tuple[responses.Picture, float, str]:
        """`n` pictures on the way from one sentence to another, side by side as PNG; the rest as `/picture` returns it."""
        result, _ = draw.way(gallery, model, sentence, other, n)
        return save(draw.strip(result)), result.milliseconds, result.precision

    def nearest(sentence: str, n: int = draw.NEIGHBOURS, model: str = first) -> list[tuple[str, str, float]]:
        """The captions of the up to 20 training pictures that a sentence most likely means: English, Japanese, and how
        likely that is, in [0, 1]."""
        session, (reading,) = draw.understood(gallery, model, [sentence])
        found = session.nearest(session.embed([reading])[0], requests.whole(n, 1, 20, "words_bad_count"))
        return [(one.captions["en"], one.captions["ja"], one.likeness) for one in found]

    return [picture, between, nearest]
