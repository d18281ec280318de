"""Number formats and memory layouts of a network, and a measurement of the fastest on this machine."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

CPU = torch.device("cpu")


@dataclass(frozen=True)
class Precision:
    """The number format and the memory layout in which a network computes.

    `dtype` is the type of its arithmetic. With `channels_last`, pictures are stored pixel by pixel, else channel by channel.
    """

    dtype: torch.dtype = torch.float32
    channels_last: bool = False
    fused: bool = False
    """true if `serving.fusion.fuse` combines its layers"""

    @classmethod
    def parse(cls, text: str) -> Precision:
        """Parse the output of `str`: `float32` or `bfloat16`, optionally followed by `/channels_last` and `/fused`."""
        dtype, *more = text.split("/")
        return cls({"float32": torch.float32, "bfloat16": torch.bfloat16}[dtype], "channels_last" in more, "fused" in more)

    def __str__(self) -> str:
        more = ("/channels_last" if self.channels_last else "") + ("/fused" if self.fused else "")
        return str(self.dtype).removeprefix("torch.") + more

    @property
    def memory_format(self) -> torch.memory_format:
        return torch.channels_last if self.channels_last else torch.contiguous_format

    def lay_out_network(self, network: nn.Module) -> None:
        """Convert the kernels of `network` to this layout, in place."""
        network.to(memory_format=self.memory_format)  # type: ignore[call-overload]

    def lay_out(self, tensor: Tensor) -> Tensor:
        """`tensor` in this layout if it is a batch of pictures; any other tensor is returned unchanged."""
        return tensor.contiguous(memory_format=self.memory_format) if tensor.ndim == 4 else tensor

    def autocast(self, device: torch.device) -> contextlib.AbstractContextManager[object]:
        """A context for mixed precision; weights stay float32.

        The cache of cast weights is off, because a training step changes the weights between two uses in one context.
        """
        return torch.autocast(device.type, self.dtype, enabled=self.dtype != torch.float32, cache_enabled=False)


CANDIDATES = ("float32", "float32/channels_last", "bfloat16", "bfloat16/channels_last")


def candidates(network: nn.Module) -> list[Precision]:
    """The precisions worth timing for `network`; channels_last is included only if it has convolutions."""
    convolutional = any(isinstance(m, nn.Conv2d | nn.ConvTranspose2d) for m in network.modules())
    return [p for p in map(Precision.parse, CANDIDATES) if convolutional or not p.channels_last]


def fastest(
    choices: Iterable[Precision],
    prepare: Callable[[Precision], Callable[[], object]],
    rounds: int = 3,
    device: torch.device = CPU,
) -> Precision:
    """Time each choice and return the fastest on `device`.

    `prepare(choice)` returns a function, the run. Each run is warmed up once and then timed `rounds` times, and its best
    time counts. The choices take turns, so that a busy machine slows all of them equally. A choice that takes more than
    twice as long as the fastest is not run again. A choice that this machine can't compute is left out.

    Raises:
        RuntimeError: this machine can't compute any of the choices.
    """
    runs: dict[Precision, Callable[[], object]] = {}
    failed: RuntimeError | None = None
    for choice in choices:
        try:
            runs[choice] = prepare(choice)
            runs[choice]()
        except RuntimeError as error:
            runs.pop(choice, None)
            failed = error
    if failed and not runs:
        raise failed
    best = dict.fromkeys(runs, float("inf"))
    for turn in range(rounds):
        for choice, run in runs.items():
            if turn and best[choice] > 2 * min(best.values()):
                continue
            _finish(device)
            start = time.perf_counter()
            run()
            _finish(device)
            best[choice] = min(best[choice], time.perf_counter() - start)
    return min(best, key=best.__getitem__)


def _finish(device: torch.device) -> None:
    """Wait until the work for `device` is done."""
    if device.type != "cpu":
        torch.accelerator.synchronize()
