"""Drawn faces that are composed from parts: exact labels, combinations that are kept for testing, and new faces each epoch."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pyarrow.parquet as pq
import pytest
import torch
from PIL import Image

from gan_zoo.data import peeps
from gan_zoo.data.batches import Batches
from gan_zoo.data.catalogue import DATASETS, STARTER_FOLDER
from gan_zoo.data.reading import load_data, open_encoded
from gan_zoo.errors import UserError
from gan_zoo.imaging.images import from_pil
from gan_zoo.training.data_record import record

Labels = peeps.Labels


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(peeps, "FACES", {"train": 24, "test": 24})
    yield


def combinations(labels: Labels) -> set[tuple[str, ...]]:
    return set(zip(*(labels[kind] for kind in peeps.KINDS), strict=True))


def test_shipped_faces_come_back_from_their_labels() -> None:
    """The data set `faces` was drawn from the same parts by another program."""
    rows = pq.read_table(STARTER_FOLDER / "faces.parquet").slice(0, 24).to_pydict()
    shipped = torch.stack([from_pil(Image.open(io.BytesIO(file["bytes"])), 3) for file in rows.pop("image")])
    ours = peeps.faces(rows, torch.zeros(24, 3), 64)
    difference = (ours.float() - shipped.float()).abs().mean((1, 2, 3))
    assert difference.max() < 4.5
    another = (ours.float() - shipped.roll(1, 0).float()).abs().mean((1, 2, 3))
    assert (another > 2 * difference).all()


def test_parts_and_words_are_those_of_the_labels() -> None:
    assert {kind: len(names) for kind, names in peeps.parts().items()} == {
        "head": 48, "face": 30, "facialHair": 17, "accessories": 9,
    }  # fmt: skip
    old = load_data("faces", "test", 64)
    assert peeps.words() == old.attributes and DATASETS["peeps"].attributes == tuple(old.attributes)


def test_a_colour_is_where_it_belongs() -> None:
    """Skin, clothing and hair change with their own word only."""
    labels = {name: [words[0]] * 2 for name, words in peeps.words().items()} | {"head": ["grayMedium", "mohawk"]}
    labels |= {"face": ["smile"] * 2, "accessories": ["none"] * 2, "facialHair": ["none"] * 2}
    plain = peeps.composed(labels, 64)
    assert torch.equal(plain[:, :, 0, 0], torch.ones(2, 3))  # white paper
    for name in peeps.COLOURS:
        changed = peeps.composed(labels | {name: [peeps.COLOURS[name][-1]] * 2}, 64)
        share = ((changed - plain).abs() > 0.02).any(1).float().mean((1, 2))
        assert 0.02 < share.max() < 0.5, name
    with pytest.raises(ValueError, match="beret"):
        peeps.composed(labels | {"head": ["beret"] * 2}, 64)


def test_no_combination_and_every_part_is_in_both_splits() -> None:
    train, test = (peeps.drawn(split, 1_500, 0)[0] for split in ("train", "test"))
    assert not combinations(train) & combinations(test)
    for kind, names in peeps.parts().items():
        expected = set(names) - set(peeps.LEFT_OUT)
        assert set(train[kind]) == expected == set(test[kind]), kind
    for kind, share in peeps.KINDS.items():
        lacking = sum(word == peeps.NONE for word in train[kind]) / 1_500
        assert abs(1 - share - lacking) < 0.05
    assert peeps.drawn("train", 20, 0)[0] == {name: words[:20] for name, words in peeps.drawn("train", 20, 0)[0].items()}
    assert combinations(peeps.drawn("train", 20, 0)[0]) != combinations(peeps.drawn("train", 20, 1)[0])


def test_faces_of_any_size_are_the_same_faces() -> None:
    labels, poses = peeps.drawn("train", 4, 0)
    small, large = (peeps.faces(labels, poses, size).float() for size in (32, 128))
    assert small.shape == (4, 3, 32, 32) and large.shape == (4, 3, 128, 128)
    assert (torch.nn.functional.avg_pool2d(large, 4) - small).abs().mean() < 3


def test_a_shift_moves_a_face() -> None:
    """A shift of an eighth of the side is eight of 64 pixels, to the right and down; the paper around stays white."""
    labels = {name: values[:1] for name, values in peeps.drawn("train", 1, 0)[0].items()}
    still = peeps.faces(labels, torch.zeros(1, 3), 64).float()
    moved = peeps.faces(labels, torch.tensor([[0, 1 / 8, 1 / 8]]), 64).float()
    assert (moved[:, :, 8:, 8:] - still[:, :, :-8, :-8]).abs().mean() < 0.5
    assert moved[:, :, :8].min() > 250


def test_every_epoch_has_other_faces(few: None) -> None:
    data = load_data("peeps", "train", 32)
    before, words = data.images.clone(), dict(data.columns)
    batches = Batches(data, 24, 0)
    next(batches)
    assert torch.equal(data.images, before)
    next(batches)
    assert not torch.equal(data.images, before) and data.columns != words
    assert data.attribute_labels is not None
    for column, (name, known) in enumerate(data.attributes.items()):
        assert [known[i] for i in data.attribute_labels[:, column]] == data.columns[name]
    state = batches.state_dict()
    again = Batches(load_data("peeps", "train", 32), 24, 0)
    again.load_state_dict(state)
    assert torch.equal(next(again)["image"], next(batches)["image"])
    assert record(data) == {}  # a resumed run must not take other faces for changed data


def test_test_faces_stay(few: None) -> None:
    data = load_data("peeps", "test", 32)
    before = data.images.clone()
    data.renew(3)
    assert torch.equal(data.images, before)
    assert len(data.thinned(5)) == 5 and load_data("peeps", "test", 32, 1).images.shape == (24, 1, 32, 32)


def test_rows_are_the_same_faces(few: None) -> None:
    rows = open_encoded("peeps", "test")
    (picture,) = next(rows.contents())
    assert isinstance(picture, Image.Image) and picture.size == (peeps.SIDE, peeps.SIDE) and len(rows) == 24
    small = load_data("peeps", "test", 64)
    assert rows.columns == small.columns
    near = torch.nn.functional.avg_pool2d(from_pil(picture, 3).float(), 4)
    assert (near - small.images[0].float()).abs().mean() < 3
    with pytest.raises(UserError, match="picture column"):
        open_encoded("peeps:line", "test")
    with pytest.raises(UserError, match="split"):
        load_data("peeps?hold-out=0.1")
