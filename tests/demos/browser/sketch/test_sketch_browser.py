"""The Sketch tab in headless Chromium, in both languages: drawing, what survives what, and answers in order."""

from __future__ import annotations

import base64
import io
import re
from typing import Any

import pytest
from browsing import needs_chromium
from painter import CIRCLE
from PIL import Image

from gan_zoo.data import earth

pytestmark = needs_chromium


@pytest.mark.parametrize(("language", "widths", "words", "foreign"), [
    ("en", (1280, 390), ["Line art to colour", "Draw here", "Start from", "Paper mode", "Keyboard shortcuts"], "[ぁ-んァ-ン]"),
    ("ja", (390, 1280), ["線画に色をつける", "ここに描いて", "写真から始める", "論文モード", "ショートカット"],
     r"Draw|Start|Eraser|Undo"),
])  # fmt: skip
def test_the_tab_speaks_one_language_and_fits(
    painter: Any, language: str, widths: tuple[int, int], words: list[str], foreign: str
) -> None:
    one = painter(language=language, width=widths[0])
    for _ in one.through(widths):
        one.speaks("#sketch", words, foreign)
        assert one.page.locator(".zoo-pairs button").count() == 8


def test_the_picture_comes_while_the_pen_moves(painter: Any) -> None:
    one = painter()
    assert one.picture() == ""
    waiting = "(({ asked, answered }) => asked - answered)(document.querySelector('.zoo-sketch').dataset)"
    one.page.mouse.move(*one.point(0.2, 0.2))
    one.page.mouse.down()
    seen = set()
    for i in range(1, 4):
        before = one.page.get_attribute(".zoo-result img", "src")
        for j in range(10):
            one.page.mouse.move(*one.point(0.2 + i / 5 + j / 100, 0.3))
            assert one.page.evaluate(waiting) in (0, 1)  # one request at a time, however many moves
        one.wait(f"document.querySelector('.zoo-result img').src !== {before!r}")
        seen.add(one.page.get_attribute(".zoo-result img", "src"))
    assert len(seen) == 3  # the button is still down
    assert one.steps() == 0
    one.page.mouse.up()
    assert one.picture().startswith("data:image/png")
    assert one.steps() == 1
    assert "ms of model time" in one.page.inner_text(".zoo-took")


def test_undo_redo_mirror_and_clear(painter: Any) -> None:
    one = painter()
    one.stroke((0.1, 0.1), (0.2, 0.8))
    first, picture = one.canvas(), one.picture()
    one.stroke((0.3, 0.1), (0.4, 0.8))
    second = one.canvas()
    one.page.click("[data-do=undo]")
    assert one.canvas() == first and one.picture() == picture
    one.page.click("[data-do=redo]")
    assert one.canvas() == second
    assert one.page.locator("[data-do=redo]").is_disabled()
    one.page.click("[data-do=mirror]")
    assert one.colour(0.9, 0.1)[3] == 255 and one.colour(0.1, 0.1)[3] == 0
    one.page.click("[data-do=clear]")
    assert one.picture() == "" and one.page.is_visible("text=Draw here")
    for _ in range(4):
        one.page.click("[data-do=undo]")
    assert one.steps() == 0 and one.page.locator("[data-do=undo]").is_disabled()


def test_every_tool_draws(painter: Any) -> None:
    one = painter()
    one.page.click("[data-tool=line]")
    one.stroke((0.1, 0.1), (0.9, 0.4), (0.9, 0.1))
    assert one.colour(0.5, 0.1) == [0, 0, 0, 255] and one.colour(0.5, 0.25)[3] == 0  # only the last one drawn out counts
    one.page.click("[data-tool=rectangle]")
    one.stroke((0.2, 0.3), (0.8, 0.8))
    assert one.colour(0.2, 0.5) == [0, 0, 0, 255] and one.colour(0.5, 0.5)[3] == 0
    one.page.click(".zoo-colours [data-colour='#e5322d']")
    one.page.click("[data-tool=fill]")
    one.page.mouse.click(*one.point(0.5, 0.5))
    assert one.colour(0.5, 0.5) == [0xE5, 0x32, 0x2D, 255] and one.colour(0.9, 0.9)[3] == 0
    assert one.colour(0.2, 0.5) == [0, 0, 0, 255]  # hints lie below the ink
    one.page.click("[data-tool=eraser]")
    one.stroke((0.5, 0.4), (0.5, 0.9))
    assert one.colour(0.5, 0.5)[3] == 0 == one.colour(0.5, 0.8)[3]
    one.task("blocks")
    assert one.page.get_attribute("[data-tool=rectangle]", "aria-pressed") == "true"
    one.page.click(".zoo-colours [data-colour='#3366cc']")
    one.stroke((0.02, 0.02), (0.99, 0.5))
    assert one.colour(0, 0) == one.colour(1, 0.25) == [0x33, 0x66, 0xCC, 255]  # up to the border


