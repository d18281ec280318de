"""A stand-in for the package `spaces` of a ZeroGPU Space, which is strict about what is forbidden there.

Each call runs in a process of its own; what goes in and comes out is pickled. It says on standard output what it lends.
"""

from __future__ import annotations

import functools
import inspect
import multiprocessing
import pickle
import sys
from collections.abc import Callable, Iterator
from typing import Any

if "torch" in sys.modules:
    assert not sys.modules["torch"].cuda.is_initialized(), "CUDA before spaces"
END = b"end"


def GPU(duration: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        assert not inspect.iscoroutinefunction(function) and duration > 0
        assert inspect.isgeneratorfunction(function), "nothing else is lent a GPU in this project"

        @functools.wraps(function)
        def lent(*args: Any, **kwargs: Any) -> Iterator[Any]:
            print(f"lent to {function.__name__} for {duration} s", flush=True)
            given = pickle.dumps((args, kwargs))
            context = multiprocessing.get_context("fork")
            receiver, sender = context.Pipe(duplex=False)
            worker = context.Process(target=work, args=(function, given, sender))
            worker.start()
            sender.close()
            try:
                while (answer := receiver.recv_bytes()) != END:
                    value = pickle.loads(answer)
                    if isinstance(value, Exception):
                        raise value
                    yield value
            finally:
                worker.terminate()
                worker.join()

        return lent

    return decorate


def work(function: Callable[..., Any], given: bytes, sender: Any) -> None:
    args, kwargs = pickle.loads(given)
    try:
        for value in function(*args, **kwargs):
            sender.send_bytes(pickle.dumps(value))
    except Exception as error:
        sender.send_bytes(pickle.dumps(error))
    sender.send_bytes(END)


def gradio_auto_wrap(function: Any) -> Any:
    return function
