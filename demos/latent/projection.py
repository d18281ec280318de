"""Your picture: a picture is projected into the latent space, step by step, and then edited there."""

from __future__ import annotations

import base64
import copy
import io
import time
from collections.abc import Iterator
from typing import Any

import gradio as gr
import torch
from jaxtyping import Float
from torch import Tensor

from demos import texts, ui
from demos.latent import directions, points
from gan_zoo import Gallery, Observer, Session, fit, images, latent, open_picture

TITLE, HINT = "projection_title", "projection_hint"
MOST_BYTES = 10_000_000
MOST_SIDE = 10_000
CANDIDATES = 256
STYLES = 2000
STEPS = (80, 300)
SECONDS = 9.0
"""a projection takes about so long: it makes more or fewer steps, as this machine can"""
# `latent.invert` improves 8 points at first and halves them three times: on average so many of the 8.
SHARE = 15 / 32
MOST_LATENT = 50.0
"""no number of a latent is larger than this"""


def read_picture(value: Any, session: Session) -> Float[Tensor, "c h w"]:
    """A picture as the browser sends it, a data URL, at the size of the model's pictures.

    Raises:
        UserError: it is none, or too large.
    """
    header, _, content = value.partition(",") if isinstance(value, str) else ("", "", "")
    if not header.startswith("data:") or not header.endswith(";base64"):
        raise ui.mistake("no_picture")
    if len(content) > MOST_BYTES * 4 / 3:
        raise ui.mistake("large_file", most=MOST_BYTES // 1_000_000)
    try:
        data = base64.b64decode(content, validate=True)
    except ValueError:
        raise ui.mistake("not_a_picture") from None
    if not data:
        raise ui.mistake("empty_file")
    try:
        picture = open_picture(io.BytesIO(data))
    except (OSError, ValueError, SyntaxError) as error:
        raise ui.mistake("large_picture" if "million" in str(error) or "exceeds" in str(error) else "not_a_picture") from error
    if max(picture.size) > MOST_SIDE:
        raise ui.mistake("large_picture")
    return images.to_float(images.from_pil(fit(picture, session.config.size), session.config.channels))


def project(
    session: Session, observer: Observer | None, target: Float[Tensor, "c h w"], label: str, steps: int | None = None
) -> Iterator[tuple[latent.Inversion, Float[Tensor, "w"]]]:
    """How far the projection has come, every few steps, and the point of the space of edits.

    It has a copy of the network, in the precision that is fastest here, and takes no turns: others compute meanwhile,
    if slower, and nobody waits for its end.
    """
    with session.network() as shared, torch.inference_mode(False):
        model, device, precision = copy.deepcopy(shared), shared.device, session.precision
        model.to(dtype=precision.dtype, memory_format=precision.memory_format)
    w = session.mapping(session.latents(STYLES, seed=1)).to(device)
    size = w.shape[1]
    # Styles are searched as if they were latents, which reaches more pictures than the mapping network does.
    point = latent.fitted_normal(w.clone()) if session.layers else None
    number = session.classes.index(label) if label else None

    def draw(z: Float[Tensor, "n z"]) -> Float[Tensor, "n c h v"]:
        classes = None if number is None else torch.full((len(z),), number, device=device)
        return model.synthesis((point(z) if point else z).to(precision.dtype), classes).float()

    features = None
    if observer:
        with observer.network() as eye:
            features = eye.features
    z = latent.latents(CANDIDATES, size, seed=0).to(device)
    work = latent.invert(target.to(device), draw, z, features, steps or affordable(draw, z[:8]))
    for done in work:
        found = point(done.z[None]) if point else done.z[None]
        yield done, found[0].cpu()


def affordable(draw: latent.Network, z: Float[Tensor, "n z"]) -> int:
    """How many steps fit into the time that a projection may take, measured on two of them."""
    seconds = 0.0
    for _ in range(2):  # the first one is slow for once
        start = time.perf_counter()
        with torch.enable_grad():
            points = z.clone().requires_grad_()
            torch.autograd.grad(draw(points).square().sum(), points)
        seconds = time.perf_counter() - start
    least, most = STEPS
    return max(least, min(most, int(SECONDS / (seconds * SHARE))))


def check_point(session: Session, w: Any) -> Float[Tensor, "1 w"]:
    """A point of the space of edits as the browser keeps it."""
    size = session.mapping(session.latents(1, seed=0)).shape[1]
    if not isinstance(w, list) or len(w) != size:
        raise ui.mistake("project_first")
    return torch.tensor([[float(ui.number(x, -MOST_LATENT, MOST_LATENT, "project_first")) for x in w]])


def edit(gallery: Gallery, model: Any, label: Any, w: Any, amounts: Any) -> Float[Tensor, "1 c h w"]:
    """The picture of a projected point, changed as the sliders say."""
    session = gallery.session(model)
    there = points.Picked(session, torch.zeros(0, session.config.latent_size), points.class_of(session, label))
    return there.synthesis(directions.moved(session, check_point(session, w), "principal", amounts)).images


def build(gallery: Gallery, way: list[Any]) -> None:
    """Lay out the tool and connect it."""
    model, label = way[:2]
    with gr.Row(elem_classes="zoo-bench"):
        with gr.Column(scale=5, min_width=280):
            easel = gr.HTML(
                "",
                html_template=ui.template("easel.html")
                .replace("[choose]", texts.both("choose_picture"))
                .replace("[wipe]", texts.both("wipe"))
                .replace("[pen]", texts.both("pen")),
                js_on_load=ui.template("easel.js"),
                most=MOST_BYTES,
                labels={key: texts.TEXTS[key] for key in ("easel_label", "large_file_here")},
                elem_id="easel",
            )
            wrong = ui.trouble()
            with gr.Row(elem_classes="zoo-actions"):
                start = gr.Button(texts.i18n("project"), elem_id="project", variant="primary")
                stop = gr.Button(texts.i18n("stop"), elem_id="stop")
        with gr.Column(scale=6, min_width=280):
            shown = ui.still("")
            bar = ui.still("", elem_classes="zoo-said")
            found = gr.HTML([], html_template="<i hidden></i>", js_on_load=None, elem_classes="zoo-kept-point")
            sliders = ui.sliders(directions.COUNT, directions.REACH, elem_id="projection-sliders")

    def pair(target: Float[Tensor, "c h w"], found: Float[Tensor, "c h w"]) -> str:
        terms = ui.term("", points.url(target[None]), ""), ui.term("→", points.url(found[None]), "", "zoo-sum")
        return f'<div class="zoo-equation">{"".join(terms)}</div>'

    def on_project(value: Any, model: Any, label: Any) -> Iterator[tuple[Any, ...]]:
        read, problem = ui.answer(lambda: (gallery.session(model), read_picture(value, gallery.session(model))))
        if read is None:
            yield "", "", [], gr.HTML(captions=[]), problem
            return
        session, target = read
        still = [0] * directions.COUNT
        try:
            for done, w in project(session, gallery.observer(model), target, points.class_of(session, label)):
                share = done.step / done.steps
                said = texts.both("projected", step=done.step, steps=done.steps, psnr=f"{done.psnr:.1f}")
                meter = f'<p class="zoo-cost"><progress value="{share:g}"></progress> {said}</p>'
                captions = directions.captions(session, "principal") if done.step == done.steps or done.step == 0 else None
                panel = gr.HTML(captions=captions, value=still) if captions else gr.skip()
                yield pair(target, done.image.cpu()), meter, w.tolist(), panel, ""
        except Exception:
            _, problem = ui.answer(lambda: ui.fail(error))
            yield "", "", [], gr.HTML(captions=[]), problem

    def on_edit(value: Any, w: Any, amounts: Any, model: Any, label: Any) -> tuple[Any, ...]:
        def work() -> str:
            picture = edit(gallery, model, label, w, amounts)[0]
            return pair(read_picture(value, gallery.session(model)), picture)

        done, problem = ui.answer(work)
        return done or gr.skip(), problem

    parts = [shown, bar, found, sliders, wrong]
    projecting = start.click(
        on_project, [easel, model, label], parts, **{**ui.SLOW, "concurrency_id": "projection", "show_progress": "minimal"}
    )
    stop.click(None, None, None, cancels=[projecting])
    sliders.input(on_edit, [easel, found, sliders, model, label], [shown, wrong], **ui.LIVE)
