"""The Latent space tab in headless Chromium, in both languages: what a visitor sees, and that no request leaves the machine."""

from __future__ import annotations

import io
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from browsing import needs_chromium, visiting
from latent_visitor import Visitor
from PIL import Image

pytestmark = needs_chromium


visit = visiting(Visitor)


@pytest.mark.parametrize(("language", "widths", "words", "foreign"), [
    ("en", (1280, 360), ["Again", "Truncation", "pictures in", "Spherical", "Download strip"], "[ぁ-んァ-ン]"),
    ("ja", (360, 1280), ["もう一度", "切り詰め", "枚を", "球面", "コマを保存"], r"Again|thief|Truncation\b(?!）)"),
])  # fmt: skip
def test_the_page_speaks_one_language_and_fits(
    visit: Any, language: str, widths: tuple[int, int], words: list[str], foreign: str
) -> None:
    visitor = visit(language=language, width=widths[0])
    for _ in visitor.through(widths):
        text = visitor.text("main")
        assert [word for word in words if word not in text] == []
        assert not re.search(foreign, text)
        assert visitor.page.locator(".zoo-tile").count() == 64


def test_the_switch_changes_the_language_and_is_remembered(visit: Any) -> None:
    visitor = visit(language="ja")
    visitor.page.click(".zoo-languages a[lang=en]")
    english = "text=Click pictures to walk between them >> visible=true"
    visitor.page.wait_for_selector(english)
    visitor.page.goto(visitor.page.url.split("?")[0] + "#latent")
    visitor.page.wait_for_selector(english)
    visit(language="en", query="?lang=ja#latent").page.wait_for_selector("text=描いてみる >> visible=true")


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
    visitor.rest()
    assert visitor.seed() == visitor.page.input_value("#seed input")


def test_picking_two_and_moving_between_them(visit: Any) -> None:
    visitor = visit()
    page = visitor.page
    strip = visitor.source("zoo-strip")
    page.locator(".zoo-tile").nth(12).click()
    assert visitor.picked() == [(12, "1")]
    assert visitor.complaint() == "Select two or more pictures above."
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
    for i in range(1, 5):
        before = visitor.source("zoo-live")
        visitor.page.mouse.move(box["x"] + box["width"] * (0.5 + i / 10), y)
        visitor.wait(f"document.querySelector('.zoo-live img').src !== {before!r}")  # the button is still down
    visitor.page.mouse.up()


def test_downloads_are_pictures(visit: Any) -> None:
    visitor = visit(width=390)
    visitor.page.fill("#film-seconds input[type=number]", "2")
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
def test_a_bad_seed_is_refused_beside_the_field(visit: Any, language: str, says: str) -> None:
    visitor = visit(language=language)
    for good, bad in enumerate(["-3", "99999999999999", "1.5", "1e300", ""], start=8):
        before = visitor.sprite()
        visitor.fill_seed(bad)
        assert says in visitor.complaint(), bad
        assert visitor.sprite() == before, bad
        visitor.fill_seed(str(good))
        visitor.wait(f"document.querySelector('.zoo-wall').dataset.seed === '{good}'")
        visitor.page.wait_for_selector(".zoo-trouble p", state="detached")


def test_a_damaged_model_is_told_of_and_the_others_work(visit: Any) -> None:
    visitor = visit(language="ja")

    assert visitor.page.locator("#model select option[value=torn]").count() == 0
    assert "torn" in visitor.page.inner_text(".zoo-unusable")
    visitor.page.wait_for_selector(".zoo-stroll[data-walking=true] img[src$='/latent/strolls/grey']")
    visitor.page.click("#model button[data-model=large]")
    visitor.page.wait_for_selector(".zoo-stroll[data-walking=false] img[src$='/latent/starts/large']")
    assert visitor.page.input_value("#model select") == "large"
    visitor.wait("document.querySelector('.zoo-card').textContent.includes('faces')")
    visitor.page.wait_for_selector(".zoo-trouble p", state="detached")
    assert visitor.sprite().startswith('url("data:image/jpeg')


def test_too_many_picks(visit: Any) -> None:
    visitor = visit(language="ja")
    for tiles in ("0, 50", "50, 51"):
        visitor.page.evaluate(f"[...document.querySelectorAll('.zoo-tile')].slice({tiles}).forEach((tile) => tile.click())")
        visitor.rest()
        assert len(visitor.picked()) == int(tiles.split()[1])
    visitor.page.wait_for_selector("text=選べるのは50枚まで")
    visitor.page.locator(".zoo-tile").nth(50).click()
    visitor.page.wait_for_selector(".zoo-trouble p", state="detached")


def test_visitors_do_not_see_each_other(visit: Any) -> None:
    one, other = visit(), visit()
    one.fill_seed("11")
    one.wait("document.querySelector('.zoo-wall').dataset.seed === '11'")
    one.page.locator(".zoo-tile").nth(5).click()
    assert (other.seed(), other.picked()) == ("7", [(0, "1"), (9, "2"), (18, "3")])


