"""The command line: `gan-zoo` or `python -m gan_zoo`."""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
import typing
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gan_zoo.errors import UserError, unknown
from gan_zoo.recipes import RECIPES
from gan_zoo.registry import config_help, list_models, model_class

# Exit codes: a mistake of the user's, and an interrupted run as shells know it.
USER_ERROR, INTERRUPTED = 2, 130
# The sampler that the others are measured beside, where it was trained on the same data.
YARDSTICK = "mlp_gan"
# The feature network for pictures of 128x128 in colour whose data have none of their own.
FEATURES = "features-emoji"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 2 a mistake told in one line, 130 interrupted."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    try:
        options = _parser(arguments).parse_args(arguments)
        return options.run(options) or 0
    except UserError as error:
        print(f"gan-zoo: {' '.join(str(error).split())}", file=sys.stderr)
        return USER_ERROR
    except KeyboardInterrupt:
        print("gan-zoo: interrupted", file=sys.stderr)
        return INTERRUPTED


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="gan-zoo", description="Train, measure, serve and publish small generative models.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("list", help="models, data sets and weights with their size and measured quality")
    command.set_defaults(run=_list)

    command = commands.add_parser(
        "train",
        help="train a model, or go on with a run",
        epilog="With a model's name before -h, the model's own options are shown too.",
    )
    _add_train_arguments(command, _named_model(arguments))
    command.set_defaults(run=_train)

    command = commands.add_parser("export-run", help="publish a run as a weights folder")
    command.add_argument("name", help="name of the run")
    command.add_argument("--to", metavar="NAME", help="name of the weights (default: the run's)")
    command.add_argument("--runs", type=Path, default=Path("runs"), help="folder of the runs (default: runs)")
    command.add_argument("--weights", type=Path, default=Path("weights"), help="folder of the weights (default: weights)")
    command.add_argument(
        "--with-discriminator", action="store_true", help="publish it too: the gallery shows what it thinks of each picture"
    )
    command.add_argument("--bits", type=int, choices=(8, 16, 32), default=16, help="of each weight in the file (default: 16)")
    command.add_argument("--best", action="store_true", help="the state of the lowest FID, where the run was measured")
    command.set_defaults(run=_export_run)

    command = commands.add_parser("sample", help="draw pictures from a sampler's weights")
    command.add_argument("name", help="name of the weights")
    command.add_argument("--seed", type=int, default=0, help="the same seed gives the same pictures (default: 0)")
    command.add_argument("--n", type=int, default=64, help="how many pictures (default: 64)")
    command.add_argument("--truncation", type=float, help="cut latents off at so many standard deviations")
    command.add_argument("--out", type=Path, default=Path("grid.png"), help="file to write (default: grid.png)")
    command.set_defaults(run=_sample)

    command = commands.add_parser("translate", help="translate a picture with a translator's weights")
    command.add_argument("name", help="name of the weights")
    command.add_argument("picture", type=Path, help="a photograph, or with --drawing what is to be translated as it is")
    command.add_argument("--drawing", action="store_true", help="take the picture as it is; else a drawing is made of it first")
    command.add_argument("--paper", action="store_true", help="dropout and the picture's own statistics, as in the paper")
    command.add_argument("--seed", type=int, default=0, help="seed of the dropout (default: 0)")
    command.add_argument(
        "--out",
        type=Path,
        default=Path("translated.png"),
        help="file to write: drawing and translation (default: translated.png)",
    )
    command.add_argument("--back", action="store_true", help="the other way, where the model knows it")
    command.set_defaults(run=_translate)

    command = commands.add_parser("import", help="turn another project's checkpoint into a weights folder")
    command.add_argument("source", help="a .pth, .bin or .safetensors file, or a repository user/name on the Hub")
    command.add_argument("--name", required=True, help="name of the weights")
    command.add_argument("--weights", type=Path, default=Path("weights"), help="folder of the weights (default: weights)")
    command.set_defaults(run=_import)

    command = commands.add_parser("export", help="write a sampler or translator in another format")
    command.add_argument("name", help="name of the weights")
    command.add_argument("--to", choices=["onnx"], default="onnx", help="the format (default: onnx)")
    command.add_argument("--out", type=Path, help="file to write (default: NAME.onnx)")
    command.set_defaults(run=_export)

    command = commands.add_parser(
        "evaluate", help="measure the quality of weights; their card takes it if it has no fuller figures"
    )
    command.add_argument("name", help="name of the weights")
    command.add_argument("--data", help="data set to measure against (default: the one it was trained on)")
    command.add_argument(
        "--n", type=int, default=5_000, help="samples to measure over (default: 5000); translators take all test pictures"
    )
    command.add_argument("--seed", type=int, default=0, help="seed of the samples (default: 0)")
    command.add_argument("--features", metavar="NAME", help=f"feature network (default: features-DATA, or {FEATURES})")
    command.add_argument(
        "--beside", nargs="*", default=[], metavar="NAME", help="translators to measure beside it: weights, or folders of runs"
    )
    command.set_defaults(run=_evaluate)

    command = commands.add_parser("bench", help="measure the speed on this machine, always as ratios")
    command.add_argument("what", nargs="*", help="what to measure (default: all)")
    command.set_defaults(run=_bench)
    return parser


