"""Restyling what a visitor brought: a try at once, then all of it tile by tile; every style beside the others; clips."""

from __future__ import annotations

import html
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from demos.shared import i18n, requests, responses, store
from demos.style import styles
from demos.style.upload import CLIP_SIDE, MOST_SECONDS, TRIED, Brought, Picture, as_jpeg, blended, filled, in_one_piece
from gan_zoo import Gallery
from gan_zoo.imaging import images, video
from gan_zoo.serving import TranslatorSession

BEAT = 0.5
"""seconds from one picture of the progress to the next"""


@dataclass
class Desk:
    """The pictures of one visitor; nobody else sees them. They lie on the desk as files in the store."""

    brought: Brought | None = None
    stopped: int = 0
    """the number of the request that is to stop"""
    _result: tuple[Brought, store.Kept] | None = None

    def read(self) -> Brought:
        """The uploaded picture or clip; a `UserError` if there is none."""
        if self.brought is None:
            raise requests.mistake("bring_first")
        return self.brought

    @property
    def result(self) -> tuple[Picture, Picture] | None:
        """What was restyled, and what became of it so far; raises `UserError` where it had to make room for others' files."""
        if self._result is None:
            return None
        before, after = self._result
        return before.picture, images.from_pil(requests.decode(after.read()[0]), 3)

    def put(self, brought: Brought, after: Picture | None) -> None:
        """Put the result on the desk, or take it away."""
        self._result = None if after is None else (brought, store.Kept(responses.as_png(after)))


@dataclass
class Beat:
    """Says from time to time that it is time to show something."""

    last: float = field(default_factory=time.monotonic)

    def __call__(self) -> bool:
        due = time.monotonic() - self.last >= BEAT
        if due:
            self.last = time.monotonic()
        return due


def way_back(session: TranslatorSession, before: Tensor, after: Tensor, back: bool) -> tuple[Picture, float]:
    """The picture that `after` becomes in the other direction, and the cycle error: the mean absolute difference to `before`,
    of the 255 steps of a byte (the L1 of Zhu et al. 2017, eq. 2, times 127.5)."""
    again = session.translate(after, back=not back).images
    return images.to_uint8(again[0]), (again - before).abs().mean().item() * 127.5


def methods(gallery: Gallery, names: list[str], small: Tensor, back: bool) -> list[dict[str, str]]:
    """A small picture in one style by several methods, each with its way back if it has one, and what it costs."""
    rows = []
    for name in names:
        session, card = gallery.translator(name), gallery.card(name)
        result = session.translate(small, back=back)
        again = as_jpeg(way_back(session, small, result.images, back)[0]) if session.two_way else ""
        known = styles.costs(card)
        cost = i18n.both("method_cost", milliseconds=f"{result.milliseconds:.0f}", thousands=known["thousands"])
        cost += i18n.both("method_minutes", minutes=known["minutes"]) if known["minutes"] else ""
        row = {"method": styles.method(card), "picture": as_jpeg(images.to_uint8(result.images[0])), "back": again}
        rows.append({**row, "said": cost})
    return rows


