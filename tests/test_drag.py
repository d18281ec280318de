"""Dragging: motion supervision and point tracking, on a generator whose pictures are spots where the latent says."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from gan_zoo.drag import NEAR, drag

SIDE = 32


def spots(w: Tensor) -> tuple[Tensor, Tensor]:
    """Two spots; each pair of numbers moves one of them from its place, by two pixels for 1."""
    y, x = torch.meshgrid(torch.arange(SIDE, dtype=torch.float32), torch.arange(SIDE, dtype=torch.float32), indexing="ij")
    found = []
    for i, (left, top) in enumerate(((10.0, 10.0), (20.0, 22.0))):
        centre = torch.tensor([left, top]) + 2 * w[0, 2 * i : 2 * i + 2]
        found.append(torch.exp(-((x - centre[0]).square() + (y - centre[1]).square()) / 18))
    maps = torch.stack(found)[None]
    return maps, maps.sum(1, keepdim=True) * 2 - 1


def test_a_handle_comes_to_its_target() -> None:
    steps = list(drag(torch.zeros(1, 4), spots, [(10, 10)], [(15, 7)], steps=200))
    last = steps[-1]
    assert (
        steps[0].step == 0 and steps[0].distance == pytest.approx(34**0.5, rel=1e-5) and torch.equal(steps[0].w, torch.zeros(4))
    )
    assert last.distance <= NEAR and last.step < 200
    assert (last.w[:2] * 2 - torch.tensor([5.0, -3.0])).norm() < 1.5  # the spot itself went there, not only what is tracked
    x, y = last.handles[0]
    assert abs(x - 15) <= 1 and abs(y - 7) <= 1
    peak = last.image[0].argmax()
    assert abs(int(peak % SIDE) - 15) <= 2 and abs(int(peak // SIDE) - 7) <= 2


def test_two_handles_at_once_and_one_that_has_arrived() -> None:
    *_, last = drag(torch.zeros(1, 4), spots, [(10, 10), (20, 22)], [(10, 10), (16, 22)], steps=200)
    assert last.distance <= NEAR
    assert last.w[:2].norm() < 0.5 and abs(float(last.w[2]) * 2 + 4) < 1.5


def linked(w: Tensor) -> tuple[Tensor, Tensor]:
    """Spots that one number moves together, and others that move them one by one, less far."""
    return spots(w[:, :4] + w[:, 4:5])


def test_what_must_stay_stays() -> None:
    """With a mask, the second spot moves less than without one."""
    away = {}
    moves = torch.zeros(SIDE, SIDE, dtype=torch.bool)
    moves[:16, :20] = True
    for name, mask in (("free", None), ("masked", moves)):
        *_, last = drag(torch.zeros(1, 5), linked, [(10, 10)], [(14, 14)], mask, steps=150)
        assert last.distance < 3
        away[name] = float((last.w[2:4] + last.w[4]).norm())
    assert away["masked"] < 0.6 * away["free"]


def test_a_latent_does_not_grow_without_end() -> None:
    *_, last = drag(torch.zeros(1, 4), spots, [(10, 10)], [(30, 30)], steps=60, longest=1.0)
    assert last.w.norm() <= 1.001 and last.step <= 60


def test_a_drag_that_gets_nowhere_ends_with_the_nearest_picture() -> None:
    """Nothing in the pictures can go where the target is, so the drag gives up before it has done all updates."""
    steps = list(drag(torch.zeros(1, 4), spots, [(10, 10)], [(31, 0)], steps=400, longest=0.5))
    assert steps[-1].step < 400
    assert steps[-1].distance == min(part.distance for part in steps)


def test_it_works_in_inference_mode_and_can_be_left() -> None:
    with torch.inference_mode():
        steps = drag(torch.zeros(1, 4), spots, [(10, 10)], [(15, 10)], steps=5)
        assert [next(steps).step for _ in range(3)] == [0, 1, 2]
        steps.close()


@pytest.mark.parametrize(("handles", "targets"), [([], []), ([(1, 1)], [])])
def test_handles_without_targets(handles: list[tuple[float, float]], targets: list[tuple[float, float]]) -> None:
    with pytest.raises(ValueError, match="target"):
        next(drag(torch.zeros(1, 4), spots, handles, targets))
