"""Headless Chromium, and a page in it that is watched, for the tests in the browser."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="the browser tests need playwright: pip install playwright")
# The headless shell is the same browser without windows. A visit to the page costs it 40% less processor time.
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
needs_chromium = pytest.mark.skipif(not CHROMIUM, reason="the browser tests need Chromium: apt install chromium-headless-shell")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
# A camera that shows a test picture.
ARGUMENTS += ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
LOOKS = 2_000
PATIENCE = 180_000
"""milliseconds that an action or a condition in a page may take: a busy machine takes its time"""
INTERVAL = 50
"""milliseconds between two looks at a condition in a page"""
# What an event sets going begins within two frames.
FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"
LOCALES = {"en": "en-US", "ja": "ja-JP"}


@contextmanager
def chromium() -> Iterator[Any]:
    """Chromium, running."""
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield running
        running.close()


class Watched:
    """A page that was opened, with what went out of it and what went wrong in it."""

    def __init__(
        self, browser: Any, url: str, language: str = "en", width: int = 1280, clock: bool = False, **options: Any
    ) -> None:
        self.context = browser.new_context(locale=LOCALES[language], viewport={"width": width, "height": 1000}, **options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.under_way: set[Any] = set()
        """the requests that are on their way"""
        self.page.on("request", self._asked)
        for event in ("requestfinished", "requestfailed"):
            self.page.on(event, lambda request: self.under_way.discard(request))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        if clock:  # the page's own, which `pass_time` puts forward
            self.page.clock.install()
        self.page.goto(url)

    def _asked(self, request: Any) -> None:
        self.requests.append(request.url)
        # The heartbeat is open as long as the page.
        if request.url.startswith("http") and "heartbeat" not in request.url:
            self.under_way.add(request)

    def turn_to(self, tab: str) -> None:
        """Open a tab."""
        self.page.evaluate(f"location.hash = '{tab}'")
        self.page.wait_for_selector(f"#tab_{tab}[role=tabpanel]", state="visible")

    def through(self, widths: Sequence[int]) -> Iterator[int]:
        """Give the window one width after the other, yield each once the page has followed, and then see that the page fits."""
        for width in widths:
            self.page.set_viewport_size({"width": width, "height": 1000})
            self.page.evaluate(FRAMES)
            yield width
            assert self.page.evaluate("document.documentElement.scrollWidth") <= width

    def speaks(self, selector: str, words: Sequence[str], foreign: str) -> None:
        """Make sure that a part of the page says all `words`, and nothing that matches `foreign`."""
        text = self.page.inner_text(selector)
        assert [word for word in words if word not in text] == []
        assert not re.search(foreign, text)

    def text(self, selector: str) -> str:
        """What visitors read in a part of the page, with all folds of the page open."""
        self.page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
        return str(self.page.inner_text(selector))

    def wait(self, condition: str, given: Any = None) -> None:
        """Wait for a condition: an expression, or a function of what is `given`."""
        # Without an interval, each frame of the page would ask.
        self.page.wait_for_function(condition, arg=given, polling=INTERVAL)

    def rest(self) -> None:
        """Wait until all questions to the server are answered; Gradio's stream of answers ends with the last of them."""
        for _ in range(LOOKS):
            self.page.evaluate(FRAMES)
            if not self.under_way:
                return
            self.page.wait_for_timeout(20)
        raise AssertionError(f"still on its way: {[request.url for request in self.under_way]}")

    def pass_time(self, seconds: int) -> None:
        """Let so much time pass on the clock of the page, with all that it asks meanwhile."""
        for _ in range(seconds):
            self.page.clock.run_for(1000)
            self.rest()

    def close(self, url: str) -> None:
        """Leave, and make sure that no request went anywhere but to `url`, and no script met an error."""
        self.context.close()
        assert [r for r in self.requests if not r.startswith((url, "data:", "blob:"))] == []
        assert self.errors == []


@contextmanager
def visits(kind: Callable[..., Any], browser: Any, url: str) -> Iterator[Callable[..., Any]]:
    """Opens pages of a kind of `Watched`, with its further arguments. At the end no page has sent a request off the machine,
    and none has met an error in its scripts."""
    opened: list[Any] = []

    def visit(*arguments: Any, **options: Any) -> Any:
        opened.append(kind(browser, url, *arguments, **options))
        return opened[-1]

    yield visit
    for one in opened:
        one.close(url)


def visiting(kind: Callable[..., Any]) -> Any:
    """The fixture of a file whose tests open pages of a kind, as `visits` does."""

    @pytest.fixture
    def visit(browser: Any, url: str) -> Iterator[Callable[..., Any]]:
        with visits(kind, browser, url) as opened:
            yield opened

    return visit
