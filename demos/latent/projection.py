"""Your picture: a picture is projected into the latent space, step by step, and then edited there."""

from __future__ import annotations

import copy
import dataclasses
import functools
import time
from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr
import torch
from jaxtyping import Float
from torch import Tensor

from demos.latent import directions, points
from demos.shared import controls, i18n, page, requests, responses, zero_gpu
from gan_zoo import Gallery, latent
from gan_zoo.data.dataset import fit
from gan_zoo.imaging import images
from gan_zoo.serving import Observer, Session

TITLE, HINT = "projection_title", "projection_hint"
TURNS = responses.HEAVY
CANDIDATES = 256
STYLES = 2000
STEPS = (80, 300)
SECONDS = 12.0
"""a projection takes about so long: it makes more or fewer steps, as this machine can"""
GPU_SECONDS = 30
"""and with what loads before it, a lent GPU is asked for so long"""
# `latent.invert` improves 8 points at first and halves them three times: on average so many of the 8.
SHARE = 15 / 32
MOST_LATENT = 50.0
"""no number of a latent is larger than this"""


def read_picture(value: Any, session: Session) -> Float[Tensor, "c h w"]:
    """A picture as the browser sends it, a data URL, at the size of the model's pictures.

    Raises:
        UserError: it is none, or too large.
    """
    return images.to_float(images.from_pil(fit(requests.read_picture(value), session.config.size), session.config.channels))


def project(
    session: Session, observer: Observer | None, target: Float[Tensor, "c h w"], label: str, steps: int | None = None
) -> Iterator[tuple[latent.Inversion, Float[Tensor, "w"]]]:
    """Yields the progress of the projection every few steps, and the point of the space of edits; with styles, one
    for each layer, one after the other, which reaches more pictures than one for all (Abdal et al. 2019).

    It has a copy of the network, in the precision that is fastest here, and takes no turns: others compute meanwhile,
    if slower, and nobody waits for its end.
    """
    with session.network() as shared, torch.inference_mode(False):
        model, device, precision = copy.deepcopy(shared), shared.device, session.precision
        model.to(dtype=precision.dtype, memory_format=precision.memory_format)
    w = session.mapping(session.latents(STYLES, seed=1)).to(device)
    size = w.shape[1]
    fitted = latent.fitted_normal(w.clone())

    def point(z: Float[Tensor, "n z"]) -> Float[Tensor, "n *layers w"]:
        # Styles are searched as if they were latents, which reaches more pictures than the mapping network does.
        return fitted(z.unflatten(1, (session.layers, size))) if session.layers else z

    number = session.classes.index(label) if label else None

    def draw(z: Float[Tensor, "n z"]) -> Float[Tensor, "n c h v"]:
        classes = None if number is None else torch.full((len(z),), number, device=device)
        return model.synthesis(point(z).to(precision.dtype), classes).float()

    features = None
    if observer:
        with observer.network() as eye:
            features = eye.features
    z = latent.latents(CANDIDATES, size, seed=0).to(device).repeat(1, max(1, session.layers))
    with torch.no_grad():
        guess = model.guess(target[None].to(device, precision.dtype))
    if guess is not None:
        z = torch.cat([guess.float(), z])
    look = draw if features is None else lambda z: features(draw(z))
    for done in latent.invert(target.to(device), draw, z, features, steps or affordable(look, z[:8])):
        yield done, point(done.z[None]).flatten().cpu()


def searcher(gallery: Gallery) -> Callable[..., Iterator[tuple[latent.Inversion, Tensor]]]:
    """`project` by the model's name, on a GPU where one is lent."""

    @zero_gpu.gpu(GPU_SECONDS)
    def search(model: str, target: Tensor, label: str, steps: int | None = None) -> Iterator[tuple[latent.Inversion, Tensor]]:
        there = zero_gpu.gpu_gallery(gallery)
        for done, w in project(there.session(model), there.observer(model), target, label, steps):
            yield dataclasses.replace(done, image=done.image.cpu(), z=done.z.cpu()), w

    return search


def affordable(look: latent.Network, z: Float[Tensor, "n z"]) -> int:
    """The number of steps that fit into the time limit of a projection, measured on two steps."""
    seconds = 0.0
    for _ in range(2):  # the first one is slow for once
        start = time.perf_counter()
        with torch.enable_grad():
            points = z.clone().requires_grad_()
            torch.autograd.grad(look(points).square().sum(), points)
        seconds = time.perf_counter() - start
    least, most = STEPS
    return max(least, min(most, int(SECONDS / (seconds * SHARE))))


def check_point(session: Session, w: Any) -> Float[Tensor, "1 *layers w"]:
    """A point of the space of edits as the browser keeps it."""
    size = session.mapping(session.latents(1, seed=0)).shape[1]
    if not isinstance(w, list) or len(w) != size * max(1, session.layers):
        raise requests.mistake("project_first")
    point = torch.tensor([[float(requests.number(x, -MOST_LATENT, MOST_LATENT, "project_first")) for x in w]])
    return point.unflatten(1, (session.layers, size)) if session.layers else point


