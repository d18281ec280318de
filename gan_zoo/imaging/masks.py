"""Pictures with holes: free-form masks, the input format of inpainting models, and fills that need no learning.

A mask is 1 in the hole and 0 elsewhere. The input of a model has four channels in [-1, 1]: three colours, which are 0 in the
hole, and the mask, scaled so that 1 is the hole and -1 the rest.
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
# Ranges for a random mask: its strokes, the turns of a stroke, and the width of a stroke and its length between two turns as
# parts of the side of the picture.
STROKES, TURNS = (1, 3), (1, 5)
WIDTH, LENGTH = (0.1, 0.26), (0.1, 0.4)
GREEN = torch.tensor([-1.0, 1.0, -1.0])[:, None, None]
# Smoothing steps of `diffusion` at each size.
STEPS = 24


def free_form(n: int, size: int, generator: torch.Generator | None = None) -> Masks:
    """Random masks that look brushed by hand: strokes of random length, width and direction (Yu et al. 2019, algorithm 1).

    Args:
        n: the number of masks.
        size: their height and width in pixels.
        generator: a CPU generator for the width and the course of the strokes; torch's global one if None.
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
                # The stroke turns back and forth, like a hand that covers an object.
                angle += math.pi + between(-0.9, 0.9)
                length = size * between(*LENGTH)
                end = (min(max(x + length * math.cos(angle), 0), size), min(max(y + length * math.sin(angle), 0), size))
                pen.line([(x, y), end], fill=255, width=round(width))
                for px, py in ((x, y), end):
                    pen.ellipse([px - width / 2, py - width / 2, px + width / 2, py + width / 2], fill=255)
                x, y = end
        masks.append(torch.from_numpy(np.array(sheet)))
    return torch.stack(masks)[:, None].float() / 255


def brushed(n: int, size: int, device: torch.device) -> Masks:
    """Masks like those of `free_form`, made on `device` alone from its own random numbers, without a wait for the host."""

    def between(least: float, most: float, *shape: int) -> Tensor:
        return least + (most - least) * torch.rand(n, *shape, device=device)

    strokes, turns = STROKES[1], TURNS[1]
    place = between(0, size, strokes, 2)
    radius = size * between(*WIDTH, strokes) / 2
    # The numbers of strokes and of their turns; what is beyond them is not drawn.
    stroked = torch.arange(strokes, device=device) < torch.randint(STROKES[0], strokes + 1, (n, 1), device=device)
    turned = torch.randint(TURNS[0], turns + 1, (n, strokes), device=device)
    angle = between(0, 2 * math.pi, strokes)
    y, x = torch.arange(size, device=device)[:, None] + 0.5, torch.arange(size, device=device) + 0.5
    hole = torch.zeros(n, size, size, dtype=torch.bool, device=device)
    for i in range(turns):
        angle = angle + math.pi + between(-0.9, 0.9, strokes)
        reach = (size * between(*LENGTH, strokes))[..., None] * torch.stack([angle.cos(), angle.sin()], 2)
        end = (place + reach).clamp(0, size)
        drawn = stroked & (i < turned)
        for j in range(strokes):
            # A line with round ends is what is near a segment.
            left, top, right, down = torch.cat([place[:, j], end[:, j] - place[:, j]], 1)[:, :, None, None].unbind(1)
            along = ((x - left) * right + (y - top) * down) / (right.square() + down.square()).clamp(min=1e-6)
            along = along.clamp(0, 1)
            far = (x - left - along * right).square() + (y - top - along * down).square()
            hole |= (far <= radius[:, j, None, None].square()) & drawn[:, j, None, None]
        place = end
    return hole[:, None].float()


def punch(images: Images, masks: Masks) -> Punched:
    """Cut the holes of `masks` into pictures in [-1, 1]; returns the input of a model."""
    return torch.cat([images * (1 - masks), 2 * masks - 1], 1)


def mask_of(punched: Punched) -> Masks:
    """The masks of a model's input: 1 in the hole and 0 elsewhere."""
    return (punched[:, 3:] > 0).to(punched.dtype)


def paint(images: Images, masks: Masks) -> Images:
    """Fill the holes with pure green, like a user who marks them in a paint program."""
    return images * (1 - masks) + GREEN.to(images.device) * masks


def painted(images: Images) -> Masks:
    """The masks of the pixels that are pure green."""
    return ((images - GREEN.to(images.device)).abs().amax(1, keepdim=True) < 0.1).to(images.dtype)


def mean_colour(punched: Punched) -> Images:
    """Fill the hole with the mean colour of the rest of the picture, or with grey if the hole is the whole picture."""
    mask = mask_of(punched)
    known, colours = 1 - mask, punched[:, :3]
    mean = (colours * known).sum((2, 3), keepdim=True) / known.sum((2, 3), keepdim=True).clamp(min=1)
    return colours * known + mean * mask


def diffusion(punched: Punched) -> Images:
    """Fill the hole with colours that spread evenly from its border.

    This solves Laplace's equation in the hole, from a coarse picture to the fine one (Bertalmio et al. 2000 start from it).
    """
    mask = mask_of(punched)
    known, colours = 1 - mask, punched[:, :3]
    if min(punched.shape[2:]) <= 4:
        guess = mean_colour(punched)
    else:
        # A pixel of the smaller picture is known if at least one of its four pixels is.
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
    """The PSNR in decibels between filled and original pictures, over the holes only; infinite if they are equal."""
    inside = masks.expand_as(images) > 0
    error = (to_uint8(filled)[inside].float() - to_uint8(images)[inside].float()).square().mean().item()
    return 10 * math.log10(255**2 / error) if error else math.inf
