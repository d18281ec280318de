"""The door of the page: ASGI middleware that limits what a request may bring, and says what the page may load.

Limits are counted by address (see `visitors`), wide enough for a class of forty behind one address. What a job costs, and whose
turn it is, `fair_queue` decides.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
import re
import time
from collections import Counter
from collections.abc import Sequence

import brotli  # type: ignore[import-untyped,unused-ignore]  # Gradio brings it
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demos.shared import i18n, origins, visitors
from demos.shared.bucket import Bucket

MOST_BODY, MOST_SMALL_BODY = 28_000_000, 100_000
"""most bytes of a question, which may carry a file of 20 MB in base64, and of any other body"""
MOST_ARRIVING, MOST_ARRIVING_HERE = 300_000_000, 120_000_000
"""most bytes of bodies that are on their way at a time: of all visitors, and of one address"""
MOST_BODY_SECONDS = 60.0
MOST_PARTS, PART = 200_000, 100
"""most values in a question, and the bytes that each of them takes in memory beside its text"""
WIDE = 4
"""the bytes that a character takes in memory where one of them is not in ASCII"""
MOST_STREAMS, MOST_STREAMS_HERE = 4_000, 400
"""most answers without end (a page holds two) at a time: of all visitors, and to one address

Of these limits, as of those of the queue, one address may use as much as it leaves free for others. So a few addresses that
take all they can get leave some for the next one.
"""
PAUSE = 1.0
"""seconds for which who asks too often waits for the refusal"""
QUESTIONS = re.compile(r"/gradio_api/(queue/join|call/.*)")
STREAMS = re.compile(r"/gradio_api/(heartbeat/.*|queue/data|call/[^/]+/.*|call/v2/[^/]+/.*)")
HEARTBEAT = "/gradio_api/heartbeat/"
# Gradio computes these for each request, in milliseconds that all visitors wait for.
COSTLY = re.compile(r"/?|/config/?|/gradio_api/(info|openapi\.json|startup-events)/?")
# What Gradio serves and this page needs. The rest skips the queue, keeps files of visitors, fetches from elsewhere (a file of
# an address does), or makes pictures as large as somebody wishes.
GRADIO = re.compile(
    r"/?|/config/?|/(assets|static)/.*|/favicon\.ico|/theme\.css|/robots\.txt|/manifest\.json|/pwa_icon(/(192|512))?|"
    r"/gradio_api/(info/?|openapi\.json|queue/(join|data|status)|call/.*|cancel|reset/?|heartbeat/.*|"
    r"file=(?!\w[\w+.-]+:).*|startup-events|app_id/?|user/?|theme\.css|login_check/?)"
)
MCP = re.compile(r"/gradio_api/mcp(/.*)?")
"""what the owner may open to programs by Gradio's environment variable `GRADIO_MCP_SERVER`"""

