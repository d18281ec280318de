"""Config dataclasses: building them from JSON or the command line, and their attribute docstrings as help texts."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import textwrap
import types
import typing
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from gan_zoo.entries import LARGEST_COUNT, is_number, is_text, shown
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
    hints = typing.get_type_hints(config_class)
    for name, value in values.items():
        if not _fits(value, hints[name]):
            raise UserError(
                f"{owner}: {name} is {_shown(value)}; it must be {_words(hints[name])}",
                "bad_config",
            )
    try:
        return config_class(**values)
    except ValueError as error:
        raise UserError(f"{owner}: {error}", "bad_config") from error


def _shown(value: Any) -> str:
    return ", ".join(map(shown, value)) or "empty" if isinstance(value, tuple) else shown(value)


def _fits(value: Any, hint: Any) -> bool:
    """Return True if `value` is of the type `hint`; numbers must be finite."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST_COUNT
    if hint is float:
        return is_number(value)
    if hint is str:
        return is_text(value)
    if hint is bool or hint is type(None):
        return isinstance(value, hint)
    if origin is typing.Literal:
        return any(value == choice and type(value) is type(choice) for choice in inner)
    if origin is tuple:
        if not isinstance(value, tuple):
            return False
        hints = inner[:1] * len(value) if inner[1:] == (...,) else inner
        return len(hints) == len(value) and all(map(_fits, value, hints))
    if origin is dict:
        return isinstance(value, dict) and all(_fits(k, inner[0]) and _fits(v, inner[1]) for k, v in value.items())
    if origin in (typing.Union, types.UnionType):
        return any(_fits(value, one) for one in inner)
    return True


def _words(hint: Any) -> str:
    """Return the words for a type, for messages."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    plain = {int: "a whole number", float: "a number", str: "a text", bool: "true or false", type(None): "empty"}
    if hint in plain:
        return plain[hint]
    if origin is typing.Literal:
        return "one of " + ", ".join(map(str, inner))
    if origin is tuple:
        count = "" if inner[1:] == (...,) else f"{len(inner)} "
        return f"{count}{_words(inner[0]).removeprefix('a ')}s"
    if origin is dict:
        return f"{_words(inner[1])} for each name"
    return " or ".join(map(_words, inner))


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
