"""Layers and training steps that two or more models use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Literal

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn.functional import dropout, instance_norm
from torch.nn.utils.parametrizations import spectral_norm

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


def residual_encoder(channels: int, size: int, widths: Sequence[int], outputs: int, bias: bool = True) -> nn.Sequential:
    """`n c h w` to `n outputs`: `residual_critic`, and one linear layer on all that it sees."""
    inside = widths[-1] * stem_size(size) ** 2
    return nn.Sequential(residual_critic(channels, widths), nn.Flatten(), nn.Linear(inside, outputs, bias=bias))


Norm = Literal["batch", "instance"]
# Pixels that one logit of a PatchGAN looks at, across, and the halvings that this takes (Isola et al. 2017, section 4.4).
PATCHES = {16: 1, 34: 2, 70: 3, 142: 4, 286: 5}


class PictureNorm(nn.BatchNorm2d):
    """Batch norm that can also take the statistics of each picture itself, as batch norm does with a batch of one."""

    per_picture = False

    def forward(self, x: Float[Tensor, "n c h w"]) -> Float[Tensor, "n c h w"]:
        if self.per_picture:
            return instance_norm(x, weight=self.weight, bias=self.bias, use_input_stats=True, eps=self.eps)
        return super().forward(x)


class Noise(nn.Dropout):
    """Dropout that can stay on outside training: the noise of pix2pix, which has no latent."""

    always = False

    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
        return dropout(x, self.p, self.training or self.always)


@contextmanager
def paper_mode(network: nn.Module, on: bool = True) -> Iterator[None]:
    """Dropout on and the statistics of each picture itself in `network`, as the authors of pix2pix test theirs."""
    layers = [m for m in network.modules() if isinstance(m, PictureNorm | Noise)]

    def switch(to: bool) -> None:
        for layer in layers:
            if isinstance(layer, PictureNorm):
                layer.per_picture = to
            else:
                layer.always = to

    switch(on)
    try:
        yield
    finally:
        switch(False)


def norm_layer(kind: Norm, channels: int) -> nn.Module:
    """Batch norm with what it learns, or instance norm, which learns nothing."""
    return PictureNorm(channels) if kind == "batch" else nn.InstanceNorm2d(channels)


class UNet(nn.Module):
    """A level of the U-Net (Ronneberger et al. 2015; Isola et al. 2017, appendix A.1): halve, the next level, double,
    and the input beside it. The outermost level is the network: `n ci h w` to `n co h w` in [-1, 1].

    Layers stand in the order of pytorch-CycleGAN-and-pix2pix, so that its weights can be read name by name.

    Args:
        outer: channels that come in and channels that go out, without the input that goes along.
        widths: channels inside this level and those below it, one a halving.
        dropout: rate at the levels from the fifth on, but for the innermost; 0 for none.
        resized: so many levels from the outermost on double by repeating pixels before a 3x3 convolution: a transposed one
            leaves a checkerboard where the picture should be even (Odena et al. 2016,
            https://distill.pub/2016/deconv-checkerboard/).
    """

    def __init__(
        self,
        outer: tuple[int, int],
        widths: Sequence[int],
        norm: Norm = "batch",
        dropout: float = 0.5,
        resized: int = 0,
        level: int = 0,
    ) -> None:
        super().__init__()
        a, b = outer
        inner, innermost, bias = widths[0], len(widths) == 1, norm == "instance"
        self.outermost = level == 0
        down: list[nn.Module] = [nn.Conv2d(a, inner, 4, 2, 1, bias=bias)]
        last, has_bias = inner if innermost else 2 * inner, bias or self.outermost
        up: list[nn.Module] = [
            nn.ReLU(),
            nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(last, b, 3, padding=1, bias=has_bias))
            if level < resized
            else nn.ConvTranspose2d(last, b, 4, 2, 1, bias=has_bias),
        ]
        if self.outermost:
            up.append(nn.Tanh())
        else:
            down.insert(0, nn.LeakyReLU(0.2))
            up.append(norm_layer(norm, b))
        between: list[nn.Module] = []
        if not innermost:
            # The innermost has no norm, since there may be one pixel; the outermost none next to the picture.
            between = [] if self.outermost else [norm_layer(norm, inner)]
            between.append(UNet((inner, inner), widths[1:], norm, dropout, resized, level + 1))
            if dropout and level >= 4:
                up.append(Noise(dropout))
        self.model = nn.Sequential(*down, *between, *up)

    def forward(self, x: Float[Tensor, "n a h w"]) -> Float[Tensor, "n b h w"]:
        return self.model(x) if self.outermost else torch.cat([x, self.model(x)], 1)


class FlatUNet(nn.Module):
    """A U-Net as PyTorch-GAN has it, whose weights huggan shares: activations stand behind the norms rather than before
    the convolutions, and the last doubling repeats pixels. Instance norm throughout. `n ci h w` to `n co h w` in [-1, 1].

    Args:
        outer: channels of the input and of the output.
        widths: channels after each halving.
        dropout: rate in all but the three outermost halvings and doublings.
    """

    def __init__(self, outer: tuple[int, int], widths: Sequence[int], dropout: float) -> None:
        super().__init__()
        self.levels = len(widths)

        def stage(layer: nn.Module, channels: int, normed: bool, activation: nn.Module, noisy: bool) -> nn.Module:
            norms = [nn.InstanceNorm2d(channels)] if normed else []
            holder = nn.Module()  # their names have a part more
            holder.model = nn.Sequential(layer, *norms, activation, *([Noise(dropout)] if noisy and dropout else []))
            return holder

        for i, (a, b) in enumerate(pairwise([outer[0], *widths])):
            normed = 0 < i < self.levels - 1
            halving = nn.Conv2d(a, b, 4, 2, 1, bias=False)
            self.add_module(f"down{i + 1}", stage(halving, b, normed, nn.LeakyReLU(0.2), i >= 3))
        a = widths[-1]
        for i, b in enumerate(reversed(widths[:-1])):
            doubling = nn.ConvTranspose2d(a, b, 4, 2, 1, bias=False)
            self.add_module(f"up{i + 1}", stage(doubling, b, True, nn.ReLU(), i < self.levels - 4))
            a = 2 * b
        last = nn.Conv2d(a, outer[1], 4, padding=1)
        self.final = nn.Sequential(nn.Upsample(scale_factor=2), nn.ZeroPad2d((1, 0, 1, 0)), last, nn.Tanh())

    def forward(self, x: Float[Tensor, "n a h w"]) -> Float[Tensor, "n b h w"]:
        skips = []
        for i in range(1, self.levels + 1):
            x = self.get_submodule(f"down{i}.model")(x)
            skips.append(x)
        for i in range(1, self.levels):
            x = torch.cat([self.get_submodule(f"up{i}.model")(x), skips[-1 - i]], 1)
        return self.final(x)


def patch_gan(channels: int, width: int, patch: int, size: int, norm: Norm | Literal["spectral"] = "batch") -> nn.Sequential:
    """`n c h w` to logits `n 1 h2 w2`, each about a patch of so many pixels across (Isola et al. 2017, appendix A.2).

    Args:
        width: channels of the first layer; each halving doubles them, up to eight times as many.
        patch: 1, one of `PATCHES`, or 0 for the smallest of those that hold the whole picture of `size` pixels.
        norm: of the layers between the first and the last; spectral is that of every layer's weights (Miyato et al. 2018).
    """

    def layer(a: int, b: int, kernel: int, stride: int = 1, normed: bool = True) -> list[nn.Module]:
        padding = 1 if kernel > 1 else 0
        if norm == "spectral":
            # A bias of the logits themselves would change nothing for the hinge loss while all lie within the margin.
            return [spectral_norm(nn.Conv2d(a, b, kernel, stride, padding, bias=b > 1))]
        bias = norm == "instance" or not normed
        return [nn.Conv2d(a, b, kernel, stride, padding, bias=bias), *([norm_layer(norm, b)] if normed else [])]

    if patch == 1:
        kernel, strides = 1, [1, 1]
    else:
        kernel = 4
        halvings = PATCHES[patch] if patch else next((n for p, n in PATCHES.items() if p >= size), max(PATCHES.values()))
        strides = [2] * halvings + [1]
    widths = [width * min(2**i, 8) for i in range(len(strides))]
    layers = [*layer(channels, width, kernel, strides[0], normed=False), nn.LeakyReLU(0.2)]
    for (a, b), stride in zip(pairwise(widths), strides[1:], strict=True):
        layers += [*layer(a, b, kernel, stride), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, *layer(widths[-1], 1, kernel, normed=False))


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
    weight: float = 1.0,
    discriminator_steps: int = 1,
) -> dict[str, Tensor]:
    """One update of the discriminator, or several, then one of the generator, on the same generated pictures.

    Args:
        fake: generated pictures that still carry the generator's graph.
        optimizers: one for `discriminator` and one for `generator`.
        loss: a key of `losses.ADVERSARIAL`.
        r1: gamma of the gradient penalty on real pictures; 0 leaves it out.
        augment: names from `augment.POLICIES`, applied to whatever the discriminator sees.
        label: the class of each picture, real and generated, for a conditional discriminator.
        regularizer: what the generator minimises beside the adversarial loss.
        weight: what the generator's adversarial loss counts beside the regularizer.
        discriminator_steps: updates of the discriminator, which share out the batch.
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
        # Real and generated pictures go in apart, so that batch norm keeps the statistics of each.
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
