"""The app and the visitor that the browser tests of the Sketch tab share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from app_process import serving, tiny_translators

pytest.importorskip("playwright.sync_api", reason="the browser tests need playwright: pip install playwright")

from browsing import visiting
from painter import Painter


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_translators(tmp_path_factory.mktemp("weights"))


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    with serving(folder) as address:
        yield address


painter = visiting(Painter)
