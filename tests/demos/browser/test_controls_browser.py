"""Parts of a tab in headless Chromium."""

from __future__ import annotations

from typing import Any

import late_part
from app_process import working
from browsing import Watched, needs_chromium

pytestmark = needs_chromium


def test_a_part_that_an_answer_outruns_has_all_its_props(browser: Any) -> None:
    with working(late_part.serve) as url:
        one = Watched(browser, f"{url}#part")  # a link that leads elsewhere than to the front door
        one.page.wait_for_selector("#answered", state="attached")
        one.page.get_by_role("tab", name="Second").click()
        one.page.wait_for_selector(".zoo-tile")
        assert one.page.locator(".zoo-tile").count() == 4
        assert one.page.get_attribute(".zoo-wall", "aria-label") == "Samples. Click to select."
        one.close(url)
