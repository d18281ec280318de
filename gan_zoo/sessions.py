"""A network that is ready to run: in the precision that is fastest here, a batch at a time, one after the other.

`serve.Gallery` makes the sessions.
"""

from __future__ import annotations

import copy
import dataclasses
import math
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import torch
from jaxtyping import Float, Int, UInt8
from torch import Tensor
from torch.nn.functional import interpolate

from gan_zoo import fused, latent, tiles
from gan_zoo.errors import UserError
from gan_zoo.images import to_uint8
from gan_zoo.precision import Precision, candidates, fastest
from gan_zoo.registry import Model, Sampler, Translator

# The largest batch that goes through a network at once: it bounds the memory of the feature maps.
BATCH = 64
# The batch that precisions are timed with: between the one picture of a slider and the 64 of a grid.
TIMED_BATCH = 16
# A precision is taken only if its pictures agree with those of float32 at least this well (PSNR in dB): at 35 dB
# the difference can't be seen.
AGREEMENT = 35.0
# How many times as fast several threads must be before they are used.
THREADS_PAY = 1.2
# Random latents that directions are found in: several times as many as there are numbers in one.
POINTS = 600
DIRECTIONS = 10
# Pictures that go through a feature network before others may compute.
LOOK = 128
# Rows of a picture that become bytes at once.
ROWS = 256
# Pictures of a model's own that tell what its discriminator usually thinks of them.
USUAL = 256
# An attribute that a feature network names wrongly more often than rightly is none that it could speak about.
READABLE = 0.5

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


@dataclass(frozen=True)
class Part:
    """A picture that is being translated tile by tile."""

    image: UInt8[Tensor, "3 h w"]
    """what is done, and the input elsewhere; the same memory from tile to tile"""
    done: int
    """tiles that are done"""
    tiles: int
    """all there are"""
    milliseconds: float
    """time that the model took so far, without waiting for its turns"""
    precision: str
    """as in `Result`"""


@dataclass(frozen=True)
class Opinion:
    """What a discriminator thinks of pictures, on the CPU."""

    logits: Float[Tensor, "n"]
    """as `Sampler.opinion` says"""
    ranks: Float[Tensor, "n"]
    """the share in [0, 1] of random pictures of the same model that convince it less: a logit means something else with
    every loss, and this means the same"""


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


# How a network makes pictures of some points; the slice says which of all points these are.
Make = Callable[[Any, Tensor, slice], Tensor]


