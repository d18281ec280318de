"""Tests of the lock: one process at a time trains a run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gan_zoo.errors import UserError
from gan_zoo.runs import process
from gan_zoo.runs.process import hold, holder, sign
from gan_zoo.runs.run import Run

# Takes the lock of a run and holds it until its input ends.
HOLDER = """
import sys
from pathlib import Path
from gan_zoo.errors import UserError
from gan_zoo.runs.process import hold
from gan_zoo.runs.run import Run
print("ready", flush=True)
sys.stdin.readline()
try:
    with hold(Run(Path(sys.argv[1]))):
        print("held", flush=True)
        sys.stdin.readline()
except UserError as error:
    print(error.code, flush=True)
"""


def started(folder: Path) -> subprocess.Popen[str]:
    """A process that takes the lock after a line of input."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    return process


def tell(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def heard(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_of_two_processes_that_start_at_once_one_trains_and_the_lock_dies_with_it(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    processes = [started(folder), started(folder)]
    for one in processes:
        tell(one)
    said = [heard(one) for one in processes]
    assert sorted(said) == ["busy", "held"]
    first = processes[said.index("held")]
    assert str(holder(Run(folder))) == f"process {first.pid}"
    with pytest.raises(UserError, match=f"process {first.pid} is training .*run now"), hold(Run(folder)):
        pass
    first.send_signal(signal.SIGKILL)
    first.communicate()
    assert holder(Run(folder)) is None
    with hold(Run(folder)) as lock:
        lock.check()
    assert not folder.joinpath("lock").exists()
    processes[said.index("busy")].communicate()


def test_a_process_does_not_hold_a_run_twice(tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    with hold(run), pytest.raises(UserError, match="is training"), hold(run):
        pass
    assert not run.folder.exists()  # nothing was written


def test_a_lock_of_another_machine_counts_while_its_date_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(tmp_path)
    entry = {"pid": os.getpid(), "started": "1", "machine": "elsewhere", "space": "", "token": "t"}
    run.lock.write_text(json.dumps(entry))
    assert str(holder(run)) == f"process {os.getpid()} on elsewhere" and process.signed(run) is None
    with pytest.raises(UserError, match="on elsewhere is training"), hold(run):
        pass
    long_ago = time.time() - 2 * process.SILENCE
    os.utime(run.lock, (long_ago, long_ago))
    assert holder(run) is None
    with hold(run):
        assert process.signed(run) == os.getpid()


def test_a_container_with_other_process_numbers_counts_as_another_machine(tmp_path: Path) -> None:
    run = Run(tmp_path)
    entry = {"pid": os.getpid(), "started": "1", "machine": process._machine(), "space": "pid:[1]", "token": "t"}
    run.lock.write_text(json.dumps(entry))
    assert holder(run) is not None


def test_the_date_of_a_held_lock_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "BEAT", 0.01)
    run = Run(tmp_path)
    with hold(run):
        os.utime(run.lock, (1, 1))
        end = time.monotonic() + 60
        while run.lock.stat().st_mtime < 100:
            assert time.monotonic() < end, "no sign of life"
            time.sleep(0.01)


def test_a_trainer_whose_run_was_taken_over_stops(tmp_path: Path) -> None:
    """For example after this machine slept for an hour, and another one went on with the run."""
    run = Run(tmp_path)
    with hold(run) as lock:
        entry = json.loads(run.lock.read_text())
        run.lock.write_text(json.dumps(entry | {"machine": "elsewhere", "token": "theirs"}))
        with pytest.raises(UserError, match="another process trains") as caught:
            lock.check()
        assert caught.value.code == "run_taken" and not lock.held()
    assert run.lock.exists()  # it is theirs


def test_a_trainer_that_was_started_after_a_killed_one_gets_the_lock(tmp_path: Path) -> None:
    """`launch` has signed for the new trainer, and the lock still names the dead one."""
    run = Run(tmp_path)
    entry = {"pid": os.getpid(), "started": "1", "machine": process._machine(), "space": process._space(), "token": "t"}
    run.lock.write_text(json.dumps(entry))
    sign(run)
    with hold(run) as lock:
        assert lock.held() and holder(run)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"pid": "x"}', "null", "[" * 9_999])
def test_a_damaged_lock_is_free(tmp_path: Path, content: str) -> None:
    run = Run(tmp_path)
    run.lock.write_text(content)
    with hold(run) as lock:
        lock.check()


def test_a_trainer_of_an_older_version_is_respected(tmp_path: Path) -> None:
    """It has no lock, only process.json."""
    run = Run(tmp_path)
    sleeper = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    sign(run, sleeper.pid)
    with pytest.raises(UserError, match=f"process {sleeper.pid} is training"), hold(run):
        pass
    sleeper.communicate()


def test_a_folder_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="can't write to") as caught, hold(Run(tmp_path / "file" / "run")):
        pass
    assert caught.value.code == "disk"


def test_what_a_killed_trainer_had_begun_to_write_goes(tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    for path in (run.checkpoint, run.checkpoint.with_name(".last.99999.pt"), run.grids / ".00000005.99999.webp"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
    with hold(run):
        assert [path.name for path in run.folder.rglob("*") if path.parent != run.folder] == ["last.pt"]
