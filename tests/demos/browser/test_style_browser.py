"""The Style tab in headless Chromium, in both languages: bringing, comparing, stopping, saving."""

from __future__ import annotations

import base64
import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from app_process import serving, tiny_cut, tiny_styles, tiny_translators
from browsing import Watched, needs_chromium, visiting
from PIL import Image

pytestmark = needs_chromium
BOX = "document.querySelector('.zoo-styler')"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_styles(tiny_translators(tmp_path_factory.mktemp("weights")))


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    with serving(folder) as address:
        yield address


class Visitor(Watched):
    """A visitor of the tab, whose first sample has been restyled."""

    def __init__(self, browser: Any, url: str, language: str = "en", width: int = 1280, **options: Any) -> None:
        super().__init__(browser, f"{url}#style", language, width, **options)
        self.open()

    def open(self) -> None:
        self.turn_to("style")
        self.settled()

    def settled(self, since: str = "") -> str:
        """Wait until nothing is on its way, and something has been asked `since`; gives the number of the last request."""
        self.wait(f"{BOX}?.dataset.settled && {BOX}.dataset.settled !== {since!r}")
        return str(self.page.get_attribute(".zoo-styler", "data-settled"))

    def bring(self, content: bytes, name: str = "a.png") -> None:
        """Choose a file, and wait for what comes of it."""
        before = self.settled()
        self.page.set_input_files(".zoo-styler input[type=file]", {"name": name, "mimeType": "image/png", "buffer": content})
        self.settled(before)

    def after(self) -> str:
        """The picture that is shown as restyled; '' where there is none."""
        image = self.page.locator(".zoo-styler-view .after")
        return "" if image.is_hidden() else str(image.get_attribute("src"))

    def save(self) -> Image.Image:
        with self.page.expect_download() as expected:
            self.page.click("[data-do=save]")
        return Image.open(Path(expected.value.path()))

    def variable(self, name: str) -> str:
        return str(self.page.evaluate(f"document.querySelector('.zoo-styler-view').style.getPropertyValue('{name}')"))


visitor = visiting(Visitor)


def photo(width: int = 90, height: int = 61, format: str = "JPEG") -> bytes:
    picture, buffer = Image.linear_gradient("L").convert("RGB").resize((width, height)), io.BytesIO()
    picture.save(buffer, format)
    return buffer.getvalue()


def as_js(content: bytes) -> str:
    """A file of these bytes, as the page would get it from elsewhere."""
    text = base64.b64encode(content).decode()
    return f"new File([Uint8Array.from(atob('{text}'), (c) => c.charCodeAt(0))], 'a.jpg', {{ type: 'image/jpeg' }})"


DROP = """() => { const dataTransfer = new DataTransfer(); dataTransfer.items.add(FILE);
  document.querySelector('.zoo-styler-view').dispatchEvent(
    new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true })); }"""
PASTE = """() => { const clipboardData = new DataTransfer(); clipboardData.items.add(FILE);
  document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true })); }"""


@pytest.mark.parametrize(("language", "widths", "words", "foreign"), [
    ("en", (1280, 390), ["Your picture", "Ukiyo-e", "Strength", "Cycle error", "Learnt from 9", "All styles"], "[ぁ-んァ-ン]"),
    ("ja", (390, 1280), ["元の画像", "浮世絵", "画風の強さ", "サイクル誤差", "画像9枚", "すべての画風"],
     "Style|Before|After|Choose"),
])  # fmt: skip
def test_the_tab_speaks_one_language_and_fits(
    visitor: Any, language: str, widths: tuple[int, int], words: list[str], foreign: str
) -> None:
    one = visitor(language=language, width=widths[0])
    for _ in one.through(widths):
        one.speaks("#style", words, foreign)
        assert one.after(), "something is there to look at from the start"
        assert one.page.locator(".zoo-styler-samples button").count() == 8