class Ready:
    """One network, ready to run: in float32 as it was published, and in the precision that is fastest here.

    A subclass says in `_usual_call` what is to be fast. `lock` is shared by all networks of a gallery: two at once on
    the same cores take longer than in turn.
    """

    def __init__(self, name: str, model: Model, lock: threading.RLock) -> None:
        self.name = name
        self.config = model.config
        self._lock = lock
        self._device = model.device
        self._networks: dict[Precision, Any] = {Precision(): model}
        with lock, torch.inference_mode():
            make, points = self._usual_call()
            self._threads = self._choose_threads(make, points)
            with threads(self._threads):
                self.precision = self._choose(make, points)
            # The copies that lost the race give their memory back.
            self._networks = {p: self._network(p) for p in {Precision(), self.precision}}

    def _usual_call(self) -> tuple[Make, Tensor]:
        """What precisions are timed with."""
        raise NotImplementedError

    @property
    def bytes(self) -> int:
        """Memory that the weights hold."""
        tensors = [t for model in self._networks.values() for t in model.state_dict().values()]
        return sum({t.data_ptr(): t.nbytes for t in tensors}.values())

    def _compute(self, make: Make, points: Tensor, precision: str) -> Result:
        chosen = self.precision if precision == "auto" else Precision.parse(precision)
        with self._lock, torch.inference_mode(), threads(self._threads):
            self._network(chosen)
            start = time.perf_counter()
            parts = [slice(i, i + BATCH) for i in range(0, len(points), BATCH)]
            # They come to the CPU, so that a GPU has finished when the clock stops.
            images = torch.cat([self._run(make, chosen, points[rows], rows) for rows in parts])
            milliseconds = (time.perf_counter() - start) * 1000
        return Result(images, milliseconds, str(chosen))

    def _run(
        self, make: Make, precision: Precision, points: Tensor, rows: slice, network: Any = None
    ) -> Float[Tensor, "n c h w"]:
        """The pictures that the network makes of `points`, which are these `rows` of all, in a precision."""
        points = precision.lay_out(points.to(self._device, precision.dtype))
        return make(network or self._network(precision), points, rows).float().contiguous().cpu()

    def _network(self, precision: Precision) -> Any:
        """The network in a precision: a copy whose weights are converted once, which autocast does at every call."""
        if precision not in self._networks:
            model = copy.deepcopy(self._networks[Precision()])
            if getattr(model, "has_opinion", False):  # the discriminator speaks in float32 only
                del model.discriminator
            if precision.fused:
                fused.fuse(model)
            # torch's stubs know no .to() with both.
            self._networks[precision] = model.to(dtype=precision.dtype, memory_format=precision.memory_format)
        return self._networks[precision]

    def _choose_threads(self, make: Make, points: Tensor) -> int:
        """As many threads as torch would take if that pays clearly, else one: on a busy machine threads that wait for
        each other can cost a hundred times what they save."""
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
        """The fastest precision on this machine whose pictures agree with those of float32; warms it up on the way."""
        exact = self._run(make, Precision(), points, slice(None))

        def usable(precision: Precision) -> bool:
            try:
                return agreement(self._run(make, precision, points, slice(None)), exact) >= AGREEMENT
            except (RuntimeError, NotImplementedError):  # this build or device lacks an operation in this format
                return False

        network = self._networks[Precision()]
        choices = candidates(network)
        if fused.can_fuse(network):
            choices = [Precision(), *(dataclasses.replace(choice, fused=True) for choice in choices)]
        choices = [p for p in choices if p == Precision() or usable(p)]
        return fastest(choices, lambda p: lambda: self._run(make, p, points, slice(None)))


