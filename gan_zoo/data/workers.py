"""Processes that decode pictures, for so many of them that threads, which wait for each other in Python, take minutes.

They are programs of their own and no children of `multiprocessing`, which would start the caller's script once more. Requests
and answers are a line of JSON, and bytes.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any

import numpy as np
import torch
from jaxtyping import UInt8
from torch import Tensor

from gan_zoo.data import encoded
from gan_zoo.data.dataset import Square
from gan_zoo.errors import UserError
from gan_zoo.own_process import environment

Result = UInt8[Tensor, "c s s"] | encoded.Unreadable


class Workers:
    """Processes that decode; a context that ends them. Each call takes a free one, so as many threads may call at once.

    Args:
        work: what is done with the picture of a row.
        side: as in `open_picture`.
    """

    def __init__(self, count: int, work: Square, side: int | None) -> None:
        self._work, self._side = work, side
        # Each has one thread, since there are as many processes as cores.
        variables = environment(OMP_NUM_THREADS="1")
        command = [sys.executable, "-m", "gan_zoo.data.workers"]
        self._all = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=variables) for _ in range(count)
        ]
        self._free: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
        for process in self._all:
            self._free.put(process)

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._all:
            process.kill()
            process.communicate()

    def __call__(self, rows: Sequence[tuple[encoded.Content, ...]]) -> list[Result]:
        """The result of `work` for each row of one picture, or the reason why there is none."""
        process = self._free.get()
        try:
            return self._ask(process, rows)
        except (OSError, ValueError):  # it has been killed, perhaps because the memory was full
            return encoded.decoded_rows(rows, self._work, self._side)
        finally:
            self._free.put(process)

    def _ask(self, process: subprocess.Popen[bytes], rows: Sequence[tuple[encoded.Content, ...]]) -> list[Result]:
        """Let a process decode; raises OSError or ValueError if it can't answer."""
        assert process.stdin and process.stdout
        contents = [content for (content,) in rows]
        if not all(isinstance(content, bytes | Path) for content in contents):
            return encoded.decoded_rows(rows, self._work, self._side)
        parts = [content for content in contents if isinstance(content, bytes)]
        pictures = [len(content) if isinstance(content, bytes) else str(content) for content in contents]
        size, channels = self._work.size, self._work.channels
        _send(process.stdin, {"size": size, "channels": channels, "side": self._side, "pictures": pictures}, parts)
        results: list[Result] = []
        for reason in json.loads(process.stdout.readline())["reasons"]:
            if reason is None:
                picture = np.frombuffer(bytearray(process.stdout.read(channels * size * size)), np.uint8)
                results.append(torch.from_numpy(picture.reshape(channels, size, size)))
            else:
                results.append(encoded.Unreadable([UserError(*reason)]))
        return results


def _send(to: IO[bytes], said: dict[str, Any], parts: Sequence[bytes]) -> None:
    to.write(json.dumps(said).encode() + b"\n")
    for part in parts:
        to.write(part)
    to.flush()


def main() -> None:
    """Decode what comes through the standard input, until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program that started this one, which then ends it
    # What a library prints must not get between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while line := sys.stdin.buffer.readline():
        asked = json.loads(line)
        rows = [(Path(it) if isinstance(it, str) else sys.stdin.buffer.read(it),) for it in asked["pictures"]]
        results = encoded.decoded_rows(rows, Square(asked["size"], asked["channels"]), asked["side"])
        errors = [result.reasons[0] if isinstance(result, encoded.Unreadable) else None for result in results]
        reasons = [None if error is None else (str(error), error.code) for error in errors]
        _send(answers, {"reasons": reasons}, [result.numpy().tobytes() for result in results if isinstance(result, Tensor)])


if __name__ == "__main__":
    main()
