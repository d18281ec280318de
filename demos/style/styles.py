"""The styles there are: which weights, what they are called, what they learnt from, and pictures to try them with."""

from __future__ import annotations

import functools
import html
from typing import Any

import torch
from PIL import Image

from demos.shared import i18n, responses
from gan_zoo import Gallery, UserError, model_class, open_pictures
from gan_zoo.data.names import DataName, PairsName
from gan_zoo.imaging import images

SAMPLES = 8
FIRST = "montStMichel"
"""the title of the photograph that shows best what a style does"""
SAMPLE_SIDE = 120
"""height and width of a sample's thumbnail in pixels"""
USUAL = "pictures?domain=landscape"
"""what a style is tried with that doesn't say what it is for"""
FEW = 100
"""with fewer pictures than this of a kind, a style is no more than colours and strokes"""


def styles(gallery: Gallery) -> dict[str, dict[str, Any]]:
    """The cards of the translators that take a picture of any size and learnt without pairs, or elsewhere."""
    cards = {name: gallery.card(name) for name in gallery.names("translator")}
    found = {name: card for name, card in cards.items() if is_style(card)}
    return dict(sorted(found.items(), key=lambda style: sides(style[1])[0] != USUAL))  # what most visitors bring comes first


def is_style(card: dict[str, Any]) -> bool:
    """True if a translator belongs to this tab."""
    colour = all(card["config"].get(side, 3) == 3 for side in ("input_channels", "channels"))
    return colour and PairsName.parse(card["pairs"]).pairing in ("", "unpaired") and model_class(card["model"]).any_size


def is_two_way(card: dict[str, Any]) -> bool:
    """True if a style also leads back."""
    return bool(card["config"].get("two_way", True))


def sides(card: dict[str, Any]) -> tuple[str, str]:
    """The data that a style leads from and to; '' where it doesn't say."""
    return PairsName.parse(card["pairs"]).option, str(card.get("data", ""))


def named(data: str) -> str:
    """The name of pictures of some data, as HTML; '' if they have no name."""
    asked = DataName.parse(data)
    for word in (asked.wanted[1], asked.column, asked.place):
        if f"kind_{word}" in i18n.texts():
            return i18n.both(f"kind_{word}")
    return ""


def title(name: str, card: dict[str, Any]) -> str:
    """The name of a style, as HTML."""
    return named(sides(card)[1]) or html.escape(name)


def ways(name: str, card: dict[str, Any]) -> list[str]:
    """The directions that a style takes, there and back, as HTML."""
    start, end = named(sides(card)[0]) or i18n.both("a_picture"), title(name, card)
    return [f"{start} → {end}", *([f"{end} → {start}"] if is_two_way(card) else [])]


def about(gallery: Gallery, name: str) -> str:
    """The card of a style, and how little it has seen, as HTML."""
    counts = gallery.card(name).get("counts")
    line = ""
    if isinstance(counts, list) and len(counts) == 2:
        line = i18n.both("learnt_from", a=counts[0], b=counts[1])
        line += i18n.both("learnt_little") if min(counts) < FEW else ""
    return (f'<p class="zoo-note">{line}</p>' if line else "") + responses.card(gallery, name)


def samples(card: dict[str, Any], back: bool) -> list[Image.Image]:
    """Pictures to try a style with: from the test split where there is one, else some that it has learnt from."""
    data = sides(card)[1 if back else 0]
    return _samples(data) or _samples(USUAL)


def thumbnail(card: dict[str, Any]) -> str:
    """A picture that a style learnt from, as a URL; '' where there is none to show."""
    found = _samples(sides(card)[1])
    return small(found[0]) if found else ""


def small(picture: Image.Image) -> str:
    """A thumbnail as a URL."""
    picture = picture.copy()
    picture.thumbnail((2 * SAMPLE_SIDE, SAMPLE_SIDE), Image.Resampling.LANCZOS)
    return responses.data_url(picture, "JPEG", quality=85)


@functools.lru_cache(16)
def _samples(data: str) -> list[Image.Image]:
    """Some pictures of `data`, spread over all, the one that shows most first."""
    for split in ("test", "train") if data else ():
        try:
            opened = open_pictures(data, split)  # type: ignore[arg-type]
        except (UserError, OSError):
            continue
        found = opened.pictures
        chosen = torch.linspace(0, len(found) - 1, min(SAMPLES, len(found))).round().long().tolist()
        titles = opened.columns.get("title", [])
        if FIRST in titles:
            chosen = list(dict.fromkeys([titles.index(FIRST), *chosen]))[:SAMPLES]
        return [images.to_pil(images.from_pil(found[i], 3)) for i in chosen]
    return []
