"""A network that is ready to run: in the precision that is fastest here, a batch at a time, one after the other.

`serve.Gallery` makes the sessions: `SESSIONS` says of which class by the kind of the model.
"""

from __future__ import annotations

from gan_zoo.registry import Kind
from gan_zoo.sessions.observing import Observer
from gan_zoo.sessions.ready import AGREEMENT, Ready, Result, agreement
from gan_zoo.sessions.sampling import Opinion, Session
from gan_zoo.sessions.translating import Part, TranslatorSession

__all__ = [
    "AGREEMENT",
    "SESSIONS",
    "Observer",
    "Opinion",
    "Part",
    "Ready",
    "Result",
    "Session",
    "TranslatorSession",
    "agreement",
]

SESSIONS: dict[Kind, type[Ready]] = {"sampler": Session, "translator": TranslatorSession}
