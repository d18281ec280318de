"""Feature networks, ready to look at pictures."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

# Pictures that go through a feature network before others may compute.
LOOK = 128
# An attribute that a feature network names wrongly more often than rightly is none that it could speak about.
READABLE = 0.5


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
