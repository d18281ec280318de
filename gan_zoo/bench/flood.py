"""What others notice while one visitor floods the app, and the memory that very many pages take."""

from __future__ import annotations

import contextlib
import itertools
import json
import multiprocessing
import socket
import statistics
import threading
import time
import urllib.error
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from gan_zoo.bench import visitors
from gan_zoo.bench.app_process import Page, serving
from gan_zoo.bench.measure import Figure, Report
from gan_zoo.errors import UserError
from gan_zoo.serving.gallery import Gallery

OTHERS = 9
# Seconds of one measurement, and of a flood before it is measured.
WINDOW, BEFORE = 15.0, 5.0
# Threads, and connections that say or read nothing, of one visitor who floods.
THREADS, LINES = 32, 1_500
FLOODER = "127.0.2.99"
MOST_RATIO = 3.0
PAGES = 2_000
MOST_GIGABYTES = 1.5

Attack = Callable[["Flooder"], object]


class Flooder:
    """One visitor who asks for all that can be had."""

    def __init__(self, port: int, models: visitors.Models, config: Any) -> None:
        self.port, self.models, self.config = port, models, config
        self.page, self.numbers = Page(port, FLOODER, config), itertools.count()

    def fresh(self) -> Page:
        """A page that was never here."""
        return Page(self.port, FLOODER, self.config)

    def connect(self) -> socket.socket:
        """A connection of its own."""
        return socket.create_connection(("127.0.0.1", self.port), 60, (FLOODER, 0))

    def endlessly(self, attack: Attack) -> None:
        """Attack, whatever the app says, until this process is ended."""
        while True:
            with contextlib.suppress(OSError, UserError, ValueError, urllib.error.HTTPError):
                attack(self)


def questions(flooder: Flooder) -> None:
    """Ask for samples and never wait for them."""
    flooder.page.join(flooder.page.to_endpoint("sample", flooder.models.samplers[0], 1, 64, 2.0, "auto", ""))


def new_pages(flooder: Flooder) -> None:
    """Ask for samples, each time as somebody else."""
    page = flooder.fresh()
    page.join(page.to_endpoint("sample", flooder.models.samplers[0], 1, 64, 2.0, "auto", ""))


def other_models(flooder: Flooder) -> object:
    """Ask for another model each time, which has to be loaded."""
    names = flooder.models.samplers
    return flooder.fresh().call("sample", names[next(flooder.numbers) % len(names)], 1, 64, 2.0, "auto", "")


def heavy_work(flooder: Flooder) -> object:
    """Let pictures of twelve megapixels be restyled."""
    name = flooder.models.styles[next(flooder.numbers) % len(flooder.models.styles)]
    return flooder.fresh().call("restyle", name, flooder.models.large, False, 1.0)


def large_bodies(flooder: Flooder) -> object:
    """Send 25 MB of brackets."""
    return flooder.page.load("/gradio_api/queue/join", b'{"data": [' + b"[]," * 8_000_000 + b"[]]}")


def page_loads(flooder: Flooder) -> object:
    """Load the page, which Gradio puts together anew for everybody."""
    return flooder.page.load("/")


