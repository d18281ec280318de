"""Commands: list."""

from __future__ import annotations

import argparse
from typing import Any

from gan_zoo.cli.tables import megabytes, print_table
from gan_zoo.errors import UserError
from gan_zoo.models.registry import list_models, model_class


def add(commands: Any) -> None:
    """Add the parsers of these commands, and set the function that each runs."""
    command = commands.add_parser("list", help="models, data sets and weights with their size and measured quality")
    command.set_defaults(run=_list)


def _list(options: argparse.Namespace) -> None:
    from gan_zoo.data.catalogue import DATASETS, STARTER_FOLDER
    from gan_zoo.weights.folder import read_card
    from gan_zoo.weights.store import list_weights

    print_table([["model", "kind", "about"], *([n, model_class(n).kind, _first_line(model_class(n))] for n in list_models())])
    rows = [["data set", "size", "about", "licence"]]
    for name, source in DATASETS.items():
        file = STARTER_FOLDER / f"{name}.parquet"
        rows.append([name, megabytes(file.stat().st_size) if file.exists() else "-", source.about, source.licence])
    print_table(rows)
    rows = [["weights", "size", "model", "data", "quality"]]
    for name, folder in list_weights().items():
        size = megabytes(sum(file.stat().st_size for file in folder.iterdir()))
        try:
            card = read_card(folder)
        except UserError as error:
            rows.append([name, size, "-", "-", str(error)])
            continue
        measured = card["metrics"].get(name, {})
        quality = ", ".join(f"{key} {value:.4g}" for key, value in measured.items()) or "not measured"
        rows.append([name, size, card["model"], card.get("data", "-"), quality])
    print_table(rows)


def _first_line(documented: object) -> str:
    return (documented.__doc__ or "").strip().partition("\n")[0]
