"""The Style tab: a picture or a clip that the visitor brings, in the style that a CycleGAN or a CUT has learnt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import gradio as gr
from starlette.routing import BaseRoute

from demos.shared import controls, device, i18n, page, requests, responses
from demos.style import kinds, restyle, styles, upload
from demos.style.restyle import Desk
from gan_zoo import Gallery
from gan_zoo.imaging import images

TITLE = "style_title"
GROUP = "play"
ORDER = 30
SURPRISE = (".zoo-styler-styles input", ".zoo-styler-samples button")
PICTURE = ".zoo-styler-view .after"
LABELS = (
    "compare_style", "sample", "no_camera", "large_clip_here", "before_label", "after_label", "film_alt", "lost", "cycle_back",
    "no_way_back", "live_here", "tried_here", "small_here", "cycle_error", "method_cost", "method_minutes",
)  # fmt: skip
# What is answered at once does not wait for runs of other visitors.
TURNS: dict[str, Any] = {"concurrency_id": "style", "concurrency_limit": 4}


def build(gallery: Gallery) -> list[BaseRoute]:
    """Lays out the tab and connects it; returns the routes that it serves."""
    cards = styles.styles(gallery)
    if not cards:
        page.still(f'<p class="zoo-note">{i18n.both("no_styles")}</p>')
        return []
    desk = gr.State(Desk())
    with gr.Column(elem_classes="zoo-stage"):
        page.heading("", "style_heading", "style_hint")
        studio = controls.scripted(
            "style/style",
            studio_html(cards),
            events=["look", "bring", "judge", "restyle", "clip", "sheet", "save", "stop"],
            styles=offered(gallery, cards),
            answer=None,
            most=upload.MOST_BYTES,
            labels=i18n.some(*LABELS),
            places=device.texts(),
            elem_id="style",
        )

    lanes: tuple[tuple[dict[str, Any], dict[str, Any]], ...] = (
        (TURNS, {"look": look, "save": save, "judge": judge}),
        (responses.BRING, {"bring": bring}),
        (responses.HEAVY, {"restyle": restyle_picture, "clip": restyle_clip, "sheet": sheet}),
    )
    for lane, works in lanes:
        responses.attend(studio, {event: partial(work, gallery) for event, work in works.items()}, desk, **lane)
    responses.attend_stop(studio, desk)
    responses.publish(endpoints(gallery, responses.files()), **responses.HEAVY)
    return []


def is_back(asked: responses.Answer) -> bool:
    """True if a request goes from the style back to its start."""
    return asked.get("back") is True


def strength(asked: responses.Answer) -> float:
    """The share of the result in the mix with the upload, from 0 to 1."""
    return requests.number(asked.get("strength"), 0, 1, "bad_strength")


def look(gallery: Gallery, desk: Desk, asked: responses.Answer) -> responses.Answer:
    """The page's data about the chosen style, and a picture of each style."""
    gallery.refresh()  # weights may have come since the app was started
    card, back = gallery.card(asked["model"]), is_back(asked)
    return {
        "about": styles.about(gallery, card["name"]),
        "samples": [styles.small(picture) for picture in styles.samples(card, back)],
        "styles": offered(gallery, styles.styles(gallery)),
        "thumbnails": {name: styles.thumbnail(card) for name, card in styles.styles(gallery).items()},
    }


def offered(gallery: Gallery, cards: dict[str, Any]) -> list[dict[str, Any]]:
    """The name and the directions of each style, and what a page must know to restyle by itself: how the network runs
    there, what it is compared with, there and back, and what it costs."""
    return [
        {
            "name": name,
            "title": title,
            "ways": styles.ways(name, cards[name]),
            "device": device.offer(gallery, name),
            "method": styles.method(cards[name]),
            "rivals": [styles.rivals(gallery, name, back) for back in (False, True)],
            **styles.costs(cards[name]),
        }
        for name, title in styles.titles(cards).items()
    ]


def bring(gallery: Gallery, desk: Desk, asked: responses.Answer) -> responses.Answer:
    """Puts a picture on the desk: a file of the visitor, or one of the samples."""
    if asked.get("sample") == "clip":
        new = upload.read(styles.sample_clip())
    elif asked.get("sample") is not None:
        pictures = styles.samples(gallery.card(asked["model"]), is_back(asked))
        chosen = requests.whole(asked["sample"], 0, len(pictures) - 1, "bring_first")
        new = upload.Brought(images.from_pil(pictures[chosen], 3))
    else:
        new = upload.read(asked.get("file"), upload.MOST_PIXELS if asked.get("whole") is True else upload.USUAL_PIXELS)
    desk.brought = new
    desk.put(new, None)
    height, width = new.size
    said = i18n.both("brought_picture", width=width, height=height)
    if new.is_clip:
        said = i18n.both("brought_clip", width=width, height=height, frames=new.frames, seconds=f"{new.frames / new.rate:.1f}")
    return {
        "before": upload.as_jpeg(new.picture),
        "size": [width, height],
        "pixels": upload.as_given(new) if asked.get("pixels") is True else "",
        "frames": new.frames,
        "is": said,
        "offer": offer(new) if asked.get("whole") is not True else "",
    }


