"""Tests of the names of precisions, and of the search for the fastest one."""

from __future__ import annotations

from itertools import product

import pytest
import torch

from gan_zoo import precision
from gan_zoo.precision import Precision, fastest


@pytest.mark.parametrize("parts", list(product((torch.float32, torch.bfloat16), (False, True), (False, True))), ids=str)
def test_a_precision_reads_what_it_writes(parts: tuple[torch.dtype, bool, bool]) -> None:
    assert Precision.parse(str(Precision(*parts))) == Precision(*parts)


def test_the_fastest_wins_and_slow_ones_are_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, runs = [0.0], list[str]()
    monkeypatch.setattr(precision.time, "perf_counter", lambda: clock[0])
    costs = {Precision(): 5.0, Precision(channels_last=True): 2.0, Precision(fused=True): 1.0}

    def prepare(choice: Precision) -> object:
        def run() -> None:
            runs.append(str(choice))
            clock[0] += costs[choice]

        return run

    assert fastest(costs, prepare) == Precision(fused=True)  # type: ignore[arg-type]
    # One run each to warm up and one measured run; two more for those that take at most twice the time of the fastest.
    assert [runs.count(str(choice)) for choice in costs] == [2, 4, 4]
