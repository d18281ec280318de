"""Knobs: directions for named attributes, fitted by regression, and what else they change."""

from __future__ import annotations

import pytest
import torch

from gan_zoo import latent
from gan_zoo.data import peeps
from gan_zoo.serving import KNOBS, Observer, Result, Session, find_knobs
from gan_zoo.serving.knobs import readings, regressed

SEEN = [("accessories", "none"), ("accessories", "glasses"), ("facialHair", "full"), ("facialHair", "none"),
        ("clothingColor", "#78e185"), ("clothingColor", "#8fa7df")]  # fmt: skip
WORDS = [(attribute, word) for attribute, words in peeps.words().items() for word in words]


class Drawn(Session):
    """A model whose pictures are its latents."""

    def __init__(self, classes: tuple[str, ...] = ()) -> None:
        self.classes = list(classes)

    def latents(self, n: int, seed: int) -> torch.Tensor:
        return latent.latents(n, 8, seed)

    def mapping(self, z: torch.Tensor, psi: float = 1.0) -> torch.Tensor:
        return z

    def synthesis(self, w: torch.Tensor, label: torch.Tensor | None = None) -> Result:
        return Result(w[:, :, None, None], 0.0, "float32")


class Reader(Observer):
    """A network that sees glasses in the first number of a latent, and a beard in the first and the second."""

    def __init__(self, words: list[tuple[str, str]]) -> None:
        self.words = words

    def probabilities(self, images: torch.Tensor) -> torch.Tensor:
        w = images.flatten(1)
        glasses, beard = w[:, 0].sigmoid(), (w[:, 1] + w[:, 0]).sigmoid()
        clothes = w[:, 2].sigmoid()
        return torch.stack([1 - glasses, glasses, beard, 1 - beard, clothes, 1 - clothes], 1)


def test_knobs_name_words_that_there_are() -> None:
    known = peeps.words()
    for name, (attribute, weights) in KNOBS.items():
        assert set(weights) <= set(known[attribute]), name
        values = [weights.get(word, 0.0) for word in known[attribute]]
        assert max(values) - min(values) == 1.0, name


def test_a_reading_goes_from_one_end_to_the_other() -> None:
    found = readings(WORDS, torch.eye(len(WORDS)))
    assert list(found) == list(KNOBS)
    at = {word: i for i, word in enumerate(WORDS)}
    assert found["glasses"][at["accessories", "sunglasses"]] == 1 and found["glasses"][at["accessories", "eyepatch"]] == 0
    assert found["beard"][at["facialHair", "full"]] - found["beard"][at["facialHair", "none"]] == 1
    assert found["mood"][at["face", "smile"]] - found["mood"][at["face", "rage"]] == 1
    assert readings([("", "3"), ("", "4")], torch.eye(2)) == {}


def test_a_knob_leaves_alone_what_another_one_turns() -> None:
    found = find_knobs(Drawn(), Reader(SEEN))
    assert found is not None
    glasses, beard = found.knobs
    assert (glasses.name, beard.name) == ("glasses", "beard")
    # The direction of glasses alone would be the first axis, along which the beard grows too.
    ahead = found.directions.vectors[0].tolist()
    assert ahead[0] == pytest.approx(-ahead[1], abs=0.1) and ahead[0] > 0.6
    assert found.directions.vectors[1][1] > 0.95 and abs(found.directions.vectors[1][0]) < 0.1
    assert glasses.asked > 0.35 and glasses.others["facialHair"] < 0.1 and glasses.clean > 0.7
    assert beard.asked > 0.5 and set(beard.others) == {"accessories", "clothingColor"}
    assert glasses.correlation > 0.9


def test_no_knobs() -> None:
    class Blind(Reader):
        def probabilities(self, images: torch.Tensor) -> torch.Tensor:
            noise = torch.rand(len(images), 6, generator=torch.Generator().manual_seed(int(images.abs().sum() * 1000)))
            return noise / noise.sum(1, keepdim=True)

    assert find_knobs(Drawn(), Blind(SEEN)) is None
    assert find_knobs(Drawn(("a",)), Reader(SEEN)) is None
    assert find_knobs(Drawn(), Reader([("", str(i)) for i in range(6)])) is None


def test_regression_without_spread() -> None:
    """A reading that never changes has no direction and no correlation, and breaks nothing."""
    w = torch.randn(50, 4)
    vectors, correlations = regressed(w, torch.stack([w[:, 0], torch.ones(50)], 1))
    assert vectors.isfinite().all() and correlations[1] == 0 and correlations[0] > 0.99
