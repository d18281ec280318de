"""What the tabs share: language, look, messages, walls and strips of pictures."""

from __future__ import annotations

import base64
import functools
import html
import io
import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import gradio as gr
from PIL import Image
from starlette.middleware import Middleware
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demos import texts
from gan_zoo import Gallery, Result, UserError, open_picture

ASSETS = Path(__file__).parent / "assets"
# No web fonts: what the systems bring, Japanese before the generic names, which have none of their own.
FONTS = (
    "-apple-system", "Segoe UI", "Hiragino Sans", "Yu Gothic UI", "Yu Gothic", "Meiryo",
    "Noto Sans JP", "Noto Sans CJK JP", "system-ui", "sans-serif",
)  # fmt: skip
# A file that is larger, or a picture that is longer, is refused.
MOST_BYTES = 10_000_000
MOST_SIDE = 10_000
# Nobody is computed for longer.
MOST_SECONDS = 600
# What a card tells of a model: the measure, the key of its text, and how the number is written.
METRICS = (
    ("fid", "fid", "{:.3g}"), ("clear", "clear_share", "{:.0%}"),
    ("kid", "kid", "{:.3g}"), ("psnr", "psnr", "{:.1f}"), ("ssim", "ssim", "{:.2f}"),
)  # fmt: skip
# What the rows of a card say beside the names of models, and the keys of these words.
ROWS = (
    ("real", "real"), ("untouched", "row_untouched"), (", back", "row_back"), (" (seen in training)", "row_seen"),
    (", paper mode", "row_paper"), (", colour hints", "row_hints"),
    ("nearest caption", "words_row_nearest"),
)  # fmt: skip
# All handlers that run a network take turns, so answers come in the order of the questions.
MODEL = {"concurrency_id": "model", "concurrency_limit": 1}
# Handlers of the page itself: no name in the API, no spinner, and of many triggers in a row the last is always heard.
LIVE: dict[str, Any] = {
    **MODEL, "api_visibility": "private", "show_progress": "hidden", "trigger_mode": "always_last",
}  # fmt: skip
# Handlers that take seconds: they wait for each other and never for those above, which they let compute in between.
SLOW: dict[str, Any] = {**LIVE, "concurrency_id": "slow"}


