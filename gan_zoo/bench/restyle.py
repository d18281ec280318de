"""The speed of restyling: one picture, every style that ships, and a large picture with its memory."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import threading
import time

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import interpolate

from gan_zoo.bench.app_process import ROOT
from gan_zoo.bench.measure import Figure, Report, alternate, ratio, resident_gigabytes, seconds
from gan_zoo.bench.unpaired_training import costs
from gan_zoo.data.reading import open_pictures
from gan_zoo.errors import UserError
from gan_zoo.evaluation.films import pan_noise
from gan_zoo.imaging.images import from_pil, to_float
from gan_zoo.models.cyclegan import CycleGAN, CycleGANConfig
from gan_zoo.serving import AGREEMENT, TranslatorSession, agreement
from gan_zoo.serving.gallery import Gallery

# Restyles a picture in a process of its own, so that the memory of nothing else is measured.
ALONE = "import sys; from gan_zoo.bench.restyle import alone; print(*alone(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))"
# The network that replaces the shipped styles if there are none.
LIGHT = CycleGANConfig(width=24, blocks=9, two_way=False)
# The photographs over which a view moves, the view's side in pixels, and how far it moves.
PAN, VIEW, WAY = "pictures?domain=landscape", 256, 33


def style(
    width: int = 64,
    blocks: int = 9,
    size: int = 256,
    large: tuple[int, int] = (3000, 4000),
    rounds: int = 7,
    training: tuple[int, int, int] = (16, 6, 128),
) -> Report:
    """Measure a CycleGAN generator as it is served against the same network run plainly, the styles here with the temporal
    noise of their clips, a large picture, and the cost of training with and without a way back.

    Args:
        training: width, blocks and size of the generators that are trained; by default those of `cyclegan-ukiyoe`.

    The generator is that of the paper, with transposed convolutions. Its weights are random, as they don't change the time.
    """
    plain = _untrained(CycleGANConfig(width=width, blocks=blocks, size=size, upsample="transposed", two_way=False))
    session = _session(plain)
    picture = _picture(size, size)[None]

    def run_plainly() -> float:
        with torch.inference_mode():
            return 1000 * seconds(lambda: plain.translate(picture))

    taken = alternate({"ours": lambda: session.translate(picture).milliseconds, "plain": run_plainly}, rounds)
    close = agreement(session.translate(picture).images, session.translate(picture, precision="float32").images)
    figures = [
        Figure(f"as served ({session.precision})", statistics.median(taken["ours"]), "ms"),
        Figure("plain eager float32", statistics.median(taken["plain"]), "ms"),
        Figure("as served against plain", ratio(taken["plain"], taken["ours"]), "times", 2.0, at_least=True),
        Figure("agreement of the two (PSNR)", close, "dB", AGREEMENT, at_least=True),
    ]

    gallery = Gallery()
    styles = [name for name in gallery.names("translator") if gallery.translator(name).any_size]
    picture, view = _picture(256, 256)[None], _wide_photograph()
    for name in styles:
        ready = gallery.translator(name)
        times = alternate({name: lambda ready=ready: ready.translate(picture).milliseconds}, rounds)  # type: ignore[misc]
        figures.append(Figure(f"{name} ({ready.precision})", statistics.median(times[name]), "ms", 60.0))
        noise, colour = pan_noise(lambda images, ready=ready: ready.translate(images).images, view)  # type: ignore[misc]
        figures.append(Figure(f"{name}: temporal noise of a clip", 255 * noise, "of 255"))
        figures.append(Figure(f"{name}: of it flicker of the mean colour", 255 * colour, "of 255"))

    name = next(iter(styles), "")
    took, memory = _in_its_own_process(name, large)
    figures.append(Figure(f"{large[1]}x{large[0]} pixels", took, "s"))
    if memory is not None:
        figures.append(Figure(f"peak memory at {large[1]}x{large[0]}", memory, "GB", 1.5))
    figures += costs(*training, rounds)
    return Report(
        f"style: {blocks} blocks, width {width}, {size}x{size}, {torch.get_num_threads()} thread(s), {rounds} rounds; styles "
        f"at 256x256; a large picture by {name or f'a light network, {LIGHT.blocks} blocks, width {LIGHT.width}'}; training "
        f"of 2 pictures of {training[2]}x{training[2]} in a step, {training[1]} blocks, width {training[0]}",
        figures,
    )


def _untrained(config: CycleGANConfig) -> CycleGAN:
    torch.manual_seed(0)
    return CycleGAN(config).eval().requires_grad_(False)


def _session(model: CycleGAN) -> TranslatorSession:
    return TranslatorSession("cyclegan", model, threading.RLock())


def _picture(height: int, width: int) -> Float[Tensor, "3 h w"]:
    """A picture of soft spots of colour."""
    spots = torch.rand(1, 3, 12, 16, generator=torch.Generator().manual_seed(0)) * 2 - 1
    return interpolate(spots, (height, width), mode="bilinear")[0]


def _wide_photograph() -> Float[Tensor, "3 h w"]:
    """A part of a photograph, as high as the view and wider by the way that the view moves."""
    picture = next(p for p in open_pictures(PAN, "test").pictures if p.width * VIEW >= (VIEW + WAY) * p.height)
    scaled = picture.resize((round(picture.width * VIEW / picture.height), VIEW))
    return to_float(from_pil(scaled, 3))[:, :, : VIEW + WAY]


def alone(name: str, height: int, width: int) -> tuple[float, float | str]:
    """The seconds that a style takes for a picture, and the peak memory of this process in gigabytes, or `-` if the system
    doesn't report it. An empty name means the light network."""
    session = Gallery().translator(name) if name else _session(_untrained(LIGHT))
    picture = _picture(height, width)
    start = time.perf_counter()
    for _ in session.restyle(picture):
        pass
    return time.perf_counter() - start, resident_gigabytes("self", "VmHWM") or "-"


def _in_its_own_process(name: str, size: tuple[int, int]) -> tuple[float, float | None]:
    """The result of `alone` in a process of its own with the same environment, and so the same weights; None for `-`."""
    command = [sys.executable, "-c", ALONE, name, *map(str, size)]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True)
    if done.returncode:
        raise UserError(f"the large picture failed: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}")
    took, memory = done.stdout.split()
    return float(took), None if memory == "-" else float(memory)
