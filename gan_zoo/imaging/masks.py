"""Pictures with holes: free-form masks, how a picture with a hole is passed on, and the fills that need no learning.

A mask is 1 in the hole and 0 elsewhere. What a model is given has four channels: the colours, 0 in the hole, and the mask,
from -1 to 1 like they are.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from jaxtyping import Float
from PIL import Image, ImageDraw
from torch import Tensor
from torch.nn.functional import avg_pool2d, interpolate, pad

from gan_zoo.imaging.images import to_uint8

Images = Float[Tensor, "n 3 h w"]
Masks = Float[Tensor, "n 1 h w"]
Punched = Float[Tensor, "n 4 h w"]
# Of a random mask: strokes, turns of a stroke, its width and the length between two turns in parts of the picture's side.
STROKES, TURNS = (1, 3), (1, 5)
WIDTH, LENGTH = (0.1, 0.26), (0.1, 0.4)
GREEN = torch.tensor([-1.0, 1.0, -1.0])[:, None, None]
# Smoothing steps of the diffusion at each size.
STEPS = 24


def free_form(n: int, size: int, generator: torch.Generator | None = None) -> Masks:
    """Masks as somebody brushes them: strokes of random length, width and direction (Yu et al. 2019, algorithm 1).

    Args:
        generator: one of the CPU; torch's global one where it is not given.
    """

    def between(least: float, most: float) -> float:
        return least + (most - least) * torch.rand((), generator=generator).item()

    def count(least: int, most: int) -> int:
        return int(torch.randint(least, most + 1, (), generator=generator))

    masks = []
    for _ in range(n):
        sheet = Image.new("L", (size, size))
        pen = ImageDraw.Draw(sheet)
        for _ in range(count(*STROKES)):
            x, y, width = between(0, size), between(0, size), size * between(*WIDTH)
            angle = between(0, 2 * math.pi)
            for _ in range(count(*TURNS)):
                # Back and forth, as a hand goes over what it wants to be gone.
                angle += math.pi + between(-0.9, 0.9)
                length = size * between(*LENGTH)
                end = (min(max(x + length * math.cos(angle), 0), size), min(max(y + length * math.sin(angle), 0), size))
                pen.line([(x, y), end], fill=255, width=round(width))
                for px, py in ((x, y), end):
                    pen.ellipse([px - width / 2, py - width / 2, px + width / 2, py + width / 2], fill=255)
                x, y = end
        masks.append(torch.from_numpy(np.array(sheet)))
    return torch.stack(masks)[:, None].float() / 255


def punch(images: Images, masks: Masks) -> Punched:
    """Pictures in [-1, 1] with holes, as a model takes them."""
    return torch.cat([images * (1 - masks), 2 * masks - 1], 1)


def mask_of(punched: Punched) -> Masks:
    """Where the holes are."""
    return (punched[:, 3:] > 0).to(punched.dtype)


def paint(images: Images, masks: Masks) -> Images:
    """Pictures with their holes in pure green, as one would paint them by hand."""
    return images * (1 - masks) + GREEN.to(images.device) * masks


def painted(images: Images) -> Masks:
    """What is pure green in some pictures."""
    return ((images - GREEN.to(images.device)).abs().amax(1, keepdim=True) < 0.1).to(images.dtype)


def mean_colour(punched: Punched) -> Images:
    """The hole in the mean colour of the rest; in grey where nothing is left."""
    mask = mask_of(punched)
    known, colours = 1 - mask, punched[:, :3]
    mean = (colours * known).sum((2, 3), keepdim=True) / known.sum((2, 3), keepdim=True).clamp(min=1)
    return colours * known + mean * mask


def diffusion(punched: Punched) -> Images:
    """The hole as colours spread into it evenly from its border: Laplace's equation (Bertalmio et al. 2000 start from it),
    solved from coarse to fine."""
    mask = mask_of(punched)
    known, colours = 1 - mask, punched[:, :3]
    if min(punched.shape[2:]) <= 4:
        guess = mean_colour(punched)
    else:
        # A pixel of the smaller picture is known where one of its four is.
        share = avg_pool2d(known, 2, ceil_mode=True)
        smaller = avg_pool2d(colours * known, 2, ceil_mode=True) / share.clamp(min=0.25)
        coarse = diffusion(punch(smaller, (share == 0).to(share.dtype)))
        guess = interpolate(coarse, punched.shape[2:], mode="bilinear", align_corners=False)
    filled = colours * known + guess * mask
    for _ in range(STEPS):
        around = pad(filled, (1, 1, 1, 1), mode="replicate")
        mean = (around[:, :, 1:-1, 2:] + around[:, :, 1:-1, :-2] + around[:, :, 2:, 1:-1] + around[:, :, :-2, 1:-1]) / 4
        filled = colours * known + mean * mask
    return filled


def psnr(filled: Images, images: Images, masks: Masks) -> float:
    """How close what was filled in comes to what was there: PSNR in decibels over the holes alone; infinite if equal."""
    inside = masks.expand_as(images) > 0
    error = (to_uint8(filled)[inside].float() - to_uint8(images)[inside].float()).square().mean().item()
    return 10 * math.log10(255**2 / error) if error else math.inf
