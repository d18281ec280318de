"""Tests of the special properties of the autoencoder, the VAE and the regressors."""

from __future__ import annotations

import math

import pytest
import torch

from gan_zoo.errors import UserError
from gan_zoo.models.kinds import Autoencoder
from gan_zoo.models.registry import create_model, list_models, model_class
from gan_zoo.models.vae import kl_to_prior

all_autoencoders = pytest.mark.parametrize("name", list_models("autoencoder"))


def trained(name: str, steps: int = 150, **options: object) -> tuple[Autoencoder, torch.Tensor]:
    """Train a tiny model; returns it and its eight training pictures."""
    torch.manual_seed(0)
    cls = model_class(name)
    model = cls(cls.Config(**{**vars(cls.TINY), **options}))
    assert isinstance(model, Autoencoder)
    batch = model.example_inputs(8, torch.Generator().manual_seed(1))
    optimizers = model.optimizers(dict.fromkeys(model.LEARNING_RATES, 1e-2))
    for _ in range(steps):
        model.training_step(batch, optimizers)
    return model.eval(), batch["image"]


@all_autoencoders
def test_codes_and_pictures(name: str) -> None:
    model = create_model(name, **{**vars(model_class(name).TINY)}).eval()
    assert isinstance(model, Autoencoder)
    images = model.example_inputs(5, torch.Generator().manual_seed(1))["image"]
    codes = model.encode(images)
    assert codes.shape == (5, model.config.latent_size)
    pictures = model.decode(codes)
    assert pictures.shape == images.shape and pictures.abs().max() <= 1
    assert torch.equal(model.sample(codes), pictures)
    assert torch.equal(model.encode(images), codes), "a picture has one code"


@pytest.mark.parametrize("name", ["autoencoder", "regressor"])
def test_pictures_come_back(name: str) -> None:
    model, images = trained(name, 300)
    with torch.no_grad():
        error = (model.decode(model.encode(images)) - images).square().mean()
    assert error < 0.5 * images.var()


def test_the_codes_of_an_autoencoder_have_mean_0_and_variance_1() -> None:
    model, images = trained("autoencoder")
    model.train()
    codes = model.encode(images)
    torch.testing.assert_close(codes.mean(0), torch.zeros(4), atol=1e-5, rtol=0)
    torch.testing.assert_close(codes.var(0, correction=0), torch.ones(4), atol=1e-2, rtol=0)


def test_kl_is_that_of_two_gaussians() -> None:
    mean, log_variance = torch.randn(6, 3), torch.randn(6, 3)
    ours = torch.distributions.Normal(mean, (log_variance / 2).exp())
    wanted = torch.distributions.kl_divergence(ours, torch.distributions.Normal(0.0, 1.0)).sum(1)
    torch.testing.assert_close(kl_to_prior(mean, log_variance), wanted)
    assert kl_to_prior(torch.zeros(1, 2), torch.zeros(1, 2)).item() == 0


def test_beta_holds_the_codes_to_the_prior() -> None:
    def spread(beta: float) -> float:
        model, images = trained("vae", beta=beta)
        with torch.no_grad():
            return float(kl_to_prior(*model.posterior(images)).mean())

    assert spread(100.0) < 0.1 < spread(0.01)


@pytest.mark.parametrize("network", ["single_layer", "multi_layer", "deconvolution"])
def test_a_regressor_knows_its_pictures_and_no_others(network: str) -> None:
    model, images = trained("regressor", 400, network=network, width=64)
    new = torch.rand(images.shape, generator=torch.Generator().manual_seed(9)) * 2 - 1
    with torch.no_grad():
        known, unknown = ((model.decode(model.encode(x)) - x).square().mean() for x in (images, new))
    assert known < 0.3 * unknown


def test_a_code_is_that_of_the_bytes() -> None:
    model = create_model("regressor", size=8, latent_size=2000)
    images = torch.zeros(3, 1, 8, 8)
    images[1] += 1e-4  # too little to change the bytes
    images[2, 0, 0, 0] = 1.0
    codes = model.encode(images)
    assert torch.equal(codes[0], codes[1]) and not torch.equal(codes[0], codes[2])
    assert abs(codes[2].mean()) < 0.1 and abs(codes[2].std() - 1) < 0.1
    assert torch.equal(codes, model.encode(images.contiguous(memory_format=torch.channels_last)))


def test_a_regressor_previews_what_it_learnt_and_what_it_makes_up() -> None:
    model, images = trained("regressor", 10)
    drawn = model.preview({"image": images}, torch.Generator().manual_seed(0))
    assert drawn.shape == images.shape
    torch.testing.assert_close(drawn[:4], model.decode(model.encode(images[:4])))


@pytest.mark.parametrize("name", ["autoencoder", "vae", "regressor"])
def test_sizes(name: str) -> None:
    for size in (28, 48, 64):
        model = create_model(name, size=size, channels=3, width=8, latent_size=2).eval()
        assert model.sample(torch.zeros(1, 2)).shape == (1, 3, size, size)
    with pytest.raises(UserError, match="size is 30"):
        create_model(name, size=30)


def test_beta_is_no_bonus() -> None:
    with pytest.raises(UserError, match="beta is -1"):
        create_model("vae", beta=-1.0)
    assert math.isfinite(create_model("vae", beta=0.0).config.beta)
