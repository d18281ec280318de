"""The training step that several GANs share, with its weight initialisation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn.functional import softplus

from gan_zoo.layers import losses
from gan_zoo.layers.augment import augment as augmented


def init_dcgan(module: nn.Module) -> None:
    """Initialise the layers of `module` in place, as DCGAN does (Radford et al. 2015, section 4).

    Convolution weights come from N(0, 0.02) and the scales of batch norm from N(1, 0.02), with standard deviation 0.02; the
    shifts of batch norm are 0.
    """
    for layer in module.modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(layer.weight, 0.0, 0.02)
        elif isinstance(layer, nn.BatchNorm2d):
            nn.init.normal_(layer.weight, 1.0, 0.02)
            nn.init.zeros_(layer.bias)


@contextmanager
def frozen(network: nn.Module) -> Iterator[None]:
    """Compute no gradients for the weights of `network` inside the context; gradients still pass through it.

    This saves a third of a backward pass.
    """
    network.requires_grad_(False)
    try:
        yield
    finally:
        network.requires_grad_(True)


def adversarial_step(
    discriminator: nn.Module,
    real: Float[Tensor, "n c h w"],
    fake: Float[Tensor, "n c h w"],
    optimizers: Mapping[str, torch.optim.Optimizer],
    loss: str = "non_saturating",
    r1: float = 0.0,
    augment: Sequence[str] = (),
    label: Int[Tensor, "n"] | None = None,
    regularizer: Tensor | float = 0.0,
    weight: float = 1.0,
    discriminator_steps: int = 1,
) -> dict[str, Tensor]:
    """Update the discriminator once or several times, then the generator once, on the same generated pictures.

    Args:
        real: real pictures.
        fake: generated pictures, still connected to the graph of the generator.
        optimizers: one for `discriminator` and one for `generator`.
        loss: a key of `losses.ADVERSARIAL`.
        r1: gamma of the gradient penalty on real pictures; 0 leaves it out.
        augment: names from `augment.POLICIES`, applied to every picture that the discriminator sees.
        label: for a conditional discriminator, the classes of the real pictures, which the generated ones share.
        regularizer: a loss that the generator minimises in addition to the adversarial one.
        weight: the weight of the adversarial loss in the loss of the generator; the regularizer has weight 1.
        discriminator_steps: the number of updates of the discriminator; each takes an equal part of the batch.

    Returns:
        Detached scalars: both losses, and `d_real` and `d_fake`, the mean probability that the discriminator gives to real
        and to generated pictures of being real.
    """
    game = losses.ADVERSARIAL[loss]

    def logits(images: Tensor, label: Tensor | None) -> Tensor:
        images = augmented(images, augment)
        return discriminator(images) if label is None else discriminator(images, label)

    rounds = []
    parts = [t.chunk(discriminator_steps) for t in (real.detach(), fake.detach())]
    labels = [None] * len(parts[0]) if label is None else label.chunk(discriminator_steps)
    for real_part, fake_part, label_part in zip(*parts, labels, strict=True):
        optimizers["discriminator"].zero_grad()
        if r1:
            real_part.requires_grad_()
        # Real and generated pictures go in separately, so that batch norm computes the statistics of each kind.
        real_logits, fake_logits = logits(real_part, label_part), logits(fake_part, label_part)
        d_loss = game.discriminator(real_logits, fake_logits)
        penalty = r1 / 2 * losses.r1(real_part, real_logits) if r1 else 0.0
        (d_loss + penalty).backward()
        optimizers["discriminator"].step()
        verdicts = [side.detach().float().sigmoid().mean() for side in (real_logits, fake_logits)]
        rounds.append(torch.stack([d_loss.detach(), *verdicts]))

    optimizers["generator"].zero_grad()
    with frozen(discriminator):
        g_loss = game.generator(logits(fake, label))
        (weight * g_loss + regularizer).backward()
    optimizers["generator"].step()

    d_loss, d_real, d_fake = torch.stack(rounds).mean(0)
    return {"generator_loss": g_loss.detach(), "discriminator_loss": d_loss, "d_real": d_real, "d_fake": d_fake}


def relativistic_step(
    discriminator: nn.Module,
    real: Float[Tensor, "n c h w"],
    drawn: Float[Tensor, "n c h w"],
    optimizer: torch.optim.Optimizer,
    gamma: float,
    *given: Tensor,
) -> dict[str, Tensor]:
    """Update a discriminator that compares a real picture with a generated one (Huang et al. 2024, equations 2 to 4).

    Args:
        real: real pictures.
        drawn: generated pictures, one for each real one.
        gamma: weight of the gradient penalties: R1 on real pictures and R2 on generated ones.
        given: what else the discriminator reads, the same for both pictures of a pair.

    Returns:
        Detached scalars: the loss, both penalties, and `d_real` and `d_fake`. A logit alone means nothing here, so `d_real` is
        the mean probability that the real one of two pictures is recognised.
    """
    real, fake = real.detach().requires_grad_(), drawn.detach().requires_grad_()
    optimizer.zero_grad()
    real_logits, fake_logits = discriminator(real, *given).float(), discriminator(fake, *given).float()
    loss = softplus(fake_logits - real_logits).mean()
    r1, r2 = losses.r1(real, real_logits), losses.r1(fake, fake_logits)
    (loss + gamma / 2 * (r1 + r2)).backward()
    optimizer.step()
    margin = (real_logits - fake_logits).detach()
    return {
        "discriminator_loss": loss.detach(),
        "r1": r1.detach(),
        "r2": r2.detach(),
        "d_real": margin.sigmoid().mean(),
        "d_fake": (-margin).sigmoid().mean(),
    }


def relativistic_loss(
    discriminator: nn.Module, real: Float[Tensor, "n c h w"], drawn: Float[Tensor, "n c h w"], *given: Tensor
) -> Float[Tensor, ""]:
    """The loss of the generator of pictures `drawn`, which are to look more real than `real` (Huang et al. 2024, equation 2).

    `given` is as in `relativistic_step`. The weights of the discriminator get no gradients.
    """
    with frozen(discriminator):
        with torch.no_grad():
            real_logits = discriminator(real, *given).float()
        return softplus(real_logits - discriminator(drawn, *given).float()).mean()
