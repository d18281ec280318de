"""The gallery: python app.py, then open http://127.0.0.1:7860."""

from __future__ import annotations

import os

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # before gradio is imported: no request leaves the machine

import gradio as gr

from demos import ROUTES, TABS
from demos.shared import i18n, page, zero_gpu
from gan_zoo import Gallery


def build(gallery: Gallery) -> gr.Blocks:
    """The page; nothing but the weights' cards is read before a visitor asks for a picture."""
    with gr.Blocks(title="GAN Zoo", analytics_enabled=False, delete_cache=(3600, 3600)) as blocks:
        page.header()
        with gr.Tabs(overflow_behavior="wrap"):
            for tab in TABS:
                with gr.Tab(i18n.label(tab.TITLE), elem_id=f"tab_{tab.__name__.rpartition('.')[2]}"):
                    tab.build(gallery)
    return blocks.queue(max_size=64, default_concurrency_limit=8)


demo = build(Gallery(device=zero_gpu.device()))

if __name__ == "__main__":
    demo.launch(**page.launch_options(ROUTES))
