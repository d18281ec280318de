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
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

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
# Random latents that directions are found in: several times as many as there are numbers in one.
POINTS = 600
DIRECTIONS = 10
# Pictures that go through a feature network before others may compute.
LOOK = 128

Method = Literal["principal", "closed_form"]


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
    `classes` names the classes of the data; a model that takes no label has none.
    """

    def __init__(self, name: str, model: Sampler, lock: threading.RLock, classes: Sequence[str] = ()) -> None:
        self.name = name
        self.config = model.config
        count = getattr(model.config, "classes", 0)
        self.classes = list(classes) if len(classes) == count else [str(i) for i in range(count)]
        self.layers: int = getattr(model, "layers", 0)
        """how many layers take a style of their own; 0 where the model has no styles"""
        self._directions: dict[str, latent.Directions] = {}
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
        return self._compute("sample", z, label, precision)

    def synthesis(
        self, w: Float[Tensor, "n *layers w"], label: Int[Tensor, "n"] | None = None, precision: str = "auto"
    ) -> Result:
        """The pictures of points `w` of the space that edits are made in, as `Sampler.synthesis` draws them."""
        return self._compute("synthesis", w, label, precision)

    def mapping(self, z: Float[Tensor, "n z"]) -> Float[Tensor, "n w"]:
        """The points of the space that edits are made in, on the CPU: the styles, or the latents themselves."""
        with self.network() as model:
            return model.mapping(z.to(self._device)).float().cpu()

    def directions(self, method: Method = "principal") -> latent.Directions:
        """The ten strongest directions, found when they are first asked for, on the CPU."""
        with self.network() as model:
            if method not in self._directions:
                w = model.mapping(self.latents(POINTS, seed=0).to(self._device))
                if method == "principal":
                    activations = torch.cat([model.first_layer(part) for part in w.split(BATCH)])
                    found = latent.principal_directions(w, activations, DIRECTIONS)
                else:
                    found = latent.closed_form_directions(model.entry_weight(), w, DIRECTIONS)
                self._directions[method] = latent.Directions(found.vectors.cpu(), found.strengths.cpu(), found.sigmas.cpu())
            return self._directions[method]

    @contextmanager
    def network(self) -> Iterator[Sampler]:
        """The network in float32, for what `sample` can't do; nobody else computes meanwhile, so let it go soon."""
        with self._lock, torch.inference_mode(), threads(self._threads):
            yield self._networks[Precision()]

    def _compute(self, method: str, points: Tensor, label: Int[Tensor, "n"] | None, precision: str) -> Result:
        chosen = self.precision if precision == "auto" else Precision.parse(precision)
        with self._lock, torch.inference_mode(), threads(self._threads):
            network = self._network(chosen)
            start = time.perf_counter()
            parts = [
                self._run(network, chosen, part, None if label is None else label[i * BATCH : (i + 1) * BATCH], method)
                for i, part in enumerate(torch.split(points, BATCH))
            ]
            images = torch.cat(parts)  # brings them to the CPU, so that a GPU has finished when the clock stops
            milliseconds = (time.perf_counter() - start) * 1000
        return Result(images, milliseconds, str(chosen))

    def _run(
        self,
        network: Sampler,
        precision: Precision,
        points: Float[Tensor, "n *layers z"],
        label: Int[Tensor, "n"] | None,
        method: str = "sample",
    ) -> Float[Tensor, "n c h w"]:
        """The pictures that the network's `method`, `sample` or `synthesis`, makes of points."""
        label = None if label is None else label.to(self._device)
        images: Tensor = getattr(network, method)(points.to(self._device, precision.dtype), label)
        return images.float().contiguous().cpu()

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
        return torch.arange(n) % len(self.classes) if self.classes else None

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


class Observer:
    """The feature network of a data set, ready to look at pictures of its size.

    Several pictures' worth of work is done at a time, and in between others may compute.
    """

    def __init__(self, name: str, model: Any, lock: threading.RLock, card: Mapping[str, Any]) -> None:
        self.name = name
        self.data: str = card["data"]
        self.words: list[tuple[str, str]] = [(a, word) for a, words in card.get("attributes", {}).items() for word in words]
        """what it tells apart: each word with its attribute; classes have the attribute ''"""
        self.words = self.words or [("", name) for name in card["classes"]]
        self._model, self._lock = model, lock

    def features(self, images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n f"]:
        """The features of pictures, on the CPU."""
        return self._look(images, self._model.features)

    def probabilities(self, images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n words"]:
        """The probability of each word, on the CPU; those of one attribute sum to 1."""
        logits = self._look(images, self._model)
        return torch.cat([head.softmax(1) for head in logits.split(list(self._model.heads), 1)], 1)

    @contextmanager
    def network(self) -> Iterator[Any]:
        """The network itself, for a loss over its features; nobody else computes meanwhile."""
        with self._lock, torch.inference_mode():
            yield self._model

    def _look(self, images: Float[Tensor, "n c h w"], look: Callable[[Tensor], Tensor]) -> Float[Tensor, "n f"]:
        parts = []
        for part in images.split(LOOK):
            with self._lock, torch.inference_mode():
                parts.append(look(part.to(self._model.device)).float().cpu())
            time.sleep(0.002)  # whoever waits goes first
        return torch.cat(parts)


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
        self._observers: dict[str, Observer] = {}
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

    def observer(self, name: str) -> Observer | None:
        """The feature network of the data that the sampler `name` was trained on, where one ships for such pictures.

        It was trained on the same data, or on more of the same, and then it is called `features-DATA`.
        """
        data = self.card(name).get("data")
        for other in self.names("classifier"):
            same_data = self._cards[other].get("data") == data or other == f"features-{data}"
            if not same_data or self._shape(other) != self._shape(name):
                continue
            with self._lock:
                if other not in self._observers:
                    try:
                        network = hub.load(self.folders[other], self.device)
                        self._observers[other] = Observer(other, network, self._lock, self._cards[other])
                    except (UserError, OSError, ValueError, TypeError, KeyError, RuntimeError) as error:
                        self._set_aside(other, error)
                        continue
                return self._observers[other]
        return None

    def _shape(self, name: str) -> list[Any]:
        """Channels and size of the pictures that a model works on."""
        return [self._cards[name]["config"].get(key) for key in ("channels", "size")]

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
            return Session(name, model, self._lock, self._cards[name]["classes"])
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
