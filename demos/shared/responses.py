"""Answers to a page or a program: pictures, sentences, or an error."""

from __future__ import annotations

import base64
import functools
import html
import inspect
import io
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, TypeVar

import gradio as gr
from jaxtyping import UInt8
from PIL import Image
from torch import Tensor

from demos.shared import i18n
from demos.shared.requests import mistake, request
from gan_zoo import Gallery, UserError
from gan_zoo.imaging import images
from gan_zoo.serving import Result

# Nobody is computed for longer.
MOST_SECONDS = 600
# The figures of a card: the measure, the key of its text, and the format of the number.
METRICS = (
    ("fid", "fid", "{:.3g}"), ("clear", "clear_share", "{:.0%}"),
    ("kid", "kid", "{:.3g}"), ("psnr", "psnr", "{:.1f}"), ("ssim", "ssim", "{:.2f}"),
)  # fmt: skip
# Words in the rows of a card beside the names of models, and the keys of their texts.
ROWS = (
    ("real", "real"), ("untouched", "row_untouched"), (", back", "row_back"), (" (seen in training)", "row_seen"),
    (", paper mode", "row_paper"), (", colour hints", "row_hints"),
    ("nearest caption", "words_row_nearest"), ("mean colour", "inpaint_mean"), ("diffusion", "inpaint_diffusion"),
)  # fmt: skip
# Handlers that run a network. A page gets its answers in the order of its questions (see `fair_queue`); the questions of
# several pages to one network share a batch, and the picture of one is encoded while another is computed.
MODEL = {"concurrency_id": "model", "concurrency_limit": 8}
# Handlers of the page itself: no name in the API, no spinner, and of many triggers in a row the last is always heard.
LIVE: dict[str, Any] = {
    **MODEL, "api_visibility": "private", "show_progress": "hidden", "trigger_mode": "always_last",
}  # fmt: skip
# Handlers that take seconds: they wait for each other and never for those above, which they let compute in between.
SLOW: dict[str, Any] = {**LIVE, "concurrency_id": "slow", "concurrency_limit": 1}
# Handlers that compute for many seconds; they have a lane of their own, and a price (see `fair_queue`).
HEAVY: dict[str, Any] = {"concurrency_id": "heavy", "concurrency_limit": 2}
# Handlers that decode what may be a film.
BRING: dict[str, Any] = {"concurrency_id": "bring", "concurrency_limit": 2}
# Handlers of a script that asks for one thing at a time, and numbers what it asks: no trigger has to wait for another.
ASKED: dict[str, Any] = {**LIVE, "trigger_mode": "multiple"}
# Functions of scripts, which never reach the server, and see to their turns themselves.
HERE: dict[str, Any] = {
    "api_visibility": "private", "show_progress": "hidden", "trigger_mode": "multiple", "queue": False,
}  # fmt: skip

T = TypeVar("T")
# A request or an answer: the part in `HEAD`, and the rest.
Answer = dict[str, Any]
HEAD = ("n", "model", "do")
# A picture as an endpoint returns it, and what makes it one.
Picture = dict[str, Any]
Save = Callable[[Image.Image], Picture]


def data_url(picture: Image.Image, format: str = "PNG", **options: Any) -> str:
    """A picture as the source of an <img>, with no file and no second request."""
    buffer = io.BytesIO()
    picture.save(buffer, format, **options)
    return as_url(buffer.getvalue(), f"image/{format.lower()}")


def as_png(picture: UInt8[Tensor, "c h w"]) -> bytes:
    """A picture as a PNG that is quick to write."""
    buffer = io.BytesIO()
    images.to_pil(picture).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def as_url(content: bytes, mime: str) -> str:
    """Bytes as a URL that carries them."""
    return f"data:{mime};base64,{base64.b64encode(content).decode()}"


def cost(key: str, result: Result, **fields: Any) -> str:
    """The time that the model took as the page shows it; its precision is there for whoever points at it."""
    took = i18n.both(key, milliseconds=f"{result.milliseconds:.1f}", **fields)
    return f'<p class="zoo-cost" title="{html.escape(result.precision)}">{took}</p>'


def card(gallery: Gallery, model: Any, more: str = "") -> str:
    """The card of a model, folded: its code name, what it is, and how good, beside what it is measured against; and `more`,
    which is HTML."""
    said = gallery.card(model)
    data, parameters = said.get("data", ""), f"{said.get('parameters', 0):,}"
    line = i18n.both("card" if data else "card_from_elsewhere", model=said["model"], data=data, parameters=parameters)
    parts = []
    for name, row in said["metrics"].items():
        figures = [i18n.both(key, value=form.format(row[measure])) for measure, key, form in METRICS if measure in row]
        label = html.escape(name)
        for words, key in ROWS:
            label = label.replace(words, i18n.both(key))
        if figures:
            parts.append(f"<dt>{label}</dt><dd>{' · '.join(figures)}</dd>")
    yardsticks = f"<dl>{''.join(parts)}</dl><p>{i18n.both('lower_is_better')}</p>" if parts else ""
    said_by = f"<p><code>{html.escape(str(model))}</code></p><p>{line}</p>{yardsticks}{more}"
    return f'<div class="zoo-card">{unusable(gallery)}{details(said_by)}</div>'


def details(content: str) -> str:
    """HTML that only those unfold who want to know: figures, code names and settings."""
    return f'<details class="zoo-details"><summary>{i18n.both("details")}</summary>{content}</details>'


