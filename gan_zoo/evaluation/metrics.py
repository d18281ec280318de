"""Measures of the quality of samples, over the features of a network that the caller passes.

`judge.evaluate_table` measures several sets of pictures in one run, real ones among them, so that every
number stands beside that of real pictures from the same code, network and number of pictures.
Numbers from different networks, or from different numbers of pictures, can't be compared.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from gan_zoo import random_state
from gan_zoo.data.dataset import Dataset
from gan_zoo.errors import UserError
from gan_zoo.imaging.images import to_float, to_uint8
from gan_zoo.layers.perceptual import Maps, perceptual_distance

Images = Float[Tensor, "n c h w"]
Features = Float[Tensor, "n f"]
# A function that draws `n` pictures in [-1, 1] with a generator on the CPU; the pictures may be on any device.
Draw = Callable[[int, torch.Generator], Images]
Row = dict[str, float]

FLOOR = "real"
BATCH = 250
# Pairs that are translated at once: fewer, because their pictures are larger than those of samplers.
PAIRS_BATCH = 32
# Rows of a distance matrix that are held at once: 40 MB against 5,000 pictures.
CHUNK = 1_000
# Bińkowski et al. 2018 average KID over subsets of this size.
KID_SUBSET, KID_SUBSETS = 1_000, 100


@runtime_checkable
class FeatureNetwork(Protocol):
    """A network with features; a classifier also returns logits when it is called."""

    training: bool

    def parameters(self) -> Iterator[nn.Parameter]: ...

    def train(self, mode: bool = True) -> object: ...

    def features(self, images: Images) -> Features: ...

    def __call__(self, images: Images) -> Float[Tensor, "n classes"]: ...


@runtime_checkable
class Eye(FeatureNetwork, Protocol):
    """A feature network for coloured pictures of every kind, which also returns its feature maps stage by stage."""

    def taps(self, images: Images) -> Maps: ...


class _Given(nn.Identity):
    """Takes the place of the network that torchmetrics expects, because its inputs are features already."""

    def __init__(self, num_features: int) -> None:
        super().__init__()
        self.num_features = num_features


def fid(real: Features, fake: Float[Tensor, "m f"]) -> float:
    """Fréchet distance of the Gaussians fitted to two sets (Heusel et al. 2017, eq. 6); from 0, lower is better.

    Raises:
        UserError: a set has no more pictures than there are features, so its covariance would be singular.
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
    # Rounding can make a distance of zero slightly negative.
    return max(0.0, float(metric.compute()))


def kid(real: Features, fake: Float[Tensor, "m f"], seed: int = 0) -> float:
    """Squared MMD with the kernel (x.y / f + 1)^3 (Bińkowski et al. 2018, section 4); lower is better. It is unbiased, so
    for two sets of one distribution it falls on both sides of 0.

    The features are first divided by their root mean square over the real pictures. The kernel was made for the features
    of Inception, which are about 1. Small networks have features ten times as large, and then only the cubes of a few of
    them would count. The result is the mean over 100 subsets of 1,000 pictures, or of as many as the smaller set has. Two sets
    of the same size up to 1,000 are compared as wholes.
    """
    from torchmetrics.image.kid import KernelInceptionDistance

    subset = min(len(real), len(fake), KID_SUBSET)
    if subset < 2:
        raise UserError(f"KID needs at least 2 pictures, and there are {subset}", "few_pictures", pictures=subset)
    one = len(real) == len(fake) == subset
    with warnings.catch_warnings():  # torchmetrics warns that it keeps the features, which we know
        warnings.simplefilter("ignore", UserWarning)
        metric = KernelInceptionDistance(_Given(real.shape[1]), subsets=1 if one else KID_SUBSETS, subset_size=subset)
    scale = real.double().square().mean().sqrt().clamp(min=torch.finfo(torch.float64).tiny)
    metric.update(real.double() / scale, real=True)
    metric.update(fake.double() / scale, real=False)
    with random_state.seeded(seed):  # torchmetrics draws the subsets from the CPU's global generator
        mean, _ = metric.compute()
    return float(mean)


