"""A small StyleGAN2 (Karras et al. 2019, https://arxiv.org/abs/1812.04948, and 2020, https://arxiv.org/abs/1912.04958).

It has a mapping network, modulated convolutions with demodulation, noise, skip connections to RGB, R1 and style mixing. Path
length regularisation and the filters of up- and downsampling are left out, because 64 pixels do not need them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn.functional import conv2d, conv_transpose2d, leaky_relu, linear

from gan_zoo.layers import augment, losses
from gan_zoo.layers.adversarial import frozen
from gan_zoo.layers.augment import augment as augmented
from gan_zoo.layers.residual import pyramid, residual_critic, stem_size
from gan_zoo.models.base import Batch, Optimizers
from gan_zoo.models.kinds import Sampler
from gan_zoo.models.registry import register

SQRT2 = math.sqrt(2)


@dataclass(frozen=True)
class StyleGANConfig:
    size: int = 64
    """height and width of the pictures in pixels: 4, 5, 6 or 7 doubled any number of times"""
    channels: int = 3
    """channels of the pictures: 1 for grey, 3 for colour"""
    width: int = 16
    """channels of the generator's layers at full size; each halving of the size doubles them"""
    critic_width: int = 24
    """channels of the discriminator's layer nearest the picture; each deeper layer has twice as many"""
    max_width: int = 128
    """largest number of channels of a layer"""
    latent_size: int = 64
    """numbers in a latent"""
    style_size: int = 128
    """numbers in a style w"""
    mapping_layers: int = 4
    """layers of the mapping network from latents to styles"""
    mixing: float = 0.5
    """share of the pictures that use a second style from a random layer on"""
    r1: float = 2.0
    """weight gamma of the R1 gradient penalty on real pictures"""
    r1_share: int = 4
    """pictures of a batch for each one that R1 is computed on; fewer pictures cost less, like the lazy R1 of the paper"""
    augment: tuple[str, ...] = ("translation",)
    """DiffAugment changes of the discriminator's input: colour, translation, cutout"""
    betas: tuple[float, float] = (0.0, 0.99)
    """Adam's decay rates"""

    def __post_init__(self) -> None:
        stem_size(self.size)
        augment.check(self.augment)


class ScaledLinear(nn.Module):
    """A linear layer with an equalised learning rate (Karras et al. 2018, section 4.1).

    Its weights are stored with variance 1 / rate^2 and scaled when they are used, so Adam updates all layers at the same
    speed, multiplied by `rate`.
    """

    def __init__(self, a: int, b: int, rate: float = 1.0, bias: float = 0.0) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(b, a) / rate)
        self.bias = nn.Parameter(torch.full((b,), bias / rate))
        self.rate, self.scale = rate, rate / math.sqrt(a)

    def forward(self, x: Float[Tensor, "n a"]) -> Float[Tensor, "n b"]:
        return linear(x, self.weight * self.scale, self.bias * self.rate)


class Mapping(nn.Module):
    """A perceptron from normalised latents `n z` to styles `n style`, which keeps a running mean of the styles."""

    mean: Tensor

    def __init__(self, config: StyleGANConfig) -> None:
        super().__init__()
        sizes = [config.latent_size] + [config.style_size] * config.mapping_layers
        self.layers = nn.ModuleList(ScaledLinear(a, b, rate=0.01) for a, b in pairwise(sizes))
        self.register_buffer("mean", torch.zeros(config.style_size))

    def forward(self, z: Float[Tensor, "n z"]) -> Float[Tensor, "n style"]:
        w = z * z.square().mean(1, keepdim=True).add(1e-8).rsqrt()
        for layer in self.layers:
            w = leaky_relu(layer(w), 0.2) * SQRT2
        if self.training:
            self.mean.lerp_(w.detach().float().mean(0), 0.005)
        return w


