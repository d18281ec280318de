"""The exception for mistakes that the user can correct."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any


class UserError(ValueError):
    """A mistake of the user, described in one line that also says what to do.

    Args:
        message: the line in English; the command line prints it and exits with status 2.
        code: a stable name, by which the gallery finds the same sentence in other languages.
        fields: the values in the sentence.
    """

    def __init__(self, message: str, code: str = "", **fields: Any) -> None:
        super().__init__(message)
        self.code = code
        self.fields = fields


def unknown(what: str, name: str, known: Iterable[str]) -> UserError:
    """The error for a `name` that is not in `known`. It lists similar names, or all names if none is similar."""
    known = sorted(known)
    close = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
    hint = f"did you mean {', '.join(close)}?" if close else f"there are: {', '.join(known) or 'none'}."
    return UserError(f"unknown {what} '{name}': {hint}", f"unknown_{what.replace(' ', '_')}", name=name, close=close or known)
