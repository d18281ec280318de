"""What the log of a run says about how the run is doing: pure functions of its rows.

Each diagnosis looks for a condition that holds in several ticks one after another; a single tick may be noise, and an
early one the start. Thresholds were set on short runs that were spoilt on purpose and on healthy ones (tests/health); by
each is said what they showed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from gan_zoo.runs.run import Row

Kind = Literal[
    "not_a_number", "diverging", "collapse", "discriminator_strong", "discriminator_weak", "vanishing_gradients",
    "oscillation", "stagnation", "memorisation", "small_batch",
]  # fmt: skip
Light = Literal["green", "yellow", "red"]

# Probabilities beyond which the discriminator errs in one case of fifty: healthy runs end at 0.97 and 0.03.
SURE = 0.98
# How much likelier to be real it takes the generated pictures for: healthy ones are always on the other side of 0.
FOOLED = 0.03
# Between its opinions of real and generated pictures: healthy runs whose pictures don't vary yet are at 0.5 at the most.
AHEAD = 0.6
# A logit of 30 is a probability of 1 - 1e-13, and nothing is to be learnt from it: healthy losses stay under 10.
LOSS = 30.0
# Of what the grid's diversity has been before, and of what real pictures have: healthy runs keep over 0.7 of the former.
FALLEN, POOR = 0.5, 0.5
# Of real pictures' diversity, and its growth from the first half of so many ticks to the second: after so many steps,
# healthy runs have left the one behind, or still grow by more.
STUCK, GROWTH, WINDOW, EARLY = 0.18, 1.1, 14, 300
# Of the largest gradient norm before: it falls by half as a healthy run goes on.
VANISHED = 0.02
# Of real pictures' distances, from tick to tick: healthy grids move by 0.05 to 0.25 once they show something.
RESTLESS, STILL = 0.4, 0.004
# Of the distance between two training pictures: unseen ones, and healthy samples, are at 1 or beyond.
COPIED = 0.5
# Pictures in a step, below which one batch says little about the data.
FEW = 4
# Modes are lost where few real pictures are covered, though what is drawn looks real.
LOST, GOOD = 0.05, 0.3

ADVICE: dict[Kind, tuple[str, ...]] = {
    "not_a_number": ("lower_rates", "clip"),
    "diverging": ("lower_rates", "clip", "r1"),
    "collapse": ("raise_discriminator_rate", "lower_generator_rate", "r1"),
    "discriminator_strong": ("lower_discriminator_rate", "r1", "augment"),
    "discriminator_weak": ("raise_discriminator_rate", "discriminator_steps", "lower_generator_rate"),
    "vanishing_gradients": ("non_saturating", "lower_discriminator_rate", "r1"),
    "oscillation": ("lower_rates", "lower_momentum", "r1"),
    "stagnation": ("raise_rates", "lower_discriminator_rate"),
    "memorisation": ("more_data", "augment"),
    "small_batch": ("larger_batch",),
}
"""what to try, the likeliest first, as codes that have a sentence in each language"""
# With these nothing good comes of going on.
FATAL = ("not_a_number", "diverging", "collapse", "vanishing_gradients")


@dataclass(frozen=True)
class Finding:
    """Something that is wrong with a run."""

    kind: Kind
    since: int
    """the step of the first tick that showed it"""
    until: int | None
    """the step of the tick at which it was over; None where it is not"""
    evidence: dict[str, float]
    """the numbers that show it, from the worst tick: means over it"""

    @property
    def advice(self) -> tuple[str, ...]:
        return ADVICE[self.kind]


def diagnose(rows: Sequence[Row]) -> list[Finding]:
    """Everything that is or was wrong, in order of its beginning."""
    findings = [f for kind, (evidence, ticks) in _SIGNS.items() for f in _spells(kind, list(evidence(rows)), rows, ticks)]
    return sorted(findings, key=lambda finding: (finding.since, finding.kind))


def light(findings: Sequence[Finding]) -> Light:
    """Red where nothing good will come of going on, yellow where something is wrong, green otherwise; what is over
    doesn't count."""
    now = [finding.kind for finding in findings if finding.until is None]
    return "red" if any(kind in FATAL for kind in now) else "yellow" if now else "green"


# What a sign says of each row: the numbers that show it, or nothing.
Signs = Iterator[dict[str, float] | None]


def _spells(kind: Kind, signs: Sequence[Mapping[str, float] | None], rows: Sequence[Row], ticks: int) -> Iterator[Finding]:
    """The times at which a sign stood for at least so many ticks one after another. One tick without it doesn't end them."""
    start = 0
    while start < len(signs):
        if signs[start] is None:
            start += 1
            continue
        end = start
        while end < len(signs) and any(sign is not None for sign in signs[end : end + 2]):
            end += 1
        seen = [sign for sign in signs[start:end] if sign is not None]
        if len(seen) >= ticks:
            until = rows[end]["step"] if end < len(rows) else None
            yield Finding(kind, rows[start]["step"], until, dict(seen[-1]))
        start = end + 1


def _not_a_number(rows: Sequence[Row]) -> Signs:
    for row in rows:
        broken = [key for key, value in row.items() if value is None]
        yield {key: math.nan for key in broken} or None


def _diverging(rows: Sequence[Row]) -> Signs:
    for row in rows:
        # A critic's marks have no scale.
        loss = max((abs(row[key]) for key in ("generator_loss", "discriminator_loss") if _has(row, key)), default=0.0)
        yield {"loss": loss} if loss > LOSS and _has(row, "d_fake") else None