def precision_recall(real: Features, fake: Float[Tensor, "m f"], k: int = 3) -> tuple[float, float]:
    """Precision and recall: the share of samples within the manifold of the real pictures, and the share of real pictures
    within the manifold of the samples. Both are in [0, 1], and higher is better.

    A manifold is the union of balls around each picture that reach its `k`-th nearest neighbour in the same set
    (Kynkäänniemi et al. 2019, eq. 1 and 2).

    Precision is the smaller of that share and the share of samples whose own ball contains a real picture (the symmetric
    precision of Khayatkhoei & AbdAlmageed 2023). In many dimensions pictures are as far from each other as from their
    mean: the balls of two thirds of the 320 test faces contain the mean of all, so blurred faces, which shrink towards the
    mean, would have a precision of 1. The price is that samples close together count as imprecise, even if each looks real.
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
    # The faster method with matrix products gives a picture a distance from itself, because it rounds.
    return torch.cdist(a, b, compute_mode="donot_use_mm_for_euclid_dist")


def psnr(images: Images, target: Images) -> float:
    """Peak signal-to-noise ratio of pictures in [-1, 1] in decibels, the mean over pictures; higher is better."""
    from torchmetrics.functional.image import peak_signal_noise_ratio

    return float(peak_signal_noise_ratio(images.float(), target.float(), data_range=(-1.0, 1.0), dim=(1, 2, 3)))


def ssim(images: Images, target: Images) -> float:
    """Structural similarity (Wang et al. 2004, eq. 13) of pictures in [-1, 1], the mean over pictures; at most 1.

    The window is a Gaussian of 11x11, so the pictures must be at least as large.
    """
    from torchmetrics.functional.image import structural_similarity_index_measure

    value = structural_similarity_index_measure(images.float(), target.float(), data_range=(-1.0, 1.0))
    assert isinstance(value, Tensor)
    return float(value)


@torch.no_grad()
def perceptual(eye: Eye, images: Images, target: Images) -> float:
    """The perceptual distance over the maps of `eye`, the mean over pictures; in [0, 4], and lower is better."""
    with _evaluating(eye) as device:
        ours, theirs = (eye.taps(pictures.float().to(device)) for pictures in (images, target))
        return float(perceptual_distance(ours, theirs).mean())


def sharpness(images: Images) -> float:
    """Variance of the Laplacian of pictures (Pech-Pacheco et al. 2000, section 3.1) as grey in [0, 1], the mean over
    pictures. Blurred pictures have a low value and noise has a high one; good samples have that of real pictures."""
    grey = images.float().mean(1) / 2
    middle = grey[:, 1:-1, 1:-1]
    around = grey[:, :-2, 1:-1] + grey[:, 2:, 1:-1] + grey[:, 1:-1, :-2] + grey[:, 1:-1, 2:]
    return float((around - 4 * middle).var((1, 2)).mean())


def clear_share(probabilities: Float[Tensor, "n classes"], threshold: float = 0.9) -> float:
    """Share of pictures for which the classifier gives any class a probability over `threshold`."""
    return float((probabilities.amax(1) > threshold).double().mean())


def class_shares(probabilities: Float[Tensor, "n classes"]) -> Float[Tensor, "classes"]:
    """Share of the pictures that the classifier puts into each class; the shares sum to 1."""
    counts = torch.bincount(probabilities.argmax(1), minlength=probabilities.shape[1])
    return counts.double() / len(probabilities)


@torch.no_grad()
def accuracy(network: FeatureNetwork, data: Dataset) -> float:
    """Share of the pictures of `data` whose class the classifier names correctly."""
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
    """Share of the pictures of `data` whose word `predict` names correctly, by attribute; `predict` is in evaluation mode."""
    if data.attribute_labels is None:
        raise UserError(f"'{data.name}' has no attributes to measure accuracy on", "no_labels", name=data.name)
    batches = [data.batch(slice(start, start + BATCH)) for start in range(0, len(data), BATCH)]
    right = torch.cat([predict(batch["image"]) == batch["attributes"] for batch in batches])
    return dict(zip(data.attributes, right.double().mean(0).tolist(), strict=True))


@torch.no_grad()
def recognised(
    sample: Callable[[Int[Tensor, "n"], torch.Generator], Images], network: FeatureNetwork, classes: int, n: int, seed: int = 0
) -> float:
    """Share of `n` samples, of all classes in turn, for which the classifier names the class that was asked for."""
    generator, right = torch.Generator().manual_seed(seed), 0
    with _evaluating(network) as device:
        for labels in (torch.arange(n) % classes).split(BATCH):
            pictures = to_float(to_uint8(sample(labels, generator)))
            right += int((network(pictures.to(device)).argmax(1).cpu() == labels).sum())
    return right / n


@contextmanager
def _evaluating(network: FeatureNetwork) -> Iterator[torch.device]:
    """A context with the network in evaluation mode, which yields its device and restores its mode at the end."""
    training = network.training
    network.train(False)
    try:
        yield next(iter(network.parameters())).device
    finally:
        network.train(training)
