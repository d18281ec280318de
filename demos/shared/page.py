"""The page around the tabs: languages, look, what stands above them, and pieces of plain HTML."""

from __future__ import annotations

import functools
import hashlib
import html
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.route_utils import get_root_url
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demos.shared import connections, controls, device, guard, i18n, sessions, slim, styles, tidying

WEB = "/demos/{tab}/web/{file}"
"""where the files of the tabs' `web/` folders are served: the same path as in the project, so that imports hold in both"""
GRADIOS_PREVIEW = re.compile(rb'<meta\s+(?:property|name)="(?:og|twitter):[^>]*>')
BODY = re.compile(rb"<body[^>]*>")
IMPORT = re.compile(r"""^(?:import|export)\b[^;]*?\bfrom '(\.[^']+)';""", re.MULTILINE)
FIRST = ("shared/header", "home/home")
"""the scripts that a page needs at once"""
MIMES = {".js": "text/javascript", ".css": "text/css", ".webp": "image/webp"}
GROUPS = ("home", "play", "understand", "learn")
"""the groups of tabs, in the order in which they stand above the page; the first is reached by the name of the house"""
# No web fonts: what the systems bring, Japanese before the generic names, which have none of their own.
FONTS = (
    "-apple-system", "Segoe UI", "Hiragino Sans", "Yu Gothic UI", "Yu Gothic", "Meiryo",
    "Noto Sans JP", "Noto Sans CJK JP", "system-ui", "sans-serif",
)  # fmt: skip


class FirstLines:
    """ASGI middleware that writes what has to stand at the very start of the page.

    That is the choice of the language, since the browser-side translation reads `navigator.language` once, before any script
    that Gradio lets us add; and the path that all addresses are relative to, where a proxy shows the page under one: without
    its last slash, the page's own address would be one level too high. What other sites show beside a link to the gallery
    stands there, too, in place of what Gradio says about itself. The picture of the front door is there before any script.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.script = f"<script>{language_script()}</script>"
        self.opening = opening().encode()

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
                told = link_preview(Request(scope)) if start["status"] == 200 else ""
                # Of several bases a browser takes the first.
                page = bytes(body) if slim.WHOLE & Request(scope).query_params.keys() else slim.slim(bytes(body))
                page = GRADIOS_PREVIEW.sub(b"", page).replace(b"<head>", f"<head>{base}{self.script}{told}".encode(), 1)
                page = BODY.sub(lambda body: body[0] + self.opening, page, count=1)
                headers = [(k, v) for k, v in start["headers"] if k.lower() != b"content-length"]
                start["headers"] = [*headers, (b"content-length", str(len(page)).encode())]
                await send(start)
                await send({"type": "http.response.body", "body": page})

        await self.app(scope, receive, rewrite)


def link_preview(request: Request) -> str:
    """The Open Graph tags of the page as HTML: the title, a sentence and a picture, in the language of the address."""
    asked = request.query_params.get("lang", "")
    language = asked if asked in i18n.LANGUAGES else i18n.LANGUAGES[0]
    root = get_root_url(request, "/", request.scope.get("root_path"))
    picture = "preview.ja.webp" if language == "ja" else "preview.webp"
    tags = {
        "og:type": "website",
        "og:url": f"{root}/",
        "og:title": "GAN Zoo",
        "og:description": i18n.say("tagline", language),
        "og:image": root + WEB.format(tab="home", file=picture),
    }
    cards = '<meta name="twitter:card" content="summary_large_image" />'
    return cards + "".join(f'<meta property="{name}" content="{html.escape(text)}" />' for name, text in tags.items())


def preloads() -> list[str]:
    """The addresses of the modules of `FIRST`, and of those that they import: a browser fetches them all beside Gradio's own,
    and not one after the other when Gradio has come to them."""
    found: dict[str, None] = {}

    def follow(path: Path) -> None:
        address = path.relative_to(i18n.DEMOS.parent).as_posix()
        if address in found:
            return
        found[address] = None
        for other in IMPORT.findall(path.read_text(encoding="utf-8")):
            follow((path.parent / other).resolve())

    for script in FIRST:
        tab, name = script.split("/")
        follow(i18n.DEMOS / tab / "web" / f"{name}.js")
    return list(found)


def opening() -> str:
    """The front door as it looks before any script of Gradio's has run, as HTML. Its links work at once."""
    more = [("stylesheet", styles.address()), *(("modulepreload", script) for script in preloads())]
    return filled("home/opening.html", one_language=styles.one_language(), more=json.dumps(more))


def language_script() -> str:
    """JavaScript that settles the language of a page, for its first script."""
    return f"({template('shared/language.js')})({json.dumps(i18n.LANGUAGES)});"