def _collapse(rows: Sequence[Row]) -> Signs:
    best, on = 0.0, False
    for i, row in enumerate(rows):
        if _has(row, "recall", "precision") and row["recall"] < LOST and row["precision"] > GOOD:
            yield _numbers(row, "recall", "precision")
        elif _has(row, "diversity"):
            # The grid's latents are always the same; what others give may tell more.
            varied = min(_present(row, "diversity", "fresh_diversity").values())
            best = max(best, varied)
            fallen = varied < FALLEN * best and varied < POOR
            never = _stuck(rows[: i + 1]) and not _ahead(rows[: i + 1])
            # A little more than nothing is no recovery.
            on = fallen or never or (on and varied < STUCK)
            yield _present(row, "diversity", "fresh_diversity") | {"before": best} if on else None
        else:
            yield None


def _stuck(rows: Sequence[Row]) -> bool:
    """Whether the pictures have been much alike for long, and don't get more varied though they move."""
    window = rows[-WINDOW:]
    if len(window) < WINDOW or window[-1]["step"] < EARLY or not all(_has(row, "diversity", "movement") for row in window):
        return False
    half = WINDOW // 2
    early, late = (sum(row["diversity"] for row in part) for part in (window[:half], window[half:]))
    alike = max(row["diversity"] for row in window) < STUCK
    return alike and late < GROWTH * early and max(row["movement"] for row in window) > STILL


def _ahead(rows: Sequence[Row]) -> bool:
    """Whether the discriminator has told real from generated pictures well for long."""
    apart = [row["d_real"] - row["d_fake"] for row in rows[-WINDOW:] if _has(row, "d_real", "d_fake")]
    return len(apart) == WINDOW and sum(apart) / WINDOW > AHEAD


def _strong(rows: Sequence[Row]) -> Signs:
    for i, row in enumerate(rows):
        sure = _has(row, "d_real", "d_fake") and row["d_real"] > SURE and row["d_fake"] < 1 - SURE
        # Less will do where nothing comes of it.
        if sure or (_stuck(rows[: i + 1]) and _ahead(rows[: i + 1])):
            yield _present(row, "d_real", "d_fake") | ({} if sure else _present(row, "diversity"))
        else:
            yield None


def _weak(rows: Sequence[Row]) -> Signs:
    for row in rows:
        fooled = _has(row, "d_real", "d_fake") and row["d_fake"] - row["d_real"] > FOOLED
        yield _numbers(row, "d_real", "d_fake") if fooled else None


def _vanishing(rows: Sequence[Row]) -> Signs:
    most = 0.0
    for row in rows:
        if not _has(row, "generator_gradient_norm", "d_fake"):
            yield None
            continue
        norm = row["generator_gradient_norm"]
        most = max(most, norm)
        # Where the discriminator is fooled, small gradients mean that there is nothing left to gain.
        vanished = norm < VANISHED * most and row["d_fake"] < 0.1
        yield _numbers(row, "generator_gradient_norm", "d_fake") | {"before": most} if vanished else None


def _oscillation(rows: Sequence[Row]) -> Signs:
    # The first pictures have to move.
    last = rows[-1]["step"] if rows else 0
    for row in rows:
        restless = _has(row, "movement") and row["movement"] > RESTLESS and row["step"] > last / 4
        yield _numbers(row, "movement") if restless else None


def _stagnation(rows: Sequence[Row]) -> Signs:
    most = 0.0
    for row in rows:
        rate = row.get("generator_learning_rate") or 0.0
        most = max(most, rate)
        # A learning rate that has fallen is meant to bring the pictures to rest.
        still = _has(row, "movement") and row["movement"] < STILL and rate > most / 10
        yield _numbers(row, "movement") if still else None


def _memorisation(rows: Sequence[Row]) -> Signs:
    for row in rows:
        yield _numbers(row, "novelty") if _has(row, "novelty") and row["novelty"] < COPIED else None


def _small_batch(rows: Sequence[Row]) -> Signs:
    for row in rows:
        # Of samplers alone: a translator's loss per pixel is of many even in one picture.
        batch = row["images"] / row["step"] if _has(row, "images", "diversity") and row["step"] else math.inf
        yield {"batch": batch} if batch <= FEW else None


# How many ticks each sign must stand for.
_SIGNS: dict[Kind, tuple[Callable[[Sequence[Row]], Signs], int]] = {
    "not_a_number": (_not_a_number, 1),
    "diverging": (_diverging, 2),
    "collapse": (_collapse, 3),
    "discriminator_strong": (_strong, 3),
    "discriminator_weak": (_weak, 3),
    "vanishing_gradients": (_vanishing, 3),
    "oscillation": (_oscillation, 5),
    "stagnation": (_stagnation, 5),
    "memorisation": (_memorisation, 3),
    "small_batch": (_small_batch, 3),
}


def _has(row: Mapping[str, Any], *keys: str) -> bool:
    return all(row.get(key) is not None for key in keys)


def _present(row: Mapping[str, Any], *keys: str) -> dict[str, float]:
    """The quantities that the row has."""
    return {key: row[key] for key in keys if _has(row, key)}


def _numbers(row: Mapping[str, Any], *keys: str) -> dict[str, float]:
    return {key: row[key] for key in keys}
