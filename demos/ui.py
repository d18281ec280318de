"""What the tabs share: language, look, messages, walls and strips of pictures."""

from __future__ import annotations

import base64
import functools
import io
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import gradio as gr
from PIL import Image
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demos import texts
from gan_zoo import UserError

ASSETS = Path(__file__).parent / "assets"
# No web fonts: what the systems bring, Japanese before the generic names, which have none of their own.
FONTS = (
    "-apple-system", "Segoe UI", "Hiragino Sans", "Yu Gothic UI", "Yu Gothic", "Meiryo",
    "Noto Sans JP", "Noto Sans CJK JP", "system-ui", "sans-serif",
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


def launch_options() -> dict[str, Any]:
    """What `Blocks.launch` needs for our look, our languages and our privacy."""
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
        "css": template("style.css"),
        "i18n": texts.i18n,
        "app_kwargs": {"middleware": [Middleware(LanguageScript)]},
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
            <a href="?lang=ja" lang="ja">日本語</a><a href="?lang=en" lang="en">English</a></nav></header>""",
        js_on_load="""element.querySelectorAll('.zoo-languages a').forEach((link) => {
          if (link.lang === window.ganZooLanguage) link.setAttribute('aria-current', 'true');
        });""",
    )


def story() -> None:
    """Who plays against whom."""
    content = template("story.html")
    for key in ("thief", "thief_term", "thief_does", "detective", "detective_term", "detective_does", "game"):
        content = content.replace(f"[{key}]", texts.both(key))
    still(content)


def heading(number: str, key: str, hint: str, **fields: Any) -> None:
    """The heading of a part of a tab, and a sentence about it."""
    still(f'<div class="zoo-heading"><h2><i>{number}</i> {texts.both(key)}</h2><p>{texts.both(hint, **fields)}</p></div>')


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


def wall(picks: list[list[int]], columns: int) -> gr.HTML:
    """A wall of pictures that are picked with the mouse or the keyboard.

    Its value is the list of picks, each `[seed, index]`, in the order of picking. Gradio triggers `load` when it is
    first shown, and the visitor `select` when the picks change. Its props: `sprite` (all pictures in one, `columns`
    side by side) with the `seed` it was drawn from, `count`, and `suggestion` (the picks are ours: the visitor's
    first click replaces them).
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
        labels=texts.TEXTS["wall_label"],
        tile_labels=texts.TEXTS["tile_label"],
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


def select(label: str, elem_id: str) -> gr.HTML:
    """One of many, as `[value, name]` in the prop `options`; hidden while there are none. Triggers `select`.

    Its values are those of the browser's own list, so the names can come with an answer.
    """
    return gr.HTML(
        "",
        html_template=f'<label class="zoo-select" hidden><span>{texts.both(label)}</span><select></select></label>',
        js_on_load="""const field = element.querySelector('select');
          const show = () => {
            const options = props.options || [];
            field.replaceChildren(...options.map(([value, name]) => new Option(name, value)));
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

    The prop `captions` says what stands beside each, `{en, ja, does}`; there are as many sliders as captions.
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
              name.textContent = row[language];
              does.textContent = row.does;
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


T = TypeVar("T")


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
