"""Commands: transfer."""

from __future__ import annotations

import argparse
from typing import Any

from gan_zoo.commands.telling import print_table
from gan_zoo.errors import UserError


def add(commands: Any) -> None:
    """The parser of this command, with what it runs."""
    command = commands.add_parser(
        "transfer", help="measure what refined pictures teach a classifier, beside synthetic and real ones; goes into the card"
    )
    command.add_argument("name", help="name of a refiner's weights, such as simgan-digits")
    command.add_argument("--seeds", type=int, default=2, help="classifiers for each row (default: 2)")
    command.set_defaults(run=_transfer)


def _transfer(options: argparse.Namespace) -> None:
    from gan_zoo import hub, transfer
    from gan_zoo.registry import Translator

    if options.seeds < 1:
        raise UserError(f"--seeds is {options.seeds}; it must be at least 1", "usage")
    folder = hub.find(options.name)
    card, model = hub.read_card(folder), hub.load(folder)
    if not isinstance(model, Translator) or card["pairs"].partition(":")[0] != "fonts":
        raise UserError(f"'{options.name}' refines no digits of fonts: name a simgan", "wrong_kind", name=options.name)
    rows = dict(transfer.measure(model, card["data"], options.seeds))
    # Read again: training the classifiers takes minutes, in which somebody may have measured something else.
    hub.write_card(folder, hub.read_card(folder) | {"transfer": rows})
    columns = ("accuracy", "lowest", "highest", "n")
    print_table([["trained on", *columns], *([name, *(f"{row[c]:.5g}" for c in columns)] for name, row in rows.items())])
