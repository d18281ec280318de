"""The session of a translator."""

from __future__ import annotations

import copy
import dataclasses
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float, UInt8
from torch import Tensor
from torch.nn.functional import interpolate

from gan_zoo import random_state
from gan_zoo.errors import UserError
from gan_zoo.imaging.images import to_uint8
from gan_zoo.models.kinds import Proposer, Translator
from gan_zoo.precision import Precision
from gan_zoo.serving import compiled, fusion, tiles
from gan_zoo.serving.calls import Call, Result
from gan_zoo.serving.session import AGREEMENT, Ready, agreement, threads

# The number of rows of a picture that are converted to bytes at once.
ROWS = 256
# A network that takes longer than this for a picture, in seconds, is compiled where that is possible.
SLOW = 0.02
# The compiled network is used if it is faster by at least this factor.
COMPILING_PAYS = 4 / 3


@dataclass(frozen=True)
class Part:
    """A picture that is being translated tile by tile."""

    image: UInt8[Tensor, "3 h w"]
    """the tiles that are done, and the input elsewhere; every `Part` of a picture shares this memory"""
    done: int
    """number of tiles that are done"""
    tiles: int
    """number of all tiles"""
    milliseconds: float
    """time that the model has taken so far, without the time that it waited for other models"""
    precision: str
    """as in `Result`"""


