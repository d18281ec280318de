"""Every sentence that the gallery shows, in English and in Japanese: a file a tab, and one dictionary of all."""

from __future__ import annotations

import html
import importlib
import pkgutil
import re
from typing import Any

import gradio as gr

from gan_zoo import UserError

LANGUAGES = ("en", "ja")

TEXTS: dict[str, dict[str, str]] = {}
for _module in pkgutil.iter_modules(__path__):
    _texts: dict[str, dict[str, str]] = importlib.import_module(f"{__name__}.{_module.name}").TEXTS
    assert not TEXTS.keys() & _texts.keys(), f"{_module.name} says again {TEXTS.keys() & _texts.keys()}"
    TEXTS |= _texts

# The browser chooses among these, by the language that the page is shown in.
i18n = gr.I18n(**{language: {key: text[language] for key, text in TEXTS.items()} for language in LANGUAGES})


def say(key: str, language: str, **fields: Any) -> str:
    """The sentence `key` in a language, with its fields filled in; of a list, its parts."""
    lists = {name: ", ".join(map(str, value)) for name, value in fields.items() if isinstance(value, list | tuple)}
    return TEXTS[key][language].format(**{**fields, **lists})


def both(key: str, **fields: Any) -> str:
    """The sentence `key` as HTML in both languages, of which the page shows its own; fields are escaped."""
    safe = {
        name: [html.escape(str(part)) for part in value] if isinstance(value, list | tuple) else html.escape(str(value))
        for name, value in fields.items()
    }
    return "".join(f'<span class="zoo-text" lang="{language}">{say(key, language, **safe)}</span>' for language in LANGUAGES)


def matching(keys: re.Pattern[str]) -> dict[str, dict[str, str]]:
    """The sentences that a script has to say, by their keys."""
    return {key: text for key, text in TEXTS.items() if keys.fullmatch(key)}


def explain(error: UserError) -> str:
    """A user's mistake as HTML in both languages; the error's own line where there is no sentence for it."""
    try:
        return both(error.code, **error.fields)
    except KeyError:
        return html.escape(str(error))
