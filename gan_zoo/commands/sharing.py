"""Commands: push, pull, sync, card."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from gan_zoo.commands.telling import megabytes, print_table
from gan_zoo.errors import UserError


def add(commands: Any) -> None:
    """The parsers of these commands, with what each runs."""
    command = commands.add_parser("push", help="bring weights to the Hub, with their model card, in one commit")
    command.add_argument("name", help="name of the weights")
    command.add_argument("--to", required=True, metavar="USER/NAME", help="the repository; made where there is none")
    command.add_argument("--private", action="store_true", help="of a repository that is made: not for everybody")
    command.add_argument("--revision", default="", metavar="TAG", help="a tag for this state, such as v1")
    command.set_defaults(run=_push)

    command = commands.add_parser(
        "pull", help="bring weights from the Hub, checked, for use with no network; gan-zoo.lock keeps which commit it was"
    )
    command.add_argument(
        "name", nargs="?", metavar="USER/NAME[@REVISION]", help="the repository (default: all that gan-zoo.lock names)"
    )
    command.add_argument("--update", action="store_true", help="take the newest of the revision, whatever gan-zoo.lock says")
    command.set_defaults(run=_pull)

    command = commands.add_parser("sync", help="say what weights are newer here or on the Hub; and bring them, if asked")
    command.add_argument("where", metavar="USER|COLLECTION", help="a user or organisation, or a collection's slug")
    command.add_argument("--only", nargs="+", default=[], metavar="NAME", help="these weights alone")
    command.add_argument("--weights", type=Path, default=Path("weights"), help="folder of the weights (default: weights)")
    way = command.add_mutually_exclusive_group()
    way.add_argument("--push", action="store_const", const="push", dest="way", help="bring there what is newer here")
    way.add_argument("--pull", action="store_const", const="pull", dest="way", help="bring here what is newer there")
    command.set_defaults(run=_sync)

    command = commands.add_parser("card", help="write model cards anew from what config.json says; what is yours in them stays")
    command.add_argument("names", nargs="+", metavar="NAME", help="names of weights")
    command.set_defaults(run=_card)


def _push(options: argparse.Namespace) -> None:
    from gan_zoo import hub

    print(hub.push(options.name, options.to, options.private, options.revision))


def _pull(options: argparse.Namespace) -> None:
    from gan_zoo import hub

    names = [options.name] if options.name else [*hub.read_lock()]
    if not names:
        raise UserError("say what to pull: there is no gan-zoo.lock here that would", "usage")
    for name in names:
        repository, _, revision = name.partition("@")
        folder = hub.pull(name, options.update)
        revision = revision or hub.read_lock().get(repository, {}).get("revision", "main")
        hub.pin(repository, revision, folder.name, folder)
        print(f"{repository}: {folder} ({megabytes(sum(file.stat().st_size for file in folder.iterdir()))})")


def _sync(options: argparse.Namespace) -> None:
    from gan_zoo import compare, hub

    pairs = compare.compare(options.where, options.weights)
    dates = [[f"{date:%Y-%m-%d %H:%M}" if date else "-" for date in (pair.here, pair.there)] for pair in pairs]
    rows = [[pair.name, pair.state, *date, pair.repository] for pair, date in zip(pairs, dates, strict=True)]
    print_table([["weights", "state", "here", "there", "repository"], *rows])
    if not options.way:
        return
    for pair in compare.chosen(pairs, options.way, options.only):
        if options.way == "push":
            print(hub.push(options.weights / pair.name, pair.repository))
        else:
            print(compare.bring(pair, options.weights))


def _card(options: argparse.Namespace) -> None:
    from gan_zoo import hub

    for name in options.names:
        folder = hub.find(name)
        hub.write_readme(folder, hub.read_card(folder))
        print(folder / "README.md")
