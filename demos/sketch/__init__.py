"""The Sketch tab: a canvas, and beside it the picture that a translator makes of the drawing while the pen moves."""

from __future__ import annotations

import functools
import html
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr
import torch
from jaxtyping import Float
from PIL import Image
from starlette.routing import BaseRoute
from torch import Tensor

from demos.shared import controls, device, i18n, page, requests, responses
from gan_zoo import Gallery, UserError
from gan_zoo.browser.paints import ground, mode, paints
from gan_zoo.data import pairings, pairs
from gan_zoo.data.dataset import fit
from gan_zoo.data.names import DataName, PairsName
from gan_zoo.imaging import images
from gan_zoo.models.kinds import Proposer
from gan_zoo.models.registry import model_class
from gan_zoo.serving import Result

TITLE = "sketch_title"
GROUP = "play"
ORDER = 10
SURPRISE = (".zoo-drawings button, .zoo-pairs button",)
PICTURE = ".zoo-result > img"
# The ways to draw, in the order of their tasks: in black with hints of colour below, with a brush for each kind of ground,
# in flat colours, or not at all but with a photograph that is brought.
MODES = ("lines", "labels", "colours", "photo")
MOST_DRAWING = 1024
"""the greatest height and width of a drawing in pixels; the canvas sends it at the model's size"""
WHITE = 0.96
"""what is lighter is taken for paper"""
EXAMPLES = 8
# The pictures that are offered beside the best guess, where a drawing leaves something open.
PROPOSALS = 3
MOST_SEED = 2**20
SHORTCUTS = (
    ("P", "tool_pen"), ("E", "tool_eraser"), ("L", "tool_line"), ("R", "tool_rectangle"), ("F", "tool_fill"),
    ("[ ]", "key_width"), ("1–9", "key_colours"), ("Shift", "key_straight"), ("M", "mirror"), ("Delete", "clear_drawing"),
    ("Ctrl+Z", "undo"), ("Ctrl+Y", "redo"), ("Esc", "key_cancel"), ("Ctrl+V", "key_paste"),
)  # fmt: skip
LABELS = (
    "canvas_label", "compare", "colour", "ink", "look_best", "look_proposal", "start_from", "go_on_from", "result_label",
    "large_file_here", "globe", "link_here", "link_by_hand", "link_not", "link_spoilt", "live_here",
)  # fmt: skip
# The data of the tasks that come first; the others follow in the order of `MODES`.
FIRST = ("things", "earth", "characters")


def translate(gallery: Gallery, model: str, drawing: Any, paper: Any = False) -> Result | None:
    """The picture that a translator makes of a drawing, a PNG as a data URL; None for a blank one, be it '' or all white."""
    given = read_drawing(gallery, model, drawing)
    return None if given is None else gallery.translator(model).translate(given, paper=bool(paper))


def read_drawing(gallery: Gallery, model: str, drawing: Any) -> Float[Tensor, "1 c h w"] | None:
    """A translator's input for a drawing, a PNG as a data URL; None for a blank one, be it '' or all white."""
    session = gallery.translator(model)
    if drawing == "":
        return None
    pairing = pairings.pairing(gallery.card(model)["pairs"])
    pixels = as_floats(requests.read_png(drawing, MOST_DRAWING), session.config.size)
    if pixels.amin() > WHITE and not pairing.brushes:
        return None
    return pairing.from_drawing(pixels)


def as_floats(picture: Image.Image, size: int) -> Float[Tensor, "1 3 h w"]:
    """A picture as the square that a model of `size` takes."""
    return images.to_float(images.from_pil(fit(picture, size), 3))[None]


def as_png(picture: Float[Tensor, "c h w"]) -> str:
    """A picture as a URL, exact, and with no time spent on making it small."""
    return responses.data_url(images.to_pil(picture), compress_level=1)


def bring(gallery: Gallery, asked: responses.Answer) -> responses.Answer:
    """The drawing that a picture of the visitor becomes (`source`), and the picture itself (`original`), as URLs."""
    card = gallery.card(asked["model"])
    picture = as_floats(requests.read_picture(asked.get("file")), card["config"]["size"])
    # Line art is taken as it is: its outlines would be two lines for each of its own.
    drawn = mode(card) == "lines" and is_line_art(picture[0])
    drawing = picture if drawn else pairings.pairing(card["pairs"]).from_picture(picture)
    return {"brought": {"source": as_png(drawing[0]), "original": "" if drawn else as_png(picture[0])}}


