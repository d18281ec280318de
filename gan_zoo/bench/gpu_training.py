"""The speed of training on a GPU: steps of four models three ways, and two epochs of CelebA.

The pictures are noise, whose content changes no time, except for CelebA where it is on this machine.
"""

from __future__ import annotations

import contextlib
import dataclasses
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from gan_zoo.bench.measure import Figure, Report, alternate, seconds
from gan_zoo.bench.training import plain_step
from gan_zoo.data.dataset import Dataset
from gan_zoo.data.pairs import PairedDataset, UnpairedDataset
from gan_zoo.data.reading import DOWNLOADS, load_data
from gan_zoo.errors import UserError
from gan_zoo.files import write_json
from gan_zoo.models.base import Kind
from gan_zoo.models.dcgan import DCGAN
from gan_zoo.models.registry import create_model, model_class
from gan_zoo.runs.run import Run
from gan_zoo.runs.writing import Writer
from gan_zoo.training.captured import WARM_UP
from gan_zoo.training.config import TrainConfig
from gan_zoo.training.distributed import Processes
from gan_zoo.training.loop import run_steps
from gan_zoo.training.trainer import Trainer

# The largest number of dense bfloat16 operations in a second, by a part of the card's name (data sheets of NVIDIA).
PEAKS = {"H200": 989e12, "H100": 989e12, "A100": 312e12, "L40S": 362e12, "L4": 121e12, "B200": 2_250e12}
RESULT = Path("bench-gpu.json")
# The pictures of CelebA, and the goal for two epochs of them on one H200.
CELEBA, GOAL = 202_599, 10.0


@dataclasses.dataclass(frozen=True)
class Case:
    """A model to train, in its default size but for `options`."""

    model: str
    size: int
    batch_size: int
    options: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.model} {self.size}, batch {self.batch_size}"


CASES = (
    *(Case("dcgan", 64, n) for n in (64, 256, 1_024)),
    Case("pix2pix", 256, 16),
    Case("cyclegan", 256, 4),
    Case("stylegan", 128, 64),
)


def gpu(
    cases: Sequence[Case] = CASES, celeba: Case = CASES[0], pictures: int = CELEBA, steps: int = 20, rounds: int = 5
) -> Report:
    """Measure training on the GPU of this machine, and save all figures in `RESULT`.

    Args:
        celeba: the model that two epochs are timed with.
        pictures: number of pictures of noise in place of CelebA, where CelebA has not been downloaded.
        steps: number of steps that are timed together, and `rounds` how often.

    Raises:
        UserError: there is no GPU that PyTorch can use.
    """
    if not torch.cuda.is_available():
        raise UserError("this machine has no CUDA GPU that PyTorch can use: run `gan-zoo bench gpu` on one that has", "no_gpu")
    card = torch.cuda.get_device_name()
    peak = next((peak for part, peak in PEAKS.items() if part in card), None)
    figures: list[Figure] = []
    details: dict[str, Any] = {}
    for case in cases:
        speeds, said = _speeds(case, steps, rounds)
        operations = flops(case)
        figures += [Figure(f"{case.name}: {way}", speed, "images/s") for way, speed in speeds.items()]
        rate = operations * speeds["ours"] / case.batch_size
        figures.append(Figure(f"{case.name}: operations", rate / 1e12, "TFLOP/s"))
        if peak:
            figures.append(Figure(f"{case.name}: share of the bfloat16 peak", 100 * rate / peak, "%"))
        details[case.name] = {"images_per_second": speeds, "flop_per_step": operations, **said}
    took, of_what, count = two_epochs(celeba, pictures)
    figures.append(Figure(f"two epochs of {of_what}, {count} steps", took, "s", GOAL))
    about = f"gpu: {card}, PyTorch {torch.__version__}, CUDA {torch.version.cuda}; saved in {RESULT}"
    write_json(RESULT, {"about": about, "figures": [dataclasses.asdict(figure) for figure in figures], "cases": details})
    return Report(about, figures)


