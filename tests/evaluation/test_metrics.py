"""Metrics against closed forms and against sets whose quality is known."""

from __future__ import annotations

import pytest
import torch
from jaxtyping import Float
from torch import Tensor, nn

from gan_zoo import UserError
from gan_zoo.data.dataset import Dataset
from gan_zoo.evaluation import judge, metrics
from gan_zoo.imaging.images import to_float
from gan_zoo.models.classifier import Classifier


def gaussian(n: int, f: int = 8, mean: float = 0.0, deviation: float = 1.0, seed: int = 0) -> Float[Tensor, "n f"]:
    return torch.randn(n, f, generator=torch.Generator().manual_seed(seed)) * deviation + mean


def exact(n: int, mean: Float[Tensor, "f"], covariance: Float[Tensor, "f f"]) -> Float[Tensor, "n f"]:
    """`n` points with exactly this mean and unbiased covariance."""
    x = torch.randn(n, len(mean), dtype=torch.float64, generator=torch.Generator().manual_seed(3))
    x = x - x.mean(0)
    whitened = x @ torch.linalg.inv(torch.linalg.cholesky(x.T.cov())).T
    return whitened @ torch.linalg.cholesky(covariance).T + mean


def test_fid_of_two_gaussians_is_the_closed_form() -> None:
    # If the covariances commute, the trace term is the sum of squared differences of standard deviations.
    rotation, _ = torch.linalg.qr(gaussian(4, 4).double())
    a, b = torch.tensor([1.0, 4.0, 9.0, 0.25]).double(), torch.tensor([4.0, 1.0, 9.0, 1.0]).double()
    mean = torch.tensor([1.0, -2.0, 0.0, 0.5]).double()
    real = exact(200, torch.zeros(4).double(), rotation @ a.diag() @ rotation.T)
    fake = exact(300, mean, rotation @ b.diag() @ rotation.T)
    expected = float(mean.square().sum() + (a.sqrt() - b.sqrt()).square().sum())
    assert metrics.fid(real, fake) == pytest.approx(expected, rel=1e-6)
    assert metrics.fid(fake, real) == pytest.approx(expected, rel=1e-6)


def test_fid_of_a_set_with_itself_is_nothing_even_where_features_are_dead() -> None:
    x = gaussian(100)
    x[:, 3:] = 0
    assert 0 <= metrics.fid(x, x) < 1e-6


def test_fid_needs_more_pictures_than_features() -> None:
    with pytest.raises(UserError, match="more than 8 pictures, and there are 8"):
        metrics.fid(gaussian(8), gaussian(100))
    metrics.fid(gaussian(9), gaussian(100))


def test_kid_is_unbiased() -> None:
    """Over many pairs of sets of one distribution, KID is zero on average and falls on both sides of zero."""
    values = [metrics.kid(gaussian(60, seed=2 * i), gaussian(60, seed=2 * i + 1)) for i in range(60)]
    spread = torch.tensor(values).std().item()
    assert min(values) < 0 < max(values)
    assert abs(sum(values) / 60) < 3 * spread / 60**0.5
    assert metrics.kid(gaussian(60), gaussian(60, mean=1.0, seed=1)) > 5 * spread


def test_kid_is_the_formula() -> None:
    real, fake = gaussian(20, 3).double(), gaussian(20, 3, mean=0.5, seed=1).double()
    real, fake = (x / real.square().mean().sqrt() for x in (real, fake))

    def kernel(a: Tensor, b: Tensor) -> Tensor:
        return (a @ b.T / 3 + 1) ** 3

    off = 1 - torch.eye(20).double()
    pairs = 20 * 19
    expected = (
        (kernel(real, real) * off).sum() / pairs + (kernel(fake, fake) * off).sum() / pairs - 2 * kernel(real, fake).mean()
    )
    scale = real.square().mean().sqrt()
    assert metrics.kid(real * 100 / scale, fake * 100 / scale) == pytest.approx(metrics.kid(real, fake), rel=1e-9)
    assert metrics.kid(real, fake) == pytest.approx(expected.item(), rel=1e-9)


