"""SimGAN (Shrivastava et al. 2017, https://arxiv.org/abs/1612.07828): a refiner for synthetic pictures.

The refined pictures look real and keep their content, so that their labels remain correct.

A reader measures the content: a classifier that learns the synthetic pictures at the same time as the refiner. Section 2.1
allows any features psi of a picture. Those of the reader say most about the label and least about the strokes, so the strokes
can become handwriting (Hoffman et al. 2018, https://arxiv.org/abs/1711.03213, eq. 4).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, cross_entropy, l1_loss

from gan_zoo.errors import UserError
from gan_zoo.layers import losses
from gan_zoo.layers.adversarial import frozen
from gan_zoo.layers.augment import elastic
from gan_zoo.layers.image_pool import History
from gan_zoo.layers.patch_gan import PATCHES, patch_gan
from gan_zoo.layers.residual import pyramid, residual_encoder, stem_size
from gan_zoo.models.base import Batch, Optimizers
from gan_zoo.models.kinds import Translator
from gan_zoo.models.registry import register

Images = Float[Tensor, "n c h w"]


@dataclass(frozen=True)
class SimGANConfig:
    size: int = 28
    """height and width of the pictures in pixels"""
    input_channels: int = 1
    """channels of the synthetic pictures, equal to those of the real ones"""
    channels: int = 1
    """channels of the real pictures"""
    width: int = 32
    """channels of the refiner"""
    blocks: int = 4
    """residual blocks of the refiner, at half the picture size; at full size, as in the paper, they cost four times as much"""
    critic_width: int = 32
    """channels of the discriminator's first layer"""
    patch: int = 34
    """side in pixels of the patches that the discriminator judges (section 2.2)"""
    self_regularization: float = 0.1
    """weight lambda of the mean absolute difference between a synthetic picture and its refined version"""
    coarse: int = 4
    """side in pixels of the squares whose means are compared, so strokes may move by less; 1 compares single pixels"""
    reading: float = 0.5
    """weight of the reader's cross-entropy for the labels of refined pictures; 0 needs no labels, as in the paper"""
    reader_width: int = 24
    """channels of the reader's first layer"""
    labels: int = 10
    """number of classes of the synthetic pictures"""
    history: int = 512
    """number of earlier refined pictures that the discriminator sees again"""
    loss: str = "hinge"
    """adversarial loss: non_saturating, least_squares or hinge"""
    betas: tuple[float, float] = (0.5, 0.999)
    """Adam's decay rates"""

    def __post_init__(self) -> None:
        stem_size(self.size)
        if self.input_channels != self.channels:
            raise ValueError(f"input_channels is {self.input_channels} and channels {self.channels}; they must be equal")
        if self.coarse < 1 or self.size % self.coarse:
            raise ValueError(f"coarse is {self.coarse}; it must divide the size, {self.size}")
        if self.patch not in PATCHES:
            raise ValueError(f"patch is {self.patch}; it must be {', '.join(map(str, PATCHES))}")
        if self.loss not in losses.ADVERSARIAL:
            raise ValueError(f"loss is '{self.loss}'; it must be one of {', '.join(losses.ADVERSARIAL)}")


class Residual(nn.Module):
    """A residual block: two 3x3 convolutions, added to the input (figure 5)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.branch = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
            nn.Conv2d(channels, channels, 3, padding=1),
            nn.BatchNorm2d(channels),
        )

    def forward(self, x: Images) -> Images:
        return torch.relu(x + self.branch(x))


@register("simgan")
class SimGAN(Translator):
    """A refiner with two aims: each patch must look real, and the picture must keep the content of the synthetic one."""

    Config = SimGANConfig
    TINY = SimGANConfig(
        size=16, width=4, blocks=1, critic_width=4, patch=16, self_regularization=10.0, reader_width=4, history=4
    )
    LEARNING_RATES = {"refiner": 4e-4, "discriminator": 4e-4, "reader": 1e-3}
    PUBLISHED = ("refiner",)

    def __init__(self, config: SimGANConfig) -> None:
        super().__init__(config)
        self.refiner = nn.Sequential(
            nn.Conv2d(config.channels, config.width, 4, 2, 1),
            nn.ReLU(),
            *[Residual(config.width) for _ in range(config.blocks)],
            nn.Upsample(scale_factor=2),
            nn.Conv2d(config.width, config.width // 2, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(config.width // 2, config.channels, 3, padding=1),
            nn.Tanh(),
        )
        self.discriminator = patch_gan(config.channels, config.critic_width, config.patch, config.size, "spectral")
        widths = pyramid(config.size, config.reader_width, 4 * config.reader_width)
        self.reader = residual_encoder(config.channels, config.size, widths, config.labels)
        self.history = History(config.history, (config.channels, config.size, config.size))

    def translate(self, images: Images, paper: bool = False) -> Images:
        """Refine `images`. The model of the paper has no noise, so `paper` changes nothing."""
        return self.refiner(images)

    def example_inputs(self, n: int, generator: torch.Generator) -> dict[str, Tensor]:
        batch = super().example_inputs(n, generator)
        return batch | {"input_label": torch.randint(self.config.labels, (n,), generator=generator)}

    def prepare(self, data: Any) -> None:
        labels = getattr(data, "input_labels", None)
        if self.config.reading and (labels is None or int(labels.max()) >= self.config.labels):
            raise UserError(
                f"the pictures to refine have no known classes, or more than {self.config.labels}: use the pairs of fonts, or "
                "set reading to 0",
                "usage",
            )

    def training_step(self, batch: Batch, optimizers: Optimizers) -> dict[str, Tensor]:
        synthetic, real, c = batch["input"], batch["image"], self.config
        game = losses.ADVERSARIAL[c.loss]
        refined = self.refiner(synthetic)
        # Equation 4; the features psi of section 2.1 are the means of small squares and the output of the reader.
        kept = l1_loss(avg_pool2d(refined.float(), c.coarse), avg_pool2d(synthetic, c.coarse))
        loss, values = c.self_regularization * kept, {"self_regularization": kept.detach()}
        if c.reading:
            with frozen(self.reader):
                misread = cross_entropy(self.reader(refined).float(), batch["input_label"])
            loss, values = loss + c.reading * misread, values | {"misread": misread.detach()}
        optimizers["refiner"].zero_grad()
        with frozen(self.discriminator):
            fooled = game.generator(self.discriminator(refined))
        (fooled + loss).backward()
        optimizers["refiner"].step()

        optimizers["discriminator"].zero_grad()
        real_logits = self.discriminator(real)
        fake_logits = self.discriminator(self.history.exchange(refined.detach()))
        exposed = game.discriminator(real_logits, fake_logits)
        exposed.backward()
        optimizers["discriminator"].step()
        if c.reading:
            # The reader must learn to read handwriting but never sees it with labels, so it learns from distorted pictures.
            optimizers["reader"].zero_grad()
            reading = cross_entropy(self.reader(elastic(synthetic)).float(), batch["input_label"])
            reading.backward()
            optimizers["reader"].step()
            values["reader_loss"] = reading.detach()
        verdicts = {
            f"d_{side}": x.detach().float().sigmoid().mean() for side, x in (("real", real_logits), ("fake", fake_logits))
        }
        return {"generator_loss": fooled.detach(), "discriminator_loss": exposed.detach(), **values, **verdicts}
