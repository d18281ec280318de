"""Commands: export-run, import, export."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gan_zoo.cli.tables import megabytes, whole_number
from gan_zoo.errors import UserError


def add(commands: Any) -> None:
    """Add the parsers of these commands, and set the function that each runs."""
    command = commands.add_parser("export-run", help="publish a run as a weights folder")
    command.add_argument("name", help="name of the run")
    command.add_argument("--to", metavar="NAME", help="name of the weights (default: the run's)")
    command.add_argument("--runs", type=Path, default=Path("runs"), help="folder of the runs (default: runs)")
    command.add_argument("--weights", type=Path, default=Path("weights"), help="folder of the weights (default: weights)")
    command.add_argument(
        "--with-discriminator",
        action="store_true",
        help="publish it too, so that the gallery shows its opinion of each picture",
    )
    command.add_argument(
        "--bits", type=whole_number, choices=(8, 16, 32), default=16, help="bits of each weight in the file (default: 16)"
    )
    command.add_argument("--best", action="store_true", help="publish the state with the lowest FID of a run that was measured")
    command.set_defaults(run=_export_run)

    command = commands.add_parser("import", help="turn another project's checkpoint into a weights folder")
    command.add_argument("source", help="a .pth, .bin or .safetensors file, or a repository user/name on the Hub")
    command.add_argument("--name", required=True, help="name of the weights")
    command.add_argument("--network", default="", metavar="PLACE", help="which network of a checkpoint that holds several")
    command.add_argument("--weights", type=Path, default=Path("weights"), help="folder of the weights (default: weights)")
    command.set_defaults(run=_import)

    command = commands.add_parser("export", help="write samplers or translators for other runtimes, or as a site of their own")
    command.add_argument("names", nargs="+", metavar="NAME", help="name of the weights; several for --to web or --to graph")
    command.add_argument(
        "--to",
        choices=["onnx", "web", "graph"],
        default="onnx",
        help="onnx: a file for ONNX runtimes (default); web: a folder with a page that runs in any browser; graph: the file in "
        "the weights folder with which the gallery runs the network on its visitors' devices",
    )
    command.add_argument("--out", type=Path, help="file or folder to write (default: NAME.onnx, or site)")
    command.set_defaults(run=_export)


def _export_run(options: argparse.Namespace) -> None:
    from gan_zoo.runs.run import Run
    from gan_zoo.training import export

    folder = options.weights / (options.to or options.name)
    more = ["discriminator"] if options.with_discriminator else []
    export.export_run(Run(options.runs / options.name), folder, more, options.bits, options.best)
    print(folder)


def _import(options: argparse.Namespace) -> None:
    from gan_zoo.hub.checkpoint import import_checkpoint

    folder = options.weights / options.name
    if folder.exists():
        raise UserError(f"{folder} is there already: choose another --name", "weights_exist", name=options.name)
    found = import_checkpoint(options.source, folder, options.network)
    settings = ", ".join(f"{key} {value}" for key, value in found.config.items())
    print(f"{folder}: {found.model} of {found.origin} ({settings})")


def _export(options: argparse.Namespace) -> None:
    if options.to == "onnx" and len(options.names) > 1:
        raise UserError("an ONNX file holds one network: name one, or use --to web", "usage")
    if options.to == "graph" and options.out:
        raise UserError("--to graph writes into the weights folders: leave out --out", "usage")
    ways: dict[str, Callable[[list[str], Path | None], None]]
    ways = {"onnx": _export_onnx, "web": _export_web, "graph": _export_graphs}
    ways[options.to](options.names, options.out)


def _export_onnx(names: list[str], out: Path | None) -> None:
    from gan_zoo.hub.repository import load
    from gan_zoo.weights import onnx

    out = out or Path(f"{names[0]}.onnx")
    try:
        onnx.export_onnx(load(names[0]), out)
    except OSError as error:
        raise UserError(f"can't write {out} ({error.strerror})", "disk") from error
    print(f"{out}: {megabytes(out.stat().st_size)}")


def _export_web(names: list[str], out: Path | None) -> None:
    from gan_zoo.browser.site import write_site
    from gan_zoo.weights.store import find

    out = out or Path("site")
    try:
        size = write_site([find(name) for name in names], out)
    except OSError as error:
        raise UserError(f"can't write {out} ({error.strerror})", "disk") from error
    print(f"{out}: {megabytes(size)}; to see it, run: python -m http.server --directory {out}")


def _export_graphs(names: list[str], _: Path | None) -> None:
    from gan_zoo.browser.graph import write_graph
    from gan_zoo.weights.store import find

    for name in names:
        try:
            path = write_graph(find(name))
        except OSError as error:
            raise UserError(f"can't write into {find(name)} ({error.strerror})", "disk") from error
        print(f"{path}: {path.stat().st_size / 1e3:.1f} kB")
