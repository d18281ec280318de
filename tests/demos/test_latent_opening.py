"""The first impression of the Latent space tab: which model opens it, the models' pictures, and the walk that plays."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image

pytest.importorskip("gradio", reason="the app needs gradio: pip install gan-zoo[app]")

from app_process import tiny_weights
from starlette.applications import Starlette
from starlette.testclient import TestClient

from demos.latent import opening
from gan_zoo import Gallery
from gan_zoo.imaging import images


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Gallery:
    root: Path = tiny_weights(tmp_path_factory.mktemp("weights"))
    sheet = images.grid(torch.linspace(-1, 1, 64)[:, None, None, None].expand(-1, 1, 28, 28))
    sheet.thumbnail((200, 200))
    black = Image.new("RGB", sheet.size)
    black.save(root / "grey" / "grids.webp", save_all=True, append_images=[sheet.convert("RGB")], lossless=True)
    (root / "styled" / "grids.webp").write_bytes(b"no picture")
    return Gallery({folder.name: folder for folder in root.iterdir()}, device="cpu")


@pytest.fixture(scope="module")
def client(gallery: Gallery) -> TestClient:
    return TestClient(Starlette(routes=opening.routes(gallery)))


def picture(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def test_people_first_and_the_best_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    cards: dict[str, Any] = {
        "a kana": {"data": "kana", "metrics": {"a kana": {"fid": 1.0}}},
        "b faces": {"data": "faces", "metrics": {"b faces": {"fid": 700.0}}},
        "c faces": {"data": "faces:image", "metrics": {"c faces": {"fid": 600.0}, "real test": {"fid": 1.0}}},
        "d other": {"data": "hf:me/mine", "metrics": {"d other": {"fid": 0.5}}},
        "e new": {"data": "peeps", "metrics": {}},
        "f none": {},
    }

    class Cards:
        def card(self, name: str) -> Any:
            return cards[name]

    assert opening.ordered(Cards(), cards) == ["c faces", "b faces", "a kana", "d other", "e new", "f none"]  # type: ignore[arg-type]


def test_a_portrait_shows_the_first_samples_of_the_last_grid(gallery: Gallery, client: TestClient) -> None:
    assert opening.drawn(gallery, ["grey", "letters", "styled"]) == ["grey", "styled"]
    shown = picture(client.get("/latent/portraits/grey").content).convert("L")
    assert shown.size == (128, 128)
    for (column, row), sample in {(0, 0): 0, (1, 0): 1, (0, 1): 8, (1, 1): 9}.items():
        assert shown.getpixel((32 + 64 * column, 32 + 64 * row)) == pytest.approx(sample / 63 * 255, abs=4)


@pytest.mark.parametrize("model", ["grey", "letters", "styled"])
def test_a_walk_comes_back_to_its_start(client: TestClient, model: str, gallery: Gallery) -> None:
    answer = client.get(f"/latent/strolls/{model}")
    film = picture(answer.content)
    assert answer.headers["content-type"] == "image/webp" and film.n_frames > opening.LEG  # equal frames become one
    frames = [images.from_pil(frame, 3).float() for frame in opening.stroll(gallery, model)]
    assert len(frames) == opening.STOPS * opening.LEG
    steps = [(a - b).abs().mean().item() for a, b in zip(frames, [*frames[1:], frames[0]], strict=True)]
    assert max(steps) < 10 * sum(steps) / len(steps)  # the last step, back to the first frame, is no jump
    assert picture(client.get(f"/latent/starts/{model}").content).size == film.size


@pytest.mark.parametrize("path", ["portraits/letters", "portraits/styled", "portraits/nobody", "strolls/torn",
    "strolls/features-digits", "starts/..%2F..", "strolls/nobody"])  # fmt: skip
def test_no_picture(client: TestClient, path: str) -> None:
    assert client.get(f"/latent/{path}").status_code == 404
