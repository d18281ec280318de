"""Graphs of networks for the browser: `model.onnx` in a weights folder, which has the operations but not the weights.

A translator that also leads back has `back.onnx` for that.

The weights stay in `model.safetensors`, where a number takes 8 or 16 bits. The page unpacks that file to float32
(`web/weights.js`) and hands the result to its runtime under the name `WEIGHTS`; a graph says where in it each tensor begins.
`places` and the page compute these places by the same rule.

The last bytes of a graph are the SHA-256 of the weights that it was made of, so a graph of other weights is noticed without
a reader of ONNX.
"""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from gan_zoo.data.pairings import pairing
from gan_zoo.errors import UserError
from gan_zoo.files import sha256, write_atomically
from gan_zoo.models.base import Model
from gan_zoo.models.kinds import Proposer, Translator
from gan_zoo.weights import quantize
from gan_zoo.weights.folder import load_folder

GRAPH, BACK, STORED = "model.onnx", "back.onnx", "model.safetensors"
# The name under which a page hands the unpacked weights to its runtime.
WEIGHTS = "weights"
# Tensors begin at multiples of so many bytes.
ALIGNED = 16
# Tensors of at most so many bytes stay in the graph.
LEAST = 64
# Constants with more numbers than this are never computed in advance: they would have to be stored in the graph.
MOST_FOLDED = 1_024
# The key of the last entry of a graph, and the number of hexadecimal digits of its value.
MARK, DIGITS = "weights", 64


class _Page(nn.Module):
    """A model as a page calls it: a sampler with latents, a translator with the RGB picture on a canvas."""

    def __init__(self, model: Model, method: str, back: bool = False) -> None:
        super().__init__()
        self.model, self.method = model, "draw" if isinstance(model, Proposer) else method
        self.pairing = pairing(model.card.get("pairs", "")) if method == "translate" and not back else None
        self.way = {"back": True} if back else {}

    def forward(self, *inputs: Tensor) -> Tensor:
        if self.pairing:
            inputs = (self.pairing.from_drawing(inputs[0]), *inputs[1:])
        return getattr(self.model, self.method)(*inputs, **self.way)


def places(folder: Path) -> dict[str, tuple[int, Tensor]]:
    """Return where in the unpacked weights each tensor begins, in bytes, and the tensor, by name.

    They come in the order of the file: numbers with a fraction in float32, all others in their own type.

    Raises:
        UserError: the file is missing or damaged.
    """
    from safetensors.torch import load

    quantize.header(folder / STORED)
    content = (folder / STORED).read_bytes()
    unpacked = quantize.unpack(load(content))
    found, at = {}, 0
    for name in _in_order(content):
        if name.endswith(quantize.SCALE):
            continue
        tensor = unpacked[name]
        tensor = tensor.float() if tensor.is_floating_point() else tensor
        found[name] = (at, tensor)
        at = ALIGNED * math.ceil((at + tensor.nbytes) / ALIGNED)
    return found


def _in_order(content: bytes) -> list[str]:
    """Return the names of the tensors of a file in the order in which they are stored."""
    length = int.from_bytes(content[:8], "little")
    entries = {name: entry for name, entry in json.loads(content[8 : 8 + length]).items() if name != "__metadata__"}
    return sorted(entries, key=lambda name: entries[name]["data_offsets"])


def unpacked(folder: Path) -> bytes:
    """Return the weights as a page hands them to its runtime."""
    made = bytearray()
    for at, tensor in places(folder).values():
        made += bytes(at - len(made)) + tensor.numpy().tobytes()
    return bytes(made)


def mark(graph: Path) -> str:
    """Return the SHA-256 of the weights that a graph was made of; empty if it can't be read."""
    try:
        with graph.open("rb") as file:
            file.seek(-DIGITS, 2)
            return file.read().decode("ascii")
    except (OSError, UnicodeDecodeError):
        return ""


def is_fresh(folder: Path, name: str = GRAPH) -> bool:
    """Return True if a weights folder has a graph, or that of the way `BACK`, that was made of its weights."""
    graph = folder / name
    return graph.is_file() and not graph.is_symlink() and mark(graph) == sha256(folder / STORED)


