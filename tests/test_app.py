from __future__ import annotations

import math
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

pytest.importorskip("gradio", reason="the app needs gradio: pip install gan-zoo[app]")

from app_process import ROOT, python, serving, tiny_weights
from gradio_client import Client
from gradio_client.exceptions import AppError

from demos import latent, texts, ui
from gan_zoo import Gallery, UserError


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_weights(tmp_path_factory.mktemp("weights"))


@pytest.fixture(scope="module")
def gallery(weights: Path) -> Gallery:
    return Gallery({folder.name: folder for folder in weights.iterdir()}, device="cpu")


@pytest.fixture(scope="module")
def client(weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with serving(weights) as url:
        connected = Client(url, verbose=False, download_files=str(tmp_path_factory.mktemp("downloads")))
        yield connected
        connected.close()


def test_sample_returns_a_grid(client: Client) -> None:
    file, milliseconds, precision = client.predict("grey", 7, 9, 2.0, "float32", api_name="/sample")
    with Image.open(file) as picture:
        assert (picture.format, picture.size) == ("PNG", (3 * 30 + 2, 3 * 30 + 2))
    assert milliseconds > 0
    assert precision == "float32"


def test_the_same_seed_is_the_same_picture(client: Client) -> None:
    files = [client.predict("grey", seed, 4, 2.0, "float32", api_name="/sample")[0] for seed in (7, 7, 8)]
    first, again, other = [Path(file).read_bytes() for file in files]
    assert first == again != other


def test_interpolate_returns_a_strip(client: Client) -> None:
    file, _, _ = client.predict("large", [[1, 0], [2, 5], [3, 63]], 5, False, api_name="/interpolate")
    with Image.open(file) as picture:
        assert picture.size == (5 * 64, 64)


def test_the_api_shows_two_endpoints_and_no_more(client: Client) -> None:
    assert set(client.view_api(return_format="dict", print_info=False)["named_endpoints"]) == {"/sample", "/interpolate"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("gray",), "grey"),
        (("torn",), "damaged|can't be used"),
        (("grey", "abc"), "seed"),
        (("grey", -1), "seed"),
        (("grey", 1.5), "seed"),
        (("grey", 10**30), "seed"),
        (("grey", None), "seed"),
        (("grey", 1, 0), "1 to 256"),
        (("grey", 1, 10**9), "1 to 256"),
        (("grey", 1, 4, 0), "[Tt]runcation"),
        (("grey", 1, 4, "NaN"), "[Tt]runcation"),
        (("grey", 1, 4, 1, "float8"), "precision"),
        (({"a": 1},), "model|weights"),
        ((["grey"],), "model|weights"),
        ((None,), "model|weights"),
    ],
)
def test_bad_values_get_a_line_that_says_what_to_do(client: Client, arguments: tuple[Any, ...], says: str) -> None:
    with pytest.raises(AppError, match=says) as caught:
        client.predict(*arguments, api_name="/sample")
    assert "Traceback" not in str(caught.value)


@pytest.mark.parametrize(
    "picks",
    [None, [], [[1, 0]], "picks", [1, 2], [[1], [2]], [[1, 0], [1, -1]], [[1, 0], [1, 256]], [[1, 0], ["x", 0]], [[1, 0]] * 9],
)
def test_bad_picks_get_a_line_too(client: Client, picks: Any) -> None:
    with pytest.raises(AppError, match=r"[Pp]ick|8 pictures"):
        client.predict("grey", picks, api_name="/interpolate")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, True, None, "1", [1], {}, 2**31, 1e300])
def test_no_seed_from_the_browser_is_trusted(gallery: Gallery, value: Any) -> None:
    with pytest.raises(UserError):
        latent.draw(gallery, "grey", value, 2.0)
    with pytest.raises(UserError):
        latent.walk(gallery, "grey", [[value, 0], [0, 0]], 2.0, True, 5)
    with pytest.raises(UserError):
        latent.stand(gallery, "grey", [[0, 0], [0, 1]], 2.0, True, value)


def test_a_handler_that_fails_says_so_and_shows_no_traceback() -> None:
    def fail() -> None:
        raise RuntimeError("secret path")

    done, problem = ui.answer(fail)
    assert done is None
    assert "secret" not in problem
    assert texts.say("unexpected", "ja") in problem


def test_messages_escape_what_the_visitor_wrote(gallery: Gallery) -> None:
    _, problem = ui.answer(lambda: gallery.session("<script>alert(1)</script>"))
    assert "<script>" not in problem
    assert "&lt;script&gt;" in problem


def test_a_walk_starts_and_ends_at_the_picks(gallery: Gallery) -> None:
    picks = [[7, 3], [9, 40]]
    way = latent.walk(gallery, "grey", picks, 2.0, True, 10).images
    assert len(way) == 11
    for seed, index, end in ((7, 3, way[0]), (9, 40, way[-1])):
        assert (latent.draw(gallery, "grey", seed, 2.0).images[index] - end).abs().max() < 0.05
    middle = latent.stand(gallery, "grey", picks, 2.0, True, 0.5).images[0]
    assert (way[5] - middle).abs().max() < 0.05


def test_a_film_goes_there_and_back(gallery: Gallery, tmp_path: Path) -> None:
    way = latent.walk(gallery, "large", [[7, 3], [9, 40]], 2.0, True, 4).images
    (tmp_path / "film.webp").write_bytes(latent.film(way))
    with Image.open(tmp_path / "film.webp") as film:
        assert film.size == (256, 256)
        assert film.n_frames <= 8  # 5 there and 3 back; the encoder joins frames that are the same


def test_every_sentence_stands_in_both_languages_with_the_same_fields() -> None:
    for key, text in texts.TEXTS.items():
        assert set(text) == set(texts.LANGUAGES), key
        fields = [{field for _, field, _, _ in string.Formatter().parse(line) if field} for line in text.values()]
        assert fields[0] == fields[1], key
        assert re.search("[ぁ-んァ-ン一-龥]", text["ja"]) or key == "fid", key


def test_an_error_without_a_sentence_keeps_its_own() -> None:
    assert texts.explain(UserError("all is <lost>", "no_such_code")) == "all is &lt;lost&gt;"


def test_the_card_tells_the_yardsticks_and_what_is_broken(gallery: Gallery) -> None:
    with pytest.raises(UserError):
        gallery.session("torn")
    card = latent.describe(gallery, "grey")
    assert all(figure in card for figure in ("4.25", "95%", "1.5", "torn"))
    assert "FID" not in latent.describe(gallery, "large")


def test_an_empty_gallery_says_how_to_fill_it() -> None:
    process = python("import app; from gan_zoo import Gallery; print(app.build(Gallery({})).get_config_file())")
    assert "gan-zoo train" in process.communicate(timeout=120)[0]


def test_the_page_starts_with_the_choice_of_language(client: Client) -> None:
    page = httpx.get(client.src)
    assert 0 < page.text.index("ganZooLanguage") < page.text.index("<script", page.text.index("</script>"))
    assert int(page.headers["content-length"]) == len(page.content)


def test_app_stays_short() -> None:
    assert len((ROOT / "app.py").read_text(encoding="utf-8").splitlines()) < 40
