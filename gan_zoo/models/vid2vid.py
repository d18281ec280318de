"""vid2vid (Wang et al. 2018, https://arxiv.org/abs/1808.06601), much simplified: films of one kind become films of another.

A frame is the frame before, moved by a flow, with new parts where no earlier content fits. One U-Net replaces the two encoders
and three decoders of the paper, and there is one scale. The flow is learnt from the frames alone, without a pretrained flow
network, and the motion discriminator sees frames without their flow.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample, l1_loss

from gan_zoo.layers import losses
from gan_zoo.layers.adversarial import frozen, init_dcgan
from gan_zoo.layers.patch_gan import PATCHES, patch_gan
from gan_zoo.layers.unet import UNet
from gan_zoo.models.base import Batch, Optimizers
from gan_zoo.models.kinds import Video
from gan_zoo.models.registry import register
from gan_zoo.random_state import AGREED

Frames = Float[Tensor, "n c h w"]
Film = Float[Tensor, "n t c h w"]


@dataclass(frozen=True)
class Vid2VidConfig:
    size: int = 128
    """height and width of the frames in pixels: a power of two, at least 16"""
    input_channels: int = 3
    """channels of the input frames"""
    channels: int = 3
    """channels of the output frames"""
    width: int = 24
    """channels of the layer nearest the frame; each halving doubles them, up to eight times as many"""
    max_width: int = 94
    """largest number of channels of a layer"""
    halvings: int = 6
    """levels of the U-Net"""
    reach: float = 12.0
    """largest distance of the flow between two frames, in pixels along each axis"""
    critic_width: int = 20
    """channels of the first layer of each discriminator"""
    patch: int = 70
    """side in pixels of the patches that the discriminators judge: 16, 34, 70, 142 or 286"""
    taught: int = 4
    """largest number of frames to learn from in a step; the model itself draws the frames before them"""
    l1: float = 60.0
    """weight of the mean absolute difference from the target; 0 leaves it out"""
    warp: float = 20.0
    """weight of the mean absolute difference between the moved frame and the target, from which the flow is learnt"""
    adversarial: float = 1.0
    """weight of the adversarial loss of both discriminators; with 0, the model is a regressor without them"""
    loss: str = "non_saturating"
    """adversarial loss: non_saturating, least_squares or hinge"""
    betas: tuple[float, float] = (0.5, 0.999)
    """Adam's decay rates"""

    def __post_init__(self) -> None:
        if self.size < 16 or self.size & (self.size - 1):
            raise ValueError(f"size is {self.size}; it must be a power of two, at least 16")
        if not 0 < self.halvings < self.size.bit_length():
            raise ValueError(f"halvings is {self.halvings}; it must be 1 to {self.size.bit_length() - 1} for this size")
        if self.patch not in PATCHES:
            raise ValueError(f"patch is {self.patch}; it must be {', '.join(map(str, PATCHES))}")
        if self.taught < 1:
            raise ValueError(f"taught is {self.taught}; it must be at least 1")
        if self.loss not in losses.ADVERSARIAL:
            raise ValueError(f"loss is '{self.loss}'; it must be one of {', '.join(losses.ADVERSARIAL)}")


def warp(images: Frames, flow: Float[Tensor, "n 2 h w"]) -> Frames:
    """Move the pixels of `images` by a flow.

    Each output pixel is read at its own position plus `flow` (x, y), in pixels. The border pixels are repeated outwards.
    """
    n, _, h, w = images.shape
    still = torch.eye(2, 3, device=images.device).expand(n, 2, 3)
    grid = affine_grid(still, [n, 1, h, w], align_corners=False)  # n h w 2, from -1 to 1 across the picture
    x, y = flow.float().unbind(1)
    moved = grid + torch.stack([x * (2 / w), y * (2 / h)], 3)
    return grid_sample(images.float(), moved, padding_mode="border", align_corners=False)


