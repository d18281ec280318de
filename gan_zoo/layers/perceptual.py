"""Distances between pictures in the feature maps of a trained network, and between the feature maps of a discriminator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import l1_loss

Maps = Sequence[Float[Tensor, "n _ _ _"]]


class Teacher:
    """A trained network that teaches another one. No optimizer trains it, and no weights folder of the pupil contains it.

    Copies of a model share its teacher, which saves memory.

    Args:
        network: a network in eval mode with `taps(images)`, which returns its feature maps stage by stage.
    """

    def __init__(self, network: nn.Module) -> None:
        self.network: Any = network.eval().requires_grad_(False)
        self.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def __deepcopy__(self, memo: object) -> Teacher:
        return self

    def taps(self, images: Float[Tensor, "n c h w"], *count: int) -> Maps:
        """The feature maps of pictures in [-1, 1], or the first `count` of them; in float32, since half precision is slower
        here on processors."""
        with torch.autocast(images.device.type, enabled=False):
            return self.network.taps(images.float().contiguous(memory_format=torch.channels_last), *count)


def perceptual_distance(ours: Maps, theirs: Maps) -> Float[Tensor, "n"]:
    """The squared difference of feature vectors with unit length, the mean over places and then over stages, for each picture.

    It lies in [0, 4]; 0 means equal maps. Source: Zhang et al. 2018, eq. 1, with all weights w equal to 1.
    """
    stages = [(_unit(a) - _unit(b)).square().sum(1).mean((1, 2)) for a, b in zip(ours, theirs, strict=True)]
    return torch.stack(stages).mean(0)


def _unit(maps: Float[Tensor, "n f a b"]) -> Float[Tensor, "n f a b"]:
    maps = maps.float()
    return maps * torch.rsqrt(maps.square().sum(1, keepdim=True) + 1e-6)


def feature_matching(real: Maps, fake: Maps) -> Float[Tensor, ""]:
    """The mean absolute difference between the discriminator's maps of real and of generated pictures, the mean over layers.

    No gradient flows into `real`. Source: Wang et al. 2018, eq. 4 (pix2pixHD).
    """
    return torch.stack([l1_loss(b.float(), a.detach().float()) for a, b in zip(real, fake, strict=True)]).mean()