def test_a_picture_is_restyled_and_saved_at_its_own_size(visitor: Any) -> None:
    one = visitor()
    sample = one.after()
    one.bring(photo(301, 203))
    assert one.after() != sample and "301 × 203" in one.page.inner_text(".zoo-styler-is")
    with one.save() as saved:
        assert saved.size == (301, 203)


def test_before_and_after_are_compared_by_mouse_key_and_finger(visitor: Any) -> None:
    one = visitor(width=390, has_touch=True)
    compare = one.page.locator(".zoo-styler-view input")
    compare.scroll_into_view_if_needed()
    place = compare.bounding_box()
    one.page.mouse.click(place["x"] + place["width"] * 0.25, place["y"] + 40)
    assert one.variable("--split") in ("24%", "25%", "26%")
    one.page.keyboard.press("ArrowRight")
    assert one.variable("--split") in ("25%", "26%", "27%")
    one.page.touchscreen.tap(place["x"] + place["width"] * 0.75, place["y"] + 40)
    assert one.variable("--split") in ("74%", "75%", "76%")


def test_the_strength_is_mixed_in_the_browser_and_in_the_download(visitor: Any) -> None:
    one = visitor()
    one.bring(photo())
    asked = one.settled()
    one.page.locator(".zoo-styler-strength input").fill("0")
    assert one.variable("--strength") == "0" and one.page.inner_text("output") == "0%"
    assert one.settled() == asked, "the server is not asked"
    with one.save() as saved, Image.open(io.BytesIO(photo())) as brought:
        assert saved.getpixel((40, 30)) == pytest.approx(brought.getpixel((40, 30)), abs=4)


def test_styles_and_directions(visitor: Any) -> None:
    one = visitor(language="ja")
    there = one.after()
    before = one.settled()
    one.page.locator(".zoo-styler-back input").nth(1).check()
    one.settled(before)
    assert one.after() != there
    before = one.settled()
    one.page.locator(".zoo-styler-styles label", has_text="monet").click()
    one.settled(before)
    assert one.page.locator(".zoo-styler-back").is_hidden() and one.page.locator(".zoo-styler-cycle").is_hidden()
    before = one.settled()
    assert one.page.locator(".zoo-styler-styles label", has_text="torn").count() == 0, "its files are damaged"
    one.page.locator(".zoo-styler-styles label", has_text="浮世絵").click()
    one.settled(before)
    assert one.after() == there


# On a busy machine neither a mouse nor a look from outside is in time for the first tile.
STOP_AT_ONCE = f"""() => {{
  const [said, stop, save] = ['.zoo-styler-said', '[data-do=stop]', '[data-do=save]'].map((one) => {BOX}.querySelector(one));
  new MutationObserver((_, watch) => {{
    if (!/Tile \\d/.test(said.textContent)) return;
    watch.disconnect();
    window.savedEarly = !save.disabled;
    stop.click();
  }}).observe(said, {{ childList: true, subtree: true, characterData: true }});
}}"""


def test_a_stop_keeps_what_is_done(visitor: Any) -> None:
    one = visitor()
    one.page.locator(".zoo-styler-styles label", has_text="Van Gogh").click()
    one.settled("1")
    before = one.settled()
    content = photo(2400, 1700)
    one.page.evaluate(STOP_AT_ONCE)
    one.page.set_input_files(".zoo-styler input[type=file]", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": content})
    one.page.click("[data-do=whole]")
    one.settled(before)
    assert one.page.evaluate("window.savedEarly") is False
    assert re.search(r"Stopped after \d+ of \d+ tiles", one.page.inner_text(".zoo-styler-said"))
    with one.save() as saved:
        assert saved.size == (2400, 1700)


def test_a_new_wish_ends_the_run_before_it(visitor: Any) -> None:
    one = visitor()
    one.page.locator(".zoo-styler-styles label", has_text="Van Gogh").click()
    one.page.set_input_files(
        ".zoo-styler input[type=file]", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo(2400, 1700)}
    )
    one.page.click("[data-do=whole]")
    one.page.wait_for_selector(".zoo-styler-said >> text=/Tile \\d/")
    before = one.page.get_attribute(".zoo-styler-view .before", "src")
    one.page.locator(".zoo-styler-samples button").nth(3).click()
    one.wait(f"document.querySelector('.zoo-styler-view .before').src !== {before!r} && {BOX}.dataset.settled")
    assert one.after() and "At full size" in one.page.inner_text(".zoo-styler-said")


