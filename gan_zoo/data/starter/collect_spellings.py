"""The spellings of the words that captions know: how `spellings.tsv` was made.

    apt-get download edict
    dpkg -x edict_2021.02.03-1_all.deb edict
    python collect_spellings.py edict/usr/share/edict/edict spellings.tsv

A row of the table is one word: its Japanese spellings, kanji and kana, and after a tab its English names with `/` between them.
A word is there if a caption of a starter data set has one of its spellings or one of its names.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from gan_zoo.data.lexicon import LONGEST, Lexicon

DATA = ("emoji", "emoji3d")
# Nouns and adjectives: verbs are conjugated, and the short words of grammar would be found inside other words.
KINDS = re.compile(r"\((?:[^()]*,)?(?:n|n-adv|n-t|adj-i|adj-na|adj-no)(?:,[^()]*)?\)")
# Spellings and words that hardly anybody writes today, names of persons and companies, and words of a part of the country.
RARE = re.compile(
    r"\((?:ok|oK|ik|iK|io|arch|obs|obsc|rare|vulg|X|derog|sl|col|fam|poet|dated|hist|person|company|product|work|[a-z]+b:|[a-z]+:)\)"
)
LINE = re.compile(r"(\S+) (?:\[(\S+)\] )?/(.*)/")
MOST_NAMES = 4


def entries(dictionary: Path) -> Iterator[tuple[str, str, str, bool]]:
    """The spelling, the reading, the first meaning, and whether the word is a common one, of each line of the dictionary."""
    for line in dictionary.read_text("euc-jp").splitlines()[1:]:
        found = LINE.fullmatch(line)
        if not found or RARE.search(found[3].partition("(2)")[0]):
            continue
        meaning = found[3].partition("/(n) (2)")[0].partition("(2)")[0]
        if KINDS.search(meaning):
            yield found[1], found[2] or found[1], meaning, "/(P)" in line


def names(meaning: str) -> list[str]:
    """The English names in a meaning, without the notes in brackets."""
    while meaning != (cut := re.sub(r"\([^()]*\)", "", meaning)):
        meaning = cut
    apart = (name.split() for name in meaning.split("/"))
    return list(dict.fromkeys(" ".join(name) for name in apart if 0 < len(name) <= LONGEST))[:MOST_NAMES]


def collect(dictionary: Path) -> list[tuple[list[str], list[str]]]:
    """The spellings and the names of each word that a caption knows: a common word, or one that a caption writes in kanji."""
    lexicons = [Lexicon(data) for data in DATA]
    spelt: dict[tuple[str, ...], dict[str, None]] = defaultdict(dict)
    common = set()
    for spelling, reading, meaning, is_common in entries(dictionary):
        key = reading, *names(meaning)
        spelt[key] |= {reading: None, spelling: None}
        if is_common:
            common.add(key)
    rows = []
    for (reading, *called), spellings in spelt.items():
        forms = [*spellings, *called] if (reading, *called) in common else [one for one in spellings if one != reading]
        if len(spellings) + len(called) > 1 and any(lexicon.knows(one) for lexicon in lexicons for one in forms):
            rows.append(([*spellings], called))
    return sorted(rows)


if __name__ == "__main__":
    found = collect(Path(sys.argv[1]))
    Path(sys.argv[2]).write_text("".join(f"{' '.join(row)}\t{'/'.join(called)}\n" for row, called in found), encoding="utf-8")
