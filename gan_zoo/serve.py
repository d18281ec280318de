"""Serving: how the gallery reaches a model. A `Gallery` knows the weights folders, a `Session` owns one network.

>>> gallery = Gallery()
>>> session = gallery.session("dcgan-digits")
>>> result = session.sample(session.latents(64, seed=7))
>>> result.images, result.milliseconds, result.precision
"""

from __future__ import annotations

import copy
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor

from gan_zoo import hub, latent
from gan_zoo.errors import UserError, unknown
from gan_zoo.images import to_uint8
from gan_zoo.precision import Precision, candidates, fastest
from gan_zoo.registry import Model, Sampler

# The largest batch that goes through a network at once: it bounds the memory of the feature maps.
BATCH = 64
# The batch that precisions are timed with: between the one picture of a slider and the 64 of a grid.
TIMED_BATCH = 16
# A precision is taken only if its pictures agree with those of float32 at least this well (PSNR in dB): at 35 dB
# the difference can't be seen.
AGREEMENT = 35.0
# How many times as fast several threads must be before they are used.
THREADS_PAY = 1.2
# Bytes of weights that stay loaded if not told otherwise.
MEMORY = 400_000_000


@dataclass(frozen=True)
class Result:
    """Pictures and what they cost."""

    images: Float[Tensor, "n c h w"]
    """on the CPU, in [-1, 1]"""
    milliseconds: float
    """time that the model took, without waiting for its turn"""
    precision: str
    """number format and layout that the network ran in, as `Precision` writes it"""


def agreement(a: Float[Tensor, "n c h w"], b: Float[Tensor, "n c h w"]) -> float:
    """PSNR in dB between two batches of pictures as bytes; infinite where they are the same."""
    error = (to_uint8(a).float() - to_uint8(b).float()).square().mean().item()
    return 10 * math.log10(255**2 / error) if error else math.inf


@contextmanager
def threads(n: int) -> Iterator[None]:
    """torch computes with `n` threads on the CPU."""
    before = torch.get_num_threads()
    torch.set_num_threads(n)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class Session:
    """One sampler, ready to run: in float32 as it was published, and in the precision that is fastest here.

    `lock` is shared by all sessions of a gallery: two networks at once on the same cores take longer than in turn.
    """

    def __init__(self, name: str, model: Sampler, lock: threading.RLock) -> None:
        self.name = name
        self.config = model.config
        self._lock = lock
        self._device = model.device
        self._networks: dict[Precision, Sampler] = {Precision(): model}
        with lock, torch.inference_mode():
            self._threads = self._choose_threads(model)
            with threads(self._threads):
                self.precision = self._choose(model)
            # The copies that lost the race give their memory back.
            self._networks = {p: self._networks[p] for p in {Precision(), self.precision}}
        # Each shape of batch is slow the first time: the one picture of a slider, the many of a wall.
        for n in (1, BATCH):
            self.sample(self.latents(n, seed=0), self._labels(n))

    @property
    def bytes(self) -> int:
        """Memory that the weights hold."""
        tensors = [t for model in self._networks.values() for t in model.state_dict().values()]
        return sum({t.data_ptr(): t.nbytes for t in tensors}.values())

    def latents(self, n: int, seed: int, truncation: float = math.inf) -> Float[Tensor, "n z"]:
        """`n` latents of a seed, on the CPU, cut off at +-`truncation`."""
        return latent.truncate(latent.latents(n, self.config.latent_size, seed), truncation)

    def sample(self, z: Float[Tensor, "n z"], label: Int[Tensor, "n"] | None = None, precision: str = "auto") -> Result:
        """The pictures of latents `z`.

        Args:
            precision: `auto` for the fastest here; `float32` for the same pictures on any machine.
        """
        chosen = self.precision if precision == "auto" else Precision.parse(precision)
        with self._lock, torch.inference_mode(), threads(self._threads):
            network = self._network(chosen)
            start = time.perf_counter()
            parts = [
                self._run(network, chosen, part, None if label is None else label[i * BATCH : (i + 1) * BATCH])
                for i, part in enumerate(torch.split(z, BATCH))
            ]
            images = torch.cat(parts)  # brings them to the CPU, so that a GPU has finished when the clock stops
            milliseconds = (time.perf_counter() - start) * 1000
        return Result(images, milliseconds, str(chosen))

    def _run(
        self, network: Sampler, precision: Precision, z: Float[Tensor, "n z"], label: Int[Tensor, "n"] | None
    ) -> Float[Tensor, "n c h w"]:
        label = None if label is None else label.to(self._device)
        return network.sample(z.to(self._device, precision.dtype), label).float().contiguous().cpu()

    def _network(self, precision: Precision) -> Sampler:
        """The network in a precision: a copy whose weights are converted once, which autocast does at every call."""
        if precision not in self._networks:
            model = copy.deepcopy(self._networks[Precision()])
            # torch's stubs know no .to() with both.
            self._networks[precision] = model.to(dtype=precision.dtype, memory_format=precision.memory_format)  # type: ignore[call-overload]
        return self._networks[precision]

    def _choose_threads(self, model: Sampler) -> int:
        """As many threads as torch would take if that pays clearly, else one: on a busy machine threads that wait for
        each other can cost a hundred times what they save."""
        z, label, every = self.latents(TIMED_BATCH, seed=0), self._labels(), torch.get_num_threads()
        seconds = {}
        for n in (1, every):
            with threads(n):
                times = []
                for _ in range(3):
                    start = time.perf_counter()
                    self._run(model, Precision(), z, label)
                    times.append(time.perf_counter() - start)
                seconds[n] = sorted(times)[1]
        return every if seconds[every] * THREADS_PAY < seconds[1] else 1

    def _labels(self, n: int = TIMED_BATCH) -> Int[Tensor, "n"] | None:
        """Labels for `n` pictures, where the model takes any."""
        classes = getattr(self.config, "classes", 0)
        return torch.arange(n) % classes if classes else None

    def _choose(self, model: Sampler) -> Precision:
        """The fastest precision on this machine whose pictures agree with those of float32; warms it up on the way."""
        z = self.latents(TIMED_BATCH, seed=0)
        label = self._labels()
        exact = self._run(model, Precision(), z, label)

        def usable(precision: Precision) -> bool:
            try:
                return agreement(self._run(self._network(precision), precision, z, label), exact) >= AGREEMENT
            except (RuntimeError, NotImplementedError):  # this build or device lacks an operation in this format
                return False

        choices = [p for p in candidates(model) if p == Precision() or usable(p)]
        return fastest(choices, lambda p: lambda: self._run(self._network(p), p, z, label))


