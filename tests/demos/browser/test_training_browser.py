"""The Training tab in headless Chromium, in both languages: watching, comparing, training."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from app_process import serving_owner, tiny_weights
from browsing import Watched, needs_chromium, visiting
from PIL import Image

from gan_zoo import Run
from gan_zoo.training import launch

pytestmark = needs_chromium
BOX = "document.querySelector('.zoo-training')"
STEPS = [1, 2, 5, *range(10, 410, 10)]


def record(folder: Path, model: str = "dcgan", spoilt: bool = False) -> Run:
    """A run with a picture and a row for each of the steps; of a spoilt one, the pictures all become alike."""
    run = Run(folder)
    run.append({"step": 0, "event": "start"})
    for i, step in enumerate(STEPS):
        run.save_grid(step, Image.new("RGB", (40, 40), (5 * i, 0, 200)))
        row = {"generator_loss": 1 + i / 50, "discriminator_loss": 1.0, "d_real": 0.6, "d_fake": 0.4, "diversity": 0.9}
        run.append({"step": step, "images": step * 8, **row, **({"diversity": 0.05} if spoilt and i > 20 else {})})
    run.append({"step": 200, "event": "learning_rates", "value": {"generator": 0.001}})
    run.append({"step": STEPS[-1], "event": "end", "ending": "complete"})
    run.config.write_text(json.dumps({"model": model, "data": "digits", "steps": 400, "options": {}}))
    return run


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, runs: Path) -> Iterator[str]:
    with serving_owner(tiny_weights(tmp_path_factory.mktemp("weights")), runs) as address:
        yield address


class Visitor(Watched):
    """A visitor of the tab."""

    def __init__(self, browser: Any, url: str, language: str = "en", width: int = 1280, **options: Any) -> None:
        super().__init__(browser, f"{url}#training", language, width, **options)
        self.wait(f"{BOX}?.dataset.ready !== undefined")

    def choose(self, name: str, screen: str = "one") -> None:
        self.wait(f"[...document.querySelectorAll('[data-run={screen}] option')].some((o) => o.value === 'here/{name}')")
        self.page.select_option(f"[data-run={screen}]", f"here/{name}")
        self.wait(f"{BOX}.innerText.includes('{name} ·')")

    def shows(self, step: int) -> None:
        """Wait until the picture of a step is there."""
        self.wait(f"{BOX}.dataset.step === '{step}'")

    def phase(self, name: str) -> None:
        self.wait(f"{BOX}.querySelector('.zoo-training-now').dataset.phase === '{name}'")

    def pictures(self) -> set[str]:
        return {found[1] for request in self.requests if (found := re.search(r"/grids/(\d+)", request))}


visitor = visiting(Visitor)


@pytest.fixture
def run(runs: Path) -> Iterator[Run]:
    """A run of this machine, there for one test."""
    yield record(runs / "recorded")
    shutil.rmtree(runs / "recorded", ignore_errors=True)


@pytest.mark.parametrize(("language", "widths", "words", "foreign"), [
    ("en", (1280, 390), ["Compare with", "What the detective believes", "All is well", "Start the training"], "[ぁ-んァ-ン]"),
    ("ja", (390, 1280), ["比べる相手", "探偵の見立て", "順調です", "学習を始める"], "Compare|Losses|detective|Start"),
])  # fmt: skip
def test_the_tab_speaks_one_language_and_fits(
    visitor: Any, run: Run, language: str, widths: tuple[int, int], words: list[str], foreign: str
) -> None:
    one = visitor(language=language, width=widths[0])
    one.choose("recorded")
    one.wait(f"!{BOX}.querySelector('form.start').hidden")
    for _ in one.through(widths):
        one.speaks("#training", words, foreign)


def test_pictures_and_curves_go_together(visitor: Any, run: Run) -> None:
    one = visitor()
    one.choose("recorded")
    one.shows(400)
    cursor = f"Number({BOX}.querySelector('.zoo-chart .cursor').getAttribute('x1'))"
    at_end = one.page.evaluate(cursor)
    one.page.evaluate("document.activeElement.blur()")
    one.page.keyboard.press("ArrowLeft")
    one.shows(390)
    one.page.keyboard.press("Home")
    one.shows(1)
    assert one.page.evaluate(cursor) < at_end
    assert one.page.inner_text(".zoo-training-now [data-number=step]") == "1"
    assert len(one.pictures()) < len(STEPS) / 2, "not all are loaded at once"
    one.page.locator(".zoo-training-slider input").fill("10")
    one.shows(STEPS[10])
    one.page.locator(".zoo-chart svg").first.scroll_into_view_if_needed()
    chart = one.page.locator(".zoo-chart svg").first.bounding_box()
    one.page.mouse.click(chart["x"] + chart["width"] - 14, chart["y"] + 60)
    one.shows(400)
    pixel = f"[...{BOX}.querySelector('canvas').getContext('2d').getImageData(9, 9, 1, 1).data]"
    assert one.page.evaluate(pixel)[0] == 5 * (len(STEPS) - 1)


def test_play_goes_to_the_end_and_can_be_stopped(visitor: Any, run: Run) -> None:
    one = visitor(clock=True)
    one.choose("recorded")
    one.shows(400)
    one.page.select_option("[data-speed]", "20")
    one.page.click("[data-do=play]")
    one.wait(f"Number({BOX}.dataset.step) > 20 && Number({BOX}.dataset.step) < 400")
    one.page.click("[data-do=play]")
    stopped = one.page.get_attribute(".zoo-training", "data-step")
    one.pass_time(1)
    assert abs(STEPS.index(int(one.page.get_attribute(".zoo-training", "data-step"))) - STEPS.index(int(stopped))) <= 1
    one.page.click("[data-do=play]")
    one.shows(400)
    assert one.pictures() == {str(step) for step in STEPS}


def test_two_runs_are_compared_and_a_sick_one_is_named(visitor: Any, run: Run, runs: Path) -> None:
    record(runs / "spoilt", "mlp_gan", spoilt=True)
    one = visitor()
    one.choose("spoilt")
    assert "Mode collapse" in one.page.inner_text(".zoo-training-health")
    assert one.page.get_attribute(".zoo-training-health .light", "data-light") == "red"
    one.page.click(".zoo-training-health article button")
    one.shows(STEPS[21])
    one.choose("recorded", "other")
    assert one.page.locator(".zoo-training-screens figure:not([hidden])").count() == 2
    parts = [one.page.locator(f".zoo-training-{part}").bounding_box() for part in ("screens", "reel", "side")]
    assert [part["y"] for part in parts] == sorted(part["y"] for part in parts), "the buttons are below the pictures"
    assert one.page.locator(".zoo-chart .curve.other").count() >= 2
    one.page.click(".zoo-training-differences summary")
    one.wait(f"{BOX}.querySelector('.zoo-training-differences').innerText.includes('mlp_gan')")
    shutil.rmtree(runs / "spoilt")


def test_the_film_is_there(visitor: Any, run: Run) -> None:
    one = visitor()
    one.choose("recorded")
    with one.page.expect_download() as expected:
        one.page.click("[data-film]")
    assert expected.value.suggested_filename == "recorded.mp4"
    assert b"ftyp" in Path(expected.value.path()).read_bytes()[:12]


def test_the_animation_is_there(visitor: Any, run: Run) -> None:
    one = visitor()
    one.choose("recorded")
    with one.page.expect_download() as expected:
        one.page.click("[data-animation]")
    assert expected.value.suggested_filename == "recorded.webp"


def test_the_form_shows_what_a_model_has(visitor: Any) -> None:
    one = visitor()
    one.wait(f"!{BOX}.querySelector('form.start').hidden")
    one.page.click(".zoo-training-start details summary")
    norm = one.page.locator("form.start [name=norm]")
    assert norm.is_hidden()
    one.page.select_option("[data-preset]", "preset_no_norm")
    assert (norm.input_value(), one.page.input_value("form.start [name=width]")) == ("none", "16")
    assert one.page.locator("form.start [name=metrics]").is_visible()
    one.page.select_option("form.start [name=data]", "emoji")
    assert one.page.locator("form.start [name=metrics]").is_hidden()
    # Who has no opponent has one rate, a VAE a slider besides.
    one.page.select_option("form.start [name=model]", "vae")
    assert one.page.locator("form.start [name=weight]").is_visible()
    assert one.page.locator("form.start [name=discriminator]").is_hidden()
    assert one.page.input_value("form.start [name=generator]") == "0.001"
    one.page.select_option("form.start [name=model]", "dcgan")
    assert one.page.locator("form.start [name=weight]").is_hidden()
    assert one.page.input_value("form.start [name=discriminator]") == "0.0002"


def test_a_deleted_run_and_a_missing_picture_are_told(visitor: Any, run: Run) -> None:
    (run.grids / "00000390.webp").unlink()
    one = visitor(language="ja", clock=True)
    one.choose("recorded")
    run.grid_paths()[400].unlink()
    one.page.evaluate("document.querySelector('[data-do=first]').click()")
    one.page.evaluate("document.querySelector('[data-do=last]').click()")
    shutil.rmtree(run.folder)
    one.pass_time(22)
    one.wait(f"{BOX}.querySelector('.zoo-trouble').innerText.includes('フォルダーが削除')")


def test_nobody_asks_for_what_nobody_looks_at(visitor: Any, run: Run) -> None:
    one = visitor(clock=True)
    one.choose("recorded")

    def asked() -> int:
        return len([request for request in one.requests if "/training/" in request])

    before = asked()
    one.pass_time(22)
    assert asked() > before
    one.turn_to("latent")
    one.pass_time(2)
    before = asked()
    one.pass_time(22)
    assert asked() == before


def test_a_stranger_only_watches(visitor: Any, run: Run) -> None:
    one = visitor(extra_http_headers={"X-Forwarded-For": "203.0.113.7"})
    one.choose("recorded")
    one.wait(f"!{BOX}.querySelector('.refused').hidden")
    assert one.page.locator("form.start").is_hidden()


def test_a_training_is_started_steered_and_found_again(visitor: Any, runs: Path) -> None:
    one = visitor()
    one.wait(f"!{BOX}.querySelector('form.start').hidden")
    one.page.click("form.start > button")
    one.phase("running")
    one.page.click("[data-ask=pause]")
    one.phase("paused")
    one.page.select_option("[data-rate=generator]", "0.0001")
    one.page.click("[data-ask=rates]")
    one.page.click("[data-ask=step]")
    one.wait(f"{BOX}.querySelectorAll('.zoo-training-marks li').length >= 3")
    one.page.click("form.start > button")
    one.wait(f"{BOX}.querySelector('.zoo-training-start .zoo-trouble').innerText.includes('Only one run can train at a time')")
    again = visitor(language="ja")
    again.phase("paused")
    assert again.page.input_value("[data-rate=generator]") == "0.0001"
    again.page.click("[data-ask=stop]")
    again.phase("stopped")
    (name,) = [name for name in launch.list_runs(runs) if name.startswith("mlp_gan-digits")]
    again.page.click("[data-ask=publish]")
    again.wait(f"!{BOX}.querySelector('.published').hidden")
    assert name in again.page.inner_text(".published")
    again.page.click("[data-ask=resume]")
    again.phase("running")
    launch.kill(launch.list_runs(runs)[name])
    again.phase("killed")
    assert "強制終了" in again.page.inner_text(".zoo-training-health")
    shutil.rmtree(runs / name)
