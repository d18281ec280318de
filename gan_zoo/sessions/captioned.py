"""The session of a model that draws what a caption says."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float
from PIL import Image
from torch import Tensor
from torch.nn.functional import interpolate

from gan_zoo import latent
from gan_zoo.captions import Language, tokens
from gan_zoo.lexicon import Lexicon, Reading
from gan_zoo.precision import Precision
from gan_zoo.registry import Captioned
from gan_zoo.sessions.ready import Make, Ready, Result, threads

# The batch that precisions are timed with: the pictures of one sentence.
TIMED_BATCH = 6


@dataclass(frozen=True)
class Neighbour:
    """A training picture whose caption says nearly what a sentence says."""

    captions: dict[Language, str]
    """its label, in English where there is none in a language"""
    picture: Image.Image
    likeness: float
    """cosine between its caption and the sentence"""


class CaptionedSession(Ready):
    """A model that draws what a caption says, ready to run."""

    def __init__(self, name: str, model: Captioned, lock: threading.RLock, card: Mapping[str, Any] | None = None) -> None:
        self.lexicon = Lexicon((card or {}).get("data", ""))
        """the captions that the model was trained on"""
        self.stages = model.config.stages
        """how many stages draw, one after the other"""
        super().__init__(name, model, lock, card)
        rows = [
            (i, " ".join([label, *tags[:more]]))
            for i, said in enumerate(self.lexicon.phrases)
            for label, tags in said.values()
            for more in (0, len(tags))
        ]
        self._rows = torch.tensor([i for i, _ in rows])
        self._captions = self._embed([caption for _, caption in rows])
        for n in (1, 2 * TIMED_BATCH):  # each shape of batch is slow the first time
            self.draw(self._captions[:n], latent.latents(n, self.config.latent_size, 0))

    def _usual_call(self) -> tuple[Make, Tensor]:
        generator = torch.Generator().manual_seed(0)
        size = self.config.embedding_size
        points = torch.randn(TIMED_BATCH, size + self.config.latent_size, generator=generator)
        points[:, :size] /= points[:, :size].norm(dim=1, keepdim=True)
        return self._make, points

    def _make(self, network: Any, part: Tensor, rows: slice) -> Tensor:
        stages = network.draw(*part.tensor_split([self.config.embedding_size], 1))
        return torch.cat([interpolate(stage, size=self.config.size) for stage in stages], 3)

    def read(self, sentence: str) -> Reading:
        """What of a sentence is understood."""
        return self.lexicon.read(sentence)

    def embed(self, readings: Sequence[Reading]) -> Float[Tensor, "n e"]:
        """The unit vectors of what was read, on the CPU."""
        return self._embed([reading.caption for reading in readings])

    def _embed(self, captions: Sequence[str]) -> Float[Tensor, "n e"]:
        with self._lock, torch.inference_mode(), threads(self._threads):
            return self._networks[Precision()].embed(tokens(captions).to(self._device)).float().cpu()

    def draw(self, embedding: Float[Tensor, "n e"], z: Float[Tensor, "n z"], precision: str = "auto") -> Result:
        """The pictures of all stages side by side, each enlarged to the size of the last without smoothing.

        Args:
            precision: `auto` for the fastest here; `float32` for the same pictures on any machine.
        """
        return self._compute(self._make, torch.cat([embedding, z], 1), precision)

    def latents(self, n: int, seed: int) -> Float[Tensor, "n z"]:
        """`n` latents of a seed, on the CPU."""
        return latent.latents(n, self.config.latent_size, seed)

    def between(self, one: Reading, other: Reading, frames: int) -> Float[Tensor, "frames e"]:
        """The unit vectors on the way from one caption to another."""
        return latent.path(self.embed([one, other]), frames)

    def nearest(self, embedding: Float[Tensor, "e"], n: int) -> list[Neighbour]:
        """The `n` training pictures whose captions lie nearest, the nearest first."""
        likeness = torch.full((len(self.lexicon.phrases),), -1.0)
        likeness = likeness.scatter_reduce(0, self._rows, self._captions @ embedding, "amax")
        best = likeness.topk(min(n, len(likeness)))
        languages: tuple[Language, Language] = ("en", "ja")
        return [
            Neighbour({k: self.lexicon.caption(row, k) for k in languages}, self.lexicon.picture(row), alike)
            for row, alike in zip(best.indices.tolist(), best.values.tolist(), strict=True)
        ]