@pytest.mark.parametrize(("language", "says"), [("en", "There is no model"), ("ja", "というモデルはありません")])
def test_a_link_to_nowhere_is_told_of_and_the_page_works(visit: Any, language: str, says: str) -> None:
    visitor = visit(language=language, query="?model=nobody&seed=3")
    assert says in visitor.complaint()
    visitor.page.click("#again")
    visitor.page.wait_for_selector(".zoo-trouble p", state="detached")


def test_a_link_opens_the_same_pictures(visit: Any) -> None:
    one = visit(query="?model=letters&label=う&seed=12&picks=12.3,7.5&route=linear&at=0.25&truncation=1.5")
    assert one.seed() == "12"
    assert one.picked() == [(3, "1")]  # the other one is of another wall
    assert one.page.input_value("#class select") == "う"
    assert one.page.locator("#route input").nth(1).is_checked()
    live = one.source("zoo-live")
    one.page.click("#share")
    one.wait("document.querySelector('.zoo-link input').value")
    address = one.page.input_value(".zoo-link input")
    assert one.page.url == address
    other = visit(query=address[address.index("?") :])
    assert (other.source("zoo-live"), other.sprite()) == (live, one.sprite())
    other.page.locator(".zoo-tile").nth(9).click()
    assert other.picked() == [(3, "1"), (9, "3")]  # picks of a link are the visitor's own


def test_what_is_kept_comes_back_to_this_visitor_only(visit: Any) -> None:
    visitor = visit()
    visitor.page.click("#keep")
    visitor.page.wait_for_selector(".zoo-open")
    kept = visitor.source("zoo-live")
    visitor.fill_seed("31")
    visitor.wait("document.querySelector('.zoo-wall').dataset.seed === '31'")
    visitor.page.locator(".zoo-tile").nth(5).click()
    visitor.page.locator(".zoo-tile").nth(6).click()
    visitor.wait(f"![{kept!r}, ''].includes(document.querySelector('.zoo-live img').src)")
    visitor.page.reload()
    visitor.page.wait_for_selector(".zoo-open")
    visitor.page.wait_for_selector(".zoo-strip img:not([hidden])")
    visitor.page.click(".zoo-open")
    visitor.wait(f"document.querySelector('.zoo-live img').src === {kept!r}")
    assert visitor.seed() == "7"
    assert visit().page.locator(".zoo-open").count() == 0
    visitor.page.click(".zoo-drop")
    visitor.page.wait_for_selector(".zoo-shelf", state="hidden")


def test_the_class_is_chosen_and_the_latent_stays(visit: Any) -> None:
    visitor = visit(query="?model=letters")
    before = visitor.sprite()
    visitor.page.select_option("#class select", "い")
    visitor.wait(f"document.querySelector('.zoo-wall').style.getPropertyValue('--sprite') !== {before!r}")
    assert visitor.seed() == "7"
    visitor.page.select_option("#class select", "あ")
    visitor.wait(f"document.querySelector('.zoo-wall').style.getPropertyValue('--sprite') === {before!r}")


@pytest.mark.parametrize(("language", "says", "key"), [
    ("en", "more convincing than", "caught"), ("ja", "より本物らしい", "見破った"),
])  # fmt: skip
def test_the_detective_frames_what_it_thinks(visit: Any, language: str, says: str, key: str) -> None:
    visitor = visit(language=language)
    page, tile = visitor.page, visitor.page.locator(".zoo-tile").nth(3)
    assert page.locator(".zoo-tile.zoo-framed").count() == 64
    assert says in tile.get_attribute("title") and says in tile.get_attribute("aria-label")
    assert key in page.inner_text("#detective")
    frames = page.evaluate("[...document.querySelectorAll('.zoo-tile')].map((tile) => getComputedStyle(tile).boxShadow)")
    assert len(set(frames)) > 20
    page.uncheck("#detective input")
    page.wait_for_selector(".zoo-framed", state="detached")
    assert key not in page.inner_text("#detective")
    assert says not in tile.get_attribute("aria-label")
    page.click("#again")
    visitor.wait("document.querySelector('.zoo-wall').dataset.seed !== '7'")
    assert page.locator(".zoo-framed").count() == 0
    page.check("#detective input")
    page.wait_for_selector(".zoo-framed")


def test_without_a_discriminator_nobody_is_asked(visit: Any) -> None:
    page = visit(query="?model=styled").page
    assert page.locator(".zoo-framed").count() == 0
    assert not page.locator("#detective input").is_visible()


def test_new_weights_appear_when_the_page_is_loaded(visit: Any, weights: Path) -> None:
    visitor = visit()
    assert visitor.page.locator("#model option[value=brought]").count() == 0
    shutil.copytree(weights / "large", weights / "brought")
    try:
        visitor = visit()
        before = visitor.sprite()
        visitor.page.select_option("#model select", "brought")
        visitor.wait(f"document.querySelector('.zoo-wall').style.getPropertyValue('--sprite') !== {before!r}")
        assert visitor.page.locator(".zoo-trouble p").count() == 0
        assert visit(query="?model=brought").page.input_value("#model select") == "brought"
    finally:
        shutil.rmtree(weights / "brought")
    assert visit().sprite() == before