def test_kid_of_subsets_is_the_same_for_a_seed_and_leaves_the_generator_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "KID_SUBSET", 30)
    monkeypatch.setattr(metrics, "KID_SUBSETS", 5)
    real, fake = gaussian(100), gaussian(100, seed=1)
    state = torch.get_rng_state()
    first = metrics.kid(real, fake, seed=1)
    assert torch.equal(torch.get_rng_state(), state)
    assert metrics.kid(real, fake, seed=1) == first
    assert metrics.kid(real, fake, seed=2) != first


def test_precision_and_recall_of_identical_sets_are_one() -> None:
    x = gaussian(200)
    assert metrics.precision_recall(x, x) == (1.0, 1.0)


def test_precision_and_recall_of_sets_far_apart_are_nothing() -> None:
    assert metrics.precision_recall(gaussian(200), gaussian(200, mean=50.0, seed=1)) == (0.0, 0.0)


def test_precision_and_recall_by_hand() -> None:
    real, fake = torch.tensor([[0.0], [1.0], [4.0]]), torch.tensor([[4.0], [4.5], [20.0]])
    # On a line, with the nearest neighbour: the real balls have radii 1, 1 and 3, the fake ones 0.5, 0.5 and 15.5.
    precision, recall = metrics.precision_recall(real, fake, k=1)
    # 4 and 4.5 lie in [1, 7], and 20 lies in no ball. [3.5, 4.5] and [4, 5] contain 4, and [4.5, 35.5] contains nothing.
    assert precision == pytest.approx(2 / 3)
    # 4 lies in [3.5, 4.5]; 0 and 1 lie in no ball, because the widest is [4.5, 35.5].
    assert recall == pytest.approx(1 / 3)


def test_in_many_dimensions_what_shrinks_to_the_middle_is_not_precise() -> None:
    """Real pictures are as far from each other as from their mean, so the ball of one contains everything near the mean."""
    real, other, shrunk = gaussian(400, 64), gaussian(400, 64, seed=1), gaussian(400, 64, deviation=0.3, seed=2)
    inside = (real.norm(dim=1) < metrics._radii(real, 3)).float().mean()
    assert inside > 0.9
    assert metrics.precision_recall(real, shrunk) == (0.0, 0.0)
    assert all(share > 0.6 for share in metrics.precision_recall(real, other))


def test_samples_that_cling_together_are_imprecise_and_recall_little() -> None:
    precision, recall = metrics.precision_recall(gaussian(400, 2), gaussian(400, 2, deviation=0.02, seed=1))
    assert precision < 0.2
    assert recall < 0.05


def test_scattered_samples_recall_much_and_are_imprecise() -> None:
    precision, recall = metrics.precision_recall(gaussian(400, 2), gaussian(400, 2, deviation=8.0, seed=1))
    assert precision < 0.3
    assert recall > 0.7


def test_precision_and_recall_do_not_depend_on_the_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    real, fake = gaussian(90), gaussian(80, mean=0.5, seed=1)
    whole = metrics.precision_recall(real, fake)
    assert all(0.1 < share < 0.9 for share in whole)
    monkeypatch.setattr(metrics, "CHUNK", 7)
    assert metrics.precision_recall(real, fake) == whole


def test_precision_and_recall_need_neighbours() -> None:
    with pytest.raises(UserError, match="more than 3"):
        metrics.precision_recall(gaussian(3), gaussian(100))


def test_psnr() -> None:
    target = torch.zeros(2, 1, 16, 16)
    noisy = target + torch.tensor([0.2, 0.02]).view(2, 1, 1, 1)
    # 10 log10(2^2 / 0.2^2) = 20 dB and 40 dB: the mean is that of the pictures' PSNR, not of their errors.
    assert metrics.psnr(noisy, target) == pytest.approx(30, abs=1e-3)


