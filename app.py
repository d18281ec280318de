"""The gallery: python app.py, then open http://127.0.0.1:7860."""

from __future__ import annotations

import argparse
import os

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # before gradio is imported: no request leaves the machine

import gradio as gr
from starlette.routing import BaseRoute

import demos
from demos.shared import device, fair_queue, i18n, page, zero_gpu
from gan_zoo import Gallery


def build(gallery: Gallery) -> tuple[gr.Blocks, list[BaseRoute]]:
    """The page, and what the tabs serve beside it; nothing but cards is read before a visitor asks for a picture."""
    routes: list[BaseRoute] = [*device.routes(gallery)]
    with gr.Blocks(title="GAN Zoo", analytics_enabled=False, delete_cache=(3600, 3600)) as blocks:
        tabs = {tab.__name__.rpartition(".")[2]: tab for tab in demos.tabs()}
        page.header(tabs)
        with gr.Tabs(overflow_behavior="wrap", elem_id="tabs"):
            for name, tab in tabs.items():
                with gr.Tab(i18n.label(tab.TITLE), elem_id=f"tab_{name}"):
                    routes += tab.build(gallery)
    blocks.queue(status_update_rate=1.0, default_concurrency_limit=8, api_open=False)
    fair_queue.install(blocks)
    return blocks, routes


demo, routes = build(Gallery(device=zero_gpu.device()))

if __name__ == "__main__":
    argparse.ArgumentParser(
        description="Open the gallery.", epilog="The environment names its address: GRADIO_SERVER_NAME, GRADIO_SERVER_PORT."
    ).parse_args()
    demo.launch(**page.launch_options(routes))
