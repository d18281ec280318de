"""The zoo: importing this package registers every model, one file per idea."""

from gan_zoo.models import cgan, classifier, dcgan, mlp_gan, pix2pix, sngan, stylegan, wgan_gp

__all__ = ["cgan", "classifier", "dcgan", "mlp_gan", "pix2pix", "sngan", "stylegan", "wgan_gp"]
