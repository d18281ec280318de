"""The buttons above every tab: what they have done is seen and true, whatever the browser allows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("gradio", reason="the app needs gradio: pip install gan-zoo[app]")

from browsing import Watched, needs_chromium, visiting

import demos
from demos.shared import i18n

pytestmark = needs_chromium


class Sharer(Watched):
    """A visitor of a place in the page."""

    def __init__(self, browser: Any, url: str, place: str = "", **options: Any) -> None:
        super().__init__(browser, f"{url}{place}", **options)


visit = visiting(Sharer)
# A clipboard that refuses, and what is left of the older way.
REFUSED = """(older) => {
  navigator.clipboard.writeText = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
  document.execCommand = older === null ? () => false
    : () => { window.copied = document.activeElement.value.slice(...getRange(document.activeElement)); return true; };
  window.getRange = ({ selectionStart, selectionEnd }) => [selectionStart, selectionEnd];
}"""
# A device with a list of apps: what was handed to it.
APPS = """() => {
  navigator.canShare = () => true;
  navigator.share = async ({ files = [], url }) => {
    window.handed = [url || '', ...files.map(({ name, type, size }) => `${name} ${type} ${size > 500}`)];
  };
}"""


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_link_is_said_to_be_copied_only_if_it_is(visit: Callable[..., Any], language: str) -> None:
    visitor = visit("#learn", language=language)
    page = visitor.page
    page.wait_for_selector(".zoo-learn[data-ready]")
    page.evaluate(REFUSED, "works")
    page.click(".zoo-share-picture")
    page.wait_for_selector(f".zoo-corner-said >> text={i18n.say('share_copied', language)}")
    assert page.evaluate("window.copied") == page.url and not page.locator(".zoo-corner-said input").count()
    page.evaluate(REFUSED, None)
    page.click(".zoo-share-picture")
    page.wait_for_selector(f".zoo-corner-said >> text={i18n.say('share_by_hand', language)}")
    field = page.locator(".zoo-corner-said input")
    selected = "(field) => field.value.slice(field.selectionStart, field.selectionEnd)"
    assert field.evaluate(selected) == page.url
    page.click(".zoo-brand")
    visitor.wait("!document.querySelector('.zoo-corner-said').children.length")


def test_a_picture_goes_to_the_apps_of_a_phone_or_is_saved(visit: Callable[..., Any]) -> None:
    visitor = visit(width=390, reduced_motion="reduce")
    page = visitor.page
    visitor.wait("document.querySelector('.zoo-hero img')?.naturalWidth > 0")
    page.wait_for_selector(".zoo-share-picture[aria-label]")
    with page.expect_download() as download:
        page.click(".zoo-share-picture")
    assert download.value.suggested_filename == "gan-zoo-home.webp"
    page.wait_for_selector(f".zoo-corner-said >> text={i18n.say('share_saved', 'en')}")
    page.evaluate(APPS)
    page.click(".zoo-share-picture")
    visitor.wait("window.handed?.join() === ',gan-zoo-home.webp image/webp true'")
    visitor.turn_to("learn")
    page.wait_for_selector(".zoo-learn[data-ready]")
    page.click(".zoo-share-picture")
    visitor.wait("window.handed.length === 1 && window.handed[0] === location.href")


def test_pictures_side_by_side_are_shared_as_one(visit: Callable[..., Any]) -> None:
    visitor = visit()
    page = visitor.page
    page.wait_for_selector(".zoo-doors img")
    page.evaluate(APPS)
    page.evaluate("document.querySelectorAll('.zoo-doors img').forEach((one) => { one.loading = 'eager'; })")
    visitor.wait("[...document.querySelectorAll('.zoo-doors img')].every((one) => one.naturalWidth)")
    done = page.evaluate("import('/demos/shared/web/surprise.js').then(({ share }) => share('home', '.zoo-doors'))")
    assert done == "shared" and page.evaluate("window.handed") == ["", "gan-zoo-home.png image/png true"]


def test_a_surprise_waits_for_something_to_choose(visit: Callable[..., Any]) -> None:
    visitor = visit()
    page = visitor.page
    page.wait_for_selector(".zoo-surprise[aria-label]")
    page.evaluate("document.querySelectorAll('.zoo-doors a').forEach((one) => one.setAttribute('aria-disabled', 'true'))")
    page.click(".zoo-surprise")
    page.wait_for_selector(".zoo-surprise[aria-busy=true]")
    page.evaluate("document.querySelector('[data-card=learn]').removeAttribute('aria-disabled')")
    visitor.wait("location.hash === '#learn'")
    page.wait_for_selector(".zoo-surprise:not([aria-busy=true])")


def test_the_list_of_endpoints_is_a_page_of_its_own(visit: Callable[..., Any]) -> None:
    visitor = visit()
    page = visitor.page
    page.wait_for_selector(".zoo-surprise[aria-label]")
    page.click("footer .show-api")
    page.wait_for_url("**?*view=api*")
    page.wait_for_selector(".api-docs >> text=/sample")
    page.reload()  # the address that Gradio gave the list
    page.wait_for_selector(".api-docs >> text=/sample")


def test_every_tab_can_surprise_and_be_shared() -> None:
    for tab in demos.tabs():
        assert tab.SURPRISE, tab.__name__
        assert getattr(tab, "PICTURE", "") or tab.GROUP == "learn", tab.__name__
