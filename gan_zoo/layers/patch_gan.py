"""The PatchGAN, a discriminator that judges patches of a picture (Isola et al. 2017)."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

from gan_zoo.layers.unet import Norm, norm_layer

# The side in pixels of the patch that one logit sees, and the halvings that this needs (Isola et al. 2017, section 4.4).
PATCHES = {16: 1, 34: 2, 70: 3, 142: 4, 286: 5}


def patch_gan(channels: int, width: int, patch: int, size: int, norm: Norm | Literal["spectral"] = "batch") -> nn.Sequential:
    """A PatchGAN from pictures `n c h w` to logits `n 1 h2 w2`, one for each patch (Isola et al. 2017, appendix A.2).

    Args:
        channels: channels of the pictures.
        width: channels of the first layer; each halving doubles them, up to eight times as many.
        patch: side of a patch in pixels: 1, one of `PATCHES`, or 0 for the smallest that holds a whole picture.
        size: height and width of the pictures in pixels.
        norm: the norm of the layers between the first and the last; "spectral" instead normalises the weights of every layer
            (Miyato et al. 2018).
    """

    def layer(a: int, b: int, kernel: int, stride: int = 1, normed: bool = True) -> list[nn.Module]:
        padding = 1 if kernel > 1 else 0
        if norm == "spectral":
            # The logits have no bias: it would have no gradient with the hinge loss while all logits lie within the margin.
            return [spectral_norm(nn.Conv2d(a, b, kernel, stride, padding, bias=b > 1))]
        bias = norm == "instance" or not normed
        return [nn.Conv2d(a, b, kernel, stride, padding, bias=bias), *([norm_layer(norm, b)] if normed else [])]

    if patch == 1:
        kernel, strides = 1, [1, 1]
    else:
        kernel = 4
        halvings = PATCHES[patch] if patch else next((n for p, n in PATCHES.items() if p >= size), max(PATCHES.values()))
        strides = [2] * halvings + [1]
    widths = [width * min(2**i, 8) for i in range(len(strides))]
    layers = [*layer(channels, width, kernel, strides[0], normed=False), nn.LeakyReLU(0.2)]
    for (a, b), stride in zip(pairwise(widths), strides[1:], strict=True):
        layers += [*layer(a, b, kernel, stride), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, *layer(widths[-1], 1, kernel, normed=False))
