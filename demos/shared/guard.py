"""The door of the page: ASGI middleware that limits what a request may bring, and says what the page may load.

Limits are counted by address (see `visitors`), wide enough for a class of forty behind one address. What a job costs, and whose
turn it is, `fair_queue` decides.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
import time
from collections import Counter, OrderedDict

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demos.shared import i18n, visitors

MOST_BODY, MOST_SMALL_BODY = 28_000_000, 100_000
"""most bytes of a question, which may carry a file of 20 MB in base64, and of any other body"""
MOST_ARRIVING, MOST_ARRIVING_HERE = 300_000_000, 120_000_000
"""most bytes of bodies that are on their way at a time: of all visitors, and of one address"""
MOST_BODY_SECONDS = 60.0
MOST_STREAMS, MOST_STREAMS_HERE = 2_000, 400
"""most answers without end (a page holds two) at a time: of all visitors, and to one address"""
MOST_KNOWN = 10_000
"""most addresses whose use is counted"""
QUESTIONS = re.compile(r"/gradio_api/(queue/join|call/.*)")
STREAMS = re.compile(r"/gradio_api/(heartbeat/.*|queue/data|call/[^/]+/.*|call/v2/[^/]+/.*)")
HEARTBEAT = "/gradio_api/heartbeat/"
# Gradio computes these for each request, in milliseconds that all visitors wait for.
COSTLY = re.compile(r"/?|/config/?|/gradio_api/(info|openapi\.json|startup-events)/?")
# What Gradio serves and this page needs. The rest skips the queue, keeps files of visitors, or fetches from elsewhere.
GRADIO = re.compile(
    r"/gradio_api/(info/?|openapi\.json|queue/(join|data|status)|call/.*|cancel|reset/?|heartbeat/.*|file=.*|startup-events|"
    r"app_id/?|user/?|theme\.css|login_check/?)"
)
CLOSED = re.compile(r"/(gradio_api|monitoring|login|logout|svelte|custom_component|dev)(/.*)?")

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
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=()",
}
INLINE = re.compile(rb"<script(?![^>]*\bsrc\s*=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)


class Bucket:
    """Lets each address through so often at once, and so often a second after that."""

    def __init__(self, burst: float, rate: float) -> None:
        self._burst, self._rate = burst, rate
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, address: str) -> bool:
        """Whether one more may pass."""
        now = time.monotonic()
        left, since = self._left.pop(address, (self._burst, now))
        left = min(self._burst, left + (now - since) * self._rate)
        self._left[address] = (max(0.0, left - 1), now)
        while len(self._left) > MOST_KNOWN:
            self._left.popitem(last=False)
        return left >= 1


class Guard:
    """The middleware; it counts for one app."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._pages, self._questions = Bucket(120, 4), Bucket(800, 120)
        self._streams: Counter[str] = Counter()
        self._arriving: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        send = _Sealed(send)
        root = scope.get("root_path", "").rstrip("/")
        path = scope["path"].removeprefix(root) if root else scope["path"]
        headers, here = Headers(scope=scope), visitors.address(scope)
        if CLOSED.fullmatch(path) and not GRADIO.fullmatch(path):
            await _refuse(scope, receive, send, 404, "guard_closed")
        elif scope["method"] == "POST" and headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
            # Another page asks, by way of a visitor's browser.
            await _refuse(scope, receive, send, 403, "guard_elsewhere")
        elif not self._is_in_time(scope["method"], path, here):
            await _refuse(scope, receive, send, 429, "guard_often")
        elif STREAMS.fullmatch(path) and scope["method"] == "GET":
            await self._stream(scope, receive, send, path, here)
        elif scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self.app(scope, receive, send)
        else:
            await self._body(scope, receive, send, MOST_BODY if QUESTIONS.fullmatch(path) else MOST_SMALL_BODY, here)

    def _is_in_time(self, method: str, path: str, here: str) -> bool:
        """Whether an address has not asked too often."""
        if COSTLY.fullmatch(path):
            return self._pages.take(here)
        return method != "POST" or not QUESTIONS.fullmatch(path) or self._questions.take(here)

    async def _stream(self, scope: Scope, receive: Receive, send: Send, path: str, here: str) -> None:
        if self._streams[here] >= MOST_STREAMS_HERE or self._streams.total() >= MOST_STREAMS:
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
        parts: list[bytes] = []
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
                if self._arriving[here] > MOST_ARRIVING_HERE or self._arriving.total() > MOST_ARRIVING:
                    await _refuse(scope, receive, send, 503, "guard_busy")
                    return
                parts.append(part)
                if not message.get("more_body"):
                    scope["zoo.size"] = size
                    content = b"".join(parts)
                    parts.clear()
                    await self.app(scope, _again(content, receive), send)
                    return
            await _refuse(scope, receive, send, 413, "guard_large", most=most // 1_000_000 or 1)
        except TimeoutError:
            await _refuse(scope, receive, send, 408, "guard_slow")
        finally:
            self._arriving -= Counter({here: size})


def _again(content: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body once more, and then what comes after it."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": content, "more_body": False}

    return replay


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, key: str, **fields: object) -> None:
    """Answer with a sentence in both languages. The connection ends, so that nobody reads a body to its end."""
    content = {"detail": i18n.everywhere(key, **fields), "trouble": i18n.both(key, **fields), "code": key}
    headers = {"Cache-Control": "no-store", "Connection": "close"} | ({"Retry-After": "10"} if status in (429, 503) else {})
    await JSONResponse(content, status_code=status, headers=headers)(scope, receive, send)


class _Sealed:
    """A `send` that adds the headers; of a page it collects all, since the policy names the scripts that stand in it."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._content = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            if headers.get("content-type", "").startswith("text/html"):
                self._start = message
                return
            headers["Content-Security-Policy"] = POLICY.format(scripts="")
        elif message["type"] == "http.response.body" and self._start is not None:
            self._content += message.get("body", b"")
            if message.get("more_body"):
                return
            start, self._start = self._start, None
            MutableHeaders(scope=start)["Content-Security-Policy"] = POLICY.format(scripts=hashes(bytes(self._content)))
            await self._send(start)
            message = {"type": "http.response.body", "body": bytes(self._content)}
        await self._send(message)


def hashes(content: bytes) -> str:
    """The sources of a policy that allow the scripts that stand in a page, and no other."""
    digests = dict.fromkeys(base64.b64encode(hashlib.sha256(script).digest()).decode() for script in INLINE.findall(content))
    return "".join(f" 'sha256-{digest}'" for digest in digests)
