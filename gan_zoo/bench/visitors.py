"""Visitors of mixed habits, who leave in the middle and send what is wrong, and the memory of the app that serves them."""

from __future__ import annotations

import contextlib
import http.client
import json
import random
import socket
import statistics
import threading
import time
import urllib.error
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any, cast

import numpy as np
from PIL import Image

from gan_zoo.bench.app_process import Page, data_url, serving
from gan_zoo.bench.measure import Figure, Report, resident_gigabytes
from gan_zoo.errors import UserError
from gan_zoo.models.kinds import Translator
from gan_zoo.models.registry import model_class
from gan_zoo.serving.gallery import Gallery

VISITORS = 20
# Seconds between two looks at the memory of the app.
LOOK = 15.0
# What a page of ours would never send.
WRONG: tuple[Any, ...] = (
    None, "", "../../etc/passwd", -1, 10**30, True, [], {}, [[[]]], "data:image/png;base64,AAAA", "x" * 20_000,
    "\ud800", [None] * 999,
)  # fmt: skip
# How an app refuses; every other failure is one.
REFUSALS = (400, 403, 404, 408, 413, 422, 429, 503)
# What stands in an answer beside a field: a sentence why something is refused, and one about a handler that failed.
REFUSED, FAILED = 'role="alert"', 'role="alert" class="zoo-unexpected"'


class Models:
    """The weights that the visitors ask for, and the pictures that they bring."""

    def __init__(self, gallery: Gallery) -> None:
        self.samplers = gallery.names("sampler")
        if not self.samplers:
            raise UserError("there is no sampler here: gan-zoo train --recipe dcgan-digits", "no_samplers")
        cards = {name: gallery.card(name) for name in gallery.names("translator")}  # no network is loaded to choose one
        classes = {name: cast(type[Translator], model_class(card["model"])) for name, card in cards.items()}
        self.styles = [name for name, kind in classes.items() if kind.any_size]
        self.sketches = [n for n, card in cards.items() if card["config"]["input_channels"] == 3 and n not in self.styles]
        chance = np.random.default_rng(0)
        self.small = data_url(Image.fromarray(chance.integers(256, size=(192, 256, 3), dtype=np.uint8)))
        # Twelve megapixels, of soft spots, so that the file has a size as those of cameras do.
        spots = Image.fromarray(chance.integers(256, size=(300, 400, 3), dtype=np.uint8))
        self.large = data_url(spots.resize((4000, 3000), Image.Resampling.BICUBIC).quantize(64))


