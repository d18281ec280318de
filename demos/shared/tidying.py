"""What a long life leaves behind: free memory that the system doesn't get back, and files that were made for visitors."""

from __future__ import annotations

import ctypes
import heapq
from collections.abc import Iterable
from pathlib import Path

MOST_FREE = 100_000_000
"""bytes that the C library may keep, free, for its next use"""
ARENAS = 2
"""heaps of the C library: each thread would have one of its own, with holes of its own"""
MOST_FILES = 1_000_000_000
"""bytes of the files that were made for visitors; the oldest go first, and all of them after an hour"""
_M_ARENA_MAX = -8
"""the number of this setting in malloc.h"""


class _Mallinfo(ctypes.Structure):
    """`struct mallinfo2` of glibc."""

    _fields_ = tuple(
        (name, ctypes.c_size_t)
        for name in ("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost")
    )


def _glibc() -> ctypes.CDLL | None:
    """The C library; None if it is another one than glibc of 2.33 or later."""
    try:
        library = ctypes.CDLL(None)
        library.mallinfo2.restype = _Mallinfo
        library.malloc_trim.argtypes = [ctypes.c_size_t]
    except (OSError, TypeError, AttributeError):
        return None
    return library


_LIBRARY = _glibc()


def install() -> None:
    """Let the threads share few heaps, from now on."""
    if _LIBRARY:
        _LIBRARY.mallopt(_M_ARENA_MAX, ARENAS)


def give_back() -> bool:
    """Give free memory back to the system, if it is more than `MOST_FREE` bytes; returns whether it was."""
    if _LIBRARY is None or _LIBRARY.mallinfo2().fordblks <= MOST_FREE:
        return False
    return bool(_LIBRARY.malloc_trim(0))


def prune(sets: Iterable[set[str]], most: int = MOST_FILES) -> int:
    """Delete the oldest of the files in `sets` of paths until the others have at most `most` bytes; returns how many went."""
    found: list[tuple[int, int, str]] = []
    for paths in sets:
        for path in list(paths):
            try:
                about = Path(path).stat()
            except OSError:
                paths.discard(path)
                continue
            found.append((about.st_mtime_ns, about.st_size, path))
    total, gone = sum(size for _, size, _ in found), 0
    heapq.heapify(found)
    while total > most:
        _, size, path = heapq.heappop(found)
        Path(path).unlink(missing_ok=True)
        total, gone = total - size, gone + 1
    return gone
