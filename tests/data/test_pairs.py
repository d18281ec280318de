"""Pairs for translators: the sources of inputs, and the inputs made from a canvas or a photograph."""

from __future__ import annotations

import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from PIL import Image
from torch.nn.functional import max_pool2d

from gan_zoo.data.batches import Batches
from gan_zoo.data.pairings import PAIRINGS, pairing
from gan_zoo.data.pairs import UnpairedDataset, load_pairs, load_targets
from gan_zoo.errors import UserError
from gan_zoo.imaging.colour_hints import dab_colours, in_one_colour, paper
from gan_zoo.imaging.images import to_float

DERIVED = ("edges", "grey", "blocks")


def bytes_of(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def plain(colour: str, width: int = 32, height: int = 32) -> Image.Image:
    return Image.new("RGB", (width, height), colour)


@pytest.fixture
def things(tmp_path: Path) -> Path:
    """A folder of twelve pictures of 40x40, each a coloured disc or square on white."""
    folder = tmp_path / "things"
    folder.mkdir()
    for i in range(12):
        pixels = torch.full((40, 40, 3), 255, dtype=torch.uint8)
        y, x = torch.arange(40)[:, None] - 20, torch.arange(40) - 20
        inside = (y**2 + x**2 < 144) if i % 2 else (y.abs() < 10) & (x.abs() < 10)
        pixels[inside] = torch.tensor([20 * i, 200 - 10 * i, 90], dtype=torch.uint8)
        Image.fromarray(pixels.numpy()).save(folder / f"{i:02d}.png")
    return folder


@pytest.mark.parametrize("name", DERIVED)
def test_inputs_are_made_from_the_targets(name: str, things: Path) -> None:
    data = load_pairs(str(things), name, size=32)
    assert data.images.shape == (12, 3, 32, 32) and len(data.inputs) == 12
    one, two = data.batch(slice(0, 6)), data.batch(torch.arange(6))
    assert one["input"].shape == (6, pairing(name).channels, 32, 32) and one["image"].shape == (6, 3, 32, 32)
    assert all(torch.equal(one[key], two[key]) for key in one), "a row has the same input every time"
    assert one["input"].abs().max() <= 1
    assert torch.equal(load_targets(str(things), name, size=32).images, data.images)


@pytest.mark.parametrize("name", DERIVED)
def test_varying_draws_from_the_global_generator(name: str, things: Path) -> None:
    """The same state gives the same batch, another state another one, and a batch without variation leaves the state alone."""
    data = load_pairs(str(things), name, size=32)

    def varied(seed: int) -> torch.Tensor:
        torch.manual_seed(seed)
        data.batch(slice(0, 12))
        return data.batch(slice(0, 12), mirror=True, vary=True)["input"]

    assert torch.equal(varied(0), varied(0)) and not torch.equal(varied(0), varied(1))


def test_both_pictures_are_mirrored_and_jittered_alike(tmp_path: Path) -> None:
    """Input and target are the same picture here, and remain the same."""
    for i in range(8):
        half = Image.effect_noise((32, 32), 60 + i).convert("RGB")
        whole = Image.new("RGB", (64, 32))
        whole.paste(half, (0, 0))
        whole.paste(half, (32, 0))
        whole.save(tmp_path / f"{i}.png")
    data = load_pairs(str(tmp_path), "sides")
    torch.manual_seed(0)
    batch = data.batch(slice(0, 8), mirror=True, jitter=0.2, vary=True)
    assert torch.equal(batch["input"], batch["image"])
    assert not torch.equal(batch["image"], to_float(data.images))


def test_side_by_side(tmp_path: Path) -> None:
    """The layout of facades, maps, edges2shoes and night2day: left and right halves, in folders train and test."""
    for split, count in (("train", 4), ("test", 2)):
        (tmp_path / split).mkdir()
        for i in range(count):
            picture = plain("red", 64, 32)
            picture.paste(plain("blue"), (32, 0))
            picture.save(tmp_path / split / f"{i}.jpg", quality=95)
    left, right = (load_pairs(str(tmp_path), name) for name in ("sides", "sides:right"))
    assert len(left) == 4 and len(load_pairs(str(tmp_path), "sides", "test")) == 2
    assert left.batch(slice(0, 1))["input"][0, 0].mean() > 0.9 > -0.9 > left.batch(slice(0, 1))["image"][0, 0].mean()
    assert right.batch(slice(0, 1))["input"][0, 2].mean() > 0.9 > -0.9 > right.batch(slice(0, 1))["image"][0, 2].mean()
    with pytest.raises(UserError, match=r"side 'up'.*left, right"):
        load_pairs(str(tmp_path), "sides:up")


@pytest.mark.parametrize("layout", ["{split}/{side}", "{side}/{split}", "{side}"])
def test_two_folders(layout: str, tmp_path: Path) -> None:
    for side, colour in (("A", "red"), ("B", "blue")):
        folder = tmp_path / layout.format(side=side, split="train")
        folder.mkdir(parents=True)
        for i in range(3):
            plain(colour).save(folder / f"{i}.png")
    batch = load_pairs(str(tmp_path), "folders").batch(slice(0, 3))
    assert (batch["input"][:, 0] == 1).all() and (batch["image"][:, 2] == 1).all()
    assert (load_pairs(str(tmp_path), "folders:B").batch(slice(0, 3))["input"][:, 2] == 1).all()


def test_two_folders_keep_whole_pairs_only(tmp_path: Path) -> None:
    for side in "AB":
        (tmp_path / side).mkdir()
        for i in range(4):
            plain("red" if i else "lime").save(tmp_path / side / f"{i}.png")
    (tmp_path / "A" / "0.png").write_bytes(b"torn")
    data = load_pairs(str(tmp_path), "folders")
    assert len(data) == 3 and (data.batch(slice(0, 3))["image"][:, 0] == 1).all()
    with pytest.raises(UserError, match="no folders A and B"):
        load_pairs(str(tmp_path / "A"), "folders")


def test_two_columns(tmp_path: Path) -> None:
    """The layout of huggan/facades and similar data sets: the columns imageA and imageB."""
    file = tmp_path / "facades.parquet"
    cells = {
        name: [{"bytes": bytes_of(plain(colour)), "path": None}] * 5 for name, colour in (("imageA", "red"), ("imageB", "blue"))
    }
    pq.write_table(pa.table(cells), file)
    for name in ("columns", "columns:imageA"):
        batch = load_pairs(str(file) + ":imageB", name).batch(slice(0, 5))
        assert (batch["input"][:, 0] == 1).all() and (batch["image"][:, 2] == 1).all()
    batch = load_pairs(str(file), "columns:imageB").batch(slice(0, 5))
    assert (batch["input"][:, 2] == 1).all() and (batch["image"][:, 0] == 1).all()


def test_one_column_is_no_pair() -> None:
    with pytest.raises(UserError, match="two picture columns of a parquet file, and objects has: image"):
        load_pairs("objects", "columns")


def test_lines_come_with_the_data() -> None:
    data = load_pairs("emoji", "line", "test")
    batch = data.batch(slice(0, 20))
    assert batch["input"].shape == batch["image"].shape == (20, 3, 128, 128)
    assert (batch["input"].amax(1) - batch["input"].amin(1)).max() == 0, "no colours without hints"
    coloured = data.batch(slice(0, 60), vary=True)["input"]
    hinted = ((coloured.amax(1) - coloured.amin(1)).flatten(1).amax(1) > 0.1).float().mean()
    assert 0.3 < hinted < 0.9


def test_hints_have_the_targets_colours() -> None:
    """On a target of one colour every hint has that colour, with its channels in the right order."""
    torch.manual_seed(0)
    target = torch.tensor([0.8, -0.2, -0.9])[None, :, None, None].expand(64, 3, 32, 32)
    inputs, images = dab_colours(torch.ones(64, 3, 32, 32), target)
    painted = (inputs < 0.99).any(1)
    assert 0.3 < painted.flatten(1).any(1).float().mean() < 0.9
    here = (inputs - images).abs().amax(1)
    assert here[painted].quantile(0.5) < 1e-4  # except for the soft rims
    assert not torch.equal(images, target), "channels have changed places somewhere"
    kept = ~painted.flatten(1).any(1)
    assert torch.equal(images[kept], target[kept]), "but never without hints"


def test_things_painted_in_one_colour_teach_that_a_hint_is_for_the_whole_thing() -> None:
    """A grey box with a dark side, within its lines on white: the paper stays, and so does the shade of the side."""
    torch.manual_seed(0)
    box = torch.ones(1, 3, 48, 48)
    box[..., 12:36, 12:36], box[..., 12:36, 30:36] = 0.2, -0.6
    walls = torch.zeros(1, 1, 48, 48)
    walls[..., 11:37, 11:37], walls[..., 12:36, 12:36] = 1, 0
    painted = in_one_colour(box.expand(32, -1, -1, -1), walls.expand(32, -1, -1, -1))
    assert (painted - 1)[..., :8].abs().max() < 1e-5, "paper"
    front, side = (painted[..., 20:28, columns].mean((2, 3)) for columns in (slice(16, 26), slice(32, 34)))
    assert (front.amax(1) - front.amin(1)).median() > 0.5, "colours"
    assert (side.mean(1) < front.mean(1)).all(), "shade"
    inputs, images = dab_colours(torch.ones(400, 3, 48, 48), box.expand(400, -1, -1, -1), walls=walls.expand(400, -1, -1, -1))
    changed = (images - box).abs().amax((1, 2, 3)) > 0.05
    assert 0.15 < changed.float().mean() < 0.35
    assert (inputs[changed] < 0.9).flatten(1).any(1).float().mean() > 0.9, "hardly ever without a hint"


def test_white_things_are_told_from_the_paper_by_their_lines() -> None:
    light, walls = torch.ones(1, 3, 16, 16), torch.zeros(1, 1, 16, 16)
    walls[..., 4:12, 4:12], walls[..., 5:11, 5:11] = 1, 0
    around = paper(light, walls)
    assert around[..., 5:11, 5:11].sum() == 0 and around[..., :4, :].all()


def test_paper_is_joined_to_the_border_by_rows_columns_and_diagonals() -> None:
    torch.manual_seed(0)
    walls = (torch.rand(32, 1, 24, 24) < 0.4).float()
    light = torch.ones(32, 3, 24, 24)
    joined = torch.zeros_like(walls)
    joined[..., [0, -1], :], joined[..., [0, -1]] = 1, 1
    for _ in range(24 * 24):  # a pixel at a time
        joined = max_pool2d(joined * (1 - walls), 3, 1, 1) * (1 - walls)
    around = paper(light, walls)
    assert torch.equal(around, joined) and (around < 1 - walls).any()


def test_what_stands_on_white_is_brought_to_full_size(tmp_path: Path) -> None:
    picture = plain("white", 200, 120)
    picture.paste(plain("red", 40, 20), (10, 90))
    picture.save(tmp_path / "a.png")
    image = load_pairs(str(tmp_path), "edges", size=64).images[0]
    red = (image[1] < 128).nonzero()
    assert 50 < red[:, 1].max() - red[:, 1].min() + 1 < 60 and red[:, 0].float().mean().sub(31.5).abs() < 1


def test_windows_are_cut_from_all_over(tmp_path: Path) -> None:
    """A wide landscape gives several squares at two scales; the grey of each is its lightness."""
    Image.linear_gradient("L").resize((300, 100)).convert("RGB").save(tmp_path / "a.png")
    data = load_pairs(str(tmp_path), "grey", size=64)
    assert len(data) > 6
    assert len(load_pairs(str(tmp_path), "edges", size=64)) == 1


@pytest.mark.parametrize("name", PAIRINGS)
def test_a_photograph_becomes_a_drawing_and_a_drawing_an_input(name: str) -> None:
    photograph = to_float(load_targets("objects", "edges", "test", 64).images[:2])
    how = pairing(name)
    drawing = how.from_picture(photograph)
    assert drawing.shape == photograph.shape and drawing.abs().max() <= 1
    assert torch.equal(drawing, how.from_picture(photograph))
    assert how.from_drawing(drawing).shape == (2, how.channels, 64, 64)
    if name in ("line", "edges"):
        paper = torch.ones(1, 3, 64, 64)
        assert torch.equal(how.from_picture(paper), paper)
        assert 0.02 < (drawing < 0).float().mean() < 0.4


def test_weights_from_elsewhere_have_no_pairing() -> None:
    picture = torch.rand(1, 3, 8, 8)
    assert torch.equal(pairing("").from_drawing(picture), picture)


def test_unknown_pairing() -> None:
    with pytest.raises(UserError, match="pairing 'edge': did you mean edges"):
        pairing("edge")


def test_every_detector_gets_its_turn(things: Path) -> None:
    data = load_pairs(str(things), "edges", size=32)
    assert data.inputs.shape[1] == len(pairing("edges").shares) == 6
    unfolded = data.unfolded()
    assert len(unfolded) == 72 and unfolded.inputs.shape[1] == 1
    assert torch.equal(unfolded.inputs[8, 0], data.inputs[1, 2]) and torch.equal(unfolded.images[8], data.images[1])


def test_batches_of_pairs_resume(things: Path) -> None:
    data = load_pairs(str(things), "edges", size=32)
    torch.manual_seed(0)
    one = [batch["input"] for batch, _ in zip(Batches(data, 4, 0), range(5), strict=False)]
    torch.manual_seed(0)
    two = [batch["input"] for batch, _ in zip(Batches(data, 4, 0), range(5), strict=False)]
    assert all(map(torch.equal, one, two))


def test_pictures_without_pairs(tmp_path: Path) -> None:
    for folder, colours in (("trainA", ("red", "maroon", "tomato")), ("trainB", ("blue", "navy"))):
        (tmp_path / folder).mkdir()
        for colour in colours:
            Image.new("RGB", (32, 32), colour).save(tmp_path / folder / f"{colour}.png")
    data = load_pairs(str(tmp_path), "unpaired", size=32)
    assert isinstance(data, UnpairedDataset) and (len(data), len(data.inputs)) == (2, 3)
    seen = {tuple(data.batch(torch.tensor([0]), vary=True)["input"][0, :, 0, 0].tolist()) for _ in range(40)}
    assert len(seen) == 3  # any input may come with any target
    still = data.batch(slice(0, 2))
    torch.testing.assert_close(still["input"], data.batch(slice(0, 2))["input"], rtol=0, atol=0)
    with pytest.raises(UserError, match="no test split"):
        load_pairs(str(tmp_path), "unpaired", "test")


def test_two_data_sets_without_pairs() -> None:
    data = load_pairs("pictures?domain=ukiyoe", "unpaired:pictures?domain=vangogh", size=64)
    batch = data.batch(slice(0, 4), mirror=True, jitter=0.1, vary=True)
    assert batch["input"].shape == batch["image"].shape == (4, 3, 64, 64)


def test_the_inputs_may_come_from_several_data_sets(tmp_path: Path) -> None:
    for folder, colours in (("a", ("red", "maroon")), ("b", ("blue", "navy", "aqua")), ("c", ("lime",))):
        (tmp_path / folder).mkdir()
        for colour in colours:
            Image.new("RGB", (16, 16), colour).save(tmp_path / folder / f"{colour}.png")
    data = load_pairs(str(tmp_path / "c"), f"unpaired:{tmp_path / 'a'}+{tmp_path / 'b'}", size=16)
    assert isinstance(data, UnpairedDataset) and data.counts == (5, 1)
    shown = {tuple(picture[:, 0, 0].tolist()) for picture in data.inputs}
    assert shown == {(255, 0, 0), (128, 0, 0), (0, 0, 255), (0, 0, 128), (0, 255, 255)}
    assert data.input_labels is None, "their classes are other ones"
