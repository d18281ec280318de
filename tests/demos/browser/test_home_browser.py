"""The front door in the browser: the first minute of a visitor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("gradio", reason="the app needs gradio: pip install gan-zoo[app]")

from app_process import serving, tiny_translators
from browsing import PATIENCE, Watched, needs_chromium, sync_api

from demos import home

pytestmark = needs_chromium
SIZES = {"laptop": (1280, 800), "room": (1920, 1080), "phone": (390, 844)}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tiny_translators(tmp_path_factory.mktemp("weights"))) as address:
        yield address


def inside(visitor: Watched, css: str) -> bool:
    """True if an element is wholly in view."""
    return bool(visitor.page.evaluate(
        """(css) => { const box = document.querySelector(css).getBoundingClientRect();
          return box.width > 0 && box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth; }""",
        css,
    ))  # fmt: skip


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_address_opens_on_a_picture_and_cards(browser: Any, url: str, language: str) -> None:
    visitor = Watched(browser, url, language, reduced_motion="reduce")
    visitor.page.wait_for_selector(".zoo-hero img")
    visitor.wait("document.querySelector('.zoo-hero img').naturalWidth > 0")
    assert visitor.page.locator(".zoo-doors a").count() == len(home.CARDS)
    assert visitor.page.locator(".zoo-hero canvas").is_hidden(), "whoever asks for less motion sees a picture"
    for width, height in SIZES.values():
        visitor.page.set_viewport_size({"width": width, "height": height})
        visitor.wait("document.querySelector('[data-card=sketch] img').naturalWidth > 0")
        assert inside(visitor, ".zoo-hero") and inside(visitor, "[data-card=sketch] img"), (width, height)
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width
    visitor.close(url)


def test_the_picture_is_there_before_any_script(browser: Any, url: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(url)
    assert page.locator("#zoo-opening img").bounding_box()["width"] > 200
    context.close()


@pytest.mark.parametrize("place", ["", "#sketch"])
def test_the_opening_makes_way_for_the_page(browser: Any, url: str, place: str) -> None:
    visitor = Watched(browser, f"{url}{place}")
    visitor.wait("!document.querySelector('#zoo-opening')")
    assert place or visitor.page.locator(".zoo-hero img, .zoo-hero canvas").first.bounding_box()
    visitor.close(url)


def test_the_links_of_the_opening_work_before_the_page_is_there(browser: Any, url: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    held: list[Any] = []
    holding = [True]
    page.route("**/assets/Index-*.js", lambda request: held.append(request) if holding else request.continue_())
    page.goto(url)
    page.click("#zoo-opening nav a[href='#style']")
    page.wait_for_selector("#zoo-opening.chosen [role=status]")
    page.click("#zoo-opening nav a[href='#learn']")  # another thought
    holding.clear()
    for request in held:
        request.continue_()
    page.wait_for_selector("#tab_learn[role=tabpanel]", state="visible")
    page.wait_for_selector("#zoo-opening", state="detached")
    assert page.evaluate("location.hash") == "#learn"
    context.close()


def test_the_globe_turns_and_can_be_stopped(browser: Any, url: str) -> None:
    visitor = Watched(browser, url)
    page = visitor.page
    page.wait_for_selector(".zoo-hero canvas", state="visible")
    picture = "document.querySelector('.zoo-hero canvas').toDataURL()"
    first = page.evaluate(picture)
    visitor.wait(f"{picture} !== {first!r}")
    page.click(".zoo-hero button")
    page.wait_for_selector(".zoo-hero button[data-still]")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    still = page.evaluate(picture)
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate(picture) == still
    visitor.close(url)


def test_every_card_and_every_name_above_leads_to_its_tab(browser: Any, url: str) -> None:
    visitor = Watched(browser, url)
    page = visitor.page
    for card, place in home.CARDS.items():
        page.click(f"[data-card={card}]")
        page.wait_for_selector(f"#tab_{place.split('/')[0]}[role=tabpanel]", state="visible")
        page.click(".zoo-brand")
        page.wait_for_selector("#tab_home[role=tabpanel]", state="visible")
    for group in page.locator(".zoo-ways a").all():
        group.click()
        sync_api.expect(group).to_have_attribute("aria-current", "true", timeout=PATIENCE)
        for room in page.locator(".zoo-rooms div:not([hidden]) a").all():
            room.click()
            tab = str(room.get_attribute("href"))[1:]
            page.wait_for_selector(f"#tab_{tab}[role=tabpanel]", state="visible")
            sync_api.expect(room).to_have_attribute("aria-current", "page", timeout=PATIENCE)
            assert group.get_attribute("href") == f"#{tab}", "the group leads back to the tab that was open there"
    visitor.close(url)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_drawing_becomes_a_picture_after_one_click(browser: Any, url: str, language: str) -> None:
    visitor = Watched(browser, url, language)
    page = visitor.page
    for width, height in SIZES.values():
        page.set_viewport_size({"width": width, "height": height})
        page.click("[data-card=sketch]")
        page.wait_for_selector(".zoo-sketch[data-ready]")
        paper = page.locator(".zoo-paper canvas")
        paper.scroll_into_view_if_needed()
        box = paper.bounding_box()
        page.mouse.move(box["x"] + 60, box["y"] + 60)
        page.mouse.down()
        page.mouse.move(box["x"] + 160, box["y"] + 120, steps=4)
        page.mouse.up()
        page.wait_for_selector(".zoo-result img:not([hidden])")
        visitor.rest()
        page.click("[data-do=clear]")
        page.wait_for_selector(".zoo-result img", state="hidden")
        page.click(".zoo-brand")
    visitor.close(url)


def test_a_link_names_a_task_of_the_sketch_tab(browser: Any, url: str) -> None:
    visitor = Watched(browser, f"{url}#sketch/ground")
    visitor.page.wait_for_selector(".zoo-sketch[data-labels]")
    assert visitor.page.locator(".zoo-tasks input:checked").get_attribute("value") == "ground"
    visitor.page.evaluate("location.hash = 'sketch/line'")
    visitor.wait("document.querySelector('.zoo-tasks input:checked').value === 'line'")
    visitor.close(url)
