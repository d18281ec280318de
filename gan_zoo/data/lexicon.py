"""The words of the captions that a model was trained on, and the nearest of them for other words."""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from PIL import Image

from gan_zoo.data.captions import phrases_of
from gan_zoo.data.colour_words import COLOURS, names_of
from gan_zoo.data.names import DataName
from gan_zoo.data.reading import parquet_file, source_of
from gan_zoo.data.tables import content_of
from gan_zoo.errors import UserError
from gan_zoo.imaging.decoding import open_picture
from gan_zoo.layers.tokenizer import Language, normalised, singular

# Words that people write around those that matter; the model doesn't need to know them.
LITTLE = frozenset(
    {
        "a",
        "an",
        "the",
        "my",
        "me",
        "some",
        "and",
        "or",
        "of",
        "with",
        "in",
        "on",
        "at",
        "to",
        "for",
        "please",
        "draw",
        "paint",
        "make",
        "show",
        "give",
        "picture",
        "image",
        "emoji",
        "is",
        "are",
        "it",
        "its",
        "i",
        "want",
        "there",
        "little",
        "very",
    }
)
LITTLE_JA = (
    "を描いてください", "を描いて", "を書いて", "をください", "の絵文字", "の絵", "絵文字",
    "している", "していて", "ている", "ください", "です", "ます", "という", "みたいな", "のような", "くれる",
    "たち", "さん", "ちゃん", "の", "が", "は", "を", "に", "へ", "で", "と", "も", "や", "な", "か",
    "ね", "よ", "い", "う", "く", "る", "た", "て", "だ", "し",
)  # fmt: skip
# The least likeness of two words for one to stand for the other, and the most words that are suggested.
ALIKE, NAMED = 0.6, 3
_KANA = re.compile(r"[ぁ-んー]+")


@dataclass(frozen=True)
class Reading:
    """The part of a sentence that is understood."""

    caption: str
    """the known words, and the nearest known word for each other word; empty where there are none"""
    strange: list[tuple[str, list[str]]]
    """each unknown word with the nearest known ones; the first is the one that stands for it"""


class Lexicon:
    """The captions of the training pictures of a data set and their words; a picture is decoded only when it is asked for.

    Raises:
        UserError: the data set is not a parquet file with captions.
    """

    def __init__(self, data: str) -> None:
        import pyarrow.parquet as pq  # costs a tenth of a second

        asked = DataName.parse(data)
        path, source = parquet_file(asked), source_of(asked)
        if path is None:
            raise UserError(f"'{data}' has no captions: it is no file with a column label_en", "no_captions", name=data)
        column = asked.column or (source.column if source else "image")
        table = pq.read_table(path, filters=[("split", "==", "train")] if "split" in pq.read_schema(path).names else None)
        self._cells: list[Any] = table[column].to_pylist()
        self.phrases = phrases_of({name: table[name].to_pylist() for name in table.column_names if name != column})
        said = [phrase for row in self.phrases for label, tags in row.values() for phrase in (label, *tags)]
        said += [name for colour in COLOURS for name in names_of(colour)]
        self._english = {singular(word): word for phrase in said for word in re.findall(r"[a-z0-9]+", normalised(phrase))}
        japanese = {run for phrase in said for run in re.findall(r"[^\W\x00-\x7f]+", unicodedata.normalize("NFKC", phrase))}
        self._japanese = {normalised(run): run for run in sorted(japanese)}
        self._signs = {sign for run in self._japanese for sign in run}

    def caption(self, row: int, language: Language) -> str:
        """The label of a training picture in `language`, or in English where it has none in `language`."""
        return self.phrases[row].get(language, self.phrases[row]["en"])[0]

    def picture(self, row: int) -> Image.Image:
        """A training picture."""
        return open_picture(content_of(self._cells[row]))

    def read(self, sentence: str) -> Reading:
        """The part of `sentence` that is understood; its words may mix both languages."""
        words: list[str] = []
        strange: list[tuple[str, list[str]]] = []
        for run in re.findall(r"[A-Za-z0-9'’]+|[^\W\x00-\x7f]+", unicodedata.normalize("NFKC", sentence)):
            known, others = self._read_english(run) if run.isascii() else self._read_japanese(run)
            words += known
            strange += others
        return Reading(" ".join(words), strange)

    def _read_english(self, run: str) -> tuple[list[str], list[tuple[str, list[str]]]]:
        word = singular(normalised(run).replace("'s", "").replace("'", ""))
        if word in self._english:
            return [word], []
        if word in LITTLE or not word:
            return [], []
        near = [self._english[w] for w in difflib.get_close_matches(word, self._english, NAMED, 0.75)]
        return near[:1], [(run, near)]

    def _read_japanese(self, run: str) -> tuple[list[str], list[tuple[str, list[str]]]]:
        """The longest known words from the left, and the strange pieces between them, without mere endings."""
        text = normalised(run)
        known: list[str] = []
        strange: list[tuple[str, list[str]]] = []
        start = at = 0
        while at <= len(text):
            found = next((text[at:end] for end in range(len(text), at, -1) if text[at:end] in self._japanese), "")
            little = "" if found else next((word for word in LITTLE_JA if text.startswith(word, at)), "")
            if found or little or at == len(text):
                between, original = text[start:at], run[start:at]
                if between and self._is_strange(between, original):
                    near = self._near(between)
                    strange.append((original, near))
                    known += near[:1]
                elif between:
                    known.append(original)
                known += [run[at : at + len(found)]] if found else []
                at += max(1, len(found or little))
                start = at
            else:
                at += 1
        return known, strange

    def _is_strange(self, text: str, original: str) -> bool:
        """True if a piece that is not in the lexicon is long or unusual enough to report."""
        if _KANA.fullmatch(text):
            return len(text) > 2
        return any(sign not in self._signs for sign in text)

    def _near(self, text: str) -> list[str]:
        """Known Japanese words that share consecutive characters with `text`, the most similar first."""
        near = difflib.get_close_matches(text, self._japanese, NAMED, ALIKE)
        return [self._japanese[word] for word in near]
