"""The Style tab without a browser: what it makes of pictures and clips, what it refuses, and what each visitor sees."""

from __future__ import annotations

import base64
import io
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image

pytest.importorskip("gradio", reason="the app needs gradio: pip install gan-zoo[app]")

import gradio as gr
from app_process import tiny_cut, tiny_styles
from gradio_client import Client
from gradio_client.exceptions import AppError

from demos import style
from demos.shared import i18n, page, requests, responses
from demos.style import kinds, restyle, styles, upload
from demos.style.restyle import Desk
from demos.style.upload import Brought
from gan_zoo import Gallery, UserError, open_pictures
from gan_zoo.imaging import images
from gan_zoo.serving import tiles


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_styles(tmp_path_factory.mktemp("weights"))


def photo(width: int, height: int) -> torch.Tensor:
    """A sky that is bright above a ground with stripes."""
    picture = torch.full((3, height, width), 230, dtype=torch.uint8)
    picture[:, height // 2 :] = 60
    picture[0, height // 2 :, ::7] = 200
    return picture


def as_url(content: bytes, mime: str = "image/png") -> str:
    return responses.as_url(content, mime)


def file(picture: Image.Image, format: str, **options: Any) -> str:
    buffer = io.BytesIO()
    picture.save(buffer, format, **options)
    return as_url(buffer.getvalue())


def opened(url: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))).convert("RGB")


def event(carried: Any) -> gr.EventData:
    return gr.EventData(None, {"request": carried})


def run(gallery: Gallery, desk: Desk, model: str, back: bool = False) -> list[responses.Answer]:
    return list(restyle.restyle(gallery, desk, model, back, number=1))


def test_styles_are_unpaired_translators_of_any_size(gallery: Gallery) -> None:
    cards = styles.styles(gallery)
    assert sorted({*cards} - {"torn"}) == ["hokusai", "monet", "slow"]
    assert list(cards)[:2] == ["hokusai", "slow"], "those for photographs come first"
    for change in ({"pairs": "edges"}, {"config": {"input_channels": 1}}, {"config": {"channels": 1}}, {"model": "pix2pix"}):
        assert not styles.is_style({**cards["monet"], **change})


@pytest.mark.parametrize("size", [(50, 33), (1, 1), (501, 333)])
@pytest.mark.parametrize("back", [False, True])
def test_a_picture_comes_back_at_its_own_size(gallery: Gallery, size: tuple[int, int], back: bool) -> None:
    desk = Desk(Brought(photo(*size)))
    first, *_, last = run(gallery, desk, "hokusai", back)
    assert opened(first["after"]) and "ready" not in first, "a small one is there at once"
    assert last["ready"] and (last["done"], last["of"]) == (1, 1)
    assert desk.result and desk.result[1].shape == photo(*size).shape
    if min(size) > 1:
        assert opened(last["after"]).size == size
        assert not torch.equal(*desk.result)


def test_the_way_back_is_shown_where_there_is_one(gallery: Gallery) -> None:
    *_, last = run(gallery, Desk(Brought(photo(40, 32))), "hokusai")
    start, there, here = (opened(url) for url in last["cycle"])
    assert start.size == there.size == here.size == (40, 32)
    assert i18n.say("cycle_error", "en", n="")[:5] in last["error"]
    *_, last = run(gallery, Desk(Brought(photo(40, 32))), "monet")
    assert "cycle" not in last and last["ready"]
    with pytest.raises(UserError) as caught:
        run(gallery, Desk(Brought(photo(40, 32))), "monet", back=True)
    assert caught.value.code in i18n.texts()


