"""Colour hints: dots and strokes of colour in a line drawing, which the translated picture is to follow.

As in PaintsChainer (Yonetsuji 2017, https://github.com/pfnet/PaintsChainer), a model trains with random hints. Here the
hints are painted into the drawing itself, so that one canvas holds the whole input of the model.
"""

from __future__ import annotations

import math

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from gan_zoo.imaging import edges

Images = Float[Tensor, "n 3 h w"]
Mask = Bool[Tensor, "n 1 h w"]
# Rounds in which the paper spreads along rows, columns and diagonals. A thousand emoji of 128 pixels need 31 at most.
ROUNDS = 32


def dab_colours(inputs: Images, images: Images, most: int = 10, walls: edges.Ink | None = None) -> tuple[Images, Images]:
    """Paint random colour hints into line drawings: dots and strokes in the colours of the targets.

    More than a third of the drawings get no hints, so that the model also works without them. In one drawing of four, the
    colour channels of the target are permuted and there are many hints. A model that has never seen a blue tomato would
    otherwise ignore a blue hint. If the neat lines are given as `walls`, a quarter of the targets are painted in one colour,
    and have three hints at most. A model that has never seen this would make a blue spot of a blue hint.

    Args:
        inputs: line drawings in [-1, 1].
        images: their targets, in [-1, 1].
        most: the largest number of hints in one drawing.
        walls: the lines between a thing and the paper, in [0, 1].

    Returns:
        The drawings with hints, and their targets, some with permuted channels or in one colour.
    """
    n, _, h, w = images.shape
    device = images.device

    def uniform(*shape: int) -> Tensor:
        return torch.rand(*shape, device=device)

    swapped = uniform(n) < 0.25
    order = torch.argsort(uniform(n, 3), 1)
    order = torch.where(swapped[:, None], order, torch.arange(3, device=device))
    images = images.gather(1, order[:, :, None, None].expand(-1, -1, h, w))
    count = (uniform(n) * most).ceil()
    count = torch.where(swapped, most // 2 + (count / 2).ceil(), torch.where(uniform(n) < 0.5, 0.0, count))
    attention = torch.ones(n, 1, 1, device=device)
    if walls is not None:
        chosen = ~swapped & (uniform(n) < 0.33)
        images = torch.where(chosen[:, None, None, None], in_one_colour(images, walls), images)
        count = torch.where(chosen, (uniform(n) * 3).ceil(), count)
        # A hint on the paper would not tell this colour.
        attention = torch.where(chosen, 8.0, 1.0)[:, None, None]

    # Each hint takes about the most colourful of four random places: hints on white paper or on lines say little.
    smooth = edges.blur(images, 1.0)
    places = torch.stack([(uniform(n, most, 4) * h).long(), (uniform(n, most, 4) * w).long()])  # 2 n k 4
    which = torch.arange(n, device=device)[:, None, None]
    colours = smooth[which, :, places[0], places[1]]  # n k 4 3
    worth = attention * (colours.amax(3) - colours.amin(3)) + uniform(n, most, 4)
    best = worth.argmax(2)
    start = places.gather(3, best.expand(2, -1, -1)[..., None])[..., 0].float()  # 2 n k
    colour = colours.gather(2, best[:, :, None, None].expand(-1, -1, 1, 3))[:, :, 0]  # n k 3

    # A stroke covers all pixels near a segment; a dot is a stroke of length 0.
    length = torch.where(uniform(n, most) < 0.4, 0.0, 4 + uniform(n, most) * w / 4)
    angle = uniform(n, most) * 2 * math.pi
    along = torch.stack([angle.sin(), angle.cos()])
    radius = 2 + uniform(n, most) * 5
    careful = uniform(n, most) < 0.8
    y, x = torch.arange(h, device=device)[:, None] + 0.5, torch.arange(w, device=device) + 0.5
    painted = torch.ones_like(images)
    for i in range(most):
        dy, dx = (axis - start[a, :, i, None, None] for a, axis in enumerate((y, x)))
        t = (dy * along[0, :, i, None, None] + dx * along[1, :, i, None, None]).clamp(min=0)
        t = torch.minimum(t, length[:, i, None, None])
        distance = ((dy - t * along[0, :, i, None, None]) ** 2 + (dx - t * along[1, :, i, None, None]) ** 2).sqrt()
        cover = (radius[:, i, None, None] + 0.5 - distance).clamp(0, 1)[:, None]  # n 1 h w
        here = colour[:, i, :, None, None]
        # A careful hand paints only where the picture has that colour.
        alike = ((images - here).abs().mean(1, keepdim=True) < 0.35).float()
        cover = cover * torch.where(careful[:, i, None, None, None], alike, 1.0)
        cover = cover * (i < count)[:, None, None, None]
        painted = painted + (here - painted) * cover
    over = (uniform(n) < 0.2)[:, None, None, None] & (painted < 0.99).any(1, keepdim=True)
    return torch.where(over, painted, torch.minimum(inputs, painted)), images


def in_one_colour(images: Images, walls: edges.Ink) -> Images:
    """Things on white paper, each painted in one random colour; light and shadow stay.

    Args:
        images: pictures in [-1, 1].
        walls: the lines between the things and the paper, in [0, 1].
    """
    light = (images + 1) / 2
    thing = edges.blur(1 - paper(light, walls), 0.7)
    grey = light.mean(1, keepdim=True)
    level = ((grey * thing).sum((2, 3), keepdim=True) / thing.sum((2, 3), keepdim=True).clamp(min=1)).clamp(min=0.05)
    hue, strength, value = torch.rand(3, len(images), device=images.device)
    # From hue to colour: each channel is a trapezium around its own third of the circle.
    offsets = torch.arange(3, device=images.device) / 3
    pure = (2 - 6 * ((hue[:, None] - offsets + 0.5) % 1 - 0.5).abs()).clamp(0, 1)
    colour = (0.3 + 0.7 * value[:, None]) * (1 - (0.4 + 0.6 * strength[:, None]) * (1 - pure))
    # Where a thing has its mean lightness, it gets the colour itself.
    painted = (grey / level * colour[:, :, None, None]).clamp(0, 1)
    return (light + (painted - light) * thing) * 2 - 1


def paper(light: Images, walls: edges.Ink) -> Float[Tensor, "n 1 h w"]:
    """1 where a picture shows the paper around a thing, which is light and without colour and joined to the border; else 0.

    Paper at the end of a path with very many turns (more than `ROUNDS`) may be missed.

    Args:
        light: pictures in [0, 1].
        walls: the lines between the things and the paper, in [0, 1].
    """
    free = (light.amin(1, keepdim=True) > 0.6) & (light.amax(1, keepdim=True) - light.amin(1, keepdim=True) < 0.1)
    free &= walls < 0.5
    found = torch.zeros_like(free)
    for side in (found[..., :1, :], found[..., -1:, :], found[..., :1], found[..., -1:]):
        side.fill_(True)
    found &= free
    for _ in range(ROUNDS):
        wider = edges.thicker(_along(_along(found, free, 3), free, 2)) & free
        # On a GPU, the host would have to wait for the answer.
        if light.device.type == "cpu" and torch.equal(wider, found):
            break
        found = wider
    return found.to(light.dtype)


def _along(found: Mask, free: Mask, axis: int) -> Mask:
    """The pixels of `free` that are joined to one of `found` along a row or column."""
    place = torch.arange(free.shape[axis], dtype=torch.int32, device=free.device)
    place = place[:, None] if axis == 2 else place

    def after(found: Mask, free: Mask) -> Mask:
        """Pixels with a found one before them and nothing that isn't free in between."""
        last_found, last_wall = (torch.where(mask, place, -1).cummax(axis).values for mask in (found, ~free))
        return last_found > last_wall

    return after(found, free) | after(found.flip(axis), free.flip(axis)).flip(axis)
