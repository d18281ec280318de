"""A pretended CUDA device on a machine without one: the numbers of the CPU, and the rules of a GPU.

A tensor on it is a wrapper whose device is cuda:0 for Python. For C++ it is on `meta`, so that autograd needs no driver, with
CUDA's keys. `Mode` sees every operation, in backward passes too. It raises an error where CUDA would: for tensors of two
devices, and for a generator of the CPU. It counts where the host waits for the device and where it uploads to it. A captured
graph is the list of its operations, and a replay runs them again on the same memory.

`FakeTensorMode` won't do: its backward pass asks for a driver, and it lets generators of the CPU pass.
"""

from __future__ import annotations

import collections
import contextlib
import copy
import sys
import traceback
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import torch
import torch.cuda.random
import torch.optim.swa_utils
from autocast_rules import autocast
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode, _disable_current_modes
from torch.utils._pytree import tree_flatten, tree_map, tree_unflatten

aten = torch.ops.aten
GPU = torch.device("cuda", 0)
ROOTS = ("/gan_zoo/", "/demos/")

# Operations after which the host waits for the device.
WAITS = {
    aten._local_scalar_dense.default, aten.nonzero.default, aten.masked_select.default, aten.equal.default,
    aten.is_nonzero.default, aten.bincount.default, aten.repeat_interleave.Tensor, aten._unique2.default,
    aten.unique_dim.default, aten.unique_consecutive.default, aten._linalg_eigh.default, aten.linalg_cholesky_ex.default,
    aten.linalg_inv_ex.default, aten._linalg_solve_ex.default,
}  # fmt: skip
RANDOM = {
    "rand", "randn", "randint", "randperm", "rand_like", "randn_like", "randint_like", "normal_", "uniform_", "random_",
    "bernoulli_", "bernoulli", "multinomial", "native_dropout", "normal", "exponential_",
}  # fmt: skip
INDEXING = {"index", "index_put_", "index_put", "_unsafe_index", "_index_put_impl_", "_unsafe_index_put"}
COPIES = {"copy_", "_foreach_copy_", "_to_copy", "copy"}


class Mismatch(RuntimeError):
    """An operation that CUDA refuses."""


class Seen:
    """What a GPU would have been asked, each with its line of the project and how often."""

    def __init__(self) -> None:
        self.waits: collections.Counter[str] = collections.Counter()
        self.uploads: collections.Counter[str] = collections.Counter()
        self.operations = 0


seen = Seen()
_graphs: list[Graph] = []


def _line() -> str:
    stack = traceback.extract_stack()
    frame = next((frame for frame in reversed(stack) if any(root in frame.filename for root in ROOTS)), stack[-4])
    return f"{frame.filename.split('/gan_zoo/')[-1]}:{frame.lineno}"


def _waits(what: str) -> None:
    _refused_while_capturing(what)
    seen.waits[f"{_line()} {what}"] += 1


def _uploads(what: str) -> None:
    _refused_while_capturing(what)
    seen.uploads[f"{_line()} {what}"] += 1


def _refused_while_capturing(what: str) -> None:
    if _graphs:
        raise Mismatch(f"operation not permitted when stream is capturing: {what} at {_line()}")


