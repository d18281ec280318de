"""Names of models for people: the pictures that a model learnt from, and its kind of network. Programs use the code names."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable
from typing import Any

from demos.shared import i18n
from gan_zoo import Gallery
from gan_zoo.data.names import DataName

Name = dict[str, str]


def name_of(code: str, card: dict[str, Any]) -> Name:
    """A model's name in each language, from `data_…` and `network_…` of the texts.

    Unknown data leave the code name.
    """
    data, network = parts_of(code, card)
    if data is network:
        return data
    return {
        language: i18n.say("model_name", language, data=data[language], network=network[language])
        for language in i18n.LANGUAGES
    }


def parts_of(code: str, card: dict[str, Any]) -> tuple[Name, Name]:
    """The two parts of a model's name in each language: what its pictures show, and its kind of network; the code name twice
    where the data have no name. Rows of a data set may have a name of their own, such as the paintings of one painter."""
    texts, learnt = i18n.texts(), DataName.parse(card.get("data") or "")
    code_name = dict.fromkeys(i18n.LANGUAGES, code)
    data = texts.get(f"data_{learnt.place}_{learnt.wanted[1]}") or texts.get(f"data_{learnt.place}")
    return (data, network_of(card["model"])) if data else (code_name, code_name)


def network_of(model: str) -> Name:
    """What people call a kind of network in each language; its own name where there is no other."""
    return i18n.texts().get(f"network_{model}") or dict.fromkeys(i18n.LANGUAGES, model)


def standing_alone(name: Name) -> Name:
    """A name that stands by itself and not within a sentence: its first letter is large."""
    return {language: said[:1].upper() + said[1:] for language, said in name.items()}


def names_of(gallery: Gallery, codes: Iterable[str]) -> dict[str, Name]:
    """The names of models by their code names; a name that several models share is followed by the code name."""
    return told_apart({code: name_of(code, gallery.card(code)) for code in codes})


def html_of(name: Name) -> str:
    """A name as HTML in all languages."""
    return i18n.spans({language: html.escape(said) for language, said in name.items()})


def told_apart(found: dict[str, Name]) -> dict[str, Name]:
    """The same names; those that several models share are followed by the code name."""
    count = Counter(name["en"] for name in found.values())
    return {
        code: {language: f"{said} · {code}" for language, said in name.items()} if count[name["en"]] > 1 else name
        for code, name in found.items()
    }


def options(gallery: Gallery, codes: Iterable[str]) -> list[tuple[str, Name]]:
    """Models as the options of `controls.select`: the code name, and the name in each language."""
    return list(names_of(gallery, codes).items())
