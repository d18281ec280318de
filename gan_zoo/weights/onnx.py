"""Exports weights as ONNX, for runtimes other than PyTorch."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from gan_zoo.errors import UserError
from gan_zoo.files import write_atomically
from gan_zoo.models.base import Model


class _Forward(nn.Module):
    """A model whose `forward` makes pictures, because the exporter traces `forward`."""

    def __init__(self, model: Model, make: str) -> None:
        super().__init__()
        self.model, self.make = model, make

    def forward(self, *inputs: Tensor) -> Tensor:
        return getattr(self.model, self.make)(*inputs)


def export_onnx(model: Model, path: Path) -> None:
    """Write a sampler or translator, in eval mode on the CPU, as an ONNX file.

    The inputs are `z` (and `label`, if the model has classes) or `images`; the output is `pictures`. The batch can have any
    size. The pictures of a fully convolutional translator can have any size that the network accepts.

    Raises:
        UserError: the model is neither a sampler nor a translator, or the packages of the extra `onnx` are missing.
    """
    call = model.call()
    if call is None:
        raise UserError(f"{model.name} is a {model.kind} and can't be exported: choose a sampler or a translator", "wrong_kind")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the exporter warns about its own code
            program = torch.onnx.export(
                traced(model), input_names=list(call.inputs), output_names=["pictures"], dynamo=True, verbose=False
            )
    except ImportError as error:
        raise UserError("packages for the export to ONNX are missing: run pip install 'gan-zoo[onnx]'", "no_onnx") from error
    assert program is not None
    write_atomically(path, lambda part: program.save(part, external_data=False))


def traced(model: Model) -> torch.export.ExportedProgram:
    """The operations of a sampler or translator, in eval mode on the CPU, with its weights.

    The batch can have any size. The pictures of a fully convolutional translator can have any size that the network accepts.
    """
    call = model.call()
    assert call, f"{model.name} is a {model.kind}"
    batch = torch.export.Dim("batch")
    shapes: dict[str, dict[int, Any]] = {name: {0: batch} for name in call.inputs}
    if call.multiple:
        rows, columns = torch.export.Dim("rows"), torch.export.Dim("columns")
        for shape in shapes.values():
            shape |= {2: call.multiple * rows, 3: call.multiple * columns}
    made, inputs = _Forward(model, call.method).eval(), tuple(call.inputs.values())
    with torch.no_grad():  # what is computed once and kept is no part of the graph
        made(*inputs)
        return torch.export.export(made, inputs, dynamic_shapes=(tuple(shapes.values()),))
