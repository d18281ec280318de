"""Batches in random order, the same after a resume."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from jaxtyping import Int
from torch import Tensor

from gan_zoo.data.dataset import Dataset
from gan_zoo.errors import UserError


class Batches:
    """An endless stream of shuffled batches that can be stopped, saved and resumed.

    All processes draw the same order, and each takes its own part of every batch.
    The last pictures of an epoch are dropped where they don't fill a batch.
    """

    def __init__(
        self,
        data: Dataset,
        batch_size: int,
        seed: int,
        mirror: bool = False,
        rank: int = 0,
        processes: int = 1,
        jitter: float = 0.0,
    ) -> None:
        self.data, self.batch_size, self.mirror, self.jitter = data, batch_size, mirror, jitter
        if data.own_share:  # no other process draws from these pictures
            rank, processes, seed = 0, 1, seed + rank
        self.rank, self.processes = rank, processes
        self.together = batch_size * processes
        if len(data) < self.together:
            raise UserError(
                f"'{data.name}' has {len(data)} pictures, fewer than a batch of {self.together}: ask for a smaller batch",
                "small_data",
            )
        self.generator = torch.Generator().manual_seed(seed)
        self.epoch, self.position = -1, 0
        self.order = torch.empty(0, dtype=torch.int64)

    def __iter__(self) -> Iterator[dict[str, Tensor]]:
        return self

    def __next__(self) -> dict[str, Tensor]:
        return self.read(self.next_rows())

    def next_rows(self) -> Int[Tensor, "batch"]:
        """The rows of this process in the next batch, on the device of the pictures; `read` makes the batch of them."""
        if self.position + self.together > len(self.order):
            self.epoch, self.position = self.epoch + 1, 0
            self.data.renew(self.epoch)
            self.order = torch.randperm(len(self.data), generator=self.generator).to(self.data.images.device)
        start = self.position + self.rank * self.batch_size
        self.position += self.together
        return self.order[start : start + self.batch_size]

    def read(self, rows: Int[Tensor, "batch"]) -> dict[str, Tensor]:
        """The batch of `rows`, with new random changes at every call."""
        return self.data.batch(rows, self.mirror, self.jitter, vary=True)

    def state_dict(self) -> dict[str, Any]:
        return {
            "generator": self.generator.get_state(),
            "order": self.order.cpu(),
            "epoch": self.epoch,
            "position": self.position,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore the result of `state_dict`. If the data have another number of pictures now, a new epoch begins."""
        self.generator.set_state(state["generator"])
        self.order = state["order"].to(self.data.images.device)
        self.epoch, self.position = state["epoch"], state["position"]
        self.data.renew(max(0, self.epoch))
        if len(self.order) != len(self.data):
            self.order = self.order[:0]
