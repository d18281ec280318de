"""The detective's game, the room and the reverse role: nothing leaks, and what a page forges is refused."""

from __future__ import annotations

import base64
import io
import json
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

pytest.importorskip("gradio", reason="the tabs need gradio: pip install gan-zoo[app]")

from starlette.applications import Starlette
from starlette.testclient import TestClient

from demos import detective
from demos.detective import pass_off, rooms, routes
from demos.detective.dealer import LEVELS, STEPS, Dealer, Dealt, _career, check_level
from demos.detective.rooms import Hall
from demos.detective.routes import PHONE, ROOMS, phone_page, to_rooms
from demos.detective.tickets import Desk
from demos.shared import i18n, page, responses
from gan_zoo import Gallery, UserError, create_model, save_weights
from gan_zoo.imaging import images


@pytest.fixture(scope="module")
def dealer(tmp_path_factory: pytest.TempPathFactory) -> Dealer:
    root = tmp_path_factory.mktemp("weights")
    torch.manual_seed(0)
    for name, more in (("a", []), ("b", ["discriminator"])):
        model = create_model("dcgan", size=28, channels=1, width=4, latent_size=8)
        save_weights(model, root / name, {"data": "digits", "classes": []}, more)
    eye = create_model("classifier", width=4, feature_size=8)
    save_weights(eye, root / "features-digits", {"data": "digits", "classes": [str(i) for i in range(10)]})
    return Dealer(Gallery({name: root / name for name in ("a", "b", "features-digits")}, device="cpu"))


def drawn(strokes: list[tuple[int, int]], size: int = 280) -> str:
    page = Image.new("RGB", (size, size))
    if strokes:
        ImageDraw.Draw(page).line(strokes, "white", 22)
    return responses.data_url(page)


def fixed(real: bool, passes: bool = True, level: int = 0) -> Dealt:
    return Dealt(torch.zeros(1, 28, 28), real, level, passes)


# The pictures.


def test_the_thief_is_one_whose_discriminator_ships(dealer: Dealer, tmp_path: Path) -> None:
    assert dealer.thief == "b", "not the first of them, but one with a detective"
    with pytest.raises(UserError) as caught:
        _ = Dealer(Gallery({}, device="cpu")).thief
    assert caught.value.code == "detective_none"


@pytest.mark.parametrize("level", range(len(LEVELS)))
def test_real_and_forged_are_dealt_alike(dealer: Dealer, level: int) -> None:
    dealt = [dealer.deal(level) for _ in range(40)]
    assert {one.real for one in dealt} == {True, False}
    for one in dealt:
        assert one.image.shape == (1, 28, 28)
        # Bytes: no finer shade tells a generated picture from a scanned one.
        torch.testing.assert_close(images.to_float(images.to_uint8(one.image)), one.image)
        assert one.url().startswith("data:image/png;base64,")
        picture = Image.open(io.BytesIO(base64.b64decode(one.url().partition(",")[2])))
        assert (picture.mode, picture.size, picture.info) == ("L", (28, 28), {})


def test_the_career_shows_the_thief_learning() -> None:
    career = _career()
    assert career.shape == (len(STEPS), 36, 1, 28, 28)
    # At first all is grey; then the paper gets black, as that of the real ones is.
    assert [float(level.median()) > -0.9 for level in career] == [True, True, False, False]


def test_the_detective_takes_most_real_ones_for_real(dealer: Dealer) -> None:
    some = dealer._test()[:400]
    assert 0.65 < np.mean(dealer.judge(some)) < 0.95
    assert dealer.judge(torch.full((1, 1, 28, 28), 1.0)) == [False], "what is off the scale is not real"


@pytest.mark.parametrize("level", [None, "0", True, -1, 5, 1.5, [], {}])
def test_a_level_is_one_of_five(level: Any) -> None:
    with pytest.raises(UserError) as caught:
        check_level(level)
    assert caught.value.code == "detective_level"


# The desk.


def test_a_ticket_is_good_for_one_answer(dealer: Dealer) -> None:
    desk = Desk(dealer)
    told = desk.deal(0)
    assert set(told) == {"ticket", "picture", "step"}
    assert set(desk.judge(told["ticket"], True)) == {"real", "detective"}
    for ticket in (told["ticket"], "", None, 3, ["x"], {}):
        with pytest.raises(UserError) as caught:
            desk.judge(ticket, True)
        assert caught.value.code == "detective_ticket"
    for answer in ("real", 1, None, 0.5):
        with pytest.raises(UserError) as caught:
            desk.judge(told["ticket"], answer)
        assert caught.value.code == "detective_answer"


