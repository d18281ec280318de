"""The Latent space tab: draw pictures from a seed, pick some, walk from one to the other.

Nothing of a visitor is kept on the server: a picture is a seed and an index, and each handler is told all it needs.
"""

from __future__ import annotations

import html
from typing import Any

import gradio as gr
import torch
from jaxtyping import Float
from PIL import Image
from torch import Tensor

from demos import texts, ui
from gan_zoo import Gallery, Result, Session, images, latent

TITLE = "latent_title"
MOST_SEED = 2**31 - 1
COLUMNS = 8
COUNT = 64
MOST_COUNT = 256
MOST_PICKS = 8
MOST_FRAMES = 240
TRUNCATION = (0.1, 3.0)
FIRST_SEED = 7
FIRST_TRUNCATION = 2.0
# A walk is there when the page opens; the first click of the visitor replaces it.
FIRST_PICKS = [[FIRST_SEED, 0], [FIRST_SEED, 9]]
STEPS = 10
"""steps of the strip from one pick to the next"""
FILM_STEPS = 24
"""frames of the animation from one pick to the next"""
FILM_SIDE = 280
"""the least height and width of the animation in pixels"""


def latents_of(session: Session, picks: Any, truncation: Any) -> Float[Tensor, "k z"]:
    """The latents of picks `[[seed, index], ...]` as the browser sends them."""
    if not isinstance(picks, list) or not all(isinstance(pick, list | tuple) and len(pick) == 2 for pick in picks):
        raise ui.mistake("bad_picks")
    if len(picks) > MOST_PICKS:
        raise ui.mistake("many_picks", most=MOST_PICKS)
    if len(picks) < 2:
        raise ui.mistake("few_picks")
    threshold = _threshold(truncation)
    rows = []
    for seed, index in picks:
        seed, index = ui.whole(seed, 0, MOST_SEED, "bad_picks"), ui.whole(index, 0, MOST_COUNT - 1, "bad_picks")
        rows.append(session.latents(index + 1, seed)[index])
    return latent.truncate(torch.stack(rows), threshold)


def draw(gallery: Gallery, model: Any, seed: Any, truncation: Any, n: Any = COUNT, precision: str = "auto") -> Result:
    """`n` pictures of a seed."""
    seed, n = ui.whole(seed, 0, MOST_SEED, "bad_seed"), ui.whole(n, 1, MOST_COUNT, "bad_count")
    threshold = _threshold(truncation)
    session = gallery.session(model)
    return session.sample(session.latents(n, seed, threshold), precision=precision)


def walk(gallery: Gallery, model: Any, picks: Any, truncation: Any, spherical: bool, steps: int) -> Result:
    """The pictures on the way through all picks, `steps` from each to the next."""
    session = gallery.session(model)
    points = latents_of(session, picks, truncation)
    return session.sample(latent.path(points, steps * (len(points) - 1) + 1, spherical))


def stand(gallery: Gallery, model: Any, picks: Any, truncation: Any, spherical: bool, position: Any) -> Result:
    """The one picture at `position` in [0, 1] of the way."""
    session = gallery.session(model)
    points = latents_of(session, picks, truncation)
    at = ui.number(position, 0.0, 1.0, "bad_position")
    return session.sample(latent.along(points, torch.tensor([at]), spherical))


def strip(pictures: Float[Tensor, "n c h w"], steps: int) -> Image.Image:
    """A row for each leg of a walk, from pick to pick: the last picture of a row is the first of the next."""
    rows = [pictures[i : i + steps + 1] for i in range(0, len(pictures) - 1, steps)]
    return images.grid(torch.cat(rows), columns=steps + 1, gap=0, scale=_scale(pictures, 56))


def film(pictures: Float[Tensor, "n c h w"]) -> bytes:
    """An animated WebP that goes there and back and rests at both ends."""
    frames = [images.grid(picture[None], gap=0, scale=_scale(pictures, FILM_SIDE)) for picture in pictures]
    rest, beat = 600, 60
    there = [rest, *[beat] * (len(frames) - 2), rest]
    return images.animation(frames + frames[-2:0:-1], there + [beat] * (len(frames) - 2))


def _scale(pictures: Float[Tensor, "n c h w"], side: int) -> int:
    """How many times pictures must be enlarged to be about `side` pixels wide."""
    return max(1, round(side / pictures.shape[-1]))


def _threshold(truncation: Any) -> float:
    return ui.number(truncation, *TRUNCATION, "bad_truncation")


