"""What visitors bring and make, as encoded files in one store for all tabs; the memory for all of it together has a bound."""

from __future__ import annotations

import itertools
import threading
import weakref
from collections import OrderedDict

from demos.shared import requests

MOST_BYTES = 400_000_000
"""most bytes of all files together; those that were used longest ago go first"""


class Store:
    """Files by number, up to `most` bytes."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most, self._size = most, 0
        self._files: OrderedDict[int, tuple[bytes, ...]] = OrderedDict()
        self._numbers = itertools.count()
        self._lock = threading.RLock()  # a file may go while another is put in, when the garbage collector comes

    @property
    def size(self) -> int:
        """The bytes of all files."""
        return self._size

    def put(self, *parts: bytes) -> int:
        """Keep the parts of a file; returns its number."""
        with self._lock:
            number = next(self._numbers)
            self._files[number] = parts
            self._size += sum(map(len, parts))
            while self._size > self._most:
                self.drop(next(iter(self._files)))
            return number

    def get(self, number: int) -> tuple[bytes, ...]:
        """The parts of a file; raises `UserError` where it had to make room."""
        with self._lock:
            if number not in self._files:
                raise requests.mistake("store_gone")
            self._files.move_to_end(number)
            return self._files[number]

    def drop(self, number: int) -> None:
        """Forget a file."""
        with self._lock:
            self._size -= sum(map(len, self._files.pop(number, ())))


class Kept:
    """A file in the store; when nobody holds this object any more, the file goes, too."""

    def __init__(self, *parts: bytes) -> None:
        self._number = STORE.put(*parts)
        weakref.finalize(self, STORE.drop, self._number)

    def read(self) -> tuple[bytes, ...]:
        """The parts of the file; raises `UserError` where it had to make room for those of others."""
        return STORE.get(self._number)


STORE = Store()
