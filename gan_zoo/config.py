"""Config dataclasses: building them from JSON or the command line, and their attribute docstrings as help texts."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import textwrap
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from gan_zoo.errors import UserError, unknown


def build_config(config_class: type[Any], values: Mapping[str, Any], owner: str) -> Any:
    """Build a config dataclass from `values`, which come from JSON or the command line.

    Args:
        owner: the name of the thing that is configured, for error messages.

    Raises:
        UserError: a field is unknown, or the config refuses a value (`bad_config`).
    """
    names = [f.name for f in dataclasses.fields(config_class)]
    for name in values:
        if name not in names:
            raise unknown(f"option of {owner}", name, names)
    # JSON has no tuples and stores them as lists.
    values = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
    try:
        return config_class(**values)
    except ValueError as error:
        raise UserError(f"{owner}: {error}", "bad_config") from error


def config_help(config_class: type[Any]) -> dict[str, str]:
    """The attribute docstrings of the fields of a config dataclass, by field name."""
    found: dict[str, str] = {}
    for cls in reversed(config_class.__mro__[:-1]):
        tree = ast.parse(textwrap.dedent(inspect.getsource(cls)))
        body = tree.body[0].body  # type: ignore[attr-defined]
        found |= {
            field.target.id: inspect.cleandoc(text.value.value)
            for field, text in pairwise(body)
            if isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(text, ast.Expr)
            and isinstance(text.value, ast.Constant)
            and isinstance(text.value.value, str)
        }
    return found
