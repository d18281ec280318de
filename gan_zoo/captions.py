"""Captions: pictures that are told of in words, in English and Japanese, and words as numbers.

A caption in training is put together anew each time from a picture's label and tags, in one language. Colours are words
too: the name of a picture's main colour is read off the picture, and a picture may be given another colour and its name.
So "red" comes to mean the same for a car, which the data have in red, and for a bird, which they haven't.
"""

from __future__ import annotations

import functools
import re
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d, avg_pool2d, conv2d

from gan_zoo.colour import rgb_to_lab
from gan_zoo.data import Dataset, Split, load_data, parquet_file
from gan_zoo.errors import UserError
from gan_zoo.images import to_float
from gan_zoo.text import ROWS

Language = Literal["en", "ja"]
Tokens = Int[Tensor, "n length 2"]
# The most tokens of a caption; what comes after them is left out.
LENGTH = 24
# The columns of a data set that tell of its pictures, by language: a label, and further words where there are any.
COLUMNS: dict[Language, tuple[str, str]] = {"en": ("label_en", "tags_en"), "ja": ("label_ja", "tags_ja")}
# What people write around the words that matter.
FRAMES: dict[Language, tuple[str, ...]] = {
    "en": ("a {}", "the {}", "a picture of a {}", "draw me a {}, please"),
    "ja": ("{}の絵", "{}を描いて", "{}です", "{}をください"),
}
# How often, in training: the label with a tag at most, label and all tags, else some tags; a colour's name, another colour,
# words around it, English.
LABEL, ALL, NAMED, RECOLOURED, FRAMED, ENGLISH = 0.5, 0.2, 0.4, 0.4, 0.2, 0.5


@dataclass(frozen=True)
class Colour:
    """A colour with its names, the first of each language before a noun."""

    rgb: tuple[int, int, int]
    en: tuple[str, ...]
    ja: tuple[str, ...]


# As OpenMoji's palette has them.
COLOURS = (
    Colour((225, 62, 50), ("red",), ("赤い", "赤", "真っ赤な")),
    Colour((241, 143, 38), ("orange",), ("オレンジ色の", "オレンジの", "橙色の")),
    Colour((252, 225, 50), ("yellow",), ("黄色い", "黄色の", "黄色")),
    Colour((120, 180, 50), ("green",), ("緑の", "緑色の", "緑")),
    Colour((80, 160, 225), ("blue",), ("青い", "青色の", "水色の", "青")),
    Colour((145, 105, 180), ("purple", "violet"), ("紫の", "紫色の", "紫")),
    Colour((255, 160, 190), ("pink",), ("ピンクの", "ピンク色の", "桃色の")),
    Colour((165, 105, 60), ("brown",), ("茶色い", "茶色の", "茶色")),
    Colour((155, 155, 155), ("grey", "gray"), ("灰色の", "グレーの")),
    Colour((65, 65, 65), ("black",), ("黒い", "黒", "真っ黒な")),
    Colour((250, 250, 250), ("white",), ("白い", "白", "真っ白な")),
)
GREY = 8  # the first of those that are shades of grey
# What else tells that a phrase speaks of a colour.
_WORDS = {name for colour in COLOURS for name in colour.en} | {"gold", "golden", "silver", "rainbow", "blonde"}
_SIGNS = (
    "赤",
    "橙",
    "おれんじ",
    "黄",
    "緑",
    "青",
    "紫",
    "ぴんく",
    "桃",
    "茶色",
    "灰",
    "黒",
    "白",
    "金",
    "銀",
    "虹",
    "ぶろんど",
)
_PAPER, _LINE = 96.0, 30.0  # lightness above which a pixel is paper, below which it is a line


def normalised(text: str) -> str:
    """`text` in small letters, without the differences of width and between katakana and hiragana."""
    text = unicodedata.normalize("NFKC", text).lower()
    return "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in text)


def pieces(text: str) -> list[str]:
    """What a caption is read as: English words without the s of the plural, Japanese characters alone and in pairs."""
    found: list[str] = []
    for word in re.findall(r"[a-z0-9]+|[^\W\x00-\x7f]+", normalised(text).replace("'s", "")):
        if word.isascii():
            found.append(singular(word))
        else:
            found += [*word, *map("".join, pairwise(word))]
    return list(dict.fromkeys(found))[:LENGTH]


def singular(word: str) -> str:
    """An English word without the s of the plural."""
    return word[:-1] if len(word) > 3 and word[-1] == "s" and word[-2] not in "sui" else word


