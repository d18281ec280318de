"""Films for video models: the frames of a piece, the frames before the first one, and the measure of flicker."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from PIL import Image

from gan_zoo.__main__ import main
from gan_zoo.data import clips
from gan_zoo.data.clips import FRAMES, load_clips
from gan_zoo.errors import UserError
from gan_zoo.evaluation import films as measures
from gan_zoo.models.kinds import Video
from gan_zoo.models.registry import create_model
from gan_zoo.runs.run import Run
from gan_zoo.weights import store as store_module
from gan_zoo.weights.folder import read_card, save_weights

LENGTHS = {"a": FRAMES + 3, "b": FRAMES}


def cell(value: int) -> dict[str, bytes]:
    buffer = io.BytesIO()
    Image.new("RGB", (16, 16), (value, 0, 255 - value)).save(buffer, "PNG")
    return {"bytes": buffer.getvalue()}


def write(path: Path, lengths: dict[str, int], split: str = "train") -> str:
    """Write films with shuffled frames. The red of a frame is ten times its number; that of the puppet is one more."""
    rows = [(clip, t) for clip, length in lengths.items() for t in reversed(range(length))]
    table = {
        "clip": [clip for clip, _ in rows],
        "frame": [t for _, t in rows],
        "puppet": [cell(10 * t + 1) for _, t in rows],
        "image": [cell(10 * t) for _, t in rows],
        "split": [split] * len(rows),
    }
    pq.write_table(pa.table(table), path)
    return str(path)


@pytest.fixture
def films(tmp_path: Path) -> str:
    return write(tmp_path / "films.parquet", LENGTHS)


def reds(frames: torch.Tensor) -> list[int]:
    """The red of each frame as a byte."""
    return [round((v + 1) * 127.5) for v in frames[..., 0, 0, 0].flatten().tolist()]


def test_a_piece_holds_frames_in_their_order_and_what_came_before(films: str) -> None:
    data = load_clips(films, "columns:puppet")
    assert len(data) == sum(length - FRAMES + 1 for length in LENGTHS.values())
    batch = data.batch(torch.tensor([3]))
    assert batch["image"].shape == batch["input"].shape == (1, Video.PAST + FRAMES, 3, 16, 16)
    assert reds(batch["image"]) == [10 * t for t in range(1, 3 + FRAMES)]
    assert reds(batch["input"]) == [10 * t + 1 for t in range(1, 3 + FRAMES)]


@pytest.mark.parametrize("row", [0, 4])
def test_before_the_first_frame_there_is_nothing(films: str, row: int) -> None:
    """The frames before it are not the end of the previous clip either."""
    batch = load_clips(films, "columns:puppet").batch(torch.tensor([row]))
    assert not batch["image"][:, : Video.PAST].any() and batch["image"][:, Video.PAST :].any()
    assert reds(batch["input"])[: Video.PAST + 1] == [1] * (Video.PAST + 1)


def test_beginnings_are_learnt_from_more_often(films: str) -> None:
    data = load_clips(films, "columns:puppet")
    torch.manual_seed(0)
    varied = data.batch(torch.full((600,), 3), vary=True)["image"]
    begun = (varied[:, 0] == 0).flatten(1).all(1).float().mean()
    assert abs(begun - clips.BEGINNINGS) < 0.06


def test_a_part_of_the_pieces_keeps_whole_films(films: str) -> None:
    data = load_clips(films, "columns:puppet").thinned(2)
    assert len(data) == 2 and reds(data.batch(slice(1, 2))["image"])[-1] == 10 * (2 + FRAMES - 1)
    assert len(data.film("a")[0]) == LENGTHS["a"]


def test_films_are_not_mirrored(films: str) -> None:
    with pytest.raises(UserError, match="mirrored"):
        load_clips(films, "columns:puppet").batch(slice(0, 1), mirror=True)


def test_all_frames_of_a_piece_are_shifted_alike(films: str) -> None:
    data = load_clips(films, "columns:puppet")
    ramp = torch.arange(16, dtype=torch.uint8).mul(10).expand_as(data.images)
    still = replace(data, images=ramp, inputs=ramp[:, None].contiguous())
    torch.manual_seed(0)
    one, other = still.batch(torch.tensor([3, 4]), jitter=0.3)["image"][:, Video.PAST :]
    assert all(torch.equal(piece, piece[:1].expand_as(piece)) for piece in (one, other))
    assert not torch.equal(one, other)


def test_what_is_no_film_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="columns clip and frame"):
        load_clips("emoji", "line", size=16)
    short = write(tmp_path / "short.parquet", {"a": FRAMES - 1})
    with pytest.raises(UserError, match=f"shorter than {FRAMES} frames"):
        load_clips(short, "columns:puppet")


def test_flicker_is_change_that_the_target_has_not() -> None:
    still = torch.zeros(6, 1, 4, 4)
    blinking = still.clone()
    blinking[::2] = 0.5
    assert measures.flicker(still + 0.7, still) == 0, "wrong, but it holds still"
    assert measures.flicker(blinking, still) == 0.25
    assert measures.flicker(blinking, blinking) == 0
    assert measures.compare(torch.rand(6, 1, 16, 16), torch.zeros(6, 1, 16, 16)).keys() == {"psnr", "ssim", "flicker"}


def test_a_run_is_trained_published_and_measured(films: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line does everything; a translator that works frame by frame is measured too."""
    root = tmp_path / "weights"
    monkeypatch.setattr(store_module, "weights_roots", lambda: [root])
    tiny = {"width": 4, "max-width": 8, "halvings": 3, "critic-width": 4, "patch": 16, "batch-size": 2, "steps": 2}
    options = [part for name, value in tiny.items() for part in (f"--{name}", str(value))]
    train = ["train", "vid2vid", "--data", films, "--pairs", "columns:puppet", "--runs", str(tmp_path / "runs")]
    assert main([*train, *options, "--name", "dancer", "--precision", "float32", "--quiet"]) == 0
    assert Run(tmp_path / "runs" / "dancer").grid_paths()
    assert main(["export-run", "dancer", "--runs", str(tmp_path / "runs"), "--weights", str(root)]) == 0
    write(tmp_path / "films.parquet", {"c": FRAMES}, split="test")
    save_weights(create_model("pix2pix", size=16, width=4, critic_width=4, patch=16), root / "alone", {"data": films})
    assert main(["evaluate", "dancer", "--data", films, "--beside", "alone"]) == 0
    measured = read_card(root / "dancer")["metrics"]
    assert list(measured) == ["dancer", "alone"]
    assert all(row.keys() == {"psnr", "ssim", "flicker", "n"} and row["n"] == FRAMES for row in measured.values())


def test_a_video_model_needs_films(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["train", "vid2vid", "--data", "dance", "--runs", str(tmp_path)]) == 2
    assert "--pairs" in capsys.readouterr().err
