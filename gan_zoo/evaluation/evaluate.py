"""The measures of a model: `EVALUATORS` names, for each kind, the function that measures a model of that kind.

Nothing here looks for weights by itself: a `Subject` brings the names of the weights and the function that loads them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

import torch
from jaxtyping import Float
from torch import Tensor

from gan_zoo.data.catalogue import DATASETS, Split
from gan_zoo.data.clips import load_clips
from gan_zoo.data.dataset import Dataset
from gan_zoo.data.names import DataName, PairsName
from gan_zoo.data.pairings import pairing
from gan_zoo.data.pairs import PairedDataset, load_pairs, load_targets
from gan_zoo.data.reading import load_data, open_encoded
from gan_zoo.errors import UserError
from gan_zoo.evaluation import films, inception, judge, metrics, text_to_image, unpaired
from gan_zoo.evaluation.metrics import Eye, FeatureNetwork, Row
from gan_zoo.models.base import Kind, Model
from gan_zoo.models.kinds import Embedder, Sampler, Translator

# The sampler that other samplers are compared with, where it was trained on the same data.
YARDSTICK = "mlp_gan"
# The network trained on ImageNet, over which coloured pictures of every data set are measured.
EYE = "features-imagenet"
# The number of pictures that `sharpness` and `psnr` are measured over.
FEW = 500

M = TypeVar("M", bound=Model)
Images = Float[Tensor, "n c h w"]


# What the pictures of a measurement are to the model.
Measured = Literal["test", "kept back", "seen", "unknown"]


@dataclass(frozen=True)
class Reference:
    """The pictures to measure against."""

    data: DataName
    split: Split = "test"
    measured: Measured = "test"
    """`test` for a test split; `kept back` for a share that was kept back from the training; `seen` for pictures that the
    model learnt from; `unknown` for all pictures of other data without splits"""

    @property
    def whole(self) -> bool:
        """True if these are all pictures of the data, so that no others are left to compare them with."""
        return self.split == "train"


def reference(data: str, card: Mapping[str, Any], hold_out: float | None = None) -> Reference:
    """The pictures of `data` to measure a model against: the test split; or else the share that was kept back in its
    training; or else all pictures.

    Args:
        card: the card of the model.
        hold_out: share of the pictures to take, if the data have no splits; by default that of the training.

    Raises:
        UserError: there are no such data, or they have splits and there is a `hold_out`.
    """
    asked, trained = DataName.parse(data), float(card.get("training", {}).get("hold_out") or 0)
    name = str(asked) if asked.scheme or asked.place in DATASETS else Path(asked.place).stem
    own = card.get("data") in (data, name, Path(asked.place).name)
    if hold_out:
        kept = Reference(asked.keeping(hold_out), "test", "kept back" if hold_out <= trained or not own else "seen")
        _probe(kept, card)
        return kept
    try:
        _probe(Reference(asked), card)
        return Reference(asked)
    except UserError as error:
        if error.code != "no_split":
            raise
    if trained and own:
        return Reference(asked.keeping(trained), "test", "kept back")
    return Reference(asked, "train", "seen" if own else "unknown")


def _probe(wanted: Reference, card: Mapping[str, Any]) -> None:
    """Raise `UserError` if there is no such split; no picture is decoded."""
    if pairs := card.get("pairs"):
        pairing(pairs).open(wanted.data, wanted.split, PairsName.parse(pairs).option)
    else:
        open_encoded(wanted.data, wanted.split)


@dataclass(frozen=True)
class Subject:
    """A model to measure, and everything that its measures need."""

    name: str
    """name of the weights, which is also the name of the model's row"""
    model: Any
    card: Mapping[str, Any]
    """the card of the weights"""
    reference: Reference
    """the pictures to measure against"""
    features: str
    """name of the classifier whose features are compared; empty if there is none for the data"""
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
    def data(self) -> DataName:
        """The data set to measure against."""
        return self.reference.data

    @property
    def size(self) -> int:
        """Height and width of the model's pictures in pixels."""
        return int(self.card["config"]["size"])

    def test(self) -> Dataset:
        """The pictures to measure against, in the size and the channels of the model."""
        return load_data(self.data, self.reference.split, self.size, self.card["config"]["channels"])

    def train(self) -> Dataset | None:
        """The other pictures of the data; None if there are none."""
        return None if self.reference.whole else load_data(self.data, "train", self.size, self.card["config"]["channels"])

    @cached_property
    def eye(self) -> Eye | None:
        """The network that measures coloured pictures of every kind; None if its weights are missing."""
        if EYE not in self.weights or self.card["config"].get("channels") != 3:
            return None
        model = self.load(EYE)
        return model if isinstance(model, Eye) else None

    def network(self, name: str, wanted: type[M]) -> M:
        """The network `name`; raises `UserError` if it is unknown or isn't a `wanted`."""
        model = self.load(name)
        if not isinstance(model, wanted):
            raise UserError(f"'{name}' is a {model.kind}, not a {wanted.kind}", "wrong_kind", name=name)
        return model

    def feature_network(self, channels: int) -> FeatureNetwork:
        """The classifier `features`, or `inception`, whose features are compared.

        Raises:
            UserError: there is none, it is no classifier, or it doesn't take pictures of so many channels.
        """
        fitting = "features-digits for grey pictures, features-imagenet for colour"
        if not self.features:
            raise UserError(
                f"there is no feature network for '{self.data}': name one with --features ({fitting})", "no_features"
            )
        if self.features == inception.NAME:
            return inception.Inception()
        if self.features == EYE and channels == 3 and self.eye is not None:
            return self.eye
        model = self.load(self.features)
        if model.kind != "classifier":
            raise UserError(f"'{self.features}' is a {model.kind}, not a classifier", "wrong_kind", name=self.features)
        if model.config.channels != channels:
            raise UserError(
                f"'{self.features}' takes pictures of {model.config.channels} channels, and those of '{self.name}' have "
                f"{channels}: name another network with --features ({fitting})",
                "wrong_features",
                name=self.features,
            )
        return cast(FeatureNetwork, model)


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
        found = EVALUATORS[subject.model.kind](subject)
    # The rows of unpaired data say by themselves whether their inputs were seen.
    if subject.reference.measured == "seen" and not any(name.endswith(unpaired.SEEN) for name in found.rows):
        return Evaluation({name + unpaired.SEEN: row for name, row in found.rows.items()}, found.networks)
    return found


