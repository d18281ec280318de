"""The Style tab: a picture or a clip that the visitor brings, in the style that a CycleGAN has learnt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr

from demos import texts, ui
from demos.style import brought, restyle, styles
from demos.style.restyle import Desk
from gan_zoo import Gallery, UserError
from gan_zoo.imaging import images

TITLE = "style_title"
LABELS = ("compare_style", "sample", "no_camera", "large_clip_here", "before_label", "after_label", "film_alt", "lost")
# Runs of several visitors go on side by side: between two tiles the network is free for others.
TURNS: dict[str, Any] = {"concurrency_id": "style", "concurrency_limit": 4}
# The page asks for one thing at a time, and numbers what it asks: that is why no trigger waits for another here.
ASKED: dict[str, Any] = {**ui.LIVE, **TURNS, "trigger_mode": "multiple"}


def build(gallery: Gallery) -> None:
    """Lay out the tab and connect it."""
    cards = styles.styles(gallery)
    if not cards:
        ui.still(f'<p class="zoo-note">{texts.both("no_styles")}</p>')
        return
    desk = gr.State(Desk())
    with gr.Column(elem_classes="zoo-stage"):
        ui.heading("", "style_heading", "style_hint")
        studio = gr.HTML(
            None,
            html_template=studio_html(cards),
            js_on_load=ui.template("style_tab.js"),
            styles=offered(cards),
            answer=None,
            most=brought.MOST_BYTES,
            labels={key: texts.TEXTS[key] for key in LABELS},
            elem_id="style",
        )

    def on_look(event: gr.EventData) -> Any:
        gallery.refresh()  # weights may have come since the app was started
        return gr.HTML(answer=ui.reply(event, lambda asked: look(gallery, asked)))

    def on_bring(desk: Desk, event: gr.EventData) -> Any:
        return gr.HTML(answer=ui.reply(event, lambda asked: bring(gallery, desk, asked)))

    def on_save(desk: Desk, event: gr.EventData) -> Any:
        return gr.HTML(answer=ui.reply(event, lambda asked: restyle.save(desk, strength(asked))))

    def on_restyle(desk: Desk, event: gr.EventData) -> Iterator[Any]:
        def work(asked: ui.Answer) -> Iterator[ui.Answer]:
            return restyle.restyle(gallery, desk, asked["model"], is_back(asked), asked["n"])

        yield from (gr.HTML(answer=part) for part in ui.replies(event, work))

    def on_sheet(desk: Desk, event: gr.EventData) -> Iterator[Any]:
        def work(asked: ui.Answer) -> Iterator[ui.Answer]:
            back = is_back(asked)
            models = [name for name, card in styles.styles(gallery).items() if styles.is_two_way(card) or not back]
            return restyle.sheet(gallery, desk, models, back, asked["n"])

        yield from (gr.HTML(answer=part) for part in ui.replies(event, work))

    def on_clip(desk: Desk, event: gr.EventData) -> Iterator[Any]:
        def work(asked: ui.Answer) -> Iterator[ui.Answer]:
            back, mixed = is_back(asked), strength(asked)
            return restyle.restyle_clip(gallery, desk, asked["model"], back, mixed, asked["n"])

        yield from (gr.HTML(answer=part) for part in ui.replies(event, work))

    def on_stop(desk: Desk, event: gr.EventData) -> None:
        desk.stopped = ui.request(event)["n"]

    studio.select(on_look, None, studio, **ASKED)
    studio.upload(on_bring, desk, studio, **ASKED)
    studio.download(on_save, desk, studio, **ASKED)
    studio.change(on_restyle, desk, studio, **ASKED)
    studio.expand(on_sheet, desk, studio, **ASKED)
    studio.play(on_clip, desk, studio, **ASKED)
    studio.stop(on_stop, desk, None, **{**ASKED, "concurrency_id": "stop", "concurrency_limit": None})
    ui.publish(endpoints(gallery, ui.files()), **TURNS)


def is_back(asked: ui.Answer) -> bool:
    """Whether a request goes from the style to what it learnt to restyle."""
    return asked.get("back") is True


def strength(asked: ui.Answer) -> float:
    """How much of the result is to be mixed with what was brought, from 0 to 1."""
    return ui.number(asked.get("strength"), 0, 1, "bad_strength")


def look(gallery: Gallery, asked: ui.Answer) -> ui.Answer:
    """What the page shows of the style that is chosen, and a picture of each."""
    card, back = gallery.card(asked["model"]), is_back(asked)
    return {
        "about": styles.about(gallery, card["name"]),
        "samples": [styles.small(picture) for picture in styles.samples(card, back)],
        "styles": offered(styles.styles(gallery)),
        "thumbnails": {name: styles.thumbnail(card) for name, card in styles.styles(gallery).items()},
    }


def offered(cards: dict[str, Any]) -> list[dict[str, Any]]:
    """What the page knows of each style."""
    return [{"name": name, "title": styles.title(name, card), "ways": styles.ways(name, card)} for name, card in cards.items()]


def bring(gallery: Gallery, desk: Desk, asked: ui.Answer) -> ui.Answer:
    """Puts a picture on the desk: a file of the visitor, or one of the samples."""
    if asked.get("sample") is not None:
        pictures = styles.samples(gallery.card(asked["model"]), is_back(asked))
        chosen = ui.whole(asked["sample"], 0, len(pictures) - 1, "bring_first")
        new = brought.Brought(images.from_pil(pictures[chosen], 3))
    else:
        try:
            new = brought.read(asked.get("file"), asked.get("shrink") is True)
        except UserError as error:
            if error.code != "many_pixels":
                raise
            return {"offer": texts.explain(error)}
    desk.brought, desk.result = new, None
    height, width = new.picture.shape[1:]
    said = texts.both("brought_picture", width=width, height=height)
    if new.clip:
        said = texts.both("brought_clip", width=width, height=height, frames=new.frames, seconds=f"{new.frames / new.rate:.1f}")
    return {"before": brought.as_jpeg(new.picture), "size": [width, height], "frames": new.frames, "is": said}


def studio_html(cards: dict[str, Any]) -> str:
    """The studio with every sentence in both languages, and a card for each style."""
    choices = "".join(
        f'<label><input type="radio" name="style" value="{i}"><img alt="" hidden><i aria-hidden="true"></i>'
        f"<span>{styles.title(name, card)}</span></label>"
        for i, (name, card) in enumerate(cards.items())
    )
    return ui.filled("style_tab", styles=choices)


def endpoints(gallery: Gallery, save: ui.Save) -> list[Callable[..., Any]]:
    """The tab's endpoints for programs."""

    def restyle_picture(model: str, picture: str, back: bool = False, strength: float = 1.0) -> tuple[ui.Picture, float, str]:
        """A picture of up to 12 megapixels in a style, as PNG of its own size, the model's milliseconds, and the precision.

        `picture` is a data URL; `back` goes from the style to what it learnt to restyle; `strength` from 0 to 1 mixes the
        result with the picture.
        """
        session, mixed = gallery.translator(model), ui.number(strength, 0, 1, "bad_strength")
        before = brought.read(picture).picture
        *_, part = ui.in_time(session.restyle(images.to_float(before), back=back))
        return save(brought.blended(before, part.image, mixed)), part.milliseconds, part.precision

    def restyle_clip(model: str, clip: str, back: bool = False, strength: float = 1.0) -> tuple[str, int]:
        """A clip of up to 10 seconds in a style, as the data URL of an MP4, and how many frames it has; arguments as above."""
        mixed = ui.number(strength, 0, 1, "bad_strength")
        desk = Desk(brought.read(clip))
        *_, last = ui.in_time(restyle.restyle_clip(gallery, desk, model, back, mixed, number=1))
        return last["film"], last["done"]

    restyle_picture.__name__ = "restyle"  # which a module is called here
    return [restyle_picture, restyle_clip]
