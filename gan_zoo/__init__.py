"""GAN Zoo: trains, measures, serves and publishes small generative models."""

__version__ = "0.1.0"

import gan_zoo.models  # noqa: F401  registers every model