def features_of(data: str) -> str:
    """The name of the feature network that was trained on a data set."""
    return f"features-{Path(DataName.parse(data).place).name}"


def _sampler(subject: Subject) -> Evaluation:
    yardstick = f"{YARDSTICK}-{subject.data}"
    network = subject.feature_network(subject.card["config"]["channels"])
    draws = {subject.name: subject.model.draw}
    if yardstick in subject.weights and yardstick != subject.name:
        draws[yardstick] = subject.network(yardstick, Sampler).draw
    train, test = subject.train(), subject.test()
    # A network for other data knows other classes.
    own = subject.features == features_of(subject.card["data"])
    test = test if own else replace(test, labels=None)
    rows = judge.evaluate_table(draws, train, test, network, subject.n, subject.seed, subject.eye)
    model = subject.model
    if own and (classes := subject.card["config"].get("classes", 0)):
        rows[subject.name]["recognised"] = metrics.recognised(
            lambda label, generator: model.sample(model.latent(len(label), generator), label),
            network, classes, subject.n, subject.seed,
        )  # fmt: skip
    few = min(FEW, subject.n, len(test if train is None else train))
    if train is not None:
        rows[metrics.FLOOR]["sharpness"] = metrics.sharpness(_first(train, few))
    for name, draw in draws.items():
        rows[name]["sharpness"] = metrics.sharpness(draw(few, torch.Generator().manual_seed(subject.seed)))
    pictures = _first(test, min(FEW, len(test)))
    if (points := model.guess(pictures)) is not None:
        # How close test pictures come back through the encoder and the generator.
        again = model.synthesis(points)
        rows[subject.name]["psnr"] = metrics.psnr(again, pictures)
        if subject.eye:
            rows[subject.name]["perceptual"] = metrics.perceptual(subject.eye, again, pictures)
    return Evaluation(rows, {"features": subject.features})


def _autoencoder(subject: Subject) -> Evaluation:
    """The measures of a sampler, and how close decoded codes come to training pictures."""
    found, train = _sampler(subject), subject.train()
    if train is not None:
        few = subject.card.get("training", {}).get("pictures") or min(FEW, subject.n, len(train))
        pictures = _first(train.thinned(few), min(FEW, few))
        found.rows[subject.name]["psnr_seen"] = metrics.psnr(subject.model.decode(subject.model.encode(pictures)), pictures)
    return found


def _density(subject: Subject) -> Evaluation:
    """The measures of a sampler, and the accuracy of a density that tells classes apart."""
    found = _sampler(subject)
    if hasattr(subject.model, "probabilities"):
        test = subject.test().batch(slice(None))
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
    network = subject.feature_network(pairing(pairs).target_channels)
    if pairing(pairs).paired:
        rows = _of_pairs(subject, network)
    else:
        models = {subject.name: subject.model, **subject.beside}
        rows = unpaired.evaluate(models, subject.data, pairs, network, subject.size, subject.seed, subject.eye)
    return Evaluation(rows, {"features": subject.features})


def _of_pairs(subject: Subject, network: FeatureNetwork) -> dict[str, Row]:
    """The rows of a translator that was trained on pairs."""
    data, pairs, model = subject.data, subject.card["pairs"], subject.model
    test = load_pairs(data, pairs, subject.reference.split, subject.size)
    targets = None if subject.reference.whole else load_targets(data, pairs, "train", subject.size)
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
    test = load_clips(subject.data, subject.card["pairs"], subject.reference.split, subject.size)
    drawn = {subject.name: lambda given: subject.model.film(given[None])[0]}
    return Evaluation(
        films.evaluate(drawn | {name: other.translate for name, other in subject.beside.items()}, test, subject.eye)
    )


def _classifier(subject: Subject) -> Evaluation:
    test, model = subject.test(), subject.model
    if subject.card["config"]["heads"]:
        row = metrics.attribute_accuracies(model.predict, test)
    else:
        row = {"accuracy": metrics.accuracy(model, test)}
    return Evaluation({subject.name: row | {"n": len(test)}})


def _captioned(subject: Subject) -> Evaluation:
    networks = {"judge": f"judge-{subject.data}", "features": subject.features}
    features = subject.feature_network(subject.card["config"]["channels"])
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
