"""Tests of CUT: the contrastive loss, the compared layers, FastCUT, and what its settings refuse."""

from __future__ import annotations

import dataclasses
import math

import pytest
import torch
from torch.nn.functional import normalize

from gan_zoo.models.cut import CUT, FAST, CUTConfig, patch_nce


def test_the_loss_is_the_cross_entropy_of_finding_the_same_place() -> None:
    torch.manual_seed(0)
    queries, keys = (normalize(torch.randn(2, 5, 3), dim=2) for _ in range(2))
    by_hand = torch.zeros(2)
    for n in range(2):
        for place in range(5):
            scores = [math.exp(float(queries[n, place] @ keys[n, other]) / 0.07) for other in range(5)]
            by_hand[n] -= math.log(scores[place] / sum(scores)) / 5
    torch.testing.assert_close(patch_nce(queries, keys, 0.07), by_hand)


def test_alike_places_cost_nothing_and_exchanged_ones_much() -> None:
    places = torch.eye(8)[None]
    assert patch_nce(places, places, 0.07).item() < 1e-4
    assert patch_nce(places, places.roll(1, 1), 0.07).item() > 10
    assert patch_nce(places[:, :1].expand(1, 8, 8), places[:, :1].expand(1, 8, 8), 0.07).item() == pytest.approx(math.log(8))


def test_the_keys_get_no_gradient() -> None:
    queries, keys = torch.randn(1, 4, 3, requires_grad=True), torch.randn(1, 4, 3, requires_grad=True)
    patch_nce(queries, keys, 0.07).sum().backward()
    assert queries.grad is not None and keys.grad is None


@pytest.mark.parametrize(("blocks", "layers"), [(1, (0, 4, 7, 10)), (6, (0, 4, 7, 10, 12)), (9, (0, 4, 7, 10, 14))])
def test_the_compared_layers_are_those_of_the_paper(blocks: int, layers: tuple[int, ...]) -> None:
    """The padded picture, both halvings, the first residual block and the middle one."""
    model = CUT(dataclasses.replace(CUT.TINY, blocks=blocks))
    assert model.compared == layers
    maps = model._maps(torch.rand(2, 3, 16, 16))
    assert [tuple(m.shape[1:]) for m in maps] == [(3, 22, 22), (8, 8, 8), *[(16, 4, 4)] * (len(layers) - 2)]


def test_the_maps_are_those_of_a_translation() -> None:
    model = CUT(CUT.TINY).eval()
    picture = torch.rand(1, 3, 24, 32) * 2 - 1
    rest = model.generator.model[model.compared[-1] + 1 :]
    torch.testing.assert_close(rest(model._maps(picture)[-1]), model.translate(picture))


def test_fastcut_has_no_identity_loss() -> None:
    torch.manual_seed(0)
    found = {}
    for name, options in (("cut", {}), ("fast", FAST)):
        model = CUT(dataclasses.replace(CUT.TINY, **options))
        batch = model.example_inputs(2, torch.Generator().manual_seed(1))
        found[name] = model.training_step(batch, model.optimizers(model.LEARNING_RATES))
    assert found["fast"]["identity"] == 0 and found["cut"]["identity"] > 0
    assert found["fast"]["contrast"] > 0


def test_it_learns_to_keep_places() -> None:
    torch.manual_seed(0)
    model = CUT(dataclasses.replace(CUT.TINY, nce=10.0))
    optimizers = model.optimizers(dict.fromkeys(model.LEARNING_RATES, 2e-3))
    batch = {"input": torch.rand(2, 3, 16, 16) * 2 - 1, "image": torch.rand(2, 3, 16, 16) * 2 - 1}
    contrasts = [model.training_step(batch, optimizers)["contrast"].item() for _ in range(60)]
    assert contrasts[0] > 2 and contrasts[-1] < 0.7 * contrasts[0]


def test_it_knows_one_way_and_any_size() -> None:
    model = CUT(CUT.TINY).eval()
    picture = torch.rand(1, 3, 40, 56) * 2 - 1
    assert not model.two_way and model.translate(picture).shape == picture.shape
    assert model.reach == 3 + (1 + 2) + 2 * 4 + (4 + 2) + 3


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"size": 18}, "multiple of 4"), ({"patch": 71}, "patch is 71"), ({"loss": "l3"}, "loss is 'l3'"),
        ({"input_channels": 1}, "equally many channels"), ({"blocks": 0}, "blocks is 0"), ({"patches": 1}, "patches is 1"),
        ({"temperature": 0.0}, "temperature is 0"),
    ],
)  # fmt: skip
def test_settings_that_make_no_sense_are_refused(options: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        CUTConfig(**options)  # type: ignore[arg-type]
