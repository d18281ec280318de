"""The style sheet of the page: what tabs share, then what each tab has.

It is a file, which browsers keep. As the option `css` of Gradio it would stand in every page, and a script would write each
rule anew before the page is there.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterator

from starlette.requests import Request
from starlette.responses import Response

from demos.shared import i18n

PATH = "/demos/styles.css"
SHARED = ("tokens", "base", "chart", "presenter")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
WITHIN = ".gradio-container.gradio-container .contain"
"""what stands before our selectors where Gradio has rules of its own for the same parts: ours count for more"""


def one_language() -> str:
    """A style sheet that hides what `i18n.both` says in other languages than the page's."""
    return "\n".join(
        f'html[lang|="{language}"] .zoo-text:not([lang="{language}"]) {{ display: none; }}' for language in i18n.LANGUAGES
    )


@functools.cache
def sheet() -> str:
    """The style sheet. Its rules hold everywhere; within the page they stand once more, before Gradio's. Those for one size of
    window, which stand in `@media`, hold only there."""
    shared = [i18n.DEMOS / "shared" / "web" / f"{name}.css" for name in SHARED]
    tabs = sorted(path for path in i18n.DEMOS.glob("*/web/*.css") if path.parts[-3] != "shared")
    text = "\n".join([one_language(), *(path.read_text(encoding="utf-8") for path in (*shared, *tabs))])
    rules = list(rules_of(COMMENT.sub("", text)))
    everywhere = "\n".join(rule for rule in rules if not rule.startswith("@media"))
    inside = "\n".join(rule for rule in rules if not rule.startswith("@keyframes"))
    return f"{everywhere}\n{WITHIN} {{\n{inside}\n}}\n"


def rules_of(text: str) -> Iterator[str]:
    """Yields the outermost rules of a style sheet without comments, each of which ends with its own brace."""
    depth = start = 0
    for found in re.finditer(r"[{}]", text):
        depth += 1 if found[0] == "{" else -1
        if not depth:
            yield text[start : found.end()].strip()
            start = found.end()


@functools.cache
def mark() -> str:
    """A hash of the style sheet."""
    return hashlib.blake2b(sheet().encode(), digest_size=12).hexdigest()


def address() -> str:
    """The address of the style sheet, as the page has it; a changed sheet has another one."""
    return f"{PATH.removeprefix('/')}?{mark()}"


async def serve(_: Request) -> Response:
    """The style sheet, which a browser keeps as long as it likes."""
    return Response(sheet(), media_type="text/css", headers={"Cache-Control": "public, max-age=31536000, immutable"})
