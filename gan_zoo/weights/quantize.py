"""The tensors in the file of a weights folder: 32, 16 or 8 bits per number, as safetensors, which can't run code."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import torch
from jaxtyping import Float
from torch import Tensor

from gan_zoo.errors import UserError

# The type that stores numbers of a given number of bits.
BITS = {8: torch.int8, 16: torch.float16, 32: torch.float32}
SCALE = ":scale"
# The names of types in safetensors: those that matrices may have, and those of all other tensors.
MATRIX_TYPES = {"I8", "F16", "F32"}
OTHER_TYPES = {torch.float32: "F32", torch.float64: "F64", torch.int64: "I64", torch.uint8: "U8", torch.bool: "BOOL"}


def pack(state: Mapping[str, Tensor], bits: int) -> dict[str, Tensor]:
    """Return the tensors for a file, on the CPU. With 8 bits, each row has a scale, in a tensor with the suffix `SCALE`.

    The largest absolute number of a row becomes 127 (Krishnamoorthi 2018, https://arxiv.org/abs/1806.08342, section 2.3).
    """
    packed = {}
    for key, value in state.items():
        if value.is_floating_point() and value.ndim > 1:
            if bits == 8:
                scale = value.float().flatten(1).abs().amax(1).clamp(min=1e-30) / 127
                packed[key + SCALE] = scale
                value = (value.float() / _along_rows(scale, value)).round()
            value = value.to(BITS[bits])
        packed[key] = value
    return {key: value.cpu().contiguous() for key, value in packed.items()}


def unpack(packed: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the tensors that `pack` was given, with 8-bit numbers multiplied by their scales."""
    scales = {key.removesuffix(SCALE): value for key, value in packed.items() if key.endswith(SCALE)}
    return {
        key: value * _along_rows(scales[key], value) if value.dtype == BITS[8] else value
        for key, value in packed.items()
        if not key.endswith(SCALE)
    }


def _along_rows(scale: Float[Tensor, "n"], value: Tensor) -> Tensor:
    return scale.view(-1, *[1] * (value.ndim - 1))


def read(path: Path, expected: Mapping[str, Tensor], dropped: Collection[str] = ()) -> dict[str, Tensor]:
    """Return the tensors of a file, with the types of `expected`; raises `UserError` as `check` does."""
    from safetensors.torch import load_file

    check(path, expected, dropped)
    found = {key: value for key, value in load_file(path).items() if key not in dropped}
    return {key: value.to(expected[key].dtype) for key, value in unpack(found).items()}


def check(path: Path, expected: Mapping[str, Tensor], dropped: Collection[str] = ()) -> None:
    """Check that a file holds the tensors `expected`, in types that `pack` writes, and no others but those `dropped`.

    Only its header is read.

    Raises:
        UserError: the tensors differ, or the file is missing or damaged.
    """
    found = {key: value for key, value in header(path).items() if key not in dropped}
    wanted = {}
    for key, value in expected.items():
        kind = OTHER_TYPES.get(value.dtype, "")
        if value.is_floating_point() and value.ndim > 1:
            kind = found[key][0] if key in found and found[key][0] in MATRIX_TYPES else "F16"
            if kind == "I8":
                wanted[key + SCALE] = ("F32", [len(value)])
        wanted[key] = (kind, list(value.shape))
    differing = sorted(key for key in found.keys() | wanted.keys() if found.get(key) != wanted.get(key))
    if differing:
        raise UserError(
            f"{path} doesn't fit the model in its config.json ({len(differing)} tensors differ, the first is "
            f"'{differing[0]}'): the file belongs to another model; fetch it again",
            "wrong_weights",
            name=path.parent.name,
        )


def header(path: Path) -> dict[str, tuple[str, list[int]]]:
    """Return type and shape of every tensor in a file, by name.

    Raises:
        UserError: the file is missing, or it is damaged or shorter than its header says.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "pt") as file:
            slices = {key: file.get_slice(key) for key in file.keys()}  # noqa: SIM118  the file is no dict
            return {key: (tensor.get_dtype(), tensor.get_shape()) for key, tensor in slices.items()}
    except FileNotFoundError as error:
        raise UserError(f"{path} is missing: fetch it again", "missing_file", name=path.parent.name) from error
    except (SafetensorError, OSError, RuntimeError) as error:
        raise UserError(
            f"{path} is damaged ({in_words(error)}): fetch it again", "damaged_weights", name=path.parent.name
        ) from error


def in_words(error: Exception) -> str:
    """Return what is wrong with a file of safetensors; its library names the place in its own code."""
    said = str(error)
    if "IncompleteBuffer" in said or "too small" in said:
        return "it is cut off"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return "its header can't be read"
