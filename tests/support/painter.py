"""A visitor of the Sketch tab, in the browser."""

from __future__ import annotations

from typing import Any

from browsing import Watched

CIRCLE = [(0.3, 0.3), (0.7, 0.3), (0.7, 0.7), (0.3, 0.7), (0.3, 0.3)]


class Painter(Watched):
    """A visitor of the tab."""

    def __init__(self, browser: Any, url: str, language: str = "en", width: int = 1280, touch: bool = False) -> None:
        super().__init__(browser, f"{url}#sketch", language, width, has_touch=touch)
        self.open()

    def open(self) -> None:
        """Turn to the tab, and wait until its examples are there: then nothing is on its way any more."""
        self.turn_to("sketch")
        self.page.wait_for_selector(".zoo-sketch[data-ready] .zoo-pairs:not([hidden])")
        self.page.locator(".zoo-paper canvas").scroll_into_view_if_needed()

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A place on the canvas, in shares of its side."""
        box = self.page.locator(".zoo-paper canvas").bounding_box()
        return box["x"] + box["width"] * x, box["y"] + box["height"] * y

    def stroke(self, *points: tuple[float, float], steps: int = 4) -> None:
        """Draw with the mouse."""
        self.page.locator(".zoo-paper canvas").scroll_into_view_if_needed()
        self.page.mouse.move(*self.point(*points[0]))
        self.page.mouse.down()
        for place in points[1:]:
            self.page.mouse.move(*self.point(*place), steps=steps)
        self.page.mouse.up()

    def steps(self) -> int:
        return int(self.page.get_attribute(".zoo-paper canvas", "data-steps"))

    def canvas(self) -> str:
        return str(self.page.evaluate("document.querySelector('.zoo-paper canvas').toDataURL()"))

    def colour(self, x: float, y: float) -> list[int]:
        """The canvas's red, green, blue and alpha at a place."""
        read = """([x, y]) => [...document.querySelector('.zoo-paper canvas').getContext('2d')
          .getImageData(x * 767, y * 767, 1, 1).data]"""
        return list(self.page.evaluate(read, [x, y]))

    def picture(self) -> str:
        """The result once everything has been answered, a PNG; '' where there is none."""
        self.wait("""(() => {
          const result = document.querySelector('.zoo-result'), image = result.querySelector('img');
          const settled = result.dataset.n && result.closest('[data-settled]');
          return settled && (image.hidden || image.src.startsWith('data:image/png'));
        })()""")
        image = self.page.locator(".zoo-result img")
        return "" if image.is_hidden() else str(image.get_attribute("src"))

    def task(self, name: str) -> None:
        self.page.locator(f".zoo-tasks input[value={name}]").check()

    def bring(self, content: bytes, name: str = "a.png") -> None:
        self.page.set_input_files(".zoo-sketch input[type=file]", {"name": name, "mimeType": "image/png", "buffer": content})
