"""The page in headless Chromium, in both languages: what a visitor sees, and that no request leaves the machine."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from app_process import serving, tiny_weights
from browsing import Watched, needs_chromium
from PIL import Image

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_weights(tmp_path_factory.mktemp("weights"))


@pytest.fixture(scope="module")
def url(weights: Path) -> Iterator[str]:
    with serving(weights) as address:
        yield address


class Visitor(Watched):
    """A visitor of the Latent space tab."""

    def __init__(self, browser: Any, url: str, language: str = "en", width: int = 1280, query: str = "") -> None:
        super().__init__(browser, url + query, language, width)
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
        visitor.close(url)


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

    assert visitor.page.locator("#model select option[value=torn]").count() == 0
    assert "torn" in visitor.page.inner_text(".zoo-unusable")
    visitor.page.select_option("#model select", "large")
    visitor.wait("document.querySelector('.zoo-card').innerText.includes('faces')")
    visitor.page.wait_for_selector(".zoo-trouble p", state="detached")
    assert visitor.sprite().startswith('url("data:image/jpeg')


def test_too_many_picks(visit: Any) -> None:
    visitor = visit(language="ja")
    for index in range(51):
        visitor.page.locator(".zoo-tile").nth(index).click()
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


class Tools:
    """The tools below the walk."""

    def __init__(self, visitor: Visitor, title: str) -> None:
        self.visitor, self.page = visitor, visitor.page
        self.page.locator(".zoo-tools").scroll_into_view_if_needed()
        tab = self.page.get_by_role("tab", name=title, exact=True)
        if not tab.is_visible():  # on a phone most stand in a menu
            self.page.click(".zoo-tools .overflow-menu > button")
            tab = self.page.locator(".zoo-tools .overflow-dropdown button", has_text=title)
        tab.click()

    def shown(self, css: str) -> str:
        """What a visible element has as source of its picture."""
        self.page.wait_for_selector(f"{css} >> visible=true")
        return str(self.page.locator(f"{css} >> visible=true").first.get_attribute("src"))

    def wait_for_other(self, css: str, before: str) -> None:
        self.page.wait_for_selector(f"{css}:not([src='{before}']) >> visible=true")

    def project(self, content: bytes) -> None:
        """Bring a file to the easel and start the search."""
        self.page.wait_for_selector(".zoo-easel[data-ready]")
        self.page.set_input_files("#easel input[type=file]", {"name": "a.png", "mimeType": "image/png", "buffer": content})
        self.page.wait_for_selector(".zoo-easel:not([aria-busy])")
        self.page.wait_for_timeout(500)  # for the value to reach the page's state
        self.page.click("#project")


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
    Tools(visit(), "Mix").page.wait_for_selector("text=no classes and no styles")


def test_roles_are_changed_with_a_click(visit: Any) -> None:
    tools = Tools(visit(), "Arithmetic")
    total = tools.shown(".zoo-sum img")
    tools.page.locator(".zoo-roles button").first.click()
    tools.wait_for_other(".zoo-sum img", total)
    assert [b.inner_text() for b in tools.page.locator(".zoo-roles b").all()] == ["B", "B", "C"]
    for _ in range(2):
        tools.page.locator(".zoo-roles button").nth(0).click()
        tools.page.locator(".zoo-roles button").nth(2).click()
    tools.page.wait_for_timeout(500)
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
    tools.page.wait_for_timeout(500)
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
    canvas = tools.page.locator("#easel canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    tools.page.mouse.move(box["x"] + 60, box["y"] + 60)
    tools.page.mouse.down()
    tools.page.mouse.move(box["x"] + 200, box["y"] + 220, steps=4)
    tools.page.mouse.up()
    tools.page.click("#project")
    tools.page.wait_for_selector("progress[value='1']", timeout=60_000)
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
    tools.page.wait_for_timeout(1500)
    stood = tools.page.get_attribute("progress", "value")
    tools.page.wait_for_timeout(1000)
    assert tools.page.get_attribute("progress", "value") == stood != "1"


def test_the_tools_follow_the_slider_and_fit_a_phone(visit: Any) -> None:
    visitor = visit(language="ja", width=390)
    tools = Tools(visitor, "方向")
    before = tools.shown(".zoo-sum img")
    visitor.page.locator("#position input[type=range]").fill("0.9")
    tools.page.locator(".zoo-tools").scroll_into_view_if_needed()
    tools.wait_for_other(".zoo-sum img", before)
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= 390
