"""Normal distributions of latents, as an encoder gives them: the means and the logarithms of the variances of each number."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor

Numbers = Float[Tensor, "n z"]


def drawn(mean: Numbers, log_variance: Numbers) -> Numbers:
    """A latent of N(mean, exp(log_variance)), by torch's global generator; both get gradients.

    Source: Kingma & Welling 2014, eq. 4, the reparametrisation.
    """
    return mean + (log_variance / 2).exp() * torch.randn_like(mean)


def kl_to_prior(mean: Numbers, log_variance: Numbers) -> Float[Tensor, "n"]:
    """The KL divergence of N(mean, exp(log_variance)) from N(0, I) in nats (Kingma & Welling 2014, appendix B)."""
    return (mean.square() + log_variance.exp() - log_variance - 1).sum(1) / 2


def posterior_sample(parameters: Float[Tensor, "n two_z"]) -> tuple[Numbers, Float[Tensor, ""]]:
    """A latent of each distribution, and the mean KL divergence of the distributions from N(0, I) in nats.

    Args:
        parameters: the output of an encoder, whose first half are the means, and the second the logarithms of the variances.
    """
    mean, log_variance = parameters.float().chunk(2, 1)
    return drawn(mean, log_variance), kl_to_prior(mean, log_variance).mean()