def tokens(captions: Iterable[str]) -> Tokens:
    """Captions as numbers: two rows of a table for each piece, which few others share (Serrà & Karatzoglou 2017,
    https://arxiv.org/abs/1706.03993); zeros behind the last."""
    rows = [[_places(piece) for piece in pieces(caption)] for caption in captions]
    return torch.tensor([row + [(0, 0)] * (LENGTH - len(row)) for row in rows], dtype=torch.int64).reshape(-1, LENGTH, 2)


@functools.lru_cache(maxsize=50_000)  # what visitors write is without end
def _places(piece: str) -> tuple[int, int]:
    one, two = (1 + zlib.crc32(f"{j}{piece}".encode()) % (ROWS - 1) for j in range(2))
    return one, two


@dataclass
class CaptionedDataset(Dataset):
    """Pictures, and what is said of each: the label and the tags by language."""

    phrases: list[dict[Language, tuple[str, list[str]]]] = field(default_factory=list)
    colours: Int[Tensor, "n"] = field(default_factory=lambda: torch.zeros(0, dtype=torch.int64))
    """the main colour of each picture, a row of `COLOURS`; -1 where it has none, or its words name one already"""
    told: int = 1
    """captions of each picture in a batch that varies"""
    codes: Float[Tensor, "n colours k"] | None = None
    """what stands for each picture in each of `COLOURS`, and last as it is, once they are encoded"""
    shown: bool = True
    """whether a batch that varies has the pictures themselves"""

    def thinned(self, n: int) -> CaptionedDataset:
        raise UserError("a run on captions takes all pictures: leave out --pictures", "usage")

    def batch(
        self, index: Int[Tensor, "b"] | slice, mirror: bool = False, jitter: float = 0.0, vary: bool = False
    ) -> dict[str, Tensor]:
        """As `Dataset.batch`, with each picture's `row`, and the `tokens` of its label. `vary` draws another colour for some,
        and for each `told` captions, whose tokens stand one after the other. Where there are codes, they come with the
        pictures, or in their place."""
        picked, device = torch.arange(len(self))[index if isinstance(index, slice) else index.cpu()], self.images.device
        batch, rows = {"row": picked.to(device)}, picked.tolist()
        if not vary:
            said = tokens(self.caption(row) for row in rows)
            return batch | {"image": super().batch(index, mirror, jitter)["image"], "tokens": said.to(device)}
        new = [self._new_colour(row) for row in rows]
        said = tokens(self._said(row, colour) for row, colour in zip(rows, new, strict=True) for _ in range(self.told))
        batch["tokens"] = said.to(device)
        if self.codes is not None:
            batch["code"] = self.codes[rows, new]
        if self.shown:
            batch["image"] = self.coloured(super().batch(index, mirror, jitter)["image"], rows, new)
        return batch

    def coloured(self, images: Float[Tensor, "b 3 h w"], rows: list[int], new: list[int]) -> Float[Tensor, "b 3 h w"]:
        """The pictures of some rows in other colours; those of the colour -1, or without a main colour, as they are."""
        if changed := [i for i, colour in enumerate(new) if colour >= 0 and self.colours[rows[i]] >= 0]:
            now, wanted = self.colours[[rows[i] for i in changed]], torch.tensor([new[i] for i in changed])
            images[changed] = recoloured(images[changed], now, wanted)
        return images

    @torch.no_grad()
    def encode(self, read: Callable[[Float[Tensor, "b 3 s s"]], Float[Tensor, "b k"]], size: int, shown: bool) -> None:
        """Keep the code that `read` gives to each picture of `size` in each colour. Batches without the pictures themselves
        cost next to nothing then."""
        codes = []
        for rows in torch.arange(len(self)).split(64):
            images = adaptive_avg_pool2d(Dataset.batch(self, rows)["image"], size)
            shades = [self.coloured(images.clone(), rows.tolist(), [new] * len(rows)) for new in (*range(len(COLOURS)), -1)]
            codes.append(torch.stack([read(shade).float() for shade in shades], 1))
        self.codes, self.shown = torch.cat(codes), shown

    def caption(self, row: int, language: Language = "en") -> str:
        """The label of a picture, in English where there is none in `language`."""
        said = self.phrases[row]
        return said.get(language, said["en"])[0]

    def _new_colour(self, row: int) -> int:
        """The colour that a picture is to be given, drawn at random; -1 where it is to keep its own, as all do that are
        black or white: so are lines, lights and letters of other things too."""
        new = 0 <= self.colours[row] <= GREY and torch.rand(()) < RECOLOURED
        return int(torch.randint(len(COLOURS), ())) if new else -1

    def _said(self, row: int, new: int) -> str:
        """A caption for a picture that was given the colour `new`, if not -1, drawn at random."""
        said, own = self.phrases[row], int(self.colours[row])
        chance = torch.rand(6).tolist()
        language: Language = "en" if "ja" not in said or chance[0] < ENGLISH else "ja"
        label, tags = said[language]
        some = [tags[i] for i in torch.randperm(len(tags))[: 1 + int(chance[1] * 3)]]
        words = [label, *some[:1]][: 1 + (chance[2] < 0.3)] if chance[3] < LABEL or not some else some
        if chance[3] > 1 - ALL:
            words = [label, *tags]
        if new >= 0 or (own >= 0 and chance[4] < NAMED):
            names = getattr(COLOURS[new if new >= 0 else own], language)
            words = [names[int(torch.randint(len(names), ()))], *words]
        frames = FRAMES[language]
        frame = frames[int(chance[5] / FRAMED * len(frames))] if chance[5] < FRAMED else "{}"
        return frame.format(" ".join(words))


