"""Runs that take a moment, for the tests of the training loop."""

from __future__ import annotations

import dataclasses
import io
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from PIL import Image

from gan_zoo.data import peeps, synthetic_digits
from gan_zoo.data.catalogue import STARTER_FOLDER
from gan_zoo.models.registry import model_class
from gan_zoo.training.config import TrainConfig

# Settings for models, or kinds of models, that need other data than pictures in a folder.
SETTINGS: dict[str, dict[str, Any]] = {
    "translator": {"pairs": "edges"},
    "context_encoder": {"pairs": "holes"},
    "cvae_gan": {
        "data": "peeps",
        "options": {"size": 16, "latent_size": 130, "maps": 2, "width": 4, "critic_width": 4, "encoder_width": 4},
    },
    "simgan": {"data": "fontdigits", "pairs": "fonts"},
    "video": {"data": "dance", "pairs": "columns:puppet", "mirror": False, "jitter": 0.0},
    "captioned": {"data": "emoji", "options": {**vars(model_class("stackgan").TINY), "channels": 3}},
    "embedder": {"data": "emoji"},
}
FROM_DATA = ("size", "channels", "input_channels", "classes")
TINY = {"width": 4, "latent_size": 8}


def config(data: Path | str, **changes: Any) -> TrainConfig:
    values = {
        "model": "dcgan",
        "options": TINY,
        "steps": 20,
        "batch_size": 8,
        "tick": 5,
        "precision": "float32",
        "device": "cpu",
    }
    return TrainConfig(data=str(data), **(values | changes))


def config_of(name: str, pictures: Path | str, few: dict[str, str], **changes: Any) -> TrainConfig:
    """The settings of a run of any model with its tiny config.

    Args:
        pictures: a folder of pictures, for models that need no other data.
        few: the result of `few_rows`.
    """
    cls = model_class(name)
    tiny = {key: value for key, value in vars(cls.TINY).items() if key not in FROM_DATA}
    settings = config(pictures, model=name, options=tiny, mirror=True, jitter=0.1)
    settings = dataclasses.replace(settings, **SETTINGS.get(name, SETTINGS.get(cls.kind, {})))
    return dataclasses.replace(settings, data=few.get(settings.data, settings.data), **changes)


def few_rows(folder: Path) -> dict[str, str]:
    """Write parts of starter data with smaller pictures, because all of them take long to read and to train on.

    Returns:
        the names of the parts by those of the data.
    """
    for name, wanted in (("emoji", ("split", "=", "train")), ("dance", ("clip", "in", ["run-0", "walk-0"]))):
        rows = pq.read_table(STARTER_FOLDER / f"{name}.parquet", filters=[wanted]).to_pylist()[:64]
        for row in rows:
            row |= {key: {"bytes": _smaller(value["bytes"])} for key, value in row.items() if isinstance(value, dict)}
        pq.write_table(pa.Table.from_pylist(rows), folder / f"{name}.parquet")
    return {"emoji": f"{folder}/emoji.parquet:color", "dance": f"{folder}/dance.parquet"}


def draw_few(patch: pytest.MonkeyPatch) -> None:
    """Make data that are drawn have few pictures, because all of them take long to draw."""
    patch.setattr(synthetic_digits, "synthetic", partial(synthetic_digits.synthetic, copies=1))
    patch.setattr(peeps, "FACES", {"train": 96, "test": 24})


def _smaller(picture: bytes) -> bytes:
    """A picture of 32x32 pixels."""
    content = io.BytesIO()
    Image.open(io.BytesIO(picture)).convert("RGB").resize((32, 32)).save(content, "PNG")
    return content.getvalue()


def measured(folder: Path, n: int) -> Path:
    """Write a folder of pictures with a test split and return it."""
    for split in ("train", "test"):
        (folder / split).mkdir(parents=True)
        for i in range(n):
            Image.effect_noise((32, 32), 20 + i).save(folder / split / f"{i}.png")
    return folder


def same(one: Any, two: Any) -> bool:
    """Return True if both are equal to the last bit; compares dictionaries and lists recursively."""
    if isinstance(one, dict):
        return one.keys() == two.keys() and all(same(one[key], two[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(two) and all(map(same, one, two))
    return torch.equal(one, two) if isinstance(one, torch.Tensor) else one == two
