"""The Sketch tab in headless Chromium: pictures that are brought, compared and saved, and what is kept."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import Any

import pytest
from browsing import needs_chromium
from painter import CIRCLE
from PIL import Image

pytestmark = needs_chromium


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


def test_a_drawing_by_hand_is_taken_up_stroke_by_stroke(painter: Any) -> None:
    one = painter()
    one.stroke(*CIRCLE)
    own = one.canvas()
    drawings = one.page.locator(".zoo-drawings button")
    assert drawings.count() == 10
    drawings.first.click()
    fish, strokes = one.canvas(), one.steps() - 2  # the circle, and a clean sheet
    assert fish != own and strokes > 1 and one.picture()
    for _ in range(strokes + 1):
        one.page.click("[data-do=undo]")
    assert one.canvas() == own


def test_an_example_brings_its_original_along(painter: Any) -> None:
    one = painter(language="ja")
    one.page.locator(".zoo-pairs button").nth(2).click()
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
        if (value.split('"points"').length > 6) throw new DOMException('full', 'QuotaExceededError');
        return store.call(this, key, value);
      };
    }""")
    for i in range(7):
        one.stroke((0.1, 0.1 + 0.1 * i), (0.9, 0.15 + 0.1 * i))
    drawn = one.canvas()
    assert 0 < one.steps() < 7  # the oldest have become one
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


# The pixels of the canvas that are drawn on.
DARK = """() => {
  const canvas = document.querySelector('.zoo-sketch canvas');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let dark = 0;
  for (let i = 0; i < data.length; i += 4) dark += data[i] < 128 && data[i + 3] > 128;
  return dark;
}"""


def test_a_link_carries_the_drawing(painter: Any) -> None:
    one = painter()
    one.task("edges")
    one.page.click("[data-link]")
    one.wait("document.querySelector('.zoo-trouble').textContent.includes('Draw something first')")
    one.stroke((0.2, 0.2), (0.6, 0.4))
    one.picture()
    drawn = one.page.evaluate(DARK)
    one.page.click("[data-link]")
    link = one.page.locator(".zoo-letter input")
    link.wait_for()
    address = link.input_value()
    refused = "navigator.clipboard.writeText = () => Promise.reject(new Error('no')); document.execCommand = () => false"
    one.page.evaluate(f"() => {{ {refused}; }}")
    one.page.click("[data-link]")
    one.wait("document.querySelector('.zoo-letter').textContent.includes('copy it yourself')")
    other = painter()
    other.page.goto(address)
    other.wait("document.querySelector('.zoo-sketch canvas')?.dataset.steps === '1'")
    assert drawn > 100 and abs(other.page.evaluate(DARK) - drawn) < 0.05 * drawn, "only fractions of pixels are lost"
    assert not other.page.url.endswith(address.rpartition("/")[2]), "a reload must not bring the drawing again"
    other.page.evaluate(
        "(address) => { location.hash = address; }", "#" + address.partition("#")[2].rpartition("/")[0] + "/AAAA"
    )
    other.wait("document.querySelector('.zoo-trouble').textContent.includes('damaged')")


def test_a_surprise_draws_something(painter: Any) -> None:
    one = painter()
    one.task("edges")
    one.page.wait_for_selector(".zoo-drawings button, .zoo-pairs button")
    one.page.click(".zoo-surprise")
    one.wait("Number(document.querySelector('.zoo-sketch canvas').dataset.steps) > 0")
    assert one.page.is_visible(".zoo-share-picture")
