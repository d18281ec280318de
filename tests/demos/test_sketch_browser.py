"""The Sketch tab in headless Chromium, in both languages: drawing, what survives what, and answers in order."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from app_process import serving, tiny_translators
from browsing import Watched, needs_chromium
from PIL import Image

pytestmark = needs_chromium
TITLES = {"en": "Sketch", "ja": "スケッチ"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_translators(tmp_path_factory.mktemp("weights"))


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    with serving(folder) as address:
        yield address


class Painter(Watched):
    """A visitor of the tab."""

    def __init__(self, browser: Any, url: str, language: str = "en", width: int = 1280, touch: bool = False) -> None:
        super().__init__(browser, url, language, width, has_touch=touch)
        self.open(language)

    def open(self, language: str = "en") -> None:
        """Turn to the tab, and wait until its examples are there: then nothing is on its way any more."""
        self.page.get_by_role("tab", name=TITLES[language], exact=True).click()
        self.page.wait_for_selector(".zoo-sketch[data-ready] .zoo-examples:not([hidden])")
        self.page.locator(".zoo-paper canvas").scroll_into_view_if_needed()

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A place on the canvas, in shares of its side."""
        box = self.page.locator(".zoo-paper canvas").bounding_box()
        return box["x"] + box["width"] * x, box["y"] + box["height"] * y

    def stroke(self, *points: tuple[float, float], steps: int = 4) -> None:
        """Draw with the mouse."""
        self.page.locator(".zoo-paper canvas").scroll_into_view_if_needed()
        self.page.mouse.move(*self.point(*points[0]))
        self.page.mouse.down()
        for place in points[1:]:
            self.page.mouse.move(*self.point(*place), steps=steps)
        self.page.mouse.up()

    def steps(self) -> int:
        return int(self.page.get_attribute(".zoo-paper canvas", "data-steps"))

    def canvas(self) -> str:
        return str(self.page.evaluate("document.querySelector('.zoo-paper canvas').toDataURL()"))

    def colour(self, x: float, y: float) -> list[int]:
        """The canvas's red, green, blue and alpha at a place."""
        read = """([x, y]) => [...document.querySelector('.zoo-paper canvas').getContext('2d')
          .getImageData(x * 767, y * 767, 1, 1).data]"""
        return list(self.page.evaluate(read, [x, y]))

    def picture(self) -> str:
        """The result once everything has been answered, a PNG; '' where there is none."""
        self.wait("""(() => {
          const result = document.querySelector('.zoo-result'), image = result.querySelector('img');
          const settled = result.dataset.n && result.closest('[data-settled]');
          return settled && (image.hidden || image.src.startsWith('data:image/png'));
        })()""")
        image = self.page.locator(".zoo-result img")
        return "" if image.is_hidden() else str(image.get_attribute("src"))

    def task(self, name: str) -> None:
        self.page.locator(f".zoo-tasks input[value={name}]").check()

    def bring(self, content: bytes, name: str = "a.png") -> None:
        self.page.set_input_files(".zoo-sketch input[type=file]", {"name": name, "mimeType": "image/png", "buffer": content})


@pytest.fixture
def painter(browser: Any, url: str) -> Iterator[Any]:
    """Opens the tab; at the end no page has sent a request off the machine or met an error in its scripts."""
    painters: list[Painter] = []

    def opened(**options: Any) -> Painter:
        painters.append(Painter(browser, url, **options))
        return painters[-1]

    yield opened
    for one in painters:
        one.close(url)


CIRCLE = [(0.3, 0.3), (0.7, 0.3), (0.7, 0.7), (0.3, 0.7), (0.3, 0.3)]


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(("language", "words", "foreign"), [
    ("en", ["Line art to colour", "Draw here", "Start from", "Paper mode", "Keyboard shortcuts"], "[ぁ-んァ-ン]"),
    ("ja", ["線画に色をつける", "ここに描いて", "写真から始める", "論文モード", "ショートカット"], r"Draw|Start|Eraser|Undo"),
])  # fmt: skip
def test_the_tab_speaks_one_language_and_fits(painter: Any, language: str, words: list[str], foreign: str, width: int) -> None:
    page = painter(language=language, width=width).page
    text = page.inner_text("#sketch")
    assert [word for word in words if word not in text] == []
    assert not re.search(foreign, text)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".zoo-examples button").count() == 8


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
    one.page.get_by_role("tab", name="Latent space").click()
    one.open()
    assert one.canvas() == drawn

    one.task("blocks")
    one.page.click(".zoo-languages a[lang=ja]")
    one.page.wait_for_selector("text=手のひら")
    one.open("ja")
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


def photo() -> bytes:
    picture, buffer = Image.linear_gradient("L").convert("RGB"), io.BytesIO()
    picture.paste("red", (60, 60, 200, 200))
    picture.save(buffer, "JPEG")
    return buffer.getvalue()


