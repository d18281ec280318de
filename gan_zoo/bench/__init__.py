"""Benches of the speed on this machine: the things compared take turns in one process, so that load slows all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gan_zoo.bench.detective_room import room
from gan_zoo.bench.measure import Report
from gan_zoo.bench.restyle import style
from gan_zoo.bench.sabotage import sabotage
from gan_zoo.bench.tabs import app, latent, sample, sketch
from gan_zoo.bench.training import start, train
from gan_zoo.bench.viewers import viewers
from gan_zoo.errors import unknown

BENCHES: dict[str, Callable[[], Report]] = {
    "train": train,
    "sample": sample,
    "start": start,
    "app": app,
    "sketch": sketch,
    "latent": latent,
    "style": style,
    "viewers": viewers,
    "room": room,
    "sabotage": sabotage,
}


def chosen(names: Sequence[str]) -> list[Callable[[], Report]]:
    """The benches with these names, in the order of `BENCHES`; all benches for no name or `all`.

    Raises:
        UserError: a name is unknown; it lists similar names.
    """
    for name in names:
        if name not in (*BENCHES, "all"):
            raise unknown("bench", name, [*BENCHES, "all"])
    return [bench for name, bench in BENCHES.items() if not names or name in names or "all" in names]
