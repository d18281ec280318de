"""Colour hints: dots and strokes of colour in a line drawing, which the translated picture is to follow.

As in PaintsChainer (Yonetsuji 2017, https://github.com/pfnet/PaintsChainer), a model trains with random hints. Here the
hints are painted into the drawing itself, so that one canvas holds the whole input of the model.
"""

from __future__ import annotations

import math

import torch
from jaxtyping import Float
from torch import Tensor

from gan_zoo.imaging import edges

Images = Float[Tensor, "n 3 h w"]


def dab_colours(inputs: Images, images: Images, most: int = 10) -> tuple[Images, Images]:
    """Paint random colour hints into line drawings: dots and strokes in the colours of the targets.

    More than a third of the drawings get no hints, so that the model also works without them. In one drawing of four, the
    colour channels of the target are permuted and there are many hints. A model that has never seen a blue tomato would
    otherwise ignore a blue hint.

    Args:
        inputs: line drawings in [-1, 1].
        images: their targets, in [-1, 1].
        most: the largest number of hints in one drawing.

    Returns:
        The drawings with hints, and their targets, some with permuted channels.
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

    # Each hint takes about the most colourful of four random places: hints on white paper or on lines say little.
    smooth = edges.blur(images, 1.0)
    places = torch.stack([(uniform(n, most, 4) * h).long(), (uniform(n, most, 4) * w).long()])  # 2 n k 4
    which = torch.arange(n, device=device)[:, None, None]
    colours = smooth[which, :, places[0], places[1]]  # n k 4 3
    worth = colours.amax(3) - colours.amin(3) + uniform(n, most, 4)
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