def restyle(gallery: Gallery, desk: Desk, model: Any, back: bool, number: int) -> Iterator[responses.Answer]:
    """Yields the answers while a picture is restyled, each with more of it; the result is on the desk."""
    session, brought = gallery.translator(model), desk.read()
    picture = brought.picture
    desk.put(brought, None)
    small = in_one_piece(picture, TRIED)
    first = session.translate(small, back=back)
    rough = images.to_uint8(first.images[0])
    known: responses.Answer = {"after": as_jpeg(rough), "said": responses.cost("tried", first)}
    yield known
    if session.two_way:
        again, error = way_back(session, small, first.images, back)
        there_and_back = [as_jpeg(images.to_uint8(small[0])), known["after"], as_jpeg(again)]
        known = {**known, "cycle": there_and_back, "error": i18n.both("cycle_error", n=f"{error:.1f}")}
        yield known
    if names := styles.rivals(gallery, model, back):
        known = {**known, "methods": methods(gallery, names, small, back)}
        yield known
    due = Beat()
    for part in session.restyle(images.to_float(picture), back=back):
        known = {**known, "done": part.done, "of": part.tiles}
        if part.done == part.tiles or desk.stopped == number:
            desk.put(brought, part.image)
            key = "stopped" if part.done < part.tiles else "restyled" if part.tiles > 1 else "restyled_whole"
            took = i18n.both(key, milliseconds=f"{part.milliseconds:,.0f}", done=part.done, tiles=part.tiles)
            said = f'<p class="zoo-cost" title="{html.escape(part.precision)}">{took}</p>'
            if part.tiles > 1:
                said += f'<p class="zoo-note">{i18n.both("strokes")}</p>'
            yield {**known, "after": as_jpeg(part.image), "said": said, "ready": True}
            return
        if due():
            said = f'<p class="zoo-cost">{i18n.both("tiles", done=part.done, tiles=part.tiles)}</p>'
            known = {**known, "after": as_jpeg(filled(part.image, picture, rough)), "said": said}
            yield known


def sheet(gallery: Gallery, desk: Desk, models: list[str], back: bool, number: int) -> Iterator[responses.Answer]:
    """The picture in one style after the other, at the size at which they answer at once."""
    small = in_one_piece(desk.read().picture, TRIED)
    done: list[dict[str, str]] = []
    for model in models:
        result = gallery.translator(model).translate(small, back=back)
        done = [*done, {"model": model, "picture": as_jpeg(images.to_uint8(result.images[0]))}]
        yield {"sheet": done, "done": len(done), "of": len(models)}
        if desk.stopped == number:
            return


def frames(session: TranslatorSession, brought: Brought, back: bool, strength: float) -> Iterator[tuple[Picture, float]]:
    """The frames of a clip, restyled one by one and mixed with those before, each with the milliseconds it took."""
    for frame, _ in video.frames(brought.clip, MOST_SECONDS):
        before = in_one_piece(frame, CLIP_SIDE)
        result = session.translate(before, back=back)
        mixed = blended(images.to_uint8(before[0]), images.to_uint8(result.images[0]), strength)
        yield images.from_pil(mixed, 3), result.milliseconds


def restyle_clip(
    gallery: Gallery, desk: Desk, model: Any, back: bool, strength: float, number: int
) -> Iterator[responses.Answer]:
    """Yields the answers while a clip is restyled; if the visitor stops it, the finished part becomes the clip."""
    session, brought = gallery.translator(model), desk.read()
    if not brought.is_clip:
        raise requests.mistake("bring_clip_first")
    done: list[Picture] = []
    spent, due = 0.0, Beat()
    for frame, milliseconds in frames(session, brought, back, strength):
        done.append(frame)
        spent += milliseconds
        if desk.stopped == number:
            break
        if due() or len(done) == 1:
            said = f'<p class="zoo-cost">{i18n.both("frames", done=len(done), frames=brought.frames)}</p>'
            yield {"frame": as_jpeg(frame), "done": len(done), "of": brought.frames, "said": said}
    film = responses.as_url(video.write_mp4(done, brought.rate), "video/mp4")
    took = i18n.both("clip_made", n=len(done), frames=brought.frames, milliseconds=f"{spent / len(done):.0f}")
    yield {"film": film, "done": len(done), "of": brought.frames, "said": f'<p class="zoo-cost">{took}</p>'}


def save(desk: Desk, strength: float) -> responses.Answer:
    """The result at the picture's own size, mixed with it, as a file."""
    result = desk.result
    if result is None:
        raise requests.mistake("restyle_first")
    return {"file": responses.data_url(blended(*result, strength), "JPEG", quality=95, subsampling=0)}
