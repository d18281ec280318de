"""Pictures of a sentence, and between two sentences, as the page shows them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from PIL import Image

from demos.shared import requests, responses
from gan_zoo import Gallery
from gan_zoo.data.spellings import translated
from gan_zoo.imaging import images
from gan_zoo.serving import CaptionedSession, Neighbour, Reading, Result

# A request of the page, or an answer to it.
# The longest sentence, pictures of one, training pictures beside them, pictures on the way between two sentences.
MOST_LETTERS, SAMPLES, NEIGHBOURS, STEPS = 80, 6, 5, 11
MOST_PICTURES, MOST_SEED = 16, 2**31 - 1
# The greatest distance of the latents, in standard deviations: a sentence hardly means anything further out.
SPREAD = 0.6


def read(gallery: Gallery, name: str, sentences: Sequence[Any]) -> tuple[CaptionedSession, list[Reading]]:
    """The session, and what of each sentence is understood.

    Raises:
        UserError: a sentence is empty or too long.
    """
    for sentence in sentences:
        if not isinstance(sentence, str) or not sentence.strip():
            raise requests.mistake("words_empty")
        if len(sentence) > MOST_LETTERS:
            raise requests.mistake("words_long", most=MOST_LETTERS)
    session = gallery.captioned(name)
    return session, [session.read(sentence) for sentence in sentences]


def understood(gallery: Gallery, name: str, sentences: Sequence[Any]) -> tuple[CaptionedSession, list[Reading]]:
    """As `read` returns it.

    Raises:
        UserError: also if a sentence has no word that the model knows.
    """
    session, readings = read(gallery, name, sentences)
    for sentence, reading in zip(sentences, readings, strict=True):
        if not reading.caption:
            raise requests.mistake("words_unknown", sentence=sentence.strip())
    return session, readings


def pictures(gallery: Gallery, name: str, sentence: Any, seed: Any, n: Any) -> tuple[Result, Reading]:
    """`n` pictures of a sentence, the first the likeliest, the others around it by the latents of a seed; and what was
    understood."""
    seed, n = requests.whole(seed, 0, MOST_SEED, "bad_seed"), requests.whole(n, 1, MOST_PICTURES, "bad_count")
    session, readings = understood(gallery, name, [sentence])
    z = SPREAD * session.latents(n, seed)
    z[0] = 0
    return session.draw(session.embed(readings).expand(n, -1), z), readings[0]


def way(gallery: Gallery, name: str, sentence: Any, other: Any, n: Any) -> tuple[Result, Reading]:
    """`n` pictures on the way from the likeliest one of a sentence to that of another, and what was understood of that
    one."""
    n = requests.whole(n, 2, MOST_PICTURES, "bad_count")
    session, readings = understood(gallery, name, [sentence, other])
    return session.walk(*readings, n), readings[1]


def draw(gallery: Gallery, asked: responses.Answer) -> responses.Answer:
    """All that the page shows of a sentence; of one that has no known word, what is near to those that it has."""
    name = asked["model"]
    _, (given,) = read(gallery, name, [asked.get("sentence")])
    if not given.caption:
        return told(given) | {"unknown": unknown(asked["sentence"])}
    result, reading = pictures(gallery, name, asked.get("sentence"), asked.get("seed"), SAMPLES)
    session = gallery.captioned(name)
    near = session.nearest(session.embed([reading])[0], NEIGHBOURS)
    return {
        "sheet": as_jpeg(sheet(result)),
        "stages": session.stages,
        "size": session.config.size,
        **told(reading),
        "near": [neighbour(one) for one in near],
        "said": responses.cost("words_took", result, n=SAMPLES),
    }


def mix(gallery: Gallery, asked: responses.Answer) -> responses.Answer:
    """The pictures on the way from one sentence to another; of one without a known word, what is near to those that it has."""
    _, (_, given) = read(gallery, asked["model"], [asked.get("sentence"), asked.get("other")])
    if not given.caption:
        return told(given) | {"unknown": unknown(asked["other"])}
    result, reading = way(gallery, asked["model"], asked.get("sentence"), asked.get("other"), STEPS)
    return {
        "strip": as_jpeg(strip(result)),
        **told(reading),
        "said": responses.cost("words_mixed", result, n=STEPS),
    }


def unknown(sentence: str) -> str:
    """Says that a sentence has no word that the model knows, as the page shows what is wrong."""
    return responses.answer(lambda: responses.fail(requests.mistake("words_unknown", sentence=sentence.strip())))[1]


def told(reading: Reading) -> responses.Answer:
    """The words of a sentence that the model doesn't know, or hardly."""
    return {"strange": [[*strange] for strange in reading.strange], "faint": reading.faint}


def sheet(result: Result) -> Image.Image:
    """A row for each picture, its stages side by side."""
    return images.grid(result.images, columns=1, gap=0)


def strip(result: Result) -> Image.Image:
    """The last stages side by side."""
    return images.grid(result.images[..., -result.images.shape[2] :], columns=len(result.images), gap=0)


def as_jpeg(picture: Image.Image) -> str:
    """A picture as the page gets it: quickly made."""
    return responses.data_url(picture, "JPEG", quality=92)


def neighbour(one: Neighbour) -> responses.Answer:
    """A training picture with its captions, each in its own language, or '' where it has none in it."""
    buffer = io.BytesIO()
    one.picture.convert("RGB").save(buffer, "PNG")
    return {
        "picture": responses.as_url(buffer.getvalue(), "image/png"),
        "captions": one.captions | ({"ja": translated(one.captions["en"])} if one.captions["ja"] == one.captions["en"] else {}),
        "alike": round(one.likeness, 2),
    }
