"""Trainings on a set of the owner's own pictures. The settings are made for sets of dozens, and for minutes on a CPU."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from demos.shared import requests
from demos.training import form, own
from gan_zoo import TrainConfig, UserError
from gan_zoo.training import launch
from gan_zoo.training.recipe_families import SMALL

# Fewer pictures are learnt by heart and nothing else; from so many on, there is something to vary.
FEWEST, ENOUGH = 8, 50
SIZES = (32, 64, 128)
# Pictures that ship, which a CycleGAN turns into the owner's.
STARTERS = {
    "starter_landscape": "pictures?domain=landscape",
    "starter_ukiyoe": "pictures?domain=ukiyoe",
    "starter_vangogh": "pictures?domain=vangogh",
    "starter_emoji3d": "emoji3d",
    "starter_objects": "objects",
    "starter_faces": "faces",
}
# DiffAugment, which keeps the discriminator from learning so few pictures by heart.
DIFF_AUGMENT = ("colour", "translation", "cutout")


def planned(asked: form.Asked) -> TrainConfig:
    """The training that the page asks for on a set; raises `UserError` for what isn't there, or a set of too few."""
    folder = own.find(asked.get("set"))
    make = form.one_of(asked.get("model"), tuple(MAKERS))
    size, minutes = form.one_of(asked.get("size"), SIZES), form.one_of(asked.get("minutes"), form.MINUTES)
    n = own.count(folder)
    if n < FEWEST:
        raise requests.mistake("own_few", n=n, least=FEWEST, enough=ENOUGH)
    starter = STARTERS[form.one_of(asked.get("starter"), tuple(STARTERS))] if make == "cyclegan" else ""
    return TrainConfig(make, str(folder), steps=form.MOST_STEPS, minutes=minutes, mirror=True, **MAKERS[make](n, size, starter))


def _batch(n: int, most: int) -> int:
    """The largest power of two that is no more than `most` and than the number of pictures."""
    return min(most, 1 << (n.bit_length() - 1))


def _dcgan(n: int, size: int, starter: str) -> dict[str, Any]:
    rates = {"generator": 4e-4, "discriminator": 4e-4}
    options = {"size": size, "width": 32, "r1": 0.5, "augment": DIFF_AUGMENT}
    return {"batch_size": _batch(n, 16), "tick": 25, "learning_rates": rates, "options": options}


def _stylegan(n: int, size: int, starter: str) -> dict[str, Any]:
    return {"batch_size": _batch(n, 8), "tick": 25, "options": {"size": size, "augment": DIFF_AUGMENT}}


def _pix2pix(n: int, size: int, starter: str) -> dict[str, Any]:
    halvings = min(SMALL["halvings"], size.bit_length() - 1)
    patch = SMALL["patch"] if size > 64 else 34
    options = {**SMALL, "size": size, "halvings": halvings, "resized": halvings, "patch": patch, "l1": 40.0}
    return {"batch_size": _batch(n, 8), "tick": 20, "pairs": "edges", "jitter": 0.15, "options": options}


def _cyclegan(n: int, size: int, starter: str) -> dict[str, Any]:
    networks = ("generator_ab", "generator_ba", "discriminator_a", "discriminator_b")
    options = {"size": size, "width": 16, "blocks": 6, "critic_width": 24, "identity": 0.2}
    return {
        "batch_size": 2, "tick": 20, "pairs": f"unpaired:{starter}", "jitter": 0.12,
        "learning_rates": dict.fromkeys(networks, 4e-4), "options": options,
    }  # fmt: skip


MAKERS: Mapping[str, Callable[[int, int, str], dict[str, Any]]] = {
    "dcgan": _dcgan,
    "stylegan": _stylegan,
    "pix2pix": _pix2pix,
    "cyclegan": _cyclegan,
}


def command(config: TrainConfig) -> str:
    """The command line that starts the same training."""
    return shlex.join(["gan-zoo", "train", *launch.arguments(config)])


def plan(asked: form.Asked) -> dict[str, str]:
    """The command line of what is asked for, for the page; it is empty where it can't be started."""
    try:
        return {"command": command(planned(asked))}
    except UserError:
        return {"command": ""}


def start(asked: form.Asked) -> str:
    """Start what is asked for; returns the name of the run."""
    config = planned(asked)
    return form.launched(config, f"{config.model}-{Path(config.data).name}")