class StyledConv(nn.Module):
    """A modulated convolution with demodulation, noise and leaky ReLU (Karras et al. 2020, equations 1 to 3).

    The kernel is 3x3, or 4x4 in a layer that doubles the size. Scaling the input by the style and the output by the
    demodulation is equivalent to scaling the kernel for each picture.
    """

    noise: Tensor

    def __init__(self, a: int, b: int, style_size: int, size: int, double: bool = False) -> None:
        super().__init__()
        kernel, taps = (4, 4) if double else (3, 9)  # with 4x4 and stride 2, each output pixel sums four taps
        self.doubles, self.size = double, size
        self.style = ScaledLinear(style_size, a, bias=1.0)
        self.weight = nn.Parameter(torch.randn(a, b, 4, 4) if double else torch.randn(b, a, 3, 3))
        self.scale = 1 / math.sqrt(a * taps)
        self.share = taps / kernel**2
        self.bias = nn.Parameter(torch.zeros(b))
        self.noise_strength = nn.Parameter(torch.zeros(()))
        self.register_buffer("noise", torch.randn(size, size))

    def forward(self, x: Float[Tensor, "n a h w"], w: Float[Tensor, "n style"]) -> Float[Tensor, "n b h2 w2"]:
        style = self.style(w)  # n a
        weight = self.weight * self.scale
        x = x * style[:, :, None, None]
        x = conv_transpose2d(x, weight, stride=2, padding=1) if self.doubles else conv2d(x, weight, padding=1)
        power = weight.square().sum((2, 3)) * self.share  # a b, or b a
        demodulation = (style.float().square() @ (power if self.doubles else power.T) + 1e-8).rsqrt()  # n b
        # In training, the noise is new at every step. Afterwards it is fixed, so that a latent always gives the same picture.
        noise = torch.randn(len(x), 1, self.size, self.size, device=x.device) if self.training else self.noise
        x = x * demodulation[:, :, None, None].to(x.dtype) + (noise * self.noise_strength).to(x.dtype)
        return leaky_relu(x + self.bias[:, None, None].to(x.dtype), 0.2) * SQRT2


class ToRGB(nn.Module):
    """A modulated 1x1 convolution to the colours, without demodulation."""

    def __init__(self, a: int, channels: int, style_size: int) -> None:
        super().__init__()
        self.style = ScaledLinear(style_size, a, bias=1.0)
        self.weight = nn.Parameter(torch.randn(channels, a, 1, 1))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.scale = 1 / math.sqrt(a)

    def forward(self, x: Float[Tensor, "n a h w"], w: Float[Tensor, "n style"]) -> Float[Tensor, "n c h w"]:
        return conv2d(x * self.style(w)[:, :, None, None], self.weight * self.scale, self.bias)


