"""Commands: train."""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
import typing
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from gan_zoo.cli.tables import number, whole_number
from gan_zoo.config import config_help
from gan_zoo.errors import UserError, unknown
from gan_zoo.models.registry import list_models, model_class
from gan_zoo.training.recipes import RECIPES

# The exit code of an interrupted run, which shells use for Ctrl-C.
INTERRUPTED = 130
# No machine has more processor threads.
MOST_THREADS = 1_024
# How options with numbers are read.
NUMBERS: dict[Any, Callable[[str], Any]] = {int: whole_number, float: number}


def add(commands: Any, arguments: Sequence[str]) -> None:
    """Add the parser of `train`, with the options of the model that `arguments` name."""
    command = commands.add_parser(
        "train",
        help="train a model, or resume a run",
        epilog="With a model's name before -h, the model's own options are shown too.",
    )
    _add_train_arguments(command, _named_model(arguments))
    command.set_defaults(run=_train)


def _named_model(arguments: Sequence[str]) -> str:
    """The name of the model in a `train` command, read before parsing because the options depend on it; empty if none."""
    words = list(arguments[1:]) if arguments[:1] == ["train"] else []
    if words and not words[0].startswith("-"):
        return words[0]
    if "--recipe" in words[:-1]:
        return str(RECIPES.get(words[words.index("--recipe") + 1], {}).get("model", ""))
    return ""


def _add_train_arguments(command: argparse.ArgumentParser, model: str) -> None:
    from gan_zoo.training.config import TrainConfig

    command.add_argument("model", nargs="?", help=f"one of {', '.join(list_models())}")
    command.add_argument("--recipe", help=f"start from the settings of {', '.join(RECIPES)}")
    command.add_argument("--name", help="name of the run (default: MODEL-DATA, or the recipe's)")
    command.add_argument("--runs", type=Path, default=Path("runs"), help="folder of the runs (default: runs)")
    command.add_argument("--resume", action="store_true", help="resume the run")
    command.add_argument("--threads", type=whole_number, help="processor threads to use (default: all)")
    command.add_argument("--quiet", action="store_true", help="no progress bar")
    command.add_argument(
        "--push", metavar="USER/NAME", help="upload log and grids to this repository on the Hub during the training"
    )
    _add_fields(command, TrainConfig, skip=("model", "options"))
    if model in list_models():
        group = command.add_argument_group(f"options of {model}")
        _add_fields(group, model_class(model).Config, prefix="option.")


def _add_fields(group: Any, config_class: type[Any], skip: Sequence[str] = (), prefix: str = "") -> None:
    """Add a command line option for every field of a config dataclass, with its docstring as the help."""
    texts, hints = config_help(config_class), typing.get_type_hints(config_class)
    for f in dataclasses.fields(config_class):
        if f.name in skip:
            continue
        hint, flag = hints[f.name], "--" + f.name.replace("_", "-")
        keywords: dict[str, Any] = {"dest": prefix + f.name, "help": texts[f.name], "default": argparse.SUPPRESS}
        if f.default not in (dataclasses.MISSING, 0, 0.0, False):
            keywords["help"] += f" (default: {f.default})"
        if hint is bool:
            keywords["action"] = argparse.BooleanOptionalAction
        elif typing.get_origin(hint) is dict:
            keywords |= {"type": _rate, "nargs": "+", "metavar": "NETWORK=RATE"}
        elif typing.get_origin(hint) is typing.Literal:
            keywords["choices"] = typing.get_args(hint)
        elif typing.get_origin(hint) is tuple:
            keywords |= {"type": NUMBERS.get(inner := typing.get_args(hint)[0], inner), "nargs": "+", "metavar": "N"}
        else:
            keywords |= {"type": NUMBERS.get(hint, hint), "metavar": "N" if hint in NUMBERS else f.name.upper()}
        group.add_argument(flag, **keywords)


def _rate(text: str) -> tuple[str, float]:
    network, sign, rate = text.rpartition("=")
    if not sign:
        raise argparse.ArgumentTypeError(f"'{text}' is no NETWORK=RATE, such as generator=1e-4")
    return network, number(rate)


def _train(options: argparse.Namespace) -> int:
    from contextlib import nullcontext

    import torch

    from gan_zoo.config import build_config
    from gan_zoo.data.reading import source_of
    from gan_zoo.hub import run_mirror
    from gan_zoo.hub.repository import load
    from gan_zoo.models.classifier import Classifier
    from gan_zoo.runs.run import Run
    from gan_zoo.training.config import TrainConfig
    from gan_zoo.training.loop import saved_settings, train

    if options.recipe is not None and options.recipe not in RECIPES:
        raise unknown("recipe", options.recipe, RECIPES)
    recipe = dict(RECIPES[options.recipe]) if options.recipe else {}
    given = {f.name: getattr(options, f.name) for f in dataclasses.fields(TrainConfig) if hasattr(options, f.name)}
    given = {key: value for key, value in given.items() if value is not None}
    if "learning_rates" in given:
        given["learning_rates"] = dict(given["learning_rates"])
    chosen = {k.removeprefix("option."): v for k, v in vars(options).items() if k.startswith("option.")}
    asked = recipe | given
    name = options.name or options.recipe
    if name is None and "model" in asked and "data" in asked:
        name = f"{asked['model']}-{Path(asked['data'].replace(':', '-')).stem}"
    run = Run(options.runs / (name or ""))
    # A run stores its own settings, so its name is enough to resume it.
    saved = saved_settings(run) if options.resume and name and run.config.exists() else {}
    values = saved | asked | {"options": saved.get("options", {}) | recipe.get("options", {}) | chosen}
    if recipe and not given.get("data") and not saved and not (source_of(recipe["data"]) or Path(recipe["data"]).exists()):
        raise UserError(f"the pictures of '{options.recipe}' don't ship: name their folder with --data", "usage")
    for needed, how in (("model", "a model"), ("data", "--data")):
        if needed not in values:
            raise UserError(f"train needs {how}: for example 'gan-zoo train dcgan --data digits'", "usage")
    model_class(values["model"])
    config = build_config(TrainConfig, values, "train")
    if options.threads is not None:
        if not 1 <= options.threads <= MOST_THREADS:
            raise UserError(f"--threads is {options.threads}; it must be from 1 to {MOST_THREADS}", "usage")
        torch.set_num_threads(options.threads)
    features: Classifier | None = None
    if config.metrics_every:
        network = load(name := config.features or f"features-{config.data}")
        if not isinstance(network, Classifier):
            raise UserError(f"'{name}' is a {network.kind}, and measures nothing: name a classifier", "wrong_kind", name=name)
        features = network
    # Only the first of several processes uploads to the Hub.
    push = options.push and os.environ.get("RANK", "0") == "0"
    with run_mirror.Push(run, options.push, lambda said: print(said, file=sys.stderr)) if push else nullcontext():
        ending = train(config, run, options.resume, options.quiet, features)
    if not options.quiet:
        print(f"{run.folder}: {ending}{'' if ending == 'complete' else '; go on with --resume'}")
    return INTERRUPTED if ending == "interrupted" else 0
