"""GAN Zoo: trains, measures, serves and publishes small generative models."""

__version__ = "0.1.0"

import gan_zoo.models
import gan_zoo.streams  # noqa: F401  enters the data sets of the Hub
from gan_zoo import (
    captions,
    clips,
    fonts,
    health,
    holes,
    images,
    latent,
    live,
    pairings,
    pairs,
    playground,
    sabotage,
    sync,
    timeline,
    video,
)
from gan_zoo.data import Dataset, fit, load_data, open_pictures
from gan_zoo.decoding import is_animated, open_picture
from gan_zoo.errors import UserError
from gan_zoo.hub import export_run, list_weights, load, pull, push, save_weights
from gan_zoo.registry import Model, Sampler, Translator, create_model, list_models, model_class, register
from gan_zoo.runlog import Run
from gan_zoo.serve import Gallery
from gan_zoo.sessions import CaptionedSession, CodeSession, Neighbour, Observer, Reading, Result, Session, TranslatorSession
from gan_zoo.trainer import TrainConfig

__all__ = [
    "CaptionedSession",
    "CodeSession",
    "Dataset",
    "Gallery",
    "Model",
    "Neighbour",
    "Observer",
    "Reading",
    "Result",
    "Run",
    "Sampler",
    "Session",
    "TrainConfig",
    "Translator",
    "TranslatorSession",
    "UserError",
    "__version__",
    "captions",
    "clips",
    "create_model",
    "export_run",
    "fit",
    "fonts",
    "health",
    "holes",
    "images",
    "is_animated",
    "latent",
    "list_models",
    "list_weights",
    "live",
    "load",
    "load_data",
    "model_class",
    "open_picture",
    "open_pictures",
    "pairings",
    "pairs",
    "playground",
    "pull",
    "push",
    "register",
    "sabotage",
    "save_weights",
    "sync",
    "timeline",
    "video",
]
