"""The settings of a training run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from gan_zoo import precision
from gan_zoo.data.names import DataName

# The largest number of steps, pictures and minutes: more than anybody has.
MOST = 10**12
# The limits of settings. Seeds leave room for the numbers that are added to them.
LIMITS: tuple[tuple[str, float, float], ...] = (
    ("steps", 1, MOST), ("batch_size", 2, MOST), ("tick", 1, MOST), ("pictures", 0, MOST), ("metrics_every", 0, MOST),
    ("minutes", 0, MOST), ("clip", 0, MOST), ("decay_from", 0, 1), ("ema", 0, 1), ("jitter", 0, 1),
    ("seed", -(2**52), 2**52),
)  # fmt: skip


@dataclass(frozen=True)
class TrainConfig:
    """The settings of a training run; raises `ValueError` for values out of range."""

    model: str
    """name of the model"""
    data: str
    """name of a data set, or path of a folder or parquet file"""
    options: dict[str, Any] = field(default_factory=dict)
    """fields of the model's config; size, channels and classes default to those of the data"""
    start: str = ""
    """folder of a run, whose EMA weights this run starts from, or a weights folder; empty for random weights"""
    steps: int = 10_000
    """number of training steps"""
    minutes: float = 0.0
    """time limit in minutes; 0 for no limit"""
    batch_size: int = 64
    """number of pictures in a batch, per process"""
    learning_rates: dict[str, float] = field(default_factory=dict)
    """learning rate of each network; default: the model's own"""
    decay_from: float = 1.0
    """fraction of the steps after which the learning rates fall linearly to zero"""
    ema: float = 0.999
    """decay of the moving average of the weights"""
    pairs: str = ""
    """source of a translator's input pictures (line, edges, grey, blocks, sides, folders, columns)"""
    pictures: int = 0
    """number of pictures to train on, evenly spread over the data; 0 for all"""
    hold_out: float = 0.0
    """share of the pictures kept back for `evaluate`, chosen by their names, if the data have no test split; 0 for none"""
    mirror: bool = False
    """random left-right flips of the pictures"""
    jitter: float = 0.0
    """largest random shift and scaling of the pictures, as a fraction of their size"""
    precision: str = "auto"
    """float32 or bfloat16, optionally followed by /channels_last; auto: the fastest one, by measurement"""
    clip: float = 0.0
    """largest gradient norm of a network; 0 for no clipping"""
    tick: int = 200
    """number of steps between two log lines, sample grids and checkpoints; on a fast GPU some are left out"""
    metrics_every: int = 0
    """number of ticks between two measurements of a sampler (FID, KID, precision, recall), best state kept; 0 for none"""
    features: str = ""
    """name of the weights of the feature network for the metrics (default: features-DATA)"""
    seed: int = 0
    """seed of the weights, the noise and the order of the pictures"""
    device: str = "auto"
    """cpu, cuda, cuda:1, mps or xpu; auto: a CUDA GPU if there is one, else the CPU"""

    @property
    def data_name(self) -> DataName:
        """The name of the data, with the share that is kept back."""
        asked = DataName.parse(self.data)
        return asked.keeping(self.hold_out) if self.hold_out else asked

    def __post_init__(self) -> None:
        for name, least, most in LIMITS:
            value = getattr(self, name)
            if not least <= value <= most:
                limits = f"at least {least}" if most == MOST else f"from {least} to {most}"
                raise ValueError(f"{name} is {value}; it must be {limits}")
        for network, rate in self.learning_rates.items():
            if not 0 <= rate < float("inf"):
                raise ValueError(f"the learning rate of {network} is {rate}; it must be a number from 0 up")
        if not 0 <= self.hold_out < 1:
            raise ValueError(f"hold_out is {self.hold_out}; it must be at least 0 and less than 1")
        if self.precision not in ("auto", *precision.CANDIDATES):
            raise ValueError(f"precision is '{self.precision}'; it must be auto, {', '.join(precision.CANDIDATES)}")
