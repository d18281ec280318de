"""Routes to add the owner's own pictures, and to list them. They are for the owner only, who is
known before a byte is read."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO
from urllib.parse import unquote

import gradio as gr
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from demos.shared import i18n, requests, responses
from demos.training import own, permission
from gan_zoo import UserError

ADDRESS = "/training/own"
FRESH = {"Cache-Control": "no-store"}


def to_own(blocks: gr.Blocks) -> list[Route]:
    """The routes to the sets: GET tells of all, and of the pictures of one (`?set=NAME`); POST brings a file to a set; DELETE
    deletes a set, or one picture of it (`&picture=ID`).

    The headers `x-zoo-password` and `x-zoo-file` have the owner's password and the name of the file, both URL-encoded.
    """

    def check(request: Request) -> None:
        permission.check(request, unquote(request.headers.get("x-zoo-password", "")), permission.is_shared(blocks))

    async def tell(request: Request) -> Response:
        def told() -> dict[str, Any]:
            name = request.query_params.get("set")
            return {"sets": own.sets(), **({} if name is None else {"pictures": own.thumbnails(own.find(name))})}

        return await _answer(check, request, told)

    async def delete(request: Request) -> Response:
        def deleted() -> dict[str, Any]:
            name, picture = request.query_params.get("set"), request.query_params.get("picture")
            if picture is None:
                own.delete(name)
            else:
                own.delete_picture(name, picture)
            return {"sets": own.sets()}

        return await _answer(check, request, deleted)

    async def bring(request: Request) -> Response:
        label = unquote(request.headers.get("x-zoo-file", ""))[:200]
        try:
            check(request)
            name = own.named(request.query_params.get("set"))
            await run_in_threadpool(own.check_room, name)
        except UserError as error:
            return _refused(error)
        with contextlib.ExitStack() as opened:
            file = opened.enter_context(tempfile.TemporaryFile())
            try:
                await _receive(request, file)
            except ClientDisconnect:  # it was cancelled, and nobody hears the answer
                return Response(status_code=400)
            except UserError as error:
                return StreamingResponse(iter([_line(own.left(label, error))]), headers=FRESH)
            opened.pop_all()  # the generator below closes it
        return StreamingResponse(_lines(name, label, file), media_type="application/x-ndjson", headers=FRESH)

    return [
        Route(ADDRESS, tell, methods=["GET"]),
        Route(ADDRESS, bring, methods=["POST"]),
        Route(ADDRESS, delete, methods=["DELETE"]),
    ]


async def _answer(check: Callable[[Request], None], request: Request, work: Callable[[], dict[str, Any]]) -> Response:
    try:
        check(request)
        return JSONResponse(await run_in_threadpool(work), headers=FRESH)
    except UserError as error:
        return _refused(error)


async def _receive(request: Request, file: BinaryIO) -> None:
    """Write what is sent to a file, from whose beginning it is read; raises `UserError` when it is too much."""
    n = 0
    async for part in request.stream():
        n += len(part)
        if n > own.MOST_ZIP_BYTES:
            raise requests.mistake("own_large_file", most=own.MOST_ZIP_BYTES // 1_000_000)
        await run_in_threadpool(file.write, part)
    file.seek(0)


def _lines(name: str, label: str, file: BinaryIO) -> Iterator[bytes]:
    """Yields the result of a file, a line of JSON for each picture in it."""
    with file:
        parts = own.bring(name, label, file)
        while True:
            told, trouble = responses.answer(lambda: next(parts, None))
            if trouble:
                told = {"name": label, "code": "unexpected", "why": i18n.both("unexpected"), "end": False}
            if told is None:
                return
            yield _line(told)
            if trouble:
                return


def _line(told: own.Told) -> bytes:
    return json.dumps(told).encode() + b"\n"


def _refused(error: UserError) -> Response:
    status = 403 if error.code in permission.REFUSALS else 409
    return JSONResponse({"trouble": i18n.explain(error), "code": error.code}, status_code=status, headers=FRESH)
