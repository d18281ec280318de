"""Permalinks: what is on the page, as the query of its address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from demos.latent import points
from demos.shared import requests
from gan_zoo import Gallery

KEYS = ("model", "label", "seed", "truncation", "picks", "route", "at")
# 50 picks take about 900 characters.
MOST_CHARACTERS = 4000


@dataclass(frozen=True)
class Link:
    """The contents of a link; None for each value that it does not have."""

    model: str | None = None
    label: str | None = None
    seed: int | None = None
    truncation: float | None = None
    picks: list[list[int]] | None = None
    route: str | None = None
    at: float | None = None


def _number(text: str | None, code: str, least: float, most: float) -> float | None:
    if text is None:
        return None
    try:
        value = float(text)
    except ValueError:
        raise requests.mistake(code, least=least, most=most) from None
    return requests.number(value, least, most, code)


def _picks(text: str | None) -> list[list[int]] | None:
    if text is None:
        return None
    try:
        pairs = [[int(part) for part in pick.split(".")] for pick in text.split(",") if pick]
    except ValueError:  # also for more digits than Python reads
        raise requests.mistake("bad_link_picks") from None
    return [list(pick) for pick in points.check_picks(pairs)]


def read(gallery: Gallery, query: Any, first: str) -> Link:
    """The link in the query of an address; every value in it may be anything.

    Args:
        first: the model of a link that names none.

    Raises:
        UserError: a value can't be used; the error says which.
    """
    if not isinstance(query, str) or len(query) > MOST_CHARACTERS:
        raise requests.mistake("bad_link")
    values = {key: found[0] for key, found in parse_qs(query.lstrip("?")).items() if key in KEYS}
    if not values:
        return Link()
    seed = _number(values.get("seed"), "bad_seed", 0, points.MOST_SEED)
    model = values.get("model", first)
    if "route" in values and values["route"] not in points.ROUTES:
        raise requests.mistake("bad_link")
    session = gallery.session(model)
    return Link(
        model,
        points.class_of(session, values.get("label")),
        None if seed is None else requests.whole(seed, 0, points.MOST_SEED, "bad_seed"),
        _number(values.get("truncation"), "bad_truncation", *points.TRUNCATION),
        _picks(values.get("picks")),
        values.get("route"),
        _number(values.get("at"), "bad_position", 0.0, 1.0),
    )
