"""FastGAN: a light GAN for few pictures and little time (Liu et al. 2021, https://arxiv.org/abs/2101.04775).

The generator has skip-layer excitation: small feature maps choose the channels of large ones. The discriminator must also
rebuild the picture from its features, which keeps them informative. With `eye`, a projected discriminator (Sauer et al. 2021,
https://arxiv.org/abs/2111.01007), which looks through a trained network, takes its place.

Left out of the paper's generator: spectral normalisation, and noise, so that a latent always gives the same picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn.functional import interpolate, l1_loss
from torch.nn.utils.parametrizations import spectral_norm

from gan_zoo.errors import UserError
from gan_zoo.layers import augment, losses
from gan_zoo.layers.adversarial import frozen, init_dcgan
from gan_zoo.layers.augment import augment as augmented
from gan_zoo.layers.projected import ProjectedDiscriminator
from gan_zoo.layers.residual import pyramid, stem_size
from gan_zoo.models.base import Batch, Optimizers
from gan_zoo.models.kinds import Sampler
from gan_zoo.models.registry import register

# A feature map is excited by one with a sixteenth of its size, as in the paper: 64 pixels by 4.
REACH = 4
# The channels of the eye's maps that a projected discriminator looks at: those of EfficientNet-Lite0 with a half, a quarter, an
# eighth and a sixteenth of the picture's size.
MAPS = (16, 24, 40, 112)


@dataclass(frozen=True)
class FastGANConfig:
    size: int = 64
    """height and width of the pictures in pixels: 4, 5, 6 or 7 doubled at least three times"""
    channels: int = 3
    """channels of the pictures: 1 for grey, 3 for colour"""
    width: int = 16
    """channels of the generator's layers at full size; each halving of the size doubles them"""
    critic_width: int = 16
    """channels of the discriminator's layers nearest the picture; each deeper layer has twice as many"""
    max_width: int = 128
    """largest number of channels of a layer"""
    latent_size: int = 64
    """numbers in a latent"""
    reconstruct: float = 1.0
    """weight of the loss of the pictures that the discriminator rebuilds from its features"""
    eye: str = ""
    """name of the weights through which the discriminator looks (features-imagenet); empty for the paper's discriminator"""
    eye_size: int = 0
    """side of the pictures that the eye sees in pixels; 0 for their own"""
    augment: tuple[str, ...] = ()
    """DiffAugment changes of the discriminator's input: colour, translation, cutout"""
    betas: tuple[float, float] = (0.0, 0.99)
    """Adam's decay rates"""

    def __post_init__(self) -> None:
        if self.size // stem_size(self.size) < 8:
            raise ValueError(f"size is {self.size}; it must be 4, 5, 6 or 7 doubled at least three times")
        if self.eye and self.channels != 3:
            raise ValueError(f"channels is {self.channels}; an eye looks at coloured pictures, which have 3")
        if self.eye and (self.eye_size or self.size) < 64:
            raise ValueError(f"eye_size is {self.eye_size or self.size}; an eye needs pictures of at least 64 pixels")
        augment.check(self.augment)


def gated(a: int, b: int) -> list[nn.Module]:
    """A 3x3 convolution, batch norm, and a gated linear unit, in which half of the channels open or close the others."""
    return [nn.Conv2d(a, 2 * b, 3, padding=1, bias=False), nn.BatchNorm2d(2 * b), nn.GLU(1)]


def doubling(a: int, b: int, deep: bool) -> nn.Sequential:
    """A block that doubles the size, with one convolution, or two if it is `deep`."""
    return nn.Sequential(nn.Upsample(scale_factor=2), *gated(a, b), *(gated(b, b) if deep else []))


class Excitation(nn.Module):
    """Skip-layer excitation (equation 1): a small map decides how open each channel of a large one is."""

    def __init__(self, small: int, large: int) -> None:
        super().__init__()
        self.gate = nn.Sequential(
            nn.AdaptiveAvgPool2d(4),
            nn.Conv2d(small, large, 4, bias=False),
            nn.LeakyReLU(0.1),
            nn.Conv2d(large, large, 1, bias=False),
            nn.Sigmoid(),
        )

    def forward(self, small: Float[Tensor, "n a _ _"], large: Float[Tensor, "n b h w"]) -> Float[Tensor, "n b h w"]:
        return large * self.gate(small)


