"""The settings of a training run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from gan_zoo import precision


@dataclass(frozen=True)
class TrainConfig:
    model: str
    """name of the model"""
    data: str
    """name of the data set, or a folder, or a parquet file"""
    options: dict[str, Any] = field(default_factory=dict)
    """fields of the model's config; size, channels and classes follow the data where they are not given"""
    start: str = ""
    """folder of a run of the same model whose weights (EMA) to start from; empty for random weights"""
    steps: int = 10_000
    """updates of every network"""
    minutes: float = 0.0
    """stop after so many minutes of this run; 0 for no limit"""
    batch_size: int = 64
    """pictures in a batch of one process"""
    learning_rates: dict[str, float] = field(default_factory=dict)
    """learning rate by network; the model's own where it is not given"""
    decay_from: float = 1.0
    """share of the steps after which the learning rates fall linearly to zero"""
    ema: float = 0.999
    """decay of the moving average of the weights"""
    pairs: str = ""
    """for a translator: where the picture to start from comes from (line, edges, grey, blocks, sides, folders, columns)"""
    pictures: int = 0
    """train on so many of the pictures alone, taken from all over the data; 0 for every one"""
    mirror: bool = False
    """flip pictures left to right at random"""
    jitter: float = 0.0
    """shift and scale pictures at random by up to this share of their size"""
    precision: str = "auto"
    """float32 or bfloat16, with /channels_last behind it or not; auto times them"""
    clip: float = 0.0
    """largest gradient norm of a network; 0 for no clipping"""
    tick: int = 200
    """steps between two lines of the log, sample grids and checkpoints"""
    metrics_every: int = 0
    """ticks between two measurements of a sampler (FID, KID, precision, recall), the best of which is kept; 0 for none"""
    features: str = ""
    """weights of the feature network that measures (default: features-DATA)"""
    seed: int = 0
    """seed of the weights, the noise and the order of the pictures"""
    device: str = "auto"
    """cpu or cuda; auto takes the GPU where there is one"""

    def __post_init__(self) -> None:
        for name, least in (("steps", 1), ("batch_size", 2), ("tick", 1), ("pictures", 0)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be at least {least}")
        if self.precision not in ("auto", *precision.CANDIDATES):
            raise ValueError(f"precision is '{self.precision}'; it must be auto, {', '.join(precision.CANDIDATES)}")
