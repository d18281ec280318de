"""Drag: handles of a picture are dragged to where they should be, and the latent moves until they are there."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr
import torch
from jaxtyping import Bool, Float
from torch import Tensor

from demos.latent import points, projection
from demos.shared import controls, i18n, page, requests, responses
from gan_zoo import Gallery
from gan_zoo.drag import STEPS, Dragged, Point
from gan_zoo.serving import Session, drag_handles

TITLE, HINT = "drag_title", "drag_hint"
TURNS = responses.HEAVY
MOST_ARROWS = 8
CELLS = 16
"""cells of a row and of a column of the picture that can be held still"""

Arrows = tuple[list[Point], list[Point]]


def arrows_of(value: Any, side: int) -> Arrows:
    """Handles and targets in pixels, of arrows `[x, y, x2, y2]` in shares of the picture as the browser sends them."""
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_ARROWS:
        raise requests.mistake("bad_arrows", most=MOST_ARROWS)
    handles: list[Point] = []
    targets: list[Point] = []
    for arrow in value:
        if not isinstance(arrow, list) or len(arrow) != 4:
            raise requests.mistake("bad_arrows", most=MOST_ARROWS)
        # The centre of the first pixel is 0.
        x, y, x2, y2 = (float(requests.number(at, 0.0, 1.0, "bad_arrows")) * side - 0.5 for at in arrow)
        handles.append((x, y))
        targets.append((x2, y2))
    return handles, targets


def moves_of(cells: Any, side: int) -> Bool[Tensor, "h w"] | None:
    """Where the picture may change; `cells` are the numbers of the cells that are held still, row by row."""
    if not isinstance(cells, list) or len(cells) > CELLS**2:
        raise requests.mistake("bad_picks")
    if not cells:
        return None
    free = torch.ones(CELLS * CELLS, dtype=torch.bool)
    free[[requests.whole(cell, 0, CELLS**2 - 1, "bad_picks") for cell in cells]] = False
    at = torch.arange(side) * CELLS // side
    return free.view(CELLS, CELLS)[at][:, at]


def start_of(gallery: Gallery, point: Any, *way: Any) -> tuple[Session, str, Float[Tensor, "1 *layers w"]]:
    """The session, the class, and the point to start from: the one that an earlier drag ended at, or that of the slider."""
    at = points.here(gallery, *way)
    return at.session, at.label, projection.check_point(at.session, point) if point else _layered(at)


def _layered(at: points.Picked) -> Float[Tensor, "1 *layers w"]:
    w = at.mapping(at.z)
    return w[:, None].expand(-1, at.session.layers, -1) if at.session.layers else w


def dragged(gallery: Gallery, value: Any, *way: Any) -> Iterator[Dragged]:
    """The progress of a drag; `value` has the `arrows`, the cells to hold `still`, and the `point` to start from, or []."""
    if not isinstance(value, dict):
        raise requests.mistake("bad_arrows", most=MOST_ARROWS)
    session, label, w = start_of(gallery, value.get("point"), *way)
    side = session.config.size
    handles, targets = arrows_of(value.get("arrows"), side)
    yield from drag_handles(session, w, handles, targets, moves_of(value.get("still", []), side), label)


def endpoints(gallery: Gallery, save: responses.Save) -> list[Callable[..., Any]]:
    """The tool's endpoints for programs."""

    def drag(
        model: str,
        arrows: list[list[float]],
        pick: list[int] = points.FIRST_PICK,
        truncation: float = points.TRUNCATION[1],
        label: str = "",
    ) -> tuple[responses.Picture, float, int]:
        """Pick `[seed, index]`, and beside it the same with handles dragged along `arrows` `[[x, y, x2, y2], ...]` in shares of
        the picture; the mean distance that is left in pixels, and the number of updates."""
        asked = {"arrows": arrows, "still": [], "point": []}
        parts = [*responses.in_time(dragged(gallery, asked, *points.alone(model, label, truncation, pick)))]
        pair = torch.stack([parts[0].image, parts[-1].image])
        return save(points.row(pair)), parts[-1].distance, parts[-1].step

    return [drag]


def build(gallery: Gallery, way: list[Any], save: responses.Save) -> list[Callable[..., Any]]:
    """Lays out the tool and connects it; returns its endpoints for programs."""
    near = controls.visible("zoo-walked", "zoo-moved")
    board = controls.scripted(
        "latent/drag",
        page.filled("latent/drag.html"),
        events=["go"],
        value={"arrows": [], "still": [], "point": []},
        picture="",
        point=[],
        handles=[],
        fresh="",
        most=MOST_ARROWS,
        cells=CELLS,
        labels=i18n.some("drag_label"),
        elem_id="drag",
    )
    said = page.still("", elem_classes="zoo-said")
    wrong = page.trouble()
    stop = gr.Button(i18n.label("stop"), elem_id="drag-stop")

    def on_look(*way: Any) -> tuple[Any, ...]:
        def work() -> Any:
            at = points.here(gallery, *way)
            return gr.HTML(picture=points.url(at.sample(at.z).images), point=[], handles=[], fresh=repr(way))

        done, problem = responses.answer(work)
        return done or gr.skip(), "", problem

    def on_go(value: Any, *way: Any) -> Iterator[tuple[Any, ...]]:
        try:
            begin = time.monotonic()
            for done in responses.in_time(dragged(gallery, value, *way)):
                rate = f"{done.step / max(time.monotonic() - begin, 1e-6):.0f}"
                text = i18n.both("dragged", step=done.step, distance=f"{done.distance:.1f}", rate=rate)
                meter = f'<p class="zoo-cost"><progress value="{done.step / STEPS:g}"></progress> {text}</p>'
                side = done.image.shape[-1]
                handles = [[(x + 0.5) / side, (y + 0.5) / side] for x, y in done.handles]
                shown = gr.HTML(picture=points.url(done.image[None]), point=done.w.flatten().tolist(), handles=handles)
                yield shown, meter, ""
        except Exception as error:
            _, problem = responses.answer(functools.partial(responses.fail, error))
            yield gr.skip(), "", problem

    near.look(on_look, way, [board, said, wrong], **responses.LIVE)
    going = board.go(on_go, [board, *way], [board, said, wrong], **{**responses.LIVE, **TURNS})
    stop.click(None, None, None, cancels=[going])
    stop.click(None, js=points.STOPPED)
    return endpoints(gallery, save)
