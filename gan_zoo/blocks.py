"""Layers and training steps that two or more models use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from jaxtyping import Float
from torch import Tensor, nn

from gan_zoo import losses
from gan_zoo.registry import Optimizers


def init_dcgan(module: nn.Module) -> None:
    """Weights from N(0, 0.02), norm scales from N(1, 0.02), biases zero (Radford et al. 2015, section 4)."""
    for layer in module.modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(layer.weight, 0.0, 0.02)
        elif isinstance(layer, nn.BatchNorm2d):
            nn.init.normal_(layer.weight, 1.0, 0.02)
            nn.init.zeros_(layer.bias)


@contextmanager
def frozen(network: nn.Module) -> Iterator[None]:
    """Gradients pass through `network` but none is computed for its weights: a third of a backward pass saved."""
    network.requires_grad_(False)
    try:
        yield
    finally:
        network.requires_grad_(True)


def adversarial_step(
    discriminator: nn.Module,
    real: Float[Tensor, "n c h w"],
    fake: Float[Tensor, "n c h w"],
    optimizers: Optimizers,
    loss: str = "non_saturating",
    r1: float = 0.0,
) -> dict[str, Tensor]:
    """One update of the discriminator, then one of the generator, on the same generated pictures.

    Args:
        fake: generated pictures that still carry the generator's graph.
        optimizers: one for `discriminator` and one for `generator`.
        loss: a key of `losses.ADVERSARIAL`.
        r1: gamma of the gradient penalty on real pictures; 0 leaves it out.
    """
    game = losses.ADVERSARIAL[loss]

    optimizers["discriminator"].zero_grad()
    if r1:
        real = real.detach().requires_grad_()
    # Real and generated pictures go in apart, so that batch norm keeps the statistics of each.
    real_logits, fake_logits = discriminator(real), discriminator(fake.detach())
    d_loss = game.discriminator(real_logits, fake_logits)
    penalty = r1 / 2 * losses.r1(real, real_logits) if r1 else 0.0
    (d_loss + penalty).backward()
    optimizers["discriminator"].step()

    optimizers["generator"].zero_grad()
    with frozen(discriminator):
        g_loss = game.generator(discriminator(fake))
        g_loss.backward()
    optimizers["generator"].step()

    return {
        "generator_loss": g_loss.detach(),
        "discriminator_loss": d_loss.detach(),
        "d_real": real_logits.detach().float().sigmoid().mean(),
        "d_fake": fake_logits.detach().float().sigmoid().mean(),
    }
