"""Names of data sets and of pairings, cut into their parts: no other module cuts them."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from dataclasses import dataclass, replace

from gan_zoo.data.catalogue import DATASETS
from gan_zoo.errors import UserError

# The words before a first colon that stand for a place to read from: a data set on the Hub, and a copy of one in a folder.
SCHEMES = ("hf", "parquet")
_DRIVE = re.compile(r"[A-Za-z]:(?=[\\/])")
_HOLD_OUT = re.compile(r"(?:^|&)hold-out=(\d*\.?\d+)$")


@dataclass(frozen=True)
class DataName:
    """The parts of a name such as `digits`, `emoji:line`, `FOLDER`, `FILE.parquet:column?column=value`,
    `hf:user/name/folder:column?column=value` or `parquet:FOLDER`; each may end in `?hold-out=0.1` or `&hold-out=0.1`.
    """

    place: str
    """a data set's name, or the path of a file or folder; with the scheme hf the repository, `user/name`"""
    column: str = ""
    """the picture column; empty where the name has none"""
    condition: str = ""
    """`column=value` for the rows that are read; empty for all rows"""
    scheme: str = ""
    """one of `SCHEMES`, or empty"""
    folder: str = ""
    """the folder inside a repository, with the scheme hf only; empty for the whole repository"""
    hold_out: float = 0.0
    """share of the pictures that is kept back from the training, where the data have no test split; 0 for none"""

    @classmethod
    def parse(cls, text: str | DataName) -> DataName:
        """The parts of `text`; a name that has been parsed stays as it is.

        A path may contain colons and question marks: the longest beginning of `text` that is an existing file or folder
        is the place, and a single letter, a colon and a slash or backslash begin a path (`C:\\pictures`).
        """
        if isinstance(text, DataName):
            return text
        scheme, _, rest = text.partition(":")
        if scheme not in SCHEMES:
            scheme, rest = "", text
        path = 0 if scheme == "hf" else _path_length(rest)
        asked, _, condition = rest[path:].partition("?")
        kept = _HOLD_OUT.search(condition)
        condition = condition[: kept.start()] if kept else condition
        place, _, column = asked.partition(":")
        place, folder = rest[:path] + place, ""
        if scheme == "hf":
            user, name, folder = [*place.split("/", 2), "", ""][:3]
            place = f"{user}/{name}" if "/" in place else user
        return cls(place, column, condition, scheme, folder).keeping(float(kept[1]) if kept else 0.0)

    def keeping(self, share: float) -> DataName:
        """The same data with another `hold_out`; raises `UserError` unless it is at least 0 and less than 1."""
        if not 0 <= share < 1:
            raise UserError(f"--hold-out is {share:g}: it must be a share such as 0.1, at least 0 and less than 1", "usage")
        return replace(self, hold_out=share)

    @property
    def wanted(self) -> tuple[str, str]:
        """The column of the condition and the value that its rows have; both empty where there is no condition."""
        key, _, value = self.condition.partition("=")
        return key, value

    def __str__(self) -> str:
        """The text that gives these parts when it is parsed."""
        kept = f"hold-out={self.hold_out:g}" if self.hold_out else ""
        condition = "&".join(filter(None, (self.condition, kept)))
        parts = (("", self.place), ("/", self.folder), (":", self.column), ("?", condition))
        return (f"{self.scheme}:" if self.scheme else "") + "".join(sign + part for sign, part in parts if part)


@dataclass(frozen=True)
class PairsName:
    """The parts of the name of a pairing, such as `edges`, `sides:right` or `unpaired:DATA`."""

    pairing: str
    """a key of `PAIRINGS`, or empty for weights that have no pairing"""
    option: str = ""
    """the text after the first colon: a column, a side, or for `unpaired` the names of data sets; it may be empty"""

    @classmethod
    def parse(cls, text: str) -> PairsName:
        """The parts of `text`."""
        pairing, _, option = text.partition(":")
        return cls(pairing, option)


def several(text: str) -> list[DataName]:
    """The names of data that plus signs join, such as `pictures?domain=landscape+land`; one name if there is no such sign.

    A sign joins only if the name of a data set, a scheme or an existing path follows it. Others belong to a path or a value.
    """
    names, start = [], 0
    for sign in re.finditer(r"\+", text):
        inside = sign.start() - start < _path_length(text[start:])
        if not inside and _begins_name(text[sign.end() :]):
            names.append(text[start : sign.start()])
            start = sign.end()
    return [DataName.parse(name) for name in (*names, text[start:])]


def is_held_out(name: str, share: float) -> bool:
    """True for about `share` of all names, always the same ones; a larger share includes those of a smaller one."""
    digest = hashlib.sha256(unicodedata.normalize("NFC", name).encode("utf-8", "surrogateescape")).digest()
    return int.from_bytes(digest[:8], "big") < share * 2**64


def _begins_name(text: str) -> bool:
    """True if `text` begins with the name of a data set, a scheme, or an existing path."""
    word = re.split(r"[:?+]", text, maxsplit=1)[0]
    return word in DATASETS or word in SCHEMES or (bool(word) and os.path.exists(word)) or _path_length(text) > 0


def _path_length(text: str) -> int:
    """The number of characters at the beginning of `text` that are surely a path: an existing one, or a drive; else 0."""
    for end in (len(text), *(sign.start() for sign in reversed([*re.finditer("[:?+]", text)]))):
        if os.path.exists(text[:end]):
            return end
    drive = _DRIVE.match(text)
    return drive.end() if drive else 0