def unusable(gallery: Gallery) -> str:
    """The weights that can't be used, each with the reason; nothing if all can be used."""
    said = []
    for name, problem in sorted(gallery.problems.items()):
        key = f"fault_{problem.fields.get('fault')}"
        reason = html.escape(str(problem.fields.get("reason", "")))
        words = i18n.both(key if key in i18n.texts() else "fault_other")
        said.append(f'<li><b>{html.escape(name)}</b>: {words} <code lang="en">{reason}</code></li>')
    return f'<div class="zoo-unusable"><p>{i18n.both("unusable")}</p><ul>{"".join(said)}</ul></div>' if said else ""


def term(sign: str, url: str, name: str, css_class: str = "") -> str:
    """One picture of an equation as HTML, with the sign before it and its name, which is HTML, below."""
    label = f"<figcaption>{name}</figcaption>" if name else ""
    return f'<span>{sign}</span><figure class="{css_class}"><img src="{url}" alt="">{label}</figure>'


def answer(work: Callable[[], T]) -> tuple[T | None, str]:
    """The result of `work` and no message, or None and the error message, for a `trouble`."""
    mark = ""
    try:
        return work(), ""
    except UserError as error:
        problem = i18n.explain(error)
    except gr.Error as error:  # ZeroGPU says that a visitor's quota is used up
        problem = html.escape(error.message)
    except Exception:
        logging.getLogger(__name__).exception("a handler failed")
        problem, mark = i18n.both("unexpected"), ' class="zoo-unexpected"'
    return None, f'<p role="alert"{mark}>{problem}</p>'


def in_time(parts: Iterator[T]) -> Iterator[T]:
    """Yields the parts of a computation, as long as it stays within the time limit.

    Raises:
        UserError: before a part that comes after `MOST_SECONDS`.
    """
    end = time.monotonic() + MOST_SECONDS
    for part in parts:
        if time.monotonic() > end:
            raise mistake("too_long", most=MOST_SECONDS)
        yield part


def fail(error: Exception) -> None:
    """Raises what was caught, for `answer` to put in words."""
    raise error


def replies(event: gr.EventData, work: Callable[[Answer], Iterator[Answer]]) -> Iterator[Answer]:
    """Yields the answers of `work` to the request of an event, or the error; only the last one has `last`."""
    asked = request(event)
    head = {**{name: asked[name] for name in HEAD}, "trouble": "", "last": False}

    def bits() -> Iterator[Answer]:
        yield from work(asked)  # so that what is wrong with the request itself comes up below, too

    parts, latest = in_time(bits()), {}
    while True:
        part, problem = answer(lambda: next(parts, None))
        if part is None:
            break
        latest = part
        yield {**head, **latest}
    yield {**head, **latest, "trouble": problem, "last": True}


def reply(event: gr.EventData, work: Callable[[Answer], Answer]) -> Answer:
    """The answer of `work` to the request of an event, or the error."""
    *_, last = replies(event, lambda asked: iter([work(asked)]))
    return last


def attend(part: gr.HTML, works: Mapping[str, Callable[..., Any]], state: gr.State | None = None, **options: Any) -> None:
    """Answers the questions of a script (see `ask.js`): an event with what `works` has under its name.

    Each work is a function of the request, or of the value of the visitor's `state` and the request. It returns the answer, or
    yields it bit by bit, each time all of it that there is so far.
    """
    for event, work in works.items():
        handler = _told(work) if inspect.isgeneratorfunction(work) else _said(work)
        getattr(part, event)(handler, state, part, **{**ASKED, **options})


def attend_stop(part: gr.HTML, state: gr.State) -> None:
    """Lets a visitor end what takes long: the number of the request that is to stop becomes `stopped` of the state's value."""

    def handler(event: gr.EventData, desk: Any) -> None:
        desk.stopped = request(event)["n"]

    part.stop(handler, state, None, **{**ASKED, "concurrency_id": "stop", "concurrency_limit": None})


def _said(work: Callable[..., Answer]) -> Callable[..., Any]:
    """A handler that answers once."""

    def handler(event: gr.EventData, *state: Any) -> Any:
        return gr.HTML(answer=reply(event, partial(work, *state)))

    return handler


def _told(work: Callable[..., Iterator[Answer]]) -> Callable[..., Any]:
    """A handler that answers bit by bit."""

    def handler(event: gr.EventData, *state: Any) -> Iterator[Any]:
        yield from (gr.HTML(answer=part) for part in replies(event, partial(work, *state)))

    return handler


def api(work: Callable[..., T]) -> Callable[..., T]:
    """A function as a public endpoint: a user's mistake becomes the line that the client's error says."""

    @functools.wraps(work)
    def endpoint(*args: Any, **kwargs: Any) -> T:
        try:
            return work(*args, **kwargs)
        except UserError as error:
            raise gr.Error(str(error), print_exception=False) from error

    return endpoint


def files() -> Save:
    """Turns pictures into what an endpoint returns for a file; for the time in which a page is laid out."""
    png = gr.Image(visible=False, format="png")
    return lambda picture: png.postprocess(picture).model_dump()


def publish(endpoints: Iterable[Callable[..., Any]], **options: Any) -> None:
    """Functions as endpoints for programs, by the names that they have."""
    for endpoint in endpoints:
        gr.api(api(endpoint), api_name=endpoint.__name__, **{**MODEL, **options})
