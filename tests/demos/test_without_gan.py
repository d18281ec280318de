"""The ways without a GAN: what the tab shows of each, and what a page forges is refused."""

from __future__ import annotations

import base64
import io
from typing import Any

import pytest
import torch
from PIL import Image

pytest.importorskip("gradio", reason="the tabs need gradio: pip install gan-zoo[app]")

from demos import without_gan
from demos.shared import responses
from demos.training import form
from demos.without_gan import draw
from demos.without_gan.methods import ABILITIES, CAN, methods, plot, table
from gan_zoo import Gallery, UserError, create_model, list_models, model_class, save_weights
from gan_zoo.training.recipes import WITHOUT_GAN

DIGITS = {"size": 28, "channels": 1}
MODELS: dict[str, tuple[str, dict[str, Any]]] = {
    "ae": ("autoencoder", {"width": 4, "latent_size": 4}),
    "ae2": ("autoencoder", {"width": 4, "latent_size": 2}),
    "bayes": ("bayes", {"latent_size": 4}),
    "code": ("code_mixture", {"latent_size": 4, "gaussians": 2, "width": 4}),
    "forger": ("dcgan", {"width": 4, "latent_size": 8}),
    "heart": ("regressor", {"width": 8, "latent_size": 8, "network": "single_layer"}),
    "mixture": ("mixture", {"latent_size": 4, "gaussians": 2}),
    "vae": ("vae", {"width": 4, "latent_size": 4}),
}


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Gallery:
    root = tmp_path_factory.mktemp("weights")
    torch.manual_seed(0)
    real = {"fid": 6.5, "precision": 0.79, "recall": 0.88, "sharpness": 0.2, "n": 5000.0}
    for name, (model, config) in MODELS.items():
        card: dict[str, Any] = {"data": "digits", "classes": [str(i) for i in range(10)]}
        if name in ("vae", "forger"):
            row = {"fid": 296.3, "precision": 0.26, "recall": 0.78, "sharpness": 0.1, "psnr": 21.33, "n": 5000.0}
            card["metrics"] = {"real": real, name: row}
        if name == "heart":
            card["training"] = {
                "seconds": 83, "pictures": 16, "steps": 10, "batch_size": 8, "precision": "float32", "processes": 1,
                "hardware": "a processor", "ema": 0.999, "seed": 0, "start": "runs/x",
            }  # fmt: skip
        made = create_model(model, **DIGITS, **config)
        for key, value in made.state_dict().items():
            if key == "codec.axes":  # as no fit leaves them: else all that is drawn is grey
                value.normal_()
        save_weights(made, root / name, card)
    return Gallery({name: root / name for name in MODELS}, device="cpu")


def picture(url: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2])))


def test_every_way_is_found_in_its_place(gallery: Gallery) -> None:
    found = methods(gallery, "digits")
    assert [way.model for way in found] == ["heart", "ae", "ae2", "vae", "mixture", "code", "bayes", "forger"]
    assert [way.flat for way in found] == [name == "ae2" for name in ("heart", "ae", "ae2", "vae", "m", "c", "b", "f")]
    assert methods(gallery, "faces") == []
    assert all(len(can) == len(ABILITIES) for can in CAN.values())


def test_the_table_tells_what_the_cards_say(gallery: Gallery) -> None:
    said = table(methods(gallery, "digits"))
    for figure in ("296", "0.26", "0.78", "21.3", "50%", "100%", "83 s</span>", " +</td>"):
        assert figure in said, figure
    assert said.count("<tr") == 1 + 1 + len(MODELS)


def test_the_plot_shows_what_is_measured(gallery: Gallery) -> None:
    found = methods(gallery, "digits")
    drawn = plot(found)
    assert drawn.count('class="way') == 1 and drawn.count('class="gan') == 1 and drawn.count('class="real') == 1
    assert drawn.count("--at:0.2600") == 2 and drawn.count("--at:0.7800") == 2, "a dot and a ring on every line"
    assert plot([way for way in found if way.model == "ae"]) == ""


def test_the_page_names_all(gallery: Gallery) -> None:
    ways = {"digits": methods(gallery, "digits")}
    page = without_gan.hall_html(ways)
    assert page.count("data-draw=") == 7 and page.count("data-back=") == 3 and page.count("data-map=") == 1


@pytest.mark.parametrize("model", MODELS)
def test_pictures_of_a_seed(gallery: Gallery, model: str) -> None:
    session = gallery.session(model)
    drawn = draw.draw(session, 5)
    assert picture(drawn["sheet"]).size == (4 * 29 + 1,) * 2
    assert drawn["sheet"] == draw.draw(session, 5)["sheet"] != draw.draw(session, 6)["sheet"]


@pytest.mark.parametrize("model", ["ae", "vae", "heart"])
def test_there_and_back(gallery: Gallery, model: str) -> None:
    session = gallery.codes(model)
    learnt, new = (draw.back(session, 3, seen) for seen in (True, False))
    assert learnt["given"] != new["given"]
    for strip in ("given", "returned", "between"):
        assert picture(new[strip]).size == (8 * 29 + 1, 30)
    assert 0 < new["psnr"] < 40


def test_only_what_was_learnt_counts_as_learnt(gallery: Gallery) -> None:
    card = gallery.card("heart")
    assert len(draw.pictures_of(card, "train")) == 16
    assert len(draw.pictures_of(card, "test")) == len(draw.pictures_of(gallery.card("ae"), "test")) == 5_000


