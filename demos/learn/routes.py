"""Routes for the contents of the tab, in the reader's language, and for pictures of shipped trainings."""

from __future__ import annotations

import functools
import hashlib
import json
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from demos.learn import chapters, reference
from demos.shared import i18n, lanes, names
from gan_zoo import Gallery, UserError
from gan_zoo.weights.replay import Replay

# The places of a training's sample grids, as a share of all grids.
PARTS = {"first": 0.0, "early": 0.3, "last": 1.0}


def drawn(gallery: Gallery) -> list[str]:
    """The weights folders that have pictures of their training."""
    return [name for name in gallery.names() if gallery.card(name).get("grids")]


def lessons(gallery: Gallery, language: str, weights: list[str]) -> dict[str, Any]:
    """All that the tab shows, in one language; `weights` as `drawn` gives them, and `called` in the zoo is what people call
    them."""
    called = names.names_of(gallery, weights)
    zoo = reference.zoo(language, weights)
    return {
        "chapters": [chapters.page(name, language, weights) for name in chapters.CHAPTERS],
        "glossary": reference.glossary(language),
        "quiz": reference.quiz(language),
        "zoo": [row | {"called": called[row["weights"]][language] if row["weights"] else ""} for row in zoo],
    }


def pictures(folder: Path) -> dict[str, bytes]:
    """Sample grids of the training behind a weights folder, as WebP, by the names in `PARTS`; none where there are none."""
    try:
        replay = Replay(folder)
        steps = replay.steps()
        return {part: replay.grid(steps[round(share * (len(steps) - 1))]) for part, share in PARTS.items()} if steps else {}
    except (UserError, OSError):
        return {}


def to_lessons(gallery: Gallery) -> list[Route]:
    """The routes to the contents of the tab. What takes long to put together is put together once."""
    lane = lanes.Lane()

    @functools.lru_cache(maxsize=len(i18n.LANGUAGES))
    def told(language: str, weights: tuple[str, ...]) -> bytes:
        return json.dumps(lessons(gallery, language, list(weights)), ensure_ascii=False).encode()

    @functools.lru_cache(maxsize=50)
    def seen(folder: Path, changed: int) -> dict[str, bytes]:
        return pictures(folder)

    async def every_lesson(request: Request) -> Response:
        language = request.path_params["language"]
        if language not in i18n.LANGUAGES:
            return Response(status_code=404)
        content = await lane.run(request, lambda: told(language, tuple(drawn(gallery))))
        mark = f'"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'
        headers = {"ETag": mark, "Cache-Control": "no-cache"}
        if request.headers.get("if-none-match") == mark:
            return Response(status_code=304, headers=headers)
        return Response(content, media_type="application/json", headers=headers)

    async def one_picture(request: Request) -> Response:
        folder = gallery.folders.get(request.path_params["name"])
        try:
            found = await lane.run(request, seen, folder, (folder / "grids.webp").stat().st_mtime_ns) if folder else {}
        except OSError:
            found = {}
        content = found.get(request.path_params["part"])
        if content is None:
            return Response(status_code=404)
        return Response(content, media_type="image/webp", headers={"Cache-Control": "max-age=3600"})

    return [Route("/learn/pictures/{name}/{part}", one_picture), Route("/learn/{language}", every_lesson)]
