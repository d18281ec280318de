"""Knobs: directions for what people have words for, such as glasses or mood, and what else each of them changes.

A feature network, which learnt from exact labels, reads a thousand samples of a model. Ridge regression finds the direction in
which each reading grows. Then every direction gives up what it shares with the others (Shen et al. 2020, section 3.3,
https://arxiv.org/abs/1907.10786), so that a knob for glasses does not turn the mood.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from gan_zoo import latent
from gan_zoo.serving.observer import Observer
from gan_zoo.serving.sampler import Session

# Samples that the directions are fitted to, other samples that their effects are measured on, and pictures drawn at once.
SAMPLES, TESTED, BATCH = 1_000, 64, 64
# The weight of the ridge, as a share of the variance of the points.
RIDGE = 0.01
# Standard deviations of the points to each side, between which effects are measured.
REACH = 2.0
# A knob needs this correlation between the reading and what the regression predicts; 64 numbers of noise reach 0.25.
LEAST_CORRELATION = 0.4

Weights = Mapping[str, float]

_LONG = ("bangs2", "hijab", "long", "longAfro", "longBangs", "longCurly", "mediumStraight", "medium1", "medium2", "medium3",
         "mediumBangs", "mediumBangs2", "mediumBangs3", "dreads1", "cornrows2")  # fmt: skip
_SHORT = ("noHair1", "noHair2", "noHair3", "shaved1", "shaved2", "shaved3", "short1", "short2", "short3", "short4", "short5",
          "grayShort", "flatTop", "pomp", "cornrows")  # fmt: skip
_HAPPY = ("awe", "calm", "cheeky", "cute", "eatingHappy", "lovingGrin1", "lovingGrin2", "smile", "smileBig", "smileLOL",
          "smileTeethGap", "explaining")  # fmt: skip
_UNHAPPY = ("angryWithFang", "concerned", "concernedFear", "contempt", "fear", "hectic", "rage", "serious", "solemn",
            "suspicious", "tired", "veryAngry")  # fmt: skip
# For each knob the attribute that it turns, and how far each word of it counts; other words count 0.
KNOBS: dict[str, tuple[str, Weights]] = {
    "glasses": ("accessories", dict.fromkeys(
        ("glasses", "glasses2", "glasses3", "glasses4", "glasses5", "sunglasses", "sunglasses2"), 1.0)),
    "beard": ("facialHair", {"none": -1.0}),
    "hair": ("head", dict.fromkeys(_LONG, 0.5) | dict.fromkeys(_SHORT, -0.5)),
    "mood": ("face", dict.fromkeys(_HAPPY, 0.5) | dict.fromkeys(_UNHAPPY, -0.5)),
    "skin": ("skinColor", {"#694d3d": 0.0, "#ae5d29": 0.25, "#d08b5b": 0.5, "#edb98a": 0.75, "#ffdbb4": 1.0}),
}  # fmt: skip


@dataclass(frozen=True)
class Knob:
    """One knob of a model."""

    name: str
    """a key of `KNOBS`"""
    correlation: float
    """between the reading and what the regression predicts, over the samples that it was fitted to"""
    asked: float
    """the change of the reading from one end of the reach to the other, in shares of its range; 1 is a whole turn"""
    others: dict[str, float]
    """for each other attribute, the share of probability that moves from some words to others meanwhile"""

    @property
    def clean(self) -> float:
        """The asked change as a share of all changes, in [0, 1]."""
        asked = max(self.asked, 0.0)
        return asked / max(asked + sum(self.others.values()), 1e-9)


@dataclass(frozen=True)
class Knobs:
    """The knobs of a model, with a direction for each."""

    knobs: list[Knob]
    directions: latent.Directions


def readings(words: Sequence[tuple[str, str]], probabilities: Float[Tensor, "n words"]) -> dict[str, Float[Tensor, "n"]]:
    """The reading of each knob whose attribute is among `words`; its range has length 1."""
    found = {}
    for name, (attribute, weights) in KNOBS.items():
        known = [(i, weights.get(word, 0.0)) for i, (other, word) in enumerate(words) if other == attribute]
        if len({weight for _, weight in known}) > 1:
            rows, values = zip(*known, strict=True)
            found[name] = probabilities[:, list(rows)] @ torch.tensor(values)
    return found


def regressed(
    w: Float[Tensor, "n w"], scores: Float[Tensor, "n k"], ridge: float = RIDGE
) -> tuple[Float[Tensor, "k w"], Float[Tensor, "k"]]:
    """Unit vectors along which each score grows and the predictions of the others stay, and the correlations of the fits.

    Args:
        ridge: the weight of the ridge, in shares of the mean variance of `w`.
    """
    points, y = (w - w.mean(0)).double(), (scores - scores.mean(0)).double()
    gram = points.T @ points
    gram += ridge * gram.diagonal().mean() * torch.eye(len(gram), dtype=gram.dtype)
    slopes = torch.linalg.solve(gram, points.T @ y).T  # k w
    predicted = points @ slopes.T
    lengths = predicted.norm(dim=0) * y.norm(dim=0)
    correlations = (predicted * y).sum(0) / lengths.clamp(min=1e-12)
    vectors = []
    for i, slope in enumerate(slopes):
        others = torch.cat([slopes[:i], slopes[i + 1 :]])
        if len(others):
            basis, _ = torch.linalg.qr(others.T)
            slope = slope - basis @ (basis.T @ slope)
        vectors.append(slope / slope.norm().clamp(min=1e-12))
    return torch.stack(vectors).to(w.dtype), correlations.to(w.dtype)


def find_knobs(session: Session, observer: Observer) -> Knobs | None:
    """The knobs of a model; None if it has classes, or the network knows too little of what the knobs are for."""
    if session.classes:
        return None
    w = session.mapping(session.latents(SAMPLES, seed=0))
    found = readings(observer.words, _look(session, observer, w))
    if not found:
        return None
    names, scores = list(found), torch.stack(list(found.values()), 1)
    _, correlations = regressed(w, scores)
    kept = [i for i, value in enumerate(correlations.tolist()) if value >= LEAST_CORRELATION]
    if not kept:
        return None
    vectors, correlations = regressed(w, scores[:, kept])
    directions = latent.Directions(vectors, correlations, (w @ vectors.T).std(0))
    knobs = [_measured(session, observer, directions, i, names[row], float(correlations[i])) for i, row in enumerate(kept)]
    return Knobs(knobs, directions)


def _measured(
    session: Session, observer: Observer, directions: latent.Directions, i: int, name: str, correlation: float
) -> Knob:
    """The knob `i` with what it does to other samples than those that the directions were fitted to."""
    w = session.mapping(session.latents(TESTED, seed=1))
    step = torch.zeros(1, len(directions.vectors))
    step[0, i] = REACH
    behind, ahead = (_look(session, observer, latent.move(w, directions, sign * step)) for sign in (-1, 1))
    asked = readings(observer.words, ahead)[name] - readings(observer.words, behind)[name]
    own, others = KNOBS[name][0], {}
    for attribute in dict.fromkeys(attribute for attribute, _ in observer.words):
        rows = [row for row, (other, _) in enumerate(observer.words) if other == attribute]
        if attribute != own:
            others[attribute] = float((ahead - behind)[:, rows].abs().sum(1).mean() / 2)
    return Knob(name, correlation, float(asked.mean()), others)


def _look(session: Session, observer: Observer, w: Float[Tensor, "n *layers w"]) -> Float[Tensor, "n words"]:
    """What the network reads in the pictures of points."""
    return torch.cat([observer.probabilities(session.synthesis(part).images) for part in w.split(BATCH)])
