"""EfficientNet-Lite0 (Tan & Le 2019, https://arxiv.org/abs/1905.11946): a classifier whose features describe photographs.

The lite version has ReLU6 in place of SiLU, and no squeeze-and-excitation. The architecture comes from timm, where it is
called `tf_efficientnet_lite0`. The weights `features-imagenet` are trained on ImageNet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import cross_entropy, interpolate

from gan_zoo.models.base import Batch, Model, Optimizers
from gan_zoo.models.registry import register

# The stages after which a tap is taken; each is the last one of its size, so the sizes are 1/2, 1/4, 1/8, 1/16 and 1/32.
TAPS = (0, 1, 2, 4, 6)


@dataclass(frozen=True)
class EfficientNetLiteConfig:
    size: int = 224
    """height and width of the training pictures in pixels; the network takes every size"""
    channels: int = 3
    """channels of the pictures"""
    classes: int = 1_000
    """number of classes"""
    smallest: int = 128
    """side in pixels to which `features` enlarges smaller pictures, because the last maps would be too small"""
    largest: int = 256
    """side in pixels to which `features` reduces larger pictures, to save time"""


@register("efficientnet_lite")
class EfficientNetLite(Model):
    """EfficientNet-Lite0. Besides logits and features it returns taps, the maps after each stage, for perceptual losses."""

    kind = "classifier"
    Config = EfficientNetLiteConfig
    TINY = EfficientNetLiteConfig(size=32, classes=3, smallest=32)
    LEARNING_RATES = {"network": 1e-3}
    PUBLISHED = ("network",)

    def __init__(self, config: EfficientNetLiteConfig) -> None:
        import timm

        super().__init__(config)
        self.network: Any = timm.create_model("tf_efficientnet_lite0", in_chans=config.channels, num_classes=config.classes)

    def forward(self, images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n classes"]:
        """The logits of the classes; each side of a picture is at least 32 pixels."""
        return self.network(_as_in_training(images))

    def features(self, images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n 1280"]:
        """The means of the last maps; pictures smaller than `smallest` or larger than `largest` are scaled first."""
        side = images.shape[-1]
        wanted = min(max(side, self.config.smallest), self.config.largest)
        if side != wanted:
            images = interpolate(images, scale_factor=wanted / side, mode="bilinear", antialias=True)
        return self.network.forward_head(self.network.forward_features(_as_in_training(images)), pre_logits=True)

    def taps(self, images: Float[Tensor, "n c h w"], count: int = len(TAPS)) -> list[Float[Tensor, "n _ _ _"]]:
        """The maps after the first `count` stages of `TAPS`, the largest first; pictures are not scaled."""
        x = self.network.bn1(self.network.conv_stem(_as_in_training(images)))
        found = []
        for i, stage in enumerate(self.network.blocks[: TAPS[count - 1] + 1]):
            x = stage(x)
            if i in TAPS:
                found.append(x)
        return found

    def training_step(self, batch: Batch, optimizers: Optimizers) -> dict[str, Tensor]:
        optimizers["network"].zero_grad()
        logits = self(batch["image"]).float()
        loss = cross_entropy(logits, batch["label"])
        loss.backward()
        optimizers["network"].step()
        return {"loss": loss.detach(), "accuracy": (logits.detach().argmax(1) == batch["label"]).float().mean()}


def _as_in_training(images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n c h w"]:
    """Pictures in [-1, 1] as the ImageNet weights know them: (x - 127) / 128 for bytes x."""
    return (images * 127.5 + 0.5) / 128
