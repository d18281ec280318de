"""A small part of `gan-zoo bench faults`, and the sums of `gan-zoo bench soak`. No test asserts a time."""

from __future__ import annotations

from collections import Counter
from email.message import Message
from functools import partial
from importlib import import_module
from pathlib import Path
from urllib.error import HTTPError

import pytest

pytest.importorskip("gradio", reason="the app needs gradio: pip install gan-zoo[app]")

from demos.shared import responses
from gan_zoo import UserError, bench
from gan_zoo.bench import visitors
from gan_zoo.runs.run import Run

# In the package, this name is the function of the bench, not its module.
faults = import_module("gan_zoo.bench.faults")


def test_a_killed_trainer_loses_at_most_a_tick(tmp_path: Path) -> None:
    told = faults.killed(Run(tmp_path / "run"), faults.small(tmp_path / "pictures"), 1)
    assert all(figure.met for figure in told), told


def test_a_clock_that_jumps_back_disturbs_no_training(tmp_path: Path) -> None:
    told = faults.clock(Run(tmp_path / "run"), faults.small(tmp_path / "pictures"))
    assert [figure.value for figure in told] == [0, 0]


def test_a_slope_is_that_of_the_looks_after_the_first_quarter() -> None:
    looks = [(i / 100, 100.0 if i < 25 else 500.0 + 7 * i / 100) for i in range(101)]
    figures = {figure.what: figure for figure in visitors._told(looks, 1.0, Counter(answered=3, refused=1), 20).figures}
    assert figures["slope of the memory"].value == pytest.approx(7) and not figures["slope of the memory"].met
    assert figures["other failures"].met
    assert not visitors._told(looks, 1.0, Counter({"status 500": 1}), 20).figures[-1].met
    with pytest.raises(UserError, match="too few"):
        visitors._told(looks[:20], 1.0, Counter(), 20)


def test_a_handler_that_fails_is_not_one_that_refuses() -> None:
    visitor = visitors.Visitor.__new__(visitors.Visitor)

    def outcome(what: object) -> str:
        def habit(visitor: visitors.Visitor) -> object:
            if isinstance(what, Exception):
                raise what
            return what

        return visitor.outcome(habit)

    assert outcome([{"answer": {"trouble": ""}}]) == outcome(None) == "answered"
    assert outcome([{"answer": {"trouble": responses.answer(partial(responses.fail, UserError("no", "no")))[1]}}]) == "refused"
    broken = responses.answer(partial(responses.fail, ZeroDivisionError()))[1]
    assert outcome([{"answer": {"trouble": broken}}]) == "a handler failed in habit"
    assert outcome(UserError("the page can't send this", "refused")) == "refused"
    assert outcome(UserError("the app could not answer: None", "no_app")) == "a handler failed in habit"
    assert outcome(HTTPError("", 429, "", Message(), None)) == "refused"
    assert outcome(HTTPError("", 500, "", Message(), None)) == "status 500"
    assert outcome(ConnectionResetError()) == "ConnectionResetError in habit"


def test_what_takes_hours_runs_only_by_name() -> None:
    assert bench.soak not in bench.chosen([]) and not {bench.faults, bench.flood, bench.pages} & {*bench.chosen(["all"])}
    assert bench.chosen(["soak"]) == [bench.soak]
