"""GANs in two dimensions, small enough to show every point (after GAN Lab, Kahng et al. 2018,
https://arxiv.org/abs/1809.01587)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn

from gan_zoo import random_state
from gan_zoo.errors import UserError, unknown
from gan_zoo.layers import losses

Points = Float[Tensor, "n 2"]
# The visible plane is [-EXTENT, EXTENT]^2; the real points lie in about [-1, 1]^2.
EXTENT = 1.5
# The number of points in a snapshot, and the largest distance between two neighbours: a third of the distance between two
# Gaussians of the grid.
SHOWN, NEAR = 400, 0.13


def _ring(n: int, generator: torch.Generator) -> Points:
    angle = torch.randint(8, (n,), generator=generator) * (2 * math.pi / 8)
    return _around(0.8 * torch.stack([angle.cos(), angle.sin()], 1), 0.04, generator)


def _grid(n: int, generator: torch.Generator) -> Points:
    return _around(torch.randint(5, (n, 2), generator=generator) * 0.4 - 0.8, 0.03, generator)


def _moons(n: int, generator: torch.Generator) -> Points:
    angle = torch.rand(n, generator=generator) * math.pi
    side = (torch.arange(n) % 2 * 2 - 1).float()
    return _around(torch.stack([0.55 * angle.cos() + 0.27 * side, side * (0.17 - 0.6 * angle.sin())], 1), 0.04, generator)


def _line(n: int, generator: torch.Generator) -> Points:
    along = torch.rand(n, generator=generator) * 1.8 - 0.9
    return _around(torch.stack([along, 0.5 * along], 1), 0.03, generator)


def _around(centres: Points, sigma: float, generator: torch.Generator) -> Points:
    return centres + sigma * torch.randn(centres.shape, generator=generator)


DISTRIBUTIONS: dict[str, Callable[[int, torch.Generator], Points]] = {
    "ring": _ring,
    "grid": _grid,
    "moons": _moons,
    "line": _line,
}
DRAWN = "drawn"


@dataclass(frozen=True)
class PlaygroundConfig:
    """The settings of a playground; raises `UserError` for values that are unknown or out of range."""

    distribution: str = "ring"
    """ring, grid, moons, line or drawn"""
    points: tuple[tuple[float, float], ...] = ()
    """points of a drawn distribution, both coordinates in [-1, 1]"""
    loss: str = "non_saturating"
    """a key of `losses.ADVERSARIAL`"""
    latent_size: int = 2
    """1 or 2 numbers in a latent, each uniformly distributed in [-1, 1]"""
    width: int = 48
    """units in each of the two hidden layers of both networks"""
    batch_size: int = 128
    """number of real points, and of generated points, in an update"""
    generator_rate: float = 1e-3
    """learning rate of the generator (Adam)"""
    discriminator_rate: float = 2e-3
    """learning rate of the discriminator (Adam)"""
    generator_steps: int = 1
    """updates of the generator in a step"""
    discriminator_steps: int = 1
    """updates of the discriminator in a step"""
    seed: int = 0
    """seed of the weights, the latents and the real points"""

    def __post_init__(self) -> None:
        if self.distribution not in (*DISTRIBUTIONS, DRAWN):
            raise unknown("distribution", self.distribution, [*DISTRIBUTIONS, DRAWN])
        if self.loss not in losses.ADVERSARIAL:
            raise unknown("loss", self.loss, losses.ADVERSARIAL)
        if self.distribution == DRAWN and not self.points:
            raise UserError("there are no points yet: draw some points first", "nothing_drawn")
        if not all(abs(coordinate) <= 1 for point in self.points for coordinate in point):
            raise UserError("a drawn point lies outside the plane: both coordinates must be from -1 to 1", "bad_playground")
        for name, least, most in (
            ("latent_size", 1, 2), ("width", 1, 256), ("batch_size", 2, 1_024), ("generator_rate", 0, 1),
            ("discriminator_rate", 0, 1), ("generator_steps", 0, 20), ("discriminator_steps", 0, 20),
        ):  # fmt: skip
            if not least <= getattr(self, name) <= most:
                raise UserError(f"{name} is {getattr(self, name)}; it must be from {least} to {most}", "bad_playground")


# Fields that may change during the training.
LIVE = ("distribution", "points", "loss", "generator_rate", "discriminator_rate", "generator_steps", "discriminator_steps")


@dataclass(frozen=True)
class Snapshot:
    """The visible state after a step. All snapshots use the same latents and the same real points."""

    step: int
    real: Points
    generated: Points
    landscape: Float[Tensor, "cells cells"]
    """probability that a point is real, in [0, 1], by the discriminator, over [-EXTENT, EXTENT]^2; the first row is the top"""
    arrows: Float[Tensor, "k 4"]
    """x and y of some generated points, and the negative gradient of the generator's loss there"""
    warp: Float[Tensor, "lines along 2"]
    """generated points for the lines of a square grid of latents; a single line if latents have one dimension"""
    covered: float
    """fraction of the real points that have a generated point nearby, in [0, 1]; falls when modes are lost"""
    plausible: float
    """fraction of the generated points that have a real point nearby, in [0, 1]"""


