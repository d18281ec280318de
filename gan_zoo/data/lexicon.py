"""The words of the captions that a model was trained on, and what stands for other words: other spellings, or the nearest."""

from __future__ import annotations

import difflib
import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import Any, NamedTuple

from PIL import Image

from gan_zoo.data.captions import phrases_of
from gan_zoo.data.colour_words import COLOURS, names_of
from gan_zoo.data.names import DataName
from gan_zoo.data.reading import parquet_file, source_of
from gan_zoo.data.spellings import Word, by_form, form
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
# The endings that may follow a word of kana: others, such as the last sign of きつね, belong to the word.
PARTICLES = frozenset("のがはをにへでともやなかい")
# The least likeness of two words for one to be suggested for the other, in English and in Japanese, and how many are.
ALIKE, ALIKE_JA, NAMED = 0.75, 0.6, 3
# The least likeness for a known word to stand for another one, which is then a slip of the pen.
SLIP = 0.85
# The most words of an English name, such as "bullet train".
LONGEST = 3
_KANA = re.compile(r"[ぁ-んー]+")

# How likely it is, from 0 to 1, that a caption means one of some rows.
Weigh = Callable[[str, set[int]], float]
# A spelling that weighs so much needs no other one. One that weighs less than the second in any spelling was hardly learnt.
UNDERSTOOD, FAINT = 0.5, 0.1
# What a caption of two languages is worth, compared with one of one language.
MIXED = 0.5
# For each language a spelling of a word, and what it weighs.
Choices = dict[Language, tuple[str, float]]
LANGUAGES: tuple[Language, Language] = ("en", "ja")
# The name of a colour that stands for each of its names, in each language.
COLOUR_NAMES: dict[str, dict[Language, str]] = {
    name: {"en": colour.en[0], "ja": colour.ja[0]} for colour in COLOURS for name in names_of(colour)
}


class Strange(NamedTuple):
    """A word that a lexicon doesn't know."""

    word: str
    near: list[str]
    """the nearest known words"""
    stand_in: str = ""
    """the known word that was read instead, because the difference is that of a slip of the pen; mostly none"""


def language_of(word: str) -> Language:
    """The language of a word, by its signs."""
    return "en" if word.isascii() else "ja"


def settle(sentence: Sequence[str], choices: Sequence[Choices]) -> list[tuple[str, float]]:
    """The spelling of each word of a sentence, and how well it is understood: in the language in which it is written, or else
    in the one in which its worst word is understood best. The model learnt from captions of one language, so a mixture counts
    less."""
    pairs = list(zip(sentence, choices, strict=True))
    as_given = [words.get(language_of(word)) or best(words) for word, words in pairs]
    ways = [[words[language] for words in choices] for language in LANGUAGES if all(language in words for words in choices)]
    ways = [as_given, *ways, [best(words) for words in choices]]

    def worth(way: list[tuple[str, float]]) -> float:
        worst = min((weight for _, weight in way), default=1.0)
        return worst if len({language_of(word) for word, _ in way}) < 2 else worst * MIXED

    return as_given if min((weight for _, weight in as_given), default=1.0) >= UNDERSTOOD else max(ways, key=worth)


def best(words: Choices) -> tuple[str, float]:
    """The spelling that is understood best."""
    return max(words.values(), key=itemgetter(1))


