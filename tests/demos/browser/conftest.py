"""What the tests in the browser share: one browser, and one app over a gallery of samplers, in each process of a run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from app_process import serving, tiny_weights


@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    """Chromium, for all tests of this folder.

    It ends with the last of them: as long as Playwright is there, `asyncio.run` refuses to run in the same thread.
    """
    from browsing import chromium

    with chromium() as running:
        yield running


@pytest.fixture(scope="package")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of tiny weights that the app at `url` serves. A test that adds to it takes away what it added."""
    return tiny_weights(tmp_path_factory.mktemp("weights"))


@pytest.fixture(scope="package")
def url(weights: Path) -> Iterator[str]:
    """The app that files share. A file whose tests need other weights, or another owner, has a `url` of its own."""
    with serving(weights) as address:
        yield address
