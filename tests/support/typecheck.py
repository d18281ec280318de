"""The type checker that the tests put behind every annotation of the library."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from beartype import BeartypeConf, beartype

# An int is a float here, as it is to type checkers.
_strict = beartype(conf=BeartypeConf(is_pep484_tower=True))
_made: dict[tuple[Any, ...], Callable[..., Any]] = {}


def check(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return what checks the arguments of a function, and its result if that is among them.

    A function within another is made anew at each call of the latter, with the same annotations: what checks it is made once.
    """
    if "<locals>" not in function.__qualname__:
        return _strict(function)
    key = (function.__module__, function.__qualname__, function.__code__.co_varnames)
    if key not in _made:
        _made[key] = _strict(function)
    return _made[key]
