"""Trainings that the page starts and steers: everything is chosen from lists, nothing is ever a path."""

from __future__ import annotations

import shutil
import typing
from collections.abc import Mapping
from typing import Any

from demos import ui
from demos.training.watching import runs_folder
from gan_zoo import Run, TrainConfig, list_models, live, model_class

Asked = Mapping[str, Any]
MODELS = list_models("sampler")
WITH_DISCRIMINATOR_STEPS = frozenset(name for name in MODELS if model_class(name).DISCRIMINATOR_STEPS)
# Pictures that ship, and the size they are learnt at where that is not their own.
DATA: dict[str, int] = {"digits": 0, "kana": 32, "faces": 0, "emoji": 64, "emoji3d": 64, "objects": 64, "pictures": 64}
BATCHES = (2, 4, 8, 16, 32, 64, 128)
RATES = (0.0, 1e-7, 1e-6, 1e-5, 5e-5, 1e-4, 2e-4, 4e-4, 8e-4, 1.6e-3, 4e-3, 1e-2, 5e-2)
UPDATES = (1, 2, 3, 5, 10)
MINUTES = (1, 2, 5, 10, 30, 60, 180)
AUGMENTATIONS: dict[str, dict[str, Any]] = {
    "augment_none": {},
    "augment_mirror": {"mirror": True},
    "augment_jitter": {"jitter": 0.1},
}
# What the page's form starts from: what is fast to look at.
FAIR: dict[str, Any] = {
    "model": "mlp_gan", "data": "digits", "batch": 128, "generator": 8e-4, "discriminator": 1.6e-3, "updates": 1,
    "loss": "", "augment": "augment_none", "minutes": 5,
}  # fmt: skip
# Each spoils one thing about it.
PRESETS: dict[str, dict[str, Any]] = {
    "preset_fair": FAIR,
    "preset_weak": {**FAIR, "batch": 64, "discriminator": 1e-6},
    "preset_saturating": {**FAIR, "batch": 64, "generator": 2e-4, "discriminator": 4e-3, "loss": "saturating"},
    "preset_blind": {**FAIR, "batch": 64, "discriminator": 0.0},
    "preset_tiny": {**FAIR, "batch": 2},
    "preset_wild": {**FAIR, "generator": 5e-2, "discriminator": 5e-2},
    "preset_asleep": {**FAIR, "generator": 1e-7, "discriminator": 1e-7},
}
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


def chosen(asked: Asked) -> TrainConfig:
    """The training that the form asks for; raises `UserError` for what isn't in the lists."""
    model, data = _one_of(asked.get("model"), MODELS), _one_of(asked.get("data"), tuple(DATA))
    options: dict[str, Any] = {"size": DATA[data]} if DATA[data] else {}
    if loss := _one_of(asked.get("loss"), ("", *losses(model))):
        options["loss"] = loss
    updates = _one_of(asked.get("updates"), UPDATES)
    if model in WITH_DISCRIMINATOR_STEPS:
        options[model_class(model).DISCRIMINATOR_STEPS] = updates
    if model == "mlp_gan":
        options["dropout"] = 0.0  # with it, the discriminator is the weaker of the two
    return TrainConfig(
        model, data, options, steps=MOST_STEPS, minutes=_one_of(asked.get("minutes"), MINUTES),
        batch_size=_one_of(asked.get("batch"), BATCHES), tick=TICKS.get(model, TICK),
        learning_rates={network: _one_of(asked.get(network), RATES) for network in model_class(model).LEARNING_RATES},
        **AUGMENTATIONS[_one_of(asked.get("augment"), tuple(AUGMENTATIONS))],
    )  # fmt: skip


def _one_of(value: Any, values: typing.Sequence[Any]) -> Any:
    if isinstance(value, bool) or value not in values:
        raise ui.mistake("bad_choice")
    return value


def start(asked: Asked) -> str:
    """Start what the form asks for; returns the name of the run."""
    config, runs = chosen(asked), runs_folder()
    _check_disk()
    stem = f"{config.model}-{config.data}"
    number = next(n for n in range(1, 100_000) if not (runs / f"{stem}-{n}").exists())
    return live.start(config, runs, f"{stem}-{number}").folder.name


def steer(asked: Asked) -> str:
    """Do to a run what is asked; returns its name. Raises `UserError` where there is no such run, or it can't be done."""
    run = _run(asked.get("name"))
    match asked.get("do"):
        case "pause" | "go on" | "step" | "tick" | "stop" as wish:
            live.ask(run, wish)
        case "rates":
            rates = asked.get("rates")
            if not isinstance(rates, Mapping):
                raise ui.mistake("bad_choice")
            updates = _one_of(asked.get("updates", 0), (0, *UPDATES))
            live.adjust(run, {str(k): ui.number(v, 0, 10, "bad_control") for k, v in rates.items()}, updates)
        case "resume":
            _check_disk()
            live.resume(run)
        case _:
            raise ui.mistake("bad_choice")
    return run.folder.name


def _run(name: Any) -> Run:
    known = live.list_runs(runs_folder())
    if not isinstance(name, str) or name not in known:
        raise ui.mistake("no_run_here")
    return known[name]


def _check_disk() -> None:
    runs = runs_folder()
    runs.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(runs).free < FREE * 1e9:
        raise ui.mistake("little_disk", most=FREE)
