"""The sources of a translator's input: it is read beside its target or made from it, or a photograph or a canvas gives it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

import torch
from jaxtyping import Float, UInt8
from PIL import Image
from torch import Tensor

from gan_zoo.data import earth, synthetic_digits
from gan_zoo.data.catalogue import Split
from gan_zoo.data.encoded import Encoded, joined
from gan_zoo.data.folders import open_files, side_folder
from gan_zoo.data.matching import matched
from gan_zoo.data.names import DataName, PairsName, several
from gan_zoo.data.pairing import Bytes, Images, Inputs, Pairing, Stored
from gan_zoo.data.reading import open_encoded, picture_columns, source_of
from gan_zoo.errors import UserError, unknown
from gan_zoo.imaging import edges
from gan_zoo.imaging.colour import rgb_to_lab
from gan_zoo.imaging.colour_hints import dab_colours
from gan_zoo.imaging.images import to_float, to_pil, to_uint8
from gan_zoo.imaging.masks import brushed, diffusion, free_form, mask_of, mean_colour, paint, painted, punch
from gan_zoo.imaging.rectangles import rectangles

Side = Literal["A", "B"]
# The number of pictures that go through the detectors at once; so many fit into the processor's cache.
CHUNK = 16
# The width in pixels of the pen, the same as a visitor's.
PEN = 3.0
# The numbers of rectangles that a picture is reduced to; the canvas starts with the third.
RECTANGLES = (16, 48, 128, 300)


def _lines_on_paper(ink: edges.Ink) -> Images:
    """Ink as an RGB picture: black on white."""
    return (1 - 2 * ink).expand(-1, 3, -1, -1)


class Lines(Pairing):
    """The line drawings of the data themselves, from the column in the option, with colour hints."""

    about = "line drawings that come with the data, and colour hints"
    hints = True

    def open(self, data: str | DataName, split: Split, option: str) -> Encoded:
        return _two_columns(data, split, option or "line")

    def vary(self, inputs: Stored, images: Images) -> tuple[Inputs, Images]:
        n, device = len(inputs), inputs.device
        ink = (1 - inputs.mean(1, keepdim=True)) / 2
        # A third of the drawings stay unchanged and neat. Of the others, a third keep only the lines near the outline, as
        # somebody in a hurry draws, and almost half have gaps.
        chance = torch.rand(3, n, 1, 1, 1, device=device)
        by_hand, hasty, gappy = (chance[i] < share for i, share in enumerate((0.67, 0.33, 0.45)))
        outer = edges.draw(edges.outline(images, 0.12), torch.full((n,), 5.0, device=device))
        bent = torch.where(hasty & (outer.mean((1, 2, 3), keepdim=True) > 0.01), ink * outer, ink)
        bent = edges.wobble(bent, 2.0 * torch.rand(n, device=device))
        bent = torch.where(gappy, edges.breaks(bent, 0.25 * torch.rand(n, device=device)), bent)
        bent = edges.draw(bent, 0.5 + 2.0 * torch.rand(n, device=device))
        return dab_colours(_lines_on_paper(torch.where(by_hand, bent, ink)), images, walls=ink)

    def from_picture(self, images: Images) -> Images:
        return Edges().from_picture(images)


class Edges(Pairing):
    """The target's edges, found by several detectors and drawn again with an unsteady hand, with colour hints."""

    about = "edges of the target, as if drawn by hand, and colour hints"
    trims = True
    hints = True
    shares = (0.2, 0.25, 0.25, 0.1, 0.1, 0.1)

    def derive(self, images: Bytes) -> UInt8[Tensor, "n v 1 h w"]:
        rgb = to_float(images)
        border = edges.outline(rgb)
        few = edges.canny(rgb, 2.5, 0.04, 0.12)
        kinds: tuple[edges.Ink, ...] = (
            edges.canny(rgb, 0.8, 0.08, 0.2),
            edges.canny(rgb, 1.6, 0.05, 0.15),
            torch.maximum(few, border),
            border,
            edges.difference_of_gaussians(rgb, 1.0),
            edges.sobel(rgb, 1.0, 0.15),
        )
        # Some detectors find nothing in a pale picture or one without a border; they take the few edges of `canny` instead.
        least = images.shape[2]
        kinds = tuple(torch.where(ink.sum((1, 2, 3), keepdim=True) < least, few, ink) for ink in kinds)
        return to_uint8(2 * torch.stack(kinds, 1) - 1)

    def plain(self, inputs: Stored) -> Inputs:
        return self._drawn((inputs + 1) / 2, torch.full((len(inputs),), PEN, device=inputs.device))

    def vary(self, inputs: Stored, images: Images) -> tuple[Inputs, Images]:
        n, device = len(inputs), inputs.device
        ink = (inputs + 1) / 2
        ink = edges.wobble(ink, 2.5 * torch.rand(n, device=device))
        gaps = torch.where(torch.rand(n, device=device) < 0.4, 0.25 * torch.rand(n, device=device), 0.0)
        ink = edges.breaks(ink, gaps)
        return dab_colours(self._drawn(ink, 1.5 + 3.5 * torch.rand(n, device=device)), images)

    def _drawn(self, ink: edges.Ink, widths: Float[Tensor, "n"]) -> Images:
        """Lines of one pixel, drawn on paper with a pen of the given widths."""
        # A thick pen turns fine detail into a blot, so at most about a sixth of the paper becomes black.
        widths = torch.minimum(widths, 0.16 / ink.mean((1, 2, 3)).clamp(min=1e-3)).clamp(min=1.0)
        return _lines_on_paper(edges.draw(ink, widths))

    def from_picture(self, images: Images) -> Images:
        return self.plain(2 * edges.canny(images, 1.6, 0.05, 0.15) - 1)


