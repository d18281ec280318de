"""Moving about in the latent space: seeds, truncation, interpolation, directions, inversion, maps.

`z` is the latent size; every function keeps the device and the number format of what it is given.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

# Below this sine of the angle two directions count as one (or as opposite) and the arc between them is not defined.
PARALLEL = 1e-4
# From here on float32 can't tell the truncated normal from the normal.
UNTRUNCATED = 8.0
# What goes through a network at once, and rows of a distance matrix that are held at once: both bound the memory.
BATCH = 64
CHUNK = 10_000
# A component with less than this share of the largest variance is rounding.
NO_VARIANCE = 1e-10
# Fewer samples than this on one side of an attribute say little about where it lies.
FEWEST = 8
# Of an inversion: points that are improved at first, Adam's rate at first, and what its loss is made of.
STARTS = 8
RATE = 0.1
FEATURE_WEIGHT = 0.03
PRIOR_WEIGHT = 0.1
# An inversion tells how far it has come every so many steps.
EVERY = 10

# A network, or a part of one: from a tensor of `n` rows to another.
Network = Callable[[Tensor], Tensor]


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


def spread(threshold: float) -> float:
    """The standard deviation of normal numbers that are cut off at +-`threshold`; in (0, 1).

    As the psi of a style space (w' = mean + psi (w - mean), Karras et al. 2019, appendix B) it draws styles as near to
    their mean as `truncate` draws latents to theirs.
    """
    if threshold >= UNTRUNCATED:
        return 1.0
    inside = math.erf(threshold / math.sqrt(2))
    density = math.exp(-(threshold**2) / 2) / math.sqrt(2 * math.pi)
    return math.sqrt(1 - 2 * threshold * density / inside)


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


@dataclass(frozen=True)
class Directions:
    """Ways to go in the space of `w`, the strongest first."""

    vectors: Float[Tensor, "k w"]
    """unit vectors; of the two signs the one whose largest component is positive"""
    strengths: Float[Tensor, "k"]
    """each one's share in [0, 1] of the variance of what the first layer gives"""
    sigmas: Float[Tensor, "k"]
    """standard deviation of random `w` along each; in a latent space N(0, I) about 1"""


def principal_directions(w: Float[Tensor, "n w"], activations: Float[Tensor, "n a"], count: int = 10) -> Directions:
    """Principal components of `activations`, carried back to `w` by linear regression (Härkönen et al. 2020, eq. 1 to 3).

    Args:
        w: what `Sampler.mapping` makes of random latents: some hundreds to 2,000, and more than there are numbers in one.
        activations: what `Sampler.first_layer` makes of `w`; where that is `w` itself, the components are those of `w`.
        count: how many are wanted; there are no more than numbers in a `w`.
    """
    points, y = w.double() - w.double().mean(0), activations.double() - activations.double().mean(0)
    # The Gram matrix has the coordinates on the components as eigenvectors: n x n, however many activations there are.
    variances, coordinates = torch.linalg.eigh(y @ y.T)
    order = variances.argsort(descending=True)[: min(count, w.shape[1])]
    order = order[variances[order] > variances.max() * NO_VARIANCE]
    # Least squares on orthonormal coordinates is a product with their transpose.
    return _directions(coordinates[:, order].T @ points, variances[order] / variances.sum(), w)


def closed_form_directions(weight: Float[Tensor, "a w"], w: Float[Tensor, "n w"], count: int = 10) -> Directions:
    """Eigenvectors of A^T A for the weight A of the first layer (Shen & Zhou 2021, eq. 5): no step of the same length
    changes more of what the layer gives.

    Args:
        weight: `Sampler.entry_weight`.
        w: what `Sampler.mapping` makes of random latents, to measure the sigmas on.
        count: how many are wanted; there are no more than numbers in a `w`.
    """
    values, vectors = torch.linalg.eigh(weight.double().T @ weight.double())
    order = values.argsort(descending=True)[:count]
    return _directions(vectors.T[order], values[order] / values.sum(), w)


def _directions(vectors: Float[Tensor, "k w"], strengths: Float[Tensor, "k"], w: Float[Tensor, "n w"]) -> Directions:
    vectors = vectors / vectors.norm(dim=1, keepdim=True)
    largest = vectors.gather(1, vectors.abs().argmax(1, keepdim=True))
    vectors = (vectors * largest.sign()).to(w.dtype)
    return Directions(vectors, strengths.to(w.dtype), (w @ vectors.T).std(0))


def move(
    w: Float[Tensor, "n *layers w"], directions: Directions, amounts: Float[Tensor, "#n k"]
) -> Float[Tensor, "n *layers w"]:
    """`w` moved along each direction by `amounts`, which are in sigmas; one row of amounts serves all, and one direction
    all layers."""
    by = (amounts * directions.sigmas) @ directions.vectors
    return w + (by[:, None] if w.ndim == 3 else by)


def effects(
    directions: Directions, w: Float[Tensor, "n w"], draw: Network, judge: Network, reach: float = 2.0
) -> Float[Tensor, "k attributes"]:
    """What each direction does to each attribute: the mean over `w` of its probability at `+reach` sigmas minus that
    at `-reach`, in [-1, 1].

    Args:
        draw: from points `n w` to pictures `n c h w`.
        judge: from pictures to the probability of each attribute, `n attributes`.
    """
    rows = []
    for step in reach * torch.eye(len(directions.vectors)).to(w):
        ahead, behind = (judge(draw(move(w, directions, sign * step[None]))) for sign in (1, -1))
        rows.append((ahead - behind).mean(0))
    return torch.stack(rows)


def restore_length(z: Float[Tensor, "*n z"]) -> Float[Tensor, "*n z"]:
    """`z` with the length that latents from N(0, I) have, the square root of their size; 0 stays 0.

    In many dimensions nearly all of a normal distribution lies close to that sphere, and a generator has seen nothing
    else: sums and means, which are longer or shorter, come out garish or bland.
    """
    return z * (math.sqrt(z.shape[-1]) / z.norm(dim=-1, keepdim=True).clamp(min=torch.finfo(z.dtype).tiny))


def arithmetic(plus: Float[Tensor, "a z"], minus: Float[Tensor, "b z"], start: Float[Tensor, "c z"]) -> Float[Tensor, "z"]:
    """mean(plus) - mean(minus) + mean(start) (Radford et al. 2015, section 6.3.2), with the length of a normal latent
    put back as `restore_length` says; a mean of no latents counts as 0."""
    a, b, c = (part.sum(0) / max(1, len(part)) for part in (plus, minus, start))
    return restore_length(a - b + c)


def attribute_vectors(
    w: Float[Tensor, "n w"], probabilities: Float[Tensor, "n attributes"], names: Sequence[str]
) -> dict[str, Float[Tensor, "w"]]:
    """For each attribute by name the way from samples without it to samples with it: the difference of their means.

    A sample has an attribute whose probability is at least 1/2. An attribute is left out where fewer than 8 samples
    have it or lack it.
    """
    vectors = {}
    for name, has in zip(names, probabilities.T >= 0.5, strict=True):
        if FEWEST <= has.sum() <= len(w) - FEWEST:
            vectors[name] = w[has].mean(0) - w[~has].mean(0)
    return vectors


def fitted_normal(w: Float[Tensor, "n w"]) -> Network:
    """The linear map from N(0, I) to the normal distribution that fits points `w`: it lets `invert` search the styles
    of a mapping network as if they were latents."""
    mean = w.mean(0)
    variances, axes = torch.linalg.eigh(torch.cov(w.double().T))
    root = (variances.clamp(min=0).sqrt() * axes).T.to(w.dtype)
    return lambda z: mean + z @ root


@dataclass(frozen=True)
class Inversion:
    """How far a projection into the latent space has come."""

    step: int
    steps: int
    image: Float[Tensor, "c h w"]
    """the closest picture so far"""
    z: Float[Tensor, "z"]
    """its latent"""
    psnr: float
    """how close it is, in decibels; pictures of range [-1, 1]"""


def invert(
    target: Float[Tensor, "c h w"],
    draw: Network,
    candidates: Float[Tensor, "n z"],
    features: Network | None = None,
    steps: int = 300,
) -> Iterator[Inversion]:
    """Project a picture into the latent space by gradient descent (Zhu et al. 2016, section 3.1), step by step.

    The 8 candidates that come closest are improved with Adam, and after every quarter of the steps the better half
    goes on. What is minimised: the mean squared error of the pixels, the relative one of the features, and a penalty
    on latents longer than those of N(0, I), where pictures fall apart. A picture comes before the first step, then
    every 10 steps; to stop, close the iterator.

    Args:
        target: the picture, in [-1, 1].
        draw: from latents `n z` to pictures `n c h w`, differentiable; the network in evaluation mode and float32.
        candidates: random latents, some hundred.
        features: from pictures to the features of a network that is to see the same in both, differentiable.
    """
    if features is not None:
        wanted = features(target[None]).detach()
        feature_weight = FEATURE_WEIGHT / float(wanted.square().mean())

    def look(z: Tensor) -> tuple[Tensor, Tensor]:
        """The pictures of latents, and the loss of each."""
        images = draw(z)
        loss = (images - target).square().mean((1, 2, 3)) + PRIOR_WEIGHT * (z.square().mean(1) - 1).relu()
        if features is not None:
            loss = loss + feature_weight * (features(images) - wanted).square().mean(1)
        return images, loss

    with torch.no_grad():
        order = torch.cat([look(part)[1] for part in candidates.split(BATCH)]).argsort()
    # A server draws in inference mode, out of which no gradient comes; it must not last from one step to the next.
    with torch.inference_mode(False):
        points = [z.clone().requires_grad_() for z in candidates[order[:STARTS]]]
        adam = torch.optim.Adam(points, betas=(0.9, 0.99))
    best_loss, best = math.inf, (target, points[0].detach())
    for step in range(steps + 1):
        with torch.inference_mode(False), torch.enable_grad():
            z = torch.stack(points)
            images, loss = look(z)
            slopes = torch.autograd.grad(loss.sum(), points)
        images, z, loss = images.detach(), z.detach(), loss.detach()
        order = loss.argsort()
        if loss[order[0]] < best_loss:
            best_loss, best = float(loss[order[0]]), (images[order[0]], z[order[0]])
        if step % EVERY == 0 or step == steps:
            error = float((best[0] - target).square().mean())
            yield Inversion(step, steps, *best, psnr=10 * math.log10(4 / error) if error else math.inf)
        for point, slope in zip(points, slopes, strict=True):
            point.grad = slope
        adam.param_groups[0]["lr"] = RATE * (1 + math.cos(math.pi * step / steps)) / 2
        with torch.inference_mode(False):
            adam.step()
        adam.zero_grad()
        # A point without a gradient is one that Adam leaves alone.
        points = [points[i] for i in order[: max(1, STARTS >> 4 * (step + 1) // steps)]]


def nearest(
    queries: Float[Tensor, "n f"], bank: Float[Tensor, "m f"], k: int = 5
) -> tuple[Float[Tensor, "n k2"], Int[Tensor, "n k2"]]:
    """The Euclidean distances from each query to the `k` nearest rows of `bank`, the nearest first, and which they are;
    fewer where the bank has fewer."""
    distances, rows = queries.new_empty(len(queries), 0), torch.empty(len(queries), 0, dtype=torch.int64, device=bank.device)
    for start in range(0, len(bank), CHUNK):
        # The faster way by matrix products leaves a distance of rounding between a picture and itself.
        d = torch.cdist(queries, bank[start : start + CHUNK], compute_mode="donot_use_mm_for_euclid_dist")
        here = torch.arange(start, start + d.shape[1], device=bank.device).expand_as(d)
        distances, rows = torch.cat([distances, d], 1), torch.cat([rows, here], 1)
        distances, order = distances.sort(dim=1, stable=True)
        distances, rows = distances[:, :k], rows.gather(1, order)[:, :k]
    return distances, rows


@dataclass(frozen=True)
class Plane:
    """The plane through three latents, as a map: its unit is the distance from the first to the second.

    The first lies at (0, 0), the second at (1, 0), the third above the line through them.
    """

    origin: Float[Tensor, "z"]
    axes: Float[Tensor, "2 z"]
    corners: Float[Tensor, "3 2"]
    """where the three latents are on the map"""
    lengths: Float[Tensor, "3"] | None
    """those of the three latents; None for a flat map"""

    @classmethod
    def through(cls, points: Float[Tensor, "3 z"], spherical: bool = True) -> Plane:
        """The plane through `points`.

        Args:
            spherical: each point of the plane is moved straight out to where a normal distribution has its mass: to a
                length between those of `points`. The map then is that of the great sphere through them, in gnomonic
                projection. For latents; styles of a mapping network want the flat one.

        Raises:
            ValueError: the points lie on one line.
        """
        a, b, c = points
        unit = (b - a).norm()
        right = (b - a) / unit
        u = (c - a) @ right
        up = c - a - u * right
        v = up.norm()
        if not min(unit, v) > PARALLEL * (c - a).norm():
            raise ValueError("the three points lie on one line: through them goes no one plane")
        zero = torch.zeros_like(u)
        corners = torch.stack([zero, zero, unit, zero, u, v]).view(3, 2) / unit
        lengths = points.norm(dim=1) if spherical else None
        return cls(a, torch.stack([right, up / v]) * unit, corners, lengths)

    def at(self, uv: Float[Tensor, "n 2"]) -> Float[Tensor, "n z"]:
        """The latents at the places `uv` of the map."""
        points = self.origin + uv @ self.axes
        if self.lengths is None:
            return points
        # How much of each corner is in a place: (u, v, 1) as a sum of the corners'.
        ones = torch.ones_like(self.corners[:, :1])
        shares = torch.cat([uv, ones[:1].expand(len(uv), 1)], 1) @ torch.cat([self.corners, ones], 1).inverse()  # n 3
        length = (shares @ self.lengths).clamp(self.lengths.min(), self.lengths.max())
        return points * (length / points.norm(dim=1).clamp(min=torch.finfo(points.dtype).tiny))[:, None]
