"""Commands: evaluate, transfer, bench."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gan_zoo.cli.tables import print_table
from gan_zoo.errors import UserError

# The sampler that the others are measured beside, where it was trained on the same data.
YARDSTICK = "mlp_gan"
# The feature network for pictures of 128x128 in colour whose data have none of their own.
FEATURES = "features-emoji"
# Pictures that sharpness, and what comes back of a code, are measured over.
SHARP = 500
# What was measured: a row for each thing, by name.
Measured = dict[str, dict[str, float]]


def add(commands: Any) -> None:
    """The parsers of these commands, with what each runs."""
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

    command = commands.add_parser(
        "transfer", help="measure what refined pictures teach a classifier, beside synthetic and real ones; goes into the card"
    )
    command.add_argument("name", help="name of a refiner's weights, such as simgan-digits")
    command.add_argument("--seeds", type=int, default=2, help="classifiers for each row (default: 2)")
    command.set_defaults(run=_transfer)

    command = commands.add_parser("bench", help="measure the speed on this machine, always as ratios")
    command.add_argument("what", nargs="*", help="what to measure (default: all)")
    command.set_defaults(run=_bench)


def _evaluate(options: argparse.Namespace) -> None:
    import torch

    from gan_zoo.hub.repository import load
    from gan_zoo.models.classifier import Classifier
    from gan_zoo.models.kinds import Captioned, Embedder, Sampler, Translator, Video
    from gan_zoo.weights.folder import read_card, write_card
    from gan_zoo.weights.store import find

    folder = find(options.name)
    card = read_card(folder)
    model = load(folder)
    data = options.data or card["data"]
    with torch.inference_mode():
        if isinstance(model, Translator):
            table = _evaluate_translator(options, card, model, data)
        elif isinstance(model, Classifier):
            table = _evaluate_classifier(options, card, model, data)
        elif isinstance(model, Sampler):
            table = _evaluate_sampler(options, card, model, data)
        elif isinstance(model, Video):
            table = _evaluate_video(options, card, model, data)
        elif isinstance(model, Captioned):
            table = _evaluate_captioned(options, card, model, data)
        elif isinstance(model, Embedder):
            table = _evaluate_embedder(options, card, model, data)
        else:
            raise UserError(f"there is no measure yet for a {card['kind']}", "wrong_kind", name=options.name)
    known = card["metrics"]
    lacking = sorted(name for name, row in known.items() if table.get(name, {}).get("n", 0) < row.get("n", 0))
    if lacking:  # a quick look must not take the place of what was measured with care
        print(f"{folder} keeps its figures: they are over more pictures, or of more than these ({', '.join(lacking)})")
    else:
        write_card(folder, card | {"metrics": table})
    columns = list(dict.fromkeys(key for row in table.values() for key in row))
    rows = [[name, *(f"{row[c]:.4g}" if c in row else "-" for c in columns)] for name, row in table.items()]
    print_table([["", *columns], *rows])


def _evaluate_translator(options: argparse.Namespace, card: dict[str, Any], model: Any, data: str) -> Measured:
    from gan_zoo.data.pairings import pairing
    from gan_zoo.evaluation import unpaired

    if not card["pairs"]:
        raise UserError(f"nobody knows what '{options.name}' was trained on, so there is nothing to measure", "wrong_kind")
    network = _features(options, card, data)
    beside = _translators(options.beside)
    size = card["config"]["size"]
    if pairing(card["pairs"]).paired:
        return _evaluate_pairs(options, model, beside, card["pairs"], data, size, network)
    return unpaired.evaluate({options.name: model, **beside}, data, card["pairs"], network, size, options.seed)


def _features(options: argparse.Namespace, card: dict[str, Any], data: str) -> Any:
    """The network whose features are compared: the one asked for, that of the data, or one that knows many things."""
    from gan_zoo.data.names import DataName
    from gan_zoo.hub.repository import load
    from gan_zoo.models.classifier import Classifier
    from gan_zoo.weights.store import list_weights

    own = f"features-{DataName.parse(data).place}"
    card["features"] = options.features or (own if own in list_weights() else FEATURES)
    network = load(card["features"])
    assert isinstance(network, Classifier)
    return network


def _translators(names: Sequence[str]) -> dict[str, Any]:
    """Translators to measure beside another model, by the last part of what they are called."""
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


def _evaluate_video(options: argparse.Namespace, card: dict[str, Any], model: Any, data: str) -> Measured:
    """The table of a video model; translators beside it draw each frame by itself."""
    from gan_zoo.data import clips
    from gan_zoo.evaluation import films

    test = clips.load_clips(data, card["pairs"], "test", card["config"]["size"])
    drawn = {options.name: lambda given: model.film(given[None])[0]}
    return films.evaluate(drawn | {name: other.translate for name, other in _translators(options.beside).items()}, test)


def _evaluate_captioned(options: argparse.Namespace, card: dict[str, Any], model: Any, data: str) -> Measured:
    from gan_zoo.evaluation import text_to_image
    from gan_zoo.hub.repository import load
    from gan_zoo.models.kinds import Embedder

    card["judge"], network = f"judge-{data}", _features(options, card, data)
    judge = load(card["judge"])
    assert isinstance(judge, Embedder)
    return text_to_image.evaluate(options.name, model, judge, network, data, card["config"]["size"], options.seed)


def _evaluate_embedder(options: argparse.Namespace, card: dict[str, Any], model: Any, data: str) -> Measured:
    from gan_zoo.evaluation import text_to_image

    return text_to_image.evaluate_judge(options.name, model, data, card["config"]["size"], options.seed)


def _evaluate_classifier(options: argparse.Namespace, card: dict[str, Any], model: Any, data: str) -> Measured:
    from gan_zoo.data.reading import load_data
    from gan_zoo.evaluation import metrics

    test = load_data(data, "test", card["config"]["size"], card["config"]["channels"])
    attributes = bool(card["config"]["heads"])
    row = metrics.attribute_accuracies(model.predict, test) if attributes else {"accuracy": metrics.accuracy(model, test)}
    return {options.name: row | {"n": len(test)}}


def _evaluate_sampler(options: argparse.Namespace, card: dict[str, Any], model: Any, data: str) -> Measured:
    import torch

    from gan_zoo.data.reading import load_data
    from gan_zoo.evaluation import judge, metrics
    from gan_zoo.hub.repository import load
    from gan_zoo.models.classifier import Classifier
    from gan_zoo.models.kinds import Autoencoder, Sampler
    from gan_zoo.models.mixture import Bayes
    from gan_zoo.weights.store import list_weights

    yardstick = f"{YARDSTICK}-{data}"
    names = dict.fromkeys([options.name, *([yardstick] if yardstick in list_weights() else [])])
    network = load(f"features-{data}")
    assert isinstance(network, Classifier)
    samplers = {name: load(name) for name in names}
    draws = {name: s.draw for name, s in samplers.items() if isinstance(s, Sampler)}
    train, test = (load_data(data, split, card["config"]["size"], card["config"]["channels"]) for split in ("train", "test"))
    table = judge.evaluate_table(draws, train, test, network, options.n, options.seed)
    if classes := card["config"].get("classes", 0):
        table[options.name]["recognised"] = metrics.recognised(
            lambda label, generator: model.sample(model.latent(len(label), generator), label),
            network, classes, options.n, options.seed,
        )  # fmt: skip
    few = min(SHARP, options.n, len(train))
    table[metrics.FLOOR]["sharpness"] = metrics.sharpness(train.thinned(few).batch(slice(None))["image"])
    for name, draw in draws.items():
        table[name]["sharpness"] = metrics.sharpness(draw(few, torch.Generator().manual_seed(options.seed)))
    if isinstance(model, Autoencoder):
        seen = train.thinned(card.get("training", {}).get("pictures") or few)
        for key, data_set in (("psnr", test), ("psnr_seen", seen)):
            pictures = data_set.thinned(min(SHARP, len(data_set))).batch(slice(None))["image"]
            table[options.name][key] = metrics.psnr(model.decode(model.encode(pictures)), pictures)
    if isinstance(model, Bayes):
        everything = test.batch(slice(None))
        right = model.probabilities(everything["image"]).argmax(1) == everything["label"]
        table[options.name]["accuracy"] = float(right.float().mean())
    return table


def _evaluate_pairs(
    options: argparse.Namespace, model: Any, beside: dict[str, Any], pairs: str, data: str, size: int, network: Any
) -> Measured:
    """The table of a translator that was trained on pairs."""
    from gan_zoo.data.pairings import pairing
    from gan_zoo.data.pairs import PairedDataset, load_pairs, load_targets
    from gan_zoo.evaluation import judge

    test, targets = load_pairs(data, pairs, "test", size), load_targets(data, pairs, "train", size)
    assert isinstance(test, PairedDataset)
    ways: dict[str, tuple[Any, bool]] = {
        options.name: (model.translate, False),
        f"{options.name}, paper mode": (lambda given: model.translate(given, paper=True), False),
        **({f"{options.name}, colour hints": (model.translate, True)} if pairing(pairs).hints else {}),
        **{name: (classical, False) for name, classical in pairing(pairs).classical.items()},
        **{name: (other.translate, False) for name, other in beside.items()},
    }
    return judge.evaluate_translators(ways, targets, test.unfolded(), network, options.seed)


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
    # Read again: training the classifiers takes minutes, in which somebody may have measured something else.
    write_card(folder, read_card(folder) | {"transfer": rows})
    columns = ("accuracy", "lowest", "highest", "n")
    print_table([["trained on", *columns], *([name, *(f"{row[c]:.5g}" for c in columns)] for name, row in rows.items())])


def _bench(options: argparse.Namespace) -> None:
    from gan_zoo import bench

    for run in bench.chosen(options.what):
        report = run()
        print(report.heading())
        print_table(report.table())