def test_ssim() -> None:
    a = torch.rand(2, 3, 16, 16, generator=torch.Generator().manual_seed(0)) * 2 - 1
    assert metrics.ssim(a, a) == pytest.approx(1)
    assert metrics.ssim(a.roll(1, 0), a) < 0.3
    # For two flat pictures only the luminance term remains: (2xy + c) / (x^2 + y^2 + c), c = (0.01 * 2)^2.
    x, y, c = 0.5, 0.2, 0.0004
    flat = metrics.ssim(torch.full((1, 1, 16, 16), x), torch.full((1, 1, 16, 16), y))
    assert flat == pytest.approx((2 * x * y + c) / (x * x + y * y + c), abs=1e-4)


def test_shares() -> None:
    p = torch.tensor([[0.95, 0.05, 0.0], [0.5, 0.3, 0.2], [0.0, 0.08, 0.92], [0.91, 0.09, 0.0]])
    assert metrics.clear_share(p) == 0.75
    assert metrics.clear_share(p, threshold=0.93) == 0.25
    assert metrics.class_shares(p).tolist() == [0.75, 0.0, 0.25]


class Means(nn.Module):
    """A feature network with the means and deviations of the channels as features; the class is the brightest channel."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(50.0))
        self.sizes: list[int] = []

    def forward(self, images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n c"]:
        assert not self.training and not torch.is_grad_enabled()
        return images.mean((2, 3)) * self.scale

    def features(self, images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n f"]:
        assert not self.training and not torch.is_grad_enabled()
        self.sizes.append(len(images))
        return torch.cat([images.mean((2, 3)), images.std((2, 3))], 1)


def coloured(n: int, seed: int, labelled: bool = True) -> Dataset:
    """Pictures of three classes: noise with one brighter channel."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(n) % 3
    images = torch.randint(128, (n, 3, 8, 8), generator=generator, dtype=torch.uint8)
    images[torch.arange(n), labels] += 120
    return Dataset(f"coloured-{seed}", images, labels if labelled else None, ["r", "g", "b"] if labelled else [])


def memorised(data: Dataset) -> metrics.Draw:
    """A sampler that returns training pictures."""
    return lambda n, generator: to_float(data.images[torch.randint(len(data), (n,), generator=generator)])


def collapsed(n: int, generator: torch.Generator) -> Float[Tensor, "n c h w"]:
    """A sampler that returns one picture with a little noise."""
    noise = torch.randn(n, 3, 8, 8, generator=generator) * 0.02
    return torch.tensor([0.5, -0.5, -0.5]).view(3, 1, 1) + noise


def test_the_table() -> None:
    train, test, network = coloured(400, 0), coloured(300, 1), Means()
    network.train()
    table = judge.evaluate_table({"good": memorised(train), "bad": collapsed}, train, test, network, n=280)
    assert list(table) == ["real", "good", "bad"]
    assert all(
        set(row) == {"fid", "kid", "precision", "recall", "clear", "min_class", "max_class", "n"} for row in table.values()
    )
    real, good, bad = table.values()
    assert real["n"] == good["n"] == bad["n"] == 280
    assert bad["fid"] > 20 * max(real["fid"], good["fid"]) > 0
    assert bad["kid"] > 20 * max(abs(real["kid"]), abs(good["kid"]))
    assert min(real["precision"], real["recall"], good["precision"]) > 0.7
    assert bad["recall"] < 0.05
    assert (bad["min_class"], bad["max_class"]) == (0.0, 1.0)
    assert 0.25 < good["min_class"] <= 1 / 3 <= good["max_class"] < 0.42
    assert good["clear"] > 0.95
    assert network.training, "the network is left as it was"
    assert max(network.sizes) <= metrics.BATCH < 280


def test_the_table_is_the_same_for_a_seed() -> None:
    train, test, network = coloured(100, 0), coloured(80, 1), Means()
    draws = {"sampler": memorised(train)}
    first = judge.evaluate_table(draws, train, test, network, n=60)
    assert judge.evaluate_table(draws, train, test, network, n=60) == first
    assert judge.evaluate_table(draws, train, test, network, n=60, seed=1) != first


