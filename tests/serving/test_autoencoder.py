"""The session of autoencoders and densities, and their measures by `gan-zoo evaluate`."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from gan_zoo.__main__ import main
from gan_zoo.data.reading import load_data
from gan_zoo.errors import UserError
from gan_zoo.evaluation import metrics
from gan_zoo.models.registry import list_models
from gan_zoo.serving import CodeSession
from gan_zoo.serving.gallery import Gallery
from gan_zoo.weights import store as store_module
from gan_zoo.weights.folder import read_card

autoencoders = pytest.mark.parametrize("name", list_models("autoencoder"))
densities = pytest.mark.parametrize("name", list_models("density"))


@autoencoders
def test_pictures_go_through_a_code(weights: Path, name: str) -> None:
    session = Gallery(device="cpu").codes(f"{name}-tiny")
    assert isinstance(session, CodeSession) and session.codes and not session.scores and not session.has_opinion
    images = torch.rand(70, *(session.config.channels, session.config.size, session.config.size)) * 2 - 1
    codes = session.encode(images)
    assert codes.shape == (70, session.config.latent_size) and codes.dtype == torch.float32
    returned = session.reconstruct(images)
    assert returned.images.shape == images.shape and returned.milliseconds > 0
    torch.testing.assert_close(session.sample(codes).images, returned.images)


@densities
def test_pictures_are_scored(weights: Path, name: str) -> None:
    session = Gallery(device="cpu").codes(f"{name}-tiny")
    assert session.scores and not session.codes
    images = torch.rand(70, 1, 8, 8) * 2 - 1
    assert session.score(images).shape == (70,) and session.score(images).isfinite().all()


@pytest.mark.parametrize("name", [*list_models("autoencoder"), *list_models("density")])
def test_they_sample_as_samplers_do(weights: Path, name: str) -> None:
    gallery = Gallery(device="cpu")
    session = gallery.session(f"{name}-tiny")
    assert session is gallery.codes(f"{name}-tiny")
    z = session.latents(5, seed=3)
    label = torch.arange(5) % len(session.classes) if session.classes else None
    torch.testing.assert_close(session.sample(z, label).images, session.sample(z, label).images)
    assert f"{name}-tiny" not in gallery.names("sampler")


def test_other_kinds_have_no_codes(weights: Path) -> None:
    gallery = Gallery(device="cpu")
    for name in ("dcgan-tiny", "pix2pix-tiny"):
        with pytest.raises(UserError) as caught:
            gallery.codes(name)
        assert caught.value.code == "wrong_kind"


@pytest.mark.parametrize(
    ("name", "config", "measured"),
    [
        ("vae", {"width": 4, "latent_size": 4}, {"psnr", "psnr_seen"}),
        ("bayes", {"latent_size": 4, "classes": 10}, {"accuracy", "recognised"}),
    ],
)
def test_evaluate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, config: dict[str, object], measured: set[str]
) -> None:
    from gan_zoo import create_model, save_weights

    monkeypatch.setattr(store_module, "weights_roots", lambda: [tmp_path])
    torch.manual_seed(0)
    monkeypatch.setattr("gan_zoo.evaluation.evaluate.load_data", lambda *asked: load_data(*asked, most=300))
    info = {"data": "digits", "classes": [str(i) for i in range(10)]}
    save_weights(create_model(name, size=28, channels=1, **config), tmp_path / "mine", info)
    save_weights(create_model("classifier", width=4, feature_size=8), tmp_path / "features-digits", info)
    assert main(["evaluate", "mine", "--n", "40"]) == 0
    row = read_card(tmp_path / "mine")["metrics"]
    assert measured | {"fid", "precision", "recall", "sharpness"} <= set(row["mine"])
    assert "sharpness" in row["real"]


def test_sharpness_tells_blur_from_noise() -> None:
    clear = torch.full((4, 1, 16, 16), -1.0)
    clear[:, :, 4:12, 4:12] = 1.0
    blurred = torch.nn.functional.avg_pool2d(clear, 5, 1, 2)
    noisy = clear + 0.5 * torch.randn(clear.shape, generator=torch.Generator().manual_seed(0))
    assert metrics.sharpness(torch.zeros(2, 3, 8, 8)) == 0
    assert metrics.sharpness(blurred) < metrics.sharpness(clear) < metrics.sharpness(noisy)
