"""Context encoder (Pathak et al. 2016, https://arxiv.org/abs/1604.07379): holes are filled to fit their surroundings.

Gated convolutions suit holes of any form (Yu et al. 2019, https://arxiv.org/abs/1806.03589); all channels of a layer share one
gate (Yi et al. 2020, https://arxiv.org/abs/2005.09704, section 3.3). Different latents give different proposals. In training,
a posterior computes the latents from the missing part of the picture (Zheng et al. 2019, https://arxiv.org/abs/1903.04227).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import elu, interpolate

from gan_zoo.imaging.masks import diffusion, mask_of
from gan_zoo.layers import losses
from gan_zoo.layers.adversarial import adversarial_step
from gan_zoo.layers.gaussian import posterior_sample
from gan_zoo.layers.patch_gan import PATCHES, patch_gan
from gan_zoo.layers.residual import pyramid, residual_encoder, stem_size
from gan_zoo.models.base import Batch, Optimizers
from gan_zoo.models.kinds import Proposer
from gan_zoo.models.registry import register

Images = Float[Tensor, "n 3 h w"]
Punched = Float[Tensor, "n 4 h w"]
# The weight of a pixel in the hole relative to a pixel around it (Liu et al. 2018, eq. 7).
HOLE = 6.0


@dataclass(frozen=True)
class ContextEncoderConfig:
    size: int = 128
    """height and width of the pictures in pixels: a multiple of 2 to the power of `halvings`"""
    input_channels: int = 4
    """channels of the input: the colours and the mask"""
    channels: int = 3
    """channels of the output picture"""
    width: int = 32
    """channels after the first halving; each further one doubles them"""
    max_width: int = 96
    """largest number of channels of a layer"""
    halvings: int = 4
    """number of halvings of the size"""
    dilations: tuple[int, ...] = (1, 2, 4)
    """dilations of the convolutions at the smallest size"""
    latent_size: int = 8
    """numbers in the latent of a proposal"""
    l1: float = 20.0
    """weight of the mean absolute difference from the original picture"""
    adversarial: float = 1.0
    """weight of the adversarial loss; with 0, the model is a regressor without a discriminator and proposals"""
    kl: float = 0.002
    """weight of the KL divergence, in nats, between the posterior and N(0, I)"""
    posterior_width: int = 16
    """channels of the posterior's first layer; each further layer has twice as many, up to four times the first"""
    critic_width: int = 24
    """channels of the discriminator's first layer"""
    patch: int = 70
    """side in pixels of the patches that the discriminator judges"""
    loss: str = "hinge"
    """adversarial loss: non_saturating, least_squares or hinge"""
    betas: tuple[float, float] = (0.5, 0.999)
    """Adam's decay rates"""

    def __post_init__(self) -> None:
        if self.halvings < 2 or self.size % 2**self.halvings or self.size < 4 * 2**self.halvings:
            raise ValueError(
                f"size is {self.size} and halvings {self.halvings}; at least 2 halvings must lead to 4 pixels or more"
            )
        stem_size(self.size)
        if (self.input_channels, self.channels) != (4, 3):
            raise ValueError("input_channels must be 4, colours and mask, and channels 3")
        if self.patch not in PATCHES:
            raise ValueError(f"patch is {self.patch}; it must be {', '.join(map(str, PATCHES))}")
        if self.loss not in losses.ADVERSARIAL:
            raise ValueError(f"loss is '{self.loss}'; it must be one of {', '.join(losses.ADVERSARIAL)}")


class Gated(nn.Module):
    """A convolution with a norm, and a gate in [0, 1] that can block features of the hole (Yu et al. 2019, eq. 4)."""

    def __init__(self, a: int, b: int, kernel: int = 3, stride: int = 1, dilation: int = 1) -> None:
        super().__init__()
        padding = dilation if kernel == 3 else 1
        self.convolution = nn.Conv2d(a, b + 1, kernel, stride, padding, dilation, bias=False)
        self.norm = nn.BatchNorm2d(b)
        self.channels = b

    def forward(self, x: Float[Tensor, "n a h w"]) -> Float[Tensor, "n b h2 w2"]:
        y, gate = self.convolution(x).split([self.channels, 1], 1)
        return elu(self.norm(y)) * gate.sigmoid()