def test_two_methods_of_one_style_stand_side_by_side(weights: Path, tmp_path: Path) -> None:
    tiny_cut(tmp_path / "brush")
    folders = {folder.name: folder for folder in (*weights.iterdir(), tmp_path / "brush")}
    gallery = Gallery(folders, device="cpu")
    cards = styles.styles(gallery)
    assert list(cards)[:2] == ["hokusai", "brush"], "the one with a way back comes first"
    assert not styles.is_two_way(cards["brush"]) and len(styles.ways("brush", cards["brush"])) == 1
    assert i18n.both("kind_landscape") in styles.ways("brush", cards["brush"])[0], "the first of its inputs"
    titles = styles.titles(cards)
    assert "CycleGAN" in titles["hokusai"] and "CUT" in titles["brush"] and "CycleGAN" not in titles["slow"]
    for model in ("hokusai", "brush"):
        *_, last = run(gallery, Desk(Brought(photo(40, 32))), model)
        assert [row["method"] for row in last["methods"]] == ["CycleGAN", "CUT"]
        assert ["minutes" in row["said"] for row in last["methods"]] == [False, True]
        assert [bool(row["back"]) for row in last["methods"]] == [True, False]
        assert all(opened(row["picture"]).size == (40, 32) for row in last["methods"])
    *_, last = run(gallery, Desk(Brought(photo(40, 32))), "hokusai", back=True)
    assert "methods" not in last, "CUT knows no way back"
    *_, last = run(gallery, Desk(Brought(photo(40, 32))), "slow")
    assert "methods" not in last, "nothing else has this style"


def test_the_cycle_error_is_in_steps_of_a_byte(gallery: Gallery) -> None:
    session = gallery.translator("hokusai")
    before = images.to_float(photo(32, 32))[None]
    after = session.translate(before).images
    again, error = restyle.way_back(session, before, after, back=False)
    assert error == pytest.approx((again.float() - photo(32, 32).float()).abs().mean().item(), abs=0.5)


@pytest.fixture
def small_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiles, "PIXELS", 128**2)
    monkeypatch.setattr(tiles, "CROP", 64)
    monkeypatch.setattr(restyle, "BEAT", 0.0)


@pytest.mark.usefixtures("small_tiles")
def test_a_large_picture_comes_tile_by_tile(gallery: Gallery) -> None:
    *parts, last = run(gallery, Desk(Brought(photo(300, 260))), "hokusai")
    shares = [(part["done"], part["of"]) for part in parts if "done" in part]
    assert len(shares) > 2 and shares == [(i, last["of"]) for i in range(1, last["of"])]
    assert all(opened(part["after"]).size == (300, 260) for part in parts[2:])


@pytest.mark.usefixtures("small_tiles")
def test_what_is_done_stays_when_it_is_stopped(gallery: Gallery) -> None:
    before = photo(300, 260)
    desk, last = Desk(Brought(before)), {}
    for last in restyle.restyle(gallery, desk, "hokusai", False, number=7):
        if last.get("done") == 2:
            desk.stopped = 7
    assert last["ready"] and 2 <= last["done"] < last["of"]
    assert i18n.say("stopped", "en", done=last["done"], tiles=last["of"]) in last["said"]
    assert desk.result and not torch.equal(desk.result[1][:, :64, :64], before[:, :64, :64])
    assert torch.equal(desk.result[1][:, -64:, -64:], before[:, -64:, -64:]), "the rest is as it was"
    assert opened(restyle.save(desk, 1.0)["file"]).size == (300, 260)
    desk.stopped = 0
    *_, whole = run(gallery, desk, "hokusai")
    assert whole["done"] == whole["of"]


def test_the_download_has_the_strength_in_it() -> None:
    before, after = torch.zeros(3, 8, 12, dtype=torch.uint8), torch.full((3, 8, 12), 200, dtype=torch.uint8)
    for strength, value in ((0.0, 0), (0.25, 50), (1.0, 200)):
        desk = Desk()
        desk.put(Brought(before), after)
        saved = opened(restyle.save(desk, strength)["file"])
        assert saved.size == (12, 8)
        assert saved.getpixel((5, 5)) == pytest.approx((value,) * 3, abs=2)


def test_what_is_not_done_yet_shows_the_small_one() -> None:
    before, tried = photo(3000, 200), torch.full((3, 16, 240), 7, dtype=torch.uint8)
    part = before.clone()
    part[:, :, :1500] = 90
    shown = upload.filled(part, before, tried)
    assert max(shown.shape) <= 2 * upload.SHOWN
    assert (shown[:, :, 0] == 90).all() and (shown[:, :, -1] == 7).all()


def test_the_sheet_has_every_style_one_by_one(gallery: Gallery) -> None:
    desk = Desk(Brought(photo(400, 300)))
    parts = list(restyle.sheet(gallery, desk, ["hokusai", "monet"], False, number=3))
    assert [len(part["sheet"]) for part in parts] == [1, 2]
    assert [row["model"] for row in parts[-1]["sheet"]] == ["hokusai", "monet"]
    assert max(opened(parts[-1]["sheet"][0]["picture"]).size) <= upload.TRIED
    desk.stopped = 3
    assert len(list(restyle.sheet(gallery, desk, ["hokusai", "monet"], False, number=3))) == 1


