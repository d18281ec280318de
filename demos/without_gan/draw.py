"""Pictures that the tab shows of a method: samples of a seed, reconstructions, and the map of a code of two
numbers."""

from __future__ import annotations

import functools
import math
from typing import Any

import torch
from jaxtyping import Float
from PIL import Image
from torch import Tensor

from demos.shared import requests, responses
from demos.without_gan.methods import DATA
from gan_zoo import Dataset, load_data
from gan_zoo.data.dataset import fit
from gan_zoo.imaging import images
from gan_zoo.serving import CodeSession, Session

COUNT, COLUMNS = 16, 4
BACK = 8
"""pictures that are sent through a code, and steps on the way from the first to the second"""
EXTENT = 3.0
"""a map shows codes from minus this to this, each way"""
CELLS, POINTS = 21, 800
"""pictures along a side of a map, and test pictures that lie on it"""
MOST_SEED = 2**31 - 1
MOST_CODE = 1_000
"""the most numbers that a code can have, and the most that one of them can be"""


def seed_of(value: Any) -> int:
    return requests.whole(value, 0, MOST_SEED, "bad_seed")


def pictures_of(card: dict[str, Any], split: str) -> Dataset:
    """Pictures of the data that a model learnt from, kept once they are loaded: of the training split, those that the
    model was given."""
    if card.get("data") not in DATA:  # not what ships, and so not to be found here
        raise requests.mistake("ways_no_data", data=str(card.get("data")))
    few = card.get("training", {}).get("pictures", 0) if split == "train" else 0
    return _loaded(card["data"], split, card["config"]["size"], card["config"]["channels"], few)


@functools.cache
def _loaded(data: str, split: str, size: int, channels: int, few: int) -> Dataset:
    """Pictures of a data set, spread over the split where they are to be `few` (0: all of them)."""
    loaded = load_data(data, split, size, channels)
    return loaded.thinned(few) if few else loaded


def chosen(data: Dataset, seed: int, n: int) -> Float[Tensor, "n c h w"]:
    """`n` of the pictures, by the seed."""
    rows = torch.randperm(len(data), generator=torch.Generator().manual_seed(seed))[:n]
    return data.batch(rows)["image"]


def sheet(pictures: Float[Tensor, "n c h w"], columns: int) -> str:
    """Pictures as one URL."""
    drawn = images.grid(pictures, columns, gap=1)
    return responses.data_url(drawn) if drawn.width < 400 else responses.data_url(drawn, "WEBP", quality=90)


def draw(session: Session, seed: int) -> dict[str, Any]:
    """Pictures of a seed, those of every class in turn where the model has any."""
    label = torch.arange(COUNT) % len(session.classes) if session.classes else None
    result = session.sample(session.latents(COUNT, seed), label)
    return {"sheet": sheet(result.images, COLUMNS), "milliseconds": round(result.milliseconds, 1)}


def back(session: CodeSession, seed: int, seen: bool) -> dict[str, Any]:
    """Pictures, what comes back of them, how close it is in dB (PSNR), and the way from the first one's code to the
    second's; from the training split (`seen`) or the test split."""
    _check_codes(session)
    given = chosen(pictures_of(session.card, "train" if seen else "test"), seed, BACK)
    codes = session.encode(given)
    returned = session.sample(codes).images
    errors = ((returned.clamp(-1, 1) - given) / 2).square().flatten(1).mean(1).clamp(min=1e-10)
    way = codes[0] + torch.linspace(0, 1, BACK)[:, None] * (codes[1] - codes[0])
    return {
        "given": sheet(given, BACK),
        "returned": sheet(returned, BACK),
        "between": sheet(session.sample(way).images, BACK),
        "psnr": round(float((-10 * errors.log10()).mean()), 1),
    }


def chart(session: CodeSession) -> dict[str, Any]:
    """The map of a code of two numbers: the pictures of a lattice as one URL, row by row from the top, and test pictures
    by the place of their code, `[x, y, class]`."""
    _check_flat(session)
    at = torch.linspace(-EXTENT, EXTENT, 2 * CELLS + 1)[1::2]
    y, x = torch.meshgrid(-at, at, indexing="ij")
    lattice = session.sample(torch.stack([x, y], 2).view(-1, 2)).images
    test = pictures_of(session.card, "test").thinned(POINTS)
    codes = session.encode(test.batch(slice(None))["image"])
    labels = test.labels if test.labels is not None else torch.zeros(len(test))
    drawn = images.grid(lattice, CELLS, gap=0)
    return {
        "lattice": responses.data_url(drawn, "WEBP", quality=60),
        "points": [[round(a, 3), round(b, 3), int(label)] for (a, b), label in zip(codes.tolist(), labels, strict=True)],
    }


def place(session: CodeSession, x: Any, y: Any) -> dict[str, Any]:
    """The picture at a place of the map."""
    _check_flat(session)
    code = torch.tensor([[float(requests.number(at, -EXTENT, EXTENT, "ways_place")) for at in (x, y)]])
    return {"picture": responses.data_url(images.to_pil(session.sample(code).images[0]))}


def read(session: CodeSession, picture: Any) -> Float[Tensor, "1 c h w"]:
    """A picture, a data URL, as the model takes it."""
    c = session.config
    return images.to_float(images.from_pil(fit(requests.read_picture(picture), c.size), c.channels))[None]


def decode(session: CodeSession, code: Any) -> Image.Image:
    """The picture of a code."""
    _check_codes(session)
    length = session.config.latent_size
    if not isinstance(code, list) or len(code) != length:
        raise requests.mistake("ways_code", n=length)
    numbers = [float(requests.number(value, -MOST_CODE, MOST_CODE, "ways_place")) for value in code]
    return images.to_pil(session.sample(torch.tensor([numbers])).images[0])


def encode(session: CodeSession, picture: Any) -> list[float]:
    """The code of a picture."""
    _check_codes(session)
    return session.encode(read(session, picture))[0].tolist()


def score(session: CodeSession, picture: Any) -> float:
    """The log density of a picture, in nats."""
    if not session.scores:
        raise requests.mistake("ways_no_score", name=session.name)
    found = float(session.score(read(session, picture))[0])
    assert math.isfinite(found)
    return found


def _check_codes(session: CodeSession) -> None:
    if not session.codes:
        raise requests.mistake("ways_no_code", name=session.name)


def _check_flat(session: CodeSession) -> None:
    _check_codes(session)
    if session.config.latent_size != 2:
        raise requests.mistake("ways_no_map", name=session.name)
