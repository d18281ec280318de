"""Tells if a picture is of the kind that a style learnt from, by the features of a network that knows photographs."""

from __future__ import annotations

import functools
import threading

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import normalize

from demos.style.upload import Picture
from gan_zoo import Gallery, UserError, open_pictures
from gan_zoo.data.dataset import fit
from gan_zoo.imaging import images
from gan_zoo.serving import Observer

SEEN = 64
"""pictures of a kind that a new one is compared with"""
FEWEST = 32
"""with fewer pictures than this nothing is said: nobody knows how much such pictures differ"""
NEAREST = 3
"""how alike a picture is to a kind: the mean cosine of its features to the nearest so many pictures of it"""
ODD = 0.07
"""the share of the pictures of a kind that are as unlike the others as one that is taken for none of them"""
SIDE = 224
"""height and width at which pictures are compared"""
PART = 8
"""pictures that are looked at before other networks may run"""

_one_at_a_time = threading.Lock()


def is_of_kind(gallery: Gallery, data: str, picture: Picture) -> bool | None:
    """True if a picture is about as like the pictures of `data` as they are like each other; None where nobody can say: without
    the network, without the data, or with few pictures."""
    eye = gallery.eye()
    found = known(eye, data) if eye else None
    if eye is None or found is None:
        return None
    features, least = found
    return bool(alike(look(eye, [picture]), features) >= least)


def known(eye: Observer, data: str) -> tuple[Float[Tensor, "n f"], float] | None:
    """The features of pictures of a kind, and the least likeness of one more; None where there are too few pictures."""
    with _one_at_a_time:
        return _known(eye, data)


@functools.lru_cache(8)
def _known(eye: Observer, data: str) -> tuple[Float[Tensor, "n f"], float] | None:
    try:
        found = open_pictures(data, "train").pictures
    except (UserError, OSError):
        return None
    if len(found) < FEWEST:
        return None
    chosen = torch.linspace(0, len(found) - 1, min(SEEN, len(found))).round().long().tolist()
    features = look(eye, [images.from_pil(found[i], 3) for i in chosen])
    likeness = (features @ features.T).fill_diagonal_(-1).topk(NEAREST, 1).values.mean(1)
    return features, float(likeness.quantile(ODD))


def look(eye: Observer, pictures: list[Picture]) -> Float[Tensor, "n f"]:
    """The features of pictures, as unit vectors."""
    squares = [images.to_float(images.from_pil(fit(images.to_pil(picture), SIDE), 3)) for picture in pictures]
    return normalize(torch.cat([eye.features(part) for part in torch.stack(squares).split(PART)]), dim=1)


def alike(one: Float[Tensor, "1 f"], features: Float[Tensor, "n f"]) -> Float[Tensor, ""]:
    """The likeness of a picture and a kind, at most 1."""
    return (one @ features.T).topk(NEAREST, 1).values.mean()
