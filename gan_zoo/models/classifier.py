"""A small convolutional classifier; FID, KID and precision/recall are computed from its features."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, interpolate

from gan_zoo.models.base import Batch, Model, Optimizers
from gan_zoo.models.registry import register


@dataclass(frozen=True)
class ClassifierConfig:
    size: int = 28
    """height and width of the pictures in pixels"""
    channels: int = 1
    """channels of the pictures: 1 for grey, 3 for colour"""
    classes: int = 10
    """number of classes"""
    heads: tuple[int, ...] = ()
    """number of words of each attribute, for a classifier of attributes in place of classes; empty for classes"""
    width: int = 32
    """channels of the first layers; each halving of the size doubles them"""
    feature_size: int = 128
    """numbers in the feature vector before the last layer"""
    dropout: float = 0.3
    """share of the feature vector that is dropped in training"""


@register("classifier")
class Classifier(Model):
    """A network with pairs of 3x3 convolutions and batch norm between poolings, then one hidden layer of features.

    It predicts either the classes of a data set or several attributes at once.
    """

    kind = "classifier"
    Config = ClassifierConfig
    TINY = ClassifierConfig(width=4, feature_size=8)
    LEARNING_RATES = {"network": 1e-3}
    PUBLISHED = ("network",)

    def __init__(self, config: ClassifierConfig) -> None:
        super().__init__(config)
        self.heads = config.heads or (config.classes,)
        layers: list[nn.Module] = []
        channels, width, size = config.channels, config.width, config.size
        while size >= 7:
            for _ in range(2):
                layers += [nn.Conv2d(channels, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
                channels = width
            layers.append(nn.MaxPool2d(2))
            size, width = size // 2, width * 2
        layers += [
            nn.Flatten(),
            nn.Linear(channels * size * size, config.feature_size),
            nn.ReLU(inplace=True),
            nn.Dropout(config.dropout),
            nn.Linear(config.feature_size, sum(self.heads)),
        ]
        self.network = nn.Sequential(*layers)

    def forward(self, images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n classes"]:
        """The logits of the classes, or of all attributes side by side; pictures of another size are scaled first."""
        return self.network(self._scaled(images))

    def features(self, images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n features"]:
        """The output of the hidden layer before the logits, after its ReLU; pictures of another size are scaled first."""
        return self.network[:-2](self._scaled(images))

    def _scaled(self, images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n c s s"]:
        if images.shape[2] == self.config.size:
            return images
        return interpolate(images, size=self.config.size, mode="bilinear", antialias=True)

    def predict(self, images: Float[Tensor, "n c h w"]) -> Int[Tensor, "n heads"]:
        """The most likely word of each attribute, or the most likely class in a single column."""
        return torch.stack([head.argmax(1) for head in self(images).split(self.heads, 1)], 1)

    def example_inputs(self, n: int, generator: torch.Generator) -> dict[str, Tensor]:
        batch = super().example_inputs(n, generator)
        if self.config.heads:
            words = [torch.randint(head, (n,), generator=generator) for head in self.heads]
            batch["attributes"] = torch.stack(words, 1)
        return batch

    def training_step(self, batch: Batch, optimizers: Optimizers) -> dict[str, Tensor]:
        targets = batch["attributes"] if self.config.heads else batch["label"][:, None]  # n heads
        optimizers["network"].zero_grad()
        heads = self(batch["image"]).float().split(self.heads, 1)
        loss = torch.stack([cross_entropy(head, target) for head, target in zip(heads, targets.T, strict=True)]).mean()
        loss.backward()
        optimizers["network"].step()
        right = torch.stack([head.detach().argmax(1) for head in heads], 1) == targets
        return {"loss": loss.detach(), "accuracy": right.float().mean()}
