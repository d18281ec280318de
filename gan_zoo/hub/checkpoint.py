"""Checkpoint files of other projects, fetched from the Hub."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gan_zoo.errors import UserError
from gan_zoo.hub import client
from gan_zoo.weights.folder import save_weights
from gan_zoo.weights.foreign import Recognised, check_bytes, import_model, published_networks, read_state

# What checkpoints end in, and the names that they usually have in a repository, the safe format first.
SUFFIXES = (".safetensors", ".bin", ".pth", ".pt")


USUAL = ("model.safetensors", "pytorch_model.bin")


def fetch(source: str) -> Path:
    """The checkpoint's file: `source` itself, or the one in a Hub repository `user/repo`, downloaded into the cache.

    Nothing but that file is downloaded; which one it is, the list of the repository's files says.

    Raises:
        UserError: there is no such file, nor such a repository, no network, or no one checkpoint in it.
    """
    path = Path(source)
    if path.exists() or source.count("/") != 1 or path.suffix in SUFFIXES:
        return path
    from huggingface_hub import hf_hub_download

    listed = client.ask(source, lambda: client.api().model_info(source, files_metadata=True))
    name = _checkpoint(source, {file.rfilename: file.size or 0 for file in listed.siblings or []})
    return Path(client.ask(source, lambda: hf_hub_download(source, name, revision=listed.sha, endpoint=client.endpoint())))


def _checkpoint(source: str, sizes: Mapping[str, int]) -> str:
    """Which of a repository's files, given with their sizes, is its checkpoint."""
    found = [name for name in sizes if Path(name).suffix in SUFFIXES]
    usual = [name for name in USUAL if name in found]
    if not usual and len(found) != 1:
        these = f"has {len(found)} that could be it ({', '.join(sorted(found)[:4])}): download one and import the file"
        raise UserError(
            f"{source} {these if found else 'has no checkpoint: a file ' + ', '.join(SUFFIXES)}", "no_repository", name=source
        )
    name = usual[0] if usual else found[0]
    check_bytes(f"{name} of {source}", sizes[name])
    return name


def import_checkpoint(source: str, folder: Path) -> Recognised:
    """Write a foreign checkpoint, a file or a Hub repository, as the weights folder `folder`.

    Raises:
        UserError: as `fetch`, `read_state` and `import_model`.
    """
    path = fetch(source)
    model, found = import_model(read_state(path))
    note = f"Imported from `{path.name}`, a checkpoint of {found.origin}. `{path.name}`({found.origin})を取り込んだものです。"
    save_weights(model, folder, {"data": "", "pairs": "", "published": published_networks(model), "note": note}, bits=32)
    return found
