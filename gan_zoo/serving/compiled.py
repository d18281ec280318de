"""Translators compiled by OpenVINO, the package of the extra `openvino`: a picture takes a third of torch's time.

A process of its own compiles a network, since that takes seconds. The result stays in the cache, so the next start has it.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import subprocess
import sys
import tempfile
import threading
import warnings
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from gan_zoo.files import cache
from gan_zoo.own_process import environment
from gan_zoo.version import __version__

PACKAGE = "openvino"
# The files of a compiled network: its operations and its weights.
OPERATIONS, WEIGHTS = ".xml", ".bin"
# The most compiled networks in the cache; those that were used last stay.
MOST_KEPT = 24
# One network is compiled at a time: each takes a process, and visitors may ask for all translators at once.
_TURN = threading.Lock()


class Compiled:
    """The plain translation of a network, compiled for this processor."""

    def __init__(self, file: Path, threads: int) -> None:
        """Load a file of `compiled_file`; raises RuntimeError if it is damaged."""
        import openvino

        # Threads that are bound to a core would wait for other programs on it.
        settings = {"INFERENCE_NUM_THREADS": threads, "ENABLE_CPU_PINNING": False, "PERFORMANCE_HINT": "LATENCY"}
        core = openvino.Core()
        self._network: Any = core.compile_model(core.read_model(file), "CPU", settings)
        self.bytes = 2 * file.with_suffix(WEIGHTS).stat().st_size
        """memory of the weights, in bytes: a number takes twice as many as in the file"""

    def __call__(self, images: Float[Tensor, "n ci h w"]) -> Float[Tensor, "n c h w"]:
        # The network writes its next pictures into the same memory.
        return torch.from_numpy(self._network([images.contiguous().numpy()])[0].copy())


def opened(folder: Path, threads: int) -> Compiled:
    """The compiled translator of a weights folder; raises as `compiled_file` and `Compiled` do."""
    file = compiled_file(folder)
    try:
        return Compiled(file, threads)
    except RuntimeError:
        _forget(file)  # it is damaged, and the next start makes it anew
        raise


def is_available() -> bool:
    """True if the package is installed, and the environment does not say `GAN_ZOO_COMPILE=0`."""
    return importlib.util.find_spec(PACKAGE) is not None and os.environ.get("GAN_ZOO_COMPILE") != "0"


def compiled_file(folder: Path) -> Path:
    """The file of the compiled translator of a weights folder, from the cache or made now, which takes some seconds.

    Raises:
        OSError: the cache can't be written.
        subprocess.CalledProcessError: OpenVINO can't compile this network.
    """
    with _TURN:
        file = _place(folder)
        if file.is_file():
            os.utime(file)
            return file
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=file.parent) as made:
            new, nothing = Path(made) / file.name, subprocess.DEVNULL
            command = [sys.executable, "-m", __spec__.name, str(folder), str(new)]
            subprocess.run(command, check=True, stdin=nothing, stdout=nothing, stderr=nothing, env=environment())
            for suffix in (WEIGHTS, OPERATIONS):  # a file of operations never stands without its weights
                os.replace(new.with_suffix(suffix), file.with_suffix(suffix))
        with suppress(OSError):  # another process may use or delete the old ones
            _forget_oldest(file.parent)
        return file


def compile_translator(folder: Path, file: Path) -> None:
    """Compile the translator of a weights folder, for batches and, if it takes them, pictures of any size.

    Raises:
        UserError: the folder is damaged.
        ValueError: its model is no translator.
        RuntimeError: OpenVINO can't compile this network.
    """
    # The converter would report its use over the network; without this package it can't.
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
    import openvino

    from gan_zoo.models.kinds import Translator
    from gan_zoo.weights.folder import load_folder
    from gan_zoo.weights.onnx import traced

    model = load_folder(folder)
    if not isinstance(model, Translator):
        raise ValueError(f"the model of {folder} is a {model.kind}, not a translator")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch and OpenVINO warn about their own code
        openvino.save_model(openvino.convert_model(traced(model)), file)


def _place(folder: Path) -> Path:
    """The place in the cache that belongs to the weights of a folder and to the versions of what compiles them."""
    versions = [__version__, torch.__version__, importlib.metadata.version(PACKAGE)]
    files = [(folder / name).read_bytes() for name in ("config.json", "model.safetensors")]
    key = sha256(b"\0".join([*files, *(version.encode() for version in versions)])).hexdigest()
    return cache() / "compiled" / f"{key}{OPERATIONS}"


def _forget_oldest(folder: Path) -> None:
    """Delete the compiled networks that were not used for longest, down to `MOST_KEPT`."""
    files = sorted(folder.glob(f"*{OPERATIONS}"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in files[MOST_KEPT:]:
        _forget(file)


def _forget(file: Path) -> None:
    for suffix in (OPERATIONS, WEIGHTS):
        file.with_suffix(suffix).unlink(missing_ok=True)


if __name__ == "__main__":
    if hasattr(os, "nice"):
        os.nice(5)  # visitors go first
    compile_translator(Path(sys.argv[1]), Path(sys.argv[2]))
