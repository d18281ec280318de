"""Commands: data push."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any


def add(commands: Any) -> None:
    """The parsers of these commands, with what each runs."""
    command = commands.add_parser("data", help="pictures of yours as a data set on the Hub")
    parts = command.add_subparsers(required=True, metavar="COMMAND")
    command = parts.add_parser("push", help="bring a folder of pictures to the Hub as parquet, for --data hf:USER/NAME")
    command.add_argument("folder", type=Path, help="pictures; subfolders are classes, train/ and test/ are splits")
    command.add_argument("--to", required=True, metavar="USER/NAME", help="the data set; made where there is none")
    command.add_argument("--private", action="store_true", help="of a data set that is made: not for everybody")
    command.set_defaults(run=_push)


def _push(options: argparse.Namespace) -> None:
    from gan_zoo import shards

    address, skipped = shards.push_data(options.folder, options.to, options.private)
    for line in skipped:
        print(f"left out: {line}", file=sys.stderr)
    print(address)