def test_a_planet_is_painted_and_turns(painter: Any) -> None:
    one = painter()
    sent: list[str] = []
    one.page.on("request", lambda request: sent.extend(re.findall('data:image/png;base64,([^"]+)', request.post_data or "")))
    assert one.page.locator(".zoo-globe").is_hidden()
    one.task("ground")
    assert one.picture() == ""  # nothing but sea
    one.page.get_by_role("button", name="Desert", exact=True).click()
    one.stroke((0.3, 0.3), (0.7, 0.6))
    assert one.picture()
    with Image.open(io.BytesIO(base64.b64decode(sent[-1]))) as drawing:
        colours = {f"#{bytes(colour).hex()}" for _, colour in drawing.convert("RGB").getcolors()}
    assert colours == {earth.LABELS["sea"], earth.LABELS["desert"]}  # labels never mix where they meet
    globe = "document.querySelector('.zoo-globe canvas').toDataURL()"
    one.page.wait_for_selector(".zoo-globe canvas", state="visible")
    one.wait(f"{globe} !== {one.page.evaluate(globe)!r}")
    one.task("edges")
    assert one.page.locator(".zoo-globe").is_hidden()


def test_the_drawing_outlasts_task_tab_language_and_reload(painter: Any) -> None:
    one = painter()
    one.task("line")
    one.stroke(*CIRCLE)
    one.page.keyboard.press("4")
    one.stroke((0.5, 0.5), (0.6, 0.5))
    drawn, picture = one.canvas(), one.picture()
    one.task("edges")
    assert one.canvas() == drawn  # what is drawn in lines stays for all that is
    one.task("blocks")
    assert one.steps() == 0
    one.stroke((0.1, 0.1), (0.6, 0.6))
    blocks = one.canvas()
    one.task("line")
    assert one.canvas() == drawn and one.picture() == picture
    one.turn_to("latent")
    one.open()
    assert one.canvas() == drawn

    one.task("blocks")
    one.page.click(".zoo-languages a[lang=ja]")
    one.page.wait_for_selector("html[lang=ja] .zoo-header")
    one.open()
    assert one.page.locator(".zoo-tasks input[value=blocks]").is_checked()
    assert one.canvas() == blocks
    one.task("line")
    assert one.canvas() == drawn and one.picture() == picture
    one.page.click("[data-do=undo]")
    assert one.steps() == 1
    one.page.click("[data-do=redo]")
    assert one.canvas() == drawn


def test_an_older_answer_never_takes_the_place_of_a_newer_one(painter: Any) -> None:
    one = painter()
    held: list[Any] = []

    def hold(route: Any) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    one.page.route("**/queue/join*", hold)
    one.page.mouse.click(*one.point(0.2, 0.2))  # its request is held back until long after the page gave it up
    one.wait("document.querySelector('.zoo-sketch canvas').dataset.steps === '1'")
    late = one.page.evaluate("Number(document.querySelector('.zoo-sketch').dataset.asked)")
    one.stroke((0.5, 0.5), (0.8, 0.8))
    newest = one.picture()
    assert newest
    held[0].continue_()
    one.wait(f"document.querySelector('.zoo-sketch').dataset.answered === '{late}'")
    assert one.picture() == newest
    assert one.page.evaluate("Number(document.querySelector('.zoo-result').dataset.n)") > late


def test_keys_choose_tools_but_not_in_a_field(painter: Any) -> None:
    one = painter()
    tool = one.page.locator("[data-tool][aria-pressed=true]")
    for key, name in (("e", "eraser"), ("L", "line"), ("r", "rectangle"), ("f", "fill"), ("p", "pen")):
        one.page.keyboard.press(key)
        assert tool.get_attribute("data-tool") == name
    width = float(one.page.input_value(".zoo-width input"))
    one.page.keyboard.press("]")
    assert float(one.page.input_value(".zoo-width input")) == width + 1
    one.page.keyboard.press("[")
    one.stroke((0.2, 0.2), (0.4, 0.4))
    one.page.keyboard.press("Control+z")
    assert one.steps() == 0
    one.page.keyboard.press("Control+Shift+z")
    assert one.steps() == 1
    one.page.keyboard.press("Delete")
    assert one.steps() == 2
    one.page.mouse.move(*one.point(0.2, 0.2))
    one.page.mouse.down()
    one.page.keyboard.press("Escape")
    one.page.mouse.up()
    assert one.steps() == 2
    one.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<input id=field>')")
    one.page.locator("#field").press_sequentially("erl]")
    assert one.page.input_value("#field") == "erl]"
    assert tool.get_attribute("data-tool") == "pen"
    one.page.locator("#field").evaluate("field => field.remove()")
    one.page.locator(".zoo-keys summary").click()
    assert one.page.is_visible("kbd >> text=Ctrl+Z")


def test_a_finger_draws_on_a_phone(painter: Any) -> None:
    one = painter(language="ja", width=390, touch=True)
    touch = one.context.new_cdp_session(one.page)
    for kind, places in (
        ("touchStart", [(0.2, 0.3)]),
        ("touchMove", [(0.5, 0.5)]),
        ("touchMove", [(0.8, 0.3)]),
        ("touchEnd", []),
    ):
        points = [dict(zip("xy", one.point(*place), strict=True)) for place in places]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    one.wait("document.querySelector('.zoo-sketch canvas').dataset.steps === '1'")
    assert one.picture()
    assert one.colour(0.5, 0.5)[3] == 255
