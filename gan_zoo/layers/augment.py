"""Differentiable augmentation: a discriminator that never sees a picture twice can't learn a small data set by heart.

DiffAugment (Zhao et al. 2020, https://arxiv.org/abs/2006.10738): real and generated pictures are changed alike before
every look of the discriminator, and the generator's gradient passes through the change.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample, interpolate, pad

Images = Float[Tensor, "n c h w"]


def colour(images: Images) -> Images:
    """Brightness shifted by up to 1/2, saturation scaled by 0 to 2, contrast by 1/2 to 3/2; one draw a picture."""
    brightness, saturation, contrast = torch.rand(3, len(images), 1, 1, 1, device=images.device)
    images = images + brightness - 0.5
    grey = images.mean(1, keepdim=True)
    images = grey + (images - grey) * 2 * saturation
    middle = images.mean((1, 2, 3), keepdim=True)
    return middle + (images - middle) * (contrast + 0.5)


def translation(images: Images) -> Images:
    """Shifted by up to an eighth of the size each way; zeros come in from outside."""
    n, _, h, w = images.shape
    most_y, most_x = h // 8, w // 8
    y = torch.randint(2 * most_y + 1, (n, 1, 1), device=images.device) + torch.arange(h, device=images.device)[:, None]
    x = torch.randint(2 * most_x + 1, (n, 1, 1), device=images.device) + torch.arange(w, device=images.device)
    padded = pad(images, (most_x, most_x, most_y, most_y))
    picture = torch.arange(n, device=images.device)[:, None, None]
    return padded.permute(0, 2, 3, 1)[picture, y, x].permute(0, 3, 1, 2)


def cutout(images: Images) -> Images:
    """A square of half the size, centred anywhere, set to zero."""
    n, _, h, w = images.shape
    keep = []
    for size in (h, w):
        centre = torch.randint(size + 1, (n, 1), device=images.device)
        keep.append((torch.arange(size, device=images.device) - centre + 0.5).abs() > size / 4)
    return images * (keep[0][:, None, :, None] | keep[1][:, None, None, :])


def elastic(images: Images) -> Images:
    """Bent as by an unsteady hand (Simard et al. 2003, section 3): a smooth random shift of every place, and turned, slanted
    and stretched; what comes in from outside is as dark as can be."""
    n, device = len(images), images.device
    bent = interpolate(0.06 * torch.randn(n, 2, 5, 5, device=device), size=images.shape[2:], mode="bicubic", align_corners=True)
    spread = torch.tensor([0.1, 0.1, 0.05], device=device)
    moved = torch.eye(2, 3, device=device) + spread * torch.randn(n, 2, 3, device=device)
    grid = affine_grid(moved, list(images.shape), align_corners=False) + bent.permute(0, 2, 3, 1)
    return grid_sample(images.float() + 1, grid, align_corners=False) - 1


POLICIES: dict[str, Callable[[Images], Images]] = {"colour": colour, "translation": translation, "cutout": cutout}


def check(policy: Sequence[str]) -> None:
    """ValueError where `policy` names what is not in `POLICIES`."""
    for name in policy:
        if name not in POLICIES:
            raise ValueError(f"augment is '{name}'; it must be of {', '.join(POLICIES)}")


def augment(images: Images, policy: Sequence[str]) -> Images:
    """`images` after each change of `policy`, drawn from torch's global generator; as they are where it is empty."""
    for name in policy:
        images = POLICIES[name](images)
    return images
