"""What the server keeps of each open page: little, for so many pages, and not long after a page is closed."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from copy import copy
from typing import Any

import gradio as gr
from gradio.routes import App
from gradio.state_holder import SessionState, StateHolder

from demos.shared import tidying

CAPACITY = 2_000
"""most pages of which something is kept; the one that asked longest ago goes first"""
GRACE = 60.0
"""seconds for which a page that is closed, or whose connection is lost, may come back"""
IDLE = 900.0
"""seconds after which a program that keeps no connection is taken to be gone"""
SWEEP = 10.0


class LeanState(SessionState):
    """The state of one page.

    Gradio also keeps the properties of all components, and with them the last answer to the page, for links that restore a
    page. We have links of our own. Our parts (`gr.HTML`) take nothing from the server's copy of them, so none is kept.
    """

    def __init__(self, blocks: gr.Blocks) -> None:
        self.blocks_config = copy(blocks.default_config)
        self.config_values = {}
        self.state_data: dict[int, Any] = {}
        self._state_ttl: dict[int, Any] = {}
        self.is_closed = False
        self.STATE_TTL_WHEN_CLOSED = int(GRACE)

    def __setitem__(self, key: int, value: Any) -> None:
        block = self.blocks_config.blocks.get(key)
        if isinstance(block, gr.State):
            self.state_data[key] = value
        elif not isinstance(block, gr.HTML):
            self.blocks_config.blocks[key] = value

    def _update_config(self, key: int) -> None:
        pass

    def _update_value_in_config(self, key: int, value: Any) -> None:
        pass


class Sessions(StateHolder):
    """The states of all pages."""

    def __init__(self) -> None:
        super().__init__()
        self._open: dict[str, int] = {}
        self._asked: dict[str, float] = {}

    def __getitem__(self, session_id: str) -> SessionState:
        with self.lock:
            state = self.session_data.get(session_id)
            if state is None:
                state = self.session_data[session_id] = LeanState(self.blocks)
            self.session_data.move_to_end(session_id)
            self._asked[session_id] = time.monotonic()
            while len(self.session_data) > CAPACITY:
                self._drop(next(iter(self.session_data)))
            return state

    def opened(self, session_id: str) -> None:
        """A page has a connection that tells that it is open."""
        with self.lock:
            self._open[session_id] = self._open.get(session_id, 0) + 1

    def closed(self, session_id: str) -> None:
        """The connection has ended."""
        with self.lock:
            self._open[session_id] -= 1
            if not self._open[session_id]:
                del self._open[session_id]
                if session_id in self.session_data:
                    # From now on it has `GRACE` seconds, and no longer.
                    self._asked[session_id] = min(self._asked[session_id], time.monotonic() - IDLE + GRACE)

    def forget(self) -> None:
        """Drop what is kept of pages that are closed, and of programs that are gone."""
        now = time.monotonic()
        with self.lock:
            for session_id in list(self.session_data):
                if session_id not in self._open and now - self._asked[session_id] >= IDLE:
                    self._drop(session_id)

    def delete_all_expired_state(self) -> None:
        """Gradio calls this from time to time; `forget` does the work."""
        self.forget()

    def _drop(self, session_id: str) -> None:
        del self.session_data[session_id]
        self._asked.pop(session_id, None)


@asynccontextmanager
async def lifespan(app: App) -> AsyncIterator[None]:
    """Let an app keep its pages in `Sessions` while it runs, and tidy up every `SWEEP` seconds."""
    sessions = Sessions()
    sessions.set_blocks(app.get_blocks())
    app.state_holder = sessions

    async def sweep() -> None:
        while True:
            await asyncio.sleep(SWEEP)
            sessions.forget()
            await asyncio.to_thread(tidying.prune, app.get_blocks().temp_file_sets)
            await asyncio.to_thread(tidying.give_back)

    sweeping = asyncio.create_task(sweep())
    try:
        yield
    finally:
        sweeping.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await sweeping
