"""Trainings that the page starts and steers: everything is chosen from lists, nothing is ever a path."""

from __future__ import annotations

import dataclasses
import os
import shutil
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from demos.shared import requests
from demos.training import presentation
from demos.training.viewer import runs_folder
from gan_zoo import Gallery, Run, TrainConfig, export_run, list_models, list_weights, model_class
from gan_zoo.files import write_atomically
from gan_zoo.hub import client
from gan_zoo.hub import repository as hub
from gan_zoo.runs import recording
from gan_zoo.training import launch, sabotage
from gan_zoo.weights.store import find

Asked = Mapping[str, Any]
MODELS = [name for kind in ("sampler", "autoencoder", "density") for name in list_models(kind)]
# Pictures that ship, and the size they are learnt at where that is not their own.
DATA: dict[str, int] = {"digits": 0, "kana": 32, "faces": 0, "emoji": 64, "emoji3d": 64, "objects": 64, "pictures": 64}
BATCHES = (2, 4, 8, 16, 32, 64, 128)
# 0 is for all there are, and for what the model has by itself.
PICTURES = (0, 8, 32, 128, 512)
WIDTHS = (0, 8, 16, 32, 64)
NORMS = ("", "batch", "none")
RATES = (0.0, 1e-7, 1e-6, 1e-5, 5e-5, 1e-4, 2e-4, 4e-4, 8e-4, 1e-3, 1.6e-3, 4e-3, 1e-2, 5e-2)
UPDATES = (1, 2, 3, 5, 10)
# The weights of a term in the loss, as the slider has them.
WEIGHTS = (0.0, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
MINUTES = (1, 2, 5, 10, 30, 60, 180)
AUGMENTATIONS: dict[str, dict[str, Any]] = {
    "augment_none": {},
    "augment_mirror": {"mirror": True},
    "augment_jitter": {"jitter": 0.1},
}
# Ticks between two measurements.
MEASURED_EVERY = 5
# Steps between two pictures, so that there is one every few seconds; a perceptron's steps take little.
TICKS, TICK = {"mlp_gan": 40}, 25
# More steps than any time limit lets through.
MOST_STEPS = 1_000_000
# Gigabytes that must be free on the disk.
FREE = 2


def losses(model: str) -> list[str]:
    """The adversarial losses that a model can be trained with; none where it has its own."""
    hint = typing.get_type_hints(model_class(model).Config).get("loss")
    return list(typing.get_args(hint))


def _side(network: str) -> str:
    """The field of the form that has a network's rate: where there is no opponent, all go by the generator's."""
    return network if network == "discriminator" else "generator"


def usual(model: str) -> dict[str, float]:
    """A model's own learning rates, by the field of the form."""
    return {_side(network): rate for network, rate in model_class(model).LEARNING_RATES.items()}


def knobs() -> dict[str, list[str]]:
    """For each part of the form that not all models have, those that do."""
    fields = {name: {field.name for field in dataclasses.fields(model_class(name).Config)} for name in MODELS}
    return {
        "generator": [name for name in MODELS if usual(name).keys() - {"discriminator"}],
        "discriminator": [name for name in MODELS if "discriminator" in usual(name)],
        "updates": [name for name in MODELS if model_class(name).DISCRIMINATOR_STEPS],
        "weight": [name for name in MODELS if model_class(name).LOSS_WEIGHT],
        "width": [name for name in MODELS if "width" in fields[name]],
        "norm": [name for name in MODELS if "norm" in fields[name]],
    }


KNOBS = knobs()


def measurable() -> list[str]:
    """The data whose samples can be measured while they are learnt: their feature network takes pictures of that size."""
    weights = list_weights()
    return [data for data, size in DATA.items() if not size and f"features-{data}" in weights]


def form(config: TrainConfig) -> Asked:
    """The values of the form that ask for `config`."""
    options = config.options
    return {
        "model": config.model, "data": config.data, "batch": config.batch_size, **config.learning_rates, "updates": 1,
        "loss": options.get("loss", ""), "width": options.get("width", 0), "norm": options.get("norm", ""),
        "weight": 1.0, "pictures": config.pictures, "augment": "augment_none", "minutes": int(config.minutes), "metrics": False,
    }  # fmt: skip


# The presets of the form; it starts from the first.
PRESETS = {f"preset_{name}": form(preset.config) for name, preset in sabotage.PRESETS.items()}


def chosen(asked: Asked) -> TrainConfig:
    """The training that the form asks for; raises `UserError` for what isn't in the lists."""
    model, data = one_of(asked.get("model"), MODELS), one_of(asked.get("data"), tuple(DATA))
    options: dict[str, Any] = {"size": DATA[data]} if DATA[data] else {}
    if loss := one_of(asked.get("loss"), ("", *losses(model))):
        options["loss"] = loss
    updates, width = one_of(asked.get("updates"), UPDATES), one_of(asked.get("width"), WIDTHS)
    norm, pictures = one_of(asked.get("norm"), NORMS), one_of(asked.get("pictures"), PICTURES)
    if model in KNOBS["updates"]:
        options[model_class(model).DISCRIMINATOR_STEPS] = updates
    if model in KNOBS["width"] and width:
        options["width"] = width
    if model in KNOBS["weight"]:
        options[model_class(model).LOSS_WEIGHT] = one_of(asked.get("weight"), WEIGHTS)
    if model in KNOBS["norm"] and norm:
        options["norm"] = norm
    measured = asked.get("metrics") is True and data in measurable()
    if measured and pictures:
        raise requests.mistake("few_to_measure")
    if model == "mlp_gan":
        options["dropout"] = 0.0  # with it, the discriminator is the weaker of the two
    return TrainConfig(
        model, data, options, steps=MOST_STEPS, minutes=one_of(asked.get("minutes"), MINUTES),
        batch_size=one_of(asked.get("batch"), BATCHES), tick=TICKS.get(model, TICK), pictures=pictures,
        metrics_every=MEASURED_EVERY if measured else 0,
        learning_rates={network: one_of(asked.get(_side(network)), RATES) for network in model_class(model).LEARNING_RATES},
        **AUGMENTATIONS[one_of(asked.get("augment"), tuple(AUGMENTATIONS))],
    )  # fmt: skip


def one_of(value: Any, values: typing.Sequence[Any]) -> Any:
    """A value from a list; raises `UserError` for any other, which may be anything at all."""
    if isinstance(value, bool) or value not in values:
        raise requests.mistake("bad_choice")
    return value


def start(asked: Asked) -> str:
    """Start what the form asks for; returns the name of the run."""
    config = chosen(asked)
    return launched(config, f"{config.model}-{config.data}")


def launched(config: TrainConfig, stem: str) -> str:
    """Start a training; returns the name of the run, which begins with `stem`."""
    runs = runs_folder()
    check_disk()
    number = next(n for n in range(1, 100_000) if not (runs / f"{stem}-{n}").exists())
    return launch.start(config, runs, f"{stem}-{number}").folder.name


def publish(asked: Asked, gallery: Gallery) -> str:
    """Make weights of a run of this machine; returns their name, by which the gallery has them from now on."""
    run = _run(asked.get("name"))
    check_disk()
    names, stem = list_weights(), run.folder.name
    name = next(name for n in range(1, 100_000) if (name := stem if n == 1 else f"{stem}-{n}") not in names)
    networks = model_class(recording.Recording(run).settings().get("model", "")).LEARNING_RATES
    more = [network for network in networks if network == "discriminator"]
    export_run(run, Path(os.environ.get("GAN_ZOO_WEIGHTS", "weights")) / name, more, best=run.best.exists())
    write_atomically(presentation.published_file(run), lambda path: path.write_text(name, encoding="utf-8"))
    gallery.refresh()
    return name


def push(asked: Asked) -> str:
    """Send the weights that a run has become to a repository on the Hub; returns their address.

    Raises:
        UserError: there are none yet, nobody has logged in to the Hub on this machine, or the Hub refuses.
    """
    name, repository = presentation.published(_run(asked.get("name"))), asked.get("repository")
    if not name:
        raise requests.mistake("not_published")
    client.checked(repository if isinstance(repository, str) else "")
    if not client.has_token():
        raise requests.mistake("no_token")
    return hub.push(find(name), repository, private=asked.get("private") is not False)


def steer(asked: Asked) -> str:
    """Do to a run what is asked; returns its name. Raises `UserError` where there is no such run, or it can't be done."""
    run = _run(asked.get("name"))
    match asked.get("do"):
        case "pause" | "go on" | "step" | "tick" | "stop" as wish:
            launch.ask(run, wish)
        case "rates":
            rates = asked.get("rates")
            if not isinstance(rates, Mapping):
                raise requests.mistake("bad_choice")
            updates, weight = one_of(asked.get("updates", 0), (0, *UPDATES)), one_of(asked.get("weight"), (None, *WEIGHTS))
            launch.adjust(run, {str(k): requests.number(v, 0, 10, "bad_control") for k, v in rates.items()}, updates, weight)
        case "resume":
            check_disk()
            launch.resume(run)
        case _:
            raise requests.mistake("bad_choice")
    return run.folder.name


def _run(name: Any) -> Run:
    known = launch.list_runs(runs_folder())
    if not isinstance(name, str) or name not in known:
        raise requests.mistake("no_run_here")
    return known[name]


def check_disk() -> None:
    """Raise `UserError` where too little of the disk is free for a run."""
    runs = runs_folder()
    runs.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(runs).free < FREE * 1e9:
        raise requests.mistake("little_disk", most=FREE)
