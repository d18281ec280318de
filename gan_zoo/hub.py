"""Weights folders: what passes between training and the gallery, and is, file for file, a repository on the Hub.

model.safetensors    the published networks, EMA weights, 16 or 8 bits a number
config.json          the card: model, config, data, training, measured metrics
README.md            the model card, written from config.json
log.jsonl            the log of the run
grids.webp           its sample grids as one animated picture
"""

from __future__ import annotations

import dataclasses
import math
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float
from PIL import Image
from torch import Tensor

from gan_zoo import images
from gan_zoo.errors import UserError, unknown
from gan_zoo.registry import Model, create_model, model_class
from gan_zoo.runlog import Run, read_json, write_atomically, write_json

Card = dict[str, Any]
REPOSITORY_WEIGHTS = Path(__file__).parent.parent / "weights"
# The animation in a card: frames, and the most pixels of one; it would weigh more than the weights.
ANIMATION_FRAMES, ANIMATION_PIXELS = 24, 160_000
# How long each of its frames is shown; the last one stays for a while.
FRAME_MILLISECONDS, LAST_MILLISECONDS = 400, 2_000
# What a card tells of the data, and what it says where a run or a card of before doesn't.
OF_DATA: Card = {"classes": [], "attributes": {}, "source": {}, "pairs": "", "palette": [], "counts": []}
# How numbers of so many bits are stored.
BITS = {8: torch.int8, 16: torch.float16, 32: torch.float32}
SCALE = ":scale"
# How a model card shows what a kind is for, after the line that loads it.
USE = {
    "sampler": ["pictures = model.sample(model.latent(16))  # 16 c h w in [-1, 1]"],
    "translator": ["pictures = model.translate(images)  # n ci h w to n c h w, both in [-1, 1]"],
}


def weights_roots() -> list[Path]:
    """The folders in which weights are looked for: `$GAN_ZOO_WEIGHTS`, `./weights`, and the repository's own."""
    roots = [Path(os.environ["GAN_ZOO_WEIGHTS"])] if "GAN_ZOO_WEIGHTS" in os.environ else []
    return list(dict.fromkeys(root.resolve() for root in [*roots, Path("weights"), REPOSITORY_WEIGHTS]))


def list_weights() -> dict[str, Path]:
    """Every weights folder by name; where two roots have the same name, the first root counts."""
    folders = [folder for root in reversed(weights_roots()) for folder in sorted(root.glob("*/"))]
    return dict(sorted({folder.name: folder for folder in folders if (folder / "config.json").is_file()}.items()))


def find(name: str) -> Path:
    """The weights folder called `name`; raises `UserError` with the close names."""
    weights = list_weights()
    if name not in weights:
        raise unknown("weights", name, weights)
    return weights[name]


def read_card(folder: Path) -> Card:
    """A weights folder's config.json; raises `UserError` where it is missing, damaged or lacks what a load needs."""
    card = read_json(folder / "config.json")
    missing = [key for key in ("model", "config", "published") if not isinstance(card, dict) or key not in card]
    if missing:
        raise UserError(f"{folder / 'config.json'} lacks {', '.join(missing)}: it is not a weights folder's", "damaged_file")
    kind = model_class(card["model"]).kind
    return {"name": folder.name, "kind": kind, "metrics": {}, **OF_DATA, **card}


def published_state(model: Model, published: tuple[str, ...] | list[str]) -> dict[str, Tensor]:
    """The part of the state dict that belongs to the `published` networks."""
    return {key: value for key, value in model.state_dict().items() if key.partition(".")[0] in published}


def load(name: str | Path, device: str | torch.device = "cpu") -> Model:
    """The model of a weights folder, by name or path, in eval mode and float32.

    Networks that the folder doesn't publish (often the discriminator) are not there.

    Raises:
        UserError: there is no such folder, or its files are damaged or don't belong together.
    """
    folder = name if isinstance(name, Path) else find(name)
    card = read_card(folder)
    with torch.device("meta"):  # shapes without memory: what isn't published is never there
        model = create_model(card["model"], **card["config"])
    expected = published_state(model, card["published"])
    state = _read_tensors(folder / "model.safetensors")
    shapes, expected_shapes = ({key: value.shape for key, value in tensors.items()} for tensors in (state, expected))
    differing = sorted({key for key, _ in shapes.items() ^ expected_shapes.items()})
    if differing:
        raise UserError(
            f"{folder / 'model.safetensors'} doesn't fit the {card['model']} of its config.json "
            f"({len(differing)} tensors differ, the first is '{differing[0]}'): it belongs to another model; fetch it again",
            "wrong_weights",
            name=folder.name,
        )
    for network, _ in list(model.named_children()):
        if network not in card["published"]:
            delattr(model, network)
    # Into float32 where the model has it; `assign` puts the tensors in the place of the shapes.
    model.load_state_dict({key: value.to(expected[key].dtype) for key, value in state.items()}, assign=True)
    return model.eval().requires_grad_(False).to(device)


