"""Speed on this machine: what is compared runs in turns in one process, so that a busy machine slows all alike.

Nothing here is remembered or assumed: every number is a median of what was just measured.
"""

from __future__ import annotations

import base64
import io
import json
import math
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float
from PIL import Image, ImageDraw
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from gan_zoo.blocks import UNet
from gan_zoo.data import Dataset, load_data
from gan_zoo.errors import UserError, unknown
from gan_zoo.images import to_float, to_pil
from gan_zoo.models.dcgan import DCGAN
from gan_zoo.serve import Gallery
from gan_zoo.train import Processes, TrainConfig, Trainer

ROOT = Path(__file__).parent.parent
# How long the app may take to answer before it is given up, in seconds.
PATIENCE = 60.0


@dataclass(frozen=True)
class Figure:
    """One measured number."""

    what: str
    value: float
    unit: str
    target: float | None = None
    at_least: bool = False
    """whether the target is a lower bound; else it is an upper one"""

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        if self.target is None:
            return None
        return self.value >= self.target if self.at_least else self.value <= self.target


@dataclass(frozen=True)
class Report:
    """What was compared, and the numbers."""

    about: str
    figures: list[Figure]

    def heading(self) -> str:
        """`about`, and a warning where other programs want the processors too."""
        load, cores = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0, os.cpu_count() or 1
        busy = f" (the machine is busy: load {load:.1f} on {cores} cores, so times are longer than they need be)"
        return self.about + (busy if load > cores + 0.5 else "")

    def table(self) -> list[list[str]]:
        """A heading and a row for each number, ready to print."""
        rows = [["measured", "", "target", ""]]
        for figure in self.figures:
            sign = ">=" if figure.at_least else "<="
            target = "" if figure.target is None else f"{sign} {figure.target:g} {figure.unit}"
            verdict = {None: "", True: "met", False: "missed"}[figure.met]
            rows.append([figure.what, f"{figure.value:.3g} {figure.unit}", target, verdict])
        return rows