class Gallery:
    """The weights folders that can be served; loads a network when it is first asked for.

    A folder that can't be used is kept under `problems` with the reason and disturbs none of the others.

    Args:
        weights: the folders by name; those that `hub.list_weights` finds where it is not given.
        device: where networks run; a GPU where there is one if not given.
        memory: bytes that the weights of loaded networks may take. When they take more, the one that was used least
            recently goes; the one just asked for always stays.
    """

    def __init__(self, weights: Mapping[str, Path] | None = None, device: str | None = None, memory: int = MEMORY) -> None:
        self.folders = dict(hub.list_weights() if weights is None else weights)
        self.device = device or ("cuda" if torch.cuda.is_available() else "cpu")
        self.memory = memory
        self.problems: dict[str, UserError] = {}
        self._cards: dict[str, dict[str, Any]] = {}
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._lock = threading.RLock()
        for name, folder in self.folders.items():
            try:
                self._cards[name] = hub.read_card(folder)
            except (UserError, OSError, TypeError, KeyError, AttributeError) as error:
                self._set_aside(name, error)

    def names(self, kind: str | None = None) -> list[str]:
        """The usable weights, sorted, of one `kind` of model if given."""
        return sorted(name for name, card in list(self._cards.items()) if kind in (None, card["kind"]))

    def card(self, name: str) -> dict[str, Any]:
        """What a weights folder says of itself: model, data, classes, metrics; `UserError` if it can't be served."""
        self._check(name)
        return self._cards[name]

    def session(self, name: str) -> Session:
        """The session of a sampler, loaded if it isn't.

        Raises:
            UserError: there is no such sampler, or its folder is damaged.
        """
        with self._lock:
            self._check(name)
            if name not in self._sessions:
                self._sessions[name] = self._load(name)
            self._sessions.move_to_end(name)
            while len(self._sessions) > 1 and sum(s.bytes for s in self._sessions.values()) > self.memory:
                self._sessions.popitem(last=False)
            return self._sessions[name]

    def loaded(self) -> list[str]:
        """The names of the networks in memory, the least recently used first."""
        return list(self._sessions)

    def _check(self, name: str) -> None:
        if isinstance(name, str) and name in self.problems:
            raise self.problems[name]
        if not isinstance(name, str) or name not in self._cards:  # a browser may send anything
            raise unknown("weights", str(name), self._cards)

    def _load(self, name: str) -> Session:
        try:
            model: Model = hub.load(self.folders[name], self.device)
            if not isinstance(model, Sampler):
                raise UserError(f"'{name}' is a {model.kind}: it draws no pictures", "wrong_kind", name=name)
            return Session(name, model, self._lock)
        # A folder that says one thing and holds another can fail anywhere between its JSON and its first picture.
        except (UserError, OSError, ValueError, TypeError, KeyError, RuntimeError) as error:
            if isinstance(error, UserError) and error.code == "wrong_kind":
                raise
            self._set_aside(name, error)
            raise self.problems[name] from error

    def _set_aside(self, name: str, error: Exception) -> None:
        """Take a folder out of the gallery, with the reason in one line."""
        reason = " ".join(str(error).split())
        self._cards.pop(name, None)
        self.problems[name] = UserError(f"'{name}' can't be used: {reason}", "broken_weights", name=name, reason=reason)
