"""The Latent space tab: draw pictures, walk from one to the other, and tools that start from there."""

from __future__ import annotations

import gradio as gr

from demos import texts, ui
from demos.latent import arithmetic, directions, memory, mix, plane, projection, walk
from gan_zoo import Gallery

TITLE = "latent_title"
TOOLS = (mix, arithmetic, directions, plane, projection, memory)


def build(gallery: Gallery) -> None:
    """Lay out the tab and connect it; each tool has TITLE, HINT, build(gallery, way) and endpoints(gallery, save)."""
    names = gallery.names("sampler")
    ui.story()
    if not names:
        ui.still(f'<p role="alert">{texts.both("no_models")}</p>', elem_classes="zoo-trouble")
        return
    way = walk.build(gallery, names)
    save = ui.files()
    for part in (walk, *TOOLS):
        ui.publish(part.endpoints(gallery, save), **getattr(part, "TURNS", {}))
    with gr.Column(elem_classes="zoo-stage"):
        ui.heading("3", "tools_heading", "tools_hint")
        with gr.Tabs(elem_classes="zoo-tools", overflow_behavior="wrap"):
            for tool in TOOLS:
                with gr.Tab(texts.i18n(tool.TITLE), elem_id=tool.TITLE):
                    ui.still(f'<p class="zoo-note">{texts.both(tool.HINT)}</p>')
                    tool.build(gallery, way)
