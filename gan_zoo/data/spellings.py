"""Words that can be written in several ways: in kanji, in kana, and in English."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from gan_zoo.data.catalogue import STARTER_FOLDER
from gan_zoo.layers.tokenizer import normalised, singular


@dataclass(frozen=True)
class Word:
    """A word of the dictionary."""

    spellings: tuple[str, ...]
    """how it is written in Japanese"""
    names: tuple[str, ...]
    """what it is called in English"""

    @property
    def forms(self) -> set[str]:
        """All of them, as `form` gives them."""
        return {form(one) for one in (*self.spellings, *self.names)}


def form(text: str) -> str:
    """A spelling as it is looked up: in lower case, in hiragana instead of katakana, and each English word in the singular."""
    text = normalised(text)
    return " ".join(singular(word) for word in re.findall(r"[a-z0-9]+", text)) if text.isascii() else text


@functools.cache
def words() -> tuple[Word, ...]:
    """The words of the table that ships, which `starter/collect_spellings.py` made of the dictionary EDICT."""
    rows = (STARTER_FOLDER / "spellings.tsv").read_text(encoding="utf-8").splitlines()
    parts = (row.split("\t") for row in rows)
    return tuple(Word(tuple(spellings.split(" ")), tuple(filter(None, names.split("/")))) for spellings, names in parts)


@functools.cache
def by_form() -> dict[str, list[Word]]:
    """The words that each form may stand for."""
    found: dict[str, list[Word]] = {}
    for word in words():
        for one in word.forms:
            found.setdefault(one, []).append(word)
    return found


def translated(name: str) -> str:
    """A Japanese spelling of an English name; '' if the table has none."""
    spelt = (one for word in by_form().get(form(name), ()) for one in reversed(word.spellings))
    return next((one for one in spelt if any("ぁ" <= sign <= "鿿" for sign in one)), "")
