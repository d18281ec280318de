"""Every tab as axe-core sees it, in light and in dark, with the weights that ship: labels, roles, contrast."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from app_process import serving
from browsing import Watched, needs_chromium

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="pip install axe-playwright-python")

pytestmark = needs_chromium
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}
# Parts of tabs that show only when they are asked for.
PARTS = {
    "learn": ("objective", "glossary", "quiz", "zoo", "talk"),
    "latent": ("mix_title", "arithmetic_title", "directions_title", "map_title", "projection_title", "memory_title"),
}
MOVING = """document.getAnimations().filter((one) => one.effect.getComputedTiming().iterations === Infinity
  && one.effect.target?.closest('[class*=zoo-]')).map((one) => one.effect.target.className)"""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving(Path(__file__).parents[2] / "weights") as address:
        yield address


def faults(page: Any) -> list[str]:
    """What axe finds on the page as it stands: the rule, where, and what is wrong."""
    found = axe.Axe().run(page, options=RULES).response["violations"]
    return [
        f"{fault['id']}: {node['target']} {(node['any'] + node['all'] + node['none'])[0]['message']}"
        for fault in found
        for node in fault["nodes"]
    ]


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("ja", "dark")])
def test_every_tab_is_for_everybody(browser: Any, url: str, language: str, theme: str) -> None:
    visitor = Watched(browser, f"{url}?__theme={theme}#latent", language, reduced_motion="reduce")
    page = visitor.page
    page.wait_for_selector(".zoo-tile")
    tabs = page.evaluate("[...document.querySelectorAll('[role=tab][id^=tab_]')].map((tab) => tab.id.slice(4, -7))")
    assert len(set(tabs)) >= 5
    found: dict[str, list[str]] = {}
    for tab in dict.fromkeys(tabs):
        for place in (tab, *(f"{tab}/{part}" for part in PARTS.get(tab, ()))):
            page.evaluate(f"location.hash = '{place}'")
            page.wait_for_timeout(1500 if "/" in place else 3000)
            problems = faults(page) + [f"moves although asked not to: {name}" for name in page.evaluate(MOVING)]
            if problems:
                found[place] = problems
    visitor.close(url)
    assert found == {}


def test_the_keyboard_reaches_what_the_mouse_does(browser: Any, url: str) -> None:
    """From the top of the page with Tab and Enter: a chapter, and from it another tab."""
    visitor = Watched(browser, f"{url}#learn/duel", "en")
    page = visitor.page
    page.wait_for_selector(".zoo-learn[data-ready]")
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.getAttribute('href') || document.activeElement.id"))
        if reached[-1] == "#training/playground":
            break
    assert {"#learn/quiz", "#learn/objective", "#training/playground"} <= set(reached)
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    page.wait_for_selector(".zoo-playground[data-ready]")
    assert page.locator(".zoo-playground").is_visible()
    visitor.close(url)
