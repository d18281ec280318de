"""Adversarial losses and penalties: pure functions that return one scalar, computed in float32."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import relu, softplus

Scalar = Float[Tensor, ""]
Logits = Float[Tensor, "*shape"]


def minimax_discriminator(real: Logits, fake: Logits) -> Scalar:
    """-log D(x) - log(1 - D(G(z))): the loss of the discriminator (Goodfellow et al. 2014, eq. 1)."""
    return softplus(-real.float()).mean() + softplus(fake.float()).mean()


def saturating_generator(fake: Logits) -> Scalar:
    """log(1 - D(G(z))): the loss of the generator in the minimax game (Goodfellow et al. 2014, eq. 1).

    Its gradient vanishes when D wins. This loss is offered to demonstrate that.
    """
    return -softplus(fake.float()).mean()


def non_saturating_generator(fake: Logits) -> Scalar:
    """-log D(G(z)): a loss of the generator whose gradient does not vanish when D wins (Goodfellow et al. 2014, section 3)."""
    return softplus(-fake.float()).mean()


def least_squares_discriminator(real: Logits, fake: Logits) -> Scalar:
    """(D(x) - 1)^2 / 2 + D(G(z))^2 / 2 (Mao et al. 2017, eq. 9)."""
    return (real.float() - 1).square().mean() / 2 + fake.float().square().mean() / 2


def least_squares_generator(fake: Logits) -> Scalar:
    """(D(G(z)) - 1)^2 / 2 (Mao et al. 2017, eq. 9)."""
    return (fake.float() - 1).square().mean() / 2


def hinge_discriminator(real: Logits, fake: Logits) -> Scalar:
    """max(0, 1 - D(x)) + max(0, 1 + D(G(z))) (Miyato et al. 2018, eq. 16)."""
    return relu(1 - real.float()).mean() + relu(1 + fake.float()).mean()


def critic_generator(fake: Logits) -> Scalar:
    """-D(G(z)): the loss of the generator in the hinge (Miyato et al. 2018, eq. 17) and Wasserstein games."""
    return -fake.float().mean()


def wasserstein_critic(real: Logits, fake: Logits) -> Scalar:
    """D(G(z)) - D(x): the negative Wasserstein distance (Arjovsky et al. 2017, eq. 3).

    It is meaningful only if the gradient of the critic has norm 1, which `gradient_penalty` enforces.
    """
    return fake.float().mean() - real.float().mean()


class AdversarialLoss(NamedTuple):
    """The losses of both networks in one adversarial game."""

    discriminator: Callable[[Logits, Logits], Scalar]
    generator: Callable[[Logits], Scalar]


ADVERSARIAL = {
    "saturating": AdversarialLoss(minimax_discriminator, saturating_generator),
    "non_saturating": AdversarialLoss(minimax_discriminator, non_saturating_generator),
    "least_squares": AdversarialLoss(least_squares_discriminator, least_squares_generator),
    "hinge": AdversarialLoss(hinge_discriminator, critic_generator),
}


def r1(real: Float[Tensor, "n *image"], real_logits: Logits) -> Scalar:
    """E ||grad_x D(x)||^2 on real pictures (Mescheder et al. 2018, eq. 9, without the factor gamma / 2).

    `real` must require gradients, and `real_logits` must be computed from it.
    """
    (gradient,) = torch.autograd.grad(real_logits.float().sum(), real, create_graph=True)
    return gradient.float().square().sum() / len(real)


def gradient_penalty(
    critic: Callable[[Tensor], Logits], real: Float[Tensor, "n *image"], fake: Float[Tensor, "n *image"]
) -> Scalar:
    """E (||grad_x D(x)|| - 1)^2 at a random point x between each real picture and a generated one.

    Source: Gulrajani et al. 2017, eq. 3, without the factor lambda.
    """
    share = torch.rand(len(real), *[1] * (real.ndim - 1), device=real.device)
    between = (share * real + (1 - share) * fake).detach().requires_grad_()
    (gradient,) = torch.autograd.grad(critic(between).float().sum(), between, create_graph=True)
    return (gradient.float().flatten(1).norm(dim=1) - 1).square().mean()


def mode_seeking(
    one: Float[Tensor, "n *image"],
    other: Float[Tensor, "n *image"],
    z_one: Float[Tensor, "n z"],
    z_other: Float[Tensor, "n z"],
) -> Scalar:
    """E |z - z'| / |G(z) - G(z')| over pairs of one class, with mean absolute differences.

    It is large if different latents give the same picture. Source: Mao et al. 2019, eq. 2, inverted as in the authors' code;
    a small constant bounds it at 20.
    """
    apart = (one - other).float().abs().flatten(1).mean(1) / (z_one - z_other).abs().mean(1)
    return (1 / (apart + 0.05)).mean()
