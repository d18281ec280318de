"""Tests of the losses against values computed by hand from the formulas of the papers."""

from __future__ import annotations

import math

import pytest
import torch

from gan_zoo.layers import losses


def test_minimax_is_the_papers_value_at_equilibrium() -> None:
    """At D = 1/2 everywhere the value is log 4 (Goodfellow et al. 2014, section 4.1)."""
    zeros = torch.zeros(7)
    assert losses.minimax_discriminator(zeros, zeros).item() == pytest.approx(math.log(4))
    assert losses.non_saturating_generator(zeros).item() == pytest.approx(math.log(2))


@pytest.mark.parametrize(
    ("name", "real", "fake", "d_loss", "g_loss"),
    [
        ("non_saturating", 2.0, -1.0, -math.log(1 / (1 + math.exp(-2))) - math.log(1 - 1 / (1 + math.e)), math.log(1 + math.e)),
        ("least_squares", 2.0, -1.0, 0.5 + 0.5, 2.0),
        ("hinge", 0.25, -3.0, 0.75, 3.0),
        ("hinge", 5.0, 1.0, 2.0, -1.0),
    ],
)
def test_values(name: str, real: float, fake: float, d_loss: float, g_loss: float) -> None:
    game = losses.ADVERSARIAL[name]
    assert game.discriminator(torch.tensor([real]), torch.tensor([fake])).item() == pytest.approx(d_loss, rel=1e-5)
    assert game.generator(torch.tensor([fake])).item() == pytest.approx(g_loss, rel=1e-5)


@pytest.mark.parametrize("name", losses.ADVERSARIAL)
def test_generator_wants_higher_logits(name: str) -> None:
    logits = torch.zeros(3, requires_grad=True)
    losses.ADVERSARIAL[name].generator(logits).backward()
    assert logits.grad is not None and (logits.grad < 0).all()


def test_losses_are_computed_in_float32() -> None:
    logits = torch.full((4,), 3.0, dtype=torch.bfloat16)
    assert all(game.discriminator(logits, logits).dtype == torch.float32 for game in losses.ADVERSARIAL.values())


def test_r1_of_a_linear_critic() -> None:
    """The gradient of w.x is w everywhere, so the penalty is |w|^2 for all pictures."""
    w = torch.tensor([3.0, 4.0], requires_grad=True)
    real = torch.randn(5, 2, 1, 1, requires_grad=True)
    penalty = losses.r1(real, (real.flatten(1) * w).sum(1))
    assert penalty.item() == pytest.approx(25.0)
    penalty.backward()
    torch.testing.assert_close(w.grad, 2 * w.detach())


@pytest.mark.parametrize(("w", "penalty"), [((3.0, 4.0), 16.0), ((0.6, 0.8), 0.0), ((0.0, 0.5), 0.25)])
def test_gradient_penalty_of_a_linear_critic(w: tuple[float, float], penalty: float) -> None:
    """The gradient of w.x is w everywhere, so the penalty is (|w| - 1)^2 at every point between the pictures."""
    weight = torch.tensor(w, requires_grad=True)
    real, fake = torch.randn(2, 5, 2, 1, 1)
    value = losses.gradient_penalty(lambda x: (x.flatten(1) * weight).sum(1), real, fake)
    assert value.item() == pytest.approx(penalty, abs=1e-6)
    value.backward()
    length = weight.detach().norm()
    torch.testing.assert_close(weight.grad, 2 * (length - 1) * weight.detach() / length, atol=1e-5, rtol=1e-5)


def test_gradient_penalty_is_taken_between_the_pictures() -> None:
    """The gradient of |x|^2 / 2 is x, so the penalty reveals the points where it is taken: one in [0, 1] for each picture."""
    seen: list[torch.Tensor] = []

    def critic(x: torch.Tensor) -> torch.Tensor:
        seen.append(x.detach())
        return x.square().flatten(1).sum(1) / 2

    real, fake = torch.ones(1000, 1, 1, 1), torch.zeros(1000, 1, 1, 1)
    penalty = losses.gradient_penalty(critic, real, fake)
    (points,) = seen
    assert 0 <= points.min() < 0.05 and 0.95 < points.max() <= 1
    torch.testing.assert_close(penalty, (points - 1).square().mean())


def test_wasserstein_critic_wants_real_above_generated() -> None:
    assert losses.wasserstein_critic(torch.tensor([3.0, 5.0]), torch.tensor([1.0, -2.0])).item() == pytest.approx(-4.5)


def test_mode_seeking_is_large_where_latents_make_no_difference() -> None:
    z, other = torch.zeros(4, 8), torch.ones(4, 8)
    one, far = torch.zeros(4, 3, 6, 6), torch.full((4, 3, 6, 6), 0.45)
    assert losses.mode_seeking(one, far, z, other).item() == pytest.approx(1 / 0.5)
    assert losses.mode_seeking(one, far, z, 3 * other).item() == pytest.approx(1 / 0.2)
    same = one.clone().requires_grad_()
    loss = losses.mode_seeking(same, one, z, other)
    assert loss.item() == pytest.approx(20.0)  # the bound, for equal pictures
