"""The translator that opens the Sketch tab, computed in every way that can be installed, each against plain eager float32."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from gan_zoo.bench.app_process import Page, serving
from gan_zoo.bench.drawing import opening_model, sheet
from gan_zoo.bench.measure import Figure, Report, alternate, ratio, seconds
from gan_zoo.data.pairings import pairing
from gan_zoo.errors import UserError
from gan_zoo.hub.repository import load
from gan_zoo.imaging.images import from_pil, to_float
from gan_zoo.serving import AGREEMENT, agreement
from gan_zoo.serving.gallery import Gallery
from gan_zoo.serving.session import threads
from gan_zoo.weights.onnx import export_onnx

PLAIN = "plain eager float32"
# Drawings from which static quantisation learns how large the numbers in a network get.
CALIBRATION = 16

Pictures = Float[Tensor, "n c h w"]
Way = Callable[[Pictures], Pictures]


def kernels(name: str = "", rounds: int = 9, count: int = 1) -> Report:
    """Measure one drawing in each way of computing: milliseconds, how many times as fast as plain eager float32 in the same
    rounds, and the agreement with it (PSNR). A way whose package is missing, or that fails here, is left out and named.

    Args:
        name: the translator (default: the one that the Sketch tab opens with).
        count: threads, of every way. Several would wait for each other where other programs use the processors, and each way
            suffers from that in its own measure.
    """
    if not name:
        with serving() as (_, port, _):
            name = opening_model(Page(port))
    with threads(count):
        return _measured(name, rounds)


def _measured(name: str, rounds: int) -> Report:
    gallery = Gallery()
    session, card = gallery.translator(name), gallery.card(name)
    if session.compiling:
        session.compiling.join()
    model: Any = load(gallery.folders[name], "cpu")
    drawn = torch.stack([to_float(from_pil(sheet(session.config.size, length), 3)) for length in range(2, 2 + CALIBRATION)])
    drawings = pairing(card["pairs"]).from_drawing(drawn)
    given, left_out = drawings[:1], []
    served = session.translate(given).precision

    with tempfile.TemporaryDirectory() as folder:
        graph = Path(folder) / "model.onnx"
        makers: dict[str, Callable[[], Way]] = {
            PLAIN: lambda: model.translate,
            f"as served ({served})": lambda: lambda images: session.translate(images).images,
            "torch.compile": lambda: torch.compile(model.translate, dynamic=False),
            "onnxruntime float32": lambda: _in_onnxruntime(_graph(model, graph)),
            "onnxruntime 8 bits, dynamic": lambda: _in_onnxruntime(_dynamic(_graph(model, graph))),
            "onnxruntime 8 bits, static": lambda: _in_onnxruntime(_static(_graph(model, graph), drawings)),
            "openvino": lambda: _in_openvino(_graph(model, graph)),
        }
        ways: dict[str, Way] = {}
        with torch.inference_mode():
            for how, make in makers.items():
                try:
                    way = make()
                    way(given)
                    ways[how] = way
                except Exception as error:  # a package is missing, or can't compute this network here
                    left_out.append(f"{how} ({(str(error).strip().splitlines() or [type(error).__name__])[0]})")
            if PLAIN not in ways:
                raise UserError(f"'{name}' can't be computed: {left_out[0]}")
            exact = ways[PLAIN](given)
            taken = alternate({how: lambda way=way: 1000 * seconds(lambda: way(given)) for how, way in ways.items()}, rounds)  # type: ignore[misc]
            figures = [Figure(PLAIN, statistics.median(taken[PLAIN]), "ms")]
            for how, way in list(ways.items())[1:]:
                most, least = (60.0, 3.0) if how.startswith("as served") else (None, None)
                figures += [
                    Figure(how, statistics.median(taken[how]), "ms", most),
                    Figure("... against plain", ratio(taken[PLAIN], taken[how]), "times", least, at_least=True),
                    Figure("... agreement (PSNR)", min(agreement(way(given), exact), 99.0), "dB", AGREEMENT, at_least=True),
                ]
    return Report(
        f"serving: a drawing by {name} at {session.config.size} px, {torch.get_num_threads()} thread(s), {rounds} rounds"
        + (f"; left out: {'; '.join(left_out)}" if left_out else ""),
        figures,
    )


def _package(name: str) -> Any:
    """A package that only this bench uses; raises `UserError` if it is not installed."""
    try:
        return import_module(name)
    except ImportError as error:
        package = name.partition(".")[0]
        raise UserError(f"not installed: pip install {package}", f"no_{package}") from error


def _graph(model: Any, path: Path) -> Path:
    """The file of a model in ONNX, which is written once."""
    if not path.is_file():
        with torch.inference_mode(False):
            export_onnx(model, path)
    return path


def _in_onnxruntime(graph: Path) -> Way:
    """The pictures of a graph in onnxruntime, on as many threads as torch has."""
    runtime = _package("onnxruntime")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    ready = runtime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
    return lambda images: torch.from_numpy(ready.run(None, {"images": images.numpy()})[0])


def _in_openvino(graph: Path) -> Way:
    """The pictures of a graph in OpenVINO, on as many threads as torch has."""
    settings = {"INFERENCE_NUM_THREADS": torch.get_num_threads(), "ENABLE_CPU_PINNING": False}
    ready = _package("openvino").Core().compile_model(str(graph), "CPU", settings)
    return lambda images: torch.from_numpy(ready([images.numpy()])[0].copy())


def _dynamic(graph: Path) -> Path:
    """The graph with weights in 8 bits, which measures the numbers between its layers at every run."""
    made = graph.with_name("dynamic.onnx")
    _package("onnxruntime.quantization").quantize_dynamic(graph, made)
    return made


def _static(graph: Path, drawings: Pictures) -> Path:
    """The graph with weights and the numbers between layers in 8 bits, whose range it has learnt from drawings."""
    quantization = _package("onnxruntime.quantization")
    shaped, made = graph.with_name("shaped.onnx"), graph.with_name("static.onnx")
    quantization.quant_pre_process(graph, shaped, skip_symbolic_shape=True)

    class Reader(quantization.CalibrationDataReader):  # type: ignore[misc,name-defined]
        left: Iterator[Pictures] = iter(drawings.split(1))

        def get_next(self) -> Any:
            images = next(self.left, None)
            return None if images is None else {"images": images.numpy()}

    quantization.quantize_static(shaped, made, Reader(), per_channel=True)
    return made
