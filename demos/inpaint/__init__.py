"""The Inpainting tab: brush a part of a picture away, and see what a context encoder puts in its place."""

from __future__ import annotations

import functools
import html
from collections.abc import Callable
from functools import partial
from typing import Any

import gradio as gr
import torch
from jaxtyping import Float
from starlette.routing import BaseRoute
from torch import Tensor

from demos.shared import controls, i18n, page, requests, responses
from gan_zoo import Gallery, UserError, open_pictures
from gan_zoo.data import pairings
from gan_zoo.data.dataset import fit
from gan_zoo.data.names import DataName, PairsName
from gan_zoo.imaging import images, masks

TITLE = "inpaint_title"
GROUP = "play"
ORDER = 40
SURPRISE = (".zoo-inpaint-samples button", "[data-do=random]")
PICTURE = ".zoo-inpaint-result img"
SAMPLES = 8
PROPOSALS = 3
MOST_SIDE = 512
"""the greatest height and width of a mask or of a picture that comes back from the page"""
MOST_HOLE = 0.9
"""the largest share of a picture that may be brushed away"""
MOST_SEED = 2**31 - 1
LABELS = ("inpaint_canvas", "inpaint_sample", "inpaint_result", "large_file_here", "inpaint_proposal", "inpaint_best")
CLASSICAL = {"mean colour": "inpaint_mean", "diffusion": "inpaint_diffusion"}
"""the fills without learning, by the names that `pairs` has for them, and what they are called here"""
Picture = Float[Tensor, "1 3 h w"]


def cards(gallery: Gallery) -> dict[str, dict[str, Any]]:
    """The cards of the models that fill holes."""
    found = {name: gallery.card(name) for name in gallery.names("translator")}
    return {name: card for name, card in found.items() if PairsName.parse(card["pairs"]).pairing == "holes"}


def card_of(gallery: Gallery, model: Any) -> dict[str, Any]:
    """The card of a model that fills holes; `UserError` for any other."""
    card = gallery.card(model)
    if model not in cards(gallery):
        raise requests.mistake("inpaint_wrong_model", name=model)
    return card


def title(name: str, card: dict[str, Any]) -> str:
    """The kind of pictures that a model fills, as HTML."""
    key = f"inpaint_of_{DataName.parse(card['data'] or '').place}"
    return i18n.both(key) if key in i18n.texts() else html.escape(name)


@functools.lru_cache(8)
def samples(data: str, size: int) -> tuple[Picture, ...]:
    """Test pictures to begin with, spread over the split; none where the data aren't here."""
    try:
        opened = open_pictures(data, "test").pictures
    except (UserError, OSError):
        return ()
    chosen = torch.linspace(0, len(opened) - 1, min(SAMPLES, len(opened))).round().long().tolist()
    return tuple(images.to_float(images.from_pil(fit(opened[i], size), 3))[None] for i in chosen)


def subject(card: dict[str, Any], asked: responses.Answer) -> Picture:
    """The picture that a request is about: one of the samples, or one that the page brings."""
    size = card["config"]["size"]
    if asked.get("sample") is not None:
        known = samples(card["data"], size)
        return known[requests.whole(asked["sample"], 0, len(known) - 1, "inpaint_no_sample")]
    return images.to_float(images.from_pil(fit(requests.read_png(asked.get("picture"), MOST_SIDE), size), 3))[None]


def read_mask(mask: Any, size: int) -> Float[Tensor, "1 1 h w"]:
    """The hole that a PNG says: white in it, black around it.

    Raises:
        UserError: it is no such PNG, or leaves too little of the picture.
    """
    drawn = images.from_pil(fit(requests.read_png(mask, MOST_SIDE), size), 1)[None]
    found = (drawn > 127).float()
    if found.mean() > MOST_HOLE:
        raise requests.mistake("inpaint_all_gone")
    return found


