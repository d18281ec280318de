"""The Refine tab: digits of fonts that a SimGAN makes look like handwriting, and what a classifier learns from them."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any

import gradio as gr
import torch
from jaxtyping import Float
from starlette.routing import BaseRoute
from torch import Tensor

from demos.shared import i18n, page, requests, responses
from gan_zoo import Dataset, Gallery, UserError, load_data
from gan_zoo.data import pairings, synthetic_digits
from gan_zoo.imaging import images
from gan_zoo.serving import Result

TITLE = "refine_title"
ORDER = 50
MOST_SEED = 2**31 - 1
FEW = (10, 100, 1_000)
"""real digits of each class, in the rows of a card's transfer"""
KINDS = {"": "refine_real", "fonts": "refine_typed", "refined": "refine_refined"}
Digits = Float[Tensor, "n 1 h w"]


def cards(gallery: Gallery) -> dict[str, dict[str, Any]]:
    """The cards of the models that refine the digits of fonts."""
    found = {name: gallery.card(name) for name in gallery.names("translator")}
    return {name: card for name, card in found.items() if str(card["pairs"]).partition(":")[0] == "fonts"}


@functools.lru_cache(1)
def glyphs() -> Dataset:
    """Digits of fonts that no refiner has seen."""
    return load_data("fontdigits", "test")


@functools.lru_cache(2)
def handwriting(data: str) -> Dataset | None:
    """Real digits that no refiner has seen; None where the data aren't here."""
    try:
        return load_data(data, "test")
    except (UserError, OSError):
        return None


def typed(seed: int) -> tuple[Digits, list[str]]:
    """A digit of each class, each in a font and a shape of its own, and the names of the fonts."""
    data, generator = glyphs(), torch.Generator().manual_seed(seed)
    assert data.labels is not None
    order = torch.randperm(len(data), generator=generator)
    rows = torch.stack([order[data.labels[order] == label][0] for label in range(len(data.classes))])
    return synthetic_digits.draw(images.to_float(data.images[rows]), generator), [
        data.columns["font"][row] for row in rows.tolist()
    ]


def nearest(data: Dataset, digits: Digits) -> Digits:
    """For each digit, 0, 1 and so on, the real one of its class that is most like it."""
    assert data.labels is not None
    found = []
    for label, digit in enumerate(images.to_uint8(digits).float()):
        known = data.images[data.labels == label]
        found.append(known[(known.float() - digit).square().sum((1, 2, 3)).argmin()])
    return images.to_float(torch.stack(found))


def refine(gallery: Gallery, model: Any, seed: Any) -> tuple[Digits, list[str], Result]:
    """Digits of fonts, the names of the fonts, and what a refiner makes of them."""
    gallery.card(model)  # what isn't there at all is called so
    if model not in cards(gallery):
        raise requests.mistake("refine_wrong_model", name=model)
    digits, names = typed(requests.whole(seed, 0, MOST_SEED, "bad_seed"))
    return digits, names, gallery.translator(model).translate(pairings.pairing("fonts").plain(digits))


def rows(gallery: Gallery, asked: responses.Answer) -> responses.Answer:
    """What the page shows for the seed and the model of a request."""
    digits, names, result = refine(gallery, asked["model"], asked.get("seed"))
    real = handwriting(gallery.card(asked["model"])["data"])
    shown = [digits, result.images, *([nearest(real, result.images)] if real else [])]
    pictures = [[responses.data_url(images.to_pil(digit)) for digit in row] for row in shown]
    return {"rows": pictures, "fonts": names, "cost": responses.cost("live", result)}


def bars(card: dict[str, Any]) -> str:
    """The accuracies of classifiers as bars, by how many real digits they saw; a note where nobody has measured them."""
    measured = card.get("transfer") or {}

    def bar(name: str, kind: str, label: str) -> str:
        row = measured.get(name)
        if not isinstance(row, dict):
            return ""
        said = f"{row['accuracy']:.1%}"
        spread = f"{row['lowest']:.1%}–{row['highest']:.1%}"
        return (
            f'<div class="zoo-refine-bar" data-kind="{kind or "real"}"><span>{label}</span>'
            f'<i style="--share:{100 * row["accuracy"]:.2f}%"></i><b title="{spread}">{said}</b></div>'
        )

    def group(heading: str, content: str) -> str:
        return f"<section><h4>{heading}</h4>{content}</section>" if content else ""

    parts = [group(i18n.both("refine_none_real"), "".join(bar(k, k, i18n.both(KINDS[k])) for k in ("fonts", "refined")))]
    for few in FEW:
        shown = [bar(f"{few} real" + (f" + {kind}" if kind else ""), kind, i18n.both(KINDS[kind] + "_too")) for kind in KINDS]
        parts.append(group(i18n.both("refine_few_real", n=f"{few:,}"), "".join(shown)))
    parts.append(group(i18n.both("refine_all_real"), bar("all real", "", i18n.both("refine_real"))))
    content = "".join(parts)
    if "fonts" in measured and "refined" in measured:
        paid = measured["refined"]["accuracy"] > measured["fonts"]["accuracy"]
        content += f'<p class="zoo-note">{i18n.both("refine_paid" if paid else "refine_unpaid")}</p>'
    return content or f'<p class="zoo-note">{i18n.both("refine_unmeasured", name=card["name"])}</p>'


def build(gallery: Gallery) -> list[BaseRoute]:
    """Lay out the tab and connect it."""
    known = cards(gallery)
    if not known:
        page.still(f'<p class="zoo-note">{i18n.both("no_refiners")}</p>')
        return []
    name, card = next(iter(known.items()))
    with gr.Column(elem_classes="zoo-stage"):
        page.heading("1", "refine_heading", "refine_hint")
        parts = {"about": responses.card(gallery, name)}
        desk = gr.HTML(
            None,
            html_template=re.sub(
                r"\[(\w+)]", lambda slot: parts.get(slot[1]) or i18n.both(slot[1]), page.template("refine/refine.html")
            ),
            js_on_load=page.template("refine/refine.js"),
            model=name,
            answer=None,
            labels={key: i18n.texts()[key] for key in ("refine_alt_typed", "refine_alt_refined", "refine_alt_real")},
            elem_id="refine",
        )
    with gr.Column(elem_classes="zoo-stage"):
        page.heading("2", "refine_bars_heading", "refine_bars_hint")
        page.still(f'<div class="zoo-refine-bars">{bars(card)}</div>')

    def on_refine(event: gr.EventData) -> Any:
        return gr.HTML(answer=responses.reply(event, lambda asked: rows(gallery, asked)))

    desk.select(on_refine, None, desk, **{**responses.LIVE, "trigger_mode": "multiple"})
    responses.publish(endpoints(gallery))
    return []


def endpoints(gallery: Gallery) -> list[Callable[..., Any]]:
    """The tab's endpoint for programs."""

    def refine_digits(model: str, seed: int = 0) -> tuple[list[dict[str, str]], float, str]:
        """Ten digits of fonts, 0 to 9, and what a refiner makes of them, the model's milliseconds, and the precision.

        Each digit has its `label`, its `font`, and `typed` and `refined`, PNGs of 28x28 as data URLs; another `seed` takes
        other fonts and shapes.
        """
        digits, names, result = refine(gallery, model, seed)
        urls = [[responses.data_url(images.to_pil(digit)) for digit in row] for row in (digits, result.images)]
        found = [
            {"label": str(label), "font": font, "typed": before, "refined": after}
            for label, (font, before, after) in enumerate(zip(names, *urls, strict=True))
        ]
        return found, result.milliseconds, result.precision

    return [refine_digits]
