"""The Playground tab in headless Chromium: the duel runs by itself, can be held, and takes a drawing."""

from __future__ import annotations

from typing import Any

import pytest
from browsing import Watched, needs_chromium

pytestmark = needs_chromium
GAME = "document.querySelector('.zoo-playground')"


@pytest.mark.parametrize(("language", "words", "width"), [
    ("en", ["What the detective believes", "Two moons"], 1280), ("ja", ["探偵の見立て", "三日月"], 390),
])  # fmt: skip
def test_the_duel_runs_pauses_and_takes_a_drawing(browser: Any, url: str, language: str, words: list[str], width: int) -> None:
    one = Watched(browser, f"{url}#training/playground", language, width)  # as links of long ago have it
    page = one.page
    one.wait(f"Number({GAME}?.dataset.step) > 20")
    one.wait("!document.querySelector('[data-chart=opinions]').hidden")  # a curve takes two answers, with many steps each
    text = page.inner_text("#playground")
    assert [word for word in words if word not in text] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.click(".zoo-playground [data-do=run]")
    page.click(".zoo-playground [data-do=reset]")
    one.wait(f"{GAME}.dataset.step === '0'")
    page.click(".zoo-playground [data-do=once]")
    one.wait(f"{GAME}.dataset.step === '1'")
    page.check("[data-layer=arrows]")
    page.check("[name=shape][value=drawn]")
    assert page.inner_text(".zoo-playground .draw"), "the board is empty: what belonged to other points has gone"
    page.locator(".zoo-playground canvas").scroll_into_view_if_needed()
    board = page.locator(".zoo-playground canvas").bounding_box()
    page.mouse.move(board["x"] + 100, board["y"] + 200)
    page.mouse.down()
    page.mouse.move(board["x"] + 200, board["y"] + 260, steps=8)
    page.mouse.up()
    page.click(".zoo-playground [data-do=run]")
    one.wait(f"Number({GAME}.dataset.step) > 20")
    assert page.inner_text(".zoo-playground .zoo-trouble") == ""
    one.close(url)