def is_line_art(picture: Float[Tensor, "3 h w"]) -> bool:
    """True if a picture is thin and dark on white: mostly white, with few colours or greys."""
    light, colourful = picture.mean(0), picture.amax(0) - picture.amin(0) > 0.2
    between = (light > -0.5) & (light < 0.7)
    return bool((light > 0.85).float().mean() > 0.6 and colourful.float().mean() < 0.02 and between.float().mean() < 0.1)


def examples(card: dict[str, Any]) -> list[dict[str, Any]]:
    """Drawings made of test pictures, spread over the split, each with its picture; none where the data aren't here."""
    try:
        data = pairs.load_pairs(card["data"], card["pairs"], "test", card["config"]["size"])
    except (UserError, OSError):
        return []
    chosen = torch.linspace(0, len(data) - 1, min(EXAMPLES, len(data))).round().long()
    batch = data.batch(chosen)
    targets = batch["image"]
    drawings = pairings.pairing(card["pairs"]).to_drawing(batch["input"], targets)
    return [
        {"source": as_png(drawing), "original": as_png(target), "name": names(data.columns, int(row), number)}
        for number, (row, drawing, target) in enumerate(zip(chosen, drawings, targets, strict=True), 1)
    ]


@functools.cache
def drawings() -> dict[str, list[dict[str, Any]]]:
    """Drawings that were made by hand on the canvas: for each set their names, and the steps of the pen."""
    return json.loads((Path(__file__).parent / "drawings.json").read_text(encoding="utf-8"))


def made_by_hand(card: dict[str, Any]) -> list[dict[str, Any]]:
    """The drawings to start from that suit a task; none for a task that takes no drawings."""
    return drawings().get(card["data"] if kind(card) == "line" else kind(card)) or drawings().get(mode(card), [])


def names(columns: dict[str, list[Any]], row: int, number: int) -> dict[str, str]:
    """The name of an example in each language; its number if the data have no names."""
    known = {language: columns.get(f"label_{language}") or columns.get("title") for language in i18n.LANGUAGES}
    return {
        language: str(column[row]) if column else i18n.say("example", language, n=number) for language, column in known.items()
    }


def kind(card: dict[str, Any]) -> str:
    """The pairing that a model was trained with, less its options."""
    return PairsName.parse(card["pairs"]).pairing


def title(model: str, card: dict[str, Any]) -> str:
    """The task of a model, in the visitor's words."""
    data = DataName.parse(card.get("data") or "").place
    for key in (f"task_{kind(card)}_{data}", f"task_{kind(card)}"):
        if key in i18n.texts():
            return i18n.both(key)
    return i18n.both("task_other", name=model)


def how(card: dict[str, Any]) -> str:
    """A sentence that says how to draw for a model."""
    key = f"how_{kind(card)}"
    return i18n.both(key if key in i18n.texts() else "how_other")


def brush_names(card: dict[str, Any]) -> dict[str, dict[str, str]]:
    """The name in each language of the thing that each colour stands for; empty if the colours stand for nothing."""
    brushes = pairings.pairing(card["pairs"]).brushes
    if kind(card) == "blocks":
        return {colour: i18n.texts()[f"brush_{ground(colour)}"] for colour in paints(card)}
    return {colour: i18n.texts()[f"brush_{name.replace(' ', '_')}"] for name, colour in brushes.items()}


def place(card: dict[str, Any]) -> tuple[int, int]:
    """The place of a task in the list of all tasks."""
    data = DataName.parse(card.get("data") or "").place
    return FIRST.index(data) if data in FIRST else len(FIRST), MODES.index(mode(card))


def tasks(gallery: Gallery) -> list[dict[str, Any]]:
    """The page's data about each translator of this tab, in the order of the list."""
    cards = {model: gallery.card(model) for model in gallery.names("translator")}
    # Only those that were taught with pairs: the others take no drawings. Nor do those of films and of
    # holes, which have tabs of their own.
    filmed = {gallery.card(model).get("data") for model in gallery.names("video")}
    cards = {
        model: card
        for model, card in cards.items()
        if card["pairs"]
        and card.get("data") not in filmed
        and (pairing := pairings.pairing(card["pairs"])).paired
        and pairing.drawable
    }
    return [
        {
            "name": model,
            "title": title(model, card),
            "mode": mode(card),
            "size": card["config"]["size"],
            "palette": paints(card),
            "how": how(card),
            "brushes": brush_names(card),
            "globe": kind(card) == "planet",
            "proposes": issubclass(model_class(card["model"]), Proposer),
            "device": device.offer(gallery, model),
        }
        for model, card in sorted(cards.items(), key=lambda task: place(task[1]))
    ]


