"""CVAE-GAN: a conditional variational autoencoder whose decoder is the generator of a GAN (Bao et al. 2017,
https://arxiv.org/abs/1703.10155).

The words of all attributes stand side by side as ones among zeros. The generator reads them beside a latent, into which an
encoder puts what has no name, such as where a face is and how it is turned. So a picture can be drawn again, which teaches
the generator more than a discriminator alone. Random latents determine random words, so the model samples, walks and edits
like any other.

The networks and the adversarial loss are those of R3GAN (Huang et al. 2024, equations 2 to 4), with a projection
discriminator (Miyato & Koyama 2018, equation 3) in place of the paper's classifier and its matched means of features.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, cross_entropy, l1_loss, leaky_relu, one_hot

from gan_zoo.layers.adversarial import relativistic_loss, relativistic_step
from gan_zoo.layers.gaussian import posterior_sample
from gan_zoo.layers.placed_maps import PlacedMaps
from gan_zoo.layers.r3gan_networks import GAIN, SLOPE, NetworkConfig, discriminator, scaled
from gan_zoo.layers.residual import pyramid, residual_encoder
from gan_zoo.models.base import Batch, Optimizers
from gan_zoo.models.kinds import Sampler
from gan_zoo.models.registry import register

# The temperature of the softmax that turns numbers into words: at 0 each point would have exactly one word.
TEMPERATURE = 0.01
# The number of a word that is said, and of all others. They are as large as those of random latents, and far enough apart for
# words as rare as one in a hundred. Words whose share has a logarithm below RARE are in no picture and cannot be said.
SAID, UNSAID = 2.5, -0.7
RARE = math.log(1e-5)
# Probabilities are kept this far from 0 and 1, where their logarithms would be infinite.
EDGE = 1e-6


@dataclass(frozen=True)
class CVAEGANConfig:
    size: int = 64
    """height and width of the pictures in pixels: 4, 5, 6 or 7 doubled at least twice"""
    channels: int = 3
    """channels of the pictures: 1 for grey, 3 for colour"""
    latent_size: int = 136
    """numbers in a latent: one for each word of each attribute, and the rest for all that has no name"""
    attributes: tuple[int, ...] = (2,)
    """number of words of each attribute"""
    maps: int = 8
    """learnt feature maps of each word, at half the size"""
    width: int = 64
    """channels between the generator's blocks"""
    blocks: int = 2
    """residual blocks of the generator"""
    critic_width: int = 16
    """channels of the discriminator at full size; each halving of the size doubles them, up to eight times as many"""
    critic_patch: int = 1
    """side of the square of pixels that each place of the discriminator's largest feature maps stands for"""
    encoder_width: int = 8
    """channels of the encoder at a quarter of the size; each halving doubles them, up to eight times as many"""
    reconstruction: float = 100.0
    """weight of the mean absolute difference between a picture and the same drawn again"""
    kl: float = 0.02
    """weight of the KL divergence, in nats, between the posterior and N(0, I)"""
    reading: float = 0.1
    """weight of the cross-entropy, in nats, of the words that the encoder reads off a picture"""
    adversarial: float = 1.0
    """weight of the adversarial loss; with 0, the model is a conditional variational autoencoder without discriminator"""
    gamma: float = 1.0
    """weight of the gradient penalties: R1 on real pictures and R2 on generated ones"""
    betas: tuple[float, float] = (0.0, 0.99)
    """Adam's decay rates"""

    def __post_init__(self) -> None:
        if not self.attributes:
            raise ValueError("attributes is empty; this model needs data with attributes")
        if self.free < 1:
            raise ValueError(f"latent_size is {self.latent_size}; it must be more than {self.words}, the number of words")
        for name in ("maps", "width", "blocks", "critic_width", "encoder_width"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be at least 1")
        _ = self.critic  # it checks the size and the patch

    @property
    def words(self) -> int:
        """The words of all attributes together."""
        return sum(self.attributes)

    @property
    def free(self) -> int:
        """The numbers of a latent that stand for no word; they come first."""
        return self.latent_size - self.words

    @property
    def critic(self) -> NetworkConfig:
        """The sizes of the discriminator."""
        width = self.critic_width
        return NetworkConfig(self.size, self.channels, width, max_width=8 * width, patch=self.critic_patch)


class StyledBlock(nn.Module):
    """A residual block. The point scales its middle channels. Its last weights begin at 0, so it begins as the identity."""

    def __init__(self, channels: int, style_size: int) -> None:
        super().__init__()
        self.first = scaled(nn.Conv2d(channels, channels, 3, padding=1), GAIN)
        self.style = scaled(nn.Linear(style_size, channels), 0.1)
        self.last = scaled(nn.Conv2d(channels, channels, 3, padding=1), 0.0)
        nn.init.ones_(self.style.get_parameter("bias"))

    def forward(self, x: Float[Tensor, "n c h v"], w: Float[Tensor, "n w"]) -> Float[Tensor, "n c h v"]:
        h = leaky_relu(self.first(x), SLOPE) * self.style(w)[:, :, None, None]
        return x + self.last(leaky_relu(h, SLOPE))


class Generator(nn.Module):
    """Draws points. It adds up learnt feature maps of the words, moves them as the free numbers say, and refines them in
    residual blocks."""

    def __init__(self, config: CVAEGANConfig) -> None:
        super().__init__()
        self.placed = PlacedMaps(config.free, config.attributes, config.maps, config.size // 2)
        self.enter = scaled(nn.Conv2d(len(config.attributes) * config.maps, config.width, 1))
        self.blocks = nn.ModuleList(StyledBlock(config.width, config.latent_size) for _ in range(config.blocks))
        self.leave = nn.Sequential(
            nn.LeakyReLU(SLOPE), scaled(nn.Conv2d(config.width, 4 * config.channels, 3, padding=1)), nn.PixelShuffle(2)
        )

    def forward(self, w: Float[Tensor, "n w"]) -> Float[Tensor, "n c h v"]:
        x = self.enter(self.placed(w))
        for block in self.blocks:
            x = block(x, w)
        return self.leave(x)


class Discriminator(nn.Module):
    """A projection discriminator with the logit psi(h) + <e(words), h> (Miyato & Koyama 2018, equation 3).

    The first term judges whether the picture is real, the second whether it fits its words.
    """

    def __init__(self, config: CVAEGANConfig) -> None:
        super().__init__()
        *trunk, self.realness = discriminator(config.critic)
        self.trunk = nn.Sequential(*trunk)
        features = self.realness.get_parameter("weight").shape[1]
        self.embedding = scaled(nn.Linear(config.words, features, bias=False), math.sqrt(1 / features))

    def forward(self, images: Float[Tensor, "n c h w"], words: Float[Tensor, "n k"]) -> Float[Tensor, "n 1"]:
        h = self.trunk(images)
        return self.realness(h) + (self.embedding(words) * h).sum(1, keepdim=True)


@register("cvae_gan")
class CVAEGAN(Sampler):
    """A GAN that draws what is asked for by name, and that also learns to draw pictures again."""

    Config = CVAEGANConfig
    TINY = CVAEGANConfig(size=16, latent_size=10, attributes=(3, 4), maps=4, width=8, critic_width=4, encoder_width=4)
    LEARNING_RATES = {"generator": 2e-4, "encoder": 2e-4, "discriminator": 2e-4}
    PUBLISHED = ("generator", "encoder", "words")

    def __init__(self, config: CVAEGANConfig) -> None:
        super().__init__(config)
        self.generator = Generator(config)
        widths = pyramid(config.size // 2, config.encoder_width, 8 * config.encoder_width)
        self.encoder = residual_encoder(config.channels, config.size // 2, widths, 2 * config.free + config.words)
        self.discriminator = Discriminator(config)
        self.words = Words(config.attributes)

    def prepare(self, data: Any) -> None:
        """Read how often each word occurs in `data`: random latents have it as often."""
        if data.attribute_labels is not None:
            self.words.count(data.attribute_labels)

    def sample(self, z: Float[Tensor, "n z"], label: Int[Tensor, "n"] | None = None) -> Float[Tensor, "n c h w"]:
        return self.generator(self.spoken(z)).clamp(-1, 1)

    def spoken(self, z: Float[Tensor, "n z"]) -> Float[Tensor, "n z"]:
        """What the generator reads: the free numbers of latents as they are, and the rest as the words of each attribute."""
        return torch.cat([z[:, : self.config.free], self.words(z[:, self.config.free :])], 1)

    def sayable(self) -> list[list[int]]:
        return [head.gt(RARE).nonzero().flatten().tolist() for head in self.words.log_shares.split(self.words.attributes)]

    def saying(self, z: Float[Tensor, "n z"], choices: Sequence[int | None]) -> Float[Tensor, "n z"]:
        free, *heads = z.split([self.config.free, *self.words.attributes], 1)
        for i, choice in enumerate(choices):
            if choice is not None:
                heads[i] = torch.full_like(heads[i], UNSAID)
                heads[i][:, choice] = SAID
        return torch.cat([free, *heads], 1)

    def entry_weight(self) -> Float[Tensor, "a z"]:
        """The weights of the layers that scale channels; they read what `spoken` returns. Those of the maps are left out."""
        return torch.cat([block.get_parameter("style.weight") for block in self.generator.blocks])

    def first_layer(self, w: Float[Tensor, "n z"], label: Int[Tensor, "n"] | None = None) -> Float[Tensor, "n z"]:
        return self.spoken(w)

    def read(self, images: Float[Tensor, "n c h w"]) -> tuple[Float[Tensor, "n two_free"], Float[Tensor, "n k"]]:
        """What the encoder sees in pictures: means and log variances of the free numbers, and a logit for each word."""
        seen, words = self.encoder(avg_pool2d(images, 2)).split([2 * self.config.free, self.config.words], 1)
        return seen, words

    def guess(self, images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n z"]:
        seen, logits = self.read(images)
        labels = [head.argmax(1) for head in logits.split(self.words.attributes, 1)]
        words = self.words.coded(torch.stack(labels, 1)).to(seen.dtype)
        return torch.cat([seen[:, : self.config.free], UNSAID + (SAID - UNSAID) * words], 1)

    def opinion(self, images: Float[Tensor, "n c h w"], label: Int[Tensor, "n"] | None = None) -> Float[Tensor, "n"]:
        """The discriminator's logit of pictures whose words nobody tells: it expects each word as often as it occurs."""
        return self.discriminator(images, self.words.log_shares.exp().expand(len(images), -1)).flatten()

    def example_inputs(self, n: int, generator: torch.Generator) -> dict[str, Tensor]:
        words = [torch.randint(count, (n,), generator=generator) for count in self.config.attributes]
        return super().example_inputs(n, generator) | {"attributes": torch.stack(words, 1)}

    def training_step(self, batch: Batch, optimizers: Optimizers) -> dict[str, Tensor]:
        image, c = batch["image"], self.config
        words = self.words.coded(batch["attributes"])
        chosen = self.words.chosen(self.words.numbers(words))
        seen, read = self.read(image)
        z, kl = posterior_sample(seen)
        reading = self.words.cross_entropy(read, batch["attributes"])
        drawn = self.generator(torch.cat([z, chosen], 1))
        difference = l1_loss(drawn.float(), image)
        loss = c.reconstruction * difference + c.kl * kl + c.reading * reading
        values = {"l1": difference.detach(), "kl": kl.detach(), "reading": reading.detach()}
        if c.adversarial:
            # A picture is compared with the same one drawn again, so that only the drawing tells them apart.
            values |= relativistic_step(self.discriminator, image, drawn, optimizers["discriminator"], c.gamma, words)
            g_loss = relativistic_loss(self.discriminator, image, drawn, words)
            loss = loss + c.adversarial * g_loss
            values["generator_loss"] = g_loss.detach()
        for network in ("generator", "encoder"):
            optimizers[network].zero_grad()
        loss.backward()
        for network in ("generator", "encoder"):
            optimizers[network].step()
        return values


class Words(nn.Module):
    """Turns numbers from N(0, 1) into words, one of each attribute, and knows how often each word occurs."""

    log_shares: Tensor

    def __init__(self, attributes: tuple[int, ...]) -> None:
        super().__init__()
        self.attributes = list(attributes)
        self.register_buffer("log_shares", torch.cat([torch.full((n,), -math.log(n)) for n in attributes]))

    def forward(self, z: Float[Tensor, "n k"]) -> Float[Tensor, "n k"]:
        """The words of latents, as nearly ones and zeros.

        A number becomes Gumbel noise; with the logarithm of its share added, each word has the largest number of its
        attribute as often as it occurs (Jang et al. 2017, equations 1 and 2).
        """
        uniform = torch.special.ndtr(z.float()).clamp(EDGE, 1 - EDGE)
        return self.chosen(self.log_shares - (-uniform.log()).log()).to(z.dtype)

    def count(self, labels: Int[Tensor, "n attributes"]) -> None:
        """Read the shares of the words from the labels of a data set."""
        self.log_shares.copy_(self.coded(labels).mean(0).clamp(min=EDGE).log())

    def coded(self, labels: Int[Tensor, "n attributes"]) -> Float[Tensor, "n k"]:
        """The words of pictures as ones among zeros, the attributes side by side."""
        columns = zip(labels.T, self.attributes, strict=True)
        return torch.cat([one_hot(column, count) for column, count in columns], 1).float()

    def cross_entropy(self, logits: Float[Tensor, "n k"], labels: Int[Tensor, "n attributes"]) -> Float[Tensor, ""]:
        """The cross-entropy of the words in nats, summed over the attributes."""
        heads = zip(logits.float().split(self.attributes, 1), labels.T, strict=True)
        return torch.stack([cross_entropy(head, column) for head, column in heads]).sum()

    def chosen(self, numbers: Float[Tensor, "n k"]) -> Float[Tensor, "n k"]:
        """The words with the largest number of each attribute, as nearly ones and zeros."""
        return torch.cat([(head / TEMPERATURE).softmax(1) for head in numbers.split(self.attributes, 1)], 1)

    def numbers(self, words: Float[Tensor, "n k"]) -> Float[Tensor, "n k"]:
        """Random numbers as those that `forward` makes of latents, with the largest ones for `words`.

        The largest of the numbers is Gumbel noise itself, and the others lie below it (Maddison et al. 2014, section 3).
        """
        largest = torch.cat([gumbel(head[:, :1]).expand_as(head) for head in words.split(self.attributes, 1)], 1)
        below = -torch.logaddexp(-largest, -(self.log_shares + gumbel(words)))
        return torch.where(words > 0, largest, below)


def gumbel(like: Tensor) -> Tensor:
    """Random numbers from the standard Gumbel distribution, in the shape of `like`."""
    return -(-torch.rand_like(like).clamp(EDGE, 1 - EDGE).log()).log()
