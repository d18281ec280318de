"""The command line: `gan-zoo` or `python -m gan_zoo`."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from gan_zoo.cli import evaluate, export, generate, hub, train
from gan_zoo.cli import list as listing
from gan_zoo.cli.train import INTERRUPTED
from gan_zoo.errors import UserError

# The exit code for a mistake of the user.
USER_ERROR = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 for done, 2 for a mistake (one line on stderr), 130 for interrupted."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):  # a name of a file may have bytes that are no characters
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        options = _parser(arguments).parse_args(arguments)
        return options.run(options) or 0
    except UserError as error:
        print(f"gan-zoo: {' '.join(str(error).split())}", file=sys.stderr)
        return USER_ERROR
    except BrokenPipeError:  # for example `gan-zoo list | head`
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115  Python would complain at its end that it can't write the rest
        return 0
    except OSError as error:
        where = f" {error.filename}" if error.filename else ""
        said = f"can't use{where} ({error.strerror or error}): check that it exists and that you may read and write it"
        print(f"gan-zoo: {' '.join(said.split())}", file=sys.stderr)
        return USER_ERROR
    except KeyboardInterrupt:
        print("gan-zoo: interrupted", file=sys.stderr)
        return INTERRUPTED


class Parser(argparse.ArgumentParser):
    """A parser that reports a mistake like any other mistake of the user, in one line."""

    def error(self, message: str) -> NoReturn:
        raise UserError(f"{message}; '{self.prog} -h' shows what there is", "usage")


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    parser = Parser(prog="gan-zoo", description="Train, measure, serve and publish small generative models.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    listing.add(commands)
    train.add(commands, arguments)
    for others in (generate, evaluate, export, hub):
        others.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
