"""Lanes for routes whose work takes long, so that it keeps no thread busy that others need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import anyio.to_thread
from starlette.requests import Request

from demos.shared import requests, visitors

T = TypeVar("T")


class Lane:
    """Work that is done in `at_once` threads; of one address, at most `most_here` pieces wait or are done at a time."""

    def __init__(self, at_once: int = 1, most_here: int = 1_000) -> None:
        self._limiter, self._most_here = anyio.CapacityLimiter(at_once), most_here
        self._here: Counter[str] = Counter()

    async def run(self, request: Request, work: Callable[..., T], *arguments: Any) -> T:
        """What `work` returns, when its turn comes; raises `UserError` if too much of its address waits, or what it raises."""
        here = visitors.address(request.scope)
        if self._here[here] >= self._most_here:
            raise requests.mistake("guard_often")
        self._here[here] += 1
        try:
            return await anyio.to_thread.run_sync(partial(work, *arguments), limiter=self._limiter)
        finally:
            self._here -= Counter({here: 1})
