"""Layers and training steps that two or more models use."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise

from jaxtyping import Float, Int
from torch import Tensor, nn

from gan_zoo import losses
from gan_zoo.augment import augment as augmented
from gan_zoo.registry import Optimizers


def init_dcgan(module: nn.Module) -> None:
    """Weights from N(0, 0.02), norm scales from N(1, 0.02), biases zero (Radford et al. 2015, section 4)."""
    for layer in module.modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(layer.weight, 0.0, 0.02)
        elif isinstance(layer, nn.BatchNorm2d):
            nn.init.normal_(layer.weight, 1.0, 0.02)
            nn.init.zeros_(layer.bias)


def stem_size(size: int) -> int:
    """The side between 4 and 7 pixels that `size` comes down to by halving; ValueError where it doesn't."""
    stem = size
    while stem > 7 and stem % 2 == 0:
        stem //= 2
    if not 4 <= stem <= 7 or stem == size:
        raise ValueError(f"size is {size}; it must be 4, 5, 6 or 7 doubled at least once")
    return stem


def pyramid(size: int, width: int, max_width: int) -> list[int]:
    """Channels of the feature maps from half the picture's size down to the stem: doubled each time, up to a cap."""
    halvings = (size // stem_size(size)).bit_length() - 1
    return [min(width << i, max_width) for i in range(halvings)]


class ResidualUp(nn.Module):
    """Norm, ReLU and convolution twice, the first doubling the size, beside a 1x1 convolution (Miyato et al. 2018,
    figure 10b). A transposed convolution of 4x4 is their doubling and 3x3 in one, at less than half the cost."""

    def __init__(self, a: int, b: int) -> None:
        super().__init__()
        self.branch = nn.Sequential(
            nn.BatchNorm2d(a),
            nn.ReLU(),
            nn.ConvTranspose2d(a, b, 4, 2, 1, bias=False),
            nn.BatchNorm2d(b),
            nn.ReLU(),
            nn.Conv2d(b, b, 3, padding=1),
        )
        self.skip = nn.Sequential(nn.Conv2d(a, b, 1, bias=False), nn.Upsample(scale_factor=2))

    def forward(self, x: Float[Tensor, "n a h w"]) -> Float[Tensor, "n b 2*h 2*w"]:
        return self.branch(x) + self.skip(x)


class ResidualDown(nn.Module):
    """Leaky ReLU and convolution twice, the second halving the size, beside a 1x1 convolution (Miyato et al. 2018,
    figure 10a); no norm, but each convolution goes through `wrap`."""

    def __init__(self, a: int, b: int, wrap: Callable[[nn.Module], nn.Module]) -> None:
        super().__init__()
        self.branch = nn.Sequential(
            nn.LeakyReLU(0.1),
            wrap(nn.Conv2d(a, a, 3, padding=1)),
            nn.LeakyReLU(0.1),
            wrap(nn.Conv2d(a, b, 4, 2, 1)),
        )
        self.skip = nn.Sequential(nn.AvgPool2d(2), wrap(nn.Conv2d(a, b, 1)))

    def forward(self, x: Float[Tensor, "n a h w"]) -> Float[Tensor, "n b h//2 w//2"]:
        return self.branch(x) + self.skip(x)


def residual_generator(latent_size: int, channels: int, size: int, widths: Sequence[int]) -> nn.Sequential:
    """`n z` to `n c h w` in [-1, 1]: a linear stem, residual blocks up to half the size, one doubling to the picture.

    `widths` are those of `pyramid`.
    """
    stem, widths = stem_size(size), widths[::-1]
    return nn.Sequential(
        nn.Linear(latent_size, widths[0] * stem**2),
        nn.Unflatten(1, (widths[0], stem, stem)),
        *[ResidualUp(a, b) for a, b in pairwise(widths)],
        nn.BatchNorm2d(widths[-1]),
        nn.ReLU(),
        nn.ConvTranspose2d(widths[-1], channels, 4, 2, 1),
        nn.Tanh(),
    )


def residual_critic(
    channels: int, widths: Sequence[int], wrap: Callable[[nn.Module], nn.Module] = lambda layer: layer
) -> nn.Sequential:
    """`n c h w` to the features `n widths[-1] stem stem`: one halving next to the picture, then residual blocks."""
    return nn.Sequential(
        wrap(nn.Conv2d(channels, widths[0], 4, 2, 1)),
        *[ResidualDown(a, b, wrap) for a, b in pairwise(widths)],
        nn.LeakyReLU(0.1),
    )


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
    augment: Sequence[str] = (),
    label: Int[Tensor, "n"] | None = None,
    regularizer: Tensor | float = 0.0,
    top_k: float = 1.0,
) -> dict[str, Tensor]:
    """One update of the discriminator, then one of the generator, on the same generated pictures.

    Args:
        fake: generated pictures that still carry the generator's graph.
        optimizers: one for `discriminator` and one for `generator`.
        loss: a key of `losses.ADVERSARIAL`.
        r1: gamma of the gradient penalty on real pictures; 0 leaves it out.
        augment: names from `augment.POLICIES`, applied to whatever the discriminator sees.
        label: the class of each picture, real and generated, for a conditional discriminator.
        regularizer: what the generator minimises beside the adversarial loss.
        top_k: the share of the generated pictures, those that convince the discriminator most, from which the generator
            learns (Sinha et al. 2020, https://arxiv.org/abs/2002.06224): it gives up on those that lie between classes.
    """
    game = losses.ADVERSARIAL[loss]

    def logits(images: Tensor) -> Tensor:
        images = augmented(images, augment)
        return discriminator(images) if label is None else discriminator(images, label)

    optimizers["discriminator"].zero_grad()
    if r1:
        real = real.detach().requires_grad_()
    # Real and generated pictures go in apart, so that batch norm keeps the statistics of each.
    real_logits, fake_logits = logits(real), logits(fake.detach())
    d_loss = game.discriminator(real_logits, fake_logits)
    penalty = r1 / 2 * losses.r1(real, real_logits) if r1 else 0.0
    (d_loss + penalty).backward()
    optimizers["discriminator"].step()

    optimizers["generator"].zero_grad()
    with frozen(discriminator):
        convincing = logits(fake).flatten()
        if top_k < 1:
            convincing = convincing.topk(math.ceil(top_k * len(convincing))).values
        g_loss = game.generator(convincing)
        (g_loss + regularizer).backward()
    optimizers["generator"].step()

    return {
        "generator_loss": g_loss.detach(),
        "discriminator_loss": d_loss.detach(),
        "d_real": real_logits.detach().float().sigmoid().mean(),
        "d_fake": fake_logits.detach().float().sigmoid().mean(),
    }
