"""A joint embedding space of captions and pictures, learnt with the contrastive loss of CLIP.

Sources: structured joint embeddings (Reed et al. 2016, https://arxiv.org/abs/1605.05395) and CLIP (Radford et al. 2021,
https://arxiv.org/abs/2103.00020, figure 3).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn.functional import adaptive_avg_pool2d, cross_entropy, normalize

from gan_zoo.layers.text_encoder import TextEncoder
from gan_zoo.models.base import Batch, Optimizers
from gan_zoo.models.kinds import Embedder
from gan_zoo.models.registry import register

# The logarithm of the largest factor of the similarities, 100 as in section 2.5 of the CLIP paper.
MOST_SHARP = math.log(100.0)


@dataclass(frozen=True)
class JointConfig:
    size: int = 128
    """height and width of the pictures in pixels"""
    channels: int = 3
    """channels of the pictures: 1 for grey, 3 for colour"""
    seen: int = 64
    """height and width in pixels that pictures are scaled to for the encoder: a power of two, 8 or more"""
    width: int = 24
    """channels of the layer nearest the picture; each deeper layer has twice as many"""
    max_width: int = 96
    """largest number of channels of a layer"""
    text_width: int = 48
    """numbers in the vector of a word"""
    embedding_size: int = 64
    """numbers in the vector of a caption or a picture"""
    betas: tuple[float, float] = (0.9, 0.98)
    """Adam's decay rates"""

    def __post_init__(self) -> None:
        if self.seen < 8 or self.seen & (self.seen - 1):
            raise ValueError(f"seen is {self.seen}; it must be a power of two, 8 or more")


class PictureEncoder(nn.Module):
    """An encoder from pictures `n c h w` to unit vectors `n e`: convolutions halve them to 4x4, and a linear layer follows."""

    def __init__(self, config: JointConfig) -> None:
        super().__init__()
        self.seen = config.seen
        halvings = int(math.log2(config.seen // 4))
        widths = [min(config.width << i, config.max_width) for i in range(halvings)]
        layers: list[nn.Module] = []
        for a, b in pairwise([config.channels, *widths]):
            layers += [nn.Conv2d(a, b, 4, 2, 1, bias=False), nn.BatchNorm2d(b), nn.ReLU(inplace=True)]
        self.layers = nn.Sequential(*layers, nn.Flatten(), nn.Dropout(0.3), nn.Linear(16 * widths[-1], config.embedding_size))

    def forward(self, images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n e"]:
        return normalize(self.layers(adaptive_avg_pool2d(images, self.seen)).float(), dim=1)


@register("joint")
class Joint(Embedder):
    """An embedding of captions and pictures in one space, where a caption lies close to its picture."""

    Config = JointConfig
    TINY = JointConfig(size=16, seen=8, width=4, text_width=8, embedding_size=8)
    LEARNING_RATES = {"text": 4e-3, "picture": 2e-3, "sharpness": 2e-2}
    PUBLISHED = ("text", "picture")
    DROPPED = frozenset({"text.weight.bias"})

    def __init__(self, config: JointConfig) -> None:
        super().__init__(config)
        self.text = TextEncoder(config.text_width, config.embedding_size)
        self.picture = PictureEncoder(config)
        self.sharpness = nn.ParameterList([torch.tensor(math.log(1 / 0.07))])

    def embed_captions(self, tokens: Int[Tensor, "n length 2"]) -> Float[Tensor, "n e"]:
        return self.text(tokens)

    def embed_pictures(self, images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n e"]:
        return self.picture(images)

    def training_step(self, batch: Batch, optimizers: Optimizers) -> dict[str, Tensor]:
        for optimizer in optimizers.values():
            optimizer.zero_grad()
        captions, pictures = self.text(batch["tokens"]), self.picture(batch["image"])
        alike = self.sharpness[0].clamp(max=MOST_SHARP).exp() * captions @ pictures.T  # captions pictures
        own = torch.arange(len(alike), device=alike.device)
        loss = (cross_entropy(alike, own) + cross_entropy(alike.T, own)) / 2
        loss.backward()
        for optimizer in optimizers.values():
            optimizer.step()
        return {"loss": loss.detach(), "found": (alike.detach().argmax(1) == own).float().mean()}
