"""Does it only remember? The pictures of the training data that come closest to the one at the slider's position."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import torch
from jaxtyping import Float, UInt8
from torch import Tensor

from demos.latent import points
from demos.shared import controls, i18n, page, requests, responses
from gan_zoo import Gallery, latent, load_data
from gan_zoo.imaging import images
from gan_zoo.serving import Observer, Session

TITLE, HINT = "memory_title", "memory_hint"
TURNS = {"concurrency_id": "slow"}
NEAREST = 6
CHUNK = 500
"""pictures whose features are computed between two words about the progress"""
HELD_OUT = 500
"""real pictures that were not trained on, as a yardstick"""


@dataclass(frozen=True)
class Bank:
    """The training pictures of a data set, and how far from them real pictures are that were not among them."""

    images: UInt8[Tensor, "n c h w"]
    features: Float[Tensor, "n f"]
    held_out: Float[Tensor, "m"]
    """the distance of each to the nearest training picture"""


def read_bank(session: Session, observer: Observer, data: str) -> Iterator[float | Bank]:
    """Yields the share of the training data that has been read, in [0, 1], and at the end the bank."""
    shape = {"size": session.config.size, "channels": session.config.channels}
    train, test = (load_data(data, split, **shape).images for split in ("train", "test"))
    parts = []
    for part in train.split(CHUNK):
        yield len(parts) * CHUNK / len(train)
        parts.append(observer.features(images.to_float(part)))
    features = torch.cat(parts)
    distances, _ = latent.nearest(observer.features(images.to_float(test[:HELD_OUT])), features, 1)
    yield Bank(train, features, distances[:, 0])


@dataclass(frozen=True)
class Found:
    """The nearest training pictures of a sample."""

    sample: Float[Tensor, "c h w"]
    images: UInt8[Tensor, "k c h w"]
    distances: list[float]
    share: float
    """of the real pictures that were not trained on, how many have a nearer one in the training data"""


def find(gallery: Gallery, bank: Bank, observer: Observer, *way: Any) -> Found:
    """The nearest training pictures of the picture at the slider's position, in the eyes of the feature network."""
    at = points.here(gallery, *way)
    sample = at.sample(at.z).images
    # As bytes, as the training pictures were looked at.
    seen = observer.features(images.to_float(images.to_uint8(sample)))
    distances, rows = latent.nearest(seen, bank.features, NEAREST)
    share = float((bank.held_out < distances[0, 0]).float().mean())
    return Found(sample[0], bank.images[rows[0]], distances[0].tolist(), share)


def show(found: Found) -> str:
    """The sample and its neighbours, the nearest first, with their distances."""
    terms = [responses.term("", points.url(found.sample[None]), i18n.both("this_sample"), "zoo-sum")]
    for picture, distance in zip(images.to_float(found.images), found.distances, strict=True):
        terms.append(responses.term("", points.url(picture[None]), f"{distance:.1f}"))
    said = i18n.both("neighbours", distance=f"{found.distances[0]:.1f}", share=f"{found.share:.0%}")
    return f'<div class="zoo-equation">{"".join(terms)}</div><p class="zoo-note">{said}</p>'


class Banks:
    """The training pictures of the gallery's data sets; reading one takes seconds, and is done once."""

    def __init__(self, gallery: Gallery) -> None:
        self._gallery = gallery
        self._banks: WeakKeyDictionary[Observer, dict[str, Bank]] = WeakKeyDictionary()
        """by the feature network and the name of the data"""

    def read(self, model: Any) -> Iterator[float | tuple[Observer, Bank]]:
        """Yields the share of a model's training data that has been read, in [0, 1], and at the end the observer and the bank.

        Raises:
            UserError: no feature network ships for its pictures.
        """
        session, observer = self._gallery.session(model), self._gallery.observer(model)
        data = self._gallery.card(model).get("data", "")
        if observer is None:
            raise requests.mistake("no_observer", data=data)
        banks = self._banks.setdefault(observer, {})
        if data not in banks:
            for step in read_bank(session, observer, data):
                if isinstance(step, Bank):
                    banks[data] = step
                else:
                    yield step
        yield observer, banks[data]


def endpoints(gallery: Gallery, banks: Banks, save: responses.Save) -> list[Callable[..., Any]]:
    """The tool's endpoints for programs."""

    def neighbours(
        model: str, pick: list[int] = points.FIRST_PICK, truncation: float = points.TRUNCATION[1], label: str = ""
    ) -> tuple[responses.Picture, list[float], float]:
        """Pick `[seed, index]` and the training pictures that come closest to it, side by side as PNG; their distances;
        and of the real pictures that were not trained on the share in [0, 1] that have a nearer one."""
        *_, last = banks.read(model)
        assert isinstance(last, tuple)
        observer, bank = last
        found = find(gallery, bank, observer, *points.alone(model, label, truncation, pick))
        pictures = torch.cat([found.sample[None], images.to_float(found.images)])
        return save(points.row(pictures)), found.distances, found.share

    return [neighbours]


def build(gallery: Gallery, way: list[Any], save: responses.Save) -> list[Callable[..., Any]]:
    """Lays out the tool and connects it; returns its endpoints for programs."""
    banks = Banks(gallery)
    near = controls.visible("zoo-walked", "zoo-moved", slow=True)
    wrong = page.trouble()
    shown = page.still("", elem_classes="zoo-said")

    def on_look(*way: Any) -> Iterator[tuple[str, str]]:
        def look() -> Iterator[str]:
            if gallery.observer(way[0]) is None:  # nobody's mistake, and no alarm
                yield f'<p class="zoo-note">{i18n.both("no_observer", data=gallery.card(way[0]).get("data", ""))}</p>'
                return
            for step in banks.read(way[0]):
                if isinstance(step, tuple):
                    observer, bank = step
                    yield show(find(gallery, bank, observer, *way))
                else:
                    yield f'<p class="zoo-note">{i18n.both("reading")} <progress value="{step}"></progress></p>'

        work = look()
        while True:
            said, problem = responses.answer(lambda: next(work, ""))
            if problem or not said:
                if problem:
                    yield "", problem
                return
            yield said, ""

    near.look(on_look, way, [shown, wrong], **responses.SLOW)
    return endpoints(gallery, banks, save)
