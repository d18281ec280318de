"""Films: a video model draws a person from the puppet, frame by frame, and a translator draws each frame on its own."""

from __future__ import annotations

import functools
import html
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float, UInt8
from torch import Tensor

from demos.shared import i18n, requests, responses, store
from gan_zoo import Gallery
from gan_zoo.data import clips
from gan_zoo.evaluation.films import compare
from gan_zoo.imaging import images, video

Film = Float[Tensor, "t c h w"]
RATE = 20
"""frames a second, the same as in the data"""
BEAT = 0.12
"""the least seconds between two answers"""
SIDE = 384
"""height and width of a panel in a film to keep, in pixels"""


Panels = dict[str, list[UInt8[Tensor, "3 h w"]]]


@dataclass
class Desk:
    """The film that one visitor has made, as files in the store."""

    stopped: int = 0
    """the number of the request that the visitor has stopped"""
    _names: tuple[str, ...] = ()
    _strips: store.Kept | None = None

    @property
    def panels(self) -> Panels:
        """The frames of each panel; raises `UserError` where they had to make room for the files of others."""
        if self._strips is None:
            return {}
        strips = [images.from_pil(requests.decode(strip), 3) for strip in self._strips.read()]
        parts = [strip.chunk(len(self._names), 2) for strip in strips]
        return {name: [part[i] for part in parts] for i, name in enumerate(self._names)}

    def put(self, panels: Panels) -> None:
        """Put a film on the desk; panels without frames take the last one away."""
        self._names = tuple(panels)
        strips = [responses.as_png(torch.cat(list(frames), 2)) for frames in zip(*panels.values(), strict=True)]
        self._strips = store.Kept(*strips) if strips else None


def models(gallery: Gallery) -> dict[str, str]:
    """The video models, each with a translator that was trained on the same frames one by one; '' where there is none."""

    def learnt_from(name: str) -> list[Any]:
        card = gallery.card(name)
        return [card.get("data"), card["pairs"], card["config"].get("size")]

    translators = gallery.names("translator")
    return {
        name: next((other for other in translators if learnt_from(other) == learnt_from(name)), "")
        for name in gallery.names("video")
    }


@functools.lru_cache(2)
def held_out(data: str, pairs: str, size: int) -> clips.ClipDataset:
    """The test clips, which no model was trained on."""
    return clips.load_clips(data, pairs, "test", size)


def test_clips(gallery: Gallery, model: str) -> clips.ClipDataset:
    """The test clips for `model`; raises `UserError` where it is no video model or its data are missing."""
    gallery.video(model)
    card = gallery.card(model)
    return held_out(card["data"], card["pairs"], card["config"]["size"])


def test_clip(gallery: Gallery, model: str, clip: Any) -> tuple[Film, Film]:
    """The puppet and the person of a test clip, from -1 to 1; raises `UserError` where there is no such clip."""
    data = test_clips(gallery, model)
    if not isinstance(clip, str) or clip not in data.spans:
        raise requests.mistake("dance_no_clip", names=list(data.spans))
    return data.film(clip)


