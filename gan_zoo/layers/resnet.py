"""The generator of CycleGAN and CUT: two halvings, residual blocks at a quarter of the size, and two doublings."""

from __future__ import annotations

from typing import Literal, Protocol, runtime_checkable

from jaxtyping import Float
from torch import Tensor, nn

from gan_zoo.layers.unet import Noise, Norm, norm_layer

Images = Float[Tensor, "n c h w"]
# The number of the layer that holds the first residual block.
FIRST_BLOCK = 10


@runtime_checkable
class Shape(Protocol):
    """The fields of a config that give the generator its shape."""

    @property
    def width(self) -> int:
        """Channels of the layer nearest the picture; both halvings double them."""

    @property
    def blocks(self) -> int:
        """Number of residual blocks."""

    @property
    def upsample(self) -> Literal["transposed", "resize"]:
        """Method of doubling the size."""

    @property
    def norm(self) -> Norm:
        """Normalisation by the statistics of the batch, or of each picture."""

    @property
    def dropout(self) -> float:
        """Dropout rate within the residual blocks."""

    @property
    def padding(self) -> int:
        """Mirrored border in pixels around the input of the first and the last layer."""


class ResidualBlock(nn.Module):
    """A residual block: two 3x3 convolutions with mirrored borders and norms, added to the input (He et al. 2016)."""

    def __init__(self, channels: int, norm: Norm, dropout: float) -> None:
        super().__init__()
        bias = norm == "instance"
        layers: list[nn.Module] = [nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3, bias=bias)]
        layers += [norm_layer(norm, channels), nn.ReLU()]
        if dropout:
            layers.append(Noise(dropout))
        layers += [nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3, bias=bias), norm_layer(norm, channels)]
        self.conv_block = nn.Sequential(*layers)

    def forward(self, x: Images) -> Images:
        return x + self.conv_block(x)


def doubling(a: int, b: int, config: Shape) -> list[nn.Module]:
    """The layers that double the size, from `n a h w` to `n b 2*h 2*w`."""
    bias = config.norm == "instance"
    if config.upsample == "transposed":
        return [nn.ConvTranspose2d(a, b, 3, 2, 1, output_padding=1, bias=bias)]
    return [nn.Upsample(scale_factor=2), nn.Conv2d(a, b, 3, 1, 1, bias=bias)]


class ResNetGenerator(nn.Module):
    """A generator from `n a h w` to `n b h w` in [-1, 1], for sides that are multiples of 4.

    It halves the size twice, applies residual blocks, and doubles the size twice (Johnson et al. 2016; Zhu et al. 2017,
    appendix 7.2). The layers have the same order as in pytorch-CycleGAN-and-pix2pix, so its weights can be loaded by name.
    """

    def __init__(self, a: int, b: int, config: Shape) -> None:
        super().__init__()
        width, norm, bias = config.width, config.norm, config.norm == "instance"
        layers: list[nn.Module] = [nn.ReflectionPad2d(config.padding), nn.Conv2d(a, width, 7, bias=bias)]
        layers += [norm_layer(norm, width), nn.ReLU()]
        for inner in (width, 2 * width):
            layers += [nn.Conv2d(inner, 2 * inner, 3, 2, 1, bias=bias), norm_layer(norm, 2 * inner), nn.ReLU()]
        layers += [ResidualBlock(4 * width, norm, config.dropout) for _ in range(config.blocks)]
        for inner in (4 * width, 2 * width):
            layers += [*doubling(inner, inner // 2, config), norm_layer(norm, inner // 2), nn.ReLU()]
        layers += [nn.ReflectionPad2d(config.padding), nn.Conv2d(width, b, 7), nn.Tanh()]
        self.model = nn.Sequential(*layers)

    def forward(self, x: Float[Tensor, "n a h w"]) -> Float[Tensor, "n b h w"]:
        return self.model(x)


def reach(blocks: int) -> int:
    """The largest distance in pixels between an output pixel and an input pixel that affects it, except through norms.

    The kernels reach 3 pixels at both ends. A distance counts double at half the size and four times at a quarter.
    """
    halvings, doublings = 1 + 2, 4 + 2
    return 3 + halvings + 2 * 4 * blocks + doublings + 3
