"""Pictures to judge: real ones, and forgeries from five moments of a thief's career."""

from __future__ import annotations

import math
import random
import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from demos.shared import requests, responses
from gan_zoo import Gallery, load_data, open_picture
from gan_zoo.imaging import images
from gan_zoo.serving import Session

CAREER = Path(__file__).parent / "web" / "career.webp"
DATA, SIZE = "digits", 28
STEPS = (50, 200, 800, 3200)
"""the steps of the thief's training that the rows of career.webp come from: cut from the lossless grids of the run that
`gan-zoo train --recipe dcgan-digits-first` makes"""
LEVELS = (*STEPS, 0)
"""the steps of the thief's training at each level; 0 is the thief as it is now"""
POOL = 256
"""forgeries of the last level that are drawn at once"""
SHOWN = 1_000
"""real pictures, which the discriminator has never seen, that are dealt"""
CALIBRATION = 1_000
"""real pictures that tell what the detective usually thinks of real ones"""
USUAL = (0.1, 0.9)
"""the shares of real pictures between whose logits a picture passes as real. Both ends count: a discriminator that has
long seen only good forgeries knows nothing of clumsy ones, and its logits for those can be far too low or far too high"""


@dataclass(frozen=True)
class Dealt:
    """A picture, and all that is known of it."""

    image: Float[Tensor, "c h w"]
    real: bool
    level: int
    """index in `LEVELS`"""
    passes: bool
    """whether the discriminator takes it for real"""

    def url(self) -> str:
        """The picture as the source of an <img>; it says nothing of where it is from."""
        return responses.data_url(images.to_pil(self.image))


class Dealer:
    """Deals real and forged digits, with the opinion of the thief's own discriminator.

    Raises:
        UserError: no weights of a sampler of digits with its discriminator are there.
    """

    def __init__(self, gallery: Gallery) -> None:
        self.gallery = gallery
        self.random = random.SystemRandom()
        self._lock = threading.Lock()
        self._pool: list[Float[Tensor, "c h w"]] = []
        self._judged: Session | None = None
        self._border = (0.0, 0.0)
        self._real: Float[Tensor, "n c h w"] | None = None

    @property
    def thief(self) -> str:
        """The weights that forge, the best of those that ship with their discriminator, which is the detective."""
        cards = {name: self.gallery.card(name) for name in self.gallery.names("sampler")}
        fids = {
            name: card["metrics"].get(name, {}).get("fid", math.inf)
            for name, card in cards.items()
            if card.get("data") == DATA and "discriminator" in card["published"] and card["config"].get("size") == SIZE
        }
        if not fids:
            raise requests.mistake("detective_none")
        return min(fids, key=fids.__getitem__)

    @property
    def session(self) -> Session:
        return self.gallery.session(self.thief)

    def deal(self, level: int) -> Dealt:
        """A picture of a level, an index in `LEVELS`: real or forged, as a coin falls."""
        real = self.random.random() < 0.5
        image = self.random.choice(self._test()) if real else self._forgery(level)
        return Dealt(image, real, level, self.judge(image[None])[0])

    def judge(self, pictures: Float[Tensor, "n c h w"]) -> list[bool]:
        """True for each picture that the discriminator calls real: its logit lies in the range of most real ones."""
        session = self.session
        with self._lock:
            if self._judged is not session:
                known = load_data(DATA, "train", most=CALIBRATION).batch(slice(None))["image"]
                low, high = session.opinion(known).logits.quantile(torch.tensor(USUAL)).tolist()
                self._judged, self._border = session, (low, high)
            low, high = self._border
        return [low <= logit <= high for logit in session.opinion(pictures).logits.tolist()]

    def _test(self) -> Float[Tensor, "n c h w"]:
        """Real pictures that the discriminator has never seen."""
        if self._real is None:
            self._real = load_data(DATA, "test", most=SHOWN).batch(slice(None))["image"]
        return self._real

    def _forgery(self, level: int) -> Float[Tensor, "c h w"]:
        if LEVELS[level]:
            return self.random.choice(_career()[level])
        with self._lock:
            if not self._pool:
                session = self.session
                drawn = session.sample(session.latents(POOL, self.random.randrange(2**31))).images
                self._pool = list(images.to_float(images.to_uint8(drawn)))  # bytes, as the real ones are
            return self._pool.pop()


def _career() -> Float[Tensor, "levels n c h w"]:
    """The forgeries of the early levels."""
    sheet = open_picture(CAREER).convert("L")
    pixels = torch.from_numpy(np.array(sheet)).unflatten(0, (-1, SIZE)).unflatten(2, (-1, SIZE))
    return images.to_float(pixels.permute(0, 2, 1, 3)[:, :, None])


def check_level(value: object) -> int:
    """A level as the page sends it."""
    return requests.whole(value, 0, len(LEVELS) - 1, "detective_level")
