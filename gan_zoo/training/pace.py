"""When the next tick may come: on a GPU, steps can be so fast that ticks would take longer than the training."""

from __future__ import annotations

import time

from gan_zoo.runs.writing import Writer
from gan_zoo.training.distributed import Processes

# The largest share of the time that ticks may take on a GPU.
SHARE = 0.1


class Pace:
    """Spaces the ticks of a run by time.

    On the CPU a tick comes whenever its step has come. Elsewhere one is left out as long as the files of the last are still
    written, or the last one took more than `SHARE` of the time since.
    """

    def __init__(self, processes: Processes, writer: Writer) -> None:
        self._processes, self._writer = processes, writer
        self._cost, self._ended = 0.0, time.monotonic()

    def allows(self) -> bool:
        """Return True if a tick may come now; the main process decides, so all processes must call this."""
        if self._processes.device.type == "cpu":
            return True
        left = (time.monotonic() - self._ended) * SHARE
        return bool(self._processes.broadcast(not self._writer.busy and self._cost * (1 - SHARE) <= left))

    def ticked(self, seconds: float) -> None:
        """Note that a tick has ended, which took so long."""
        self._cost, self._ended = seconds, time.monotonic()
