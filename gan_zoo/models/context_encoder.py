"""Context encoder (Pathak et al. 2016, https://arxiv.org/abs/1604.07379): what was there, told from what is around.

For holes of any form its convolutions are gated (Yu et al. 2019, https://arxiv.org/abs/1806.03589), with one gate for all
channels of a layer (Yi et al. 2020, https://arxiv.org/abs/2005.09704, section 3.3), and a latent makes several proposals.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import elu, interpolate

from gan_zoo import losses
from gan_zoo.blocks import PATCHES, adversarial_step, init_dcgan, patch_gan
from gan_zoo.holes import diffusion, mask_of
from gan_zoo.registry import Batch, Optimizers, Translator, register

Images = Float[Tensor, "n 3 h w"]
Punched = Float[Tensor, "n 4 h w"]
# What a wrong pixel of the hole counts beside one around it (Liu et al. 2018, eq. 7).
HOLE = 6.0


@dataclass(frozen=True)
class ContextEncoderConfig:
    size: int = 128
    """height and width of the pictures in pixels: a multiple of 2 to the power of `halvings`"""
    input_channels: int = 4
    """channels of a picture with a hole: its colours and the mask"""
    channels: int = 3
    """channels of the picture"""
    width: int = 24
    """channels after the first halving; each further one doubles them"""
    max_width: int = 96
    """the most channels that any layer has"""
    halvings: int = 4
    """how often the size is halved"""
    dilations: tuple[int, ...] = (1, 2, 4)
    """how far apart the pixels are that the layers at the smallest size look at"""
    latent_size: int = 8
    """numbers that a proposal is drawn from"""
    l1: float = 20.0
    """weight of the mean absolute difference from what was there"""
    loose: float = 0.3
    """what that counts for a proposal, beside the best guess"""
    adversarial: float = 1.0
    """weight of the adversarial loss; 0 leaves a regressor, without a discriminator and proposals"""
    variety: float = 10.0
    """weight of how much two proposals lack in difference"""
    apart: float = 0.2
    """how much they are to differ within the hole, as a mean absolute difference in [0, 2]"""
    critic_width: int = 24
    """channels of the discriminator's first layer"""
    patch: int = 34
    """pixels across of what the discriminator judges at once"""
    loss: str = "non_saturating"
    """adversarial loss: non_saturating, least_squares or hinge"""
    betas: tuple[float, float] = (0.5, 0.999)
    """Adam's decay rates"""

    def __post_init__(self) -> None:
        if self.halvings < 2 or self.size % 2**self.halvings or self.size < 4 * 2**self.halvings:
            raise ValueError(
                f"size is {self.size} and halvings {self.halvings}; at least 2 halvings must lead to 4 pixels or more"
            )
        if (self.input_channels, self.channels) != (4, 3):
            raise ValueError("input_channels must be 4, colours and mask, and channels 3")
        if self.patch not in PATCHES:
            raise ValueError(f"patch is {self.patch}; it must be {', '.join(map(str, PATCHES))}")
        if self.loss not in losses.ADVERSARIAL:
            raise ValueError(f"loss is '{self.loss}'; it must be one of {', '.join(losses.ADVERSARIAL)}")


