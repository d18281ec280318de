"""Visitors who draw: one, and a crowd whose questions share batches."""

from __future__ import annotations

import html
import math
import re
import statistics
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field

from PIL import Image, ImageDraw

from gan_zoo.bench.app_process import Page, data_url, serving
from gan_zoo.bench.measure import Figure, Report
from gan_zoo.errors import UserError
from gan_zoo.serving.gallery import Gallery

CROWDS = (1, 10, 30, 100)
# Seconds between two strokes of a visitor's pen.
STROKE = 0.1
# Seconds of one measurement.
WINDOW = 5.0
# Python that lets every question of an app go through the network alone.
ALONE = "import gan_zoo.serving.calls; gan_zoo.serving.calls.MOST_SHARED = 1"


def sheet(size: int, length: int) -> Image.Image:
    """A line of `length` segments on white."""
    drawn = Image.new("RGB", (size, size), "white")
    points = [(size * (0.5 + 0.4 * math.cos(i)), size * (0.5 + 0.4 * math.sin(2 * i))) for i in range(length + 1)]
    ImageDraw.Draw(drawn).line(points, "black", 3)
    return drawn


def line_drawing(size: int, length: int) -> str:
    """The same as the canvas sends it: a PNG in a data URL."""
    return data_url(sheet(size, length))


def opening_model(page: Page) -> str:
    """The translator that the Sketch tab opens with; raises `UserError` if there is none."""
    # The first of the tasks that a visitor may choose from.
    task = re.search(r'name="sketch-task" value="([^"]+)"', page.props("sketch")["html_template"])
    if not task:
        raise UserError("there is no translator here: gan-zoo train --recipe pix2pix-emoji", "no_translators")
    return html.unescape(task[1])


def draw(page: Page, model: str, drawing: str, number: int) -> None:
    """Ask for the picture of a drawing as the page does while the pen moves; raises `UserError` if there is none."""
    request = {"n": number, "model": model, "drawing": drawing, "moving": True}
    [said] = page.ask("sketch", "draw", [], {"request": request})
    if not said["props"]["answer"].get("picture"):
        raise UserError(f"the app drew no picture: {said['props']['answer']['trouble']}", "no_app")


@dataclass
class Artist:
    """A visitor who draws without a pause. The page sends a stroke when the answer to the last one is there."""

    page: Page
    waited: list[float] = field(default_factory=list)
    """seconds from the pen to the picture"""
    failures: int = 0

    def live(self, model: str, strokes: Sequence[str], end: threading.Event) -> None:
        """Draw until the `end`."""
        number = 0
        while not end.is_set():
            number, begin = number + 1, time.monotonic()
            try:
                draw(self.page, model, strokes[number % len(strokes)], number)
                self.waited.append(time.monotonic() - begin)
            except (OSError, UserError):
                self.failures += 1
            end.wait(max(0.0, begin + STROKE - time.monotonic()))


def draw_together(port: int, config: object, model: str, strokes: Sequence[str], count: int, window: float) -> list[Artist]:
    """The work of `count` visitors of an app, each with an address of its own, who draw for `window` seconds."""
    artists, end = [Artist(Page(port, f"127.0.3.{i + 1}", config)) for i in range(count)], threading.Event()
    with ThreadPoolExecutor(count) as living:
        lives = [living.submit(artist.live, model, strokes, end) for artist in artists]
        end.wait(window)
        end.set()
        for life in lives:
            life.result()
    return artists


def crowd(counts: Sequence[int] = CROWDS, window: float = WINDOW, rounds: int = 2) -> Report:
    """Measure visitors who draw at the same time, ten strokes a second each, in the app and in one without shared batches.

    The two apps take turns, so that load on the machine slows both. The clients need processor time too.
    """
    with ExitStack() as apps:
        ports = {"shared": apps.enter_context(serving())[1], "alone": apps.enter_context(serving(first=ALONE))[1]}
        pages = {how: Page(port) for how, port in ports.items()}
        model = opening_model(pages["shared"])
        strokes = [line_drawing(Gallery().card(model)["config"]["size"], length) for length in range(2, 12)]
        for page in pages.values():
            draw(page, model, strokes[0], 0)  # loads the model
        figures = []
        for count in counts:
            drawn: dict[str, list[Artist]] = {how: [] for how in ports}
            for turn in range(rounds):
                for how in list(ports)[:: 1 if turn % 2 == 0 else -1]:
                    drawn[how] += draw_together(ports[how], pages[how].config, model, strokes, count, window)
            figures += _figures(count, drawn, window * rounds)
    return Report(
        f"crowd: {', '.join(map(str, counts))} visitors who draw with {model} at the same time, ten strokes a second each, "
        f"{rounds} rounds of {window:g} s",
        figures,
    )


def _figures(count: int, drawn: dict[str, list[Artist]], seconds: float) -> list[Figure]:
    """The figures of a crowd of one size, in both apps."""
    waited = {how: sorted(wait for artist in artists for wait in artist.waited) for how, artists in drawn.items()}
    if not all(len(waits) > 1 for waits in waited.values()):
        raise UserError(f"{count} visitors got no pictures in {seconds:g} seconds", "no_app")
    answers = [len(artist.waited) for artist in drawn["shared"]]
    failures = sum(artist.failures for artists in drawn.values() for artist in artists)
    return [
        Figure(f"{count} visitors: pictures a second", len(waited["shared"]) / seconds, "a second"),
        Figure("... against those without shared batches", len(waited["shared"]) / len(waited["alone"]), "times"),
        Figure("... pen to picture, median", 1000 * statistics.median(waited["shared"]), "ms"),
        Figure("... 95th percentile", 1000 * statistics.quantiles(waited["shared"], n=20)[-1], "ms"),
        Figure("... median without shared batches", 1000 * statistics.median(waited["alone"]), "ms"),
        Figure("... pictures of who got fewest against the mean", min(answers) / statistics.mean(answers), "times"),
        Figure("... failures", failures, "", 0.0),
    ]
