"""Whether drawings made by hand become pictures of what they show, as a judge of photographs sees it."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from gan_zoo.bench.app_process import ROOT
from gan_zoo.bench.chromium import chromium, serving_files
from gan_zoo.bench.measure import Figure, Report
from gan_zoo.data.pairings import pairing
from gan_zoo.data.pairs import PairedDataset, UnpairedDataset, load_pairs
from gan_zoo.errors import UserError
from gan_zoo.evaluation.evaluate import EYE
from gan_zoo.imaging import images
from gan_zoo.imaging.decoding import open_picture
from gan_zoo.models.base import Model
from gan_zoo.serving.gallery import Gallery
from gan_zoo.weights.folder import load_folder
from gan_zoo.weights.store import find

DRAWINGS = ROOT / "demos" / "sketch" / "drawings.json"
# The scripts of the canvas on which visitors draw.
CANVAS = ROOT / "gan_zoo" / "browser" / "web"
# Draws the steps of a pen, and returns the sheet at the size of a network as a PNG.
PAINT = """
async ({ steps, size }) => {
  const { Drawing, asPng } = await import('/canvas.js'), drawing = new Drawing();
  steps.forEach((step) => drawing.add(step));
  return asPng(drawing.pixels(size));
}
"""
# Where the sheet of drawings and pictures is written.
SHEET = Path("bench-drawings.webp")
# The number of drawings in a row of the sheet.
COLUMNS = 10
# The number of guesses that the judge has.
GUESSES = 5
# What the data call a drawn thing if the name lacks its word.
OTHER_WORDS = {
    "sofa": ("couch", "settee"),
    "cup": ("mug",),
    "tree": ("pine", "cypress"),
    "bookcase": ("shelves",),
    "car": ("sedan", "ford focus", "peugeot", "renault", "chevrolet", "suv", "seat leon", "beetle"),
}


@dataclass(frozen=True)
class Namer:
    """A judge that was taught the names of photographs: logistic regression on the features of a network of photographs."""

    eye: Model
    mean: Float[Tensor, "f"]
    scale: Float[Tensor, "f"]
    layer: nn.Linear
    names: list[str]

    def guesses(self, pictures: Float[Tensor, "n c h w"]) -> list[list[str]]:
        """The likeliest names of each picture, the likeliest first."""
        with torch.no_grad():
            logits = self.layer((features(self.eye, pictures) - self.mean) / self.scale)
        return [[self.names[i] for i in row] for row in logits.topk(GUESSES).indices.tolist()]


def features(eye: Model, pictures: Float[Tensor, "n c h w"]) -> Float[Tensor, "n f"]:
    """What the network of photographs sees in pictures."""
    with torch.no_grad():
        return torch.cat([eye.features(part) for part in pictures.split(64)])  # type: ignore[operator]


def taught(eye: Model, pictures: Float[Tensor, "n c h w"], names: list[str], penalty: float = 3e-3, steps: int = 60) -> Namer:
    """A judge that knows the names of these pictures, and of their mirror images.

    Args:
        penalty: the weight of the squared norm of the regression's weights.
        steps: steps of L-BFGS.
    """
    known = sorted(set(names))
    label: Int[Tensor, "n"] = torch.tensor([known.index(name) for name in names]).repeat(2)
    seen = torch.cat([features(eye, pictures), features(eye, pictures.flip(-1))])
    mean, scale = seen.mean(0), seen.std(0) + 1e-6
    seen = (seen - mean) / scale
    layer = nn.Linear(seen.shape[1], len(known))
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    optimizer = torch.optim.LBFGS(layer.parameters(), max_iter=steps, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = cross_entropy(layer(seen), label) + penalty * layer.weight.square().sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    return Namer(eye, mean, scale, layer, known)


def is_named(thing: str, guesses: list[str]) -> bool:
    """True if one of the guesses has the word of a drawn thing, or another word that means it."""
    return any(word in guess for guess in guesses for word in (thing, *OTHER_WORDS.get(thing, ())))


def hand_drawings() -> Report:
    """Let the model of things turn the drawings of the Sketch tab into pictures, and a judge guess what they show.

    The judge knows the names of the training photographs. It sees the best guess of the model for each drawing, as the tab
    shows it. Photographs of things that neither has seen are the yardstick: there a guess is right if it has the last
    word of the name. The drawings and pictures go to `SHEET`.

    Raises:
        UserError: the weights, the data, Playwright or Chromium are not here.
    """
    gallery = Gallery()
    name = next((one for one in gallery.names("translator") if gallery.card(one)["data"] == "things"), None)
    if name is None:
        raise UserError("there is no translator of things here: gan-zoo train --recipe pix2pix_hd-things", "no_translators")
    card, session = gallery.card(name), gallery.translator(name)
    drawn = json.loads(DRAWINGS.read_text(encoding="utf-8"))["things"]
    sheets = painted(drawn, session.config.size)
    given = pairing(card["pairs"]).from_drawing(sheets)
    made = torch.cat([session.translate(one[None]).images for one in given])
    _write_sheet(sheets, made)

    train, test = (load_pairs(card["data"], card["pairs"], split, session.config.size) for split in ("train", "test"))
    judge = taught(load_folder(find(EYE)), _pictures(train), train.columns["name_en"])
    things = [one["name"]["en"] for one in drawn]
    guessed = judge.guesses(made)
    for thing, guesses in zip(things, guessed, strict=True):
        print(f"{'+' if is_named(thing, guesses) else '-'} {thing}: {', '.join(guesses)}", flush=True)
    seen = judge.guesses(_pictures(test))
    unseen = [title.split()[-1] for title in test.columns["name_en"]]
    return Report(
        f"drawings: {len(drawn)} drawings made by hand, which {name} turns into pictures, and {GUESSES} guesses of each",
        [
            Figure("drawings whose thing is among the guesses", 100 * _share(things, guessed), "%", 70, at_least=True),
            Figure(f"the same of {len(unseen)} photographs of unseen things", 100 * _share(unseen, seen), "%"),
        ],
    )


def painted(drawn: list[dict[str, Any]], size: int) -> Float[Tensor, "n 3 size size"]:
    """Drawings as the canvas of the page paints them, in [-1, 1]; each has the `steps` of its pen."""
    with chromium() as browser, serving_files(CANVAS) as address:
        page = browser.new_page()
        page.goto(address)
        urls = [page.evaluate(PAINT, {"steps": one["steps"], "size": size}) for one in drawn]
    return torch.stack([_decoded(url) for url in urls])


def _decoded(url: str) -> Float[Tensor, "3 h w"]:
    """The picture of a data URL."""
    with open_picture(base64.b64decode(url.partition(",")[2])) as picture:
        return images.to_float(images.from_pil(picture, 3))


def _write_sheet(sheets: Float[Tensor, "n c h w"], made: Float[Tensor, "n c h w"]) -> None:
    """Write rows of ten drawings, each row above the row of its pictures."""
    rows = [part for pair in zip(sheets.split(COLUMNS), made.split(COLUMNS), strict=True) for part in pair]
    images.grid(torch.cat(rows), COLUMNS).save(SHEET, quality=85, method=6)


def _pictures(data: PairedDataset | UnpairedDataset) -> Float[Tensor, "n c h w"]:
    """All target pictures of some pairs."""
    return torch.cat([data.batch(rows)["image"] for rows in torch.arange(len(data)).split(64)])


def _share(things: list[str], guessed: list[list[str]]) -> float:
    """The share of pictures of `things` with a right guess, in [0, 1]."""
    return sum(is_named(*one) for one in zip(things, guessed, strict=True)) / len(things)
