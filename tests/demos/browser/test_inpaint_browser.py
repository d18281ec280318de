"""The Inpainting tab in headless Chromium: brushing, undoing, proposals, and what a picture of one's own becomes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from app_process import serving
from browsing import Watched, needs_chromium
from PIL import Image

from gan_zoo import create_model, save_weights

pytestmark = needs_chromium
BEST = "document.querySelector('.zoo-inpaint-result img').src"
SETTLED = "document.querySelector('.zoo-inpaint[data-settled]')"


def weights(root: Path) -> Path:
    torch.manual_seed(0)
    tiny: dict[str, Any] = {"width": 4, "max_width": 8, "halvings": 2, "latent_size": 2, "critic_width": 4, "patch": 16}
    for name, data, size in (("faces", "faces", 32), ("landscapes", "pictures?domain=landscape", 64)):
        model = create_model("context_encoder", size=size, **tiny)
        for weight in model.parameters():
            weight.data.mul_(4)  # fresh weights add hardly anything
        save_weights(model, root / name, {"data": data, "classes": [], "pairs": "holes"})
    return root


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(weights(tmp_path_factory.mktemp("weights"))) as address:
        yield address


def opened(browser: Any, url: str, language: str = "en", width: int = 1280, touch: bool = False) -> Watched:
    """A visitor of the tab, where the first picture has been filled already."""
    visitor = Watched(browser, f"{url}#inpaint", language, width, has_touch=touch)
    visitor.wait(f"{SETTLED} && {BEST}.startsWith('data:image/png')")
    return visitor


def brush(visitor: Watched, *points: tuple[float, float]) -> None:
    board = visitor.page.locator(".zoo-inpaint-board canvas")
    board.scroll_into_view_if_needed()
    box = board.bounding_box()
    places = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in points]
    visitor.page.mouse.move(*places[0])
    visitor.page.mouse.down()
    for place in places[1:]:
        visitor.page.mouse.move(*place, steps=4)
    visitor.page.mouse.up()


def strokes(visitor: Watched) -> int:
    return int(visitor.page.get_attribute(".zoo-inpaint-board canvas", "data-strokes") or 0)


def changed(visitor: Watched, before: str) -> str:
    """The picture that comes in place of `before`, once nothing is on its way any more."""
    visitor.wait(f"(before) => {SETTLED} && {BEST} !== before && !{BEST}.includes('jpeg')", before)
    return str(visitor.page.evaluate(BEST))


def test_brush_undo_and_propose(browser: Any, url: str) -> None:
    visitor = opened(browser, url)
    assert strokes(visitor) == 1, "the first look begins with a hole"
    first = visitor.page.evaluate(BEST)
    brush(visitor, (0.2, 0.7), (0.8, 0.75))
    second = changed(visitor, first)
    assert strokes(visitor) == 2
    tiles = visitor.page.locator("[data-row=proposals] div button")
    assert tiles.count() == 4 and visitor.page.locator("[data-row=others] div button").count() == 3
    assert not any("dB" in text for text in tiles.all_inner_texts())
    visitor.page.click(".zoo-inpaint-numbers summary")
    assert visitor.page.locator(".zoo-inpaint-numbers dd:visible", has_text="dB").count() == 6, "all but the original"
    proposal = tiles.nth(1).locator("img").get_attribute("src")
    tiles.nth(1).click()
    assert visitor.page.evaluate(BEST) == proposal
    visitor.page.click("[data-do=more]")
    visitor.wait("(before) => document.querySelectorAll('[data-row=proposals] img')[1].src !== before", proposal)
    assert changed(visitor, str(proposal)) == second, "other proposals, the same best guess"
    visitor.page.locator(".zoo-inpaint-board canvas").press("Control+z")
    assert changed(visitor, second) == first
    visitor.page.click("[data-do=clear]")
    visitor.page.wait_for_selector(".zoo-inpaint-result[data-empty]")
    visitor.wait(f"{SETTLED} && document.querySelector('[data-row=others]').hidden")
    visitor.close(url)


def test_other_models_other_samples_and_an_own_picture(browser: Any, url: str, tmp_path: Path) -> None:
    visitor = opened(browser, url, "ja")
    before = visitor.page.evaluate(BEST)
    visitor.page.check("[name=inpaint-model][value=landscapes]")
    landscape = changed(visitor, before)
    visitor.page.locator(".zoo-inpaint-samples button").nth(2).click()
    visitor.page.wait_for_selector(".zoo-inpaint-result[data-empty]")
    Image.new("RGB", (90, 60), "teal").save(tmp_path / "own.png")
    visitor.page.set_input_files(".zoo-inpaint [type=file]", tmp_path / "own.png")
    visitor.wait(
        "(before) => document.querySelector('.zoo-inpaint-board img').src !== before && "
        "!document.querySelector('.zoo-inpaint-samples [aria-pressed=true]')",
        landscape,
    )
    brush(visitor, (0.4, 0.4), (0.6, 0.6))
    changed(visitor, landscape)
    (tmp_path / "none.png").write_bytes(b"no picture")
    visitor.page.set_input_files(".zoo-inpaint [type=file]", tmp_path / "none.png")
    visitor.page.wait_for_selector(".zoo-inpaint .zoo-trouble [role=alert]")
    visitor.close(url)


def test_with_a_finger_on_a_phone(browser: Any, url: str) -> None:
    visitor = opened(browser, url, width=390, touch=True)
    assert visitor.page.evaluate("document.documentElement.scrollWidth <= 390")
    visitor.page.click("[data-do=clear]")
    visitor.page.wait_for_selector(".zoo-inpaint-result[data-empty]")
    visitor.page.locator(".zoo-inpaint-board canvas").tap()
    parts = [
        visitor.page.locator(css).bounding_box() for css in (".zoo-inpaint-board", "[data-do=undo]", ".zoo-inpaint-result")
    ]
    tops = [part["y"] for part in parts if part]
    assert len(tops) == 3 and tops == sorted(tops), "the tools lie between the pictures"
    visitor.wait(f"{SETTLED} && {BEST}.startsWith('data:image/png')")
    visitor.close(url)