def test_all_styles_side_by_side(visitor: Any) -> None:
    one = visitor()
    before = one.settled()
    one.page.locator(".zoo-styler-samples button").nth(1).click()
    before = one.settled(before)
    one.page.click("[data-do=sheet]")
    one.settled(before)
    rows = one.page.locator(".zoo-styler-sheet > div:last-child button")
    assert rows.all_inner_texts() == ["Ukiyo-e", "Van Gogh", "monet"]
    one.page.wait_for_selector(".zoo-styler-sheet a >> visible=true")
    with one.page.expect_download() as expected:
        one.page.click(".zoo-styler-sheet a")
    assert expected.value.suggested_filename == "styles.png"
    rows.nth(1).click()
    assert one.page.locator(".zoo-styler-styles input").nth(1).is_checked()


@pytest.mark.parametrize(("language", "none", "empty", "large"), [
    ("en", "not a picture or video", "is empty", "larger than 20 MB"),
    ("ja", "読み取れないファイル", "空です", "20 MB を超えて"),
])  # fmt: skip
def test_files_that_are_no_pictures_are_told_of(visitor: Any, language: str, none: str, empty: str, large: str) -> None:
    one = visitor(language=language)
    shown = one.after()
    for content, says in ((b"\0\0\0\x18ftypheic", none), (b"", empty), (b"my diary", none)):
        one.page.set_input_files(".zoo-styler input[type=file]", {"name": "a.heic", "mimeType": "", "buffer": content})
        one.page.wait_for_selector(f".zoo-styler .zoo-trouble p >> text={says} >> visible=true")
    one.page.evaluate(DROP.replace("FILE", "new File([new Uint8Array(20000001)], 'a.jpg')"))
    one.page.wait_for_selector(f".zoo-styler .zoo-trouble p >> text={large} >> visible=true")
    assert one.after() == shown
    one.bring(photo())
    one.page.wait_for_selector(".zoo-styler .zoo-trouble p", state="detached")


def test_a_large_picture_is_scaled_down_and_used_whole_on_request(visitor: Any) -> None:
    one = visitor(language="ja")
    one.bring(photo(1800, 1000))
    assert "1800×1000画素" in one.page.inner_text(".zoo-styler-offer")
    assert "1800×1000画素" not in one.page.inner_text(".zoo-styler-is")
    one.page.click("[data-do=whole]")
    one.wait("document.querySelector('.zoo-styler-offer').hidden")
    assert "1800×1000画素" in one.page.inner_text(".zoo-styler-is")


def test_a_picture_is_dropped_pasted_and_taken(visitor: Any) -> None:
    one = visitor()
    for way, size in ((DROP, (70, 40)), (PASTE, (50, 80))):
        before = one.settled()
        one.page.evaluate(way.replace("FILE", as_js(photo(*size))))
        one.settled(before)
        assert f"{size[0]} × {size[1]}" in one.page.inner_text(".zoo-styler-is")
    one.page.evaluate("""() => { navigator.mediaDevices.getUserMedia = async () => {
      const scene = Object.assign(document.createElement('canvas'), { width: 64, height: 48 });
      const pen = scene.getContext('2d');
      setInterval(() => { pen.fillStyle = 'red'; pen.fillRect(0, 0, 64, 48); }, 30);
      return scene.captureStream(30);
    }; }""")
    one.page.click("[data-do=camera]")
    one.wait("document.querySelector('.zoo-styler-camera video').videoWidth === 64")
    before = one.settled()
    one.page.click("[data-do=shoot]")
    one.settled(before)
    assert "64 × 48" in one.page.inner_text(".zoo-styler-is") and one.page.locator(".zoo-styler-camera").is_hidden()
    one.page.evaluate("() => { navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no'); }; }")
    one.page.click("[data-do=camera]")
    one.page.wait_for_selector(".zoo-styler .zoo-trouble p >> text=camera can't be used")


