"""The colours that a page offers to draw with."""

from __future__ import annotations

from typing import Any, Literal

from PIL import ImageColor

from gan_zoo.data.names import PairsName
from gan_zoo.data.pairings import pairing

# How to draw for a translator: with a brush for each label, in black with hints of colour, in flat colours, a hole in a
# photograph, or not at all but with a photograph.
Mode = Literal["labels", "lines", "colours", "hole", "photo"]
# A paint box, which is used if a card has no palette, and beside it if colours are hints: the average of photographs holds
# neither leaves nor sky.
PALETTE = ["#ffffff", "#8b8b8b", "#e5322d", "#f68b1f", "#fcd53f", "#57a639", "#2f7fd1", "#8e5ab5", "#f9a8c0", "#7a4a2b"]
# Colours that a palette of averages loses: woods and meadows, between rock and water.
ADDED = {"blocks": ["#4d7a35", "#7d9a4a"]}
# What the colours of landscapes stand for, in the order of the palette: a colour is called after the nearest of these.
GROUNDS = {
    "sky": "#8dbde2", "cloud": "#f0f9fe", "sea": "#3f71a4", "lake": "#658eb2", "grass": "#7d9a4a", "forest": "#4d7a35",
    "sand": "#c8b99c", "stone": "#909086", "earth": "#664937", "shadow": "#171615",
}  # fmt: skip
# The colour that marks a hole, as `imaging.masks.painted` finds it.
HOLE = "#00ff00"
MOST_COLOURS = 16
# Colours that differ by less, all channels together, are offered once.
ALIKE = 72


def mode(card: dict[str, Any]) -> Mode:
    """The way to draw for the model of a card."""
    how = pairing(card["pairs"])
    if how.brushes:
        return "labels"
    if how.hints:
        return "lines"
    if not how.drawable:
        return "hole"
    return "photo" if how.channels == 1 or not how.paired else "colours"


def paints(card: dict[str, Any]) -> list[str]:
    """The brushes, or the colours of the card's palette and of a paint box that the eye tells apart; none for a photograph.

    Where lines are drawn in black, black is there anyway.
    """
    how, way = pairing(card["pairs"]), mode(card)
    if way in ("hole", "labels"):
        return [HOLE] if way == "hole" else list(how.brushes.values())
    chosen: list[str] = []
    known = ["#000000"] if way == "lines" else []
    kind = PairsName.parse(card["pairs"]).pairing
    for colour in [*(card.get("palette") or PALETTE), *ADDED.get(kind, []), *(PALETTE if way == "lines" else [])]:
        if all(distance(colour, other) > ALIKE for other in known):
            chosen.append(colour)
            known.append(colour)
    return grounds(chosen) if kind == "blocks" else chosen[:MOST_COLOURS]


def distance(one: str, other: str) -> int:
    """The difference of two colours, from 0 to 765: the sum of those of the three channels."""
    return sum(abs(a - b) for a, b in zip(ImageColor.getrgb(one)[:3], ImageColor.getrgb(other)[:3], strict=True))


def ground(colour: str) -> str:
    """The one of `GROUNDS` whose colour is nearest."""
    return min(GROUNDS, key=lambda name: distance(colour, GROUNDS[name]))


def grounds(colours: list[str]) -> list[str]:
    """For each of `GROUNDS` the colour that is called after it and is nearest to it, where there is any."""
    called = {name: [colour for colour in colours if ground(colour) == name] for name in GROUNDS}
    return [min(some, key=lambda colour: distance(colour, GROUNDS[name])) for name, some in called.items() if some]
