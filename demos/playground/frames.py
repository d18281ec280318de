"""The duel in two dimensions, a frame at a time: the page asks for the next one when it has shown the last."""

from __future__ import annotations

import base64
import dataclasses
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Shaped
from torch import Tensor

from demos.shared import requests
from gan_zoo.training import playground

# Seconds of training in a frame, steps between two looks at the clock, and steps at the most.
FRAME, STRIDE, MOST_STEPS = 0.06, 5, 200
# The factor of a coordinate on its way to the page, as a 16-bit number.
SCALE = 4096
MOST_POINTS = 500
STARTING_AFRESH = ("latent_size", "seed")


@dataclass
class Table:
    """The game of one visitor."""

    game: playground.Playground | None = None


def frame(table: Table, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Bring the game to what is `asked`, play on, and show what there is to see.

    Args:
        asked: `settings` of the game, `afresh` to begin anew, and `steps`: how many, or -1 for as many as fit into a frame.

    Raises:
        UserError: the settings can't be.
    """
    settings = _settings(asked.get("settings"))
    game = table.game
    if game is None or asked.get("afresh") is True or any(getattr(game.config, k) != settings[k] for k in STARTING_AFRESH):
        game = table.game = playground.Playground(playground.PlaygroundConfig(**settings))
    changes = {key: settings[key] for key in playground.LIVE if getattr(game.config, key) != settings[key]}
    if changes:
        game.change(**changes)
    steps = asked.get("steps")
    steps = requests.whole(steps, -1, MOST_STEPS, "bad_playground")
    start, first, row = time.perf_counter(), game.step, {}
    while (game.step - first < steps) if steps >= 0 else (time.perf_counter() - start < FRAME):
        row = game.steps(STRIDE if steps < 0 else 1)
    seconds = time.perf_counter() - start
    return {"row": _plain(row), "rate": round((game.step - first) / seconds) if row else 0, **_seen(game.snapshot())}


def _settings(asked: Any) -> dict[str, Any]:
    """The fields of a config as the page gives them; its own rules hold what they are."""
    asked = dict(asked) if isinstance(asked, Mapping) else {}
    names = {field.name: field.default for field in dataclasses.fields(playground.PlaygroundConfig)}
    numbers = ("generator_rate", "discriminator_rate", "generator_steps", "discriminator_steps", "latent_size", "seed")
    settings: dict[str, Any] = {
        key: requests.number(asked.get(key, names[key]), 0, 1_000_000, "bad_playground") for key in numbers
    }
    for key in ("generator_steps", "discriminator_steps", "latent_size", "seed"):
        settings[key] = requests.whole(settings[key], 0, 1_000_000, "bad_playground")
    for key in ("distribution", "loss"):
        settings[key] = str(asked.get(key, names[key]))
    points = asked.get("points")
    points = points if isinstance(points, list) else []
    if len(points) > MOST_POINTS or not all(isinstance(p, list) and len(p) == 2 for p in points):
        raise requests.mistake("bad_playground")
    drawn = settings["distribution"] == playground.DRAWN
    settings["points"] = tuple((_coordinate(x), _coordinate(y)) for x, y in points) if drawn else ()
    return settings


def _coordinate(value: Any) -> float:
    return float(requests.number(value, -1, 1, "bad_playground"))


def _plain(row: Mapping[str, float]) -> dict[str, float | None]:
    return {key: None if value != value else round(value, 4) for key, value in row.items()}


def _seen(shot: playground.Snapshot) -> dict[str, Any]:
    return {
        "step": shot.step,
        "covered": round(shot.covered, 3),
        "plausible": round(shot.plausible, 3),
        "cells": shot.landscape.shape[0],
        "along": shot.warp.shape[1],
        **{key: _packed(getattr(shot, key)) for key in ("real", "generated", "landscape", "arrows", "warp")},
    }


def _packed(values: Shaped[Tensor, "*shape"]) -> str:
    """Numbers as 16-bit integers, which are a quarter of what they would be written out."""
    whole = (values * SCALE).round().clamp(-32768, 32767).to(torch.int16)
    return base64.b64encode(whole.contiguous().numpy().tobytes()).decode()
