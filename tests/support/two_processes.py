"""A training in two processes, as a launcher starts them, but without importing all modules in each of them."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

from app_process import Forked

TIME_OUT = 600
"""seconds after which a process counts as one that waits for another that never comes"""


def in_two_processes(work: Callable[..., None], *arguments: Any) -> None:
    """Call `work`, a function of a module, in each process of a training of two, and make sure that both succeed."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    given = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2"}
    both = [Forked(work, *arguments, **given, RANK=str(rank), LOCAL_RANK=str(rank)) for rank in range(2)]
    for one in both:
        one.pass_on()
    for one in both:
        one.process.join(TIME_OUT)
    codes = [one.process.exitcode for one in both]
    for one in both:
        one.end()
    assert codes == [0, 0], "a process failed; what it said stands above"
