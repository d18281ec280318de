"""Moving about in the latent space: seeds, truncation, interpolation.

`z` is the latent size; every function keeps the device and the number format of what it is given.
"""

from __future__ import annotations

import math

import torch
from jaxtyping import Float
from torch import Tensor

# Below this sine of the angle two directions count as one (or as opposite) and the arc between them is not defined.
PARALLEL = 1e-4
# From here on float32 can't tell the truncated normal from the normal.
UNTRUNCATED = 8.0


def latents(n: int, size: int, seed: int) -> Float[Tensor, "n z"]:
    """`n` latents from N(0, I) on the CPU: latent `i` is the same for a seed on every machine and for every `n`.

    `torch.randn` keeps neither promise: it fills blocks of 16 and its arithmetic differs from CPU to CPU. Uniform
    numbers through the inverse of the normal distribution function, in float64, do.
    """
    generator = torch.Generator().manual_seed(seed)
    uniform = torch.rand(n, size, generator=generator, dtype=torch.float64)
    normal: Tensor = torch.special.ndtri(uniform.clamp_(min=2.0**-54))
    return normal.float()


def truncate(z: Float[Tensor, "*n z"], threshold: float) -> Float[Tensor, "*n z"]:
    """Normal numbers to normal numbers cut off at +-`threshold` (the truncation trick, Brock et al. 2018, section 3.1).

    Instead of drawing again until a number falls inside, each keeps its quantile: z' solves
    Phi(z') = Phi(-t) + Phi(z) (Phi(t) - Phi(-t)). The distribution is the same, and a picture changes smoothly with
    the threshold.

    Raises:
        ValueError: `threshold` is not above 0.
    """
    if not threshold > 0:
        raise ValueError(f"threshold is {threshold}; it must be above 0")
    if threshold >= UNTRUNCATED:
        return z
    # The equation above in terms of erf, which is symmetric about 0 and so exact in both tails.
    inside = torch.erf(z.double() / math.sqrt(2)) * math.erf(threshold / math.sqrt(2))
    return (math.sqrt(2) * torch.erfinv(inside)).clamp(-threshold, threshold).to(z.dtype)


def lerp(a: Float[Tensor, "*n z"], b: Float[Tensor, "*n z"], t: float | Tensor) -> Float[Tensor, "*n z"]:
    """The point at `t` in [0, 1] on the straight line from `a` to `b`; a tensor `t` needs a last axis of 1."""
    return a + (b - a) * t


def slerp(a: Float[Tensor, "*n z"], b: Float[Tensor, "*n z"], t: float | Tensor) -> Float[Tensor, "*n z"]:
    """The point at `t` in [0, 1] on the arc from `a` to `b` (White 2016): the direction turns at an even speed and
    the length changes evenly, so that it stays where a normal distribution has its mass.

    Where the directions are the same or opposite, or a length is 0, there is no one arc: then it is the straight line.
    """
    length_a, length_b = a.norm(dim=-1, keepdim=True), b.norm(dim=-1, keepdim=True)
    tiny = torch.finfo(a.dtype).tiny
    unit_a, unit_b = a / length_a.clamp(min=tiny), b / length_b.clamp(min=tiny)
    angle = torch.acos((unit_a * unit_b).sum(-1, keepdim=True).clamp(-1, 1))
    sine = torch.sin(angle)
    no_arc = (sine < PARALLEL) | (length_a == 0) | (length_b == 0)
    safe = torch.where(no_arc, torch.ones_like(sine), sine)
    direction = (torch.sin((1 - t) * angle) * unit_a + torch.sin(t * angle) * unit_b) / safe
    return torch.where(no_arc, lerp(a, b, t), direction * lerp(length_a, length_b, t))


def along(points: Float[Tensor, "k z"], t: Float[Tensor, "frames"], spherical: bool = True) -> Float[Tensor, "frames z"]:
    """Where one is at the times `t` in [0, 1] of a walk through all `points`, each leg taking equally long."""
    if len(points) == 1:
        return points.expand(len(t), -1)
    where = t.to(points) * (len(points) - 1)
    leg = where.floor().long().clamp(0, len(points) - 2)
    between = slerp if spherical else lerp
    return between(points[leg], points[leg + 1], (where - leg)[:, None])


def path(points: Float[Tensor, "k z"], frames: int, spherical: bool = True) -> Float[Tensor, "frames z"]:
    """`frames` evenly spaced latents on the walk from the first of `points` through all others to the last."""
    return along(points, torch.linspace(0, 1, frames), spherical)
