"""Tests of fitted Gaussians: they recover the distribution of the data, and draw and score pictures by it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import torch

pytest.importorskip("sklearn", reason="Gaussians are fitted by scikit-learn: pip install gan-zoo[mixture]")

from gan_zoo.data.dataset import Dataset
from gan_zoo.errors import UserError
from gan_zoo.models.kinds import Density
from gan_zoo.models.mixture import Components, Gaussians
from gan_zoo.models.registry import create_model, list_models
from gan_zoo.runs.run import Run
from gan_zoo.training.config import TrainConfig
from gan_zoo.training.loop import train


def two_kinds(n: int = 400, seed: int = 0) -> dict[str, torch.Tensor]:
    """Pictures of 8x8 pixels: three quarters are light at the left (class 0), and a quarter at the top (class 1)."""
    generator = torch.Generator().manual_seed(seed)
    images = torch.full((n, 1, 8, 8), -0.6) + 0.05 * torch.randn(n, 1, 8, 8, generator=generator)
    label = (torch.arange(n) % 4 == 3).long()
    images[label == 0, :, :, :4] += 1.0
    images[label == 1, :, :4] += 1.0
    return {"image": images.clamp(-1, 1), "label": label}


def fitted(name: str, **options: object) -> Density:
    torch.manual_seed(0)
    model = create_model(name, size=8, channels=1, latent_size=4, **options)
    assert isinstance(model, Density)
    model.training_step(two_kinds(), model.optimizers(model.LEARNING_RATES))
    return model.eval()


def is_light(images: torch.Tensor) -> torch.Tensor:
    """The class of each picture of `two_kinds`: 1 if the top is lighter than the left, else 0."""
    return (images[:, 0, :4, 4:].mean((1, 2)) > images[:, 0, 4:, :4].mean((1, 2))).long()


@pytest.mark.parametrize("name", list_models("density"))
def test_a_density_scores_and_draws(name: str) -> None:
    options = {"bayes": {"classes": 2}, "code_mixture": {"gaussians": 2, "width": 4}}.get(name, {"gaussians": 2})
    model = fitted(name, **options)
    score = model.score(two_kinds(seed=1)["image"])
    assert score.shape == (400,) and score.isfinite().all()
    pictures = model.sample(model.latent(50, torch.Generator().manual_seed(3)))
    assert pictures.shape == (50, 1, 8, 8) and pictures.abs().max() <= 1
    assert model.device.type == "cpu"


def test_a_mixture_finds_the_two_kinds() -> None:
    model = fitted("mixture", gaussians=2)
    weights = model.gaussians.weights.sort().values
    torch.testing.assert_close(weights, torch.tensor([0.25, 0.75]), atol=0.02, rtol=0)
    drawn = model.sample(model.latent(400, torch.Generator().manual_seed(3)))
    assert abs(is_light(drawn).float().mean() - 0.25) < 0.07
    noise = torch.rand(50, 1, 8, 8, generator=torch.Generator().manual_seed(1)) * 2 - 1
    real = model.score(two_kinds(seed=1)["image"])
    assert model.score(noise).median() < real.median() - 5


def test_scores_are_those_of_torch() -> None:
    gaussians = Gaussians(2, 3)
    gaussians.fit(torch.randn(200, 3, generator=torch.Generator().manual_seed(0)), 1e-3)
    code = torch.randn(20, 3, generator=torch.Generator().manual_seed(1))
    parts = torch.distributions.MultivariateNormal(gaussians.means, scale_tril=gaussians.roots)
    wanted = gaussians.weights.log() + parts.log_prob(code[:, None])
    torch.testing.assert_close(gaussians.densities(code), wanted, rtol=1e-4, atol=1e-4)


def test_latents_choose_by_the_weights() -> None:
    gaussians = Gaussians(2, 1)
    gaussians.weights.copy_(torch.tensor([0.25, 0.75]))
    gaussians.means.copy_(torch.tensor([[-10.0], [10.0]]))
    z = torch.randn(2000, 2, generator=torch.Generator().manual_seed(0))
    places = gaussians.place(z)
    assert abs((places < 0).float().mean() - 0.25) < 0.03
    torch.testing.assert_close(places.abs() - 10, torch.where(places < 0, -1.0, 1.0) * z[:, 1:])
    assert (gaussians.place(z, torch.zeros(2000, dtype=torch.int64)) < 0).all()


def test_components_are_white_and_come_back() -> None:
    images = two_kinds()["image"]
    components = Components(8, (1, 8, 8))
    components.fit(images)
    code = components.encode(images)
    torch.testing.assert_close(torch.cov(code.T), torch.eye(8), atol=1e-3, rtol=0)
    assert (components.decode(code) - images).square().mean() < 0.005
    components.fit(images[:4])  # fewer pictures than components
    assert components.encode(images[:4]).isfinite().all()


def test_a_bayes_classifier_tells_classes_apart_and_draws_them() -> None:
    model = fitted("bayes", classes=2)
    test = two_kinds(seed=1)
    probabilities = model.probabilities(test["image"])
    torch.testing.assert_close(probabilities.sum(1), torch.ones(400))
    assert (probabilities.argmax(1) == test["label"]).all()
    for label in (0, 1):
        z = model.latent(20, torch.Generator().manual_seed(0))
        assert (is_light(model.sample(z, torch.full((20,), label))) == label).all()


def test_the_fit_is_renewed_while_pictures_come() -> None:
    model = create_model("mixture", size=8, channels=1, latent_size=4, gaussians=2, remembered=24)
    means = []
    for step in range(1, 9):
        model.training_step({"image": two_kinds(8, seed=step)["image"]}, {})
        means.append(model.gaussians.means.clone())
    assert not torch.equal(means[0], means[1])
    assert all(torch.equal(means[1], later) for later in means[2:]), "the memory is full before step 4, so nothing changes"
    assert int(model.memory.held) == 24


def test_hardly_any_pictures_are_enough_to_begin_with() -> None:
    model = create_model("mixture", size=8, channels=1, latent_size=40, gaussians=30)
    values = model.training_step({"image": two_kinds(2)["image"]}, {})
    assert values["loss"].isfinite()
    assert model.sample(model.latent(4)).isfinite().all()


def test_without_scikit_learn_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("sklearn.decomposition", "sklearn.mixture"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(UserError, match=r"pip install 'gan-zoo\[mixture\]'"):
        create_model("mixture", size=8, latent_size=4).training_step({"image": two_kinds(8)["image"]}, {})


def test_a_mixture_trains_as_every_model_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = two_kinds(96)
    data = Dataset("kinds", ((kinds["image"] + 1) * 127.5).round().to(torch.uint8), kinds["label"], ["left", "top"])
    monkeypatch.setattr("gan_zoo.training.training_data.load_data", lambda *_: data)
    options = {"size": 8, "channels": 1, "latent_size": 4, "gaussians": 2}
    config = TrainConfig("mixture", "kinds", options, steps=4, batch_size=16, tick=2, precision="float32", device="cpu")
    run = Run(tmp_path / "run")
    assert train(config, run, quiet=True) == "complete"
    saved = run.read_checkpoint()
    # The published weights are those of the last fit, because an average of independent fits would be meaningless.
    assert all(torch.equal(saved["ema"][key], value) for key, value in saved["model"].items())


def test_a_bayes_classifier_needs_classes() -> None:
    with pytest.raises(UserError, match="choose data with labels"):
        create_model("bayes", classes=0)


@pytest.mark.parametrize("name", list_models("density"))
def test_a_code_of_one_number_is_refused(name: str) -> None:
    with pytest.raises(UserError, match="latent_size is 2"):
        create_model(name, latent_size=2)
