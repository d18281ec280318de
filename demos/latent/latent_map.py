"""Map: the plane through three picks as a picture without end, computed where one looks."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import gradio as gr
import torch
from jaxtyping import Float
from torch import Tensor

from demos.latent import points
from demos.shared import controls, i18n, page, requests, responses
from gan_zoo import Gallery, latent
from gan_zoo.serving import Result

TITLE, HINT = "map_title", "map_hint"
MOST_TILES = 32
LEVELS = (0, 6)
"""tiles of level n lie 2^-n of the distance between the first two picks apart, level 0 a whole one"""
FARTHEST = 4096
"""the highest number of a tile's row or column"""


def plane_of(gallery: Gallery, *way: Any) -> tuple[points.Picked, latent.Plane]:
    """The picks, and the plane through the first three."""
    model, label, truncation, picks, *_ = way
    chosen = points.picked(gallery, model, label, truncation, picks, least=3)
    try:
        return chosen, latent.Plane.through(chosen.z[:3])
    except ValueError as error:
        raise requests.mistake("one_line") from error


def check_tiles(wanted: Any) -> list[tuple[int, int, int]]:
    """The tiles `[[level, column, row], ...]` that the browser asks for."""
    if not isinstance(wanted, list) or not 1 <= len(wanted) <= MOST_TILES:
        raise requests.mistake("bad_picks")
    tiles = []
    for tile in wanted:
        if not isinstance(tile, list) or len(tile) != 3:
            raise requests.mistake("bad_picks")
        level = requests.whole(tile[0], *LEVELS, "bad_picks")
        column, row = (requests.whole(at, -FARTHEST, FARTHEST, "bad_picks") for at in tile[1:])
        tiles.append((level, column, row))
    return tiles


def check_places(places: Any) -> Float[Tensor, "n 2"]:
    """Places `[[x, y], ...]` of the map."""
    if not isinstance(places, list) or not 1 <= len(places) <= MOST_TILES:
        raise requests.mistake("bad_places", most=MOST_TILES)
    if not all(isinstance(place, list) and len(place) == 2 for place in places):
        raise requests.mistake("bad_places", most=MOST_TILES)
    return torch.tensor([[float(requests.number(at, -FARTHEST, FARTHEST, "bad_places")) for at in place] for place in places])


def tiles(gallery: Gallery, wanted: Any, *way: Any) -> Result:
    """The pictures at the middle of tiles: tile (level, column, row) is at (column, row) / 2^level of the map."""
    chosen, plane = plane_of(gallery, *way)
    places = torch.tensor([[column / 2**level, row / 2**level] for level, column, row in check_tiles(wanted)])
    return chosen.sample(plane.at(places))


def endpoints(gallery: Gallery, save: responses.Save) -> list[Callable[..., Any]]:
    """The tool's endpoints for programs."""

    def map(
        model: str,
        picks: list[list[int]],
        places: list[list[float]],
        truncation: float = points.TRUNCATION[1],
        label: str = "",
    ) -> tuple[responses.Picture, float, str]:
        """The pictures at `places` `[[x, y], ...]` of the plane through three picks, side by side as `/sample` returns
        them: the first pick lies at (0, 0), the second at (1, 0)."""
        chosen, plane = plane_of(gallery, model, label, truncation, picks)
        result = chosen.sample(plane.at(check_places(places)))
        return save(points.row(result.images)), result.milliseconds, result.precision

    return [map]


def build(gallery: Gallery, way: list[Any], save: responses.Save) -> list[Callable[..., Any]]:
    """Lays out the tool and connects it; returns its endpoints for programs."""
    near = controls.visible("zoo-walked")
    wrong = page.trouble()
    canvas = controls.scripted(
        "latent/map",
        f"""<div class="zoo-map"><canvas tabindex="0"></canvas>
          <div><button type="button" data-zoom="1" aria-label="+">+</button>
          <button type="button" data-zoom="-1" aria-label="−">−</button></div></div>
          <p class="zoo-note">{i18n.both("map_keys")}</p>""",
        events=["tiles"],
        answer=None,
        corners=[],
        version=0,
        levels=LEVELS,
        most=MOST_TILES,
        labels=i18n.some("map_title"),
        elem_id="map",
    )
    took = page.still("")

    def on_start(version: int, *way: Any) -> tuple[Any, ...]:
        done, problem = responses.answer(lambda: plane_of(gallery, *way)[1].corners.tolist())
        return version + 1, gr.HTML(corners=done or [], version=version + 1), problem

    def on_tiles(event: gr.EventData, *way: Any) -> tuple[Any, ...]:
        def work(asked: responses.Answer) -> responses.Answer:
            result = tiles(gallery, asked.get("tiles"), *way)
            side = math.ceil(math.sqrt(len(result.images)))
            cost = responses.cost("drawn", result, n=len(result.images))
            return {"sheet": points.url(result.images, side), "cost": cost}

        answer = responses.reply(event, work)
        return gr.HTML(answer=answer), answer.get("cost", gr.skip())

    version = gr.State(0)
    near.look(on_start, [version, *way], [version, canvas, wrong], **responses.LIVE)
    canvas.tiles(on_tiles, way, [canvas, took], **responses.ASKED)
    return endpoints(gallery, save)
