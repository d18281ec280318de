"""The processes of a training run, on one machine or several."""

from __future__ import annotations

import os
from typing import Any

import torch
from torch import Tensor

from gan_zoo.errors import UserError


class Processes:
    """The rank, device and communication of this process in the run.

    Hugging Face Accelerate connects several processes. It is imported only if a launcher has set WORLD_SIZE to more than 1,
    because a single process doesn't need it.

    Raises:
        UserError: `device` is a GPU, and this machine has none.
    """

    def __init__(self, device: str) -> None:
        self.count = int(os.environ.get("WORLD_SIZE", "1"))
        self.rank = 0
        cuda = torch.cuda.is_available() and device != "cpu"
        if device.startswith("cuda") and not cuda:
            raise UserError("this machine has no GPU that PyTorch can use: leave out --device, or use --device cpu", "no_gpu")
        self.device = torch.device("cuda" if cuda else "cpu")
        if self.count > 1:
            from accelerate import PartialState

            state = PartialState(cpu=not cuda)
            self.rank, self.device = state.process_index, state.device

    @property
    def main(self) -> bool:
        return self.rank == 0

    def close(self) -> None:
        """Wait for the other processes, then disconnect. Without this, the end of one process would crash those that still
        communicate with it."""
        if self.count > 1:
            from accelerate import PartialState

            PartialState().wait_for_everyone()
            PartialState().destroy_process_group()

    def mean(self, tensor: Tensor) -> Tensor:
        """Return the mean of `tensor` over all processes."""
        if self.count == 1:
            return tensor
        from accelerate.utils import reduce

        return reduce(tensor, "mean")

    def gather(self, value: Any) -> list[Any]:
        """Return the `value` of every process, in the order of their ranks."""
        if self.count == 1:
            return [value]
        from accelerate.utils import gather_object

        return gather_object([value])

    def broadcast(self, value: Any) -> Any:
        """Return the `value` of the main process, which has rank 0."""
        return self.gather(value)[0]
