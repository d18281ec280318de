"""The base of all sessions: one network in the precision that is fastest on this machine."""

from __future__ import annotations

import copy
import dataclasses
import math
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from gan_zoo.imaging.images import to_uint8
from gan_zoo.models.base import Model
from gan_zoo.precision import Precision, candidates, fastest
from gan_zoo.serving import fusion
from gan_zoo.serving.calls import Call, Question, Result, SharedBatches, joined

# The largest batch that goes through a network at once. It bounds the memory of the feature maps.
BATCH = 64
# The lowest agreement with the pictures of float32 (PSNR in dB) at which a precision is used: at 35 dB nobody sees the
# difference.
AGREEMENT = 35.0
# Several threads are used only if they are faster than one by at least this factor.
THREADS_PAY = 1.2


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
        self._waiting = SharedBatches()
        with lock, torch.inference_mode():
            usual = self._usual_call()
            self._threads, self.seconds = self._choose_threads(usual)
            with threads(self._threads):
                self.precision = self._choose(usual)
            # Drop the copies in the slower precisions, to free their memory.
            self._networks = {p: self._network(p) for p in {Precision(), self.precision}}

    def _usual_call(self) -> Call:
        """The call that precisions are timed with."""
        raise NotImplementedError

    @property
    def bytes(self) -> int:
        """Memory of the weights, in bytes."""
        tensors = [t for model in self._networks.values() for t in model.state_dict().values()]
        return sum({t.data_ptr(): t.nbytes for t in tensors}.values())

    def _compute(self, call: Call, precision: str) -> Result:
        """The pictures of a call, made in the precision `auto`, or in another as `Precision` writes it.

        Calls that wait for this network at the same time share a batch, unless one asks for its precision by name.
        """
        question = Question(call)
        if precision != "auto":
            with self._ready_to_run():
                self._answer([question], Precision.parse(precision))
        else:
            self._waiting.add(question)
            with self._ready_to_run():
                # Whoever had its turn before may have answered this question too.
                if not question.is_answered:
                    self._answer(self._waiting.take(question), self.precision)
        return question.answer()

    @contextmanager
    def _ready_to_run(self) -> Iterator[None]:
        """No other network runs in the `with` block."""
        with self._lock, torch.inference_mode(), threads(self._threads):
            yield

    def _answer(self, questions: Sequence[Question], precision: Precision) -> None:
        """Answer questions whose calls may share a batch."""
        if len(questions) == 1:
            [question] = questions
            try:
                question.result = self._pictures(question.call, precision)
            except Exception as error:  # raised in the thread that asked
                question.error = error
            return
        try:
            result = self._pictures(joined([question.call for question in questions]), precision)
        except Exception:  # one of them is at fault: the others get their pictures
            for question in questions:
                self._answer([question], precision)
            return
        sizes = [len(question.call.points) for question in questions]
        for question, images in zip(questions, result.images.split(sizes), strict=True):
            question.result = dataclasses.replace(result, images=images)

    def _pictures(self, call: Call, precision: Precision) -> Result:
        """The pictures of a call, made `BATCH` at a time."""
        self._network(precision)
        start = time.perf_counter()
        # `_run` copies the pictures to the CPU, so a GPU has finished when the clock stops.
        parts = [self._run(call.rows(slice(i, i + BATCH)), precision) for i in range(0, len(call.points), BATCH)]
        return Result(torch.cat(parts), (time.perf_counter() - start) * 1000, str(precision))

    def _run(self, call: Call, precision: Precision, network: Any = None) -> Float[Tensor, "n c h w"]:
        """The pictures of a call in a precision, all at once."""
        points = precision.lay_out(call.points.to(self._device, precision.dtype))
        labels = None if call.labels is None else call.labels.to(self._device)
        return call.make(network or self._network(precision), points, labels).float().contiguous().cpu()

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

    def _choose_threads(self, call: Call) -> tuple[int, float]:
        """The number of threads to use, and the seconds that a call in float32 takes with them.

        That is torch's own choice if it is clearly faster, else 1. On a busy machine, threads that wait for each other can
        cost a hundred times what they save.
        """
        every, seconds = torch.get_num_threads(), {}
        for n in (1, every):
            with threads(n):
                times = []
                for _ in range(3):
                    start = time.perf_counter()
                    self._run(call, Precision())
                    times.append(time.perf_counter() - start)
                seconds[n] = sorted(times)[1]
        chosen = every if seconds[every] * THREADS_PAY < seconds[1] else 1
        return chosen, seconds[chosen]

    def _choose(self, call: Call) -> Precision:
        """The fastest precision on this machine whose pictures agree with those of float32. Timing it also warms it up."""
        exact = self._run(call, Precision())

        def usable(precision: Precision) -> bool:
            try:
                return agreement(self._run(call, precision), exact) >= AGREEMENT
            except (RuntimeError, NotImplementedError):  # this build or device lacks an operation in this format
                return False

        network = self._networks[Precision()]
        choices = candidates(network)
        if fusion.can_fuse(network):
            choices = [Precision(), *(dataclasses.replace(choice, fused=True) for choice in choices)]
        choices = [p for p in choices if p == Precision() or usable(p)]
        return fastest(choices, lambda p: lambda: self._run(call, p), device=self._device)
