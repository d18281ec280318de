"""Uploads a folder of pictures as a data set on the Hub, in parquet files that `hub.dataset_stream` and `datasets` read."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gan_zoo.data.encoded import Encoded, Unreadable, in_order, nothing_in
from gan_zoo.data.folders import open_splits
from gan_zoo.errors import UserError
from gan_zoo.hub import client
from gan_zoo.imaging.decoding import read_source

# About the largest number of bytes of pictures in one file.
SHARD = 300_000_000


def push_data(folder: Path, to: str, private: bool = False) -> tuple[str, list[str]]:
    """Upload a folder of pictures to the data set `to`, in one commit.

    Subfolders are classes or splits, as in `data.folders`. The files of the pictures are uploaded unchanged.

    Returns:
        the address of the data set; and what is left out: unreadable pictures with the reasons, and other files.

    Raises:
        UserError: there is no such folder, it has no pictures, or the Hub refuses the upload or can't be reached.
    """
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

    client.checked(to)
    if not folder.is_dir():
        raise UserError(f"there is no folder {folder}: check the path", "no_data", name=str(folder))
    hub = client.api()
    with tempfile.TemporaryDirectory() as aside:
        left_out = write_shards(folder, Path(aside))
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
    return f"{client.endpoint()}/datasets/{to}", left_out


def write_shards(folder: Path, out: Path) -> list[str]:
    """Write a folder of pictures as `data/SPLIT-00000-of-00001.parquet` below `out`.

    Returns:
        what is left out: unreadable pictures with the reasons, and other files.

    Raises:
        UserError: there are no pictures.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    splits = open_splits(folder)
    left_out: dict[str, None] = {}
    (out / "data").mkdir()
    written = 0
    for split, opened in splits.items():
        schema = _schema(pa, opened.classes)
        parts: list[Path] = []
        for rows in _batches(opened, left_out):
            # The name has the number of files, which is known only at the end.
            parts.append(out / "data" / f"{split}-{len(parts):05d}.parquet")
            pq.write_table(pa.Table.from_pylist(rows, schema=schema), parts[-1])
            written += len(rows)
        for number, path in enumerate(parts):
            path.rename(out / "data" / f"{split}-{number:05d}-of-{len(parts):05d}.parquet")
        left_out |= dict.fromkeys(opened.notes)
    if not written:
        raise nothing_in(str(folder), list(left_out))
    return list(left_out)


def _batches(opened: Encoded, left_out: dict[str, None]) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows of each shard; unreadable pictures are added to `left_out`."""
    rows: list[dict[str, Any]] = []
    size = 0
    found = in_order(opened.contents(), lambda _: None, 1, opened.name, len(opened))
    for i, (result, (path,)) in enumerate(zip(found, opened.contents(), strict=True)):
        assert isinstance(path, Path)
        if isinstance(result, Unreadable):
            left_out |= dict.fromkeys(result.said(opened.where[i]))
            continue
        content = read_source(path)
        label = {"label": opened.labels[i]} if opened.classes else {}
        rows.append({"image": {"bytes": content, "path": opened.names[i] + path.suffix}, **label})
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
