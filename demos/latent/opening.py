"""The first impression: which model opens the tab, a picture of each to choose it by, and a slow walk that plays first.

Both kinds of pictures come by routes of their own. They are made once for each model and kept, so many visitors cost no more
than one.
"""

from __future__ import annotations

import functools
import io
import math
from collections.abc import Callable, Iterable
from pathlib import Path

import gradio as gr
import torch
from PIL import Image
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from demos.latent import points
from demos.shared import controls, i18n
from demos.shared.names import Name, parts_of, standing_alone
from demos.shared.names import options as named
from gan_zoo import Gallery, UserError, latent
from gan_zoo.data.names import DataName
from gan_zoo.imaging import images
from gan_zoo.imaging.decoding import open_animation
from gan_zoo.models.registry import model_class

# What people like to look at, the best first: models of these data come first, those of other data after them.
SUBJECTS = ("peeps", "faces", "characters", "emoji3d", "emoji", "digits", "kana")
# The latents of the walk, the frames from one to the next, and the time of a frame.
STOPS, LEG, FRAME_MILLISECONDS = 6, 16, 90
# The samples in each row and column of a portrait, its side in pixels, and the share of a grid's cell that is its border.
PORTRAIT, PORTRAIT_SIDE, MARGIN = 2, 128, 0.04
# Walks that are kept; the portraits are small, and all of them are.
KEPT = 16


def ordered(gallery: Gallery, codes: Iterable[str]) -> list[str]:
    """Models with the one that opens the tab first: by `SUBJECTS`, among models of the same data by FID, and those that nobody
    has measured at the end."""

    def place(code: str) -> tuple[bool, int, float, str]:
        card = gallery.card(code)
        data = DataName.parse(card.get("data") or "").place
        fid = card.get("metrics", {}).get(code, {}).get("fid")
        subject = SUBJECTS.index(data) if data in SUBJECTS else len(SUBJECTS)
        return fid is None, subject, float(fid or 0), code

    return sorted(codes, key=place)


def models(gallery: Gallery, codes: list[str]) -> gr.HTML:
    """The walk of the chosen model, and below it the models to choose from: pictures, and a list with their full names.

    Its value is the code name of the model. It triggers `choose`. The prop `options` is that of `controls.select`, and
    `drawn` has the models that have a portrait.
    """
    return controls.scripted(
        "latent/models",
        f"""<figure class="zoo-stroll" data-off-stage><img alt=""><figcaption><span>{i18n.both("stroll")}</span>
          <button type="button"></button></figcaption></figure>
          <div class="zoo-models" role="group" aria-label="" data-off-stage></div>
          <label class="zoo-select" hidden><span>{i18n.both("model")}</span><select></select>
          <small><code></code></small></label>""",
        events=["choose"],
        value=codes[0],
        options=named(gallery, codes),
        tab="latent",
        parts=parts(gallery, codes),
        drawn=drawn(gallery, codes),
        labels=i18n.some("stroll_play", "stroll_pause", "stroll_label", "choose_model"),
        elem_id="model",
    )


def parts(gallery: Gallery, codes: Iterable[str]) -> dict[str, tuple[Name, Name]]:
    """The two parts of each model's name, by its code name: what its pictures show, and its kind of network. Where models share
    both, the code name stands for the kind."""
    found = {code: parts_of(code, gallery.card(code)) for code in codes}
    pairs = [(data["en"], network["en"]) for data, network in found.values()]
    return {
        code: (data, standing_alone(network) if pairs.count((data["en"], network["en"])) == 1 else dict.fromkeys(network, code))
        for code, (data, network) in found.items()
    }


def drawn(gallery: Gallery, codes: Iterable[str]) -> list[str]:
    """The models that have a portrait."""
    return [code for code in codes if (gallery.folders[code] / "grids.webp").is_file()]


def portrait(grids: Path, columns: int) -> bytes | None:
    """The first samples of the last grid of a training as a square WebP; None where there is none.

    Args:
        grids: the animation of a weights folder, whose grids may be scaled down.
        columns: the samples in a row of a grid.
    """
    try:
        *_, (last, _) = open_animation(grids)
    except (UserError, ValueError):  # a damaged file, and one with no picture
        return None
    grid, cell = last.convert("RGB"), last.width / columns
    side = round(PORTRAIT_SIDE / PORTRAIT)
    sheet = Image.new("RGB", (PORTRAIT * side,) * 2)
    for row in range(PORTRAIT):
        for column in range(PORTRAIT):
            left, top = (column + MARGIN) * cell, (row + MARGIN) * cell
            box = (left, top, left + (1 - 2 * MARGIN) * cell, top + (1 - 2 * MARGIN) * cell)
            sheet.paste(grid.resize((side, side), Image.Resampling.BOX, box), (column * side, row * side))
    return _webp(sheet)


def stroll(gallery: Gallery, code: str) -> list[Image.Image]:
    """The frames of a walk through random latents that ends where it began."""
    session = gallery.session(code)
    z, psi = session.truncated(session.latents(STOPS, points.FIRST_SEED), points.FIRST_TRUNCATION)
    picked = points.Picked(session, z, points.class_of(session, ""), psi)
    way = latent.path(torch.cat([z, z[:1]]), STOPS * LEG + 1, True)[:-1]
    return [images.to_pil(picture).convert("RGB") for picture in picked.sample(way).images]


def routes(gallery: Gallery) -> list[Route]:
    """The routes of portraits, of walks, and of the first frames of walks: `latent/KIND/MODEL`."""

    def offered(code: str) -> tuple[Path, int] | None:
        """The folder of a sampler and the time of its card, by which a new version is noticed."""
        if code not in gallery.names("sampler"):
            return None
        folder = gallery.folders[code]
        return folder, (folder / "config.json").stat().st_mtime_ns

    @functools.cache
    def portrait_of(code: str, folder: Path, changed: int) -> bytes | None:
        shown = model_class(gallery.card(code)["model"]).PREVIEWED
        return portrait(folder / "grids.webp", math.ceil(math.sqrt(shown)))

    @functools.lru_cache(KEPT)
    def stroll_of(code: str, folder: Path, changed: int) -> tuple[bytes, bytes]:
        frames = stroll(gallery, code)
        return images.animation(frames, FRAME_MILLISECONDS, quality=80), _webp(frames[0])

    def route(kind: str, content: Callable[[str, Path, int], bytes | None]) -> Route:
        def found(code: str) -> bytes | None:
            try:
                known = offered(code)
                return content(code, *known) if known else None
            except (UserError, OSError):  # damaged weights, or they are gone
                return None

        async def answer(request: Request) -> Response:
            made = await run_in_threadpool(found, request.path_params["model"])
            if made is None:
                return Response(status_code=404)
            return Response(made, media_type="image/webp", headers={"Cache-Control": "max-age=600"})

        return Route(f"/latent/{kind}/{{model}}", answer)

    return [
        route("portraits", portrait_of),
        route("strolls", lambda *asked: stroll_of(*asked)[0]),
        route("starts", lambda *asked: stroll_of(*asked)[1]),
    ]


def _webp(picture: Image.Image) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "WEBP", quality=85)
    return stream.getvalue()