class Generator(nn.Module):
    """A U-Net of gated convolutions with a latent: inputs `n 4 h w`, `n 3 h w` and `n z`, output `n 3 h w`.

    The latent is appended to the innermost maps. The second input is the result of `diffusion`, and the network learns what
    to add to it, so it need not learn to continue colours. Output values outside [-1, 1] must be clamped.
    """

    def __init__(self, config: ContextEncoderConfig) -> None:
        super().__init__()
        widths = [min(config.width * 2**i, config.max_width) for i in range(config.halvings)]
        before = [config.input_channels, *widths[:-1]]
        inner = widths[-1]
        self.down = nn.ModuleList(Gated(a, b, 4, 2) for a, b in zip(before, widths, strict=True))
        first = Gated(inner + config.latent_size, inner)
        self.middle = nn.Sequential(first, *[Gated(inner, inner, dilation=d) for d in config.dilations])
        # These layers lead back to half the size; each also gets the map of the same size from `down`. One more layer at full
        # size would take half of the total time.
        after = widths[-2::-1]
        self.up = nn.ModuleList(Gated(a + b, b) for a, b in zip([inner, *after[:-1]], after, strict=True))
        last = nn.Conv2d(after[-1], 4 * config.channels, 3, padding=1)
        nn.init.normal_(last.weight, 0.0, 0.02)
        self.out = nn.Sequential(last, nn.PixelShuffle(2))

    def forward(self, x: Punched, start: Images, z: Float[Tensor, "n z"]) -> Images:
        x = torch.cat([start, x[:, 3:]], 1)
        skips = []
        for layer in self.down:
            x = layer(x)
            skips.append(x)
        maps = z[:, :, None, None].expand(-1, -1, *x.shape[2:])
        x = self.middle(torch.cat([x, maps.to(x.dtype)], 1))
        for layer, skip in zip(self.up, reversed(skips[:-1]), strict=True):
            x = layer(torch.cat([interpolate(x, scale_factor=2.0), skip], 1))
        return start + self.out(x)


@register("context_encoder")
class ContextEncoder(Proposer):
    """A translator that fills holes of any form, with the best guess or with different proposals."""

    Config = ContextEncoderConfig
    TINY = ContextEncoderConfig(
        size=16, width=4, max_width=8, halvings=2, dilations=(1,), latent_size=2, posterior_width=4, critic_width=4, patch=16
    )
    LEARNING_RATES = {"generator": 2e-4, "posterior": 2e-4, "discriminator": 2e-4}
    PUBLISHED = ("generator",)

    def __init__(self, config: ContextEncoderConfig) -> None:
        super().__init__(config)
        self.generator = Generator(config)
        # Both networks also see the mask.
        widths = pyramid(config.size, config.posterior_width, 4 * config.posterior_width)
        self.posterior = residual_encoder(config.input_channels, config.size, widths, 2 * config.latent_size)
        self.discriminator = patch_gan(config.input_channels, config.critic_width, config.patch, config.size, "spectral")

    def draw(self, images: Punched, z: Float[Tensor, "n z"]) -> Images:
        """Fill the holes of pictures for the latents `z`; pixels outside the holes stay unchanged."""
        mask = mask_of(images)
        drawn = self.generator(images, self._start(images), z).clamp(-1, 1)
        return images[:, :3] * (1 - mask) + drawn * mask

    def _start(self, punched: Punched) -> Images:
        # Half precision would lose the small steps of the diffusion.
        return diffusion(punched.float()).to(punched.dtype)

    def as_picture(self, inputs: Punched) -> Images:
        """The colours without the mask."""
        return inputs[:, :3]

    def training_step(self, batch: Batch, optimizers: Optimizers) -> dict[str, Tensor]:
        given, target, c = batch["input"], batch["image"], self.config
        n, mask = len(given), mask_of(given)
        told, kl = posterior_sample(self.posterior(torch.cat([target * mask, given[:, 3:]], 1)))
        # Each picture is drawn twice: with a latent of the posterior, and as a best guess (first half) or a proposal (rest).
        z, guesses = self.latent(n), (n + 1) // 2 if c.adversarial else n
        z[:guesses] = 0
        start = self._start(given)
        given, start, target, mask = (torch.cat([x, x]) for x in (given, start, target, mask))
        raw = self.generator(given, start, torch.cat([told, z])).float()
        drawn = raw.clamp(-1, 1)
        # No other loss has a gradient for clamped colours.
        beyond = (raw - drawn).abs().mean()
        # A proposal has no known target: it must only look real.
        known = slice(n + guesses)
        difference = self._difference(drawn[known], given[known], target[known]).mean()
        values = {"l1": difference.detach(), "beyond": beyond.detach(), "kl": kl.detach()}
        regularizer = c.l1 * (difference + beyond) + c.kl * kl
        optimizers["posterior"].zero_grad()
        if c.adversarial:
            filled = given[:, :3] * (1 - mask) + drawn * mask
            real, fake = (torch.cat([picture, given[:, 3:]], 1) for picture in (target, filled))
            values |= adversarial_step(
                self.discriminator, real, fake, optimizers, c.loss, regularizer=regularizer, weight=c.adversarial
            )
        else:
            optimizers["generator"].zero_grad()
            regularizer.backward()
            optimizers["generator"].step()
        optimizers["posterior"].step()
        return values

    def _difference(self, drawn: Images, given: Punched, target: Images) -> Float[Tensor, "n"]:
        """The weighted mean absolute difference of each picture from its original; the hole has a larger weight."""
        weight = 1 + (HOLE - 1) * mask_of(given).float()
        return ((drawn - target).abs() * weight).mean((1, 2, 3)) / weight.mean((1, 2, 3))