def fill(gallery: Gallery, asked: responses.Answer) -> responses.Answer:
    """The pictures for the hole; while the hand moves, only the best guess, as a JPEG."""
    card = card_of(gallery, asked["model"])
    picture = subject(card, asked)
    mask = read_mask(asked.get("mask"), picture.shape[2])
    if not mask.any():
        return {"best": "", "cost": "", "rest": None}
    punched, session = masks.punch(picture, mask), gallery.translator(card["name"])
    best = session.translate(punched)
    if asked.get("moving") is True:
        url = responses.data_url(images.to_pil(best.images[0]), "JPEG", quality=92)
        return {"best": url, "cost": responses.cost("live", best), "rest": None}
    seed = requests.whole(asked.get("seed"), 0, MOST_SEED, "bad_seed")
    proposals = session.translate(punched.expand(PROPOSALS, -1, -1, -1), paper=True, seed=seed)
    classical = {name: pairings.pairing(card["pairs"]).classical[name](punched) for name in CLASSICAL}

    def shown(filled: Picture) -> responses.Answer:
        return {"picture": as_png(filled), "psnr": round(min(99.9, masks.psnr(filled, picture, mask)), 1)}

    rest = {
        "proposals": [shown(proposal[None]) for proposal in proposals.images],
        "others": [
            {"name": i18n.both("inpaint_original"), "picture": as_png(picture), "psnr": None},
            *[{"name": i18n.both(CLASSICAL[name]), **shown(filled)} for name, filled in classical.items()],
        ],
        "best": shown(best.images),
        "share": i18n.both("inpaint_share", share=f"{mask.mean():.0%}"),
    }
    return {"best": as_png(best.images), "cost": responses.cost("live", best), "rest": rest}


def as_png(picture: Picture) -> str:
    """A picture as a URL, exact."""
    return responses.data_url(images.to_pil(picture[0]), compress_level=1)


def bring(gallery: Gallery, asked: responses.Answer) -> responses.Answer:
    """A picture of the visitor as the square that a model takes."""
    picture = fit(requests.read_picture(asked.get("file")), card_of(gallery, asked["model"])["config"]["size"])
    return {"brought": as_png(images.to_float(images.from_pil(picture, 3))[None])}


def look(gallery: Gallery, asked: responses.Answer) -> responses.Answer:
    """The card of a model, and pictures to start from."""
    card = card_of(gallery, asked["model"])
    known = samples(card["data"], card["config"]["size"])
    return {"card": responses.card(gallery, card["name"]), "samples": [as_png(picture) for picture in known]}


def build(gallery: Gallery) -> list[BaseRoute]:
    """Lays out the tab and connects it; returns the routes that it serves."""
    known = cards(gallery)
    if not known:
        page.still(f'<p class="zoo-note">{i18n.both("no_inpainters")}</p>')
        return []
    with gr.Column(elem_classes="zoo-stage"):
        page.heading("", "inpaint_heading", "inpaint_hint")
        studio = controls.scripted(
            "inpaint/inpaint",
            studio_html(known),
            events=["fill", "bring", "look"],
            models=[{"name": name, "size": card["config"]["size"]} for name, card in known.items()],
            answer=None,
            most=requests.MOST_BYTES,
            labels=i18n.some(*LABELS),
            elem_id="inpaint",
        )

    works = {"fill": partial(fill, gallery), "bring": partial(bring, gallery), "look": partial(look, gallery)}
    responses.attend(studio, works)
    responses.publish(endpoints(gallery))
    return []


def studio_html(known: dict[str, dict[str, Any]]) -> str:
    """The studio with every sentence in every language, and a choice among the models."""
    options = "".join(
        f'<label><input type="radio" name="inpaint-model" value="{html.escape(name)}"> {title(name, card)}</label>'
        for name, card in known.items()
    )
    return page.filled("inpaint/inpaint.html", models=options)


def endpoints(gallery: Gallery) -> list[Callable[..., Any]]:
    """The tab's endpoint for programs."""

    def fill_hole(model: str, picture: str, mask: str, seed: int = 0) -> tuple[str, list[str], float, str]:
        """The contents of a hole: the best guess, three proposals, the model's milliseconds, and the precision it ran in.

        `picture` and `mask` are PNGs as data URLs, white in the mask's hole and black around it; both are scaled to the
        model's size, and so are the PNGs that come back. The same `seed` makes the same proposals.
        """
        card = card_of(gallery, model)
        before = subject(card, {"picture": picture})
        punched, session = masks.punch(before, read_mask(mask, before.shape[2])), gallery.translator(model)
        best = session.translate(punched)
        seed = requests.whole(seed, 0, MOST_SEED, "bad_seed")
        proposals = session.translate(punched.expand(PROPOSALS, -1, -1, -1), paper=True, seed=seed)
        return as_png(best.images), [as_png(p[None]) for p in proposals.images], best.milliseconds, best.precision

    return [fill_hole]
