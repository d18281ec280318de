"""The weights on this machine: those that ship, and those that were pulled."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from gan_zoo import files
from gan_zoo.errors import UserError, unknown
from gan_zoo.files import read_json, sha256, write_json
from gan_zoo.weights.folder import FILES

REPOSITORY_WEIGHTS = Path(__file__).parents[2] / "weights"


LOCK = Path("gan-zoo.lock")


COMMIT = r"[0-9a-f]{40}"


def weights_roots() -> list[Path]:
    """The folders in which weights are looked for: `$GAN_ZOO_WEIGHTS`, `./weights`, and the repository's own."""
    roots = [Path(os.environ["GAN_ZOO_WEIGHTS"])] if "GAN_ZOO_WEIGHTS" in os.environ else []
    return list(dict.fromkeys(root.resolve() for root in [*roots, Path("weights"), REPOSITORY_WEIGHTS]))


def list_weights() -> dict[str, Path]:
    """Every weights folder by name, and what was pulled as user/name; of two roots with the same name, the first counts."""
    folders = [folder for root in reversed(weights_roots()) for folder in sorted(root.glob("*/"))]
    found = {folder.name: folder for folder in folders if (folder / "config.json").is_file()}
    return dict(sorted({**found, **_pulled()}.items()))


def find(name: str) -> Path:
    """The weights folder called `name`; raises `UserError` with the close names."""
    weights = list_weights()
    if name not in weights:
        raise unknown("weights", name, weights)
    return weights[name]


def shelf_of(repository: str) -> Path:
    """The folder of a repository's commits in the cache."""
    return files.cache() / "weights" / repository.replace("/", "--")


def _pulled() -> dict[str, Path]:
    """What was pulled, by repository: the commit that the lock names, else the one that came last."""
    found, lock = {}, read_lock()
    for shelf in sorted((files.cache() / "weights").glob("*--*/")):
        repository = shelf.name.replace("--", "/", 1)
        commits = {folder.name: folder for folder in shelf.glob("*/") if re.fullmatch(COMMIT, folder.name)}
        pinned = commits.get(lock.get(repository, {}).get("commit", ""))
        if commits and (pinned or repository not in lock):
            found[repository] = pinned or max(commits.values(), key=lambda folder: folder.stat().st_mtime)
    return found


def read_lock() -> dict[str, Any]:
    """What `gan-zoo.lock` says, by repository: `revision` as it was asked for, `commit`, `files` with their SHA-256.

    Raises:
        UserError: the file is damaged.
    """
    lock = read_json(LOCK) if LOCK.exists() else {}
    entries = lock.values() if isinstance(lock, dict) else [None]
    if not all(isinstance(entry, dict) and {"revision", "commit", "files"} <= entry.keys() for entry in entries):
        raise UserError(f"{LOCK} is damaged: restore it, or remove it and pull again", "damaged_file")
    return lock


def pin(repository: str, revision: str, commit: str, folder: Path) -> None:
    """Write into `gan-zoo.lock` that `commit`, whose files are in `folder`, is what `repository` means here."""
    files = {name: sha256(folder / name) for name in FILES if (folder / name).exists()}
    entry = {"revision": revision, "commit": commit, "files": files}
    write_json(LOCK, dict(sorted({**read_lock(), repository: entry}.items())))
