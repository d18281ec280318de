"""Uploads the gallery as a Space on the Hub. The repository already has the form of a Space."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path

from gan_zoo.errors import UserError
from gan_zoo.hub import client

ROOT = Path(__file__).parents[2]
# The files and folders that a Space needs.
FILES = (
    "README.md",
    "README.ja.md",
    "BENCHMARKS.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "app.py",
    "requirements.txt",
    "pyproject.toml",
)
FOLDERS = ("demos", "gan_zoo", "weights")
# A Space refuses larger files, unless they are uploaded through Xet.
MOST_BYTES = 10_000_000


def needed(root: Path = ROOT) -> list[Path]:
    """Return the paths of the files that a Space needs, below `root`.

    Raises:
        UserError: `root` is no copy of the repository, or a file is too large for a Space.
    """
    if missing := [name for name in FILES if not (root / name).is_file()]:
        raise UserError(f"{root} lacks {', '.join(missing)}: run this in a copy of the repository", "no_repository_here")
    below = [path for folder in FOLDERS for path in sorted((root / folder).rglob("*")) if path.is_file()]
    found = [root / name for name in FILES] + [path for path in below if not _is_left_out(path.relative_to(root))]
    for path in found:
        if path.stat().st_size > MOST_BYTES:
            raise UserError(
                f"{path} is larger than {MOST_BYTES // 1_000_000} MB, and a Space refuses it: remove it or make it smaller",
                "large_file",
            )
    return found


def _is_left_out(path: Path) -> bool:
    return any(part.startswith(".") or part == "__pycache__" for part in path.parts)


def create(name: str, private: bool = False, hardware: str | None = None, root: Path = ROOT) -> str:
    """Create or update a Space in one commit; returns its address.

    Old files in our folders are deleted; files outside our folders stay.

    Args:
        name: user/name of the Space.
        private: make a new Space private.
        hardware: hardware of a new Space, in the Hub's terms, such as zero-a10g; a CPU if None.
        root: a copy of the repository.

    Raises:
        UserError: `root` can't be uploaded (see `needed`), or the Hub refuses the upload or can't be reached.
    """
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

    client.checked(name)
    files = {path.relative_to(root).as_posix(): path for path in needed(root)}
    hub = client.api()
    client.ask(
        name,
        lambda: hub.create_repo(
            name, repo_type="space", space_sdk="gradio", space_hardware=hardware, private=private, exist_ok=True
        ),
    )
    there = client.ask(name, lambda: hub.list_repo_files(name, repo_type="space"))
    operations: Sequence[object] = [
        *(CommitOperationAdd(path, file) for path, file in files.items()),
        *(CommitOperationDelete(path) for path in there if path not in files and path.partition("/")[0] in FOLDERS),
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the client warns about data in a Space, but ours is small
        client.ask(name, lambda: hub.create_commit(name, operations, commit_message="the gallery", repo_type="space"))
    return f"{client.endpoint()}/spaces/{name}"
