"""The run folder: atomic files, an append-only log, incomplete lines."""

from __future__ import annotations

import errno
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from gan_zoo.errors import UserError
from gan_zoo.files import read_json, write_atomically, write_json
from gan_zoo.runs.control import Control
from gan_zoo.runs.run import Run


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
    """A run that was killed between the log and the checkpoint logs its last tick again."""
    for step, loss in ((1, 1.0), (2, 2.0), (2, 3.0)):
        run.append({"step": step, "loss": loss})
    assert run.rows() == [{"step": 1, "loss": 1.0}, {"step": 2, "loss": 3.0}]


def test_events_stand_beside_the_rows(run: Run) -> None:
    run.append({"step": 2, "loss": 1.0})
    run.append({"step": 2, "event": "pause"})
    run.append({"step": 2, "event": "go on"})
    assert run.rows() == [{"step": 2, "loss": 1.0}]
    assert [event["event"] for event in run.events()] == ["pause", "go on"]


def test_only_what_was_appended_is_read_again(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for step in range(50):
        run.append({"step": step})
    assert len(run.rows()) == 50
    parsed = []
    monkeypatch.setattr(json, "loads", lambda text: parsed.append(text) or json.JSONDecoder().decode(text.decode()))
    run.append({"step": 50})
    with run.log.open("ab") as log:
        log.write(b'{"step": 51')
    assert len(run.rows()) == len(run.rows()) == 51 and len(parsed) == 1
    with run.log.open("ab") as log:
        log.write(b', "loss": 2.0}\n')
    assert run.rows()[-1] == {"step": 51, "loss": 2.0}


def test_a_log_that_is_replaced_or_gone(run: Run) -> None:
    for step in range(9):
        run.append({"step": step, "loss": 1.0})
    assert len(run.rows()) == 9
    write_atomically(run.log, lambda path: path.write_text('{"step": 1}\n' * 200))
    assert run.rows() == [{"step": 1}]
    run.log.write_text('{"step": 3}\n')
    assert run.rows() == [{"step": 3}]
    shutil.rmtree(run.folder)
    assert run.rows() == run.events() == []


def test_what_is_no_row_is_passed_over(run: Run) -> None:
    run.folder.mkdir()
    run.log.write_text('[1]\n"event"\n3\nnull\n{}\n{"event": "pause"}\n{"step": "x"}\n{"step": 4}\n')
    assert run.rows() == [{"step": 4}] and run.events() == []


def test_control(run: Run) -> None:
    assert run.read_control() == Control()
    asked = Control(paused=True, steps=2, learning_rates={"generator": 1e-3})
    run.write_control(asked)
    assert run.read_control() == asked
    for text in ('{"paused": tr', '{"speed": 3}', "[]", '{"learning_rates": {"generator": -1}}', '{"learning_rates": 3}'):
        run.control.write_text(text)
        with pytest.raises(UserError):
            run.read_control()


@pytest.mark.parametrize("wrong", [{"learning_rates": {"generator": float("nan")}}, {"discriminator_steps": 1_000}])
def test_control_of_impossible_numbers(wrong: dict[str, Any]) -> None:
    with pytest.raises(UserError):
        Control(**wrong)


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
    with pytest.raises(UserError, match="no checkpoint of its best"):
        run.read_checkpoint(best=True)
    run.write_checkpoint({"step": 2}, best=True)
    assert run.read_checkpoint(best=True) == {"step": 2} and run.read_checkpoint() == {"step": 3}
    run.checkpoint.write_bytes(run.checkpoint.read_bytes()[:40])
    with pytest.raises(UserError, match="damaged"):
        run.read_checkpoint()
