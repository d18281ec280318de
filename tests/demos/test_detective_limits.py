"""The rooms of the detective against those who would shut others out."""

from __future__ import annotations

import json
from typing import Any

import pytest
import torch

pytest.importorskip("gradio", reason="the tabs need gradio: pip install gan-zoo[app]")

from starlette.applications import Starlette
from starlette.testclient import TestClient

from demos.detective import rooms
from demos.detective.dealer import Dealt
from demos.detective.rooms import Hall, Room
from demos.detective.routes import ROOMS, to_rooms
from demos.shared import visitors
from demos.shared.bucket import Bucket
from gan_zoo import UserError


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def deal(level: int) -> Dealt:
    return Dealt(torch.zeros(1, 28, 28), True, level, True)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hall(clock: Clock) -> Hall:
    hall = Hall(clock)
    hall.deal = deal
    return hall


def refusal(work: Any, *arguments: Any) -> str:
    with pytest.raises(UserError) as caught:
        work(*arguments)
    return caught.value.code


def told(room: Room) -> dict[str, Any]:
    return json.loads(room.state()[0])


def picture(room: Room, *votes: str) -> None:
    """One picture that some of the players say something to."""
    room.lead(room.host, "next", deal)
    for player in votes:
        room.vote(player, told(room)["round"], True)
    room.lead(room.host, "show", deal)


def test_one_address_does_not_fill_the_house(hall: Hall) -> None:
    assert [hall.open("1.2.3.4") for _ in range(rooms.MOST_ROOMS_HERE)]
    assert refusal(hall.open, "1.2.3.4") == "rooms_full_here"
    assert hall.open("5.6.7.8")


def test_a_room_without_players_dies_within_a_minute(hall: Hall, clock: Clock) -> None:
    empty, led, played = (hall.open(str(i)) for i in range(3))
    played.join()
    clock.now = 40
    led.lead(led.host, "stay", deal)
    clock.now = 61
    assert refusal(hall.find, empty.code) == "room_gone"
    assert hall.find(led.code) is led and hall.find(played.code) is played
    clock.now = 101
    assert refusal(hall.find, led.code) == "room_gone" and hall.find(played.code) is played


def test_a_class_behind_one_address_plays(hall: Hall) -> None:
    room = hall.open("school")
    players = [room.join("school") for _ in range(rooms.MOST_PLAYERS_HERE)]
    assert refusal(room.join, "school") == "room_full"
    assert room.join("elsewhere")
    picture(room, *players)
    assert told(room)["players"] == len(players) + 1


def test_ghosts_leave(hall: Hall) -> None:
    room = hall.open()
    player, sleeper, *_ = [room.join() for _ in range(50)]
    picture(room, player)
    picture(room, player, sleeper)
    assert told(room)["players"] == 50
    picture(room, player)
    assert told(room)["players"] == 2, "who is silent once keeps the seat"
    picture(room, player)
    room.lead(room.host, "next", deal)
    assert refusal(room.vote, sleeper, 5, True) == "room_stranger"
    room.vote(player, 5, True)
    assert told(room)["players"] == 1


def test_the_presenter_closes_the_door(hall: Hall) -> None:
    room = hall.open()
    player = room.join()
    assert refusal(room.lead, "x", "close", deal) == "room_not_yours"
    room.lead(room.host, "close", deal)
    assert refusal(room.join) == "room_closed" and told(room)["open"] is False
    picture(room, player)
    assert told(room)["tally"] == {"real": 1, "forged": 0}, "who is in plays on"
    room.lead(room.host, "reopen", deal)
    assert room.join() and told(room)["open"] is True


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 2_000, b'{"a":' * 399 + b"1" + b"}", b'{"host": "\\ud83d", "player": "\\ud83d"}', b'{"\\udc00": 1}', b"\xff",
        b"[]", b"1", b'"x"', b"nul", b"{", b"{}" + b" " * 3_000, b'{"player": ' + b"9" * 1_900 + b"}",
    ],
)  # fmt: skip
@pytest.mark.parametrize("where", ["players", "votes", "lead"])
def test_what_is_no_json_gets_a_sentence(hall: Hall, where: str, content: bytes) -> None:
    client = TestClient(Starlette(routes=to_rooms(hall)))
    room = client.post(ROOMS).json()["code"]
    answer = client.post(f"{ROOMS}/{room}/{where}", content=content)
    if content[:12] == b'{"player": 9':  # digits without end are JSON
        assert answer.status_code in (200, 400, 403)
    else:
        assert answer.status_code == 400 and "zoo-text" in answer.json()["trouble"]


