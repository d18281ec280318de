"""Ticks of a fast run: on a GPU they take a small share of the time, and on a CPU none is left out."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from pretended_gpu import pretended
from tiny_runs import config, same

from gan_zoo.runs.run import Run
from gan_zoo.runs.writing import Writer
from gan_zoo.training import loop, pace
from gan_zoo.training.distributed import Processes
from gan_zoo.training.loop import train
from gan_zoo.training.pace import Pace

TINY = {"generator_widths": (8,), "discriminator_widths": (8,)}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(pace.time, "monotonic", lambda: now[0])
    return now


def test_a_tick_that_took_long_is_not_repeated_soon(clock: list[float]) -> None:
    with pretended():
        ticks = Pace(Processes("cuda"), Writer())
        assert ticks.allows(), "the first comes at its step"
        ticks.ticked(0.5)
        clock[0] += 4.4
        assert not ticks.allows()
        clock[0] += 0.2
        assert ticks.allows()


def test_a_tick_waits_for_the_files_of_the_last(clock: list[float]) -> None:
    writer, slow = Writer(), threading.Event()
    with pretended():
        ticks = Pace(Processes("cuda"), writer)
        writer.write(lambda _: slow.wait(30), None)
        assert writer.busy and not ticks.allows()
        slow.set()
        writer.flush()
        assert not writer.busy and ticks.allows()
    writer.close()


def test_on_a_cpu_no_tick_is_left_out(clock: list[float]) -> None:
    ticks = Pace(Processes("cpu"), Writer())
    ticks.ticked(1000.0)
    assert ticks.allows()


def test_a_run_that_leaves_out_ticks_ends_alike(pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    states = []
    for share, steps in ((1.0, [2, 4, 6, 8]), (0.0, [2, 8])):
        monkeypatch.setattr(pace, "SHARE", share)
        monkeypatch.setattr(loop, "EARLY_GRIDS", (3,))
        # Otherwise it depends on the time that the files of the first tick take.
        monkeypatch.setattr(Writer, "busy", False)
        run = Run(tmp_path / str(share))
        with pretended():
            train(config(pictures, model="mlp_gan", options=TINY, steps=8, tick=2, device="cuda"), run, quiet=True)
        assert [row["step"] for row in run.rows()] == steps
        assert [*run.grid_paths()] == sorted([3, *steps]), "early grids are always drawn"
        assert run.rows()[-1]["images_per_second"] > 0
        states.append(run.read_checkpoint()["model"])
    assert same(*states)
