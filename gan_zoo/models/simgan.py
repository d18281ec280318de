"""SimGAN (Shrivastava et al. 2017, https://arxiv.org/abs/1612.07828): a refiner makes synthetic pictures look real and
leaves what they show alone, so that their labels still hold."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, l1_loss

from gan_zoo import losses
from gan_zoo.blocks import frozen
from gan_zoo.history import History
from gan_zoo.registry import Batch, Optimizers, Translator, register

Images = Float[Tensor, "n c h w"]


@dataclass(frozen=True)
class SimGANConfig:
    size: int = 28
    """height and width of the pictures in pixels"""
    input_channels: int = 1
    """channels of the synthetic pictures; as many as the real ones have"""
    channels: int = 1
    """channels of the real pictures"""
    width: int = 32
    """channels of the refiner"""
    blocks: int = 4
    """residual blocks of the refiner, at half the picture's size: the paper's are at its own, and cost four times as much"""
    critic_width: int = 32
    """channels of the discriminator's first layer"""
    self_regularization: float = 10.0
    """weight lambda of the mean absolute difference between a synthetic picture and what becomes of it"""
    coarse: int = 2
    """pixels across of the squares whose means that difference is taken of: strokes may move by less; 1 for pixels"""
    history: int = 512
    """refined pictures that are kept to be shown to the discriminator again"""
    loss: str = "non_saturating"
    """adversarial loss: non_saturating, least_squares or hinge"""
    betas: tuple[float, float] = (0.5, 0.999)
    """Adam's decay rates"""

    def __post_init__(self) -> None:
        if self.input_channels != self.channels:
            raise ValueError(f"input_channels is {self.input_channels} and channels {self.channels}; they must be equal")
        if self.coarse < 1 or self.size % self.coarse:
            raise ValueError(f"coarse is {self.coarse}; it must divide the size, {self.size}")
        if self.loss not in losses.ADVERSARIAL:
            raise ValueError(f"loss is '{self.loss}'; it must be one of {', '.join(losses.ADVERSARIAL)}")


class Residual(nn.Module):
    """Two convolutions of 3x3 beside the input (figure 5)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.branch = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
            nn.Conv2d(channels, channels, 3, padding=1),
            nn.BatchNorm2d(channels),
        )

    def forward(self, x: Images) -> Images:
        return torch.relu(x + self.branch(x))


def local_critic(channels: int, width: int) -> nn.Sequential:
    """`n c h w` to logits `n 1 h//2 w//2`, each about a patch of 10 pixels across (section 2.2): no one thing can give a
    whole picture away. No norm, by which a batch of refined pictures would hide what they have in common."""
    return nn.Sequential(
        nn.Conv2d(channels, width, 3, padding=1),
        nn.LeakyReLU(0.2),
        nn.Conv2d(width, 2 * width, 4, 2, 1),
        nn.LeakyReLU(0.2),
        nn.Conv2d(2 * width, 2 * width, 3, padding=1),
        nn.LeakyReLU(0.2),
        nn.Conv2d(2 * width, 1, 1),
    )


@register("simgan")
class SimGAN(Translator):
    """Two forces on a refiner: look real, patch by patch, and stay close to the synthetic picture."""

    Config = SimGANConfig
    TINY = SimGANConfig(size=16, width=4, blocks=1, critic_width=4, history=4)
    LEARNING_RATES = {"refiner": 2e-4, "discriminator": 2e-4}
    PUBLISHED = ("refiner",)

    def __init__(self, config: SimGANConfig) -> None:
        super().__init__(config)
        self.refiner = nn.Sequential(
            nn.Conv2d(config.channels, config.width, 4, 2, 1),
            nn.ReLU(),
            *[Residual(config.width) for _ in range(config.blocks)],
            nn.Upsample(scale_factor=2),
            nn.Conv2d(config.width, config.width // 2, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(config.width // 2, config.channels, 3, padding=1),
            nn.Tanh(),
        )
        self.discriminator = local_critic(config.channels, config.critic_width)
        self.history = History(config.history, (config.channels, config.size, config.size))

    def translate(self, images: Images, paper: bool = False) -> Images:
        """The refined pictures. The paper has no noise, so `paper` changes nothing."""
        return self.refiner(images)

    def training_step(self, batch: Batch, optimizers: Optimizers) -> dict[str, Tensor]:
        synthetic, real, c = batch["input"], batch["image"], self.config
        game = losses.ADVERSARIAL[c.loss]
        refined = self.refiner(synthetic)
        # Equation 4, with the means of small squares for the features psi of section 2.1.
        kept = l1_loss(avg_pool2d(refined.float(), c.coarse), avg_pool2d(synthetic, c.coarse))
        optimizers["refiner"].zero_grad()
        with frozen(self.discriminator):
            fooled = game.generator(self.discriminator(refined))
        (fooled + c.self_regularization * kept).backward()
        optimizers["refiner"].step()

        optimizers["discriminator"].zero_grad()
        real_logits = self.discriminator(real)
        fake_logits = self.discriminator(self.history.exchange(refined.detach()))
        exposed = game.discriminator(real_logits, fake_logits)
        exposed.backward()
        optimizers["discriminator"].step()
        verdicts = {
            f"d_{side}": x.detach().float().sigmoid().mean() for side, x in (("real", real_logits), ("fake", fake_logits))
        }
        return {
            "generator_loss": fooled.detach(),
            "discriminator_loss": exposed.detach(),
            "self_regularization": kept.detach(),
            **verdicts,
        }
