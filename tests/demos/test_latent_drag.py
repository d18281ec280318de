"""Drag and knobs in the Latent space tab: what they compute and what they refuse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

pytest.importorskip("gradio", reason="the app needs gradio: pip install gan-zoo[app]")

from app_process import tiny_weights

from demos.latent import dragging, knobs, points
from gan_zoo import Gallery, UserError, latent
from gan_zoo.serving import Knobs
from gan_zoo.serving.dragging import drawing
from gan_zoo.serving.knobs import Knob

WAY = {name: points.alone(name, label, 2.0, [7, 0]) for name, label in (("grey", ""), ("letters", "う"), ("styled", ""))}


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Gallery:
    root: Path = tiny_weights(tmp_path_factory.mktemp("weights"))
    return Gallery({folder.name: folder for folder in root.iterdir()}, device="cpu")


def asked(arrows: Any, still: Any = (), point: Any = ()) -> dict[str, Any]:
    return {"arrows": arrows, "still": list(still), "point": list(point)}


@pytest.mark.parametrize("model", WAY)
def test_a_drag_begins_at_the_slider_and_goes_on_from_its_end(gallery: Gallery, model: str) -> None:
    session = gallery.session(model)
    steps = dragging.dragged(gallery, asked([[0.25, 0.25, 0.75, 0.5]]), *WAY[model])
    first, second, third = (next(steps) for _ in range(3))
    steps.close()
    at = points.here(gallery, *WAY[model])
    torch.testing.assert_close(first.image, at.sample(at.z).images[0], atol=0.05, rtol=0)
    assert [part.step for part in (first, second, third)] == [0, 1, 2] and not torch.equal(first.w, third.w)
    side = session.config.size
    assert first.handles == [(0.25 * side - 0.5, 0.25 * side - 0.5)]
    again = next(dragging.dragged(gallery, asked([[0.5, 0.5, 0.6, 0.6]], point=third.w.flatten().tolist()), *WAY[model]))
    torch.testing.assert_close(again.image, third.image, atol=1e-4, rtol=0)


@pytest.mark.parametrize("model", WAY)
def test_handles_hold_on_to_maps_of_half_the_size(gallery: Gallery, model: str) -> None:
    session = gallery.session(model)
    with session.network() as network:
        label = torch.zeros(1, dtype=torch.int64) if session.classes else None
        maps, image = drawing(network, label)(network.mapping(session.latents(1, 0)))
        assert maps.shape[-1] == session.config.size // 2 and maps.shape[1] > image.shape[1]
        torch.testing.assert_close(image, network.sample(session.latents(1, 0), label))


def test_what_is_held_still() -> None:
    free = dragging.moves_of([0, 17], 32)
    assert free is not None and free.shape == (32, 32)
    assert not free[:2, :2].any() and not free[2:4, 2:4].any() and int((~free).sum()) == 8
    assert dragging.moves_of([], 32) is None


@pytest.mark.parametrize("value", [
    None, [], "x", asked([]), asked(None), asked([[0, 0, 1]]), asked([[0, 0, 1, 2]]), asked([[0, 0, 1, True]]),
    asked([[0, 0, 1, float("nan")]]), asked([[0, 0, 1, 1]] * 9), asked([[0, 0, 1, 1]], [256]), asked([[0, 0, 1, 1]], [1.5]),
    asked([[0, 0, 1, 1]], [0] * 300), asked([[0, 0, 1, 1]], point=[1.0]), asked([[0, 0, 1, 1]], point=["x"] * 8),
])  # fmt: skip
def test_bad_drags(gallery: Gallery, value: Any) -> None:
    with pytest.raises(UserError):
        next(dragging.dragged(gallery, value, *WAY["grey"]))


def test_no_knobs_where_no_face_is_read(gallery: Gallery) -> None:
    found = knobs.Found(gallery)
    assert found.of("grey") is None and found.of("large") is None and found.known("letters") is None


def some() -> Knobs:
    vectors = torch.eye(8)[:2]
    return Knobs(
        [Knob("glasses", 0.9, 0.5, {"face": 0.25}), Knob("mood", 0.8, 0.4, {})],
        latent.Directions(vectors, torch.ones(2), torch.ones(2)),
    )


def test_a_knob_moves_along_its_direction(gallery: Gallery) -> None:
    before, after = knobs.turn(gallery, some(), [0, 0, 0, 0, 0], *WAY["grey"]).images
    assert torch.equal(before, after)
    before, after = knobs.turn(gallery, some(), [0, 3.0, 0, 0, 0], *WAY["grey"]).images
    at = points.here(gallery, *WAY["grey"])
    wanted = at.synthesis(at.mapping(at.z) + torch.tensor([0, 3.0, 0, 0, 0, 0, 0, 0])).images[0]
    torch.testing.assert_close(after, wanted, atol=0.05, rtol=0)
    said = knobs.captions(some())
    assert said[0]["name"]["en"] == "Glasses" and "50%" in said[0]["does"]["ja"] and "25%" in said[0]["does"]["en"]


@pytest.mark.parametrize("amounts", [None, [1.0], [0] * 6, [0, 5.0], ["x", 0]])
def test_bad_knobs(gallery: Gallery, amounts: Any) -> None:
    with pytest.raises(UserError):
        knobs.turn(gallery, some(), amounts, *WAY["grey"])
