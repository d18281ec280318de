"""A network that is ready to run: in the precision that is fastest here, a batch at a time, one after the other.

`serve.Gallery` makes the sessions: `SESSIONS` says of which class by the kind of the model.
"""

from __future__ import annotations

from gan_zoo.lexicon import Reading
from gan_zoo.registry import Kind
from gan_zoo.sessions.captioned import CaptionedSession, Neighbour
from gan_zoo.sessions.codes import CodeSession
from gan_zoo.sessions.observing import Observer
from gan_zoo.sessions.ready import AGREEMENT, Ready, Result, agreement
from gan_zoo.sessions.sampling import Opinion, Session
from gan_zoo.sessions.translating import Part, TranslatorSession
from gan_zoo.sessions.video import VideoSession

__all__ = [
    "AGREEMENT",
    "SESSIONS",
    "CaptionedSession",
    "CodeSession",
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
]

SESSIONS: dict[Kind, type[Ready]] = {
    "sampler": Session,
    "translator": TranslatorSession,
    "autoencoder": CodeSession,
    "density": CodeSession,
    "video": VideoSession,
    "captioned": CaptionedSession,
}