class TranslatorSession(Ready):
    """A translator, ready to run."""

    def __init__(self, name: str, model: Translator, lock: threading.RLock, card: Mapping[str, Any] | None = None) -> None:
        self.input_shape = model.input_shape
        self.any_size = model.any_size
        """whether it takes pictures of any size, which `restyle` needs"""
        self.two_way = model.two_way
        """whether it also translates back"""
        self.proposes = isinstance(model, Proposer)
        """whether `paper` returns one of many fitting pictures, a different one for each seed"""
        self._reach = model.reach if model.any_size else 0
        self._compiled: compiled.Compiled | None = None
        self.compiling: threading.Thread | None = None
        """the thread that compiles the network; it ends when the session has chosen what to use"""
        super().__init__(name, model, lock, card)

    def _usual_call(self) -> Call:
        # A single picture, as a canvas sends it while somebody draws: large soft spots of colour.
        c, h, w = self.input_shape
        spots = torch.rand(1, c, 8, 8, generator=torch.Generator().manual_seed(0)) * 2 - 1
        return self._call(interpolate(spots, (h, w), mode="bicubic").clamp(-1, 1))

    def _call(self, images: Float[Tensor, "n ci h w"], paper: bool = False, back: bool = False) -> Call:
        if back and not self.two_way:
            raise UserError(f"'{self.name}' knows no way back: it translates in one direction only", "one_way", name=self.name)
        way = {"back": True} if back else {}
        # With `paper`, the norms take the statistics of the whole batch.
        name = "" if paper else "back" if back else "translate"
        return Call(lambda network, part, labels: network.translate(part, paper, **way), images, name=name)

    def compile(self, folder: Path) -> None:
        """Begin to compile the network of a weights folder, if it is slow and OpenVINO is installed.

        The session uses the compiled network as soon as it is there, if it is faster and its pictures agree.
        """
        if compiled.is_available() and self._device.type == "cpu" and self.seconds > SLOW:
            self.compiling = threading.Thread(target=self._compile, args=(folder,), daemon=True)
            self.compiling.start()

    def _compile(self, folder: Path) -> None:
        try:
            network = compiled.opened(folder, self._threads)
            call = self._usual_call()
            with self._ready_to_run():
                exact, made = self._run(call, Precision()), network(call.points)
            before, after = self._shortest(lambda: self._run(call, self.precision), lambda: network(call.points))
            if agreement(made, exact) >= AGREEMENT and before > COMPILING_PAYS * after:
                with self._lock:
                    self._compiled = network
        except (ImportError, OSError, RuntimeError, subprocess.SubprocessError):
            return  # torch serves all networks, those that can't be compiled here too

    def _shortest(self, *runs: Callable[[], object], rounds: int = 5) -> list[float]:
        """The shortest time in seconds that each function takes; other networks may run in between.

        The functions take turns, so that a busy machine slows all equally.
        """
        times: list[list[float]] = [[] for _ in runs]
        for _ in range(rounds):
            for run, taken in zip(runs, times, strict=True):
                with self._ready_to_run():
                    start = time.perf_counter()
                    run()
                    taken.append(time.perf_counter() - start)
                time.sleep(0.002)  # lets a waiting thread take the lock
        return [min(taken) for taken in times]

    def _is_compiled(self, call: Call, precision: Precision) -> bool:
        """True if the compiled network makes the pictures of a call.

        It does so for `auto` alone. A precision that is asked for by name is another object, even if it is the same one.
        """
        return self._compiled is not None and call.name == "translate" and precision is self.precision

    @property
    def bytes(self) -> int:
        return super().bytes + (self._compiled.bytes if self._compiled else 0)

    def _pictures(self, call: Call, precision: Precision) -> Result:
        result = super()._pictures(call, precision)
        return dataclasses.replace(result, precision=compiled.PACKAGE) if self._is_compiled(call, precision) else result

    def _run(self, call: Call, precision: Precision, network: Any = None) -> Float[Tensor, "n c h w"]:
        if network is None and self._is_compiled(call, precision):
            assert self._compiled
            return self._compiled(call.points)
        return super()._run(call, precision, network)

    def translate(
        self,
        images: Float[Tensor, "n ci h w"],
        paper: bool = False,
        seed: int = 0,
        precision: str = "auto",
        back: bool = False,
    ) -> Result:
        """The translations of `images`, which have the `input_shape`. If `any_size` is true they may be larger or smaller,
        with sides that are multiples of 4.

        Args:
            paper: as in `Translator.translate`.
            seed: the seed of the noise, which exists only with `paper`.
            precision: `auto` for the fastest on this machine; `float32` for the same pictures on any machine.
            back: translate from the second kind of pictures to the first.

        Raises:
            UserError: `back` is asked of a model that translates in one direction only.
        """
        call = self._call(images, paper, back)
        if not paper:
            return self._compute(call, precision)
        with self._lock, random_state.seeded(seed, self._device):
            return self._compute(call, precision)

    def restyle(self, picture: Float[Tensor, "3 h w"], back: bool = False) -> Iterator[Part]:
        """The translation of a picture of any size on the CPU, tile by tile; other networks may run between tiles.

        If the picture is too large to go through whole, the statistics of the norms are taken once, over crops from all
        over the picture, so that they are the same in every tile. Tiles overlap by the reach of the network, so that no
        seams show.

        Raises:
            UserError: the model takes pictures of one size only, or `back` is asked of a model with one direction only.
        """
        if not self.any_size:
            raise UserError(f"'{self.name}' takes pictures of its own size only", "one_size", name=self.name)
        layer = self.config.width * self.precision.dtype.itemsize
        if (self.config.channels if back else self.config.input_channels) == 1:
            picture = picture.mean(0, keepdim=True)
        # In parts, because the conversion to bytes takes several times the memory of its input.
        image = torch.cat([to_uint8(rows) for rows in picture.split(ROWS, 1)], 1).expand(3, -1, -1).contiguous()
        pieces = tiles.cut(image.shape[1], image.shape[2], layer, self._reach)
        taken = 0.0
        for done, tile in enumerate(pieces, 1):
            with self._lock, torch.inference_mode(), threads(self._threads):
                start = time.perf_counter()
                if done == 1:
                    network = self._network(self.precision)
                    if len(pieces) > 1:
                        network = self._with_statistics(self._call(tiles.crops(picture, layer), back=back))
                window = tiles.take(picture, tile.seen_rows, tile.seen_columns)[None]
                drawn = self._run(self._call(window, back=back), self.precision, network)[0]
                image[:, slice(*tile.rows), slice(*tile.columns)] = to_uint8(tile.inner(drawn))
                taken += (time.perf_counter() - start) * 1000
            yield Part(image, done, len(pieces), taken, str(self.precision))
            time.sleep(0.002)  # lets a waiting thread take the lock

    def _with_statistics(self, crops: Call) -> Any:
        """A copy of the network whose norms use the statistics of the pictures of a call."""
        network = fusion.fuse(copy.deepcopy(self._network(self.precision)))
        self.precision.lay_out_network(network)
        with fusion.measured(network):
            self._run(crops, self.precision, network)
        return fusion.folded(network)
