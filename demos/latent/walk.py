"""The first screen: draw pictures from a seed, pick some, walk from one to the other, keep what one likes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr
import torch
from jaxtyping import Float
from PIL import Image
from torch import Tensor

from demos.latent import film, on_device, opening, parts, permalink, points
from demos.latent.points import FIRST_PICKS, FIRST_SEED, FIRST_TRUNCATION, TRUNCATION
from demos.shared import controls, i18n, page, requests, responses
from demos.shared.names import options as named
from gan_zoo import Gallery, latent
from gan_zoo.imaging import images
from gan_zoo.serving import Result, Session

COLUMNS = 8
MOST_FRAMES = 240
STEPS = 10
"""steps of the strip from one pick to the next, fewer where there are many picks"""
MOST_STEPS = 150
"""steps of a whole strip"""
STRIP_SIDE = 56
"""the least height and width of its pictures in pixels"""


def steps_of(picks: int, steps: int, most: int) -> int:
    """Steps from one pick to the next, so that a walk through all of them takes no more than `most`."""
    return max(2, min(steps, most // max(1, picks - 1)))


def draw(
    gallery: Gallery, model: Any, seed: Any, truncation: Any, n: Any = points.COUNT, precision: str = "auto", label: Any = ""
) -> Result:
    """`n` pictures of a seed; of a class where the model has them."""
    seed, n = requests.whole(seed, 0, points.MOST_SEED, "bad_seed"), requests.whole(n, 1, points.MOST_COUNT, "bad_count")
    threshold = points.threshold(truncation)
    session = gallery.session(model)
    z, psi = session.truncated(session.latents(n, seed), threshold)
    return session.sample(z, points.Picked(session, z, points.class_of(session, label)).labels(n), precision, psi)


def opinions(gallery: Gallery, model: Any, label: Any, pictures: Float[Tensor, "n c h w"]) -> list[list[float]]:
    """The discriminator's opinion of each picture, `[logit, rank]` as in `Opinion`; [] if no discriminator ships."""
    session = gallery.session(model)
    if not session.has_opinion:
        return []
    drawn = points.Picked(session, torch.zeros(0), points.class_of(session, label))
    thought = session.opinion(pictures, drawn.labels(len(pictures)))
    return torch.stack([thought.logits, thought.ranks], 1).tolist()


def walk(
    gallery: Gallery, model: Any, label: Any, truncation: Any, picks: Any, route: Any, steps: int
) -> tuple[points.Picked, Result]:
    """The picks, and the pictures on the way through all of them, `steps` from each to the next."""
    way = points.picked(gallery, model, label, truncation, picks)
    return way, way.sample(latent.path(way.z, steps * (len(way.z) - 1) + 1, route != "linear"))


def stand(gallery: Gallery, *way: Any) -> Result:
    """The one picture at the slider's position, of what `points.here` is told."""
    at = points.here(gallery, *way)
    return at.sample(at.z)


def strip(pictures: Float[Tensor, "n c h w"], steps: int) -> Image.Image:
    """A row for each leg of a walk, from pick to pick: the last picture of a row is the first of the next."""
    rows = [pictures[i : i + steps + 1] for i in range(0, len(pictures) - 1, steps)]
    return images.grid(torch.cat(rows), columns=steps + 1, gap=0, scale=points.scale(pictures, STRIP_SIDE))


def known_label(session: Session, label: Any) -> str:
    """The class that is chosen, or the first where that is one of another model."""
    return points.class_of(session, label if label in session.classes else "")


