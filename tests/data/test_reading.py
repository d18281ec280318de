"""Data sets from every source, and the stream of batches."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from PIL import Image

from gan_zoo.data import catalogue, peeps
from gan_zoo.data.batches import Batches
from gan_zoo.data.catalogue import DATASETS, STARTER_FOLDER
from gan_zoo.data.dataset import Dataset
from gan_zoo.data.reading import load_data, open_encoded
from gan_zoo.errors import UserError
from gan_zoo.imaging import decoding

STARTER = [name for name, source in DATASETS.items() if source.open is None]


def test_digits() -> None:
    stored = pq.read_table(STARTER_FOLDER / "digits.parquet", columns=["split", "label"])
    assert Counter(stored["split"].to_pylist()) == {"train": 20_000, "test": 5_000}
    rows = zip(stored["split"].to_pylist(), stored["label"].to_pylist(), strict=True)
    assert min(Counter(label for split, label in rows if split == "train").values()) > 1_500
    train = load_data("digits", most=500)
    assert train.images.shape == (500, 1, 28, 28) and train.images.dtype == torch.uint8
    assert train.classes == list("0123456789") and torch.bincount(train.labels).min() > 25


@pytest.mark.parametrize("name", [n for n in STARTER if n != "digits"])
def test_starter_data(name: str) -> None:
    data = load_data(name, "test")
    assert len(data) > 10 and not data.skipped
    assert all(len(column) == len(data) for column in data.columns.values())


def test_licences_name_every_file() -> None:
    text = (STARTER_FOLDER / "LICENSES.md").read_text(encoding="utf-8")
    names = [path.stem.partition("-")[0] for path in STARTER_FOLDER.glob("*.parquet")]
    assert all(f"## {name}\n" in text for name in [*names, "earth", "peeps"])


def test_another_column_and_size() -> None:
    assert load_data("emoji:line", "test", size=32).images.shape == (209, 1, 32, 32)
    with pytest.raises(UserError, match=r"picture column 'lime'.*line"):
        load_data("emoji:lime", "test")


@pytest.mark.parametrize("name", ["objects", "peeps"])
def test_some_of_the_pictures(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are those of the whole data, and only they are decoded."""
    monkeypatch.setattr(peeps, "FACES", {"train": 30, "test": 20})
    whole, some = load_data(name, "test"), load_data(name, "test", most=7)
    assert len(some) == 7
    assert torch.equal(some.batch(slice(None))["image"], whole.thinned(7).batch(slice(None))["image"])
    assert len(load_data(name, "test", most=10**6)) == len(whole)


def test_folder_of_classes(pictures: Path) -> None:
    data = load_data(str(pictures))
    assert data.images.shape == (40, 1, 32, 32)
    assert data.classes == ["cats", "dogs"] and data.labels.tolist() == [0] * 20 + [1] * 20


def test_folder_with_splits(pictures: Path) -> None:
    (pictures / "train").mkdir()
    (pictures / "test").mkdir()
    (pictures / "cats" / "01.png").rename(pictures / "test" / "x.png")
    (pictures / "cats").rename(pictures / "train" / "cats")
    (pictures / "dogs").rename(pictures / "train" / "dogs")
    assert len(load_data(str(pictures))) == 39 and len(load_data(str(pictures), "test")) == 1


