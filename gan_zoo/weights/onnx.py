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
from gan_zoo.models.kinds import Sampler, Translator


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
    if isinstance(model, Sampler):
        make, inputs = "sample", {"z": model.latent(2)}
        if getattr(model.config, "classes", 0):
            inputs["label"] = torch.arange(2) % model.config.classes
    elif isinstance(model, Translator):
        make, inputs = "translate", {"images": torch.zeros(2, *model.input_shape)}
    else:
        raise UserError(f"{model.name} is a {model.kind} and can't be exported: choose a sampler or a translator", "wrong_kind")
    batch = torch.export.Dim("batch")
    shapes: dict[str, dict[int, Any]] = {name: {0: batch} for name in inputs}
    if isinstance(model, Translator) and model.any_size:
        # The network halves and doubles the size twice, so it must be a multiple of 4.
        shapes["images"] |= {2: 4 * torch.export.Dim("rows"), 3: 4 * torch.export.Dim("columns")}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the exporter warns about its own code
            program = torch.onnx.export(
                _Forward(model, make).eval(), tuple(inputs.values()), input_names=list(inputs), output_names=["pictures"],
                dynamic_shapes=(tuple(shapes.values()),), dynamo=True, verbose=False,
            )  # fmt: skip
    except ImportError as error:
        raise UserError("packages for the export to ONNX are missing: run pip install 'gan-zoo[onnx]'", "no_onnx") from error
    assert program is not None
    write_atomically(path, lambda part: program.save(part, external_data=False))
