"""The Refine tab: SimGAN makes digits of fonts look like handwriting, and bars show what classifiers learn from them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from functools import partial
from typing import Any

import gradio as gr
import torch
from jaxtyping import Float
from starlette.routing import BaseRoute
from torch import Tensor

from demos.shared import controls, i18n, page, requests, responses
from gan_zoo import Dataset, Gallery, UserError, load_data
from gan_zoo.data import pairings, synthetic_digits
from gan_zoo.data.names import PairsName
from gan_zoo.imaging import images
from gan_zoo.serving import Result

TITLE = "refine_title"
GROUP = "understand"
ORDER = 95
SURPRISE = (".zoo-refine-under button",)
PICTURE = ".zoo-refine-table"
MOST_SEED = 2**31 - 1
FEW = (10, 100, 1_000)
"""numbers of real digits of each class that the transfer in a card was measured with"""
KINDS = {"": "refine_real", "fonts": "refine_typed", "refined": "refine_refined"}
"""kinds of digits that were added to the real ones, and the keys of their names; nothing was added with ''"""
Digits = Float[Tensor, "n 1 h w"]


def cards(gallery: Gallery) -> dict[str, dict[str, Any]]:
    """The cards of the models that refine the digits of fonts."""
    found = {name: gallery.card(name) for name in gallery.names("translator")}
    return {name: card for name, card in found.items() if PairsName.parse(card["pairs"]).pairing == "fonts"}


@functools.lru_cache(1)
def glyphs() -> Dataset:
    """Digits of fonts that no refiner was trained on."""
    return load_data("fontdigits", "test")


@functools.lru_cache(2)
def handwriting(data: str) -> Dataset | None:
    """Real digits that no refiner was trained on; None where the data are missing."""
    try:
        return load_data(data, "test")
    except (UserError, OSError):
        return None


def typed(seed: int) -> tuple[Digits, list[str]]:
    """A digit of each class, each in its own font and shape, from -1 to 1, and the names of the fonts."""
    data, generator = glyphs(), torch.Generator().manual_seed(seed)
    assert data.labels is not None
    order = torch.randperm(len(data), generator=generator)
    rows = torch.stack([order[data.labels[order] == label][0] for label in range(len(data.classes))])
    return synthetic_digits.draw(images.to_float(data.images[rows]), generator), [
        data.columns["font"][row] for row in rows.tolist()
    ]


def nearest(data: Dataset, digits: Digits) -> Digits:
    """For each digit, the real one of its class with the least squared difference; the digits are 0, 1, 2 and so on."""
    assert data.labels is not None
    found = []
    for label, digit in enumerate(images.to_uint8(digits).float()):
        known = data.images[data.labels == label]
        found.append(known[(known.float() - digit).square().sum((1, 2, 3)).argmin()])
    return images.to_float(torch.stack(found))


def refine(gallery: Gallery, model: Any, seed: Any) -> tuple[Digits, list[str], Result]:
    """Digits of fonts, the names of the fonts, and the refined digits.

    Raises:
        UserError: there is no such model, it refines no digits, or the seed is out of range.
    """
    gallery.card(model)  # raises its own error where there is no such model
    if model not in cards(gallery):
        raise requests.mistake("refine_wrong_model", name=model)
    digits, names = typed(requests.whole(seed, 0, MOST_SEED, "bad_seed"))
    return digits, names, gallery.translator(model).translate(pairings.pairing("fonts").plain(digits))


def rows(gallery: Gallery, asked: responses.Answer) -> responses.Answer:
    """The answer to a request: rows of pictures as URLs (typed, refined, real), the fonts, and the cost."""
    digits, names, result = refine(gallery, asked["model"], asked.get("seed"))
    real = handwriting(gallery.card(asked["model"])["data"])
    shown = [digits, result.images, *([nearest(real, result.images)] if real else [])]
    pictures = [[responses.data_url(images.to_pil(digit)) for digit in row] for row in shown]
    return {"rows": pictures, "fonts": names, "cost": responses.cost("live", result)}


def bars(card: dict[str, Any]) -> str:
    """Bars with the accuracies of classifiers, grouped by how many real digits they saw; a note where none was measured."""
    measured = card.get("transfer") or {}

    def bar(name: str, kind: str, label: str) -> str:
        row = measured.get(name)
        if not isinstance(row, dict):
            return ""
        said = f"{row['accuracy']:.1%}"
        spread = f"{row['lowest']:.1%}–{row['highest']:.1%}"
        places = {"share": row["accuracy"], "from": row["lowest"], "to": row["highest"]}
        style = ";".join(f"--{place}:{100 * share:.2f}%" for place, share in places.items())
        return (
            f'<div class="zoo-refine-bar" data-kind="{kind or "real"}"><span>{label}</span>'
            f'<i style="{style}"></i><b title="{spread}">{said}</b></div>'
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
    """Lays out the tab and connects it; returns the routes that it serves."""
    known = cards(gallery)
    if not known:
        page.still(f'<p class="zoo-note">{i18n.both("no_refiners")}</p>')
        return []
    name, card = next(iter(known.items()))
    with gr.Column(elem_classes="zoo-stage"):
        page.heading("1", "refine_heading", "refine_hint")
        desk = controls.scripted(
            "refine/refine",
            page.filled("refine/refine.html", about=responses.card(gallery, name)),
            events=["refine"],
            model=name,
            answer=None,
            labels={key: i18n.texts()[key] for key in ("refine_alt_typed", "refine_alt_refined", "refine_alt_real")},
            elem_id="refine",
        )
    with gr.Column(elem_classes="zoo-stage"):
        page.heading("2", "refine_bars_heading", "refine_bars_hint")
        page.still(f'<div class="zoo-refine-bars">{bars(card)}</div>')

    responses.attend(desk, {"refine": partial(rows, gallery)})
    responses.publish(endpoints(gallery))
    return []


def endpoints(gallery: Gallery) -> list[Callable[..., Any]]:
    """The tab's endpoint for programs."""

    def refine_digits(model: str, seed: int = 0) -> tuple[list[dict[str, str]], float, str]:
        """Ten digits of fonts, 0 to 9, typed and refined, with the model's milliseconds and the precision it ran in.

        Each digit has its `label`, its `font`, and `typed` and `refined`, PNGs of 28x28 pixels as data URLs. Another `seed`
        chooses other fonts and shapes.
        """
        digits, names, result = refine(gallery, model, seed)
        urls = [[responses.data_url(images.to_pil(digit)) for digit in row] for row in (digits, result.images)]
        found = [
            {"label": str(label), "font": font, "typed": before, "refined": after}
            for label, (font, before, after) in enumerate(zip(names, *urls, strict=True))
        ]
        return found, result.milliseconds, result.precision

    return [refine_digits]
