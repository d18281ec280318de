"""Runs that take a moment, for the tests of the training loop."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gan_zoo.training.config import TrainConfig

TINY = {"width": 4, "latent_size": 8}


def config(data: Path | str, **changes: Any) -> TrainConfig:
    values = {
        "model": "dcgan",
        "options": TINY,
        "steps": 20,
        "batch_size": 8,
        "tick": 5,
        "precision": "float32",
        "device": "cpu",
    }
    return TrainConfig(data=str(data), **(values | changes))
