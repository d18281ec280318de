"""A tab as somebody adds it: it draws a picture and shows how long that took."""

from __future__ import annotations

from typing import Any

import gradio as gr
from starlette.routing import BaseRoute

from demos.shared import controls, i18n, page, responses
from gan_zoo import Gallery

TITLE = "toy_title"
GROUP = "play"
ORDER = 200


def build(gallery: Gallery) -> list[BaseRoute]:
    """Lay out the tab and connect it."""
    name = gallery.names("sampler")[0]

    def draw(asked: dict[str, Any]) -> dict[str, Any]:
        session = gallery.session(name)
        result = session.sample(session.latents(1, 7))
        return {"shape": list(result.images.shape)}

    with gr.Column(elem_classes="zoo-stage"):
        page.heading("", "toy_heading", "toy_hint")
        box = controls.scripted(
            "toy/toy", page.filled("toy/toy.html"), events=["draw"], answer=None, labels=i18n.some("toy_drawn"), elem_id="toy"
        )
    responses.attend(box, {"draw": draw})
    responses.publish([toy])
    return []


def toy(seed: int = 0) -> int:
    """The seed that was given."""
    return seed
