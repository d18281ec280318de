"""The Without GANs tab: other ways to draw pictures, side by side with GANs, on the same data."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import gradio as gr
from starlette.routing import BaseRoute

from demos.shared import controls, i18n, page, requests, responses
from demos.without_gan import draw
from demos.without_gan.methods import DATA, methods, plot, table
from gan_zoo import Gallery

TITLE = "without_gan_title"
GROUP = "understand"
ORDER = 90
SURPRISE = (".zoo-choice input", "[data-do=again]")
PICTURE = ".zoo-ways-wall"
LABELS = re.compile(r"ways_(drawn|psnr|lost|map_label|samples|given|returned|between)")
FIRST_SEED = 7
# The ways that make no code of a picture.
NO_CODE = ("mixture", "code_mixture", "bayes", "gan")
STRIPS = ("given", "returned", "between")


def build(gallery: Gallery) -> list[BaseRoute]:
    """Lays out the tab and connects it; returns the routes that it serves."""
    ways = {data: methods(gallery, data) for data in DATA}
    ways = {data: found for data, found in ways.items() if any(way.key != "gan" for way in found)}
    if not ways:
        page.still(f'<p class="zoo-note">{i18n.both("ways_none")}</p>')
        return []
    with gr.Column(elem_classes="zoo-stage"):
        hall = controls.scripted(
            "without_gan/without_gan",
            hall_html(ways),
            events=list(WORKS),
            answer=None,
            data=list(ways),
            seed=FIRST_SEED,
            extent=draw.EXTENT,
            labels=i18n.matching(LABELS),
            elem_id="without_gan",
        )
    responses.attend(hall, {event: partial(work, gallery) for event, work in WORKS.items()})
    responses.publish(endpoints(gallery, responses.files()))
    return []


def samples(gallery: Gallery, asked: responses.Answer) -> responses.Answer:
    """Pictures that a model draws of a seed."""
    return draw.draw(gallery.session(asked["model"]), draw.seed_of(asked.get("seed")))


def real(gallery: Gallery, asked: responses.Answer) -> responses.Answer:
    """Real pictures of a data set, chosen by the seed."""
    found = methods(gallery, str(asked.get("data")))
    if not found:
        raise requests.mistake("ways_none")
    test = draw.pictures_of(found[0].card, "test")
    return {"sheet": draw.sheet(draw.chosen(test, draw.seed_of(asked.get("seed")), draw.COUNT), draw.COLUMNS)}


def rebuilt(gallery: Gallery, asked: responses.Answer) -> responses.Answer:
    """Pictures, and what comes back of their codes."""
    return draw.back(gallery.codes(asked["model"]), draw.seed_of(asked.get("seed")), asked.get("seen") is True)


def chart(gallery: Gallery, asked: responses.Answer) -> responses.Answer:
    """The map of a model's code."""
    return draw.chart(gallery.codes(asked["model"]))


def place(gallery: Gallery, asked: responses.Answer) -> responses.Answer:
    """The picture at a place of a map."""
    return draw.place(gallery.codes(asked["model"]), asked.get("x"), asked.get("y"))


# The works of the page, by the event of the request.
WORKS: dict[str, Callable[[Gallery, responses.Answer], responses.Answer]] = {
    "draw": samples, "show": real, "rebuild": rebuilt, "chart": chart, "go": place,
}  # fmt: skip


def hall_html(ways: dict[str, Any]) -> str:
    """The page of the tab, every sentence in every language."""
    choices = "".join(
        f'<label><input type="radio" name="ways-data" value="{data}"> {i18n.both(f"ways_{data}")}</label>' for data in ways
    )
    walls, told, backs, maps, figures = "", "", "", "", ""
    for data, found in ways.items():
        shown = [way for way in found if not way.flat]
        tiles = f'<figure data-real="{data}"><img alt=""><figcaption><b>{i18n.both("real")}</b></figcaption></figure>'
        tiles += "".join(
            f'<figure class="{"gan" if way.key == "gan" else ""}" data-draw="{html.escape(way.model)}"><img alt="">'
            f"<figcaption><b>{way.name}</b><small></small></figcaption></figure>"
            for way in shown
        )
        walls += f'<div class="zoo-ways-wall zoo-coming" data-of="{data}" data-main>{tiles}</div>'
        does = "".join(f"<dt>{way.name}</dt><dd>{i18n.both(f'what_{way.key}')}</dd>" for way in shown)
        told += f'<dl class="zoo-ways-told" data-of="{data}">{does}</dl>'
        strips = "".join(f'<span>{i18n.both(f"ways_{strip}")}</span><img class="{strip}" alt="">' for strip in STRIPS)
        rows = "".join(
            f'<div data-back="{html.escape(way.model)}"><h4>{way.name} <small></small></h4>{strips}</div>'
            for way in shown
            if way.key not in NO_CODE
        )
        backs += f'<div class="zoo-ways-back" data-of="{data}">{rows}</div>'
        maps += "".join(
            f'<div class="zoo-ways-map" data-of="{data}" data-map="{html.escape(way.model)}">'
            f"<h4>{i18n.both(f'way_{way.key}')}</h4>"
            f'<div><canvas tabindex="0" role="img"></canvas><img alt=""></div></div>'
            for way in found
            if way.flat
        )
        figures += f'<div data-of="{data}">{plot(found)}{table(found)}</div>'
    parts = {"choices": choices, "walls": walls, "told": told, "backs": backs, "maps": maps, "figures": figures}
    return page.filled("without_gan/without_gan.html", **parts)


def endpoints(gallery: Gallery, save: responses.Save) -> list[Callable[..., Any]]:
    """The tab's endpoints for programs; samples come from `/sample`, which takes these models too."""

    def encode(model: str, picture: str) -> list[float]:
        """The code that an autoencoder makes of a picture, a data URL."""
        return draw.encode(gallery.codes(model), picture)

    def decode(model: str, code: list[float]) -> responses.Picture:
        """The picture that an autoencoder draws of a code."""
        return save(draw.decode(gallery.codes(model), code))

    def reconstruct(model: str, seed: int = 0, seen: bool = False) -> tuple[responses.Picture, float]:
        """Eight pictures of the test split, or of those that the model learnt (`seen`), as they come back of their codes,
        and how close they are (PSNR in dB)."""
        session = gallery.codes(model)
        told = draw.back(session, draw.seed_of(seed), seen)
        return save(requests.decode(requests.read_file(told["returned"]))), told["psnr"]

    def score(model: str, picture: str) -> float:
        """The log density of a picture, a data URL, under a density model, in nats."""
        return draw.score(gallery.codes(model), picture)

    return [encode, decode, reconstruct, score]
