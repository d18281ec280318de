"""Rows of the data files beside this module: the zoo's GANs, questions, words, sources."""

from __future__ import annotations

import functools
import html
import json
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from demos.shared import i18n

FOLDER = Path(__file__).parent
Row = dict[str, Any]


@functools.cache
def read(name: str) -> list[Row]:
    """The rows of `NAME.json`. Adding one is all that it takes to show one more."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def zoo(language: str, weights: Iterable[str]) -> list[Row]:
    """The GANs in the order of their first publication.

    Args:
        language: that of the idea.
        weights: the weights folders that have pictures; a row gets the first whose name begins with what it calls `ours`.
    """
    fields, names = ("id", "year", "name", "authors", "title", "at", "arxiv", "kinds"), sorted(weights)
    return [
        {
            **{key: row[key] for key in fields},
            "idea": i18n.spoken(row, language),
            "weights": next((name for name in names if row["ours"] and name.startswith(row["ours"])), ""),
        }
        for row in sorted(read("zoo"), key=lambda row: row["arxiv"])
    ]


def glossary(language: str) -> list[Row]:
    """The words in the order of their language's dictionary, with all by which they are found; `other` is the English word, and
    in English the Japanese one."""
    other = "ja" if language == "en" else "en"
    words = [
        {
            "word": i18n.spoken(row, language),
            "other": row[other],
            "read": row["read"],
            "also": row["also"],
            "means": i18n.spoken(row["means"], language),
            "chapter": row["chapter"],
        }
        for row in read("glossary")
    ]
    return sorted(words, key=lambda row: _order(row["read"] if language == "ja" and row["read"] else row["word"]))


def _order(word: str) -> str:
    """A word as a dictionary sorts it: katakana like hiragana, and what makes a sound long or voiced like nothing."""
    letters = (c for c in unicodedata.normalize("NFD", word.lower()) if c != "ー" and not unicodedata.combining(c))
    return "".join(chr(ord(c) - 96) if "ァ" <= c <= "ヶ" else c for c in letters)


def quiz(language: str) -> list[Row]:
    """The questions; the first option is the right one."""
    return [
        {
            "id": row["id"],
            "chapter": row["chapter"],
            "question": i18n.spoken(row["q"], language),
            "options": [i18n.spoken(option, language) for option in row["options"]],
            "why": i18n.spoken(row["why"], language),
        }
        for row in read("quiz")
    ]


def citation(source: str) -> str:
    """A source by its name, as HTML: authors, year, title, where it was published, and a link to it."""
    row = next(row for row in (*read("zoo"), *read("sources")) if row["id"] == source)
    where = [html.escape(row["at"])] if row["at"] else []
    if row["arxiv"]:
        where.append(f'<a href="https://arxiv.org/abs/{row["arxiv"]}" target="_blank" rel="noopener">arXiv:{row["arxiv"]}</a>')
    return f"{html.escape(row['authors'])} ({row['year']}). <cite>{html.escape(row['title'])}</cite>. {', '.join(where)}"
