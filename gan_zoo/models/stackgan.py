"""StackGAN (Zhang et al. 2017, https://arxiv.org/abs/1612.03242), whose stages are trained together, as the tree of
StackGAN++ (Zhang et al. 2018, https://arxiv.org/abs/1710.10916) has them: a caption becomes a picture of 32, 64, 128 pixels.

Not in the papers, for the sake of small data: the discriminators compare picture and caption by projection (Miyato &
Koyama 2018, https://arxiv.org/abs/1802.05637); and what the conditioning augmentation draws for a caption is learnt from
what another network reads off the picture itself, as in a conditional VAE (Sohn et al. 2015,
https://papers.nips.cc/paper/5775, section 4.1), so that the generator is soon told what to draw.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, interpolate, relu
from torch.nn.utils.parametrizations import spectral_norm

from gan_zoo import augment, losses
from gan_zoo.augment import augment as augmented
from gan_zoo.blocks import frozen
from gan_zoo.registry import Batch, Captioned, Optimizers, register
from gan_zoo.text import TextEncoder

STAGES = 3
STEM = 4
Pictures = list[Float[Tensor, "_n _c _h _w"]]


@dataclass(frozen=True)
class StackGANConfig:
    size: int = 128
    """height and width of the last stage's pictures in pixels, a power of two; each stage before has half of it"""
    channels: int = 3
    """channels of the pictures: 1 for grey, 3 for colour"""
    widths: tuple[int, ...] = (128, 112, 80, 56, 32)
    """channels of the generator's layers at 4 pixels, at 8, and so on up to half the size"""
    critic_width: int = 24
    """channels of a discriminator's layer nearest the picture; each layer deeper has twice as many"""
    max_critic_width: int = 96
    """the most channels that a layer of a discriminator has"""
    text_width: int = 48
    """numbers that stand for a word"""
    embedding_size: int = 64
    """numbers that stand for a caption"""
    latent_size: int = 96
    """numbers that the conditioning augmentation draws for a caption"""
    told: int = 4
    """captions of each picture in a batch: to read costs little beside drawing, which is done from the first"""
    stages: int = STAGES
    """how many stages are trained, from the first on"""
    adversarial: float = 1.0
    """weight of the discriminators' word; 0 leaves them out"""
    pixel: float = 10.0
    """weight of the mean square distance to the real picture, for drawings of what was read off it"""
    kl: float = 0.02
    """weight of the divergence between what is read off a picture and what the conditioning augmentation draws"""
    prior: float = 0.002
    """weight of the divergence between what the conditioning augmentation draws and N(0, I)"""
    augment: tuple[str, ...] = ("translation",)
    """what DiffAugment changes before the discriminators look: colour, translation, cutout"""
    betas: tuple[float, float] = (0.5, 0.99)
    """Adam's decay rates"""

    def __post_init__(self) -> None:
        if self.size != 2 * STEM << (len(self.widths) - 1) or len(self.widths) < STAGES:
            raise ValueError(
                f"size is {self.size}; with {len(self.widths)} widths it must be {2 * STEM << (len(self.widths) - 1)}"
            )
        if not 1 <= self.stages <= STAGES or self.told < 1:
            raise ValueError(f"stages is {self.stages}, told {self.told}; they must be 1 to {STAGES}, and 1 or more")
        augment.check(self.augment)


class Gaussian(NamedTuple):
    """A normal distribution with a variance of its own for each number."""

    mean: Float[Tensor, "n k"]
    log_variance: Float[Tensor, "n k"]

    def draw(self, z: Float[Tensor, "n k"]) -> Float[Tensor, "n k"]:
        """The points that standard normal ones `z` become."""
        return self.mean + (self.log_variance / 2).exp() * z

    def rows(self, index: slice | Int[Tensor, "m"]) -> Gaussian:
        """Some of the rows."""
        return Gaussian(self.mean[index], self.log_variance[index])

    def divergence(self, other: Gaussian) -> Float[Tensor, ""]:
        """KL(self || other), the mean over all numbers."""
        apart = (self.log_variance.exp() + (self.mean - other.mean).square()) / other.log_variance.exp()
        return (other.log_variance - self.log_variance + apart - 1).mean() / 2