def _named_model(arguments: Sequence[str]) -> str:
    """The model that a `train` command is about, read ahead since its options depend on it."""
    words = list(arguments[1:]) if arguments[:1] == ["train"] else []
    if words and not words[0].startswith("-"):
        return words[0]
    if "--recipe" in words[:-1]:
        return str(RECIPES.get(words[words.index("--recipe") + 1], {}).get("model", ""))
    return ""


def _add_train_arguments(command: argparse.ArgumentParser, model: str) -> None:
    from gan_zoo.train import TrainConfig

    command.add_argument("model", nargs="?", help=f"one of {', '.join(list_models())}")
    command.add_argument("--recipe", help=f"start from the settings of {', '.join(RECIPES)}")
    command.add_argument("--name", help="name of the run (default: MODEL-DATA, or the recipe's)")
    command.add_argument("--runs", type=Path, default=Path("runs"), help="folder of the runs (default: runs)")
    command.add_argument("--resume", action="store_true", help="go on with the run")
    command.add_argument("--threads", type=int, help="processor threads to use (default: all)")
    command.add_argument("--quiet", action="store_true", help="no progress bar")
    command.add_argument("--push", metavar="USER/NAME", help="bring log and grids to this repository on the Hub as they come")
    _add_fields(command, TrainConfig, skip=("model", "options"))
    if model in list_models():
        group = command.add_argument_group(f"options of {model}")
        _add_fields(group, model_class(model).Config, prefix="option.")


def _add_fields(group: Any, config_class: type[Any], skip: Sequence[str] = (), prefix: str = "") -> None:
    """A command line option for every field of a config dataclass, with its docstring as the help."""
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
            keywords |= {"type": typing.get_args(hint)[0], "nargs": "+", "metavar": "N"}
        else:
            keywords |= {"type": hint, "metavar": "N" if hint in (int, float) else f.name.upper()}
        group.add_argument(flag, **keywords)


def _rate(text: str) -> tuple[str, float]:
    network, _, rate = text.rpartition("=")
    return network, float(rate)


def _train(options: argparse.Namespace) -> int:
    from contextlib import nullcontext

    import torch

    from gan_zoo import hub, sync
    from gan_zoo.models.classifier import Classifier
    from gan_zoo.registry import build_config
    from gan_zoo.runlog import Run
    from gan_zoo.train import TrainConfig, saved_settings, train

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
    # A run knows its own settings: to go on, its name is enough.
    saved = saved_settings(run) if options.resume and name and run.config.exists() else {}
    values = saved | asked | {"options": saved.get("options", {}) | recipe.get("options", {}) | chosen}
    for needed, how in (("model", "a model"), ("data", "--data")):
        if needed not in values:
            raise UserError(f"train needs {how}: for example 'gan-zoo train dcgan --data digits'", "usage")
    model_class(values["model"])
    config = build_config(TrainConfig, values, "train")
    if options.threads:
        torch.set_num_threads(options.threads)
    features: Classifier | None = None
    if config.metrics_every:
        network = hub.load(name := config.features or f"features-{config.data}")
        if not isinstance(network, Classifier):
            raise UserError(f"'{name}' is a {network.kind}, and measures nothing: name a classifier", "wrong_kind", name=name)
        features = network
    # Of several processes the first one speaks to the Hub.
    push = options.push and os.environ.get("RANK", "0") == "0"
    with sync.Push(run, options.push, lambda said: print(said, file=sys.stderr)) if push else nullcontext():
        ending = train(config, run, options.resume, options.quiet, features)
    if not options.quiet:
        print(f"{run.folder}: {ending}{'' if ending == 'complete' else '; go on with --resume'}")
    return INTERRUPTED if ending == "interrupted" else 0


def _export_run(options: argparse.Namespace) -> None:
    from gan_zoo import hub
    from gan_zoo.runlog import Run

    folder = options.weights / (options.to or options.name)
    more = ["discriminator"] if options.with_discriminator else []
    hub.export_run(Run(options.runs / options.name), folder, more, options.bits, options.best)
    print(folder)


