"""A pairing: the source of a translator's inputs, with everything that training, evaluation and the canvas need of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jaxtyping import Float, UInt8
from PIL import Image
from torch import Tensor

from gan_zoo.data.catalogue import Split
from gan_zoo.data.encoded import Encoded
from gan_zoo.data.names import DataName
from gan_zoo.data.reading import open_encoded

Images = Float[Tensor, "n 3 h w"]
Inputs = Float[Tensor, "n ci h w"]
# Inputs in memory: one channel may stand for three equal ones.
Stored = Float[Tensor, "n stored h w"]
Bytes = UInt8[Tensor, "n c h w"]


class Pairing:
    """A source of inputs: a subclass reads them beside the targets, or makes them from the targets."""

    about = "the picture itself"
    channels = 3
    """channels of an input"""
    target_channels = 3
    """channels of a target"""
    scales: tuple[float, ...] = ()
    """for each scale the picture is resized so that its short side is that many times the side of a square, and squares are
    cut from all over it; without scales, or if the picture has too few pixels for them, its centre is the only square"""
    trims = False
    """True if an object on white is enlarged to fill the picture"""
    hints = False
    """True if an input may have dabs of colour, which the target follows"""
    paired = True
    """True if an input and its target belong together"""
    drawable = True
    """True if an input can be drawn on an empty canvas"""
    classical: Mapping[str, Callable[[Inputs], Images]] = {}
    """methods without learning, by name"""
    shares: tuple[float, ...] = ()
    """the probability of each input that `derive` gives; all are equal where it is empty"""

    brushes: Mapping[str, str] = {}
    """the colour of each label that is painted, by its name; empty if every colour may be drawn with"""

    @property
    def read_channels(self) -> int:
        """Channels of an input that is read, before `plain` makes the model's input of it."""
        return self.channels

    def open(self, data: str | DataName, split: Split, option: str) -> Encoded:
        """The rows of the data, each with its target or with its input and its target."""
        return open_encoded(data, split)

    def halves(self, pictures: tuple[Image.Image, ...], option: str) -> tuple[Image.Image, ...]:
        """The input and the target from the pictures of a row; the target alone if inputs are made from the targets."""
        return pictures

    def target_size(self, width: int, height: int) -> tuple[int, int]:
        """Width and height of the target from those of the last picture of a row."""
        return width, height

    def derive(self, images: Bytes) -> UInt8[Tensor, "n v ci h w"]:
        """Several inputs for each target, made once because making them for every batch takes too long."""
        return images[:, None]

    def plain(self, inputs: Stored) -> Inputs:
        """The model's inputs for stored ones, without any randomness."""
        return inputs

    def vary(self, inputs: Stored, images: Images) -> tuple[Inputs, Images]:
        """Inputs and their targets with random changes for one batch, drawn from torch's global generator."""
        return self.plain(inputs), images

    def from_picture(self, images: Images) -> Images:
        """The drawing made from a photograph, as RGB, which the visitor can continue by hand."""
        return images

    def from_drawing(self, images: Images) -> Inputs:
        """The model's input for the RGB picture on a canvas."""
        return images

    def to_drawing(self, inputs: Inputs, images: Images) -> Images:
        """The RGB picture on a canvas that stands for a model's inputs; `images` are their targets."""
        return inputs if inputs.shape[1] == 3 else self.from_picture(images)
