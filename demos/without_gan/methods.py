"""Ways to draw pictures, GANs among them: which there are weights of, what each can do, and how well it does."""

from __future__ import annotations

import html
import math
from dataclasses import dataclass
from typing import Any, Literal

from demos.shared import i18n
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
MEASURES = ("fid", "precision", "recall", "psnr_seen", "psnr")


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
        """Its name, as HTML in all languages; a GAN is called by its kind of network."""
        network = f"network_{self.card['model']}"
        if self.key == "gan":
            return i18n.both(network) if network in i18n.texts() else html.escape(f"GAN: {self.card['model']}")
        flat = f"way_{self.key}_flat"
        return i18n.both(flat if self.flat and flat in i18n.texts() else f"way_{self.key}")

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
    """A table of the measurements and the abilities of each, as HTML."""
    heads = [*(f"col_{key}" for key in MEASURES), "col_sharp", "col_time", "col_size", *(f"can_{key}" for key in ABILITIES)]
    head = "".join(f'<th scope="col">{i18n.both(key)}</th>' for key in heads)
    real = real_figures(ways)
    blank = "<td></td>" * (len(heads) - len(MEASURES) - 1)
    rows = [f'<tr class="real"><th scope="row">{i18n.both("real")}</th>{_measured(real, real)}{blank}</tr>'] if real else []
    for way in ways:
        training = way.card.get("training", {})
        cells = _measured(way.figures, real)
        cells += f"<td>{_minutes(training)}</td><td>{way.card.get('parameters', 0):,}</td>"
        for can in CAN[way.key]:
            spoken = f'<span class="zoo-spoken">{i18n.both(f"can_is_{can}")}</span>'
            cells += f'<td class="{can}"><span aria-hidden="true">{MARKS[can]}</span>{spoken}</td>'
        rows.append(f'<tr><th scope="row">{way.name}</th>{cells}</tr>')
    body = f"<thead><tr><td></td>{head}</tr></thead><tbody>{''.join(rows)}</tbody>"
    return f'<div class="zoo-ways-table" tabindex="0"><table>{body}</table></div>'


def real_figures(ways: list[Method]) -> dict[str, float]:
    """The values of real pictures for the same measures."""
    return next((way.card["metrics"]["real"] for way in ways if "sharpness" in way.card["metrics"].get("real", {})), {})


def _measured(figures: dict[str, float], real: dict[str, float]) -> str:
    forms = {"fid": _fid, "precision": "{:.2f}".format, "recall": "{:.2f}".format}
    cells = [forms.get(key, "{:.1f}".format)(figures[key]) if key in figures else "–" for key in MEASURES]
    known = "sharpness" in figures and real.get("sharpness")
    cells.append(f"{figures['sharpness'] / real['sharpness']:.0%}" if known else "–")
    return "".join(f"<td>{cell}</td>" for cell in cells)


def _minutes(training: dict[str, Any]) -> str:
    """The duration of a training, with a sign if it continued another one."""
    if "seconds" not in training:
        return "–"
    seconds, more = training["seconds"], " +" if training.get("start") else ""
    if seconds < 100:
        return i18n.both("time_seconds", n=f"{seconds:.0f}") + more
    return i18n.both("time_minutes", n=f"{seconds / 60:.0f}") + more


def plot(ways: list[Method]) -> str:
    """Precision and recall of each on a line from 0 to 1, and FID as a bar on a logarithmic scale, as HTML; nothing where
    none is measured. The table tells the same in figures."""
    points = [("gan" if way.key == "gan" else "way", way.name, way.figures) for way in ways if "recall" in way.figures]
    if not points:
        return ""
    if real := real_figures(ways):
        points.insert(0, ("real", i18n.both("real"), real))
    distances = [math.log(max(figures["fid"], 1e-3)) for *_, figures in points]
    least, span = min(distances), max(max(distances) - min(distances), 1e-9)
    lines = "".join(
        f'<li class="{role}"><b>{name}</b><span><i class="recall" style="--at:{figures["recall"]:.4f}"></i>'
        f'<i class="precision" style="--at:{figures["precision"]:.4f}"></i></span>'
        f'<em style="--at:{(distance - least) / span:.4f}">{_fid(figures["fid"])}</em></li>'
        for (role, name, figures), distance in zip(points, distances, strict=True)
    )
    marks = ("precision", "recall")
    legend = "".join(f'<span class="key"><i class="{mark}"></i>{i18n.both(f"col_{mark}")}</span>' for mark in marks)
    scale = "".join(f'<u style="--at:{v}">{v:g}</u>' for v in (0, 0.5, 1))
    return (
        f'<figure class="zoo-ways-plot"><ul aria-hidden="true"><li><b></b><p>{legend}</p><p>{i18n.both("plot_fid")}</p></li>'
        f"{lines}<li><b></b><span>{scale}</span></li></ul><figcaption>{i18n.both('ways_plot')}</figcaption></figure>"
    )


def _fid(value: float) -> str:
    return f"{value:.3g}" if value < 100 else f"{value:,.0f}"
