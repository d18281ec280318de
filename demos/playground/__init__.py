"""The Playground tab: a duel in two dimensions, which runs while one looks at it."""

from __future__ import annotations

import re
from typing import Any

import gradio as gr
from starlette.routing import BaseRoute

from demos.playground import frames
from demos.shared import controls, i18n, page, responses
from gan_zoo import Gallery
from gan_zoo.training import playground

TITLE = "playground_title"
GROUP = "understand"
ORDER = 85
SURPRISE = ("[name=shape]:not([value=drawn])",)
PICTURE = ".zoo-playground-board canvas"
LABELS = re.compile(r"play_(run|pause|plane|thread|canvas)|panel_(losses|opinions)|(of|loss)_\w+|q_d_\w+|lost")
# One game computes at a time, and the networks of the gallery have the other processors.
TURNS: dict[str, Any] = {"concurrency_id": "playground", "concurrency_limit": 1}


def build(gallery: Gallery) -> list[BaseRoute]:
    """Lays out the tab and connects it."""
    shapes = "".join(
        f'<label><input type="radio" name="shape" value="{name}"> {i18n.both(f"play_{name}")}</label>'
        for name in (*playground.DISTRIBUTIONS, playground.DRAWN)
    )
    with gr.Column(elem_classes="zoo-stage"):
        page.heading("", "play_heading", "play_hint")
        board = controls.scripted(
            "playground/playground",
            page.filled("playground/playground.html", shapes=shapes),
            events=["advance"],
            answer=None,
            labels=i18n.matching(LABELS),
            extent=playground.EXTENT,
            counts=frames.SCALE,
            elem_id="playground",
        )
    responses.attend(board, {"advance": frames.frame}, gr.State(frames.Table()), **TURNS)
    return []
