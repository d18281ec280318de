"""Where weights are: in the folders of this machine, in the cache of what was pulled, on the Hub.

A repository is a weights folder, file for file. What is pulled lies in CACHE/weights/USER--NAME/COMMIT, complete and checked
or not at all, and needs no network from then on. `gan-zoo.lock`, in the working folder, says which commit stands for which
repository, so that everybody with that file has the same weights.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

import torch

from gan_zoo import client
from gan_zoo.errors import UserError, unknown
from gan_zoo.registry import Model
from gan_zoo.runlog import read_json, write_json
from gan_zoo.weights import (
    FILES,
    FRAME_MILLISECONDS,
    LAST_MILLISECONDS,
    NEEDED,
    check_folder,
    export_run,
    load_folder,
    load_run,
    published_state,
    read_card,
    save_weights,
    write_card,
    write_readme,
)

__all__ = [
    "FRAME_MILLISECONDS",
    "LAST_MILLISECONDS",
    "REPOSITORY_WEIGHTS",
    "check_folder",
    "export_run",
    "find",
    "list_weights",
    "load",
    "load_run",
    "published_state",
    "pull",
    "push",
    "read_card",
    "read_lock",
    "save_weights",
    "weights_roots",
    "write_card",
    "write_readme",
]

REPOSITORY_WEIGHTS = Path(__file__).parent.parent / "weights"
LOCK = Path("gan-zoo.lock")
COMMIT = r"[0-9a-f]{40}"
# Beside the commits of a repository: which one a branch or tag was when it was last asked for.
REVISIONS = "revisions.json"


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


def load(name: str | Path, device: str | torch.device = "cpu") -> Model:
    """The model of a weights folder, in eval mode and float32.

    Networks that the folder doesn't publish (often the discriminator) are not there.

    Args:
        name: of weights on this machine; user/name or user/name@revision of a repository, which is pulled where it isn't
            in the cache; or the path of a folder.

    Raises:
        UserError: there is no such folder or repository, or its files are damaged or don't belong together.
    """
    if isinstance(name, Path):
        return load_folder(name, device)
    known = list_weights()
    if name in known or "/" not in name:
        return load_folder(find(name), device)
    return load_folder(pull(name), device)


def _shelf(repository: str) -> Path:
    """The folder of a repository's commits in the cache."""
    return client.cache() / "weights" / repository.replace("/", "--")


def _pulled() -> dict[str, Path]:
    """What was pulled, by repository: the commit that the lock names, else the one that came last."""
    found, lock = {}, read_lock()
    for shelf in sorted((client.cache() / "weights").glob("*--*/")):
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


