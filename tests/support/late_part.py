"""A page with a part that is shown only after an answer for it has arrived."""

from __future__ import annotations

from app_process import launch_blocks


def serve() -> None:
    import gradio as gr

    from demos.latent import parts

    with gr.Blocks() as blocks, gr.Tabs():
        with gr.Tab("First"):
            answered = gr.HTML("")
        with gr.Tab("Second"):
            wall = parts.wall([], columns=2)
        blocks.load(
            lambda: ("<p id='answered' style='width: 40em'>The answer is there.</p>", gr.HTML(seed=5, count=4)),
            None,
            [answered, wall],
        )
    launch_blocks(blocks, [])
