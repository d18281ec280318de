"""Files that are written in a thread."""

from __future__ import annotations

import threading

import pytest
import torch

from gan_zoo.runs.writing import Writer


def test_files_wait_in_order_and_the_training_goes_on() -> None:
    writer, wrote, go_on = Writer(), [], threading.Event()
    value = torch.zeros(2)
    writer.write(lambda _: go_on.wait(30), None)
    for i in range(3):
        value.fill_(i)
        writer.write(lambda copy: wrote.append(copy.tolist()), value)
    assert writer.busy and not wrote
    go_on.set()
    writer.flush()
    assert not writer.busy and wrote == [[0, 0], [1, 1], [2, 2]]
    writer.close()


def test_the_error_of_a_file_is_raised_by_a_later_call() -> None:
    writer, wrote, go_on = Writer(), [], threading.Event()

    def broken(_: object) -> None:
        go_on.wait(30)
        raise OSError("full")

    writer.write(broken, None)
    writer.write(wrote.append, 1)
    go_on.set()
    with pytest.raises(OSError, match="full"):
        writer.flush()
    writer.flush()
    assert wrote == [1]
    writer.write(broken, None)
    while writer.busy:
        pass
    with pytest.raises(OSError, match="full"):
        writer.write(wrote.append, 2)
    writer.close()
    assert wrote == [1]
