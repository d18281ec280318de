"""The reverse role: a digit of the visitor's, passed off as one of the real ones."""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image

from demos.detective.dealer import SIZE, Dealer
from demos.shared import requests, responses
from gan_zoo.imaging import images

MOST_DRAWING = 512
"""the greatest height and width of a drawing in pixels"""
INSIDE = 20
"""pixels of the box that the strokes fill in a digit: so were the real ones made (LeCun et al. 1998)"""
INK = 40
"""what is darker is taken for the empty page; strokes are white"""


def as_digit(drawing: Image.Image) -> Image.Image:
    """A drawing, white on black, as the real digits are: scaled to fill a box, its centre of mass in the middle.

    Raises:
        UserError: nothing is drawn.
    """
    grey = drawing.convert("L")
    box = grey.point(lambda value: 255 * (value > INK)).getbbox()
    if box is None:
        raise requests.mistake("pass_blank")
    ink = grey.crop(box)
    share = INSIDE / max(ink.size)
    ink = ink.resize((max(1, round(ink.width * share)), max(1, round(ink.height * share))), Image.Resampling.BOX)
    weights = np.asarray(ink, dtype=np.float64) + 1e-9
    middle = [np.average(np.arange(n) + 0.5, weights=weights.sum(axis)) for n, axis in ((ink.width, 0), (ink.height, 1))]
    digit = Image.new("L", (SIZE, SIZE))
    digit.paste(ink, tuple(round(min(max(SIZE / 2 - m, 0), SIZE - n)) for m, n in zip(middle, ink.size, strict=True)))
    return digit


def judge_drawing(dealer: Dealer, drawing: Any) -> dict[str, Any]:
    """The judgement of a drawing, a PNG as a data URL: the digit that is judged (`picture`), whether it `passes`, the
    `rank` of the discriminator's opinion as `Opinion` has it, and what the classifier `reads`, how surely (`sure`)."""
    digit = as_digit(requests.read_png(drawing, MOST_DRAWING))
    pixels = images.to_float(images.from_pil(digit, 1))[None]
    thought = dealer.session.opinion(pixels)
    told = {
        "picture": responses.data_url(digit),
        "passes": dealer.judge(pixels)[0],
        "rank": float(thought.ranks[0]),
        "reads": "",
        "sure": 0.0,
    }
    if (observer := dealer.gallery.observer(dealer.thief)) is not None:
        sure, which = observer.probabilities(pixels)[0].max(0)
        told |= {"reads": observer.words[int(which)][1], "sure": float(sure)}
    return told
