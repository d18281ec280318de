"""Writes the files of a run in a thread, so that the training goes on meanwhile."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import torch
from torch import Tensor
from torch.utils._pytree import tree_map


class Writer:
    """Writes one file after another in a thread, in the order of the calls.

    What waits to be written is kept in memory: whoever writes large states must `flush` in between. The error of a file is
    raised by a later call.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, "writer")
        self._waiting: deque[Future[object]] = deque()

    @property
    def busy(self) -> bool:
        """True if something is still to be written."""
        return any(not future.done() for future in self._waiting)

    def write(self, work: Callable[..., object], value: Any) -> None:
        """Call `work` in the thread with a copy of `value`, a tree of tensors on any device."""
        while self._waiting and self._waiting[0].done():
            self._waiting.popleft().result()
        copied, ready = _copied(value)

        def run() -> None:
            ready()
            work(copied)

        self._waiting.append(self._pool.submit(run))

    def flush(self) -> None:
        """Wait until everything is written; raises the error of the first file that could not be."""
        while self._waiting:
            self._waiting.popleft().result()

    def close(self) -> None:
        """Wait until everything is written, whether it succeeds or not, and end the thread."""
        self._pool.shutdown()


def _copied(value: Any) -> tuple[Any, Callable[[], object]]:
    """A copy of a tree of tensors on the CPU, and a function that waits until it is complete.

    Copies from a GPU go to pinned memory and run beside the host.
    """
    on_gpu = []

    def copy(leaf: Any) -> Any:
        if not isinstance(leaf, Tensor):
            return leaf
        if leaf.device.type == "cuda":
            on_gpu.append(leaf.device)
        return leaf.detach().to("cpu", non_blocking=leaf.device.type == "cuda", copy=True)

    copied = tree_map(copy, value)
    if not on_gpu:
        return copied, lambda: None
    event = torch.cuda.Event()
    event.record()
    return copied, event.synchronize
