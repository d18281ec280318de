"""The zoo: importing this package registers every model, one file per idea."""

from gan_zoo.models import classifier, dcgan, mlp_gan

__all__ = ["classifier", "dcgan", "mlp_gan"]
