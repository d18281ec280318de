"""A moving average of a model's weights."""

from __future__ import annotations

import copy

import torch
from torch import Tensor

from gan_zoo.models.base import Model


class MovingAverage:
    """A copy of a model, in evaluation mode, whose weights and buffers are an exponential moving average of the model's.

    It counts its updates on the host: a counter on a GPU would make the host wait for the GPU at every step.

    Args:
        decay: share of the average that an update keeps. It is lower during the first updates, so that the initial weights
            fade quickly.
    """

    def __init__(self, model: Model, decay: float) -> None:
        self.module = copy.deepcopy(model).eval()
        self.decay = 0.0 if model.FITTED else decay
        self.updates = 0
        pairs = [
            pair
            for kind in ("parameters", "buffers")
            for pair in zip(getattr(self.module, kind)(), getattr(model, kind)(), strict=True)
        ]
        self._floats = [pair for pair in pairs if pair[0].is_floating_point()]
        self._others = [pair for pair in pairs if not pair[0].is_floating_point()]

    def next_share(self) -> float:
        """Count an update, and return the share of the model in it, in [0, 1]."""
        n, self.updates = self.updates, self.updates + 1
        return 1 - min(self.decay, (1 + n) / (10 + n)) if n else 1.0

    @torch.no_grad()
    def update(self, share: float | Tensor) -> None:
        """Move the average towards the model by `share`; a tensor may change between replays of a CUDA graph."""
        if self._floats:
            averages, weights = map(list, zip(*self._floats, strict=True))
            if isinstance(share, Tensor):
                moves = torch._foreach_sub(weights, averages)
                torch._foreach_mul_(moves, share)
                torch._foreach_add_(averages, moves)
            else:
                torch._foreach_lerp_(averages, weights, share)
        if self._others:  # counters and pictures
            averages, weights = map(list, zip(*self._others, strict=True))
            torch._foreach_copy_(averages, weights)
