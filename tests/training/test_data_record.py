"""Tests of resumes with other data or other devices, and of what a run remembers of both."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from tiny_runs import config

from gan_zoo.data.dataset import Dataset
from gan_zoo.errors import UserError
from gan_zoo.runs.run import Run
from gan_zoo.training import data_record
from gan_zoo.training.distributed import Processes, choose_device
from gan_zoo.training.loop import train


@pytest.mark.parametrize("removed", [2, 30])
def test_a_resume_with_fewer_pictures_goes_on_and_says_so(
    removed: int, pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = Run(tmp_path / "run")
    train(config(pictures, steps=6), run, quiet=True)
    for path in sorted((pictures / "cats").iterdir())[: removed // 2] + sorted((pictures / "dogs").iterdir())[: removed // 2]:
        path.unlink()
    train(config(pictures, steps=12), run, resume=True, quiet=True)
    assert f"there were 40 pictures, and now there are {40 - removed}" in capsys.readouterr().err
    [event] = [event for event in run.events() if event["event"] == "data_changed"]
    assert event["step"] == 6 and event["value"] == f"40 → {40 - removed}"
    assert run.read_checkpoint()["step"] == 12


def test_a_resume_with_too_few_pictures_is_refused(pictures: Path, tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    train(config(pictures, steps=2), run, quiet=True)
    for path in sorted(pictures.rglob("*.png"))[3:]:
        path.unlink()
    with pytest.raises(UserError, match="3 pictures, fewer than a batch of 8"):
        train(config(pictures, steps=12), run, resume=True, quiet=True)


def test_a_resume_with_the_same_data_says_nothing(pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = Run(tmp_path / "run")
    train(config(pictures, steps=2), run, quiet=True)
    train(config(pictures, steps=4), run, resume=True, quiet=True)
    assert "changed" not in capsys.readouterr().err
    assert json.loads(run.config.read_text())["trained_on"]["count"] == 40


def test_changes_of_pictures_and_classes(data: Dataset) -> None:
    saved = {"classes": data.classes, "attributes": {}, "trained_on": data_record.record(data)}
    assert data_record.changes(saved, data, True) == ""
    other = dataclasses.replace(data, images=data.images.flip(0))
    assert data_record.changes(saved, other, True) == "some of the pictures are other ones"
    renamed = dataclasses.replace(data, classes=["b", "a", "c"])
    assert "the classes were a, b, c, and now they are b, a, c" in data_record.changes(saved, renamed, False)
    with pytest.raises(UserError, match="bring the old ones back") as caught:
        data_record.changes(saved, renamed, True)
    assert caught.value.code == "other_data"
    assert data_record.changes({}, data, True) == ""  # a run of an older version


def test_devices_that_pytorch_does_not_know_are_refused() -> None:
    for name in ("banana", "", "cuda:x", "cpu:1:2", "CPU", "cuda:-1", "meta"):
        with pytest.raises(UserError, match="there is no device"):
            choose_device(name)
    assert choose_device("cpu") == torch.device("cpu")


@pytest.mark.parametrize("kind", ["cuda", "mps", "xpu"])
def test_devices_of_this_machine(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    absent = SimpleNamespace(is_available=lambda: False, device_count=lambda: 0)
    monkeypatch.setattr(torch, kind, absent)
    with pytest.raises(UserError, match=f"this machine has no {kind} device"):
        choose_device(kind)
    monkeypatch.setattr(torch, kind, SimpleNamespace(is_available=lambda: True, device_count=lambda: 2))
    assert choose_device(kind) == torch.device(kind)
    assert choose_device(f"{kind}:1") == torch.device(kind if kind == "mps" else f"{kind}:1")
    with pytest.raises(UserError, match=f"there is no {kind}:2: this machine has 2"):
        choose_device(f"{kind}:2")


def test_the_settings_say_what_was_used(pictures: Path, tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    train(config(pictures, steps=2, device="auto"), run, quiet=True)
    saved = json.loads(run.config.read_text())
    assert saved["device"] == str(Processes("auto").device) and saved["device_asked"] == "auto"


def test_a_damaged_checkpoint_is_reported(pictures: Path, tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    train(config(pictures, steps=2), run, quiet=True)
    state = run.read_checkpoint()
    for damage in (
        {"model": {}},
        {"optimizers": {}},
        {"batches": 3},
        {"random": [torch.zeros(3, dtype=torch.uint8)]},
        {"step": None},
    ):
        run.write_checkpoint(state | damage)
        if "random" in damage:  # as of another type of device: new noise is drawn
            assert train(config(pictures, steps=3), run, resume=True, quiet=True) == "complete"
            continue
        with pytest.raises(UserError, match="is damaged or doesn't fit"):
            train(config(pictures, steps=4), run, resume=True, quiet=True)
