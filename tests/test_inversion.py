"""Tests of the projection of pictures into the latent space, with generators whose inverse is known."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from gan_zoo import latent
from gan_zoo.latent import Inversion
from gan_zoo.models.registry import create_model

BASIS = torch.linalg.qr(torch.randn(48, 6, generator=torch.Generator().manual_seed(0)))[0].T


def linear(z: Tensor) -> Tensor:
    """Map latents of 6 numbers to pictures 3x4x4, one to one."""
    return (z @ BASIS).view(-1, 3, 4, 4)


def hidden() -> Tensor:
    """Return a latent of the usual length."""
    return latent.restore_length(latent.latents(1, 6, seed=100)[0])


def run(target: Tensor, draw: latent.Network, **options: object) -> list[Inversion]:
    return list(latent.invert(target, draw, latent.latents(100, 6, seed=1), **options))


def test_a_linear_generator_is_inverted() -> None:
    z = hidden()
    done = run(linear(z[None])[0], linear)[-1]
    assert torch.allclose(done.z, z, atol=0.01)
    assert torch.allclose(done.image, linear(z[None])[0], atol=0.01)
    assert done.psnr > 50


def test_progress_is_reported_and_never_gets_worse() -> None:
    told = run(linear(hidden()[None])[0], linear, steps=35)
    assert [p.step for p in told] == [0, 10, 20, 30, 35]
    assert all(p.steps == 35 and p.z.shape == (6,) and p.image.shape == (3, 4, 4) for p in told)
    assert all(not p.z.requires_grad and not p.image.requires_grad for p in told)
    psnrs = [p.psnr for p in told]
    assert psnrs == sorted(psnrs) and psnrs[-1] > psnrs[0] + 10


def test_the_psnr_is_that_of_the_picture() -> None:
    target = linear(hidden()[None])[0]
    done = run(target, linear, steps=10)[-1]
    assert torch.allclose(linear(done.z[None])[0], done.image)
    assert math.isclose(done.psnr, 10 * math.log10(4 / (done.image - target).square().mean()), rel_tol=1e-4)


def test_several_starts_find_what_one_misses() -> None:
    """The error has a local minimum at 1 and the global one at -1; no gradient leads from one to the other."""

    def valleys(z: Tensor) -> Tensor:
        x = z[:, :1]
        return torch.where(x > 0, (x - 1).square() + 0.5, 0.4 * (x + 1).square())[:, :, None, None]

    target, right = torch.zeros(1, 1, 1), torch.tensor([[2.0], [2.5], [3.0]])
    assert list(latent.invert(target, valleys, right))[-1].z > 0
    done = list(latent.invert(target, valleys, torch.cat([right, torch.tensor([[-3.0]])])))[-1]
    assert abs(done.z + 1) < 0.1


def test_only_the_best_half_continues() -> None:
    sizes: list[int] = []

    def counting(z: Tensor) -> Tensor:
        sizes.append(len(z))
        return linear(z)

    run(linear(hidden()[None])[0], counting, steps=40)
    assert sizes[:2] == [64, 36]  # the candidates, in batches
    assert sizes[2:] == [8] * 10 + [4] * 10 + [2] * 10 + [1] * 11


def test_closing_stops_the_work() -> None:
    calls = 0

    def counting(z: Tensor) -> Tensor:
        nonlocal calls
        calls += 1
        return linear(z)

    work = latent.invert(linear(hidden()[None])[0], counting, latent.latents(10, 6, seed=1))
    assert calls == 0  # nothing runs before the first request
    next(work)
    next(work)
    work.close()
    assert calls == 12
    assert list(work) == []


def test_the_prior_pulls_far_latents_back() -> None:
    """Only a latent of twice the usual length gives this picture exactly. At the best length r sqrt(6), the derivatives of
    6 (r - 2)^2 / 48 and of the penalty's r^2 cancel out. Shorter latents have no penalty."""
    picture = linear(hidden()[None])[0]
    r = 2 / (1 + 8 * latent.PRIOR_WEIGHT)
    assert torch.allclose(run(2 * picture, linear)[-1].z, r * hidden(), atol=0.01)
    assert torch.allclose(run(0.5 * picture, linear)[-1].z, 0.5 * hidden(), atol=0.01)


