"""The device for the networks of the page."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

import torch

from gan_zoo import Gallery

F = TypeVar("F", bound=Callable[..., Any])
# True on a Space whose GPU is lent to one call at a time.
ZERO_GPU = os.environ.get("SPACES_ZERO_GPU", "").lower() in ("1", "t", "true")
if ZERO_GPU:
    # Optimizers on the CPU ask this before each step, because there seems to be a GPU. Without a driver the answer is an error.
    torch.cuda.is_current_stream_capturing = lambda: False


def device() -> str | None:
    """The device for the page's networks: the gallery's choice, but on ZeroGPU the CPU, which answers before a GPU is lent."""
    return "cpu" if ZERO_GPU else None


def gpu(seconds: int) -> Callable[[F], F]:
    """For a function that computes for seconds: on ZeroGPU it runs in a fork, with a GPU that is lent to it so long.

    What it is given and what it returns or yields is pickled, and nothing else that it changes is seen by anybody. Locks may
    be held at the fork, for good: it takes its networks from `gpu_gallery`.
    """
    if not ZERO_GPU:
        return lambda function: function
    import spaces

    return spaces.GPU(duration=seconds)


def gpu_gallery(gallery: Gallery) -> Gallery:
    """The gallery to use in a function that `gpu` decorates."""
    return Gallery(gallery.folders) if ZERO_GPU else gallery
