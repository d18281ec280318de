"""The Inpainting tab without a browser: what it makes of holes, and what it refuses."""

from __future__ import annotations

import base64
import io
from typing import Any

import pytest
import torch
from PIL import Image, ImageDraw

pytest.importorskip("gradio", reason="the app needs gradio: pip install gan-zoo[app]")

import gradio as gr

from demos import inpaint, sketch
from demos.shared import i18n, page, responses
from gan_zoo import Gallery, UserError, create_model, save_weights


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Gallery:
    root = tmp_path_factory.mktemp("weights")
    torch.manual_seed(0)
    tiny: dict[str, Any] = {
        "size": 32,
        "width": 4,
        "max_width": 8,
        "halvings": 2,
        "latent_size": 2,
        "critic_width": 4,
        "patch": 16,
    }
    for name, data in (("faces", "faces"), ("elsewhere", "nowhere")):
        model = create_model("context_encoder", **tiny)
        for weight in model.parameters():
            weight.data.mul_(4)  # fresh weights add hardly anything
        save_weights(model, root / name, {"data": data, "classes": [], "pairs": "holes"})
    save_weights(create_model("dcgan", size=32, width=4), root / "digits", {"data": "digits", "classes": []})
    return Gallery({folder.name: folder for folder in root.iterdir()}, device="cpu")


def mask(*boxes: tuple[int, int, int, int], size: int = 32) -> str:
    sheet = Image.new("RGB", (size, size))
    for box in boxes:
        ImageDraw.Draw(sheet).rectangle(box, fill="white")
    return responses.data_url(sheet)


HOLE = mask((8, 8, 20, 20))
WHITE = responses.data_url(Image.new("RGB", (32, 32), "white"))


def opened(url: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))).convert("RGB")


def test_it_knows_its_models_and_the_sketch_tab_leaves_them_to_it(gallery: Gallery) -> None:
    assert list(inpaint.cards(gallery)) == ["elsewhere", "faces"]
    assert sketch.tasks(gallery) == []


def test_a_hole_is_filled_in_several_ways(gallery: Gallery) -> None:
    said = inpaint.fill(gallery, {"model": "faces", "sample": 1, "mask": HOLE, "seed": 3})
    before = inpaint.samples("faces", 32)[1]
    assert opened(said["best"]).getpixel((2, 30)) == opened(inpaint.as_png(before)).getpixel((2, 30))
    rest = said["rest"]
    pictures = {said["best"], *(each["picture"] for each in rest["proposals"] + rest["others"])}
    assert len(rest["proposals"]) == inpaint.PROPOSALS and len(rest["others"]) == 3 and len(pictures) == 7
    assert rest["others"][0]["psnr"] is None and all(0 < each["psnr"] < 100 for each in rest["proposals"])
    assert "16%" in rest["share"] or "17%" in rest["share"]
    again, other = (inpaint.fill(gallery, {"model": "faces", "sample": 1, "mask": HOLE, "seed": seed}) for seed in (3, 4))
    assert again["rest"] == rest and other["rest"]["proposals"] != rest["proposals"]


def test_while_the_hand_moves_the_best_guess_comes_alone(gallery: Gallery) -> None:
    said = inpaint.fill(gallery, {"model": "faces", "sample": 0, "mask": HOLE, "moving": True})
    assert said["rest"] is None and said["best"].startswith("data:image/jpeg")


def test_no_hole_no_picture(gallery: Gallery) -> None:
    said = inpaint.fill(gallery, {"model": "faces", "sample": 0, "mask": mask(), "seed": 0})
    assert said == {"best": "", "cost": "", "rest": None}


def test_a_picture_of_the_visitor(gallery: Gallery) -> None:
    wide = responses.data_url(Image.new("RGB", (300, 100), "red"), "JPEG")
    brought = inpaint.bring(gallery, {"model": "elsewhere", "file": wide})["brought"]
    assert opened(brought).size == (32, 32)
    said = inpaint.fill(
        gallery, {"model": "elsewhere", "picture": brought, "mask": mask((100, 100, 300, 200), size=512), "seed": 0}
    )
    assert opened(said["best"]).size == (32, 32)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({}, "not_a_picture"),
        ({"sample": 99, "mask": HOLE, "seed": 0}, "inpaint_no_sample"),
        ({"sample": True, "mask": HOLE, "seed": 0}, "inpaint_no_sample"),
        ({"sample": 0.5, "mask": HOLE, "seed": 0}, "inpaint_no_sample"),
        ({"sample": "1", "mask": HOLE, "seed": 0}, "inpaint_no_sample"),
        ({"sample": 0, "mask": None, "seed": 0}, "not_a_picture"),
        ({"sample": 0, "mask": mask((0, 0, 31, 31)), "seed": 0}, "inpaint_all_gone"),
        ({"sample": 0, "mask": mask((0, 0, 3, 3), size=600), "seed": 0}, "large_drawing"),
        ({"sample": 0, "mask": HOLE, "seed": -1}, "bad_seed"),
        ({"sample": 0, "mask": HOLE, "seed": "x"}, "bad_seed"),
        ({"picture": "data:image/png;base64,AAAA", "mask": HOLE, "seed": 0}, "not_a_picture"),
    ],
)
def test_forged_requests_are_refused_in_both_languages(gallery: Gallery, asked: dict[str, Any], code: str) -> None:
    with pytest.raises(UserError) as caught:
        inpaint.fill(gallery, {"model": "faces", **asked})
    assert caught.value.code == code
    assert all(i18n.say(code, language, **caught.value.fields) for language in i18n.LANGUAGES)


@pytest.mark.parametrize("model", ["digits", "nobody", None, ["faces"]])
def test_other_models_are_refused(gallery: Gallery, model: Any) -> None:
    event = gr.EventData(None, {"request": {"n": 5, "model": model, "sample": 0, "mask": HOLE, "seed": 0}})
    said = responses.reply(event, lambda asked: inpaint.fill(gallery, asked))
    assert said["n"] == 5 and said["trouble"] and "best" not in said


@pytest.mark.parametrize("carried", [None, 7, {"request": 3}, {"request": {"n": "x"}}])
def test_a_request_may_be_anything(gallery: Gallery, carried: Any) -> None:
    said = responses.reply(gr.EventData(None, carried), lambda asked: inpaint.fill(gallery, asked))
    assert said["n"] == 0 and said["trouble"]


def test_the_endpoint(gallery: Gallery) -> None:
    [fill_hole] = inpaint.endpoints(gallery)
    best, proposals, milliseconds, precision = fill_hole("faces", WHITE, HOLE, 1)
    assert len(proposals) == 3 and milliseconds > 0 and precision
    assert {opened(url).size for url in [best, *proposals]} == {(32, 32)}
    with pytest.raises(UserError):
        fill_hole("digits", WHITE, HOLE)


def test_without_weights_the_tab_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(page, "still", said.append)
    inpaint.build(Gallery({}, device="cpu"))
    assert len(said) == 1 and "context_encoder-faces" in said[0]


def test_the_page_has_no_open_slot(gallery: Gallery) -> None:
    page = inpaint.studio_html(inpaint.cards(gallery))
    assert "[" not in page.replace("[data", "") and "elsewhere" in page