def test_pictures_of_every_kind_are_read() -> None:
    whole = Image.new("RGB", (64, 48), "white")
    whole.paste("blue", (0, 0, 64, 12))  # a blue edge at the top
    turned = Image.Exif()
    turned[0x0112] = 3  # upside down
    kinds = {
        "CMYK": file(whole.convert("CMYK"), "JPEG", quality=95),
        "transparent": file(whole.convert("RGBA"), "PNG"),
        "palette": file(whole.convert("P"), "PNG"),
        "webp": file(whole, "WEBP", quality=95),
        "still gif": file(whole, "GIF"),
        "several views": file(whole, "MPO", save_all=True, append_images=[whole]),
        "EXIF": file(whole.rotate(180), "JPEG", exif=turned, quality=95),
    }
    for kind, url in kinds.items():
        read = upload.read(url)
        assert (read.frames, read.clip, read.picture.shape) == (1, b"", (3, 48, 64)), kind
        red, _, blue = read.picture[:, 2, 30].tolist()
        assert blue > 200 > 80 > red, kind
    deep = upload.read(file(Image.new("I;16", (40, 20), 40_000), "PNG")).picture
    assert abs(int(deep[0, 0, 0]) - 40_000 / 257) < 2


@pytest.mark.parametrize(("value", "code"), [
    (as_url(b"my diary"), "not_readable"), (as_url(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 200), "not_readable"),
    (as_url(b"\x89PNG\r\n\x1a\n"), "not_readable"), (as_url(b""), "empty_file"), (as_url(b"\0" * 20_000_001), "large_file"),
    (None, "no_picture"), ({"a": 1}, "no_picture"), ("http://example.org/a.png", "no_picture"),
], ids=["text", "heic", "cut", "empty", "heavy", "nothing", "object", "address"])  # fmt: skip
def test_files_that_are_no_pictures_are_refused(value: Any, code: str) -> None:
    with pytest.raises(UserError) as caught:
        upload.read(value)
    assert caught.value.code == code
    assert all(i18n.say(code, language, **caught.value.fields) for language in i18n.LANGUAGES)


def test_any_photograph_is_taken_and_all_of_it_on_request(gallery: Gallery, monkeypatch: pytest.MonkeyPatch) -> None:
    """4032 by 3024 pixels, as a phone takes them; and, with lower limits, what is larger still."""
    phone, desk = file(Image.new("L", (4032, 3024)), "PNG"), Desk()
    taken = style.bring(gallery, desk, {"file": phone})
    assert "4032 × 3024" in taken["offer"] and desk.brought
    height, width = taken["size"][::-1]
    assert 1_400_000 < width * height <= upload.USUAL_PIXELS
    monkeypatch.setattr(upload, "USUAL_PIXELS", 300)
    monkeypatch.setattr(upload, "MOST_PIXELS", 1200)
    monkeypatch.setattr(requests, "MOST_SIDE", 100)
    for size, most in (((80, 60), 1200), ((300, 2), 200)):
        url = file(Image.new("P", size), "PNG")
        assert style.bring(gallery, desk, {"file": url})["size"][0] < size[0]
        assert style.bring(gallery, desk, {"file": url, "whole": True})["offer"] == ""
        height, width = desk.brought.picture.shape[1:]
        assert width * height <= most and max(width, height) <= 100
    assert style.bring(gallery, desk, {"file": file(Image.new("P", (9, 8)), "PNG")})["offer"] == ""
    with pytest.raises(UserError) as caught:  # more than anybody can decode
        upload.read(file(Image.new("1", (20_000, 3_300)), "PNG"), upload.USUAL_PIXELS)
    assert caught.value.code == "large_picture"


def test_a_sample_clip_is_there_to_try(gallery: Gallery) -> None:
    desk = Desk()
    brought = style.bring(gallery, desk, {"sample": "clip", "model": "hokusai"})
    assert brought["frames"] > 20 and desk.brought and desk.brought.is_clip and brought["offer"] == ""


