"""Commands: push, pull, sync, card, data, space."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from gan_zoo.cli.tables import megabytes, print_table
from gan_zoo.errors import UserError


def add(commands: Any) -> None:
    """Add the parsers of these commands, and set the function that each runs."""
    command = commands.add_parser("push", help="upload weights with their model card to the Hub in one commit")
    command.add_argument("name", help="name of the weights")
    command.add_argument(
        "--to", required=True, metavar="USER/NAME", help="the repository, which is created if it does not exist"
    )
    command.add_argument("--private", action="store_true", help="make a new repository private")
    command.add_argument("--revision", default="", metavar="TAG", help="a tag for this state, such as v1")
    command.set_defaults(run=_push)

    command = commands.add_parser(
        "pull", help="download weights from the Hub and check them, for use without a network; gan-zoo.lock records the commit"
    )
    command.add_argument(
        "name", nargs="?", metavar="USER/NAME[@REVISION]", help="the repository (default: all in gan-zoo.lock)"
    )
    command.add_argument(
        "--update", action="store_true", help="take the newest commit of the revision, even if gan-zoo.lock has another"
    )
    command.set_defaults(run=_pull)

    command = commands.add_parser("sync", help="show which weights are newer here or on the Hub, and copy them if asked")
    command.add_argument("where", metavar="USER|COLLECTION", help="a user or organisation, or a collection's slug")
    command.add_argument("--only", nargs="+", default=[], metavar="NAME", help="copy only these weights")
    command.add_argument("--weights", type=Path, default=Path("weights"), help="folder of the weights (default: weights)")
    way = command.add_mutually_exclusive_group()
    way.add_argument("--push", action="store_const", const="push", dest="way", help="upload the weights that are newer here")
    way.add_argument("--pull", action="store_const", const="pull", dest="way", help="download the weights that are newer there")
    command.set_defaults(run=_sync)

    command = commands.add_parser("card", help="write model cards again from config.json; your own text in them stays")
    command.add_argument("names", nargs="+", metavar="NAME", help="names of weights")
    command.set_defaults(run=_card)

    command = commands.add_parser("data", help="your own pictures as a data set on the Hub, and pictures that are kept")
    parts = command.add_subparsers(required=True, metavar="COMMAND")
    command = parts.add_parser("push", help="upload a folder of pictures to the Hub as parquet, for --data hf:USER/NAME")
    command.add_argument("folder", type=Path, help="pictures; subfolders are classes, train/ and test/ are splits")
    command.add_argument("--to", required=True, metavar="USER/NAME", help="the data set, which is created if it does not exist")
    command.add_argument("--private", action="store_true", help="make a new data set private")
    command.set_defaults(run=_push_data)
    command = parts.add_parser("clear", help="delete the decoded pictures of large data sets, which are kept in the cache")
    command.set_defaults(run=_clear_data)

    command = commands.add_parser("space", help="the gallery as a Space on the Hub")
    parts = command.add_subparsers(required=True, metavar="COMMAND")
    command = parts.add_parser("create", help="create or update a Space from this folder, and print its address")
    command.add_argument("name", metavar="USER/NAME", help="the Space")
    command.add_argument("--private", action="store_true", help="make a new Space private")
    command.add_argument("--hardware", metavar="NAME", help="hardware of a new Space, such as zero-a10g (default: a CPU)")
    command.set_defaults(run=_create_space)


def _push(options: argparse.Namespace) -> None:
    from gan_zoo.hub.repository import push

    print(push(options.name, options.to, options.private, options.revision))


def _pull(options: argparse.Namespace) -> None:
    from gan_zoo.hub.repository import pull
    from gan_zoo.weights.store import pin, read_lock

    names = [options.name] if options.name else [*read_lock()]
    if not names:
        raise UserError("name a repository to pull: there is no gan-zoo.lock here that lists any", "usage")
    for name in names:
        repository, _, revision = name.partition("@")
        folder = pull(name, options.update)
        revision = revision or read_lock().get(repository, {}).get("revision", "main")
        pin(repository, revision, folder.name, folder)
        print(f"{repository}: {folder} ({megabytes(sum(file.stat().st_size for file in folder.iterdir()))})")


def _sync(options: argparse.Namespace) -> None:
    from gan_zoo.hub import sync
    from gan_zoo.hub.repository import push

    pairs = sync.compare(options.where, options.weights)
    dates = [[f"{date:%Y-%m-%d %H:%M}" if date else "-" for date in (pair.here, pair.there)] for pair in pairs]
    rows = [[pair.name, pair.state, *date, pair.repository] for pair, date in zip(pairs, dates, strict=True)]
    print_table([["weights", "state", "here", "there", "repository"], *rows])
    if not options.way:
        return
    for pair in sync.chosen(pairs, options.way, options.only):
        if options.way == "push":
            print(push(options.weights / pair.name, pair.repository))
        else:
            print(sync.bring(pair, options.weights))


def _card(options: argparse.Namespace) -> None:
    from gan_zoo.weights.folder import read_card, write_readme
    from gan_zoo.weights.store import find

    for name in options.names:
        folder = find(name)
        write_readme(folder, read_card(folder))
        print(folder / "README.md")


def _push_data(options: argparse.Namespace) -> None:
    from gan_zoo.hub import dataset_upload

    address, skipped = dataset_upload.push_data(options.folder, options.to, options.private)
    for line in skipped:
        print(f"left out: {line}", file=sys.stderr)
    print(address)


def _clear_data(options: argparse.Namespace) -> None:
    from gan_zoo.data import squares

    print(f"{squares.kept()}: {megabytes(squares.clear())} freed")


def _create_space(options: argparse.Namespace) -> None:
    from gan_zoo.hub import space

    print(space.create(options.name, options.private, options.hardware))
