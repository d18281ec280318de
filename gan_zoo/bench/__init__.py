"""Benches of the speed on this machine: the things compared take turns in one process, so that load slows all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gan_zoo.bench.browser_networks import device
from gan_zoo.bench.detective_room import room
from gan_zoo.bench.drawing import crowd
from gan_zoo.bench.drawn_by_hand import hand_drawings
from gan_zoo.bench.faults import faults
from gan_zoo.bench.first_picture import first_picture
from gan_zoo.bench.flood import flood, pages
from gan_zoo.bench.gans import gans
from gan_zoo.bench.gpu_training import gpu
from gan_zoo.bench.kernels import kernels
from gan_zoo.bench.knobs import knobs
from gan_zoo.bench.loading import load
from gan_zoo.bench.measure import Report
from gan_zoo.bench.memory import memory
from gan_zoo.bench.restyle import style
from gan_zoo.bench.sabotage import sabotage
from gan_zoo.bench.tabs import app, latent, sample, sketch
from gan_zoo.bench.training import start, train
from gan_zoo.bench.viewers import viewers
from gan_zoo.bench.visitors import soak
from gan_zoo.errors import unknown

BENCHES: dict[str, Callable[[], Report]] = {
    "train": train,
    "load": load,
    "sample": sample,
    "start": start,
    "app": app,
    "memory": memory,
    "first": first_picture,
    "sketch": sketch,
    "drawings": hand_drawings,
    "serving": kernels,
    "crowd": crowd,
    "device": device,
    "latent": latent,
    "knobs": knobs,
    "style": style,
    "viewers": viewers,
    "room": room,
    "sabotage": sabotage,
    "soak": soak,
    "faults": faults,
    "flood": flood,
    "pages": pages,
    "gans": gans,
    "gpu": gpu,
}
# These take long, or all of the machine, or a GPU: they run only when they are named.
LONG = ("soak", "faults", "flood", "pages", "gans", "gpu")


def chosen(names: Sequence[str]) -> list[Callable[[], Report]]:
    """The benches with these names, in the order of `BENCHES`; for no name or `all`, all but the long ones.

    Raises:
        UserError: a name is unknown; it lists similar names.
    """
    for name in names:
        if name not in (*BENCHES, "all"):
            raise unknown("bench", name, [*BENCHES, "all"])
    every = not names or "all" in names
    return [bench for name, bench in BENCHES.items() if name in names or (every and name not in LONG)]
