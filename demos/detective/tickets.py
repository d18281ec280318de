"""Pictures on their way: dealt, and not judged yet. What a picture is stays here until then."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from typing import Any

from demos.detective.dealer import LEVELS, Dealer, Dealt, check_level
from demos.shared import requests

MOST_TICKETS = 10_000
PATIENCE = 3600.0
"""seconds for which a picture can be judged"""


class Desk:
    """Deals pictures against tickets; a ticket is good for one answer."""

    def __init__(self, dealer: Dealer) -> None:
        self._dealer, self._lock = dealer, threading.Lock()
        self._open: OrderedDict[str, tuple[float, Dealt]] = OrderedDict()

    def deal(self, level: Any) -> dict[str, Any]:
        """A picture to judge: `ticket`, `picture` as a URL, and the `step` of its level."""
        level = check_level(level)
        dealt, ticket = self._dealer.deal(level), secrets.token_urlsafe(12)
        with self._lock:
            self._open[ticket] = (time.monotonic() + PATIENCE, dealt)
            while len(self._open) > MOST_TICKETS or next(iter(self._open.values()))[0] < time.monotonic():
                self._open.popitem(last=False)
        return {"ticket": ticket, "picture": dealt.url(), "step": LEVELS[level]}

    def judge(self, ticket: Any, real: Any) -> dict[str, bool]:
        """The truth about a picture (`real`), and the discriminator's answer (`detective`).

        Raises:
            UserError: the ticket has been answered, is too old, or is none.
        """
        if not isinstance(real, bool):
            raise requests.mistake("detective_answer")
        with self._lock:
            until, dealt = self._open.pop(ticket, (0.0, None)) if isinstance(ticket, str) else (0.0, None)
        if dealt is None or until < time.monotonic():
            raise requests.mistake("detective_ticket")
        return {"real": dealt.real, "detective": dealt.passes}
