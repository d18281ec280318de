"""Compares the weights on this machine with those of a user or a collection on the Hub, and copies the newer ones."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Literal

from gan_zoo import files
from gan_zoo.hub import client
from gan_zoo.hub.repository import pull
from gan_zoo.weights.folder import FILES
from gan_zoo.weights.store import pin, read_lock

State = Literal["same", "only here", "only there", "newer here", "newer there", "changed in both", "differs"]


@dataclass(frozen=True)
class Pair:
    """The weights on this machine (`here`) and the repository of the same name on the Hub (`there`)."""

    name: str
    repository: str
    state: State
    here: datetime | None = None
    """time of the last change on this machine"""
    there: datetime | None = None
    """time of the last change on the Hub"""


def compare(where: str, root: Path) -> list[Pair]:
    """Return every weights folder in `root` and every repository of weights in `where`, in pairs of equal name.

    `gan-zoo.lock` records the last state in which both were equal, and so tells which one is newer. Without this record, the
    state is `differs`, and each side has a date. Model cards are not compared, because an upload rewrites them.

    Args:
        where: a user or organisation, or the slug of a collection (user/title-0123).
        root: folder of weights folders.

    Raises:
        UserError: there is no such collection, or the Hub can't be reached.
    """
    folders = {folder.name: folder for folder in sorted(root.glob("*/")) if (folder / "config.json").is_file()}
    found = {name.partition("/")[2]: name for name in _repositories(where)}
    user, lock = where.partition("/")[0], read_lock()
    pairs = []
    for name in sorted(folders.keys() | found.keys()):
        repository = found.get(name, f"{user}/{name}")
        folder = folders.get(name)
        if name not in found:
            pairs.append(Pair(name, repository, "only here", _date(folder)))
            continue
        listed = client.ask(repository, lambda asked=repository: client.api().model_info(asked, files_metadata=True))  # type: ignore[misc]
        state = "only there" if folder is None else _state(folder, listed, lock.get(repository))
        pairs.append(Pair(name, repository, state, _date(folder), listed.last_modified))
    return pairs


def _repositories(where: str) -> list[str]:
    """Return the repositories of a user, organisation or collection."""
    if "/" in where:
        collection = client.ask(where, lambda: client.api().get_collection(where))
        return [item.item_id for item in collection.items if item.item_type == "model"]
    return [info.id for info in client.ask(where, lambda: list(client.api().list_models(author=where, filter="gan-zoo")))]


def _date(folder: Path | None) -> datetime | None:
    if folder is None:
        return None
    return datetime.fromtimestamp((folder / "model.safetensors").stat().st_mtime, timezone.utc)


def _state(folder: Path, listed: Any, locked: dict[str, Any] | None) -> State:
    """Return the state of a folder compared with the repository of the same name."""
    there = {file.rfilename: file for file in listed.siblings or []}
    names = [name for name in FILES if name != "README.md"]
    if all(_same(folder / name, there.get(name)) for name in names):
        return "same"
    if locked is None:
        return "differs"
    sums = {name: files.sha256(folder / name) if (folder / name).exists() else None for name in names}
    changed_here = any(locked["files"].get(name) != sums[name] for name in names)
    changed_there = listed.sha != locked["commit"]
    if changed_here and changed_there:
        return "changed in both"
    return "newer here" if changed_here else "newer there"


def _same(path: Path, file: Any) -> bool:
    """Return True if a local file and one on the Hub have the same content, or if both are missing."""
    if not path.exists() or file is None:
        return not path.exists() and file is None
    if file.lfs is not None:
        return bool(file.lfs.sha256 == files.sha256(path))
    content = path.read_bytes()
    return bool(file.blob_id == hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest())


def chosen(pairs: Sequence[Pair], way: Literal["push", "pull"], names: Sequence[str]) -> list[Pair]:
    """Return the pairs to push or to pull; only those in `names`, if there are any.

    Pairs in the state `differs` are returned only if they are in `names`, and pairs that changed in both places never.
    """
    wanted = ("newer here", "only here") if way == "push" else ("newer there", "only there")
    return [
        pair
        for pair in pairs
        if (not names or pair.name in names) and (pair.state in wanted or (pair.state == "differs" and pair.name in names))
    ]


def bring(pair: Pair, root: Path) -> Path:
    """Replace the weights folder in `root` by the repository's weights and return it; raises `UserError` as `pull` does."""
    pulled = pull(f"{pair.repository}@main", update=True)
    folder, aside = root / pair.name, root / f".{pair.name}.{os.getpid()}"
    shutil.copytree(pulled, aside)
    if folder.exists():
        shutil.rmtree(folder)
    os.replace(aside, folder)
    pin(pair.repository, "main", pulled.name, pulled)
    return folder
