"""Ways to draw pictures, GANs among them: which there are weights of, what each can do, and how well it does."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any, Literal

from demos import texts
from gan_zoo import Gallery

DATA = ("digits", "faces", "kana")
Can = Literal["yes", "partly", "no"]
ABILITIES = ("reconstruct", "sample", "interpolate", "score")
CAN: dict[str, tuple[Can, Can, Can, Can]] = {
    "single_layer": ("partly", "no", "no", "no"),
    "multi_layer": ("partly", "no", "no", "no"),
    "deconvolution": ("partly", "no", "no", "no"),
    "autoencoder": ("yes", "partly", "yes", "no"),
    "vae": ("yes", "yes", "yes", "partly"),
    "mixture": ("no", "yes", "partly", "yes"),
    "code_mixture": ("no", "yes", "partly", "yes"),
    "bayes": ("no", "yes", "partly", "yes"),
    "gan": ("no", "yes", "yes", "no"),
}
"""what each can, as `ABILITIES` has it, in the order in which they are shown; a VAE knows a bound of the score"""
MARKS = {"yes": "○", "partly": "△", "no": "×"}
MEASURES = (("fid", "{:.3g}"), ("precision", "{:.2f}"), ("recall", "{:.2f}"), ("psnr_seen", "{:.1f}"), ("psnr", "{:.1f}"))
PLOT, MARGIN = 300, 34
"""the side of the plot and the room around it, in its own units"""


@dataclass(frozen=True)
class Method:
    """Weights, and the way in which they draw."""

    model: str
    key: str
    """of `CAN`"""
    flat: bool
    """whether its code has two numbers: then it is there for its map"""
    card: dict[str, Any]

    @property
    def name(self) -> str:
        """What it is called, as HTML in both languages; a GAN by the name of its model."""
        code = f" <code>{html.escape(self.card['model'])}</code>" if self.key == "gan" else " (2D)" if self.flat else ""
        return texts.both(f"way_{self.key}") + code

    @property
    def figures(self) -> dict[str, float]:
        return self.card["metrics"].get(self.model, {})


def methods(gallery: Gallery, data: str) -> list[Method]:
    """The ways to draw pictures of a data set that there are weights of."""
    found = []
    for kind in ("autoencoder", "density", "sampler"):
        for model in gallery.names(kind):
            card = gallery.card(model)
            key = "gan" if kind == "sampler" else card["config"].get("network", card["model"])
            if card.get("data") == data and key in CAN:
                found.append(Method(model, key, card["config"].get("latent_size") == 2, card))
    return sorted(found, key=lambda method: (list(CAN).index(method.key), method.flat, method.model))


def table(ways: list[Method]) -> str:
    """What was measured of each, and what each can do, as HTML."""
    heads = [*(f"col_{key}" for key, _ in MEASURES), "col_sharp", "col_time", "col_size", *(f"can_{key}" for key in ABILITIES)]
    head = "".join(f'<th scope="col">{texts.both(key)}</th>' for key in heads)
    real = real_figures(ways)
    blank = "<td></td>" * (len(heads) - len(MEASURES) - 1)
    rows = [f'<tr class="real"><th scope="row">{texts.both("real")}</th>{_measured(real, real)}{blank}</tr>'] if real else []
    for way in ways:
        training = way.card.get("training", {})
        cells = _measured(way.figures, real)
        cells += f"<td>{_minutes(training)}</td><td>{way.card.get('parameters', 0):,}</td>"
        for can in CAN[way.key]:
            spoken = f'<span class="zoo-spoken">{texts.both(f"can_is_{can}")}</span>'
            cells += f'<td class="{can}"><span aria-hidden="true">{MARKS[can]}</span>{spoken}</td>'
        rows.append(f'<tr><th scope="row">{way.name}</th>{cells}</tr>')
    body = f"<thead><tr><td></td>{head}</tr></thead><tbody>{''.join(rows)}</tbody>"
    return f'<div class="zoo-ways-table" tabindex="0"><table>{body}</table></div>'


def real_figures(ways: list[Method]) -> dict[str, float]:
    """What real pictures get from the same measures."""
    return next((way.card["metrics"]["real"] for way in ways if "sharpness" in way.card["metrics"].get("real", {})), {})


def _measured(figures: dict[str, float], real: dict[str, float]) -> str:
    cells = [form.format(figures[key]) if key in figures else "–" for key, form in MEASURES]
    known = "sharpness" in figures and real.get("sharpness")
    cells.append(f"{figures['sharpness'] / real['sharpness']:.0%}" if known else "–")
    return "".join(f"<td>{cell}</td>" for cell in cells)


def _minutes(training: dict[str, Any]) -> str:
    """How long a training took, with a sign where it went on from another one."""
    if "seconds" not in training:
        return "–"
    seconds, more = training["seconds"], " +" if training.get("start") else ""
    if seconds < 100:
        return texts.both("time_seconds", n=f"{seconds:.0f}{more}")
    return texts.both("time_minutes", n=f"{seconds / 60:.0f}{more}")


def plot(ways: list[Method]) -> str:
    """Precision across and recall upwards, as SVG; nothing where none is measured."""
    points = [(way, way.figures) for way in ways if "recall" in way.figures]
    if not points:
        return ""
    real = real_figures(ways)
    ticks = "".join(
        f'<line x1="{_x(v)}" y1="{_y(0)}" x2="{_x(v)}" y2="{_y(1)}"/>'
        f'<line x1="{_x(0)}" y1="{_y(v)}" x2="{_x(1)}" y2="{_y(v)}"/>'
        f'<text x="{_x(v)}" y="{_y(0) + 16}" text-anchor="middle">{v:g}</text>'
        f'<text x="{_x(0) - 6}" y="{_y(v) + 4}" text-anchor="end">{v:g}</text>'
        for v in (0, 0.25, 0.5, 0.75, 1)
    )
    named = [(real, "real", texts.both("real"))] if real else []
    named += [(figures, "gan" if way.key == "gan" else "way", way.name) for way, figures in points]
    dots = ""
    for i, (figures, role, name) in enumerate(named):
        # Names of points that lie together stand below each other.
        dots += _dot(figures, role, name, sum(_near(figures, other) for other, *_ in named[:i]))
    side = PLOT + 2 * MARGIN
    return (
        f'<figure class="zoo-ways-plot"><div><svg viewBox="0 0 {side} {side}" aria-hidden="true">{ticks}</svg>{dots}</div>'
        f"<figcaption>{texts.both('ways_plot')}</figcaption></figure>"
    )


def _x(value: float) -> float:
    return round(MARGIN + value * PLOT, 1)


def _y(value: float) -> float:
    return round(MARGIN + (1 - value) * PLOT, 1)


def _near(one: dict[str, float], other: dict[str, float]) -> bool:
    across, upwards = (abs(one[key] - other[key]) for key in ("precision", "recall"))
    return across < 0.3 and upwards < 0.05


def _dot(figures: dict[str, float], role: str, name: str, line: int) -> str:
    """A point and its name, so many lines below its own."""
    side = PLOT + 2 * MARGIN
    left, top = _x(figures["precision"]) / side, _y(figures["recall"]) / side
    turned = " turned" if figures["precision"] > 0.6 else ""
    where = f"left:{left:.2%};top:{top:.2%};--line:{line}"
    return f'<span class="{role}{turned}" style="{where}"><i></i><b>{name}</b></span>'
