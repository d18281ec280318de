"""GAN Zoo: trains, measures, serves and publishes small generative models."""

import gan_zoo.models  # noqa: F401  registers them
from gan_zoo.data.dataset import Dataset
from gan_zoo.data.pairs import load_pairs
from gan_zoo.data.reading import load_data, open_pictures
from gan_zoo.errors import UserError
from gan_zoo.hub import dataset_stream  # noqa: F401  enters the data sets of the Hub
from gan_zoo.hub.repository import load, pull, push
from gan_zoo.imaging.decoding import open_picture
from gan_zoo.models.base import Model
from gan_zoo.models.kinds import Sampler, Translator
from gan_zoo.models.registry import create_model, list_models, model_class, register
from gan_zoo.runs.run import Run
from gan_zoo.serving.gallery import Gallery
from gan_zoo.training.config import TrainConfig
from gan_zoo.training.export import export_run
from gan_zoo.training.loop import train
from gan_zoo.version import __version__
from gan_zoo.weights.folder import save_weights
from gan_zoo.weights.store import list_weights

__all__ = [
    "Dataset",
    "Gallery",
    "Model",
    "Run",
    "Sampler",
    "TrainConfig",
    "Translator",
    "UserError",
    "__version__",
    "create_model",
    "export_run",
    "list_models",
    "list_weights",
    "load",
    "load_data",
    "load_pairs",
    "model_class",
    "open_picture",
    "open_pictures",
    "pull",
    "push",
    "register",
    "save_weights",
    "train",
]
