"""A room full of detectives: everybody judges the same picture at the same moment, on a phone of their own.

What a picture is stays here until the presenter shows it. A room is gone an hour after it was opened, with all that is in
it, or a minute after it was left alone; nothing of it is ever written down.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from demos.detective.dealer import LEVELS, Dealt
from demos.shared import requests

ALPHABET = "ABCDEFGHJKMNPQRTUVWXY3479"
"""no characters that look like others"""
LENGTH = 4
LIFE = 3600.0
"""seconds that a room stays"""
LONELY = 60.0
"""seconds that a room stays without players and without a word from its presenter"""
MOST_ROOMS, MOST_PLAYERS = 400, 500
MOST_ROOMS_HERE, MOST_PLAYERS_HERE = 10, 200
"""rooms, and players in a room, from one address: all classes of a school and all guests of a hall may have the same one"""
SILENT = 2
"""pictures after which a player who says nothing loses the seat"""
ROUNDS = 10
FOOLED = 6
"""pictures that fooled most, to be shown at the end"""


@dataclass
class Round:
    """A picture and what everybody takes it for."""

    dealt: Dealt
    picture: str
    votes: dict[str, bool] = field(default_factory=dict)
    """by player: whether it is real; the last word before the picture is shown counts"""

    @property
    def wrong(self) -> int:
        return sum(vote != self.dealt.real for vote in self.votes.values())

    @property
    def together(self) -> bool | None:
        """The answer of the majority of the room; None if there is no majority."""
        real = sum(self.votes.values())
        return None if 2 * real == len(self.votes) else 2 * real > len(self.votes)


@dataclass
class Player:
    """Somebody in the room."""

    address: str
    silent: int = 0
    """pictures in a row that they said nothing to"""


class Room:
    """One game that a presenter leads. Every method may be called from any thread."""

    def __init__(self, code: str, address: str, clock: Callable[[], float]) -> None:
        self.code, self.address, self._clock = code, address, clock
        self.host = secrets.token_urlsafe(16)
        self._until, self._alone_since = clock() + LIFE, clock()
        self._lock = threading.Lock()
        self._open = True
        self._players: dict[str, Player] = {}
        self._rounds: list[Round] = []
        self._phase = "lobby"
        self._told: tuple[bytes, str] | None = None

    @property
    def is_gone(self) -> bool:
        """Whether its time is over, or nobody is there."""
        now = self._clock()
        return now >= self._until or (not self._players and now >= self._alone_since + LONELY)

    def join(self, address: str = "") -> str:
        """A new player's secret; raises `UserError` where the room is full or closed."""
        with self._lock:
            if not self._open:
                raise requests.mistake("room_closed")
            here = sum(player.address == address for player in self._players.values())
            if len(self._players) >= MOST_PLAYERS or here >= MOST_PLAYERS_HERE:
                raise requests.mistake("room_full", most=len(self._players))
            player = secrets.token_urlsafe(12)
            self._players[player] = Player(address)
            self._told = None
            return player

    def vote(self, player: Any, number: Any, real: Any) -> None:
        """A player's word on picture `number`, counted from 1; whoever speaks twice has changed their mind.

        Raises:
            UserError: nobody of that name is in the room, the picture is not the one to judge now, or this is no answer.
        """
        if not isinstance(real, bool):
            raise requests.mistake("detective_answer")
        with self._lock:
            if not isinstance(player, str) or player not in self._players:
                raise requests.mistake("room_stranger")
            if self._phase != "voting" or number != len(self._rounds):
                raise requests.mistake("room_late")
            self._rounds[-1].votes[player] = real
            self._told = None

    def lead(self, host: Any, wish: Any, deal: Callable[[int], Dealt]) -> None:
        """Carries out a wish of the presenter: `next` picture, `show` the answer, or `end` the game; `close` or `reopen` the
        door for new players; or only `stay`.

        Raises:
            UserError: it is somebody else who asks, or it can't be done now.
        """
        if not isinstance(host, str) or not secrets.compare_digest(host.encode(), self.host.encode()):
            raise requests.mistake("room_not_yours")
        self._alone_since = self._clock()
        if wish == "stay":
            return
        number = len(self._rounds)
        # Before the lock: a network may have to be loaded, and meanwhile everybody goes on asking how things stand.
        dealt = deal(number * len(LEVELS) // ROUNDS) if wish == "next" and number < ROUNDS else None
        with self._lock:
            if wish in ("close", "reopen") and self._phase != "over":
                self._open = wish == "reopen"
            elif dealt and self._phase in ("lobby", "shown") and number == len(self._rounds):
                self._let_ghosts_go()
                self._rounds.append(Round(dealt, dealt.url()))
                self._phase = "voting"
            elif wish == "show" and self._phase == "voting":
                self._phase = "shown"
                for name, player in self._players.items():
                    player.silent = 0 if name in self._rounds[-1].votes else player.silent + 1
            elif wish == "end" and self._phase in ("lobby", "shown"):
                self._phase = "over"
            else:
                raise requests.mistake("room_not_now")
            self._told = None

    def _let_ghosts_go(self) -> None:
        self._players = {name: player for name, player in self._players.items() if player.silent < SILENT}

    def state(self) -> tuple[bytes, str]:
        """The public state of the room, as JSON, and a mark that changes with it."""
        with self._lock:
            if self._told is None:
                content = json.dumps(self._tell(), separators=(",", ":")).encode()
                self._told = content, f'"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'
            return self._told

    def _tell(self) -> dict[str, Any]:
        shown = self._rounds[:-1] if self._phase == "voting" else self._rounds
        told: dict[str, Any] = {
            "phase": self._phase,
            "round": len(self._rounds),
            "rounds": ROUNDS,
            "players": len(self._players),
            "open": self._open,
            "right": {
                "room": sum(r.together == r.dealt.real for r in shown),
                "detective": sum(r.dealt.passes == r.dealt.real for r in shown),
                "of": len(shown),
            },
        }
        if self._phase in ("voting", "shown"):
            now = self._rounds[-1]
            told |= {"picture": now.picture, "step": LEVELS[now.dealt.level], "votes": len(now.votes)}
            if self._phase == "shown":
                real = sum(now.votes.values())
                told |= {
                    "real": now.dealt.real,
                    "detective": now.dealt.passes,
                    "tally": {"real": real, "forged": len(now.votes) - real},
                }
        if self._phase == "over":
            worst = sorted((r for r in self._rounds if r.wrong), key=lambda r: -r.wrong / len(r.votes))[:FOOLED]
            told["fooled"] = [
                {"picture": r.picture, "real": r.dealt.real, "wrong": r.wrong, "votes": len(r.votes)} for r in worst
            ]
        return told


class Hall:
    """All rooms that are open."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.deal: Callable[[int], Dealt] | None = None
        """what deals the pictures; the tab brings it when it is built"""
        self._clock, self._lock = clock, threading.Lock()
        self._rooms: dict[str, Room] = {}

    def open(self, address: str = "") -> Room:
        """A new room; raises `UserError` where there are too many, here or of one address, or nothing to play with."""
        if self.deal is None:
            raise requests.mistake("detective_none")
        with self._lock:
            self._sweep()
            if len(self._rooms) >= MOST_ROOMS:
                raise requests.mistake("rooms_full")
            if sum(room.address == address for room in self._rooms.values()) >= MOST_ROOMS_HERE:
                raise requests.mistake("rooms_full_here", most=MOST_ROOMS_HERE)
            code = ""
            while not code or code in self._rooms:
                code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
            self._rooms[code] = Room(code, address, self._clock)
            return self._rooms[code]

    def find(self, code: str) -> Room:
        """The room of a code, in capitals or not; raises `UserError` where there is none."""
        with self._lock:
            self._sweep()
            room = self._rooms.get(code.upper())
        if room is None:
            raise requests.mistake("room_gone", room=code[:LENGTH])
        return room

    def _sweep(self) -> None:
        self._rooms = {code: room for code, room in self._rooms.items() if not room.is_gone}