def edit(gallery: Gallery, model: Any, label: Any, w: Any, amounts: Any) -> Float[Tensor, "1 c h w"]:
    """The picture of a projected point, changed as the sliders say."""
    session = gallery.session(model)
    there = points.Picked(session, torch.zeros(0, session.config.latent_size), points.class_of(session, label))
    return there.synthesis(directions.moved(session, check_point(session, w), "principal", amounts)).images


def endpoints(gallery: Gallery, save: responses.Save) -> list[Callable[..., Any]]:
    """The tool's endpoints for programs."""
    search = searcher(gallery)

    def project_picture(
        model: str, picture: str, steps: int = 0, label: str = ""
    ) -> tuple[responses.Picture, float, float, list[float]]:
        """The closest picture to another that a model can draw: as PNG, its PSNR in dB, the seconds that it took, and the
        point in the space of edits.

        `picture` is a data URL of a PNG, JPEG or WebP; `steps` are as many as fit into some seconds where it is 0.
        """
        steps = requests.whole(steps, 0, STEPS[1], "bad_steps")
        session = gallery.session(model)
        target = read_picture(picture, session)
        start = time.perf_counter()
        *_, (done, w) = responses.in_time(search(model, target, points.class_of(session, label), steps or None))
        seconds = time.perf_counter() - start
        return save(points.row(done.image[None])), done.psnr, seconds, w.tolist()

    project_picture.__name__ = "project"  # which the function above is called here
    return [project_picture]


def build(gallery: Gallery, way: list[Any], save: responses.Save) -> list[Callable[..., Any]]:
    """Lays out the tool and connects it; returns its endpoints for programs."""
    model, label = way[:2]
    search = searcher(gallery)
    with gr.Row(elem_classes="zoo-bench"):
        with gr.Column(scale=5, min_width=280):
            easel = controls.scripted(
                "latent/easel",
                page.filled("latent/easel.html"),
                value="",
                most=requests.MOST_BYTES,
                labels=i18n.some("easel_label", "large_file_here"),
                elem_id="easel",
            )
            wrong = page.trouble()
            with gr.Row(elem_classes="zoo-actions"):
                start = gr.Button(i18n.label("project"), elem_id="project", variant="primary")
                stop = gr.Button(i18n.label("stop"), elem_id="stop")
        with gr.Column(scale=6, min_width=280):
            shown = page.still("")
            bar = page.still("", elem_classes="zoo-said")
            found = gr.HTML([], html_template="<i hidden></i>", js_on_load=None, elem_classes="zoo-kept-point")
            sliders = controls.sliders(directions.COUNT, directions.REACH, elem_id="projection-sliders")

    def pair(target: Float[Tensor, "c h w"], found: Float[Tensor, "c h w"]) -> str:
        terms = responses.term("", points.url(target[None]), ""), responses.term("→", points.url(found[None]), "", "zoo-sum")
        return f'<div class="zoo-equation">{"".join(terms)}</div>'

    def on_project(value: Any, model: Any, label: Any) -> Iterator[tuple[Any, ...]]:
        read, problem = responses.answer(lambda: (gallery.session(model), read_picture(value, gallery.session(model))))
        if read is None:
            yield "", "", [], gr.HTML(captions=[]), problem
            return
        session, target = read
        still = [0] * directions.COUNT
        try:
            for done, w in responses.in_time(search(model, target, points.class_of(session, label))):
                share = done.step / done.steps
                said = i18n.both("projected", step=done.step, steps=done.steps, psnr=f"{done.psnr:.1f}")
                meter = f'<p class="zoo-cost"><progress value="{share:g}"></progress> {said}</p>'
                captions = directions.captions(session, "principal") if done.step == done.steps or done.step == 0 else None
                panel = gr.HTML(captions=captions, value=still) if captions else gr.skip()
                yield pair(target, done.image), meter, w.tolist(), panel, ""
        except Exception as error:
            _, problem = responses.answer(functools.partial(responses.fail, error))
            yield "", "", [], gr.HTML(captions=[]), problem

    def on_edit(value: Any, w: Any, amounts: Any, model: Any, label: Any) -> tuple[Any, ...]:
        def work() -> str:
            picture = edit(gallery, model, label, w, amounts)[0]
            return pair(read_picture(value, gallery.session(model)), picture)

        done, problem = responses.answer(work)
        return done or gr.skip(), problem

    parts = [shown, bar, found, sliders, wrong]
    projecting = start.click(
        on_project, [easel, model, label], parts, **{**responses.SLOW, **TURNS, "show_progress": "minimal"}
    )
    stop.click(None, None, None, cancels=[projecting])
    stop.click(None, js=points.STOPPED)
    sliders.slide(on_edit, [easel, found, sliders, model, label], [shown, wrong], **responses.LIVE)
    return endpoints(gallery, save)