@dataclass(frozen=True)
class Reading:
    """The part of a sentence that is understood."""

    caption: str
    """the known words, some in another spelling, and the right word for each slip of the pen; empty where there are none"""
    strange: list[Strange]
    faint: list[str]
    """the words that captions have, but that the model hardly understands"""


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
        names = [name for name in pq.read_schema(path).names if name != column]
        told, is_split = partial(pq.read_table, path), "split" in names
        table = told(filters=[("split", "==", "train")] if is_split else None)
        self._cells: list[Any] = table[column].to_pylist()
        self.phrases = phrases_of({name: table[name].to_pylist() for name in names})
        others = told(columns=names, filters=[("split", "!=", "train")]).to_pydict() if is_split else {}
        self._others = phrases_of(others) if others else []
        self._rows: dict[str, set[int]] = {}
        english: dict[str, str] = {}
        japanese: set[str] = set()
        for row, said in enumerate(self.phrases):
            for phrase in (one for label, tags in said.values() for one in (label, *tags)):
                apart = {singular(word): word for word in re.findall(r"[a-z0-9]+", normalised(phrase))}
                runs = re.findall(r"[^\W\x00-\x7f]+", unicodedata.normalize("NFKC", phrase))
                english |= apart
                japanese |= set(runs)
                for known in (*apart, form(phrase), *map(normalised, runs)):
                    self._rows.setdefault(known, set()).add(row)
        for name in (name for colour in COLOURS for name in names_of(colour)):
            if name.isascii():
                english[singular(name)] = name
            else:
                japanese.add(name)
        self._english = english
        self._japanese = {normalised(run): run for run in sorted(japanese)}
        self._signs = {sign for run in self._japanese for sign in run}
        self._chosen: dict[str, Choices] = {}

    def knows(self, spelling: str) -> bool:
        """True if a caption has `spelling`, a Japanese word, or an English phrase or a word of one."""
        return form(spelling) in self._rows

    def rows(self, spellings: Iterable[str]) -> set[int]:
        """The training pictures whose captions have one of `spellings`."""
        return set[int]().union(*(self._rows.get(form(one), ()) for one in spellings))

    def _spellings(self, word: Word) -> list[str]:
        """The spellings of a word that captions have."""
        return [one for one in (*word.spellings, *word.names) if self.knows(one)]

    def candidates(self, spelling: str) -> list[tuple[str, set[int]]]:
        """The known spellings that may stand for `spelling`, first itself if it is known, and the rows that each should mean.

        These are the rows of `spelling`, or else those of the other spellings of the same word: はし means a bridge and
        chopsticks, and is no spelling of the bridge where the captions use it for chopsticks only.
        """
        own = self.rows([spelling])
        found = [(spelling, own)] if own else []
        for word in by_form().get(form(spelling), ()):
            known = self._spellings(word)
            for one in (one for one in known if all(form(one) != form(other) for other, _ in found)):
                meant = own or self.rows(other for other in known if form(other) != form(one))
                if meant or len(by_form()[form(one)]) == 1:
                    found.append((one, meant or self.rows([one])))
        return found

    def _choices(self, word: str, weigh: Weigh) -> Choices:
        """For each language the spelling of a word that is understood best, and how well; the given one if it is understood."""
        if word in COLOUR_NAMES:
            named: Choices = {language: (name, 1.0) for language, name in COLOUR_NAMES[word].items()}
            return named | {language_of(word): (word, 1.0)}
        if word not in self._chosen:
            chosen: Choices = {}
            for spelling, rows in self.candidates(word):
                language = language_of(spelling)
                now = chosen.get(language)
                if now is None or form(now[0]) != form(word) or now[1] < UNDERSTOOD:
                    chosen[language] = max([*([now] if now else []), (spelling, weigh(spelling, rows))], key=itemgetter(1))
            self._chosen[word] = chosen or {language_of(word): (word, 1.0)}
        return self._chosen[word]

    def caption(self, row: int, language: Language) -> str:
        """The label of a training picture in `language`, or in English where it has none in `language`."""
        return self.phrases[row].get(language, self.phrases[row]["en"])[0]

    def picture(self, row: int) -> Image.Image:
        """A training picture."""
        return open_picture(content_of(self._cells[row]))

    def read(self, sentence: str, weigh: Weigh = lambda caption, rows: 1.0) -> Reading:
        """The part of `sentence` that is understood; its words may mix both languages.

        Args:
            weigh: how well the model understands a spelling; without it the first one is taken.
        """
        strange: list[Strange] = []
        known: list[str] = []
        runs = re.findall(r"[A-Za-z0-9'’]+|[^\W\x00-\x7f]+", unicodedata.normalize("NFKC", sentence))
        for is_english, some in itertools.groupby(runs, str.isascii):
            for words, others in [self._read_english([*some])] if is_english else map(self._read_japanese, some):
                known += words
                strange += others
        settled = settle(known, [self._choices(word, weigh) for word in known])
        faint = [word for word, (_, weight) in zip(known, settled, strict=True) if weight < FAINT]
        return Reading(" ".join(spelling for spelling, _ in settled), strange, faint)

    def _read_english(self, run: list[str]) -> tuple[list[str], list[Strange]]:
        """The longest names of the dictionary from the left, the known words, and the strange ones between them."""
        cut = [singular(normalised(word).replace("'s", "").replace("'", "")) for word in run]
        known: list[str] = []
        strange: list[Strange] = []
        at = 0
        while at < len(cut):
            word, length = cut[at], 1
            for longer in range(min(LONGEST, len(cut) - at), 1, -1):
                name = " ".join(cut[at : at + longer])
                if (
                    name in by_form()
                    and self.candidates(name)
                    and not all(one in self._english for one in cut[at : at + longer])
                ):
                    word, length = name, longer
                    break
            if word in self._english or self.candidates(word):
                known.append(word)
            elif word and word not in LITTLE:
                near = [self._english[one] for one in difflib.get_close_matches(word, self._english, NAMED, ALIKE)]
                self._report(run[at], word, near, known, strange)
            at += length
        return known, strange

    def _report(self, original: str, word: str, near: list[str], known: list[str], strange: list[Strange]) -> None:
        """Note a strange word; a slip of the pen is read as the word that was meant."""
        slip = bool(near) and difflib.SequenceMatcher(None, form(near[0]), word).ratio() >= SLIP
        strange.append(Strange(original, near if slip else self._related(word) or near, near[0] if slip else ""))
        known += near[:1] if slip else []

    def _related(self, word: str) -> list[str]:
        """Known words beside `word` in captions that nothing was learnt from, those of few pictures first."""
        language: Language = "en" if word.isascii() else "ja"
        forms = {word}.union(*(spelt.forms for spelt in by_form().get(word, ())))
        beside: list[str] = []
        for parts in (slice(1), slice(1, None)):  # what a picture is, and else what is in it
            for said in self._others if not beside else ():
                told = {form(one) for label, tags in said.values() for one in [label, *tags][parts]}
                beside += [one for _, tags in said.values() for one in tags] if forms & told else []
        spelt = [one for tag in beside for word in by_form().get(form(tag), ()) for one in word.spellings + word.names]
        found: dict[str, str] = {}
        for some in (beside, spelt):
            for one in some if not found else ():
                if language_of(one) == language and self.knows(one) and form(one) not in forms:
                    found.setdefault(form(one), one)
        return sorted(found.values(), key=lambda one: len(self.rows([one])))[:NAMED]

    def _read_japanese(self, run: str) -> tuple[list[str], list[Strange]]:
        """The longest known words from the left, and the strange pieces between them, without mere endings."""
        text = normalised(run)
        known: list[str] = []
        strange: list[Strange] = []
        if _KANA.fullmatch(text) and not self._is_covered(text):
            self._report(run, text, self._near(text), known, strange)
            return known, strange
        start = at = 0
        while at <= len(text):
            found = next((text[at:end] for end in range(len(text), at, -1) if self._is_word(text, at, end)), "")
            little = "" if found else next((word for word in LITTLE_JA if text.startswith(word, at)), "")
            if found or little or at == len(text):
                between, original = text[start:at], run[start:at]
                for piece, whole in ((between, original), (found, run[at : at + len(found)])):
                    if piece and self._is_strange(piece, whole):
                        self._report(whole, piece, self._near(piece), known, strange)
                    elif piece:
                        known.append(whole)
                at += max(1, len(found or little))
                start = at
            else:
                at += 1
        return known, strange

    def _is_word(self, text: str, at: int, end: int) -> bool:
        """True if `text[at:end]` is a word of the captions, or of the dictionary; short kana may be a piece of another word, so
        those of the dictionary must stand alone or before an ending."""
        piece = text[at:end]
        if piece in self._japanese:
            return True
        is_long = len(piece) > 2 or not _KANA.fullmatch(piece)
        stands_alone = at == 0 and len(piece) == 2 and (end == len(text) or text.startswith(LITTLE_JA, end))
        return piece in by_form() and piece not in LITTLE_JA and (is_long or stands_alone)

    def _is_covered(self, text: str) -> bool:
        """True if kana are known words and particles, one after the other, with nothing between them."""
        reached = {0}
        for at in range(len(text)):
            if at in reached:
                known = {end for end in range(at + 2, len(text) + 1) if self._is_word(text, at, end)}
                little = {at + len(word) for word in LITTLE_JA if len(word) > 1 and text.startswith(word, at)}
                reached |= known | little | ({at + 1} if text[at] in PARTICLES else set())
        return len(text) in reached or text in self._japanese

    def _is_strange(self, text: str, original: str) -> bool:
        """True if a piece is neither known nor short and usual enough to pass over."""
        if text in self._japanese or self.candidates(text):
            return False
        if text in by_form():
            return True
        if _KANA.fullmatch(text):
            return len(text) > 2
        return any(sign not in self._signs for sign in text)

    def _near(self, text: str) -> list[str]:
        """Known Japanese words that share consecutive characters with `text`, the most similar first."""
        near = difflib.get_close_matches(text, self._japanese, NAMED, ALIKE_JA)
        return [self._japanese[word] for word in near]
