"""Sets of the owner's own pictures. What is brought is decoded, made small, written anew, and kept for the next visit."""

from __future__ import annotations

import hashlib
import re
import shutil
import threading
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image

from demos.shared import i18n, requests, responses
from demos.training import form, own_zip
from demos.training.viewer import runs_folder
from gan_zoo import UserError, open_picture
from gan_zoo.data.catalogue import DATASETS
from gan_zoo.data.dataset import fit
from gan_zoo.data.folders import is_litter
from gan_zoo.files import write_atomically
from gan_zoo.imaging.decoding import SUFFIXES

# A set is a folder in this one, which lies among the runs: `runs/own/NAME`. Pictures are named after their contents.
FOLDER = "own"
# Bytes of one picture, and of a ZIP.
MOST_BYTES, MOST_ZIP_BYTES = 60_000_000, 500_000_000
MOST_PICTURES = 2_000
# Pixels: the longest short side that is kept, how often it fits into the long side at most, and the shortest that is of use.
SIDE, STRETCH, LEAST_SIDE = 256, 3, 16
# Pixels of a thumbnail, and how many of a set are shown.
THUMBNAIL, SHOWN = 96, 120
MOST_NAME = 40
# Errors that also affect all pictures that follow.
ENDS = ("own_full", "little_disk")

Told = dict[str, Any]
_adding = threading.Lock()


def sets() -> list[Told]:
    """Every set with its `name`, the `count` of its pictures and its `path`; the latest comes first."""
    folders = sorted(_folders(), key=lambda folder: folder.stat().st_mtime, reverse=True)
    found = [{"name": folder.name, "count": count(folder), "path": str(folder)} for folder in folders]
    return [one for one in found if one["count"]]


def find(name: Any) -> Path:
    """The folder of a set; raises `UserError` where there is none."""
    known = {folder.name: folder for folder in _folders()}
    if not isinstance(name, str) or name not in known:
        raise requests.mistake("own_gone")
    return known[name]


def named(text: Any) -> str:
    """The name that a set gets when the owner calls it `text`; raises `UserError` where nothing is left of it.

    It has letters and digits of any script, and dashes. So it can be a folder, and a part of a run's name. It is not that of a
    data set that ships: a model card would take the one for the other.
    """
    letters = unicodedata.normalize("NFKC", text) if isinstance(text, str) else ""
    name = re.sub(r"[\W_]+", "-", letters)[:MOST_NAME].strip("-")
    if not name:
        raise requests.mistake("own_no_name")
    return f"my-{name}" if name in DATASETS else name


def thumbnails(folder: Path) -> list[Told]:
    """The first pictures of a set, as `bring` tells of those that it takes."""
    found = []
    for file in _files(folder)[:SHOWN]:
        try:
            found.append(_taken(file.name, open_picture(file)))
        except UserError:  # the owner may have put it there, or just deleted it
            continue
    return found


def count(folder: Path) -> int:
    """The number of pictures in a set."""
    return sum(_is_picture(file) for file in folder.iterdir()) if folder.is_dir() else 0


def delete(name: Any) -> None:
    """Delete a set; raises `UserError` where there is none."""
    shutil.rmtree(find(name))


def delete_picture(name: Any, picture: Any) -> None:
    """Delete one picture of a set, by its id; raises `UserError` where there is no such set."""
    folder = find(name)
    for file in _files(folder):
        if file.name == picture:
            file.unlink(missing_ok=True)


def check_room(name: str) -> None:
    """Raise `UserError` where a set can't grow: it has as many pictures as a set may have, or the disk is full."""
    form.check_disk()
    if count(runs_folder() / FOLDER / name) >= MOST_PICTURES:
        raise requests.mistake("own_full", most=f"{MOST_PICTURES:,}")


def bring(name: str, label: str, file: BinaryIO) -> Iterator[Told]:
    """Take a picture, or the pictures in a ZIP, into the set `name`; `label` is what the owner calls the file.

    Yields for each picture in turn that is taken its `id`, `thumb` (a URL) and the `set`; for each that isn't, its `name`
    as text, a `code`, `why` as HTML, and whether it is the `end`, since no other can be taken either. Before the pictures of
    a ZIP comes their number, `of`.
    """
    if not own_zip.is_zip(file):
        yield _brought(name, label, file.read(MOST_BYTES + 1))
        return
    try:
        entries = own_zip.entries(file)
    except UserError as error:
        yield left(label, error)
        return
    yield {"of": len(entries)}
    for entry, read in entries:
        try:
            told = _brought(name, entry, read())
        except UserError as error:
            told = left(entry, error)
        yield told
        if told.get("end"):
            return


def left(label: str, error: UserError) -> Told:
    """The message about a file that is not taken."""
    return {"name": label, "code": error.code, "why": i18n.explain(error), "end": error.code in ENDS}


def _brought(name: str, label: str, content: bytes) -> Told:
    try:
        if len(content) > MOST_BYTES:
            raise requests.mistake("own_large_file", most=MOST_BYTES // 1_000_000)
        return {**_take(name, content), "set": name}
    except UserError as error:
        return left(label, error)


def _take(name: str, content: bytes) -> Told:
    """Write the picture in a file into a set; raises `UserError` where there is none, or it is there already."""
    try:
        picture = open_picture(content, SIDE)
    except UserError as error:
        raise requests.mistake("own_no_picture" if error.code == "not_a_picture" else error.code) from error
    if min(picture.size) < LEAST_SIDE:
        raise requests.mistake("own_small_picture", least=LEAST_SIDE)
    picture = _bounded(picture)
    mark = hashlib.blake2b(picture.tobytes() + repr((picture.mode, picture.size)).encode(), digest_size=12).hexdigest()
    path = runs_folder() / FOLDER / name / f"{mark}.png"
    with _adding:
        if path.exists():
            raise requests.mistake("own_twice")
        check_room(name)
        write_atomically(path, lambda place: picture.save(place, "PNG", compress_level=3))
    return _taken(path.name, picture)


def _bounded(picture: Image.Image) -> Image.Image:
    """The middle of a picture at the size that is kept: pixels and nothing else, no place and no date."""
    short = min(picture.size)
    width, height = (min(side, STRETCH * short) for side in picture.size)
    left, top = (picture.width - width) // 2, (picture.height - height) // 2
    picture = picture.crop((left, top, left + width, top + height))
    if short > SIDE:
        size = (round(width * SIDE / short), round(height * SIDE / short))
        picture = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    return Image.frombytes(picture.mode, picture.size, picture.tobytes())


def _taken(file: str, picture: Image.Image) -> Told:
    """A picture as the page shows it: the square that is learnt from."""
    small = fit(picture, THUMBNAIL)
    return {"id": file, "thumb": responses.data_url(small, "WEBP", quality=70)}


def _folders() -> list[Path]:
    return list((runs_folder() / FOLDER).glob("*/"))


def _files(folder: Path) -> list[Path]:
    """The pictures of a set in the order in which they came; those that the owner has put there count, too."""
    return sorted(filter(_is_picture, folder.iterdir()), key=lambda file: file.stat().st_mtime_ns)


def _is_picture(file: Path) -> bool:
    return file.suffix.lower() in SUFFIXES and not is_litter(file.name)