def test_features_influence_the_result() -> None:
    """Both pixels equal the latent, and the targets are 1 and -1. The features contain only the first pixel. The minimum of
    z^2 + 1 plus the weighted (z - 1)^2 lies between 0 and 1."""
    target = torch.tensor([1.0, -1.0])[:, None, None]
    candidates = latent.latents(20, 1, seed=0)

    def draw(z: Tensor) -> Tensor:
        return z.expand(-1, 2)[:, :, None, None]

    pixels = list(latent.invert(target, draw, candidates))[-1]
    both = list(latent.invert(target, draw, candidates, lambda images: 10 * images[:, 0, 0]))[-1]
    assert abs(pixels.z) < 0.005
    assert abs(both.z - latent.FEATURE_WEIGHT / (1 + latent.FEATURE_WEIGHT)) < 0.005


@pytest.mark.parametrize("context", [torch.inference_mode, torch.no_grad])
def test_the_autograd_mode_of_the_caller_does_not_matter(context: type) -> None:
    torch.manual_seed(0)
    model = create_model("stylegan", size=8, width=4, latent_size=8).eval().requires_grad_(False)
    with context():
        target = model.sample(latent.latents(1, 8, seed=9))[0]
        candidates = latent.latents(16, 8, seed=1)
        work = latent.invert(target, model.sample, candidates, lambda x: model.discriminator(x).flatten(1), steps=20)
        first = next(work)
    later = list(work)  # and outside of it
    assert later[-1].psnr > first.psnr
    assert torch.is_grad_enabled() and not torch.is_inference_mode_enabled()


def test_the_mode_is_the_callers_between_steps() -> None:
    with torch.no_grad():
        for _ in latent.invert(linear(hidden()[None])[0], linear, latent.latents(10, 6, seed=1), steps=20):
            assert not torch.is_grad_enabled()


def test_no_gradient_is_left_in_the_network() -> None:
    model = create_model("mlp_gan", size=8, latent_size=8, generator_widths=(16,)).eval()
    target = model.sample(latent.latents(1, 8, seed=9))[0].detach()
    list(latent.invert(target, model.sample, latent.latents(16, 8, seed=1), steps=5))
    assert all(p.grad is None for p in model.parameters())


def test_fitted_normal_has_the_mean_and_the_covariance() -> None:
    w = latent.latents(3000, 4, seed=0) @ torch.randn(4, 4, generator=torch.Generator().manual_seed(1)) + 5
    point = latent.fitted_normal(w)
    drawn = point(latent.latents(20_000, 4, seed=2))
    assert torch.allclose(drawn.mean(0), w.mean(0), atol=0.1)
    assert torch.allclose(torch.cov(drawn.T), torch.cov(w.T), atol=0.3)
    flat = latent.fitted_normal(w * torch.tensor([1.0, 0.0, 1.0, 0.0]))
    assert (flat(latent.latents(5, 4, seed=0))[:, [1, 3]].abs() < 1e-4).all()


def test_styles_are_searched_like_latents() -> None:
    model = (
        create_model("stylegan", size=16, width=4, latent_size=8, style_size=8, mapping_layers=2).eval().requires_grad_(False)
    )
    point = latent.fitted_normal(model.mapping(latent.latents(500, 8, seed=0)))
    target = model.sample(latent.latents(1, 8, seed=9))[0]
    told = list(latent.invert(target, lambda z: model.synthesis(point(z)), latent.latents(32, 8, seed=1), steps=60))
    assert torch.allclose(model.synthesis(point(told[-1].z[None]))[0], told[-1].image, atol=1e-4)
    assert told[-1].psnr > told[0].psnr + 3