FRAMES = "frame-ancestors 'self' https://huggingface.co"
POLICY = "; ".join((
    "default-src 'self'",
    # Gradio makes a function of the line that loads a script of ours; without 'unsafe-eval' no tab would have one.
    "script-src 'self' 'unsafe-eval'{scripts}",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "media-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self' data: blob:",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    FRAMES,
))  # fmt: skip
"""the content security policy of the page; `{scripts}` are the hashes of the scripts that stand in it"""
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # Apart from the pages of others, whose pictures and frames it doesn't show, a page may compute with several threads.
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=()",
}
LASTING = re.compile(r"/assets/[^/]+-[\w-]{8}\.(js|css)$")
"""files of Gradio that have a hash of their content in their name: a browser need not ask for them again"""
QUALITY = 4
"""of the compression of a page: what Gradio takes for its scripts; more takes longer than it saves"""
INLINE = re.compile(rb"<script(?![^>]*\bsrc\s*=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)


class Guard:
    """The middleware; it counts for one app. `routes` are open beside those of `GRADIO`, and nothing else is."""

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute] = ()) -> None:
        self.app, self._routes = app, routes
        self._pages, self._questions, self._all = Bucket(120, 4), Bucket(800, 120), Bucket(6_000, 300)
        self._streams: Counter[str] = Counter()
        self._arriving: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":  # nothing here speaks so
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        send = _Sealed(send, scope)
        root = scope.get("root_path", "").rstrip("/")
        path, here = scope["path"].removeprefix(root) if root else scope["path"], visitors.address(scope)
        if not self._is_open(path, scope):
            await _refuse(scope, receive, send, 404, "guard_closed")
        elif not origins.is_known(scope):
            await _refuse(scope, receive, send, 421, "guard_name", setting=origins.HOSTS)
        elif origins.is_foreign(scope):
            await _refuse(scope, receive, send, 403, "guard_elsewhere")
        elif not self._is_in_time(scope["method"], path, here):
            await asyncio.sleep(PAUSE)  # so that who asks again at once keeps nobody busy
            await _refuse(scope, receive, send, 429, "guard_often")
        elif STREAMS.fullmatch(path) and scope["method"] == "GET":
            await self._stream(scope, receive, send, path, here)
        elif scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self.app(scope, receive, send)
        else:
            await self._body(scope, receive, send, MOST_BODY if QUESTIONS.fullmatch(path) else MOST_SMALL_BODY, here)

    def _is_open(self, path: str, scope: Scope) -> bool:
        """Whether something that the page needs is served under a path."""
        if GRADIO.fullmatch(path) or (MCP.fullmatch(path) and os.environ.get("GRADIO_MCP_SERVER", "").lower() == "true"):
            return True
        return any(route.matches(scope)[0] is not Match.NONE for route in self._routes)

    def _is_in_time(self, method: str, path: str, here: str) -> bool:
        """Whether an address has not asked too often."""
        if not self._all.take(here):
            return False
        if COSTLY.fullmatch(path):
            return self._pages.take(here)
        return method != "POST" or not QUESTIONS.fullmatch(path) or self._questions.take(here)

    async def _stream(self, scope: Scope, receive: Receive, send: Send, path: str, here: str) -> None:
        if self._streams[here] >= min(MOST_STREAMS_HERE, MOST_STREAMS - self._streams.total()):
            await _refuse(scope, receive, send, 429, "guard_often")
            return
        # A page is open as long as its heartbeat is.
        sessions = getattr(scope.get("app"), "state_holder", None) if path.startswith(HEARTBEAT) else None
        session = path.removeprefix(HEARTBEAT)
        self._streams[here] += 1
        if hasattr(sessions, "opened"):
            sessions.opened(session)
        try:
            await self.app(scope, receive, send)
        finally:
            if hasattr(sessions, "closed"):
                sessions.closed(session)
            self._streams -= Counter({here: 1})

    async def _body(self, scope: Scope, receive: Receive, send: Send, most: int, here: str) -> None:
        """Receive the body, within its limits, and hand the request on."""
        try:
            declared = int(Headers(scope=scope).get("content-length", 0))
        except ValueError:
            declared = most + 1
        content = bytearray()
        size, until = 0, time.monotonic() + MOST_BODY_SECONDS
        try:
            while declared <= most:
                message = await asyncio.wait_for(receive(), until - time.monotonic())
                if message["type"] == "http.disconnect":
                    return
                part = message.get("body", b"")
                size += len(part)
                self._arriving[here] += len(part)
                if size > most:
                    break
                if self._arriving[here] > min(MOST_ARRIVING_HERE, MOST_ARRIVING - self._arriving.total() + len(part)):
                    await _refuse(scope, receive, send, 503, "guard_busy")
                    return
                content += part
                if not message.get("more_body"):
                    parts = sum(map(content.count, b",[{:"))
                    if parts > MOST_PARTS:
                        await _refuse(scope, receive, send, 413, "guard_parts")
                        return
                    scope["zoo.size"] = size * (1 if content.isascii() and b"\\u" not in content else WIDE) + parts * PART
                    replay = _again(bytes(content), receive)
                    content.clear()
                    await self.app(scope, replay, send)
                    return
            await _refuse(scope, receive, send, 413, "guard_large", most=most // 1_000_000 or 1)
        except TimeoutError:
            await _refuse(scope, receive, send, 408, "guard_slow")
        finally:
            self._arriving -= Counter({here: size})


def _again(content: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body once more, keeps nothing of it, and then gives what comes after it."""
    left: list[bytes] = [content]

    async def replay() -> Message:
        return {"type": "http.request", "body": left.pop(), "more_body": False} if left else await receive()

    return replay


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, key: str, **fields: object) -> None:
    """Answer with a sentence in both languages. The connection ends, so that nobody reads a body to its end."""
    content = {"detail": i18n.everywhere(key, **fields), "trouble": i18n.both(key, **fields), "code": key}
    headers = {"Cache-Control": "no-store", "Connection": "close"} | ({"Retry-After": "10"} if status in (429, 503) else {})
    await JSONResponse(content, status_code=status, headers=headers)(scope, receive, send)


class _Sealed:
    """A `send` that adds the headers; of a page it collects all, since the policy names the scripts that stand in it."""

    def __init__(self, send: Send, scope: Scope) -> None:
        self._send = send
        self._takes_brotli = "br" in re.split(r"[\s,;]+", Headers(scope=scope).get("accept-encoding", ""))
        self._is_lasting = bool(LASTING.search(scope["path"]))
        self._start: Message | None = None
        self._content = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            if self._is_lasting and message["status"] == 200:
                headers["Cache-Control"] = "public, max-age=31536000, immutable"
            if headers.get("content-type", "").startswith("text/html"):
                self._start = message
                return
            headers["Content-Security-Policy"] = POLICY.format(scripts="")
        elif message["type"] == "http.response.body" and self._start is not None:
            self._content += message.get("body", b"")
            if message.get("more_body"):
                return
            start, self._start = self._start, None
            headers, content = MutableHeaders(scope=start), bytes(self._content)
            headers["Content-Security-Policy"] = POLICY.format(scripts=hashes(content))
            headers.add_vary_header("Accept-Encoding")
            if self._takes_brotli and content and "content-encoding" not in headers:
                content = await run_in_threadpool(brotli.compress, content, quality=QUALITY)
                headers["Content-Encoding"], headers["Content-Length"] = "br", str(len(content))
            await self._send(start)
            message = {"type": "http.response.body", "body": content}
        await self._send(message)


def hashes(content: bytes) -> str:
    """The sources of a policy that allow the scripts that stand in a page, and no other."""
    digests = dict.fromkeys(base64.b64encode(hashlib.sha256(script).digest()).decode() for script in INLINE.findall(content))
    return "".join(f" 'sha256-{digest}'" for digest in digests)
