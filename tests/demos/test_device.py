"""Tests of what the app serves for networks on a visitor's device."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from demos.latent import on_device
from demos.shared import device
from gan_zoo import Gallery
from gan_zoo.browser import graph
from gan_zoo.weights.store import REPOSITORY_WEIGHTS

NAMES = ("dcgan-digits", "cgan-kana", "features-digits")


@pytest.fixture
def gallery(tmp_path: Path) -> Gallery:
    """A gallery over copies of shipped weights: two samplers that run in a browser, and a classifier."""
    return Gallery({name: Path(shutil.copytree(REPOSITORY_WEIGHTS / name, tmp_path / name)) for name in NAMES}, device="cpu")


@pytest.fixture
def client(gallery: Gallery) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=[Route(device.SCRIPT, device.script), *device.routes(gallery)])) as client:
        yield client


def test_the_files_of_a_network_are_served_under_its_mark(gallery: Gallery, client: TestClient) -> None:
    offer = device.offer(gallery, "dcgan-digits")
    assert offer and offer["latent"] == gallery.card("dcgan-digits")["config"]["latent_size"]
    for key, name in {"graph": graph.GRAPH, "weights": graph.STORED}.items():
        answer = client.get(f"/{offer[key]}")
        assert answer.content == (gallery.folders["dcgan-digits"] / name).read_bytes()
        assert "immutable" in answer.headers["cache-control"]
    other = device.offer(gallery, "cgan-kana")
    assert other and other["graph"] != offer["graph"]


def test_other_files_are_not_served(gallery: Gallery, client: TestClient) -> None:
    offer = device.offer(gallery, "dcgan-digits")
    assert offer
    place = offer["graph"].rpartition("/")[0]
    for path in (f"{place}/config.json", f"{place}/..%2Fmodel.onnx", f"networks/{'0' * 32}/model.onnx", "networks//model.onnx"):
        assert client.get(f"/{path}").status_code == 404
    for name in ("runtime.py", "..%2Fgraph.py", "nothing.js"):
        assert client.get(f"/gan_zoo/browser/web/{name}").status_code == 404


def test_the_runtime_and_its_licence_are_served(client: TestClient) -> None:
    assert client.get("/gan_zoo/browser/web/worker.js").headers["content-type"].startswith("text/javascript")
    assert client.get("/gan_zoo/browser/web/onnxruntime-LICENSE.txt").text.startswith("MIT License")
    [runtime] = [name for name in device.scripts() if name.endswith(".wasm.gz")]
    assert len(client.get(f"/gan_zoo/browser/web/{runtime}").content) == device.runtime_bytes()


def test_without_a_graph_of_its_weights_nothing_is_offered(gallery: Gallery, client: TestClient) -> None:
    assert device.offer(gallery, "features-digits") is None and device.offer(gallery, "nobody") is None
    offer, folder = device.offer(gallery, "dcgan-digits"), gallery.folders["dcgan-digits"]
    assert offer and client.get(f"/{offer['graph']}").status_code == 200
    shutil.copyfile(gallery.folders["cgan-kana"] / graph.GRAPH, folder / graph.GRAPH)
    assert device.offer(gallery, "dcgan-digits") is None
    assert client.get(f"/{offer['graph']}").status_code == 404
    (folder / graph.GRAPH).unlink()
    assert device.offer(gallery, "dcgan-digits") is None


def test_the_way_back_is_offered_if_it_fits_the_weights(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(REPOSITORY_WEIGHTS / "cyclegan-ukiyoe", tmp_path / "two"))
    one_way = Path(shutil.copytree(REPOSITORY_WEIGHTS / "cut-ukiyoe", tmp_path / "one"))
    gallery = Gallery({"two": folder, "one": one_way}, device="cpu")
    with TestClient(Starlette(routes=[Route(device.SCRIPT, device.script), *device.routes(gallery)])) as client:
        offer, other = device.offer(gallery, "two"), device.offer(gallery, "one")
        assert offer and client.get(f"/{offer['back']}").content == (folder / graph.BACK).read_bytes()
        assert other and other["back"] == ""
        (folder / graph.BACK).write_bytes((folder / graph.BACK).read_bytes()[:-1])
        damaged = device.offer(gallery, "two")
        assert damaged and damaged["back"] == "" and client.get(f"/{offer['back']}").status_code == 404


def test_the_latent_tab_knows_classes_and_who_judges(gallery: Gallery) -> None:
    offers = on_device.offers(gallery)
    assert offers["dcgan-digits"]["judged"] and not offers["dcgan-digits"]["classes"]
    assert offers["cgan-kana"]["classes"][0] == "あ" and not offers["cgan-kana"]["judged"]
