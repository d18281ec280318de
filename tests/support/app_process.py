"""The app in a process of its own, as visitors meet it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from gan_zoo import create_model, save_weights

ROOT = Path(__file__).parents[2]
SERVE = """
import sys
from pathlib import Path
import app
from demos.shared import page
from gan_zoo import Gallery
from gan_zoo.weights import store
store.weights_roots = lambda: [Path(sys.argv[1])]
blocks, routes = app.build(Gallery(device="cpu"))
_, url, _ = blocks.launch(prevent_thread_lock=True, quiet=True, server_name="127.0.0.1", **page.launch_options(routes))
print("serving", url, flush=True)
sys.stdin.read()
"""


def python(code: str, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    """A Python process in the repository, where app.py can be imported."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT), **environment}
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def tiny_weights(root: Path) -> Path:
    """Samplers with random weights, as different as digits, letters and faces are, and a folder that is damaged."""
    torch.manual_seed(0)
    digits = {"size": 28, "channels": 1, "width": 4, "latent_size": 8}
    metrics = {"grey": {"fid": 4.25, "clear": 0.953}, "real test": {"fid": 1.5}}
    for name, config, info in (
        ("grey", digits, {"data": "digits", "metrics": metrics}),
        ("large", {"size": 64, "width": 4}, {"data": "faces"}),
        ("slow", {"size": 64, "width": 64}, {"data": "faces"}),
        ("torn", digits, {"data": "digits"}),
    ):
        model = create_model("dcgan", **config)
        for weight in model.parameters():
            weight.data.mul_(4)  # fresh weights draw grey on grey
        save_weights(model, root / name, info, ["discriminator"] if name == "grey" else [])
    (root / "torn" / "model.safetensors").write_bytes(b"")
    letters = ["あ", "い", "う"]
    sizes: dict[str, dict[str, Any]] = {
        "letters": {"size": 24, "classes": 3, "width": 4, "latent_size": 8, "embedding_size": 4},
        "styled": {"size": 16, "width": 4, "critic_width": 4, "latent_size": 8, "style_size": 8, "mapping_layers": 2},
    }
    for name, model_name in (("letters", "cgan"), ("styled", "stylegan")):
        model = create_model(model_name, **sizes[name])
        info = {"data": "noise", "classes": letters if name == "letters" else []}
        save_weights(model, root / name, info, ["discriminator"] if name == "letters" else [])
    eye = create_model("classifier", width=4, feature_size=8)
    save_weights(eye, root / "features-digits", {"data": "digits", "classes": [str(i) for i in range(10)]})
    return root


def tiny_translators(root: Path) -> Path:
    """A translator with random weights for each way of drawing, and one that is damaged."""
    torch.manual_seed(0)
    tasks: dict[str, dict[str, Any]] = {
        "blocks": {"pairs": "blocks", "data": "pictures?domain=landscape", "palette": ["#ffffff", "#3366cc", "#aa5533"]},
        "edges": {"pairs": "edges", "data": "emoji3d"},
        "grey": {"pairs": "grey", "data": "pictures?domain=landscape"},
        "line": {"pairs": "line", "data": "emoji", "metrics": {"line": {"psnr": 21.25, "kid": 0.0125}}},
        "torn": {"pairs": "edges", "data": "objects"},
        "unknown": {"pairs": "columns", "data": "nowhere"},
    }
    for name, info in tasks.items():
        lab = {"input_channels": 1, "space": "lab"} if name == "grey" else {}
        model = create_model("pix2pix", size=32, width=4, critic_width=4, patch=16, **lab)
        for weight in model.parameters():
            weight.data.mul_(4)  # fresh weights draw grey on grey
        save_weights(model, root / name, {"classes": [], **info})
    (root / "torn" / "model.safetensors").write_bytes(b"")
    return root


def tiny_styles(root: Path) -> Path:
    """CycleGANs with random weights: one that says what it learnt from, one from elsewhere that knows no way back, one
    that takes its time, one that is damaged; and a translator that is no style."""
    landscape = {"pairs": "unpaired:pictures?domain=landscape"}
    tiny = {"size": 32, "width": 4, "blocks": 1, "critic_width": 4, "patch": 16}
    for i, (name, info, options) in enumerate((
        ("hokusai", {**landscape, "data": "pictures?domain=ukiyoe", "counts": [116, 9]}, {}),
        ("monet", {"data": ""}, {"two_way": False, "identity": 0.0}),
        ("slow", {**landscape, "data": "pictures?domain=vangogh"}, {"width": 24, "blocks": 3}),
        ("torn", {"data": ""}, {}),
    )):  # fmt: skip
        torch.manual_seed(i)
        model = create_model("cyclegan", **{**tiny, **options})
        for weight in model.parameters():
            weight.data.mul_(3)  # fresh weights draw grey on grey
        save_weights(model, root / name, {"classes": [], "pairs": "", **info})
    (root / "torn" / "model.safetensors").write_bytes(b"")
    drawing = create_model("pix2pix", size=32, width=4, critic_width=4, patch=16)
    save_weights(drawing, root / "drawing", {"classes": [], "pairs": "edges", "data": "emoji3d"})
    return root


def tiny_dancers(root: Path) -> Path:
    """A vid2vid with random weights, and a translator that learnt from the same frames one by one."""
    torch.manual_seed(0)
    metrics = {"dancer": {"psnr": 18.25, "flicker": 0.01, "n": 153}, "alone": {"psnr": 17.5, "flicker": 0.03, "n": 153}}
    tiny = {"size": 128, "width": 4, "critic_width": 4, "patch": 16, "halvings": 3}
    info = {"data": "dance", "pairs": "columns:puppet", "classes": []}
    # One that takes its time, so that it can be stopped.
    save_weights(create_model("vid2vid", **{**tiny, "width": 32}), root / "dancer", {**info, "metrics": metrics})
    save_weights(create_model("pix2pix", **tiny), root / "alone", info)
    return root


def tiny_words(root: Path) -> Path:
    """Two StackGANs with random weights, of other emoji each, and figures as if one had been measured."""
    torch.manual_seed(0)
    model = create_model("stackgan", size=32, widths=(8, 6, 4), critic_width=4, text_width=8, embedding_size=8, latent_size=6)
    for weight in model.parameters():
        weight.data.mul_(3)  # fresh weights draw grey on grey
    found = {"real": 0.4, "nearest caption": 0.3, "teller": 0.25, "teller (seen in training)": 0.5}
    metrics = {name: {"r_precision": share, "n": 209} for name, share in found.items()}
    save_weights(model, root / "teller", {"data": "emoji", "classes": [], "metrics": metrics})
    for weight in model.parameters():
        weight.data.neg_()
    save_weights(model, root / "teller3d", {"data": "emoji3d", "classes": []})
    return root


@contextmanager
def serving(weights: Path, **environment: str) -> Iterator[str]:
    """The address of an app that serves `weights`, for as long as the context lasts."""
    process = python(SERVE, str(weights), **environment)
    assert process.stdin and process.stdout
    try:
        lines = []
        for line in process.stdout:
            if line.startswith("serving "):
                yield line.split()[1]
                return
            lines.append(line)
        raise RuntimeError("the app did not start:\n" + "".join(lines))
    finally:
        process.stdin.close()  # the app ends when nobody can speak to it any more
        process.stdout.close()
        process.terminate()
        process.wait(20)
