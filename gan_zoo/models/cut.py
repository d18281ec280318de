"""CUT (Park et al. 2020, https://arxiv.org/abs/2007.15651): a translator trained without pairs and without a way back.

Each patch of the result must have more in common with the patch of the input at its own place than with other patches of
the input. FastCUT of the same paper is `FAST`, which leaves out the identity loss.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, normalize

from gan_zoo.layers import losses
from gan_zoo.layers.adversarial import adversarial_step, init_dcgan
from gan_zoo.layers.patch_gan import PATCHES, patch_gan
from gan_zoo.layers.resnet import FIRST_BLOCK, ResNetGenerator, reach
from gan_zoo.layers.unet import paper_mode
from gan_zoo.models.base import Batch, Optimizers
from gan_zoo.models.kinds import Translator
from gan_zoo.models.registry import register

Maps = Sequence[Float[Tensor, "n _c _h _w"]]
# The options of FastCUT (section 4.1).
FAST: dict[str, Any] = {"nce": 10.0, "identity": 0.0}
# The layers of the generator after which patches are compared: the padded picture, both halvings, the first residual block.
# The middle residual block is the fifth layer (appendix C.1).
COMPARED = (0, 4, 7, FIRST_BLOCK)


@dataclass(frozen=True)
class CUTConfig:
    size: int = 256
    """height and width of the training pictures in pixels: a multiple of 4; it translates other sizes too"""
    input_channels: int = 3
    """channels of the pictures of the first kind"""
    channels: int = 3
    """channels of the pictures of the second kind, as many as of the first"""
    width: int = 64
    """channels of the layer nearest the picture; both halvings double them"""
    blocks: int = 9
    """residual blocks at a quarter of the size: 6 for 128 pixels, 9 for 256"""
    upsample: Literal["transposed", "resize"] = "resize"
    """method of doubling the size: a transposed convolution, or resizing and a convolution, which leaves no checkerboard"""
    norm: Literal["batch", "instance"] = "instance"
    """normalisation by the statistics of the batch, or of each picture (instance)"""
    dropout: float = 0.0
    """dropout rate within the residual blocks"""
    padding: int = 3
    """mirrored border in pixels around the input of the first and the last layer, whose kernels are 7x7"""
    critic_width: int = 64
    """channels of the discriminator's first layer"""
    patch: int = 70
    """side in pixels of the patches that the discriminator judges"""
    nce: float = 1.0
    """weight lambda X of the contrastive loss between a picture and its translation; 10 in FastCUT"""
    identity: float = 1.0
    """weight lambda Y of the same loss for pictures that are of the output kind already; 0 in FastCUT"""
    patches: int = 256
    """number of patches of each picture and layer that are compared"""
    temperature: float = 0.07
    """temperature tau by which similarities are divided"""
    projection: int = 256
    """numbers that describe a patch, and channels of the hidden layer that computes them"""
    loss: str = "least_squares"
    """adversarial loss: non_saturating, least_squares or hinge"""
    betas: tuple[float, float] = (0.5, 0.999)
    """Adam's decay rates"""

    def __post_init__(self) -> None:
        if self.size < 16 or self.size % 4:
            raise ValueError(f"size is {self.size}; it must be a multiple of 4, at least 16")
        if self.patch not in PATCHES:
            raise ValueError(f"patch is {self.patch}; it must be {', '.join(map(str, PATCHES))}")
        if self.loss not in losses.ADVERSARIAL:
            raise ValueError(f"loss is '{self.loss}'; it must be one of {', '.join(losses.ADVERSARIAL)}")
        if self.input_channels != self.channels:
            raise ValueError("the encoder reads pictures of both kinds: they must have equally many channels")
        if self.blocks < 1:
            raise ValueError(f"blocks is {self.blocks}; it must be at least 1")
        if self.patches < 2:
            raise ValueError(f"patches is {self.patches}; it must be at least 2, because they are compared with each other")
        if self.temperature <= 0:
            raise ValueError(f"temperature is {self.temperature}; it must be more than 0")


class Projections(nn.ModuleList):
    """A network of two layers for each compared layer; it describes patches by unit vectors (section 3.2)."""

    def __init__(self, channels: Sequence[int], size: int) -> None:
        super().__init__(nn.Sequential(nn.Linear(c, size), nn.ReLU(), nn.Linear(size, size)) for c in channels)