class Session(Ready):
    """A sampler, ready to run; `classes` names the classes of the data, of which a model that takes no label has none."""

    def __init__(self, name: str, model: Sampler, lock: threading.RLock, classes: Sequence[str] = ()) -> None:
        count = getattr(model.config, "classes", 0)
        self.classes = list(classes) if len(classes) == count else [str(i) for i in range(count)]
        self.layers: int = getattr(model, "layers", 0)
        """how many layers take a style of their own; 0 where the model has no styles"""
        self.has_opinion = model.has_opinion
        """whether the discriminator ships with the model"""
        self._usual: Float[Tensor, "m"] | None = None
        self._directions: dict[str, latent.Directions] = {}
        super().__init__(name, model, lock)
        # Each shape of batch is slow the first time: the one picture of a slider, the many of a wall.
        for n in (1, BATCH):
            self.sample(self.latents(n, seed=0), self._labels(n))

    def _usual_call(self) -> tuple[Make, Tensor]:
        return self._call("sample", self._labels(TIMED_BATCH)), self.latents(TIMED_BATCH, seed=0)

    def _call(self, method: str, label: Int[Tensor, "n"] | None) -> Make:
        """How the network's `method`, `sample` or `synthesis`, makes pictures of points and their labels."""

        def make(network: Any, part: Tensor, rows: slice) -> Tensor:
            return getattr(network, method)(part, None if label is None else label[rows].to(self._device))

        return make

    def latents(self, n: int, seed: int) -> Float[Tensor, "n z"]:
        """`n` latents of a seed, on the CPU."""
        return latent.latents(n, self.config.latent_size, seed)

    def truncated(self, z: Float[Tensor, "n z"], threshold: float) -> tuple[Float[Tensor, "n z"], float]:
        """Latents, and the `psi` to draw them with, for pictures as usual as a cut at +-`threshold` makes them.

        Styles are drawn towards their mean (Karras et al. 2019, appendix B); a model without styles has its latents
        cut off (Brock et al. 2018).
        """
        return (z, latent.spread(threshold)) if self.layers else (latent.truncate(z, threshold), 1.0)

    def sample(
        self, z: Float[Tensor, "n z"], label: Int[Tensor, "n"] | None = None, precision: str = "auto", psi: float = 1.0
    ) -> Result:
        """The pictures of latents `z`.

        Args:
            precision: `auto` for the fastest here; `float32` for the same pictures on any machine.
            psi: how far from their mean the points stay that `z` is mapped to, as `Sampler.mapping` says.
        """
        if psi == 1:
            return self._compute(self._call("sample", label), z, precision)
        return self.synthesis(self.mapping(z, psi), label, precision)

    def synthesis(
        self, w: Float[Tensor, "n *layers w"], label: Int[Tensor, "n"] | None = None, precision: str = "auto"
    ) -> Result:
        """The pictures of points `w` of the space that edits are made in, as `Sampler.synthesis` draws them."""
        return self._compute(self._call("synthesis", label), w, precision)

    def mapping(self, z: Float[Tensor, "n z"], psi: float = 1.0) -> Float[Tensor, "n w"]:
        """The points of the space that edits are made in, on the CPU: the styles, or the latents themselves."""
        with self.network() as model:
            return model.mapping(z.to(self._device), psi).float().cpu()

    def opinion(self, images: Float[Tensor, "n c h w"], label: Int[Tensor, "n"] | None = None) -> Opinion:
        """What the discriminator thinks of pictures; only where `has_opinion`."""
        with self._lock:
            if self._usual is None:
                drawn = self.sample(self.latents(USUAL, seed=0)).images
                self._usual = self._look(drawn, None).sort().values
            logits = self._look(images, label)
        return Opinion(logits, torch.searchsorted(self._usual, logits) / len(self._usual))

    def _look(self, images: Float[Tensor, "n c h w"], label: Int[Tensor, "n"] | None) -> Float[Tensor, "n"]:
        """The logits of pictures, which are classes `label`."""
        with self.network() as model:
            return model.opinion(images.to(self._device), None if label is None else label.to(self._device)).float().cpu()

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

    def _labels(self, n: int) -> Int[Tensor, "n"] | None:
        """Labels for `n` pictures, where the model takes any."""
        return torch.arange(n) % len(self.classes) if self.classes else None


