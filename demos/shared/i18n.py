"""Every sentence that the gallery shows, in every language.

`texts.py` of each tab has its sentences in English and in Japanese, side by side. Every other language is one more table for
each tab, `texts_LANGUAGE.py` beside it, whose TEXTS has the sentences by their keys. The gallery speaks the languages that the
page itself has a table for, here in `demos/shared`.
"""

from __future__ import annotations

import functools
import html
import importlib
import pkgutil
import re
from pathlib import Path
from typing import Any

import gradio as gr

from gan_zoo import UserError

DEMOS = Path(__file__).parents[1]
MORE = "texts_{}.py"
LANGUAGES = ("en", "ja", *sorted(path.stem.removeprefix("texts_") for path in (DEMOS / "shared").glob(MORE.format("*"))))


def table(tab: str, language: str) -> dict[str, str]:
    """The sentences of a tab (or of `shared`) in a language that is not in its `texts.py`, by their keys; {} if it has none."""
    if not (DEMOS / tab / MORE.format(language)).exists():
        return {}
    return importlib.import_module(f"demos.{tab}.texts_{language}").TEXTS


@functools.cache
def texts() -> dict[str, dict[str, str]]:
    """The sentences of all tabs and of the page by their keys, each as `{language: sentence}`.

    They are put together at the first use, since the package of a tab imports this module. A sentence that a language lacks
    is the English one.
    """
    found: dict[str, dict[str, str]] = {}
    for package in pkgutil.iter_modules([str(DEMOS)]):
        told: dict[str, dict[str, str]] = importlib.import_module(f"demos.{package.name}.texts").TEXTS
        for language in LANGUAGES[2:]:
            more = table(package.name, language)
            told = {key: {**text, language: more.get(key, text["en"])} for key, text in told.items()}
        assert not found.keys() & told.keys(), f"{package.name} repeats the keys {found.keys() & told.keys()}"
        found |= told
    return found


@functools.cache
def translations() -> gr.I18n:
    """All sentences for Gradio: the browser chooses among them, by the language that the page is shown in."""
    return gr.I18n(**{language: {key: text[language] for key, text in texts().items()} for language in LANGUAGES})


def label(key: str) -> Any:
    """The sentence `key` as the label or value of a Gradio component, which the browser translates."""
    return translations()(key)


def say(key: str, language: str, **fields: Any) -> str:
    """The sentence `key` in a language, with its fields filled in; of a list, its parts."""
    lists = {name: ", ".join(map(str, value)) for name, value in fields.items() if isinstance(value, list | tuple)}
    return texts()[key][language].format(**{**fields, **lists})


def everywhere(key: str, **fields: Any) -> str:
    """The sentence `key` in all languages as one line of plain text, for answers that are no page."""
    return " / ".join(say(key, language, **fields) for language in reversed(LANGUAGES))


def both(key: str, **fields: Any) -> str:
    """The sentence `key` as HTML in all languages, of which the page shows its own; fields are escaped."""
    safe = {
        name: [html.escape(str(part)) for part in value] if isinstance(value, list | tuple) else html.escape(str(value))
        for name, value in fields.items()
    }
    return spans({language: say(key, language, **safe) for language in LANGUAGES})


def spans(by_language: dict[str, str]) -> str:
    """HTML in all languages, of which the page shows its own."""
    return "".join(f'<span class="zoo-text" lang="{language}">{spoken(by_language, language)}</span>' for language in LANGUAGES)


def some(*keys: str) -> dict[str, dict[str, str]]:
    """Sentences by their keys, for a script that has to say them."""
    return {key: texts()[key] for key in keys}


def spoken(by_language: dict[str, Any], language: str) -> Any:
    """The entry of some data in a language; the English one if the language is missing."""
    return by_language.get(language, by_language["en"])


def matching(keys: re.Pattern[str]) -> dict[str, dict[str, str]]:
    """The sentences whose keys match, as `some` gives them."""
    return {key: text for key, text in texts().items() if keys.fullmatch(key)}


def explain(error: UserError) -> str:
    """A user's mistake as HTML in all languages; the error's own line where there is no sentence for it."""
    try:
        return both(error.code, **error.fields)
    except KeyError:
        return html.escape(str(error))
