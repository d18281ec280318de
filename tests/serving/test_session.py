"""Sessions: precision, threads, batches in parts, opinions of the discriminator, pictures of any size."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
import torch

from gan_zoo.errors import UserError
from gan_zoo.hub.repository import load
from gan_zoo.imaging.images import to_float, to_uint8
from gan_zoo.models.registry import create_model, model_class
from gan_zoo.precision import Precision
from gan_zoo.serving import AGREEMENT, Session, agreement, sampler, tiles
from gan_zoo.serving import session as session_module
from gan_zoo.serving.calls import Call
from gan_zoo.serving.gallery import Gallery
from gan_zoo.weights.folder import save_weights


@pytest.fixture
def gallery(weights: Path) -> Gallery:
    return Gallery(device="cpu")


def test_float32_is_the_published_network(gallery: Gallery) -> None:
    session = gallery.session("dcgan-tiny")
    z = session.latents(5, seed=3)
    result = session.sample(z, precision="float32")
    with torch.no_grad():
        assert torch.equal(result.images, load("dcgan-tiny").sample(z))
    assert result.precision == "float32"
    assert result.milliseconds > 0


def test_the_chosen_precision_shows_the_same_pictures(gallery: Gallery) -> None:
    session = gallery.session("dcgan-tiny")
    z = session.latents(8, seed=3)
    result = session.sample(z)
    assert result.precision == str(session.precision)
    assert result.images.dtype == torch.float32
    assert agreement(result.images, session.sample(z, precision="float32").images) >= AGREEMENT


def test_a_precision_that_shows_other_pictures_is_refused(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "fastest", lambda choices, prepare, device: list(choices)[-1])
    assert Gallery(device="cpu").session("dcgan-tiny").precision == Precision.parse("bfloat16/channels_last")

    def spoilt(self: Session, call: Call, precision: Precision, network: object = None) -> torch.Tensor:
        return torch.full((len(call.points), 3, 32, 32), 0.0 if precision.dtype == torch.float32 else 0.1)

    monkeypatch.setattr(Session, "_run", spoilt)
    assert Gallery(device="cpu").session("dcgan-tiny").precision.dtype == torch.float32


def test_large_requests_go_through_in_parts(gallery: Gallery, monkeypatch: pytest.MonkeyPatch) -> None:
    session = gallery.session("mlp_gan-tiny")
    z = session.latents(10, seed=0)
    whole = session.sample(z, precision="float32").images
    monkeypatch.setattr(session_module, "BATCH", 4)
    assert torch.allclose(session.sample(z, precision="float32").images, whole, atol=1e-6)


def test_the_memory_of_a_session_is_that_of_its_copies(gallery: Gallery) -> None:
    session = gallery.session("dcgan-tiny")
    plain = sum(t.nbytes for t in load("dcgan-tiny").state_dict().values())
    assert plain <= session.bytes <= 2 * plain


def test_threads_share_one_session(gallery: Gallery) -> None:
    sessions, images = set(), {}

    def visit(seed: int) -> None:
        session = gallery.session("dcgan-tiny")
        sessions.add(id(session))
        images[seed] = session.sample(session.latents(4, seed), precision="float32").images

    visitors = [threading.Thread(target=visit, args=(seed,)) for seed in range(8)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert len(sessions) == 1
    session = gallery.session("dcgan-tiny")
    for seed, pictures in images.items():
        assert torch.equal(pictures, session.sample(session.latents(4, seed), precision="float32").images)


def test_the_number_of_threads_is_given_back(gallery: Gallery) -> None:
    before = torch.get_num_threads()
    session = gallery.session("dcgan-tiny")
    session.sample(session.latents(1, seed=0))
    assert torch.get_num_threads() == before


@pytest.mark.parametrize("name", ["dcgan-tiny", "cgan-tiny", "stylegan-tiny"])
def test_styles_are_drawn_as_samples_are(gallery: Gallery, name: str) -> None:
    session = gallery.session(name)
    z, label = session.latents(5, seed=3), session._labels(5)
    drawn = session.synthesis(session.mapping(z), label, "float32").images
    assert torch.allclose(drawn, session.sample(z, label, "float32").images, atol=1e-5)
    assert (session.layers > 0) == (name == "stylegan-tiny")
    assert len(session.classes) == getattr(session.config, "classes", 0)


def test_psi_leaves_latents_alone_and_bounds_styles(gallery: Gallery) -> None:
    for name in ("dcgan-tiny", "stylegan-tiny"):
        session = gallery.session(name)
        z, psi = session.truncated(session.latents(5, seed=3), 0.7)
        assert (z.abs().max() <= 0.7) == (psi == 1) == (session.layers == 0)
        drawn = session.sample(z, None, "float32", psi).images
        assert torch.allclose(drawn, session.synthesis(session.mapping(z, psi), None, "float32").images, atol=1e-5)
        assert session.truncated(z, float("inf"))[1] == 1


@pytest.mark.parametrize("name", ["dcgan", "cgan", "sngan", "stylegan"])
def test_the_discriminator_compares_with_pictures_of_the_model(weights: Path, name: str) -> None:
    cls = model_class(name)
    torch.manual_seed(1)
    save_weights(cls(cls.TINY), weights / "both", {"data": "noise"}, ["discriminator"])
    gallery = Gallery(device="cpu")
    assert not gallery.session(f"{name}-tiny").has_opinion
    session = gallery.session("both")
    assert session.has_opinion
    copies = [model for precision, model in session._networks.items() if precision != Precision()]
    assert not any(model.has_opinion for model in copies)  # only the float32 network keeps it
    pictures = session.sample(session.latents(64, seed=9)).images
    thought = session.opinion(pictures, session._labels(64))
    assert thought.logits.shape == thought.ranks.shape == (64,)
    assert 0 <= thought.ranks.min() < 0.5 < thought.ranks.max() <= 1
    order = thought.logits.argsort()
    assert (thought.ranks[order].diff() >= 0).all()


@pytest.mark.parametrize("method", ["principal", "closed_form"])
def test_directions_are_found_once(gallery: Gallery, method: sampler.Method) -> None:
    session = gallery.session("dcgan-tiny")
    found = session.directions(method)
    assert found is session.directions(method)
    assert found.vectors.shape == (8, 8)  # one for each number of a tiny latent


def test_the_observer_knows_the_words_of_its_data(weights: Path) -> None:
    eye = create_model("classifier", size=32, channels=3, heads=(2, 3), width=4, feature_size=8)
    words = {"hat": ["no", "yes"], "coat": ["red", "green", "blue"]}
    save_weights(eye, weights / "features-noise", {"data": "other", "attributes": words})
    gallery = Gallery(device="cpu")
    observer = gallery.observer("dcgan-tiny")  # it is named after the data of the sampler, "noise"
    assert observer is not None
    assert observer.name == "features-noise"
    assert observer.words == [("hat", "no"), ("hat", "yes"), ("coat", "red"), ("coat", "green"), ("coat", "blue")]
    session = gallery.session("dcgan-tiny")
    pictures = session.sample(session.latents(200, seed=0)).images
    seen = observer.probabilities(pictures)
    assert torch.allclose(seen[:, :2].sum(1), torch.ones(200)) and torch.allclose(seen[:, 2:].sum(1), torch.ones(200))
    assert observer.features(pictures).shape == (200, 8)
    assert gallery.observer("mlp_gan-tiny") is None  # its pictures have another shape
    measured = {"features-noise": {"hat": 0.49, "coat": 0.9}}
    save_weights(eye, weights / "features-noise", {"data": "other", "attributes": words, "metrics": measured})
    gallery.refresh()
    sure = gallery.observer("dcgan-tiny")
    assert sure is not None and [word for _, word in sure.words] == [
        "red",
        "green",
        "blue",
    ]  # the card gives a low accuracy for hats
    assert torch.equal(sure.probabilities(pictures), seen[:, 2:])
    (weights / "features-noise" / "model.safetensors").write_bytes(b"")
    broken = Gallery(device="cpu")
    assert broken.observer("dcgan-tiny") is None
    assert "features-noise" in broken.problems


def test_a_translator_is_served(gallery: Gallery) -> None:
    session = gallery.translator("pix2pix-tiny")
    images = torch.rand(70, *session.input_shape) * 2 - 1  # more than one batch
    result = session.translate(images, precision="float32")
    with torch.no_grad():
        assert torch.allclose(result.images, load("pix2pix-tiny").translate(images), atol=1e-5)
    chosen = session.translate(images)
    assert chosen.precision == str(session.precision) and chosen.milliseconds > 0
    assert agreement(chosen.images, result.images) >= AGREEMENT - 5


def test_paper_mode_has_noise_that_a_seed_fixes(weights: Path) -> None:
    torch.manual_seed(0)
    model = create_model("pix2pix", size=64, width=4, max_width=8)
    save_weights(model, weights / "noisy", {"data": "noise", "classes": [], "pairs": "edges"})
    session = Gallery(device="cpu").translator("noisy")
    images = torch.rand(2, 3, 64, 64) * 2 - 1

    def drawn(**options: Any) -> torch.Tensor:
        return session.translate(images, precision="float32", **options).images

    before = torch.get_rng_state()
    assert torch.equal(drawn(paper=True, seed=1), drawn(paper=True, seed=1))
    assert not torch.equal(drawn(paper=True, seed=1), drawn(paper=True, seed=2))
    assert torch.equal(drawn(seed=1), drawn(seed=2)) and not torch.equal(drawn(), drawn(paper=True))
    assert torch.equal(torch.get_rng_state(), before), "nobody else's noise is touched"


def styled(weights: Path, seed: int = 0, **options: Any) -> sessions.TranslatorSession:
    """A cyclegan whose weights are large enough to change a picture, served in plain float32."""
    torch.manual_seed(seed)
    model = create_model("cyclegan", **{"size": 16, "width": 4, "blocks": 1, "critic_width": 4, "patch": 16} | options)
    for weight in model.parameters():
        weight.data = 0.15 * torch.randn_like(weight)
    save_weights(model, weights / "style", {"data": "", "pairs": "", "classes": []}, bits=32)
    session = Gallery(device="cpu").translator("style")
    session.precision = Precision()
    return session


@pytest.mark.parametrize("size", [(50, 33), (1, 1), (16, 40), (7, 90)])
@pytest.mark.parametrize("back", [False, True])
def test_a_picture_of_any_size_comes_back_at_its_size(weights: Path, size: tuple[int, int], back: bool) -> None:
    session = styled(weights)
    assert session.any_size and session.two_way
    picture = torch.rand(3, *size) * 2 - 1
    [part] = session.restyle(picture, back)
    assert part.image.shape == picture.shape and part.image.dtype == torch.uint8
    assert (part.done, part.tiles) == (1, 1) and part.milliseconds > 0
    if size == (16, 40):
        assert torch.equal(part.image, to_uint8(session.translate(picture[None], back=back).images[0]))


def small_tiles(monkeypatch: pytest.MonkeyPatch, side: int) -> None:
    monkeypatch.setattr(tiles, "PIXELS", side**2)
    monkeypatch.setattr(tiles, "CROP", side // 4)


@pytest.mark.parametrize("upsample", ["resize", "transposed"])
@pytest.mark.parametrize("blocks", [1, 6])
def test_tiles_leave_no_seam(weights: Path, monkeypatch: pytest.MonkeyPatch, blocks: int, upsample: str) -> None:
    """With the same statistics, a picture drawn in tiles equals the picture drawn whole."""
    session, picture = styled(weights, blocks=blocks, upsample=upsample), torch.rand(3, 301, 270) * 2 - 1
    drawn: list[torch.Tensor] = []
    kept: list[Any] = []
    with_statistics, run = session._with_statistics, session._run

    def keep(*given: Any) -> Any:
        kept.append(with_statistics(*given))
        return kept[0]

    def see(*given: Any) -> torch.Tensor:
        drawn.append(run(*given))
        return drawn[-1]

    monkeypatch.setattr(session, "_with_statistics", keep)
    monkeypatch.setattr(session, "_run", see)
    small_tiles(monkeypatch, 128)
    parts = list(session.restyle(picture))
    tiled = tiles.cut(301, 270, 16, session._reach)
    assert len(parts) == len(tiled) == len(drawn) - 1 > 3
    whole = kept[0].translate(tiles.take(picture, (0, 304), (0, 272))[None])[0]
    for tile, part in zip(tiled, drawn[1:], strict=True):  # the first batch holds the crops
        expected = whole[:, slice(*tile.rows), slice(*tile.columns)]
        torch.testing.assert_close(tile.inner(part[0]), expected, rtol=0, atol=1e-4)


def test_the_crops_speak_for_the_whole_picture(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    save_weights(create_model("cyclegan", size=16, width=4, blocks=1, patch=16), weights / "style", {"classes": []})
    session = Gallery(device="cpu").translator("style")
    # Photographs have contrast at every scale.
    octaves = [torch.randn(1, 3, 3 * 2**i, 4 * 2**i) / 2**i for i in range(8)]
    picture = sum(torch.nn.functional.interpolate(octave, (384, 512), mode="bilinear") for octave in octaves)
    assert isinstance(picture, torch.Tensor)
    picture = (picture[0] / 3).clamp(-1, 1)
    [whole] = session.restyle(picture)
    monkeypatch.setattr(tiles, "PIXELS", 256**2)
    parts = list(session.restyle(picture))
    assert len(parts) > 1
    assert agreement(to_float(parts[-1].image)[None], to_float(whole.image)[None]) > 25


def test_what_is_done_stays_when_somebody_stops(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = styled(weights)
    small_tiles(monkeypatch, 128)
    picture = torch.rand(3, 200, 220) * 2 - 1
    full = list(session.restyle(picture))[-1]
    for part in session.restyle(picture):
        assert session._lock.acquire(blocking=False), "others may compute between tiles"
        session._lock.release()
        if part.done == 2:
            break
    assert 2 < part.tiles == full.tiles
    done = (part.image == full.image).all(0)
    untouched = (part.image == to_uint8(picture)).all(0)
    assert (done | untouched).all() and 0.2 < done.float().mean() < 0.9


def test_pictures_in_grey(weights: Path) -> None:
    session = styled(weights, input_channels=1, identity=0.0)
    for back in (False, True):
        [part] = session.restyle(torch.rand(3, 20, 24) * 2 - 1, back)
        assert part.image.shape == (3, 20, 24)
    assert torch.equal(part.image[0], part.image[2])  # the pictures of the way back are grey


def test_one_way_and_one_size(weights: Path) -> None:
    picture = torch.zeros(3, 16, 16)
    session = styled(weights, two_way=False)
    assert session.any_size and not session.two_way
    with pytest.raises(UserError) as caught:
        session.translate(picture[None], back=True)
    assert caught.value.code == "one_way"
    other = Gallery(device="cpu").translator("pix2pix-tiny")
    assert not other.any_size and not other.two_way
    with pytest.raises(UserError) as caught:
        next(other.restyle(picture))
    assert caught.value.code == "one_size"
