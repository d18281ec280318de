"""The app in a process of its own, as visitors meet it."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny_runs import draw_few

from gan_zoo import Gallery, create_model, save_weights
from gan_zoo.data import earth
from gan_zoo.models.registry import model_class
from gan_zoo.training import launch
from gan_zoo.weights import store

ROOT = Path(__file__).parents[2]


class Forked:
    """A process of its own that has imported the app already.

    Importing it takes many times as long as building the page. So one process of a test run imports it once, and each app
    is a fork of that process.
    """

    def __init__(self, work: Callable[..., None], *arguments: Any, **environment: str) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["app", "app_process"])
        output, its_end = context.Pipe(duplex=False)
        self.process = context.Process(target=_begin, args=(its_end, {**os.environ, **environment}, work, arguments))
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("OMP_NUM_THREADS", "1")
            patch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), str(Path(__file__).parent)]))
            self.process.start()
        its_end.close()
        self.output = open(os.dup(output.fileno()), encoding="utf-8")  # noqa: SIM115
        """what the process says, standard error too"""
        output.close()
        self.listener: threading.Thread | None = None

    def pass_on(self) -> None:
        """Pass on what the process says from now on: it would wait in the middle of an answer once nobody reads the pipe."""
        assert sys.__stderr__
        self.listener = threading.Thread(target=sys.__stderr__.writelines, args=(self.output,), daemon=True)
        self.listener.start()

    def end(self) -> None:
        self.process.terminate()
        self.process.join()
        self.process.close()
        if self.listener:
            self.listener.join()
        self.output.close()


def _begin(output: Connection, environment: dict[str, str], work: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    for stream in (1, 2):
        os.dup2(output.fileno(), stream)
    output.close()
    # The streams that the first process opened believe that they can seek.
    sys.stdout, sys.stderr = (open(stream, "w", 1, "utf-8", closefd=False) for stream in (1, 2))  # noqa: SIM115
    os.environ.clear()
    os.environ.update(environment)
    work(*arguments)


def serve(weights: Path) -> None:
    """Serve the app over a folder of weights, until whoever started this process ends it or is gone."""
    import app

    store.weights_roots = lambda: [weights]
    draw_few(pytest.MonkeyPatch())  # a tool reads the training data of the model, which may be drawn
    launch_blocks(*app.build(Gallery(device="cpu")))


def launch_blocks(blocks: Any, routes: Sequence[Any]) -> None:
    """Serve a page until whoever started this process ends it or is gone."""
    from demos.shared import page

    _, url, _ = blocks.launch(prevent_thread_lock=True, quiet=True, server_name="127.0.0.1", **page.launch_options(routes))
    print("serving", url)
    parent = multiprocessing.parent_process()
    assert parent
    parent.join()


def output_of(code: str) -> str:
    """What some code prints, which may use the module `app`."""
    forked = Forked(exec, code, {})
    said = forked.output.read()
    forked.end()
    return said


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
        "ground": {"pairs": "planet", "data": "nowhere"},
        "line": {"pairs": "line", "data": "emoji", "metrics": {"line": {"psnr": 21.25, "kid": 0.0125}}},
        "torn": {"pairs": "edges", "data": "objects"},
        "unknown": {"pairs": "columns", "data": "nowhere"},
    }
    for name, info in tasks.items():
        lab = {"input_channels": 1, "space": "lab"} if name == "grey" else {}
        model = create_model("pix2pix", size=32, width=4, critic_width=4, patch=16, **lab)
        if name == "ground":
            model = create_model(
                "spade", **{**asdict(model_class("spade").TINY), "size": 32, "input_channels": len(earth.LABELS)}
            )
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


def tiny_cut(folder: Path) -> None:
    """A CUT with random weights that learnt the style of `hokusai`, which is one of `tiny_styles`."""
    torch.manual_seed(7)
    model = create_model("cut", size=32, width=4, blocks=1, critic_width=4, patch=16)
    for weight in model.parameters():
        weight.data.mul_(3)
    info = {"pairs": "unpaired:pictures?domain=landscape+land", "data": "pictures?domain=ukiyoe", "counts": [340, 9]}
    save_weights(model, folder, {"classes": [], **info, "training": {"seconds": 1_800}})


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
    with working(serve, weights, **environment) as address:
        yield address


@contextmanager
def working(work: Callable[..., None], *arguments: Any, **environment: str) -> Iterator[str]:
    """The address of the page that `work` serves in a process of its own, for as long as the context lasts."""
    forked = Forked(work, *arguments, **environment)
    try:
        lines = []
        for line in forked.output:
            if line.startswith("serving "):
                forked.pass_on()
                yield line.split()[1]
                return
            lines.append(line)
        raise RuntimeError("the app did not start:\n" + "".join(lines))
    finally:
        forked.end()


@contextmanager
def serving_owner(weights: Path, runs: Path, **environment: str) -> Iterator[str]:
    """The address of an app as the owner of the machine has it, who may train; its runs end with the context."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"GAN_ZOO_RUNS": str(runs), "GAN_ZOO_WEIGHTS": str(weights), **environment}.items():
            patch.setenv(name, value)
        for name in ("SPACE_ID", "GAN_ZOO_ALLOW_TRAINING", "GAN_ZOO_PASSWORD"):
            patch.delenv(name, raising=False)
        try:
            with serving(weights) as address:
                yield address
        finally:
            for run in launch.list_runs(runs).values():
                launch.kill(run)
