"""Operations on latents: seeds, truncation, interpolation, directions, inversion, maps.

`z` is the latent size; every function keeps the device and the dtype of its input.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

# Two directions count as equal or opposite if the sine of their angle is below this; no arc between them is defined then.
PARALLEL = 1e-4
# From this threshold on, float32 can't distinguish the truncated normal distribution from the normal one.
UNTRUNCATED = 8.0
# Rows that go through a network at once, and columns of a distance matrix that are held at once; both limit the memory.
BATCH = 64
CHUNK = 10_000
# A component with less than this share of the largest variance is only rounding error.
NO_VARIANCE = 1e-10
# The least number of samples with an attribute, and without it, that are needed to locate the attribute.
FEWEST = 8
# For an inversion: the number of points at first, Adam's learning rate at first, and the weights in the loss.
STARTS = 8
RATE = 0.1
FEATURE_WEIGHT = 0.03
PRIOR_WEIGHT = 0.1
# An inversion reports its progress every so many steps.
EVERY = 10

# A network or a part of one: a function from one tensor of `n` rows to another.
Network = Callable[[Tensor], Tensor]


def latents(n: int, size: int, seed: int) -> Float[Tensor, "n z"]:
    """`n` latents from N(0, I) on the CPU. For one seed, latent `i` is the same on every machine and for every `n`.

    `torch.randn` guarantees neither: it fills blocks of 16, and its arithmetic differs between CPUs. This function instead
    applies the inverse of the normal distribution function to uniform numbers, in float64.
    """
    generator = torch.Generator().manual_seed(seed)
    uniform = torch.rand(n, size, generator=generator, dtype=torch.float64)
    normal: Tensor = torch.special.ndtri(uniform.clamp_(min=2.0**-54))
    return normal.float()


def truncate(z: Float[Tensor, "*n z"], threshold: float) -> Float[Tensor, "*n z"]:
    """Map normal numbers to normal numbers truncated at +-`threshold` (the truncation trick, Brock et al. 2018, section 3.1).

    The paper draws a number again until it lies inside. Here each number instead keeps its quantile: z' solves
    Phi(z') = Phi(-t) + Phi(z) (Phi(t) - Phi(-t)). The distribution is the same, and the picture changes smoothly with the
    threshold.

    Raises:
        ValueError: `threshold` is not above 0.
    """
    if not threshold > 0:
        raise ValueError(f"threshold is {threshold}; it must be above 0")
    if threshold >= UNTRUNCATED:
        return z
    # This is the equation above, written with erf, which is symmetric about 0 and therefore exact in both tails.
    inside = torch.erf(z.double() / math.sqrt(2)) * math.erf(threshold / math.sqrt(2))
    return (math.sqrt(2) * torch.erfinv(inside)).clamp(-threshold, threshold).to(z.dtype)


def spread(threshold: float) -> float:
    """The standard deviation, in (0, 1], of normal numbers truncated at +-`threshold`.

    It can serve as the psi of a style space (w' = mean + psi (w - mean), Karras et al. 2019, appendix B). It then moves
    styles as close to their mean as `truncate` moves latents to theirs.
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
    """The point at `t` in [0, 1] on the arc from `a` to `b` (White 2016); a tensor `t` needs a last axis of 1.

    The direction turns at constant speed and the length changes at constant speed, so the point stays where a normal
    distribution has its mass. If the directions are equal or opposite, or a length is 0, no arc is defined, and the point
    lies on the straight line.
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
    """The latents at the times `t` in [0, 1] of a walk through all `points`; each leg takes the same time."""
    if len(points) == 1:
        return points.expand(len(t), -1)
    where = t.to(points) * (len(points) - 1)
    leg = where.floor().long().clamp(0, len(points) - 2)
    between = slerp if spherical else lerp
    return between(points[leg], points[leg + 1], (where - leg)[:, None])


def path(points: Float[Tensor, "k z"], frames: int, spherical: bool = True) -> Float[Tensor, "frames z"]:
    """`frames` latents at equal intervals of time on the walk through all `points`, from the first to the last."""
    return along(points, torch.linspace(0, 1, frames), spherical)


@dataclass(frozen=True)
class Directions:
    """Directions in the space of `w`, the strongest first."""

    vectors: Float[Tensor, "k w"]
    """unit vectors, with the sign that makes the largest component positive"""
    strengths: Float[Tensor, "k"]
    """share of each direction in the variance of the first layer's output, in [0, 1]"""
    sigmas: Float[Tensor, "k"]
    """standard deviation of random `w` along each direction; about 1 for latents from N(0, I)"""


def principal_directions(w: Float[Tensor, "n w"], activations: Float[Tensor, "n a"], count: int = 10) -> Directions:
    """Principal components of `activations`, mapped back to `w` by linear regression (Härkönen et al. 2020, eq. 1 to 3).

    Args:
        w: `Sampler.mapping` of random latents: several hundred to 2,000 rows, and more rows than columns.
        activations: `Sampler.first_layer` of `w`; if it returns `w` itself, the components are those of `w`.
        count: the number of directions wanted; there are at most as many as columns of `w`.
    """
    points, y = w.double() - w.double().mean(0), activations.double() - activations.double().mean(0)
    # The eigenvectors of the Gram matrix are the coordinates on the components. It is n x n for any number of activations.
    variances, coordinates = torch.linalg.eigh(y @ y.T)
    order = variances.argsort(descending=True)[: min(count, w.shape[1])]
    order = order[variances[order] > variances.max() * NO_VARIANCE]
    # The least squares solution for orthonormal coordinates is a product with their transpose.
    return _directions(coordinates[:, order].T @ points, variances[order] / variances.sum(), w)


def closed_form_directions(weight: Float[Tensor, "a w"], w: Float[Tensor, "n w"], count: int = 10) -> Directions:
    """Eigenvectors of A^T A for the weight A of the first layer (Shen & Zhou 2021, eq. 5).

    Among all steps of one length, a step along the first one changes the output of the layer most.

    Args:
        weight: `Sampler.entry_weight`.
        w: `Sampler.mapping` of random latents, from which the sigmas are measured.
        count: the number of directions wanted; there are at most as many as columns of `w`.
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
    """Move `w` along each direction by `amounts`, in sigmas.

    A single row of amounts applies to all `w`. If a `w` has several layers, all of them move in the same way.
    """
    by = (amounts * directions.sigmas) @ directions.vectors
    return w + (by[:, None] if w.ndim == 3 else by)


def effects(
    directions: Directions, w: Float[Tensor, "n w"], draw: Network, judge: Network, reach: float = 2.0
) -> Float[Tensor, "k attributes"]:
    """The effect of each direction on each attribute, in [-1, 1].

    It is the mean over `w` of the probability of the attribute at `+reach` sigmas minus that at `-reach` sigmas.

    Args:
        draw: a function from points `n w` to pictures `n c h w`.
        judge: a function from pictures to the probabilities of the attributes, `n attributes`.
    """
    rows = []
    for step in reach * torch.eye(len(directions.vectors)).to(w):
        ahead, behind = (judge(draw(move(w, directions, sign * step[None]))) for sign in (1, -1))
        rows.append((ahead - behind).mean(0))
    return torch.stack(rows)


def restore_length(z: Float[Tensor, "*n z"]) -> Float[Tensor, "*n z"]:
    """Scale `z` to the typical length of latents from N(0, I), the square root of their size; 0 stays 0.

    In many dimensions, nearly all points of a normal distribution lie close to the sphere of that radius, so a generator is
    trained only there. Sums of latents are longer and give garish pictures; means are shorter and give bland ones.
    """
    return z * (math.sqrt(z.shape[-1]) / z.norm(dim=-1, keepdim=True).clamp(min=torch.finfo(z.dtype).tiny))


def arithmetic(plus: Float[Tensor, "a z"], minus: Float[Tensor, "b z"], start: Float[Tensor, "c z"]) -> Float[Tensor, "z"]:
    """mean(plus) - mean(minus) + mean(start), scaled by `restore_length` (Radford et al. 2015, section 6.3.2).

    A mean of no latents counts as 0.
    """
    a, b, c = (part.sum(0) / max(1, len(part)) for part in (plus, minus, start))
    return restore_length(a - b + c)


def attribute_vectors(
    w: Float[Tensor, "n w"], probabilities: Float[Tensor, "n attributes"], names: Sequence[str]
) -> dict[str, Float[Tensor, "w"]]:
    """The vector from samples without an attribute to samples with it, by the name of the attribute.

    It is the difference of the means of both groups. A sample has an attribute if the probability is at least 1/2. An
    attribute is left out if fewer than 8 samples have it, or fewer than 8 lack it.
    """
    vectors = {}
    for name, has in zip(names, probabilities.T >= 0.5, strict=True):
        if FEWEST <= has.sum() <= len(w) - FEWEST:
            vectors[name] = w[has].mean(0) - w[~has].mean(0)
    return vectors


def fitted_normal(w: Float[Tensor, "n w"]) -> Network:
    """A linear map from N(0, I) to the normal distribution fitted to the points `w`.

    With it, `invert` can search the styles of a mapping network as if they were latents.
    """
    mean = w.mean(0)
    variances, axes = torch.linalg.eigh(torch.cov(w.double().T))
    root = (variances.clamp(min=0).sqrt() * axes).T.to(w.dtype)
    return lambda z: mean + z @ root


@dataclass(frozen=True)
class Inversion:
    """The progress of a projection into the latent space."""

    step: int
    steps: int
    image: Float[Tensor, "c h w"]
    """the closest picture so far"""
    z: Float[Tensor, "z"]
    """its latent"""
    psnr: float
    """peak signal-to-noise ratio of that picture against the target, in decibels, for the range [-1, 1]"""


def invert(
    target: Float[Tensor, "c h w"],
    draw: Network,
    candidates: Float[Tensor, "n z"],
    features: Network | None = None,
    steps: int = 300,
) -> Iterator[Inversion]:
    """Project a picture into the latent space by gradient descent (Zhu et al. 2016, section 3.1); yield the progress.

    Adam improves the 8 closest candidates, and after each quarter of the steps only the better half continues. The loss is
    the mean squared error of the pixels, plus the relative squared error of the features, plus a penalty on latents longer
    than those of N(0, I), which give broken pictures. The iterator yields before the first step and then every 10 steps;
    close it to stop the search.

    Args:
        target: the picture `c h w`, in [-1, 1].
        draw: a differentiable function from latents `n z` to pictures `n c h w`, with its network in evaluation mode and
            float32.
        candidates: several hundred random latents, and the guess of an encoder if there is one.
        features: a differentiable function from pictures to the features of a network, which are compared too.
        steps: the number of steps of Adam.
    """
    if features is not None:
        wanted = features(target[None]).detach()
        feature_weight = FEATURE_WEIGHT / float(wanted.square().mean())

    def look(z: Tensor) -> tuple[Tensor, Tensor]:
        """The pictures of latents `z`, and the loss of each."""
        images = draw(z)
        loss = (images - target).square().mean((1, 2, 3)) + PRIOR_WEIGHT * (z.square().mean(1) - 1).relu()
        if features is not None:
            loss = loss + feature_weight * (features(images) - wanted).square().mean(1)
        return images, loss

    with torch.no_grad():
        order = torch.cat([look(part)[1] for part in candidates.split(BATCH)]).argsort()
    # A server draws in inference mode, which has no gradients. It is switched off for each step, and not while yielding.
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
        # Adam does not change the other points, because they have no gradient.
        points = [points[i] for i in order[: max(1, STARTS >> 4 * (step + 1) // steps)]]


def nearest(
    queries: Float[Tensor, "n f"], bank: Float[Tensor, "m f"], k: int = 5
) -> tuple[Float[Tensor, "n k2"], Int[Tensor, "n k2"]]:
    """The Euclidean distances from each query to the `k` nearest rows of `bank`, and the numbers of these rows.

    The nearest row comes first. There are fewer than `k` if the bank has fewer rows.
    """
    distances, rows = queries.new_empty(len(queries), 0), torch.empty(len(queries), 0, dtype=torch.int64, device=bank.device)
    for start in range(0, len(bank), CHUNK):
        # The faster computation with matrix products has rounding errors: a picture would have a distance to itself.
        d = torch.cdist(queries, bank[start : start + CHUNK], compute_mode="donot_use_mm_for_euclid_dist")
        here = torch.arange(start, start + d.shape[1], device=bank.device).expand_as(d)
        distances, rows = torch.cat([distances, d], 1), torch.cat([rows, here], 1)
        distances, order = distances.sort(dim=1, stable=True)
        distances, rows = distances[:, :k], rows.gather(1, order)[:, :k]
    return distances, rows


@dataclass(frozen=True)
class Plane:
    """A map of the plane through three latents. Its unit is the distance from the first to the second.

    The first lies at (0, 0), the second at (1, 0), the third above the line through them.
    """

    origin: Float[Tensor, "z"]
    axes: Float[Tensor, "2 z"]
    corners: Float[Tensor, "3 2"]
    """positions of the three latents on the map"""
    lengths: Float[Tensor, "3"] | None
    """lengths of the three latents; None for a flat map"""

    @classmethod
    def through(cls, points: Float[Tensor, "3 z"], spherical: bool = True) -> Plane:
        """The plane through `points`.

        Args:
            spherical: true for latents. Each point of the plane then moves along its ray from the origin to where a normal
                distribution has its mass: to a length between those of `points`. So the map is a gnomonic projection of the
                great sphere through them. False, for styles of a mapping network, gives a flat map.

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
            raise ValueError("the three points lie on one line, so they define no plane")
        zero = torch.zeros_like(u)
        corners = torch.stack([zero, zero, unit, zero, u, v]).view(3, 2) / unit
        lengths = points.norm(dim=1) if spherical else None
        return cls(a, torch.stack([right, up / v]) * unit, corners, lengths)

    def at(self, uv: Float[Tensor, "n 2"]) -> Float[Tensor, "n z"]:
        """The latents at the positions `uv` of the map."""
        points = self.origin + uv @ self.axes
        if self.lengths is None:
            return points
        # The share of each corner in a position: (u, v, 1) is a weighted sum of the corners (u, v, 1).
        ones = torch.ones_like(self.corners[:, :1])
        shares = torch.cat([uv, ones[:1].expand(len(uv), 1)], 1) @ torch.cat([self.corners, ones], 1).inverse()  # n 3
        length = (shares @ self.lengths).clamp(self.lengths.min(), self.lengths.max())
        return points * (length / points.norm(dim=1).clamp(min=torch.finfo(points.dtype).tiny))[:, None]