def test_tickets_run_out(dealer: Dealer, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(dealer)
    monkeypatch.setattr("demos.detective.tickets.MOST_TICKETS", 2)
    old, *_ = [desk.deal(0)["ticket"] for _ in range(3)]
    with pytest.raises(UserError):
        desk.judge(old, True)
    monkeypatch.setattr("demos.detective.tickets.PATIENCE", -1.0)
    late = desk.deal(0)["ticket"]
    with pytest.raises(UserError):
        desk.judge(late, True)


# The room.


@pytest.fixture
def hall() -> Hall:
    hall = Hall()
    hall.deal = lambda level: fixed(real=level % 2 == 0, level=level)
    return hall


@pytest.fixture
def client(hall: Hall) -> TestClient:
    return TestClient(Starlette(routes=to_rooms(hall)))


def opened(client: TestClient) -> tuple[str, str]:
    room = client.post(ROOMS).json()
    return f"{ROOMS}/{room['code']}", room["host"]


def lead(client: TestClient, room: str, host: str, *wishes: str) -> None:
    for wish in wishes:
        assert client.post(f"{room}/lead", json={"host": host, "do": wish}).status_code == 200


def test_a_game_from_the_first_picture_to_the_last(client: TestClient) -> None:
    room, host = opened(client)
    players = [client.post(f"{room}/players").json()["player"] for _ in range(3)]
    assert client.get(room).json() | {"right": None} == {
        "phase": "lobby", "round": 0, "rounds": rooms.ROUNDS, "players": 3, "open": True, "right": None,
    }  # fmt: skip
    for number in range(1, rooms.ROUNDS + 1):
        lead(client, room, host, "next")
        for i, player in enumerate(players):
            vote = {"player": player, "round": number, "real": i > 0}
            assert client.post(f"{room}/votes", json=vote).json() == {"counted": True}
        secret = client.get(room).json()
        assert not {"real", "detective", "tally", "fooled"} & set(secret), "nobody knows before it is shown"
        assert secret["votes"] == 3 and secret["right"]["of"] == number - 1
        lead(client, room, host, "show")
        state = client.get(room).json()
        assert state["tally"] == {"real": 2, "forged": 1}
        assert state["real"] == (LEVELS[(number - 1) * 5 // 10] in (50, 800, 0))
    assert client.post(f"{room}/lead", json={"host": host, "do": "next"}).status_code == 409
    lead(client, room, host, "end")
    state = client.get(room).json()
    assert state["right"] == {"room": 6, "detective": 6, "of": 10}
    assert [(one["wrong"], one["votes"]) for one in state["fooled"]] == [(2, 3)] * 4 + [(1, 3)] * 2


def test_whoever_votes_twice_has_changed_their_mind(client: TestClient) -> None:
    room, host = opened(client)
    player = client.post(f"{room}/players").json()["player"]
    lead(client, room, host, "next")
    for real in (True, False, False):
        client.post(f"{room}/votes", json={"player": player, "round": 1, "real": real})
    lead(client, room, host, "show")
    assert client.get(room).json()["tally"] == {"real": 0, "forged": 1}
    late = client.post(f"{room}/votes", json={"player": player, "round": 1, "real": True})
    assert (late.status_code, late.json()["code"]) == (409, "room_late")
    assert client.get(room).json()["tally"] == {"real": 0, "forged": 1}


def test_who_comes_late_plays_from_then_on(client: TestClient) -> None:
    room, host = opened(client)
    lead(client, room, host, "next", "show", "next")
    player = client.post(f"{room}/players").json()["player"]
    assert client.post(f"{room}/votes", json={"player": player, "round": 1, "real": True}).status_code == 409
    assert client.post(f"{room}/votes", json={"player": player, "round": 2, "real": True}).status_code == 200
    assert client.get(room).json()["votes"] == 1


@pytest.mark.parametrize(
    ("content", "status"),
    [
        ({"round": 1, "real": True}, 403),
        ({"player": "somebody", "round": 1, "real": True}, 403),
        ({"player": ["x"], "round": 1, "real": True}, 403),
        ({"player": "PLAYER", "round": 2, "real": True}, 409),
        ({"player": "PLAYER", "round": "1", "real": True}, 409),
        ({"player": "PLAYER", "round": 1, "real": "yes"}, 400),
        ({"player": "PLAYER", "round": 1}, 400),
        ("nonsense", 400),
        ({"player": "PLAYER", "round": 1, "real": True, "more": "x" * 5_000}, 400),
    ],
)
def test_forged_votes_count_nothing(client: TestClient, content: Any, status: int) -> None:
    room, host = opened(client)
    player = client.post(f"{room}/players").json()["player"]
    lead(client, room, host, "next")
    sent = json.dumps(content).replace("PLAYER", player)
    answer = client.post(f"{room}/votes", content=sent)
    assert answer.status_code == status and answer.json()["trouble"]
    assert client.get(room).json()["votes"] == 0
    assert client.post(f"{room}/votes", content=b"\xff{").status_code == 400


def test_only_its_presenter_leads_a_room(client: TestClient) -> None:
    room, host = opened(client)
    for forged in ("", "x", None, 5, "é", [host]):
        assert client.post(f"{room}/lead", json={"host": forged, "do": "next"}).status_code == 403
    for wish in ("show", "dance", None, ["next"]):
        assert client.post(f"{room}/lead", json={"host": host, "do": wish}).status_code == 409
    assert client.get(room).json()["phase"] == "lobby"


def test_nothing_new_costs_nothing(client: TestClient) -> None:
    room, host = opened(client)
    mark = client.get(room).headers["etag"]
    assert client.get(room, headers={"If-None-Match": mark}).status_code == 304
    lead(client, room, host, "next")
    assert client.get(room, headers={"If-None-Match": mark}).status_code == 200


def test_a_phone_waits_for_news_and_votes_are_none(hall: Hall, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    room, host = opened(client)
    player = client.post(f"{room}/players").json()["player"]
    first = client.get(f"{room}/turn")
    assert first.json() == {"phase": "lobby", "round": 0, "rounds": rooms.ROUNDS}
    lead(client, room, host, "next")
    voting = client.get(f"{room}/turn", params={"after": first.headers["etag"]})
    assert voting.json()["phase"] == "voting" and "real" not in voting.json()
    mark = voting.headers["etag"]
    monkeypatch.setattr(routes, "HOLD", 0.01)
    client.post(f"{room}/votes", json={"player": player, "round": 1, "real": True})
    assert client.get(f"{room}/turn", params={"after": mark}).status_code == 204
    monkeypatch.setattr(routes, "HOLD", 600.0)
    waited: list[str] = []
    waiting = threading.Thread(target=lambda: waited.append(client.get(f"{room}/turn", params={"after": mark}).json()["phase"]))
    waiting.start()
    bell = hall.find(room[-rooms.LENGTH :])._turned
    while not bell._waiting:
        time.sleep(0.01)
    lead(client, room, host, "show")
    waiting.join()
    assert waited == ["shown"] and not bell._waiting
    assert client.get(f"{ROOMS}/XXXX/turn").status_code == 404


def test_the_next_picture_is_dealt_before_it_is_asked_for(hall: Hall) -> None:
    dealt: list[int] = []

    def deal(level: int) -> Dealt:
        dealt.append(level)
        return fixed(True, level=level)

    hall.deal = deal
    room = hall.open()
    for number in range(rooms.ROUNDS):
        room.prepare(deal)
        room.prepare(deal)
        assert len(dealt) == number + 1
        room.lead(room.host, "next", deal)
        assert len(dealt) == number + 1
        room.lead(room.host, "show", deal)
    room.prepare(deal)
    assert len(dealt) == rooms.ROUNDS, "none after the last"


def test_a_room_is_gone_after_an_hour() -> None:
    now = [0.0]
    hall = Hall(lambda: now[0])
    with pytest.raises(UserError) as caught:
        hall.open()
    assert caught.value.code == "detective_none"
    hall.deal = lambda level: fixed(True)
    room = hall.open()
    room.join()
    now[0] = rooms.LIFE - 1
    assert hall.find(room.code.lower()) is room
    now[0] = rooms.LIFE
    with pytest.raises(UserError) as caught:
        hall.find(room.code)
    assert caught.value.code == "room_gone" and not hall._rooms


def test_there_is_an_end_to_rooms_and_players(hall: Hall, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "MOST_ROOMS", 1)
    monkeypatch.setattr(rooms, "MOST_PLAYERS", 1)
    room, _ = opened(client)
    assert client.post(ROOMS).status_code == 503
    assert [client.post(f"{room}/players").status_code for _ in range(2)] == [200, 429]
    assert client.get(f"{ROOMS}/<b>").status_code == 404
    assert "<b>" not in client.get(f"{ROOMS}/<b>").text


def test_many_vote_at_once(hall: Hall) -> None:
    room = hall.open()
    players = [room.join() for _ in range(100)]
    room.lead(room.host, "next", lambda level: fixed(True))
    crowd = [threading.Thread(target=room.vote, args=(player, 1, i % 4 > 0)) for i, player in enumerate(players)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    room.lead(room.host, "show", lambda level: fixed(True))
    assert json.loads(room.state()[0])["tally"] == {"real": 75, "forged": 25}


def test_two_clicks_bring_one_picture(hall: Hall) -> None:
    room = hall.open()
    held, go = threading.Event(), threading.Event()

    def slowly(level: int) -> Dealt:
        held.set()
        go.wait(5)
        return fixed(True)

    problems: list[str] = []

    def click() -> None:
        try:
            room.lead(room.host, "next", slowly)
        except UserError as error:
            problems.append(error.code)

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for thread in clicks:
        thread.start()
    held.wait(5)
    assert json.loads(room.state()[0])["phase"] == "lobby", "nobody waits for the network"
    go.set()
    for thread in clicks:
        thread.join()
    assert problems == ["room_not_now"] and json.loads(room.state()[0])["round"] == 1


def test_the_code_of_a_room_can_be_scanned(client: TestClient) -> None:
    room, _ = opened(client)
    code = room.rpartition("/")[2]
    for host, before in (("192.168.1.9:7860", "http://192.168.1.9:7860"), ("host", "https://host/a/b")):
        address = f"{before}{PHONE}#{code}"
        answer = client.get(f"{room}/qr", params={"at": address}, headers={"Host": host})
        assert answer.status_code == 200 and answer.headers["content-type"] == "image/svg+xml" and b"<svg" in answer.content
    wrong = ["", f"javascript:alert(1)//{PHONE}#{code}", f"http://host{PHONE}#XXXX", "http://host/#" + "x" * 400]
    others = ("elsewhere", "host.elsewhere", "elsewhere/host", "host@elsewhere", "")
    wrong += [f"https://{host}{PHONE}#{code}" for host in others]
    for address in wrong:
        assert client.get(f"{room}/qr", params={"at": address}, headers={"Host": "host"}).status_code == 400
    proxied = {"Host": "10.0.0.7", "X-Forwarded-Host": "host"}
    assert client.get(f"{room}/qr", params={"at": f"https://host{PHONE}#{code}"}, headers=proxied).status_code == 200


def test_the_phone_page_is_whole(client: TestClient) -> None:
    page = client.get(PHONE).text
    assert page == phone_page() and "{{" not in page
    assert "http:" not in page and "https:" not in page, "a phone fetches nothing from elsewhere"
    assert len(page) < 20_000


# The reverse role.


def test_a_drawing_becomes_a_digit_as_the_real_ones_are() -> None:
    page = Image.new("L", (280, 280))
    ImageDraw.Draw(page).line([(20, 20), (20, 100)], "white", 12)
    digit = np.asarray(pass_off.as_digit(page))
    rows, columns = np.nonzero(digit > 100)
    assert digit.shape == (28, 28)
    assert rows.max() - rows.min() + 1 == 20 and abs(rows.mean() - 13.5) < 1 and abs(columns.mean() - 13.5) < 1


def test_a_heavy_corner_stays_on_the_page() -> None:
    page = Image.new("L", (280, 280))
    pen = ImageDraw.Draw(page)
    pen.rectangle((0, 0, 60, 279), "white")
    pen.line([(60, 270), (279, 270)], "white", 8)
    digit = np.asarray(pass_off.as_digit(page))
    assert digit[:, 2:24].sum() > 0.9 * digit.sum()


def test_passing_off(dealer: Dealer) -> None:
    told = pass_off.judge_drawing(dealer, drawn([(140, 30), (140, 250)]))
    assert isinstance(told["passes"], bool) and 0 <= told["rank"] <= 1
    assert told["reads"] in "0123456789" and 0.1 <= told["sure"] <= 1


@pytest.mark.parametrize("drawing", [None, 3, "", "data:image/png;base64,AAAA", [], {"x": 1}])
def test_what_is_no_drawing_is_refused(dealer: Dealer, drawing: Any) -> None:
    with pytest.raises(UserError):
        pass_off.judge_drawing(dealer, drawing)
    with pytest.raises(UserError) as caught:
        pass_off.judge_drawing(dealer, drawn([]))
    assert caught.value.code == "pass_blank"


def test_endpoints(dealer: Dealer) -> None:
    case, verdict, pass_off = detective.endpoints(dealer, Desk(dealer))
    ticket, picture = case(4)
    assert picture.startswith("data:image/png")
    assert all(isinstance(said, bool) for said in verdict(ticket, True))
    with pytest.raises(UserError):
        verdict(ticket, False)
    assert len(pass_off(drawn([(140, 30), (140, 250)]))) == 4


def test_every_sentence_of_the_parts_is_there() -> None:
    for name in ("game", "room", "pass"):
        slots = Counter(
            page.template(f"detective/{name}.html").split("[")[i].split("]")[0]
            for i in range(1, page.template(f"detective/{name}.html").count("[") + 1)
        )
        assert set(slots) <= {*i18n.texts(), *page.portraits()}


@pytest.mark.parametrize(("part", "does"), [("game", "go"), ("room", "open")])
def test_a_click_before_the_script_is_there_is_not_lost(part: str, does: str) -> None:
    """Until its script is ready, the first button can't be clicked."""
    folder = Path(detective.__file__).parent / "web"
    assert f'data-do="{does}" disabled' in (folder / f"{part}.html").read_text(encoding="utf-8")
    assert ".disabled = false" in (folder / f"{part}.js").read_text(encoding="utf-8")
