"""The Sketch tab without a browser: what it makes of drawings and files, and what it refuses."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image, ImageDraw

pytest.importorskip("gradio", reason="the app needs gradio: pip install gan-zoo[app]")

import gradio as gr
from app_process import output_of, tiny_translators
from gradio_client import Client
from gradio_client.exceptions import AppError

from demos import sketch
from demos.shared import i18n, responses
from gan_zoo import Gallery, UserError
from gan_zoo.browser import paints
from gan_zoo.imaging import images

TASKS = ("line", "edges", "blocks", "grey", "ground", "unknown")


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_translators(tmp_path_factory.mktemp("weights"))


def drawn(colour: str = "black", size: int = 32) -> Image.Image:
    sheet = Image.new("RGB", (size, size), "white")
    ImageDraw.Draw(sheet).ellipse((4, 4, size - 5, size - 5), outline=colour, width=2)
    return sheet


def file(picture: Image.Image, format: str, **options: Any) -> str:
    buffer = io.BytesIO()
    picture.save(buffer, format, **options)
    return as_url(buffer.getvalue())


def as_url(content: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(content).decode()


def png(width: int, height: int, rows: bytes = b"") -> bytes:
    """A PNG that says it is so large."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def event(carried: Any) -> gr.EventData:
    return gr.EventData(None, carried)


def opened(url: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))).convert("RGB")


@pytest.mark.parametrize("model", TASKS)
def test_a_drawing_becomes_a_picture(gallery: Gallery, model: str) -> None:
    result = sketch.translate(gallery, model, responses.data_url(drawn()))
    assert result and result.images.shape == (1, 3, 32, 32) and result.milliseconds > 0
    other = sketch.translate(gallery, model, responses.data_url(Image.new("RGB", (32, 32), "gray")))
    assert other and not torch.equal(other.images, result.images)


def test_a_planet_is_painted_with_named_brushes(gallery: Gallery) -> None:
    task = next(task for task in sketch.tasks(gallery) if task["name"] == "ground")
    assert task["mode"] == "labels" and task["globe"] and task["palette"] == list(task["brushes"])
    assert task["brushes"][task["palette"][0]] == {"en": "Sea", "ja": "海"}
    ice = responses.data_url(Image.new("RGB", (32, 32), "white"))  # a whole planet of ice is no blank sheet
    assert sketch.translate(gallery, "ground", ice)
    others = [other for other in sketch.tasks(gallery) if other["name"] != "ground"]
    assert not any(other["globe"] for other in others)
    assert {other["name"] for other in others if other["brushes"]} == {"blocks"}


def test_a_drawing_of_another_size_is_fitted(gallery: Gallery) -> None:
    result = sketch.translate(gallery, "line", responses.data_url(drawn(size=200)))
    assert result and result.images.shape == (1, 3, 32, 32)


def test_paper_mode_draws_another_picture(gallery: Gallery) -> None:
    drawing = responses.data_url(drawn())
    plain, paper, again = (sketch.translate(gallery, "line", drawing, mode) for mode in (False, True, True))
    assert plain and paper and again
    assert not torch.equal(plain.images, paper.images)
    assert torch.equal(paper.images, again.images)


@pytest.mark.parametrize(
    "drawing", ["", responses.data_url(Image.new("RGB", (32, 32), "white")), responses.data_url(Image.new("RGBA", (32, 32)))]
)
def test_a_blank_canvas_gives_an_empty_picture(gallery: Gallery, drawing: str) -> None:
    asked = {"n": 3, "model": "line", "drawing": drawing}
    said = responses.reply(event({"request": asked}), lambda asked: sketch.draw(gallery, asked))
    assert said == {"n": 3, "model": "line", "do": "", "trouble": "", "last": True, "picture": "", "cost": "", "looks": []}


FORGED = [
    (None, "not_a_picture"),
    (7, "not_a_picture"),
    ({"drawing": ""}, "not_a_picture"),
    ("data:image/svg+xml;base64,PHN2Zz4=", "not_a_picture"),
    ("data:image/png;base64,", "not_a_picture"),
    ("data:image/png;base64,§§§§", "not_a_picture"),
    ("http://example.org/a.png", "not_a_picture"),
    (as_url(b"GIF89a" + b"\0" * 100), "not_a_picture"),
    (as_url(b"\x89PNG\r\n\x1a\n"), "not_a_picture"),
    (as_url(png(30_000, 30_000)), "large_drawing"),
    (as_url(png(32, 2**31 - 1)), "large_drawing"),
    (as_url(png(0, 32)), "large_drawing"),
    ("data:image/png;base64," + "A" * 100_000_000, "large_drawing"),
]


@pytest.mark.parametrize(("value", "code"), FORGED, ids=[str(i) for i in range(len(FORGED))])
def test_a_forged_canvas_is_refused_before_decoding(
    gallery: Gallery, monkeypatch: pytest.MonkeyPatch, value: Any, code: str
) -> None:
    monkeypatch.setattr("demos.shared.requests.open_picture", lambda source: pytest.fail("it was decoded"))
    with pytest.raises(UserError) as caught:
        sketch.translate(gallery, "line", value)
    assert caught.value.code == code
    assert all(i18n.say(code, language, **caught.value.fields) for language in i18n.LANGUAGES)


