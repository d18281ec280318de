"""The session of samplers that do more: autoencoders, which also encode pictures, and densities, which also score them."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from gan_zoo.models.kinds import Autoencoder, Density, Sampler
from gan_zoo.serving.calls import Result
from gan_zoo.serving.sampler import Session
from gan_zoo.serving.session import BATCH


class CodeSession(Session):
    """An autoencoder or a density, ready to run; it also samples as every sampler does."""

    def __init__(self, name: str, model: Sampler, lock: threading.RLock, card: Mapping[str, Any] | None = None) -> None:
        self.codes = isinstance(model, Autoencoder)
        """whether it turns pictures into codes"""
        self.scores = isinstance(model, Density)
        """whether it computes how likely a picture is"""
        super().__init__(name, model, lock, card)

    def encode(self, images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n z"]:
        """The codes of pictures, on the CPU; only for a model that `codes`."""
        return self._each("encode", images)

    def reconstruct(self, images: Float[Tensor, "n c h w"]) -> Result:
        """The pictures decoded from the codes of `images`; only for a model that `codes`."""
        return self.sample(self.encode(images))

    def score(self, images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n"]:
        """The scores of pictures by `Density.score`, on the CPU; only for a model that `scores`."""
        return self._each("score", images)

    def _each(self, method: str, images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n *z"]:
        with self.network() as model:
            parts = [getattr(model, method)(part.to(self._device)).float().cpu() for part in images.split(BATCH)]
        return torch.cat(parts)
