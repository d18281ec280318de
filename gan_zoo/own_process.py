"""Processes that run modules of this package, for what must not be done in the caller's own process."""

from __future__ import annotations

import os
from pathlib import Path

_ROOT = str(Path(__file__).parents[1])


def environment(**more: str) -> dict[str, str]:
    """The variables with which `python -m gan_zoo...` runs this package, in whatever folder it starts, and `more`.

    Nothing is imported from that folder (from Python 3.11 on): it may hold files from anywhere, such as pictures to train on.
    """
    path = os.pathsep.join(filter(None, [_ROOT, os.environ.get("PYTHONPATH")]))
    return {**os.environ, "PYTHONPATH": path, "PYTHONSAFEPATH": "1", **more}
