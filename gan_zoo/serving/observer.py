"""Feature networks, ready to run on pictures."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

# The number of pictures that go through a feature network before other networks may run.
LOOK = 128
# The lowest accuracy at which an attribute is used: a network that is wrong more often than right says nothing about it.
READABLE = 0.5


class Observer:
    """The feature network of a data set, ready to run on pictures, which it scales to its own size.

    It takes several pictures at a time; other networks may run in between.
    """

    def __init__(self, name: str, model: Any, lock: threading.RLock, card: Mapping[str, Any]) -> None:
        self.name = name
        self.data: str = card["data"]
        self.words: list[tuple[str, str]] = [(a, word) for a, words in card.get("attributes", {}).items() for word in words]
        """pairs of an attribute and one of its words, which the network tells apart; classes have the attribute ''. An
        attribute is left out if its accuracy, according to the card, is below `READABLE`"""
        self.words = self.words or [("", name) for name in card.get("classes") or []]
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
        """The network itself, for a loss over its features. No other network runs inside the `with` block."""
        with self._lock, torch.inference_mode():
            yield self._model

    def _look(self, images: Float[Tensor, "n c h w"], look: Callable[[Tensor], Tensor]) -> Float[Tensor, "n f"]:
        parts = []
        for part in images.split(LOOK):
            with self._lock, torch.inference_mode():
                parts.append(look(part.to(self._model.device)).float().cpu())
            time.sleep(0.002)  # lets a waiting thread take the lock
        return torch.cat(parts)
