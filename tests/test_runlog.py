"""The run folder: atomic files, an append-only log, torn lines."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from PIL import Image

from gan_zoo.errors import UserError
from gan_zoo.runlog import Run, read_json, write_atomically, write_json


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(tmp_path / "run")


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_atomically(path, lambda p: p.write_text("old"))

    def torn(p: Path) -> None:
        p.write_text("ne")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write_atomically(path, torn)
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_json(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"字": [1, None]})
    assert read_json(tmp_path / "a.json") == {"字": [1, None]}
    (tmp_path / "a.json").write_text("{")
    with pytest.raises(UserError, match="damaged"):
        read_json(tmp_path / "a.json")
    with pytest.raises(UserError, match="missing"):
        read_json(tmp_path / "b.json")


def test_log(run: Run) -> None:
    assert run.rows() == []
    for step in (1, 2, 3):
        run.append({"step": step, "loss": 1 / step})
    assert [row["step"] for row in run.rows()] == [1, 2, 3]


def test_a_torn_line_costs_only_itself(run: Run) -> None:
    run.append({"step": 1})
    with run.log.open("a") as log:
        log.write('{"step": 2, "lo')
    assert [row["step"] for row in run.rows()] == [1]
    run.append({"step": 3})
    assert [row["step"] for row in run.rows()] == [1, 3]


def test_a_repeated_step_counts_once(run: Run) -> None:
    """A run killed between the log and the checkpoint logs its last tick again."""
    for step, loss in ((1, 1.0), (2, 2.0), (2, 3.0)):
        run.append({"step": step, "loss": loss})
    assert run.rows() == [{"step": 1, "loss": 1.0}, {"step": 2, "loss": 3.0}]


def test_grids_come_in_order(run: Run) -> None:
    for step in (200, 1, 1_100):
        run.save_grid(step, Image.new("L", (4, 4), step % 255))
    assert list(run.grid_paths()) == [1, 200, 1_100]
    with Image.open(run.grid_paths()[200]) as grid:
        assert grid.convert("L").getpixel((0, 0)) == 200


def test_checkpoint(run: Run) -> None:
    with pytest.raises(UserError, match="no checkpoint"):
        run.read_checkpoint()
    run.write_checkpoint({"step": 3})
    assert run.read_checkpoint() == {"step": 3}
    run.checkpoint.write_bytes(run.checkpoint.read_bytes()[:40])
    with pytest.raises(UserError, match="damaged"):
        run.read_checkpoint()
