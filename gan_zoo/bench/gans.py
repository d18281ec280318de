"""GANs beside each other: each learns the same faces, from the same number of pictures, with several seeds."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from gan_zoo.bench.measure import Figure, Report
from gan_zoo.data.reading import load_data
from gan_zoo.evaluation.judge import Judge
from gan_zoo.evaluation.metrics import FeatureNetwork, Row
from gan_zoo.hub.repository import load
from gan_zoo.models.kinds import Sampler
from gan_zoo.models.registry import model_class
from gan_zoo.runs.run import Run
from gan_zoo.training.config import TrainConfig
from gan_zoo.training.export import load_run
from gan_zoo.training.loop import train

DATA, JUDGE = "peeps", "features-peeps"
# The learning rates of generator and discriminator, and the options of each model. All have networks of similar cost.
METHODS: dict[str, tuple[tuple[float, float], Mapping[str, Any]]] = {
    "dcgan": ((4e-4, 4e-4), {"width": 32, "r1": 0.5}),
    "sngan": ((4e-4, 12e-4), {"width": 24}),
    # One update of the critic with a higher learning rate replaces several (Heusel et al. 2017).
    "wgan_gp": ((4e-4, 8e-4), {"width": 24, "critic_steps": 1}),
    "stylegan": ((2e-3, 2e-4), {}),
    "r3gan": ((4e-4, 4e-4), {}),
    "fastgan": ((4e-4, 4e-4), {}),
    "cvae_gan": ((4e-4, 4e-4), {"latent_size": 142, "width": 32}),
}
MEASURES = ("fid", "kid", "precision", "recall")


def gans(
    methods: Mapping[str, tuple[tuple[float, float], Mapping[str, Any]]] = METHODS,
    seeds: int = 3,
    size: int = 32,
    steps: int = 500,
    batch_size: int = 32,
    n: int = 1000,
) -> Report:
    """Train each method on faces with each seed, and measure `n` samples of it over the features of `features-peeps`.

    A figure is the mean over the seeds, and the line after it the distance from the lowest to the highest.

    Raises:
        UserError: the weights of the feature network are missing.
    """
    network = load(JUDGE)
    assert isinstance(network, FeatureNetwork)
    judge = Judge(load_data(DATA, "test", size, 3), network, n)
    figures = _figures("other real faces", [judge.real(load_data(DATA, "train", size, 3))])
    for name, (rates, options) in methods.items():
        found = [_measured(judge, name, rates, dict(options), seed, size, steps, batch_size) for seed in range(seeds)]
        figures += _figures(name, found)
    about = f"gans: {seeds} seeds each, {steps * batch_size:,} faces of {size} pixels, {n:,} samples against as many test faces"
    return Report(about, figures)


def _measured(
    judge: Judge,
    name: str,
    rates: tuple[float, float],
    options: dict[str, Any],
    seed: int,
    size: int,
    steps: int,
    batch_size: int,
) -> Row:
    """The measures of one training."""
    generator, discriminator = rates
    networks = {"generator": generator, "discriminator": discriminator, "encoder": generator}
    config = TrainConfig(
        name, DATA, {"size": size, **options},
        steps=steps, batch_size=batch_size, decay_from=0.5, tick=steps, seed=seed, precision="float32/channels_last",
        learning_rates={network: rate for network, rate in networks.items() if network in model_class(name).LEARNING_RATES},
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        run = Run(Path(folder) / name)
        train(config, run, quiet=True)
        model = load_run(run)
        assert isinstance(model, Sampler)
        with torch.inference_mode():
            return judge.samples(name, model.draw)


def _figures(name: str, rows: list[Row]) -> list[Figure]:
    """The mean of each measure, and its range if there are several rows."""
    figures = []
    for measure in MEASURES:
        values = [row[measure] for row in rows]
        figures.append(Figure(f"{name}: {measure}", statistics.mean(values), ""))
        if len(values) > 1:
            figures.append(Figure(f"{name}: range of {measure}", max(values) - min(values), ""))
    return figures
