"""Names of data sets and of pairings, cut into their parts: no other module cuts them."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

# The words before a first colon that stand for a place to read from: a data set on the Hub, and a copy of one in a folder.
SCHEMES = ("hf", "parquet")
_DRIVE = re.compile(r"[A-Za-z]:(?=[\\/])")


@dataclass(frozen=True)
class DataName:
    """The parts of a name such as `digits`, `emoji:line`, `FOLDER`, `FILE.parquet:column?column=value`,
    `hf:user/name/folder:column?column=value` or `parquet:FOLDER`.
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
        place, _, column = asked.partition(":")
        place, folder = rest[:path] + place, ""
        if scheme == "hf":
            user, name, folder = [*place.split("/", 2), "", ""][:3]
            place = f"{user}/{name}" if "/" in place else user
        return cls(place, column, condition, scheme, folder)

    @property
    def wanted(self) -> tuple[str, str]:
        """The column of the condition and the value that its rows have; both empty where there is no condition."""
        key, _, value = self.condition.partition("=")
        return key, value

    def __str__(self) -> str:
        """The text that gives these parts when it is parsed."""
        parts = (("", self.place), ("/", self.folder), (":", self.column), ("?", self.condition))
        return (f"{self.scheme}:" if self.scheme else "") + "".join(sign + part for sign, part in parts if part)


@dataclass(frozen=True)
class PairsName:
    """The parts of the name of a pairing, such as `edges`, `sides:right` or `unpaired:DATA`."""

    pairing: str
    """a key of `PAIRINGS`, or empty for weights that have no pairing"""
    option: str = ""
    """the text after the first colon: a column, a side, or for `unpaired` the name of a data set; it may be empty"""

    @classmethod
    def parse(cls, text: str) -> PairsName:
        """The parts of `text`."""
        pairing, _, option = text.partition(":")
        return cls(pairing, option)


def _path_length(text: str) -> int:
    """The number of characters at the beginning of `text` that are surely a path: an existing one, or a drive; else 0."""
    for end in (len(text), *(sign.start() for sign in reversed([*re.finditer("[:?]", text)]))):
        if os.path.exists(text[:end]):
            return end
    drive = _DRIVE.match(text)
    return drive.end() if drive else 0
