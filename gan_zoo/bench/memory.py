"""The first picture of every model, and the memory of the app when all of them have drawn."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from typing import Any

from PIL import Image

from gan_zoo.bench.app_process import Page, data_url, serving
from gan_zoo.bench.drawing import line_drawing
from gan_zoo.bench.measure import Figure, Report
from gan_zoo.bench.visitors import memory as gigabytes_of
from gan_zoo.errors import UserError
from gan_zoo.serving.gallery import Gallery

# Bytes that the weights of loaded networks may take in the app with little memory: a few networks, out of dozens.
LITTLE = 20_000_000
# Python that gives an app so little memory.
BOUND = "import gan_zoo.serving.gallery; gan_zoo.serving.gallery.MEMORY = {bytes}"
# The pictures that a visitor asks for after the first one.
WALL = 64
# The side of the pictures that a visitor brings, in pixels.
SIDE = 256
# What the tabs without a model of their own answer; the detective has the model of another tab.
OTHERS: tuple[tuple[str, Sequence[Any]], ...] = (
    ("case", (4,)), ("training_runs", ()), ("glossary", ("GAN", "en")), ("quiz", (10, 0, "en")), ("zoo", ("", "en")),
)  # fmt: skip

# A pose of the puppet that stands still: the place of its hips, and the angles of its bones.
UPRIGHT = [64, 59, 180, 180, *8 * [0]]

Question = tuple[str, Sequence[Any]]


def memory(little: int = LITTLE, most: int = 0) -> Report:
    """Measure the first picture of each model that draws, cold, and the memory of the app when all of them have drawn and every
    tab was used; the same in an app whose networks have to make room for each other.

    Args:
        little: bytes that weights may take in the second app.
        most: models of a kind that draw (default: all).
    """
    first, size, failed = _use_all("", most)
    slowest = max(first, key=first.__getitem__)
    _, smaller, failed_too = _use_all(BOUND.format(bytes=little), most)
    figures = [
        Figure("first picture of a cold model, median", statistics.median(first.values()), "s", 1.5),
        Figure(f"first picture of a cold model, longest ({slowest})", first[slowest], "s", 1.5),
        Figure("memory when every tab was used", size, "GB", 1.5),
        Figure(f"the same with room for {little / 1e6:g} MB of weights", smaller, "GB", 1.5),
        Figure("questions without an answer, in both", len(failed) + len(failed_too), "", 0.0),
    ]
    unanswered = f"; no answer to: {', '.join(sorted({*failed, *failed_too}))}" if failed or failed_too else ""
    return Report(f"memory: {len(first)} models through python app.py, each once alone and once more{unanswered}", figures)


def _use_all(start: str, most: int) -> tuple[dict[str, float], float, list[str]]:
    """The seconds until the first picture of each model (a film has many), the gigabytes of the app in the
    end, and what got no answer.

    Args:
        start: Python that the app runs first.
    """
    waited: dict[str, float] = {}
    failed: list[str] = []
    with serving(first=start) as (process, port, _):
        page = Page(port)
        for name, ways in _models(most):
            begin = time.perf_counter()
            way = next((way for way in ways if _answers(page, way)), None)
            if way is None:
                failed.append(name)
                continue
            endpoint, _ = way
            if endpoint != "dance_poses":
                waited[name] = time.perf_counter() - begin
            if not _answers(page, _wall(name) if endpoint == "sample" else way):
                failed.append(name)
        failed += [endpoint for endpoint, asked in OTHERS if not _answers(page, (endpoint, asked))]
        size = gigabytes_of(process.pid)
    if not waited:
        raise UserError("no model drew a picture: see what 'python app.py' says", "no_app")
    return waited, size, failed


def _wall(name: str, count: int = WALL) -> Question:
    """A question for pictures of a sampler."""
    return "sample", (name, count, count, 3.0, "auto", "")


def _answers(page: Page, question: Question) -> bool:
    """Whether an endpoint answers; it refuses models that belong to another tab."""
    endpoint, asked = question
    try:
        page.call(endpoint, *asked)
    except (UserError, StopIteration):
        return False
    return True


def _models(most: int) -> Iterator[tuple[str, list[Question]]]:
    """Each model that draws, and the questions one of which it answers. A tab refuses a model of another one at once, before
    anything is loaded."""
    gallery = Gallery()

    def names(kind: str) -> list[str]:
        return gallery.names(kind)[: most or None]

    for kind in ("sampler", "autoencoder", "density"):
        for name in names(kind):
            yield name, [_wall(name, 1)]
    for name in names("translator"):
        picture = line_drawing(SIDE, 5)
        hole = Image.new("L", (SIDE, SIDE))
        hole.paste(255, (SIDE // 4, SIDE // 4, SIDE // 2, SIDE // 2))
        ways: list[Question] = [("restyle", (name, picture, False, 1.0)), ("refine_digits", (name, 0))]
        ways += [("fill_hole", (name, picture, data_url(hole), 0)), ("sketch", (name, picture, False))]
        yield name, ways
    for name in names("captioned"):
        yield name, [("picture", ("a red apple", 0, 1, name))]
    for name in names("video"):
        yield name, [("dance_poses", (name, [UPRIGHT], 2))]
