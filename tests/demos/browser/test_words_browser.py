"""The Words tab in headless Chromium, in both languages: typing, examples, hints, samples and the way between sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from app_process import serving, tiny_words
from browsing import Watched, needs_chromium, visiting

from demos import words
from demos.words import draw

pytestmark = needs_chromium
BOX = "document.querySelector('.zoo-words')"
PIXELS = """(css) => [...document.querySelectorAll(css)].map((canvas) => canvas.toDataURL())"""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tiny_words(tmp_path_factory.mktemp("weights"))) as address:
        yield address


class Visitor(Watched):
    """A visitor of the tab, for whom the first example has been drawn."""

    def __init__(self, browser: Any, url: str, language: str = "en", width: int = 1280, **options: Any) -> None:
        super().__init__(browser, f"{url}#words", language, width, **options)
        self.turn_to("words")
        self.wait(f"Number({BOX}?.dataset.settled) > 0")

    def do(self, act: Any) -> None:
        """Do something, and wait for what comes of it."""
        before = int(self.page.get_attribute(".zoo-words", "data-settled") or 0)
        act()
        self.wait(f"Number({BOX}.dataset.settled) > {before}")

    def say(self, text: str, name: str = "sentence") -> None:
        self.do(lambda: self.page.fill(f".zoo-words [name={name}]", text))

    def pixels(self, css: str) -> list[str]:
        found: list[str] = self.page.evaluate(PIXELS, css)
        return found


visitor = visiting(Visitor)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_first_example_is_drawn_at_once(visitor: Any, language: str) -> None:
    one = visitor(language=language)
    assert one.page.input_value(".zoo-words [name=sentence]") == words.EXAMPLES[language][0]
    assert one.page.locator(".zoo-words-stages figure:visible").count() == 3
    assert len(set(one.pixels(".zoo-words-samples canvas"))) == 6, "each drawing is another"
    likely = [int(share) for share in re.findall(r"(\d+)%", one.page.inner_text(".zoo-words-near"))]
    assert len(likely) == one.page.locator(".zoo-words-near img").count() <= draw.NEIGHBOURS
    assert likely == sorted(likely, reverse=True) and likely[-1] >= 1, "the likeliest first, and none that it hardly means"
    assert len(set(one.pixels(".zoo-words-strip canvas"))) > 5
    assert one.page.locator(".zoo-words-found dt").count() == 4
    assert one.page.locator("#tab_words details").count() == 1, "one fold has all figures"


def test_typing_draws_anew(visitor: Any) -> None:
    one = visitor()
    before = one.pixels(".zoo-words-stages canvas")
    one.say("red car")
    assert one.pixels(".zoo-words-stages canvas")[2] != before[2]
    again = one.pixels(".zoo-words-samples canvas")
    one.do(lambda: one.page.click("[data-do=again]"))
    assert one.pixels(".zoo-words-samples canvas") != again
    one.do(lambda: one.page.click(".zoo-words-chips button >> nth=2"))
    assert one.page.input_value(".zoo-words [name=sentence]") == words.EXAMPLES["en"][2]


def test_another_model_draws_the_same_sentence(visitor: Any) -> None:
    one = visitor()
    drawn, way = one.pixels(".zoo-words-stages canvas"), one.pixels(".zoo-words-strip canvas")
    one.do(lambda: one.page.check("[name=words-model] >> nth=1"))
    assert one.page.input_value(".zoo-words [name=sentence]") == words.EXAMPLES["en"][0]
    assert one.pixels(".zoo-words-stages canvas") != drawn and one.pixels(".zoo-words-strip canvas") != way
    assert one.page.locator(".zoo-words-found dt").count() == 0, "nothing was measured of this one"


def test_a_sample_shows_its_stages(visitor: Any) -> None:
    one = visitor()
    before = one.pixels(".zoo-words-stages canvas")
    one.page.click(".zoo-words-samples button >> nth=3")
    after = one.pixels(".zoo-words-stages canvas")
    assert after != before and after[2] == one.pixels(".zoo-words-samples canvas")[3]
    assert one.page.get_attribute(".zoo-words-samples button >> nth=3", "aria-pressed") == "true"


def test_strange_words_get_a_hint_that_can_be_clicked(visitor: Any) -> None:
    one = visitor()
    one.say("yelow bird")
    hint = one.page.locator(".zoo-words-strange >> nth=0")
    assert "“yelow”" in hint.inner_text()
    one.do(lambda: hint.locator("button", has_text="yellow").first.click())
    assert one.page.input_value(".zoo-words [name=sentence]") == "yellow bird"
    assert hint.locator("button").count() == 0


def test_what_says_nothing_is_answered_beside_the_field(visitor: Any) -> None:
    one = visitor(language="ja")
    drawn = one.pixels(".zoo-words-stages canvas")
    for nothing in ("", "<ξψ>"):
        one.say(nothing)
        alert = one.page.locator(".zoo-words [role=alert]:visible").first
        assert alert.inner_text() and (not nothing or nothing in alert.inner_text())
        assert one.pixels(".zoo-words-stages canvas") == drawn, "what was drawn before stays"
    one.say("赤い車")
    assert one.page.locator(".zoo-words [role=alert]:visible").count() == 0
    near = one.page.locator(".zoo-words-near figcaption")
    assert near.first.inner_text().startswith("日本語名なし"), "an emoji without a Japanese name"
    assert near.count() < draw.NEIGHBOURS, "those that it hardly means are left out"


def test_the_slider_goes_from_one_sentence_to_the_other(visitor: Any) -> None:
    one = visitor()
    one.say("pizza", "other")
    one.page.locator(".zoo-words-way input").fill("0")
    start = one.pixels(".zoo-words-way > canvas")
    one.page.locator(".zoo-words-way input").fill("10")
    assert one.pixels(".zoo-words-way > canvas") != start
    assert one.page.locator(".zoo-words-ends").inner_text().split() == [*words.EXAMPLES["en"][0].split(), "pizza"]


@pytest.mark.parametrize(("scheme", "widths"), [("light", (390, 1280)), ("dark", (1280, 390))])
def test_it_fits_the_screen(visitor: Any, scheme: str, widths: tuple[int, int]) -> None:
    one = visitor(width=widths[0], color_scheme=scheme, reduced_motion="reduce")
    for width in one.through(widths):
        for box in one.page.locator(".zoo-words :is(input, button, canvas):visible").all():
            place = box.bounding_box()
            assert place and place["x"] >= 0 and place["x"] + place["width"] <= width
