"""The session of a sampler."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import torch
from jaxtyping import Float, Int
from torch import Tensor

from gan_zoo import latent
from gan_zoo.models.kinds import Sampler
from gan_zoo.precision import Precision
from gan_zoo.serving.calls import Call, Result
from gan_zoo.serving.session import BATCH, Ready, threads

# The batch size that precisions are timed with. It lies between the one picture of a slider and the 64 of a grid.
TIMED_BATCH = 16
# The number of random latents that directions are computed from: several times the length of a latent.
POINTS = 600
DIRECTIONS = 10
# The number of a model's own pictures that give the usual logits of its discriminator.
USUAL = 256

Method = Literal["principal", "closed_form"]


@dataclass(frozen=True)
class Opinion:
    """The opinion of a discriminator about pictures, on the CPU."""

    logits: Float[Tensor, "n"]
    """the logits of `Sampler.opinion`"""
    ranks: Float[Tensor, "n"]
    """the share in [0, 1] of random pictures of the same model that have a lower logit; unlike logits, whose meaning depends
    on the loss, ranks can be compared between models"""


class Session(Ready):
    """A sampler, ready to run."""

    def __init__(self, name: str, model: Sampler, lock: threading.RLock, card: Mapping[str, Any] | None = None) -> None:
        count, classes = getattr(model.config, "classes", 0), (card or {}).get("classes", ())
        self.classes = list(classes) if len(classes) == count else [str(i) for i in range(count)]
        """the names of the classes of the data; empty for a model that takes no label"""
        self.layers: int = getattr(model, "layers", 0)
        """the number of layers that take a style of their own; 0 if the model has no styles"""
        self.has_opinion = model.has_opinion
        """whether the discriminator ships with the model"""
        self._usual: Float[Tensor, "m"] | None = None
        self._directions: dict[str, latent.Directions] = {}
        super().__init__(name, model, lock, card)
        # The first batch of each shape is slow, so run both here: the one picture of a slider and the many of a wall.
        for n in (1, BATCH):
            self.sample(self.latents(n, seed=0), self._labels(n))

    def _usual_call(self) -> Call:
        return self._drawing("sample", self.latents(TIMED_BATCH, seed=0), self._labels(TIMED_BATCH))

    @staticmethod
    def _drawing(method: str, points: Tensor, labels: Int[Tensor, "n"] | None) -> Call:
        """The call of the network's `method`, `sample` or `synthesis`."""
        return Call(lambda network, part, labels: getattr(network, method)(part, labels), points, labels, name=method)

    def latents(self, n: int, seed: int) -> Float[Tensor, "n z"]:
        """`n` latents from a seed, on the CPU."""
        return latent.latents(n, self.config.latent_size, seed)

    def truncated(self, z: Float[Tensor, "n z"], threshold: float) -> tuple[Float[Tensor, "n z"], float]:
        """Truncated latents, and the `psi` to sample them with; `threshold` is in standard deviations.

        For a model with styles, the latents stay and `psi` moves styles towards their mean (Karras et al. 2019, appendix
        B), as far as a cut at +-`threshold` would. For a model without styles, the latents are cut off at +-`threshold`
        (Brock et al. 2018) and `psi` is 1.
        """
        return (z, latent.spread(threshold)) if self.layers else (latent.truncate(z, threshold), 1.0)

    def sample(
        self, z: Float[Tensor, "n z"], label: Int[Tensor, "n"] | None = None, precision: str = "auto", psi: float = 1.0
    ) -> Result:
        """The pictures of latents `z`.

        Args:
            precision: `auto` for the fastest on this machine; `float32` for the same pictures on any machine.
            psi: the truncation of `Sampler.mapping`: 1 keeps the points of `z` as they are, 0 moves them to their mean.
        """
        if psi == 1:
            return self._compute(self._drawing("sample", z, label), precision)
        return self.synthesis(self.mapping(z, psi), label, precision)

    def synthesis(
        self, w: Float[Tensor, "n *layers w"], label: Int[Tensor, "n"] | None = None, precision: str = "auto"
    ) -> Result:
        """The pictures of points `w` in the space of edits, as `Sampler.synthesis` draws them."""
        return self._compute(self._drawing("synthesis", w, label), precision)

    def mapping(self, z: Float[Tensor, "n z"], psi: float = 1.0) -> Float[Tensor, "n w"]:
        """The points of `z` in the space of edits, on the CPU: the styles, or the latents themselves."""
        with self.network() as model:
            return model.mapping(z.to(self._device), psi).float().cpu()

    def saying(self, z: Float[Tensor, "n z"], choices: Sequence[int | None]) -> Float[Tensor, "n z"]:
        """`z` with other words, on the CPU, as `Sampler.saying` returns it."""
        with self.network() as model:
            return model.saying(z.to(self._device), choices).cpu()

    def opinion(self, images: Float[Tensor, "n c h w"], label: Int[Tensor, "n"] | None = None) -> Opinion:
        """The discriminator's opinion of pictures; only for a model that `has_opinion`."""
        with self._lock:
            if self._usual is None:
                drawn = self.sample(self.latents(USUAL, seed=0)).images
                self._usual = self._look(drawn, None).sort().values
            logits = self._look(images, label)
        return Opinion(logits, torch.searchsorted(self._usual, logits) / len(self._usual))

    def _look(self, images: Float[Tensor, "n c h w"], label: Int[Tensor, "n"] | None) -> Float[Tensor, "n"]:
        """The discriminator's logits of pictures of the classes `label`."""
        with self.network() as model:
            return model.opinion(images.to(self._device), None if label is None else label.to(self._device)).float().cpu()

    def directions(self, method: Method = "principal") -> latent.Directions:
        """The ten strongest directions, on the CPU; they are computed at the first call for each method."""
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
        """The network in float32, for other work than `sample`. No other network runs in the `with` block, so keep it short."""
        with self._lock, torch.inference_mode(), threads(self._threads):
            yield self._networks[Precision()]

    def _labels(self, n: int) -> Int[Tensor, "n"] | None:
        """Labels for `n` pictures; None if the model takes no labels."""
        return torch.arange(n) % len(self.classes) if self.classes else None
