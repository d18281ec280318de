"""Diagnosis of a run from its log, by pure functions of its rows.

Each diagnosis looks for a condition that holds in several consecutive ticks, because a single tick may be noise and an
early one part of the start. The thresholds were set on short runs, some spoilt on purpose and some healthy (tests/runs/logs);
the comment of each threshold says what these runs showed.
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

# The probability at which the discriminator is wrong in one case of fifty: healthy runs end at 0.97 and 0.03.
SURE = 0.98
# The lead of the discriminator's probability for generated pictures over that for real ones: below 0 in healthy runs.
FOOLED = 0.03
# The gap between its probabilities for real and generated pictures: at most 0.5 in healthy runs with little variety so far.
AHEAD = 0.6
# A logit of 30 is a probability of 1 - 1e-13, which teaches nothing: healthy losses stay under 10.
LOSS = 30.0
# Shares of the grid's best diversity so far and of real pictures' diversity: healthy runs keep over 0.7 of the former.
FALLEN, POOR = 0.5, 0.5
# A share of real pictures' diversity, its growth from the first to the second half of a window, the ticks of the window, and
# the first step that counts: after it, healthy runs have more than this share or still grow faster.
STUCK, GROWTH, WINDOW, EARLY = 0.18, 1.1, 14, 300
# The first step, and the number of ticks, after which a detective that is AHEAD of pictures with less than BARREN of real
# pictures' diversity has won: by then healthy runs have shown 0.2 or more.
SOON, TICKS, BARREN = 100, 4, 0.15
# A share of the largest gradient norm so far: in a healthy run the norm falls by half.
VANISHED = 0.02
# The gap between the discriminator's probabilities for real and generated pictures, and the share of real pictures' diversity,
# at which the game is won: fair runs from nothing end with a wider gap.
EVEN, AS_VARIED = 0.1, 0.95
# Shares of real pictures' distances, from tick to tick: healthy grids move by 0.05 to 0.25 once they show something.
RESTLESS, STILL = 0.4, 0.004
# A share of the distance between two training pictures: unseen pictures and healthy samples are at 1 or more.
COPIED = 0.5
# Pictures in a step: a batch of so few, or fewer, says little about the data.
FEW = 4
# Modes are lost if the recall is below LOST although the precision is above GOOD: few real pictures are covered.
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
"""the remedies for each finding, the most promising first, as codes with a sentence in each language"""
# After these findings it is useless to go on.
FATAL = ("not_a_number", "diverging", "collapse", "vanishing_gradients")


@dataclass(frozen=True)
class Finding:
    """A fault of a run."""

    kind: Kind
    since: int
    """the step of the first tick with the fault"""
    until: int | None
    """the step of the first tick without the fault; None if it lasts"""
    evidence: dict[str, float]
    """the numbers that show the fault, from its last tick: means over that tick"""

    @property
    def advice(self) -> tuple[str, ...]:
        return ADVICE[self.kind]


def diagnose(rows: Sequence[Row]) -> list[Finding]:
    """All present and past faults, in order of their beginning."""
    findings = [f for kind, (evidence, ticks) in _SIGNS.items() for f in _spells(kind, list(evidence(rows)), rows, ticks)]
    return sorted(findings, key=lambda finding: (finding.since, finding.kind))


def thinned(rows: Sequence[Row], most: int = 10_000) -> list[Row]:
    """At most about `most` of the rows, evenly spaced, the last one, and those with a value that is no number.

    More ticks than that belong to weeks of training, in which no fault is shorter than the gaps.
    """
    every = -(-len(rows) // most) or 1
    return [row for i, row in enumerate(rows) if i % every == 0 or i == len(rows) - 1 or None in row.values()]


def light(findings: Sequence[Finding]) -> Light:
    """Red if it is useless to go on, yellow if something else is wrong, and green otherwise; past faults don't count."""
    now = [finding.kind for finding in findings if finding.until is None]
    return "red" if any(kind in FATAL for kind in now) else "yellow" if now else "green"


def is_enough(rows: Sequence[Row]) -> bool:
    """True if a log shows enough for a run without a finding to be called healthy: it has gone on for a while, and its
    pictures are no longer all alike."""
    if len(rows) < 3 or rows[-1]["step"] < EARLY:
        return False
    return not _has(rows[-1], "diversity") or rows[-1]["diversity"] >= STUCK


# A sign gives for each row the numbers that show the fault, or None.
Signs = Iterator[dict[str, float] | None]


def _spells(kind: Kind, signs: Sequence[Mapping[str, float] | None], rows: Sequence[Row], ticks: int) -> Iterator[Finding]:
    """The findings for every spell of at least `ticks` ticks with a sign. A single tick without it doesn't end a spell."""
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
        # The scores of a critic have no scale, so only a discriminator with probabilities (`d_fake`) counts.
        loss = max((abs(row[key]) for key in ("generator_loss", "discriminator_loss") if _has(row, key)), default=0.0)
        yield {"loss": loss} if loss > LOSS and _has(row, "d_fake") else None