def dance(
    gallery: Gallery, desk: Desk, model: str, puppet: Film, person: Film | None, number: int, layers: bool = False
) -> Iterator[responses.Answer]:
    """The answers while the frames are drawn, each with all that there is so far; the film is put on the desk.

    Args:
        person: the true frames, where they are known.
        number: the number of the request; the film ends early where the desk has it as `stopped`.
        layers: also show the layers that the model composes each frame of.
    """
    session, other = gallery.video(model), models(gallery)[model]
    translator = gallery.translator(other) if other else None
    inside = session.layers if layers else ()
    there = {"puppet": True, "person": True, **dict.fromkeys(inside, True), "alone": bool(other), "true": person is not None}
    panels: Panels = {name: [] for name, shown in there.items() if shown}
    desk.put({})
    frames: list[str] = []
    spent = told = 0.0
    for t, result in enumerate(session.film(puppet, layers=layers)):
        shown = {"puppet": puppet[t], **dict(zip(("person", *inside), result.images, strict=True))}
        spent += result.milliseconds
        if translator:
            shown["alone"] = translator.translate(puppet[t : t + 1]).images[0]
        if person is not None:
            shown["true"] = person[t]
        for name, frame in shown.items():
            panels[name].append(images.to_uint8(frame))
        strip = torch.cat([panels[name][-1] for name in panels], 2)
        frames.append(responses.data_url(images.to_pil(strip), "JPEG", quality=92, subsampling=0))
        if desk.stopped == number:
            break
        if time.monotonic() - told >= BEAT:
            told = time.monotonic()
            yield {"frames": list(frames), "panels": list(panels), "of": len(puppet)}
    desk.put(panels)
    each = spent / len(frames)
    said = i18n.both("dance_rate", n=f"{1000 / each:.0f}", frames=len(frames), milliseconds=f"{each:.1f}")
    yield {
        "frames": frames,
        "panels": list(panels),
        "of": len(frames),
        "said": f'<p class="zoo-cost" title="{html.escape(result.precision)}">{said}</p>',
        "figures": figures(gallery, model, desk) if person is not None and len(frames) > 1 else "",
        "ready": True,
    }


def measured(desk: Desk) -> dict[str, dict[str, float]]:
    """The figures of `evaluation.films.compare` for the film on the desk and the one frame by frame, against the truth."""
    film = {name: images.to_float(torch.stack(frames)) for name, frames in desk.panels.items()}
    return {name: compare(film[name], film["true"]) for name in ("person", "alone") if name in film}


def figures(gallery: Gallery, model: str, desk: Desk) -> str:
    """A table with the figures of the film on the desk, and with those of all test clips from the card."""
    rows = measured(desk)
    names = {"person": model, "alone": models(gallery)[model]}
    known = gallery.card(model)["metrics"]
    heads = "".join(f'<th scope="col">{i18n.both(f"dance_panel_{name}")}</th>' for name in rows)
    lines = []
    for key, scale, form in (("psnr", 1, "{:.1f} dB"), ("flicker", 255, "{:.2f}")):
        for where, found in (("here", rows), ("all", {name: known.get(names[name], {}) for name in rows})):
            values = [form.format(found[name][key] * scale) if key in found[name] else "–" for name in rows]
            if any(value != "–" for value in values):
                cells = "".join(f"<td>{value}</td>" for value in values)
                lines.append(f'<tr><th scope="row">{i18n.both(f"dance_{key}_{where}")}</th>{cells}</tr>')
    note = i18n.both("dance_figures_note")
    table = f"<table><thead><tr><td></td>{heads}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
    return responses.details(f"{table}<p>{note}</p>")


def card(gallery: Gallery, model: str) -> str:
    """The card of a model: what it is, and PSNR and flicker over all test clips, for it and for the translator beside it."""
    said = gallery.card(model)
    line = i18n.both("card", model=said["model"], data=said.get("data", ""), parameters=f"{said.get('parameters', 0):,}")
    parts = []
    for name in (model, models(gallery)[model]):
        row = said["metrics"].get(name, {})
        if {"psnr", "flicker"} <= row.keys():
            psnr = i18n.both("psnr", value=f"{row['psnr']:.1f}")
            flicker = i18n.both("dance_flicker", value=f"{row['flicker'] * 255:.2f}")
            parts.append(f"<dt>{html.escape(name)}</dt><dd>{psnr} · {flicker}</dd>")
    content = f"<p><code>{html.escape(model)}</code></p><p>{line}</p><dl>{''.join(parts)}</dl>"
    return f'<div class="zoo-card">{responses.details(content)}</div>'


def save(desk: Desk) -> str:
    """The film on the desk, its panels side by side, as the data URL of an MP4; raises `UserError` where there is none."""
    panels = desk.panels
    if not panels:
        raise requests.mistake("dance_first")
    whole = [torch.cat(list(frames), 2) for frames in zip(*panels.values(), strict=True)]
    scale = max(1, SIDE // whole[0].shape[1])
    large = [frame.repeat_interleave(scale, 1).repeat_interleave(scale, 2) for frame in whole]
    return responses.as_url(video.write_mp4(large, RATE), "video/mp4")