def alternate(runs: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Call the `runs` in turns, A B B A A B and so on, after one call each that doesn't count; what each returned."""
    values: dict[str, list[float]] = {name: [] for name in runs}
    for run in runs.values():
        run()
    for turn in range(rounds):
        for name in list(runs)[:: 1 if turn % 2 == 0 else -1]:
            values[name].append(runs[name]())
    return values


def ratio(values: Sequence[float], to: Sequence[float]) -> float:
    """The median of the ratios taken turn by turn: what slows both for a while drops out."""
    return statistics.median(a / b for a, b in zip(values, to, strict=True))


def seconds(run: Callable[[], object]) -> float:
    """The wall-clock time of `run`, until a GPU has finished too."""
    start = time.perf_counter()
    run()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter() - start


def plain_step(
    model: DCGAN, real: Float[Tensor, "n c h w"], g_optimizer: torch.optim.Optimizer, d_optimizer: torch.optim.Optimizer
) -> Tensor:
    """A DCGAN step as textbooks write it: eager, float32, D on real, D on fake, G through the whole of D.

    Returns the generator's loss.
    """
    ones, zeros = torch.ones(len(real), device=real.device), torch.zeros(len(real), device=real.device)

    d_optimizer.zero_grad()
    binary_cross_entropy_with_logits(model.discriminator(real).flatten(), ones).backward()
    fake = model.generator(torch.randn(len(real), model.config.latent_size, 1, 1, device=real.device))
    binary_cross_entropy_with_logits(model.discriminator(fake.detach()).flatten(), zeros).backward()
    d_optimizer.step()

    g_optimizer.zero_grad()
    loss = binary_cross_entropy_with_logits(model.discriminator(fake).flatten(), ones)
    loss.backward()
    g_optimizer.step()
    return loss.detach()


def train(size: int = 64, width: int = 64, batch_size: int = 64, rounds: int = 9) -> Report:
    """A training step of ours against the plain loop on the same network and device.

    Ours is the trainer's own step, with its batches from bytes, EMA and gradient norms; the plain loop gets its batch
    ready-made.
    """
    images = torch.randint(256, (4 * batch_size, 3, size, size), dtype=torch.uint8)
    config = TrainConfig("dcgan", "noise", {"size": size, "width": width}, batch_size=batch_size)
    trainer = Trainer(config, Dataset("noise", images), Processes(config.device))
    device = trainer.device

    plain = DCGAN(DCGAN.Config(size=size, width=width)).to(device)
    adam = {
        network: torch.optim.Adam(plain.get_submodule(network).parameters(), lr=rate, betas=plain.config.betas)
        for network, rate in plain.LEARNING_RATES.items()
    }
    real = to_float(images[:batch_size].to(device))
    # A GPU's step is so short that one alone would measure the wait for it.
    steps = 20 if device.type == "cuda" else 1

    def repeated(step: Callable[[], object]) -> Callable[[], float]:
        return lambda: seconds(lambda: [step() for _ in range(steps)])

    taken = alternate(
        {
            "ours": repeated(trainer.train_step),
            "plain": repeated(lambda: plain_step(plain, real, adam["generator"], adam["discriminator"])),
        },
        rounds,
    )
    speed = {name: steps * batch_size / statistics.median(values) for name, values in taken.items()}
    target = None if device.type == "cuda" else 1.7
    where = torch.cuda.get_device_name() if device.type == "cuda" else f"{torch.get_num_threads()} CPU thread(s)"
    return Report(
        f"train: a step of DCGAN {size}x{size}, width {width}, batch {batch_size}, on {where}: "
        f"ours ({trainer.precision}) against a plain eager float32 loop, {rounds} rounds",
        [
            Figure("ours", speed["ours"], "images/s"),
            Figure("plain loop", speed["plain"], "images/s"),
            Figure("ours against plain", ratio(taken["plain"], taken["ours"]), "times", target, at_least=True),
        ],
    )


def sample(name: str = "dcgan-digits", n: int = 64, rounds: int = 15) -> Report:
    """The model's time for `n` samples, in the precision that the session chose and in float32."""
    session = Gallery().session(name)
    z = session.latents(n, seed=0)
    taken = alternate(
        {how: lambda how=how: session.sample(z, precision=how).milliseconds for how in ("auto", "float32")},  # type: ignore[misc]
        rounds,
    )
    return Report(
        f"sample: {n} samples of {name}: the precision that the session chose against float32, {rounds} rounds",
        [
            Figure(f"chosen ({session.precision})", statistics.median(taken["auto"]), "ms", 50.0),
            Figure("float32", statistics.median(taken["float32"]), "ms"),
            Figure("chosen against float32", ratio(taken["float32"], taken["auto"]), "times"),
        ],
    )


def start(rounds: int = 5) -> Report:
    """A fresh interpreter that imports gan_zoo against one that imports torch."""

    def importing(module: str) -> Callable[[], float]:
        return lambda: seconds(lambda: subprocess.run([sys.executable, "-c", f"import {module}"], cwd=ROOT, check=True))

    taken = alternate({module: importing(module) for module in ("torch", "gan_zoo")}, rounds)
    more = statistics.median(ours - theirs for ours, theirs in zip(taken["gan_zoo"], taken["torch"], strict=True))
    return Report(
        f"start: `python -c 'import gan_zoo'` against `python -c 'import torch'`, {rounds} rounds",
        [
            Figure("import torch", statistics.median(taken["torch"]), "s"),
            Figure("import gan_zoo", statistics.median(taken["gan_zoo"]), "s"),
            Figure("more than torch", more, "s", 0.3),
        ],
    )


# Runs the app as `python app.py` does, and says when its imports are over; both clocks are the machine's.
LAUNCH = """
import runpy, sys, time
import gradio, demos, gan_zoo
print(time.time(), flush=True)
sys.argv = ["app.py"]
runpy.run_path("app.py", run_name="__main__")
"""


def app(name: str = "dcgan-digits", n: int = 64, clicks: int = 15) -> Report:
    """The gallery in a process of its own: its first page, a click to the picture without the model, its memory.

    A click is a request to `/sample` by the same protocol that the browser speaks, until the picture's file is here.
    """
    Gallery().card(name)

    with _serving() as (process, port, first_page):
        client = _client(port)

        def click(seed: int) -> tuple[float, float]:
            begin = time.perf_counter()
            _, model, _ = client.predict(model=name, seed=seed, n=n, api_name="/sample")
            whole = (time.perf_counter() - begin) * 1000
            return whole, whole - model

        first, _ = click(0)
        whole, without = zip(*(click(seed) for seed in range(1, clicks + 1)), strict=True)
        memory = _resident_gigabytes(process.pid)
        client.close()
    figures = [
        Figure("first page after the imports", first_page, "s", 3.0),
        Figure("first click, which loads the model", first, "ms"),
        Figure("click to picture", statistics.median(whole), "ms"),
        Figure("click to picture less the model", statistics.median(without), "ms", 150.0),
    ]
    if memory is not None:
        figures.append(Figure("resident memory after use", memory, "GB", 1.2))
    return Report(f"app: python app.py on this machine, {n} samples of {name} a click, {clicks} clicks", figures)


def sketch(name: str = "", width: int = 64, rounds: int = 15, strokes: int = 25) -> Report:
    """A translator at its size against the 256 px U-Net of the paper (of `width` 64), run plainly; and how long a
    drawing takes from the pen to the picture.

    That is what the page of the running app asks with a drawing while the pen moves, until the picture is here. `name` is
    the first translator where it is not given.
    """
    gallery = Gallery()
    name = name or next(iter(gallery.names("translator")), "")
    if not name:
        raise UserError("there is no translator here: gan-zoo train --recipe pix2pix-emoji", "no_translators")
    session = gallery.translator(name)
    given = torch.rand(1, *session.input_shape) * 2 - 1
    plain = UNet((3, 3), [width * min(2**i, 8) for i in range(8)]).eval()
    picture = torch.rand(1, 3, 256, 256) * 2 - 1

    def run_plainly() -> float:
        with torch.inference_mode():
            return 1000 * seconds(lambda: plain(picture))

    taken = alternate({"ours": lambda: session.translate(given).milliseconds, "plain": run_plainly}, rounds)

    with _serving() as (_, port, _):
        page = _Page(port)

        def stroke(length: int) -> float:
            request = {"n": length, "model": name, "drawing": _drawing(session.config.size, length), "moving": True}
            begin = time.perf_counter()
            [said] = page.ask("sketch", "change", [], {"request": request})
            if not said["props"]["answer"].get("picture"):
                raise UserError(f"the app drew no picture: {said['props']['answer']['trouble']}", "no_app")
            return 1000 * (time.perf_counter() - begin)

        stroke(1)  # loads the model
        waited = [stroke(length) for length in range(2, strokes + 2)]
    return Report(
        f"sketch: {name} at {session.config.size} px ({session.precision}) against a U-Net of 256 px and width {width}, "
        f"eager float32, {rounds} rounds; {strokes} strokes through python app.py",
        [
            Figure("model", statistics.median(taken["ours"]), "ms", 40.0),
            Figure("plain U-Net", statistics.median(taken["plain"]), "ms"),
            Figure("model against plain U-Net", ratio(taken["plain"], taken["ours"]), "times"),
            Figure("pen to picture", statistics.median(waited), "ms", 100.0),
        ],
    )


def _drawing(size: int, length: int) -> str:
    """A line of so many segments on white, as the canvas sends it: a PNG as a data URL."""
    sheet = Image.new("RGB", (size, size), "white")
    points = [(size * (0.5 + 0.4 * math.cos(i)), size * (0.5 + 0.4 * math.sin(2 * i))) for i in range(length + 1)]
    ImageDraw.Draw(sheet).line(points, "black", 3)
    return _data_url(sheet)


def latent(name: str = "sngan-faces", data: str = "faces", n: int = 64, rounds: int = 9, moves: int = 60) -> Report:
    """The latent space: a wall, the slider that is dragged, and a picture of the test split projected.

    The slider asks as the page does, by HTTP, for one picture after the other; the projection has as many steps as the
    app gives it on this machine.
    """
    gallery = Gallery()
    session, card = gallery.session(name), gallery.card(name)
    z = session.latents(n, seed=0)
    wall = statistics.median(session.sample(z).milliseconds for _ in range(rounds))
    target = load_data(data, "test", card["config"]["size"], card["config"]["channels"]).batch(slice(0, 1))["image"]
    picture = _data_url(to_pil(target[0]))

    with _serving() as (_, port, _):
        page = _Page(port)
        picks, label = [[7, 0], [7, 9]], session.classes[0] if session.classes else ""
        drag = [[name, label, 2.0, picks, "spherical", i / moves] for i in range(moves)]
        page.ask("position", "input", drag[0])  # loads the model
        taken = seconds(lambda: [page.ask("position", "input", where) for where in drag])
        client = _client(port)
        _, psnr, inversion, _ = client.predict(model=name, picture=picture, label=label, api_name="/project")
        client.close()
    return Report(
        f"latent: {name} on this machine: {n} samples, {rounds} rounds; {moves} moves of the slider; "
        f"one picture of the test split of {data} projected",
        [
            Figure(f"{n} samples ({session.precision})", wall, "ms", 250.0),
            Figure("pictures while the slider moves", moves / taken, "a second", 15.0, at_least=True),
            Figure("projection", inversion, "s", 20.0),
            Figure("closeness of the projection (PSNR)", psnr, "dB"),
        ],
    )


def _client(port: int) -> Any:
    """What speaks to the endpoints of the app at a port."""
    try:
        from gradio_client import Client  # type: ignore[import-untyped,import-not-found,unused-ignore]
    except ImportError as error:
        raise UserError("the app needs gradio: pip install 'gan-zoo[app]'", "no_gradio") from error
    return Client(f"http://127.0.0.1:{port}", verbose=False)


def _data_url(picture: Image.Image) -> str:
    """A picture as the page sends it."""
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"


class _Page:
    """Speaks to the app as its page does, which may use what is hidden from programs."""

    def __init__(self, port: int) -> None:
        self.url, self.session = f"http://127.0.0.1:{port}/gradio_api/queue", uuid.uuid4().hex
        # No proxy stands between this machine and itself.
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with self.opener.open(f"http://127.0.0.1:{port}/config", timeout=PATIENCE) as answer:
            self.config = json.load(answer)

    def ask(self, element: str, event: str, data: Sequence[object], carried: object = None) -> list[Any]:
        """What the handler of an `event` of the element with this id answers; `carried` is what the event brings along."""
        ids = [c["id"] for c in self.config["components"] if c["props"].get("elem_id") == element]
        handlers = [d["id"] for d in self.config["dependencies"] if [ids[0], event] in [list(t) for t in d["targets"]]]
        where = {"fn_index": handlers[0], "trigger_id": ids[0], "session_hash": self.session}
        question = {"data": data, "event_data": carried, **where}
        request = urllib.request.Request(
            f"{self.url}/join", json.dumps(question).encode(), {"Content-Type": "application/json"}
        )
        with self.opener.open(request, timeout=PATIENCE) as joined:
            joined.read()
        with self.opener.open(f"{self.url}/data?session_hash={self.session}", timeout=PATIENCE) as events:
            for line in events:
                told = json.loads(line.removeprefix(b"data:")) if line.startswith(b"data:") else {}
                if told.get("msg") == "process_completed":
                    if not told["success"]:
                        raise UserError(f"the app could not answer: {told['output'].get('error')}", "no_app")
                    return list(told["output"]["data"])
        raise UserError("the app ended its answer too early", "no_app")


@contextmanager
def _serving() -> Iterator[tuple[subprocess.Popen[str], int, float]]:
    """The running app: its process, its port, and the seconds from the end of its imports to its first page."""
    if not (ROOT / "app.py").is_file():
        raise UserError("the app is part of the repository, not of the installed package: run this in a clone", "no_app")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "GRADIO_ANALYTICS_ENABLED": "False",
        "GRADIO_SERVER_NAME": "127.0.0.1",
        "GRADIO_SERVER_PORT": str(port),
    }
    with tempfile.TemporaryFile("w+") as complaints:
        process = subprocess.Popen(
            [sys.executable, "-c", LAUNCH],
            cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=complaints, text=True,
        )  # fmt: skip
        try:
            assert process.stdout is not None
            imported = process.stdout.readline()
            served = _first_page(process, port) if imported else None
            if served is None:
                process.kill()
                process.wait()
                complaints.seek(0)
                last = complaints.read().strip().splitlines()[-1:] or ["no page came"]
                raise UserError(f"the app doesn't start ({last[0]}): see what 'python app.py' says", "no_app")
            yield process, port, served - float(imported)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout is not None:
                process.stdout.close()


def _first_page(process: subprocess.Popen[str], port: int) -> float | None:
    """The time of day when the page was first served; None if the process ends or takes too long."""
    # No proxy stands between this machine and itself.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with opener.open(f"http://127.0.0.1:{port}/", timeout=PATIENCE) as page:
                page.read()
            return time.time()
        except (urllib.error.URLError, OSError):
            time.sleep(0.01)
    return None


def _resident_gigabytes(pid: int) -> float | None:
    """The memory of a process that is in RAM; None where the system doesn't tell as Linux does."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    kilobytes = next(line.split()[1] for line in lines if line.startswith("VmRSS"))
    return int(kilobytes) * 1024 / 1e9


BENCHES: dict[str, Callable[[], Report]] = {
    "train": train,
    "sample": sample,
    "start": start,
    "app": app,
    "sketch": sketch,
    "latent": latent,
}


def chosen(names: Sequence[str]) -> list[Callable[[], Report]]:
    """The benches of these names, in order; all for none or `all`. Raises `UserError` with the close names."""
    for name in names:
        if name not in (*BENCHES, "all"):
            raise unknown("bench", name, [*BENCHES, "all"])
    return [bench for name, bench in BENCHES.items() if not names or name in names or "all" in names]
