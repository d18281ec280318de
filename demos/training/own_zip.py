"""Pictures in a ZIP from outside. Nothing is extracted to the disk, and nothing is believed of what the ZIP says."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import PurePosixPath
from typing import BinaryIO

from demos.shared import requests
from gan_zoo import UserError
from gan_zoo.data.folders import is_litter
from gan_zoo.imaging.decoding import SUFFIXES, picture_size

Read = Callable[[], bytes]

# Entries that are looked at; more are no set of pictures.
MOST_ENTRIES = 5_000
# Bytes of the list of entries, which is read as a whole; bytes of an entry when unpacked, and of all of them; pixels of all.
MOST_LIST, MOST_ENTRY, MOST_UNPACKED, MOST_PIXELS = 4_000_000, 60_000_000, 4_000_000_000, 30_000_000_000
# Bytes at the end of a ZIP in which its last record must begin, and the length of that record and of the one for large ZIPs.
_TAIL, _END, _LOCATOR = 65_535 + 22, 22, 20


def is_zip(file: BinaryIO) -> bool:
    """True if a file begins like a ZIP; it is read from its beginning afterwards."""
    file.seek(0)
    begins = file.read(4)
    file.seek(0)
    return begins in (b"PK\x03\x04", b"PK\x05\x06")


def entries(file: BinaryIO) -> list[tuple[str, Read]]:
    """The names in a ZIP, which are good for showing only, each with a function that reads the entry.

    The function raises `UserError` for what isn't read: no picture by its name, encrypted, too large, damaged. Together the
    functions read no more than the limits of this module.

    Raises:
        UserError: it is no ZIP, it is damaged, or it has too many entries.
    """
    _check_list(file)
    try:
        packed = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError) as error:
        raise requests.mistake("own_broken_zip") from error
    infos = [info for info in packed.infolist() if not _is_ignored(info)]
    if len(infos) > MOST_ENTRIES:
        raise requests.mistake("own_many_entries", most=f"{MOST_ENTRIES:,}")
    allowed = Allowance()
    return [(_shown(info), partial(_read, packed, info, allowed)) for info in infos]


class Allowance:
    """The limits on unpacking and decoding a ZIP."""

    def __init__(self) -> None:
        self.bytes, self.pixels = MOST_UNPACKED, MOST_PIXELS

    def spend(self, n_bytes: int, n_pixels: int) -> None:
        """Count what was unpacked, and what is about to be decoded; raises `UserError` when it becomes too much."""
        self.bytes -= n_bytes
        self.pixels -= n_pixels
        self.check()

    def check(self) -> None:
        """Raise `UserError` if nothing may be unpacked any more."""
        if min(self.bytes, self.pixels) < 0:
            raise requests.mistake("own_large_zip")


def _read(packed: zipfile.ZipFile, info: zipfile.ZipInfo, allowed: Allowance) -> bytes:
    allowed.check()
    if PurePosixPath(info.filename.lower()).suffix not in SUFFIXES:
        raise requests.mistake("own_no_picture")
    if info.flag_bits & 1:
        raise requests.mistake("own_locked")
    # Other methods are rare, and some of them take memory as the file says.
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise requests.mistake("own_broken_entry")
    if info.file_size > MOST_ENTRY:
        raise requests.mistake("own_large_file", most=MOST_ENTRY // 1_000_000)
    try:
        with packed.open(info) as entry:
            content = entry.read(MOST_ENTRY + 1)  # the size above is only what the ZIP says
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, NotImplementedError) as error:
        allowed.spend(info.file_size, 0)
        raise requests.mistake("own_broken_entry") from error
    allowed.spend(len(content), 0)
    if len(content) > MOST_ENTRY:
        raise requests.mistake("own_large_file", most=MOST_ENTRY // 1_000_000)
    try:
        width, height = picture_size(content)
    except UserError as error:
        raise requests.mistake("own_no_picture" if error.code == "not_a_picture" else error.code) from error
    allowed.spend(0, width * height)
    return content


def _check_list(file: BinaryIO) -> None:
    """Raise `UserError` if the list of entries is too long: `zipfile` reads all of it, before anything can be asked of it."""
    file.seek(0, 2)
    start = max(0, file.tell() - _TAIL)
    file.seek(start)
    tail = file.read()
    file.seek(0)
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) < end + _END:
        raise requests.mistake("own_broken_zip")
    # A second record overrides the first in ZIPs of more than 4 GB or 65,535 entries, which are too large in any case.
    is_huge = tail[max(0, end - _LOCATOR) : end].startswith(b"PK\x06\x07")
    if is_huge or int.from_bytes(tail[end + 12 : end + 16], "little") > MOST_LIST:
        raise requests.mistake("own_many_entries", most=f"{MOST_ENTRIES:,}")


def _is_ignored(info: zipfile.ZipInfo) -> bool:
    """True for folders, for hidden files, and for what systems put beside the pictures."""
    parts = PurePosixPath(info.filename).parts
    return info.is_dir() or not parts or any(is_litter(part) for part in parts if part != "..")


def _shown(info: zipfile.ZipInfo) -> str:
    """The name of an entry for the page. ZIPs from Japanese Windows have names in its own encoding."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        stored = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "cp932"):
        try:
            return stored.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename
