"""The Refine tab without a browser: digits typed and refined, bars of what was measured, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
import torch

pytest.importorskip("gradio", reason="the app needs gradio: pip install gan-zoo[app]")

import gradio as gr

from demos import refine
from demos.shared import page, responses
from gan_zoo import Gallery, UserError, create_model, load_data, save_weights

ROW = {"accuracy": 0.875, "lowest": 0.87, "highest": 0.88, "n": 100.0}


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Gallery:
    root = tmp_path_factory.mktemp("weights")
    torch.manual_seed(0)
    rows = {name: ROW for name in ("fonts", "refined", "10 real", "10 real + fonts", "10 real + refined", "all real")}
    model = create_model("simgan", width=4, blocks=1, critic_width=4)
    save_weights(model, root / "sim", {"data": "digits", "classes": [], "pairs": "fonts", "transfer": rows})
    save_weights(create_model("dcgan", size=28, channels=1, width=4), root / "dcgan", {"data": "digits", "classes": []})
    return Gallery({folder.name: folder for folder in root.iterdir()}, device="cpu")


def test_ten_digits_each_of_its_class_and_in_a_font() -> None:
    digits, names = refine.typed(7)
    assert digits.shape == (10, 1, 28, 28) and len(names) == 10
    assert torch.equal(digits, refine.typed(7)[0]) and not torch.equal(digits, refine.typed(8)[0])


def test_the_most_similar_real_one_has_the_class() -> None:
    data = load_data("digits", "test")
    assert data.labels is not None
    chosen = torch.stack([data.images[data.labels == label][5] for label in range(10)]).float() / 127.5 - 1
    torch.testing.assert_close(refine.nearest(data, chosen), chosen)


def test_what_the_page_gets(gallery: Gallery) -> None:
    said = responses.reply(
        gr.EventData(None, {"request": {"n": 2, "model": "sim", "seed": 5}}), lambda asked: refine.rows(gallery, asked)
    )
    assert said["n"] == 2 and not said["trouble"]
    assert [len(row) for row in said["rows"]] == [10, 10, 10] and len(said["fonts"]) == 10
    assert said["rows"][0] != said["rows"][1] != said["rows"][2]


@pytest.mark.parametrize(
    "carried",
    [
        None,
        {"request": []},
        {"request": {"model": "sim", "seed": "x"}},
        {"request": {"model": "sim", "seed": -1}},
        {"request": {"model": "dcgan", "seed": 1}},
        {"request": {"model": ["sim"], "seed": 1}},
        {"request": {"model": None, "seed": 1}},
    ],
)
def test_forged_requests_are_refused(gallery: Gallery, carried: Any) -> None:
    said = responses.reply(gr.EventData(None, carried), lambda asked: refine.rows(gallery, asked))
    assert said["trouble"] and "rows" not in said and "zoo-text" in said["trouble"]


def test_bars_show_what_the_card_says(gallery: Gallery) -> None:
    shown = refine.bars(gallery.card("sim"))
    assert shown.count("87.5%") == 6 and shown.count("<section>") == 3
    assert "gan-zoo transfer" in refine.bars({"name": "sim"})


def test_the_endpoint(gallery: Gallery) -> None:
    [refine_digits] = refine.endpoints(gallery)
    found, milliseconds, precision = refine_digits("sim", 3)
    assert [each["label"] for each in found] == [str(n) for n in range(10)] and milliseconds > 0 and precision
    assert all(each["typed"].startswith("data:image/png") and each["font"] for each in found)
    with pytest.raises(UserError):
        refine_digits("dcgan", 3)


def test_without_weights_the_tab_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(page, "still", said.append)
    refine.build(Gallery({}, device="cpu"))
    assert len(said) == 1 and "simgan-digits" in said[0]
