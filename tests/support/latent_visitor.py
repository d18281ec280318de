"""A visitor of the Latent space tab, in the browser."""

from __future__ import annotations

from typing import Any

from browsing import Watched


class Visitor(Watched):
    """A visitor of the Latent space tab."""

    def __init__(self, browser: Any, url: str, language: str = "en", width: int = 1280, query: str = "") -> None:
        super().__init__(browser, url + (query or "#latent"), language, width)
        self.page.wait_for_selector(".zoo-tile")
        self.page.wait_for_selector(".zoo-strip img:not([hidden])")

    def sprite(self) -> str:
        return str(self.page.evaluate("document.querySelector('.zoo-wall').style.getPropertyValue('--sprite')"))

    def seed(self) -> str:
        return str(self.page.get_attribute(".zoo-wall", "data-seed"))

    def source(self, css_class: str) -> str:
        return str(self.page.get_attribute(f".{css_class} img", "src"))

    def picked(self) -> list[tuple[int, str]]:
        """The picked tiles in the order of their badges."""
        tiles = self.page.locator('.zoo-tile[aria-pressed="true"]').all()
        return sorted(((int(t.get_attribute("data-index")), t.inner_text()) for t in tiles), key=lambda pick: pick[1])

    def fill_seed(self, text: str) -> None:
        self.page.fill("#seed input", text)

    def complaint(self) -> str:
        self.page.wait_for_selector(".zoo-trouble p")
        return str(self.page.inner_text(".zoo-trouble p"))


class Tools:
    """The tools below the walk."""

    def __init__(self, visitor: Visitor, title: str) -> None:
        self.visitor, self.page = visitor, visitor.page
        self.page.locator(".zoo-tools").scroll_into_view_if_needed()
        tab = self.page.get_by_role("tab", name=title, exact=True)
        if not tab.is_visible():  # on a phone most stand in a menu
            self.page.click(".zoo-tools .overflow-menu > button")
            tab = self.page.locator(".zoo-tools .overflow-dropdown button", has_text=title)
        tab.click()

    def shown(self, css: str) -> str:
        """What a visible element has as source of its picture."""
        self.page.wait_for_selector(f"{css} >> visible=true")
        return str(self.page.locator(f"{css} >> visible=true").first.get_attribute("src"))

    def wait_for_other(self, css: str, before: str) -> None:
        self.page.wait_for_selector(f"{css}:not([src='{before}']) >> visible=true")

    def project(self, content: bytes) -> None:
        """Bring a file to the easel and start the search."""
        self.page.wait_for_selector(".zoo-easel[data-ready]")
        self.page.set_input_files("#easel input[type=file]", {"name": "a.png", "mimeType": "image/png", "buffer": content})
        self.page.wait_for_selector(".zoo-easel:not([aria-busy])")
        self.visitor.rest()
        self.page.click("#project")
