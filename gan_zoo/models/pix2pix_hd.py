"""pix2pixHD (Wang et al. 2018, https://arxiv.org/abs/1711.11585), reduced for two processor cores.

As in the paper, discriminators at several scales judge the picture, and the generator matches their feature maps and those of
a network trained on ImageNet. The paper's instance maps and their encoder are left out. A latent takes their place: in
training, a posterior computes it from the target, as in the cVAE-GAN of Zhu et al. 2017
(https://arxiv.org/abs/1711.11586), so the drawing need not tell the colours. Half of each batch has a latent of zeros instead:
there the drawing alone must tell them, so the best guess learns to follow spots of colour. The generator is a residual U-Net
without a layer at full size, because that layer would take half of the total time.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import interpolate, l1_loss, leaky_relu, pixel_unshuffle

from gan_zoo.layers import losses
from gan_zoo.layers.gaussian import posterior_sample
from gan_zoo.layers.multi_scale import MultiScale, matching_step
from gan_zoo.layers.patch_gan import PATCHES
from gan_zoo.layers.residual import pyramid, residual_encoder, stem_size
from gan_zoo.models.base import Batch, Optimizers
from gan_zoo.models.kinds import Proposer
from gan_zoo.models.registry import register

Images = Float[Tensor, "n c h w"]
Latents = Float[Tensor, "n z"]


@dataclass(frozen=True)
class Pix2PixHDConfig:
    size: int = 256
    """height and width of the pictures in pixels: 4, 5, 6 or 7 doubled at least once for each width"""
    input_channels: int = 3
    """channels of the input picture"""
    channels: int = 3
    """channels of the output picture"""
    widths: tuple[int, ...] = (32, 64, 128, 192, 192)
    """channels of the maps at half the size, at a quarter, and so on"""
    blocks: int = 2
    """residual blocks at the smallest size"""
    latent_size: int = 8
    """numbers in the latent, which decides what the drawing leaves open"""
    posterior_width: int = 16
    """channels of the posterior's first layer; each further layer has twice as many, up to four times the first"""
    critic_width: int = 24
    """channels of each discriminator's first layer; each halving doubles them"""
    patch: int = 70
    """side in pixels of the patches that the discriminators judge, each at its scale"""
    scales: int = 2
    """number of discriminators; each further one sees the picture at half the size"""
    l1: float = 20.0
    """weight of the mean absolute difference from the target"""
    perceptual: float = 10.0
    """weight of the perceptual distance from the target over the features of `eye`; 0 leaves it out"""
    eye: str = "features-imagenet"
    """name of the weights whose features the perceptual distance compares"""
    feature_matching: float = 10.0
    """weight lambda of the difference between the discriminators' feature maps (eq. 5)"""
    adversarial: float = 1.0
    """weight of the adversarial loss; with 0, the model is a regressor without discriminators"""
    kl: float = 0.02
    """weight of the KL divergence, in nats, between the posterior and N(0, I)"""
    loss: str = "hinge"
    """adversarial loss: least_squares as in the paper, non_saturating or hinge"""
    betas: tuple[float, float] = (0.5, 0.999)
    """Adam's decay rates"""

    def __post_init__(self) -> None:
        if self.size % 2 ** len(self.widths) or self.size < 2 ** len(self.widths):
            raise ValueError(
                f"size is {self.size}; it must be a multiple of {2 ** len(self.widths)}, for {len(self.widths)} widths"
            )
        stem_size(self.size)
        if self.patch not in PATCHES:
            raise ValueError(f"patch is {self.patch}; it must be {', '.join(map(str, PATCHES))}")
        if self.scales < 1:
            raise ValueError(f"scales is {self.scales}; it must be at least 1")
        if self.loss not in losses.ADVERSARIAL:
            raise ValueError(f"loss is '{self.loss}'; it must be one of {', '.join(losses.ADVERSARIAL)}")
        if self.l1 == self.perceptual == self.adversarial == 0:
            raise ValueError("l1, perceptual and adversarial are all 0; one of them must teach the generator")


