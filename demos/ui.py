"""What the tabs share: language, look, messages, walls and strips of pictures."""

from __future__ import annotations

import base64
import html
import io
import json
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

CHOOSE_LANGUAGE = (ASSETS / "language.js").read_text(encoding="utf-8")


class LanguageScript:
    """ASGI middleware that puts the choice of the language at the very start of the page.

    The browser-side translation reads `navigator.language` once, before any script that Gradio lets us add.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"].rstrip("/") != scope.get("root_path", "").rstrip("/"):
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
                page = bytes(body).replace(b"<head>", b"<head><script>" + CHOOSE_LANGUAGE.encode() + b"</script>", 1)
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
        "css": (ASSETS / "style.css").read_text(encoding="utf-8"),
        "i18n": texts.i18n,
        "app_kwargs": {"middleware": [Middleware(LanguageScript)]},
        "ssr_mode": False,
        "run_history": False,
        "footer_links": ["api"],
        "max_file_size": "10mb",
        "show_error": False,
    }


def header() -> None:
    """The name of the house, and the switch between its languages."""
    gr.HTML(
        texts.i18n("tagline"),
        html_template="""<header class="zoo-header">
          <div class="zoo-brand"><h1>GAN <span>Zoo</span></h1><p>${value}</p></div>
          <nav class="zoo-languages" aria-label="Language / 言語">
            <a href="?lang=ja" lang="ja">日本語</a><a href="?lang=en" lang="en">English</a></nav></header>""",
        js_on_load="""element.querySelectorAll('.zoo-languages a').forEach((link) => {
          if (link.lang === window.ganZooLanguage) link.setAttribute('aria-current', 'true');
        });""",
    )


def language() -> gr.HTML:
    """An invisible component whose value is the page's language; its `load` event comes when the tab is first shown."""
    return gr.HTML(
        "en",
        html_template="<i></i>",
        js_on_load="props.value = window.ganZooLanguage || 'en'; trigger('load');",
        visible="hidden",
    )


def trouble() -> gr.HTML:
    """The place beside some fields where what is wrong with them is said."""
    return gr.HTML("", html_template="${value}", js_on_load=None, elem_classes="zoo-trouble")


def complain(text: str) -> str:
    """The value of a `trouble` that says `text`; nothing where it is empty."""
    return f'<p role="alert">{html.escape(text)}</p>' if text else ""


def data_url(picture: Image.Image, format: str = "PNG", **options: Any) -> str:
    """A picture as the source of an <img>, with no file and no second request."""
    buffer = io.BytesIO()
    picture.save(buffer, format, **options)
    return as_url(buffer.getvalue(), format)


def as_url(content: bytes, format: str) -> str:
    return f"data:image/{format.lower()};base64,{base64.b64encode(content).decode()}"


def _template(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")


def wall(columns: int, most: int) -> gr.HTML:
    """A wall of pictures that are picked with the mouse or the keyboard.

    Its value is the list of picks, each `[seed, index]`, in the order of picking; it triggers `select` when the
    visitor changes it. Its props: `sprite` (all pictures in one, `columns` side by side) with the `seed` it was drawn
    from, `count`, and `suggestion` (the picks are ours: the visitor's first click replaces them).
    """
    return gr.HTML(
        [],
        html_template='<div class="zoo-wall" role="group"></div>',
        js_on_load=_template("wall.js"),
        columns=columns,
        most=most,
        sprite="",
        seed=-1,
        count=0,
        suggestion=True,
        labels={language: texts.say("wall_label", language) for language in texts.LANGUAGES},
        tile_labels={language: texts.say("tile_label", language) for language in texts.LANGUAGES},
    )


def picture(key: str, css_class: str) -> gr.HTML:
    """One picture, given as a URL; `key` is the text that describes it to those who don't see it."""
    return gr.HTML(
        "",
        html_template=f'<figure class="{css_class}"><img hidden></figure>',
        js_on_load="""const image = element.querySelector('img');
          image.alt = props.labels[window.ganZooLanguage] || '';
          const show = () => { image.hidden = !props.value; if (props.value) image.src = props.value; };
          watch('value', show); show();""",
        labels={language: texts.say(key, language) for language in texts.LANGUAGES},
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
        labels={language: texts.say(key, language) for language in texts.LANGUAGES},
    )


T = TypeVar("T")


def answer(language: Any, work: Callable[[], T]) -> tuple[T | None, str]:
    """What `work` gives and no message, or nothing and what went wrong in the reader's language."""
    try:
        return work(), ""
    except UserError as error:
        return None, complain(texts.explain(error, str(language)))
    except Exception:
        logging.getLogger(__name__).exception("a handler failed")
        return None, complain(texts.say("unexpected", str(language)))


def api(work: Callable[..., T]) -> Callable[..., T]:
    """A function as a public endpoint: a user's mistake becomes the client's error, in the language that it accepts."""
    import functools

    @functools.wraps(work)
    def endpoint(*args: Any, **kwargs: Any) -> T:
        try:
            return work(*args, **kwargs)
        except UserError as error:
            raise gr.Error(str(error), print_exception=False) from error

    return endpoint


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
