"""The speed of a training step, and of the start of the program."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from gan_zoo.bench.app_process import ROOT
from gan_zoo.bench.measure import Figure, Report, alternate, ratio, seconds
from gan_zoo.data.dataset import Dataset
from gan_zoo.imaging.images import to_float
from gan_zoo.models.dcgan import DCGAN
from gan_zoo.training.config import TrainConfig
from gan_zoo.training.distributed import Processes
from gan_zoo.training.trainer import Trainer


def plain_step(
    model: DCGAN, real: Float[Tensor, "n c h w"], g_optimizer: torch.optim.Optimizer, d_optimizer: torch.optim.Optimizer
) -> Tensor:
    """Do a DCGAN step as textbooks write it: eager, float32, D on real, D on fake, G through the whole of D.

    Returns:
        the generator's loss.
    """
    ones, zeros = torch.ones(len(real), device=real.device), torch.zeros(len(real), device=real.device)

    d_optimizer.zero_grad()
    binary_cross_entropy_with_logits(model.discriminator(real).flatten(), ones).backward()
    fake = model.generator(torch.randn(len(real), model.config.latent_size, 1, 1, device=real.device))
    binary_cross_entropy_with_logits(model.discriminator(fake.detach()).flatten(), zeros).backward()
    d_optimizer.step()

    g_optimizer.zero_grad()
    loss = binary_cross_entropy_with_logits(model.discriminator(fake).flatten(), ones)
    loss.backward()
    g_optimizer.step()
    return loss.detach()


def train(size: int = 64, width: int = 64, batch_size: int = 64, rounds: int = 9) -> Report:
    """Measure our training step against the plain loop on the same network and device.

    Ours is the step of the trainer, which includes batches from bytes, the EMA and gradient norms. The plain loop gets a
    ready batch.
    """
    images = torch.randint(256, (4 * batch_size, 3, size, size), dtype=torch.uint8)
    config = TrainConfig("dcgan", "noise", {"size": size, "width": width}, batch_size=batch_size)
    trainer = Trainer(config, Dataset("noise", images), Processes(config.device))
    device = trainer.device

    plain = DCGAN(DCGAN.Config(size=size, width=width)).to(device)
    adam = {
        network: torch.optim.Adam(plain.get_submodule(network).parameters(), lr=rate, betas=plain.config.betas)
        for network, rate in plain.LEARNING_RATES.items()
    }
    real = to_float(images[:batch_size].to(device))
    # A single step on a GPU is so short that its time would be mostly synchronisation.
    steps = 20 if device.type == "cuda" else 1

    def repeated(step: Callable[[], object]) -> Callable[[], float]:
        return lambda: seconds(lambda: [step() for _ in range(steps)])

    taken = alternate(
        {
            "ours": repeated(trainer.train_step),
            "plain": repeated(lambda: plain_step(plain, real, adam["generator"], adam["discriminator"])),
        },
        rounds,
    )
    speed = {name: steps * batch_size / statistics.median(values) for name, values in taken.items()}
    target = None if device.type == "cuda" else 1.7
    where = torch.cuda.get_device_name() if device.type == "cuda" else f"{torch.get_num_threads()} CPU thread(s)"
    return Report(
        f"train: a step of DCGAN {size}x{size}, width {width}, batch {batch_size}, on {where}: "
        f"ours ({trainer.precision}) against a plain eager float32 loop, {rounds} rounds",
        [
            Figure("ours", speed["ours"], "images/s"),
            Figure("plain loop", speed["plain"], "images/s"),
            Figure("ours against plain", ratio(taken["plain"], taken["ours"]), "times", target, at_least=True),
        ],
    )


def start(rounds: int = 5) -> Report:
    """Measure a fresh interpreter that imports gan_zoo against one that imports torch."""
    # Bytecode lies beside installed packages, and Python writes it beside all others, unless somebody forbids it. Without it,
    # this would measure the compiler.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def importing(module: str) -> Callable[[], float]:
        command = [sys.executable, "-c", f"import {module}"]
        return lambda: seconds(lambda: subprocess.run(command, cwd=ROOT, env=environment, check=True))

    taken = alternate({module: importing(module) for module in ("torch", "gan_zoo")}, rounds)
    more = statistics.median(ours - theirs for ours, theirs in zip(taken["gan_zoo"], taken["torch"], strict=True))
    return Report(
        f"start: `python -c 'import gan_zoo'` against `python -c 'import torch'`, {rounds} rounds",
        [
            Figure("import torch", statistics.median(taken["torch"]), "s"),
            Figure("import gan_zoo", statistics.median(taken["gan_zoo"]), "s"),
            Figure("more than torch", more, "s", 0.3),
        ],
    )
