"""The gallery's tabs: each folder here but `shared` is one, and is found by being here.

The package of a tab has TITLE, the key of its name; GROUP, the group that it stands in ("play", "understand" or "learn");
ORDER, its place among the tabs; and build(gallery), which lays it out within a `gr.Tab` and returns the routes that it serves
beside the page. It may have QUERY, the words in the query of an
address by which a link to it is known.
"""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType


def tabs() -> list[ModuleType]:
    """The tabs, in the order in which they stand on the page."""
    found = [importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)]
    return sorted((module for module in found if hasattr(module, "TITLE")), key=lambda tab: tab.ORDER)
