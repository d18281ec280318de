"""Publishes a run as a weights folder."""

from __future__ import annotations

import math
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gan_zoo.entries import is_count, is_number
from gan_zoo.errors import UserError
from gan_zoo.files import write_atomically
from gan_zoo.imaging import images
from gan_zoo.imaging.decoding import open_picture
from gan_zoo.models.base import Model
from gan_zoo.models.registry import create_model
from gan_zoo.runs.run import Run
from gan_zoo.weights.folder import (
    ANIMATION_FRAMES,
    ANIMATION_PIXELS,
    DATA_DEFAULTS,
    FRAME_MILLISECONDS,
    LAST_MILLISECONDS,
    save_weights,
)


def load_run(run: Run) -> Model:
    """Return the model of a run with its EMA weights, in eval mode, as `export_run` publishes it."""
    model, _ = _averaged(run, run.settings("model", "options"))
    return model


def _averaged(run: Run, saved: Mapping[str, Any], best: bool = False) -> tuple[Model, dict[str, Any]]:
    """Return the model of a run with its EMA weights, in eval mode, and the checkpoint that they come from."""
    checkpoint = run.read_checkpoint(best)
    model = create_model(saved["model"], **saved["options"])
    try:
        if not (is_count(checkpoint["step"]) and is_number(checkpoint["seconds"])):
            raise TypeError
        model.load_state_dict(checkpoint["ema"])
    except (LookupError, TypeError, ValueError, AttributeError, RuntimeError) as error:
        raise UserError(
            f"the checkpoint of {run.folder} is damaged or doesn't fit its config.json: train the run again", "damaged_file"
        ) from error
    return model.eval().requires_grad_(False), checkpoint


def export_run(run: Run, folder: Path, more: Sequence[str] = (), bits: int = 16, best: bool = False) -> None:
    """Publish a run as a weights folder: the EMA weights, the card, the log, and the grids as one animation.

    Args:
        more: networks to publish in addition to the model's `PUBLISHED`, such as `discriminator`.
        bits: 32, 16 or 8 bits for each number, as in `save_weights`.
        best: publish the state with the lowest measured FID instead of the last state.

    Raises:
        UserError: the run doesn't exist, or its model has no such network.
    """
    saved = run.settings("model", "options", "data")
    model, checkpoint = _averaged(run, saved, best)
    for network in more:
        if network not in dict(model.named_children()):
            raise UserError(
                f"the model {model.name} has no network '{network}' to publish; there are: "
                f"{', '.join(dict(model.named_children()))}",
                "no_network",
            )
    grids = _evenly_spaced(list(run.grid_paths().items()), ANIMATION_FRAMES)
    if grids:
        frames = [open_picture(path) for _, path in grids]
        for frame in frames:
            share = min(1.0, math.sqrt(ANIMATION_PIXELS / (frame.width * frame.height)))
            frame.thumbnail((round(frame.width * share), round(frame.height * share)))
        animated = images.animation(
            frames, [FRAME_MILLISECONDS] * (len(frames) - 1) + [LAST_MILLISECONDS], quality=25, effort=6
        )
        write_atomically(folder / "grids.webp", lambda path: path.write_bytes(animated))
    if run.log.exists():
        write_atomically(folder / "log.jsonl", lambda path: shutil.copyfile(run.log, path))
    elsewhere = {*DATA_DEFAULTS, "model", "data", "path", "device", "device_asked", "trained_on", "options"}
    training = {key: value for key, value in saved.items() if key not in elsewhere}
    info = {
        "data": saved["data"],
        **{key: saved.get(key, nothing) for key, nothing in DATA_DEFAULTS.items()},
        "training": {**training, "steps": checkpoint["step"], "seconds": round(checkpoint["seconds"])},
        "grids": [step for step, _ in grids],
    }
    save_weights(model, folder, info, more, bits)


def _evenly_spaced(items: list[Any], most: int) -> list[Any]:
    """Return at most `most` of the items, evenly spaced; the first and the last are always included."""
    if len(items) <= most:
        return items
    return [items[round(i * (len(items) - 1) / (most - 1))] for i in range(most)]