def scope(client: str | None, *forwarded: str) -> dict[str, Any]:
    headers = [(b"x-forwarded-for", one.encode()) for one in forwarded]
    return {"type": "http", "client": client and (client, 1), "headers": headers}


def test_an_address_is_that_of_the_last_hop(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SPACE_ID", "SYSTEM"):
        monkeypatch.delenv(name, raising=False)
    assert visitors.address(scope("8.8.8.8", "1.1.1.1")) == "8.8.8.8", "anybody may write this header"
    assert visitors.address(scope("10.0.0.7", "1.1.1.1")) == "10.0.0.7"
    assert visitors.address(scope(None)) == visitors.UNKNOWN
    assert visitors.address(scope("2001:db8:1:2:3::4")) == visitors.address(scope("2001:db8:1:2::5")) == "2001:db8:1:2::"
    assert visitors.address(scope("::ffff:8.8.8.8")) == "8.8.8.8"
    monkeypatch.setenv("SPACE_ID", "me/zoo")
    assert visitors.address(scope("10.0.0.7", "6.6.6.6, 8.8.8.8, 10.1.2.3")) == "8.8.8.8"
    assert visitors.address(scope("10.0.0.7", "6.6.6.6", "8.8.8.8")) == "8.8.8.8"
    assert visitors.address(scope("10.0.0.7", "nonsense")) == "10.0.0.7"
    assert visitors.address(scope("8.8.4.4", "6.6.6.6")) == "8.8.4.4", "who comes without a proxy is known"


def test_nobody_guesses_the_codes_of_rooms(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four characters make 390,000 codes, which a program would try in minutes; who is in a room already stays in."""
    hall._guesses = Bucket(20, 0.0)
    room, other = hall.open("8.8.8.8"), hall.open("8.8.8.8")
    room.join("9.9.9.9")
    assert [refusal(hall.find, "zzzz", "9.9.9.9") for _ in range(30)] == ["room_gone"] * 30
    assert refusal(hall.find, other.code, "9.9.9.9") == "room_gone", "a right guess says no more than a wrong one"
    assert hall.find(room.code, "9.9.9.9") is room and hall.find(room.code, "8.8.8.8") is room
    assert hall.find(other.code.lower(), "7.7.7.7") is other


def test_a_few_addresses_leave_rooms_and_seats_for_others(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "MOST_ROOMS", 12)
    for address in ("1.1.1.1", "2.2.2.2", "3.3.3.3"):
        while True:
            try:
                hall.open(address)
            except UserError:
                break
    room = hall.open("4.4.4.4")
    monkeypatch.setattr(rooms, "MOST_PLAYERS", 12)
    for address in ("1.1.1.1", "2.2.2.2", "3.3.3.3"):
        while True:
            try:
                room.join(address)
            except UserError:
                break
    assert room.join("4.4.4.4")


def test_the_podium_names_faces_and_no_words(hall: Hall) -> None:
    """Nobody writes a name, so nothing that is written comes to the wall; who is right equally often shares a place."""
    room = hall.open("1.1.1.1")
    first, second, third, idle = [room.join() for _ in range(4)]
    faces = [room.face(player) for player in (first, second, third, idle)]
    assert len(set(faces)) == 4 and not any(face.isascii() for face in faces)
    for truth in (True, False):
        room.lead(room.host, "next", lambda level, truth=truth: Dealt(torch.zeros(1, 28, 28), truth, level, True))
        for player, vote in ((first, truth), (second, truth), (third, True)):
            room.vote(player, told(room)["round"], vote)
        room.lead(room.host, "show", deal)
    assert "podium" not in told(room)
    room.lead(room.host, "end", deal)
    assert told(room)["podium"] == [
        {"right": 2, "faces": faces[:2], "more": 0}, {"right": 1, "faces": [faces[2]], "more": 0},
    ]  # fmt: skip