FORGED = [None, [], "x", {}, {"n": "x"}, {"n": 1, "model": ["hokusai"]}, {"n": 1, "model": "nobody"},
          {"sample": -1}, {"sample": 99}, {"sample": "x"}, {"strength": float("nan")}, {"strength": "x"}]  # fmt: skip


@pytest.mark.parametrize("carried", FORGED, ids=str)
def test_a_forged_request_is_answered_with_a_sentence(gallery: Gallery, carried: Any) -> None:
    desk = Desk(Brought(photo(32, 32)))
    said = [
        responses.reply(event(carried), lambda asked: style.look(gallery, desk, asked)),
        responses.reply(event(carried), lambda asked: style.bring(gallery, desk, asked)),
        responses.reply(event(carried), lambda asked: restyle.save(desk, style.strength(asked))),
        *responses.replies(event(carried), lambda asked: restyle.restyle(gallery, desk, asked["model"], False, 1)),
    ]
    if "strength" in (carried or ()):
        work = partial(restyle.restyle_clip, gallery, desk, "hokusai", False)
        said += responses.replies(event(carried), lambda asked: work(style.strength(asked), 1))
    for answer in said:
        assert isinstance(answer["n"], int) and 'role="alert"' in answer["trouble"] and answer["last"]
        assert i18n.say("unexpected", "en") not in answer["trouble"]


def test_damaged_weights_are_told_of_and_the_others_work(gallery: Gallery) -> None:
    desk = Desk(Brought(photo(32, 32)))
    *_, said = responses.replies(event({"model": "torn"}), lambda asked: restyle.restyle(gallery, desk, "torn", False, 1))
    assert "damaged" in said["trouble"]
    assert "torn" not in styles.styles(gallery) and run(gallery, desk, "monet")[-1]["ready"]


def test_what_a_style_is_called() -> None:
    either: dict[str, Any] = {"model": "cyclegan", "config": {}}
    card = {**either, "pairs": "unpaired:pictures?domain=landscape", "data": "pictures?domain=ukiyoe"}
    there, back = styles.ways("x", card)
    assert i18n.both("kind_landscape") in there.partition("→")[0] and i18n.both("kind_ukiyoe") in there.partition("→")[2]
    assert back.partition(" → ")[::2] == there.partition(" → ")[::-2]
    assert styles.ways("<b>", {**either, "pairs": "", "config": {"two_way": False}}) == [
        f"{i18n.both('a_picture')} → &lt;b&gt;"
    ]
    assert styles.named("emoji3d:render") == i18n.both("kind_render")
    assert 'src="x"' not in style.studio_html({'<img src="x"> [styles]': {**either, "pairs": ""}})


def test_the_card_says_how_little_a_style_has_seen(gallery: Gallery) -> None:
    little = i18n.both("learnt_little")
    assert i18n.both("learnt_from", a=116, b=9) in styles.about(gallery, "hokusai")
    assert little in styles.about(gallery, "hokusai")
    assert little not in styles.about(gallery, "slow"), "nobody has counted"


def test_samples(gallery: Gallery) -> None:
    cards = styles.styles(gallery)
    photographs, paintings = (styles.samples(cards["hokusai"], back) for back in (False, True))
    assert len(photographs) == len(paintings) == styles.SAMPLES
    assert len({picture.size for picture in photographs}) > 1, "each has its own shape"
    assert [p.size for p in styles.samples(cards["monet"], False)] == [p.size for p in photographs]
    desk = Desk()
    answer = style.bring(gallery, desk, {"model": "hokusai", "back": True, "sample": 2})
    assert tuple(answer["size"]) == paintings[2].size and desk.brought and desk.brought.picture.shape[2] == answer["size"][0]
    looked = style.look(gallery, desk, {"model": "hokusai"})
    assert opened(looked["thumbnails"]["hokusai"]) and looked["thumbnails"]["monet"] == ""


def moving(count: int = 6, size: tuple[int, int] = (40, 30), **options: Any) -> str:
    frames = [Image.new("RGB", size, (40 * i % 256, 90, 200)) for i in range(count)]
    return file(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100, **options)


def test_an_animated_picture_is_a_clip(gallery: Gallery) -> None:
    desk = Desk()
    answer = style.bring(gallery, desk, {"file": moving()})
    assert answer["frames"] == 6 and desk.brought and desk.brought.clip and desk.brought.picture.shape == (3, 30, 40)
    *_, last = run(gallery, desk, "hokusai")
    assert last["ready"], "its first frame is a picture like any other"