def patch_nce(
    queries: Float[Tensor, "n patches e"], keys: Float[Tensor, "n patches e"], temperature: float
) -> Float[Tensor, "n"]:
    """The contrastive loss of the patches of each picture: the cross-entropy of finding the key at the same place.

    This is the loss of one layer in equations 3 and 4, with the mean over the places in place of the sum.

    The keys of the other places of the same picture are the wrong answers.

    Args:
        queries: unit vectors of the patches of a result.
        keys: unit vectors of the patches of its input; they get no gradient.
    """
    similarity = queries.float() @ keys.detach().float().transpose(1, 2) / temperature
    right = torch.arange(similarity.shape[2], device=similarity.device).expand(len(similarity), -1)
    return cross_entropy(similarity.transpose(1, 2), right, reduction="none").mean(1)


@register("cut")
class CUT(Translator):
    """A translator without pairs, one way: each patch of the result must fit the patch of the input at its place."""

    Config = CUTConfig
    TINY = CUTConfig(size=16, width=4, blocks=1, critic_width=4, patch=16, patches=16, projection=8)
    LEARNING_RATES = {"generator": 2e-4, "projections": 2e-4, "discriminator": 2e-4}
    PUBLISHED = ("generator",)
    any_size = True

    def __init__(self, config: CUTConfig) -> None:
        super().__init__(config)
        a, b, width = config.input_channels, config.channels, config.width
        self.generator = ResNetGenerator(a, b, config)
        self.compared = tuple(dict.fromkeys((*COMPARED, FIRST_BLOCK + (config.blocks - 1) // 2)))
        self.projections = Projections([a, 2 * width, *[4 * width] * (len(self.compared) - 2)], config.projection)
        self.discriminator = patch_gan(b, config.critic_width, config.patch, config.size, config.norm)
        init_dcgan(self)

    @property
    def reach(self) -> int:
        return reach(self.config.blocks)

    def translate(self, images: Float[Tensor, "n ci h w"], paper: bool = False) -> Float[Tensor, "n co h w"]:
        """Translate `images`, whose sides are multiples of 4.

        Args:
            paper: true keeps dropout on, and makes batch norm, if there is one, use the statistics of each picture.
        """
        with paper_mode(self.generator, paper):
            return self.generator(images)

    def training_step(self, batch: Batch, optimizers: Optimizers) -> dict[str, Tensor]:
        c, n = self.config, len(batch["input"])
        given = torch.cat([batch["input"], batch["image"]]) if c.identity else batch["input"]
        before = self._maps(given)
        drawn = self.generator.model[self.compared[-1] + 1 :](before[-1])
        alike = self._likeness(self._maps(drawn), before)
        kept = alike[n:].mean() if c.identity else torch.zeros((), device=self.device)
        contrast = alike[:n].mean()
        optimizers["projections"].zero_grad()
        values = adversarial_step(
            self.discriminator,
            batch["image"],
            drawn[:n],
            optimizers,
            c.loss,
            regularizer=c.nce * contrast + c.identity * kept,
            # The least squares loss of this paper is twice the loss of Mao et al.
            weight=2.0 if c.loss == "least_squares" else 1.0,
        )
        optimizers["projections"].step()
        return values | {"contrast": contrast.detach(), "identity": kept.detach()}

    def _maps(self, images: Float[Tensor, "n c h w"]) -> list[Float[Tensor, "n _c _h _w"]]:
        """The maps of pictures after the compared layers; the last one is all that the rest of the generator needs."""
        found, x = [], images
        for number, layer in enumerate(list(self.generator.model)[: self.compared[-1] + 1]):
            x = layer(x)
            if number in self.compared:
                found.append(x)
        return found

    def _likeness(self, results: Maps, inputs: Maps) -> Float[Tensor, "n"]:
        """The contrastive loss of each picture, its mean over the compared layers; places are drawn at random."""
        found = []
        for project, after, before in zip(self.projections, results, inputs, strict=True):
            there = after.shape[2] * after.shape[3]
            places = torch.rand(there, device=after.device).argsort()[: self.config.patches]
            queries, keys = (
                normalize(project(m.flatten(2)[:, :, places].transpose(1, 2)).float(), dim=2) for m in (after, before)
            )
            found.append(patch_nce(queries, keys, self.config.temperature))
        return torch.stack(found).mean(0)