class Grey(Pairing):
    """The target's lightness, L of Lab."""

    about = "the target without its colours"
    channels = 1
    scales = (1.0, 1.5)

    def derive(self, images: Bytes) -> UInt8[Tensor, "n v 1 h w"]:
        return to_uint8(self.from_drawing(to_float(images)))[:, None]

    def vary(self, inputs: Stored, images: Images) -> tuple[Inputs, Images]:
        # The target gives the input again, because the stored bytes are too coarse for Lab.
        return self.from_drawing(images), images

    def from_picture(self, images: Images) -> Images:
        return self.from_drawing(images).expand(-1, 3, -1, -1)

    def from_drawing(self, images: Images) -> Inputs:
        return rgb_to_lab(images)[:, :1]


class Blocks(Pairing):
    """The target reduced to flat rectangles, a few to a few hundred."""

    about = "the target reduced to flat rectangles"
    scales = (1.0, 1.5)

    def derive(self, images: Bytes) -> UInt8[Tensor, "n v 3 h w"]:
        return torch.stack([rectangles(image, RECTANGLES) for image in images])

    def from_picture(self, images: Images) -> Images:
        reduced = [rectangles(image, RECTANGLES[2:3])[0] for image in to_uint8(images).cpu()]
        return to_float(torch.stack(reduced)).to(images.device)


class Planet(Pairing):
    """The labels of the earth's surface, painted with a brush for each."""

    about = "the labels of the data `earth`, painted with brushes"
    channels = len(earth.LABELS)
    brushes = earth.LABELS

    @property
    def read_channels(self) -> int:
        return 3

    def open(self, data: str | DataName, split: Split, option: str) -> Encoded:
        return open_encoded(data, split, ("labels", "satellite"))

    def plain(self, inputs: Stored) -> Inputs:
        return earth.one_hot(inputs)

    def from_picture(self, images: Images) -> Images:
        return earth.painted(images)

    def from_drawing(self, images: Images) -> Inputs:
        return earth.one_hot(images)

    def to_drawing(self, inputs: Inputs, images: Images) -> Images:
        return earth.brushed(inputs)


