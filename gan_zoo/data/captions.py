"""Captions: pictures that are told of in words, in English and Japanese, and words as numbers.

A caption in training is put together anew each time from a picture's label and tags, in one language. Colours are words
too: the name of a picture's main colour is read off the picture, and a picture may be given another colour and its name.
So "red" comes to mean the same for a car, which the data have in red, and for a bird, which they haven't.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d

from gan_zoo.data.catalogue import Split
from gan_zoo.data.colour_words import COLOURS, GREY, main_colours, names_colour, recoloured
from gan_zoo.data.dataset import Dataset
from gan_zoo.data.reading import load_data, parquet_file
from gan_zoo.errors import UserError
from gan_zoo.imaging.images import to_float
from gan_zoo.layers.tokenizer import Language, tokens

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