def _pack(state: Mapping[str, Tensor], bits: int) -> dict[str, Tensor]:
    """Tensors as a file holds them, on the CPU; of 8 bits each row has its own scale, beside it under `SCALE`.

    A row's largest number becomes 127 (Krishnamoorthi 2018, https://arxiv.org/abs/1806.08342, section 2.3).
    """
    packed = {}
    for key, value in state.items():
        if value.is_floating_point() and value.ndim > 1:
            if bits == 8:
                scale = value.float().flatten(1).abs().amax(1).clamp(min=1e-30) / 127
                packed[key + SCALE] = scale
                value = (value.float() / _along_rows(scale, value)).round()
            value = value.to(BITS[bits])
        packed[key] = value
    return {key: value.cpu().contiguous() for key, value in packed.items()}


def _unpack(packed: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors that were packed."""
    scales = {key.removesuffix(SCALE): value for key, value in packed.items() if key.endswith(SCALE)}
    return {
        key: value * _along_rows(scales[key], value) if value.dtype == BITS[8] else value
        for key, value in packed.items()
        if not key.endswith(SCALE)
    }


def _along_rows(scale: Float[Tensor, "n"], value: Tensor) -> Tensor:
    return scale.view(-1, *[1] * (value.ndim - 1))


def _read_tensors(path: Path) -> dict[str, Tensor]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return _unpack(load_file(path))
    except FileNotFoundError as error:
        raise UserError(f"{path} is missing", "missing_file", name=path.parent.name) from error
    except (SafetensorError, OSError, KeyError, RuntimeError) as error:
        raise UserError(f"{path} is damaged ({error}): fetch it again", "damaged_weights", name=path.parent.name) from error


def save_weights(model: Model, folder: Path, info: Mapping[str, Any], more: Sequence[str] = (), bits: int = 16) -> None:
    """Write `model` as a weights folder; `info` goes into the card (data, classes, training, metrics, ...).

    Args:
        more: networks that are published beside the model's `PUBLISHED`, such as the discriminator.
        bits: of each number in a matrix or kernel, as `BITS` has them; vectors (norms, biases) stay in float32: they
            weigh nothing.
    """
    from safetensors.torch import save

    published = [*model.PUBLISHED, *more]
    state = _pack(published_state(model, published), bits)
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
    """Write config.json and the model card that says the same."""
    import gan_zoo

    card = {"gan_zoo": gan_zoo.__version__, "kind": model_class(card["model"]).kind, **card}
    card.pop("name", None)  # the folder's name is the name
    write_json(folder / "config.json", card)
    text = model_card(folder.name, card, (folder / "grids.webp").exists())
    write_atomically(folder / "README.md", lambda path: path.write_text(text, encoding="utf-8"))


def load_run(run: Run) -> Model:
    """The model of a run with its EMA weights, in eval mode, as `export_run` publishes it."""
    saved = read_json(run.config)
    model = create_model(saved["model"], **saved["options"])
    model.load_state_dict(run.read_checkpoint()["ema"])
    return model.eval().requires_grad_(False)


def export_run(run: Run, folder: Path, more: Sequence[str] = (), bits: int = 16, best: bool = False) -> None:
    """Publish a run as a weights folder: the EMA weights, the card, the log, the grids as one animation.

    Args:
        more: networks to publish beside the model's `PUBLISHED`, such as `discriminator`.
        bits: as in `save_weights`.
        best: the state of the lowest FID that was measured, rather than the last.

    Raises:
        UserError: the run is not there, or its model has no such network.
    """
    saved = read_json(run.config)
    checkpoint = run.read_checkpoint(best)
    model = create_model(saved["model"], **saved["options"])
    model.load_state_dict(checkpoint["ema"])
    for network in more:
        if network not in dict(model.named_children()):
            raise UserError(f"a {model.name} has no {network} to publish", "no_network")
    grids = _thin(list(run.grid_paths().items()), ANIMATION_FRAMES)
    if grids:
        frames = [Image.open(path) for _, path in grids]
        for frame in frames:
            share = min(1.0, math.sqrt(ANIMATION_PIXELS / (frame.width * frame.height)))
            frame.thumbnail((round(frame.width * share), round(frame.height * share)))
        animated = images.animation(
            frames, [FRAME_MILLISECONDS] * (len(frames) - 1) + [LAST_MILLISECONDS], quality=25, effort=6
        )
        write_atomically(folder / "grids.webp", lambda path: path.write_bytes(animated))
    if run.log.exists():
        write_atomically(folder / "log.jsonl", lambda path: shutil.copyfile(run.log, path))
    elsewhere = {*OF_DATA, "model", "data", "path", "device", "options"}
    training = {key: value for key, value in saved.items() if key not in elsewhere}
    info = {
        "data": saved["data"],
        **{key: saved.get(key, nothing) for key, nothing in OF_DATA.items()},
        "training": {**training, "steps": checkpoint["step"], "seconds": round(checkpoint["seconds"])},
        "grids": [step for step, _ in grids],
    }
    save_weights(model, folder, info, more, bits)


def _thin(items: list[Any], most: int) -> list[Any]:
    """At most `most` of the items, evenly spread, the first and the last among them."""
    if len(items) <= most:
        return items
    return [items[round(i * (len(items) - 1) / (most - 1))] for i in range(most)]


def model_card(name: str, card: Card, animated: bool) -> str:
    """The README.md of a weights folder, in English and Japanese, with the front matter that the Hub reads."""
    training, source = card.get("training", {}), card.get("source", {})
    data = card.get("data", "")
    lines = [
        "---",
        "library_name: gan-zoo",
        "license: apache-2.0",
        "tags:",
        *[f"- {tag}" for tag in ("gan-zoo", card["model"], card["kind"])],
        "---",
        "",
        f"# {name}",
        "",
        f"A `{card['model']}` trained on `{data}` by [GAN Zoo](../../README.md). `{data}` で学習した `{card['model']}` です。",
        "",
    ]
    if note := card.get("note"):
        lines += [note, ""]
    if animated:
        lines += ["![from the first step to the last](grids.webp)", ""]
    if metrics := card.get("metrics"):
        lines += ["## Measured / 測定値", "", *_metrics_table(metrics), ""]
        if features := card.get("features"):
            lines += [f"KID is over the features of `{features}`. KID は `{features}` の特徴量によります。", ""]
    if training:
        cost = f"{training['steps']:,} steps of {training['batch_size']} pictures, {training['seconds'] / 60:.0f} minutes"
        lines += [
            "## Training / 学習",
            "",
            f"- {cost}, {training['precision']}, {training['processes']} process(es) on {training['hardware']}",
            f"- {card['parameters']:,} parameters, EMA {training['ema']}, seed {training['seed']}",
            *([f"- it started from the weights of the run `{Path(start).name}`"] if (start := training.get("start")) else []),
            f"- data: {'; '.join([data, *source.values()])}",
            *([_counts_line(*counts)] if (counts := card.get("counts")) else []),
            "",
        ]
    lines += [
        "## Use / 使い方",
        "",
        "```python",
        "import gan_zoo",
        "",
        f'model = gan_zoo.load("{name}")',
        *USE.get(card["kind"], ()),
        "```",
        "",
    ]
    return "\n".join(lines)


def _counts_line(inputs: int, targets: int) -> str:
    return (
        f"- in crops from {targets} pictures of the wanted kind and {inputs} of the other, no pairs: it can't know more of "
        f"a style than these show. 望みの画風 {targets} 枚と元の {inputs} 枚から切り出して学習しました (対なし)。"
    )


def _metrics_table(metrics: Mapping[str, Mapping[str, float]]) -> list[str]:
    """A Markdown table with a row for each thing measured in the same run."""
    columns = list(dict.fromkeys(key for row in metrics.values() for key in row))
    rows = [[name, *(f"{row[key]:.4g}" if key in row else "" for key in columns)] for name, row in metrics.items()]
    return ["| " + " | ".join(r) + " |" for r in [["", *columns], ["---"] * (len(columns) + 1), *rows]]
