"""Commands: evaluate, transfer, bench."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_zoo.cli.tables import print_table, seed, whole_number
from gan_zoo.data.catalogue import DATASETS
from gan_zoo.errors import UserError

if TYPE_CHECKING:
    from gan_zoo.data.names import DataName
    from gan_zoo.models.kinds import Translator

# The feature network for colour pictures of 128x128 whose data set has no feature network of its own.
FEATURES = "features-emoji"
WARNINGS = {
    "seen": "'{data}' has no test split, so these are pictures that the model learnt from, and the card says so; "
    "train with --hold-out 0.1 to keep some back",
    "unknown": "'{data}' has no test split: all its pictures are measured against",
}


def add(commands: Any) -> None:
    """Add the parsers of these commands, and set the function that each runs."""
    command = commands.add_parser(
        "evaluate", help="measure the quality of weights, and write it to their card unless that has more complete figures"
    )
    command.add_argument("name", help="name of the weights")
    command.add_argument("--data", help="data set to measure against (default: the one it was trained on)")
    command.add_argument(
        "--n",
        type=whole_number,
        default=5_000,
        help="samples to measure over (default: 5000); translators take all test pictures",
    )
    command.add_argument("--seed", type=seed, default=0, help="seed of the samples (default: 0)")
    command.add_argument(
        "--features", metavar="NAME", help=f"weights of the feature network (default: features-DATA, or {FEATURES})"
    )
    command.add_argument(
        "--hold-out", type=float, metavar="SHARE",
        help="for data without a test split: the share of the pictures to measure on, as it was kept back from the training",
    )  # fmt: skip
    command.add_argument(
        "--beside", nargs="*", default=[], metavar="NAME", help="translators to compare it with: weights, or folders of runs"
    )
    command.set_defaults(run=_evaluate)

    command = commands.add_parser(
        "transfer",
        help="measure classifiers that train on refined, synthetic and real pictures, and write the result to the card",
    )
    command.add_argument("name", help="name of a refiner's weights, such as simgan-digits")
    command.add_argument("--seeds", type=whole_number, default=2, help="classifiers for each row (default: 2)")
    command.set_defaults(run=_transfer)

    command = commands.add_parser("bench", help="measure the speed on this machine, and what it withstands")
    command.add_argument("what", nargs="*", help="what to measure (default: all that takes minutes)")
    command.add_argument("--hours", type=float, default=8.0, help="how long a soak lasts (default: 8)")
    command.set_defaults(run=_bench)


def _evaluate(options: argparse.Namespace) -> None:
    from gan_zoo.evaluation.evaluate import Subject, evaluate, features_of, reference
    from gan_zoo.hub.repository import load
    from gan_zoo.weights.folder import read_card, write_card
    from gan_zoo.weights.store import find, list_weights

    if options.n < 2:
        raise UserError(f"--n is {options.n}; it must be at least 2", "usage")
    folder = find(options.name)
    card = read_card(folder)
    if not (options.data or card.get("data")):
        raise UserError(f"nobody knows what '{options.name}' was trained on: name the data with --data", "usage")
    measured = reference(options.data or card["data"], card, options.hold_out)
    weights = list_weights()
    own = features_of(card["data"])
    fallback = FEATURES if card["kind"] in ("translator", "video", "captioned") else ""
    features = options.features or (own if own in weights else fallback)
    subject = Subject(
        options.name, load(folder), card, measured, features, weights, load, _translators(options.beside), options.n,
        options.seed,
    )  # fmt: skip
    if measured.measured in WARNINGS:
        print(WARNINGS[measured.measured].format(data=measured.data), file=sys.stderr)
    found = evaluate(subject)
    known = card["metrics"]
    lacking = sorted(name for name, row in known.items() if found.rows.get(name, {}).get("n", 0) < row.get("n", 0))
    told_apart = card.get("measured", {}).get("on") == "seen" and measured.measured != "seen"
    if lacking and not told_apart:  # a quick look must not replace figures that took more pictures
        print(f"{folder} keeps its figures, which cover more pictures or more models ({', '.join(lacking)})")
    else:
        about = {"measured": {"data": _shown(measured.data), "on": measured.measured}}
        write_card(folder, card | found.networks | about | {"metrics": found.rows})
    columns = list(dict.fromkeys(key for row in found.rows.values() for key in row))
    rows = [[name, *(f"{row[c]:.4g}" if c in row else "-" for c in columns)] for name, row in found.rows.items()]
    print_table([["", *columns], *rows])


def _shown(data: DataName) -> str:
    """The name of a data set for the card, without the folders on this machine."""
    known = data.scheme == "hf" or data.place in DATASETS
    return str(data if known else dataclasses.replace(data, place=Path(data.place).name))


def _translators(names: Sequence[str]) -> dict[str, Translator]:
    """The translators of weights or of folders of runs, by the last part of each name."""
    from gan_zoo.hub.repository import load
    from gan_zoo.models.kinds import Translator
    from gan_zoo.runs.run import Run
    from gan_zoo.training import export
    from gan_zoo.weights.store import list_weights

    found = {}
    for name in names:
        model = load(name) if name in list_weights() else export.load_run(Run(Path(name)))
        if not isinstance(model, Translator):
            raise UserError(f"'{name}' is a {model.kind}, no translator", "wrong_kind", name=name)
        found[Path(name).name] = model
    return found


def _transfer(options: argparse.Namespace) -> None:
    from gan_zoo.data.names import PairsName
    from gan_zoo.evaluation import refined_data
    from gan_zoo.hub.repository import load
    from gan_zoo.models.kinds import Translator
    from gan_zoo.weights.folder import read_card, write_card
    from gan_zoo.weights.store import find

    if options.seeds < 1:
        raise UserError(f"--seeds is {options.seeds}; it must be at least 1", "usage")
    folder = find(options.name)
    card, model = read_card(folder), load(folder)
    if not isinstance(model, Translator) or PairsName.parse(card["pairs"]).pairing != "fonts":
        raise UserError(f"'{options.name}' refines no digits of fonts: name a simgan", "wrong_kind", name=options.name)
    rows = dict(refined_data.measure(model, card["data"], options.seeds))
    # Read the card again: the classifiers trained for minutes, and another command may have changed the card meanwhile.
    write_card(folder, read_card(folder) | {"transfer": rows})
    columns = ("accuracy", "lowest", "highest", "n")
    print_table([["trained on", *columns], *([name, *(f"{row[c]:.5g}" for c in columns)] for name, row in rows.items())])


def _bench(options: argparse.Namespace) -> None:
    from gan_zoo import bench
    from gan_zoo.bench.visitors import soak

    if not 0 < options.hours < 1000:
        raise UserError(f"--hours is {options.hours:g}; it must be between 0 and 1000", "usage")
    for run in bench.chosen(options.what):
        report = soak(options.hours) if run is soak else run()
        print(report.heading())
        print_table(report.table())
