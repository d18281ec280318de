"""Finds the weights on this machine: the shipped ones and the pulled ones."""

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
# The lock file, in the working folder.
LOCK = Path("gan-zoo.lock")
# The form of a commit's id.
COMMIT = r"[0-9a-f]{40}"


def weights_roots() -> list[Path]:
    """Return the folders to search for weights: `$GAN_ZOO_WEIGHTS`, `./weights`, and that of this repository."""
    roots = [Path(os.environ["GAN_ZOO_WEIGHTS"])] if "GAN_ZOO_WEIGHTS" in os.environ else []
    return list(dict.fromkeys(root.resolve() for root in [*roots, Path("weights"), REPOSITORY_WEIGHTS]))


def list_weights() -> dict[str, Path]:
    """Return every weights folder by name; pulled weights are called user/name.

    If two roots have the same name, the first root wins.
    """
    return dict(sorted({**local_weights(), **_pulled()}.items()))


def local_weights() -> dict[str, Path]:
    """Return the weights folders by name, without the pulled ones."""
    folders = [folder for root in reversed(weights_roots()) for folder in sorted(root.glob("*/"))]
    return {folder.name: folder for folder in folders if (folder / "config.json").is_file()}


def find(name: str) -> Path:
    """Return the weights folder called `name`; raises `UserError` with similar names if there is none."""
    weights = list_weights()
    if name not in weights:
        raise unknown("weights", name, weights)
    return weights[name]


def shelf_of(repository: str) -> Path:
    """Return the cache folder for the commits of a repository."""
    return files.cache() / "weights" / repository.replace("/", "--")


def _pulled() -> dict[str, Path]:
    """Return the pulled weights by repository: the commit in the lock file, or else the most recently pulled one."""
    found, lock = {}, read_lock()
    for shelf in sorted((files.cache() / "weights").glob("*--*/")):
        repository = shelf.name.replace("--", "/", 1)
        commits = {folder.name: folder for folder in shelf.glob("*/") if re.fullmatch(COMMIT, folder.name)}
        pinned = commits.get(lock.get(repository, {}).get("commit", ""))
        if commits and (pinned or repository not in lock):
            found[repository] = pinned or max(commits.values(), key=lambda folder: folder.stat().st_mtime)
    return found


def read_lock() -> dict[str, Any]:
    """Return the content of `gan-zoo.lock` by repository: the requested `revision`, `commit`, and the SHA-256 of `files`.

    Raises:
        UserError: the file is damaged.
    """
    lock = read_json(LOCK) if LOCK.exists() else {}
    if not (isinstance(lock, dict) and all(map(_is_entry, lock.values()))):
        raise UserError(f"{LOCK} is damaged: restore it, or remove it and pull again", "damaged_file")
    return lock


def _is_entry(entry: Any) -> bool:
    texts = isinstance(entry, dict) and all(isinstance(entry.get(key), str) for key in ("revision", "commit"))
    files = entry.get("files") if texts else None
    return isinstance(files, dict) and all(isinstance(checksum, str) for checksum in files.values())


def pin(repository: str, revision: str, commit: str, folder: Path) -> None:
    """Record in `gan-zoo.lock` that `repository` means `commit`, whose files are in `folder`."""
    files = {name: sha256(folder / name) for name in FILES if (folder / name).exists()}
    entry = {"revision": revision, "commit": commit, "files": files}
    write_json(LOCK, dict(sorted({**read_lock(), repository: entry}.items())))