@register("vid2vid")
class Vid2Vid(Video):
    """A video model that warps each frame from the one before, and hallucinates parts that have no earlier content."""

    Config = Vid2VidConfig
    TINY = Vid2VidConfig(size=16, width=4, max_width=16, halvings=3, critic_width=4, patch=16)
    LEARNING_RATES = {"generator": 4e-4, "picture_discriminator": 4e-4, "motion_discriminator": 4e-4}
    PUBLISHED = ("generator",)
    LAYERS = ("moved", "new")

    def __init__(self, config: Vid2VidConfig) -> None:
        super().__init__(config)
        given, drawn, size = config.input_channels, config.channels, config.size
        widths = [min(config.width * min(2**i, 8), config.max_width) for i in range(config.halvings)]
        seen = (self.PAST + 1) * given + self.PAST * drawn
        # The outputs are a hallucinated picture, a flow and a mask. They depend only on input and past: no dropout.
        self.generator = UNet((seen, drawn + 2 + 1), widths, dropout=0.0, resized=config.halvings)
        self.picture_discriminator = patch_gan(given + drawn, config.critic_width, config.patch, size)
        self.motion_discriminator = patch_gan((self.PAST + 1) * drawn, config.critic_width, config.patch, size)
        init_dcgan(self)

    def parts(
        self, inputs: Float[Tensor, "n steps ci h w"], past: Float[Tensor, "n past c h w"]
    ) -> tuple[Frames, Frames, Float[Tensor, "n 1 h w"]]:
        """The last frame moved by the flow, the hallucinated frame, and the mask in [0, 1] that weights the latter."""
        drawn = self.generator(torch.cat([inputs.flatten(1, 2), past.flatten(1, 2)], 1)).float()
        hallucinated, flow, mask = drawn.split([self.config.channels, 2, 1], 1)
        return warp(past[:, -1], self.config.reach * flow), hallucinated, (mask + 1) / 2

    def next_frame(
        self, inputs: Float[Tensor, "n steps ci h w"], past: Float[Tensor, "n past c h w"]
    ) -> Float[Tensor, "n c h w"]:
        return self._blend(*self.parts(inputs, past))

    def layers(
        self, inputs: Float[Tensor, "n steps ci h w"], past: Float[Tensor, "n past c h w"]
    ) -> list[Float[Tensor, "n c h w"]]:
        """The next frame, the last frame moved by the flow, and the new parts, which are black where there are none."""
        moved, hallucinated, mask = self.parts(inputs, past)
        return [self._blend(moved, hallucinated, mask), moved, mask * (hallucinated + 1) - 1]

    def _blend(self, moved: Frames, hallucinated: Frames, mask: Float[Tensor, "n 1 h w"]) -> Frames:
        """Combine both frames by the mask: (1 - m) w(x) + m h (eq. 4 of the paper)."""
        return (1 - mask) * moved + mask * hallucinated

    def training_step(self, batch: Batch, optimizers: Optimizers) -> dict[str, Tensor]:
        c, k = self.config, self.PAST
        given, target, past = self._taught_part(batch["input"], batch["image"])
        frames, moved = list(past.unbind(1)), []
        for t in range(k, given.shape[1]):
            parts = self.parts(given[:, t - k : t + 1], torch.stack(frames[-k:], 1))
            frames.append(self._blend(*parts))
            moved.append(parts[0])
        film, wanted = torch.stack(frames, 1), target[:, k:]
        # The flow has nothing to move if there is no frame before.
        begun = (film[:, k - 1 : -1].detach().abs().amax((2, 3, 4), keepdim=True) > 0).float()
        values = {"l1": l1_loss(film[:, k:], wanted), "warp": l1_loss(begun * torch.stack(moved, 1), begun * wanted)}
        regularizer = c.l1 * values["l1"] + c.warp * values["warp"]
        optimizers["generator"].zero_grad()
        if not c.adversarial:
            regularizer.backward()
            optimizers["generator"].step()
            return {key: value.detach() for key, value in values.items()}

        game = losses.ADVERSARIAL[c.loss]
        # The input of each discriminator: every frame with its input frame, or every frame with the frames before it.
        judges: dict[str, Callable[[Film], Frames]] = {
            "picture_discriminator": lambda film: torch.cat([given[:, k:], film[:, k:]], 2).flatten(0, 1),
            "motion_discriminator": lambda film: film.unfold(1, k + 1, 1).movedim(-1, 2).flatten(0, 1).flatten(1, 2),
        }
        fooled = torch.zeros((), device=self.device)
        for name, shown in judges.items():
            network = self.get_submodule(name)
            with frozen(network):
                fooled = fooled + game.generator(network(shown(film)))
        (c.adversarial * fooled + regularizer).backward()
        optimizers["generator"].step()

        exposed = torch.zeros((), device=self.device)
        verdicts = []
        for name, shown in judges.items():
            network = self.get_submodule(name)
            optimizers[name].zero_grad()
            real, fake = network(shown(target)), network(shown(film.detach()))
            loss = game.discriminator(real, fake)
            loss.backward()
            optimizers[name].step()
            exposed = exposed + loss.detach()
            verdicts.append(torch.stack([side.detach().float().sigmoid().mean() for side in (real, fake)]))
        d_real, d_fake = torch.stack(verdicts).mean(0)
        values |= {"generator_loss": fooled, "discriminator_loss": exposed, "d_real": d_real, "d_fake": d_fake}
        return {key: value.detach() for key, value in values.items()}

    @torch.no_grad()
    def _taught_part(
        self, given: Float[Tensor, "n t ci h w"], target: Film
    ) -> tuple[Float[Tensor, "n s ci h w"], Float[Tensor, "n s c h w"], Float[Tensor, "n past c h w"]]:
        """A part of the film to learn from: inputs, targets, and the frames before it, which the model itself draws.

        So the model learns to continue from its own frames, of which the late ones are the worst, but learns from only a few
        frames in each step, which saves time.
        """
        k, taught = self.PAST, self.config.taught
        head = taught * int(torch.randint(max(1, (given.shape[1] - k) // taught), (), generator=AGREED))
        drawn = self.film(given[:, : k + head], target[:, :k]) if head else target[:, :0]
        past = torch.cat([target[:, :k], drawn], 1)[:, -k:]
        stretch = slice(head, head + k + taught)
        return given[:, stretch], target[:, stretch], past
