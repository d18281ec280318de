"""Arithmetic: mean of picks A minus mean of picks B plus C, and the same with attributes that have a name."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

import gradio as gr
import torch
from jaxtyping import Float
from torch import Tensor

from demos.latent import points
from demos.latent.attribute_names import names_of
from demos.latent.points import FIRST_PICK
from demos.shared import controls, i18n, page, requests, responses
from gan_zoo import Gallery, latent
from gan_zoo.serving import Observer, Result, Session

TITLE, HINT = "arithmetic_title", "arithmetic_hint"
ROLES = ("A", "B", "C")
SAMPLES = 1000
"""pictures that are looked at to find where an attribute lies"""
TRIED = 8
"""pictures on which an attribute is tried before it is offered"""
AMOUNTS = (-3.0, 3.0)
AMOUNT = 1.5
"""how often an attribute is added at first"""

Vectors = dict[str, Float[Tensor, "w"]]


def roles_of(roles: Any, count: int) -> list[str]:
    """The role of each pick as the browser sends them; A, B, C in turn where none has been chosen."""
    if not isinstance(roles, list) or not all(role in (*ROLES, "") for role in roles):
        raise requests.mistake("bad_picks")
    return [roles[i] if i < len(roles) else (*ROLES, "")[min(i, 3)] for i in range(count)]


def equation(gallery: Gallery, roles: Any, *way: Any) -> tuple[list[str], Result]:
    """The parts of the equation, of A, B and C, and their pictures, followed by the picture of the sum."""
    model, label, truncation, picks, *_ = way
    chosen = points.picked(gallery, model, label, truncation, picks)
    given = roles_of(roles, len(chosen.z))
    parts = {role: chosen.z[torch.tensor([r == role for r in given])] for role in ROLES}
    if not len(parts["A"]) + len(parts["C"]):
        raise requests.mistake("bad_roles")
    there = [role for role in ROLES if len(parts[role])]
    means = [part.mean(0) if len(part) == 1 else latent.restore_length(part.mean(0)) for part in map(parts.get, there)]
    total = latent.arithmetic(parts["A"], parts["B"], parts["C"])
    return there, chosen.sample(torch.stack([*means, total]))


def families(words: list[tuple[str, str]]) -> dict[str, list[int]]:
    """Words that differ in a number at their end count as one: glasses, glasses2, ... By name, where they stand."""
    found: dict[str, list[int]] = {}
    for i, (attribute, word) in enumerate(words):
        family = re.sub(r"^([A-Za-z]+)\d+$", r"\1", word)  # and not the end of a colour, #78e185
        found.setdefault(f"{attribute}: {family}" if attribute else family, []).append(i)
    return found


def family_shares(observer: Observer, images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n families"]:
    """The probability of each family of words in each picture."""
    seen = observer.probabilities(images)
    return torch.stack([seen[:, rows].sum(1) for rows in families(observer.words).values()], 1)


def find_vectors(session: Session, observer: Observer) -> Vectors:
    """The ways to the attributes that a feature network tells apart and that the model really adds; none where the model is
    told what to draw."""
    if session.classes:
        return {}
    w = session.mapping(session.latents(SAMPLES, seed=0))
    shares = family_shares(observer, torch.cat([session.synthesis(part).images for part in w.split(points.COUNT)]))
    names = list(families(observer.words))
    found, given = latent.attribute_vectors(w, shares, names), w[:TRIED]
    return {name: way for name, way in found.items() if adds(session, observer, given, way, names.index(name))}


def adds(session: Session, observer: Observer, w: Float[Tensor, "n w"], way: Float[Tensor, "w"], family: int) -> bool:
    """True if at least half of the pictures at `w` have the attribute once it was added: an eyepatch that hardly any face puts
    on isn't offered."""
    return bool((family_shares(observer, session.synthesis(w + AMOUNT * way).images)[:, family] > 0.5).float().mean() >= 0.5)


class Attributes:
    """Directions of attributes in the latent space of each model; finding them takes seconds and happens once."""

    def __init__(self, gallery: Gallery) -> None:
        self._gallery = gallery
        self._found: WeakKeyDictionary[Session, Vectors] = WeakKeyDictionary()

    def vectors(self, model: Any) -> Vectors:
        """The ways to the attributes, by name."""
        session, observer = self._gallery.session(model), self._gallery.observer(model)
        if observer and session not in self._found:
            self._found[session] = find_vectors(session, observer)
        return self.known(model)

    def known(self, model: Any) -> Vectors:
        """Those that have been found already."""
        return self._found.get(self._gallery.session(model), {})


def give(gallery: Gallery, vectors: Vectors, name: Any, amount: Any, *way: Any) -> Result:
    """The picture at the slider's position, as it was and with an attribute added `amount` times."""
    if name not in vectors:
        raise requests.mistake("unknown_attribute", name=name, known=list(vectors))
    by = requests.number(amount, *AMOUNTS, "bad_amount")
    at = points.here(gallery, *way)
    w = at.mapping(at.z)
    return at.synthesis(torch.cat([w, w + by * vectors[name]]))