def describe(gallery: Gallery, model: Any) -> str:
    """The card of a model in a line or two: what it is, and how good, beside what it is measured against."""
    card = gallery.card(model)
    line = texts.both("card", model=card["model"], data=card.get("data", ""), parameters=f"{card.get('parameters', 0):,}")
    parts = []
    for name, row in card["metrics"].items():
        figures = [texts.both("fid", value=f"{row['fid']:.3g}")] if "fid" in row else []
        if "clear" in row:
            figures.append(texts.both("clear_share", value=f"{row['clear']:.0%}"))
        label = texts.both("real") if name.startswith("real") else html.escape(name)
        if figures:
            parts.append(f"<dt>{label}</dt><dd>{' · '.join(figures)}</dd>")
    yardsticks = f"<dl>{''.join(parts)}</dl>" if parts else ""
    broken = f"<p>{texts.both('unusable', names=sorted(gallery.problems))}</p>" if gallery.problems else ""
    return f'<div class="zoo-card"><p>{line}</p>{yardsticks}{broken}</div>'


def sprite(pictures: Float[Tensor, "n c h w"]) -> str:
    """The wall's pictures in one: PNG while they are small, JPEG, which is fifty times as fast, when they are not."""
    sheet = images.grid(pictures, columns=COLUMNS, gap=0)
    return ui.data_url(sheet) if pictures.shape[-1] <= 32 else ui.data_url(sheet, "JPEG", quality=92)


def cost(key: str, result: Result, **fields: Any) -> str:
    """What the model took, and in which precision, as the page shows it."""
    took = texts.both(key, milliseconds=f"{result.milliseconds:.1f}", **fields)
    return f'<p class="zoo-cost">{took} <code>{html.escape(result.precision)}</code></p>'


def build(gallery: Gallery) -> None:
    """Lay out the tab and connect it."""
    names = gallery.names("sampler")
    i18n = texts.i18n
    ui.story()
    if not names:
        ui.still(f'<p role="alert">{texts.both("no_models")}</p>', elem_classes="zoo-trouble")
        return

    with gr.Column(elem_classes="zoo-stage"):
        ui.heading("1", "draw_heading", "draw_hint")
        with gr.Row(elem_classes="zoo-bench"):
            with gr.Column(scale=4, min_width=280):
                model = gr.Dropdown(names, value=names[0], label=i18n("model"), elem_id="model", filterable=False)
                card = ui.still("")
                seed = gr.Number(FIRST_SEED, label=i18n("seed"), info=i18n("seed_info"), elem_id="seed", step=1)
                wrong = ui.trouble()
                again = gr.Button(i18n("again"), variant="primary", size="lg", elem_id="again")
                truncation = gr.Slider(
                    *TRUNCATION, FIRST_TRUNCATION, step=0.05, label=i18n("truncation"), info=i18n("truncation_info"),
                    elem_id="truncation", buttons=[],
                )  # fmt: skip
            with gr.Column(scale=6, min_width=280, elem_classes="zoo-first"):
                wall = ui.wall(FIRST_PICKS, COLUMNS)
                drawn = ui.still("")

    with gr.Column(elem_classes="zoo-stage"):
        ui.heading("2", "walk_heading", "walk_hint")
        with gr.Row(elem_classes="zoo-bench"):
            with gr.Column(scale=4, min_width=280):
                live = ui.picture("live_label", "zoo-live")
                now = ui.still("")
            with gr.Column(scale=6, min_width=280):
                position = gr.Slider(0.0, 1.0, 0.5, step=0.005, label=i18n("position"), elem_id="position", buttons=[])
                no_walk = ui.trouble()
                steps = ui.picture("strip_label", "zoo-strip")
                walked = ui.still("")
                route = ui.choice("route", ["spherical", "linear"], elem_id="route")
                with gr.Row(elem_classes="zoo-actions"):
                    animate = gr.Button(i18n("animate"), elem_id="animate")
                    clear = gr.Button(i18n("clear"), elem_id="clear")
                moving = ui.picture("film_label", "zoo-film")
                with gr.Row(elem_classes="zoo-actions"):
                    save_strip, save_film = ui.download("download_strip"), ui.download("download_film")

    def on_draw(model: Any, seed: Any, truncation: Any) -> tuple[Any, ...]:
        def work() -> tuple[Any, ...]:
            result = draw(gallery, model, seed, truncation)
            return (
                gr.HTML(sprite=sprite(result.images), seed=int(seed), count=COUNT),
                cost("drawn", result, n=COUNT),
                describe(gallery, model),
            )

        done, problem = ui.answer(work)
        return (*(done or (gr.skip(), gr.skip(), gr.skip())), problem)

    def on_walk(model: Any, truncation: Any, picks: Any, route: Any, position: Any) -> tuple[Any, ...]:
        def work() -> tuple[Any, ...]:
            spherical = route != "linear"
            way = walk(gallery, model, picks, truncation, spherical, STEPS)
            here = stand(gallery, model, picks, truncation, spherical, position)
            frames = ui.data_url(strip(way.images, STEPS))
            return (
                ui.data_url(images.grid(here.images, gap=0)),
                cost("live", here),
                frames,
                cost("steps", way, n=len(way.images)),
                [f"{model}.png", frames],
            )

        done, problem = ui.answer(work)
        return (*(done or ("", "", "", "", None)), problem, "", None)

    def on_move(model: Any, truncation: Any, picks: Any, route: Any, position: Any) -> tuple[Any, ...]:
        def work() -> tuple[Any, ...]:
            here = stand(gallery, model, picks, truncation, route != "linear", position)
            return ui.data_url(images.grid(here.images, gap=0)), cost("live", here)

        done, problem = ui.answer(work)
        return (*(done or ("", "")), problem)

    def on_animate(model: Any, truncation: Any, picks: Any, route: Any) -> tuple[Any, ...]:
        def work() -> tuple[Any, ...]:
            url = ui.as_url(film(walk(gallery, model, picks, truncation, route != "linear", FILM_STEPS).images), "WEBP")
            return url, [f"{model}.webp", url]

        done, problem = ui.answer(work)
        return (*(done or ("", None)), problem)

    def on_change(model: Any, seed: Any, truncation: Any, picks: Any, route: Any, position: Any) -> tuple[Any, ...]:
        return (*on_draw(model, seed, truncation), *on_walk(model, truncation, picks, route, position))

    # One listener for each thing that a visitor does: of two that start at once Gradio can lose an answer. Each
    # answers to all that came before it, and they take turns, so that no older picture follows a newer one.
    walking = [model, truncation, wall, route, position]
    drawn_parts, walked_parts = [wall, drawn, card, wrong], [live, now, steps, walked, save_strip, no_walk, moving, save_film]
    gr.on(
        [wall.load, model.change, truncation.input],
        on_change, [model, seed, truncation, wall, route, position], drawn_parts + walked_parts, **ui.LIVE,
    )  # fmt: skip
    seed.change(on_draw, [model, seed, truncation], drawn_parts, **ui.LIVE)
    gr.on([wall.select, route.select], on_walk, walking, walked_parts, **ui.LIVE)
    position.input(on_move, walking, [live, now, no_walk], **ui.LIVE)
    again.click(None, None, seed, js="() => Math.floor(Math.random() * 1e6)")
    clear.click(None, None, wall, js="() => [[]]").then(on_walk, walking, walked_parts, **ui.LIVE)
    animate.click(on_animate, walking[:-1], [moving, save_film, no_walk], **{**ui.LIVE, "show_progress": "minimal"})
    publish(gallery)


