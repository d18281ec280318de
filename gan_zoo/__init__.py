"""GAN Zoo: trains, measures, serves and publishes small generative models."""

__version__ = "0.1.0"

import gan_zoo.models  # noqa: F401  registers every model
from gan_zoo import health, images, latent, live, pairs, playground, sync, timeline, video
from gan_zoo.data import Dataset, fit, load_data, open_picture, open_pictures
from gan_zoo.errors import UserError
from gan_zoo.hub import export_run, list_weights, load, save_weights
from gan_zoo.registry import Model, Sampler, Translator, create_model, list_models, model_class, register
from gan_zoo.runlog import Run
from gan_zoo.serve import Gallery
from gan_zoo.sessions import Observer, Result, Session, TranslatorSession
from gan_zoo.train import TrainConfig

__all__ = [
    "Dataset",
    "Gallery",
    "Model",
    "Observer",
    "Result",
    "Run",
    "Sampler",
    "Session",
    "TrainConfig",
    "Translator",
    "TranslatorSession",
    "UserError",
    "__version__",
    "create_model",
    "export_run",
    "fit",
    "health",
    "images",
    "latent",
    "list_models",
    "list_weights",
    "live",
    "load",
    "load_data",
    "model_class",
    "open_picture",
    "open_pictures",
    "pairs",
    "playground",
    "register",
    "save_weights",
    "sync",
    "timeline",
    "video",
]
