"""Tests of vid2vid: moved and new parts, the frames to learn from, and its session."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
import torch

from gan_zoo.errors import UserError
from gan_zoo.hub.repository import load
from gan_zoo.models.registry import create_model
from gan_zoo.models.vid2vid import Vid2Vid, warp
from gan_zoo.serving.gallery import Gallery


def tiny(**options: object) -> Vid2Vid:
    torch.manual_seed(0)
    return Vid2Vid(dataclasses.replace(Vid2Vid.TINY, **options)).eval()


def batch(n: int = 4) -> dict[str, torch.Tensor]:
    return tiny().example_inputs(n, torch.Generator().manual_seed(1))


def test_the_flow_says_where_a_pixel_comes_from() -> None:
    picture = torch.rand(1, 3, 8, 8)
    right, down = torch.zeros(1, 2, 8, 8), torch.zeros(1, 2, 8, 8)
    right[:, 0], down[:, 1] = 2, 1
    torch.testing.assert_close(warp(picture, torch.zeros(1, 2, 8, 8)), picture)
    torch.testing.assert_close(warp(picture, right)[..., :6], picture[..., 2:])
    torch.testing.assert_close(warp(picture, right)[..., 6:], picture[..., 7:].expand(-1, -1, -1, 2), msg="edges go on")
    torch.testing.assert_close(warp(picture, down)[..., :7, :], picture[..., 1:, :])


def test_a_frame_is_the_last_one_moved_where_the_mask_is_dark() -> None:
    model = tiny()
    given = batch()
    moved, hallucinated, mask = model.parts(given["input"][:, :3], given["image"][:, :2])
    assert mask.shape == (4, 1, 16, 16) and mask.min() >= 0 and mask.max() <= 1
    frame = model.next_frame(given["input"][:, :3], given["image"][:, :2])
    torch.testing.assert_close(frame, moved + mask * (hallucinated - moved))


def test_the_layers_make_the_frame() -> None:
    model, given = tiny(), batch()
    frame, moved, new = model.layers(given["input"][:, :3], given["image"][:, :2])
    assert len(model.LAYERS) == 2
    torch.testing.assert_close(frame, model.next_frame(given["input"][:, :3], given["image"][:, :2]))
    _, _, mask = model.parts(given["input"][:, :3], given["image"][:, :2])
    torch.testing.assert_close(frame + 1, (1 - mask) * (moved + 1) + new + 1)  # adding 1 makes black 0


def test_a_film_begins_from_nothing_or_from_what_is_known() -> None:
    model, given = tiny(), batch()["input"]
    film = model.film(given)
    assert film.shape == given.shape and film.abs().max() <= 1
    past, still = torch.zeros(4, 2, 3, 16, 16), given[:, :1].expand(-1, 3, -1, -1, -1)
    for _ in range(1 + model.SETTLE):
        past = torch.cat([past[:, 1:], model.next_frame(still, past)[:, None]], 1)
    torch.testing.assert_close(film[:, 0], past[:, -1], msg="at first the puppet stands still for a moment")
    again = model.film(given, batch()["image"][:, :2])
    assert again.shape[1] == given.shape[1] - 2
    torch.testing.assert_close(again[:, 0], model.next_frame(given[:, :3], batch()["image"][:, :2]))


def test_it_remembers() -> None:
    """A frame depends on earlier frames, unlike the output of a translator."""
    model, given = tiny(), batch()["input"]
    other = given.clone()
    other[:, 0] = -other[:, 0]
    assert not torch.equal(model.film(given)[:, -1], model.film(other)[:, -1])


@pytest.mark.parametrize("taught", [1, 2, 4])
def test_what_lies_before_the_taught_frames_is_its_own(taught: int) -> None:
    model, given = tiny(taught=taught), batch()
    torch.manual_seed(3)
    parts = [model._taught_part(given["input"], given["image"]) for _ in range(12)]
    heads = {next(i for i in range(6) if torch.equal(given["input"][:, i], stretch[:, 0])) for stretch, _, _ in parts}
    assert heads == set(range(0, 4, taught))
    for stretch, target, past in parts:
        assert stretch.shape[1] == target.shape[1] == 2 + taught and past.shape[1] == 2
        known = torch.equal(past, target[:, :2])
        assert known == torch.equal(stretch[:, 0], given["input"][:, 0]), "the past is given only at the beginning"


def test_a_regressor_leaves_its_discriminators_alone() -> None:
    model = tiny(adversarial=0.0).train()
    before = {key: value.clone() for key, value in model.state_dict().items()}
    values = model.training_step(batch(), model.optimizers(model.LEARNING_RATES))
    assert values.keys() == {"l1", "warp"}
    changed = {key.partition(".")[0] for key, value in model.state_dict().items() if not torch.equal(value, before[key])}
    assert changed == {"generator"}


def test_nothing_is_moved_where_nothing_was() -> None:
    """The loss of the flow leaves out frames without earlier ones."""
    model, given = tiny(adversarial=0.0, taught=1).train(), batch()
    given = {key: value[:, :3] for key, value in given.items()}
    given["image"][:, :2] = 0
    assert model.training_step(given, model.optimizers(model.LEARNING_RATES))["warp"] == 0


@pytest.mark.parametrize(("options", "says"), [
    ({"size": 48}, "power of two"), ({"halvings": 9}, "halvings is 9"), ({"patch": 1}, "patch is 1"),
    ({"taught": 0}, "taught is 0"), ({"loss": "none"}, "loss is 'none'"),
])  # fmt: skip
def test_what_makes_no_sense_is_refused(options: dict[str, object], says: str) -> None:
    with pytest.raises(UserError, match=says):
        create_model("vid2vid", **options)


def test_a_session_draws_the_film_of_the_model(weights: Path) -> None:
    session = Gallery(device="cpu").video("vid2vid-tiny")
    given = batch()["input"][0]
    results = list(session.film(given, precision="float32"))
    model = load("vid2vid-tiny")
    assert isinstance(model, Vid2Vid) and session.input_shape == model.input_shape
    assert all(result.milliseconds > 0 and result.precision == "float32" for result in results)
    film = torch.cat([result.images for result in results])
    torch.testing.assert_close(film, model.film(given[None])[0])
    layered = [result.images for result in session.film(given, precision="float32", layers=True)]
    assert {len(images) for images in layered} == {1 + len(session.layers)}
    torch.testing.assert_close(torch.stack([images[0] for images in layered]), film)


def test_only_video_models_make_films(weights: Path) -> None:
    gallery = Gallery(device="cpu")
    with pytest.raises(UserError, match="not a video"):
        gallery.video("dcgan-tiny")
    with pytest.raises(UserError, match="is a video, not a translator"):
        gallery.translator("vid2vid-tiny")