class Sides(Pairing):
    """Pictures with input and target side by side, as in the data of pix2pix; the option names the side of the input."""

    about = "the left half of each picture; sides:right for the right one"

    def open(self, data: str | DataName, split: Split, option: str) -> Encoded:
        if option not in ("", "left", "right"):
            raise unknown("side", option, ("left", "right"))
        return open_encoded(data, split)

    def halves(self, pictures: tuple[Image.Image, ...], option: str) -> tuple[Image.Image, ...]:
        (picture,) = pictures
        middle = picture.width // 2
        left = picture.crop((0, 0, middle, picture.height))
        right = picture.crop((middle, 0, 2 * middle, picture.height))
        return (right, left) if option == "right" else (left, right)

    def target_size(self, width: int, height: int) -> tuple[int, int]:
        return width // 2, height


class Folders(Pairing):
    """Two folders with files of the same names; the option names the folder of the inputs."""

    about = "the folder A beside the folder B; folders:B for the other way"

    def open(self, data: str | DataName, split: Split, option: str) -> Encoded:
        if option not in ("", "A", "B"):
            raise unknown("folder", option, ("A", "B"))
        asked = DataName.parse(data)
        root, sides = Path(asked.place), ("B", "A") if option == "B" else ("A", "B")
        inputs, targets = (side_folder(root, split, side, asked.hold_out) for side in sides)
        if inputs is None or targets is None:
            raise UserError(f"{root} has no folders A and B with the two halves of pairs", "no_pairs", name=str(root))
        pairs = matched(open_files(inputs, root.name), open_files(targets, root.name))
        return pairs.kept_back(split, asked.hold_out) if asked.hold_out else pairs


class Columns(Pairing):
    """Two picture columns of a parquet file; the option names the column of the inputs."""

    about = "another picture column, the first or columns:NAME"

    def open(self, data: str | DataName, split: Split, option: str) -> Encoded:
        return _two_columns(data, split, option)


class Unpaired(Pairing):
    """Two unrelated sets of pictures; the option names the data of the inputs, which may be several: `DATA+DATA`."""

    about = (
        "any picture of other data, unpaired:DATA or unpaired:DATA+DATA, or the folder A, for any of the data or the folder B"
    )
    scales: tuple[float, ...] = (1.5, 2.5)  # large enough to show brush strokes, and a whole tree
    paired = False

    def open(self, data: str | DataName, split: Split, option: str) -> Encoded:
        return self.side("B", data, split, option)

    def side(self, which: Side, data: str | DataName, split: Split, option: str) -> Encoded:
        """The pictures of one side: the inputs (A) or the targets (B)."""
        asked = DataName.parse(data)
        if option and which == "B":
            return open_encoded(asked, split)
        if option:
            return joined([open_encoded(name.keeping(name.hold_out or asked.hold_out), split) for name in several(option)])
        root = Path(asked.place)
        place = side_folder(root, split, which, asked.hold_out)
        if place is None:
            raise UserError(
                f"{root} has no folders A and B, or {split}A and {split}B: name the data of the inputs with unpaired:DATA",
                "no_pairs",
                name=str(root),
            )
        opened = open_files(place, f"{root.name}{'/A' if which == 'A' else ''}")
        return opened.kept_back(split, asked.hold_out) if asked.hold_out else opened

    def truth(self, data: str | DataName, option: str) -> str:
        """The pairing that restores the true pairs if both sides are two columns of one file, else an empty string."""
        inputs, targets = several(option)[0].keeping(0), DataName.parse(data).keeping(0)
        plain = len(several(option)) == 1 and not inputs.scheme and not inputs.condition
        one_file = plain and replace(targets, column=inputs.column) == inputs
        return f"columns:{inputs.column}" if one_file and inputs.column else ""


