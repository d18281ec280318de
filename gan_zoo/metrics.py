"""How good samples are, measured over the features of a network that is handed in.

`evaluate_table` measures several sets of pictures in one run, real ones among them, so that every
number stands beside what real pictures get from the same code, network and number of pictures.
Numbers over different networks, or different numbers of pictures, can't be compared.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from gan_zoo.data import Dataset
from gan_zoo.errors import UserError
from gan_zoo.images import to_float, to_uint8

Images = Float[Tensor, "n c h w"]
Features = Float[Tensor, "n f"]
# Draws `n` pictures in [-1, 1] with a generator that is on the CPU; the pictures may be on any device.
Draw = Callable[[int, torch.Generator], Images]
Row = dict[str, float]

FLOOR = "real"
BATCH = 250
# Pairs that are translated at once: they are larger than what samplers draw.
PAIRS_BATCH = 32
# Rows of a distance matrix that are held at once: 40 MB against 5,000 pictures.
CHUNK = 1_000
# Bińkowski et al. 2018 average KID over subsets of this size.
KID_SUBSET, KID_SUBSETS = 1_000, 100


@runtime_checkable
class FeatureNetwork(Protocol):
    """What a feature network offers; one that tells the classes of the data apart also returns logits when called."""

    training: bool

    def parameters(self) -> Iterator[nn.Parameter]: ...

    def train(self, mode: bool = True) -> object: ...

    def features(self, images: Images) -> Features: ...

    def __call__(self, images: Images) -> Float[Tensor, "n classes"]: ...


class _Given(nn.Identity):
    """Stands where torchmetrics expects a network: what it is given are features already."""

    def __init__(self, num_features: int) -> None:
        super().__init__()
        self.num_features = num_features


def fid(real: Features, fake: Float[Tensor, "m f"]) -> float:
    """Fréchet distance of the Gaussians fitted to two sets (Heusel et al. 2017, eq. 6); from 0, lower is better.

    Raises:
        UserError: a set has no more pictures than there are features, which leaves its covariance singular.
    """
    from torchmetrics.image.fid import FrechetInceptionDistance

    fewest, size = min(len(real), len(fake)), real.shape[1]
    if fewest <= size:
        raise UserError(
            f"FID over {size} features needs more than {size} pictures, and there are {fewest}: ask for more, "
            "or take a data set with more test pictures",
            "few_pictures",
            features=size,
            pictures=fewest,
        )
    metric = FrechetInceptionDistance(_Given(size))
    metric.update(real.double().cpu(), real=True)
    metric.update(fake.double().cpu(), real=False)
    # Rounding takes a distance of nothing slightly below zero.
    return max(0.0, float(metric.compute()))


def kid(real: Features, fake: Float[Tensor, "m f"], seed: int = 0) -> float:
    """Squared MMD with the kernel (x.y / f + 1)^3 (Bińkowski et al. 2018, section 4); unbiased, so it falls on both
    sides of 0 for sets of one distribution; lower is better.

    Features are divided by their root mean square over the real pictures first. The kernel was made for those of
    Inception, which are about 1; where they are ten times as large, as small networks have them, nothing is left of it
    but the cubes of a few. The mean over 100 subsets of 1,000; over all pictures at once where there are no more than
    that.
    """
    from torchmetrics.image.kid import KernelInceptionDistance

    subset = min(len(real), len(fake), KID_SUBSET)
    if subset < 2:
        raise UserError(f"KID needs at least 2 pictures, and there are {subset}", "few_pictures", pictures=subset)
    one = len(real) == len(fake) == subset
    with warnings.catch_warnings():  # it says that it keeps the features, which is known
        warnings.simplefilter("ignore", UserWarning)
        metric = KernelInceptionDistance(_Given(real.shape[1]), subsets=1 if one else KID_SUBSETS, subset_size=subset)
    scale = real.double().square().mean().sqrt().clamp(min=torch.finfo(torch.float64).tiny)
    metric.update(real.double() / scale, real=True)
    metric.update(fake.double() / scale, real=False)
    with torch.random.fork_rng(devices=[]):  # it draws the subsets from the global generator of the CPU
        torch.manual_seed(seed)
        mean, _ = metric.compute()
    return float(mean)


def precision_recall(real: Features, fake: Float[Tensor, "m f"], k: int = 3) -> tuple[float, float]:
    """Share of samples within the manifold of the real pictures, and of real ones within that of the samples.

    A manifold is the union of balls around each picture that reach its `k`-th nearest neighbour of the same set
    (Kynkäänniemi et al. 2019, eq. 1 and 2). Both in [0, 1], higher is better.

    Precision is, if that is less, the share of samples in whose own ball a real picture lies (the symmetric precision
    of Khayatkhoei & AbdAlmageed 2023). In many dimensions pictures are as far from each other as from their middle: of
    the 320 test faces two thirds have a ball that holds the mean of them all, and blurred faces, which shrink towards
    it, would have a precision of 1. The price: samples that cling together count as imprecise, be each as real as it may.
    """
    fewest = min(len(real), len(fake))
    if fewest <= k:
        raise UserError(
            f"precision and recall need more than {k} pictures, and there are {fewest}", "few_pictures", pictures=fewest
        )
    real, fake = real.double(), fake.double()
    real_radii, fake_radii = _radii(real, k), _radii(fake, k)
    close = torch.cat([_distances(chunk, real).amin(1) for chunk in fake.split(CHUNK)]) <= fake_radii
    precision = min(_within(fake, real, real_radii), float(close.double().mean()))
    return precision, _within(real, fake, fake_radii)


def _radii(points: Features, k: int) -> Float[Tensor, "n"]:
    """The distance from each point to its `k`-th nearest neighbour."""
    return torch.cat([_distances(chunk, points).kthvalue(k + 1).values for chunk in points.split(CHUNK)])


def _within(candidates: Features, references: Float[Tensor, "m f"], radii: Float[Tensor, "m"]) -> float:
    """The share of `candidates` within the manifold of `references`."""
    inside = [(_distances(chunk, references) <= radii).any(1) for chunk in candidates.split(CHUNK)]
    return float(torch.cat(inside).double().mean())


def _distances(a: Features, b: Float[Tensor, "m f"]) -> Float[Tensor, "n m"]:
    # The faster way by matrix products leaves a distance of rounding between a picture and itself.
    return torch.cdist(a, b, compute_mode="donot_use_mm_for_euclid_dist")


def psnr(images: Images, target: Images) -> float:
    """Peak signal-to-noise ratio of pictures in [-1, 1] in decibels, the mean over pictures; higher is better."""
    from torchmetrics.functional.image import peak_signal_noise_ratio

    return float(peak_signal_noise_ratio(images.float(), target.float(), data_range=(-1.0, 1.0), dim=(1, 2, 3)))


def ssim(images: Images, target: Images) -> float:
    """Structural similarity (Wang et al. 2004, eq. 13) of pictures in [-1, 1], the mean over pictures; at most 1.

    The window is a Gaussian of 11x11, so the pictures are at least as large.
    """
    from torchmetrics.functional.image import structural_similarity_index_measure

    value = structural_similarity_index_measure(images.float(), target.float(), data_range=(-1.0, 1.0))
    assert isinstance(value, Tensor)
    return float(value)


def sharpness(images: Images) -> float:
    """Variance of the Laplacian of pictures (Pech-Pacheco et al. 2000, section 3.1) as grey in [0, 1], the mean over
    pictures. Blur has little of it and noise has much: right is what real pictures have."""
    grey = images.float().mean(1) / 2
    middle = grey[:, 1:-1, 1:-1]
    around = grey[:, :-2, 1:-1] + grey[:, 2:, 1:-1] + grey[:, 1:-1, :-2] + grey[:, 1:-1, 2:]
    return float((around - 4 * middle).var((1, 2)).mean())


def clear_share(probabilities: Float[Tensor, "n classes"], threshold: float = 0.9) -> float:
    """Share of pictures of which the classifier is surer than `threshold`, whatever class it sees."""
    return float((probabilities.amax(1) > threshold).double().mean())


def class_shares(probabilities: Float[Tensor, "n classes"]) -> Float[Tensor, "classes"]:
    """Share of pictures that the classifier takes for each class; they sum to 1."""
    counts = torch.bincount(probabilities.argmax(1), minlength=probabilities.shape[1])
    return counts.double() / len(probabilities)


@torch.no_grad()
def accuracy(network: FeatureNetwork, data: Dataset) -> float:
    """Share of the pictures of `data` whose class the classifier names."""
    if data.labels is None:
        raise UserError(f"'{data.name}' has no labels, so no accuracy can be measured on it", "no_labels", name=data.name)
    right = 0
    with _evaluating(network) as device:
        for start in range(0, len(data), BATCH):
            batch = data.batch(slice(start, start + BATCH))
            right += int((network(batch["image"].to(device)).argmax(1) == batch["label"].to(device)).sum())
    return right / len(data)


@torch.no_grad()
def attribute_accuracies(predict: Callable[[Images], Int[Tensor, "n attributes"]], data: Dataset) -> Row:
    """Share of the pictures of `data` whose word `predict` names, by attribute; `predict` is in evaluation mode."""
    if data.attribute_labels is None:
        raise UserError(f"'{data.name}' has no attributes to measure accuracy on", "no_labels", name=data.name)
    batches = [data.batch(slice(start, start + BATCH)) for start in range(0, len(data), BATCH)]
    right = torch.cat([predict(batch["image"]) == batch["attributes"] for batch in batches])
    return dict(zip(data.attributes, right.double().mean(0).tolist(), strict=True))


@torch.no_grad()
def recognised(
    sample: Callable[[Int[Tensor, "n"], torch.Generator], Images], network: FeatureNetwork, classes: int, n: int, seed: int = 0
) -> float:
    """Share of `n` samples, of all classes in turn, in which the classifier sees the class that was asked for."""
    generator, right = torch.Generator().manual_seed(seed), 0
    with _evaluating(network) as device:
        for labels in (torch.arange(n) % classes).split(BATCH):
            pictures = to_float(to_uint8(sample(labels, generator)))
            right += int((network(pictures.to(device)).argmax(1).cpu() == labels).sum())
    return right / n


class Judge:
    """Test pictures and a feature network: what every row of a table is measured against.

    Args:
        test: the reference. With labels, and a `network` with as many logits as it has classes, the rows also tell how
            clear the pictures are to the classifier and how they spread over the classes.
        n: pictures of the reference and of each row, at most as many as `test` has.
    """

    def __init__(self, test: Dataset, network: FeatureNetwork, n: int = 5_000, seed: int = 0) -> None:
        self.test, self.network, self.n, self.seed = test, network, min(n, len(test)), seed
        self.reference, _ = self._look(test.name, _shuffled(test, self.n, seed))

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
        """The row of `n` samples; `name` is what an error calls them."""
        return self._row(name, _drawn(draw, self.n, self.seed))

    def translations(
        self,
        name: str,
        translate: Callable[[Images], Images],
        batches: Iterable[Mapping[str, Tensor]],
        back: Callable[[Images], Images] | None = None,
    ) -> Row:
        """The row of a translator over batches of `input`, and `image` where there are targets.

        How close each picture comes to its target (`psnr` in dB, `ssim`, and `l1` in [0, 2]); how close what goes `back`
        comes to the input (`cycle`, the mean absolute difference in [0, 1], and `cycle_psnr`); and `kid`, whether all
        together look like the reference.
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
            sums = {key: sums.get(key, 0.0) + value * len(drawn) for key, value in close.items()}
            outputs.append(drawn)
        features, _ = self._look(name, iter(outputs))
        n = len(features)
        return {key: value / n for key, value in sums.items()} | {"kid": self.kid(features), "n": float(n)}

    def floor(self, data: Dataset) -> Row:
        """The `kid` of other real pictures, as many as the reference has if there are so many."""
        features, _ = self._look(data.name, _shuffled(data, min(len(data), self.n), self.seed))
        return {"kid": self.kid(features), "n": float(len(features))}

    def kid(self, features: Features) -> float:
        """`kid` of some features and the reference's."""
        return kid(self.reference, features, self.seed)

    def _row(self, name: str, batches: Iterable[Images]) -> Row:
        features, probabilities = self._look(name, batches)
        precision, recall = precision_recall(self.reference, features)
        row = {
            "fid": fid(self.reference, features),
            "kid": self.kid(features),
            "precision": precision,
            "recall": recall,
        }
        if probabilities is not None:
            shares = class_shares(probabilities)
            row |= {"clear": clear_share(probabilities), "min_class": float(shares.min()), "max_class": float(shares.max())}
        return row | {"n": float(len(features))}

    @torch.no_grad()
    def _look(self, name: str, batches: Iterable[Images]) -> tuple[Features, Float[Tensor, "n classes"] | None]:
        """Features, and probabilities where the network tells the classes of the data apart."""
        shape = self.test.images.shape[1:]
        features, probabilities = [], []
        with _evaluating(self.network) as device:
            for batch in batches:
                if batch.shape[1:] != shape:
                    ours, theirs = ("x".join(map(str, sizes)) for sizes in (batch.shape[1:], shape))
                    raise UserError(f"the pictures of '{name}' are {ours}, those of '{self.test.name}' {theirs}", "shape")
                if not batch.isfinite().all():
                    raise UserError(f"'{name}' draws pictures that are not numbers (NaN): its weights are spoilt", "not_finite")
                # As bytes, as real pictures are kept and as anybody sees them.
                batch = to_float(to_uint8(batch.to(device)))
                features.append(self.network.features(batch).float())
                if self.test.labels is not None:
                    logits = self.network(batch).float()
                    if logits.shape[1] == len(self.test.classes):
                        probabilities.append(logits.softmax(1))
        return torch.cat(features), torch.cat(probabilities) if probabilities else None


