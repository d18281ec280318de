"""Uploads a folder of pictures as a data set on the Hub, in parquet files that `hub.dataset_stream` and `datasets` read."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from gan_zoo.data.encoded import nothing_in
from gan_zoo.errors import UserError
from gan_zoo.hub import client
from gan_zoo.imaging.decoding import SUFFIXES, open_picture

# About the largest number of bytes of pictures in one file.
SHARD = 300_000_000
SPLITS = ("train", "test")


def push_data(folder: Path, to: str, private: bool = False) -> tuple[str, list[str]]:
    """Upload a folder of pictures to the data set `to`, in one commit.

    Subfolders are classes; `train/` and `test/` are splits. The files of the pictures are uploaded unchanged.

    Returns:
        the address of the data set, and the unreadable pictures with the reasons.

    Raises:
        UserError: there is no such folder, it has no pictures, or the Hub refuses the upload or can't be reached.
    """
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

    client.checked(to)
    if not folder.is_dir():
        raise UserError(f"there is no folder {folder}: check the path", "no_data", name=str(folder))
    hub = client.api()
    with tempfile.TemporaryDirectory() as aside:
        skipped = write_shards(folder, Path(aside))
        files = {path.relative_to(aside).as_posix(): path for path in sorted(Path(aside).rglob("*.parquet"))}
        client.ask(to, lambda: hub.create_repo(to, repo_type="dataset", private=private, exist_ok=True))
        there = client.ask(to, lambda: hub.list_repo_files(to, repo_type="dataset"))
        operations = [
            *(CommitOperationAdd(name, path) for name, path in files.items()),
            *(CommitOperationDelete(name) for name in there if name.startswith("data/") and name not in files),
        ]
        if "README.md" not in there:
            operations.append(CommitOperationAdd("README.md", _card(to).encode()))
        client.ask(to, lambda: hub.create_commit(to, operations, commit_message="pictures", repo_type="dataset"))
    return f"{client.endpoint()}/datasets/{to}", skipped


def write_shards(folder: Path, out: Path) -> list[str]:
    """Write a folder of pictures as `data/SPLIT-00000-of-00001.parquet` below `out`.

    Returns:
        the unreadable pictures with the reasons.

    Raises:
        UserError: there are no pictures.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    roots = {split: folder / split for split in SPLITS if (folder / split).is_dir()} or {"train": folder}
    files = {split: [p for p in sorted(root.rglob("*")) if _is_picture(p)] for split, root in roots.items()}
    parts = [path.relative_to(roots[split]).parts for split, paths in files.items() for path in paths]
    # If some pictures are not in a class folder, the data set has no classes.
    classes = sorted({part[0] for part in parts}) if parts and min(map(len, parts)) > 1 else []
    skipped: list[str] = []
    schema = _schema(pa, classes)
    (out / "data").mkdir()
    written = 0
    for split, paths in files.items():
        batches = list(_batches(roots[split], paths, classes, skipped))
        for number, rows in enumerate(batches):
            name = f"{split}-{number:05d}-of-{len(batches):05d}.parquet"
            pq.write_table(pa.Table.from_pylist(rows, schema=schema), out / "data" / name)
            written += len(rows)
    if not written:
        raise nothing_in(str(folder), skipped)
    return skipped


def _is_picture(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and path.is_file()


def _batches(root: Path, paths: Sequence[Path], classes: list[str], skipped: list[str]) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows of each shard; unreadable pictures are added to `skipped`."""
    rows: list[dict[str, Any]] = []
    size = 0
    for path in paths:
        try:
            open_picture(path)
        except UserError as error:
            skipped.append(f"{path}: {error}")
            continue
        content = path.read_bytes()
        label = {"label": classes.index(path.relative_to(root).parts[0])} if classes else {}
        rows.append({"image": {"bytes": content, "path": path.name}, **label})
        size += len(content)
        if size > SHARD:
            yield rows
            rows, size = [], 0
    if rows:
        yield rows


def _schema(pa: Any, classes: list[str]) -> Any:
    """Return the schema, with the metadata in which the Hub describes columns."""
    features: dict[str, Any] = {"image": {"_type": "Image"}}
    fields = [("image", pa.struct([("bytes", pa.binary()), ("path", pa.string())]))]
    if classes:
        features["label"] = {"names": classes, "_type": "ClassLabel"}
        fields.append(("label", pa.int64()))
    return pa.schema(fields, metadata={"huggingface": json.dumps({"info": {"features": features}})})


def _card(name: str) -> str:
    return f"""---
license: unknown
task_categories:
- unconditional-image-generation
tags:
- gan-zoo
---

# {name.rpartition("/")[2]}

Pictures. 画像データです。

```sh
gan-zoo train dcgan --data hf:{name}
```
"""
