"""Sessions: networks that are ready to run, in the precision that is fastest here, one batch after the other.

`gallery.Gallery` makes the sessions. `SESSIONS` names the class of session for each kind of model.
"""

from __future__ import annotations

from gan_zoo.data.lexicon import Reading
from gan_zoo.models.base import Kind
from gan_zoo.serving.autoencoder import CodeSession
from gan_zoo.serving.calls import Result
from gan_zoo.serving.dragging import drag_handles
from gan_zoo.serving.knobs import KNOBS, Knobs, find_knobs
from gan_zoo.serving.observer import Observer
from gan_zoo.serving.sampler import Opinion, Session
from gan_zoo.serving.session import AGREEMENT, Ready, agreement
from gan_zoo.serving.text_to_image import CaptionedSession, Neighbour
from gan_zoo.serving.translator import Part, TranslatorSession
from gan_zoo.serving.video import VideoSession

__all__ = [
    "AGREEMENT",
    "KNOBS",
    "SESSIONS",
    "CaptionedSession",
    "CodeSession",
    "Knobs",
    "Neighbour",
    "Observer",
    "Opinion",
    "Part",
    "Reading",
    "Ready",
    "Result",
    "Session",
    "TranslatorSession",
    "VideoSession",
    "agreement",
    "drag_handles",
    "find_knobs",
]

# None stands for kinds that draw no pictures, so the gallery has no session for them.
SESSIONS: dict[Kind, type[Ready] | None] = {
    "sampler": Session,
    "translator": TranslatorSession,
    "autoencoder": CodeSession,
    "density": CodeSession,
    "video": VideoSession,
    "captioned": CaptionedSession,
    "classifier": None,
    "embedder": None,
}