class LanguageScript:
    """ASGI middleware that puts the choice of the language at the very start of the page.

    The browser-side translation reads `navigator.language` once, before any script that Gradio lets us add.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        home = scope.get("root_path", "").rstrip("/")
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"].rstrip("/") != home:
            await self.app(scope, receive, send)
            return
        start: Message = {}
        body = bytearray()

        async def rewrite(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            body.extend(message.get("body", b""))
            if not message.get("more_body"):
                page = bytes(body).replace(b"<head>", b"<head><script>" + template("language.js").encode() + b"</script>", 1)
                headers = [(k, v) for k, v in start["headers"] if k.lower() != b"content-length"]
                start["headers"] = [*headers, (b"content-length", str(len(page)).encode())]
                await send(start)
                await send({"type": "http.response.body", "body": page})

        await self.app(scope, receive, rewrite)


def launch_options(routes: Sequence[BaseRoute] = ()) -> dict[str, Any]:
    """What `Blocks.launch` needs for our look, our languages and our privacy; `routes` are served beside the page."""
    theme = gr.themes.Base(
        primary_hue=gr.themes.colors.orange,
        neutral_hue=gr.themes.colors.stone,
        text_size=gr.themes.sizes.text_lg,
        radius_size=gr.themes.sizes.radius_lg,
        font=list(FONTS),
        font_mono=["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"],
    )
    return {
        "theme": theme,
        "css": "\n".join(template(path.name) for path in sorted(ASSETS.glob("*.css"))),
        "i18n": texts.i18n,
        "app_kwargs": {"middleware": [Middleware(LanguageScript)], "routes": list(routes)},
        "ssr_mode": False,
        "run_history": False,
        "footer_links": ["api"],
        "max_file_size": "10mb",
        "show_error": False,
    }


def template(name: str) -> str:
    """The text of a file in `assets/`."""
    return (ASSETS / name).read_text(encoding="utf-8")


def still(content: str, **options: Any) -> gr.HTML:
    """HTML that only code of ours changes, and that hears no clicks."""
    return gr.HTML(content, js_on_load=None, **options)


def header() -> None:
    """The name of the house, and the switch between its languages."""
    gr.HTML(
        f"""<header class="zoo-header">
          <div class="zoo-brand"><h1>GAN <span>Zoo</span></h1><p>{texts.both("tagline")}</p></div>
          <nav class="zoo-languages" aria-label="Language / 言語">
            <a href="?lang=ja" lang="ja">日本語</a><a href="?lang=en" lang="en">English</a></nav></header>{talk_bar()}""",
        js_on_load=template("tabs.js") + template("presenter.js"),
        labels={does: texts.TEXTS[f"learn_bar_{does}"] for does in ("back", "on", "text", "full", "end")},
    )


def talk_bar() -> str:
    """What a presenter goes on with, hidden until a talk begins; the script names the buttons."""
    signs = {
        "back": "M15 5l-7 7 7 7",
        "on": "M9 5l7 7-7 7",
        "text": "M5 6h14M5 11h14M5 16h9",
        "full": "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
        "end": "M6 6l12 12M18 6L6 18",
    }
    back, *others = (
        f'<button type="button" data-do="{does}" class="{does}"><svg viewBox="0 0 24 24"><path d="{sign}"/></svg></button>'
        for does, sign in signs.items()
    )
    return f"""<div class="zoo-talk" role="toolbar" hidden>{back}
      <p role="status"><span class="count"></span><span class="name"></span></p>{"".join(others)}</div>"""


def story() -> None:
    """Who plays against whom."""
    content = template("story.html")
    for key in ("thief", "thief_term", "thief_does", "detective", "detective_term", "detective_does", "game"):
        content = content.replace(f"[{key}]", texts.both(key))
    still(content)


def heading(number: str, key: str, hint: str, **fields: Any) -> None:
    """The heading of a part of a tab, and a sentence about it; the only part has no number, ''."""
    numbered = f"<i>{number}</i> " if number else ""
    still(f'<div class="zoo-heading"><h2>{numbered}{texts.both(key)}</h2><p>{texts.both(hint, **fields)}</p></div>')


def trouble() -> gr.HTML:
    """The place beside some fields where what is wrong with them is said."""
    return still("", elem_classes="zoo-trouble")


def data_url(picture: Image.Image, format: str = "PNG", **options: Any) -> str:
    """A picture as the source of an <img>, with no file and no second request."""
    buffer = io.BytesIO()
    picture.save(buffer, format, **options)
    return as_url(buffer.getvalue(), f"image/{format.lower()}")


def as_url(content: bytes, mime: str) -> str:
    """Bytes as a URL that carries them."""
    return f"data:{mime};base64,{base64.b64encode(content).decode()}"


def read_file(value: Any, most: int = MOST_BYTES) -> bytes:
    """What a data URL from the browser holds, which may be anything at all.

    Raises:
        UserError: it holds nothing, or more than `most` bytes.
    """
    header, _, content = value.partition(",") if isinstance(value, str) else ("", "", "")
    if not header.startswith("data:") or not header.endswith(";base64"):
        raise mistake("no_picture")
    if len(content) > most * 4 / 3:
        raise mistake("large_file", most=most // 1_000_000)
    try:
        data = base64.b64decode(content, validate=True)
    except ValueError:
        raise mistake("not_a_picture") from None
    if not data:
        raise mistake("empty_file")
    return data


def decode(data: bytes) -> Image.Image:
    """The picture that a file holds.

    Raises:
        UserError: it is none, or has too many pixels.
    """
    try:
        return open_picture(io.BytesIO(data))
    except (OSError, ValueError, SyntaxError) as error:
        raise mistake("large_picture" if "million" in str(error) or "exceeds" in str(error) else "not_a_picture") from error


def read_picture(value: Any) -> Image.Image:
    """The decoded picture of a data URL from the browser; raises as `read_file` and `decode` do, and for long sides."""
    picture = decode(read_file(value))
    if max(picture.size) > MOST_SIDE:
        raise mistake("large_picture")
    return picture


def read_png(value: Any, most_side: int) -> Image.Image:
    """A PNG of at most `most_side` pixels a side that a canvas of ours sends; what is none is not even decoded.

    Raises:
        UserError: it is none, or too large.
    """
    prefix = "data:image/png;base64,"
    if not isinstance(value, str) or not value.startswith(prefix):
        raise mistake("not_a_picture")
    if len(value) > 16 * most_side**2 // 3 + 10_000:  # four bytes a pixel in base64, and the chunks around them
        raise mistake("large_drawing", most=most_side)
    try:
        start = base64.b64decode(value[len(prefix) : len(prefix) + 44], validate=True)
    except ValueError:
        raise mistake("not_a_picture") from None
    if len(start) < 33 or start[:8] != b"\x89PNG\r\n\x1a\n" or start[12:16] != b"IHDR":
        raise mistake("not_a_picture")
    if not all(0 < int.from_bytes(start[i : i + 4], "big") <= most_side for i in (16, 20)):
        raise mistake("large_drawing", most=most_side)
    return read_picture(value)


def cost(key: str, result: Result, **fields: Any) -> str:
    """What the model took, and in which precision, as the page shows it."""
    took = texts.both(key, milliseconds=f"{result.milliseconds:.1f}", **fields)
    return f'<p class="zoo-cost">{took} <code>{html.escape(result.precision)}</code></p>'


def card(gallery: Gallery, model: Any) -> str:
    """The card of a model in a line or two: what it is, and how good, beside what it is measured against."""
    said = gallery.card(model)
    data, parameters = said.get("data", ""), f"{said.get('parameters', 0):,}"
    line = texts.both("card" if data else "card_from_elsewhere", model=said["model"], data=data, parameters=parameters)
    parts = []
    for name, row in said["metrics"].items():
        figures = [texts.both(key, value=form.format(row[measure])) for measure, key, form in METRICS if measure in row]
        label = html.escape(name)
        for words, key in ROWS:
            label = label.replace(words, texts.both(key))
        if figures:
            parts.append(f"<dt>{label}</dt><dd>{' · '.join(figures)}</dd>")
    yardsticks = f"<dl>{''.join(parts)}</dl><p>{texts.both('lower_is_better')}</p>" if parts else ""
    broken = f"<p>{texts.both('unusable', names=sorted(gallery.problems))}</p>" if gallery.problems else ""
    return f'<div class="zoo-card"><p>{line}</p>{yardsticks}{broken}</div>'


def wall(picks: list[list[int]], columns: int) -> gr.HTML:
    """A wall of pictures that are picked with the mouse or the keyboard.

    Its value is the list of picks, each `[seed, index]`, in the order of picking. Gradio triggers `load` when it is
    first shown, and the visitor `select` when the picks change. Its props: `sprite` (all pictures in one, `columns`
    side by side) with the `seed` it was drawn from, `count`, `opinions` (what the discriminator thinks of each, `[logit,
    rank]`; none, and there are no frames) and `suggestion` (the picks are ours: the visitor's first click replaces them).
    """
    return gr.HTML(
        picks,
        html_template='<div class="zoo-wall" role="group"></div>',
        js_on_load=template("wall.js"),
        columns=columns,
        sprite="",
        seed=-1,
        count=0,
        suggestion=True,
        opinions=[],
        labels=texts.TEXTS["wall_label"],
        tile_labels=texts.TEXTS["tile_label"],
        opinion_labels=texts.TEXTS["opinion_label"],
    )


def choice(label: str, keys: list[str], elem_id: str) -> gr.HTML:
    """One of a few, the first at the start; its value is the key of a text, and it triggers `select`.

    Not a `gr.Radio`: with translated names its value is, in the page's first moments, the name and not the key.
    """
    options = "".join(
        f'<label><input type="radio" name="{elem_id}" value="{key}"{" checked" * (key == keys[0])}> {texts.both(key)}</label>'
        for key in keys
    )
    return gr.HTML(
        keys[0],
        html_template=f'<fieldset class="zoo-choice"><legend>{texts.both(label)}</legend>{options}</fieldset>',
        js_on_load="""element.addEventListener('change', (event) => { props.value = event.target.value; trigger('select'); });
          watch('value', () => element.querySelectorAll('input').forEach((input) => {
            input.checked = input.value === props.value;
          }));""",
        elem_id=elem_id,
    )


def detective(elem_id: str) -> gr.HTML:
    """The switch of a wall's frames, True at the start, and the key to their colours; triggers `select`.

    Hidden as long as the prop `there` doesn't say that there is a discriminator to ask.
    """
    key = f"""<p class="zoo-key"><span>{texts.both("seen_through")}</span><i></i><span>{texts.both("taken_in")}</span>
      <small>{texts.both("opinion_hint")}</small></p>"""
    return gr.HTML(
        True,
        html_template=f"""<div class="zoo-detective-says" hidden><label><input type="checkbox" checked>
          {texts.both("opinion")}</label>{key}</div>""",
        js_on_load="""const box = element.querySelector('.zoo-detective-says'), field = element.querySelector('input');
          const show = () => {
            box.hidden = !props.there;
            field.checked = props.value;
            element.querySelector('.zoo-key').hidden = !props.value;
          };
          field.addEventListener('change', () => { props.value = field.checked; show(); trigger('select'); });
          watch(['there', 'value'], show); show();""",
        there=False,
        elem_id=elem_id,
    )


def select(label: str, elem_id: str) -> gr.HTML:
    """One of many, as `[value, name]` in the prop `options`; hidden while there are none. Triggers `select`.

    A name is a text, or one for each language, `{en, ja}`.

    Its values are those of the browser's own list, so the names can come with an answer.
    """
    return gr.HTML(
        "",
        html_template=f'<label class="zoo-select" hidden><span>{texts.both(label)}</span><select></select></label>',
        js_on_load="""const field = element.querySelector('select');
          const said = (name) => (typeof name === 'string' ? name : name[window.ganZooLanguage || 'en']);
          const show = () => {
            const options = props.options || [];
            field.replaceChildren(...options.map(([value, name]) => new Option(said(name), value)));
            field.value = props.value;
            element.querySelector('label').hidden = !options.length;
          };
          field.addEventListener('change', () => { props.value = field.value; trigger('select'); });
          watch(['options', 'value'], show); show();""",
        options=[],
        elem_id=elem_id,
    )


def line(value: str, label: str, hint: str, elem_id: str) -> gr.HTML:
    """A line of text, which triggers `input` at each letter.

    Not a `gr.Textbox`: that one keeps silent about the first thing that is typed after an answer has set its value.
    """
    return gr.HTML(
        value,
        html_template=f"""<label class="zoo-line"><span>{texts.both(label)}</span>
          <input type="text" maxlength="40" autocomplete="off"><small>{texts.both(hint)}</small></label>""",
        js_on_load="""const field = element.querySelector('input');
          const show = () => { if (field.value !== props.value) field.value = props.value; };
          field.addEventListener('input', () => { props.value = field.value; trigger('input'); });
          watch('value', show); show();""",
        elem_id=elem_id,
    )


def picture(key: str, css_class: str, event: str = "") -> gr.HTML:
    """One picture, given as a URL; `key` is the text that describes it to those who don't see it.

    `event` is sent out over the page when the picture has changed, for an `ear`.
    """
    return gr.HTML(
        "",
        html_template=f'<figure class="{css_class}"><img hidden></figure>',
        js_on_load="""const image = element.querySelector('img');
          image.alt = props.labels[window.ganZooLanguage] || '';
          const show = () => { image.hidden = !props.value; if (props.value) image.src = props.value; };
          watch('value', () => { show(); if (props.event) document.dispatchEvent(new Event(props.event)); }); show();""",
        labels=texts.TEXTS[key],
        event=event,
    )


def ear(*events: str) -> gr.HTML:
    """Triggers `select` when it comes into view, and again when one of `events` has happened and it is in view: what
    nobody looks at isn't computed."""
    return gr.HTML(
        "",
        html_template='<div class="zoo-ear"></div>',
        js_on_load="""let stale = true, seen = false;
          // The parts beside it may still be on their way to the page, and would be sent without their values.
          const tell = () => setTimeout(() => { if (seen && stale) { stale = false; trigger('select'); } }, 120);
          new IntersectionObserver(([entry]) => { seen = entry.isIntersecting; tell(); }, { rootMargin: '200px' })
            .observe(element.querySelector('.zoo-ear'));
          for (const name of props.events) document.addEventListener(name, () => { stale = true; tell(); });""",
        events=list(events),
    )


def sliders(count: int, reach: float, elem_id: str) -> gr.HTML:
    """Sliders from -`reach` to `reach`; the value is the list of their positions, and each move triggers `input`.

    The prop `captions` says what stands beside each, `{name, does}`, each of them `{en, ja}`; there are as many sliders
    as captions.
    """
    return gr.HTML(
        [0] * count,
        html_template='<div class="zoo-sliders"></div>',
        js_on_load="""const box = element.querySelector('.zoo-sliders'), language = window.ganZooLanguage || 'en';
          const show = () => {
            const rows = props.captions || [];
            if (box.children.length !== rows.length) box.replaceChildren(...rows.map((_, i) => {
              const label = document.createElement('label'), range = document.createElement('input');
              Object.assign(range, { type: 'range', min: -props.reach, max: props.reach, step: 0.05 });
              range.addEventListener('input', () => {
                props.value = props.value.map((value, k) => (k === i ? Number(range.value) : value));
                trigger('input');
              });
              label.append(document.createElement('span'), range, document.createElement('small'));
              return label;
            }));
            rows.forEach((row, i) => {
              const [name, range, does] = box.children[i].children;
              name.textContent = row.name[language];
              does.textContent = row.does[language];
              if (document.activeElement !== range || !props.value[i]) range.value = props.value[i];
            });
          };
          watch(['captions', 'value'], show); show();""",
        captions=[],
        reach=reach,
        elem_id=elem_id,
    )


def term(sign: str, url: str, name: str, css_class: str = "") -> str:
    """One picture of an equation as HTML, with the sign before it and its name, which is HTML, below."""
    label = f"<figcaption>{name}</figcaption>" if name else ""
    return f'<span>{sign}</span><figure class="{css_class}"><img src="{url}" alt="">{label}</figure>'


def shelf() -> gr.HTML:
    """What the visitor keeps, in the visitor's browser; a click triggers `select` with the query of a link as value.

    It brings the page the functions `ganZoo.keep(state, picture)` and `ganZoo.share(state)`; a state is the list
    model, class, truncation, picks, route, position, seed.
    """
    return gr.HTML(
        "",
        html_template=f"""<section class="zoo-shelf" hidden><h3>{texts.both("shelf")}</h3>
          <p>{texts.both("shelf_hint")}</p><div class="zoo-kept"></div></section>""",
        js_on_load=template("shelf.js"),
        labels={key: texts.TEXTS[key] for key in ("open_kept", "drop_kept")},
    )


def link_field() -> gr.HTML:
    """The address of what is on the page, to be copied."""
    return gr.HTML(
        "",
        html_template=f"""<label class="zoo-link" hidden><span>{texts.both("link")}</span>
          <input type="text" readonly></label>""",
        js_on_load="""const field = element.querySelector('input');
          watch('value', () => { field.value = props.value; element.querySelector('label').hidden = !props.value; });
          field.addEventListener('focus', () => field.select());""",
    )


def download(key: str) -> gr.HTML:
    """A link that saves a data URL; its value is `[name, url]`, or nothing while there is nothing to save."""
    return gr.HTML(
        None,
        html_template='<a class="zoo-download" hidden></a>',
        js_on_load="""const link = element.querySelector('a');
          link.textContent = props.labels[window.ganZooLanguage] || '';
          const show = () => {
            link.hidden = !props.value;
            if (props.value) { [link.download, link.href] = props.value; }
          };
          watch('value', show); show();""",
        labels=texts.TEXTS[key],
    )


# Whether this is a Space whose GPU is lent to one call at a time.
ZERO_GPU = os.environ.get("SPACES_ZERO_GPU", "").lower() in ("1", "t", "true")


def device() -> str | None:
    """Where the networks of the page run: the gallery's choice, but on ZeroGPU the CPU, which answers before a GPU is lent."""
    return "cpu" if ZERO_GPU else None


def gpu(seconds: int) -> Callable[[F], F]:
    """For a function that computes for seconds: on ZeroGPU it runs in a fork, with a GPU that is lent to it so long.

    What it is given and what it returns or yields is pickled, and nothing else that it changes is seen by anybody. Locks may
    be held at the fork, for good: it takes its networks from `gpu_gallery`.
    """
    if not ZERO_GPU:
        return lambda function: function
    import spaces

    return spaces.GPU(duration=seconds)


def gpu_gallery(gallery: Gallery) -> Gallery:
    """The gallery to use in a function that `gpu` decorates."""
    return Gallery(gallery.folders) if ZERO_GPU else gallery


T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])
# A picture as an endpoint returns it, and what makes it one.
Picture = dict[str, Any]
Save = Callable[[Image.Image], Picture]


def answer(work: Callable[[], T]) -> tuple[T | None, str]:
    """What `work` gives and no message, or nothing and what went wrong, for a `trouble`."""
    try:
        return work(), ""
    except UserError as error:
        problem = texts.explain(error)
    except Exception:
        logging.getLogger(__name__).exception("a handler failed")
        problem = texts.both("unexpected")
    return None, f'<p role="alert">{problem}</p>'


def in_time(parts: Iterator[T]) -> Iterator[T]:
    """What is computed part by part, as long as it doesn't take for ever.

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


def mistake(code: str, **fields: Any) -> UserError:
    """The error whose sentence stands under `code` in the texts."""
    return UserError(texts.say(code, "en", **fields), code, **fields)


def number(value: Any, least: float, most: float, code: str) -> float:
    """`value` as a number between two bounds; it comes from the browser, so it may be anything at all."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise mistake(code, least=least, most=most)
    return value


def whole(value: Any, least: int, most: int, code: str) -> int:
    """`value` as a whole number between two bounds."""
    value = number(value, least, most, code)
    if value != int(value):
        raise mistake(code, least=least, most=most)
    return int(value)
