"""The main process of a ZeroGPU Space never touches CUDA: under the stand-in for `spaces`, and under the package itself."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("gradio", reason="the app needs gradio: pip install gan-zoo[app]")

ROOT = Path(__file__).parents[2]
MAIN_PROCESS = """
import sys
from pathlib import Path
import gradio, spaces, torch
assert torch.cuda.is_available()
if torch.backends.cuda.is_built():
    try:
        torch.cuda.init()
    except RuntimeError as error:
        assert "Low-level CUDA init" in str(error), error
    else:
        raise AssertionError("this package is not strict")

from demos.shared import zero_gpu
from gan_zoo import Gallery
from gan_zoo.evaluation.metrics import kid
from gan_zoo.training.playground import Playground, PlaygroundConfig
weights = {folder.name: folder for folder in Path(sys.argv[1]).iterdir()}
gallery = Gallery(weights, device=zero_gpu.device())
assert gallery.device == "cpu"
for name in ("dcgan-tiny", "stylegan-tiny"):
    session = gallery.session(name)
    assert session.sample(session.latents(2, 0)).images.isfinite().all()
    session.directions()
for name in ("context_encoder-tiny", "pix2pix-tiny"):
    session = gallery.translator(name)
    picture = torch.zeros(1, *session.input_shape)
    one, two = (session.translate(picture, paper=True, seed=1, precision="float32").images for _ in range(2))
    assert torch.equal(one, two)
session = gallery.video("vid2vid-tiny")
assert len(list(session.film(torch.zeros(1, *session.input_shape)))) == 1
kid(torch.randn(20, 8), torch.randn(20, 8))
assert Playground(PlaygroundConfig()).steps(1)["step"] == 1
"""


@pytest.mark.parametrize("package", ["stand-in", "spaces"])
def test_the_main_process_never_touches_cuda(package: str, weights: Path, tmp_path: Path) -> None:
    if package == "spaces" and importlib.util.find_spec("spaces") is None:
        pytest.skip("the package of a ZeroGPU Space is not installed: pip install gan-zoo[zero]")
    first = [ROOT / "tests" / "support" / "standin"] if package == "stand-in" else []
    path = os.pathsep.join([*map(str, [*first, ROOT]), os.environ.get("PYTHONPATH", "")])
    # Nobody is asked for a GPU, so nobody listens at this address.
    space = {"SYSTEM": "spaces", "SPACES_ZERO_GPU": "true", "SPACES_ZERO_DEVICE_API_URL": "http://127.0.0.1:9"}
    environment = {**os.environ, **space, "PYTHONPATH": path, "OMP_NUM_THREADS": "1", "HOME": str(tmp_path)}
    command = [sys.executable, "-c", MAIN_PROCESS, str(weights)]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