def gaussian(parameters: Float[Tensor, "n k2"]) -> Gaussian:
    """The normal distribution of a network's outputs: means, then logarithms of variances."""
    mean, log_variance = parameters.float().chunk(2, 1)
    return Gaussian(mean, log_variance.clamp(-8, 2))


class Conditioning(nn.Module):
    """Conditioning augmentation: a caption becomes a Gaussian N(mu, sigma), of which a point is drawn (Zhang et al. 2017,
    section 3.2). The less a caption says, the wider it is."""

    def __init__(self, embedding_size: int, size: int) -> None:
        super().__init__()
        self.scale = embedding_size**0.5  # a unit vector's numbers are small
        self.layers = nn.Sequential(nn.Linear(embedding_size, 512), nn.ReLU(), nn.Linear(512, 2 * size))

    def forward(self, embedding: Float[Tensor, "n e"]) -> Gaussian:
        return gaussian(self.layers(embedding * self.scale))


class Posterior(nn.Module):
    """What of a picture of the first stage is to be told to the generator; only there in training."""

    def __init__(self, config: StackGANConfig) -> None:
        super().__init__()
        size = config.size >> (STAGES - 1)
        layers: list[nn.Module] = []
        widths = _halvings(size, config.critic_width, config.max_critic_width)
        for a, b in pairwise([config.channels, *widths]):
            layers += [nn.Conv2d(a, b, 4, 2, 1), nn.BatchNorm2d(b), nn.ReLU()]
        self.layers = nn.Sequential(*layers, nn.Flatten(), nn.Linear(widths[-1] * STEM**2, 2 * config.latent_size))

    def forward(self, images: Float[Tensor, "n c h w"]) -> Gaussian:
        return gaussian(self.layers(images))