def endpoints(gallery: Gallery, attributes: Attributes, save: responses.Save) -> list[Callable[..., Any]]:
    """The tool's endpoints for programs."""

    def arithmetic(
        model: str,
        picks: list[list[int]],
        roles: list[str] = [],  # noqa: B006  never written to, and the client shows it
        truncation: float = points.TRUNCATION[1],
        label: str = "",
    ) -> tuple[responses.Picture, float, str]:
        """mean(A) - mean(B) + mean(C) over picks `[[seed, index], ...]`, as `/sample` returns it.

        `roles` has "A", "B", "C" or "" for each pick; A, B, C in turn where it says nothing.
        """
        _, result = equation(gallery, roles, model, label, truncation, picks)
        return save(points.row(result.images[-1:])), result.milliseconds, result.precision

    def attribute(
        model: str, name: str, amount: float = AMOUNT, pick: list[int] = FIRST_PICK, truncation: float = points.TRUNCATION[1]
    ) -> tuple[responses.Picture, float, str]:
        """Pick `[seed, index]`, and beside it the same with an attribute added `amount` times, such as "accessories:
        glasses", as `/sample` returns it."""
        vectors = attributes.vectors(model)
        result = give(gallery, vectors, name, amount, *points.alone(model, "", truncation, pick))
        return save(points.row(result.images)), result.milliseconds, result.precision

    return [arithmetic, attribute]


def build(gallery: Gallery, way: list[Any], save: responses.Save) -> list[Callable[..., Any]]:
    """Lays out the tool and connects it; returns its endpoints for programs."""
    attributes = Attributes(gallery)
    near = controls.visible("zoo-walked")
    roles = controls.scripted(
        "latent/roles",
        '<div class="zoo-roles"></div>',
        events=["choose"],
        value=[],
        pictures=[],
        labels=i18n.some("role_of", "role_none"),
        elem_id="roles",
    )
    wrong = page.trouble()
    shown = page.still("")
    took = page.still("")
    with gr.Column(visible=False) as by_name:
        page.still(f'<p class="zoo-note">{i18n.both("attribute_hint")}</p>')
        with gr.Row():
            attribute = controls.select("attribute", elem_id="attribute")
            amount = gr.Slider(*AMOUNTS, AMOUNT, step=0.05, label=i18n.label("amount"), elem_id="amount", buttons=[])
        pair = page.still("")
        no_attribute = page.trouble()

    def on_look(roles: Any, *way: Any) -> tuple[Any, ...]:
        def work() -> tuple[Any, ...]:
            model, label, truncation, picks, *_ = way
            chosen = points.picked(gallery, model, label, truncation, picks)
            tiles = [points.url(picture[None]) for picture in chosen.sample(chosen.z).images]
            there, result = equation(gallery, roles, *way)
            signs = {"A": "", "B": "−", "C": "+" if len(there) > 1 else ""}
            terms = [
                responses.term(signs[role], points.url(image[None]), role)
                for role, image in zip(there, result.images, strict=False)
            ]
            terms.append(responses.term("=", points.url(result.images[-1:]), "", "zoo-sum"))
            row = f'<div class="zoo-equation">{"".join(terms)}</div>'
            return gr.HTML(pictures=tiles), row, responses.cost("drawn", result, n=len(result.images))

        done, problem = responses.answer(work)
        return (*(done or (gr.skip(), "", "")), problem)

    def on_names(*way: Any) -> tuple[Any, ...]:
        def work() -> tuple[Any, ...]:
            names = list(attributes.vectors(way[0]))
            options = [[name, names_of(name)] for name in names]
            return gr.HTML(value=names[0] if names else "", options=options), gr.Column(visible=bool(names))

        done, _ = responses.answer(work)
        return done or (gr.skip(), gr.Column(visible=False))

    def on_attribute(name: Any, amount: Any, *way: Any) -> tuple[Any, ...]:
        def work() -> str:
            vectors = attributes.known(way[0])
            if not isinstance(name, str) or name not in vectors:  # those of another model are being looked for
                return ""
            images = give(gallery, vectors, name, amount, *way).images
            return (
                f'<div class="zoo-equation">{responses.term("", points.url(images[:1]), "")}'
                f"{responses.term('→', points.url(images[1:]), '', 'zoo-sum')}</div>"
            )

        done, problem = responses.answer(work)
        return done or "", problem

    shown_parts = [roles, shown, took, wrong]
    gr.on([near.look, roles.choose], on_look, [roles, *way], shown_parts, **responses.LIVE)
    named = [attribute, amount, *way]
    later = controls.visible("zoo-walked", "zoo-moved")
    later.look(on_names, way, [attribute, by_name], **responses.SLOW).then(
        on_attribute, named, [pair, no_attribute], **responses.LIVE
    )
    gr.on([attribute.choose, amount.input], on_attribute, named, [pair, no_attribute], **responses.LIVE)
    return endpoints(gallery, attributes, save)
