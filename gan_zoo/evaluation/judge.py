"""Tables of metrics: samplers and translators beside the real pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from gan_zoo import random_state
from gan_zoo.data.dataset import Dataset
from gan_zoo.errors import UserError
from gan_zoo.evaluation.metrics import (
    BATCH,
    FLOOR,
    PAIRS_BATCH,
    Draw,
    Eye,
    FeatureNetwork,
    Features,
    Images,
    Row,
    _evaluating,
    class_shares,
    clear_share,
    fid,
    kid,
    perceptual,
    precision_recall,
    psnr,
    ssim,
)
from gan_zoo.imaging.images import to_float, to_uint8


@dataclass(frozen=True)
class _Seen:
    """The features of a set of pictures."""

    features: Features
    probabilities: Float[Tensor, "n classes"] | None
    """the probabilities of the classes, if the feature network knows the classes of the data"""
    eye: Features | None
    """the features over the eye, if there is one"""


class Judge:
    """Test pictures and a feature network, against which every row of a table is measured.

    Args:
        test: the reference. If it has labels, and `network` has as many logits as it has classes, the rows also say how
            sure the classifier is of the pictures and how they spread over the classes.
        n: the number of pictures of the reference and of each row, at most as many as `test` has.
        eye: a network trained on ImageNet. With it, rows of coloured pictures also have `kid_imagenet`, `fid_imagenet` if
            there are more pictures than features, and `perceptual` if there are targets.
    """

    def __init__(self, test: Dataset, network: FeatureNetwork, n: int = 5_000, seed: int = 0, eye: Eye | None = None) -> None:
        self.test, self.network, self.n, self.seed = test, network, min(n, len(test)), seed
        self.eye = eye if test.images.shape[1] == 3 else None
        self.reference = self._look(test.name, _shuffled(test, self.n, seed))

    def real(self, data: Dataset) -> Row:
        """The row of `n` pictures of a data set."""
        if len(data) < self.n:
            raise UserError(
                f"'{data.name}' has {len(data)} pictures, fewer than the {self.n} to measure over: ask for fewer",
                "few_pictures",
                pictures=len(data),
            )
        return self._row(data.name, _shuffled(data, self.n, self.seed))

    def samples(self, name: str, draw: Draw) -> Row:
        """The row of `n` samples; errors call them `name`."""
        return self._row(name, _drawn(draw, self.n, self.seed))

    def translations(
        self,
        name: str,
        translate: Callable[[Images], Images],
        batches: Iterable[Mapping[str, Tensor]],
        back: Callable[[Images], Images] | None = None,
    ) -> Row:
        """The row of a translator over batches of `input`, and `image` if there are targets.

        With targets, `psnr` in dB, `ssim`, `l1` in [0, 2] and `perceptual` compare each picture with its target. With `back`,
        `cycle`, the mean absolute difference in [0, 1], and `cycle_psnr` in dB compare the picture that comes back with the
        input. `kid` and `kid_imagenet` compare all pictures together with the reference.
        """
        sums: Row = {}
        outputs = []
        for batch in batches:
            close: Row = {}
            drawn = to_float(to_uint8(translate(batch["input"])))
            if back is not None:
                given, again = batch["input"].cpu(), to_float(to_uint8(back(drawn))).cpu()
                close |= {"cycle": float((again - given).abs().mean()) / 2, "cycle_psnr": psnr(again, given)}
            drawn = drawn.cpu()
            if "image" in batch:
                target = batch["image"].cpu()
                difference = float((drawn - target).abs().mean())
                close |= {"psnr": psnr(drawn, target), "ssim": ssim(drawn, target), "l1": difference}
                if self.eye is not None:
                    close["perceptual"] = perceptual(self.eye, drawn, target)
            sums = {key: sums.get(key, 0.0) + value * len(drawn) for key, value in close.items()}
            outputs.append(drawn)
        seen = self._look(name, iter(outputs))
        n = len(seen.features)
        return {key: value / n for key, value in sums.items()} | self._kids(seen) | {"n": float(n)}

    def floor(self, data: Dataset) -> Row:
        """The row of other real pictures, with KID and `n`, over as many as the reference has, or over all if fewer."""
        seen = self._look(data.name, _shuffled(data, min(len(data), self.n), self.seed))
        return self._kids(seen) | {"n": float(len(seen.features))}

    def _kids(self, seen: _Seen) -> Row:
        """KID against the reference, over the feature network and over the eye."""
        found = {"kid": kid(self.reference.features, seen.features, self.seed)}
        if self.reference.eye is not None and seen.eye is not None:
            found["kid_imagenet"] = kid(self.reference.eye, seen.eye, self.seed)
        return found

    def _row(self, name: str, batches: Iterable[Images]) -> Row:
        seen = self._look(name, batches)
        precision, recall = precision_recall(self.reference.features, seen.features)
        row = {"fid": fid(self.reference.features, seen.features), **self._kids(seen), "precision": precision, "recall": recall}
        if self.reference.eye is not None and seen.eye is not None and len(seen.eye) > seen.eye.shape[1]:
            row["fid_imagenet"] = fid(self.reference.eye, seen.eye)
        if seen.probabilities is not None:
            shares = class_shares(seen.probabilities)
            row |= {
                "clear": clear_share(seen.probabilities),
                "min_class": float(shares.min()),
                "max_class": float(shares.max()),
            }
        return row | {"n": float(len(seen.features))}

    @torch.no_grad()
    def _look(self, name: str, batches: Iterable[Images]) -> _Seen:
        """The features of the pictures."""
        shape = self.test.images.shape[1:]
        features, probabilities, eye = [], [], []
        with _evaluating(self.network) as device:
            for batch in batches:
                if batch.shape[1:] != shape:
                    ours, theirs = ("x".join(map(str, sizes)) for sizes in (batch.shape[1:], shape))
                    raise UserError(f"the pictures of '{name}' are {ours}, those of '{self.test.name}' {theirs}", "shape")
                if not batch.isfinite().all():
                    raise UserError(f"'{name}' draws pictures that are not numbers (NaN): its weights are spoilt", "not_finite")
                # Samples are rounded to bytes, because real pictures are stored as bytes and screens show bytes.
                batch = to_float(to_uint8(batch.to(device)))
                features.append(self.network.features(batch).float())
                if self.eye is not None and self.eye is not self.network:
                    with _evaluating(self.eye) as where:
                        # A few at a time, because its first maps are large.
                        eye += [self.eye.features(part.to(where)).float() for part in batch.split(PAIRS_BATCH)]
                if self.test.labels is not None:
                    logits = self.network(batch).float()
                    if logits.shape[1] == len(self.test.classes):
                        probabilities.append(logits.softmax(1))
        whole = torch.cat(features)
        seen = whole if self.eye is self.network else torch.cat(eye) if eye else None
        return _Seen(whole, torch.cat(probabilities) if probabilities else None, seen)


def evaluate_table(
    draws: Mapping[str, Draw],
    train: Dataset | None,
    test: Dataset,
    network: FeatureNetwork,
    n: int = 5_000,
    seed: int = 0,
    eye: Eye | None = None,
) -> dict[str, Row]:
    """Measure samplers, and real pictures beside them, against the same test pictures.

    Args:
        draws: by name of the row, a function that draws its samples; each gets a generator with the same seed.
        train: real pictures for the row `real`, which comes first. It is the floor: a sampler that returns its training
            pictures unchanged gets these numbers. None if there are no other real pictures than `test`.
        test: see `Judge`.
        n: the number of pictures of each row; fewer if `train` or `test` has fewer.
        eye: see `Judge`.

    Returns:
        by name of the row: `fid`, `kid`, `precision`, `recall` and `n`; with an eye also `kid_imagenet` and, if there are
        more pictures than its features, `fid_imagenet`; if there are classes also `clear` (share with a probability over
        0.9), `min_class` and `max_class` (shares of the rarest and the commonest class).

    Raises:
        UserError: samples are not numbers or differ in shape from `test`, or there are too few pictures.
    """
    judge = Judge(test, network, min(n, len(test if train is None else train)), seed, eye)
    floor = {} if train is None else {FLOOR: judge.real(train)}
    return floor | {name: judge.samples(name, draw) for name, draw in draws.items()}


def evaluate_translators(
    translators: Mapping[str, tuple[Callable[[Images], Images], bool]],
    train: Dataset | None,
    test: Dataset,
    network: FeatureNetwork,
    seed: int = 0,
    eye: Eye | None = None,
) -> dict[str, Row]:
    """Measure translators over the same test pairs, and real pictures beside them.

    Args:
        translators: by name of the row, a function that translates, and True if its inputs vary as in training (with
            colour hints if the pairing has them), False for plain inputs.
        train: its targets are the row `real`, the floor of `kid`; None if there are no other targets than those of `test`.
        test: pairs; their targets are the reference.

    Returns:
        by name of the row the numbers of `Judge.translations`.
    """
    judge = Judge(test, network, len(test), seed, eye)

    def batches(vary: bool) -> Iterator[dict[str, Tensor]]:
        for start in range(0, len(test), PAIRS_BATCH):
            yield test.batch(slice(start, start + PAIRS_BATCH), vary=vary)

    rows = {}
    for name, (translate, vary) in translators.items():
        # All translators get the same variations and the same noise.
        with random_state.seeded(seed, test.images.device):
            rows[name] = judge.translations(name, translate, batches(vary))
    return ({} if train is None else {FLOOR: judge.floor(train)}) | rows


def _shuffled(data: Dataset, n: int, seed: int) -> Iterator[Images]:
    """`n` different pictures of `data`, in batches."""
    order = torch.randperm(len(data), generator=torch.Generator().manual_seed(seed))[:n]
    for index in order.to(data.images.device).split(BATCH):
        yield data.batch(index)["image"]


def _drawn(draw: Draw, n: int, seed: int) -> Iterator[Images]:
    """`n` samples, in batches."""
    generator = torch.Generator().manual_seed(seed)
    for start in range(0, n, BATCH):
        yield draw(min(BATCH, n - start), generator)
