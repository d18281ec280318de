"""Routes of what a page needs to run a network on the visitor's device: scripts, the runtime, and the files of networks.

The addresses of networks name their content, so a browser that has kept a file never asks for it again.
"""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from demos.shared import i18n
from gan_zoo import Gallery, UserError
from gan_zoo.browser import graph, runtime

NETWORK = "/networks/{digest}/{file}"
SCRIPT = "/gan_zoo/browser/web/{file}"
"""the same path as in the project, so that imports of scripts hold in both"""
MIMES = {".js": "text/javascript", ".gz": "application/octet-stream", ".txt": "text/plain"}
KEPT = {"Cache-Control": "public, max-age=31536000, immutable"}


def texts() -> dict[str, dict[str, str]]:
    """The sentences of `device.js` by their keys, each in each language."""
    names = ("device", "server", "slower", "loading", "failed", "gone", "missing")
    return i18n.some(*(f"place_{name}" for name in names))


def offer(gallery: Gallery, model: str) -> dict[str, Any] | None:
    """The facts that a page needs to run a model; None if its folder has no graph, or one that was made of other weights.

    `graph` and `weights` are addresses, relative to the page, and so is `back`, the graph of the way back, '' if there is
    none; `bytes` is what the page fetches, with the runtime; `latent` is the length of a latent, 0 if the graph takes none.
    """
    digest, ways = _mark_of(gallery, model)
    if not digest:
        return None
    folder = gallery.folders[model]
    files = {"graph": graph.GRAPH, "weights": graph.STORED, "back": graph.BACK if graph.BACK in ways else ""}
    addresses = {key: NETWORK.format(digest=digest, file=name).lstrip("/") if name else "" for key, name in files.items()}
    size = sum((folder / name).stat().st_size for name in (graph.GRAPH, graph.STORED)) + runtime_bytes()
    return {**addresses, "bytes": size, "latent": gallery.card(model)["config"].get("latent_size", 0)}


@functools.cache
def runtime_bytes() -> int:
    """The bytes of the runtime, which all networks share."""
    return sum(path.stat().st_size for path in runtime.WEB.glob("onnxruntime-*.wasm.gz"))


def _mark_of(gallery: Gallery, model: str) -> tuple[str, tuple[str, ...]]:
    """What `_mark` says of the folder of a model; ('', ()) if nothing in it can be run."""
    folder = gallery.folders.get(model)
    if folder is None or model not in gallery.names():
        return "", ()
    try:
        back = folder / graph.BACK
        times = [(folder / name).stat().st_mtime_ns for name in (graph.GRAPH, graph.STORED)]
        return _mark(folder, (*times, back.stat().st_mtime_ns if back.exists() else 0))
    except (OSError, UserError):  # there is no graph, or the folder is gone
        return "", ()


@functools.lru_cache(256)
def _mark(folder: Path, times: tuple[int, ...]) -> tuple[str, tuple[str, ...]]:
    """The mark of a folder's graphs and weights, all of which it names, as they were at `times`, and the names of the graphs
    that fit the weights; the mark is '' if the first one doesn't."""
    ways = tuple(name for name in (graph.GRAPH, graph.BACK) if graph.is_fresh(folder, name))
    if graph.GRAPH not in ways:
        return "", ()
    return hashlib.sha256(b"".join((folder / name).read_bytes() for name in ways)).hexdigest()[:32], ways


def routes(gallery: Gallery) -> list[Route]:
    """The routes of the networks that `gallery` offers."""

    def found(digest: str, file: str) -> Path | None:
        for model in gallery.names():
            known, ways = _mark_of(gallery, model)
            if known == digest and file in (graph.STORED, *ways):
                return gallery.folders[model] / file
        return None

    async def network(request: Request) -> Response:
        path = await run_in_threadpool(found, request.path_params["digest"], request.path_params["file"])
        if path is None:
            return Response(status_code=404)
        return FileResponse(path, media_type="application/octet-stream", headers=KEPT)

    return [Route(NETWORK, network)]


@functools.cache
def scripts() -> dict[str, Path]:
    """The files that `SCRIPT` serves, by their names; it serves no others."""
    return {path.name: path for path in runtime.WEB.iterdir() if path.suffix in MIMES}


async def script(request: Request) -> Response:
    """A file of `scripts`, which is what `SCRIPT` serves."""
    path = scripts().get(request.path_params["file"])
    if path is None:
        return Response(status_code=404)
    # The name of the runtime has its version; scripts change with ours.
    headers = KEPT if path.stem.startswith("onnxruntime") else {"Cache-Control": "no-cache"}
    return FileResponse(path, media_type=MIMES[path.suffix], headers=headers)
