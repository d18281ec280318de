"""Tests of data in shards: from a local Hub server and from a copy, whole and in parts, for one and several processes."""

from __future__ import annotations

import io
import sys
import tarfile
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from hub_server import HubServer
from PIL import Image

pytest.importorskip("datasets", reason="the extra `data` is not installed")

from gan_zoo.__main__ import main
from gan_zoo.data.batches import Batches
from gan_zoo.data.pairs import load_pairs
from gan_zoo.data.reading import load_data, open_pictures, source_of
from gan_zoo.errors import UserError
from gan_zoo.hub import dataset_stream, dataset_upload
from gan_zoo.runs.run import Run


@pytest.fixture
def copy(pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write 40 grey pictures of 32x32 pixels in two classes, in several shards, and return their folder."""
    monkeypatch.setattr(dataset_upload, "SHARD", 9_000)
    (tmp_path / "copy").mkdir()
    assert not dataset_upload.write_shards(pictures, tmp_path / "copy")
    assert len(list((tmp_path / "copy" / "data").iterdir())) >= 4
    return tmp_path / "copy"


@pytest.fixture
def there(copy: Path, on_hub: HubServer) -> str:
    files = {path.relative_to(copy).as_posix(): path.read_bytes() for path in copy.rglob("*.parquet")}
    on_hub.add("me/pets", {**files, "README.md": b"---\nlicense: cc0-1.0\n---\n"}, "dataset")
    return "hf:me/pets"


def batches(name: str, n: int = 12, seed: int = 3) -> list[torch.Tensor]:
    return [batch["image"] for batch in islice(Batches(load_data(name), 8, seed), n)]


def test_a_data_set_that_fits_is_read_once(there: str, copy: Path, pictures: Path, on_hub: HubServer) -> None:
    ours, theirs, folder = load_data(f"parquet:{copy}"), load_data(there), load_data(str(pictures))
    assert theirs.images.shape == (40, 1, 32, 32) and theirs.classes == ["cats", "dogs"] and not theirs.own_share
    assert torch.equal(ours.images, theirs.images) and torch.equal(ours.labels, theirs.labels)  # type: ignore[arg-type]
    assert sorted(map(str, theirs.images.tolist())) == sorted(map(str, folder.images.tolist()))
    assert len(open_pictures(there).pictures) == 40


@pytest.mark.parametrize("memory", [10**9, 16 * 32 * 32 * 3])
def test_a_copy_gives_the_same_batches(memory: int, there: str, copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dataset_stream, "MEMORY", memory)
    for a, b in zip(batches(there), batches(f"parquet:{copy}"), strict=True):
        assert torch.equal(a, b)


def test_a_larger_data_set_comes_in_parts(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    every = {picture.numpy().tobytes() for picture in load_data(f"parquet:{copy}").images}
    monkeypatch.setattr(dataset_stream, "MEMORY", 16 * 32 * 32 * 3)
    data = load_data(f"parquet:{copy}")
    assert isinstance(data, dataset_stream.Stream) and len(data) == 16 and data.own_share
    seen = set()
    stream = Batches(data, 8, seed=0)
    for epoch in range(3):  # 48 rows: all 40, and the first 8 again
        for _ in range(2):
            batch = next(stream)
            seen |= {((x + 1) * 127.5).round().byte().numpy().tobytes() for x in batch["image"]}
            assert batch["label"].shape == (8,)
        assert stream.epoch == epoch
    assert seen == every


def test_batches_resume_at_the_same_place(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dataset_stream, "MEMORY", 16 * 32 * 32 * 3)
    first = Batches(load_data(f"parquet:{copy}"), 8, seed=0)
    for _ in range(5):
        next(first)
    state = first.state_dict()
    again = Batches(load_data(f"parquet:{copy}"), 8, seed=9)
    again.load_state_dict(state)
    for _ in range(6):
        assert torch.equal(next(first)["image"], next(again)["image"])


@pytest.mark.parametrize("count", [2, 3, 11])
def test_processes_share_a_larger_data_set(count: int, copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dataset_stream, "MEMORY", 16 * 32 * 32 * 3)
    monkeypatch.setenv("WORLD_SIZE", str(count))
    seen: list[bytes] = []
    for rank in range(count):
        monkeypatch.setenv("RANK", str(rank))
        source = load_data(f"parquet:{copy}").source  # type: ignore[attr-defined]
        source.stream.set_epoch(0)  # loading has read some of the small shares several times
        seen += [row["image"]["bytes"] for row in source.once()]
    assert len(seen) == len(set(seen)) == 40
    monkeypatch.setattr(dataset_stream, "MEMORY", 10**9)
    assert len(load_data(f"parquet:{copy}")) == 40, "each process has the whole of a data set that fits"


def test_splits_columns_and_conditions(copy: Path, tmp_path: Path) -> None:
    assert len(load_data(f"parquet:{copy}?label=1")) == 20
    with pytest.raises(UserError, match="no test split"):
        load_data(f"parquet:{copy}", "test")
    (copy / "data" / "validation-00000-of-00001.parquet").write_bytes(next(copy.rglob("train-*")).read_bytes())
    assert len(load_data(f"parquet:{copy}", "test")) < 40
    with pytest.raises(UserError, match="picture column 'picture'"):
        load_data(f"parquet:{copy}:picture")
    with pytest.raises(UserError, match="no pictures"):
        load_data(f"parquet:{copy}?label=7")


def test_a_damaged_shard(copy: Path) -> None:
    next(copy.rglob("*.parquet")).write_bytes(b"PAR1")
    with pytest.raises(UserError, match="can't be read as parquet"):
        load_data(f"parquet:{copy}")


@pytest.mark.parametrize("name", ["hf:me/nothing", "hf:nothing", "hf:", "hf:../x", "parquet:nowhere", "hf:me/empty"])
def test_missing_data_sets(name: str, on_hub: HubServer) -> None:
    on_hub.add("me/empty", {"README.md": b""}, "dataset")
    with pytest.raises(UserError, match=r"no repository|user/name|no folder|no pictures"):
        load_data(name)


def test_the_parquet_copy_of_the_hub_is_used(there: str, on_hub: HubServer) -> None:
    repository = on_hub.repositories["dataset", "me/pets"]
    commit = repository.commits[-1]
    repository.tags[dataset_stream.CONVERTED] = commit.oid
    repository.commit({"script.py": b""}, base=False)
    assert len(load_data(there)) == 40


def test_a_run_on_a_data_set_of_the_hub_has_its_licence(there: str, on_hub: HubServer, tmp_path: Path) -> None:
    run = Run(tmp_path / "runs" / "mine")
    options = "--steps 4 --batch-size 8 --tick 2 --latent-size 8 --generator-widths 8 --quiet --name mine --device cpu"
    assert main(["train", "mlp_gan", "--data", there, *options.split(), "--runs", str(run.folder.parent)]) == 0
    assert main(["export-run", "mine", "--runs", str(run.folder.parent), "--weights", str(tmp_path / "weights")]) == 0
    text = (tmp_path / "weights" / "mine" / "README.md").read_text()
    assert "license: cc0-1.0" in text and "- me/pets" in text
    source = source_of(there)
    assert source and source.licence == "CC0-1.0"


def test_upload_and_load_a_folder_of_pictures(pictures: Path, on_hub: HubServer, capsys: pytest.CaptureFixture[str]) -> None:
    (pictures / "cats" / "torn.png").write_bytes(b"no picture")
    assert main(["data", "push", str(pictures), "--to", "me/pets", "--private"]) == 0
    said = capsys.readouterr()
    assert "datasets/me/pets" in said.out and "torn.png" in said.err
    repository = on_hub.repositories["dataset", "me/pets"]
    assert repository.private and "data/train-00000-of-00001.parquet" in repository.files
    assert load_data("hf:me/pets").classes == ["cats", "dogs"] and len(load_data("hf:me/pets")) == 40
    (pictures / "cats" / "torn.png").unlink()
    repository.commit({"README.md": b"mine", "data/train-00001-of-00002.parquet": b"old"})
    assert main(["data", "push", str(pictures), "--to", "me/pets"]) == 0
    assert repository.files["README.md"] == b"mine" and "data/train-00001-of-00002.parquet" not in repository.files
    assert main(["data", "push", str(pictures / "nowhere"), "--to", "me/pets"]) == 2


def picture(grey: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (8, 8), grey).save(buffer, "PNG")
    return buffer.getvalue()


def shard(greys: Sequence[int], **columns: list[object]) -> bytes:
    buffer = io.BytesIO()
    cells = [{"bytes": picture(grey), "path": f"{grey}.png"} for grey in greys]
    pq.write_table(pa.table({"image": cells, **columns}), buffer)
    return buffer.getvalue()


def greys(name: str, split: str = "train") -> list[int]:
    return sorted(load_data(name, split).images[:, 0, 0, 0].tolist())  # type: ignore[arg-type]


def test_a_folder_of_pictures_on_the_hub(on_hub: HubServer) -> None:
    """The form `ImageFolder`: files of their own, folders as classes and splits."""
    files = {f"train/{name}/{i}.png": picture(i) for i, name in enumerate(("cats", "dogs", "dogs"))}
    on_hub.add("me/folder", {**files, "validation/dogs/9.png": picture(9)}, "dataset")
    data = load_data("hf:me/folder")
    assert data.classes == ["cats", "dogs"] and data.labels.tolist() == [0, 1, 1]  # type: ignore[union-attr]
    assert greys("hf:me/folder", "test") == [9] and load_data("hf:me/folder", "test").labels.tolist() == [1]  # type: ignore[union-attr]
    assert greys("hf:me/folder?label=dogs") == [1, 2]


def test_archives_in_the_form_of_web_datasets(on_hub: HubServer) -> None:
    def archive(numbers: range) -> bytes:
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as tar:
            for i in numbers:
                for suffix, content in (("png", picture(i)), ("cls", str(i % 2).encode())):
                    about = tarfile.TarInfo(f"{i:04d}.{suffix}")
                    about.size = len(content)
                    tar.addfile(about, io.BytesIO(content))
        return buffer.getvalue()

    on_hub.add("me/web", {"train-0.tar": archive(range(3)), "train-1.tar": archive(range(3, 5))}, "dataset")
    data = load_data("hf:me/web")
    assert greys("hf:me/web") == [0, 1, 2, 3, 4] and data.classes == ["0", "1"]


def test_a_data_set_with_configurations(on_hub: HubServer) -> None:
    card = "---\nconfigs:\n- config_name: a\n  data_files: a/*.parquet\n- config_name: b\n  data_files: b/*.parquet\n---\n"
    files = {"a/train-0.parquet": shard([1, 2]), "b/train-0.parquet": shard([3, 4, 5]), "README.md": card.encode()}
    on_hub.add("me/two", files, "dataset")
    assert greys("hf:me/two/a") == [1, 2] and greys("hf:me/two/b") == [3, 4, 5]
    with pytest.raises(UserError, match="several configurations: choose one of hf:me/two/a, hf:me/two/b"):
        load_data("hf:me/two")


def test_labels_and_conditions_of_a_data_set_on_the_hub(on_hub: HubServer) -> None:
    numbers: list[object] = [7, None, 3, 7]
    on_hub.add(
        "me/odd", {"data/train-0.parquet": shard([1, 2, 3, 4], label=numbers, good=[True, False, True, True])}, "dataset"
    )
    data = load_data("hf:me/odd")
    assert (
        data.classes == ["3", "7"]
        and data.labels.tolist() == [1, 0, 1]
        and data.notes == ["1 pictures without a label left out"]
    )  # type: ignore[union-attr]
    assert greys("hf:me/odd?good=true") == [1, 3, 4] and greys("hf:me/odd?label=7") == [1, 4]
    with pytest.raises(UserError, match="holds whole numbers"):
        load_data("hf:me/odd?label=x")
    with pytest.raises(UserError, match="no test split"):
        load_data("hf:me/odd", "test")
    assert greys("hf:me/odd?hold-out=0.5", "test") != greys("hf:me/odd?hold-out=0.5")


def test_pairs_of_columns_on_the_hub(on_hub: HubServer) -> None:
    lines: list[object] = [{"bytes": picture(grey), "path": ""} for grey in (11, 12)]
    on_hub.add("me/pairs", {"data/train-0.parquet": shard([1, 2], line=lines)}, "dataset")
    data = load_pairs("hf:me/pairs", "columns:line", size=8)
    assert data.images[:, 0, 0, 0].tolist() == [1, 2] and data.inputs[:, 0, 0, 0, 0].tolist() == [11, 12]


def test_a_file_of_this_machine_is_never_read_for_a_data_set_of_the_hub(on_hub: HubServer, tmp_path: Path) -> None:
    (tmp_path / "mine.png").write_bytes(picture(9))
    cells: list[object] = [{"bytes": None, "path": str(tmp_path / "mine.png")}, {"bytes": picture(1), "path": ""}]
    buffer = io.BytesIO()
    pq.write_table(pa.table({"image": cells}), buffer)
    on_hub.add("me/sly", {"data/train-0.parquet": buffer.getvalue()}, "dataset")
    assert greys("hf:me/sly") == [1]


def test_without_the_library_datasets(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(UserError, match=r"pip install 'gan-zoo\[data\]'"):
        load_data(f"parquet:{copy}")
