"""Writes the files of a run in a thread, so that the training goes on meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import torch
from torch import Tensor
from torch.utils._pytree import tree_map


class Writer:
    """Writes one file after another in a thread, in the order of the calls.

    Each call waits for the file before, so at most one state of the training is kept beside the live one. The error of a file
    is raised by the next call.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, "writer")
        self._last: Future[object] | None = None

    def write(self, work: Callable[..., object], value: Any) -> None:
        """Call `work` in the thread with a copy of `value`, a tree of tensors on any device."""
        self.flush()
        copied, ready = _copied(value)

        def run() -> None:
            ready()
            work(copied)

        self._last = self._pool.submit(run)

    def flush(self) -> None:
        """Wait until everything is written; raises the error of the last file."""
        last, self._last = self._last, None
        if last is not None:
            last.result()

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