def load_captioned(
    name: str, split: Split = "train", size: int | None = None, channels: int | None = None, told: int = 1
) -> CaptionedDataset:
    """Load one split of a data set that has labels in words, as `data.load_data` does.

    Args:
        told: captions of each picture in a batch that varies.

    Raises:
        UserError: there is no such data set, or it has no column `label_en`.
    """
    data = load_data(name, split, size, channels)
    if COLUMNS["en"][0] not in data.columns:
        raise UserError(f"'{name}' has no captions: take emoji or emoji3d, or a file with a column label_en", "no_captions")
    phrases = phrases_of(data.columns)
    colours = torch.cat([main_colours(to_float(part)) for part in data.images.split(64)])
    colours[[names_colour([w for label, tags in row.values() for w in (label, *tags)]) for row in phrases]] = -1
    kept = {f: getattr(data, f) for f in ("name", "images", "columns", "skipped")}
    return CaptionedDataset(**kept, phrases=phrases, colours=colours, told=told)


def phrases_of(columns: dict[str, list[Any]]) -> list[dict[Language, tuple[str, list[str]]]]:
    """The label and the tags of each row by language; a language that a row hasn't is left out. Where there are codes of
    characters but no tags, they are those that `emoji` has for the same character."""
    rows = range(len(columns[COLUMNS["en"][0]]))
    codes = columns.get("code") or [""] * len(rows)
    found: list[dict[Language, tuple[str, list[str]]]] = [{} for _ in rows]
    for language, (label, tags) in COLUMNS.items():
        lent = _tags_by_code() if "code" in columns and tags not in columns else {}
        for row in rows if label in columns else ():
            if columns[label][row]:
                said = columns[tags][row] if tags in columns else lent.get(str(codes[row]), {}).get(tags)
                found[row][language] = (columns[label][row], list(said or []))
    return found


@functools.cache
def _tags_by_code() -> dict[str, dict[str, list[str] | None]]:
    """The tags in `emoji` by the code of the character and the name of the column."""
    import pyarrow.parquet as pq  # costs a tenth of a second

    path = parquet_file("emoji")
    assert path is not None
    table = pq.read_table(path, columns=["code", *(tags for _, tags in COLUMNS.values())])
    return {row.pop("code"): row for row in table.to_pylist()}


def names_of(colour: Colour) -> tuple[str, ...]:
    """All names of a colour."""
    return (*colour.en, *colour.ja)


def names_colour(phrases: Sequence[str]) -> bool:
    """Whether any of these speaks of a colour."""
    words = {word for phrase in phrases for word in re.findall("[a-z]+", phrase.lower())}
    return bool(words & _WORDS) or any(sign in normalised(phrase) for phrase in phrases for sign in _SIGNS)


def _palette() -> Float[Tensor, "colours 3"]:
    """`COLOURS` in Lab, L from 0 to 100."""
    return _lab(_rgb())[:, :, 0, 0]


def _lab(images: Float[Tensor, "n 3 h w"]) -> Float[Tensor, "n 3 h w"]:
    lab = rgb_to_lab(images)
    return torch.stack([(lab[:, 0] + 1) * 50, lab[:, 1] * 110, lab[:, 2] * 110], 1)


