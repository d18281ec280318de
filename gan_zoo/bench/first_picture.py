"""The first moments of a visitor whose processor is slow: until there is a picture, and what moves under the pointer."""

from __future__ import annotations

import statistics
from typing import Any

from gan_zoo.bench.app_process import serving
from gan_zoo.bench.chromium import chromium
from gan_zoo.bench.measure import Figure, Report

# How much slower than this machine the visitor's processor is.
SLOWER = 4
# Milliseconds for which the page is watched after its first picture: what is late may still move it.
WATCHED = 3_000
# Notes when the front door's picture is there, when the page is there with all that one can click, and how far parts of it jump
# without being asked to (the measure of web vitals: the sum of all layout shifts).
NOTES = """
window.moved = 0;
new PerformanceObserver((list) => {
  for (const shift of list.getEntries()) if (!shift.hadRecentInput) window.moved += shift.value;
}).observe({ type: 'layout-shift', buffered: true });
const note = (name, css) => {
  const picture = document.querySelector(css);
  if (picture?.complete && picture.naturalWidth) requestAnimationFrame(() => { window[name] = performance.now(); });
  else requestAnimationFrame(() => note(name, css));
};
note('pictured', '#zoo-opening img, .zoo-hero img');
note('usable', '.zoo-hero img');
"""


def first_picture(visits: int = 3) -> Report:
    """Measure the front door in Chromium with the processor slowed down: seconds until its picture, and layout shift.

    Raises:
        UserError: Playwright or Chromium is not installed.
    """
    with serving() as (_, port, _), chromium() as browser:
        seen = [_visit(browser, port) for _ in range(visits)]
    figures = [
        Figure("from the address to the first picture, median", statistics.median(first for first, _, _ in seen), "s", 2.5),
        Figure("to the page with all that one can click, median", statistics.median(usable for _, usable, _ in seen), "s"),
        Figure("layout shift, at most", max(moved for _, _, moved in seen), "", 0.05),
    ]
    return Report(f"first: the front door on loopback, {visits} visits with the processor {SLOWER} times as slow", figures)


def _visit(browser: Any, port: int) -> tuple[float, float, float]:
    """The seconds until the first picture and until the page, and the layout shift, of somebody who was never here."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.add_init_script(NOTES)
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(f"http://127.0.0.1:{port}/")
    page.wait_for_function("window.usable", timeout=120_000)
    page.wait_for_timeout(WATCHED)
    first, usable, moved = page.evaluate("[window.pictured / 1000, window.usable / 1000, window.moved]")
    context.close()
    return first, usable, moved