class Playground:
    """A generator and a discriminator with two hidden layers each, and the distribution that the generator learns."""

    def __init__(self, config: PlaygroundConfig) -> None:
        self.config, self.step = config, 0
        self.random = torch.Generator().manual_seed(config.seed)
        with random_state.seeded(config.seed):
            self.generator = _perceptron(config.latent_size, config.width, 2)
            self.discriminator = _perceptron(2, config.width, 1)
        # With a higher momentum than 0.5 (Radford et al. 2015), GANs in two dimensions go round in circles.
        self.generator_adam, self.discriminator_adam = (
            torch.optim.Adam(network.parameters(), lr=0.0, betas=(0.5, 0.999), fused=True)
            for network in (self.generator, self.discriminator)
        )
        self.latents = self._latents(SHOWN)
        self._look_at_real()

    def change(self, **changes: Any) -> None:
        """Change fields in `LIVE` and keep the networks; raises `UserError` for values out of range."""
        assert set(changes) <= set(LIVE), changes
        self.config = replace(self.config, **changes)
        self._look_at_real()

    def steps(self, n: int) -> dict[str, float]:
        """Train for `n` steps and return a log row: the step, and the means of the losses, D(x) and D(G(z)).

        A value is NaN if its network made no update.
        """
        c = self.config
        game = losses.ADVERSARIAL[c.loss]
        for adam, rate in ((self.generator_adam, c.generator_rate), (self.discriminator_adam, c.discriminator_rate)):
            adam.param_groups[0]["lr"] = rate
        d_losses, g_losses, verdicts = [], [], []
        for _ in range(n):
            for _ in range(c.discriminator_steps):
                with torch.no_grad():
                    fake = self.generator(self._latents(c.batch_size))
                real_logits, fake_logits = self.discriminator(torch.cat([self._real(c.batch_size), fake])).chunk(2)
                loss = game.discriminator(real_logits, fake_logits)
                self._update(self.discriminator, self.discriminator_adam, loss)
                d_losses.append(loss.detach())
                verdicts.append(torch.stack([real_logits.detach(), fake_logits.detach()]))
            for _ in range(c.generator_steps):
                loss = game.generator(self.discriminator(self.generator(self._latents(c.batch_size))))
                self._update(self.generator, self.generator_adam, loss)
                g_losses.append(loss.detach())
        self.step += n
        d_real, d_fake = torch.stack(verdicts).sigmoid().mean((0, 2, 3)).tolist() if verdicts else (math.nan, math.nan)
        return {
            "step": self.step,
            "generator_loss": _mean(g_losses),
            "discriminator_loss": _mean(d_losses),
            "d_real": d_real,
            "d_fake": d_fake,
        }

    def snapshot(self, cells: int = 40, arrows: int = 80, lines: int = 11) -> Snapshot:
        """Return the visible state of the playground.

        Args:
            cells: cells of the landscape along one side.
            arrows: number of arrows.
            lines: lines of the grid of latents in each direction.
        """
        generated = self.generator(self.latents).detach()
        some = generated[:arrows].clone().requires_grad_()
        # The loss is a mean over the points. Multiplied by their number, its gradient is that of each point's own loss.
        loss = losses.ADVERSARIAL[self.config.loss].generator(self.discriminator(some)) * len(some)
        (gradient,) = torch.autograd.grad(loss, some)
        with torch.no_grad():
            landscape = self.discriminator(_plane(cells)).sigmoid().view(cells, cells)
            warp = self.generator(_lattice(self.config.latent_size, lines))
        near = torch.cdist(self.real, generated) < NEAR
        return Snapshot(
            self.step, self.real, generated, landscape, torch.cat([some.detach(), -gradient], 1), warp,
            *(float(near.any(dim).float().mean()) for dim in (1, 0)),
        )  # fmt: skip

    def _update(self, network: nn.Module, adam: torch.optim.Optimizer, loss: Tensor) -> None:
        weights = list(network.parameters())
        for weight, gradient in zip(weights, torch.autograd.grad(loss, weights), strict=True):
            weight.grad = gradient
        adam.step()

    def _latents(self, n: int) -> Float[Tensor, "n z"]:
        return torch.rand(n, self.config.latent_size, generator=self.random) * 2 - 1

    def _real(self, n: int, generator: torch.Generator | None = None) -> Points:
        generator = generator or self.random
        if self.config.distribution != DRAWN:
            return DISTRIBUTIONS[self.config.distribution](n, generator)
        drawn = torch.tensor(self.config.points)
        return _around(drawn[torch.randint(len(drawn), (n,), generator=generator)], 0.02, generator)

    def _look_at_real(self) -> None:
        self.real = self._real(SHOWN, torch.Generator().manual_seed(self.config.seed))


def _perceptron(inputs: int, width: int, outputs: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for a, b in pairwise((inputs, width, width, outputs)):
        layers += [nn.Linear(a, b), nn.LeakyReLU(0.2, inplace=True)]
    return nn.Sequential(*layers[:-1])


def _plane(cells: int) -> Points:
    """Return the centres of the cells of the visible plane, row by row from the top."""
    middles = ((torch.arange(cells) + 0.5) / cells * 2 - 1) * EXTENT
    y, x = torch.meshgrid(-middles, middles, indexing="ij")
    return torch.stack([x, y], 2).view(-1, 2)


def _lattice(latent_size: int, lines: int, along: int = 41) -> Float[Tensor, "lines along z"]:
    """Return latents along the lines of a grid over [-1, 1]^2, first the horizontal and then the vertical lines.

    Latents of one dimension give a single line over [-1, 1].
    """
    t = torch.linspace(-1, 1, along)
    if latent_size == 1:
        return t[None, :, None]
    at, moving = torch.linspace(-1, 1, lines)[:, None].expand(-1, along), t.expand(lines, -1)
    return torch.cat([torch.stack([moving, at], 2), torch.stack([at, moving], 2)])


def _mean(values: list[Tensor]) -> float:
    return float(torch.stack(values).mean()) if values else math.nan
