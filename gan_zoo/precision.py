"""Number format and memory layout: which is fastest here is measured, never assumed."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class Precision:
    """How a network computes: `dtype` of its arithmetic, and whether pictures lie channel by channel or pixel by pixel."""

    dtype: torch.dtype = torch.float32
    channels_last: bool = False
    fused: bool = False
    """whether its layers are put together as `fused.fuse` does"""

    @classmethod
    def parse(cls, text: str) -> Precision:
        """The inverse of `str`: `float32` or `bfloat16`, with `/channels_last` and `/fused` behind it or not."""
        dtype, *more = text.split("/")
        return cls({"float32": torch.float32, "bfloat16": torch.bfloat16}[dtype], "channels_last" in more, "fused" in more)

    def __str__(self) -> str:
        more = ("/channels_last" if self.channels_last else "") + ("/fused" if self.fused else "")
        return str(self.dtype).removeprefix("torch.") + more

    @property
    def memory_format(self) -> torch.memory_format:
        return torch.channels_last if self.channels_last else torch.contiguous_format

    def lay_out_network(self, network: nn.Module) -> None:
        """Bring the kernels of `network` into this layout, in place."""
        network.to(memory_format=self.memory_format)  # type: ignore[call-overload]

    def lay_out(self, tensor: Tensor) -> Tensor:
        """`tensor` in this layout, if it is a batch of pictures."""
        return tensor.contiguous(memory_format=self.memory_format) if tensor.ndim == 4 else tensor

    def autocast(self, device: torch.device) -> contextlib.AbstractContextManager[object]:
        """Mixed precision: weights stay float32. The cache of cast weights is off, since a training step changes
        the weights between two uses inside one context."""
        return torch.autocast(device.type, self.dtype, enabled=self.dtype != torch.float32, cache_enabled=False)


CANDIDATES = ("float32", "float32/channels_last", "bfloat16", "bfloat16/channels_last")


def candidates(network: nn.Module) -> list[Precision]:
    """What is worth timing for `network`: channels_last only where there are convolutions."""
    convolutional = any(isinstance(m, nn.Conv2d | nn.ConvTranspose2d) for m in network.modules())
    return [p for p in map(Precision.parse, CANDIDATES) if convolutional or not p.channels_last]


def fastest(choices: Iterable[Precision], prepare: Callable[[Precision], Callable[[], object]], rounds: int = 3) -> Precision:
    """The choice whose run takes the shortest time.

    `prepare(choice)` returns the run; each is warmed up once and then timed `rounds` times, the choices
    taking turns so that a busy machine slows all alike, and the best time of each counts. One that took more than
    twice as long as another is not run again.
    """
    runs = [(choice, prepare(choice)) for choice in choices]
    best = dict.fromkeys((choice for choice, _ in runs), float("inf"))
    for turn in range(rounds + 1):
        for choice, run in runs:
            if turn > 1 and best[choice] > 2 * min(best.values()):
                continue
            start = time.perf_counter()
            run()
            if torch.cuda.is_available():
                torch.cuda.synchronize()
            if turn:
                best[choice] = min(best[choice], time.perf_counter() - start)
    return min(best, key=best.__getitem__)
