"""The speed of networks on a visitor's device, in a browser here, against the same networks on the server."""

from __future__ import annotations

import base64
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import interpolate

from gan_zoo.bench.chromium import chromium, serving_files
from gan_zoo.bench.measure import Figure, Report, alternate
from gan_zoo.browser import graph, site
from gan_zoo.data.pairings import pairing
from gan_zoo.errors import UserError
from gan_zoo.serving import Result, agreement
from gan_zoo.serving.gallery import Gallery

# The least agreement with the server's float32, in dB.
LEAST = 45.0
# Loads a network of the page's site, and later runs it; the inputs and the pictures are base64.
LOAD = """async (about) => {
  const { Network } = await import('./network.js'), start = performance.now();
  window.network = new Network(about);
  await window.network.load();
  return performance.now() - start;
}"""
RUN = """async (given) => {
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;
  const inputs = Object.fromEntries(Object.entries(given).map(([name, { text, dims, whole }]) => (
    [name, { data: new (whole ? BigInt64Array : Float32Array)(bytes(text)), dims }]
  )));
  const { data, dims, milliseconds } = await window.network.run(inputs);
  let text = '';
  for (const byte of new Uint8Array(data.buffer)) text += String.fromCharCode(byte);
  return [btoa(text), dims, milliseconds];
}"""


def device(names: Sequence[str] = (), rounds: int = 7) -> Report:
    """Measure one picture of each network in headless Chromium, in WebAssembly on one thread, against the same picture in the
    precision that the server chose here; both without any way between them.

    Args:
        names: samplers and translators (default: all that have a graph of their weights).

    Raises:
        UserError: there is no browser here, or no network that it can run.
    """
    gallery = Gallery(device="cpu")
    known = [*gallery.names("sampler"), *gallery.names("translator")]
    names = [*names] or [name for name in known if graph.is_fresh(gallery.folders[name])]
    if not names:
        raise UserError("no network here has a graph: run gan-zoo export NAME --to graph", "usage")
    figures = []
    with tempfile.TemporaryDirectory() as aside, chromium() as browser:
        site.write_site([gallery.folders[name] for name in names], Path(aside) / "site")
        with serving_files(Path(aside) / "site") as address:
            page = browser.new_page()
            page.goto(f"{address}#{names[0]}")
            page.wait_for_selector("body[data-ready]", timeout=120_000)
            listed = page.evaluate("fetch('site.json').then((answer) => answer.json())")["networks"]
            for about in listed:
                figures += _compared(page, gallery, about, rounds)
    return Report(
        f"device: one picture of each network in headless Chromium (WebAssembly, one thread) against the server, {rounds} "
        "rounds",
        figures,
    )


def _compared(page: Any, gallery: Gallery, about: dict[str, Any], rounds: int) -> list[Figure]:
    name = about["name"]
    given = example(gallery, name)
    loading = page.evaluate(LOAD, about)
    close = agreement(on_device(page, given)[0], on_server(gallery, name, given, "float32").images)
    taken = alternate(
        {"here": lambda: on_device(page, given)[1], "there": lambda: on_server(gallery, name, given).milliseconds}, rounds
    )
    page.evaluate("() => window.network.drop()")
    precision = on_server(gallery, name, given).precision
    return [
        Figure(f"{name}: on the device", statistics.median(taken["here"]), "ms"),
        Figure(f"{name}: on the server ({precision})", statistics.median(taken["there"]), "ms"),
        Figure(f"{name}: to load and unpack from this machine", loading, "ms"),
        Figure(f"{name}: agreement with float32", min(close, 99.0), "dB", LEAST, at_least=True),
    ]


def example(gallery: Gallery, name: str) -> dict[str, Tensor]:
    """The inputs of a graph for one picture: a latent, or large soft spots of colour."""
    if gallery.card(name)["kind"] == "sampler":
        sampler = gallery.session(name)
        return {"z": sampler.latents(1, seed=3)} | ({"label": torch.zeros(1, dtype=torch.long)} if sampler.classes else {})
    translator = gallery.translator(name)
    spots = torch.rand(1, 3, 8, 8, generator=torch.Generator().manual_seed(1)) * 2 - 1
    given = {"images": interpolate(spots, translator.input_shape[1:], mode="bicubic").clamp(-1, 1)}
    return given | ({"z": torch.zeros(1, translator.config.latent_size)} if translator.proposes else {})


def on_server(gallery: Gallery, name: str, given: dict[str, Tensor], precision: str = "auto") -> Result:
    """The pictures that the server makes of the inputs of a graph."""
    if "images" in given:
        drawing = pairing(gallery.card(name)["pairs"]).from_drawing(given["images"])
        return gallery.translator(name).translate(drawing, precision=precision)
    return gallery.session(name).sample(given["z"], given.get("label"), precision)


def on_device(page: Any, given: dict[str, Tensor]) -> tuple[Float[Tensor, "n c h w"], float]:
    """The pictures that the network in a page, which `LOAD` has loaded, makes of its inputs, and its milliseconds."""
    sent = {
        name: {
            "text": base64.b64encode(value.contiguous().numpy().tobytes()).decode(),
            "dims": list(value.shape),
            "whole": value.dtype == torch.int64,
        }
        for name, value in given.items()
    }
    text, dims, milliseconds = page.evaluate(RUN, sent)
    return torch.frombuffer(bytearray(base64.b64decode(text)), dtype=torch.float32).reshape(dims), milliseconds
