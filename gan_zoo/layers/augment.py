"""Differentiable augmentation, which keeps a discriminator from memorising a small data set.

In DiffAugment (Zhao et al. 2020, https://arxiv.org/abs/2006.10738), real and generated pictures get the same kinds of random
changes each time before the discriminator sees them, and the gradient of the generator passes through the change.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample, interpolate, pad

Images = Float[Tensor, "n c h w"]


def colour(images: Images) -> Images:
    """Shift brightness by up to 1/2, scale saturation by 0 to 2 and contrast by 1/2 to 3/2, at random for each picture."""
    brightness, saturation, contrast = torch.rand(3, len(images), 1, 1, 1, device=images.device)
    images = images + brightness - 0.5
    grey = images.mean(1, keepdim=True)
    images = grey + (images - grey) * 2 * saturation
    middle = images.mean((1, 2, 3), keepdim=True)
    return middle + (images - middle) * (contrast + 0.5)


def translation(images: Images) -> Images:
    """Shift each picture by up to an eighth of its size along each axis, at random; zeros fill the empty border."""
    n, _, h, w = images.shape
    most_y, most_x = h // 8, w // 8
    y = torch.randint(2 * most_y + 1, (n, 1, 1), device=images.device) + torch.arange(h, device=images.device)[:, None]
    x = torch.randint(2 * most_x + 1, (n, 1, 1), device=images.device) + torch.arange(w, device=images.device)
    padded = pad(images, (most_x, most_x, most_y, most_y))
    picture = torch.arange(n, device=images.device)[:, None, None]
    return padded.permute(0, 2, 3, 1)[picture, y, x].permute(0, 3, 1, 2)


def cutout(images: Images) -> Images:
    """Set a square of half the size to zero; its centre is a random point of the picture."""
    n, _, h, w = images.shape
    keep = []
    for size in (h, w):
        centre = torch.randint(size + 1, (n, 1), device=images.device)
        keep.append((torch.arange(size, device=images.device) - centre + 0.5).abs() > size / 4)
    return images * (keep[0][:, None, :, None] | keep[1][:, None, None, :])


def elastic(images: Images) -> Images:
    """Distort each picture at random, as if an unsteady hand had drawn it (Simard et al. 2003, section 3).

    Every point moves by a smooth random shift, and the whole picture is rotated, slanted, stretched and moved. Pixels from
    outside the picture are -1, the darkest value.
    """
    n, device = len(images), images.device
    bent = interpolate(0.06 * torch.randn(n, 2, 5, 5, device=device), size=images.shape[2:], mode="bicubic", align_corners=True)
    noise = torch.randn(n, 2, 3, device=device)
    moved = torch.eye(2, 3, device=device) + torch.cat([0.1 * noise[:, :, :2], 0.05 * noise[:, :, 2:]], 2)
    grid = affine_grid(moved, list(images.shape), align_corners=False) + bent.permute(0, 2, 3, 1)
    return grid_sample(images.float() + 1, grid, align_corners=False) - 1


POLICIES: dict[str, Callable[[Images], Images]] = {"colour": colour, "translation": translation, "cutout": cutout}


def check(policy: Sequence[str]) -> None:
    """Raise ValueError if `policy` contains a name that is not in `POLICIES`."""
    for name in policy:
        if name not in POLICIES:
            raise ValueError(f"augment is '{name}'; each name must be one of {', '.join(POLICIES)}")


def augment(images: Images, policy: Sequence[str]) -> Images:
    """Apply each change of `policy` to `images`, at random by torch's global generator; an empty policy changes nothing."""
    for name in policy:
        images = POLICIES[name](images)
    return images