def test_a_photograph_becomes_the_drawing(painter: Any) -> None:
    one = painter()
    for task in ("edges", "blocks", "grey"):
        one.task(task)
        one.bring(photo(), "photo.jpg")
        one.wait("document.querySelector('.zoo-sketch canvas').dataset.steps === '1'")
        assert one.picture()
        assert one.page.is_visible(".zoo-original img")
    assert one.page.locator("[data-tool=pen]").is_hidden()  # a photograph is not drawn
    one.page.click("[data-do=clear]")
    assert one.page.locator(".zoo-original").is_hidden()


@pytest.mark.parametrize(("language", "none", "empty", "large"), [
    ("en", "not a picture that can be read", "is empty", "larger than 10 MB"),
    ("ja", "読み取れないファイル", "空です", "10 MB を超えて"),
])  # fmt: skip
def test_files_that_are_no_pictures_are_told_of(painter: Any, language: str, none: str, empty: str, large: str) -> None:
    one = painter(language=language)
    one.stroke((0.2, 0.2), (0.4, 0.4))
    picture = one.picture()
    for content, says in ((b"\0\0\0\x18ftypheic", none), (b"", empty), (b"\0" * 10_000_001, large), (b"my diary", none)):
        one.bring(content, "a.heic")
        one.page.wait_for_selector(f".zoo-sketch .zoo-trouble p >> text={says} >> visible=true")
    assert one.steps() == 1 and one.picture() == picture
    one.stroke((0.6, 0.2), (0.7, 0.4))
    one.page.wait_for_selector(".zoo-sketch .zoo-trouble p", state="detached")


def test_an_example_brings_its_original_along(painter: Any) -> None:
    one = painter(language="ja")
    one.page.locator(".zoo-examples button").nth(2).click()
    assert one.picture()
    assert one.page.is_visible("text=元の絵")
    example = one.canvas()
    one.stroke((0.1, 0.1), (0.2, 0.2))
    assert one.canvas() != example
    assert one.page.is_visible(".zoo-original img")


def test_the_drawing_is_compared_with_the_picture_which_is_saved(painter: Any) -> None:
    one = painter(width=390)
    one.page.evaluate("document.addEventListener('zoo-sketched', (event) => { window.told = event.detail; })")
    one.stroke(*CIRCLE)
    picture = one.picture()
    assert one.page.evaluate("window.told") == {"picture": picture, "model": "edges"}
    one.page.locator(".zoo-result input").fill("50")
    assert one.page.evaluate("document.querySelector('.zoo-result').style.getPropertyValue('--split')") == "50%"
    with one.page.expect_download() as expected:
        one.page.click(".zoo-save")
    assert expected.value.suggested_filename == "edges.png"
    with Image.open(Path(expected.value.path())) as saved:
        assert (saved.format, saved.size) == ("PNG", (32, 32))


def test_paper_mode_is_a_switch_that_is_kept(painter: Any) -> None:
    one = painter()
    one.stroke(*CIRCLE)
    plain = one.picture()
    one.page.locator(".zoo-paper-mode input").check()
    one.wait(f"document.querySelector('.zoo-result img').src !== {plain!r}")
    paper = one.picture()
    one.page.reload()
    one.open()
    assert one.picture() == paper and one.page.locator(".zoo-paper-mode input").is_checked()


def test_damaged_weights_are_told_of_and_the_others_work(painter: Any) -> None:
    one = painter(language="ja")
    one.stroke(*CIRCLE)
    assert one.picture()
    assert one.page.locator(".zoo-tasks input[value=torn]").count() == 0
    one.page.wait_for_selector(".zoo-sketch .zoo-unusable >> text=torn >> visible=true")


def test_a_full_storage_keeps_the_drawing_if_not_every_step(painter: Any) -> None:
    one = painter()
    one.page.evaluate("""() => {
      const store = Storage.prototype.setItem;
      Storage.prototype.setItem = function (key, value) {
        if (value.length > 60000) throw new DOMException('full', 'QuotaExceededError');
        return store.call(this, key, value);
      };
    }""")
    for i in range(12):
        one.stroke(*[(0.1 + 0.8 * (k % 2), 0.05 + 0.07 * i + 0.001 * k) for k in range(8)], steps=60)
    drawn = one.canvas()
    assert 0 < one.steps() < 12  # the oldest have become one
    one.page.reload()
    one.open()
    assert one.canvas() == drawn


def test_what_is_kept_may_be_spoilt(painter: Any) -> None:
    one = painter()
    for spoilt in ("{", "7", '{"drawings": {"lines": {"done": [{"tool": "nuke"}, 3, {"tool": "picture", "source": "x"}]}}}'):
        one.page.evaluate("spoilt => sessionStorage.setItem('gan-zoo-sketch', spoilt)", spoilt)
        one.page.reload()
        one.open()
        one.stroke((0.2, 0.2), (0.4, 0.4))
        assert one.steps() == 1


def test_weights_that_come_are_offered_when_the_page_is_opened_next(painter: Any, folder: Path) -> None:
    shutil.copytree(folder / "edges", folder / "new")
    one = painter()
    one.wait("document.querySelector('.zoo-tasks input[value=new]')")
    one.task("new")
    shutil.rmtree(folder / "new")
