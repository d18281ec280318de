"""The earth's surface: labels and satellite pictures of one place, and the places that are kept for testing."""

from __future__ import annotations

from itertools import islice

import pytest
import torch
from PIL import Image

from gan_zoo.data import earth
from gan_zoo.data.names import DataName
from gan_zoo.data.pairings import pairing
from gan_zoo.data.pairs import true_pairs
from gan_zoo.data.reading import open_encoded
from gan_zoo.errors import UserError
from gan_zoo.imaging.images import from_pil, to_float


def brushes() -> torch.Tensor:
    """The colours of the brushes as `n 3` in [-1, 1]."""
    return torch.tensor([list(bytes.fromhex(colour[1:])) for colour in earth.LABELS.values()]) / 127.5 - 1


def test_crops_are_the_same_at_every_call_and_show_land() -> None:
    first, again = (list(islice(earth.crops("test"), 3)) for _ in range(2))
    for (labels, satellite), (same, _) in zip(first, again, strict=True):
        assert labels.size == satellite.size == (earth.SIDE, earth.SIDE) and labels.tobytes() == same.tobytes()
        codes = earth.one_hot(to_float(from_pil(labels, 3))[None])
        assert (codes[:, 0] > 0).float().mean() <= 1 - earth.LEAST_LAND
        # Where the labels say sea, the satellite picture is dark and blue; ice is bright.
        picture = to_float(from_pil(satellite, 3))
        sea, ice = codes[0, 0] > 0, codes[0, 6] > 0
        if sea.any():
            assert picture[2][sea].mean() > picture[0][sea].mean()
        if ice.float().mean() > 0.01:
            assert picture[:, ice].mean() > 0.3


def test_test_places_are_far_from_training_places() -> None:
    def longitudes(split: earth.Split) -> list[float]:
        return [earth._centre(split, i / 100) for i in range(100)]

    assert all(-100 <= longitude <= -80 for longitude in longitudes("test"))
    assert all(min(abs(longitude + 100), abs(longitude + 80)) >= earth.MARGIN - 1e-6 for longitude in longitudes("train"))
    # The widest crop, near its northern limit, spans less than the margin leaves free, except close to the pole.
    assert 1.4 * earth.SIDE / 2 * 360 / 5400 < earth.MARGIN


def test_a_crop_crosses_the_date_line() -> None:
    labels, satellite = earth.world()
    for world in (labels, satellite):
        left = earth._crop(world, 179.9, 0, 64, 0, False, Image.Resampling.NEAREST)
        right = earth._crop(world, -179.9, 0, 64, 0, False, Image.Resampling.NEAREST)
        assert left.size == right.size and left.crop((60, 0, 256, 256)).tobytes() != b""


def test_brushes_become_labels_and_back() -> None:
    strokes = brushes()[:, :, None, None].expand(-1, -1, 4, 4)
    codes = earth.one_hot(strokes)
    assert torch.equal(codes.argmax(1)[:, 0, 0], torch.arange(len(earth.LABELS)))
    assert set(codes.unique().tolist()) == {-1.0, 1.0}
    how = pairing("planet")
    assert torch.equal(how.from_drawing(strokes), codes) and how.channels == len(earth.LABELS)
    assert torch.equal(how.to_drawing(codes, strokes), strokes)
    photograph = torch.full((1, 3, 8, 8), -1.0)
    photograph[:, 2] = -0.5  # a dark blue
    assert torch.equal(how.from_picture(photograph)[0, :, 0, 0], brushes()[0])


def test_day_and_night_show_the_same_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """The night is looked for in a map of half the size, in which a picture of the day takes its place."""
    _, satellite = earth.world()
    monkeypatch.setattr(earth, "night", lambda: satellite.resize((satellite.width // 2, satellite.height // 2)))
    for day, (again, night) in zip(
        islice(earth.crops("test", ("satellite",)), 3), islice(earth.crops("test", ("satellite", "night")), 3), strict=True
    ):
        assert day[0].tobytes() == again.tobytes()
        a, b = (to_float(from_pil(picture.resize((64, 64)), 3)) for picture in (again, night))
        assert (a - b).abs().mean() < 0.05 < (a - b.flip(2)).abs().mean()


def test_day_and_night_are_pairs_in_truth() -> None:
    assert true_pairs("earth:night", "unpaired:earth:satellite") == "columns:satellite"
    assert earth.night().size != earth.world()[1].size
    assert len(next(pairing("columns").open("earth:night", "test", "satellite").contents())) == 2


def test_columns_of_the_earth() -> None:
    rows = open_encoded("earth", "test", ("labels", "satellite"))
    assert len(rows) == earth.CROPS["test"] and len(next(rows.contents())) == 2
    with pytest.raises(UserError, match="picture column"):
        open_encoded(DataName.parse("earth:height"), "test")
