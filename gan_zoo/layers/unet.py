"""U-Nets for image translation (Ronneberger et al. 2015; Isola et al. 2017), with their norms and their noise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import dropout, instance_norm

Norm = Literal["batch", "instance"]


class PictureNorm(nn.BatchNorm2d):
    """Batch norm that can also use the statistics of each single picture, as it does for a batch of one."""

    per_picture = False

    def forward(self, x: Float[Tensor, "n c h w"]) -> Float[Tensor, "n c h w"]:
        if self.per_picture:
            return instance_norm(x, weight=self.weight, bias=self.bias, use_input_stats=True, eps=self.eps)
        return super().forward(x)


class Noise(nn.Dropout):
    """Dropout that can stay on outside training. It is the noise of pix2pix, which has no latent."""

    always = False

    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
        return dropout(x, self.p, self.training or self.always)


@contextmanager
def paper_mode(network: nn.Module, on: bool = True) -> Iterator[None]:
    """Keep dropout on, and normalise each picture by its own statistics, in `network` inside the context.

    The authors of pix2pix test their network in this mode. With `on` false, nothing changes.
    """
    layers = [m for m in network.modules() if isinstance(m, PictureNorm | Noise)]

    def switch(to: bool) -> None:
        for layer in layers:
            if isinstance(layer, PictureNorm):
                layer.per_picture = to
            else:
                layer.always = to

    switch(on)
    try:
        yield
    finally:
        switch(False)


def norm_layer(kind: Norm, channels: int) -> nn.Module:
    """A batch norm with learned scale and shift, or an instance norm without them."""
    return PictureNorm(channels) if kind == "batch" else nn.InstanceNorm2d(channels)


class UNet(nn.Module):
    """One level of a U-Net (Ronneberger et al. 2015; Isola et al. 2017, appendix A.1).

    A level halves its input, applies the next level, doubles the result, and appends its input to it. The outermost level,
    which appends nothing, is the whole network: `n ci h w` to `n co h w` in [-1, 1].

    The layers have the same order as in pytorch-CycleGAN-and-pix2pix, so its weights can be loaded by name.

    Args:
        outer: channels of the input and of the output; the appended input does not count.
        widths: channels inside this level and inside each level below it.
        norm: the kind of norm of all levels.
        dropout: dropout rate from the fifth level on, except the innermost; 0 for none.
        resized: the number of levels, from the outermost on, that double by repeating pixels before a 3x3 convolution.
            A transposed convolution leaves a checkerboard in even areas (Odena et al. 2016,
            https://distill.pub/2016/deconv-checkerboard/).
        level: the depth of this level; 0 is the outermost.
    """

    def __init__(
        self,
        outer: tuple[int, int],
        widths: Sequence[int],
        norm: Norm = "batch",
        dropout: float = 0.5,
        resized: int = 0,
        level: int = 0,
    ) -> None:
        super().__init__()
        a, b = outer
        inner, innermost, bias = widths[0], len(widths) == 1, norm == "instance"
        self.outermost = level == 0
        down: list[nn.Module] = [nn.Conv2d(a, inner, 4, 2, 1, bias=bias)]
        last, has_bias = inner if innermost else 2 * inner, bias or self.outermost
        up: list[nn.Module] = [
            nn.ReLU(),
            nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(last, b, 3, padding=1, bias=has_bias))
            if level < resized
            else nn.ConvTranspose2d(last, b, 4, 2, 1, bias=has_bias),
        ]
        if self.outermost:
            up.append(nn.Tanh())
        else:
            down.insert(0, nn.LeakyReLU(0.2))
            up.append(norm_layer(norm, b))
        between: list[nn.Module] = []
        if not innermost:
            # The innermost halving has no norm, since its map may be one pixel; the outermost has none next to the picture.
            between = [] if self.outermost else [norm_layer(norm, inner)]
            between.append(UNet((inner, inner), widths[1:], norm, dropout, resized, level + 1))
            if dropout and level >= 4:
                up.append(Noise(dropout))
        self.model = nn.Sequential(*down, *between, *up)

    def forward(self, x: Float[Tensor, "n a h w"]) -> Float[Tensor, "n b h w"]:
        return self.model(x) if self.outermost else torch.cat([x, self.model(x)], 1)


class FlatUNet(nn.Module):
    """The U-Net of PyTorch-GAN, for which huggan shares weights: `n ci h w` to `n co h w` in [-1, 1].

    It differs from `UNet`: activations follow the norms instead of preceding the convolutions, all norms are instance norms,
    and the last doubling repeats pixels.

    Args:
        outer: channels of the input and of the output.
        widths: channels after each halving.
        dropout: dropout rate in all halvings and doublings except the three outermost.
    """

    def __init__(self, outer: tuple[int, int], widths: Sequence[int], dropout: float) -> None:
        super().__init__()
        self.levels = len(widths)

        def stage(layer: nn.Module, channels: int, normed: bool, activation: nn.Module, noisy: bool) -> nn.Module:
            norms = [nn.InstanceNorm2d(channels)] if normed else []
            holder = nn.Module()  # the shared weights have this extra level in their names
            holder.model = nn.Sequential(layer, *norms, activation, *([Noise(dropout)] if noisy and dropout else []))
            return holder

        for i, (a, b) in enumerate(pairwise([outer[0], *widths])):
            normed = 0 < i < self.levels - 1
            halving = nn.Conv2d(a, b, 4, 2, 1, bias=False)
            self.add_module(f"down{i + 1}", stage(halving, b, normed, nn.LeakyReLU(0.2), i >= 3))
        a = widths[-1]
        for i, b in enumerate(reversed(widths[:-1])):
            doubling = nn.ConvTranspose2d(a, b, 4, 2, 1, bias=False)
            self.add_module(f"up{i + 1}", stage(doubling, b, True, nn.ReLU(), i < self.levels - 4))
            a = 2 * b
        last = nn.Conv2d(a, outer[1], 4, padding=1)
        self.final = nn.Sequential(nn.Upsample(scale_factor=2), nn.ZeroPad2d((1, 0, 1, 0)), last, nn.Tanh())

    def forward(self, x: Float[Tensor, "n a h w"]) -> Float[Tensor, "n b h w"]:
        skips = []
        for i in range(1, self.levels + 1):
            x = self.get_submodule(f"down{i}.model")(x)
            skips.append(x)
        for i in range(1, self.levels):
            x = torch.cat([self.get_submodule(f"up{i}.model")(x), skips[-1 - i]], 1)
        return self.final(x)
