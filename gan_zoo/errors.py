"""The one exception for mistakes that the person at the keyboard can mend."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any


class UserError(ValueError):
    """A mistake in what was asked for, told in one line that says what to do.

    Args:
        message: the line in English; the command line prints it and exits with 2.
        code: a stable name under which the gallery keeps the same sentence in other languages.
        fields: the values that the sentence mentions.
    """

    def __init__(self, message: str, code: str = "", **fields: Any) -> None:
        super().__init__(message)
        self.code = code
        self.fields = fields


def unknown(what: str, name: str, known: Iterable[str]) -> UserError:
    """The error for a `name` that is not among the `known`: it lists the close ones, or all if none is close."""
    known = sorted(known)
    close = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
    hint = f"did you mean {', '.join(close)}?" if close else f"there are: {', '.join(known) or 'none'}."
    return UserError(f"unknown {what} '{name}': {hint}", f"unknown_{what.replace(' ', '_')}", name=name, close=close or known)
