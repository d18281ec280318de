"""Synthetic digits are drawn from the glyphs of fonts, with their classes."""

from __future__ import annotations

import torch

from gan_zoo.data import synthetic_digits
from gan_zoo.data.pairs import UnpairedDataset, load_pairs
from gan_zoo.data.reading import load_data
from gan_zoo.imaging.images import to_float


def test_every_glyph_is_drawn_in_many_ways_and_keeps_its_class() -> None:
    glyphs, drawn = load_data("fontdigits", "test"), synthetic_digits.synthetic("test", copies=3, seed=5)
    assert glyphs.labels is not None and drawn.labels is not None
    assert len(drawn) == 3 * len(glyphs) and drawn.images.shape[1:] == (1, 28, 28)
    assert torch.equal(drawn.labels, glyphs.labels.repeat(3)) and drawn.columns["font"][: len(glyphs)] == glyphs.columns["font"]
    one, two = drawn.images[: len(glyphs)], drawn.images[len(glyphs) : 2 * len(glyphs)]
    assert ((one != two).flatten(1).any(1)).all()
    assert torch.equal(synthetic_digits.synthetic("test", copies=3, seed=5).images, drawn.images)
    assert not torch.equal(synthetic_digits.synthetic("test", copies=3, seed=6).images, drawn.images)


def test_fonts_of_the_test_are_none_of_the_training() -> None:
    train, test = (set(load_data("fontdigits", split).columns["font"]) for split in ("train", "test"))
    assert train and test and not train & test


def test_nothing_is_cut_off_or_lost() -> None:
    data = load_data("fontdigits", "test")
    drawn = synthetic_digits.draw(to_float(data.images), torch.Generator().manual_seed(0))
    assert drawn.min() >= -1.001 and drawn.max() <= 1.001
    ink = (drawn + 1).sum((1, 2, 3))
    assert (ink > 15).all()
    border = torch.cat([drawn[:, :, 0], drawn[:, :, -1], drawn[:, :, :, 0], drawn[:, :, :, -1]], 2)
    assert ((border > 0).flatten(1).sum(1) > 6).float().mean() < 0.02


def test_pairs_of_fonts_and_handwriting_are_unpaired_and_grey() -> None:
    data = load_pairs("digits", "fonts", "test")
    assert isinstance(data, UnpairedDataset) and data.input_channels == 1
    batch = data.batch(slice(0, 8))
    assert batch["input"].shape == batch["image"].shape == (8, 1, 28, 28)
    # A row always has the same digit of the fonts, with its class.
    drawn = synthetic_digits.synthetic("test")
    assert drawn.labels is not None
    assert torch.equal(batch["input_label"], drawn.labels[torch.arange(8) * len(drawn) // len(data)])
