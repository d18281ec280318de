"""The page in headless Chromium, in both languages: what a visitor sees, and that no request leaves the machine."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from app_process import serving, tiny_weights
from PIL import Image

sync_api = pytest.importorskip("playwright.sync_api", reason="the browser tests need playwright: pip install playwright")
CHROMIUM = Path("/usr/bin/chromium")
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"the browser tests need {CHROMIUM}: apt install chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
LOCALES = {"en": "en-US", "ja": "ja-JP"}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tiny_weights(tmp_path_factory.mktemp("weights"))) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield chromium
        chromium.close()


class Visitor:
    """A page that was opened, with what went out of it and what went wrong in it."""

    def __init__(self, browser: Any, url: str, language: str = "en", width: int = 1280, query: str = "") -> None:
        self.context = browser.new_context(locale=LOCALES[language], viewport={"width": width, "height": 900})
        self.page = self.context.new_page()
        self.page.set_default_timeout(30_000)
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(url + query)
        self.page.wait_for_selector(".zoo-tile")
        self.page.wait_for_selector(".zoo-strip img:not([hidden])")

    def sprite(self) -> str:
        return str(self.page.evaluate("document.querySelector('.zoo-wall').style.getPropertyValue('--sprite')"))

    def seed(self) -> str:
        return str(self.page.get_attribute(".zoo-wall", "data-seed"))

    def source(self, css_class: str) -> str:
        return str(self.page.get_attribute(f".{css_class} img", "src"))

    def picked(self) -> list[tuple[int, str]]:
        """The picked tiles in the order of their badges."""
        tiles = self.page.locator('.zoo-tile[aria-pressed="true"]').all()
        return sorted(((int(t.get_attribute("data-index")), t.inner_text()) for t in tiles), key=lambda pick: pick[1])

    def wait(self, condition: str) -> None:
        self.page.wait_for_function(condition)

    def fill_seed(self, text: str) -> None:
        self.page.fill("#seed input", text)

    def complaint(self) -> str:
        self.page.wait_for_selector(".zoo-trouble p")
        return str(self.page.inner_text(".zoo-trouble p"))


@pytest.fixture
def visit(browser: Any, url: str) -> Iterator[Any]:
    """Opens pages; at the end none has sent a request off the machine, and none has met an error in its scripts."""
    visitors: list[Visitor] = []

    def opened(**options: Any) -> Visitor:
        visitors.append(Visitor(browser, url, **options))
        return visitors[-1]

    yield opened
    for visitor in visitors:
        visitor.context.close()
        assert [r for r in visitor.requests if not r.startswith((url, "data:", "blob:"))] == []
        assert visitor.errors == []


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize(("language", "words", "foreign"), [
    ("en", ["Again", "The thief", "Truncation", "pictures in", "Spherical", "Download strip"], "[ぁ-んァ-ン]"),
    ("ja", ["もう一度", "怪盗", "切り詰め", "枚を", "球面", "コマを保存"], r"Again|thief|Truncation\b(?!）)"),
])  # fmt: skip
def test_the_page_speaks_one_language_and_fits(visit: Any, language: str, words: list[str], foreign: str, width: int) -> None:
    page = visit(language=language, width=width).page
    text = page.inner_text("main")
    assert [word for word in words if word not in text] == []
    assert not re.search(foreign, text)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".zoo-tile").count() == 64


def test_the_switch_changes_the_language_and_is_remembered(visit: Any) -> None:
    visitor = visit(language="ja")
    visitor.page.click(".zoo-languages a[lang=en]")
    visitor.page.wait_for_selector("text=The thief")
    visitor.page.goto(visitor.page.url.split("?")[0])
    visitor.page.wait_for_selector("text=The thief")
    assert visit(language="en", query="?lang=ja").page.locator("text=怪盗").first.is_visible()


def test_the_same_seed_draws_the_same_pictures_again(visit: Any) -> None:
    visitor = visit()
    first = visitor.sprite()
    visitor.page.click("#again")
    visitor.wait("document.querySelector('.zoo-wall').dataset.seed !== '7'")
    assert visitor.sprite() != first
    assert visitor.page.input_value("#seed input") == visitor.seed()
    visitor.fill_seed("7")
    visitor.wait("document.querySelector('.zoo-wall').dataset.seed === '7'")
    assert visitor.sprite() == first


def test_after_many_quick_clicks_the_last_seed_is_shown(visit: Any) -> None:
    visitor = visit()
    for _ in range(12):
        visitor.page.click("#again", delay=0)
    visitor.page.wait_for_timeout(200)
    visitor.wait("document.querySelector('.zoo-wall').dataset.seed === document.querySelector('#seed input').value")
    visitor.page.wait_for_timeout(500)
    assert visitor.seed() == visitor.page.input_value("#seed input")


def test_picking_two_and_moving_between_them(visit: Any) -> None:
    visitor = visit()
    page = visitor.page
    strip = visitor.source("zoo-strip")
    page.locator(".zoo-tile").nth(12).click()
    assert visitor.picked() == [(12, "1")]
    assert visitor.complaint() == "Pick two or more pictures above."
    page.locator(".zoo-tile").nth(40).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert visitor.picked() == [(12, "1"), (41, "2")]
    visitor.wait(f"![{strip!r}, ''].includes(document.querySelector('.zoo-strip img').src)")
    page.wait_for_selector(".zoo-trouble p", state="detached")

    seen = set()
    for position in ("0.1", "0.35", "0.6", "0.9"):
        before = visitor.source("zoo-live")
        page.locator("#position input[type=range]").fill(position)
        visitor.wait(f"document.querySelector('.zoo-live img').src !== {before!r}")
        seen.add(visitor.source("zoo-live"))
    assert len(seen) == 4

    before = visitor.source("zoo-strip")
    page.locator("#route input").nth(1).check()
    visitor.wait(f"document.querySelector('.zoo-strip img').src !== {before!r}")

    page.locator(".zoo-tile").nth(12).click()
    assert visitor.picked() == [(41, "1")]
    page.click("#clear")
    visitor.wait("!document.querySelector('.zoo-tile[aria-pressed=\"true\"]')")


def test_a_slider_that_is_dragged_answers_while_it_moves(visit: Any) -> None:
    visitor = visit()
    slider = visitor.page.locator("#position input[type=range]")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    y = box["y"] + box["height"] / 2
    visitor.page.mouse.move(box["x"] + box["width"] / 2, y)
    visitor.page.mouse.down()
    seen = set()
    for i in range(8):
        visitor.page.mouse.move(box["x"] + box["width"] * (0.5 + i / 20), y)
        visitor.page.wait_for_timeout(120)
        seen.add(visitor.source("zoo-live"))
    assert len(seen) > 3  # the button is still down
    visitor.page.mouse.up()


def test_downloads_are_pictures(visit: Any) -> None:
    visitor = visit(width=390)
    visitor.page.click("#animate")
    visitor.page.wait_for_selector(".zoo-film img:not([hidden])")
    for link, name, format, frames in ((0, "grey.png", "PNG", 1), (1, "grey.webp", "WEBP", 20)):
        with visitor.page.expect_download() as expected:
            visitor.page.locator(".zoo-download").nth(link).click()
        assert expected.value.suggested_filename == name
        with Image.open(io.BytesIO(Path(expected.value.path()).read_bytes())) as picture:
            assert picture.format == format
            assert getattr(picture, "n_frames", 1) >= frames


@pytest.mark.parametrize(("language", "says"), [("en", "whole number from 0 to 2147483647"), ("ja", "整数を入れて")])
@pytest.mark.parametrize("seed", ["-3", "99999999999999", "1.5", "1e300", ""])
def test_a_bad_seed_is_refused_beside_the_field(visit: Any, language: str, says: str, seed: str) -> None:
    visitor = visit(language=language)
    before = visitor.sprite()
    visitor.fill_seed(seed)
    assert says in visitor.complaint()
    assert visitor.sprite() == before
    visitor.fill_seed("8")
    visitor.wait("document.querySelector('.zoo-wall').dataset.seed === '8'")
    visitor.page.wait_for_selector(".zoo-trouble p", state="detached")


def test_a_damaged_model_is_told_of_and_the_others_work(visit: Any) -> None:
    visitor = visit(language="ja")

    def choose(name: str) -> None:
        visitor.page.click("#model input")
        visitor.page.get_by_role("option", name=name).click()

    choose("torn")
    assert "「torn」のファイルは壊れている" in visitor.complaint()
    choose("large")
    visitor.wait("document.querySelector('.zoo-card').innerText.includes('faces')")
    visitor.page.wait_for_selector(".zoo-trouble p", state="detached")
    assert visitor.sprite().startswith('url("data:image/jpeg')


def test_too_many_picks(visit: Any) -> None:
    visitor = visit(language="ja")
    for index in range(9):
        visitor.page.locator(".zoo-tile").nth(index).click()
    visitor.page.wait_for_selector("text=選べるのは8枚まで")
    visitor.page.locator(".zoo-tile").nth(8).click()
    visitor.page.wait_for_selector(".zoo-trouble p", state="detached")


def test_visitors_do_not_see_each_other(visit: Any) -> None:
    one, other = visit(), visit()
    one.fill_seed("11")
    one.wait("document.querySelector('.zoo-wall').dataset.seed === '11'")
    one.page.locator(".zoo-tile").nth(5).click()
    assert (other.seed(), other.picked()) == ("7", [(0, "1"), (9, "2")])