def _import(options: argparse.Namespace) -> None:
    from gan_zoo import convert

    folder = options.weights / options.name
    if folder.exists():
        raise UserError(f"{folder} is there already: choose another --name", "weights_exist", name=options.name)
    found = convert.import_checkpoint(options.source, folder)
    settings = ", ".join(f"{key} {value}" for key, value in found.config.items())
    print(f"{folder}: {found.model} of {found.origin} ({settings})")


def _export(options: argparse.Namespace) -> None:
    from gan_zoo import convert, hub

    out = options.out or Path(f"{options.name}.onnx")
    try:
        convert.export_onnx(hub.load(options.name), out)
    except OSError as error:
        raise UserError(f"can't write {out} ({error.strerror})", "disk") from error
    print(f"{out}: {_megabytes(out.stat().st_size)}")


def _list(options: argparse.Namespace) -> None:
    from gan_zoo import hub
    from gan_zoo.data import DATASETS, STARTER_FOLDER

    _table([["model", "kind", "about"], *([n, model_class(n).kind, _first_line(model_class(n))] for n in list_models())])
    rows = [["data set", "size", "about", "licence"]]
    for name, source in DATASETS.items():
        file = STARTER_FOLDER / f"{name}.parquet"
        rows.append([name, _megabytes(file.stat().st_size) if file.exists() else "-", source.about, source.licence])
    _table(rows)
    rows = [["weights", "size", "model", "data", "quality"]]
    for name, folder in hub.list_weights().items():
        size = _megabytes(sum(file.stat().st_size for file in folder.iterdir()))
        try:
            card = hub.read_card(folder)
        except UserError as error:
            rows.append([name, size, "-", "-", str(error)])
            continue
        measured = card["metrics"].get(name, {})
        quality = ", ".join(f"{key} {value:.4g}" for key, value in measured.items()) or "not measured"
        rows.append([name, size, card["model"], card.get("data", "-"), quality])
    _table(rows)


def _first_line(documented: object) -> str:
    return (documented.__doc__ or "").strip().partition("\n")[0]


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"


