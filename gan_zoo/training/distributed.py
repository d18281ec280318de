"""The processes of a training run, on one machine or several."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from gan_zoo.errors import UserError

# The types of devices that a training can run on, beside the CPU.
ACCELERATORS = ("cuda", "mps", "xpu")


def choose_device(name: str) -> torch.device:
    """Return the device `name`: auto, cpu, or an accelerator of this machine such as cuda, cuda:1, mps or xpu.

    `auto` is a CUDA GPU if there is one, else the CPU.

    Raises:
        UserError: there is no such device in PyTorch (`unknown_device`), or this machine doesn't have it (`no_gpu`).
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    match = re.fullmatch(rf"(cpu|{'|'.join(ACCELERATORS)})(?::(\d{{1,3}}))?", name)
    if not match:
        raise UserError(
            f"there is no device '{name}': use auto, cpu, or one of {', '.join(ACCELERATORS)}, with a number such as cuda:1 "
            "if there are several",
            "unknown_device",
            name=name,
        )
    kind, number = match[1], match[2]
    if kind == "cpu":
        return torch.device("cpu")
    module = getattr(torch, kind, None)
    count = module.device_count() if module is not None and module.is_available() else 0
    if count == 0:
        raise UserError(
            f"this machine has no {kind} device that PyTorch can use: leave out --device, or use --device cpu", "no_gpu"
        )
    if int(number or 0) >= count:
        raise UserError(f"there is no {name}: this machine has {count} {kind} device(s), numbered from 0", "no_gpu")
    # The devices of mps have no numbers.
    return torch.device(kind) if number is None or kind == "mps" else torch.device(kind, int(number))


class Processes:
    """The rank, device and communication of this process in the run.

    Hugging Face Accelerate connects several processes. It is imported only if a launcher has set WORLD_SIZE to more than 1,
    because a single process doesn't need it.

    Raises:
        UserError: `device` is not a device of this machine.
    """

    def __init__(self, device: str) -> None:
        self.count = int(os.environ.get("WORLD_SIZE", "1"))
        self.rank = 0
        self.device = choose_device(device)
        if self.count > 1:
            from accelerate import PartialState

            if self.device.index is not None:
                raise UserError(
                    f"{self.count} processes can't all use {device}: each gets a device of its own with --device "
                    f"{self.device.type}",
                    "usage",
                )
            state = PartialState(cpu=self.device.type == "cpu")
            self.rank, self.device = state.process_index, state.device
        elif self.device.index is not None:  # functions that take no device use the current one
            torch.get_device_module(self.device).set_device(self.device)

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
        return self._mean_(tensor.clone())

    def _mean_(self, tensor: Tensor) -> Tensor:
        """Replace `tensor` by its mean over all processes, where it is, and return it."""
        # Some versions of Gloo divide wrongly with ReduceOp.AVG (pytorch/pytorch#162338).
        torch.distributed.all_reduce(tensor)
        return tensor.div_(self.count)

    @torch.no_grad()
    def average_(self, tensors: Sequence[Tensor]) -> None:
        """Replace each of `tensors` by its mean over all processes, in a single exchange."""
        if self.count == 1 or not tensors:
            return
        together = self._mean_(torch.cat([t.flatten() for t in tensors]))
        for tensor, part in zip(tensors, together.split([t.numel() for t in tensors]), strict=True):
            tensor.copy_(part.view_as(tensor))

    @torch.no_grad()
    def adopt_(self, tensors: Sequence[Tensor]) -> None:
        """Replace each of `tensors` by that of the main process, in one exchange for each type of numbers."""
        if self.count == 1:
            return
        from accelerate.utils import broadcast

        for dtype in dict.fromkeys(t.dtype for t in tensors):
            alike = [t for t in tensors if t.dtype == dtype]
            together = broadcast(torch.cat([t.flatten() for t in alike]))
            for tensor, part in zip(alike, together.split([t.numel() for t in alike]), strict=True):
                tensor.copy_(part.view_as(tensor))

    def gather(self, value: Any) -> list[Any]:
        """Return the `value` of every process, in the order of their ranks."""
        if self.count == 1:
            return [value]
        from accelerate.utils import gather_object

        return gather_object([value])

    def broadcast(self, value: Any) -> Any:
        """Return the `value` of the main process, which has rank 0."""
        return self.gather(value)[0]
