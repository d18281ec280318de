"""The measures of a model: `EVALUATORS` names, for each kind, the function that measures a model of that kind.

Nothing here looks for weights by itself: a `Subject` brings the names of the weights and the function that loads them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import torch
from jaxtyping import Float
from torch import Tensor

from gan_zoo.data.catalogue import Split
from gan_zoo.data.clips import load_clips
from gan_zoo.data.dataset import Dataset
from gan_zoo.data.pairings import pairing
from gan_zoo.data.pairs import PairedDataset, load_pairs, load_targets
from gan_zoo.data.reading import load_data
from gan_zoo.errors import UserError
from gan_zoo.evaluation import films, inception, judge, metrics, text_to_image, unpaired
from gan_zoo.evaluation.metrics import Eye, FeatureNetwork, Row
from gan_zoo.models.base import Kind, Model
from gan_zoo.models.classifier import Classifier
from gan_zoo.models.kinds import Embedder, Sampler, Translator

# The sampler that other samplers are compared with, where it was trained on the same data.
YARDSTICK = "mlp_gan"
# The network trained on ImageNet, over which coloured pictures of every data set are measured.
EYE = "features-imagenet"
# The number of pictures that `sharpness` and `psnr` are measured over.
FEW = 500

M = TypeVar("M", bound=Model)
Images = Float[Tensor, "n c h w"]


@dataclass(frozen=True)
class Subject:
    """A model to measure, and everything that its measures need."""

    name: str
    """name of the weights, which is also the name of the model's row"""
    model: Any
    card: Mapping[str, Any]
    """the card of the weights"""
    data: str
    """name of the data set to measure against"""
    features: str
    """name of the classifier whose features are compared"""
    weights: Collection[str]
    """the names that `load` knows"""
    load: Callable[[str], Model]
    """loads weights by name; raises `UserError` for an unknown name"""
    beside: Mapping[str, Translator] = field(default_factory=dict)
    """translators to measure with the model, by the names of their rows"""
    n: int = 5_000
    """samples to measure over"""
    seed: int = 0

    @property
    def size(self) -> int:
        """Height and width of the model's pictures in pixels."""
        return int(self.card["config"]["size"])

    def pictures(self, split: Split) -> Dataset:
        """One split of the data, in the size and the channels of the model."""
        return load_data(self.data, split, self.size, self.card["config"]["channels"])

    @property
    def eye(self) -> Eye | None:
        """The network that measures coloured pictures of every kind; None if its weights are missing."""
        if EYE not in self.weights or self.card["config"].get("channels") != 3:
            return None
        model = self.load(EYE)
        return model if isinstance(model, Eye) else None

    def feature_network(self) -> FeatureNetwork:
        """The classifier `features`, or `inception`; raises `UserError` if it is unknown or doesn't fit the pictures."""
        name = self.features
        if name == inception.NAME:
            return inception.Inception()
        model = self.load(name)
        if model.kind != "classifier":
            raise UserError(f"'{name}' is a {model.kind}, not a classifier", "wrong_kind", name=name)
        ours, theirs = self.card["config"].get("channels"), model.config.channels
        if ours != theirs:
            raise UserError(
                f"'{name}' looks at pictures of {theirs} channel(s), and '{self.name}' draws {ours}: name another feature "
                "network with --features",
                "wrong_features",
                name=name,
            )
        return cast(FeatureNetwork, model)

    def network(self, name: str, wanted: type[M]) -> M:
        """The network `name`; raises `UserError` if it is unknown or isn't a `wanted`."""
        model = self.load(name)
        if not isinstance(model, wanted):
            raise UserError(f"'{name}' is a {model.kind}, not a {wanted.kind}", "wrong_kind", name=name)
        return model


@dataclass(frozen=True)
class Evaluation:
    """Measures, and the networks that they depend on."""

    rows: dict[str, Row]
    """one row for everything that was measured, by name"""
    networks: dict[str, str] = field(default_factory=dict)
    """names of weights, by the field of the card that records them: `features`, `judge`"""


Evaluator = Callable[[Subject], Evaluation]


def evaluate(subject: Subject) -> Evaluation:
    """Measure a model with the evaluator of its kind; raises `UserError` where the data or a network is missing."""
    with torch.inference_mode():
        return EVALUATORS[subject.model.kind](subject)


def _sampler(subject: Subject) -> Evaluation:
    yardstick = f"{YARDSTICK}-{subject.data}"
    network = subject.feature_network()
    draws = {subject.name: subject.model.draw}
    if yardstick in subject.weights and yardstick != subject.name:
        draws[yardstick] = subject.network(yardstick, Sampler).draw
    train, test = subject.pictures("train"), subject.pictures("test")
    rows = judge.evaluate_table(draws, train, test, network, subject.n, subject.seed, subject.eye)
    model = subject.model
    classes = subject.card["config"].get("classes", 0)
    if classes and isinstance(network, Classifier) and network.config.classes == classes:
        rows[subject.name]["recognised"] = metrics.recognised(
            lambda label, generator: model.sample(model.latent(len(label), generator), label),
            network, classes, subject.n, subject.seed,
        )  # fmt: skip
    few = min(FEW, subject.n, len(train))
    rows[metrics.FLOOR]["sharpness"] = metrics.sharpness(_first(train, few))
    for name, draw in draws.items():
        rows[name]["sharpness"] = metrics.sharpness(draw(few, torch.Generator().manual_seed(subject.seed)))
    return Evaluation(rows, {"features": subject.features})


