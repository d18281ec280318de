"""Loads weights from this machine or the Hub, and uploads them.

A repository has the same files as a weights folder. Pulled weights are in CACHE/weights/USER--NAME/COMMIT. They appear there
only when they are complete and checked, and need no network afterwards. `gan-zoo.lock`, in the working folder, names the
commit of each repository, so everybody with this file has the same weights.
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

from gan_zoo.errors import UserError
from gan_zoo.files import read_json, write_json
from gan_zoo.hub import client
from gan_zoo.models.base import Model
from gan_zoo.weights.folder import FILES, NEEDED, check_folder, load_folder, read_card, write_readme
from gan_zoo.weights.store import COMMIT, find, list_weights, pin, read_lock, shelf_of

# The file next to the commits of a repository with the last known commit of each branch and tag.
REVISIONS = "revisions.json"


def load(name: str | Path, device: str | torch.device = "cpu") -> Model:
    """Return the model of a weights folder, in eval mode and float32.

    The model lacks the networks that the folder doesn't publish, often the discriminator.

    Args:
        name: name of weights on this machine; user/name or user/name@revision of a repository, which is pulled if it isn't
            in the cache; or the path of a folder.

    Raises:
        UserError: there is no such folder or repository, or its files are damaged or don't fit together.
    """
    if isinstance(name, Path):
        return load_folder(name, device)
    known = list_weights()
    if name in known or "/" not in name:
        return load_folder(find(name), device)
    return load_folder(pull(name), device)


def pull(name: str, update: bool = False) -> Path:
    """Return the weights folder of a repository in the cache; it is downloaded if it isn't there.

    Args:
        name: user/name, or user/name@revision with a branch, tag or commit. The default is the revision in the lock file, or
            else main.
        update: use the newest commit of the revision instead of the one in the lock file.

    Raises:
        UserError: there is no such repository or revision, it is no weights folder or needs a later version, a checksum is
            wrong, or the Hub can't be reached.
    """
    repository, _, revision = name.partition("@")
    shelf, locked = shelf_of(client.checked(repository)), read_lock().get(repository, {})
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
    if not re.fullmatch(COMMIT, listed.sha):  # the id becomes the name of a folder
        raise UserError(f"the Hub answers with an invalid commit id for '{repository}': try again later", "hub_answer")
    if not (shelf / listed.sha).is_dir():
        _download(repository, listed, shelf / listed.sha, locked["files"] if is_locked else {})
    write_json(shelf / REVISIONS, {**met, asked: listed.sha})
    return shelf / listed.sha


def _download(repository: str, listed: Any, place: Path, sums: dict[str, str]) -> None:
    """Download the files of a commit to the folder `place`, which appears only when they are complete and checked.

    An interrupted download is kept next to `place`, and the next attempt continues it.

    Args:
        listed: the Hub's description of the repository at that commit.
        sums: SHA-256 of files in the lock, by name.
    """
    from huggingface_hub import hf_hub_download

    files = {file.rfilename: file for file in listed.siblings or [] if file.rfilename in FILES}
    for name in NEEDED:
        if name not in files:
            raise UserError(
                f"'{repository}' is no weights folder: it has no {name}; choose a repository of gan-zoo",
                "no_weights",
                name=repository,
            )
    for name, file in files.items():
        if (file.size or 0) > FILES[name]:
            raise UserError(
                f"{name} of '{repository}' is larger than {FILES[name] // 1_000_000} MB: choose another repository",
                "large_weights",
            )
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
                raise UserError(f"{name} of '{repository}' has a wrong checksum: pull it again", "wrong_checksum")
        shutil.rmtree(part / ".cache", ignore_errors=True)  # files of the client
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
    """Return True if a file has the checksums of the Hub and of the lock file, as far as these are known.

    The Hub gives SHA-256 for large files and git's own checksum for the others.
    """
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if file.lfs is None and file.blob_id:
        by_git = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
        return by_git == file.blob_id and locked in (None, found)
    return locked in (None, found) and (file.lfs is None or bool(found == file.lfs.sha256))


def push(name: str | Path, to: str, private: bool = False, revision: str = "") -> str:
    """Upload a weights folder to the repository `to` in one commit, with a model card; returns the address.

    A missing repository is created. Hand-written text in its model card stays; a new repository gets that of the folder.

    Args:
        name: name of weights on this machine, or path of a folder.
        private: make a new repository private.
        revision: a tag for the commit, such as v1.

    Raises:
        UserError: there is no such folder or it can't be used, the tag exists, or the Hub refuses the upload or can't be
            reached.
    """
    from huggingface_hub import CommitOperationAdd

    client.checked(to)
    folder = name if isinstance(name, Path) else find(name)
    check_folder(folder)
    hub = client.api()
    client.ask(to, lambda: hub.create_repo(to, private=private, exist_ok=True))
    if revision and revision in [tag.name for tag in client.ask(to, lambda: hub.list_repo_refs(to)).tags]:
        raise UserError(
            f"'{to}' already has the revision {revision}, which must not change: choose another name", "revision_exists"
        )
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
    """Return the current model card of a repository; empty if it has none."""
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
