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
from demos.shared.bell import Bell
from demos.shared.bucket import Bucket

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
GUESSES = (100, 1.0)
"""codes of no room that an address may give at once, and each second after that"""
SILENT = 2
"""pictures after which a player who says nothing loses the seat"""
ROUNDS = 10
FOOLED = 6
"""pictures that fooled most, to be shown at the end"""
ON_PHONES = ("phase", "round", "rounds", "picture", "real")
"""what of a room's state a phone shows; the votes of others, which change all the time, are not in it"""
Told = tuple[bytes, str]
"""something as JSON, and a mark that changes with it"""
STEPS, MOST_FACES = 3, 8
"""places of the podium, and faces that are named on one of them"""
FACES = tuple(
    "🐶🐱🐭🐹🐰🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵🐔🐧🐦🐤🦆🦅🦉🦇🐺🐗🐴🦄🐝🐛🦋🐌🐞🐜🐢🐍🦎🦖🐙🦑🦐🦀🐡🐠🐬🐳🦈🐊🦓🦍🐘🦒🐪🦘🐏🐐🦌🐩🐈🐓🦃🕊🐇🦝🦡🦔"
)


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
    face: str
    """what the player is called: nobody writes a name, so nothing that is written comes to the wall"""
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
        self._joined = 0
        self._rounds: list[Round] = []
        self._phase = "lobby"
        self._told: Told | None = None
        self._told_phones: Told | None = None
        self._turned = Bell()
        # The picture that comes next, by its number, if it is dealt already.
        self._ahead: dict[int, Dealt] = {}

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
            # Of rooms, too, an address may have as many as it leaves free for others.
            if here >= min(MOST_PLAYERS_HERE, MOST_PLAYERS - len(self._players)):
                raise requests.mistake("room_full", most=len(self._players))
            player, number = secrets.token_urlsafe(12), self._joined
            again, face = divmod(number, len(FACES))
            self._joined += 1
            self._players[player] = Player(address, FACES[face] + (str(again + 1) if again else ""))
            self._told = None
            return player

    def face(self, player: str) -> str:
        """The face that a player is called by."""
        return self._players[player].face

    def knows(self, address: str) -> bool:
        """Whether the room was opened at an address, or has players there."""
        return self.address == address or any(player.address == address for player in list(self._players.values()))

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
        dealt = self._dealt(number, deal) if wish == "next" else None
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
            self._told = self._told_phones = None
        self._turned.ring()

    def prepare(self, deal: Callable[[int], Dealt]) -> None:
        """Deal the next picture before the presenter asks for it, so that every phone has it at once."""
        number = len(self._rounds)
        if number not in self._ahead and (dealt := self._dealt(number, deal)):
            self._ahead = {number: dealt}

    def _dealt(self, number: int, deal: Callable[[int], Dealt]) -> Dealt | None:
        """The picture after the first `number` ones; None if those were all."""
        if number >= ROUNDS:
            return None
        return self._ahead.get(number) or deal(number * len(LEVELS) // ROUNDS)

    def _let_ghosts_go(self) -> None:
        self._players = {name: player for name, player in self._players.items() if player.silent < SILENT}

    def state(self) -> Told:
        """The public state of the room."""
        with self._lock:
            self._told = self._told or _as_told(self._tell())
            return self._told

    def state_on_phones(self) -> Told:
        """The part of the state that phones show."""
        with self._lock:
            if self._told_phones is None:
                state = self._tell()
                self._told_phones = _as_told({key: state[key] for key in ON_PHONES if key in state})
            return self._told_phones

    async def next_on_phones(self, mark: str, seconds: float) -> Told | None:
        """The state on phones as soon as its mark is another than `mark`; None if it stays the same for so many `seconds`."""
        await self._turned.wait(seconds, lambda: self.state_on_phones()[1] != mark)
        told = self.state_on_phones()
        return told if told[1] != mark else None

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
            told["podium"] = self._podium()
        return told

    def _podium(self) -> list[dict[str, Any]]:
        """The players who were right most often, by place; those who were right equally often share a place."""
        right = {
            name: sum(r.votes.get(name) == r.dealt.real for r in self._rounds)
            for name in self._players
            if any(name in r.votes for r in self._rounds)
        }
        places = [{"right": n, "faces": [self._players[name].face for name in right if right[name] == n]}
                  for n in sorted(set(right.values()), reverse=True)[:STEPS] if n]  # fmt: skip
        return [
            place | {"faces": place["faces"][:MOST_FACES], "more": max(0, len(place["faces"]) - MOST_FACES)} for place in places
        ]


def _as_told(state: dict[str, Any]) -> Told:
    content = json.dumps(state, separators=(",", ":")).encode()
    return content, f'"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'


class Hall:
    """All rooms that are open."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.deal: Callable[[int], Dealt] | None = None
        """what deals the pictures; the tab brings it when it is built"""
        self._clock, self._lock = clock, threading.Lock()
        self._rooms: dict[str, Room] = {}
        self._guesses = Bucket(*GUESSES)

    def open(self, address: str = "") -> Room:
        """A new room; raises `UserError` where there are too many, here or of one address, or nothing to play with."""
        if self.deal is None:
            raise requests.mistake("detective_none")
        with self._lock:
            self._sweep()
            here = sum(room.address == address for room in self._rooms.values())
            if here >= MOST_ROOMS - len(self._rooms):
                raise requests.mistake("rooms_full")
            if here >= MOST_ROOMS_HERE:
                raise requests.mistake("rooms_full_here", most=MOST_ROOMS_HERE)
            code = ""
            while not code or code in self._rooms:
                code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
            self._rooms[code] = Room(code, address, self._clock)
            return self._rooms[code]

    def find(self, code: str, address: str = "") -> Room:
        """The room of a code, in capitals or not.

        Raises:
            UserError: there is none, or it is not known at an address from which too many codes were guessed.
        """
        with self._lock:
            self._sweep()
            room = self._rooms.get(code.upper())
            if room is None:
                self._guesses.take(address)
            if room is None or (self._guesses.left(address) < 1 and not room.knows(address)):
                raise requests.mistake("room_gone", room=code[:LENGTH])
        return room

    def _sweep(self) -> None:
        self._rooms = {code: room for code, room in self._rooms.items() if not room.is_gone}
