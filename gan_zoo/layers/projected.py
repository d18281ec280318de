"""A discriminator that looks at pictures through a trained network (Sauer et al. 2021, https://arxiv.org/abs/2111.01007).

The trained network knows edges, textures and things, so the discriminator needs few pictures to tell real from generated.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import conv2d, interpolate
from torch.nn.utils.parametrizations import spectral_norm

Maps = Sequence[Float[Tensor, "n _ _ _"]]


class RandomConv(nn.Module):
    """A convolution whose random weights nothing trains: they are a buffer."""

    weight: Tensor

    def __init__(self, a: int, b: int, kernel: int) -> None:
        super().__init__()
        self.register_buffer("weight", torch.randn(b, a, kernel, kernel) / math.sqrt(a * kernel**2))

    def forward(self, x: Float[Tensor, "n a h w"]) -> Float[Tensor, "n b h w"]:
        return conv2d(x, self.weight.to(x.dtype), padding=self.weight.shape[-1] // 2)


class Mixing(nn.Module):
    """Random projections of a network's maps (section 3.2): they mix the channels of each map, and then each map with the
    smaller ones, so no map is easier to judge than the others.

    Args:
        channels: the channels of each map, the largest map first.
        widths: the channels of each result.
    """

    def __init__(self, channels: Sequence[int], widths: Sequence[int]) -> None:
        super().__init__()
        self.across_channels = nn.ModuleList(RandomConv(a, b, 1) for a, b in zip(channels, widths, strict=True))
        # The smaller map comes with its own number of channels, and the sum is projected to those of the next larger one.
        self.widen = nn.ModuleList(RandomConv(b, a, 1) for a, b in pairwise(widths))
        self.across_scales = nn.ModuleList(RandomConv(a, a, 3) for a in widths)

    def forward(self, maps: Maps) -> list[Float[Tensor, "n _ _ _"]]:
        mixed = [layer(x) for layer, x in zip(self.across_channels, maps, strict=True)]
        found = [self.across_scales[-1](mixed[-1])]
        for i in range(len(mixed) - 2, -1, -1):
            smaller = interpolate(self.widen[i](found[0]), size=mixed[i].shape[2:], mode="bilinear", align_corners=False)
            found.insert(0, self.across_scales[i]((mixed[i] + smaller) * math.sqrt(0.5)))
        return found


class Head(nn.Module):
    """A small discriminator of a map of `side`: it halves the map down to 4 pixels and gives a logit for each place there.

    Its batch norm needs real and generated pictures in one batch. By themselves, generated ones lose what all of them have in
    common, so a generator could paint every face in one wrong colour. It also sees the standard deviation of each of its
    features over the pictures of one kind, so it notices when all have the same face (Karras et al. 2018, section 3, with
    one number for all features).
    """

    def __init__(self, width: int, side: int, most: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        while side > 4:
            wider = min(2 * width, most)
            layers += [
                spectral_norm(nn.Conv2d(width, wider, 4, 2, 1, bias=False)),
                nn.BatchNorm2d(wider),
                nn.LeakyReLU(0.2, inplace=True),
            ]
            width, side = wider, side // 2
        self.layers = nn.Sequential(*layers)
        self.logits = spectral_norm(nn.Conv2d(2 * width, 1, 3, padding=1))

    def forward(self, x: Float[Tensor, "n a h w"], kinds: int) -> Float[Tensor, "n places"]:
        features = self.layers(x)
        grouped = features.float().unflatten(0, (kinds, -1))  # kinds n/kinds features 4 4
        variety = (grouped.var(1, correction=0, keepdim=True) + 1e-4).sqrt().expand_as(grouped).flatten(0, 1)
        return self.logits(torch.cat([features, variety.to(features.dtype)], 1)).flatten(1).float()


class ProjectedDiscriminator(nn.Module):
    """One small discriminator for each map of a trained network.

    Args:
        channels: the channels of each map, the largest map first.
        sides: the side of each map in pixels.
        width: the channels of the first projection; each smaller map has twice as many, up to `most`.
    """

    def __init__(self, channels: Sequence[int], sides: Sequence[int], width: int, most: int) -> None:
        super().__init__()
        widths = [min(width << i, most) for i in range(len(channels))]
        self.mixing = Mixing(channels, widths)
        self.heads = nn.ModuleList(Head(width, side, most) for width, side in zip(widths, sides, strict=True))

    def forward(self, maps: Maps, kinds: int = 1) -> Float[Tensor, "n heads places"]:
        """The logits of each head for pictures whose maps are given: as many of each kind, one kind after the other."""
        mixed = self.mixing(maps)
        return torch.stack([head(x, kinds) for head, x in zip(self.heads, mixed, strict=True)], 1)
