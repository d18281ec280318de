"""Serving: how the gallery reaches a model. A `Gallery` knows the weights folders, a `Session` owns one network.

>>> gallery = Gallery()
>>> session = gallery.session("dcgan-digits")
>>> result = session.sample(session.latents(64, seed=7))
>>> result.images, result.milliseconds, result.precision
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import torch

from gan_zoo.errors import UserError, unknown
from gan_zoo.hub.repository import load
from gan_zoo.models.base import Model
from gan_zoo.serving import SESSIONS, CaptionedSession, CodeSession, Observer, Ready, Session, TranslatorSession, VideoSession
from gan_zoo.weights.folder import read_card
from gan_zoo.weights.store import list_weights

# Bytes of weights that stay loaded if not told otherwise.
MEMORY = 400_000_000

S = TypeVar("S", bound=Ready)


class Gallery:
    """The weights folders that can be served; loads a network when it is first asked for.

    A folder that can't be used is kept under `problems` with the reason and disturbs none of the others.

    Args:
        weights: the folders by name; those that `hub.list_weights` finds where it is not given. `refresh` looks again.
        device: where networks run; a GPU where there is one if not given.
        memory: bytes that the weights of loaded networks may take. When they take more, the one that was used least
            recently goes; the one just asked for always stays.
    """

    def __init__(self, weights: Mapping[str, Path] | None = None, device: str | None = None, memory: int = MEMORY) -> None:
        self._weights = weights
        self.folders: dict[str, Path] = {}
        self.device = device or ("cuda" if torch.cuda.is_available() else "cpu")
        self.memory = memory
        self.problems: dict[str, UserError] = {}
        self._cards: dict[str, dict[str, Any]] = {}
        self._sessions: OrderedDict[str, Ready] = OrderedDict()
        self._observers: dict[str, Observer] = {}
        self._lock = threading.RLock()
        self._stamps: dict[str, list[int]] = {}
        self.refresh()

    def refresh(self) -> None:
        """Look which folders there are now: new ones come in, those that are gone go, and those that were written anew
        are read anew."""
        folders = dict(list_weights() if self._weights is None else self._weights)
        stamps = {name: _stamp(folder) for name, folder in folders.items()}
        with self._lock:
            self.folders = folders
            for name in self._stamps.keys() | stamps.keys():
                if self._stamps.get(name) == stamps.get(name):
                    continue
                for known in (self._cards, self.problems, self._sessions, self._observers):
                    known.pop(name, None)
                if name in folders:
                    try:
                        self._cards[name] = read_card(folders[name])
                    except (UserError, OSError, TypeError, KeyError, AttributeError) as error:
                        self._set_aside(name, error)
            self._stamps = stamps

    def names(self, kind: str | None = None) -> list[str]:
        """The usable weights, sorted, of one `kind` of model if given."""
        return sorted(name for name, card in list(self._cards.items()) if kind in (None, card["kind"]))

    def card(self, name: str) -> dict[str, Any]:
        """What a weights folder says of itself: model, data, classes, metrics; `UserError` if it can't be served."""
        self._check(name)
        return self._cards[name]

    def ready(self, name: str, wanted: type[S]) -> S:
        """The session of `name`, which must be of the class `wanted`; the network is loaded if it isn't in memory.

        The methods below are short for this one.

        Raises:
            UserError: there are no such weights, they are of another kind, or their folder is damaged.
        """
        session = self._load_once(name)
        if not isinstance(session, wanted):
            kind = next(kind for kind, made in SESSIONS.items() if made is wanted)
            raise UserError(f"'{name}' is a {self._cards[name]['kind']}, not a {kind}", "wrong_kind", name=name)
        return session

    def session(self, name: str) -> Session:
        """The session of a sampler, loaded if it isn't.

        Raises:
            UserError: there is no such sampler, or its folder is damaged.
        """
        return self.ready(name, Session)

    def translator(self, name: str) -> TranslatorSession:
        """The session of a translator, loaded if it isn't; raises as `session` does."""
        return self.ready(name, TranslatorSession)

    def codes(self, name: str) -> CodeSession:
        """The session of an autoencoder or a density, loaded if it isn't; raises as `session` does."""
        return self.ready(name, CodeSession)

    def video(self, name: str) -> VideoSession:
        """The session of a video model, loaded if it isn't; raises as `session` does."""
        return self.ready(name, VideoSession)

    def captioned(self, name: str) -> CaptionedSession:
        """The session of a model that draws what a caption says, loaded if it isn't; raises as `session` does."""
        return self.ready(name, CaptionedSession)

    def _load_once(self, name: str) -> Ready:
        with self._lock:
            self._check(name)
            if name not in self._sessions:
                self._sessions[name] = self._load(name)
            self._sessions.move_to_end(name)
            while len(self._sessions) > 1 and sum(s.bytes for s in self._sessions.values()) > self.memory:
                self._sessions.popitem(last=False)
            return self._sessions[name]

    def observer(self, name: str) -> Observer | None:
        """The feature network of the data that the sampler `name` was trained on, where one ships for such pictures.

        It was trained on the same data, or on more of the same, and then it is called `features-DATA`.
        """
        data = self.card(name).get("data")
        for other in self.names("classifier"):
            same_data = self._cards[other].get("data") == data or other == f"features-{data}"
            if not same_data or self._shape(other) != self._shape(name):
                continue
            with self._lock:
                if other not in self._observers:
                    try:
                        network = load(self.folders[other], self.device)
                        self._observers[other] = Observer(other, network, self._lock, self._cards[other])
                    except (UserError, OSError, ValueError, TypeError, KeyError, RuntimeError) as error:
                        self._set_aside(other, error)
                        continue
                return self._observers[other]
        return None

    def _shape(self, name: str) -> list[Any]:
        """Channels and size of the pictures that a model works on."""
        return [self._cards[name]["config"].get(key) for key in ("channels", "size")]

    def loaded(self) -> list[str]:
        """The names of the networks in memory, the least recently used first."""
        return list(self._sessions)

    def _check(self, name: str) -> None:
        if isinstance(name, str) and name in self.problems:
            raise self.problems[name]
        if not isinstance(name, str) or name not in self._cards:  # a browser may send anything
            raise unknown("weights", str(name), self._cards)

    def _load(self, name: str) -> Ready:
        try:
            model: Model = load(self.folders[name], self.device)
            session = SESSIONS[model.kind]
            if session is None:
                raise UserError(f"'{name}' is a {model.kind}: it draws no pictures", "wrong_kind", name=name)
            return session(name, model, self._lock, self._cards[name])
        # A folder that says one thing and holds another can fail anywhere between its JSON and its first picture.
        except (UserError, OSError, ValueError, TypeError, KeyError, RuntimeError) as error:
            if isinstance(error, UserError) and error.code == "wrong_kind":
                raise
            self._set_aside(name, error)
            raise self.problems[name] from error

    def _set_aside(self, name: str, error: Exception) -> None:
        """Take a folder out of the gallery, with the reason in one line."""
        reason = " ".join(str(error).split())
        self._cards.pop(name, None)
        self.problems[name] = UserError(f"'{name}' can't be used: {reason}", "broken_weights", name=name, reason=reason)


def _stamp(folder: Path) -> list[int]:
    """When the files that a load reads were last written."""
    files = (folder / "config.json", folder / "model.safetensors")
    return [file.stat().st_mtime_ns if file.exists() else 0 for file in files]
