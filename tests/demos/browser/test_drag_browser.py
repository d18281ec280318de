"""Dragging a part of a picture in headless Chromium: an arrow, the way of the handle, and undo; and the walk at the start."""

from __future__ import annotations

from typing import Any

from browsing import Watched, needs_chromium

pytestmark = needs_chromium
PICTURE = "document.querySelector('.zoo-drag canvas').toDataURL()"


def test_a_part_is_dragged_and_put_back(browser: Any, url: str) -> None:
    one = Watched(browser, url + "?model=styled", reduced_motion="reduce")
    page = one.page
    page.wait_for_selector(".zoo-strip img:not([hidden])")
    # Nothing moves for those who asked for that.
    page.wait_for_selector(".zoo-stroll[data-walking=false] img[src$='/latent/starts/styled']")
    page.click(".zoo-stroll button")
    page.wait_for_selector(".zoo-stroll[data-walking=true] img[src$='/latent/strolls/styled']")
    page.locator(".zoo-tools").scroll_into_view_if_needed()
    page.get_by_role("tab", name="Drag", exact=True).click()
    page.wait_for_selector(".zoo-drag[data-ready]")
    canvas = page.locator(".zoo-drag canvas")
    canvas.scroll_into_view_if_needed()
    one.rest()
    box = canvas.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + box["width"] / 4, y, steps=3)
    page.mouse.up()
    before = page.evaluate(PICTURE)
    assert page.is_disabled("[data-do=undo]")
    page.click("[data-do=go]")
    page.wait_for_selector(".zoo-said progress")
    one.rest()
    one.wait(f"{PICTURE} !== {before!r}")
    assert "updates a second" in page.inner_text(".zoo-said:has(progress)")
    page.click("[data-do=undo]")
    one.wait(f"{PICTURE} === {before!r}")
    page.click("[data-do=clear]")
    page.click("[data-do=go]")
    page.wait_for_selector("text=Draw 1 to 8 arrows")
    one.close(url)
