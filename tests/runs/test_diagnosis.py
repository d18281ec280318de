"""Diagnoses of logs: of short runs that were spoilt on purpose, of healthy runs, and of the runs of the shipped weights.

The logs tests/runs/logs/NAME-SEED.jsonl are of training on digits: of `mlp_gan` (16x16, 64 and 128 units) and of `dcgan`
(28x28; `generator_fast` and `healthy_dcgan` with width 8; `discriminator_x20`, `no_norm` and `healthy_light` with width 16, as
presets of gan_zoo/training/sabotage.py). The name of a log says how the run was spoilt. The thresholds were set on seed 0
alone, and those for pictures that never vary on seeds 7 to 9.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from gan_zoo.runs.diagnosis import ADVICE, Finding, diagnose, is_enough, light, thinned
from gan_zoo.runs.run import Row, Run
from gan_zoo.weights.store import REPOSITORY_WEIGHTS

LOGS = sorted((Path(__file__).parent / "logs").glob("*.jsonl"))
# The finding that the diagnosis must name, possibly among others.
NAMED = {
    "rates_1e30": "not_a_number",
    "rates_0.05": "diverging",
    "rates_1": "diverging",
    "saturating": "vanishing_gradients",
    "discriminator_off": "collapse",
    "discriminator_slow": "discriminator_weak",
    "generator_fast": "discriminator_weak",
    "eight_pictures": "memorisation",
    "rates_1e-7": "stagnation",
    "generator_x50": "oscillation",
    "momentum": "discriminator_strong",
    "discriminator_x20": "discriminator_strong",
    "no_norm": "collapse",
    "batch_of_2": "small_batch",
}


def rows_of(log: Path) -> list[dict[str, Any]]:
    run = Run(log.parent)
    run.log = log
    return run.rows()


def spoilt(path: Path) -> str:
    return path.stem.rpartition("-")[0]


@pytest.mark.parametrize("log", [log for log in LOGS if spoilt(log) in NAMED], ids=lambda log: log.stem)
def test_what_is_wrong_is_named(log: Path) -> None:
    found = diagnose(rows_of(log))
    assert NAMED[spoilt(log)] in [finding.kind for finding in found]
    assert all(finding.evidence and finding.advice for finding in found)


def test_every_sabotage_has_a_log() -> None:
    assert {spoilt(log) for log in LOGS} >= set(NAMED)


@pytest.mark.parametrize("log", [log for log in LOGS if spoilt(log).startswith("healthy")], ids=lambda log: log.stem)
def test_healthy_runs_are_not_accused(log: Path) -> None:
    assert diagnose(rows_of(log)) == []


@pytest.mark.parametrize("folder", sorted(f.parent for f in REPOSITORY_WEIGHTS.glob("*/log.jsonl")), ids=lambda f: f.name)
def test_shipped_runs_are_not_accused(folder: Path) -> None:
    rows = Run(folder).rows()
    assert rows and diagnose(rows) == []


@pytest.mark.parametrize("name", ["discriminator_off", "rates_0.05", "saturating", "rates_1e30"])
def test_hopeless_runs_are_red(name: str) -> None:
    found = diagnose(rows_of(Path(__file__).parent / "logs" / f"{name}-0.jsonl"))
    assert light(found) == "red"


@pytest.mark.parametrize(
    "log", [log for log in LOGS if spoilt(log) in ("discriminator_x20", "no_norm")], ids=lambda log: log.stem
)
def test_domination_and_collapse_are_seen_within_150_steps(log: Path) -> None:
    found = diagnose([row for row in rows_of(log) if row["step"] <= 150])
    assert NAMED[spoilt(log)] in [finding.kind for finding in found if finding.until is None]


def test_what_has_shown_little_is_not_called_healthy() -> None:
    varied = [{"step": 25 * (i + 1), "diversity": 0.6} for i in range(20)]
    assert is_enough(varied) and not is_enough(varied[:10]) and not is_enough([])
    assert not is_enough([{**row, "diversity": 0.1} for row in varied]), "pictures that are all alike"
    assert is_enough([{"step": row["step"]} for row in varied]), "where no variety is measured, time has to do"


def test_the_light() -> None:
    assert light([]) == "green"
    assert light([Finding("memorisation", 5, None, {"novelty": 0.1})]) == "yellow"
    assert light([Finding("collapse", 5, 9, {}), Finding("memorisation", 5, None, {})]) == "yellow"
    assert light([Finding("collapse", 5, 9, {})]) == "green"
    assert light([Finding("oscillation", 5, None, {}), Finding("collapse", 7, None, {})]) == "red"


def sampled(novelty: list[float]) -> list[dict[str, Any]]:
    return [{"step": 10 * (i + 1), "novelty": value} for i, value in enumerate(novelty)]


def test_when_it_began_and_when_it_was_over() -> None:
    bad = [1.0, 0.2, 0.2, 0.1, 1.0, 1.0, 0.2]
    (finding,) = diagnose(sampled(bad))
    assert (finding.kind, finding.since, finding.until, finding.evidence) == ("memorisation", 20, 50, {"novelty": 0.1})
    (finding,) = diagnose(sampled(bad[:4]))
    assert finding.until is None


def test_single_ticks_are_noise() -> None:
    assert diagnose(sampled([1.0, 0.2, 1.0, 1.0, 0.2, 0.2, 1.0, 1.0])) == []
    (finding,) = diagnose(sampled([0.2, 0.2, 1.0, 0.2, 0.2]))
    assert finding.since == 10 and finding.until is None, "a single good one ends nothing"


def test_a_number_that_is_none() -> None:
    rows = [{"step": 1, "generator_loss": 1.0}, {"step": 2, "generator_loss": None}]
    (finding,) = diagnose(rows)
    assert finding.kind == "not_a_number" and finding.since == 2 and math.isnan(finding.evidence["generator_loss"])


def test_modes_that_recall_misses() -> None:
    rows = [{"step": i, "recall": 0.01, "precision": 0.8, "diversity": 0.9} for i in range(1, 5)]
    (finding,) = diagnose(rows)
    assert finding.kind == "collapse" and finding.evidence == {"recall": 0.01, "precision": 0.8}


def stuck(diversity: list[float], **more: float) -> list[dict[str, Any]]:
    return [{"step": 50 * (i + 1), "diversity": value, "movement": 0.05, **more} for i, value in enumerate(diversity)]


def test_pictures_that_never_vary() -> None:
    assert [f.kind for f in diagnose(stuck([0.1] * 20))] == ["collapse"]
    assert [f.kind for f in diagnose(stuck([0.1] * 20, d_real=0.9, d_fake=0.1))] == ["discriminator_strong"]
    assert diagnose(stuck([0.1] * 12)) == [], "it may still be the start"
    assert diagnose(stuck([0.02 * i for i in range(20)])) == [], "they get more varied"
    assert diagnose(stuck([0.3] * 20)) == [], "it is a beginning"


def test_fresh_samples_tell_what_the_grid_hides() -> None:
    rows = [{"step": 50 * i, "diversity": 0.8, "fresh_diversity": 0.8 if i < 5 else 0.2} for i in range(1, 12)]
    (finding,) = diagnose(rows)
    assert finding.kind == "collapse" and finding.since == 250 and finding.evidence["fresh_diversity"] == 0.2


def test_a_little_more_than_nothing_is_no_recovery() -> None:
    (finding,) = diagnose(stuck([0.16] * 3 + [0.05] * 5 + [0.1] * 5))
    assert finding.kind == "collapse" and finding.until is None
    (finding,) = diagnose(stuck([0.16] * 3 + [0.05] * 5 + [0.3] * 5))
    assert finding.until == 450


def test_a_critic_has_no_scale_and_no_probabilities() -> None:
    rows = [
        {"step": i, "generator_loss": -500.0, "discriminator_loss": -90.0, "generator_gradient_norm": 80.0} for i in range(9)
    ]
    assert diagnose(rows) == []


def test_rest_after_the_rates_have_fallen_is_meant() -> None:
    def run(rate: float) -> list[dict[str, Any]]:
        return [
            {"step": i, "movement": 0.05 if i < 5 else 0.001, "generator_learning_rate": 1e-3 if i < 5 else rate}
            for i in range(1, 15)
        ]

    assert diagnose(run(1e-5)) == []
    assert [finding.kind for finding in diagnose(run(1e-3))] == ["stagnation"]


def test_an_empty_log() -> None:
    assert diagnose([]) == []


def test_every_kind_has_advice() -> None:
    assert all(ADVICE.values())


def test_a_long_log_is_thinned_and_keeps_what_is_no_number() -> None:
    rows: list[Row] = [{"step": i, "generator_loss": None if i == 777 else 1.0} for i in range(1_000)]
    steps = [row["step"] for row in thinned(rows, 10)]
    assert steps == [*range(0, 701, 100), 777, 800, 900, 999]
    assert thinned(rows, 5_000) == rows and thinned([]) == []