def _collapse(rows: Sequence[Row]) -> Signs:
    best, on = 0.0, False
    for i, row in enumerate(rows):
        if _has(row, "recall", "precision") and row["recall"] < LOST and row["precision"] > GOOD:
            yield _numbers(row, "recall", "precision")
        elif _has(row, "diversity"):
            # The grid always has the same latents, so fresh latents may show more.
            varied = min(_present(row, "diversity", "fresh_diversity").values())
            best = max(best, varied)
            fallen = varied < FALLEN * best and varied < POOR
            never = _stuck(_window(rows, i)) and not _ahead(_window(rows, i))
            # Slightly more diversity than none is no recovery.
            on = fallen or never or (on and varied < STUCK)
            yield _present(row, "diversity", "fresh_diversity") | {"before": best} if on else None
        else:
            yield None


def _window(rows: Sequence[Row], i: int) -> Sequence[Row]:
    """The last rows up to row `i`."""
    return rows[max(0, i + 1 - WINDOW) : i + 1]


def _stuck(window: Sequence[Row]) -> bool:
    """True if the pictures have long been alike and don't get more varied, although they move."""
    if len(window) < WINDOW or window[-1]["step"] < EARLY or not all(_has(row, "diversity", "movement") for row in window):
        return False
    half = WINDOW // 2
    early, late = (sum(row["diversity"] for row in part) for part in (window[:half], window[half:]))
    alike = max(row["diversity"] for row in window) < STUCK
    return alike and late < GROWTH * early and max(row["movement"] for row in window) > STILL


def _ahead(window: Sequence[Row]) -> bool:
    """True if the discriminator has long separated real from generated pictures well."""
    apart = [row["d_real"] - row["d_fake"] for row in window if _has(row, "d_real", "d_fake")]
    return len(apart) == WINDOW and sum(apart) / WINDOW > AHEAD


def _dominated(rows: Sequence[Row]) -> bool:
    """True if the discriminator has been ahead from the start, and the pictures have never been varied."""
    if rows[-1]["step"] < SOON or len(rows) < TICKS or not all(_has(row, "diversity", "d_real", "d_fake") for row in rows):
        return False
    apart = sum(row["d_real"] - row["d_fake"] for row in rows) / len(rows)
    return max(row["diversity"] for row in rows) < BARREN and apart > AHEAD


def _strong(rows: Sequence[Row]) -> Signs:
    for i, row in enumerate(rows):
        sure = _has(row, "d_real", "d_fake") and row["d_real"] > SURE and row["d_fake"] < 1 - SURE
        # If the pictures don't improve, a smaller lead is enough.
        if sure or _dominated(rows[: i + 1]) or (_stuck(_window(rows, i)) and _ahead(_window(rows, i))):
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
        # If the generator fools the discriminator, small gradients only mean that it has nothing left to gain.
        vanished = norm < VANISHED * most and row["d_fake"] < 0.1
        yield _numbers(row, "generator_gradient_norm", "d_fake") | {"before": most} if vanished else None


def _oscillation(rows: Sequence[Row]) -> Signs:
    # The pictures of the first quarter must move.
    last = rows[-1]["step"] if rows else 0
    for row in rows:
        restless = _has(row, "movement") and row["movement"] > RESTLESS and row["step"] > last / 4
        yield _numbers(row, "movement") if restless else None


def _stagnation(rows: Sequence[Row]) -> Signs:
    most = 0.0
    for row in rows:
        rate = row.get("generator_learning_rate") or 0.0
        most = max(most, rate)
        # A reduced learning rate brings the pictures to rest on purpose, and a game that is won leaves nothing to change.
        still = _has(row, "movement") and row["movement"] < STILL and rate > most / 10 and not _won(row)
        yield _numbers(row, "movement") if still else None


def _won(row: Row) -> bool:
    """True if the discriminator hardly tells generated pictures from real ones, and they are as varied as these."""
    if not _has(row, "d_real", "d_fake", "diversity"):
        return False
    return abs(row["d_real"] - row["d_fake"]) < EVEN and row["diversity"] > AS_VARIED


def _memorisation(rows: Sequence[Row]) -> Signs:
    for row in rows:
        yield _numbers(row, "novelty") if _has(row, "novelty") and row["novelty"] < COPIED else None


def _small_batch(rows: Sequence[Row]) -> Signs:
    for row in rows:
        # Only samplers log diversity. A translator's loss per pixel has many terms even in one picture.
        batch = row["images"] / row["step"] if _has(row, "images", "diversity") and row["step"] else math.inf
        yield {"batch": batch} if batch <= FEW else None


# The functions for the signs, and the number of ticks that each sign must last.
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
    """The quantities among `keys` that the row has."""
    return {key: row[key] for key in keys if _has(row, key)}


def _numbers(row: Mapping[str, Any], *keys: str) -> dict[str, float]:
    return {key: row[key] for key in keys}
