"""A limit on how often each address may do something."""

from __future__ import annotations

import time
from collections import OrderedDict

MOST_KNOWN = 10_000
"""most addresses whose use is counted"""


class Bucket:
    """Lets each address do something so often at once (`burst`), and so often a second after that (`rate`)."""

    def __init__(self, burst: float, rate: float) -> None:
        self._burst, self._rate = burst, rate
        self._known: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, address: str) -> bool:
        """Whether an address may do it once more; this time counts."""
        left = self.left(address)
        self._known[address] = (max(0.0, left - 1), time.monotonic())
        self._known.move_to_end(address)
        while len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
        return left >= 1

    def left(self, address: str) -> float:
        """How often an address may do it now."""
        now = time.monotonic()
        left, since = self._known.get(address, (self._burst, now))
        return min(self._burst, left + (now - since) * self._rate)
