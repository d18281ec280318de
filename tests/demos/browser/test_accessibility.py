"""Every tab as axe-core sees it, in light and in dark, with the weights that ship: labels, roles, contrast."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("gradio", reason="the app needs gradio: pip install gan-zoo[app]")

from app_process import serving
from browsing import Watched, needs_chromium

import demos

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
# What ends by itself: animations that have an end, and the header before its script has run.
ENDING = """...document.getAnimations().filter((one) => one.playState === 'running'
    && one.effect.getComputedTiming().iterations !== Infinity).map((one) => one.effect.target),
  ...document.querySelectorAll('.zoo-languages:not(:has([aria-current]))'),"""
# What is on its way within the open tab: first answers and pictures, and what ends by itself.
PENDING = (
    """...document.querySelectorAll('[role=tabpanel] [data-asked]:not([data-answered], [data-settled])'),
  ...[...document.querySelectorAll('[role=tabpanel] img[src]')].filter((image) => !image.complete),"""
    + ENDING
)
# Pictures that would load only when somebody scrolls to them.
EAGER = "document.querySelectorAll('img[loading=lazy]').forEach((image) => { image.loading = 'eager'; })"
CALM = 5
"""how many looks in a row find nothing on its way, once all is there: a part that comes into view asks a moment later"""
LOOKS = 900


class Auditor(Watched):
    """A visitor who looks at places of the page with axe."""

    def __init__(self, browser: Any, url: str, name: str, language: str, theme: str, hold: bool = False) -> None:
        super().__init__(browser, "about:blank", language, reduced_motion="reduce")
        self.hold, self.seen = hold, False
        if hold:  # the questions to the server never arrive
            self.page.route("**/queue/join*", lambda route: None)
        self.page.goto(f"{url}?__theme={theme}#{name}")

    def go(self, place: str) -> None:
        """Open a place, and wait until nothing is on its way any more; or, if questions are held, nothing but them."""
        self.page.evaluate(f"location.hash = '{place}'")
        panel = f"#tab_{place.split('/')[0]}[role=tabpanel]"
        self.page.wait_for_selector(panel, state="visible")
        calm = 0
        for _ in range(LOOKS):
            self.page.wait_for_timeout(100)
            # Films go on for long: of them, the first answer is enough.
            asking = set() if self.hold or self.page.locator(f"{panel} [data-answered]").count() else self.under_way
            open = {one for one in self.under_way if "/queue/" not in one.url} | asking
            self.page.evaluate(EAGER)
            found = ENDING if self.hold else PENDING
            pending = self.page.evaluate(f"[{found}].map((part) => part.outerHTML.slice(0, 120))")
            calm = 0 if open or pending else calm + 1
            if calm == (1 if self.hold else CALM):  # of what is held, no answer can follow
                return
        raise AssertionError(f"{place} has not come to rest: {[one.url for one in open]}, {pending}")

    def faults(self, place: str) -> list[str]:
        """What axe finds at a place as it stands: the rule, where, and what is wrong; and what moves although asked not to.

        It looks at the whole page once, and then at the open tab only.
        """
        panel = f"#tab_{place.split('/')[0]}[role=tabpanel]" if self.seen else None
        self.seen = True
        found = axe.Axe().run(self.page, context=panel, options=RULES).response["violations"]
        return [
            f"{fault['id']}: {node['target']} {(node['any'] + node['all'] + node['none'])[0]['message']}"
            for fault in found
            for node in fault["nodes"]
        ] + [f"moves although asked not to: {name}" for name in self.page.evaluate(MOVING)]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving(Path(__file__).parents[3] / "weights") as address:
        yield address


@pytest.mark.sweep(2)
@pytest.mark.parametrize("name", sorted(tab.__name__.rpartition(".")[2] for tab in demos.tabs()))
@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("ja", "dark")])
def test_every_tab_is_for_everybody(browser: Any, url: str, name: str, language: str, theme: str) -> None:
    auditor = Auditor(browser, url, name, language, theme)
    found: dict[str, list[str]] = {}
    for place in (name, *(f"{name}/{part}" for part in PARTS.get(name, ()))):
        auditor.go(place)
        found[place] = auditor.faults(place)
    auditor.close(url)
    assert not any(found.values()), found


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_tab_is_for_everybody_before_the_first_answer(browser: Any, url: str, theme: str) -> None:
    auditor = Auditor(browser, url, "learn", "en", theme, hold=True)
    found: dict[str, list[str]] = {}
    for tab in demos.tabs():
        place = tab.__name__.rpartition(".")[2]
        auditor.go(place)
        found[place] = auditor.faults(place)
    auditor.close(url)
    assert not any(found.values()), found


def test_the_keyboard_reaches_what_the_mouse_does(browser: Any, url: str) -> None:
    """From the top of the page with Tab and Enter: a chapter, and from it another tab."""
    visitor = Watched(browser, f"{url}#learn/duel", "en")
    page = visitor.page
    page.wait_for_selector(".zoo-learn[data-ready]")
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.getAttribute('href') || document.activeElement.id"))
        if reached[-1] == "#playground/board":
            break
    assert {"#learn/quiz", "#learn/objective", "#playground/board"} <= set(reached)
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    page.wait_for_selector(".zoo-playground[data-ready]")
    assert page.locator(".zoo-playground").is_visible()
    visitor.close(url)