def build(gallery: Gallery, names: list[str]) -> list[Any]:
    """Lays out the screen; returns the components that hold the visitor's position: the arguments of `points.here`."""
    label_of = i18n.label
    with gr.Column(elem_classes="zoo-stage"):
        page.heading("1", "draw_heading", "draw_hint")
        with gr.Row(elem_classes="zoo-bench"):
            with gr.Column(scale=4, min_width=280):
                model = opening.models(gallery, names)
                again = gr.Button(label_of("again"), variant="primary", size="lg", elem_id="again")
                card = page.still("")
                label = controls.select("class", elem_id="class")
                seed = gr.Number(FIRST_SEED, label=label_of("seed"), info=label_of("seed_info"), elem_id="seed", step=1)
                wrong = page.trouble()
                truncation = gr.Slider(
                    *TRUNCATION, FIRST_TRUNCATION, step=0.05, label=label_of("truncation"), info=label_of("truncation_info"),
                    elem_id="truncation", buttons=[],
                )  # fmt: skip
            with gr.Column(scale=6, min_width=280, elem_classes="zoo-first"):
                # Gradio's own event `load` comes with the page, be the tab open or not.
                seen = controls.visible()
                wall = parts.wall(FIRST_PICKS, COLUMNS)
                drawn = page.still("")
                detective = parts.frames(elem_id="detective")

    with gr.Column(elem_classes="zoo-stage", elem_id="walk"):
        page.heading("2", "walk_heading", "walk_hint")
        with gr.Row(elem_classes="zoo-bench"):
            with gr.Column(scale=4, min_width=280):
                live = controls.picture("live_label", "zoo-live", "zoo-moved")
                now = page.still("")
                mover = on_device.mover(
                    gallery, count=points.COUNT, columns=COLUMNS, steps=STEPS, most=MOST_STEPS, side=STRIP_SIDE
                )
                with gr.Row(elem_classes="zoo-actions"):
                    keep = gr.Button(label_of("keep"), elem_id="keep")
                    share = gr.Button(label_of("share"), elem_id="share")
                shared = controls.link_field("link")
            with gr.Column(scale=6, min_width=280):
                position = gr.Slider(0.0, 1.0, 0.5, step=0.005, label=label_of("position"), elem_id="position", buttons=[])
                no_walk = page.trouble()
                steps = controls.picture("strip_label", "zoo-strip", "zoo-walked")
                walked = page.still("")
                route = controls.choice("route", points.ROUTES, elem_id="route")
                with gr.Row(elem_classes="zoo-actions"):
                    clear = gr.Button(label_of("clear"), elem_id="clear")
                seconds = gr.Slider(
                    *film.SECONDS,
                    film.FIRST_SECONDS,
                    step=1,
                    label=label_of("film_seconds"),
                    elem_id="film-seconds",
                    buttons=[],
                )
                with gr.Row(elem_classes="zoo-actions"):
                    animate = gr.Button(label_of("animate"), elem_id="animate")
                    stop = gr.Button(label_of("stop"), elem_id="film-stop")
                filmed = page.still("")
                moving = controls.picture("film_label", "zoo-film")
                with gr.Row(elem_classes="zoo-actions"):
                    save_strip, save_film, save_video = (
                        controls.download(f"download_{kind}") for kind in ("strip", "film", "video")
                    )
        shelf = parts.shelf()

    way = [model, label, truncation, wall, route, position]

    def drawing(asked: Any, model: Any, label: Any, truncation: Any, seed: Any, **wall: Any) -> tuple[Any, ...]:
        """The contents of the wall and its surroundings; the discriminator is `asked` or not; `wall` are more of its props."""
        session = gallery.session(model)
        name = known_label(session, label)
        result = draw(gallery, model, seed, truncation, label=name)
        thought = opinions(gallery, model, name, result.images) if asked else []
        sprite = points.url(result.images, COLUMNS)
        return (
            gr.HTML(sprite=sprite, seed=int(seed), count=points.COUNT, opinions=thought, **wall),
            responses.cost("drawn", result, n=points.COUNT),
            gr.HTML(there=session.has_opinion),
            responses.card(gallery, model),
            gr.HTML(value=name, options=[[c, c] for c in session.classes]),
        )

    def on_draw(asked: Any, model: Any, label: Any, truncation: Any, seed: Any) -> tuple[Any, ...]:
        done, problem = responses.answer(lambda: drawing(asked, model, label, truncation, seed))
        return (*(done or [gr.skip()] * 5), problem)

    def on_walk(*way: Any) -> tuple[Any, ...]:
        def work() -> tuple[Any, ...]:
            model, label, truncation, picks, route, position = way
            legs = steps_of(len(picks) if isinstance(picks, list) else 0, STEPS, MOST_STEPS)
            known = known_label(gallery.session(model), label)
            _, result = walk(gallery, model, known, truncation, picks, route, legs)
            at = stand(gallery, model, known, truncation, picks, route, position)
            frames = responses.data_url(strip(result.images, legs))
            return (
                responses.data_url(images.grid(at.images, gap=0)),
                responses.cost("live", at),
                frames,
                responses.cost("steps", result, n=len(result.images)),
                [f"{model}.png", frames],
            )

        done, problem = responses.answer(work)
        return (*(done or ("", "", "", "", None)), problem, "", None, None)

    def on_move(*way: Any) -> tuple[Any, ...]:
        def work() -> tuple[Any, ...]:
            at = stand(gallery, *way)
            return responses.data_url(images.grid(at.images, gap=0)), responses.cost("live", at)

        done, problem = responses.answer(work)
        return (*(done or ("", "")), problem)

    def on_animate(model: Any, *way: Any) -> Iterator[tuple[Any, ...]]:
        work = film.make(gallery, model, *way)
        while True:
            step, problem = responses.answer(lambda: next(work))
            if step is None:
                yield "", None, None, "", problem
                return
            if isinstance(step, film.Film):
                webp, mp4 = responses.as_url(step.webp, "image/webp"), responses.as_url(step.mp4, "video/mp4")
                yield webp, [f"{model}.webp", webp], [f"{model}.mp4", mp4], "", ""
                return
            bar = f'<p class="zoo-note">{i18n.both("filming")} <progress value="{step:g}"></progress></p>'
            yield gr.skip(), gr.skip(), gr.skip(), bar, ""

    def on_change(
        asked: Any, model: Any, label: Any, truncation: Any, picks: Any, route: Any, position: Any, seed: Any
    ) -> tuple[Any, ...]:
        return (*on_draw(asked, model, label, truncation, seed), *on_walk(model, label, truncation, picks, route, position))

    def on_again(event: gr.EventData, *drawn_from: Any) -> tuple[Any, ...]:
        seed = requests.request(event).get("seed")
        return (seed if isinstance(seed, int) else gr.skip(), *on_draw(*drawn_from, seed))

    def offered() -> dict[str, Any]:
        codes = opening.ordered(gallery, gallery.names("sampler"))
        return {
            "options": named(gallery, codes),
            "parts": opening.parts(gallery, codes),
            "drawn": opening.drawn(gallery, codes),
        }

    def on_open(query: Any, asked: Any, *state: Any) -> tuple[Any, ...]:
        def work() -> tuple[Any, ...]:
            to = permalink.read(gallery, query, names[0])
            wanted = (to.model, to.label, to.truncation, to.picks, to.route, to.at, to.seed)
            now = [old if new is None else new for old, new in zip(state, wanted, strict=True)]
            more = {} if to.picks is None else {"value": to.picks, "suggestion": False}
            drawn = drawing(asked, now[0], now[1], now[2], now[6], **more)
            fields = [gr.skip() if wanted[i] is None else wanted[i] for i in (2, 4, 5, 6)]
            # No value where the link names no model: the visitor may have chosen another one meanwhile.
            chosen = {} if to.model is None else {"value": to.model}
            here = gr.HTML(offers=on_device.offers(gallery))
            return (gr.HTML(**offered(), **chosen), here, *fields, *drawn, "", *on_walk(*now[:6]))

        gallery.refresh()  # weights may have come since the app was started
        done, problem = responses.answer(work)
        if done is None:  # the page as it stands, and beside the fields what is wrong with the link
            *drawn, _ = on_draw(asked, state[0], state[1], state[2], state[6])
            return (gr.HTML(**offered()), *[gr.skip()] * 5, *drawn, problem, *on_walk(*state[:6]))
        return done

    # One listener for each thing that a visitor does: of two that start at once Gradio can lose an answer. Each
    # answers to all that came before it, and they take turns, so that no older picture follows a newer one.
    drawn_from = [detective, model, label, truncation]
    drawn_parts = [wall, drawn, detective, card, label, wrong]
    walked_parts = [live, now, steps, walked, save_strip, no_walk, moving, save_film, save_video]
    state = [*way, seed]
    opened = [model, mover, truncation, route, position, seed, *drawn_parts, *walked_parts]
    asked = [detective, *state]
    seen.look(on_open, [shelf, *asked], opened, js="(shelf, ...asked) => [location.search, ...asked]", **responses.LIVE)
    shelf.open(on_open, [shelf, *asked], opened, **responses.LIVE)
    gr.on([model.choose, label.choose, truncation.input], on_change, asked, drawn_parts + walked_parts, **responses.LIVE)
    gr.on([seed.input, detective.choose], on_draw, [*drawn_from, seed], drawn_parts, **responses.LIVE)
    # The device draws where it can; else the script triggers an event of its own, and the server does.
    again.click(
        None, [seed, *drawn_from], [seed, wall, drawn, wrong], js=controls.function("latent/mover", "again"), **responses.HERE
    )
    mover.again(on_again, drawn_from, [seed, *drawn_parts], **responses.LIVE)
    gr.on([wall.pick, route.choose], None, way, walked_parts, js=controls.function("latent/mover", "walk"), **responses.HERE)
    mover.walk(on_walk, way, walked_parts, **responses.LIVE)
    position.input(None, way, [live, now, no_walk], js=controls.function("latent/mover", "move"), **responses.HERE)
    mover.move(on_move, way, [live, now, no_walk], **responses.LIVE)
    clear.click(None, None, wall, js="() => [[]]").then(on_walk, way, walked_parts, **responses.LIVE)
    filming = animate.click(
        on_animate, [*way[:-1], seconds], [moving, save_film, save_video, filmed, no_walk], **responses.SLOW
    )
    stop.click(lambda: "", None, filmed, cancels=[filming], queue=False, api_visibility="private", show_progress="hidden")
    share.click(None, state, shared, js=controls.function("latent/shelf", "share"))
    keep.click(None, [*state, live], None, js=controls.function("latent/shelf", "keep"))
    return way


