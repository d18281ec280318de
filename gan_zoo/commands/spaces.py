"""Commands: space create."""

from __future__ import annotations

import argparse
from typing import Any


def add(commands: Any) -> None:
    """The parsers of these commands, with what each runs."""
    command = commands.add_parser("space", help="the gallery as a Space on the Hub")
    parts = command.add_subparsers(required=True, metavar="COMMAND")
    command = parts.add_parser("create", help="make a Space, or renew it, with what this folder has; prints its address")
    command.add_argument("name", metavar="USER/NAME", help="the Space")
    command.add_argument("--private", action="store_true", help="of a Space that is made: not for everybody")
    command.add_argument("--hardware", metavar="NAME", help="of a Space that is made, such as zero-a10g (default: a CPU)")
    command.set_defaults(run=_create)


def _create(options: argparse.Namespace) -> None:
    from gan_zoo import space

    print(space.create(options.name, options.private, options.hardware))
