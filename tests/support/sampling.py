"""Samples of sweeps that are the same in every run, on every machine."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence
from typing import TypeVar

Case = TypeVar("Case")


def sample(cases: Sequence[Case], n: int, key: Callable[[Case], str]) -> list[Case]:
    """One in `n` of the cases, at least one, in their order. The hash of its key decides whether a case is in."""
    chosen = sorted(cases, key=lambda case: hashlib.sha256(key(case).encode()).digest())[: math.ceil(len(cases) / n)]
    return [case for case in cases if case in chosen]
