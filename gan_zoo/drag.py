"""Dragging points of a picture through the latent space (Pan et al. 2023, DragGAN, https://arxiv.org/abs/2305.10973).

Each update moves the latent so that the features around each handle come a little nearer to its target (motion supervision),
and then looks for the handle where its features are now (point tracking).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn.functional import grid_sample, interpolate

# The radius in pixels of the patch around a handle that is moved, and of the square in which the handle is looked for again.
PATCH, SEARCH = 2, 5
# Adam's learning rate, the weight of what must stay, and the distance in pixels at which a handle has arrived.
RATE = 0.03
STAY = 10.0
NEAR = 1.0
# The drag ends after so many updates that bring the handles no nearer: the picture would only drift away.
PATIENCE = 30
# A latent grows to at most this many times the length of a typical one; longer ones give broken pictures.
LONGEST = 1.25
STEPS = 150

Point = tuple[float, float]
Draw = Callable[[Tensor], tuple[Float[Tensor, "1 f h v"], Float[Tensor, "1 c h2 v2"]]]
"""a differentiable function from a point `1 *layers z` to feature maps and a picture"""


@dataclass(frozen=True)
class Dragged:
    """The progress of a drag."""

    step: int
    image: Float[Tensor, "c h w"]
    w: Float[Tensor, "*layers z"]
    """the point that the picture was drawn from"""
    handles: list[Point]
    """where the handles are now, as (x, y) in pixels"""
    distance: float
    """the mean distance of the handles from their targets in pixels"""


def drag(
    w: Float[Tensor, "1 *layers z"],
    draw: Draw,
    handles: Sequence[Point],
    targets: Sequence[Point],
    moves: Bool[Tensor, "h w"] | None = None,
    steps: int = STEPS,
    longest: float = math.inf,
) -> Iterator[Dragged]:
    """Move a picture's handles to their targets; yield the progress before the first update and after each one.

    It ends when all handles have arrived, when they come no nearer, or after `steps` updates. The last picture is the one whose
    handles are the nearest.

    Args:
        w: the point to start from.
        handles: points (x, y) in pixels of the picture.
        targets: where each of them shall go.
        moves: where the picture may change; everywhere if it is None.
        longest: the largest length of a row of `w`.

    Raises:
        ValueError: there are no handles, or not as many targets.
    """
    if not handles or len(handles) != len(targets):
        raise ValueError(f"there are {len(handles)} handles and {len(targets)} targets; each handle needs a target")
    with torch.inference_mode(False):
        point = w.detach().clone().requires_grad_()
        adam = torch.optim.Adam([point], lr=RATE, betas=(0.9, 0.99))
        goal = torch.tensor(targets, dtype=torch.float32, device=w.device)
        at = torch.tensor(handles, dtype=torch.float32, device=w.device)
        with torch.no_grad():
            maps, image = _sized(draw(point))
            first = maps
            wanted = _sampled(first, at[:, None])[:, 0]  # the features of each handle at the start: k f
        still = None if moves is None else (~moves).to(maps).expand(1, 1, -1, -1)
    best = last = _done(0, image, point, at, goal)
    yield last
    while last.step < min(steps, best.step + PATIENCE) and (goal - at).norm(dim=1).max() > NEAR:
        # A server draws in inference mode, which has no gradients. It is switched off for each step, and not while yielding.
        with torch.inference_mode(False), torch.enable_grad():
            maps, _ = _sized(draw(point))
            loss = _motion(maps, at, goal)
            if still is not None:
                loss = loss + STAY * ((maps - first) * still).abs().mean()
            (point.grad,) = torch.autograd.grad(loss, [point])
            adam.step()
            with torch.no_grad():
                lengths = point.norm(dim=-1, keepdim=True)
                point.mul_((longest / lengths).clamp(max=1.0))
                maps, image = _sized(draw(point))
                at = _tracked(maps, at, wanted)
        last = _done(last.step + 1, image, point, at, goal)
        best = last if last.distance < best.distance else best
        yield last
    if last is not best:
        yield replace(best, step=last.step)


def _done(step: int, image: Tensor, point: Tensor, at: Float[Tensor, "k 2"], goal: Float[Tensor, "k 2"]) -> Dragged:
    handles = [(x, y) for x, y in at.tolist()]
    return Dragged(step, image[0].detach(), point[0].detach().clone(), handles, float((goal - at).norm(dim=1).mean()))


def _sized(drawn: tuple[Tensor, Tensor]) -> tuple[Float[Tensor, "1 f h w"], Float[Tensor, "1 c h w"]]:
    """The feature maps at the size of the picture, with mean square 1, and the picture."""
    maps, image = drawn
    maps = interpolate(maps.float(), size=image.shape[2:], mode="bilinear", align_corners=False)
    return maps / maps.detach().square().mean().sqrt().clamp(min=1e-8), image.float()


def _patch(device: torch.device, radius: int) -> Float[Tensor, "p 2"]:
    """The offsets (x, y) of the pixels of a square around its middle."""
    side = torch.arange(-radius, radius + 1, dtype=torch.float32, device=device)
    return torch.cartesian_prod(side, side)


def _sampled(maps: Float[Tensor, "1 f h w"], places: Float[Tensor, "k p 2"]) -> Float[Tensor, "k p f"]:
    """The features at places (x, y) in pixels, where 0 is the centre of the first pixel."""
    size = torch.tensor([maps.shape[3], maps.shape[2]], device=maps.device)
    grid = (places + 0.5) / size * 2 - 1
    return grid_sample(maps, grid[None], padding_mode="border", align_corners=False)[0].permute(1, 2, 0)


def _motion(maps: Float[Tensor, "1 f h w"], at: Float[Tensor, "k 2"], goal: Float[Tensor, "k 2"]) -> Float[Tensor, ""]:
    """Motion supervision (equation 1): a patch around each handle should be found one pixel nearer to the target."""
    way = goal - at
    length = way.norm(dim=1, keepdim=True)
    ahead = way / length.clamp(min=1.0)  # no further than the target
    moving = (length > NEAR).float()[:, :, None]
    places = at[:, None] + _patch(maps.device, PATCH)
    before = _sampled(maps, places).detach()
    after = _sampled(maps, places + ahead[:, None])
    return ((after - before).abs() * moving).mean()


def _tracked(maps: Float[Tensor, "1 f h w"], at: Float[Tensor, "k 2"], wanted: Float[Tensor, "k f"]) -> Float[Tensor, "k 2"]:
    """Point tracking (equation 2): the place near each handle whose features are most like those it had at the start."""
    places = at[:, None] + _patch(maps.device, SEARCH)
    limit = torch.tensor([maps.shape[3] - 1.0, maps.shape[2] - 1.0], device=maps.device)
    places = places.clamp(min=0).minimum(limit)
    distances = (_sampled(maps, places) - wanted[:, None]).abs().sum(2)
    return places[torch.arange(len(at), device=at.device), distances.argmin(1)]
