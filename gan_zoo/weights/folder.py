"""One weights folder: what passes between training and the gallery, and is, file for file, a repository on the Hub.

model.safetensors    the published networks, EMA weights, 16 or 8 bits a number
config.json          the card: model, config, data, training, measured metrics
README.md            the model card, written from config.json
log.jsonl            the log of the run
grids.webp           its sample grids as one animated picture
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from gan_zoo.errors import UserError
from gan_zoo.files import read_json, write_atomically, write_json
from gan_zoo.models.base import Model
from gan_zoo.models.registry import create_model, list_models, model_class
from gan_zoo.version import __version__
from gan_zoo.weights import model_card, quantize

Card = dict[str, Any]
# What may be in a folder, and the most bytes of each.
FILES = {
    "config.json": 10_000_000, "model.safetensors": 2_000_000_000, "README.md": 1_000_000,
    "log.jsonl": 200_000_000, "grids.webp": 50_000_000,
}  # fmt: skip
NEEDED = ("config.json", "model.safetensors")
# The animation in a card: frames, and the most pixels of one; it would weigh more than the weights.
ANIMATION_FRAMES, ANIMATION_PIXELS = 12, 160_000
# How long each of its frames is shown; the last one stays for a while.
FRAME_MILLISECONDS, LAST_MILLISECONDS = 400, 2_000
# What a card tells of the data, and what it says where a run or a card of before doesn't.
OF_DATA: Card = {"classes": [], "attributes": {}, "source": {}, "pairs": "", "palette": [], "counts": []}


def read_card(folder: Path) -> Card:
    """A weights folder's config.json.

    Raises:
        UserError: it is missing, damaged or lacks what a load needs, or its model is one of a later gan_zoo.
    """
    card = read_json(folder / "config.json")
    missing = [key for key in ("model", "config", "published") if not isinstance(card, dict) or key not in card]
    if missing:
        raise UserError(f"{folder / 'config.json'} lacks {', '.join(missing)}: it is not a weights folder's", "damaged_file")
    if card["model"] not in list_models():
        _check_version(folder.name, card, f"has no model '{card['model']}'")
    kind = model_class(card["model"]).kind
    return {"name": folder.name, "kind": kind, "metrics": {}, **OF_DATA, **card}


def _check_version(name: str, card: Card, lack: str) -> None:
    """Raises `UserError` with the version to install where a card was written by a later gan_zoo than this."""
    theirs, ours = str(card.get("gan_zoo", "")), __version__
    if _version(theirs) > _version(ours):
        raise UserError(
            f"'{name}' needs gan-zoo {theirs} or later: this is {ours}, which {lack}", "old_version", name=name, version=theirs
        )


def _version(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d{1,6}", text)[:3]]


def published_state(model: Model, published: tuple[str, ...] | list[str]) -> dict[str, Tensor]:
    """The part of the state dict that belongs to the `published` networks."""
    return {key: value for key, value in model.state_dict().items() if key.partition(".")[0] in published}


def load_folder(folder: Path, device: str | torch.device = "cpu") -> Model:
    """The model of a weights folder, in eval mode and float32; raises as `check_folder` does.

    Networks that the folder doesn't publish (often the discriminator) are not there.
    """
    model, card = _shapes_alone(folder)
    state = quantize.read(folder / "model.safetensors", published_state(model, card["published"]), model.DROPPED)
    for network, _ in list(model.named_children()):
        if network not in card["published"]:
            delattr(model, network)
    model.load_state_dict(state, assign=True)  # the tensors in the place of the shapes
    model.card = card
    return model.eval().requires_grad_(False).to(device)


def check_folder(folder: Path) -> None:
    """Whether a folder can be used, without reading its weights into memory.

    Raises:
        UserError: a file is missing, too large or no plain file, the card is damaged or of a model that isn't known here, or
            names, shapes or types of the tensors aren't those of that model.
    """
    for name, most in FILES.items():
        path = folder / name
        if not path.exists() and name not in NEEDED:
            continue
        if not path.is_file() or path.is_symlink():
            raise UserError(f"{path} is missing", "missing_file", name=folder.name)
        if path.stat().st_size > most:
            raise UserError(f"{path} is larger than {most // 1_000_000} MB: it is not a weights folder's", "large_weights")
    model, card = _shapes_alone(folder)
    quantize.check(folder / "model.safetensors", published_state(model, card["published"]), model.DROPPED)


def _shapes_alone(folder: Path) -> tuple[Model, Card]:
    """The model that a folder's card describes, with shapes and no memory, and the card."""
    card = read_card(folder)
    try:
        with torch.device("meta"):
            return create_model(card["model"], **card["config"]), card
    except UserError:
        _check_version(folder.name, card, f"knows other options of {card['model']}")
        raise


def save_weights(model: Model, folder: Path, info: Mapping[str, Any], more: Sequence[str] = (), bits: int = 16) -> None:
    """Write `model` as a weights folder; `info` goes into the card (data, classes, training, metrics, ...).

    Args:
        more: networks that are published beside the model's `PUBLISHED`, such as the discriminator.
        bits: of each number in a matrix or kernel, as `packing.BITS` has them; vectors (norms, biases) stay in float32:
            they weigh nothing.
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
    """Write config.json and the model card that says the same; what is hand-written in the latter stays."""
    card = {"gan_zoo": __version__, "kind": model_class(card["model"]).kind, **card}
    card.pop("name", None)  # the folder's name is the name
    write_json(folder / "config.json", card)
    write_readme(folder, card)


def write_readme(folder: Path, card: Card, name: str = "") -> None:
    """Write the model card of a folder anew; what is hand-written in it stays.

    Args:
        name: how `load` is told of the weights (default: the folder's name).
    """
    readme = folder / "README.md"
    before = readme.read_text(encoding="utf-8") if readme.exists() else ""
    text = model_card.readme(folder.name, card, (folder / "grids.webp").exists(), before, name)
    write_atomically(readme, lambda path: path.write_text(text, encoding="utf-8"))
