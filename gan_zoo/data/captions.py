"""Captions: pictures with words that describe them, in English and Japanese, as numbers.

In training, each epoch makes new captions from a picture's label and tags, each in one language. Colours are words too: the
name of the main colour is found from the pixels, and a picture may get another colour together with the name of that colour.
So the model learns the same meaning of "red" for a car, which is red in the data, and for a bird, which is not.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, cast

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d

from gan_zoo import random_state
from gan_zoo.data.catalogue import Split
from gan_zoo.data.colour_words import COLOURS, GREY, main_colours, names_colour, recoloured
from gan_zoo.data.dataset import Dataset
from gan_zoo.data.names import DataName
from gan_zoo.data.reading import load_data, parquet_file
from gan_zoo.errors import UserError
from gan_zoo.imaging.images import to_float
from gan_zoo.layers.tokenizer import Language, tokens

# The columns that describe the pictures of a data set, by language: a label, and more words where there are any.
COLUMNS: dict[Language, tuple[str, str]] = {"en": ("label_en", "tags_en"), "ja": ("label_ja", "tags_ja")}
# People write such words around the words that matter.
FRAMES: dict[Language, tuple[str, ...]] = {
    "en": ("a {}", "the {}", "a picture of a {}", "draw me a {}, please"),
    "ja": ("{}の絵", "{}を描いて", "{}です", "{}をください"),
}
# Probabilities in training. A caption is the label with at most one tag, the label with all tags, or else some tags. It names
# the colour, the picture gets another colour, words stand around the caption, it is in English.
LABEL, ALL, NAMED, RECOLOURED, FRAMED, ENGLISH = 0.5, 0.2, 0.4, 0.4, 0.2, 0.5


@dataclass
class CaptionedDataset(Dataset):
    """Pictures, and the label and the tags of each by language."""

    phrases: list[dict[Language, tuple[str, list[str]]]] = field(default_factory=list)
    colours: Int[Tensor, "n"] = field(default_factory=lambda: torch.zeros(0, dtype=torch.int64))
    """the main colour of each picture, a row of `COLOURS`; -1 where it has none, or where its words already name one"""
    told: int = 1
    """captions of each picture in a batch that varies"""
    codes: Float[Tensor, "n colours k"] | None = None
    """the code of each picture in each of `COLOURS`, and last without a change; None before `encode`"""
    shown: bool = True
    """True if a batch that varies has the pictures themselves"""
    seed: int = 0
    """seed of the captions and of the other colours that each epoch draws"""
    drawn: tuple[Int[Tensor, "n"], Int[Tensor, "n told length 2"]] | None = None
    """the other colour of each picture in this epoch, or -1, and the tokens of its captions; None before the first epoch"""

    def thinned(self, n: int) -> CaptionedDataset:
        raise UserError("a run on captions takes all pictures: leave out --pictures", "usage")

    def to(self, device: torch.device) -> CaptionedDataset:
        drawn = None if self.drawn is None else (self.drawn[0].to(device), self.drawn[1].to(device))
        codes = None if self.codes is None else self.codes.to(device)
        moved = cast(CaptionedDataset, super().to(device))
        return replace(moved, colours=self.colours.to(device), drawn=drawn, codes=codes)

    def renew(self, window: int) -> None:
        """Draw another colour for some pictures and `told` captions for each. The batches of the epoch then need no host."""
        with random_state.seeded(self.seed * 1_000_003 + window):
            own = self.colours.tolist()
            new = [self._new_colour(colour) for colour in own]
            said = tokens(self._said(*row) for row in zip(range(len(self)), own, new, strict=True) for _ in range(self.told))
        drawn = torch.tensor(new), said.view(len(self), self.told, *said.shape[1:])
        if self.drawn is None:
            self.drawn = drawn[0].to(self.images.device), drawn[1].to(self.images.device)
        else:  # a captured step reads them where they are
            for place, values in zip(self.drawn, drawn, strict=True):
                place.copy_(values)

    def batch(
        self, index: Int[Tensor, "b"] | slice, mirror: bool = False, jitter: float = 0.0, vary: bool = False
    ) -> dict[str, Tensor]:
        """The batch of `Dataset.batch`, with the `row` of each picture and the `tokens` of its label.

        `vary` takes the colours and the captions that `renew` has drawn for this epoch: `told` captions for each picture,
        whose tokens follow one another. Codes, where there are any, come with the pictures or instead of them.
        """
        rows = index if isinstance(index, Tensor) else torch.arange(len(self), device=self.images.device)[index]
        batch = {"row": rows}
        if not vary:
            said = tokens(self.caption(row) for row in rows.tolist())
            return batch | {"image": super().batch(index, mirror, jitter)["image"], "tokens": said.to(rows.device)}
        if self.drawn is None:
            self.renew(0)
        assert self.drawn is not None
        new = self.drawn[0][rows]
        batch["tokens"] = self.drawn[1][rows].flatten(0, 1)
        if self.codes is not None:
            batch["code"] = self.codes[rows, new]
        if self.shown:
            batch["image"] = self.coloured(super().batch(index, mirror, jitter)["image"], rows, new)
        return batch

    def coloured(
        self, images: Float[Tensor, "b 3 h w"], rows: Int[Tensor, "b"], new: Int[Tensor, "b"]
    ) -> Float[Tensor, "b 3 h w"]:
        """The pictures of `rows` in the colours `new`; those with the new colour -1 or without a main colour stay the same."""
        now = self.colours[rows]
        changed = (now >= 0) & (new >= 0)
        if images.device.type == "cpu":
            few = changed.nonzero()[:, 0]
            images[few] = recoloured(images[few], now[few], new[few])
            return images
        # A GPU recolours all pictures, because the host would have to wait for the number of those that change.
        return torch.where(changed[:, None, None, None], recoloured(images, now.clamp(min=0), new.clamp(min=0)), images)

    @torch.no_grad()
    def encode(self, read: Callable[[Float[Tensor, "b 3 s s"]], Float[Tensor, "b k"]], size: int, shown: bool) -> None:
        """Store the code that `read` gives to each picture of `size` in each colour. Afterwards batches without the pictures
        themselves cost almost nothing."""
        codes = []
        for rows in torch.arange(len(self)).split(64):
            images = adaptive_avg_pool2d(Dataset.batch(self, rows)["image"], size)
            rows = rows.to(images.device)
            shades = [self.coloured(images.clone(), rows, torch.full_like(rows, new)) for new in (*range(len(COLOURS)), -1)]
            codes.append(torch.stack([read(shade).float() for shade in shades], 1))
        self.codes, self.shown = torch.cat(codes), shown

    def caption(self, row: int, language: Language = "en") -> str:
        """The label of a picture in `language`, or in English where it has none in `language`."""
        said = self.phrases[row]
        return said.get(language, said["en"])[0]

    def _new_colour(self, own: int) -> int:
        """A random new colour for a picture of the colour `own`; -1 where it keeps that. Black and white pictures always keep
        theirs, because the lines, lights and letters of other things are black or white too."""
        new = 0 <= own <= GREY and torch.rand(()) < RECOLOURED
        return int(torch.randint(len(COLOURS), ())) if new else -1

    def _said(self, row: int, own: int, new: int) -> str:
        """A random caption for a picture of the colour `own`; it names the colour `new` unless that is -1."""
        said = self.phrases[row]
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
    name: str | DataName,
    split: Split = "train",
    size: int | None = None,
    channels: int | None = None,
    told: int = 1,
    seed: int = 0,
) -> CaptionedDataset:
    """Load one split of a data set that has labels in words; the other arguments are those of `load_data`.

    Args:
        told: captions of each picture in a batch that varies.
        seed: seed of these captions.

    Raises:
        UserError: there is no such data set, or it has no column `label_en`.
    """
    data = load_data(name, split, size, channels)
    if COLUMNS["en"][0] not in data.columns:
        raise UserError(f"'{name}' has no captions: take emoji or emoji3d, or a file with a column label_en", "no_captions")
    phrases = phrases_of(data.columns)
    colours = torch.cat([main_colours(to_float(part)) for part in data.images.split(64)])
    colours[[names_colour([w for label, tags in row.values() for w in (label, *tags)]) for row in phrases]] = -1
    kept = {f: getattr(data, f) for f in ("name", "images", "columns", "skipped", "notes")}
    return CaptionedDataset(**kept, phrases=phrases, colours=colours, told=told, seed=seed)


def phrases_of(columns: dict[str, list[Any]]) -> list[dict[Language, tuple[str, list[str]]]]:
    """The label and the tags of each row by language, without the languages that the row doesn't have. Where the columns have
    codes of characters but no tags, the tags of the same characters in `emoji` are taken."""
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