def evaluate_table(
    draws: Mapping[str, Draw], train: Dataset, test: Dataset, network: FeatureNetwork, n: int = 5_000, seed: int = 0
) -> dict[str, Row]:
    """Measure samplers, and real pictures beside them, against the same test pictures.

    Args:
        draws: by name of the row, how to draw its samples; each gets a generator of the same seed.
        train: real pictures for the row `real`, which comes first. It is the floor: who gives back the very pictures
            that were learnt from gets these numbers.
        test: see `Judge`.
        n: pictures of each row; fewer where `train` or `test` has fewer.

    Returns:
        by name of the row: `fid`, `kid`, `precision`, `recall`; where there are classes `clear` (share with a
        probability over 0.9), `min_class` and `max_class` (shares of the rarest and the commonest class); `n`.

    Raises:
        UserError: samples are not numbers or of another shape than `test`, or there are too few pictures.
    """
    judge = Judge(test, network, min(n, len(train)), seed)
    return {FLOOR: judge.real(train)} | {name: judge.samples(name, draw) for name, draw in draws.items()}


def evaluate_translators(
    translators: Mapping[str, tuple[Callable[[Images], Images], bool]],
    train: Dataset,
    test: Dataset,
    network: FeatureNetwork,
    seed: int = 0,
) -> dict[str, Row]:
    """Measure translators over the same test pairs, and real pictures beside them.

    Args:
        translators: by name of the row, how to translate, and whether the inputs vary as they do in training (with
            colour hints, for those that have them) rather than being plain.
        train: its targets are the row `real`, the floor of `kid`.
        test: pairs, whose targets are the reference.

    Returns:
        by name of the row what `Judge.translations` measures.
    """
    judge = Judge(test, network, len(test), seed)

    def batches(vary: bool) -> Iterator[dict[str, Tensor]]:
        for start in range(0, len(test), PAIRS_BATCH):
            yield test.batch(slice(start, start + PAIRS_BATCH), vary=vary)

    rows = {}
    for name, (translate, vary) in translators.items():
        with torch.random.fork_rng(devices=[]):  # the same variations and the same noise for all
            torch.manual_seed(seed)
            rows[name] = judge.translations(name, translate, batches(vary))
    return {FLOOR: judge.floor(train)} | rows


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


@contextmanager
def _evaluating(network: FeatureNetwork) -> Iterator[torch.device]:
    """The network in evaluation mode, as it was afterwards; gives the device it is on."""
    training = network.training
    network.train(False)
    try:
        yield next(iter(network.parameters())).device
    finally:
        network.train(training)
