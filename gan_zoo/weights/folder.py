"""A weights folder: the training writes it, the gallery reads it, and a repository on the Hub has the same files.

model.safetensors    the published networks, EMA weights, 16 or 8 bits a number
config.json          the card: model, config, data, training, measured metrics
README.md            the model card, written from config.json
log.jsonl            the log of the run
grids.webp           its sample grids as one animated picture
model.onnx           the operations of the network without its weights, for browsers (see `browser.graph`)
back.onnx            those of the way back, if there is one
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from gan_zoo.entries import check_card
from gan_zoo.errors import UserError
from gan_zoo.files import read_json, write_atomically, write_json
from gan_zoo.models.base import Model
from gan_zoo.models.registry import create_model, list_models, model_class
from gan_zoo.version import __version__
from gan_zoo.weights import model_card, quantize

Card = dict[str, Any]
# The files that a folder may contain, with the largest allowed size of each, in bytes.
FILES = {
    "config.json": 10_000_000, "model.safetensors": 2_000_000_000, "README.md": 1_000_000,
    "log.jsonl": 200_000_000, "grids.webp": 50_000_000, "model.onnx": 5_000_000, "back.onnx": 5_000_000,
}  # fmt: skip
NEEDED = ("config.json", "model.safetensors")
# The largest number of frames of the animation, and of pixels in a frame. Without limits, it would be larger than the
# weights.
ANIMATION_FRAMES, ANIMATION_PIXELS = 12, 160_000
# The duration of each frame; the last one is shown longer.
FRAME_MILLISECONDS, LAST_MILLISECONDS = 400, 2_000
# The entries of a card that describe the data, with defaults for runs and cards of older versions.
DATA_DEFAULTS: Card = {"classes": [], "attributes": {}, "source": {}, "pairs": "", "palette": [], "counts": []}


def read_card(folder: Path) -> Card:
    """Return the card of a weights folder: its config.json, with defaults filled in.

    Raises:
        UserError: the file is missing or damaged, lacks a required entry, or names a model of a later version of gan_zoo.
    """
    card = check_card(read_json(folder / "config.json"), str(folder / "config.json"))
    if card["model"] not in list_models():
        _check_version(folder.name, card, f"has no model '{card['model']}'")
    kind = model_class(card["model"]).kind
    return {"name": folder.name, "kind": kind, "metrics": {}, **DATA_DEFAULTS, **card}


def read_sound_card(folder: Path) -> Card:
    """Return `read_card`, if the file of the weights is whole too. Only the header of that file is read.

    Raises:
        UserError: `read_card` raises it, or the weights are missing, cut off or damaged.
    """
    card = read_card(folder)
    quantize.header(folder / "model.safetensors")
    return card


def _check_version(name: str, card: Card, lack: str) -> None:
    """Raise `UserError` with the version to install if a later version of gan_zoo wrote the card."""
    theirs, ours = str(card.get("gan_zoo", "")), __version__
    if _version(theirs) > _version(ours):
        raise UserError(
            f"'{name}' needs gan-zoo {theirs} or later: this is {ours}, which {lack}; upgrade gan-zoo",
            "old_version",
            name=name,
            version=theirs,
        )


def _version(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d{1,6}", text)[:3]]


def published_state(model: Model, published: tuple[str, ...] | list[str]) -> dict[str, Tensor]:
    """Return the part of the state dict that belongs to the `published` networks."""
    return {key: value for key, value in model.state_dict().items() if key.partition(".")[0] in published}


def load_folder(folder: Path, device: str | torch.device = "cpu") -> Model:
    """Return the model of a weights folder, in eval mode and float32.

    The model lacks the networks that the folder doesn't publish, often the discriminator.

    Raises:
        UserError: the folder can't be used; see `check_folder`.
    """
    model, card = _model_without_weights(folder)
    path = folder / "model.safetensors"
    state = quantize.read(path, published_state(model, card["published"]), model.DROPPED)
    if broken := next((key for key, value in state.items() if not value.isfinite().all()), None):
        raise UserError(
            f"{path} holds numbers that are not finite ('{broken}'): fetch it again, or publish an earlier state of the run",
            "damaged_weights",
            name=folder.name,
        )
    for network, _ in list(model.named_children()):
        if network not in card["published"]:
            delattr(model, network)
    model.load_state_dict(state, assign=True)  # replaces the meta tensors
    model.card = card
    return model.eval().requires_grad_(False).to(device)


def check_folder(folder: Path) -> None:
    """Check that a folder can be used, without reading its weights into memory.

    Raises:
        UserError: a file is missing, too large or not a regular file; the card is damaged or names an unknown model; or the
            names, shapes or types of the tensors don't fit that model.
    """
    for name, most in FILES.items():
        path = folder / name
        if not path.exists() and name not in NEEDED:
            continue
        if not path.is_file() or path.is_symlink():
            raise UserError(f"{path} is missing or not a regular file: fetch it again", "missing_file", name=folder.name)
        if path.stat().st_size > most:
            raise UserError(
                f"{path} is larger than {most // 1_000_000} MB, the limit for this file: check the folder", "large_weights"
            )
    model, card = _model_without_weights(folder)
    quantize.check(folder / "model.safetensors", published_state(model, card["published"]), model.DROPPED)


def _model_without_weights(folder: Path) -> tuple[Model, Card]:
    """Return the model that a folder's card describes, on the meta device, and the card."""
    card = read_card(folder)
    try:
        with torch.device("meta"):
            return create_model(card["model"], **card["config"]), card
    except UserError:
        _check_version(folder.name, card, f"doesn't have these options of {card['model']}")
        raise


def save_weights(model: Model, folder: Path, info: Mapping[str, Any], more: Sequence[str] = (), bits: int = 16) -> None:
    """Write `model` as a weights folder; `info` goes into the card (data, classes, training, metrics, ...).

    Args:
        more: networks to publish in addition to the model's `PUBLISHED`, such as the discriminator.
        bits: 32, 16 or 8 bits for each number in a matrix or kernel. Vectors (norms, biases) stay in float32, because they
            are small.
    """
    from safetensors.torch import save

    published = [*model.PUBLISHED, *more]
    state = quantize.pack(published_state(model, published), bits)
    write_atomically(folder / "model.safetensors", lambda path: path.write_bytes(save(state)))
    write_card(
        folder,
        {
            "model": model.name,
            "config": dataclasses.asdict(model.config),
            "published": published,
            "parameters": sum(v.numel() for v in published_state(model, model.PUBLISHED).values()),
            **info,
        },
    )


def write_card(folder: Path, card: Card) -> None:
    """Write config.json and the model card. Hand-written text in the model card stays."""
    card = {"gan_zoo": __version__, "kind": model_class(card["model"]).kind, **card}
    card.pop("name", None)  # the name is that of the folder
    write_json(folder / "config.json", card)
    write_readme(folder, card)


def write_readme(folder: Path, card: Card, name: str = "") -> None:
    """Write the model card of a folder again. Hand-written text in it stays.

    Args:
        name: argument of `load` for these weights (default: the name of the folder).
    """
    readme = folder / "README.md"
    before = readme.read_text(encoding="utf-8") if readme.exists() else ""
    text = model_card.readme(folder.name, card, (folder / "grids.webp").exists(), before, name)
    write_atomically(readme, lambda path: path.write_text(text, encoding="utf-8"))
