"""The tools of the Latent space tab, below the page: what they compute and what they refuse."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image

pytest.importorskip("gradio", reason="the app needs gradio: pip install gan-zoo[app]")

from app_process import tiny_weights

from demos.latent import arithmetic, attribute_names, class_mix, directions, latent_map, neighbours, points, projection, walk
from demos.shared import i18n, responses
from gan_zoo import Gallery, UserError, latent, load_data
from gan_zoo.imaging import images
from gan_zoo.models.vae import VAE
from gan_zoo.weights.folder import save_weights

DIGITS = Path(__file__).parents[2] / "gan_zoo" / "data" / "starter" / "digits.parquet"
PICKS = [[7, 0], [7, 9], [8, 3]]


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Gallery:
    root: Path = tiny_weights(tmp_path_factory.mktemp("weights"))
    save_weights(VAE(VAE.TINY), root / "coded", {"data": "noise"})
    return Gallery({folder.name: folder for folder in root.iterdir()}, device="cpu")


def way(model: str, label: str = "", picks: Any = PICKS, position: float = 0.0) -> tuple[Any, ...]:
    """The arguments that every tool is told, for the first pick if nothing else is said."""
    return model, label, 2.0, picks, "spherical", position


def test_an_alphabet_is_one_latent_as_every_class(gallery: Gallery) -> None:
    letters = class_mix.alphabet(gallery, *way("letters")).images
    assert len(letters) == 3
    for name, letter in zip("あいう", letters, strict=True):
        at = points.here(gallery, *way("letters", name))
        assert torch.allclose(at.sample(at.z).images[0], letter, atol=0.05)


def test_a_word_is_spelt_in_the_classes(gallery: Gallery) -> None:
    letters, word = (
        class_mix.alphabet(gallery, *way("letters")).images,
        class_mix.write(gallery, "うあ い", *way("letters")).images,
    )
    assert len(word) == 4
    assert torch.allclose(word[[0, 1, 3]], letters[[2, 0, 1]], atol=0.05)
    assert (word[2] == -1).all()


@pytest.mark.parametrize(("word", "code"), [
    ("", "bad_word"), ("   ", "bad_word"), ("あ" * 25, "bad_word"), (None, "strange_letters"), ("あZ", "strange_letters"),
])  # fmt: skip
def test_words_that_cannot_be_written(gallery: Gallery, word: Any, code: str) -> None:
    with pytest.raises(UserError) as caught:
        class_mix.write(gallery, word, *way("letters"))
    assert caught.value.code == code


def test_the_diagonal_of_the_mixing_table_is_the_picks(gallery: Gallery) -> None:
    for take_over in class_mix.TAKE_OVER:
        result, side = class_mix.mixing_table(gallery, take_over, *way("styled"))
        table = result.images.unflatten(0, (side, side))
        chosen = points.picked(gallery, "styled", "", 2.0, PICKS)
        own = chosen.sample(chosen.z).images
        for i in range(3):
            assert torch.allclose(table[i, i], own[i], atol=0.05)
        assert not torch.allclose(table[0, 1], table[1, 0], atol=1e-3)
    with pytest.raises(UserError):
        class_mix.mixing_table(gallery, "nowhere", *way("styled"))


def test_arithmetic_is_that_of_the_latents(gallery: Gallery) -> None:
    chosen = points.picked(gallery, "grey", "", 2.0, PICKS)
    there, result = arithmetic.equation(gallery, ["A", "B", "C"], *way("grey"))
    total = latent.arithmetic(*chosen.z[:, None])
    assert there == ["A", "B", "C"]
    assert torch.allclose(result.images, chosen.sample(torch.cat([chosen.z, total[None]])).images, atol=0.05)
    there, result = arithmetic.equation(gallery, ["C", "", "C"], *way("grey"))
    assert there == ["C"]
    assert torch.allclose(result.images[0], result.images[1], atol=0.05)


def test_roles_that_nobody_chose_are_given_in_turn() -> None:
    assert arithmetic.roles_of([], 5) == ["A", "B", "C", "", ""]
    assert arithmetic.roles_of(["C", ""], 3) == ["C", "", "C"]
    assert arithmetic.roles_of(["A", "A", "A", "A"], 2) == ["A", "A"]


@pytest.mark.parametrize("roles", [None, "A", ["D"], [1, 2, 3], ["B", "B", "B"], ["", "", ""]])
def test_bad_roles(gallery: Gallery, roles: Any) -> None:
    with pytest.raises(UserError):
        arithmetic.equation(gallery, roles, *way("grey"))


def test_words_of_one_family_count_as_one() -> None:
    words = [("accessories", "glasses"), ("accessories", "glasses2"), ("head", "hatHip"), ("skin", "#78e185"), ("", "7")]
    assert arithmetic.families(words) == {
        "accessories: glasses": [0, 1], "head: hatHip": [2], "skin: #78e185": [3], "7": [4],
    }  # fmt: skip


def test_a_class_has_no_vectors_but_what_is_drawn_freely_has(gallery: Gallery) -> None:
    observer = gallery.observer("grey")
    assert observer is not None
    assert observer is gallery.observer("grey")
    assert gallery.observer("large") is None  # pictures of another data set
    assert arithmetic.find_vectors(gallery.session("letters"), observer) == {}
    vectors = arithmetic.find_vectors(gallery.session("grey"), observer)
    assert all(name in "0123456789" and len(vector) == 8 for name, vector in vectors.items())


@pytest.mark.parametrize("model", ["grey", "letters", "styled"])
@pytest.mark.parametrize("method", directions.METHODS)
def test_sliders_in_the_middle_change_nothing(gallery: Gallery, model: str, method: str) -> None:
    before, same = directions.edit(gallery, method, [0] * 10, *way(model)).images
    assert torch.allclose(before, same, atol=0.05)
    before, other = directions.edit(gallery, method, [3.0] + [0] * 9, *way(model)).images
    assert not torch.equal(before, other)
    assert len(directions.captions(gallery.session(model), method)) == 8  # no more than numbers in a latent


@pytest.mark.parametrize("amounts", [None, [], [0] * 9, [float("nan")] * 10, [5.0] * 10, ["1"] * 10, [True] * 10])
def test_bad_sliders(gallery: Gallery, amounts: Any) -> None:
    with pytest.raises(UserError):
        directions.edit(gallery, "principal", amounts, *way("grey"))
    with pytest.raises(UserError):
        directions.edit(gallery, "magic", [0] * 10, *way("grey"))


def test_effects_are_told_in_words(gallery: Gallery) -> None:
    observer = gallery.observer("grey")
    assert observer is not None
    effects = directions.find_effects(gallery.session("grey"), observer, "principal")
    assert len(effects) == 8
    captions = directions.captions(gallery.session("grey"), "principal", [[("head: longBangs", 0.25)]] + [[]] * 7)
    assert captions[0]["does"] == {"en": "hair · long bangs +25%", "ja": "髪型 · 前髪ありのロング +25%"}
    assert "1" in captions[0]["name"]["ja"]


def test_every_attribute_of_the_faces_has_a_japanese_name() -> None:
    data = load_data("faces", "test", size=64, channels=3)
    for name in arithmetic.families([(attribute, word) for attribute, words in data.attributes.items() for word in words]):
        said = attribute_names.names_of(name)
        assert re.search("[ぁ-んァ-ン一-龥]", said["ja"]) and not re.search("[a-z#]", said["ja"]), name
        assert not re.search("[#A-Z]", said["en"]), name
    assert attribute_names.names_of("7") == {"en": "7", "ja": "7"}
    assert attribute_names.names_of("あ") == {"en": "あ", "ja": "あ"}


def test_truncation_draws_styles_to_their_mean_and_cuts_latents_off(gallery: Gallery) -> None:
    styled, grey = (points.picked(gallery, model, "", 0.5, PICKS) for model in ("styled", "grey"))
    free = points.picked(gallery, "styled", "", 3.0, PICKS)
    assert torch.equal(styled.z, free.z) and styled.psi == latent.spread(0.5) < free.psi < 1
    assert grey.psi == 1 and grey.z.abs().max() <= 0.5
    assert torch.equal(grey.mapping(grey.z), grey.z)
    session = styled.session
    with session.network() as network:
        mean = network.generator.mapping.mean
    expected = mean + styled.psi * (session.mapping(styled.z) - mean)
    assert torch.allclose(styled.mapping(styled.z), expected, atol=1e-6)
    drawn = styled.sample(styled.z).images
    assert torch.allclose(drawn, session.synthesis(expected).images, atol=0.02)
    wall = walk.draw(gallery, "styled", 7, 0.5).images
    assert torch.allclose(wall[[0, 9]], drawn[:2], atol=0.05)


def test_the_discriminator_is_asked_about_the_class_that_was_drawn(gallery: Gallery) -> None:
    pictures = walk.draw(gallery, "letters", 7, 2.0, 6, label="う").images
    thought = walk.opinions(gallery, "letters", "う", pictures)
    session = gallery.session("letters")
    with session.network() as network:
        logits = network.opinion(pictures, torch.full((6,), 2))
    assert torch.allclose(torch.tensor(thought)[:, 0], logits, atol=1e-5)
    assert walk.opinions(gallery, "styled", "", walk.draw(gallery, "styled", 7, 2.0, 6).images) == []


def test_the_map_shows_the_picks_where_they_lie(gallery: Gallery) -> None:
    chosen, _ = latent_map.plane_of(gallery, *way("grey"))
    pictures = latent_map.tiles(gallery, [[0, 0, 0], [0, 1, 0], [3, 8, 0]], *way("grey")).images
    picks = chosen.sample(chosen.z).images
    assert torch.allclose(pictures[:2], picks[:2], atol=0.05)
    assert torch.allclose(pictures[1], pictures[2], atol=0.05)  # the same place, on a finer level


@pytest.mark.parametrize("wanted", [
    None, [], [[0, 0]], [["0", 0, 0]], [[7, 0, 0]], [[0, float("nan"), 0]], [[0, 10**9, 0]], [[0, 0, 0]] * 33, [{}],
])  # fmt: skip
def test_bad_tiles(gallery: Gallery, wanted: Any) -> None:
    with pytest.raises(UserError):
        latent_map.tiles(gallery, wanted, *way("grey"))


@pytest.mark.parametrize(("picks", "code"), [(PICKS[:2], "few_picks_map"), ([[7, 0], [7, 0], [7, 1]], "one_line")])
def test_no_map(gallery: Gallery, picks: Any, code: str) -> None:
    with pytest.raises(UserError) as caught:
        latent_map.plane_of(gallery, *way("grey", picks=picks))
    assert caught.value.code == code


def data_url(picture: Image.Image) -> str:
    return responses.data_url(picture)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P", "1", "I;16"])
def test_pictures_of_any_mode_and_shape_are_read(gallery: Gallery, mode: str) -> None:
    for model, shape in (("grey", (1, 28, 28)), ("large", (3, 64, 64))):
        picture = projection.read_picture(data_url(Image.new(mode, (90, 50))), gallery.session(model))
        assert picture.shape == shape
        assert picture.abs().max() <= 1


def header(width: int, height: int) -> bytes:
    """A PNG that says it is so large, and isn't."""
    buffer = io.BytesIO()
    Image.new("L", (1, 1)).save(buffer, "PNG")
    png = bytearray(buffer.getvalue())
    png[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    import zlib

    png[29:33] = zlib.crc32(bytes(png[12:29])).to_bytes(4, "big")
    return bytes(png)


@pytest.mark.parametrize(("content", "code"), [
    (b"", "empty_file"), (b"MZ no picture at all", "not_a_picture"), (b"<svg></svg>", "not_a_picture"),
    (header(20_000, 20_000), "large_picture"), (header(2**31 - 1, 2**31 - 1), "large_picture"),
    (header(20_000, 2), "not_a_picture"), (b"\0" * 10_000_001, "large_file"),
])  # fmt: skip
def test_bad_uploads(gallery: Gallery, content: bytes, code: str) -> None:
    with pytest.raises(UserError) as caught:
        projection.read_picture("data:image/png;base64," + base64.b64encode(content).decode(), gallery.session("grey"))
    assert caught.value.code == code


@pytest.mark.parametrize("value", [None, "", 7, [], "http://example.org/a.png", "/etc/passwd", "data:image/png;base64,§"])
def test_what_is_no_upload(gallery: Gallery, value: Any) -> None:
    with pytest.raises(UserError):
        projection.read_picture(value, gallery.session("grey"))


def test_a_long_picture_is_refused(gallery: Gallery) -> None:
    with pytest.raises(UserError, match="pixels"):
        projection.read_picture(data_url(Image.new("1", (20_000, 2))), gallery.session("grey"))


@pytest.mark.parametrize(("model", "label"), [("grey", ""), ("letters", "う"), ("styled", "")])
def test_a_sample_is_found_again_and_can_be_edited(gallery: Gallery, model: str, label: str) -> None:
    session = gallery.session(model)
    at = points.here(gallery, *way(model, label))
    target = at.sample(at.z).images[0]
    told = list(projection.project(session, gallery.observer(model), target, at.label, steps=40))
    assert [done.step for done, _ in told] == [0, 10, 20, 30, 40]
    (first, _), (last, w) = told[0], told[-1]
    assert len(w) == session.mapping(at.z).shape[1] * max(1, session.layers)  # a style for each layer
    assert last.psnr > first.psnr
    still = projection.edit(gallery, model, label, w.tolist(), [0] * 10)[0]
    assert torch.allclose(still, last.image, atol=0.05)
    assert not torch.equal(projection.edit(gallery, model, label, w.tolist(), [2.0] * 10)[0], still)


def test_the_guess_of_an_encoder_is_a_candidate(gallery: Gallery, monkeypatch: pytest.MonkeyPatch) -> None:
    session, seen = gallery.session("coded"), []
    invert = latent.invert

    def watched(target: torch.Tensor, draw: Any, candidates: torch.Tensor, *more: Any) -> Any:
        seen.append(candidates)
        return invert(target, draw, candidates, *more)

    monkeypatch.setattr(latent, "invert", watched)
    target = session.sample(session.latents(1, seed=3)).images[0]
    (first, _), *_, (last, _) = projection.project(session, None, target, "", steps=20)
    (candidates,) = seen
    assert len(candidates) == projection.CANDIDATES + 1
    with session.network() as model, torch.inference_mode():
        assert torch.allclose(candidates[0], model.guess(target[None])[0], atol=0.05)
    assert last.psnr > first.psnr


@pytest.mark.parametrize(("seconds", "steps"), [(0.001, 300), (0.2, int(projection.SECONDS / (0.2 * 15 / 32)))])
def test_a_slow_machine_takes_fewer_steps(monkeypatch: pytest.MonkeyPatch, seconds: float, steps: int) -> None:
    clock = [0.0]

    def look(z: torch.Tensor) -> torch.Tensor:
        clock[0] += seconds
        return z

    monkeypatch.setattr(projection.time, "perf_counter", lambda: clock[0])
    assert projection.affordable(look, torch.zeros(8, 4)) == steps


@pytest.mark.parametrize("w", [None, [], [0.0] * 7, [float("nan")] * 8, [1e9] * 8, ["0"] * 8])
def test_no_point_from_the_browser_is_trusted(gallery: Gallery, w: Any) -> None:
    with pytest.raises(UserError):
        projection.edit(gallery, "grey", "", w, [0] * 10)


@pytest.fixture(scope="module")
def bank(gallery: Gallery) -> neighbours.Bank:
    """The test digits stand for the training data: there are fewer of them."""
    observer = gallery.observer("grey")
    assert observer is not None
    some = load_data(str(DIGITS), "test", size=28, channels=1).images[:600]
    features = observer.features(images.to_float(some[:500]))
    distances, _ = latent.nearest(observer.features(images.to_float(some[500:])), features, 1)
    return neighbours.Bank(some[:500], features, distances[:, 0])


def test_the_nearest_training_pictures_come_in_order(gallery: Gallery, bank: neighbours.Bank) -> None:
    observer = gallery.observer("grey")
    assert observer is not None
    found = neighbours.find(gallery, bank, observer, *way("grey"))
    assert len(found.distances) == len(found.images) == neighbours.NEAREST
    assert found.distances == sorted(found.distances)
    assert 0 <= found.share <= 1
    own = observer.features(images.to_float(images.to_uint8(found.sample[None])))
    assert (bank.features - own).norm(dim=1).min() == pytest.approx(found.distances[0], abs=1e-4)


def test_a_copy_is_found_out(gallery: Gallery, bank: neighbours.Bank) -> None:
    observer = gallery.observer("grey")
    assert observer is not None
    copy = images.to_uint8(neighbours.find(gallery, bank, observer, *way("grey")).sample[None])
    pictures = torch.cat([bank.images, copy])
    learnt = neighbours.Bank(pictures, observer.features(images.to_float(pictures)), bank.held_out)
    found = neighbours.find(gallery, learnt, observer, *way("grey"))
    assert found.distances[0] == pytest.approx(0, abs=1e-4)
    assert torch.equal(found.images[0], copy[0])
    assert found.share == 0


def test_reading_the_training_data_tells_how_far_it_is(gallery: Gallery, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = load_data(str(DIGITS), "test", size=28, channels=1)
    monkeypatch.setattr(neighbours, "load_data", lambda name, split, **shape: whole)
    monkeypatch.setattr(neighbours, "CHUNK", 2000)
    observer = gallery.observer("grey")
    assert observer is not None
    *told, bank = neighbours.read_bank(gallery.session("grey"), observer, "digits")
    assert told == [0.0, 0.4, 0.8]
    assert isinstance(bank, neighbours.Bank)
    assert len(bank.features) == len(bank.images) == 5000
    assert bank.held_out.max() == 0  # they are all there


def test_mix_offers_the_models_that_can_write(gallery: Gallery) -> None:
    for model, offers in (("grey", True), ("styled", True), ("letters", False)):
        said = class_mix.more(gallery, gallery.session(model))
        assert ('data-model="letters"' in said) == offers and 'data-model="grey"' not in said
    assert i18n.both("no_word") in class_mix.more(gallery, gallery.session("styled"))


def test_only_attributes_that_are_added_are_offered(gallery: Gallery) -> None:
    session, observer = gallery.session("grey"), gallery.observer("grey")
    assert observer is not None
    w, names = session.latents(arithmetic.TRIED, 0), list(arithmetic.families(observer.words))
    shares = arithmetic.family_shares(observer, session.synthesis(w).images)
    nowhere = torch.zeros(w.shape[1])
    assert [arithmetic.adds(session, observer, w, nowhere, i) for i in range(len(names))] == [
        bool((share > 0.5).float().mean() >= 0.5) for share in shares.T
    ]