class OnGPU(torch.Tensor):
    """A tensor on the pretended device; `elem` has its numbers."""

    elem: torch.Tensor

    @staticmethod
    def __new__(cls: Any, elem: torch.Tensor, requires_grad: bool = False) -> OnGPU:
        with _disable_current_modes():
            shape = torch.empty_strided(elem.size(), elem.stride(), dtype=elem.dtype, device="meta")
        return torch.Tensor._make_subclass(  # type: ignore[attr-defined]
            cls, shape, requires_grad, dispatch_device=False, device_for_backend_keys=torch.device("cuda")
        )

    def __init__(self, elem: torch.Tensor, requires_grad: bool = False) -> None:
        self.elem = elem

    device = property(lambda self: GPU)  # type: ignore[assignment]
    is_cuda = property(lambda self: True)  # type: ignore[assignment]
    is_cpu = property(lambda self: False)  # type: ignore[assignment]
    is_meta = property(lambda self: False)  # type: ignore[assignment]

    def __repr__(self, **_: Any) -> str:  # type: ignore[override]
        return f"OnGPU({self.elem})"

    def __deepcopy__(self, memo: dict[int, Any]) -> OnGPU:
        if id(self) not in memo:
            new = OnGPU(self.elem.clone(), self.requires_grad)
            if getattr(self, "_is_param", False):
                new._is_param = True  # type: ignore[attr-defined]
            if self.grad is not None:
                new.grad = copy.deepcopy(self.grad, memo)
            memo[id(self)] = new
        return memo[id(self)]

    def __reduce_ex__(self, protocol: Any) -> Any:
        return self.elem.__reduce_ex__(protocol)

    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if func is torch.Tensor.tolist:
            _waits("tolist")
            return args[0].elem.tolist()
        if func is torch.Tensor.new_tensor:
            return torch.tensor(args[1], dtype=kwargs.get("dtype") or args[0].dtype).to("meta")
        if func is torch.Tensor.data_ptr:
            return args[0].elem.data_ptr()
        if func is torch.Tensor.pin_memory:
            return args[0]
        if func is torch.Tensor.to and isinstance(args[0], OnGPU):  # where it is already, there is no copy
            args = tuple("meta" if i and _on_gpu(value) else value for i, value in enumerate(args))
            kwargs = {key: "meta" if key == "device" and _on_gpu(value) else value for key, value in kwargs.items()}
        with torch._C.DisableTorchFunctionSubclass():
            return func(*args, **kwargs)

    @classmethod
    def __torch_dispatch__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return run(func, args, kwargs or {})


def _on_gpu(device: Any) -> bool:
    kind = device.type if isinstance(device, torch.device) else device.split(":")[0] if isinstance(device, str) else ""
    return kind in ("cuda", "meta")


class GPURandom:
    """The generator of the device. Its state has 16 bytes, as CUDA's has."""

    def __init__(self) -> None:
        self.kept: list[torch.Tensor] = []
        self.seed(1234)

    def seed(self, number: int) -> None:
        self.state = torch.Generator().manual_seed(int(number)).get_state()

    @contextlib.contextmanager
    def drawing(self) -> Iterator[None]:
        before = torch.default_generator.get_state()
        torch.default_generator.set_state(self.state)
        try:
            yield
        finally:
            self.state = torch.default_generator.get_state()
            torch.default_generator.set_state(before)

    def get(self, device: Any = None) -> torch.Tensor:
        with _disable_current_modes():
            self.kept.append(self.state)
            return torch.tensor([len(self.kept) - 1, 0], dtype=torch.int64).view(torch.uint8).clone()

    def set(self, state: torch.Tensor, device: Any = None) -> None:
        with _disable_current_modes():
            if state.numel() != 16:
                raise RuntimeError("RNG state is wrong size")
            self.state = self.kept[int(state.view(torch.int64)[0])]


random = GPURandom()


class Graph:
    """Stands in for `torch.cuda.CUDAGraph`."""

    def __init__(self) -> None:
        self.recorded: list[Callable[[], None]] = []
        self.before: dict[int, tuple[torch.UntypedStorage, torch.UntypedStorage]] = {}

    def replay(self) -> None:
        with _disable_current_modes(), torch.no_grad():
            for again in self.recorded:
                again()


@contextlib.contextmanager
def capturing(graph: Graph, **_: Any) -> Iterator[None]:
    """Stands in for `torch.cuda.graph`. In a capture no kernel runs, but here they must run once for their shapes: what they
    changed and drew is put back."""
    state = random.state
    _graphs.append(graph)
    try:
        yield
    finally:
        _graphs.remove(graph)
        random.state = state
        with _disable_current_modes(), torch.no_grad():
            for storage, value in graph.before.values():
                storage.copy_(value)
        graph.before.clear()


def _record(graph: Graph, func: Any, args: Any, kwargs: Any, out: Any, drawn: bool) -> None:
    outputs = [t for t in tree_flatten(out)[0] if isinstance(t, torch.Tensor)]
    given = {t.untyped_storage()._cdata for t in tree_flatten((args, kwargs))[0] if isinstance(t, torch.Tensor)}
    fresh = [i for i, t in enumerate(outputs) if t.untyped_storage()._cdata not in given]

    def again() -> None:
        with random.drawing() if drawn else contextlib.nullcontext():
            new = [t for t in tree_flatten(func(*args, **kwargs))[0] if isinstance(t, torch.Tensor)]
        for i in fresh:
            outputs[i].copy_(new[i])

    if fresh or func._schema.is_mutable:
        graph.recorded.append(again)


_composite: dict[Any, bool] = {}


