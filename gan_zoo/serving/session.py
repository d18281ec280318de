"""The base of all sessions: one network in the precision that is fastest on this machine."""

from __future__ import annotations

import copy
import dataclasses
import math
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from gan_zoo.imaging.images import to_uint8
from gan_zoo.models.base import Model
from gan_zoo.precision import Precision, candidates, fastest
from gan_zoo.serving import fusion

# The largest batch that goes through a network at once. It bounds the memory of the feature maps.
BATCH = 64
# The lowest agreement with the pictures of float32 (PSNR in dB) at which a precision is used: at 35 dB nobody sees the
# difference.
AGREEMENT = 35.0
# Several threads are used only if they are faster than one by at least this factor.
THREADS_PAY = 1.2


@dataclass(frozen=True)
class Result:
    """Pictures, and the time and precision that they were computed with."""

    images: Float[Tensor, "n c h w"]
    """on the CPU, in [-1, 1]"""
    milliseconds: float
    """time that the model took, without the time that it waited for other models"""
    precision: str
    """number format and memory layout of the network, as `Precision` writes them"""


def agreement(a: Float[Tensor, "n c h w"], b: Float[Tensor, "n c h w"]) -> float:
    """The PSNR in dB between two batches of pictures as bytes; infinite if they are the same."""
    error = (to_uint8(a).float() - to_uint8(b).float()).square().mean().item()
    return 10 * math.log10(255**2 / error) if error else math.inf


@contextmanager
def threads(n: int) -> Iterator[None]:
    """Let torch compute with `n` threads on the CPU inside the `with` block."""
    before = torch.get_num_threads()
    torch.set_num_threads(n)
    try:
        yield
    finally:
        torch.set_num_threads(before)


# Makes pictures from a network and some of the points; the slice gives the rows that these have among all points.
Make = Callable[[Any, Tensor, slice], Tensor]


class Ready:
    """One network, ready to run: in float32 as it was published, and in the precision that is fastest on this machine.

    A subclass defines in `_usual_call` the call whose speed matters. All networks of a gallery share one `lock`, because
    two networks that run on the same cores at once take longer than one after the other.
    """

    def __init__(self, name: str, model: Model, lock: threading.RLock, card: Mapping[str, Any] | None = None) -> None:
        self.name = name
        self.card = card or {}
        """the card of the weights folder"""
        self.config = model.config
        self._lock = lock
        self._device = model.device
        self._networks: dict[Precision, Any] = {Precision(): model}
        with lock, torch.inference_mode():
            make, points = self._usual_call()
            self._threads = self._choose_threads(make, points)
            with threads(self._threads):
                self.precision = self._choose(make, points)
            # Drop the copies in the slower precisions, to free their memory.
            self._networks = {p: self._network(p) for p in {Precision(), self.precision}}

    def _usual_call(self) -> tuple[Make, Tensor]:
        """The call and the points that precisions are timed with."""
        raise NotImplementedError

    @property
    def bytes(self) -> int:
        """Memory of the weights, in bytes."""
        tensors = [t for model in self._networks.values() for t in model.state_dict().values()]
        return sum({t.data_ptr(): t.nbytes for t in tensors}.values())

    def _compute(self, make: Make, points: Tensor, precision: str) -> Result:
        chosen = self.precision if precision == "auto" else Precision.parse(precision)
        with self._lock, torch.inference_mode(), threads(self._threads):
            self._network(chosen)
            start = time.perf_counter()
            parts = [slice(i, i + BATCH) for i in range(0, len(points), BATCH)]
            # `_run` copies the pictures to the CPU, so a GPU has finished when the clock stops.
            images = torch.cat([self._run(make, chosen, points[rows], rows) for rows in parts])
            milliseconds = (time.perf_counter() - start) * 1000
        return Result(images, milliseconds, str(chosen))

    def _run(
        self, make: Make, precision: Precision, points: Tensor, rows: slice, network: Any = None
    ) -> Float[Tensor, "n c h w"]:
        """The pictures of `points`, which have the indices `rows` among all points, in a precision."""
        points = precision.lay_out(points.to(self._device, precision.dtype))
        return make(network or self._network(precision), points, rows).float().contiguous().cpu()

    def _network(self, precision: Precision) -> Any:
        """The network in a precision: a copy with weights that are converted once; autocast would do it at every call."""
        if precision not in self._networks:
            model = copy.deepcopy(self._networks[Precision()])
            if getattr(model, "has_opinion", False):  # the discriminator runs in float32 only
                del model.discriminator
            if precision.fused:
                fusion.fuse(model)
            # The type stubs of torch have no .to() with both arguments.
            self._networks[precision] = model.to(dtype=precision.dtype, memory_format=precision.memory_format)
        return self._networks[precision]

    def _choose_threads(self, make: Make, points: Tensor) -> int:
        """The number of threads to use: torch's own choice if it is clearly faster, else 1. On a busy machine, threads
        that wait for each other can cost a hundred times what they save."""
        every, seconds = torch.get_num_threads(), {}
        for n in (1, every):
            with threads(n):
                times = []
                for _ in range(3):
                    start = time.perf_counter()
                    self._run(make, Precision(), points, slice(None))
                    times.append(time.perf_counter() - start)
                seconds[n] = sorted(times)[1]
        return every if seconds[every] * THREADS_PAY < seconds[1] else 1

    def _choose(self, make: Make, points: Tensor) -> Precision:
        """The fastest precision on this machine whose pictures agree with those of float32. Timing it also warms it up."""
        exact = self._run(make, Precision(), points, slice(None))

        def usable(precision: Precision) -> bool:
            try:
                return agreement(self._run(make, precision, points, slice(None)), exact) >= AGREEMENT
            except (RuntimeError, NotImplementedError):  # this build or device lacks an operation in this format
                return False

        network = self._networks[Precision()]
        choices = candidates(network)
        if fusion.can_fuse(network):
            choices = [Precision(), *(dataclasses.replace(choice, fused=True) for choice in choices)]
        choices = [p for p in choices if p == Precision() or usable(p)]
        return fastest(choices, lambda p: lambda: self._run(make, p, points, slice(None)))
