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

from gan_zoo.errors import UserError
from gan_zoo.files import read_json, write_json
from gan_zoo.hub import client
from gan_zoo.models.base import Model
from gan_zoo.weights.folder import FILES, NEEDED, check_folder, load_folder, read_card, write_readme
from gan_zoo.weights.store import COMMIT, find, list_weights, pin, read_lock, shelf_of

# Beside the commits of a repository: which one a branch or tag was when it was last asked for.
REVISIONS = "revisions.json"


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
