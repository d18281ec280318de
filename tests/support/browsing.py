"""Headless Chromium, and a page in it that is watched, for the tests in the browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="the browser tests need playwright: pip install playwright")
CHROMIUM = Path("/usr/bin/chromium")
needs_chromium = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"the browser tests need {CHROMIUM}: apt install chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
LOCALES = {"en": "en-US", "ja": "ja-JP"}


@contextmanager
def chromium(*more: str) -> Iterator[Any]:
    """Chromium, running, with `more` arguments than the usual ones."""
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=str(CHROMIUM), args=[*ARGUMENTS, *more])
        yield running
        running.close()


class Watched:
    """A page that was opened, with what went out of it and what went wrong in it."""

    def __init__(self, browser: Any, url: str, language: str = "en", width: int = 1280, **options: Any) -> None:
        self.context = browser.new_context(locale=LOCALES[language], viewport={"width": width, "height": 1000}, **options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(url)

    def wait(self, condition: str) -> None:
        self.page.wait_for_function(condition)

    def close(self, url: str) -> None:
        """Leave, and make sure that no request went anywhere but to `url`, and no script met an error."""
        self.context.close()
        assert [r for r in self.requests if not r.startswith((url, "data:", "blob:"))] == []
        assert self.errors == []
