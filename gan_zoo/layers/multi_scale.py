"""Discriminators at several scales, whose feature maps the generator matches (Wang et al. 2018, section 3.2)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d

from gan_zoo.layers import losses
from gan_zoo.layers.adversarial import frozen, init_dcgan
from gan_zoo.layers.patch_gan import patch_gan
from gan_zoo.layers.perceptual import Maps, feature_matching

Images = Float[Tensor, "n c h w"]


class MultiScale(nn.Module):
    """PatchGANs with spectral norm that judge pictures `n c h w`, the first at full size, the next at half of it, and so on.

    Args:
        channels: channels of the pictures; pairs of input and picture count as one picture with the channels of both.
        width: channels of the first layers.
        patch: side in pixels of the patches that each network judges, at its scale.
        size: height and width of the pictures in pixels.
        scales: number of networks.
    """

    def __init__(self, channels: int, width: int, patch: int, size: int, scales: int) -> None:
        super().__init__()
        self.networks = nn.ModuleList(patch_gan(channels, width, patch, size >> i, "spectral") for i in range(scales))
        init_dcgan(self)

    def forward(self, images: Images) -> list[Maps]:
        """For each network its maps after each activation, and its logits last."""
        found: list[Maps] = []
        for network in self.networks:
            x, maps = images, []
            for layer in network.children():
                x = layer(x)
                if isinstance(layer, nn.LeakyReLU):
                    maps.append(x)
            found.append([*maps, x])
            images = avg_pool2d(images, 2)
        return found


def matching_step(
    discriminator: MultiScale, real: Images, fake: Images, optimizer: torch.optim.Optimizer, loss: str
) -> tuple[Float[Tensor, ""], Float[Tensor, ""], dict[str, Tensor]]:
    """Update the discriminators once, and return the losses of the generator, which are still connected to its graph.

    Args:
        real, fake: pairs of input and picture, as one tensor each.
        loss: a key of `losses.ADVERSARIAL`.

    Returns:
        The adversarial loss of the generator, the feature matching loss (eq. 4), and detached scalars: both adversarial
        losses, the matching loss, and `d_real` and `d_fake`, the mean probability that the first discriminator gives to real
        and to generated patches of being real.
    """
    game = losses.ADVERSARIAL[loss]
    optimizer.zero_grad()
    seen, unseen = discriminator(real), discriminator(fake.detach())
    d_loss = _mean([game.discriminator(a[-1], b[-1]) for a, b in zip(seen, unseen, strict=True)])
    d_loss.backward()
    optimizer.step()
    with frozen(discriminator):
        maps = discriminator(fake)
    g_loss = _mean([game.generator(scale[-1]) for scale in maps])
    match = _mean([feature_matching(a[:-1], b[:-1]) for a, b in zip(seen, maps, strict=True)])
    values = {
        "generator_loss": g_loss.detach(),
        "discriminator_loss": d_loss.detach(),
        "matching": match.detach(),
        "d_real": seen[0][-1].detach().float().sigmoid().mean(),
        "d_fake": unseen[0][-1].detach().float().sigmoid().mean(),
    }
    return g_loss, match, values


def _mean(parts: Sequence[Tensor]) -> Float[Tensor, ""]:
    return torch.stack(list(parts)).mean()
