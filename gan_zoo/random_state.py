"""Torch's global random generators: seeded, saved and restored for the CPU and one device, and for no other device.

`torch.manual_seed` and `torch.random.fork_rng()` reach for every CUDA device. On ZeroGPU that raises an error in the main
process, and in a training run on a GPU it would repeat the same noise after each measurement.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import Any

import torch
from jaxtyping import UInt8
from torch import Tensor

State = UInt8[Tensor, "bytes"]
CPU = torch.device("cpu")
# For what all processes of a run must draw alike, such as the number of frames to draw before those of a step. A process that
# waits for the gradients of another would otherwise wait in vain. A trainer seeds it with the same number in every process.
AGREED = torch.Generator()


def states(device: torch.device = CPU) -> dict[str, State]:
    """The states of `AGREED` (`agreed`) and of the generators of the CPU and of `device`, by type of device."""
    found = {"agreed": AGREED.get_state(), "cpu": torch.default_generator.get_state()}
    if device.type != "cpu":
        found[device.type] = torch.get_device_module(device).get_rng_state(*_numbered(device))
    return found


def seed(number: int, device: torch.device = CPU) -> None:
    """Seed the generators of the CPU and of `device`."""
    torch.default_generator.manual_seed(number)
    if device.type == "cpu":
        return
    module: Any = torch.get_device_module(device)
    with module.device(device) if _numbered(device) else nullcontext():
        module.manual_seed(number)


def restore(saved: Mapping[str, State], device: torch.device = CPU) -> None:
    """Give the generators of the CPU, of `device` and `AGREED` their states in `saved`; one that is not in `saved` stays."""
    if "agreed" in saved:
        AGREED.set_state(saved["agreed"])
    if "cpu" in saved:
        torch.default_generator.set_state(saved["cpu"])
    if device.type in saved and device.type != "cpu":
        torch.get_device_module(device).set_rng_state(saved[device.type], *_numbered(device))


@contextmanager
def kept(device: torch.device = CPU) -> Iterator[None]:
    """Noise goes on after the `with` block as if nothing had been drawn inside it, on the CPU and on `device`."""
    before = states(device)
    try:
        yield
    finally:
        restore(before, device)


@contextmanager
def seeded(number: int, device: torch.device = CPU) -> Iterator[None]:
    """Noise follows `number` inside the `with` block, and goes on afterwards as if nothing had been drawn inside it."""
    with kept(device):
        seed(number, device)
        yield


def by_type(saved: Mapping[str, State] | State) -> dict[str, State]:
    """The saved states by type of device. Older checkpoints have the state of one device alone, of whichever type."""
    if not isinstance(saved, Tensor):
        return {kind: state.cpu() for kind, state in saved.items()}
    is_cpu = saved.numel() == torch.default_generator.get_state().numel()
    return {"cpu" if is_cpu else "cuda": saved.cpu()}


def _numbered(device: torch.device) -> tuple[torch.device, ...]:
    """`device` as an argument, where it has a number; otherwise functions use the current device."""
    return () if device.index is None else (device,)