class Visitor:
    """Somebody with an address, who opens pages and leaves them."""

    def __init__(self, port: int, number: int, models: Models, config: Any) -> None:
        self.port, self.number, self.models, self.config = port, number, models, config
        self.here, self.chance = f"127.0.1.{number + 1}", random.Random(number)
        self.page, self.done = Page(port, self.here, config), Counter[str]()

    def visit(self) -> None:
        """Open a page, do something a few times, and leave, with or without a good-bye."""
        self.page = Page(self.port, self.here, self.config)
        habit = self.chance.choice(HABITS)
        with contextlib.suppress(OSError), self.open_page():
            for _ in range(self.chance.randint(1, 4)):
                self.doing(habit)

    def open_page(self) -> socket.socket:
        """The connection that tells the app that a page is open."""
        line = socket.create_connection(("127.0.0.1", self.port), 60, (self.here, 0))
        line.sendall(f"GET /gradio_api/heartbeat/{self.page.session} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        return line

    def doing(self, habit: Callable[[Visitor], object]) -> None:
        """Follow a habit once, and count how it went."""
        self.done[self.outcome(habit)] += 1

    def outcome(self, habit: Callable[[Visitor], object]) -> str:
        """Follow a habit: how it went in a word or two."""
        try:
            said = str(habit(self))
        except urllib.error.HTTPError as error:
            error.close()
            return "refused" if error.code in REFUSALS else f"status {error.code}"
        except UserError as error:
            return "refused" if error.code == "refused" else f"a handler failed in {habit.__name__}"
        except (OSError, http.client.HTTPException, ValueError) as error:
            return f"{type(error).__name__} in {habit.__name__}"
        return f"a handler failed in {habit.__name__}" if FAILED in said else "refused" if REFUSED in said else "answered"

    def model(self, names: Sequence[str]) -> str:
        return self.chance.choice(list(names)) if names else ""


def sample(visitor: Visitor) -> object:
    """Ask for samples, as programs do."""
    model, seed = visitor.model(visitor.models.samplers), visitor.chance.randrange(10**6)
    return visitor.page.call("sample", model, seed, visitor.chance.choice((1, 16, 64)), 2.0, "auto", "")


def draw(visitor: Visitor) -> object:
    """Draw on the canvas of a translator."""
    request = {"n": 1, "model": visitor.model(visitor.models.sketches), "drawing": visitor.models.small, "moving": True}
    return visitor.page.ask("sketch", "draw", [], {"request": request})


def bring(visitor: Visitor) -> object:
    """Bring a picture of twelve megapixels to a style."""
    request = {"n": 1, "model": visitor.model(visitor.models.styles), "file": visitor.models.large}
    return visitor.page.ask("style", "bring", [None], {"request": request})


def restyle(visitor: Visitor) -> object:
    """Let a small picture be restyled, as programs do."""
    return visitor.page.call("restyle", visitor.model(visitor.models.styles), visitor.models.small, False, 1.0)


def leave(visitor: Visitor) -> None:
    """Ask for something that takes long, and go before the answer is there."""
    request = {"n": 1, "model": visitor.model(visitor.models.styles), "file": visitor.models.small}
    visitor.page.ask("style", "bring", [None], {"request": request})
    visitor.page.join({"data": [None], "event_data": {"request": request}, **visitor.page.about("style", "sheet")})
    with closing(visitor.page.answers()) as answers:
        next(answers, None)


def ignore(visitor: Visitor) -> None:
    """Ask, and never listen."""
    for seed in range(3):
        model = visitor.model(visitor.models.samplers)
        visitor.page.join(visitor.page.to_endpoint("sample", model, seed, 16, 2.0, "auto", ""))


def blunder(visitor: Visitor) -> object:
    """Send any handler what no page of ours would send."""
    handlers = [d for d in visitor.config["dependencies"] if d["backend_fn"] and d["api_name"] not in ("start", "push")]
    handler, wrong = visitor.chance.choice(handlers), visitor.chance.choice(WRONG)
    question = {"data": [wrong] * len(handler["inputs"]), "event_data": {"request": wrong}, "fn_index": handler["id"]}
    return visitor.page.answer({**question, "trigger_id": None})


def break_off(visitor: Visitor) -> None:
    """Send half a question, and close the connection."""
    with socket.create_connection(("127.0.0.1", visitor.port), 60, (visitor.here, 0)) as line:
        head = "POST /gradio_api/queue/join HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        line.sendall(f"{head}Content-Length: 5000000\r\n\r\n".encode() + b'{"data": ["' + b"x" * 500_000)


def read(visitor: Visitor) -> None:
    """Read what the page is made of, and the list of trainings."""
    for path in ("/", "/demos/shared/web/ask.js", "/learn/ja", "/training/runs"):
        visitor.page.load(path)


def play(visitor: Visitor) -> None:
    """Open a room of the detective, look in, and walk away."""
    room = json.loads(visitor.page.load("/detective/rooms", b"{}"))
    joined = json.loads(visitor.page.load(f"/detective/rooms/{room['code']}/players", b"{}"))
    visitor.page.load(f"/detective/rooms/{room['code']}/lead", json.dumps({"host": room["host"], "do": "next"}).encode())
    vote = {"player": joined["player"], "round": 1, "real": True}
    visitor.page.load(f"/detective/rooms/{room['code']}/votes", json.dumps(vote).encode())


HABITS = (sample, sample, sample, draw, draw, bring, restyle, leave, ignore, blunder, blunder, break_off, read, play)


def soak(hours: float = 8.0, count: int = VISITORS, look: float = LOOK) -> Report:
    """Measure the memory of the app over hours, in which `count` visitors come and go without end.

    The slope is that of a straight line through all looks after the first hour, or after the first quarter of a run of less
    than four hours.
    """
    models = Models(Gallery())
    with serving() as (process, port, _):
        config, end, start = Page(port).config, threading.Event(), time.monotonic()
        crowd = [Visitor(port, number, models, config) for number in range(count)]

        def live(visitor: Visitor) -> None:
            while not end.is_set():
                visitor.visit()
                end.wait(visitor.chance.expovariate(1 / 3))

        looks: list[tuple[float, float]] = []
        with ThreadPoolExecutor(count) as living:
            lives = [living.submit(live, visitor) for visitor in crowd]
            try:
                while time.monotonic() < start + hours * 3600:
                    looks.append(((time.monotonic() - start) / 3600, 1000 * memory(process.pid)))
                    end.wait(look)
            finally:
                end.set()
            for life in lives:
                life.result()
        alive = process.poll() is None
    if not alive:
        raise UserError("the app ended during the soak: see what 'python app.py' says", "no_app")
    return _told(looks, hours, sum((visitor.done for visitor in crowd), Counter()), count)


def _told(looks: Sequence[tuple[float, float]], hours: float, done: Counter[str], count: int) -> Report:
    """The report of a soak from its looks: hours and megabytes."""
    warm = min(1.0, hours / 4)
    late = [(when, size) for when, size in looks if when >= warm]
    if len(late) < 2:
        raise UserError(f"{hours:g} hours are too few for a slope: give more --hours", "usage")
    slope = statistics.linear_regression(*zip(*late, strict=True)).slope
    failed = {what: n for what, n in done.items() if what not in ("answered", "refused")}
    return Report(
        f"soak: {count} visitors of mixed habits for {hours:g} hours; the memory after the first {warm:g} hours"
        + (f"; failures: {failed}" if failed else ""),
        [
            Figure("slope of the memory", slope, "MB/h", 5.0),
            Figure("memory at the start", looks[0][1], "MB"),
            Figure("memory when the slope begins, and", late[0][1], "MB"),
            Figure("at the end", late[-1][1], "MB"),
            Figure("most", max(size for _, size in looks), "MB"),
            Figure("questions answered", done["answered"], ""),
            Figure("questions refused", done["refused"], ""),
            Figure("other failures", sum(failed.values()), "", 0.0),
        ],
    )


def memory(pid: int) -> float:
    """The memory of a process in gigabytes; raises `UserError` on systems other than Linux."""
    size = resident_gigabytes(pid)
    if size is None:
        raise UserError("memory is measured on Linux alone", "no_linux")
    return size
