"""The Refine tab in headless Chromium: ten digits, and ten others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import torch
from app_process import serving
from browsing import Watched, needs_chromium

from gan_zoo import create_model, save_weights

pytestmark = needs_chromium
DIGITS = "document.querySelectorAll('.zoo-refine[data-settled] .zoo-refine-table img').length === 30"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("weights")
    torch.manual_seed(0)
    model = create_model("simgan", width=4, blocks=1, critic_width=4)
    rows = {"fonts": {"accuracy": 0.8, "lowest": 0.79, "highest": 0.81, "n": 100.0}}
    save_weights(model, root / "sim", {"data": "digits", "classes": [], "pairs": "fonts", "transfer": rows})
    with serving(root) as address:
        yield address


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("ja", 390)])
def test_ten_digits_and_ten_others(browser: Any, url: str, language: str, width: int) -> None:
    visitor = Watched(browser, f"{url}#refine", language, width)
    visitor.wait(DIGITS)
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width
    before = visitor.page.get_attribute("[data-row=typed] img", "src")
    visitor.page.click(".zoo-refine-under button")
    visitor.wait("(before) => document.querySelector('[data-row=typed] img').src !== before", before)
    visitor.wait(DIGITS)
    assert visitor.page.inner_text(".zoo-refine-bar b") == "80.0%"
    visitor.close(url)