class Generator(nn.Module):
    """The network from latents to pictures: a map of the stem's size that doubles until it has full size."""

    def __init__(self, config: FastGANConfig) -> None:
        super().__init__()
        widths = [config.width, *pyramid(config.size, 2 * config.width, config.max_width)][::-1]
        self.stem = nn.Sequential(
            nn.ConvTranspose2d(config.latent_size, 2 * widths[0], stem_size(config.size), bias=False),
            nn.BatchNorm2d(2 * widths[0]),
            nn.GLU(1),
        )
        self.blocks = nn.ModuleList(doubling(a, b, i % 2 == 0) for i, (a, b) in enumerate(pairwise(widths)))
        self.excitations = nn.ModuleList(Excitation(a, b) for a, b in zip(widths, widths[REACH:], strict=False))
        self.to_picture = nn.Conv2d(widths[-1], config.channels, 3, padding=1)
        init_dcgan(self)

    def forward(self, z: Float[Tensor, "n z"]) -> Float[Tensor, "n c h w"]:
        maps = [self.stem(z[:, :, None, None])]
        for i, block in enumerate(self.blocks, 1):
            x = block(maps[-1])
            maps.append(self.excitations[i - REACH](maps[i - REACH], x) if i >= REACH else x)
        return self.to_picture(maps[-1]).tanh()


class Halving(nn.Module):
    """The mean of two branches that halve the size: two convolutions, and the mean of four pixels (section 3.2)."""

    def __init__(self, a: int, b: int) -> None:
        super().__init__()
        self.deep = nn.Sequential(
            spectral_norm(nn.Conv2d(a, b, 4, 2, 1, bias=False)),
            nn.BatchNorm2d(b),
            nn.LeakyReLU(0.2),
            spectral_norm(nn.Conv2d(b, b, 3, padding=1, bias=False)),
            nn.BatchNorm2d(b),
            nn.LeakyReLU(0.2),
        )
        self.direct = nn.Sequential(
            nn.AvgPool2d(2), spectral_norm(nn.Conv2d(a, b, 1, bias=False)), nn.BatchNorm2d(b), nn.LeakyReLU(0.2)
        )

    def forward(self, x: Float[Tensor, "n a h w"]) -> Float[Tensor, "n b h/2 w/2"]:
        return (self.deep(x) + self.direct(x)) / 2


