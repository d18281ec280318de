"""The tokenizer of captions: English words and Japanese characters become token numbers by hashing."""

from __future__ import annotations

import functools
import re
import unicodedata
import zlib
from collections.abc import Iterable
from itertools import pairwise
from typing import Literal

import torch
from jaxtyping import Int
from torch import Tensor

Language = Literal["en", "ja"]


Tokens = Int[Tensor, "n length 2"]


# The most tokens of a caption; further ones are left out.
LENGTH = 24


def normalised(text: str) -> str:
    """`text` in lower case, with characters of normal width, and with hiragana in place of katakana."""
    text = unicodedata.normalize("NFKC", text).lower()
    return "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in text)


def pieces(text: str) -> list[str]:
    """The tokens of a caption: English words without the plural s, and Japanese characters, single and in pairs."""
    found: list[str] = []
    for word in re.findall(r"[a-z0-9]+|[^\W\x00-\x7f]+", normalised(text).replace("'s", "")):
        if word.isascii():
            found.append(singular(word))
        else:
            found += [*word, *map("".join, pairwise(word))]
    return list(dict.fromkeys(found))[:LENGTH]


def singular(word: str) -> str:
    """An English word without the plural s."""
    return word[:-1] if len(word) > 3 and word[-1] == "s" and word[-2] not in "sui" else word


def tokens(captions: Iterable[str]) -> Tokens:
    """Convert captions to token numbers: two row numbers of a table for each token, and zeros after the last token.

    Few other tokens have the same two rows (Serrà & Karatzoglou 2017, https://arxiv.org/abs/1706.03993).
    """
    rows = [[_places(piece) for piece in pieces(caption)] for caption in captions]
    return torch.tensor([row + [(0, 0)] * (LENGTH - len(row)) for row in rows], dtype=torch.int64).reshape(-1, LENGTH, 2)


@functools.lru_cache(maxsize=50_000)  # bounded, because visitors can write anything
def _places(piece: str) -> tuple[int, int]:
    one, two = (1 + zlib.crc32(f"{j}{piece}".encode()) % (ROWS - 1) for j in range(2))
    return one, two


# Rows of the table that token numbers refer to; row 0 means no token.
ROWS = 4_096
