"""The gallery that serves models: a `Gallery` knows the weights folders, and a `Session` owns one network.

>>> gallery = Gallery()
>>> session = gallery.session("dcgan-digits")
>>> result = session.sample(session.latents(64, seed=7))
>>> result.images, result.milliseconds, result.precision
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import torch

from gan_zoo.data.catalogue import DATASETS
from gan_zoo.data.names import DataName, PairsName, several
from gan_zoo.entries import is_text
from gan_zoo.errors import UserError, unknown
from gan_zoo.hub.repository import load
from gan_zoo.models.base import Model
from gan_zoo.serving import SESSIONS, CaptionedSession, CodeSession, Observer, Ready, Session, TranslatorSession, VideoSession
from gan_zoo.weights.folder import read_sound_card
from gan_zoo.weights.store import LOCK, list_weights, local_weights

# The default for the bytes of weights that stay loaded.
MEMORY = 400_000_000
# The feature network for coloured pictures of every kind.
EYE = "features-imagenet"

S = TypeVar("S", bound=Ready)


class Gallery:
    """The weights folders that can be served. It loads a network at the first request for it.

    `problems` keeps every folder that can't be used, with the reason. Such a folder doesn't affect the others.

    Args:
        weights: the folders by name (default: those that `weights.store.list_weights` finds; `refresh` looks again).
        device: the device that networks run on (default: a GPU if there is one, else the CPU).
        memory: bytes that the weights of loaded networks may take (default: `MEMORY`). When they take more, the gallery
            drops the networks that were used least recently, but never the one that was just asked for.
        compiles: whether slow translators are compiled, which takes longer than a single answer.
    """

    def __init__(
        self,
        weights: Mapping[str, Path] | None = None,
        device: str | None = None,
        memory: int | None = None,
        compiles: bool = True,
    ) -> None:
        self._weights = weights
        self.folders: dict[str, Path] = {}
        self.device = device or ("cuda" if torch.cuda.is_available() else "cpu")
        self.memory = MEMORY if memory is None else memory
        self.compiles = compiles
        self.problems: dict[str, UserError] = {}
        self._cards: dict[str, dict[str, Any]] = {}
        self._sessions: OrderedDict[str, Ready] = OrderedDict()
        self._observers: dict[str, Observer] = {}
        self._lock = threading.RLock()
        self._stamps: dict[str, list[int]] = {}
        self.refresh()

    def refresh(self) -> None:
        """Look for folders again: add new ones, drop those that are gone, and read again those that have changed."""
        try:
            found, lock = list_weights() if self._weights is None else self._weights, None
        except UserError as error:  # a damaged gan-zoo.lock: nobody knows which commit of pulled weights is meant
            found, lock = local_weights(), error
        folders = {name: folder for name, folder in found.items() if is_text(name)}
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
                        card = read_sound_card(folders[name])
                        self._cards[name] = _without_places(card) if "/" in name else card
                    except Exception as error:  # one damaged folder must not keep the others from being shown
                        self._set_aside(name, error)
            self._stamps = stamps
            self.problems.pop(LOCK.name, None)
            if lock:
                self._set_aside(LOCK.name, lock)

    def names(self, kind: str | None = None) -> list[str]:
        """The names of the usable weights, sorted; only those of one `kind` of model if it is given."""
        return sorted(name for name, card in list(self._cards.items()) if kind in (None, card["kind"]))

    def card(self, name: str) -> dict[str, Any]:
        """The card of a weights folder: model, data, classes, metrics. Raises `UserError` if it can't be served."""
        self._check(name)
        return self._cards[name]

    def ready(self, name: str, wanted: type[S]) -> S:
        """The session of `name`, which must be of the class `wanted`. Loads the network if it isn't in memory.

        The methods below call this one with the classes of session that tabs use most.

        Raises:
            UserError: there are no such weights, they are of another kind, or their folder is damaged.
        """
        session = self._load_once(name)
        if not isinstance(session, wanted):
            kind = next(kind for kind, made in SESSIONS.items() if made is wanted)
            raise UserError(f"'{name}' is a {self._cards[name]['kind']}, not a {kind}", "wrong_kind", name=name)
        return session

    def session(self, name: str) -> Session:
        """The session of a sampler. Loads the network if it isn't in memory.

        Raises:
            UserError: there is no such sampler, or its folder is damaged.
        """
        return self.ready(name, Session)

    def translator(self, name: str) -> TranslatorSession:
        """The session of a translator; loads and raises as `session` does."""
        return self.ready(name, TranslatorSession)

    def codes(self, name: str) -> CodeSession:
        """The session of an autoencoder or a density; loads and raises as `session` does."""
        return self.ready(name, CodeSession)

    def video(self, name: str) -> VideoSession:
        """The session of a video model; loads and raises as `session` does."""
        return self.ready(name, VideoSession)

    def captioned(self, name: str) -> CaptionedSession:
        """The session of a model that draws captions; loads and raises as `session` does."""
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
        """The feature network for the pictures of the sampler `name`; None if no network here fits them.

        A network fits if its pictures have as many channels, and it was trained on the same data or is called
        `features-DATA`, where DATA is the sampler's data set. The latter may have been trained on more of such data. Networks
        scale pictures of another size.
        """
        data = self.card(name).get("data")
        for other in self.names("classifier"):
            same_data = self._cards[other].get("data") == data or other == f"features-{data}"
            # A network without words knows nothing that could be told of the pictures.
            has_words = any(self._cards[other].get(key) for key in ("attributes", "classes"))
            if same_data and has_words and self._channels(other) == self._channels(name) and (found := self._observer(other)):
                return found
        return None

    def eye(self) -> Observer | None:
        """The feature network for coloured pictures of every kind and size; None if its weights are missing."""
        return self._observer(EYE) if EYE in self.names("classifier") else None

    def _observer(self, name: str) -> Observer | None:
        """The feature network `name`; None if it can't be loaded."""
        with self._lock:
            if name not in self._observers:
                try:
                    network = load(self.folders[name], self.device)
                    self._observers[name] = Observer(name, network, self._lock, self._cards[name])
                except Exception as error:  # see `_load`
                    self._set_aside(name, error)
            return self._observers.get(name)

    def _channels(self, name: str) -> Any:
        """The channels of a model's pictures."""
        return self._cards[name]["config"].get("channels")

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
            ready = session(name, model, self._lock, self._cards[name])
            if self.compiles and isinstance(ready, TranslatorSession):
                ready.compile(self.folders[name])
            return ready
        # If the JSON of a folder contradicts its weights, loading can fail at any point up to the first picture.
        except Exception as error:
            if isinstance(error, UserError) and error.code == "wrong_kind":
                raise
            self._set_aside(name, error)
            raise self.problems[name] from error

    def _set_aside(self, name: str, error: Exception) -> None:
        """Remove a folder from the gallery, and keep the reason as one line."""
        reason = " ".join(str(error).split())
        if name in self.folders:  # a public page need not tell where the folders lie
            reason = reason.replace(f"{self.folders[name]}{os.sep}", "")
        self._cards.pop(name, None)
        code = error.code if isinstance(error, UserError) else ""
        self.problems[name] = UserError(
            f"'{name}' can't be used: {reason}", "broken_weights", name=name, reason=reason, fault=code
        )


def _without_places(card: dict[str, Any]) -> dict[str, Any]:
    """The card of pulled weights, with the names of its data only if all of them ship.

    Tabs show examples of the data that a card names. Its author could name any folder of this machine, or any repository.
    """
    pairs = PairsName.parse(card.get("pairs") or "")
    inputs = several(pairs.option) if pairs.pairing == "unpaired" else []
    if all(name.place in DATASETS and not name.scheme for name in (DataName.parse(card.get("data") or ""), *inputs)):
        return card
    return {**card, "data": "", "pairs": pairs.pairing if inputs else card.get("pairs", "")}


def _stamp(folder: Path) -> list[int]:
    """The times at which the files that a load reads were last written; 0 for a file that is missing or can't be reached."""
    stamps = []
    for file in (folder / "config.json", folder / "model.safetensors"):
        try:
            stamps.append(file.stat().st_mtime_ns)
        except OSError:
            stamps.append(0)
    return stamps
