"""The session of a model that draws captions."""

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
from gan_zoo.data.lexicon import Lexicon, Reading
from gan_zoo.layers.tokenizer import Language, tokens
from gan_zoo.models.kinds import Captioned
from gan_zoo.precision import Precision
from gan_zoo.serving.calls import Call, Result
from gan_zoo.serving.session import Ready, threads

# The batch size that precisions are timed with: the number of pictures for one sentence.
TIMED_BATCH = 6


@dataclass(frozen=True)
class Neighbour:
    """A training picture that a sentence may describe."""

    captions: dict[Language, str]
    """its label in each language; the English one if the label has no translation"""
    picture: Image.Image
    likeness: float
    """the probability that the sentence describes this picture, in [0, 1]"""


class CaptionedSession(Ready):
    """A model that draws captions, ready to run."""

    def __init__(self, name: str, model: Captioned, lock: threading.RLock, card: Mapping[str, Any] | None = None) -> None:
        self.lexicon = Lexicon((card or {}).get("data", ""))
        """the captions that the model was trained on"""
        self.stages = model.config.stages
        """number of stages, which draw one after the other"""
        super().__init__(name, model, lock, card)
        for n in (1, 2 * TIMED_BATCH):  # the first batch of each shape is slow
            self.draw(self._embed([self.lexicon.caption(row, "en") for row in range(n)]), self.latents(n, 0))

    def _usual_call(self) -> Call:
        captions = [self.lexicon.caption(row, "en") for row in range(TIMED_BATCH)]
        embedding = self._networks[Precision()].embed(tokens(captions).to(self._device))
        return self._painting(self._condition(embedding, self.latents(TIMED_BATCH, 0)))

    def _painting(self, conditions: Float[Tensor, "n k"]) -> Call:
        def paint(network: Any, part: Tensor, labels: Tensor | None) -> Tensor:
            return torch.cat([interpolate(stage, size=self.config.size) for stage in network.paint(part)], 3)

        return Call(paint, conditions, name="paint")

    def _condition(self, embedding: Float[Tensor, "n e"], z: Float[Tensor, "n z"]) -> Float[Tensor, "n k"]:
        """The condition to paint, always in float32: a lower precision could choose another meaning of the caption."""
        with self._lock, torch.inference_mode():
            return self._networks[Precision()].condition(embedding.to(self._device), z.to(self._device)).cpu()

    def read(self, sentence: str) -> Reading:
        """The parts of a sentence that the model understands, each word in the spelling that it understands best."""
        return self.lexicon.read(sentence, self._weigh)

    def _weigh(self, caption: str, rows: set[int]) -> float:
        """The probability that a caption means one of some training pictures."""
        with self._lock, torch.inference_mode(), threads(self._threads):
            network = self._networks[Precision()]
            return float(network.meant(network.embed(tokens([caption]).to(self._device)))[0, sorted(rows)].sum())

    def embed(self, readings: Sequence[Reading]) -> Float[Tensor, "n e"]:
        """The unit vectors of what was read, on the CPU."""
        return self._embed([reading.caption for reading in readings])

    def _embed(self, captions: Sequence[str]) -> Float[Tensor, "n e"]:
        with self._lock, torch.inference_mode(), threads(self._threads):
            return self._networks[Precision()].embed(tokens(captions).to(self._device)).float().cpu()

    def draw(self, embedding: Float[Tensor, "n e"], z: Float[Tensor, "n z"], precision: str = "auto") -> Result:
        """The pictures of all stages side by side, each enlarged to the size of the last without smoothing.

        Args:
            precision: `auto` for the fastest on this machine; `float32` for the same pictures on any machine.
        """
        return self._compute(self._painting(self._condition(embedding, z)), precision)

    def latents(self, n: int, seed: int) -> Float[Tensor, "n z"]:
        """`n` latents from a seed, on the CPU."""
        return latent.latents(n, self.config.latent_size, seed)

    def walk(self, one: Reading, other: Reading, frames: int, precision: str = "auto") -> Result:
        """The pictures between the likeliest condition of one caption and that of another, as `draw` returns them."""
        ends = self._condition(self.embed([one, other]), torch.zeros(2, self.config.latent_size))
        return self._compute(self._painting(latent.path(ends, frames, spherical=False)), precision)

    def nearest(self, embedding: Float[Tensor, "e"], n: int) -> list[Neighbour]:
        """The `n` training pictures that a caption most likely describes, the likeliest first."""
        with self._lock, torch.inference_mode():
            likely = self._networks[Precision()].meant(embedding[None].to(self._device))[0].cpu()
        best = likely[: len(self.lexicon.phrases)].topk(min(n, len(self.lexicon.phrases)))
        languages: tuple[Language, Language] = ("en", "ja")
        return [
            Neighbour({k: self.lexicon.caption(row, k) for k in languages}, self.lexicon.picture(row), chance)
            for row, chance in zip(best.indices.tolist(), best.values.tolist(), strict=True)
        ]
