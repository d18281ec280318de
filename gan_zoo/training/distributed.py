"""The processes of a training run, on one machine or several."""

from __future__ import annotations

import os
from typing import Any

import torch
from torch import Tensor

from gan_zoo.errors import UserError


class Processes:
    """This process among those of the run; Hugging Face Accelerate connects them where there are several.

    Accelerate is imported only when a launcher has set WORLD_SIZE, since one process doesn't need it.
    """

    def __init__(self, device: str) -> None:
        self.count = int(os.environ.get("WORLD_SIZE", "1"))
        self.rank = 0
        cuda = torch.cuda.is_available() and device != "cpu"
        if device.startswith("cuda") and not cuda:
            raise UserError("there is no GPU here: leave out --device, or say --device cpu", "no_gpu")
        self.device = torch.device("cuda" if cuda else "cpu")
        if self.count > 1:
            from accelerate import PartialState

            state = PartialState(cpu=not cuda)
            self.rank, self.device = state.process_index, state.device

    @property
    def main(self) -> bool:
        return self.rank == 0

    def close(self) -> None:
        """Wait for the others, then part: a process that simply ends would take those still talking to it along."""
        if self.count > 1:
            from accelerate import PartialState

            PartialState().wait_for_everyone()
            PartialState().destroy_process_group()

    def mean(self, tensor: Tensor) -> Tensor:
        """The mean of `tensor` over all processes."""
        if self.count == 1:
            return tensor
        from accelerate.utils import reduce

        return reduce(tensor, "mean")

    def gather(self, value: Any) -> list[Any]:
        """The `value` of every process, by rank."""
        if self.count == 1:
            return [value]
        from accelerate.utils import gather_object

        return gather_object([value])

    def broadcast(self, value: Any) -> Any:
        """The main process's `value`."""
        return self.gather(value)[0]
