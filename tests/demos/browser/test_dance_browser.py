"""The Dance tab in headless Chromium, in both languages: clips, posing with mouse and keys, playing, stopping, saving."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from app_process import serving, tiny_dancers
from browsing import Watched, needs_chromium, visiting

pytestmark = needs_chromium
BOX = "document.querySelector('.zoo-dance')"
DOTS = """() => [...document.querySelectorAll('.zoo-dance-puppet button')]
  .map(({ dataset, style }) => [dataset.joint, style.left, style.top])"""
PIXELS = """(i) => { const canvas = document.querySelectorAll('.zoo-dance-panels canvas')[i];
  const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  let sum = 0; for (let k = 0; k < data.length; k += 4) sum += data[k] + data[k + 1] + data[k + 2];
  return sum / data.length / 0.75; }"""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tiny_dancers(tmp_path_factory.mktemp("weights"))) as address:
        yield address


class Visitor(Watched):
    """A visitor of the tab, who has seen the first clip."""

    def __init__(self, browser: Any, url: str, language: str = "en", width: int = 1280, **options: Any) -> None:
        super().__init__(browser, f"{url}#dance", language, width, **options)
        self.wait(f"{BOX}?.dataset.settled >= 2")

    def frames(self) -> int:
        return int(self.page.get_attribute(".zoo-dance", "data-frames") or 0)

    def settled(self, act: Any) -> None:
        """Do something, and wait for what comes of it."""
        before = str(self.page.get_attribute(".zoo-dance", "data-settled"))
        act()
        self.wait(f"{BOX}.dataset.settled && {BOX}.dataset.settled !== {before!r}")

    def at_once(self, *acts: str) -> None:
        """Press buttons one right after the other: a fast machine would end a dance while a click is on its way."""
        self.page.evaluate("(acts) => acts.forEach((act) => document.querySelector(`[data-do=${act}]`).click())", acts)

    def at(self) -> int:
        return int(self.page.input_value(".zoo-dance-controls input"))

    def own(self) -> None:
        self.page.check(".zoo-dance-what input[value=own]")

    def dots(self) -> dict[str, tuple[float, float]]:
        """Where the joints are, in percent."""
        return {joint: (float(left[:-1]), float(top[:-1])) for joint, left, top in self.page.evaluate(DOTS)}


visitor = visiting(Visitor)


@pytest.mark.parametrize(("language", "widths", "words", "foreign"), [
    ("en", (1280, 390), ["Whose dance?", "Frame by frame", "The real dancer", "Flicker", "frames a second"], "[ぁ-んァ-ン]"),
    ("ja", (390, 1280), ["誰の踊り", "1コマずつ", "本物の踊り", "ちらつき", "毎秒"], "Whose|Flicker|dancer|Play"),
])  # fmt: skip
def test_the_tab_speaks_one_language_and_fits(
    visitor: Any, language: str, widths: tuple[int, int], words: list[str], foreign: str
) -> None:
    one = visitor(language=language, width=widths[0])
    texts = dict.fromkeys(widths, "")
    for turn in (lambda: None, one.own):
        turn()
        for width in one.through(widths):
            texts[width] += one.text("#dance")
    for text in texts.values():
        assert [word for word in words if word not in text] == []
        assert not re.search(foreign, text)
    for width in one.through(widths):
        person, button = (one.page.locator(css).bounding_box() for css in (".zoo-dance-panels", "[data-do=dance]"))
        assert person and button
        if width == 390:
            assert person["y"] < button["y"], "on a phone the person stands above the buttons"


def test_a_clip_plays_round_and_round_and_can_be_looked_through(visitor: Any) -> None:
    one = visitor(clock=True)
    assert one.frames() == 51 and one.page.locator(".zoo-dance-panels canvas").count() == 4
    one.wait("document.querySelector('.zoo-dance-controls input').value > 3")
    one.page.fill(".zoo-dance-controls input", "20")
    assert one.page.inner_text("[data-do=play]") == "Play"
    one.pass_time(1)
    assert one.at() == 20
    one.page.click("[data-do=play]")
    one.wait("document.querySelector('.zoo-dance-controls input').value != 20")


def test_another_clip_is_another_film(visitor: Any) -> None:
    one = visitor(reduced_motion="reduce")
    before = one.page.evaluate(PIXELS, 3)
    one.settled(lambda: one.page.click(".zoo-dance-clips button >> nth=2"))
    assert one.frames() == 51 and one.page.evaluate(PIXELS, 3) != before


def test_who_wants_less_motion_starts_the_film_by_hand(visitor: Any) -> None:
    one = visitor(reduced_motion="reduce", clock=True)
    one.pass_time(1)
    assert one.at() == 0 and one.page.inner_text("[data-do=play]") == "Play"


def test_what_changes_lights_up_on_black(visitor: Any) -> None:
    one = visitor(reduced_motion="reduce")
    one.page.fill(".zoo-dance-controls input", "5")
    whole = one.page.evaluate(PIXELS, 0)
    one.page.check(".zoo-dance-change input")
    assert whole > 150 > 60 > one.page.evaluate(PIXELS, 0) > 0


def test_the_inside_of_the_model_is_shown_on_demand(visitor: Any) -> None:
    one = visitor()
    one.settled(lambda: one.page.check(".zoo-dance-layers input"))
    assert one.frames() == 51 and one.page.locator(".zoo-dance-panels canvas").count() == 6


def test_a_joint_follows_the_mouse_and_takes_its_limb_along(visitor: Any) -> None:
    one = visitor()
    one.own()
    before = one.dots()
    frame = one.page.locator(".zoo-dance-puppet").bounding_box()
    handle = one.page.locator("[data-joint=hand_b]").bounding_box()
    one.page.mouse.move(handle["x"] + 15, handle["y"] + 15)
    one.page.mouse.down()
    one.page.mouse.move(frame["x"] + frame["width"] * 0.75, frame["y"] + frame["height"] * 0.2, steps=4)
    one.page.mouse.up()
    after = one.dots()
    assert abs(after["hand_b"][0] - 75) < 2 and abs(after["hand_b"][1] - 20) < 2
    assert after["elbow_b"] != before["elbow_b"] and after["hand_a"] == before["hand_a"]


def test_joints_are_moved_with_the_arrow_keys(visitor: Any) -> None:
    one = visitor()
    one.own()
    before = one.dots()
    one.page.focus("[data-joint=hips]")
    one.page.keyboard.press("ArrowRight")
    one.page.keyboard.press("Shift+ArrowDown")
    after = one.dots()
    assert after["hips"][0] - before["hips"][0] == pytest.approx(100 * 2 / 128, abs=0.01)
    assert after["head"][1] - before["head"][1] == pytest.approx(100 * 8 / 128, abs=0.01)
    assert one.page.get_attribute("[data-joint=hand_a]", "aria-label") == "hand on the left: move with the arrow keys"


def test_poses_are_copied_deleted_and_danced(visitor: Any) -> None:
    one = visitor()
    one.own()
    one.settled(lambda: one.page.click("[data-dance='1']"))
    assert one.frames() == 20 and one.page.locator(".zoo-dance-panels canvas").count() == 3
    one.page.click("[data-do=add]")
    assert one.page.locator(".zoo-dance-keys li").count() == 3
    one.page.fill(".zoo-dance-steps input", "4")
    one.settled(lambda: one.page.click("[data-do=dance]"))
    assert one.frames() == 12
    one.page.click("[data-do=drop]")
    one.page.click("[data-do=drop]")
    assert one.page.is_disabled("[data-do=drop]")
    for _ in range(7):
        one.page.click("[data-do=add]")
    assert one.page.is_disabled("[data-do=add]")


def test_a_long_dance_is_stopped(visitor: Any) -> None:
    one = visitor()
    one.settled(one.own)
    for _ in range(4):
        one.page.click("[data-do=add]")
    one.page.fill(".zoo-dance-steps input", "20")
    one.settled(lambda: one.at_once("dance", "stop"))
    assert 1 <= one.frames() < 160 and one.page.is_enabled("[data-do=save]")


def test_who_stops_a_dance_stops_the_one_that_waits_as_well(visitor: Any) -> None:
    one = visitor()
    one.settled(one.own)
    one.page.fill(".zoo-dance-steps input", "20")
    one.settled(lambda: one.at_once("dance", "add", "dance", "stop"))
    one.rest()
    assert one.frames() < 40


def test_the_film_is_saved(visitor: Any) -> None:
    one = visitor()
    with one.page.expect_download() as expected:
        one.page.click("[data-do=save]")
    assert expected.value.suggested_filename == "dance.mp4"
    assert b"ftyp" in Path(expected.value.path()).read_bytes()[:12]
