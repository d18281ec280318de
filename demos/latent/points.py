"""Latents of the browser's picks: the starting points of every tool of the tab.

Nothing of a visitor is kept on the server: a picture is a seed and an index, and each handler is told all it needs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import torch
from jaxtyping import Float, Int
from PIL import Image
from torch import Tensor

from demos.shared import requests, responses
from gan_zoo import Gallery, latent
from gan_zoo.imaging import images
from gan_zoo.serving import Result, Session

MOST_SEED = 2**31 - 1
COUNT = 64
MOST_COUNT = 256
MOST_PICKS = 50
TRUNCATION = (0.1, 3.0)
FIRST_SEED = 7
FIRST_TRUNCATION = 2.0
# A walk is there when the page opens; the first click of the visitor replaces it.
FIRST_PICKS = [[FIRST_SEED, 0], [FIRST_SEED, 9], [FIRST_SEED, 18]]
FIRST_PICK = FIRST_PICKS[0]
ROUTES = ["spherical", "linear"]
STOPPED = "() => { document.querySelectorAll('#tab_latent progress').forEach((bar) => { bar.dataset.stopped = ''; }); }"
"""JavaScript that marks the bars of what has been stopped: the buttons that stop it go with them"""


@dataclass(frozen=True)
class Picked:
    """Latents of one model, and the class that all of them are drawn as."""

    session: Session
    z: Float[Tensor, "k z"]
    label: str
    """the name of a class; empty where the model takes none"""
    psi: float = 1.0
    """how far from their mean the styles stay; 1 where the latents themselves are truncated"""

    def labels(self, n: int) -> Int[Tensor, "n"] | None:
        """The class, `n` times."""
        return torch.full((n,), self.session.classes.index(self.label)) if self.label else None

    def sample(self, z: Float[Tensor, "n z"]) -> Result:
        """The pictures of latents, as this class."""
        return self.session.sample(z, self.labels(len(z)), psi=self.psi)

    def mapping(self, z: Float[Tensor, "n z"]) -> Float[Tensor, "n w"]:
        """The points of the space that edits are made in."""
        return self.session.mapping(z, self.psi)

    def synthesis(self, w: Float[Tensor, "n *layers w"]) -> Result:
        """The pictures of points of the space that edits are made in, as this class."""
        return self.session.synthesis(w, self.labels(len(w)))


def class_of(session: Session, label: Any) -> str:
    """The class to draw: the first one where none is chosen, none where the model takes none.

    Raises:
        UserError: the model knows no such class.
    """
    if not session.classes:
        return ""
    if label in ("", None):
        return session.classes[0]
    if label not in session.classes:
        raise requests.mistake("unknown_class", name=label, known=session.classes)
    return str(label)


def threshold(truncation: Any) -> float:
    """The truncation, checked."""
    return requests.number(truncation, *TRUNCATION, "bad_truncation")


def check_picks(picks: Any, least: int = 0) -> list[tuple[int, int]]:
    """Picks `[[seed, index], ...]` as the browser sends them, checked."""
    if not isinstance(picks, list) or not all(isinstance(pick, list | tuple) and len(pick) == 2 for pick in picks):
        raise requests.mistake("bad_picks")
    if len(picks) > MOST_PICKS:
        raise requests.mistake("many_picks", most=MOST_PICKS)
    if len(picks) < least:
        raise requests.mistake("few_picks" if least < 3 else "few_picks_map")
    return [
        (requests.whole(seed, 0, MOST_SEED, "bad_picks"), requests.whole(index, 0, MOST_COUNT - 1, "bad_picks"))
        for seed, index in picks
    ]


def picked(gallery: Gallery, model: Any, label: Any, truncation: Any, picks: Any, least: int = 2) -> Picked:
    """The latents of at least so many picks."""
    session = gallery.session(model)
    checked = check_picks(picks, least)
    rows = [session.latents(index + 1, seed)[index] for seed, index in checked]
    z = torch.stack(rows) if rows else torch.zeros(0, session.config.latent_size)
    z, psi = session.truncated(z, threshold(truncation))
    return Picked(session, z, class_of(session, label), psi)


def here(gallery: Gallery, model: Any, label: Any, truncation: Any, picks: Any, route: Any, position: Any) -> Picked:
    """The one latent at `position` in [0, 1] of the walk through the picks."""
    way = picked(gallery, model, label, truncation, picks)
    at = requests.number(position, 0.0, 1.0, "bad_position")
    return replace(way, z=latent.along(way.z, torch.tensor([at]), route != "linear"))


def alone(model: Any, label: Any, truncation: Any, pick: Any) -> tuple[Any, ...]:
    """The arguments of `here` for the position at one pick."""
    return model, label, truncation, [pick, pick], "linear", 0.0


def scale(pictures: Float[Tensor, "n c h w"], side: int) -> int:
    """The factor that enlarges pictures to a width of about `side` pixels."""
    return max(1, round(side / pictures.shape[-1]))


def row(pictures: Float[Tensor, "n c h w"]) -> Image.Image:
    """Pictures side by side."""
    return images.grid(pictures, columns=len(pictures), gap=0)


def url(pictures: Float[Tensor, "n c h w"], columns: int | None = None) -> str:
    """Pictures side by side as the source of an <img>: PNG while they are small, JPEG, which is fifty times as fast,
    when they are not."""
    sheet = images.grid(pictures, columns=columns or len(pictures), gap=0)
    return responses.data_url(sheet) if pictures.shape[-1] <= 32 else responses.data_url(sheet, "JPEG", quality=92)


def changed(result: Result) -> tuple[str, str]:
    """HTML of a picture and of what became of it, the two pictures of `result`, and of what they cost."""
    before, after = (url(image[None]) for image in result.images)
    terms = responses.term("", before, "") + responses.term("→", after, "", "zoo-sum")
    return f'<div class="zoo-equation">{terms}</div>', responses.cost("drawn", result, n=2)
