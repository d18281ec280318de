"""The cost of training without pairs: CycleGAN, CUT and FastCUT with generators of one size."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

import torch

from gan_zoo.bench.app_process import ROOT
from gan_zoo.bench.measure import Figure, alternate, ratio, resident_gigabytes, seconds
from gan_zoo.errors import UserError
from gan_zoo.models.cut import FAST
from gan_zoo.models.registry import create_model

# The methods by name: the model, and what makes it differ from the model's own config.
METHODS: dict[str, tuple[str, Mapping[str, Any]]] = {"CycleGAN": ("cyclegan", {}), "CUT": ("cut", {}), "FastCUT": ("cut", FAST)}
# Trains in a process of its own, so that the memory of nothing else is measured.
ALONE = "import sys; from gan_zoo.bench.unpaired_training import memory; print(memory(sys.argv[1], *map(int, sys.argv[2:])))"


def costs(width: int, blocks: int, size: int, rounds: int, batch_size: int = 2) -> list[Figure]:
    """Steps per second, trained parameters and memory of each method, and how much faster than CycleGAN the others are.

    The methods take turns. All have generators of the same size and discriminators of the same width. The memory is what a
    process takes on top of an idle one at the peak of three steps.
    """
    steps = {name: _step(name, width, blocks, size, batch_size) for name in METHODS}
    taken = alternate({name: lambda step=step: seconds(step) for name, (step, _) in steps.items()}, rounds)  # type: ignore[misc]
    figures = []
    for name, (_, parameters) in steps.items():
        figures.append(Figure(f"training {name}", 1 / statistics.median(taken[name]), "steps/s"))
        if name != "CycleGAN":
            figures.append(Figure(f"training {name} against CycleGAN", ratio(taken["CycleGAN"], taken[name]), "times"))
        figures.append(Figure(f"training {name}: parameters", parameters / 1e6, "million"))
        used = _memory_alone(name, width, blocks, size, batch_size)
        if used is not None:
            figures.append(Figure(f"training {name}: peak memory", used, "GB"))
    return figures


def _step(name: str, width: int, blocks: int, size: int, batch_size: int) -> tuple[Callable[[], object], int]:
    """A training step of a method, and the number of its trained parameters."""
    kind, options = METHODS[name]
    torch.manual_seed(0)
    model = create_model(kind, size=size, width=width, critic_width=width, blocks=blocks, **options)
    batch = model.example_inputs(batch_size, torch.Generator().manual_seed(0))
    optimizers = model.optimizers(model.LEARNING_RATES)
    return lambda: model.training_step(batch, optimizers), sum(weight.numel() for weight in model.parameters())


def memory(name: str, width: int, blocks: int, size: int, batch_size: int) -> float | str:
    """The gigabytes by which three training steps raise the memory of this process, or `-` if the system doesn't say."""
    idle = resident_gigabytes("self", "VmRSS")
    step, _ = _step(name, width, blocks, size, batch_size)
    for _ in range(3):
        step()
    peak = resident_gigabytes("self", "VmHWM")
    return "-" if idle is None or peak is None else peak - idle


def _memory_alone(name: str, width: int, blocks: int, size: int, batch_size: int) -> float | None:
    """The result of `memory` in a process of its own; None for `-`."""
    command = [sys.executable, "-c", ALONE, name, *map(str, (width, blocks, size, batch_size))]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True)
    if done.returncode:
        raise UserError(f"the training of {name} failed: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}")
    said = done.stdout.strip()
    return None if said == "-" else float(said)
