"""Directions: the strongest ways to change a picture, a slider for each, and what each one does."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

import gradio as gr
import torch
from jaxtyping import Float
from torch import Tensor

from demos.latent import arithmetic, points
from demos.latent.attribute_names import names_of
from demos.shared import controls, i18n, page, requests, responses
from gan_zoo import Gallery, latent
from gan_zoo.serving import Observer, Result, Session

TITLE, HINT = "directions_title", "directions_hint"
METHODS = ["principal", "closed_form"]
COUNT = 10
REACH = 4.0
"""the most sigmas that a slider goes"""
SAMPLES = 32
"""pictures that are moved to see what a direction does"""
LEAST_EFFECT = 0.05
"""a change of probability below this isn't worth a word"""


def amounts_of(amounts: Any) -> Float[Tensor, "1 k"]:
    """The sliders as the browser sends them."""
    if not isinstance(amounts, list) or len(amounts) != COUNT:
        raise requests.mistake("bad_amount", least=-REACH, most=REACH)
    return torch.tensor([[float(requests.number(amount, -REACH, REACH, "bad_amount")) for amount in amounts]])


def check_method(method: Any) -> Any:
    """The name of a method, checked."""
    if method not in METHODS:
        raise requests.mistake("bad_picks")
    return method


def moved(session: Session, w: Float[Tensor, "n *layers w"], method: Any, amounts: Any) -> Float[Tensor, "n *layers w"]:
    """Points moved as the sliders say; of a small latent space there are fewer directions than sliders."""
    directions = session.directions(check_method(method))
    by = amounts_of(amounts)[:, : len(directions.vectors)]
    return latent.move(w, directions, by)


def edit(gallery: Gallery, method: Any, amounts: Any, *way: Any) -> Result:
    """The picture at the slider's position, as it was and as the directions change it."""
    at = points.here(gallery, *way)
    w = at.mapping(at.z)
    return at.synthesis(torch.cat([w, moved(at.session, w, method, amounts)]))


def find_effects(session: Session, observer: Observer, method: Any) -> list[list[tuple[str, float]]]:
    """For each direction the two attributes that it changes most, with the change of their probability from the left
    end of its slider's middle half to the right."""
    directions = session.directions(check_method(method))
    w = session.mapping(session.latents(SAMPLES, seed=1))
    label = torch.arange(SAMPLES) % len(session.classes) if session.classes else None
    changes = latent.effects(
        directions, w, lambda w: session.synthesis(w, label).images, partial(arithmetic.family_shares, observer)
    )
    names = list(arithmetic.families(observer.words))
    rows = []
    for change in changes:
        order = change.abs().argsort(descending=True)[:2].tolist()
        rows.append([(names[i], float(change[i])) for i in order if abs(float(change[i])) >= LEAST_EFFECT])
    return rows


def captions(
    session: Session, method: Any, effects: list[list[tuple[str, float]]] | None = None
) -> list[dict[str, dict[str, str]]]:
    """The caption of each slider in each language: its share of the variance, and its effects once they are known."""
    rows = []
    for i, strength in enumerate(session.directions(check_method(method)).strengths.tolist()):
        changes = [(names_of(name), f"{change:+.0%}") for name, change in effects[i]] if effects else []
        name, does = {}, {}
        for language in i18n.LANGUAGES:
            name[language] = i18n.say("direction", language, n=i + 1, share=f"{strength:.0%}")
            does[language] = {"ja": "、"}.get(language, ", ").join(f"{said[language]} {change}" for said, change in changes)
        rows.append({"name": name, "does": does})
    return rows


def endpoints(gallery: Gallery, save: responses.Save) -> list[Callable[..., Any]]:
    """The tool's endpoints for programs."""

    def edit_picture(
        model: str,
        amounts: list[float],
        pick: list[int] = points.FIRST_PICK,
        method: str = METHODS[0],
        truncation: float = points.TRUNCATION[1],
        label: str = "",
    ) -> tuple[responses.Picture, float, str]:
        """Pick `[seed, index]`, and beside it the same moved by `amounts` of sigmas along the strongest directions, ten at
        the most, as `/sample` returns it.

        `method` is "principal" (of samples) or "closed_form" (of the weights).
        """
        if isinstance(amounts, list):
            amounts = amounts + [0.0] * (COUNT - len(amounts))
        result = edit(gallery, method, amounts, *points.alone(model, label, truncation, pick))
        return save(points.row(result.images)), result.milliseconds, result.precision

    edit_picture.__name__ = "edit"  # which the function above is called here
    return [edit_picture]


def build(gallery: Gallery, way: list[Any], save: responses.Save) -> list[Callable[..., Any]]:
    """Lays out the tool and connects it; returns its endpoints for programs."""
    found: WeakKeyDictionary[Session, dict[str, list[list[tuple[str, float]]]]] = WeakKeyDictionary()
    near = controls.visible("zoo-walked", "zoo-moved", slow=True)
    wrong = page.trouble()
    with gr.Row(elem_classes="zoo-bench"):
        with gr.Column(scale=4, min_width=280):
            shown = page.still("")
            took = page.still("")
            method = controls.choice("method", METHODS, elem_id="method")
            level = gr.Button(i18n.label("level"), elem_id="level")
        with gr.Column(scale=6, min_width=280):
            sliders = controls.sliders(COUNT, REACH, elem_id="directions")

    def on_edit(method: Any, amounts: Any, *way: Any) -> tuple[Any, ...]:
        def work() -> tuple[Any, ...]:
            return points.changed(edit(gallery, method, amounts, *way))

        done, problem = responses.answer(work)
        return (*(done or ("", "")), problem)

    def on_look(method: Any, amounts: Any, *way: Any) -> tuple[Any, ...]:
        def work() -> Any:
            session = gallery.session(way[0])
            return gr.HTML(captions=captions(session, method, found.get(session, {}).get(check_method(method))))

        done, _ = responses.answer(work)
        return (done or gr.skip(), *on_edit(method, amounts, *way))

    def on_effects(method: Any, *way: Any) -> Any:
        def work() -> Any:
            session, observer = gallery.session(way[0]), gallery.observer(way[0])
            if observer is None:
                return gr.skip()
            known = found.setdefault(session, {})
            if check_method(method) not in known:
                known[method] = find_effects(session, observer, method)
            return gr.HTML(captions=captions(session, method, known[method]))

        done, _ = responses.answer(work)
        return done or gr.skip()

    edited = [method, sliders, *way]
    looked = gr.on([near.look, method.choose], on_look, edited, [sliders, shown, took, wrong], **responses.LIVE)
    looked.then(on_effects, [method, *way], sliders, **responses.SLOW)
    sliders.slide(on_edit, edited, [shown, took, wrong], **responses.LIVE)
    level.click(None, None, sliders, js=f"() => [Array({COUNT}).fill(0)]").then(
        on_edit, edited, [shown, took, wrong], **responses.LIVE
    )
    return endpoints(gallery, save)
