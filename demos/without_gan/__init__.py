"""The Without GANs tab: other ways to draw pictures, side by side with GANs, on the same data."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import gradio as gr

from demos import texts, ui
from demos.without_gan import drawing
from demos.without_gan.methods import DATA, methods, plot, table
from gan_zoo import Gallery

TITLE = "without_gan_title"
LABELS = re.compile(r"ways_(drawn|psnr|lost|map_label|samples|given|returned|between)")
FIRST_SEED = 7
# The ways that make no code of a picture.
NO_CODE = ("mixture", "code_mixture", "bayes", "gan")
STRIPS = ("given", "returned", "between")
# The page asks for one thing at a time, and numbers what it asks: that is why no trigger waits for another here.
ASKED: dict[str, Any] = {**ui.LIVE, "trigger_mode": "multiple"}


def build(gallery: Gallery) -> None:
    """Lay out the tab and connect it."""
    ways = {data: methods(gallery, data) for data in DATA}
    ways = {data: found for data, found in ways.items() if any(way.key != "gan" for way in found)}
    if not ways:
        ui.still(f'<p class="zoo-note">{texts.both("ways_none")}</p>')
        return
    with gr.Column(elem_classes="zoo-stage"):
        hall = gr.HTML(
            None,
            html_template=hall_html(ways),
            js_on_load=ui.template("without_gan.js"),
            answer=None,
            data=list(ways),
            seed=FIRST_SEED,
            extent=drawing.EXTENT,
            labels=texts.matching(LABELS),
            elem_id="without_gan",
        )

    def on_ask(event: gr.EventData) -> Any:
        return gr.HTML(answer=ui.reply(event, lambda asked: work(gallery, asked)))

    hall.change(on_ask, None, hall, **ASKED)
    ui.publish(endpoints(gallery, ui.files()))


def work(gallery: Gallery, asked: ui.Answer) -> ui.Answer:
    """What there is to say to what the page asks."""
    model = asked["model"]
    match asked["do"]:
        case "real":
            found = methods(gallery, str(asked.get("data")))
            if not found:
                raise ui.mistake("ways_none")
            test = drawing.pictures_of(found[0].card, "test")
            return {"sheet": drawing.sheet(drawing.chosen(test, drawing.seed_of(asked.get("seed")), 16), drawing.COLUMNS)}
        case "back":
            return drawing.back(gallery.codes(model), drawing.seed_of(asked.get("seed")), asked.get("seen") is True)
        case "map":
            return drawing.chart(gallery.codes(model))
        case "place":
            return drawing.place(gallery.codes(model), asked.get("x"), asked.get("y"))
    return drawing.draw(gallery.session(model), drawing.seed_of(asked.get("seed")))


def hall_html(ways: dict[str, Any]) -> str:
    """The page of the tab, every sentence in both languages."""
    choices = "".join(
        f'<label><input type="radio" name="ways-data" value="{data}"> {texts.both(f"ways_{data}")}</label>' for data in ways
    )
    walls, backs, maps, figures = "", "", "", ""
    for data, found in ways.items():
        shown = [way for way in found if not way.flat]
        tiles = f'<figure data-real="{data}"><img alt=""><figcaption><b>{texts.both("real")}</b></figcaption></figure>'
        tiles += "".join(
            f'<figure class="{"gan" if way.key == "gan" else ""}" data-draw="{html.escape(way.model)}"><img alt="">'
            f"<figcaption><b>{way.name}</b><span>{texts.both(f'what_{way.key}')}</span><small></small></figcaption></figure>"
            for way in shown
        )
        walls += f'<div class="zoo-ways-wall" data-of="{data}">{tiles}</div>'
        strips = "".join(f'<span>{texts.both(f"ways_{strip}")}</span><img class="{strip}" alt="">' for strip in STRIPS)
        rows = "".join(
            f'<div data-back="{html.escape(way.model)}"><h4>{way.name} <small></small></h4>{strips}</div>'
            for way in shown
            if way.key not in NO_CODE
        )
        backs += f'<div class="zoo-ways-back" data-of="{data}">{rows}</div>'
        maps += "".join(
            f'<div class="zoo-ways-map" data-of="{data}" data-map="{html.escape(way.model)}">'
            f"<h4>{texts.both(f'way_{way.key}')}</h4>"
            f'<div><canvas tabindex="0" role="img"></canvas><img alt=""></div></div>'
            for way in found
            if way.flat
        )
        figures += f'<div data-of="{data}">{plot(found)}{table(found)}</div>'
    return ui.filled("without_gan", choices=choices, walls=walls, backs=backs, maps=maps, figures=figures)


def endpoints(gallery: Gallery, save: ui.Save) -> list[Callable[..., Any]]:
    """What the tab offers to programs; samples come from `/sample`, which takes these models too."""

    def encode(model: str, picture: str) -> list[float]:
        """The code that an autoencoder makes of a picture, a data URL."""
        return drawing.encode(gallery.codes(model), picture)

    def decode(model: str, code: list[float]) -> ui.Picture:
        """The picture that an autoencoder draws of a code."""
        return save(drawing.decode(gallery.codes(model), code))

    def reconstruct(model: str, seed: int = 0, seen: bool = False) -> tuple[ui.Picture, float]:
        """Eight pictures of the test split, or of those that the model learnt (`seen`), as they come back of their codes,
        and how close they are (PSNR in dB)."""
        session = gallery.codes(model)
        told = drawing.back(session, drawing.seed_of(seed), seen)
        return save(ui.decode(ui.read_file(told["returned"]))), told["psnr"]

    def score(model: str, picture: str) -> float:
        """How likely a density takes a picture, a data URL, to be: log density in nats."""
        return drawing.score(gallery.codes(model), picture)

    return [encode, decode, reconstruct, score]