def _speeds(case: Case, steps: int, rounds: int) -> tuple[dict[str, float], dict[str, Any]]:
    """Images per second by way, and how ours computed."""
    data = noise(case, 4 * case.batch_size)
    ours, eager = (_trainer(case, data) for _ in range(2))
    eager.captured = None
    plain = _plain(case, data, ours.device)
    for _ in range(WARM_UP + 1):
        ours.train_step()

    def repeated(step: Callable[[], object]) -> Callable[[], float]:
        return lambda: seconds(lambda: [step() for _ in range(steps)])

    ways = {"plain eager loop": plain, "ours, eager": eager.train_step, "ours": ours.train_step}
    taken = alternate({way: repeated(step) for way, step in ways.items()}, rounds)
    assert ours.captured
    said = {
        "precision": str(ours.precision),
        "precision_eager": str(eager.precision),
        "captured": ours.captured.replays,
        "not_captured_because": ours.captured.refused,
    }
    return {way: steps * case.batch_size / statistics.median(values) for way, values in taken.items()}, said


def _trainer(case: Case, data: Dataset) -> Trainer:
    return Trainer(_config(case), data, Processes("cuda"))


def _config(case: Case, **changes: Any) -> TrainConfig:
    options = {"size": case.size, **case.options}
    return TrainConfig(case.model, "noise", options, batch_size=case.batch_size, device="cuda", **changes)


def noise(case: Case, n: int) -> Dataset:
    """`n` random pictures as the model needs them."""
    kind: Kind = model_class(case.model).kind
    images = torch.randint(256, (n, 3, case.size, case.size), dtype=torch.uint8)
    if kind != "translator":
        return Dataset("noise", images)
    inputs = torch.randint(256, (n, 3, case.size, case.size), dtype=torch.uint8)
    if case.model == "cyclegan":
        return UnpairedDataset("noise", images, inputs=inputs, counts=(n, n))
    return PairedDataset("noise", images, inputs=inputs[:, None], pairs="columns")


def _plain(case: Case, data: Dataset, device: torch.device) -> Callable[[], object]:
    """A step as textbooks write it: eager, float32, torch's default Adam, on a batch that is ready."""
    model = create_model(case.model, size=case.size, **case.options).to(device)
    adam = {
        network: torch.optim.Adam(model.get_submodule(network).parameters(), lr=rate, betas=model.config.betas)
        for network, rate in model.LEARNING_RATES.items()
    }
    batch = data.to(device).batch(slice(0, case.batch_size))
    if isinstance(model, DCGAN):
        return lambda: plain_step(model, batch["image"], adam["generator"], adam["discriminator"])
    return lambda: model.training_step(batch, adam)


def flops(case: Case, few: int = 4) -> float:
    """Floating-point operations of a step, forward and backward, counted on the CPU with a batch of `few`."""
    model = create_model(case.model, size=case.size, **case.options)
    batch: dict[str, Tensor] = model.example_inputs(few, torch.Generator().manual_seed(0))
    optimizers = model.optimizers(model.LEARNING_RATES)
    with FlopCounterMode(display=False) as counter:
        model.training_step(batch, optimizers)
    return counter.get_total_flops() * case.batch_size / few


def two_epochs(case: Case, pictures: int) -> tuple[float, str, int]:
    """The seconds that two epochs take with log, grids and checkpoints; what the pictures are, and the number of steps.

    The time begins with the first step, when the pictures are in memory and the precision is chosen, and ends when the last
    file is written.
    """
    there = (DOWNLOADS / "celeba" / "img_align_celeba").is_dir()
    data = load_data("celeba", "train", case.size, 3) if there else noise(case, pictures)
    steps = 2 * len(data) // case.batch_size
    with tempfile.TemporaryDirectory() as folder, contextlib.closing(Writer()) as writer:
        run = Run(Path(folder) / "run")
        config = _config(case, steps=steps, tick=max(1, steps // 10))
        trainer = Trainer(config, data, Processes("cuda"))
        start = time.perf_counter()
        run_steps(config, trainer, run, None, [], True, None, writer)
        return time.perf_counter() - start, "CelebA" if there else f"{len(data)} pictures of noise", steps
