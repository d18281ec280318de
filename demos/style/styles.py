"""The styles there are: which weights, what they are called, what they learnt from, and pictures to try them with."""

from __future__ import annotations

import functools
import html
import math
from typing import Any

import torch
from PIL import Image

from demos.shared import i18n, responses
from gan_zoo import Gallery, UserError, model_class, open_pictures
from gan_zoo.data.names import DataName, PairsName, several
from gan_zoo.imaging import images, video

SAMPLES = 8
FIRST = "montStMichel"
"""the title of the photograph that shows best what a style does"""
SAMPLE_SIDE = 120
"""height and width of a sample's thumbnail in pixels"""
PAN, PACE = 36, 12.0
"""frames of the sample clip, and how many of them there are in a second"""
USUAL = "pictures?domain=landscape"
"""what a style is tried with that doesn't say what it is for"""
FEW = 100
"""with fewer pictures than this of a kind, a style is no more than colours and strokes"""
METHODS = {"cyclegan": "CycleGAN", "cut": "CUT"}
"""what people call the models"""


def styles(gallery: Gallery) -> dict[str, dict[str, Any]]:
    """The cards of the translators that take a picture of any size and learnt without pairs, or elsewhere."""
    cards = {name: gallery.card(name) for name in gallery.names("translator")}
    found = {name: card for name, card in cards.items() if is_style(card)}

    def place(style: tuple[str, dict[str, Any]]) -> tuple[bool, str, bool]:
        start, end = sides(style[1])
        # What most visitors bring comes first. The methods of one style stand side by side, with a way back first.
        return start != USUAL, end, not is_two_way(style[1])

    return dict(sorted(found.items(), key=place))


def is_style(card: dict[str, Any]) -> bool:
    """True if a translator belongs to this tab."""
    colour = all(card["config"].get(side, 3) == 3 for side in ("input_channels", "channels"))
    return colour and PairsName.parse(card["pairs"]).pairing in ("", "unpaired") and model_class(card["model"]).any_size


def is_two_way(card: dict[str, Any]) -> bool:
    """True if a style also leads back."""
    return bool(card["config"].get("two_way", getattr(model_class(card["model"]).Config, "two_way", False)))


def sides(card: dict[str, Any]) -> tuple[str, str]:
    """The data that a style leads from and to, the first if there are several; '' where it doesn't say."""
    return str(several(PairsName.parse(card["pairs"]).option)[0]), str(card.get("data", ""))


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


def method(card: dict[str, Any]) -> str:
    """The name of the method by which a style was learnt, as HTML."""
    return METHODS.get(card["model"], html.escape(card["model"]))


def costs(card: dict[str, Any]) -> dict[str, str]:
    """The thousands of a style's parameters, and the minutes of its training, '' where nobody knows."""
    seconds = card.get("training", {}).get("seconds", 0)
    return {"thousands": f"{card.get('parameters', 0) / 1000:,.0f}", "minutes": f"{seconds / 60:.0f}" if seconds else ""}


def titles(cards: dict[str, dict[str, Any]]) -> dict[str, str]:
    """The names of styles, as HTML; those of one name also say by which method they were learnt."""
    plain = {name: title(name, card) for name, card in cards.items()}
    return {
        name: f"{called} <small>{method(cards[name])}</small>" if [*plain.values()].count(called) > 1 else called
        for name, called in plain.items()
    }


def rivals(gallery: Gallery, name: str, back: bool) -> list[str]:
    """The style `name` and those that lead to the same pictures by other methods; `back` leaves out those of one way.

    It is empty if the style is the only one of its kind.
    """
    cards = styles(gallery)
    card = gallery.card(name)
    there = [
        other for other, its in cards.items()
        if sides(card)[1] and sides(its) == sides(card) and its["model"] != card["model"] and (is_two_way(its) or not back)
    ]  # fmt: skip
    return sorted([name, *there], key=list(cards).index) if there else []


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


@functools.lru_cache(1)
def sample_clip() -> str:
    """A clip to try a style with, as the data URL of an MP4: a look around within a photograph."""
    picture = images.from_pil(_samples(USUAL)[0], 3)
    height, width = picture.shape[1:]
    view = min(width, height * 5 // 4) // 2 * 2
    places = [round((width - view) * (0.5 - 0.5 * math.cos(math.pi * i / (PAN - 1)))) for i in range(PAN)]
    return responses.as_url(
        video.write_mp4([picture[:, : height // 2 * 2, at : at + view] for at in places], PACE), "video/mp4"
    )


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