def _table(rows: Sequence[Sequence[str]]) -> None:
    """Print rows in columns, the first row as a heading."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    print()


def _sample(options: argparse.Namespace) -> None:
    from gan_zoo import images
    from gan_zoo.serve import Gallery

    if options.n < 1:
        raise UserError(f"--n is {options.n}; it must be at least 1", "usage")
    if options.truncation is not None and not options.truncation > 0:
        raise UserError(f"--truncation is {options.truncation}; it must be above 0", "usage")
    session = Gallery(device="cpu").session(options.name)
    z, psi = session.truncated(session.latents(options.n, options.seed), options.truncation or float("inf"))
    result = session.sample(z, precision="float32", psi=psi)
    _write_picture(images.grid(result.images), options.out)
    print(f"{options.out}: {options.n} pictures in {result.milliseconds:.0f} ms ({result.precision})")


def _write_picture(picture: Any, path: Path) -> None:
    try:
        picture.save(path)
    except (OSError, ValueError) as error:
        raise UserError(f"can't write {path} ({error}): name a folder that is there and a file like grid.png") from error


def _translate(options: argparse.Namespace) -> None:
    import torch

    from gan_zoo import images
    from gan_zoo.data import fit, open_picture
    from gan_zoo.pairs import pairing
    from gan_zoo.serve import Gallery
    from gan_zoo.sessions import Part, Result

    gallery = Gallery(device="cpu")
    session, how = gallery.translator(options.name), pairing(gallery.card(options.name)["pairs"])
    try:
        picture = open_picture(options.picture)
    except (OSError, ValueError, SyntaxError) as error:
        raise UserError(f"{options.picture} can't be read as a picture ({error})", "no_picture") from error
    result: Result | Part
    if session.any_size:
        *_, result = session.restyle(images.to_float(images.from_pil(picture, 3)), options.back)
        drawn = images.to_pil(result.image)
    else:
        drawing = images.to_float(images.from_pil(fit(picture, session.config.size), 3))[None]
        drawing = drawing if options.drawing else how.from_picture(drawing)
        given = how.from_drawing(drawing)
        result = session.translate(given, options.paper, options.seed, precision="float32", back=options.back)
        drawn = images.grid(torch.cat([drawing, result.images]))
    _write_picture(drawn, options.out)
    print(f"{options.out}: {result.milliseconds:.0f} ms ({result.precision})")


def _evaluate(options: argparse.Namespace) -> None:
    import torch

    from gan_zoo import hub, metrics, unpaired
    from gan_zoo.data import load_data
    from gan_zoo.models.classifier import Classifier
    from gan_zoo.pairs import pairing
    from gan_zoo.registry import Sampler, Translator
    from gan_zoo.runlog import Run

    folder = hub.find(options.name)
    card = hub.read_card(folder)
    data = options.data or card["data"]
    model = hub.load(folder)
    size, channels = card["config"]["size"], card["config"]["channels"]
    table: dict[str, dict[str, float]]
    if isinstance(model, Translator):
        features = options.features or (f"features-{data}" if f"features-{data}" in hub.list_weights() else FEATURES)
        network = hub.load(features)
        assert isinstance(network, Classifier)
        beside: dict[str, Translator] = {}
        for other in options.beside:
            found = hub.load(other) if other in hub.list_weights() else hub.load_run(Run(Path(other)))
            if not isinstance(found, Translator):
                raise UserError(f"'{other}' is a {found.kind}, no translator", "wrong_kind", name=other)
            beside[Path(other).name] = found
        with torch.inference_mode():
            if not card["pairs"]:
                raise UserError(
                    f"nobody knows what '{options.name}' was trained on, so there is nothing to measure", "wrong_kind"
                )
            if pairing(card["pairs"]).paired:
                table = _evaluate_pairs(options, model, beside, card["pairs"], data, size, network)
            else:
                table = unpaired.evaluate({options.name: model, **beside}, data, card["pairs"], network, size, options.seed)
        card["features"] = features
    elif isinstance(model, Classifier):
        test = load_data(data, "test", size, channels)
        attributes = bool(card["config"]["heads"])
        row = metrics.attribute_accuracies(model.predict, test) if attributes else {"accuracy": metrics.accuracy(model, test)}
        table = {options.name: row | {"n": len(test)}}
    elif isinstance(model, Sampler):
        yardstick = f"{YARDSTICK}-{data}"
        names = dict.fromkeys([options.name, *([yardstick] if yardstick in hub.list_weights() else [])])
        network = hub.load(f"features-{data}")
        assert isinstance(network, Classifier)
        samplers = {name: hub.load(name) for name in names}
        train, test = (load_data(data, split, size, channels) for split in ("train", "test"))
        with torch.inference_mode():
            draws = {name: s.draw for name, s in samplers.items() if isinstance(s, Sampler)}
            table = metrics.evaluate_table(draws, train, test, network, options.n, options.seed)
            if classes := card["config"].get("classes", 0):
                table[options.name]["recognised"] = metrics.recognised(
                    lambda label, generator: model.sample(model.latent(len(label), generator), label),
                    network, classes, options.n, options.seed,
                )  # fmt: skip
    else:
        raise UserError(f"there is no measure yet for a {card['kind']}", "wrong_kind", name=options.name)
    known = card["metrics"]
    lacking = sorted(name for name, row in known.items() if table.get(name, {}).get("n", 0) < row.get("n", 0))
    if lacking:  # a quick look must not take the place of what was measured with care
        print(f"{folder} keeps its figures: they are over more pictures, or of more than these ({', '.join(lacking)})")
    else:
        hub.write_card(folder, card | {"metrics": table})
    columns = list(dict.fromkeys(key for row in table.values() for key in row))
    rows = [[name, *(f"{row[c]:.4g}" if c in row else "-" for c in columns)] for name, row in table.items()]
    _table([["", *columns], *rows])


def _evaluate_pairs(
    options: argparse.Namespace, model: Any, beside: dict[str, Any], pairs: str, data: str, size: int, network: Any
) -> dict[str, dict[str, float]]:
    """The table of a translator that was trained on pairs."""
    from gan_zoo import metrics
    from gan_zoo.pairs import PairedDataset, load_pairs, load_targets, pairing

    test, targets = load_pairs(data, pairs, "test", size), load_targets(data, pairs, "train", size)
    assert isinstance(test, PairedDataset)
    ways: dict[str, tuple[Any, bool]] = {
        options.name: (model.translate, False),
        f"{options.name}, paper mode": (lambda given: model.translate(given, paper=True), False),
        **({f"{options.name}, colour hints": (model.translate, True)} if pairing(pairs).hints else {}),
        **{name: (other.translate, False) for name, other in beside.items()},
    }
    return metrics.evaluate_translators(ways, targets, test.unfolded(), network, options.seed)


def _bench(options: argparse.Namespace) -> None:
    from gan_zoo import bench

    for run in bench.chosen(options.what):
        report = run()
        print(report.heading())
        _table(report.table())


if __name__ == "__main__":
    sys.exit(main())
