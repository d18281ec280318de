"""Squares of one size from the pictures of a data set. Those of a large one are kept on disk: to decode 200,000 pictures takes
minutes, and to read their bytes takes seconds.

The cache is the folder `pictures` in `$GAN_ZOO_CACHE`. The name of a file is a checksum of what was decoded, so a data set that
changes has another file. The files that have not been used for longest make room for new ones.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zlib
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import torch
from jaxtyping import UInt8
from PIL import Image, __version__
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from gan_zoo import files
from gan_zoo.data.dataset import Square
from gan_zoo.data.encoded import THREADS, Encoded

Squares = UInt8[Tensor, "n c s s"]
# The rows from which on squares are kept, and are decoded in processes where there are cores for more than threads can use.
MANY = 10_000
# The most bytes in the cache. CelebA has 2.5 GB at 64 pixels.
MOST_BYTES = 20 * 2**30
# It grows when pictures are decoded in another way than before.
VERSION = 1


class Found(NamedTuple):
    """The squares of some rows."""

    images: Squares
    places: list[int]
    """the places of these rows among all"""
    skipped: list[str]
    """the other rows, each with the reason"""


def squares(rows: Encoded, size: int, channels: int, many: int = MANY) -> tuple[Squares, Encoded]:
    """The squares of all rows that can be decoded, and the data set with these rows alone.

    Where several processes ask for the same large data set at once, one of them decodes it on all cores, and the others wait.

    Args:
        size: height and width in pixels.
        channels: 1 for grey, 3 for colour.
        many: the number of rows from which on their squares are kept.

    Raises:
        UserError: no row can be decoded.
    """
    work = Square(size, channels)
    name = _checksum(rows, work) if len(rows) >= many else ""
    found = _from_disk(name, rows, work) if name else _decoded(rows, work)
    return found.images, replace(rows.chosen(found.places), skipped=rows.skipped + found.skipped)


def _from_disk(name: str, rows: Encoded, work: Square) -> Found:
    """The squares that are kept under `name`; they are made and kept if there are none."""
    from filelock import FileLock

    file = kept() / f"{name}.safetensors"
    with ExitStack() as held:
        with suppress(OSError):  # where nothing can be written, nothing is kept
            kept().mkdir(parents=True, exist_ok=True)
            held.enter_context(FileLock(file.with_suffix(".lock")))
        found = _read(file, len(rows))
        if found is None:
            found = _decoded(rows, work)
            with suppress(OSError, SafetensorError):  # a full disk costs time and nothing else
                _write(file, found)
        return found


def kept() -> Path:
    """The folder of the squares that are kept."""
    return files.cache() / "pictures"


def clear() -> int:
    """Delete what is kept; returns the number of bytes that this frees."""
    size = sum(file.stat().st_size for file in kept().glob("*")) if kept().is_dir() else 0
    shutil.rmtree(kept(), ignore_errors=True)
    return size


def _decoded(rows: Encoded, work: Square) -> Found:
    cores = os.cpu_count() or 1
    processes = cores if len(rows) >= MANY and cores > THREADS else 0
    numbered = replace(rows, columns={"place": [*range(len(rows))]})
    pictures, chosen = numbered.decoded(work, 2 * work.size, processes)
    return Found(torch.stack(pictures), chosen.columns["place"], chosen.skipped[len(rows.skipped) :])


def _checksum(rows: Encoded, work: Square) -> str:
    """A checksum of what is decoded and how: of the bytes of pictures in memory, and of the paths, sizes and dates of files.
    It is empty for pictures that are decoded already."""
    digest = hashlib.blake2b(repr((VERSION, __version__, work)).encode(), digest_size=16)
    for contents in rows.contents():
        for content in contents:
            if isinstance(content, Image.Image):
                return ""
            if isinstance(content, Path):
                with suppress(OSError):
                    status = content.stat()
                    digest.update(repr((str(content.absolute()), status.st_size, status.st_mtime_ns)).encode())
                    continue
            part = content if isinstance(content, bytes) else str(content).encode(errors="surrogateescape")
            digest.update(len(part).to_bytes(8, "little"))
            digest.update(part)
    return digest.hexdigest()


def _read(file: Path, rows: int) -> Found | None:
    """The squares in a file; None if it is missing or damaged, or doesn't fit so many rows."""
    try:
        with safe_open(file, "pt") as opened:
            about = json.loads(opened.metadata()["about"])
            images, places = opened.get_tensor("images"), opened.get_tensor("places").tolist()
        sound = zlib.crc32(images.numpy().data) == about["checksum"] and len(places) == len(images)
        if not sound or not all(0 <= place < rows for place in places):
            return None
        os.utime(file)
        return Found(images, places, [str(line) for line in about["skipped"]])
    except (OSError, SafetensorError, LookupError, TypeError, ValueError, AttributeError):
        return None


def _write(file: Path, found: Found) -> None:
    """Keep squares on disk, unless they are more than the whole cache may have."""
    size = found.images.numel()
    if size > MOST_BYTES:
        return
    others = sorted((other for other in kept().glob("*.safetensors") if other != file), key=lambda other: other.stat().st_mtime)
    total = sum(other.stat().st_size for other in others)
    for other in others:
        if total + size <= MOST_BYTES:
            break
        total -= other.stat().st_size
        other.unlink(missing_ok=True)
    tensors = {"images": found.images, "places": torch.tensor(found.places)}
    about = json.dumps({"checksum": zlib.crc32(found.images.numpy().data), "skipped": found.skipped})
    files.write_atomically(file, lambda path: save_file(tensors, path, {"about": about}))
