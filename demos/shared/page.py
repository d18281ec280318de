"""The page around the tabs: languages, look, what stands above them, and pieces of plain HTML."""

from __future__ import annotations

import functools
import hashlib
import html
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gradio as gr
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demos.shared import controls, guard, i18n, sessions

DEMOS = Path(__file__).parents[1]
WEB = "/demos/{tab}/web/{file}"
"""where the files of the tabs' `web/` folders are served: the same path as in the project, so that imports hold in both"""
MIMES = {".js": "text/javascript", ".css": "text/css", ".webp": "image/webp"}
# No web fonts: what the systems bring, Japanese before the generic names, which have none of their own.
FONTS = (
    "-apple-system", "Segoe UI", "Hiragino Sans", "Yu Gothic UI", "Yu Gothic", "Meiryo",
    "Noto Sans JP", "Noto Sans CJK JP", "system-ui", "sans-serif",
)  # fmt: skip


class FirstLines:
    """ASGI middleware that writes what has to stand at the very start of the page.

    That is the choice of the language, since the browser-side translation reads `navigator.language` once, before any script
    that Gradio lets us add; and the path that all addresses are relative to, where a proxy shows the page under one: without
    its last slash, the page's own address would be one level too high.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.script = f"<script>{language_script()}</script>"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        root = scope.get("root_path", "").rstrip("/")
        # A proxy may have taken the root path off, or not.
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"].rstrip("/") not in ("", root):
            await self.app(scope, receive, send)
            return
        base = f'<base href="{html.escape(root)}/" />' if root else ""
        start: Message = {}
        body = bytearray()

        async def rewrite(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            body.extend(message.get("body", b""))
            if not message.get("more_body"):
                # Of several bases a browser takes the first.
                page = bytes(body).replace(b"<head>", f"<head>{base}{self.script}".encode(), 1)
                headers = [(k, v) for k, v in start["headers"] if k.lower() != b"content-length"]
                start["headers"] = [*headers, (b"content-length", str(len(page)).encode())]
                await send(start)
                await send({"type": "http.response.body", "body": page})

        await self.app(scope, receive, rewrite)


def language_script() -> str:
    """JavaScript that settles the language of a page, for its first script."""
    return f"({template('shared/language.js')})({json.dumps(i18n.LANGUAGES)});"


def launch_options(routes: Sequence[BaseRoute] = ()) -> dict[str, Any]:
    """The options of `Blocks.launch` for our look, our languages and our privacy; `routes` are served beside the page."""
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
        "css": styles(),
        "i18n": i18n.translations(),
        "app_kwargs": {
            "middleware": [Middleware(guard.Guard), Middleware(FirstLines)],
            "routes": [Route(WEB, web_file), *routes],
            "lifespan": sessions.lifespan,
        },
        "state_session_capacity": sessions.CAPACITY,
        "ssr_mode": False,
        "run_history": False,
        "footer_links": ["api"],
        "max_file_size": "10mb",
        "show_error": False,
    }


def styles() -> str:
    """The style sheets of the page, then those of the tabs, each of which holds within its tab only."""
    shared = [f"shared/{name}.css" for name in ("tokens", "base", "chart", "presenter")]
    tabs = sorted(path for path in DEMOS.glob("*/web/*.css") if path.parts[-3] != "shared")
    return "\n".join([one_language(), *map(template, shared), *(path.read_text(encoding="utf-8") for path in tabs)])


def one_language() -> str:
    """A style sheet that hides what `i18n.both` says in other languages than the page's."""
    return "\n".join(
        f'html[lang|="{language}"] .zoo-text:not([lang="{language}"]) {{ display: none; }}' for language in i18n.LANGUAGES
    )


@functools.cache
def web_files() -> dict[str, Path]:
    """The files that the route `WEB` serves, by `TAB/FILE`; it serves no others."""
    return {f"{path.parts[-3]}/{path.name}": path for path in DEMOS.glob("*/web/*") if path.suffix in MIMES}


async def web_file(request: Request) -> Response:
    """A file of `web_files`. The browser keeps it, and asks with its mark whether it is still right."""
    path = web_files().get("{tab}/{file}".format(**request.path_params))
    if path is None:
        return Response(status_code=404)
    content = path.read_bytes()
    headers = {"ETag": f'"{hashlib.blake2b(content, digest_size=12).hexdigest()}"', "Cache-Control": "no-cache"}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=MIMES[path.suffix], headers=headers)


def template(name: str) -> str:
    """The text of a file by its tab and its name there: `TAB/FILE` is `demos/TAB/web/FILE`."""
    tab, _, file = name.partition("/")
    return (DEMOS / tab / "web" / file).read_text(encoding="utf-8")


def filled(name: str, **parts: str) -> str:
    """The template `name`, as in `template`, with what its slots stand for: `[key]` is one of the parts, or a sentence."""
    return re.sub(r"\[(\w+)]", lambda slot: parts.get(slot[1]) or i18n.both(slot[1]), template(name))


def still(content: str, **options: Any) -> gr.HTML:
    """HTML that only code of ours changes, and that hears no clicks."""
    return gr.HTML(content, js_on_load=None, **options)


def header() -> None:
    """The name of the house, and the switch between its languages, each of which is called by its own name."""
    links = "".join(
        f'<a href="?lang={language}" lang="{language}">{i18n.say("language", language)}</a>'
        for language in reversed(i18n.LANGUAGES)
    )
    controls.scripted(
        "shared/header",
        f"""<header class="zoo-header">
          <div class="zoo-brand"><h1>GAN <span>Zoo</span></h1><p>{i18n.both("tagline")}</p></div>
          <nav class="zoo-languages" aria-label="Language / 言語">
            {links}</nav></header>{talk_bar()}""",
        labels={does: i18n.texts()[f"learn_bar_{does}"] for does in ("back", "on", "text", "full", "end")},
    )


def talk_bar() -> str:
    """The bar that a presenter uses during a talk, hidden until the talk begins; the script names the buttons."""
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


def heading(number: str, key: str, hint: str, **fields: Any) -> None:
    """The heading of a part of a tab, and a sentence about it; the only part has no number, ''."""
    numbered = f"<i>{number}</i> " if number else ""
    still(f'<div class="zoo-heading"><h2>{numbered}{i18n.both(key)}</h2><p>{i18n.both(hint, **fields)}</p></div>')


def trouble() -> gr.HTML:
    """The place beside some fields where what is wrong with them is said."""
    return still("", elem_classes="zoo-trouble")
