"""Routes for the contents of the tab, in the reader's language, and for pictures of shipped trainings."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from demos.learn import chapters, reference
from demos.shared import i18n
from gan_zoo import Gallery, UserError, list_weights
from gan_zoo.weights.replay import Replay

# The places of a training's sample grids, as a share of all grids.
PARTS = {"first": 0.0, "early": 0.3, "last": 1.0}


def drawn(gallery: Gallery) -> list[str]:
    """The weights folders that have pictures of their training."""
    return [name for name in gallery.names() if gallery.card(name).get("grids")]


def lessons(language: str, weights: list[str]) -> dict[str, Any]:
    """All that the tab shows, in one language; `weights` as `drawn` gives them."""
    return {
        "chapters": [chapters.page(name, language, weights) for name in chapters.CHAPTERS],
        "glossary": reference.glossary(language),
        "quiz": reference.quiz(language),
        "zoo": reference.zoo(language, weights),
    }


def picture(name: str, part: str) -> bytes | None:
    """A sample grid of the training behind a weights folder, as WebP; None where there is none."""
    folder = list_weights().get(name)
    if folder is None or part not in PARTS:
        return None
    replay = Replay(folder)
    steps = replay.steps()
    try:
        return replay.grid(steps[round(PARTS[part] * (len(steps) - 1))]) if steps else None
    except (UserError, OSError):
        return None


async def _lessons(request: Request) -> Response:
    language = request.path_params["language"]
    if language not in i18n.LANGUAGES:
        return Response(status_code=404)
    content = await run_in_threadpool(lambda: json.dumps(lessons(language, drawn(Gallery())), ensure_ascii=False).encode())
    mark = f'"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'
    headers = {"ETag": mark, "Cache-Control": "no-cache"}
    if request.headers.get("if-none-match") == mark:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type="application/json", headers=headers)


async def _picture(request: Request) -> Response:
    content = await run_in_threadpool(picture, request.path_params["name"], request.path_params["part"])
    if content is None:
        return Response(status_code=404)
    return Response(content, media_type="image/webp", headers={"Cache-Control": "max-age=3600"})


ROUTES = [Route("/learn/pictures/{name}/{part}", _picture), Route("/learn/{language}", _lessons)]
