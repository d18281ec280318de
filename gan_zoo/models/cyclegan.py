"""CycleGAN (Zhu et al. 2017, https://arxiv.org/abs/1703.10593): two inverse translators, trained without pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import l1_loss

from gan_zoo.layers import losses
from gan_zoo.layers.adversarial import frozen, init_dcgan
from gan_zoo.layers.image_pool import History
from gan_zoo.layers.patch_gan import PATCHES, patch_gan
from gan_zoo.layers.resnet import ResNetGenerator, reach
from gan_zoo.layers.unet import paper_mode
from gan_zoo.models.base import Batch, Optimizers
from gan_zoo.models.kinds import Translator
from gan_zoo.models.registry import register


@dataclass(frozen=True)
class CycleGANConfig:
    size: int = 256
    """height and width of the training pictures in pixels: a multiple of 4; it translates other sizes too"""
    input_channels: int = 3
    """channels of the pictures of the first kind"""
    channels: int = 3
    """channels of the pictures of the second kind"""
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
    two_way: bool = True
    """translator back to the first kind of pictures; training needs it"""
    critic_width: int = 64
    """channels of the discriminators' first layer"""
    patch: int = 70
    """side in pixels of the patches that the discriminators judge"""
    cycle: float = 10.0
    """weight lambda of the mean absolute difference between a picture and its translation there and back"""
    identity: float = 0.5
    """weight, relative to `cycle`, of the loss that keeps pictures unchanged if they are of the output kind already"""
    history: int = 50
    """number of earlier generated pictures that the discriminators see again"""
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
        if self.identity and self.two_way and self.input_channels != self.channels:
            raise ValueError("identity needs pictures of as many channels on both sides: set it to 0")


@register("cyclegan")
class CycleGAN(Translator):
    """A translator without pairs: a picture that is translated there and back must come back unchanged."""

    Config = CycleGANConfig
    TINY = CycleGANConfig(size=16, width=4, blocks=1, critic_width=4, patch=16, history=4)
    LEARNING_RATES = {"generator_ab": 2e-4, "generator_ba": 2e-4, "discriminator_a": 2e-4, "discriminator_b": 2e-4}
    PUBLISHED = ("generator_ab", "generator_ba")
    any_size = True

    def __init__(self, config: CycleGANConfig) -> None:
        super().__init__(config)
        a, b, size = config.input_channels, config.channels, config.size
        self.generator_ab = ResNetGenerator(a, b, config)
        if config.two_way:
            self.generator_ba = ResNetGenerator(b, a, config)
            self.discriminator_a = patch_gan(a, config.critic_width, config.patch, size, config.norm)
            self.discriminator_b = patch_gan(b, config.critic_width, config.patch, size, config.norm)
            self.history_a = History(config.history, (a, size, size))
            self.history_b = History(config.history, (b, size, size))
        init_dcgan(self)

    @property
    def two_way(self) -> bool:
        return self.config.two_way

    @property
    def reach(self) -> int:
        return reach(self.config.blocks)

    def translate(
        self, images: Float[Tensor, "n ci h w"], paper: bool = False, back: bool = False
    ) -> Float[Tensor, "n co h w"]:
        """Translate `images`, whose sides are multiples of 4.

        Args:
            paper: true keeps dropout on, and makes batch norm, if there is one, use the statistics of each picture.
            back: true translates from the second kind of pictures to the first.
        """
        network = self.generator_ba if back else self.generator_ab
        with paper_mode(network, paper):
            return network(images)

    def training_step(self, batch: Batch, optimizers: Optimizers) -> dict[str, Tensor]:
        a, b, c = batch["input"], batch["image"], self.config
        game = losses.ADVERSARIAL[c.loss]
        fake_b, fake_a = self.generator_ab(a), self.generator_ba(b)
        cycle = l1_loss(self.generator_ba(fake_b).float(), a) + l1_loss(self.generator_ab(fake_a).float(), b)
        same = torch.zeros((), device=self.device)
        if c.identity:
            same = l1_loss(self.generator_ab(b).float(), b) + l1_loss(self.generator_ba(a).float(), a)
        with frozen(self.discriminator_a), frozen(self.discriminator_b):
            fooled = game.generator(self.discriminator_b(fake_b)) + game.generator(self.discriminator_a(fake_a))
        # The least squares loss of this paper (section 7.1) is twice the loss of Mao et al.
        adversarial = 2 * fooled if c.loss == "least_squares" else fooled
        for side in ("generator_ab", "generator_ba"):
            optimizers[side].zero_grad()
        (adversarial + c.cycle * (cycle + c.identity * same)).backward()
        for side in ("generator_ab", "generator_ba"):
            optimizers[side].step()

        values = {"generator_loss": fooled.detach(), "cycle": cycle.detach(), "identity": same.detach()}
        exposed = torch.zeros((), device=self.device)
        for side, real, fake in (("a", a, fake_a), ("b", b, fake_b)):
            discriminator = self.get_submodule(f"discriminator_{side}")
            shown = self.get_submodule(f"history_{side}").exchange(fake.detach())  # type: ignore[operator]
            optimizer = optimizers[f"discriminator_{side}"]
            optimizer.zero_grad()
            loss = game.discriminator(discriminator(real), discriminator(shown))
            loss.backward()
            optimizer.step()
            exposed = exposed + loss.detach()
        return values | {"discriminator_loss": exposed}
