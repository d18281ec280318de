"""Sites of their own: a static folder in which networks run in the visitor's browser, for any host of files."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gan_zoo.browser import graph, runtime
from gan_zoo.browser.paints import mode, paints
from gan_zoo.data.pairings import pairing
from gan_zoo.errors import UserError
from gan_zoo.files import sha256, write_json
from gan_zoo.models.kinds import Proposer
from gan_zoo.models.registry import create_model
from gan_zoo.weights.folder import read_card

PAGE = Path(__file__).parent / "page"
# The scripts of the browser that the page uses; those of the gallery's tabs import them from `web/` as well.
SCRIPTS = ("canvas.js", "elements.js", "files.js", "latent.js", "network.js", "pictures.js", "weights.js", "worker.js")
# The name of the list of a site's networks.
LIST = "site.json"


def write_site(folders: Sequence[Path], out: Path) -> int:
    """Write a site with a page for the networks of some weights folders, and return its size in bytes.

    A network whose folder has no graph gets one, in the site only.

    Args:
        folders: the weights of samplers and translators, in the order in which the page offers them.
        out: a folder that isn't there yet, or one that such a site was written into before.

    Raises:
        UserError: `out` holds something else, two folders have one name, or a graph can't be made (see `write_graph`).
    """
    names = [folder.name for folder in folders]
    if len({*names}) < len(names):
        raise UserError("the same name is given twice: name each network once", "usage")
    if out.exists() and not (out / LIST).is_file() and (not out.is_dir() or any(out.iterdir())):
        raise UserError(f"{out} is there already and is no such site: name a new folder", "usage")
    out.mkdir(parents=True, exist_ok=True)
    write_json(out / LIST, {"networks": []})  # it marks the folder: after a failure, the next try may write there
    for file in [*PAGE.iterdir(), *(runtime.WEB / name for name in SCRIPTS), *runtime.WEB.glob("onnxruntime-*")]:
        shutil.copyfile(file, out / file.name)
    shutil.rmtree(out / "networks", ignore_errors=True)
    shared = sum(file.stat().st_size for file in runtime.WEB.glob("*.wasm.gz"))
    write_json(out / LIST, {"networks": [_added(folder, out, shared) for folder in folders]})
    (out / ".nojekyll").touch()  # GitHub Pages serves the files as they are
    return sum(path.stat().st_size for path in out.rglob("*") if path.is_file())


def _added(folder: Path, out: Path, shared: int) -> dict[str, Any]:
    """Copy a network into a site, and return what the page must know of it."""
    place = out / "networks" / folder.name
    place.mkdir(parents=True)
    for name in (graph.STORED, "config.json", "README.md", graph.GRAPH):
        if (folder / name).is_file():
            shutil.copyfile(folder / name, place / name)
    if not graph.is_fresh(place):
        graph.write_graph(place)
    card = read_card(folder)
    about = {
        "name": folder.name,
        "bytes": shared + sum((place / name).stat().st_size for name in (graph.GRAPH, graph.STORED)),
        "card": f"networks/{folder.name}/{'README.md' if (place / 'README.md').is_file() else 'config.json'}",
        "size": card["config"]["size"],
        "latent": card["config"].get("latent_size", 0),
    }
    # The address names the content: a browser that has kept a file never asks for it again.
    for key, name in {"graph": graph.GRAPH, "weights": graph.STORED}.items():
        about[key] = f"networks/{folder.name}/{name}?{sha256(place / name)[:32]}"
    return about | (_drawn(card) if card["kind"] == "translator" else _walked(card))


def _walked(card: dict[str, Any]) -> dict[str, Any]:
    count = card["config"].get("classes", 0)
    named = card["classes"] if len(card["classes"]) == count else [str(i) for i in range(count)]
    return {"room": "walk", "classes": named}


def _drawn(card: dict[str, Any]) -> dict[str, Any]:
    model, way = create_model(card["model"], **card["config"]), mode(card)
    brushes = {colour: name for name, colour in pairing(card["pairs"]).brushes.items()}
    call = model.call()
    return {
        "room": "draw",
        "mode": way,
        "palette": [] if way == "photo" else paints(card),
        "brushes": brushes,
        "ground": next(iter(brushes), "#ffffff"),
        "multiple": call.multiple if call and way == "photo" else 0,
        "latent": card["config"].get("latent_size", 0) if isinstance(model, Proposer) else 0,
    }