def main_colours(images: Float[Tensor, "n 3 h w"]) -> Int[Tensor, "n"]:
    """The row of `COLOURS` that most of each picture has, paper and black lines left aside; -1 where none has a third of
    what remains, or all is but a few lines."""
    small = avg_pool2d(images, max(1, images.shape[-1] // 64))
    lab = _lab(small)
    nearest = torch.cdist(lab.flatten(2).transpose(1, 2), _palette()).argmin(2)  # n pixels
    lightness, chroma = lab[:, 0].flatten(1), lab[:, 1:].norm(dim=1).flatten(1)
    inside = (lightness < _PAPER) & (lightness > _LINE) & ((chroma > 12) | (nearest == GREY))
    counts = torch.zeros(len(images), len(COLOURS)).scatter_add_(1, nearest, inside.float())
    most, which = counts.max(1)
    enough = (most > counts.sum(1) / 3) & (most > 0.04 * nearest.shape[1])
    return torch.where(enough, which, -1)


def recoloured(images: Float[Tensor, "n 3 h w"], now: Int[Tensor, "n"], wanted: Int[Tensor, "n"]) -> Float[Tensor, "n 3 h w"]:
    """Pictures whose main colour `now` is moved to the colour `wanted`, lights and shades with it; other colours stay."""
    palette = _opponent(_rgb().to(images.device))[:, :, 0, 0]
    seen = _opponent(images.float())
    source, target = _opponent(_own(images, now)[:, :, None, None]), palette[wanted][:, :, None, None]
    light, chroma = seen[:, :1], seen[:, 1:].norm(dim=1, keepdim=True)
    own = source[:, 1:].norm(dim=1, keepdim=True)
    along = (seen[:, 1:] * source[:, 1:]).sum(1, keepdim=True) / (chroma * own + 1e-3)
    of_colour = ((along - 0.7) / 0.15).clamp(0, 1) * (chroma / own.clamp(min=0.01)).clamp(0, 1)
    apart = (seen[:, 1:] - source[:, 1:]).norm(dim=1, keepdim=True)
    of_grey = ((0.08 - apart) / 0.03).clamp(0, 1) * (light < _PAPER / 100) * ((light - _LINE / 100) / 0.15).clamp(0, 1)
    now, wanted = now.to(images.device), wanted.to(images.device)
    weight = torch.where((now == GREY)[:, None, None, None], of_grey, of_colour)
    # Shades of a dark or white thing lie closer together than those of a bright one.
    shade = torch.where((wanted >= GREY)[:, None, None, None], 0.4, 0.8)
    shades = torch.cat([shade, torch.full_like(shade, 0.3), torch.full_like(shade, 0.3)], 1)
    moved = target + shades * (seen - source)
    return _from_opponent(seen + weight * (moved - seen)).clamp(-1, 1)


def _own(images: Float[Tensor, "n 3 h w"], now: Int[Tensor, "n"]) -> Float[Tensor, "n 3"]:
    """The mean of what each picture has in its main colour, no two greens being the same; the palette's where it has none."""
    small = avg_pool2d(images.float(), max(1, images.shape[-1] // 32))
    nearest = torch.cdist(_lab(small).flatten(2).transpose(1, 2), _palette().to(images.device)).argmin(2)  # n pixels
    mine = (nearest == now.to(images.device)[:, None])[:, None].float()
    mean = (small.flatten(2) * mine).sum(2) / mine.sum(2).clamp(min=1)
    return torch.where(mine.any(2), mean, _rgb().to(images.device)[now][:, :, 0, 0])


# Luma and two differences of colours (ITU-R BT.601): Lab would do as well, and costs many times as much.
_OPPONENT = torch.tensor([[0.299, 0.587, 0.114], [-0.169, -0.331, 0.5], [0.5, -0.419, -0.081]])


def _opponent(images: Float[Tensor, "n 3 h w"]) -> Float[Tensor, "n 3 h w"]:
    return conv2d((images + 1) / 2, _OPPONENT[:, :, None, None].to(images.device))


def _from_opponent(images: Float[Tensor, "n 3 h w"]) -> Float[Tensor, "n 3 h w"]:
    return conv2d(images, torch.linalg.inv(_OPPONENT)[:, :, None, None].to(images.device)) * 2 - 1


def _rgb() -> Float[Tensor, "colours 3 1 1"]:
    """`COLOURS` as pictures of one pixel."""
    return torch.tensor([colour.rgb for colour in COLOURS], dtype=torch.float32)[:, :, None, None] / 127.5 - 1