@pytest.mark.parametrize("value", [
    responses.data_url(drawn())[:-7], responses.data_url(drawn())[:120], as_url(png(32, 32)), as_url(png(32, 32, b"\0" * 50)),
], ids=["cut base64", "cut file", "no rows", "few rows"])  # fmt: skip
def test_a_damaged_canvas_is_refused(gallery: Gallery, value: str) -> None:
    with pytest.raises(UserError) as caught:
        sketch.translate(gallery, "line", value)
    assert caught.value.code == "not_a_picture"


@pytest.mark.parametrize("request_", [None, [], "x", {}, {"n": "x"}, {"n": 1, "model": ["line"]}, {"n": 1, "model": "nobody"}])
@pytest.mark.parametrize("wrapped", [True, False])
def test_a_forged_request_is_answered_with_a_sentence(gallery: Gallery, request_: Any, wrapped: bool) -> None:
    said = responses.reply(event({"request": request_} if wrapped else request_), lambda asked: sketch.draw(gallery, asked))
    assert isinstance(said["n"], int) and isinstance(said["model"], str)
    assert 'role="alert"' in said["trouble"] and i18n.say("unexpected", "en") not in said["trouble"]


def test_while_the_pen_moves_less_is_sent(gallery: Gallery) -> None:
    asked = {"model": "line", "drawing": responses.data_url(drawn())}
    moving, resting = (sketch.draw(gallery, {**asked, "moving": moving})["picture"] for moving in (True, False))
    assert moving.startswith("data:image/jpeg;") and resting.startswith("data:image/png;")


def test_damaged_weights_are_told_of(gallery: Gallery) -> None:
    asked = {"n": 1, "model": "torn", "drawing": responses.data_url(drawn())}
    said = responses.reply(event({"request": asked}), lambda asked: sketch.draw(gallery, asked))
    assert "damaged" in said["trouble"] and "picture" not in said


def bring(gallery: Gallery, model: str, file: str) -> dict[str, str]:
    return sketch.bring(gallery, {"model": model, "file": file})["brought"]


@pytest.mark.parametrize("model", TASKS)
def test_a_photograph_becomes_a_drawing(gallery: Gallery, model: str) -> None:
    photo = Image.linear_gradient("L").resize((120, 80)).convert("RGB")
    ImageDraw.Draw(photo).rectangle((30, 20, 90, 60), fill="red")
    brought = bring(gallery, model, responses.data_url(photo))
    source, original = opened(brought["source"]), opened(brought["original"])
    assert source.size == original.size == (32, 32)
    assert (source.tobytes() == original.tobytes()) == (model == "unknown")
    if model in ("line", "edges"):
        assert source.getpixel((1, 1)) == (255, 255, 255)


def test_line_art_is_taken_as_it_is(gallery: Gallery) -> None:
    brought = bring(gallery, "edges", responses.data_url(drawn()))
    assert brought["original"] == ""
    assert opened(brought["source"]).tobytes() == drawn().tobytes()
    assert not sketch.is_line_art(images.to_float(images.from_pil(drawn("red"), 3)))
    assert not sketch.is_line_art(images.to_float(images.from_pil(Image.new("RGB", (32, 32), "gray"), 3)))


def test_pictures_of_every_kind_are_read(gallery: Gallery) -> None:
    photo = Image.new("RGB", (64, 64), "white")
    photo.paste("blue", (0, 0, 64, 16))  # a blue edge at the top
    turned = Image.Exif()
    turned[0x0112] = 3  # upside down
    kinds = {
        "CMYK": file(photo.convert("CMYK"), "JPEG", quality=95),
        "transparent": file(photo.convert("RGBA"), "PNG"),
        "palette": file(photo.convert("P"), "PNG"),
        "grey": file(photo.convert("L"), "PNG"),
        "16 bit": file(Image.new("I;16", (64, 64), 40_000), "PNG"),
        "webp": file(photo, "WEBP", quality=95),
        "EXIF": file(photo.rotate(180), "JPEG", exif=turned, quality=95),
    }
    for kind, url in kinds.items():
        read = opened(bring(gallery, "blocks", url)["original"])
        red, _, blue = read.getpixel((16, 2))
        if kind in ("CMYK", "transparent", "palette", "webp", "EXIF"):
            assert blue > 200 > 80 > red, kind
        if kind == "16 bit":
            assert abs(red - 40_000 / 257) < 2, kind


@pytest.mark.parametrize(("content", "code"), [
    (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 200, "not_a_picture"), (b"my diary", "not_a_picture"), (b"", "empty_file"),
    (png(30_000, 30_000), "large_picture"), (b"\0" * 10_000_001, "large_file"),
], ids=["heic", "text", "empty", "vast", "heavy"])  # fmt: skip
def test_files_that_are_no_pictures_are_refused(gallery: Gallery, content: bytes, code: str) -> None:
    with pytest.raises(UserError) as caught:
        bring(gallery, "edges", as_url(content))
    assert caught.value.code == code