def build(gallery: Gallery) -> list[BaseRoute]:
    """Lays out the tab and connects it; returns the routes that it serves."""
    known = tasks(gallery)
    if not known:
        page.still(f'<p class="zoo-note">{i18n.both("no_translators")}</p>')
        return []
    with gr.Column(elem_classes="zoo-stage"):
        page.heading("", "sketch_heading", "sketch_hint")
        studio = controls.scripted(
            "sketch/sketch",
            studio_html({task["name"]: task["title"] for task in known}),
            events=["draw", "bring", "look"],
            tasks=known,
            answer=None,
            most=requests.MOST_BYTES,
            labels=i18n.some(*LABELS),
            places=device.texts(),
            elem_id="sketch",
        )

    shown: dict[str, list[dict[str, Any]]] = {}
    works = {"draw": partial(draw, gallery), "bring": partial(bring, gallery), "look": partial(look, gallery, shown)}
    responses.attend(studio, works)
    responses.publish(endpoints(gallery))
    return []


def look(gallery: Gallery, shown: dict[str, list[dict[str, Any]]], asked: responses.Answer) -> responses.Answer:
    """The card, the examples and the drawings of a task, and the list of tasks; `shown` keeps the examples of each model."""
    gallery.refresh()  # weights may have come since the app was started
    model = asked["model"]
    card = gallery.card(model)
    if model not in shown:
        shown[model] = examples(card)
    return {
        "card": responses.card(gallery, model),
        "examples": shown[model],
        "drawings": made_by_hand(card),
        "tasks": tasks(gallery),
    }


def draw(gallery: Gallery, asked: responses.Answer) -> responses.Answer:
    """The picture of a drawing as a URL, and what it cost; both '' for a blank drawing.

    While the pen moves the picture is a JPEG, a fifth of the PNG that comes when it rests. `look` says which of the pictures
    that fit is wanted: 0 for the best guess, else one of the proposals of `seed`. When the pen rests, `looks` has them all.
    """
    given = read_drawing(gallery, asked["model"], asked.get("drawing"))
    if given is None:
        return {"picture": "", "cost": "", "looks": []}
    session, moving = gallery.translator(asked["model"]), asked.get("moving") is True

    def looking(look: int) -> Result:
        seed = requests.whole(asked.get("seed", 0), 0, MOST_SEED, "bad_seed")
        return session.translate(given, paper=look > 0, seed=PROPOSALS * seed + look)

    if session.proposes:
        chosen = requests.whole(asked.get("look", 0), 0, PROPOSALS, "bad_choice")
        results = {look: looking(look) for look in ([chosen] if moving else range(PROPOSALS + 1))}
        result, looks = results[chosen], [] if moving else [one.images[0] for one in results.values()]
    else:
        result, looks = session.translate(given, paper=bool(asked.get("paper"))), []
    picture = result.images[0]
    url = responses.data_url(images.to_pil(picture), "JPEG", quality=92) if moving else as_png(picture)
    return {"picture": url, "cost": responses.cost("live", result), "looks": [as_png(look) for look in looks]}


def studio_html(titles: dict[str, str]) -> str:
    """The studio with every sentence in every language, and a choice among the tasks."""
    options = "".join(
        f'<label><input type="radio" name="sketch-task" value="{html.escape(model)}"> {said}</label>'
        for model, said in titles.items()
    )
    keys = "".join(f"<div><dt><kbd>{key}</kbd></dt><dd>{i18n.both(does)}</dd></div>" for key, does in SHORTCUTS)
    return page.filled("sketch/sketch.html", tasks=options, keys=keys)


def endpoints(gallery: Gallery) -> list[Callable[..., Any]]:
    """The tab's endpoint for programs."""

    def sketch(model: str, drawing: str, paper: bool = False) -> tuple[str, float, str]:
        """The translator's picture of a drawing: a PNG, the model's milliseconds, and the precision it ran in.

        `drawing` and the picture are PNGs as data URLs; a blank drawing gives an empty picture. `paper` keeps dropout
        and batch statistics on.
        """
        result = translate(gallery, model, drawing, paper)
        return (as_png(result.images[0]), result.milliseconds, result.precision) if result else ("", 0.0, "")

    return [sketch]
