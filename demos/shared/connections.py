"""Connections: how many there may be, and how long one may take to ask or to listen. Uvicorn limits neither."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import Any

from starlette.types import Scope
from uvicorn import config
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from demos.shared import visitors

MOST, MOST_HERE = 8_000, 1_000
"""most connections: of all visitors, and from one address outside; a browser opens six to a page of ours"""
SPARE = 500
"""files that the process may have open beside connections"""
LOOK = 5.0
"""seconds between two looks at a connection"""
MOST_WAIT = 20.0
"""most seconds from the beginning of a connection, or from its last answer, to the end of the head of the next question"""
MOST_STUCK, LEAST_READ = 60.0, 20_000
"""seconds in which a visitor who is sent something must read so many bytes of it"""


class PatientProtocol(AutoHTTPProtocol):  # type: ignore[valid-type,misc]
    """Uvicorn's protocol for one connection, with an end to its patience. It speaks no WebSocket: nothing here needs one."""

    counts: Counter[str] = Counter()
    """connections by address, of all servers of this process"""
    most = MOST

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ws_protocol_class = None
        self._since, self._unread = time.monotonic(), 0

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Begin, or close the connection at once where its address has too many."""
        super().connection_made(transport)
        peer: Scope = {"client": self.client, "headers": []}
        self._here = visitors.address(peer)
        self._look = self.loop.call_later(LOOK, self._look_again)
        self.counts[self._here] += 1
        # An address of this network may be that of a proxy, behind which are all visitors.
        most = self.most if visitors.is_near(peer) else MOST_HERE
        # One address may have as many as it leaves free for others.
        if self.counts[self._here] > min(most, self.most - self.counts.total() + 1):
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._look.cancel()
        self.counts.subtract([self._here])
        if not self.counts[self._here]:
            del self.counts[self._here]
        super().connection_lost(exc)

    def resume_writing(self) -> None:
        """Go on to send: the visitor has read what was there."""
        self._since, self._unread = time.monotonic(), self.transport.get_write_buffer_size()
        super().resume_writing()

    def on_response_complete(self) -> None:
        """Wait for the next question, from now on."""
        self._since = time.monotonic()
        super().on_response_complete()

    def _look_again(self) -> None:
        """Close the connection if nothing has come, or nothing has been read, for too long."""
        now, unread = time.monotonic(), self.transport.get_write_buffer_size()
        is_answering = self.cycle is not None and not self.cycle.response_complete
        if unread <= self._unread - LEAST_READ or (is_answering and not unread):
            self._since, self._unread = now, unread
        self._unread = max(self._unread, unread)
        if now - self._since >= (MOST_STUCK if unread else MOST_WAIT):
            self.transport.abort()
        else:
            self._look = self.loop.call_later(LOOK, self._look_again)


def install() -> None:
    """Let the servers of this process use `PatientProtocol`, and as many files as the system allows and they need.

    Where `httptools` is installed Uvicorn reads questions with it, which takes less of the processor (`gan-zoo bench viewers`).

    Gradio starts Uvicorn without a way to choose the protocol, so the name of Uvicorn's own choice gets another meaning.
    """
    config.HTTP_PROTOCOLS["auto"] = f"{__name__}:{PatientProtocol.__name__}"
    try:
        import resource
    except ImportError:  # Windows counts files in another way
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST + SPARE if hard == resource.RLIM_INFINITY else min(MOST + SPARE, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    if soft != resource.RLIM_INFINITY:
        PatientProtocol.most = max(SPARE, min(MOST, soft - SPARE))