def test_a_drawing_of_the_sketch_tab_goes_on_here(visitor: Any) -> None:
    one = visitor()
    assert one.page.locator("[data-do=sketched]").is_hidden()
    one.turn_to("sketch")
    one.page.locator(".zoo-sketch[data-ready] .zoo-pairs button").first.click()
    one.page.wait_for_selector(".zoo-sketch[data-settled] .zoo-result img >> visible=true")
    one.turn_to("style")
    before = one.settled()
    one.page.click("[data-do=sketched]")
    one.settled(before)
    assert "32 × 32" in one.page.inner_text(".zoo-styler-is")


def test_a_clip_is_restyled_played_and_saved(visitor: Any) -> None:
    one = visitor(language="ja", width=390)
    assert one.page.locator(".zoo-styler-clip").is_hidden()
    frames, buffer = [Image.new("RGB", (60, 40), (40 * i, 90, 200)) for i in range(5)], io.BytesIO()
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:], duration=100)
    one.bring(buffer.getvalue(), "a.gif")
    before = one.settled()
    one.page.click("[data-do=clip]")
    one.settled(before)
    assert "5コマのうち5コマ" in one.page.inner_text(".zoo-styler-said")
    assert one.page.locator(".zoo-styler-clip video").is_visible()
    one.wait("document.querySelector('.zoo-styler-clip video').currentTime > 0")
    with one.page.expect_download() as expected:
        one.page.click(".zoo-styler-clip a")
    assert expected.value.suggested_filename == "hokusai.mp4"
    one.bring(photo())
    assert one.page.locator(".zoo-styler-clip").is_hidden()


def test_nobody_sees_what_another_brought(visitor: Any) -> None:
    one, other = visitor(), visitor(language="ja")
    one.bring(photo(90, 61))
    other.bring(photo(40, 72))
    for each, size in ((one, (90, 61)), (other, (40, 72))):
        with each.save() as saved:
            assert saved.size == size


def test_weights_that_come_are_offered_when_the_page_is_opened_next(visitor: Any, folder: Path) -> None:
    styles = "document.querySelectorAll('.zoo-styler-styles label').length"
    before = visitor().page.evaluate(styles)
    shutil.copytree(folder / "hokusai", folder / "another")
    one = visitor()
    one.wait(f"{styles} === {before} + 1")
    shutil.rmtree(folder / "another")


@pytest.mark.parametrize(("language", "width", "words"), [
    ("en", 390, ["CycleGAN and CUT side by side", "No way back", "30 minutes"]),
    ("ja", 1280, ["並べて比べる", "帰り道なし", "学習30分"]),
])  # fmt: skip
def test_two_methods_of_one_style(visitor: Any, folder: Path, language: str, width: int, words: list[str]) -> None:
    tiny_cut(folder / "brush")
    one = visitor(language=language, width=width)
    one.wait("document.querySelectorAll('.zoo-styler-styles small').length === 2")
    before = one.settled()
    one.page.locator(".zoo-styler-styles label", has_text="CUT").click()
    one.settled(before)
    shown = one.page.locator(".zoo-styler-methods")
    text = shown.inner_text()
    assert [word for word in words if word not in text] == []
    assert shown.locator("figcaption b").all_inner_texts() == ["CycleGAN", "CUT"]
    assert shown.locator("img").count() == 3, "two results and one way back"
    assert one.page.evaluate("document.documentElement.scrollWidth") <= width
    before = one.settled()
    one.page.locator(".zoo-styler-styles label", has_text="Van Gogh" if language == "en" else "ゴッホ").click()
    one.settled(before)
    assert shown.is_hidden()
    shutil.rmtree(folder / "brush")