def sha256(path: Path) -> str:
    """The checksum of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def pull(name: str, update: bool = False) -> Path:
    """The weights folder of a repository, brought into the cache where it isn't there.

    Args:
        name: user/name, or user/name@revision: a branch, tag or commit. Without one, what the lock names counts, or main.
        update: take what the revision stands for now, whatever the lock says.

    Raises:
        UserError: there is no such repository or revision, it is no weights folder or not for this version, a checksum is
            wrong, or the Hub can't be reached.
    """
    repository, _, revision = name.partition("@")
    shelf, locked = _shelf(client.checked(repository)), read_lock().get(repository, {})
    asked = revision or locked.get("revision", "main")
    is_locked = not update and asked in (locked.get("revision"), locked.get("commit"))
    wanted = locked["commit"] if is_locked else asked
    if re.fullmatch(COMMIT, wanted) and (shelf / wanted).is_dir():
        return shelf / wanted
    met = read_json(shelf / REVISIONS) if (shelf / REVISIONS).exists() else {}
    try:
        listed = client.ask(repository, lambda: client.api().model_info(repository, revision=wanted, files_metadata=True))
    except UserError as error:
        if error.code == "no_hub" and asked in met and not update:
            return shelf / met[asked]
        raise
    if not re.fullmatch(COMMIT, listed.sha):  # it becomes a folder's name
        raise UserError(f"the Hub answers for '{repository}' with a commit that is none", "hub_answer")
    if not (shelf / listed.sha).is_dir():
        _download(repository, listed, shelf / listed.sha, locked["files"] if is_locked else {})
    write_json(shelf / REVISIONS, {**met, asked: listed.sha})
    return shelf / listed.sha


def _download(repository: str, listed: Any, place: Path, sums: dict[str, str]) -> None:
    """Bring the files of a commit into the folder `place`, which is there when they are complete and checked.

    What is half there when the network goes away is kept beside it, and the next attempt goes on with it.

    Args:
        listed: what the Hub says of the repository at that commit.
        sums: the SHA-256 that the lock expects of files, by name.
    """
    from huggingface_hub import hf_hub_download

    files = {file.rfilename: file for file in listed.siblings or [] if file.rfilename in FILES}
    for name in NEEDED:
        if name not in files:
            raise UserError(f"'{repository}' is no weights folder: it has no {name}", "no_weights", name=repository)
    for name, file in files.items():
        if (file.size or 0) > FILES[name]:
            raise UserError(f"{name} of '{repository}' is larger than {FILES[name] // 1_000_000} MB", "large_weights")
    part = place.with_name(f".{place.name}")
    for name in files:
        client.ask(
            repository,
            lambda name=name: hf_hub_download(  # type: ignore[misc]
                repository, name, revision=listed.sha, local_dir=part, endpoint=client.endpoint()
            ),
        )
    try:
        for name, file in files.items():
            if not _fits(part / name, file, sums.get(name)):
                raise UserError(f"{name} of '{repository}' isn't what its checksum says: pull it again", "wrong_checksum")
        shutil.rmtree(part / ".cache", ignore_errors=True)  # the client's notes
        try:
            check_folder(part)
        except (TypeError, KeyError, AttributeError, ValueError, RuntimeError) as error:
            if isinstance(error, UserError) and error.code == "old_version":
                raise
            reason = " ".join(str(error).replace(str(part), repository).split())
            raise UserError(f"'{repository}' can't be used: {reason}", "broken_weights", name=repository) from error
    except UserError:
        shutil.rmtree(part)
        raise
    os.replace(part, place)


def _fits(path: Path, file: Any, locked: str | None) -> bool:
    """Whether a file has the checksums that are known: the Hub's, which is git's own or for large files SHA-256, and that of
    the lock."""
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if file.lfs is None and file.blob_id:
        by_git = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
        return by_git == file.blob_id and locked in (None, found)
    return locked in (None, found) and (file.lfs is None or bool(found == file.lfs.sha256))


def push(name: str | Path, to: str, private: bool = False, revision: str = "") -> str:
    """Bring a weights folder to the repository `to` in one commit, with a model card; returns the address.

    The repository is made where there is none. What is hand-written in its model card, or else in the folder's, stays.

    Args:
        private: of a repository that is made.
        revision: a tag to give to the commit, such as v1.

    Raises:
        UserError: there is no such folder or it can't be used, the tag exists, the Hub says no or can't be reached.
    """
    from huggingface_hub import CommitOperationAdd

    client.checked(to)
    folder = name if isinstance(name, Path) else find(name)
    check_folder(folder)
    hub = client.api()
    client.ask(to, lambda: hub.create_repo(to, private=private, exist_ok=True))
    if revision and revision in [tag.name for tag in client.ask(to, lambda: hub.list_repo_refs(to)).tags]:
        raise UserError(f"'{to}' has a {revision} already, and a revision stays what it is: choose another", "revision_exists")
    with tempfile.TemporaryDirectory() as aside:
        copy = Path(shutil.copytree(folder, Path(aside) / folder.name, ignore=lambda _, names: {*names} - {*FILES}))
        if theirs := _readme(to):
            (copy / "README.md").write_text(theirs, encoding="utf-8")
        write_readme(copy, read_card(copy), to)
        operations = [CommitOperationAdd(path.name, path) for path in sorted(copy.iterdir())]
        message = f"{read_card(copy)['model']}, gan-zoo {read_card(copy).get('gan_zoo', '')}"
        commit = client.ask(to, lambda: hub.create_commit(to, operations, commit_message=message))
        if revision:
            client.ask(to, lambda: hub.create_tag(to, tag=revision, revision=commit.oid, exist_ok=True))
        pin(to, revision or "main", commit.oid, copy)
    return f"{client.endpoint()}/{to}"


def _readme(repository: str) -> str:
    """The model card that a repository has now, nothing where it has none."""
    from huggingface_hub import hf_hub_download

    files = client.ask(repository, lambda: client.api().list_repo_files(repository))
    if "README.md" not in files:
        return ""
    with tempfile.TemporaryDirectory() as aside:
        path = client.ask(
            repository,
            lambda: hf_hub_download(repository, "README.md", local_dir=aside, endpoint=client.endpoint()),
        )
        return Path(path).read_text(encoding="utf-8")