class Generator(nn.Module):
    """A mapping network, and layers that turn a learned constant into a picture; each layer has a style of its own."""

    def __init__(self, config: StyleGANConfig) -> None:
        super().__init__()
        stem = stem_size(config.size)
        widths = [config.width, *pyramid(config.size, 2 * config.width, config.max_width)][::-1]
        style = config.style_size
        self.mapping = Mapping(config)
        self.constant = nn.Parameter(torch.randn(1, widths[0], stem, stem))
        self.layers = nn.ModuleList([StyledConv(widths[0], widths[0], style, stem)])
        for i, (a, b) in enumerate(pairwise(widths), 1):
            self.layers.append(StyledConv(a, b, style, stem << i, double=True))
            self.layers.append(StyledConv(b, b, style, stem << i))
        self.to_rgb = nn.ModuleList(ToRGB(width, config.channels, style) for width in widths)
        self.upsample = nn.Upsample(scale_factor=2, mode="bilinear")

    def forward(self, w: Float[Tensor, "n layers style"]) -> Float[Tensor, "n c h w"]:
        x = self.layers[0](self.constant.expand(w.shape[0], -1, -1, -1), w[:, 0])
        rgb = self.to_rgb[0](x, w[:, 0])
        for i in range(1, len(self.layers), 2):
            x = self.layers[i + 1](self.layers[i](x, w[:, i]), w[:, i + 1])
            rgb = self.upsample(rgb) + self.to_rgb[(i + 1) // 2](x, w[:, i + 1])
        return rgb


class BatchVariety(nn.Module):
    """A layer that appends one channel: the standard deviation over the batch, averaged over all features.

    With it, the discriminator detects a generator that always draws the same picture (Karras et al. 2018, section 3).
    """

    def forward(self, x: Float[Tensor, "n c h w"]) -> Float[Tensor, "n c+1 h w"]:
        deviation = (x.float().var(0, correction=0) + 1e-8).sqrt().mean().to(x.dtype)
        return torch.cat([x, deviation.expand(len(x), 1, *x.shape[2:])], 1)


@register("stylegan")
class StyleGAN(Sampler):
    """A GAN with one style for each layer: early styles determine shapes, late ones colours, and two pictures can be mixed."""

    Config = StyleGANConfig
    TINY = StyleGANConfig(size=16, width=4, critic_width=4, latent_size=8, style_size=8, mapping_layers=2)
    # The weights of the generator are stored with variance 1, so its learning rate is relative to their size.
    LEARNING_RATES = {"generator": 2e-3, "discriminator": 2e-4}
    PUBLISHED = ("generator",)

    def __init__(self, config: StyleGANConfig) -> None:
        super().__init__(config)
        widths, stem = pyramid(config.size, config.critic_width, config.max_width), stem_size(config.size)
        self.generator = Generator(config)
        self.discriminator = nn.Sequential(
            residual_critic(config.channels, widths),
            BatchVariety(),
            nn.Conv2d(widths[-1] + 1, widths[-1], 3, padding=1),
            nn.LeakyReLU(0.2),
            nn.Flatten(),
            nn.Linear(widths[-1] * stem**2, widths[-1]),
            nn.LeakyReLU(0.2),
            nn.Linear(widths[-1], 1),
        )

    @property
    def layers(self) -> int:
        """The number of layers with a style of their own."""
        return len(self.generator.layers)

    def mapping(self, z: Float[Tensor, "n z"], psi: float = 1.0) -> Float[Tensor, "n style"]:
        """The styles of latents `z`, moved towards the mean style if `psi` is below 1 (Karras et al. 2019, appendix B).

        A smaller `psi` gives pictures with fewer faults and less variety.
        """
        w = self.generator.mapping(z)
        return w if psi == 1 else self.generator.mapping.mean.lerp(w, psi)

    def synthesis(self, w: Float[Tensor, "n *layers style"], label: Int[Tensor, "n"] | None = None) -> Float[Tensor, "n c h w"]:
        """The pictures of styles `w`: one for all layers (`n style`), or one for each (`n layers style`)."""
        return self.generator(w if w.ndim == 3 else w[:, None].expand(-1, self.layers, -1)).clamp(-1, 1)

    def sample(self, z: Float[Tensor, "n z"], label: Int[Tensor, "n"] | None = None) -> Float[Tensor, "n c h w"]:
        return self.synthesis(self.mapping(z))

    def entry_weight(self) -> Float[Tensor, "a style"]:
        styles = [m.style for m in self.generator.layers if isinstance(m, StyledConv)]
        return torch.cat([style.weight * style.scale for style in styles])

    def first_layer(self, w: Float[Tensor, "n style"], label: Int[Tensor, "n"] | None = None) -> Float[Tensor, "n style"]:
        return w

    def training_step(self, batch: Batch, optimizers: Optimizers) -> dict[str, Tensor]:
        real, c = batch["image"], self.config
        fake = self.generator(self._mixed_styles(len(real)))
        game = losses.ADVERSARIAL["non_saturating"]

        optimizers["discriminator"].zero_grad()
        real_logits = self.discriminator(augmented(real, c.augment))
        fake_logits = self.discriminator(augmented(fake.detach(), c.augment))
        d_loss = game.discriminator(real_logits, fake_logits)
        # Karras et al. 2020 (section 3.1) use the whole batch every few steps. That costs the same but needs a step counter.
        few = real[:: c.r1_share].detach().requires_grad_()
        penalty = losses.r1(few, self.discriminator(augmented(few, c.augment)))
        (d_loss + c.r1 / 2 * penalty).backward()
        optimizers["discriminator"].step()

        optimizers["generator"].zero_grad()
        with frozen(self.discriminator):
            g_loss = game.generator(self.discriminator(augmented(fake, c.augment)))
            g_loss.backward()
        optimizers["generator"].step()

        return {
            "generator_loss": g_loss.detach(),
            "discriminator_loss": d_loss.detach(),
            "r1": penalty.detach(),
            "d_real": real_logits.detach().float().sigmoid().mean(),
            "d_fake": fake_logits.detach().float().sigmoid().mean(),
        }

    def _mixed_styles(self, n: int) -> Float[Tensor, "n layers style"]:
        """Random styles for all layers of `n` pictures; a share `mixing` of them uses a second style from a random layer on."""
        one, two = (self.mapping(self.latent(n))[:, None] for _ in range(2))  # n 1 style each
        mixed = torch.rand(n, 1, 1, device=self.device) < self.config.mixing
        take_over = torch.randint(1, self.layers, (n, 1, 1), device=self.device)
        layer = torch.arange(self.layers, device=self.device)[:, None]
        return torch.where(mixed & (layer >= take_over), two, one)