class Residual(nn.Module):
    """Two convolutions with norms, added to their input (He et al. 2016)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.branch = nn.Sequential(*_convolution(width, width), *_convolution(width, width)[:-1])

    def forward(self, x: Float[Tensor, "n a h w"]) -> Float[Tensor, "n a h w"]:
        return leaky_relu(x + self.branch(x), 0.1)


def _convolution(a: int, b: int, stride: int = 1) -> list[nn.Module]:
    return [nn.Conv2d(a, b, 3, stride, 1, bias=False), nn.BatchNorm2d(b), nn.LeakyReLU(0.1)]


class Generator(nn.Module):
    """A U-Net from inputs `n ci h w` and latents `n z` to pictures `n c h w` in [-1, 1].

    The input enters at half the size, with four pixels as the channels of one. The latent is added to the maps on the way up.
    The last layer repeats pixels before it convolves them: with a pixel shuffle, a checkerboard appears.
    """

    def __init__(self, config: Pix2PixHDConfig) -> None:
        super().__init__()
        widths = config.widths
        self.first = nn.Sequential(*_convolution(4 * config.input_channels, widths[0]))
        self.down = nn.ModuleList(nn.Sequential(*_convolution(a, b, 2)) for a, b in pairwise(widths))
        self.enter = nn.Linear(config.latent_size, widths[-1])
        self.middle = nn.Sequential(*[Residual(widths[-1]) for _ in range(config.blocks)])
        pairs = list(pairwise(widths[::-1]))
        self.up = nn.ModuleList(nn.Sequential(*_convolution(a + b, b)) for a, b in pairs)
        self.style = nn.ModuleList(nn.Linear(config.latent_size, b) for _, b in pairs)
        self.last = nn.Conv2d(widths[0], config.channels, 3, padding=1)

    def forward(self, images: Images, z: Latents) -> Images:
        x = self.first(pixel_unshuffle(images, 2))
        skips = [x]
        for layer in self.down:
            x = layer(x)
            skips.append(x)
        x = self.middle(x + self.enter(z)[:, :, None, None].to(x.dtype))
        for layer, style, skip in zip(self.up, self.style, reversed(skips[:-1]), strict=True):
            x = layer(torch.cat([interpolate(x, scale_factor=2.0), skip], 1))
            x = x + style(z)[:, :, None, None].to(x.dtype)
        return self.last(interpolate(x, scale_factor=2.0)).tanh()


@register("pix2pix_hd")
class Pix2PixHD(Proposer):
    """A translator with discriminators at several scales and a perceptual loss, which draws one of many fitting pictures."""

    Config = Pix2PixHDConfig
    TINY = Pix2PixHDConfig(
        size=16, widths=(4, 8), blocks=1, latent_size=2, posterior_width=4, critic_width=4, patch=16, perceptual=0.0, eye=""
    )
    LEARNING_RATES = {"generator": 2e-4, "posterior": 2e-4, "discriminator": 2e-4}
    PUBLISHED = ("generator",)
    TEACHER = "eye"

    def __init__(self, config: Pix2PixHDConfig) -> None:
        super().__init__(config)
        self.generator = Generator(config)
        widths = pyramid(config.size, config.posterior_width, 4 * config.posterior_width)
        self.posterior = residual_encoder(config.channels, config.size, widths, 2 * config.latent_size)
        channels = config.input_channels + config.channels
        self.discriminator = MultiScale(channels, config.critic_width, config.patch, config.size, config.scales)

    def draw(self, images: Float[Tensor, "n ci h w"], z: Latents) -> Images:
        return self.generator(images, z)

    def training_step(self, batch: Batch, optimizers: Optimizers) -> dict[str, Tensor]:
        given, target, c = batch["input"], batch["image"], self.config
        z, kl = posterior_sample(self.posterior(target))
        z = torch.cat([torch.zeros_like(z[: len(z) // 2]), z[len(z) // 2 :]])
        drawn = self.generator(given, z).float()
        difference = l1_loss(drawn, target)
        values = {"l1": difference.detach(), "kl": kl.detach()}
        loss = c.l1 * difference + c.kl * kl
        if c.perceptual:
            distance = self.taught(drawn, target)
            values["perceptual"] = distance.detach()
            loss = loss + c.perceptual * distance
        if c.adversarial:
            # The discriminators see pairs of input and picture (eq. 1).
            real, fake = torch.cat([given, target], 1), torch.cat([given, drawn], 1)
            g_loss, match, said = matching_step(self.discriminator, real, fake, optimizers["discriminator"], c.loss)
            loss = loss + c.adversarial * g_loss + c.feature_matching * match
            values |= said
        optimizers["generator"].zero_grad()
        optimizers["posterior"].zero_grad()
        loss.backward()
        optimizers["generator"].step()
        optimizers["posterior"].step()
        return values
