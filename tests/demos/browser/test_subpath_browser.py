"""The page where it isn't at the root of its address: behind a proxy at a path, with and without the slash, and in a frame."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from app_process import serving, tiny_translators, tiny_weights
from browsing import Watched, needs_chromium
from reverse_proxy import PATH, proxied

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tiny_weights(tiny_translators(tmp_path_factory.mktemp("weights")))
    with serving(folder, GRADIO_ROOT_PATH=PATH) as app, proxied(app) as address:
        yield address


class Guest(Watched):
    """A visitor of the page under the path, who sees what can't be had."""

    def __init__(self, browser: Any, url: str) -> None:
        self.missing: list[str] = []
        super().__init__(browser, "about:blank", width=1280)
        self.page.on("response", lambda response: self.missing.append(response.url) if response.status >= 400 else None)
        self.page.goto(url)

    def leave(self, site: str) -> None:
        """Leave, and make sure that the page found all it asked for, and asked for nothing beside the path."""
        self.close(site)
        assert self.missing == []
        assert [url for url in self.requests if url.startswith(site) and not url.startswith(site + PATH)] == []


def draw(page: Any) -> None:
    """Draw on the Sketch tab of a page or a frame, until there is a picture."""
    page.evaluate("location.hash = 'sketch'")
    page.wait_for_selector(".zoo-sketch[data-ready] .zoo-pairs:not([hidden])")
    page.locator(".zoo-pairs button").first.click()
    page.wait_for_selector(".zoo-sketch[data-settled] .zoo-result img >> visible=true")


@pytest.mark.parametrize("address", [PATH, f"{PATH}/", f"{PATH}?lang=en"])
def test_behind_a_proxy(browser: Any, site: str, address: str) -> None:
    guest = Guest(browser, site + address)
    draw(guest.page)
    guest.turn_to("training")
    guest.page.wait_for_selector(".zoo-training[data-ready]")
    guest.leave(site)


def test_every_tab_behind_a_proxy(browser: Any, site: str) -> None:
    guest = Guest(browser, f"{site}{PATH}#training")
    guest.page.wait_for_selector(".zoo-training[data-ready]")
    for name, there in {
        "latent": ".zoo-tile >> nth=0",
        "learn": ".zoo-learn[data-ready] article h3",
        "detective": ".zoo-room [data-do=open]",
    }.items():
        guest.turn_to(name)
        guest.page.wait_for_selector(there)
    guest.page.click(".zoo-room [data-do=open]")
    guest.page.wait_for_selector(".zoo-room[data-phase=lobby] .qr")
    phone = guest.page.get_attribute(".zoo-room .address", "href")
    assert phone.startswith(f"{site}{PATH}/detective/room#")
    guest.page.goto(phone)
    guest.page.wait_for_selector("main.case:not([hidden]) .ask")
    guest.leave(site)


def test_in_the_frame_of_another_site(browser: Any, site: str) -> None:
    """As on a Space: the page of the Hub is another site, so that storage is apart or off. No other site may frame the page."""
    guest = Guest(browser, "about:blank")
    framed = f'<!doctype html><iframe src="{site}{PATH}/" width="1200" height="900"></iframe>'
    # The app runs on this machine here, which pages of the web may not look into unasked.
    guest.context.grant_permissions(["local-network-access"])
    for outside in ("https://huggingface.co/", "https://elsewhere.example/"):
        guest.page.route(f"{outside}**", lambda route: route.fulfill(content_type="text/html", body=framed))
    guest.page.goto("https://elsewhere.example/")
    assert not guest.page.frames[1].url.startswith(site), "the browser refuses it"
    guest.page.goto("https://huggingface.co/spaces/me/zoo")
    draw(guest.page.frames[1])
    guest.requests = [url for url in guest.requests if url.startswith(site)]
    guest.leave(site)