def launch_options(routes: Sequence[BaseRoute] = ()) -> dict[str, Any]:
    """The options of `Blocks.launch` for our look, our languages and our privacy; `routes` are served beside the page.

    The server that it starts has the limits of `connections`, and this process those of `tidying`.
    """
    connections.install()
    tidying.install()
    theme = gr.themes.Base(
        primary_hue=gr.themes.colors.orange,
        neutral_hue=gr.themes.colors.stone,
        text_size=gr.themes.sizes.text_lg,
        radius_size=gr.themes.sizes.radius_lg,
        font=list(FONTS),
        font_mono=["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"],
    )
    ours = [
        Route(WEB, web_file),
        Route(device.SCRIPT, device.script),
        Route(styles.PATH, styles.serve),
        *routes,
    ]
    return {
        "theme": theme,
        "i18n": i18n.translations(),
        "app_kwargs": {
            "middleware": [Middleware(guard.Guard, routes=ours), Middleware(FirstLines)],
            "routes": ours,
            "lifespan": sessions.lifespan,
        },
        "state_session_capacity": sessions.CAPACITY,
        "ssr_mode": False,
        "run_history": False,
        "footer_links": ["api"],
        "favicon_path": str(i18n.DEMOS / "shared" / "web" / "icon.png"),
        "max_file_size": "10mb",
        "show_error": False,
    }


@functools.cache
def web_files() -> dict[str, Path]:
    """The files that the route `WEB` serves, by `TAB/FILE`; it serves no others."""
    return {f"{path.parts[-3]}/{path.name}": path for path in i18n.DEMOS.glob("*/web/*") if path.suffix in MIMES}


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
    return (i18n.DEMOS / tab / "web" / file).read_text(encoding="utf-8")


def filled(name: str, **parts: str) -> str:
    """The template `name`, as in `template`, with what its slots stand for: `[key]` is one of the parts, or a sentence."""
    return re.sub(r"\[(\w+)]", lambda slot: parts.get(slot[1]) or i18n.both(slot[1]), template(name))


def portraits() -> dict[str, str]:
    """The drawings of the thief and the detective as SVG: `thief_portrait` and `detective_portrait`."""
    return {f"{player}_portrait": template(f"shared/{player}.html").strip() for player in ("thief", "detective")}


def still(content: str, **options: Any) -> gr.HTML:
    """HTML that only code of ours changes, and that hears no clicks."""
    return gr.HTML(content, js_on_load=None, **options)


def header(tabs: Mapping[str, Any]) -> None:
    """What stands above the tabs: the name of the house, the way to every tab, the stage, and the languages, each of which is
    called by its own name.

    The way has two lines: the groups, and the tabs of the group that is open. Home is reached by the name of the house.

    Args:
        tabs: the packages of the tabs by the tabs' names.
    """
    groups: dict[str, list[str]] = {group: [] for group in GROUPS}
    for name, tab in tabs.items():
        groups.setdefault(tab.GROUP, []).append(name)
    home, *others = (group for group, names in groups.items() if names)
    ways = "".join(f'<a href="#{groups[group][0]}" data-group="{group}">{i18n.both(f"group_{group}")}</a>' for group in others)
    rooms = "".join(
        f'<div data-group="{group}" hidden>'
        + "".join(f'<a href="#{name}">{i18n.both(tabs[name].TITLE)}</a>' for name in groups[group])
        + "</div>"
        for group in others
        if len(groups[group]) > 1
    )
    links = "".join(
        f'<a href="?lang={language}" lang="{language}">{i18n.say("language", language)}</a>'
        for language in reversed(i18n.LANGUAGES)
    )
    controls.scripted(
        "shared/header",
        f"""<header class="zoo-header">
          <a class="zoo-brand" href="#{groups[home][0]}"><h1>GAN <span>Zoo</span></h1></a>
          <nav class="zoo-ways" aria-label="GAN Zoo">{ways}</nav>
          <div class="zoo-corner">
            <button type="button" class="zoo-sign zoo-surprise"><svg viewBox="0 0 24 24" aria-hidden="true">
              <rect x="4" y="4" width="16" height="16" rx="3.500"/>
              <path d="M8.500 8.500h0M15.500 8.500h0M12 12h0M8.500 15.500h0M15.500 15.500h0"/></svg></button>
            <button type="button" class="zoo-sign zoo-share-picture"><svg viewBox="0 0 24 24" aria-hidden="true">
              <path d="M6 11v8.500h12V11M12 15V4M8 7.500L12 3.500l4 4"/></svg></button>
            <button type="button" class="zoo-sign zoo-to-stage"><svg viewBox="0 0 24 24" aria-hidden="true">
              <path d="M3 4h18M4 4v11h16V4M12 15v3M8 21l4-3 4 3"/></svg></button>
            <nav class="zoo-languages" aria-label="Language / 言語">{links}</nav>
            <div class="zoo-corner-said" role="status"></div></div></header>
          <nav class="zoo-rooms" aria-label="{html.escape(i18n.everywhere("rooms"))}">{rooms}</nav>{talk_bar()}""",
        queries={name: list(tab.QUERY) for name, tab in tabs.items() if hasattr(tab, "QUERY")},
        bar={does: i18n.texts()[f"learn_bar_{does}"] for does in ("back", "on", "text", "full", "end")},
        labels=i18n.matching(re.compile(r"to_stage|surprise(_none)?|share_(picture|page|saved|copied|by_hand|early)")),
        surprises={name: list(tab.SURPRISE) for name, tab in tabs.items() if hasattr(tab, "SURPRISE")},
        pictures={name: tab.PICTURE for name, tab in tabs.items() if hasattr(tab, "PICTURE")},
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
