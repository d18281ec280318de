"""Fetches checkpoint files of other projects from the Hub and imports them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gan_zoo.errors import UserError
from gan_zoo.hub import client
from gan_zoo.weights.folder import save_weights
from gan_zoo.weights.foreign import Recognised, check_bytes, import_model, published_networks, read_state

# The suffixes of checkpoints.
SUFFIXES = (".safetensors", ".bin", ".pth", ".pt")
# The usual names of checkpoints in a repository, the safe format first.
USUAL = ("model.safetensors", "pytorch_model.bin")


def fetch(source: str) -> Path:
    """Return the path of a checkpoint: `source` itself, or the checkpoint in a Hub repository `user/repo`.

    The list of the repository's files tells which file is the checkpoint. Only this file is downloaded, into the cache.

    Raises:
        UserError: there is no such repository, it has no checkpoint or several, or the Hub can't be reached.
    """
    path = Path(source)
    if path.exists() or source.count("/") != 1 or path.suffix in SUFFIXES:
        return path
    from huggingface_hub import hf_hub_download

    listed = client.ask(source, lambda: client.api().model_info(source, files_metadata=True))
    name = _checkpoint(source, {file.rfilename: file.size or 0 for file in listed.siblings or []})
    return Path(client.ask(source, lambda: hf_hub_download(source, name, revision=listed.sha, endpoint=client.endpoint())))


def _checkpoint(source: str, sizes: Mapping[str, int]) -> str:
    """Return the name of a repository's checkpoint; `sizes` are the sizes of its files in bytes, by name."""
    found = [name for name in sizes if Path(name).suffix in SUFFIXES]
    usual = [name for name in USUAL if name in found]
    if not usual and len(found) != 1:
        these = (
            f"has {len(found)} files that could be the checkpoint ({', '.join(sorted(found)[:4])}): download one and import it"
        )
        raise UserError(
            f"{source} {these if found else 'has no checkpoint: choose a repository with a file ' + ', '.join(SUFFIXES)}",
            "no_repository",
            name=source,
        )
    name = usual[0] if usual else found[0]
    check_bytes(f"{name} of {source}", sizes[name])
    return name


def import_checkpoint(source: str, folder: Path, network: str = "") -> Recognised:
    """Write a foreign checkpoint as the weights folder `folder` and return the recognised network.

    Args:
        source: path of a file, or user/repo of a repository on the Hub.
        network: place of the network in the checkpoint, if it holds several.

    Raises:
        UserError: the checkpoint can't be fetched, read or recognised; see `fetch`, `read_state` and `import_model`.
    """
    path = fetch(source)
    model, found = import_model(read_state(path, network))
    note = f"Imported from `{path.name}`, a checkpoint of {found.origin}. `{path.name}`({found.origin})を取り込んだものです。"
    save_weights(model, folder, {"data": "", "pairs": "", "published": published_networks(model), "note": note}, bits=32)
    return found
