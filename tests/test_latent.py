"""Tests of latents: reproducibility, truncation, interpolation and paths."""

from __future__ import annotations

import math

import pytest
import torch

from gan_zoo import latent


def test_a_latent_depends_only_on_seed_and_index() -> None:
    many = latent.latents(64, 100, seed=7)
    assert torch.equal(latent.latents(3, 100, seed=7), many[:3])
    assert not torch.equal(latent.latents(3, 100, seed=8), many[:3])
    assert many.dtype == torch.float32


def test_latents_are_the_same_on_every_machine() -> None:
    expected = torch.tensor([[1.8816, 0.5470, -0.1020, 1.4101]])  # recorded once: a change here would change every picture
    assert latent.latents(1, 4, seed=0).shape == expected.shape
    assert torch.allclose(latent.latents(1, 4, seed=0), expected, atol=1e-4)


def test_latents_are_normal() -> None:
    z = latent.latents(2000, 100, seed=1)
    assert abs(z.mean()) < 0.01
    assert abs(z.std() - 1) < 0.01
    assert z.isfinite().all()


@pytest.mark.parametrize("threshold", [0.3, 1.0, 2.0, 4.0])
def test_truncation_keeps_the_quantile(threshold: float) -> None:
    z = torch.linspace(-6, 6, 97, dtype=torch.float64)
    cut = latent.truncate(z, threshold)
    phi = torch.special.ndtr
    low, high = phi(torch.tensor([-threshold, threshold], dtype=torch.float64))
    assert torch.allclose(phi(cut), low + phi(z) * (high - low), atol=1e-12)
    assert cut.abs().max() <= threshold
    assert (cut.diff() >= 0).all()


def test_truncation_gives_the_distribution_of_rejection_sampling() -> None:
    normal = torch.randn(200_000, generator=torch.Generator().manual_seed(0))
    rejected = normal[normal.abs() < 1.0]
    mapped = latent.truncate(normal, 1.0)
    levels = torch.linspace(0.05, 0.95, 19)
    assert torch.allclose(mapped.quantile(levels), rejected.quantile(levels), atol=0.01)


def test_truncation_of_the_tails_is_finite() -> None:
    z = torch.tensor([-60.0, 60.0, 0.0])
    for threshold in (0.01, 1.0, 7.9, 8.0, 50.0, math.inf):
        assert latent.truncate(z, threshold).isfinite().all()
    assert torch.equal(latent.truncate(z, math.inf), z)


@pytest.mark.parametrize("threshold", [0.0, -1.0, math.nan])
def test_truncation_refuses_invalid_thresholds(threshold: float) -> None:
    with pytest.raises(ValueError, match="threshold"):
        latent.truncate(torch.zeros(2), threshold)


def test_the_spread_is_that_of_truncated_latents() -> None:
    z = latent.latents(4000, 100, seed=1)
    for threshold in (0.1, 0.7, 2.0, 3.0):
        assert latent.spread(threshold) == pytest.approx(latent.truncate(z, threshold).std().item(), rel=0.01)
    assert latent.spread(math.inf) == 1


def test_lerp_and_slerp_reach_both_ends() -> None:
    a, b = latent.latents(2, 50, seed=3)
    for between in (latent.lerp, latent.slerp):
        assert torch.allclose(between(a, b, 0.0), a, atol=1e-6)
        assert torch.allclose(between(a, b, 1.0), b, atol=1e-5)


def test_slerp_turns_evenly_and_stretches_evenly() -> None:
    a, b = torch.tensor([1.0, 0.0]), torch.tensor([0.0, 3.0])
    middle = latent.slerp(a, b, 0.5)
    assert torch.allclose(middle, torch.full((2,), 2 / math.sqrt(2)))
    third = latent.slerp(a, b, 1 / 3)
    assert math.isclose(math.degrees(math.atan2(third[1], third[0])), 30.0, abs_tol=1e-4)


@pytest.mark.parametrize("b", [[2.0, 0.0], [1.0, 0.0], [-1.0, 0.0], [0.0, 0.0]])
def test_slerp_without_an_arc_is_the_straight_line(b: list[float]) -> None:
    a, b_ = torch.tensor([1.0, 0.0]), torch.tensor(b)
    assert torch.allclose(latent.slerp(a, b_, 0.25), latent.lerp(a, b_, 0.25))


@pytest.mark.parametrize("spherical", [False, True])
def test_a_path_passes_through_every_point(spherical: bool) -> None:
    points = latent.latents(4, 20, seed=5)
    walk = latent.path(points, 31, spherical)
    assert walk.shape == (31, 20)
    assert torch.allclose(walk[::10], points, atol=1e-5)


def test_a_path_of_one_point_stays_there() -> None:
    points = latent.latents(1, 20, seed=5)
    assert torch.equal(latent.path(points, 5), points.expand(5, -1))