def endpoints(gallery: Gallery, save: responses.Save) -> list[Callable[..., Any]]:
    """The screen's endpoints for programs; pictures come as files."""

    def sample(
        model: str,
        seed: int = 0,
        n: int = points.COUNT,
        truncation: float = TRUNCATION[1],
        precision: str = "auto",
        label: str = "",
    ) -> tuple[responses.Picture, float, str]:
        """A grid of `n` pictures of a seed as PNG, the model's milliseconds, and the precision it ran in.

        `precision` is "auto", or "float32" for the same pictures on any machine; `label` the name of the class to
        draw, where the model has classes.
        """
        if precision not in ("auto", "float32"):
            raise requests.mistake("bad_precision", names="auto, float32")
        result = draw(gallery, model, seed, truncation, n, precision, label)
        return save(images.grid(result.images)), result.milliseconds, result.precision

    def opinion(
        model: str, seed: int = 0, n: int = points.COUNT, truncation: float = TRUNCATION[1], label: str = ""
    ) -> list[list[float]]:
        """The discriminator's opinion of the pictures that `/sample` draws: `[logit, rank]` for each, `rank` being the
        share of the model's pictures that convince it less; nothing where no discriminator ships with the model."""
        return opinions(gallery, model, label, draw(gallery, model, seed, truncation, n, label=label).images)

    def interpolate(
        model: str,
        picks: list[list[int]],
        frames: int = STEPS + 1,
        spherical: bool = True,
        truncation: float = TRUNCATION[1],
        label: str = "",
    ) -> tuple[responses.Picture, float, str]:
        """A strip of `frames` pictures on the way through picks `[[seed, index], ...]` as PNG, as `/sample` returns it."""
        way = points.picked(gallery, model, label, truncation, picks)
        result = way.sample(latent.path(way.z, requests.whole(frames, 2, MOST_FRAMES, "bad_count"), bool(spherical)))
        return save(points.row(result.images)), result.milliseconds, result.precision

    return [sample, opinion, interpolate]
