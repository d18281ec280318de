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

    Unknown data leave the code name; an unknown kind of network keeps its own name.
    """
    texts = i18n.texts()
    data = texts.get(f"data_{DataName.parse(card.get('data') or '').place}")
    if not data:
        return dict.fromkeys(i18n.LANGUAGES, code)
    network = texts.get(f"network_{card['model']}") or dict.fromkeys(i18n.LANGUAGES, str(card["model"]))
    return {
        language: i18n.say("model_name", language, data=data[language], network=network[language])
        for language in i18n.LANGUAGES
    }


def names_of(gallery: Gallery, codes: Iterable[str]) -> dict[str, Name]:
    """The names of models by their code names; a name that several models share is followed by the code name."""
    found = {code: name_of(code, gallery.card(code)) for code in codes}
    count = Counter(name["en"] for name in found.values())
    return {
        code: {language: f"{said} · {code}" for language, said in name.items()} if count[name["en"]] > 1 else name
        for code, name in found.items()
    }


def options(gallery: Gallery, codes: Iterable[str]) -> list[tuple[str, Name]]:
    """Models as the options of `controls.select`: the code name, and the name in each language."""
    return list(names_of(gallery, codes).items())


def beside(name: str, code: str) -> str:
    """A name, which is HTML, with the code name in small type beside it; the name alone if it holds the code name."""
    small = html.escape(code)
    return name if small in name else f'{name} <code class="zoo-code">{small}</code>'
