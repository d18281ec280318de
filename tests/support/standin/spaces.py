"""A stand-in for the package `spaces` of a ZeroGPU Space, as strict as version 0.51 about what is forbidden there.

The main process seems to have a GPU, and any use of it is an error. Each call runs in a process of its own; what goes in and
comes out is pickled. An error there arrives as `gr.Error` with the name of its class, unless it is a `gr.Error` already. The
stand-in says on standard output what it lends.
"""

from __future__ import annotations

import functools
import inspect
import multiprocessing
import pickle
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr
import torch

assert not torch.cuda.is_initialized(), "CUDA before spaces"
END = b"end"


def refuse() -> None:
    raise RuntimeError("Low-level CUDA init (`torch._C._cuda_init`) reached.")


# What the main process sees; a fork sees the machine as it is.
SEEN = {
    "is_available": lambda: True,
    "device_count": lambda: 1,
    "current_device": lambda: 0,
    "get_device_name": lambda *_: "a lent GPU",
    "synchronize": lambda *_: refuse(),
}
REAL = {name: getattr(torch.cuda, name) for name in SEEN}
for name, value in SEEN.items():
    setattr(torch.cuda, name, value)
INIT = getattr(torch._C, "_cuda_init", None)
if INIT:  # a build without CUDA has none
    torch._C._cuda_init = refuse


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
    for name, value in REAL.items():
        setattr(torch.cuda, name, value)
    if INIT:
        torch._C._cuda_init = INIT
    args, kwargs = pickle.loads(given)
    try:
        for value in function(*args, **kwargs):
            sender.send_bytes(pickle.dumps(value))
    except Exception as error:
        traceback.print_exc()
        told = error if isinstance(error, gr.Error) else gr.Error(type(error).__name__, title="ZeroGPU worker error")
        sender.send_bytes(pickle.dumps(told))
    sender.send_bytes(END)


def gradio_auto_wrap(function: Any) -> Any:
    return function