def run(func: Any, args: Any, kwargs: Any) -> Any:
    """Run one operation as the device would."""
    if func not in _composite:
        _composite[func] = torch._C._dispatch_has_kernel_for_dispatch_key(func.name(), "CompositeImplicitAutograd")
    if _composite[func]:
        with Mode():  # in inference mode nobody has taken it apart before
            out = func.decompose(*args, **kwargs)
        if out is not NotImplemented:
            return out
    name = func._schema.name.split("::")[1]
    flat, spec = tree_flatten((args, kwargs))
    tensors = [t for t in flat if isinstance(t, torch.Tensor)]
    on = [t for t in tensors if isinstance(t, OnGPU)]
    asked = kwargs.get("device")
    wants_gpu = asked is not None and _on_gpu(asked)
    wants_cpu = asked is not None and not wants_gpu
    if not on and not wants_gpu:
        return func(*args, **kwargs)
    view = any(r.alias_info is not None and not r.alias_info.is_write for r in func._schema.returns)
    seen.operations += not view and not name.startswith("empty")
    for generator in flat:
        if isinstance(generator, torch.Generator) and generator.device.type != "cuda" and (wants_gpu or asked is None):
            raise Mismatch(
                f"Expected a 'cuda' device type for generator but found '{generator.device.type}' ({name}) {_line()}"
            )
    _check_devices(name, func, args, on, tensors, wants_gpu, wants_cpu, kwargs.get("non_blocking", False))

    def plain(value: Any) -> Any:
        if isinstance(value, OnGPU):
            return value.elem
        return torch.device("cpu") if isinstance(value, torch.device) and _on_gpu(value) else value

    a, k = tree_unflatten([plain(value) for value in flat], spec)
    drawn = name in RANDOM and not any(isinstance(value, torch.Generator) for value in flat)
    mutated = func._schema.is_mutable
    if _graphs and (mutated or name == "native_batch_norm"):  # its schema doesn't say that it changes the running statistics
        for storage in (t.elem.untyped_storage() for t in on):
            _graphs[-1].before.setdefault(storage._cdata, (storage, storage.clone()))
    with random.drawing() if drawn else contextlib.nullcontext():
        out = func(*a, **k)
    if _graphs:
        _record(_graphs[-1], func, a, k, out, drawn)
    if wants_cpu or name in ("_local_scalar_dense", "equal", "is_nonzero"):
        return out
    if name == "copy_" and not isinstance(args[0], OnGPU):
        return args[0]
    back = {id(t.elem): t for t in on}

    def wrapped(value: Any) -> Any:
        if not isinstance(value, torch.Tensor):
            return value
        if mutated and id(value) in back:
            return back[id(value)]
        with torch.inference_mode(False) if view and on and not on[0].is_inference() else contextlib.nullcontext():
            return OnGPU(value)

    result = tree_map(wrapped, out)
    return args[0] if mutated and name.endswith("_") and isinstance(args[0], OnGPU) else result


def _check_devices(
    name: str, func: Any, args: Any, on: list, tensors: list, wants_gpu: bool, wants_cpu: bool, free: bool
) -> None:
    """Raise `Mismatch` where CUDA would raise an error, and note waits and uploads. `free` is a copy beside the host."""
    off = [t for t in tensors if not isinstance(t, OnGPU)]
    if on and off and name in INDEXING:
        if not isinstance(args[0], OnGPU):
            raise Mismatch(f"indices should be on the same device as the indexed tensor (cpu) at {_line()}")
        if any(isinstance(i, torch.Tensor) and not isinstance(i, OnGPU) for i in args[1]):
            _uploads(f"{name}: an index")
        if len(args) > 2 and not isinstance(args[2], OnGPU) and args[2].dim() > 0:
            raise Mismatch(f"{name}: self on cuda, values on cpu at {_line()}")
    elif on and off and name not in COPIES and name not in ("set_", "resize_", "_has_compatible_shallow_copy_type"):
        in_place = name.endswith("_") and not name.endswith("__")
        if any(t.dim() > 0 for t in off) or (in_place and isinstance(args[0], torch.Tensor) and not isinstance(args[0], OnGPU)):
            raise Mismatch(f"Expected all tensors to be on the same device, found cuda:0 and cpu ({name}) at {_line()}")
    if name == "_to_copy":
        if on and wants_cpu and not free:
            _waits("copy to the host")
        if not on and wants_gpu:
            _uploads("copy to the device")
    elif name == "copy_":
        if isinstance(args[0], OnGPU) and not isinstance(args[1], OnGPU):
            _uploads("copy_")
        if not isinstance(args[0], OnGPU) and isinstance(args[1], OnGPU):
            _waits("copy_ to the host")
    elif func in WAITS and on:
        _waits(name)
    elif name in INDEXING and any(isinstance(i, torch.Tensor) and i.dtype in (torch.bool, torch.uint8) for i in args[1]):
        _waits(f"{name} by a mask")


