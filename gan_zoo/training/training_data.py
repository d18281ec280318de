"""The training data of a run: `LOADERS` names, for each kind of model, the function that reads its data."""

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
    """reads the data of a run, from the class of its model and its settings"""
    pairs: bool = False
    """whether the data come with a pairing, which `TrainConfig.pairs` names"""


def training_data(config: TrainConfig) -> Dataset:
    """The training data of a run: all of them, or as many pictures as `config.pictures` asks for.

    Raises:
        UserError: the data can't be read, or `config.pairs` is missing where the model needs it or given where it doesn't.
    """
    model: type[Model] = model_class(config.model)
    loader = LOADERS[model.kind]
    if loader.pairs != bool(config.pairs):
        ours = ", ".join(PAIRINGS)
        raise UserError(
            f"{config.model} translates pictures: say with --pairs where its inputs come from ({ours})"
            if loader.pairs
            else f"{config.model} is no translator, so it takes no --pairs",
            "pairs",
        )
    data = loader.load(model, config)
    return data.thinned(config.pictures) if config.pictures else data


def _pictures(model: type[Any], config: TrainConfig) -> Dataset:
    return load_data(config.data, "train", config.options.get("size"), config.options.get("channels"))


def _pairs(model: type[Any], config: TrainConfig) -> Dataset:
    return load_pairs(config.data, config.pairs, "train", config.options.get("size"))


def _clips(model: type[Any], config: TrainConfig) -> Dataset:
    return load_clips(config.data, config.pairs, "train", config.options.get("size"), model.PAST)


def _captions(model: type[Any], config: TrainConfig) -> Dataset:
    told = config.options.get("told", getattr(model.Config, "told", 1))
    return load_captioned(config.data, "train", config.options.get("size"), config.options.get("channels"), told)


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
