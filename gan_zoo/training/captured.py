"""A training step as one CUDA graph, which is captured once and replayed.

The host then starts one graph in each step instead of hundreds of kernels. What a graph can't hold is found when it is
captured: a step in which the host waits for the GPU, or which draws random numbers on the host, stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

from gan_zoo import random_state
from gan_zoo.models.base import Batch, Optimizers

# Steps before the capture: libraries choose their algorithms in them, and optimizers create their state.
WARM_UP = 3
# What a step does with a batch and a share for the moving average.
Work = Callable[[Batch, Tensor], object]


class CapturedStep:
    """Runs a step, as a CUDA graph once it has been captured. Each call is one training step, those before the capture too.

    Learning rates and share are tensors throughout, so that a step gives the same numbers with and without a graph.

    Args:
        work: the step. It changes tensors in place; what it returns is lost.
        optimizers: the optimizers that `work` steps; all must be Adam.
        device: a CUDA device.
    """

    def __init__(self, work: Work, optimizers: Optimizers, device: torch.device) -> None:
        self.work, self.optimizers = work, optimizers
        self.refused = ""
        """why the step can't be captured; empty as long as nothing is known against it"""
        self._graph: torch.cuda.CUDAGraph | None = None
        self._warm = 0
        self._key: object = None
        self._batch: dict[str, Tensor] = {}
        self._share = torch.zeros((), device=device)
        self._rates = {network: torch.zeros((), device=device) for network in optimizers}

    @property
    def replays(self) -> bool:
        """True if the next step with the same settings replays the graph."""
        return self._graph is not None

    def __call__(self, batch: Batch, rates: Mapping[str, float], share: float, settings: object = None) -> None:
        """Do one step.

        Args:
            batch: tensors on the device.
            rates: the learning rate by network.
            share: the second argument of `work`.
            settings: anything else that the graph depends on. Another value than before leads to another capture.
        """
        key = (settings, {name: (t.shape, t.dtype, t.stride()) for name, t in batch.items()})
        if key != self._key:
            self._key, self._warm, self._graph = key, 0, None
        if self._graph is None and not self.refused and self._warm >= WARM_UP:
            self._capture(batch)
        for network, rate in rates.items():
            self._rates[network].fill_(rate)
        self._share.fill_(share)
        if self._graph is None:
            self._warm += 1
            self._set_rates()
            self.work(batch, self._share)
            return
        for name, tensor in self._batch.items():
            tensor.copy_(batch[name])
        self._graph.replay()

    def _set_rates(self) -> None:
        """Let the optimizers read their rates from tensors; a checkpoint has given them numbers."""
        for network, optimizer in self.optimizers.items():
            for group in optimizer.param_groups:
                group["lr"], group["capturable"] = self._rates[network], True

    def _capture(self, batch: Batch) -> None:
        """Capture the step, which doesn't run it; afterwards there is a graph, or `refused` says why not."""
        self._batch = {name: tensor.clone() for name, tensor in batch.items()}
        for optimizer in self.optimizers.values():
            optimizer.zero_grad()
        before, graph = random_state.states(), torch.cuda.CUDAGraph()
        try:
            with torch.cuda.graph(graph):
                self.work(self._batch, self._share)
        except RuntimeError as error:
            self.refused = str(error).splitlines()[0]
        after = random_state.states()
        if any(not torch.equal(before[kind], after[kind]) for kind in before):
            # A replay would repeat the numbers that the host drew in the capture.
            self.refused = self.refused or "the step draws random numbers on the host"
            random_state.restore(before)
        if self.refused:
            self._batch = {}
            for optimizer in self.optimizers.values():
                optimizer.zero_grad()
            return
        self._graph = graph


def portable(state: dict[str, Any], rate: float) -> dict[str, Any]:
    """The state of an optimizer without what a capture has set, so that it can be loaded on any device."""
    groups = [group | {"lr": rate, "capturable": False} for group in state["param_groups"]]
    return {**state, "param_groups": groups}
