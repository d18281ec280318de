"""Routes for phones and the presenter's screen: small requests over HTTP, so a hundred players cost little."""

from __future__ import annotations

import io
import json
import re
import threading
from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from demos.detective.rooms import LENGTH, Hall, Room
from demos.shared import i18n, page, requests, styles, visitors
from gan_zoo import UserError

ROOMS, PHONE = "/detective/rooms", "/detective/room"
MOST_BYTES = 2_000
MOST_ADDRESS = 300
HOLD = 20.0
"""seconds for which a phone waits for news before it asks again; proxies give up after 30"""
HOSTS = ("host", "x-forwarded-host")
STATUS = {"room_gone": 404, "room_stranger": 403, "room_not_yours": 403, "room_late": 409, "room_not_now": 409}
STATUS |= {"room_full": 429, "rooms_full": 503, "rooms_full_here": 429, "room_closed": 403, "detective_none": 503}
FRESH = {"Cache-Control": "no-store"}
PHONE_LABELS = re.compile(r"phone_\w+|room_real|room_forged")


def to_rooms(hall: Hall) -> list[Route]:
    """The routes to the rooms of `hall`, and the page that phones open."""

    def find(request: Request) -> Room:
        return hall.find(request.path_params["code"], visitors.address(request.scope))

    async def phone(request: Request) -> Response:
        return HTMLResponse(phone_page(), headers=FRESH)

    async def open_room(request: Request) -> Response:
        try:
            room = hall.open(visitors.address(request.scope))
        except UserError as error:
            return _refused(error)
        # While people come in, the network is loaded: the first picture is there at once.
        prepare(room)
        return JSONResponse({"code": room.code, "host": room.host}, headers=FRESH)

    def prepare(room: Room) -> None:
        # In a thread of its own: a background task of the answer would keep the connection, on which the next click comes.
        if hall.deal:
            threading.Thread(target=room.prepare, args=(hall.deal,), daemon=True).start()

    async def state(request: Request) -> Response:
        try:
            content, mark = find(request).state()
        except UserError as error:
            return _refused(error)
        headers = {"ETag": mark, "Cache-Control": "no-cache"}
        if request.headers.get("if-none-match") == mark:
            return Response(status_code=304, headers=headers)
        return Response(content, media_type="application/json", headers=headers)

    async def turn(request: Request) -> Response:
        try:
            told = await find(request).next_on_phones(request.query_params.get("after", ""), HOLD)
        except UserError as error:
            return _refused(error)
        if told is None:
            return Response(status_code=204, headers=FRESH)
        return Response(told[0], media_type="application/json", headers={"ETag": told[1], **FRESH})

    async def join(request: Request) -> Response:
        here = visitors.address(request.scope)

        def work(asked: dict[str, Any]) -> dict[str, Any]:
            room = find(request)
            player = room.join(here)
            return {"player": player, "face": room.face(player)}

        return await _answered(request, work)

    async def vote(request: Request) -> Response:
        def work(asked: dict[str, Any]) -> dict[str, Any]:
            find(request).vote(asked.get("player"), asked.get("round"), asked.get("real"))
            return {"counted": True}

        return await _answered(request, work)

    async def lead(request: Request) -> Response:
        try:
            room, asked = find(request), await _body(request)
            if hall.deal is None:
                raise requests.mistake("detective_none")
            # A picture may want a network, which takes its time.
            await run_in_threadpool(room.lead, asked.get("host"), asked.get("do"), hall.deal)
        except UserError as error:
            return _refused(error)
        if asked.get("do") == "next":
            prepare(room)
        return JSONResponse({"done": True}, headers=FRESH)

    async def qr(request: Request) -> Response:
        code, address = request.path_params["code"].upper(), request.query_params.get("at", "")
        # Only addresses of this gallery, so that nobody gives their own away as ours.
        ours = "|".join(re.escape(host) for name in HOSTS if (host := request.headers.get(name)))
        if not re.fullmatch(rf"https?://({ours or '(?!)'})(/[\w.~-]+)*{PHONE}#{re.escape(code)}", address[:MOST_ADDRESS]):
            return Response(status_code=400)
        import segno

        drawn = io.BytesIO()
        segno.make(address, error="m").save(drawn, kind="svg", scale=8, border=2)
        return Response(drawn.getvalue(), media_type="image/svg+xml", headers=FRESH)

    room = f"{ROOMS}/{{code}}"
    return [
        Route(PHONE, phone),
        Route(ROOMS, open_room, methods=["POST"]),
        Route(room, state),
        Route(f"{room}/turn", turn),
        Route(f"{room}/players", join, methods=["POST"]),
        Route(f"{room}/votes", vote, methods=["POST"]),
        Route(f"{room}/lead", lead, methods=["POST"]),
        Route(f"{room}/qr", qr),
    ]


def phone_page() -> str:
    """The page for phones: it and its few scripts are light enough for a hundred at once."""
    labels = i18n.matching(PHONE_LABELS)
    # `</` would end the script.
    parts = {
        "labels": json.dumps(labels, ensure_ascii=False).replace("</", "<\\/"),
        "language": page.language_script(),
        "one_language": styles.one_language(),
        "tokens": page.template("shared/tokens.css"),
        "length": str(LENGTH),
    }
    template = page.template("detective/phone.html")
    return re.sub(r"{{(\w+)}}", lambda slot: parts.get(slot[1]) or i18n.both(slot[1]), template)


async def _body(request: Request) -> dict[str, Any]:
    """The JSON object of a request; raises `UserError` if it is too large, or no JSON object."""
    content = b""
    async for part in request.stream():
        content += part
        if len(content) > MOST_BYTES:
            raise requests.mistake("room_unread")
    try:
        asked = json.loads(content or b"{}")
        # JSON may escape half of a character, which is no text.
        json.dumps(asked, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise requests.mistake("room_unread") from None
    if not isinstance(asked, dict):
        raise requests.mistake("room_unread")
    return asked


async def _answered(request: Request, work: Callable[[dict[str, Any]], dict[str, Any]]) -> Response:
    try:
        return JSONResponse(work(await _body(request)), headers=FRESH)
    except UserError as error:
        return _refused(error)


def _refused(error: UserError) -> Response:
    status = STATUS.get(error.code, 400)
    return JSONResponse({"trouble": i18n.explain(error), "code": error.code}, status_code=status, headers=FRESH)