class Told(nn.Module):
    """Batch norm whose scale and shift are a linear function of the condition (de Vries et al. 2017), then ReLU."""

    def __init__(self, channels: int, condition_size: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(channels, affine=False)
        self.affine = nn.Linear(condition_size, 2 * channels)

    def forward(self, x: Float[Tensor, "n c h w"], condition: Float[Tensor, "n k"]) -> Float[Tensor, "n c h w"]:
        scale, shift = self.affine(condition)[:, :, None, None].chunk(2, 1)
        return relu(self.norm(x) * (1 + scale) + shift)


class Doubling(nn.Module):
    """A residual convolution, and one that doubles the size, each told of the condition."""

    def __init__(self, a: int, b: int, condition_size: int) -> None:
        super().__init__()
        self.first, self.second = Told(a, condition_size), Told(a, condition_size)
        self.same = nn.Conv2d(a, a, 3, padding=1)
        self.doubling = nn.ConvTranspose2d(a, b, 4, 2, 1)

    def forward(self, x: Float[Tensor, "n a h w"], condition: Float[Tensor, "n k"]) -> Float[Tensor, "n b h2 w2"]:
        x = x + self.same(self.first(x, condition))
        return self.doubling(self.second(x, condition))


class Painting(nn.Module):
    """The picture, of twice the size of the features that it is painted from (Shi et al. 2016)."""

    def __init__(self, width: int, channels: int, condition_size: int) -> None:
        super().__init__()
        self.told = Told(width, condition_size)
        self.layers = nn.Sequential(nn.Conv2d(width, 4 * channels, 3, padding=1), nn.PixelShuffle(2))

    def forward(self, x: Float[Tensor, "n a h w"], condition: Float[Tensor, "n k"]) -> Float[Tensor, "n c h2 w2"]:
        return self.layers(self.told(x, condition))


class Generator(nn.Module):
    """Stage I draws from the condition alone; each later stage goes on from what the one before made of it, is told the
    condition again, and adds to the picture what is missing."""

    def __init__(self, config: StackGANConfig) -> None:
        super().__init__()
        self.conditioning = Conditioning(config.embedding_size, config.latent_size)
        told, widths = config.latent_size, config.widths
        self.stem = nn.Sequential(nn.Linear(told, widths[0] * STEM**2), nn.Unflatten(1, (widths[0], STEM, STEM)))
        self.doublings = nn.ModuleList(Doubling(a, b, told) for a, b in pairwise(widths))
        self.paintings = nn.ModuleList(Painting(width, config.channels, told) for width in widths[-STAGES:])

    def forward(self, condition: Float[Tensor, "n k"], stages: int = STAGES) -> Pictures:
        x = self.stem(condition)
        before = len(self.doublings) - STAGES + 1  # doublings within the first stage
        for doubling in self.doublings[:before]:
            x = doubling(x, condition)
        pictures = [self.paintings[0](x, condition)]
        for doubling, painting in zip(self.doublings[before:], self.paintings[1:stages], strict=False):
            x = doubling(x, condition)
            pictures.append(interpolate(pictures[-1], scale_factor=2.0, mode="bilinear") + painting(x, condition))
        return pictures


class Discriminator(nn.Module):
    """Two logits of a picture of one stage: is it real, and does it go with the caption (Zhang et al. 2018, section 3.2)."""

    def __init__(self, config: StackGANConfig, size: int) -> None:
        super().__init__()
        widths = _halvings(size, config.critic_width, config.max_critic_width)
        layers: list[nn.Module] = []
        for a, b in pairwise([config.channels, *widths]):
            layers += [spectral_norm(nn.Conv2d(a, b, 4, 2, 1)), nn.LeakyReLU(0.2, inplace=True)]
        f = 2 * widths[-1]
        self.layers = nn.Sequential(*layers, spectral_norm(nn.Conv2d(widths[-1], f, STEM)), nn.LeakyReLU(0.2), nn.Flatten())
        self.realness = spectral_norm(nn.Linear(f, 1, bias=False))
        self.caption = spectral_norm(nn.Linear(config.embedding_size, f))
        self.scale = config.embedding_size**0.5

    def forward(self, images: Float[Tensor, "n c h w"], *captions: Float[Tensor, "n e"]) -> list[Float[Tensor, "n"]]:
        """The first logit, and the second with each of the `captions` of a picture."""
        features = self.layers(images)
        matches = [(self.caption(caption * self.scale) * features).sum(1) for caption in captions]
        return [self.realness(features)[:, 0], *matches]


def _halvings(size: int, width: int, most: int) -> list[int]:
    """Channels after each halving of a picture down to the stem."""
    return [min(width << i, most) for i in range(int(math.log2(size // STEM)))]


@register("stackgan")
class StackGAN(Captioned):
    """A sentence becomes a picture in three stages, a rough one first."""

    Config = StackGANConfig
    TINY = StackGANConfig(
        size=32, channels=1, widths=(8, 6, 4), critic_width=8, max_critic_width=16, text_width=8, embedding_size=8,
        latent_size=6,
    )  # fmt: skip
    LEARNING_RATES = {"text": 5e-4, "generator": 5e-4, "posterior": 5e-4, "discriminators": 5e-4}
    PUBLISHED = ("text", "generator")

    def __init__(self, config: StackGANConfig) -> None:
        super().__init__(config)
        self.text = TextEncoder(config.text_width, config.embedding_size)
        self.generator = Generator(config)
        self.posterior = Posterior(config)
        self.discriminators = nn.ModuleList(Discriminator(config, config.size >> i) for i in reversed(range(STAGES)))

    def embed(self, tokens: Int[Tensor, "n length 2"]) -> Float[Tensor, "n e"]:
        return self.text(tokens)

    def draw(self, embedding: Float[Tensor, "n e"], z: Float[Tensor, "n z"]) -> Pictures:
        """The pictures of every trained stage; `z` is what the conditioning augmentation draws with."""
        condition = self.generator.conditioning(embedding).draw(z)
        return [picture.clamp(-1, 1) for picture in self.generator(condition.to(z.dtype), self.config.stages)]

    @property
    def only_reads(self) -> bool:
        """Whether only the reading of captions is trained, for which nothing needs to be drawn."""
        return not self.config.pixel and not self.config.adversarial

    def prepare(self, data: Any) -> None:
        if self.only_reads:
            self.posterior.eval()
            data.encode(lambda images: torch.cat(self.posterior(images), 1), self.config.size >> (STAGES - 1))

    def training_step(self, batch: Batch, optimizers: Optimizers) -> dict[str, Tensor]:
        embedding = self.text(batch["tokens"])
        said = self.generator.conditioning(embedding)
        values: dict[str, Tensor] = {}
        loss = torch.zeros((), device=self.device)
        if "code" in batch:
            seen = gaussian(batch["code"])
        else:
            whole = batch["image"]
            real = [avg_pool2d(whole, 1 << i) if i else whole for i in reversed(range(STAGES))][: self.config.stages]
            with torch.set_grad_enabled(not self.only_reads):
                seen = self.posterior(real[0])
        told = len(embedding) // len(seen.mean)
        if not self.only_reads:
            loss, values = self._draw(real, seen, said.rows(slice(None, None, told)), embedding.detach()[::told], optimizers)

        # Zhang et al. 2017, eq. 2, has the second divergence only.
        every = torch.arange(len(embedding), device=self.device) // told
        kl, prior = seen.rows(every).divergence(said), said.divergence(Gaussian(*torch.zeros_like(torch.stack(said))))
        for network in ("text", "generator", "posterior"):
            optimizers[network].zero_grad()
        (loss + self.config.kl * kl + self.config.prior * prior).backward()
        for network in ("text", "generator", "posterior"):
            optimizers[network].step()
        return {"kl": kl.detach(), "prior": prior.detach(), **values}

    def _draw(
        self, real: Pictures, seen: Gaussian, said: Gaussian, embedding: Float[Tensor, "n e"], optimizers: Optimizers
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """The generator's loss over its drawings, after an update of the discriminators.

        The first half is drawn from what was seen, and compared with it; the discriminators judge the rest, which is drawn
        from what was said. Without them all is drawn from what was seen.
        """
        c, n = self.config, len(embedding)
        shown = n // 2 if c.adversarial else n
        z = torch.randn_like(seen.mean)
        fake = self.generator(torch.cat([seen.draw(z)[:shown], said.draw(z)[shown:]]), c.stages)
        pixel = torch.stack([(f[:shown] - r[:shown]).float().square().mean() for f, r in zip(fake, real, strict=True)])
        if not c.adversarial:
            return c.pixel * pixel.sum(), {"pixel": pixel.detach()[-1]}

        true, drawn, told = [r[shown:] for r in real], [f[shown:] for f in fake], embedding[shown:]
        values = self._judge(true, drawn, told, optimizers["discriminators"])
        g_loss = torch.zeros((), device=self.device)
        with frozen(self.discriminators):
            for discriminator, picture in zip(self.discriminators, drawn, strict=False):
                for logit in discriminator(augmented(picture, c.augment), told):
                    g_loss = g_loss + losses.critic_generator(logit)
        loss = c.adversarial * g_loss + c.pixel * pixel.sum()
        return loss, {"pixel": pixel.detach()[-1], "generator_loss": g_loss.detach(), **values}

    def _judge(
        self, real: Pictures, fake: Pictures, told: Float[Tensor, "n e"], optimizer: torch.optim.Optimizer
    ) -> dict[str, Tensor]:
        """One update of the discriminators: hinge losses for real against generated, and for a picture with its caption
        against one with another's and a generated one with its own (Zhang et al. 2017, eq. 3)."""
        c, game = self.config, losses.ADVERSARIAL["hinge"]
        optimizer.zero_grad()
        loss, verdicts = torch.zeros((), device=self.device), []
        for discriminator, real_picture, fake_picture in zip(self.discriminators, real, fake, strict=False):
            is_real, matched, mismatched = discriminator(augmented(real_picture, c.augment), told, told.roll(1, 0))
            is_fake, drawn = discriminator(augmented(fake_picture.detach(), c.augment), told)
            conditional = (game.discriminator(matched, mismatched) + game.discriminator(matched, drawn)) / 2
            loss = loss + game.discriminator(is_real, is_fake) + conditional
            logits = (is_real, is_fake, matched, mismatched)
            verdicts.append(torch.stack([side.detach().float().sigmoid().mean() for side in logits]))
        loss.backward()
        optimizer.step()
        names = ("d_real", "d_fake", "d_matched", "d_mismatched")
        return {"discriminator_loss": loss.detach(), **dict(zip(names, torch.stack(verdicts).mean(0), strict=True))}