def judge(gallery: Gallery, desk: Desk, asked: responses.Answer) -> responses.Answer:
    """A word if what was brought isn't of the kind that the style learnt to restyle; '' if it is, or if nobody can say."""
    data = styles.sides(gallery.card(asked["model"]))[is_back(asked)]
    if not data or kinds.is_of_kind(gallery, data, desk.read().picture) is not False:
        return {"odd": ""}
    kind = styles.named(data)
    return {"odd": i18n.both("odd_kind") + (f" {i18n.both('odd_learnt')} {kind}" if kind else "")}


def offer(new: upload.Brought) -> str:
    """What all of a picture that was scaled down would cost; '' if it is there as it was brought."""
    height, width = new.given
    whole, now = min(height * width, upload.MOST_PIXELS), new.size[0] * new.size[1]
    if whole <= now:
        return ""
    return i18n.both("whole_offer", width=width, height=height, times=max(2, round(whole / now)))


def restyle_picture(gallery: Gallery, desk: Desk, asked: responses.Answer) -> Iterator[responses.Answer]:
    """Yields the answers while the picture on the desk is restyled."""
    yield from restyle.restyle(gallery, desk, asked["model"], is_back(asked), asked["n"])


def restyle_clip(gallery: Gallery, desk: Desk, asked: responses.Answer) -> Iterator[responses.Answer]:
    """Yields the answers while the clip on the desk is restyled."""
    yield from restyle.restyle_clip(gallery, desk, asked["model"], is_back(asked), strength(asked), asked["n"])


def sheet(gallery: Gallery, desk: Desk, asked: responses.Answer) -> Iterator[responses.Answer]:
    """The picture on the desk in every style that goes the way that is asked for."""
    back = is_back(asked)
    models = [name for name, card in styles.styles(gallery).items() if styles.is_two_way(card) or not back]
    yield from restyle.sheet(gallery, desk, models, back, asked["n"])


def save(gallery: Gallery, desk: Desk, asked: responses.Answer) -> responses.Answer:
    """The result on the desk as a file."""
    return restyle.save(desk, strength(asked))


def studio_html(cards: dict[str, Any]) -> str:
    """The studio with every sentence in every language, and a card for each style."""
    choices = "".join(
        f'<label><input type="radio" name="style" value="{i}"><img alt="" hidden><i aria-hidden="true"></i>'
        f"<span>{title}</span></label>"
        for i, title in enumerate(styles.titles(cards).values())
    )
    return page.filled("style/style.html", styles=choices)


def endpoints(gallery: Gallery, save: responses.Save) -> list[Callable[..., Any]]:
    """The tab's endpoints for programs."""

    def restyle_picture(
        model: str, picture: str, back: bool = False, strength: float = 1.0
    ) -> tuple[responses.Picture, float, str]:
        """A picture of up to 12 megapixels in a style, as PNG of its own size, the model's milliseconds, and the precision.

        `picture` is a data URL; `back` goes from the style to what it learnt to restyle; `strength` from 0 to 1 mixes the
        result with the picture.
        """
        session, mixed = gallery.translator(model), requests.number(strength, 0, 1, "bad_strength")
        before = upload.read(picture).picture
        *_, part = responses.in_time(session.restyle(images.to_float(before), back=back))
        return save(upload.blended(before, part.image, mixed)), part.milliseconds, part.precision

    def restyle_clip(model: str, clip: str, back: bool = False, strength: float = 1.0) -> tuple[str, int]:
        """A clip of up to 10 seconds in a style, as the data URL of an MP4, and how many frames it has; arguments as above."""
        mixed = requests.number(strength, 0, 1, "bad_strength")
        desk = Desk(upload.read(clip))
        *_, last = responses.in_time(restyle.restyle_clip(gallery, desk, model, back, mixed, number=1))
        return last["film"], last["done"]

    restyle_picture.__name__ = "restyle"  # which a module is called here
    return [restyle_picture, restyle_clip]
