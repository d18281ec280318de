"""The ways without a GAN in a browser, against an app that serves tiny weights of some of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import torch
from app_process import serving, tiny_weights
from browsing import Watched, needs_chromium

from gan_zoo import create_model, save_weights

pytestmark = needs_chromium
SETTLED = "document.querySelector('.zoo-without[data-settled]')"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tiny_weights(tmp_path_factory.mktemp("weights"))
    torch.manual_seed(0)
    sizes = {"size": 28, "channels": 1, "width": 4}
    for name, model, data, latent_size in (
        ("vae-digits", "vae", "digits", 4), ("flat-digits", "autoencoder", "digits", 2), ("vae-kana", "vae", "kana", 4),
    ):  # fmt: skip
        made = create_model(model, **{**sizes, "size": 48 if data == "kana" else 28}, latent_size=latent_size)
        save_weights(made, root / name, {"data": data, "classes": []})
    with serving(root) as address:
        yield address


def test_samples_codes_and_maps(browser: Any, url: str) -> None:
    watched = Watched(browser, f"{url}#without_gan")
    page = watched.page
    page.wait_for_selector(".zoo-without", state="visible")
    watched.wait(SETTLED)
    shown = "[...document.querySelectorAll('.zoo-ways-wall[data-of=digits] img')].map((image) => image.src.slice(0, 11))"
    # Real ones, the VAE and a GAN; the one whose files are damaged is not among them.
    assert page.evaluate(shown) == ["data:image/"] * 3
    before = page.get_attribute("[data-draw=vae-digits] img", "src")
    page.click("[data-do=again]")
    watched.wait(f"document.querySelector('[data-draw=vae-digits] img').src !== {before!r}")
    # Parts come when they are looked at.
    page.locator(".zoo-ways-back[data-of=digits]").scroll_into_view_if_needed()
    page.wait_for_selector("[data-back=vae-digits] .between[src^=data]")
    given = page.get_attribute("[data-back=vae-digits] .given", "src")
    page.click("[name=ways-seen][value=new]")
    watched.wait(f"document.querySelector('[data-back=vae-digits] .given').src !== {given!r}")
    page.locator("[data-map] canvas").scroll_into_view_if_needed()
    page.wait_for_selector("[data-map] img[src^=data]")
    watched.wait(SETTLED)
    here = page.get_attribute("[data-map] img", "src")
    page.locator("[data-map] canvas").hover(position={"x": 20, "y": 20})
    watched.wait(f"document.querySelector('[data-map] img').src !== {here!r}")
    watched.wait(SETTLED)
    there = page.get_attribute("[data-map] img", "src")
    page.focus("[data-map] canvas")
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    watched.wait(f"document.querySelector('[data-map] img').src !== {there!r}")
    watched.close(url)


def test_other_data_on_a_phone(browser: Any, url: str) -> None:
    watched = Watched(browser, f"{url}#without_gan", language="ja", width=390)
    page = watched.page
    page.wait_for_selector(".zoo-without", state="visible")
    watched.wait(SETTLED)
    page.click("[name=ways-data][value=kana]")
    page.wait_for_selector("[data-draw=vae-kana] img[src^=data]")
    assert not page.is_visible("[data-draw=vae-digits]")
    assert not page.is_visible(".zoo-ways-maps"), "no map of kana ships here"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    watched.close(url)
