"""Routes for the page to fetch runs: the list, a state, a picture, a film. Everybody may use them, and none of them changes
anything."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from demos.shared import i18n, lanes
from demos.training.viewer import Shared, Watch
from gan_zoo import UserError
from gan_zoo.runs import recording

ROOT = "/training/runs"
HOLD = 4.0
"""seconds for which a question about a run waits for something new; meanwhile its page asks for nothing else of the run"""
# A picture at an address never changes: what is trained anew gets another version.
FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}


def to_runs(watch: Watch) -> list[Route]:
    """The routes to the runs of `watch`, read-only."""

    # A film takes seconds, and a comparison reads two logs.
    lane = lanes.Lane(most_here=4)

    async def every(request: Request) -> Response:
        return await _shared(request, lambda: watch.list)

    async def state(request: Request) -> Response:
        after = request.query_params.get("after", "")
        if after:
            with suppress(UserError):  # `_shared` says what is wrong
                await watch.find(*_run(request)).state.wait(after, HOLD)
        return await _shared(request, lambda: watch.find(*_run(request)).state, after)

    async def grid(request: Request) -> Response:
        step = request.path_params["step"]
        return await _file(lambda: watch.find(*_run(request)).recording.grid(step), "image/webp", FOREVER)

    async def film(request: Request) -> Response:
        name = request.path_params["name"]
        headers = {"Content-Disposition": f'attachment; filename="{_plain(name)}.mp4"'}
        return await _file(lambda: watch.find(*_run(request)).film(), "video/mp4", headers, partial(lane.run, request))

    async def animation(request: Request) -> Response:
        name = request.path_params["name"]
        headers = {"Content-Disposition": f'attachment; filename="{_plain(name)}.webp"'}
        return await _file(lambda: watch.find(*_run(request)).animation(), "image/webp", headers, partial(lane.run, request))

    async def differences(request: Request) -> Response:
        one, other = (request.query_params.get(key, "/").partition("/") for key in ("one", "other"))

        def work() -> list[list[str]]:
            a, b = (watch.find(where, name).recording for where, _, name in (one, other))
            return [[key, str(x), str(y)] for key, (x, y) in recording.differences(a, b).items() if key not in INCIDENTAL]

        try:
            return JSONResponse(await lane.run(request, work), headers={"Cache-Control": "no-store"})
        except UserError as error:
            return _missing(error)

    run = f"{ROOT}/{{where}}/{{name}}"
    return [
        Route("/training/differences", differences),
        Route(ROOT, every),
        Route(run, state),
        Route(f"{run}/grids/{{step:int}}", grid),
        Route(f"{run}/film", film),
        Route(f"{run}/animation", animation),
    ]


# Settings that say nothing about how a run goes.
INCIDENTAL = ("path", "source.about", "source.licence", "source.origin", "hardware", "classes", "counts", "attributes")


def _plain(name: str) -> str:
    """A file name that a header can hold: a run is called after its folder, which may be in any script."""
    return name if name.isascii() else "run"


def _run(request: Request) -> tuple[str, str]:
    return request.path_params["where"], request.path_params["name"]


async def _shared(request: Request, find: Callable[[], Shared], known: str = "") -> Response:
    """A response that many visitors ask for; only a status if the browser has it already, or if its mark is `known`."""
    try:
        shared = find()
        content, mark = shared.fresh() or await run_in_threadpool(shared.get)
    except UserError as error:
        return _missing(error)
    # Who names the mark keeps the content, too.
    headers = {"ETag": mark, "Cache-Control": "no-store" if known else "no-cache"}
    if known == mark:
        return Response(status_code=204, headers=headers)
    if request.headers.get("if-none-match") == mark:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type="application/json", headers=headers)


async def _file(
    read: Callable[[], bytes], mime: str, headers: dict[str, str], run: Callable[..., Awaitable[bytes]] = run_in_threadpool
) -> Response:
    try:
        return Response(await run(read), media_type=mime, headers=headers)
    except UserError as error:
        return _missing(error)


def _missing(error: UserError) -> Response:
    status = 429 if error.code == "guard_often" else 404
    return JSONResponse({"trouble": i18n.explain(error)}, status_code=status, headers={"Cache-Control": "no-store"})
