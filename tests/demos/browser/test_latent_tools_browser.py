"""The tools of the Latent space tab in headless Chromium."""

from __future__ import annotations

import io
from typing import Any

import pytest
from browsing import needs_chromium, visiting
from latent_visitor import Tools, Visitor
from PIL import Image

pytestmark = needs_chromium


visit = visiting(Visitor)


def test_a_word_in_a_font_of_ones_own(visit: Any) -> None:
    tools = Tools(visit(language="ja", query="?model=letters"), "まぜる")
    word = tools.shown(".zoo-word img")
    tools.shown(".zoo-alphabet img")
    tools.page.fill("#word input", "うう")
    tools.wait_for_other(".zoo-word img", word)
    tools.page.fill("#word input", "ガ")
    assert "ガ を習っていません" in tools.visitor.complaint()


def test_styles_are_mixed_where_there_are_some(visit: Any) -> None:
    tools = Tools(visit(query="?model=styled"), "Mix")
    table = tools.shown(".zoo-table img")
    tools.page.locator("#take-over input").nth(1).check()
    tools.wait_for_other(".zoo-table img", table)
    plain = Tools(visit(), "Mix").page
    plain.wait_for_selector("text=it has nothing to mix")
    said = plain.locator("#mix_title .zoo-said p").first.bounding_box()
    room = plain.locator("#mix_title").bounding_box()
    assert room["y"] <= said["y"] and said["y"] + said["height"] <= room["y"] + room["height"] + 1, "the note is not seen"


def test_roles_are_changed_with_a_click(visit: Any) -> None:
    tools = Tools(visit(), "Arithmetic")
    total = tools.shown(".zoo-sum img")
    tools.page.locator(".zoo-roles button").first.click()
    tools.wait_for_other(".zoo-sum img", total)
    assert [b.inner_text() for b in tools.page.locator(".zoo-roles b").all()] == ["B", "B", "C"]
    for _ in range(2):
        tools.page.locator(".zoo-roles button").nth(0).click()
        tools.page.locator(".zoo-roles button").nth(2).click()
    tools.visitor.rest()
    assert [b.inner_text() for b in tools.page.locator(".zoo-roles b").all()] == ["–", "B", "A"]


def test_a_direction_changes_the_picture_while_it_is_dragged(visit: Any) -> None:
    tools = Tools(visit(), "Directions")
    before = tools.shown(".zoo-sum img")
    tools.page.wait_for_selector("#directions input")
    assert tools.page.locator("#directions input").count() == 8  # the tiny model's latent has no more numbers
    tools.page.locator("#directions input").first.fill("3")
    tools.wait_for_other(".zoo-sum img", before)
    tools.page.click("#level")
    tools.page.wait_for_selector(f".zoo-sum img[src='{before}']")


def test_the_map_draws_what_comes_into_view(visit: Any) -> None:
    tools = Tools(visit(width=390), "Map")
    canvas = tools.page.locator("#map canvas")
    tools.page.wait_for_selector("#map canvas[data-tiles]")
    tools.visitor.rest()
    before = int(canvas.get_attribute("data-tiles"))
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    x, y = box["x"], box["y"] + box["height"] / 2
    tools.page.mouse.move(x + box["width"] * 0.9, y)
    tools.page.mouse.down()
    tools.page.mouse.move(x + box["width"] * 0.1, y, steps=5)
    tools.page.mouse.up()
    tools.visitor.wait(f"Number(document.querySelector('#map canvas').dataset.tiles) > {before}")
    tools.page.mouse.wheel(0, -900)
    tools.visitor.wait("Number(document.querySelector('#map canvas').dataset.level) > 2")


def test_a_drawing_is_looked_for_and_edited(visit: Any) -> None:
    tools = Tools(visit(), "Your picture")
    tools.page.wait_for_selector(".zoo-easel[data-ready]")
    canvas = tools.page.locator("#easel canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    tools.page.mouse.move(box["x"] + 60, box["y"] + 60)
    tools.page.mouse.down()
    tools.page.mouse.move(box["x"] + 200, box["y"] + 220, steps=4)
    tools.page.mouse.up()
    tools.visitor.rest()
    tools.page.click("#project")
    tools.page.wait_for_selector("progress[value='1']")
    tools.visitor.wait("getComputedStyle(document.querySelector('#stop')).visibility === 'hidden'")  # nothing is left to stop
    assert "PSNR" in tools.page.inner_text(".zoo-said:has(progress)")
    found = tools.shown(".zoo-sum img")
    tools.page.locator("#projection-sliders input").first.fill("3")
    tools.wait_for_other(".zoo-sum img", found)


@pytest.mark.parametrize(("language", "says"), [("en", "not a picture that can be read"), ("ja", "読み取れないファイル")])
def test_a_file_that_is_no_picture_is_refused_beside_the_easel(visit: Any, language: str, says: str) -> None:
    tools = Tools(visit(language=language), {"en": "Your picture", "ja": "あなたの絵"}[language])
    tools.project(b"MZ")
    tools.page.wait_for_selector(f"text={says}")
    tools.project(b"")
    tools.page.wait_for_selector({"en": "text=is empty", "ja": "text=空です"}[language])


def test_a_search_can_be_stopped(visit: Any) -> None:
    tools = Tools(visit(query="?model=slow"), "Your picture")
    picture = io.BytesIO()
    Image.effect_noise((300, 200), 90).save(picture, "PNG")
    tools.project(picture.getvalue())
    # At once, in the page itself: on a busy machine the search could end while the click is on its way.
    tools.page.wait_for_function("document.querySelector('progress') && (document.querySelector('#stop').click(), true)")
    tools.visitor.rest()  # no further answer is to come
    assert tools.page.get_attribute("progress", "value") != "1"


def test_the_tools_follow_the_slider_and_fit_a_phone(visit: Any) -> None:
    visitor = visit(language="ja", width=390)
    tools = Tools(visitor, "方向")
    before = tools.shown(".zoo-sum img")
    visitor.page.locator("#position input[type=range]").fill("0.9")
    tools.page.locator(".zoo-tools").scroll_into_view_if_needed()
    tools.wait_for_other(".zoo-sum img", before)
    lines = visitor.page.evaluate("""[...document.querySelectorAll('#directions label > span')].map((name) => (
      name.getClientRects().length && name.offsetHeight / parseFloat(getComputedStyle(name).lineHeight)))""")
    assert lines and max(lines) < 1.5, "a slider's name is in one line"
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= 390
