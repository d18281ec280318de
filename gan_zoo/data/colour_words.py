"""Colours by name: they are found in pictures and in sentences, and a picture can get another colour."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import avg_pool2d, conv2d

from gan_zoo.imaging.colour import rgb_to_lab
from gan_zoo.layers.tokenizer import normalised


@dataclass(frozen=True)
class Colour:
    """A colour with its names; the first name of each language can stand before a noun."""

    rgb: tuple[int, int, int]
    en: tuple[str, ...]
    ja: tuple[str, ...]


# The colours are those of OpenMoji's palette.
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


CPU = torch.device("cpu")
GREY = 8  # the first of the shades of grey: grey, black and white


# Words and, below, Japanese signs that show that a phrase names a colour.
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


def names_of(colour: Colour) -> tuple[str, ...]:
    """All names of a colour."""
    return (*colour.en, *colour.ja)


def names_colour(phrases: Sequence[str]) -> bool:
    """True if any of the phrases names a colour."""
    words = {word for phrase in phrases for word in re.findall("[a-z]+", phrase.lower())}
    return bool(words & _WORDS) or any(sign in normalised(phrase) for phrase in phrases for sign in _SIGNS)


@functools.cache
@torch.inference_mode(False)  # it may be made while pictures are served, and be needed in training
def _palette(device: torch.device) -> Float[Tensor, "colours 3"]:
    """`COLOURS` in Lab, L from 0 to 100. They are uploaded to a device once."""
    return _lab(_rgb(CPU))[:, :, 0, 0].to(device)


def _lab(images: Float[Tensor, "n 3 h w"]) -> Float[Tensor, "n 3 h w"]:
    lab = rgb_to_lab(images)
    return torch.stack([(lab[:, 0] + 1) * 50, lab[:, 1] * 110, lab[:, 2] * 110], 1)


def main_colours(images: Float[Tensor, "n 3 h w"]) -> Int[Tensor, "n"]:
    """The row of `COLOURS` that covers most of each picture, without paper and black lines; -1 where no colour covers a third
    of the rest, or where the picture is only a few lines."""
    small = avg_pool2d(images, max(1, images.shape[-1] // 64))
    lab = _lab(small)
    nearest = torch.cdist(lab.flatten(2).transpose(1, 2), _palette(images.device)).argmin(2)  # n pixels
    lightness, chroma = lab[:, 0].flatten(1), lab[:, 1:].norm(dim=1).flatten(1)
    inside = (lightness < _PAPER) & (lightness > _LINE) & ((chroma > 12) | (nearest == GREY))
    counts = torch.zeros(len(images), len(COLOURS)).scatter_add_(1, nearest, inside.float())
    most, which = counts.max(1)
    enough = (most > counts.sum(1) / 3) & (most > 0.04 * nearest.shape[1])
    return torch.where(enough, which, -1)


def recoloured(images: Float[Tensor, "n 3 h w"], now: Int[Tensor, "n"], wanted: Int[Tensor, "n"]) -> Float[Tensor, "n 3 h w"]:
    """The pictures with the main colour `now` changed to `wanted`, with its light and dark shades; other colours stay."""
    palette = _opponent(_rgb(images.device))[:, :, 0, 0]
    seen = _opponent(images.float())
    source, target = _opponent(_own(images, now)[:, :, None, None]), palette[wanted][:, :, None, None]
    light, chroma = seen[:, :1], seen[:, 1:].norm(dim=1, keepdim=True)
    own = source[:, 1:].norm(dim=1, keepdim=True)
    along = (seen[:, 1:] * source[:, 1:]).sum(1, keepdim=True) / (chroma * own + 1e-3)
    of_colour = ((along - 0.7) / 0.15).clamp(0, 1) * (chroma / own.clamp(min=0.01)).clamp(0, 1)
    apart = (seen[:, 1:] - source[:, 1:]).norm(dim=1, keepdim=True)
    of_grey = ((0.08 - apart) / 0.03).clamp(0, 1) * (light < _PAPER / 100) * ((light - _LINE / 100) / 0.15).clamp(0, 1)
    weight = torch.where((now == GREY)[:, None, None, None], of_grey, of_colour)
    # The shades of a dark or white thing are closer together than those of a bright thing.
    shade = torch.where((wanted >= GREY)[:, None, None, None], 0.4, 0.8)
    shades = torch.cat([shade, torch.full_like(shade, 0.3), torch.full_like(shade, 0.3)], 1)
    moved = target + shades * (seen - source)
    return _from_opponent(seen + weight * (moved - seen)).clamp(-1, 1)


def _own(images: Float[Tensor, "n 3 h w"], now: Int[Tensor, "n"]) -> Float[Tensor, "n 3"]:
    """The mean of each picture's pixels of its main colour, because greens differ; if it has none, the palette's colour."""
    small = avg_pool2d(images.float(), max(1, images.shape[-1] // 32))
    nearest = torch.cdist(_lab(small).flatten(2).transpose(1, 2), _palette(images.device)).argmin(2)  # n pixels
    mine = (nearest == now[:, None])[:, None].float()
    mean = (small.flatten(2) * mine).sum(2) / mine.sum(2).clamp(min=1)
    return torch.where(mine.any(2), mean, _rgb(images.device)[now][:, :, 0, 0])


# Luma and two colour differences (ITU-R BT.601): Lab would work as well, but takes many times as long.
_OPPONENT = torch.tensor([[0.299, 0.587, 0.114], [-0.169, -0.331, 0.5], [0.5, -0.419, -0.081]])


def _opponent(images: Float[Tensor, "n 3 h w"]) -> Float[Tensor, "n 3 h w"]:
    return conv2d((images + 1) / 2, _opponents(images.device)[0])


def _from_opponent(images: Float[Tensor, "n 3 h w"]) -> Float[Tensor, "n 3 h w"]:
    return conv2d(images, _opponents(images.device)[1]) * 2 - 1


@functools.cache
@torch.inference_mode(False)
def _opponents(device: torch.device) -> tuple[Float[Tensor, "3 3 1 1"], Float[Tensor, "3 3 1 1"]]:
    """The kernels to luma and colour differences, and back. They are uploaded to a device once."""
    there, back = (matrix[:, :, None, None].to(device) for matrix in (_OPPONENT, torch.linalg.inv(_OPPONENT)))
    return there, back


@functools.cache
@torch.inference_mode(False)
def _rgb(device: torch.device) -> Float[Tensor, "colours 3 1 1"]:
    """`COLOURS` as pictures of one pixel. They are uploaded to a device once."""
    colours = torch.tensor([colour.rgb for colour in COLOURS], dtype=torch.float32)
    return (colours[:, :, None, None] / 127.5 - 1).to(device)
