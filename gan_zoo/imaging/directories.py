"""A check of TIFF directories, the tables of values in TIFF files, EXIF data and multi-picture JPEGs.

Pillow copies the value of every entry, and entries may share their bytes: a file of one megabyte can ask for gigabytes. Pillow
reads directories at many places, some of them while it opens a file. So the check stands in the one method that reads them.
"""

from __future__ import annotations

import os
import struct
from typing import Any

from PIL.TiffImagePlugin import ImageFileDirectory_v2

MOST_TILES = 100_000
"""most strips or tiles of one picture; Pillow decodes each on its own"""
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8}
"""bytes of a value, for each type of TIFF 6.0 and BigTIFF"""
_TILES = (273, 324)
"""the tags StripOffsets and TileOffsets"""


def check(file: Any, order: str, large: bool) -> None:
    """Check the directory that starts at the position of `file`, and return to this position.

    Args:
        order: "<" or ">", the order of the bytes.
        large: whether the directory has the layout of BigTIFF.

    Raises:
        SyntaxError: its values declare far more bytes than the file has, or a picture has too many tiles. Pillow takes this
            error for a damaged file, and ignores damaged metadata.
    """
    start = file.tell()
    length = file.seek(0, os.SEEK_END)
    file.seek(start)
    first, number, entry, most = ("Q", "Q", "HHQ8s", 8) if large else ("L", "H", "HHL4s", 4)
    size, step = struct.calcsize(order + number), struct.calcsize(order + entry)
    (entries,) = struct.unpack(order + number, file.read(size).ljust(size, b"\0"))
    table = file.read(min(entries * step, length))
    file.seek(start)
    declared = 0
    for tag, kind, count, place in struct.iter_unpack(order + entry, table[: len(table) // step * step]):
        bytes_of_value = count * _SIZES.get(kind, 0)
        if tag in _TILES and count > MOST_TILES:
            raise SyntaxError(f"a picture of more than {MOST_TILES} tiles")
        if bytes_of_value > most:
            (offset,) = struct.unpack(order + first, place)
            declared += max(0, min(bytes_of_value, length - offset))
        if declared > 4 * length + 65_536:  # the values of an honest file lie side by side
            raise SyntaxError("a directory whose values share their bytes")


def guard() -> None:
    """Let Pillow check every directory before it reads the values."""
    read = ImageFileDirectory_v2.load
    if getattr(read, "checked", False):
        return

    def load(self: ImageFileDirectory_v2, fp: Any) -> None:
        check(fp, self._endian, self._bigtiff)
        read(self, fp)

    checked: Any = load
    checked.checked = True
    ImageFileDirectory_v2.load = checked  # type: ignore[method-assign]
