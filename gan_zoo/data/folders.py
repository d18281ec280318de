"""Folders of pictures: the files in them, their splits and their classes.

`train`, `val` (or `valid`, `validation`) and `test` are splits, in capital or small letters, if each folder with pictures is
called after a split, or if there is `train` and another split. So a folder `train` beside `bus` and `plane` is a class. If
there is no test split, `val` takes its place. The splits may also lie in the folders of the classes (`cats/train`).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gan_zoo.data.catalogue import Split
from gan_zoo.data.encoded import Encoded
from gan_zoo.errors import UserError
from gan_zoo.imaging.decoding import SUFFIXES, open_picture

# The words for each split in names of folders and files; those for the test come in the order in which they are taken.
WORDS: dict[Split, tuple[str, ...]] = {
    "train": ("train", "training"),
    "test": ("test", "testing", "val", "valid", "validation"),
}
# What systems and programs put beside pictures, besides hidden files.
_LITTER = frozenset({
    "__macosx", "@eadir", "thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "#recycle", "$recycle.bin", "lost+found",
    "system volume information", "__pycache__",
})  # fmt: skip


@dataclass
class Listing:
    """The files below a folder, without hidden ones and those that systems put there."""

    root: Path
    pictures: list[Path] = field(default_factory=list)
    """files with a suffix of a picture, in the order of their paths"""
    others: list[Path] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    """what can't be read, with the reason"""

    def files(self) -> list[File]:
        """The pictures with their places below `root`."""
        return [File(picture, picture.relative_to(self.root).parts) for picture in self.pictures]

    def notes(self) -> list[str]:
        """One sentence for each suffix of other files, with their number and the name of one."""
        kinds: dict[str, list[Path]] = {}
        for path in self.others:
            kinds.setdefault(path.suffix.lower(), []).append(path)
        return [
            f"{len(paths)} {'file' if len(paths) == 1 else 'files'} {f'ending in {suffix}' if suffix else 'without a suffix'} "
            f"left out, for example {paths[0]}: no known picture format"
            for suffix, paths in sorted(kinds.items())
        ]


@dataclass(frozen=True)
class File:
    """A picture file, and its place in its split."""

    path: Path
    parts: tuple[str, ...]
    """the folders in its split that it lies in, and its name"""

    @property
    def name(self) -> str:
        """Its place in its split without the suffix."""
        return "/".join(self.parts)[: -len(self.path.suffix) or None]

    @property
    def top(self) -> str:
        """The first folder that it lies in; empty if it lies in none."""
        return self.parts[0] if len(self.parts) > 1 else ""


def is_litter(name: str) -> bool:
    """True for names of hidden files, and of files and folders that systems put beside a user's own."""
    return name.startswith(".") or name.lower() in _LITTER


def listing(root: Path) -> Listing:
    """All files below `root`. Links are followed, except to a folder that they lie in."""
    found = Listing(root)
    _walk(root, (os.path.realpath(root),), found)
    found.pictures.sort(key=lambda path: path.parts)
    return found


def _walk(folder: Path, above: tuple[str, ...], found: Listing) -> None:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        found.skipped.append(f"{folder}: the folder can't be read ({error.strerror or error})")
        return
    for entry in entries:
        path = folder / entry.name
        if is_litter(entry.name):
            continue
        if entry.is_dir():
            real = os.path.realpath(path)
            if real not in above:
                _walk(path, (*above, real), found)
        elif path.suffix.lower() in SUFFIXES:
            found.pictures.append(path)  # a broken link is named when it is opened
        elif entry.is_file():
            found.others.append(path)


def subfolders(root: Path) -> dict[str, Path]:
    """The folders in `root` by their names in small letters, without litter; empty if it can't be read."""
    try:
        return {p.name.lower(): p for p in sorted(root.iterdir(), reverse=True) if not is_litter(p.name) and p.is_dir()}
    except OSError:
        return {}


def split_files(found: Listing) -> dict[str, list[File]]:
    """The pictures of each split by the word for it, by the rules at the top of this module; empty if there are no splits."""
    files = found.files()
    tops = {file.top for file in files}
    if len(tops) == 1 and not _word(*tops) and "" not in tops:  # one folder with everything, as archives make it
        files = [File(file.path, file.parts[1:]) for file in files]
        tops = {file.top for file in files}
    splits = {_split_of(top) for top in tops if _word(top)}
    groups: dict[str, list[File]] = {}
    if splits and (len(splits) == len(WORDS) or all(_word(top) for top in tops if top)):
        for file in files:
            if word := _word(file.top):
                groups.setdefault(word, []).append(File(file.path, file.parts[1:]))
    elif files and all(len(file.parts) > 2 and _word(file.parts[1]) for file in files):  # cats/train, cats/test
        for file in files:
            groups.setdefault(_word(file.parts[1]), []).append(File(file.path, (file.parts[0], *file.parts[2:])))
    return groups


def _word(name: str) -> str:
    """The word for a split that `name` is, in small letters; empty if it is none."""
    return name.lower() if any(name.lower() in words for words in WORDS.values()) else ""


def _split_of(name: str) -> Split:
    return "train" if name.lower() in WORDS["train"] else "test"


def side_folder(root: Path, split: Split, side: str, hold_out: float = 0.0) -> Path | None:
    """The folder of one side of pairs, `A` or `B`: `train/A`, `A/train`, `trainA` or, if there are no splits, `A`.

    Returns:
        None if there is no such folder.

    Raises:
        UserError: the side has no such split, or has splits and there is a `hold_out`.
    """
    there, side = subfolders(root), side.lower()
    inner = subfolders(there[side]) if side in there else {}
    places: dict[str, Path] = {}
    for word in (word for words in WORDS.values() for word in words):
        candidates = [there.get(f"{word}{sign}{side}") for sign in ("", "_", "-")]
        candidates += [subfolders(there[word]).get(side) if word in there else None, inner.get(word)]
        if found := next((path for path in candidates if path is not None), None):
            places[word] = found
    if places and hold_out:
        raise has_splits(str(root), places)
    if chosen := next((places[word] for word in WORDS[split] if word in places), None):
        return chosen
    if places or (side in there and split == "test" and not hold_out):
        raise no_split(str(root), split, [*places])
    return there.get(side)


def no_split(where: str, split: Split, there: Sequence[str] = ()) -> UserError:
    """The error for data without the split that is asked for; `there` are the splits that they have."""
    has = f"it has {' and '.join(there)}" if there else "its pictures are in no splits"
    advice = "name it train" if split == "train" else "put some into test, or keep a share back with --hold-out 0.1"
    return UserError(f"{where} has no {split} split ({has}): {advice}", "no_split", split=split, name=where)


def open_folder(path: Path, split: Split, hold_out: float = 0.0) -> Encoded:
    """One split of a folder of pictures; the folders in it that have a readable picture are its classes.

    Args:
        hold_out: share of the pictures that are kept back as the test split, by a hash of the name, if there are no splits.

    Raises:
        UserError: there is no such split, or there are both splits and a `hold_out`.
    """
    found = listing(path)
    splits = split_files(found)
    if not splits:
        if split == "test" and not hold_out and found.pictures:
            raise no_split(str(path), split)
        files = found.files()
        opened = _encoded(files, path.name, found, _classes(files))
        return opened.kept_back(split, hold_out) if hold_out else opened
    if hold_out:
        raise has_splits(str(path), [*splits])
    word = next((word for word in WORDS[split] if word in splits), None)
    if word is None:
        raise no_split(str(path), split, [*splits])
    opened = _encoded(splits[word], path.name, found, _classes([file for files in splits.values() for file in files]))
    taken = {file.path for files in splits.values() for file in files}
    if loose := [picture for picture in found.pictures if picture not in taken]:
        opened.notes.append(
            f"{len(loose)} pictures outside of the folders {', '.join(splits)} left out, for example {loose[0]}"
        )
    return opened


def open_splits(path: Path) -> dict[str, Encoded]:
    """The splits of a folder of pictures: `train`, `validation` or `test`. A folder without splits is `train`."""
    found = listing(path)
    splits = split_files(found) or {"train": found.files()}
    classes = _classes([file for files in splits.values() for file in files])
    known = {"training": "train", "testing": "test", "val": "validation", "valid": "validation"}
    return {known.get(word, word): _encoded(files, path.name, found, classes) for word, files in splits.items()}


def open_files(root: Path, name: str) -> Encoded:
    """All pictures below `root`, without classes; `name` is what the data set is called."""
    found = listing(root)
    return _encoded(found.files(), name, found, [])


def has_splits(where: str, there: Iterable[str]) -> UserError:
    """The error for data that have splits and are to be split once more."""
    return UserError(f"{where} has splits already ({', '.join(there)}): leave out --hold-out", "usage")


def _encoded(files: Sequence[File], name: str, found: Listing, classes: list[str]) -> Encoded:
    number = {top: i for i, top in enumerate(classes)}
    return Encoded(
        name,
        names=[file.name for file in files],
        where=[(str(file.path),) for file in files],
        contents=lambda: ((file.path,) for file in files),
        labels=[number.get(file.top, -1) for file in files] if classes else [],
        classes=classes,
        skipped=[*found.skipped],
        notes=found.notes(),
        place=str(found.root),
    )


def _classes(files: Sequence[File]) -> list[str]:
    """The folders with a readable picture; none if a readable picture lies beside them. The files are those of all splits, so
    all splits number the classes alike."""
    tops: dict[str, list[File]] = {}
    for file in files:
        tops.setdefault(file.top, []).append(file)
    if any(_readable(file.path) for file in tops.pop("", [])):
        return []
    return sorted(top for top, inside in tops.items() if any(_readable(file.path) for file in inside))


def _readable(path: Path) -> bool:
    try:
        open_picture(path, 1)
    except UserError:
        return False
    return True
