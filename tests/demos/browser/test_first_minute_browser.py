"""The first minute of a visitor, the projector and the buttons of Learn, with the weights that ship."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("gradio", reason="the app needs gradio: pip install gan-zoo[app]")

from app_process import serving
from browsing import Watched, needs_chromium

import demos
from demos.learn.chapters import CHAPTERS
from demos.shared import i18n

pytestmark = needs_chromium
TABS = sorted(tab.__name__.rpartition(".")[2] for tab in demos.tabs())
SIZES = {"laptop": (1280, 800), "room": (1920, 1080), "phone": (390, 844)}
SWIPE = 600
"""pixels that a thumb moves a phone's page at once"""
# The place of all that a tab is about, on the page: its edges in pixels.
MAIN = """(tab) => {
  const parts = [...document.querySelectorAll(`#tab_${tab} [data-main]`)].filter((part) => part.offsetParent);
  const boxes = parts.map((part) => part.getBoundingClientRect());
  const [tops, bottoms, rights] = ['top', 'bottom', 'right'].map((side) => boxes.map((box) => box[side]));
  return { top: Math.min(...tops) + scrollY, bottom: Math.max(...bottoms) + scrollY, right: Math.max(...rights),
    width: document.documentElement.scrollWidth };
}"""
# The size of the smallest text of a tab that is on the stage, in pixels of the screen.
SMALLEST = """(tab) => {
  const zoom = Number(document.documentElement.style.getPropertyValue('--zoo-zoom'));
  const texts = [...document.querySelectorAll(`#tab_${tab} *`)].filter((part) => part.offsetParent
    && !part.closest('svg, .eta-bar, .progress-text, .zoo-badge') && part.getBoundingClientRect().width > 2
    && [...part.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()));
  return texts.map((part) => [parseFloat(getComputedStyle(part).fontSize) * zoom, part.textContent.trim().slice(0, 40)])
    .sort(([one], [other]) => one - other)[0] || [Infinity, ''];
}"""
# What of a tab on the stage lies below the upper edge of the bar, which would cover it.
COVERED = """(tab) => {
  const edge = document.querySelector('.zoo-talk').getBoundingClientRect().top;
  const parts = [...document.querySelectorAll(`#tab_${tab} .zoo-stage[data-on-stage] *`)].filter((part) => part.offsetParent
    && part.getBoundingClientRect().width > 2 && (part.matches('img, canvas, button, input, select, a')
      || [...part.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())));
  return parts.filter((part) => part.getBoundingClientRect().bottom > edge + 1)
    .map((part) => `${part.tagName} ${part.textContent.trim().slice(0, 40)}`);
}"""
# Where a button of Learn leads: the target is in view, and what the address sets is set.
ARRIVED = """([tab, part, setting]) => {
  const panel = document.querySelector(`#tab_${tab}[role=tabpanel]`);
  const target = !part || part.includes('-') ? panel : panel?.querySelector(`#${part}-button, #${part}, [data-part=${part}]`);
  const box = target?.getBoundingClientRect();
  const isLow = box?.top > innerHeight * .75 && scrollY + innerHeight < document.documentElement.scrollHeight - 2;
  if (!box?.height || isLow || box.top > innerHeight || box.bottom < 0) return false;
  const value = (css) => panel.querySelector(css)?.value;
  const asked = setting || (part?.includes('-') ? part : '');
  if (asked === 'loss') return document.activeElement.matches('[data-text=loss]');
  if (asked === 'collapse') return value('[data-count=generator_steps]') === '5';
  if (asked === 'clip') return !panel.querySelector('.zoo-styler-clip').hidden;
  const fields = ['#model select', '.zoo-tasks :checked', '[data-preset]', 'form.start [name=model]'];
  return asked.split('+').every((one, i) => !one || [...fields, `[data-run=${i ? 'other' : 'one'}]`]
    .some((css) => value(css)?.split('/').at(-1) === one))
    && (part !== 'own' || panel.querySelector('[value=own]').checked);
}"""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving(Path(__file__).parents[3] / "weights") as address:
        yield address


@pytest.mark.parametrize(("tab", "language"), [
    # In a sample, each tab speaks one language.
    pytest.param(tab, language, marks=[pytest.mark.sweep(len(TABS))] if (i + j) % 2 else [])
    for i, tab in enumerate(TABS)
    for j, language in enumerate(i18n.LANGUAGES[:2])
])  # fmt: skip
def test_what_a_tab_is_about_is_in_view_and_fills_a_stage(browser: Any, url: str, tab: str, language: str) -> None:
    """At once on a laptop, after one swipe on a phone, and on the stage without anything below the fold."""
    visitor = Watched(browser, f"{url}#{tab}", language, reduced_motion="reduce")
    page = visitor.page
    page.wait_for_selector(".zoo-header")
    page.wait_for_selector(f"#tab_{tab} [data-main] >> visible=true")
    visitor.rest()
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("scrollTo(0, 0)")
        main = page.evaluate(MAIN, tab)
        swiped = SWIPE if size == "phone" else 0
        assert main["bottom"] <= height + swiped and main["bottom"] - main["top"] <= height, (size, main)
        assert main["right"] <= width and main["width"] <= width, (size, main)
    page.set_viewport_size(dict(zip(("width", "height"), SIZES["room"], strict=True)))
    page.click(".zoo-to-stage")
    page.wait_for_selector(".zoo-talk[data-alone]")
    visitor.wait("document.fullscreenElement || !document.fullscreenEnabled")
    visitor.wait("document.documentElement.scrollHeight <= innerHeight")  # nothing is below the fold
    assert page.evaluate(COVERED, tab) == []
    smallest, text = page.evaluate(SMALLEST, tab)
    assert smallest >= 23.9, (smallest, text)
    page.click(".zoo-talk .end")
    page.wait_for_selector(".zoo-header", state="visible")
    visitor.close(url)


@pytest.mark.parametrize("chapters", [list(CHAPTERS)[:6], list(CHAPTERS)[6:]], ids=["first", "last"])
def test_every_button_of_learn_ends_at_its_tool(browser: Any, url: str, chapters: list[str]) -> None:
    visitor = Watched(browser, f"{url}#learn", reduced_motion="reduce")
    page = visitor.page
    page.wait_for_selector(".zoo-learn[data-ready]")
    for name in chapters:
        for n, place in enumerate(CHAPTERS[name].sees):
            page.evaluate(f"location.hash = 'learn/{name}'")
            page.click(f".zoo-learn[data-chapter={name}] .zoo-see >> nth={n}")
            tab, part, setting = [*place.split("/"), "", ""][:3]
            visitor.wait(ARRIVED, [tab, part, setting])
    visitor.close(url)


def test_a_game_keeps_the_keys_of_a_talk(browser: Any, url: str) -> None:
    """While the visitor judges a picture, the arrow is the game's; Page Down is always the talk's."""
    visitor = Watched(browser, f"{url}?talk=detective-home&stop=0#detective")
    page = visitor.page
    page.click(".zoo-case [data-do=go]")
    page.wait_for_selector(".zoo-case[data-phase=judging]")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".zoo-case:not([data-phase=judging])")
    assert page.inner_text(".zoo-talk .count") == "1 / 2"
    page.keyboard.press("PageDown")
    visitor.wait("location.hash === '#home'")
    visitor.close(url)