class TranslatorSession(Ready):
    """A translator, ready to run."""

    def __init__(self, name: str, model: Translator, lock: threading.RLock) -> None:
        self.input_shape = model.input_shape
        self.any_size = model.any_size
        """whether it takes pictures of any size: `restyle`"""
        self.two_way = model.two_way
        """whether there is a way back"""
        self._reach = model.reach if model.any_size else 0
        super().__init__(name, model, lock)

    def _usual_call(self) -> tuple[Make, Tensor]:
        # One picture, as it comes from a canvas while somebody draws; large soft spots of colour.
        c, h, w = self.input_shape
        spots = torch.rand(1, c, 8, 8, generator=torch.Generator().manual_seed(0)) * 2 - 1
        return self._call(), interpolate(spots, (h, w), mode="bicubic").clamp(-1, 1)

    def _call(self, paper: bool = False, back: bool = False) -> Make:
        if back and not self.two_way:
            raise UserError(f"'{self.name}' knows no way back: it translates in one direction only", "one_way", name=self.name)
        way = {"back": True} if back else {}
        return lambda network, part, rows: network.translate(part, paper, **way)

    def translate(
        self,
        images: Float[Tensor, "n ci h w"],
        paper: bool = False,
        seed: int = 0,
        precision: str = "auto",
        back: bool = False,
    ) -> Result:
        """What becomes of `images`, which have the `input_shape`; where `any_size` they may be larger or smaller, with
        sides that are multiples of 4.

        Args:
            paper: as in `Translator.translate`.
            seed: of the noise, which there is with `paper` only.
            precision: `auto` for the fastest here; `float32` for the same pictures on any machine.
            back: from the second kind of pictures to the first.

        Raises:
            UserError: there is no way back.
        """
        with self._lock, torch.random.fork_rng(enabled=paper):
            if paper:
                torch.manual_seed(seed)
            return self._compute(self._call(paper, back), images, precision)

    def restyle(self, picture: Float[Tensor, "3 h w"], back: bool = False) -> Iterator[Part]:
        """What becomes of a picture of any size on the CPU, tile by tile; others may compute in between.

        One that is too large to go through whole has the statistics of its norms taken once, over crops from all over
        it, so that they are the same in every tile, and tiles overlap as far as the network looks: no seam is left.

        Raises:
            UserError: the model takes pictures of one size only, or there is no way back.
        """
        if not self.any_size:
            raise UserError(f"'{self.name}' takes pictures of its own size only", "one_size", name=self.name)
        make, layer = self._call(back=back), self.config.width * self.precision.dtype.itemsize
        if (self.config.channels if back else self.config.input_channels) == 1:
            picture = picture.mean(0, keepdim=True)
        # Not all at once: on the way to bytes a picture takes several times its memory.
        image = torch.cat([to_uint8(rows) for rows in picture.split(ROWS, 1)], 1).expand(3, -1, -1).contiguous()
        pieces = tiles.cut(image.shape[1], image.shape[2], layer, self._reach)
        taken = 0.0
        for done, tile in enumerate(pieces, 1):
            with self._lock, torch.inference_mode(), threads(self._threads):
                start = time.perf_counter()
                if done == 1:
                    network = self._network(self.precision)
                    if len(pieces) > 1:
                        network = self._with_statistics(make, tiles.crops(picture, layer))
                window = tiles.take(picture, tile.seen_rows, tile.seen_columns)[None]
                drawn = self._run(make, self.precision, window, slice(None), network)[0]
                image[:, slice(*tile.rows), slice(*tile.columns)] = to_uint8(tile.inner(drawn))
                taken += (time.perf_counter() - start) * 1000
            yield Part(image, done, len(pieces), taken, str(self.precision))
            time.sleep(0.002)  # whoever waits goes first

    def _with_statistics(self, make: Make, crops: Float[Tensor, "n c h w"]) -> Any:
        """The network with norms that keep the statistics of `crops`."""
        network = fused.fuse(copy.deepcopy(self._network(self.precision)))
        self.precision.lay_out_network(network)
        with fused.measured(network):
            self._run(make, self.precision, crops, slice(None), network)
        return fused.folded(network)


class Observer:
    """The feature network of a data set, ready to look at pictures of its size.

    Several pictures' worth of work is done at a time, and in between others may compute.
    """

    def __init__(self, name: str, model: Any, lock: threading.RLock, card: Mapping[str, Any]) -> None:
        self.name = name
        self.data: str = card["data"]
        self.words: list[tuple[str, str]] = [(a, word) for a, words in card.get("attributes", {}).items() for word in words]
        """what it tells apart: each word with its attribute; classes have the attribute ''. An attribute that it names
        wrongly more often than rightly, as its card says, is left out"""
        self.words = self.words or [("", name) for name in card["classes"]]
        measured = card.get("metrics", {}).get(name, {})
        rows = [i for i, (attribute, _) in enumerate(self.words) if measured.get(attribute, 1.0) >= READABLE]
        self.words = [self.words[i] for i in rows]
        self._rows = torch.tensor(rows)
        self._model, self._lock = model, lock

    def features(self, images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n f"]:
        """The features of pictures, on the CPU."""
        return self._look(images, self._model.features)

    def probabilities(self, images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n words"]:
        """The probability of each word, on the CPU; those of one attribute sum to 1."""
        logits = self._look(images, self._model)
        return torch.cat([head.softmax(1) for head in logits.split(list(self._model.heads), 1)], 1)[:, self._rows]

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