def test_every_row_has_as_many_pictures_as_the_smallest_set() -> None:
    table = judge.evaluate_table({"a": collapsed}, coloured(50, 0), coloured(80, 1), Means())
    assert [row["n"] for row in table.values()] == [50, 50]


def test_without_classes_the_table_has_none() -> None:
    train, test = coloured(50, 0, labelled=False), coloured(50, 1, labelled=False)
    table = judge.evaluate_table({"a": collapsed}, train, test, Means())
    assert set(table["a"]) == {"fid", "kid", "precision", "recall", "n"}


def test_a_network_of_other_classes_says_nothing_of_them() -> None:
    test = coloured(50, 1)
    test.classes = ["a", "b"]
    assert "clear" not in judge.evaluate_table({}, coloured(50, 0), test, Means())["real"]


def test_samples_are_measured_as_bytes() -> None:
    train, test = coloured(50, 0), coloured(50, 1)
    draw = memorised(train)
    rows = judge.evaluate_table({"a": draw, "b": lambda n, g: draw(n, g) + 1e-3}, train, test, Means())
    assert rows["a"] == rows["b"]


def test_spoilt_samples_are_named() -> None:
    def spoilt(n: int, generator: torch.Generator) -> Float[Tensor, "n c h w"]:
        return torch.full((n, 3, 8, 8), float("nan"))

    network = Means().train()
    with pytest.raises(UserError, match="'broken' draws pictures that are not numbers"):
        judge.evaluate_table({"broken": spoilt}, coloured(50, 0), coloured(50, 1), network)
    assert network.training


def test_samples_of_another_size_are_named() -> None:
    with pytest.raises(UserError, match="'big' are 3x9x9, those of 'coloured-1' 3x8x8"):
        judge.evaluate_table({"big": lambda n, g: torch.zeros(n, 3, 9, 9)}, coloured(50, 0), coloured(50, 1), Means())


def test_too_few_pictures_for_the_features() -> None:
    with pytest.raises(UserError, match="more than 6 pictures, and there are 6"):
        judge.evaluate_table({}, coloured(50, 0), coloured(6, 1), Means())


def test_too_few_real_pictures() -> None:
    with pytest.raises(UserError, match="has 20 pictures, fewer than the 50"):
        judge.Judge(coloured(50, 1), Means()).real(coloured(20, 0))


def test_accuracy() -> None:
    data = coloured(300, 0)
    assert metrics.accuracy(Means(), data) == 1.0
    assert data.labels is not None
    data.labels[:75] = (data.labels[:75] + 1) % 3
    assert metrics.accuracy(Means(), data) == 0.75


def test_accuracy_needs_labels() -> None:
    with pytest.raises(UserError, match="no labels"):
        metrics.accuracy(Means(), coloured(30, 0, labelled=False))


def test_our_classifier_is_a_feature_network() -> None:
    torch.manual_seed(0)
    images = torch.randint(256, (40, 1, 28, 28), dtype=torch.uint8)
    data = Dataset("noise", images, torch.arange(40) % 10, [str(i) for i in range(10)])
    row = judge.evaluate_table({}, data, data, Classifier(Classifier.TINY))["real"]
    assert row["fid"] < 1e-3 and row["precision"] == row["recall"] == 1.0
    assert 0 <= row["min_class"] <= 0.1 <= row["max_class"] <= 1


def test_attribute_accuracies() -> None:
    images = torch.zeros(4, 1, 2, 2, dtype=torch.uint8)
    words = {"hat": ["no", "yes"], "eyes": ["a", "b", "c"]}
    data = Dataset("d", images, attributes=words, attribute_labels=torch.tensor([[0, 2], [1, 2], [0, 2], [0, 1]]))
    row = metrics.attribute_accuracies(lambda x: torch.tensor([[0, 2]]).expand(len(x), 2), data)
    assert row == {"hat": 0.75, "eyes": 0.75}
    with pytest.raises(UserError, match="no attributes"):
        metrics.attribute_accuracies(lambda x: torch.zeros(len(x), 1, dtype=torch.int64), Dataset("d", images))


