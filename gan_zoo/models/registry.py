"""The registry of all models by name."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, TypeVar

from gan_zoo.config import build_config
from gan_zoo.entries import shown
from gan_zoo.errors import UserError, unknown
from gan_zoo.models.base import Kind, Model

M = TypeVar("M", bound=type[Model])
_MODELS: dict[str, type[Model]] = {}


def register(name: str) -> Callable[[M], M]:
    """A class decorator that registers a model under `name`; raises ValueError if the name is already in use."""

    def enter(cls: M) -> M:
        if name in _MODELS:
            raise ValueError(f"two models want the name '{name}': {_MODELS[name].__qualname__} and {cls.__qualname__}")
        cls.name = name
        _MODELS[name] = cls
        return cls

    return enter


def list_models(kind: Kind | None = None) -> list[str]:
    """The sorted names of the registered models, or only those of `kind`."""
    return sorted(name for name, cls in _MODELS.items() if kind in (None, cls.kind))


def model_class(name: str) -> type[Model]:
    """The class registered under `name`; raises `UserError` with similar names if there is none."""
    if name not in _MODELS:
        raise unknown("model", name, _MODELS)
    return _MODELS[name]


def create_model(name: str, **config: Any) -> Model:
    """A newly initialised model. `config` gives fields of its `Config`; the other fields have their defaults.

    Raises:
        UserError: there is no such model or field, or a network with these values can't exist, or needs too much memory.
    """
    cls = model_class(name)
    built = build_config(cls.Config, config, f"model '{name}'")
    try:
        return cls(built)
    # Values of fields that are possible alone may be impossible together, and every layer checks other limits.
    except (RuntimeError, ValueError, ArithmeticError, LookupError, TypeError, AssertionError, MemoryError) as error:
        if isinstance(error, UserError):
            raise
        usual = {f.name: f.default for f in dataclasses.fields(cls.Config)}
        unusual = ", ".join(f"{key} {shown(value)}" for key, value in config.items() if value != usual[key])
        raise UserError(
            f"model '{name}' can't be built with these options ({unusual}): change the unusual ones", "bad_config"
        ) from error