class Gated(nn.Module):
    """A convolution, a norm, and a gate from 0 to 1 that lets pass what the hole hasn't spoilt (Yu et al. 2019, eq. 4)."""

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
    """A U-Net of gated convolutions, and the latent beside the innermost maps: `n 4 h w` and `n z` to `n 3 h w` in [-1, 1].

    It is given what diffusion makes of the hole, and learns what to add: colours that run on need no learning.
    """

    def __init__(self, config: ContextEncoderConfig) -> None:
        super().__init__()
        widths = [min(config.width * 2**i, config.max_width) for i in range(config.halvings)]
        before = [config.input_channels, *widths[:-1]]
        inner = widths[-1]
        self.down = nn.ModuleList(Gated(a, b, 4, 2) for a, b in zip(before, widths, strict=True))
        first = Gated(inner + config.latent_size, inner)
        self.middle = nn.Sequential(first, *[Gated(inner, inner, dilation=d) for d in config.dilations])
        # Back up: each layer gets the map of its size from the way down, the last the picture itself.
        after = [*reversed(widths[:-1]), max(config.width // 2, 8)]
        self.up = nn.ModuleList(
            Gated(a + skip, b) for a, skip, b in zip([inner, *after[:-1]], reversed(before), after, strict=True)
        )
        self.out = nn.Conv2d(after[-1], config.channels, 3, padding=1)
        nn.init.normal_(self.out.weight, 0.0, 0.02)

    def forward(self, x: Punched, z: Float[Tensor, "n z"]) -> Images:
        # In half precision the small steps of the diffusion would be lost.
        start = diffusion(x.float()).to(x.dtype)
        x = torch.cat([start, x[:, 3:]], 1)
        skips = []
        for layer in self.down:
            skips.append(x)
            x = layer(x)
        maps = z[:, :, None, None].expand(-1, -1, *x.shape[2:])
        x = self.middle(torch.cat([x, maps.to(x.dtype)], 1))
        for layer, skip in zip(self.up, reversed(skips), strict=True):
            x = layer(torch.cat([interpolate(x, scale_factor=2.0), skip], 1))
        return (start + self.out(x)).clamp(-1, 1)


@register("context_encoder")
class ContextEncoder(Translator):
    """Fills holes of any form; the best guess, or proposals that differ."""

    Config = ContextEncoderConfig
    TINY = ContextEncoderConfig(
        size=16, width=4, max_width=8, halvings=2, dilations=(1,), latent_size=2, critic_width=4, patch=16
    )
    LEARNING_RATES = {"generator": 2e-4, "discriminator": 2e-4}
    PUBLISHED = ("generator",)

    def __init__(self, config: ContextEncoderConfig) -> None:
        super().__init__(config)
        self.generator = Generator(config)
        # It sees where the hole was, too.
        self.discriminator = patch_gan(config.input_channels, config.critic_width, config.patch, config.size)
        init_dcgan(self.discriminator)

    def latent(self, n: int) -> Float[Tensor, "n z"]:
        """What a proposal is drawn from, N(0, I), from torch's global generator; zeros are the best guess."""
        return torch.randn(n, self.config.latent_size, device=self.device)

    def fill(self, punched: Punched, z: Float[Tensor, "n z"]) -> Images:
        """The pictures with their holes filled; around them they stay as they are."""
        mask = mask_of(punched)
        return punched[:, :3] * (1 - mask) + self.generator(punched, z) * mask

    def translate(self, images: Punched, paper: bool = False) -> Images:
        """The pictures with their holes filled: the best guess, or with `paper` one proposal of many."""
        n = images.shape[0]  # not its len(), which an export would take for a constant
        return self.fill(images, self.latent(n) if paper else torch.zeros(n, self.config.latent_size, device=images.device))

    def preview(self, batch: Batch, generator: torch.Generator) -> Float[Tensor, "n 3 h four_w"]:
        """Input, best guess, a proposal and what was there, side by side."""
        given = batch["input"]
        z = torch.randn(len(given), self.config.latent_size, generator=generator).to(self.device)
        filled = [self.fill(given, latent).float() for latent in (torch.zeros_like(z), z)]
        return torch.cat([given[:, :3], *filled, batch["image"]], 3)

    def training_step(self, batch: Batch, optimizers: Optimizers) -> dict[str, Tensor]:
        given, target, c = batch["input"], batch["image"], self.config
        n, z = len(given), self.latent(2 * len(given))
        z[: (n + 1) // 2] = 0  # half of the pictures get their best guess, and all of them proposals
        if not c.adversarial:
            difference = self._difference(self.generator(given, torch.zeros_like(z[:n])), given, target).mean()
            optimizers["generator"].zero_grad()
            difference.backward()
            optimizers["generator"].step()
            return {"l1": difference.detach()}
        given, target = (torch.cat([picture, picture]) for picture in (given, target))
        mask = mask_of(given)
        drawn = self.generator(given, z)
        weight = torch.where(z.abs().sum(1) > 0, c.loose, 1.0)
        difference = (weight * self._difference(drawn, given, target)).mean()
        # How far two proposals are apart, and how far they should be, given their latents (Mao et al. 2019, eq. 2).
        one, other = drawn.float().chunk(2)
        holes = mask[:n].float()
        moved = ((one - other).abs() * holes).sum((1, 2, 3)) / (3 * holes.sum((1, 2, 3)).clamp(min=1))
        steps = (z[:n] - z[n:]).square().mean(1).sqrt()
        alike = (c.apart * steps - moved).relu().mean()
        filled = given[:, :3] * (1 - mask) + drawn * mask
        real, fake = (torch.cat([picture, given[:, 3:]], 1) for picture in (target, filled))
        values = adversarial_step(
            self.discriminator, real, fake, optimizers, c.loss,
            regularizer=c.l1 * difference + c.variety * alike, weight=c.adversarial,
        )  # fmt: skip
        return values | {"l1": difference.detach(), "alike": alike.detach()}

    def _difference(self, drawn: Images, given: Punched, target: Images) -> Float[Tensor, "n"]:
        """The mean absolute difference of each picture from what was there, mostly within the hole."""
        weight = 1 + (HOLE - 1) * mask_of(given).float()
        return ((drawn.float() - target).abs() * weight).mean((1, 2, 3)) / weight.mean((1, 2, 3))
