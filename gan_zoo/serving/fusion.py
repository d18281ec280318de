"""Fused networks, which make fewer passes over memory: serving runs them in place of the published networks.

The output of a network that went through `fuse` differs from the original by rounding only. Inside `measured`, its norms
take their statistics from one batch and keep them, which tiles of a large picture need. `folded` then merges these norms
into the convolutions before them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import TypeVar

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import batch_norm, instance_norm, pad

N = TypeVar("N", bound=nn.Module)


class PassNorm(nn.Module):
    """Instance norm without parameters, which normalises a single picture in one pass.

    For a batch of one, batch norm equals instance norm. torch has a faster kernel for batch norm, which takes pictures in
    the memory layout that they have.
    """

    mean: Tensor | None = None
    variance: Tensor | None = None

    def __init__(self, channels: int, eps: float) -> None:
        super().__init__()
        self.channels, self.eps = channels, eps
        self.measuring = False
        """whether the pictures of a batch share their statistics and the norm keeps them"""

    def forward(self, x: Float[Tensor, "n c h w"]) -> Float[Tensor, "n c h w"]:
        if self.measuring:
            self.mean, self.variance = x.new_zeros(2, self.channels, dtype=torch.float32)
            # A momentum of 1 replaces the earlier statistics.
            y = batch_norm(x, self.mean, self.variance, training=True, momentum=1.0, eps=self.eps)
            values = x.numel() / self.channels
            self.variance *= (values - 1) / values  # batch_norm normalises by the biased variance but stores the unbiased one
            return y
        if self.mean is not None:
            return batch_norm(x, self.mean, self.variance, training=False, eps=self.eps)
        if len(x) == 1:
            return batch_norm(x, None, None, training=True, eps=self.eps)
        return instance_norm(x, eps=self.eps)


def fuse(network: N) -> N:
    """Fuse the layers of `network`, which is in eval mode, in place; returns it."""
    for parent in list(network.modules()):
        for name, layer in list(parent.named_children()):
            if isinstance(layer, nn.InstanceNorm2d) and not layer.affine and not layer.track_running_stats:
                setattr(parent, name, PassNorm(layer.num_features, layer.eps))
        if isinstance(parent, nn.Sequential):
            for i, (first, second) in enumerate(pairwise(parent)):
                if isinstance(first, PassNorm) and isinstance(second, nn.ReLU):
                    second.inplace = True
                elif _doubles(first) and isinstance(second, nn.Conv2d) and second.kernel_size == (3, 3):
                    parent[i], parent[i + 1] = nn.Identity(), _transposed(second)
    return network


def can_fuse(network: nn.Module) -> bool:
    """True if `fuse` would change anything in `network`."""
    return any(isinstance(layer, nn.InstanceNorm2d) or _doubles(layer) for layer in network.modules())


def _doubles(layer: nn.Module) -> bool:
    """True if the layer doubles both sides by repeating pixels."""
    return isinstance(layer, nn.Upsample) and layer.scale_factor == 2 and layer.mode == "nearest"


def _transposed(convolution: nn.Conv2d) -> nn.ConvTranspose2d:
    """The transposed convolution of 4x4 that equals doubling followed by a convolution of 3x3, at less than half the cost.

    Doubling repeats each pixel in a block of two by two. So the 4x4 kernel is the sum of four copies of the flipped 3x3
    kernel, each shifted by one place of such a block.
    """
    a, b = convolution.in_channels, convolution.out_channels
    double = nn.ConvTranspose2d(a, b, 4, 2, 1, bias=convolution.bias is not None, device=convolution.weight.device)
    small = pad(convolution.weight.detach().flip(2, 3), (1, 1, 1, 1))
    spread = sum(small[:, :, y : y + 4, x : x + 4] for y in (0, 1) for x in (0, 1))
    assert isinstance(spread, Tensor)
    double.weight = nn.Parameter(spread.transpose(0, 1).contiguous(), requires_grad=False)
    if convolution.bias is not None:
        double.bias = nn.Parameter(convolution.bias.detach(), requires_grad=False)
    return double


@contextmanager
def measured(network: nn.Module) -> Iterator[None]:
    """Let the norms of a fused `network` take shared statistics from the batch inside the `with` block, and keep them."""
    norms = [layer for layer in network.modules() if isinstance(layer, PassNorm)]
    for norm in norms:
        norm.measuring = True
    try:
        yield
    finally:
        for norm in norms:
            norm.measuring = False


def folded(network: N) -> N:
    """Merge the norms with `measured` statistics into the convolutions before them, in place; returns the network."""
    for parent in list(network.modules()):
        if not isinstance(parent, nn.Sequential):
            continue
        for i, (first, second) in enumerate(pairwise(parent)):
            if isinstance(second, PassNorm) and second.mean is not None and isinstance(first, nn.Conv2d | nn.ConvTranspose2d):
                _fold(first, second)
                parent[i + 1] = nn.Identity()
    return network


def _fold(layer: nn.Conv2d | nn.ConvTranspose2d, norm: PassNorm) -> None:
    assert norm.mean is not None and norm.variance is not None
    scale = (norm.variance + norm.eps).rsqrt()
    across = (
        (1, -1, 1, 1) if isinstance(layer, nn.ConvTranspose2d) else (-1, 1, 1, 1)
    )  # transposed weights have the inputs first
    weight, bias = layer.weight, layer.bias if layer.bias is not None else torch.zeros_like(norm.mean)
    layer.weight = nn.Parameter((weight.float() * scale.view(across)).to(weight.dtype), requires_grad=False)
    layer.bias = nn.Parameter(((bias.float() - norm.mean) * scale).to(weight.dtype), requires_grad=False)