def test_no_folder_is_read_that_a_card_names() -> None:
    for data in ("", ".", "/etc", None):
        with pytest.raises(UserError) as caught:
            draw.pictures_of({"data": data, "config": {"size": 28, "channels": 1}}, "test")
        assert caught.value.code == "ways_no_data"


def test_a_map_has_pictures_and_places(gallery: Gallery) -> None:
    session = gallery.codes("ae2")
    told = draw.chart(session)
    assert picture(told["lattice"]).size == (draw.CELLS * 28,) * 2
    assert len(told["points"]) == draw.POINTS and {label for *_, label in told["points"]} == set(range(10))
    assert picture(draw.place(session, 0.5, -1)["picture"]).size == (28, 28)


def test_the_lattice_lies_as_the_plane_does(gallery: Gallery, monkeypatch: pytest.MonkeyPatch) -> None:
    session, asked = gallery.codes("ae2"), []
    sample = session.sample
    monkeypatch.setattr(session, "sample", lambda z, *more: asked.append(z) or sample(z, *more))
    draw.chart(session)
    lattice = asked[0].view(draw.CELLS, draw.CELLS, 2)
    assert lattice[0, 0, 0] < 0 < lattice[0, 0, 1], "the first is at the top left"
    assert (lattice[0, -1, 0] > 0) and (lattice[-1, 0, 1] < 0)


@pytest.mark.parametrize("place", [(None, 0), ("0", 0), (True, 0), (99, 0), (0, float("nan")), ([], 0), (0, {})])
def test_a_place_lies_on_the_map(gallery: Gallery, place: tuple[Any, Any]) -> None:
    with pytest.raises(UserError) as caught:
        draw.place(gallery.codes("ae2"), *place)
    assert caught.value.code == "ways_place"


def test_each_is_asked_what_it_can(gallery: Gallery) -> None:
    for work, code in (
        (lambda: draw.back(gallery.codes("mixture"), 0, True), "ways_no_code"),
        (lambda: draw.chart(gallery.codes("ae")), "ways_no_map"),
        (lambda: draw.score(gallery.codes("ae"), ""), "ways_no_score"),
        (lambda: gallery.codes("forger"), "wrong_kind"),
    ):
        with pytest.raises(UserError) as caught:
            work()
        assert caught.value.code == code


def told(gallery: Gallery, event: str, asked: Any) -> dict[str, Any]:
    """What the page hears to a request that an event carries."""

    class Event:
        _data = {"request": asked}

    return responses.reply(Event(), lambda asked: without_gan.WORKS[event](gallery, asked))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("event", "asked"),
    [("draw", None), ("draw", {}), ("draw", {"model": ["ae"], "seed": 1}), ("draw", {"model": "ae", "seed": "x"}),
     ("rebuild", {"model": "forger", "seed": 1}), ("chart", {"model": "nobody"}), ("show", {"data": "/etc", "seed": 1}),
     ("go", {"model": "ae2", "x": "left", "y": 0})],
)  # fmt: skip
def test_forged_requests_are_refused_in_a_line(gallery: Gallery, event: str, asked: Any) -> None:
    answer = told(gallery, event, asked)
    assert 'role="alert"' in answer["trouble"] and "unexpected" not in answer


def test_the_page_asks_and_is_answered(gallery: Gallery) -> None:
    for event, asked, key in (
        ("draw", {"model": "vae", "seed": 1}, "sheet"),
        ("show", {"data": "digits", "seed": 1}, "sheet"),
        ("rebuild", {"model": "vae", "seed": 1, "seen": False}, "returned"),
        ("chart", {"model": "ae2"}, "lattice"),
        ("go", {"model": "ae2", "x": 0, "y": 1.5}, "picture"),
    ):
        answer = told(gallery, event, {"n": 7, **asked})
        assert answer["n"] == 7 and not answer["trouble"] and answer[key].startswith("data:image/")


def test_endpoints(gallery: Gallery) -> None:
    encode, decode, reconstruct, score = without_gan.endpoints(gallery, lambda drawn: {"size": drawn.size})
    digit = responses.data_url(Image.new("L", (28, 28), 200))
    code = encode("ae", digit)
    assert len(code) == 4
    assert decode("ae", code) == {"size": (28, 28)}
    assert reconstruct("vae", 3, True)[0] == {"size": (233, 30)}
    assert isinstance(score("mixture", digit), float)
    for wrong in ([], [0.0] * 5, "code", [0, 0, 0, float("inf")], [0, 0, 0, "x"], None):
        with pytest.raises(UserError):
            decode("ae", wrong)
    with pytest.raises(UserError):
        encode("ae", "data:text/plain;base64,AAAA")


@pytest.mark.parametrize("model", [*list_models("autoencoder"), *list_models("density")])
def test_each_trains_from_the_training_tab(model: str) -> None:
    assert model in form.MODELS
    asked = {**next(iter(form.PRESETS.values())), "model": model, "loss": "", "norm": "", "metrics": False}
    config = form.chosen(asked)
    assert set(config.learning_rates) == set(model_class(model).LEARNING_RATES)


def test_every_recipe_is_of_a_way_that_is_shown() -> None:
    for recipe in WITHOUT_GAN.values():
        assert recipe["options"].get("network", recipe["model"]) in CAN
        assert recipe["model"] != "code_mixture" or recipe["steps"] & (recipe["steps"] - 1) == 0
