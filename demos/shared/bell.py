"""A bell that any thread may ring, and for which coroutines wait."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable


class Bell:
    """Wakes all that wait for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        """Wake all that wait."""
        with self._lock:
            waiting, self._waiting = self._waiting, set()
        for one in waiting:
            one.get_loop().call_soon_threadsafe(_wake, one)

    async def wait(self, seconds: float, is_over: Callable[[], bool]) -> None:
        """Wait for the bell, `seconds` at most, and not at all if what is waited for `is_over` already."""
        mine = asyncio.get_running_loop().create_future()
        with self._lock:
            self._waiting.add(mine)
        try:
            # Asked only now: what happens after this rings.
            if not is_over():
                await asyncio.wait([mine], timeout=seconds)
        finally:
            with self._lock:
                self._waiting.discard(mine)
            mine.cancel()


def _wake(one: asyncio.Future[None]) -> None:
    if not one.done():
        one.set_result(None)
