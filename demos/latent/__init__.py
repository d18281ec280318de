"""The Latent space tab: draw pictures, walk from one to the other, and tools that start from there."""

from __future__ import annotations

import gradio as gr
from starlette.routing import BaseRoute

from demos.latent import (
    arithmetic,
    by_name,
    class_mix,
    directions,
    dragging,
    knobs,
    latent_map,
    neighbours,
    opening,
    permalink,
    projection,
    walk,
)
from demos.shared import i18n, page, responses
from gan_zoo import Gallery

TITLE = "latent_title"
GROUP = "play"
ORDER = 20
SURPRISE = (".zoo-models button", "#again")
PICTURE = ".zoo-live img"
QUERY = permalink.KEYS
TOOLS = (by_name, knobs, dragging, class_mix, arithmetic, directions, latent_map, projection, neighbours)


def build(gallery: Gallery) -> list[BaseRoute]:
    """Lays out the tab and connects it; a tool has TITLE, HINT, and build(gallery, way, save), which returns its endpoints."""
    names = opening.ordered(gallery, gallery.names("sampler"))
    if not names:
        page.still(f'<p role="alert">{i18n.both("no_models")}</p>', elem_classes="zoo-trouble")
        return []
    way = walk.build(gallery, names)
    save = responses.files()
    responses.publish(walk.endpoints(gallery, save))
    with gr.Column(elem_classes="zoo-stage"):
        page.heading("3", "tools_heading", "tools_hint")
        with gr.Tabs(elem_classes="zoo-tools", overflow_behavior="wrap"):
            for tool in TOOLS:
                with gr.Tab(i18n.label(tool.TITLE), elem_id=tool.TITLE):
                    page.still(f'<p class="zoo-note">{i18n.both(tool.HINT)}</p>')
                    responses.publish(tool.build(gallery, way, save), **getattr(tool, "TURNS", {}))
    return [*opening.routes(gallery)]