def _autoencoder(subject: Subject) -> Evaluation:
    """The measures of a sampler, and how close decoded codes come to test pictures and to training pictures."""
    found, train = _sampler(subject), subject.pictures("train")
    seen = train.thinned(subject.card.get("training", {}).get("pictures") or min(FEW, subject.n, len(train)))
    for key, data in (("psnr", subject.pictures("test")), ("psnr_seen", seen)):
        pictures = _first(data, min(FEW, len(data)))
        found.rows[subject.name][key] = metrics.psnr(subject.model.decode(subject.model.encode(pictures)), pictures)
    return found


def _density(subject: Subject) -> Evaluation:
    """The measures of a sampler, and the accuracy of a density that tells classes apart."""
    found = _sampler(subject)
    if hasattr(subject.model, "probabilities"):
        test = subject.pictures("test").batch(slice(None))
        right = subject.model.probabilities(test["image"]).argmax(1) == test["label"]
        found.rows[subject.name]["accuracy"] = float(right.float().mean())
    return found


def _first(data: Dataset, n: int) -> Images:
    """`n` pictures, spread evenly over a data set."""
    return data.thinned(n).batch(slice(None))["image"]


def _translator(subject: Subject) -> Evaluation:
    pairs = subject.card["pairs"]
    if not pairs:
        raise UserError(f"nobody knows what '{subject.name}' was trained on, so there is nothing to measure", "wrong_kind")
    network = subject.feature_network()
    if pairing(pairs).paired:
        rows = _of_pairs(subject, network)
    else:
        models = {subject.name: subject.model, **subject.beside}
        rows = unpaired.evaluate(models, subject.data, pairs, network, subject.size, subject.seed, subject.eye)
    return Evaluation(rows, {"features": subject.features})


def _of_pairs(subject: Subject, network: FeatureNetwork) -> dict[str, Row]:
    """The rows of a translator that was trained on pairs."""
    data, pairs, model = subject.data, subject.card["pairs"], subject.model
    test, targets = load_pairs(data, pairs, "test", subject.size), load_targets(data, pairs, "train", subject.size)
    assert isinstance(test, PairedDataset)
    ways: dict[str, tuple[Any, bool]] = {
        subject.name: (model.translate, False),
        f"{subject.name}, paper mode": (lambda given: model.translate(given, paper=True), False),
        **({f"{subject.name}, colour hints": (model.translate, True)} if pairing(pairs).hints else {}),
        **{name: (classical, False) for name, classical in pairing(pairs).classical.items()},
        **{name: (other.translate, False) for name, other in subject.beside.items()},
    }
    return judge.evaluate_translators(ways, targets, test.unfolded(), network, subject.seed, subject.eye)


def _video(subject: Subject) -> Evaluation:
    """The measures of a video model; each translator beside it draws every frame on its own."""
    test = load_clips(subject.data, subject.card["pairs"], "test", subject.size)
    drawn = {subject.name: lambda given: subject.model.film(given[None])[0]}
    return Evaluation(
        films.evaluate(drawn | {name: other.translate for name, other in subject.beside.items()}, test, subject.eye)
    )


def _classifier(subject: Subject) -> Evaluation:
    test, model = subject.pictures("test"), subject.model
    if subject.card["config"]["heads"]:
        row = metrics.attribute_accuracies(model.predict, test)
    else:
        row = {"accuracy": metrics.accuracy(model, test)}
    return Evaluation({subject.name: row | {"n": len(test)}})


def _captioned(subject: Subject) -> Evaluation:
    networks = {"judge": f"judge-{subject.data}", "features": subject.features}
    features = subject.feature_network()
    space = subject.network(networks["judge"], Embedder)
    return Evaluation(
        text_to_image.evaluate(
            subject.name, subject.model, space, features, subject.data, subject.size, subject.seed, subject.eye
        ),
        networks,
    )


def _embedder(subject: Subject) -> Evaluation:
    return Evaluation(text_to_image.evaluate_judge(subject.name, subject.model, subject.data, subject.size, subject.seed))


EVALUATORS: dict[Kind, Evaluator] = {
    "sampler": _sampler,
    "autoencoder": _autoencoder,
    "density": _density,
    "translator": _translator,
    "video": _video,
    "classifier": _classifier,
    "captioned": _captioned,
    "embedder": _embedder,
}