class Discriminator(nn.Module):
    """The network from pictures to logits, with two decoders that rebuild the picture from its last two maps."""

    def __init__(self, config: FastGANConfig) -> None:
        super().__init__()
        widths = pyramid(config.size, config.critic_width, config.max_width)
        # The last map has twice the size of the stem.
        self.blocks = nn.ModuleList(Halving(a, b) for a, b in pairwise([config.channels, *widths[:-1]]))
        self.logits = nn.Sequential(
            spectral_norm(nn.Conv2d(widths[-2], widths[-1], 1, bias=False)),
            nn.BatchNorm2d(widths[-1]),
            nn.LeakyReLU(0.2),
            spectral_norm(nn.Conv2d(widths[-1], 1, stem_size(config.size), bias=False)),
        )
        self.of_whole, self.of_part = (self._decoder(width, len(widths) - 2, config) for width in (widths[-2], widths[-3]))

    @staticmethod
    def _decoder(width: int, doublings: int, config: FastGANConfig) -> nn.Sequential:
        narrower = [width, *(max(width >> i, 8) for i in range(1, doublings + 1))]
        blocks = [doubling(a, b, deep=False) for a, b in pairwise(narrower)]
        return nn.Sequential(*blocks, nn.Conv2d(narrower[-1], config.channels, 3, padding=1), nn.Tanh())

    def maps(self, images: Float[Tensor, "n c h w"]) -> list[Float[Tensor, "n _ _ _"]]:
        """The picture and the maps after each block."""
        found = [images]
        for block in self.blocks:
            found.append(block(found[-1]))
        return found

    def forward(self, images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n"]:
        """The mean logit over all places of each picture."""
        return self.judged(self.maps(images)).mean(1)

    def judged(self, maps: list[Float[Tensor, "n _ _ _"]]) -> Float[Tensor, "n places"]:
        """The logits of all places, from the maps of the pictures."""
        return self.logits(maps[-1]).flatten(1).float()

    def rebuilding(self, maps: list[Float[Tensor, "n _ _ _"]]) -> Float[Tensor, ""]:
        """The mean absolute difference of pictures from what the decoders rebuild (equation 4): the whole picture at half its
        size, from the last map, and a random quarter of it, from the same part of the map before."""
        picture, before, last = maps[0], maps[-2], maps[-1]
        half, side = picture.shape[-1] // 2, before.shape[-1] // 2
        # The place stays on the device: the host would have to wait for its number.
        place = torch.randint(side + 1, (2,), device=picture.device)
        part = window(picture, place * (picture.shape[-1] // before.shape[-1]), half)
        rebuilt = self.of_part(window(before, place, side))
        small = interpolate(picture, size=(half, half), mode="area")
        return l1_loss(self.of_whole(last).float(), small.float()) + l1_loss(rebuilt.float(), part.float())


def window(maps: Float[Tensor, "n c h w"], place: Int[Tensor, "2"], side: int) -> Float[Tensor, "n c side side"]:
    """A square of `side`, cut out of maps where its upper left corner is: row and column."""
    rows, columns = place[:, None] + torch.arange(side, device=maps.device)
    return maps.index_select(2, rows).index_select(3, columns)


@register("fastgan")
class FastGAN(Sampler):
    """A light GAN: small maps choose the channels of large ones, and the discriminator rebuilds what it sees."""

    Config = FastGANConfig
    TINY = FastGANConfig(size=32, width=4, critic_width=4, max_width=16, latent_size=8)
    LEARNING_RATES = {"generator": 2e-4, "discriminator": 2e-4}
    PUBLISHED = ("generator",)
    TEACHER = "eye"

    def __init__(self, config: FastGANConfig) -> None:
        super().__init__(config)
        self.generator = Generator(config)
        if config.eye:
            sides = [(config.eye_size or config.size) >> i for i in range(1, len(MAPS) + 1)]
            self.discriminator: nn.Module = ProjectedDiscriminator(MAPS, sides, config.critic_width, config.max_width)
        else:
            self.discriminator = Discriminator(config)

    def sample(self, z: Float[Tensor, "n z"], label: Int[Tensor, "n"] | None = None) -> Float[Tensor, "n c h w"]:
        return self.generator(z)

    def opinion(self, images: Float[Tensor, "n c h w"], label: Int[Tensor, "n"] | None = None) -> Float[Tensor, "n"]:
        return self._logits(self._maps(images)).mean(1)

    def _maps(self, images: Float[Tensor, "n c h w"]) -> list[Float[Tensor, "n _ _ _"]]:
        """What the logits are computed from."""
        if isinstance(self.discriminator, Discriminator):
            return self.discriminator.maps(images)
        if self.teacher is None:
            raise UserError(
                "a projected discriminator needs its eye: train with `gan-zoo train`, or set eye to ''", "no_teacher"
            )
        if self.config.eye_size and self.config.eye_size != images.shape[-1]:
            images = interpolate(images, size=(self.config.eye_size,) * 2, mode="bilinear", align_corners=False)
        return list(self.teacher.taps(images, len(MAPS)))

    def _logits(self, maps: list[Float[Tensor, "n _ _ _"]], kinds: int = 1) -> Float[Tensor, "n places"]:
        if isinstance(self.discriminator, Discriminator):
            return self.discriminator.judged(maps)
        return self.discriminator(maps, kinds).flatten(1)

    def _together(
        self, real: list[Float[Tensor, "n _ _ _"]], fake: list[Float[Tensor, "n _ _ _"]]
    ) -> tuple[Float[Tensor, "n places"], Float[Tensor, "n places"]]:
        """The logits of real and of generated pictures, which share one batch, and so one batch norm."""
        logits = self._logits([torch.cat([a, b.to(a.dtype)]) for a, b in zip(real, fake, strict=True)], kinds=2)
        return logits[: len(real[0])], logits[len(real[0]) :]

    def training_step(self, batch: Batch, optimizers: Optimizers) -> dict[str, Tensor]:
        game, projected = losses.ADVERSARIAL["hinge"], bool(self.config.eye)
        real, fake = batch["image"], self.generator(self.latent(len(batch["image"])))

        optimizers["discriminator"].zero_grad()
        rebuilding = torch.zeros((), device=real.device)
        if projected:
            # Nothing trains the eye, so one look at the pictures serves both updates.
            seen = self._maps(augmented(fake.float(), self.config.augment))
            with torch.no_grad():
                real_maps = self._maps(augmented(real, self.config.augment))
            real_logits, fake_logits = self._together(real_maps, [x.detach() for x in seen])
        else:
            real_maps = self._maps(augmented(real, self.config.augment))
            real_logits = self._logits(real_maps)
            fake_logits = self._logits(self._maps(augmented(fake.detach(), self.config.augment)))
        if isinstance(self.discriminator, Discriminator):
            rebuilding = self.discriminator.rebuilding(real_maps)
        d_loss = game.discriminator(real_logits, fake_logits)
        (d_loss + self.config.reconstruct * rebuilding).backward()
        optimizers["discriminator"].step()

        optimizers["generator"].zero_grad()
        with frozen(self.discriminator):
            if projected:
                _, logits = self._together(real_maps, seen)
            else:
                logits = self._logits(self._maps(augmented(fake, self.config.augment)))
            g_loss = game.generator(logits)
            g_loss.backward()
        optimizers["generator"].step()

        return {
            "generator_loss": g_loss.detach(),
            "discriminator_loss": d_loss.detach(),
            "reconstruction": rebuilding.detach(),
            "d_real": real_logits.detach().sigmoid().mean(),
            "d_fake": fake_logits.detach().sigmoid().mean(),
        }