@pytest.mark.parametrize("model", ["line", "edges", "blocks", "grey"])
def test_examples_are_test_pairs(gallery: Gallery, model: str) -> None:
    found = sketch.examples(gallery.card(model))
    assert len(found) == sketch.EXAMPLES
    for example in found:
        assert opened(example["source"]).size == opened(example["original"]).size == (32, 32)
        assert all(example["name"][language] for language in i18n.LANGUAGES)
    if model == "line":
        assert found[0]["name"]["ja"] != found[0]["name"]["en"]
    if model == "grey":
        red, green, blue = opened(found[0]["source"]).split()
        assert red.tobytes() == green.tobytes() == blue.tobytes()


def test_drawings_to_start_from_suit_the_task(gallery: Gallery) -> None:
    for model, title in (("line", "fish"), ("edges", "fish"), ("ground", "desert island"), ("blocks", "by the sea")):
        found = sketch.made_by_hand(gallery.card(model))
        assert len(found) == 10 and found[0]["name"]["en"] == title
        colours = {step["colour"] for one in found for step in one["steps"]}
        assert model != "ground" or colours <= set(sketch.paints(gallery.card(model)))
    assert sketch.made_by_hand({"pairs": "line", "data": "things"})[0]["name"]["en"] == "chair"
    assert sketch.made_by_hand(gallery.card("grey")) == sketch.made_by_hand(gallery.card("unknown")) == []


def test_no_examples_where_the_data_are_not_here(gallery: Gallery) -> None:
    assert sketch.examples(gallery.card("unknown")) == []


def test_names_of_examples() -> None:
    assert sketch.names({"label_en": ["fish"], "label_ja": ["魚"]}, 0, 1) == {"en": "fish", "ja": "魚"}
    assert sketch.names({"title": ["Hill"]}, 0, 1) == {"en": "Hill", "ja": "Hill"}
    assert sketch.names({}, 0, 3) == {"en": "Example 3", "ja": "例 3"}


def test_a_task_is_named_after_its_pairing() -> None:
    assert i18n.say("task_edges_emoji3d", "ja") in sketch.title("a", {"pairs": "edges", "data": "emoji3d"})
    assert i18n.say("task_edges", "en") in sketch.title("a", {"pairs": "edges", "data": "cats"})
    assert i18n.say("task_line", "en") in sketch.title("a", {"pairs": "line:ink", "data": "cats"})
    assert "&lt;b&gt;" in sketch.title("<b>", {"pairs": "sides"})


def test_the_studio_escapes_names() -> None:
    assert 'value="&quot;&gt;&lt;b&gt;"' in sketch.studio_html({'"><b>': "x"})


def test_the_endpoint(client: Client) -> None:
    url, milliseconds, precision = client.predict("edges", responses.data_url(drawn()), api_name="/sketch")
    assert url.startswith("data:image/png;base64,") and opened(url).size == (32, 32)
    assert milliseconds > 0 and precision
    assert list(client.predict("edges", "", True, api_name="/sketch")) == ["", 0, ""]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("edgy", ""), "edges"),
        (("torn", ""), "damaged|can't be used"),
        (("edges", "data:text/html,x"), "not a picture that can be read"),
        (("edges", as_url(png(30_000, 30_000))), "1024 pixels"),
        (("edges", None), "not a picture"),
    ],
)
def test_bad_values_get_a_line_that_says_what_to_do(client: Client, arguments: tuple[Any, ...], says: str) -> None:
    with pytest.raises(AppError, match=says) as caught:
        client.predict(*arguments, api_name="/sketch")
    assert "Traceback" not in str(caught.value)


def test_with_no_translators_the_tab_says_so() -> None:
    page = output_of("import app; from gan_zoo import Gallery; print(app.build(Gallery({}))[0].get_config_file())")
    assert "pix2pix-emoji" in page


def test_colours_that_look_alike_are_offered_once() -> None:
    card = {"pairs": "line", "palette": ["#000000", "#ffffff", "#fefefe", "#ff0000", "#f80404"]}
    assert sketch.paints(card) == ["#ffffff", "#ff0000", *paints.PALETTE[1:]]  # the pen is black anyway
    # Of landscapes each ground has one colour, in the order of `GROUNDS`.
    assert sketch.paints({"pairs": "blocks", "palette": ["#000000", "#ffffff"]}) == [
        "#ffffff", "#7d9a4a", "#4d7a35", "#000000",
    ]  # fmt: skip
    assert set(sketch.paints({"pairs": "blocks"})) <= {*paints.PALETTE, *paints.ADDED["blocks"]}


def test_colours_of_landscapes_are_called_after_grounds() -> None:
    card = {"pairs": "blocks", "palette": ["#8cbce0", "#3f71a4", "#7d9a4a", "#7c9a4b", "#909086"]}
    names = {name["en"] for name in sketch.brush_names(card).values()}
    assert names == {"Sky", "Sea", "Grass", "Forest", "Stone"}  # the forest is one of the colours that are always there
    assert len(sketch.paints(card)) == len(names)