def files(flooder: Flooder) -> None:
    """Load a small file, over connections that stay."""
    with flooder.connect() as line:
        for _ in range(100):
            line.sendall(b"GET /demos/shared/web/ask.js HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            if not line.recv(100_000):
                break


def lessons(flooder: Flooder) -> None:
    """Load the chapters, the pictures of trainings, and a comparison of them."""
    run = json.loads(flooder.page.load("/training/runs"))[0]["name"]
    for path in ("/learn/ja", f"/learn/pictures/{run}/last", f"/training/runs/weights/{run}"):
        flooder.page.load(path)


def films(flooder: Flooder) -> object:
    """Let films be made of all trainings."""
    runs = json.loads(flooder.page.load("/training/runs"))
    return flooder.page.load(f"/training/runs/weights/{runs[next(flooder.numbers) % len(runs)]['name']}/film")


def rooms(flooder: Flooder) -> object:
    """Open rooms of the detective, and fill them."""
    room = json.loads(flooder.page.load("/detective/rooms", b"{}"))
    return [flooder.page.load(f"/detective/rooms/{room['code']}/players", b"{}") for _ in range(100)]


def silence(flooder: Flooder) -> None:
    """Hold connections that say nothing."""
    lines = [flooder.connect() for _ in range(LINES // THREADS)]
    while all(line.recv(1) for line in lines):
        pass


def deafness(flooder: Flooder) -> None:
    """Load the page over many connections, and read none of it."""
    lines = [flooder.connect() for _ in range(LINES // THREADS)]
    for line in lines:
        line.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    time.sleep(10)


ATTACKS: tuple[Attack, ...] = (
    questions, new_pages, other_models, heavy_work, large_bodies, page_loads, files, lessons, films, rooms, silence, deafness,
)  # fmt: skip


def flood(window: float = WINDOW, attacks: tuple[Attack, ...] = ATTACKS) -> Report:
    """Measure how long nine visitors wait for samples while a tenth one floods the app, beside how long they wait in quiet,
    just before and just after."""
    models = visitors.Models(Gallery())
    figures, missing = [], 0
    with serving() as (_, port, _):
        config = Page(port).config
        others = [Page(port, f"127.0.2.{i + 1}", config) for i in range(OTHERS)]
        asked = models.samplers[0]
        for page in others:
            page.call("sample", asked, 1, 16, 2.0, "auto", "")
        quiet, failed = _waits(others, asked, window)
        before = statistics.median(quiet)
        figures.append(Figure("a wait for samples in quiet, in the median", 1000 * before, "ms"))
        for attack in attacks:
            with flooding(Flooder(port, models, config), attack):
                time.sleep(BEFORE)
                waits, failed = _waits(others, asked, window)
                missing += failed
            time.sleep(BEFORE)
            quiet, _ = _waits(others, asked, window)
            after = statistics.median(quiet)
            what = f"while one floods with {attack.__name__.replace('_', ' ')}"
            ratio = statistics.median(waits) / statistics.fmean((before, after)) if waits else float("inf")
            figures.append(Figure(what, ratio, "times as long", MOST_RATIO))
            before = after
        figures.append(Figure("questions of the others that were refused or failed", missing, "", 0))
    return Report(f"flood: {OTHERS} visitors ask for 16 samples of {asked} each, without a pause", figures)


@contextmanager
def flooding(flooder: Flooder, attack: Attack) -> Iterator[None]:
    """One visitor attacks, in a process of its own, as long as the context lasts."""
    context = multiprocessing.get_context("spawn")
    begun = context.Event()
    process = context.Process(target=_attack, args=(flooder.port, flooder.models, flooder.config, attack, begun), daemon=True)
    process.start()
    try:
        begun.wait()
        yield
    finally:
        process.kill()
        process.join()


def _attack(port: int, models: visitors.Models, config: Any, attack: Attack, begun: Any) -> None:
    flooder = Flooder(port, models, config)
    for _ in range(THREADS):
        threading.Thread(target=flooder.endlessly, args=(attack,), daemon=True).start()
    begun.set()
    threading.Event().wait()


def _waits(pages: list[Page], model: str, window: float) -> tuple[list[float], int]:
    """The seconds that each question of some pages waits for its answer, and how many were not answered."""
    until = time.monotonic() + window

    def ask(page: Page) -> tuple[list[float], int]:
        waits, failed, seed = [], 0, 0
        while (start := time.monotonic()) < until:
            seed += 1
            try:
                page.call("sample", model, seed, 16, 2.0, "auto", "")
                waits.append(time.monotonic() - start)
            except (OSError, UserError):
                failed += 1
        return waits, failed

    with ThreadPoolExecutor(len(pages)) as asking:
        told = list(asking.map(ask, pages))
    return [wait for waits, _ in told for wait in waits], sum(failed for _, failed in told)


def pages(count: int = PAGES) -> Report:
    """Measure the memory of the app while `count` pages are open that did all kinds of things before."""
    models = visitors.Models(Gallery())
    with serving() as (process, port, _), contextlib.ExitStack() as open_:
        config = Page(port).config
        guests = [visitors.Visitor(port, i, models, config) for i in range(count)]
        for guest in guests:
            guest.here = f"127.0.{3 + guest.number // 200}.{guest.number % 200 + 1}"
        start, most, end = visitors.memory(process.pid), 0.0, threading.Event()

        def look() -> None:
            nonlocal most
            while not end.wait(0.5):
                most = max(most, visitors.memory(process.pid))

        looking = threading.Thread(target=look)
        looking.start()
        habits = (
            visitors.sample, visitors.draw, visitors.bring, visitors.restyle, visitors.leave, visitors.ignore, visitors.blunder,
        )  # fmt: skip
        try:
            with ThreadPoolExecutor(8) as living:
                visits = zip(guests, itertools.cycle(habits), strict=False)
                for visit in [living.submit(_visit, guest, habit, open_) for guest, habit in visits]:
                    visit.result()
            late = visitors.memory(process.pid)
        finally:
            end.set()
            looking.join()
        alive = process.poll() is None
    if not alive:
        raise UserError("the app ended: see what 'python app.py' says", "no_app")
    done = sum((guest.done for guest in guests), Counter[str]())
    failed = {what: n for what, n in done.items() if what not in ("answered", "refused")}
    return Report(
        f"pages: {count} pages that are open at the same time" + (f"; failures: {failed}" if failed else ""),
        [
            Figure("memory at the start", 1000 * start, "MB"),
            Figure("most memory beyond that", most - start, "GB", MOST_GIGABYTES),
            Figure("memory beyond the start when all pages are open", late - start, "GB", MOST_GIGABYTES),
            Figure("questions answered", done["answered"], ""),
            Figure("questions refused", done["refused"], ""),
            Figure("other failures", sum(failed.values()), "", 0),
        ],
    )


def _visit(guest: visitors.Visitor, habit: Callable[[visitors.Visitor], object], open_: contextlib.ExitStack) -> None:
    """Open a page that stays open, and do something there once."""
    guest.page = Page(guest.port, guest.here, guest.config)
    open_.enter_context(guest.open_page())
    guest.doing(habit)
