"""The session of a translator."""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float, UInt8
from torch import Tensor
from torch.nn.functional import interpolate

from gan_zoo.errors import UserError
from gan_zoo.imaging.images import to_uint8
from gan_zoo.models.kinds import Translator
from gan_zoo.serving import fusion, tiles
from gan_zoo.serving.session import Make, Ready, Result, threads

# Rows of a picture that become bytes at once.
ROWS = 256


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


class TranslatorSession(Ready):
    """A translator, ready to run."""

    def __init__(self, name: str, model: Translator, lock: threading.RLock, card: Mapping[str, Any] | None = None) -> None:
        self.input_shape = model.input_shape
        self.any_size = model.any_size
        """whether it takes pictures of any size: `restyle`"""
        self.two_way = model.two_way
        """whether there is a way back"""
        self._reach = model.reach if model.any_size else 0
        super().__init__(name, model, lock, card)

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
        network = fusion.fuse(copy.deepcopy(self._network(self.precision)))
        self.precision.lay_out_network(network)
        with fusion.measured(network):
            self._run(make, self.precision, crops, slice(None), network)
        return fusion.folded(network)
