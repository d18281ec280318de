"""Glasses and moods: a slider for each attribute that has a name, with what it changes and what else it changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

import gradio as gr
import torch

from demos.latent import points
from demos.shared import controls, i18n, page, requests, responses
from gan_zoo import Gallery, latent
from gan_zoo.serving import KNOBS, Knobs, Result, Session, find_knobs

TITLE, HINT = "knobs_title", "knobs_hint"
REACH = 4.0
"""the most sigmas that a slider goes"""


class Found:
    """The knobs of each model; finding them takes seconds and happens once."""

    def __init__(self, gallery: Gallery) -> None:
        self._gallery = gallery
        self._found: WeakKeyDictionary[Session, Knobs | None] = WeakKeyDictionary()

    def of(self, model: Any) -> Knobs | None:
        """The knobs of a model; None if it has none."""
        session, observer = self._gallery.session(model), self._gallery.observer(model)
        if session not in self._found:
            self._found[session] = find_knobs(session, observer) if observer else None
        return self.known(model)

    def known(self, model: Any) -> Knobs | None:
        """Those that have been found already."""
        return self._found.get(self._gallery.session(model))


def turn(gallery: Gallery, knobs: Knobs, amounts: Any, *way: Any) -> Result:
    """The picture at the slider's position, as it was and as the knobs change it.

    Args:
        amounts: a number of sigmas for each of `KNOBS` that the model has, in their order; more are left out.
    """
    count = len(knobs.knobs)
    if not isinstance(amounts, list) or not count <= len(amounts) <= len(KNOBS):
        raise requests.mistake("bad_amount", least=-REACH, most=REACH)
    by = torch.tensor([[float(requests.number(amount, -REACH, REACH, "bad_amount")) for amount in amounts[:count]]])
    at = points.here(gallery, *way)
    w = at.mapping(at.z)
    return at.synthesis(torch.cat([w, latent.move(w, knobs.directions, by)]))


def captions(knobs: Knobs) -> list[dict[str, dict[str, str]]]:
    """The name of each slider and what it does, in each language."""
    rows = []
    for knob in knobs.knobs:
        changes = {"asked": f"{knob.asked:.0%}", "others": f"{sum(knob.others.values()):.0%}"}
        rows.append({
            "name": i18n.texts()[f"knob_{knob.name}"],
            "does": {language: i18n.say("knob_effect", language, **changes) for language in i18n.LANGUAGES},
        })  # fmt: skip
    return rows


def endpoints(gallery: Gallery, found: Found, save: responses.Save) -> list[Callable[..., Any]]:
    """The tool's endpoints for programs."""

    def knob(
        model: str,
        name: str,
        amount: float = 2.0,
        pick: list[int] = points.FIRST_PICK,
        truncation: float = points.TRUNCATION[1],
    ) -> tuple[responses.Picture, float, str]:
        """Pick `[seed, index]`, and beside it the same with a knob (glasses, beard, hair, mood, skin) turned by `amount`
        sigmas, as `/sample` returns it."""
        knobs = found.of(model)
        known = [one.name for one in knobs.knobs] if knobs else []
        if knobs is None or name not in known:
            raise requests.mistake("unknown_attribute", name=name, known=known)
        amounts = [amount if one == name else 0.0 for one in known]
        result = turn(gallery, knobs, amounts, *points.alone(model, "", truncation, pick))
        return save(points.row(result.images)), result.milliseconds, result.precision

    return [knob]


def build(gallery: Gallery, way: list[Any], save: responses.Save) -> list[Callable[..., Any]]:
    """Lays out the tool and connects it; returns its endpoints for programs."""
    found = Found(gallery)
    near = controls.visible("zoo-walked", "zoo-moved", slow=True)
    wrong = page.trouble()
    with gr.Row(elem_classes="zoo-bench"):
        with gr.Column(scale=4, min_width=280):
            shown = page.still("")
            took = page.still("")
            level = gr.Button(i18n.label("level"), elem_id="knobs-level")
        with gr.Column(scale=6, min_width=280):
            sliders = controls.sliders(len(KNOBS), REACH, elem_id="knobs")

    def on_turn(amounts: Any, *way: Any) -> tuple[Any, ...]:
        def work() -> tuple[Any, ...]:
            knobs = found.known(way[0])
            if knobs is None:  # there are none, or those of another model are being looked for
                return "", ""
            return points.changed(turn(gallery, knobs, amounts, *way))

        done, problem = responses.answer(work)
        return (*(done or ("", "")), problem)

    def on_look(amounts: Any, *way: Any) -> tuple[Any, ...]:
        def work() -> Any:
            return found.of(way[0])

        knobs, problem = responses.answer(work)
        if knobs is None:
            note = problem or f'<p class="zoo-note">{i18n.both("no_knobs")}</p>'
            return gr.HTML(captions=[]), note, "", ""
        return (gr.HTML(captions=captions(knobs)), *on_turn(amounts, *way))

    turned = [sliders, *way]
    near.look(on_look, turned, [sliders, shown, took, wrong], **responses.SLOW)
    sliders.slide(on_turn, turned, [shown, took, wrong], **responses.LIVE)
    level.click(None, None, sliders, js=f"() => [Array({len(KNOBS)}).fill(0)]").then(
        on_turn, turned, [shown, took, wrong], **responses.LIVE
    )
    return endpoints(gallery, found, save)
