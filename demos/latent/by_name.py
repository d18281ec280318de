"""By name: hair, glasses and colours are chosen from lists, and the picture has them at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr
import torch

from demos.latent import points
from demos.latent.attribute_names import names_of, word_names
from demos.shared import controls, i18n, page, requests, responses
from gan_zoo import Gallery
from gan_zoo.serving import Result

TITLE, HINT = "by_name_title", "by_name_hint"


def attributes(gallery: Gallery, model: Any) -> dict[str, list[str]]:
    """The attributes that a model draws by name, and the words of each that it can draw; {} if its latents hold no words."""
    session = gallery.session(model)
    with session.network() as network:
        sayable = network.sayable()
    known = session.card.get("attributes", {})
    # A network whose card does not name its words has none to choose.
    if [*map(len, known.values())] != [*getattr(session.config, "attributes", ())]:
        return {}
    return {name: [known[name][i] for i in numbers] for name, numbers in zip(known, sayable, strict=True)}


def spoken(gallery: Gallery, words: Any, *way: Any) -> Result:
    """The picture at the slider's position, as it was and with the words of some attributes.

    Args:
        words: the word of each attribute that is to change.

    Raises:
        UserError: the model knows no such attribute or word.
    """
    known = attributes(gallery, way[0])
    for attribute, word in words.items() if isinstance(words, dict) else [(words, "")]:
        if attribute not in known:
            raise requests.mistake("unknown_attribute", name=attribute, known=list(known))
        if word not in known[attribute]:
            raise requests.mistake("unknown_word", name=word, known=known[attribute])
    at = points.here(gallery, *way)
    every = at.session.card.get("attributes", {}).items()
    choices = [values.index(words[name]) if name in words else None for name, values in every]
    z = at.session.saying(at.z, choices) if words else at.z
    return at.sample(torch.cat([at.z, z]))


def endpoints(gallery: Gallery, save: responses.Save) -> list[Callable[..., Any]]:
    """The tool's endpoints for programs."""

    def by_name(
        model: str,
        words: dict[str, str],
        pick: list[int] = points.FIRST_PICK,
        truncation: float = points.TRUNCATION[1],
    ) -> tuple[responses.Picture, float, str]:
        """Pick `[seed, index]`, and beside it the same with other words, such as {"head": "afro"}, as `/sample` returns it."""
        result = spoken(gallery, words, *points.alone(model, "", truncation, pick))
        return save(points.row(result.images)), result.milliseconds, result.precision

    return [by_name]


def build(gallery: Gallery, way: list[Any], save: responses.Save) -> list[Callable[..., Any]]:
    """Lays out the tool and connects it; returns its endpoints for programs."""
    cards = [gallery.card(name) for name in gallery.names("sampler")]
    names = list(
        dict.fromkeys(name for card in cards if card["config"].get("attributes") for name in card.get("attributes", {}))
    )
    near = controls.visible("zoo-walked", "zoo-moved")
    wrong = page.trouble()
    with gr.Row(elem_classes="zoo-bench"):
        with gr.Column(scale=4, min_width=280):
            shown = page.still("")
            took = page.still("")
            reset = gr.Button(i18n.label("as_drawn_all"), elem_id="by-name-reset", visible=False)
        with gr.Column(scale=6, min_width=280, elem_classes="zoo-by-name"):
            lists = [controls.select(names_of(name), elem_id=f"by-name-{name}") for name in names]

    def on_choose(*values: Any) -> tuple[Any, ...]:
        words, way = dict(zip(names, values, strict=False)), values[len(names) :]
        done, problem = responses.answer(
            lambda: points.changed(spoken(gallery, {name: word for name, word in words.items() if word}, *way))
        )
        return (*(done or ("", "")), problem)

    def on_look(*values: Any) -> tuple[Any, ...]:
        way = values[len(names) :]
        known, problem = responses.answer(lambda: attributes(gallery, way[0]))
        if not known:
            note = problem or f'<p class="zoo-note">{i18n.both("no_words_of_its_own")}</p>'
            return (*[gr.HTML(options=[], value="") for _ in names], gr.Button(visible=False), "", "", note)
        kept = [value if value in known.get(name, []) else "" for name, value in zip(names, values, strict=False)]
        first = ["", i18n.texts()["as_drawn"]]
        offered = {name: [first, *([word, word_names(word)] for word in words)] for name, words in known.items()}
        options = [gr.HTML(options=offered.get(name, []), value=value) for name, value in zip(names, kept, strict=True)]
        return (*options, gr.Button(visible=True), *on_choose(*kept, *way))

    asked, drawn = [*lists, *way], [shown, took, wrong]
    near.look(on_look, asked, [*lists, reset, *drawn], **responses.LIVE)
    if lists:
        gr.on([one.choose for one in lists], on_choose, asked, drawn, **responses.LIVE)
    reset.click(None, None, lists, js=f"() => Array({len(names)}).fill('')").then(on_choose, asked, drawn, **responses.LIVE)
    return endpoints(gallery, save)