class Pairs(Dataset):
    """The input is the picture without colours; with variation, a corner shows the colours."""

    def batch(self, index: slice, mirror: bool = False, jitter: float = 0.0, vary: bool = False) -> dict[str, Tensor]:
        image = to_float(self.images[index])
        given = image.mean(1, keepdim=True).expand(-1, 3, -1, -1).clone()
        if vary:
            given[:, :, :1, :1] = image.mean((2, 3), keepdim=True)
        return {"input": given, "image": image}


def pairs(n: int, seed: int) -> Pairs:
    data = coloured(n, seed, labelled=False)
    return Pairs(data.name, data.images.repeat(1, 1, 2, 2))


def by_hint(images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n c h w"]:
    return images + images[:, :, :1, :1] - images.mean((2, 3), keepdim=True)


def test_the_table_of_translators() -> None:
    """A translator that returns the grey input is far off; one that follows the hints comes close, if there are hints."""
    train, test = pairs(90, 0), pairs(70, 1)
    same = (lambda images: images, False)
    table = judge.evaluate_translators({"grey": same, "hints": (by_hint, True)}, train, test, Means())
    assert list(table) == ["real", "grey", "hints"]
    assert set(table["real"]) == {"kid", "n"} and set(table["grey"]) == {"psnr", "ssim", "l1", "kid", "n"}
    assert table["grey"]["n"] == table["hints"]["n"] == 70
    assert table["hints"]["psnr"] > table["grey"]["psnr"] + 1 and table["hints"]["l1"] < table["grey"]["l1"]
    assert table["grey"]["kid"] > 5 * abs(table["hints"]["kid"]) and table["grey"]["kid"] > 5 * abs(table["real"]["kid"])
    whole = to_float(test.images)
    grey = test.batch(slice(0, 70))["input"]
    # The mean over all pictures, except for rounding to bytes.
    assert table["grey"]["l1"] == pytest.approx(float((grey - whole).abs().mean()), rel=1e-2)
    assert table["grey"]["psnr"] == pytest.approx(metrics.psnr(grey, whole), rel=1e-2)


def test_translators_are_measured_with_the_same_noise() -> None:
    def noisy(images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n c h w"]:
        return images + 0.1 * torch.randn_like(images)

    before = torch.get_rng_state()
    rows = judge.evaluate_translators({"a": (noisy, False), "b": (noisy, False)}, pairs(40, 0), pairs(40, 1), Means())
    assert rows["a"] == rows["b"]
    assert torch.equal(torch.get_rng_state(), before)


class MeansEye(Means):
    """An eye whose maps are the pictures, and whose features are their means."""

    def taps(self, images: torch.Tensor) -> list[torch.Tensor]:
        return [images]


def test_the_eye_adds_its_own_columns() -> None:
    train, test = coloured(50, 0), coloured(60, 1)
    plain = judge.evaluate_table({"bad": collapsed}, train, test, Means())
    seen = judge.evaluate_table({"bad": collapsed}, train, test, Means(), eye=MeansEye())
    assert all(seen[row].items() >= plain[row].items() for row in plain)
    assert seen["bad"]["kid_imagenet"] == pytest.approx(seen["bad"]["kid"])
    assert seen["bad"]["fid_imagenet"] == pytest.approx(seen["bad"]["fid"])


def test_translations_have_a_perceptual_distance() -> None:
    pictures = coloured(40, 0)
    target = pictures.batch(slice(None))["image"]
    measured = judge.Judge(pictures, Means(), eye=MeansEye())
    batch = {"input": target, "image": target}
    assert measured.translations("same", lambda images: images, [batch])["perceptual"] == pytest.approx(0, abs=1e-5)
    assert measured.translations("other", lambda images: -images, [batch])["perceptual"] > 1


def test_the_eye_looks_at_coloured_pictures_only() -> None:
    grey = Dataset("grey", torch.randint(256, (30, 1, 8, 8), dtype=torch.uint8))
    assert judge.Judge(grey, Means(), eye=MeansEye()).eye is None
