"""A film of the walk: a loop through all picks and back to the first, of any length, without a seam."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float, UInt8
from torch import Tensor
from torch.nn.functional import interpolate

from demos.latent import points
from demos.shared import requests
from gan_zoo import Gallery, latent
from gan_zoo.imaging import images, video

SIDE = 720
"""height and width of a film in pixels"""
SECONDS, FIRST_SECONDS = (2.0, 30.0), 6.0
FRAMES_A_SECOND = 24
MOST_IN_WEBP = 96
"""most frames of the WebP: it keeps all of them in memory, and is several times as large as the MP4"""
TOGETHER = 48
"""pictures that the network draws before other visitors have their turn"""


@dataclass(frozen=True)
class Film:
    """A loop as an MP4 and as an animated WebP."""

    mp4: bytes
    webp: bytes


def loop(way: points.Picked, frames: int, spherical: bool) -> Float[Tensor, "frames z"]:
    """The latents of a walk through all picks and back to the first. The first frame follows the last one."""
    return latent.path(torch.cat([way.z, way.z[:1]]), frames + 1, spherical)[:-1]


def large(pictures: Float[Tensor, "n c h w"]) -> Iterator[UInt8[Tensor, "3 side side"]]:
    """The pictures in colour with `SIDE` pixels, smooth: whole pixels would show as squares on a projector."""
    for picture in pictures.split(1):
        grown = interpolate(picture, size=(SIDE, SIDE), mode="bicubic", align_corners=False)
        yield images.to_uint8(grown.clamp(-1, 1))[0].expand(3, -1, -1)


def make(
    gallery: Gallery, model: Any, label: Any, truncation: Any, picks: Any, route: Any, seconds: Any
) -> Iterator[float | Film]:
    """Yields the share of the work that is done, in [0, 1], and at the end the film.

    Raises:
        UserError: the picks or the length are no such things.
    """
    way = points.picked(gallery, model, label, truncation, picks)
    length = requests.number(seconds, *SECONDS, "bad_length")
    z = loop(way, round(length * FRAMES_A_SECOND), route != "linear")
    parts = []
    for part in z.split(TOGETHER):
        yield 0.5 * len(parts) * TOGETHER / len(z)
        parts.append(way.sample(part).images)
    pictures = torch.cat(parts)
    yield 0.5
    mp4 = video.write_mp4(large(pictures), FRAMES_A_SECOND)
    yield 0.75
    every = -(-len(pictures) // MOST_IN_WEBP)
    shown = [images.to_pil(picture) for picture in large(pictures[::every])]
    yield Film(mp4, images.animation(shown, round(1000 * length / len(shown)), quality=70, effort=0))
