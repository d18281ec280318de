"""Loads the training data of a run. `LOADERS` has a loader for each kind of model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gan_zoo.data.captions import load_captioned
from gan_zoo.data.clips import load_clips
from gan_zoo.data.dataset import Dataset
from gan_zoo.data.pairings import PAIRINGS
from gan_zoo.data.pairs import load_pairs
from gan_zoo.data.reading import load_data
from gan_zoo.errors import UserError
from gan_zoo.models.base import Kind, Model
from gan_zoo.models.registry import model_class
from gan_zoo.training.config import TrainConfig


@dataclass(frozen=True)
class Loader:
    """A function that reads training data for one kind of model."""

    load: Callable[[type[Any], TrainConfig], Dataset]
    """function that returns the training data, given the class of the model and the settings of the run"""
    pairs: bool = False
    """true if `TrainConfig.pairs` must name a pairing"""


def training_data(config: TrainConfig) -> Dataset:
    """Return the training data of a run; `config.pictures` limits the number of pictures.

    Raises:
        UserError: the data can't be read, or the model needs `config.pairs` and it is empty, or the model doesn't
            take it and it is given.
    """
    model: type[Model] = model_class(config.model)
    loader = LOADERS[model.kind]
    if loader.pairs != bool(config.pairs):
        ours = ", ".join(PAIRINGS)
        raise UserError(
            f"{config.model} translates pictures: choose the source of its input pictures with --pairs ({ours})"
            if loader.pairs
            else f"{config.model} is no translator: leave out --pairs",
            "pairs",
        )
    data = loader.load(model, config)
    return data.thinned(config.pictures) if config.pictures else data


def _pictures(model: type[Any], config: TrainConfig) -> Dataset:
    return load_data(config.data_name, "train", config.options.get("size"), config.options.get("channels"))


def _pairs(model: type[Any], config: TrainConfig) -> Dataset:
    return load_pairs(config.data_name, config.pairs, "train", config.options.get("size"))


def _clips(model: type[Any], config: TrainConfig) -> Dataset:
    return load_clips(config.data_name, config.pairs, "train", config.options.get("size"), model.PAST)


def _captions(model: type[Any], config: TrainConfig) -> Dataset:
    told = config.options.get("told", getattr(model.Config, "told", 1))
    size, channels = config.options.get("size"), config.options.get("channels")
    return load_captioned(config.data_name, "train", size, channels, told, config.seed)


LOADERS: dict[Kind, Loader] = {
    "sampler": Loader(_pictures),
    "autoencoder": Loader(_pictures),
    "density": Loader(_pictures),
    "classifier": Loader(_pictures),
    "translator": Loader(_pairs, pairs=True),
    "video": Loader(_clips, pairs=True),
    "captioned": Loader(_captions),
    "embedder": Loader(_captions),
}
