"""The zoo: importing this package registers every model, one file per idea."""

from gan_zoo.models import cgan, classifier, cyclegan, dcgan, mlp_gan, pix2pix, sngan, stylegan, wgan_gp

__all__ = ["cgan", "classifier", "cyclegan", "dcgan", "mlp_gan", "pix2pix", "sngan", "stylegan", "wgan_gp"]
