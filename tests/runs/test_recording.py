"""Runs for a viewer: grids on demand, thinned curves, two runs compared, and replays of shipped runs."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest
from PIL import Image

from gan_zoo.errors import UserError
from gan_zoo.files import write_json
from gan_zoo.imaging import images
from gan_zoo.runs.recording import Recording, curves, differences
from gan_zoo.runs.run import Run
from gan_zoo.weights.folder import FRAME_MILLISECONDS, LAST_MILLISECONDS
from gan_zoo.weights.replay import Replay
from gan_zoo.weights.store import REPOSITORY_WEIGHTS

SHIPPED = [folder for folder in sorted(REPOSITORY_WEIGHTS.glob("*/")) if (folder / "grids.webp").exists()]


def opened(webp: bytes) -> Image.Image:
    with Image.open(io.BytesIO(webp)) as picture:
        return picture.convert("RGB")


def run_of(folder: Path) -> Run:
    run = Run(folder)
    write_json(run.config, {"model": "dcgan", "options": {"width": 4}, "seed": 0})
    for step in (1, 10, 20):
        run.append({"step": step, "images": step * 8, "seconds": 1.0, "generator_loss": 1 / step})
        run.save_grid(step, Image.new("L", (8, 8), step))
    run.append({"step": 20, "event": "end", "ending": "complete"})
    return run


def test_a_run(tmp_path: Path) -> None:
    recording = Recording(run_of(tmp_path / "run"))
    assert recording.name == "run" and recording.settings()["model"] == "dcgan"
    assert recording.steps() == [1, 10, 20]
    assert opened(recording.grid(10)).getpixel((0, 0)) == (10, 10, 10)
    assert [event["event"] for event in recording.events()] == ["end"]
    with pytest.raises(UserError, match="no picture of step 11"):
        recording.grid(11)


def test_a_run_that_is_gone(tmp_path: Path) -> None:
    recording = Recording(run_of(tmp_path / "run"))
    assert len(recording.rows()) == 3
    shutil.rmtree(tmp_path / "run")
    assert recording.rows() == recording.events() == recording.steps() == [] and recording.settings() == {}
    with pytest.raises(UserError, match="no picture"):
        recording.grid(10)


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda f: f.name)
def test_shipped_weights_replay_their_run(folder: Path) -> None:
    replay = Replay(folder)
    steps = replay.steps()
    assert len(steps) > 1 and steps == sorted(steps) and steps[-1] == replay.settings()["steps"]
    first, last = opened(replay.grid(steps[0])), opened(replay.grid(steps[-1]))
    assert first.size == last.size and first.tobytes() != last.tobytes()
    assert curves(replay.rows()) and replay.settings()["options"]


def test_a_replay_shows_grids_that_are_the_same_more_than_once(tmp_path: Path) -> None:
    """An animation stores equal grids as one frame with a longer duration."""
    folder = tmp_path / "weights"
    folder.mkdir()
    frames = [Image.effect_noise((64, 64), 10 + 50 * i).convert("RGB") for i in (0, 0, 1, 2, 2)]
    frames[1], frames[4] = frames[0], frames[3]
    durations = [FRAME_MILLISECONDS] * 4 + [LAST_MILLISECONDS]
    (folder / "grids.webp").write_bytes(images.animation(frames, durations))
    write_json(folder / "config.json", {"model": "dcgan", "config": {}, "published": ["generator"], "grids": [1, 2, 5, 10, 20]})
    replay = Replay(folder)
    one, two, three, four, five = (replay.grid(step) for step in replay.steps())
    assert one == two and four == five and len({one, three, four}) == 3
    with pytest.raises(UserError, match="no picture of step 3"):
        replay.grid(3)


def test_an_animation_that_is_damaged(tmp_path: Path) -> None:
    write_json(tmp_path / "config.json", {"model": "dcgan", "config": {}, "published": [], "grids": [1]})
    (tmp_path / "grids.webp").write_bytes(b"RIFF")
    with pytest.raises(UserError, match="can't be read"):
        Replay(tmp_path).grid(1)


def test_curves_keep_every_spike() -> None:
    rows = [{"step": i, "seconds": 1.0, "loss": 1.0, "fid": None} for i in range(1, 10_001)]
    rows[4_321]["loss"] = 100.0
    rows[-1]["fid"] = 7.0
    found = curves(rows, points=100)
    assert set(found) == {"loss", "fid"}
    loss = found["loss"]
    assert len(loss.steps) == 100 and loss.steps[0] == 100 and loss.steps[-1] == 10_000
    assert max(v for v in loss.high if v is not None) == 100.0 and set(loss.low) == {1.0}
    assert loss.mean[0] == 1.0 and found["fid"].mean == [None] * 99 + [7.0]


def test_few_rows_are_points_of_their_own() -> None:
    curve = curves([{"step": 5, "loss": 2.0}, {"step": 9, "loss": None}])["loss"]
    assert curve.steps == [5, 9] and curve.mean == curve.low == curve.high == [2.0, None]
    assert curves([]) == {}


def test_two_runs_beside_each_other(tmp_path: Path) -> None:
    one, two = Recording(run_of(tmp_path / "one")), Recording(run_of(tmp_path / "two"))
    write_json(two.run.config, {"model": "dcgan", "options": {"width": 8}, "seed": 0, "clip": 1.0})
    assert differences(one, two) == {"options.width": (4, 8), "clip": (None, 1.0)}