def write_graph(folder: Path) -> Path:
    """Write the graph of a sampler or translator into its weights folder, and return its path.

    A sampler's inputs are `z`, and `label` if it has classes. A translator's is `images`: RGB pictures in [-1, 1] as they lie
    on a canvas; the graph makes the model's input of them. One that makes proposals also has `z`, of which zeros give the
    best guess. The output is `pictures`. The batch can have any size, and so can pictures if the model takes any. If the
    model also translates back, the graph `BACK` does.

    Raises:
        UserError: the model is no sampler or translator, the folder can't be used, or the packages of the extra `onnx` are
            missing.
    """
    model = load_folder(folder)
    call = model.call()
    if call is None:
        raise UserError(f"{model.name} is a {model.kind} and can't be exported: choose a sampler or a translator", "wrong_kind")
    inputs = dict(call.inputs)
    if call.method == "translate":
        inputs = {"images": torch.zeros(2, 3, *model.image_shape[1:])}
        inputs |= {"z": model.latent(2)} if isinstance(model, Proposer) else {}
    known, stamp = places(folder), _stamp(sha256(folder / STORED))

    def write(name: str, page: _Page) -> None:
        stamped = _without_weights(_exported(page, inputs, call.multiple), known) + stamp
        write_atomically(folder / name, lambda path: path.write_bytes(stamped))

    write(GRAPH, _Page(model, call.method))
    if isinstance(model, Translator) and model.two_way:
        inputs = {"images": torch.zeros(2, *model.image_shape)}
        write(BACK, _Page(model, call.method, back=True))
    return folder / GRAPH


def _exported(page: _Page, inputs: Mapping[str, Tensor], multiple: int) -> Any:
    """Return the graph of a model as `onnx_ir` knows it, with its norms as they are, since their weights are the file's."""
    batch = torch.export.Dim("batch")
    shapes: dict[str, dict[int, Any]] = {name: {0: batch} for name in inputs}
    if multiple:
        rows, columns = torch.export.Dim("rows"), torch.export.Dim("columns")
        shapes["images"] |= {2: multiple * rows, 3: multiple * columns}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the exporter warns about its own code
            from onnxscript import optimizer

            with torch.no_grad():  # what is computed once and kept is no part of the graph
                page.eval()(*inputs.values())
            program = torch.onnx.export(
                page, tuple(inputs.values()), input_names=list(inputs), output_names=["pictures"],
                dynamic_shapes=(tuple(shapes.values()),), dynamo=True, verbose=False, optimize=False,
            )  # fmt: skip
            assert program is not None
            graph = program.model
            optimizer.inline(graph)
            for _ in range(2):
                optimizer.fold_constants(graph, input_size_limit=MOST_FOLDED, output_size_limit=MOST_FOLDED)
                optimizer.remove_unused_nodes(graph)
    except ImportError as error:
        raise UserError("packages for the export to ONNX are missing: run pip install 'gan-zoo[onnx]'", "no_onnx") from error
    return graph


def _without_weights(graph: Any, known: Mapping[str, tuple[int, Tensor]]) -> bytes:
    """Return a graph as a file in which tensors of the weights are only named, and nothing tells of the machine."""
    import onnx
    from onnx_ir import serde

    made = serde.serialize_model(graph)
    for holder in (made, made.graph, *made.graph.node, *made.graph.value_info, *made.graph.input, *made.graph.output):
        for field in ("metadata_props", "doc_string"):
            holder.ClearField(field)
    made.graph.ClearField("value_info")
    for number, node in enumerate(made.graph.node):
        node.name = str(number)
    for tensor in made.graph.initializer:
        values = torch.from_numpy(onnx.numpy_helper.to_array(tensor).copy())
        for field in ("metadata_props", "doc_string"):
            tensor.ClearField(field)
        at = next((at for at, one in known.values() if one.dtype == values.dtype and torch.equal(one, values)), None)
        if at is None or values.nbytes <= LEAST:
            continue
        for field in ("raw_data", "float_data", "int64_data", "int32_data", "double_data"):
            tensor.ClearField(field)
        tensor.data_location = onnx.TensorProto.EXTERNAL
        for key, value in {"location": WEIGHTS, "offset": at, "length": values.nbytes}.items():
            tensor.external_data.add(key=key, value=str(value))
    return made.SerializeToString()


def _stamp(checksum: str) -> bytes:
    """Return the bytes that add the mark to a graph: in this format the parts of a message may be put one after the other."""
    import onnx

    stamp = onnx.ModelProto()
    stamp.metadata_props.add(key=MARK, value=checksum)
    return stamp.SerializeToString()