def publish(gallery: Gallery) -> None:
    """The tab's endpoints for programs; pictures come as files."""

    png = gr.Image(visible=False, format="png")

    def file(picture: Image.Image) -> dict[str, Any]:
        return png.postprocess(picture).model_dump()

    def sample(
        model: str, seed: int = 0, n: int = COUNT, truncation: float = TRUNCATION[1], precision: str = "auto"
    ) -> tuple[dict[str, Any], float, str]:
        """A grid of `n` pictures of a seed as PNG, the model's milliseconds, and the precision it ran in.

        `precision` is "auto", or "float32" for the same pictures on any machine.
        """
        if precision not in ("auto", "float32"):
            raise ui.mistake("bad_precision", names="auto, float32")
        result = draw(gallery, model, seed, truncation, n, precision)
        return file(images.grid(result.images)), result.milliseconds, result.precision

    def interpolate(
        model: str, picks: list[list[int]], frames: int = STEPS + 1, spherical: bool = True, truncation: float = TRUNCATION[1]
    ) -> tuple[dict[str, Any], float, str]:
        """A strip of `frames` pictures on the way through picks `[[seed, index], ...]` as PNG, as `/sample` returns it."""
        session = gallery.session(model)
        points = latents_of(session, picks, truncation)
        result = session.sample(latent.path(points, ui.whole(frames, 2, MOST_FRAMES, "bad_count"), bool(spherical)))
        return file(images.grid(result.images, columns=len(result.images), gap=0)), result.milliseconds, result.precision

    for endpoint in (sample, interpolate):
        gr.api(ui.api(endpoint), api_name=endpoint.__name__, **ui.MODEL)