class Fonts(Unpaired):
    """Digits drawn with fonts, with known classes, and real digits."""

    about = "digits drawn with fonts, unpaired, for digits of the data"
    channels = target_channels = 1
    scales = ()

    def side(self, which: Side, data: str | DataName, split: Split, option: str) -> Encoded:
        if which == "B":
            return open_encoded(data, split)
        drawn = synthetic_digits.synthetic(split)
        assert drawn.labels is not None
        rows = [str(i) for i in range(len(drawn))]
        return Encoded(
            drawn.name,
            names=rows,
            where=[(f"glyph {i}",) for i in rows],
            contents=lambda: ((to_pil(image),) for image in drawn.images),
            labels=drawn.labels.tolist(),
            classes=drawn.classes,
            columns=drawn.columns,
        )

    def from_drawing(self, images: Images) -> Inputs:
        return images.mean(1, keepdim=True)


class Holes(Pairing):
    """The target with a hole of random shape."""

    about = "the target with a part brushed away"
    channels = 4
    scales = (1.0, 1.5)
    drawable = False
    classical = {"mean colour": mean_colour, "diffusion": diffusion}

    def derive(self, images: Bytes) -> UInt8[Tensor, "n v 4 h w"]:
        return to_uint8(torch.cat([self._punched(image[None]) for image in to_float(images)]))[:, None]

    def _punched(self, image: Images) -> Inputs:
        """One picture with the hole that hides the most of four; the same picture always gets the same hole."""
        seed = torch.Generator().manual_seed(int(to_uint8(image).sum()))
        masks = free_form(4, image.shape[2], seed)
        spread = torch.stack([image[:, :, mask[0] > 0].std() for mask in masks])
        return punch(image, masks[int(spread.argmax())][None])

    def plain(self, inputs: Stored) -> Inputs:
        return punch(inputs[:, :3], mask_of(inputs))

    def vary(self, inputs: Stored, images: Images) -> tuple[Inputs, Images]:
        n, size, device = len(images), images.shape[2], images.device
        # The library that draws on the CPU is the faster one there, and a GPU would have to wait for it.
        masks = free_form(n, size) if device.type == "cpu" else brushed(n, size, device)
        return punch(images, masks), images

    def from_picture(self, images: Images) -> Images:
        return paint(images, mask_of(torch.cat([self._punched(image[None]) for image in images])))

    def from_drawing(self, images: Images) -> Inputs:
        return punch(images, painted(images))


PAIRINGS: dict[str, Pairing] = {
    "line": Lines(),
    "edges": Edges(),
    "grey": Grey(),
    "blocks": Blocks(),
    "planet": Planet(),
    "sides": Sides(),
    "folders": Folders(),
    "columns": Columns(),
    "unpaired": Unpaired(),
    "fonts": Fonts(),
    "holes": Holes(),
}


def pairing(name: str) -> Pairing:
    """The pairing called `name`, with or without an option after a colon; raises `UserError` with the nearest names.

    Weights from other projects have the empty name: their input is the picture itself.
    """
    if not name:
        return Pairing()
    key = PairsName.parse(name).pairing
    if key not in PAIRINGS:
        raise unknown("pairing", key, PAIRINGS)
    return PAIRINGS[key]


def _two_columns(data: str | DataName, split: Split, column: str) -> Encoded:
    """Rows with the input in `column` and the target in the column of the data's name."""
    asked = DataName.parse(data)
    known = source_of(asked)
    target = asked.column or (known.column if known else "")
    names = picture_columns(asked)
    column = column or next((name for name in names if name != target), "")
    target = target or next((name for name in names if name != column), "")
    if not column or not target:
        raise UserError(
            f"a pair takes two picture columns of a parquet file, and {data} has: {', '.join(names) or 'none'}",
            "no_pairs",
            name=str(data),
        )
    return replace(open_encoded(asked, split, (column, target)), labels=[], classes=[])
