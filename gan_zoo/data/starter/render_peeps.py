"""The parts of Open Peeps as layers of pixels: how `peeps/parts.parquet` was made.

    npm pack @dicebear/open-peeps@9.4.3
    tar xf dicebear-open-peeps-9.4.3.tgz
    pip install resvg-py
    python render_peeps.py package parts.parquet

The package holds each part as an SVG with three colours to fill in. A part is painted over what lies below it, so its pixels
are a sum: its own ink, and each of the three colours with a weight. Here each part is drawn four times, with all colours
black and with one of them white; the differences are the weights.
"""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import resvg_py
from PIL import Image

from gan_zoo.imaging.decoding import open_picture

SIDE = 256
COLOUR = re.compile(r"\$\{escape\.xml\(`\$\{colors\.(\w+)\}`\)\}")
COLOURS = {"skinColor": "skin", "clothingColor": "clothing", "headContrastColor": "headContrast"}
# Where the package's index.js puts each kind of part in a square of 704.
PLACES = {
    "body": "", "head": "matrix(.99789 0 0 1 156 62)", "face": "translate(315 248)", "facialHair": "translate(279 400)",
    "accessories": "translate(203 303)",
}  # fmt: skip
VIEW = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 704 704" fill="none"><g transform="{place}">{part}</g></svg>'


def sources(package: Path) -> list[tuple[str, str, str]]:
    """The kind, name and SVG template of each part."""
    body = re.search(r"body: `(.*?</g>)", (package / "lib" / "index.js").read_text())
    assert body
    found = [("body", "body", body[1])]
    for kind in list(PLACES)[1:]:
        text = (package / "lib" / "components" / f"{kind}.js").read_text()
        found += [(kind, name, part) for name, part in re.findall(r"^    (\w+): .*? => `(.*)`,$", text, re.MULTILINE)]
    return found


def drawn(kind: str, template: str, white: str = "") -> np.ndarray:
    """A part with one colour white and the others black, as RGBA whose colours are multiplied by alpha."""
    part = re.sub(
        r"\$\{escape\.xml\(`\$\{colors\.(\w+)\}`\)\}", lambda found: "#fff" if found[1] == white else "#000", template
    )
    picture = resvg_py.svg_to_bytes(svg_string=VIEW.format(place=PLACES[kind], part=part), width=SIDE, height=SIDE)
    pixels = np.asarray(open_picture(bytes(picture)).convert("RGBA"), np.float32)
    pixels[..., :3] *= pixels[..., 3:] / 255
    return pixels


def encoded(pixels: np.ndarray) -> dict[str, object] | None:
    """Pixels as a picture file; None if all are 0."""
    values = pixels.round().clip(0, 255).astype(np.uint8)
    if not values.any():
        return None
    stream = io.BytesIO()
    Image.fromarray(values).save(stream, "WEBP", lossless=True, exact=True, quality=100, method=6)
    return {"bytes": stream.getvalue(), "path": None}


def main(package: Path, target: Path) -> None:
    rows = []
    for kind, name, template in sources(package):
        black = drawn(kind, template)
        weights = {column: drawn(kind, template, colour)[..., 0] - black[..., 0] for column, colour in COLOURS.items()}
        rows.append(
            {"kind": kind, "name": name, "ink": encoded(black), **{key: encoded(value) for key, value in weights.items()}}
        )
    file = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    columns = [("kind", pa.string()), ("name", pa.string()), *((key, file) for key in ("ink", *COLOURS))]
    schema = pa.schema(columns)
    pq.write_table(pa.Table.from_pylist(rows, schema), target, compression="none")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