def test_corrupt_pictures_are_named_and_left_out(pictures: Path) -> None:
    whole = (pictures / "cats" / "01.png").read_bytes()
    (pictures / "cats" / "torn.png").write_bytes(whole[: len(whole) // 2])
    (pictures / "cats" / "text.png").write_text("not a picture")
    (pictures / "cats" / "empty.png").write_bytes(b"")
    data = load_data(str(pictures))
    assert len(data) == 40
    assert sorted(Path(line.partition(": ")[0]).name for line in data.skipped) == ["empty.png", "text.png", "torn.png"]


def test_folder_without_pictures(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no pictures"):
        load_data(str(tmp_path))
    (tmp_path / "a.png").write_text("x")
    with pytest.raises(UserError, match="none of the 1 pictures"):
        load_data(str(tmp_path))


def test_unknown_name() -> None:
    with pytest.raises(UserError, match=r"data set 'digit'.*digits"):
        load_data("digit")


def test_size_bomb_is_left_out(pictures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MOST_PIXELS", 1_000)
    with pytest.raises(UserError, match="pixels are more than"):
        load_data(str(pictures))


def test_a_giant_is_left_out(pictures: Path) -> None:
    """Pillow itself refuses to open a picture with 20,000 pixels a side."""
    Image.new("1", (20_000, 20_000)).save(pictures / "cats" / "giant.png")
    (skipped,) = load_data(str(pictures)).skipped
    assert "giant.png" in skipped


def test_oddities_of_pictures(tmp_path: Path) -> None:
    """Pictures turned by EXIF, transparent, with a palette or with 16 bits look the same as in an image viewer."""
    turned = Image.new("RGB", (40, 20), "red")
    turned.paste("blue", (0, 0, 20, 20))
    exif = turned.getexif()
    exif[0x0112] = 6  # turn by 90 degrees clockwise
    turned.save(tmp_path / "a.png", exif=exif)
    Image.new("RGBA", (20, 20), (255, 0, 0, 0)).save(tmp_path / "b.png")
    Image.new("RGB", (20, 20), "lime").convert("P").save(tmp_path / "c.png")
    Image.new("I;16", (30, 20), 32896).save(tmp_path / "d.png")
    images = load_data(str(tmp_path), size=20).images
    assert images[0, :, 2, 10].tolist() == [0, 0, 255] and images[0, :, 17, 10].tolist() == [255, 0, 0]
    assert images[1, :, 0, 0].tolist() == [255, 255, 255]
    assert images[2, :, 0, 0].tolist() == [0, 255, 0]
    assert images[3, :, 0, 0].tolist() == [128, 128, 128]


def parquet(path: Path, rows: int, **columns: list[object]) -> str:
    buffer = io.BytesIO()
    Image.new("L", (8, 8), 100).save(buffer, "PNG")
    picture = {"bytes": buffer.getvalue(), "path": None}
    pq.write_table(pa.table({"picture": [picture] * rows, **columns}), path)
    return str(path)


def test_any_parquet(tmp_path: Path) -> None:
    data = load_data(parquet(tmp_path / "mine.parquet", 4, label=["b", "a", "b", "a"], note=["w", "x", "y", "z"]))
    assert data.name == "mine" and data.images.shape == (4, 1, 8, 8)
    assert data.classes == ["a", "b"] and data.labels.tolist() == [1, 0, 1, 0] and data.columns["note"][3] == "z"


def test_bad_parquet(tmp_path: Path) -> None:
    (tmp_path / "torn.parquet").write_bytes(Path(parquet(tmp_path / "a.parquet", 2)).read_bytes()[:100])
    with pytest.raises(UserError, match="can't be read as parquet"):
        load_data(str(tmp_path / "torn.parquet"))
    pq.write_table(pa.table({"x": [1]}), tmp_path / "none.parquet")
    with pytest.raises(UserError, match="no picture column; there are: x"):
        load_data(str(tmp_path / "none.parquet"))


def test_torchvision_is_read_as_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    class Rows(list):
        classes = ["zero", "one"]

    rows = Rows((Image.new("L", (28, 28), 40 * i), i % 2) for i in range(4))
    source = catalogue.Source("", "", "", open=lambda cache, split: rows)
    monkeypatch.setitem(DATASETS, "mnist", source)
    data = load_data("mnist")
    assert data.images.shape == (4, 1, 28, 28) and data.labels.tolist() == [0, 1, 0, 1] and data.classes == Rows.classes


def test_celeba_is_cut_to_its_centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures of 178x218 without labels become 64x64, as in the recipe of the documents. Threads decode the files."""
    picture = Image.new("RGB", (178, 218), "white")
    picture.paste("black", (0, 0, 178, 20))  # the crop leaves out these 20 rows at the top

    class Rows(list[str]):
        root, base_folder = tmp_path, "celeba"

        @property
        def filename(self) -> list[str]:
            return self

    rows = Rows(f"{i}.png" for i in range(3))
    (tmp_path / "celeba" / "img_align_celeba").mkdir(parents=True)
    for name in rows:
        picture.save(tmp_path / "celeba" / "img_align_celeba" / name)
    monkeypatch.setitem(DATASETS, "celeba", catalogue.Source("", "", "", open=lambda cache, split: rows))
    data = load_data("celeba", channels=3)
    assert data.images.shape == (3, 3, 64, 64) and data.labels is None
    assert data.images.min() > 200  # not 255, because smooth scaling leaves a trace


def test_batches_are_floats_and_labels(data: Dataset) -> None:
    batch = next(Batches(data, 10, seed=0))
    assert batch["image"].shape == (10, 3, 32, 32) and batch["image"].dtype == torch.float32
    assert -1 <= batch["image"].min() < -0.9 and 0.9 < batch["image"].max() <= 1
    assert batch["label"].shape == (10,)


def test_an_epoch_sees_every_picture_once(data: Dataset) -> None:
    data.columns["row"] = list(range(96))
    data.images = torch.arange(96, dtype=torch.uint8)[:, None, None, None].expand(96, 1, 2, 2)
    seen = [((next(batches)["image"][:, 0, 0, 0] + 1) * 127.5).round() for batches in [Batches(data, 32, 0)] for _ in range(3)]
    assert sorted(torch.cat(seen).tolist()) == list(range(96))


def test_processes_share_an_epoch(data: Dataset) -> None:
    data.images = torch.arange(96, dtype=torch.uint8)[:, None, None, None].expand(96, 1, 2, 2)
    one = next(Batches(data, 16, 5))["image"]
    parts = [next(Batches(data, 8, 5, rank=rank, processes=2))["image"] for rank in range(2)]
    assert torch.equal(one, torch.cat(parts))


def test_batches_resume(data: Dataset) -> None:
    batches = Batches(data, 20, seed=0)
    for _ in range(7):
        next(batches)
    state = batches.state_dict()
    expected = [next(batches)["image"] for _ in range(6)]
    again = Batches(data, 20, seed=9)
    again.load_state_dict(state)
    assert all(torch.equal(image, next(again)["image"]) for image in expected)


def test_mirror_flips_about_half(data: Dataset) -> None:
    torch.manual_seed(0)
    plain, mirrored = (data.batch(slice(0, 96), mirror)["image"] for mirror in (False, True))
    flipped = [(m == p.flip(2)).all().item() for p, m in zip(plain, mirrored, strict=True)]
    kept = [(m == p).all().item() for p, m in zip(plain, mirrored, strict=True)]
    assert 25 < sum(flipped) < 71 and sum(flipped) + sum(kept) == 96


def test_attributes_of_faces() -> None:
    """Both splits number the words alike, and a batch carries the numbers."""
    train, test = load_data("faces"), load_data("faces", "test")
    assert train.attributes == test.attributes and len(train.attributes) == 7
    assert train.attributes["skinColor"] == sorted(set(train.columns["skinColor"]))
    for data in (train, test):
        for column, (name, words) in enumerate(data.attributes.items()):
            assert [words[i] for i in data.attribute_labels[:, column]] == data.columns[name]
    batch = next(Batches(test.to(torch.device("cpu")), 10, 0))
    assert batch["attributes"].shape == (10, 7) and "label" not in batch


def test_jitter_shifts_and_scales(data: Dataset) -> None:
    """A white square on black moves and grows by at most a share of the picture's size, differently in each picture."""
    torch.manual_seed(0)
    data.images = torch.zeros(96, 1, 32, 32, dtype=torch.uint8)
    data.images[:, :, 8:24, 8:24] = 255
    assert torch.equal(data.batch(slice(0, 96))["image"], data.batch(slice(0, 96), jitter=0.0)["image"])
    image = (data.batch(slice(0, 96), jitter=0.125)["image"] + 1) / 2
    place = torch.arange(32) + 0.5 - 16
    mass = image.sum((1, 2, 3))
    centres = torch.stack([(image.sum(axes) * place).sum(1) / mass for axes in ((1, 2), (1, 3))])
    assert 3 < centres.abs().max() < 4 / 0.875 + 0.1 and centres.std() > 1
    assert 0.875**2 * 256 < mass.max() < 256 / 0.875**2 and mass.std() > 10
    assert data.batch(slice(0, 96), jitter=0.5)["image"].min() >= -1  # the edge pixels fill the gaps, so no grey appears


def test_too_small_for_a_batch(data: Dataset) -> None:
    with pytest.raises(UserError, match="96 pictures, fewer than a batch of 100"):
        Batches(data, 100, 0)


def test_starter_files_carry_their_feature_types() -> None:
    for path in STARTER_FOLDER.glob("*.parquet"):
        assert json.loads(pq.read_schema(path).metadata[b"huggingface"])["info"]["features"]


def test_memory_does_not_grow_with_the_size_of_the_photographs(tmp_path: Path) -> None:
    """Sixteen photographs of 12 megapixels take 580 MB when they are decoded, and a few MB at the size of the training."""
    Image.linear_gradient("L").resize((4000, 3000)).convert("RGB").save(tmp_path / "0.jpg")
    for i in range(1, 16):
        (tmp_path / f"{i}.jpg").symlink_to("0.jpg")
    program = (
        "import resource, sys; from gan_zoo import load_data\n"
        "def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "before = peak(); data = load_data(sys.argv[1], size=64); print(len(data), peak() - before)"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True)
    count, kilobytes = map(int, done.stdout.split())
    assert count == 16 and kilobytes < 300_000


def test_a_data_set_in_several_files_is_read_as_one() -> None:
    files = sorted(STARTER_FOLDER.glob("characters*.parquet"))
    assert len(files) > 1
    whole = sum(pq.read_metadata(file).num_rows for file in files)
    rows = [open_encoded("characters", split) for split in ("train", "test")]
    assert sum(map(len, rows)) == whole
    assert len({name for part in rows for name in part.names}) <= whole
    assert not set(rows[0].columns["character"]) & set(rows[1].columns["character"]), "whole characters are held out"


def test_no_name_is_not_the_working_folder() -> None:
    with pytest.raises(UserError, match="unknown data set ''"):
        load_data("", "train")