def test_a_clip_is_restyled_frame_by_frame(gallery: Gallery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restyle, "BEAT", 0.0)
    desk = Desk(upload.read(moving()))
    *parts, last = restyle.restyle_clip(gallery, desk, "hokusai", False, 1.0, number=1)
    assert [part["done"] for part in parts] == [1, 2, 3, 4, 5, 6] and opened(parts[0]["frame"]).size == (40, 32)
    assert last["film"].startswith("data:video/mp4;base64,") and last["done"] == 6
    film = upload.read(last["film"])
    assert (film.frames, film.picture.shape[1:]) == (6, (32, 40)) and film.rate == pytest.approx(10)


def test_a_clip_that_is_stopped_is_as_long_as_what_is_done(gallery: Gallery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restyle, "BEAT", 0.0)
    desk, last = Desk(upload.read(moving())), {}
    for last in restyle.restyle_clip(gallery, desk, "hokusai", False, 0.5, number=5):
        if last["done"] == 2:
            desk.stopped = 5
    assert last["done"] == 3 and upload.read(last["film"]).frames == 3


def test_clips_that_cannot_be_used_are_refused(gallery: Gallery) -> None:
    frames = [Image.new("RGB", (16, 16), (i, 0, 0)) for i in range(12)]
    long = file(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=1000)
    with pytest.raises(UserError) as caught:
        upload.read(long)
    assert caught.value.code == "long_video" and i18n.explain(caught.value)
    with pytest.raises(UserError) as caught:
        list(restyle.restyle_clip(gallery, Desk(Brought(photo(32, 32))), "hokusai", False, 1.0, number=1))
    assert caught.value.code == "bring_clip_first"


def test_the_endpoints(client: Client) -> None:
    picture, milliseconds, precision = client.predict("hokusai", file(images.to_pil(photo(50, 33)), "PNG"), api_name="/restyle")
    with Image.open(picture if isinstance(picture, str) else picture["path"]) as saved:
        assert saved.size == (50, 33)
    assert milliseconds > 0 and precision
    film, frames = client.predict("hokusai", moving(3), api_name="/restyle_clip")
    assert film.startswith("data:video/mp4") and frames == 3


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("hokusi", ""), "hokusai"),
        (("hokusai", as_url(b"my diary")), "not a picture or video"),
        (("hokusai", file(Image.new("L", (9, 9)), "PNG"), False, 2.0), "from 0 to 1"),
        (("monet", file(Image.new("L", (9, 9)), "PNG"), True), "no way back"),
    ],
)
def test_bad_values_get_a_line_that_says_what_to_do(client: Client, arguments: tuple[Any, ...], says: str) -> None:
    with pytest.raises(AppError, match=says) as caught:
        client.predict(*arguments, api_name="/restyle")
    assert "Traceback" not in str(caught.value)


def test_with_no_styles_the_tab_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(page, "still", said.append)
    style.build(Gallery({}))
    assert all(i18n.say("no_styles", language) in said[0] for language in i18n.LANGUAGES)


@pytest.mark.parametrize(
    ("data", "are_landscapes"),
    [("land", True), ("emoji", False), ("digits", False), ("faces", False), ("objects", False), ("things", False)],
)
def test_pictures_of_another_kind_are_told_from_landscapes(data: str, are_landscapes: bool) -> None:
    """With the network that ships: at most one in twenty test pictures is taken for the other."""
    with_weights = Gallery()
    found = open_pictures(data, "test").pictures
    chosen = range(0, len(found), max(1, len(found) // 20))
    judged = [kinds.is_of_kind(with_weights, styles.USUAL, images.from_pil(found[i], 3)) for i in chosen]
    assert judged.count(are_landscapes) >= 0.95 * len(judged)


def test_nobody_judges_without_the_network_or_with_few_pictures(gallery: Gallery) -> None:
    grey = torch.full((3, 40, 60), 128, dtype=torch.uint8)
    assert gallery.eye() is None and kinds.is_of_kind(gallery, styles.USUAL, grey) is None
    assert kinds.is_of_kind(Gallery(), "pictures?domain=vangogh", grey) is None
    assert kinds.is_of_kind(Gallery(), "nowhere", grey) is None
