"""The Learn tab and the presenter mode in headless Chromium."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from browsing import Watched, needs_chromium, visiting

pytestmark = needs_chromium
GO = """(place) => location.hash === place || new Promise((done) => {
  addEventListener('hashchange', () => requestAnimationFrame(() => setTimeout(done)), { once: true });
  location.hash = place;
})"""


class Visitor(Watched):
    """A visitor of the tab."""

    def __init__(self, browser: Any, url: str, place: str = "learn", query: str = "", **options: Any) -> None:
        super().__init__(browser, f"{url}{query}#{place}", **options)
        self.page.wait_for_selector(".zoo-learn[data-ready]", state="attached")

    def to(self, place: str) -> None:
        """Go to a place by its address, and wait until the page has followed."""
        self.page.evaluate(GO, f"#{place}")

    def heading(self) -> str:
        return str(self.page.inner_text(".zoo-learn article h3"))


visit = visiting(Visitor)


@pytest.mark.parametrize(("language", "widths", "foreign"), [
    ("en", (1280, 390), "[ぁ-んァ-ン]"),
    ("ja", (390, 1280), r"\b(the|of|and|is)\b"),
])  # fmt: skip
def test_the_tab_speaks_one_language_and_fits(visit: Any, language: str, widths: tuple[int, int], foreign: str) -> None:
    visitor = visit(language=language, width=widths[0])
    page = visitor.page
    for place in ("model", "without", "objective", "dcgan", "pairs", "measure", "consent", "quiz", "talk"):
        visitor.to(f"learn/{place}")
        for width in visitor.through(widths):
            text = page.inner_text(".zoo-learn")
            assert len(text) > 100
            assert not re.search(foreign, text.replace("日本語", "")), place
            assert page.evaluate("document.documentElement.scrollWidth") <= width, place


def test_chapters_open(visit: Any) -> None:
    visitor = visit("learn/duel")
    page = visitor.page
    assert visitor.heading() == "The thief and the detective"
    page.click(".zoo-learn-turn .on")
    visitor.wait("document.querySelector('.zoo-learn article h3').textContent === 'The duel in one line'")
    assert page.locator(".zoo-formula math").first.is_visible()


def test_words_are_found_however_they_are_written(visit: Any) -> None:
    visitor = visit("learn/glossary", language="ja")
    for typed, finds, misses in (
        ("gan inversion", "GAN の逆変換", "U-Net"),
        ("セイセイキ", "生成器", "U-Net"),  # by its reading, and in the other kana
        ("ｖａｅ", "変分オートエンコーダ", "U-Net"),  # in full width
        ("罰則 wgan", "勾配ペナルティ", "U-Net"),
    ):
        visitor.page.fill("[data-in=glossary] input", typed)
        shown = [word.inner_text() for word in visitor.page.locator(".zoo-learn dt b").all() if word.is_visible()]
        assert finds in shown, typed
        assert misses not in shown, typed
        assert visitor.page.inner_text("[data-in=glossary] .found") == f"{len(shown)}件"


def answer(page: Any, right: bool) -> None:
    """Answer the question that is asked, and go on."""
    page.locator(
        '.zoo-learn .card ol button[value="0"]' if right else '.zoo-learn .card ol button:not([value="0"])'
    ).first.click()
    assert page.inner_text(".zoo-learn .why b") == ("Right!" if right else "Not quite.")
    page.click(".zoo-learn .card .next")


def one_question(route: Any) -> None:
    """The lessons with a single question."""
    lessons = route.fetch().json()
    route.fulfill(json={**lessons, "quiz": lessons["quiz"][:1]})


def boxes(page: Any) -> list[int]:
    return [int(box.inner_text()) for box in page.locator(".zoo-learn-boxes b").all()]


def test_the_quiz_asks_again_what_was_not_known(visit: Any) -> None:
    visitor = visit("learn/quiz")
    page = visitor.page
    start = datetime.datetime(2030, 1, 1, 12)
    page.clock.set_fixed_time(start)
    page.route("**/learn/en", one_question)
    page.reload()
    page.click("[data-in=quiz] .start")
    answer(page, right=False)
    assert boxes(page) == [1, 0, 0, 0, 0]
    for box, days in enumerate((1, 3, 7, 14, 14), start=1):
        assert "due" in page.inner_text("[data-in=quiz] .start")
        page.click("[data-in=quiz] .start")
        answer(page, right=True)
        assert page.inner_text(".zoo-learn .done") == "You got 1 of 1 right."
        level = min(box, 4)
        assert boxes(page)[level] == 1
        waits = start + datetime.timedelta(days)
        assert f"{waits:%B} {waits.day}" in page.inner_text("[data-in=quiz] .none")
        start = waits
        page.clock.set_fixed_time(start)
        page.reload()
        page.wait_for_selector(".zoo-learn[data-ready]")
        assert boxes(page)[level] == 1  # the browser has kept it
    page.click("[data-in=quiz] .start")
    answer(page, right=False)
    assert boxes(page) == [1, 0, 0, 0, 0]


def test_a_round_goes_by_keyboard(visit: Any) -> None:
    visitor = visit("learn/quiz")
    page = visitor.page
    page.click("[data-in=quiz] .start")
    asked = set()
    for _ in range(10):
        asked.add(page.get_attribute(".zoo-learn .card", "data-id"))
        page.keyboard.press("1")
        page.wait_for_selector(".zoo-learn .why")
        page.keyboard.press("Enter")
    assert len(asked) == 10
    assert "of 10 right" in page.inner_text(".zoo-learn .done")


def test_a_spoilt_memory_is_an_empty_one(visit: Any) -> None:
    visitor = visit("learn/model")
    for kept in ("nonsense", "[]", '{"video": 7, "latent": [9, 1], "fid": ["a", "b"]}', "null"):
        visitor.page.evaluate("(kept) => localStorage.setItem('gan-zoo-quiz', kept)", kept)
        visitor.page.reload()
        visitor.page.wait_for_selector(".zoo-learn[data-ready]")
        visitor.to("learn/quiz")
        assert boxes(visitor.page)[1:] == [0, 0, 0, 0], kept
        visitor.page.click("[data-in=quiz] .start")
        assert visitor.page.locator(".zoo-learn .card h3").is_visible(), kept


def test_the_history_is_filtered(visit: Any) -> None:
    visitor = visit("learn/zoo")
    page = visitor.page

    def shown() -> list[str]:
        return [name.inner_text() for name in page.locator(".zoo-learn h4").all() if name.is_visible()]

    everything = shown()
    assert len(everything) >= 30
    page.click(".zoo-learn .kinds [value=video]")
    assert {"vid2vid", "MoCoGAN"} <= set(shown()) < set(everything)
    page.click(".zoo-learn .kinds [value=audio]")
    assert {"vid2vid", "HiFi-GAN"} <= set(shown())
    page.click(".zoo-learn .kinds [value=video]")
    page.click(".zoo-learn .kinds [value=audio]")
    page.fill("[data-in=zoo] input[type=search]", "miyato 2018")
    assert set(shown()) == {"SNGAN", "Projection GAN"}
    page.fill("[data-in=zoo] input[type=search]", "")
    page.check(".zoo-learn .ours")
    assert shown() == []  # these weights bring no pictures of their training


def test_a_talk_is_put_in_order_and_saved_as_a_link(visit: Any) -> None:
    visitor = visit("learn/talk")
    page = visitor.page

    def stops() -> list[str]:
        return [str(stop.get_attribute("data-stop")) for stop in page.locator(".zoo-learn .stops li").all()]

    first, second, third, *_ = stops()
    page.click('.zoo-learn .stops li:nth-child(1) [data-by="1"]')
    assert stops()[:3] == [second, first, third]
    page.keyboard.press("Enter")  # the button of the stop that was moved has the focus
    assert stops()[:3] == [second, third, first]
    page.locator(".zoo-learn .stops li:nth-child(1) button").last.click()
    assert stops()[:2] == [third, first]
    page.select_option("[data-in=talk] select", "latent.memory_title")
    page.click("[data-in=talk] .put")
    expected = stops()
    assert expected[-1] == "latent.memory_title"
    link = page.input_value(".zoo-learn .link input")
    other = visit("learn/talk", query=link[link.index("?") : link.index("#")])
    assert [str(stop.get_attribute("data-stop")) for stop in other.page.locator(".zoo-learn .stops li").all()] == expected
    other.page.click("[data-in=talk] .again")
    assert other.page.locator(".zoo-learn .stops li").first.get_attribute("data-stop") == first


def test_a_talk_goes_through_the_tabs(visit: Any) -> None:
    visitor = visit("learn/talk", query="?talk=learn.duel-training.playground-latent")
    page = visitor.page
    page.click("[data-in=talk] .start")
    visitor.wait("document.querySelector('.zoo-talk .name').textContent.includes('The thief and the detective')")
    assert page.locator(".zoo-header").is_hidden()
    assert page.locator(".zoo-learn .body p").first.is_hidden()
    large = page.evaluate("parseFloat(getComputedStyle(document.querySelector('.zoo-learn article h3')).fontSize)")
    page.keyboard.press("n")
    assert page.locator(".zoo-learn .body p").first.is_visible()
    page.keyboard.press("PageDown")
    visitor.wait("document.querySelector('.zoo-talk .name').textContent.includes('Playground')")
    assert page.inner_text(".zoo-talk .count") == "2 / 3"
    slider = page.locator(".zoo-playground [data-rate=generator_rate]")
    slider.focus()
    before = slider.input_value()
    page.keyboard.press("ArrowRight")  # is the slider's
    assert slider.input_value() != before
    page.keyboard.press("PageDown")
    visitor.wait("location.hash === '#latent'")
    page.keyboard.press("PageDown")  # there is no further stop
    assert page.inner_text(".zoo-talk .count") == "3 / 3"
    page.keyboard.press("b")
    assert page.evaluate("getComputedStyle(document.documentElement, '::after').position") == "fixed"
    page.keyboard.press("PageUp")
    visitor.wait("location.hash === '#playground'")
    page.evaluate("document.activeElement.blur()")
    page.click(".zoo-talk .end")
    assert page.locator(".zoo-header").is_visible()
    assert "stop=" not in page.url
    visitor.to("learn/duel")
    small = page.evaluate("parseFloat(getComputedStyle(document.querySelector('.zoo-learn article h3')).fontSize)")
    assert large > 1.5 * small


@pytest.mark.parametrize(
    "query", ["?talk=..-<b>-learn.duel&stop=99", "?talk=x.y.z&stop=0", "?talk=&stop=1", "?talk=latent&stop=-1"]
)
def test_a_hostile_link_starts_nothing_odd(visit: Any, query: str) -> None:
    page = visit("learn/model", query=query).page
    is_on = "learn.duel" in query
    assert page.locator(".zoo-talk").is_visible() == is_on
    assert page.evaluate("document.documentElement.hasAttribute('data-presenting')") == is_on


def test_without_its_lessons_the_tab_says_so(browser: Any, url: str) -> None:
    visitor = Watched(browser, "about:blank")
    visitor.page.route("**/learn/en", lambda route: route.abort())
    visitor.page.goto(f"{url}#learn")
    visitor.page.wait_for_selector("text=The lessons could not be loaded")
    assert visitor.errors == []
    visitor.context.close()
