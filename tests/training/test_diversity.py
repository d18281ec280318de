"""Tests of the diversity of a sample grid, relative to real pictures."""

from __future__ import annotations

import pytest
import torch

from gan_zoo.data.dataset import Dataset
from gan_zoo.data.reading import load_data
from gan_zoo.training.diversity import DiversityMetrics


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return load_data("digits", "train")


def grid_of(data: Dataset, first: int, n: int = 64) -> torch.Tensor:
    return data.batch(slice(first, first + n))["image"]


def test_real_pictures_are_as_diverse_as_real_pictures(digits: Dataset) -> None:
    row = DiversityMetrics(digits, 64).measure(grid_of(digits, 11_111), grid_of(digits, 12_222))
    assert row["diversity"] == pytest.approx(1, abs=0.1) and row["closest"] == pytest.approx(1, abs=0.15)
    assert row["fresh_diversity"] == pytest.approx(1, abs=0.1)
    assert row["novelty"] == pytest.approx(1, abs=0.15) and "movement" not in row


def test_collapse_to_one_picture_and_to_three(digits: Dataset) -> None:
    metrics = DiversityMetrics(digits, 64)
    few = grid_of(digits, 11_111, 3)
    same, three = few[:1].repeat(64, 1, 1, 1), few[torch.arange(64) % 3]
    row = metrics.measure(three, same)
    assert row["closest"] == pytest.approx(0, abs=1e-3) and 0.3 < row["diversity"] < 0.9
    assert row["fresh_diversity"] == pytest.approx(0, abs=1e-3)
    assert metrics.measure(same, three)["diversity"] == pytest.approx(0, abs=1e-3)


def test_reproduced_training_pictures(digits: Dataset) -> None:
    few = Dataset("few", digits.images[:8])
    metrics = DiversityMetrics(few, 64)
    copies, others = few.batch(torch.arange(64) % 8)["image"], grid_of(digits, 100)
    assert metrics.measure(others, copies)["novelty"] < 0.01
    assert metrics.measure(copies, others)["novelty"] > 0.5


def test_movement(digits: Dataset) -> None:
    metrics, grid = DiversityMetrics(digits, 64), grid_of(digits, 0)
    metrics.measure(grid, grid)
    assert metrics.measure(grid, grid)["movement"] == 0
    assert metrics.measure(grid.flip(0), grid)["movement"] == pytest.approx(1, abs=0.3)


def test_equal_pictures() -> None:
    metrics = DiversityMetrics(Dataset("black", torch.zeros(9, 3, 40, 40, dtype=torch.uint8)), 4)
    black = torch.zeros(4, 3, 40, 40).sub(1)
    assert metrics.measure(black, black)["diversity"] == 0