class Names(TorchFunctionMode):
    """What Python calls cuda is meta for C++, so that CUDA itself is never asked."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if func is not torch.device:
            args = tuple(torch.device("meta") if _is_cuda(value) else value for value in args)
            kwargs = {key: torch.device("meta") if _is_cuda(value) else value for key, value in kwargs.items()}
        if torch.is_autocast_enabled("cuda"):
            args, kwargs = autocast(func, args, kwargs, OnGPU)
        if func in (torch.tensor, torch.as_tensor) and kwargs.get("device") is not None:
            device = kwargs.pop("device")
            return func(*args, **kwargs).to(device)
        return func(*args, **kwargs)


def _is_cuda(value: Any) -> bool:
    return isinstance(value, torch.device | str) and _on_gpu(value) and not str(value).startswith("meta")


class Mode(TorchDispatchMode):
    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return run(func, args, kwargs or {})


def _grouped(lists: list[list[Any]], with_indices: bool = False) -> dict[Any, Any]:
    """`torch.utils._foreach_utils._group_tensors_by_device_and_dtype`, by the device that Python sees."""
    out: dict[Any, Any] = {}
    for i, row in enumerate(zip(*(values or [None] * len(lists[0]) for values in lists), strict=True)):
        first = next(t for t in row if t is not None)
        groups, index = out.setdefault((first.device, first.dtype), ([[] for _ in lists], []))
        for group, t, given in zip(groups, row, lists, strict=True):
            if given:
                group.append(t)
        index.append(i)
    return out


@contextlib.contextmanager
def pretended() -> Iterator[Seen]:
    """A machine with a GPU, for this thread: yields what the device was asked."""
    replaced: dict[str, Any] = {
        "is_available": lambda: True, "_lazy_init": lambda: None, "synchronize": lambda *_: None, "device_count": lambda: 1,
        "get_device_name": lambda *_: "pretended", "current_device": lambda: 0, "is_initialized": lambda: True,
        "is_current_stream_capturing": lambda: bool(_graphs), "_is_in_bad_fork": lambda: False,
        "is_bf16_supported": lambda *_, **__: True, "get_rng_state": random.get, "set_rng_state": random.set,
        "manual_seed_all": random.seed, "manual_seed": random.seed, "device": lambda _: contextlib.nullcontext(),
        "set_device": lambda _: None, "CUDAGraph": Graph, "graph": capturing, "current_stream": mock.MagicMock,
        "Stream": mock.MagicMock, "Event": mock.MagicMock, "stream": lambda _: contextlib.nullcontext(),
    }  # fmt: skip
    before = torch.__future__.get_overwrite_module_params_on_conversion()
    with contextlib.ExitStack() as patches:
        for name, value in replaced.items():
            patches.enter_context(mock.patch.object(torch.cuda, name, value))
        patches.enter_context(mock.patch.object(torch.cuda.random, "manual_seed_all", random.seed))
        patches.enter_context(mock.patch.object(torch.accelerator, "synchronize", lambda *_: None))
        grouping = "_group_tensors_by_device_and_dtype"
        for module in ("utils._foreach_utils", "optim.swa_utils", "optim.optimizer", "nn.utils.clip_grad"):
            if hasattr(sys.modules.get(f"torch.{module}"), grouping):
                patches.enter_context(mock.patch.object(sys.modules[f"torch.{module}"], grouping, _grouped))
        ours = staticmethod(lambda lists, with_indices=False: _grouped(lists, with_indices))
        patches.enter_context(mock.patch.object(torch.optim.Optimizer, grouping, ours))
        torch.__future__.set_overwrite_module_params_on_conversion(True)
        seen.waits.clear()
        seen.uploads.clear()
        seen.operations = 0
        random.seed(1234)
        try:
            with Names(), Mode():
                yield seen
        finally:
            torch.__future__.set_overwrite_module_params_on_conversion(before)
