from __future__ import annotations

import importlib
import itertools
import math
import pkgutil
import re
import string
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
import torch
from PIL import Image

pytest.importorskip("gradio", reason="the app needs gradio: pip install gan-zoo[app]")

from app_process import ROOT, output_of, serving, tiny_weights
from gradio_client import Client
from gradio_client.exceptions import AppError

from demos.latent import film, permalink, points, walk
from demos.shared import i18n, responses
from gan_zoo import Gallery, UserError
from gan_zoo.imaging import video


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_weights(tmp_path_factory.mktemp("weights"))


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


def test_ten_visitors_at_once_get_their_own_pictures(client: Client, tmp_path: Path) -> None:
    def visit(seed: int) -> list[bytes]:
        visitor = Client(client.src, verbose=False, download_files=str(tmp_path / str(seed)))
        seeds = (seed, seed + 100, seed)
        files = [visitor.predict("grey", s, 4, 2.0, "float32", api_name="/sample")[0] for s in seeds]
        visitor.close()
        return [Path(file).read_bytes() for file in files]

    with ThreadPoolExecutor(10) as visitors:
        seen = list(visitors.map(visit, range(10)))
    assert all(first == again for first, _, again in seen)
    assert len({picture for one in seen for picture in one}) == 20
    for seed in (0, 9):
        file, _, _ = client.predict("grey", seed, 4, 2.0, "float32", api_name="/sample")
        assert Path(file).read_bytes() == seen[seed][0]


def test_the_class_has_a_name_in_the_api(client: Client) -> None:
    files = [client.predict("letters", 7, 4, 2.0, "float32", c, api_name="/sample")[0] for c in ("", "あ", "う")]
    first, same, other = [Path(file).read_bytes() for file in files]
    assert first == same != other
    with pytest.raises(AppError, match="can't draw 'Z'"):
        client.predict("letters", 7, 4, 2.0, "auto", "Z", api_name="/sample")


def size(file: str) -> tuple[int, int]:
    with Image.open(file) as picture:
        assert picture.format == "PNG"
        return picture.size


def test_arithmetic_adds_and_subtracts_picks(client: Client) -> None:
    one, other = ([7, 0], [7, 1])
    files = [
        client.predict("grey", picks, roles, api_name="/arithmetic")[0]
        for picks, roles in (([one, other], ["A", ""]), ([one, other], ["C", ""]), ([one, other], []))
    ]
    first, same, difference = [Path(file).read_bytes() for file in files]
    assert size(files[0]) == (28, 28)
    assert first == same != difference
    with pytest.raises(AppError, match="letter A or C"):
        client.predict("grey", [one, other], ["B", ""], api_name="/arithmetic")


def test_an_attribute_is_given_by_name(client: Client) -> None:
    with pytest.raises(AppError, match="no attribute 'head: long'"):
        client.predict("grey", "head: long", api_name="/attribute")


def test_directions_edit_a_pick(client: Client) -> None:
    still, moved = (Path(client.predict("styled", [by], api_name="/edit")[0]) for by in (0.0, 3.0))
    assert size(str(still)) == (32, 16)
    with Image.open(still) as picture:
        assert picture.crop((0, 0, 16, 16)).tobytes() == picture.crop((16, 0, 32, 16)).tobytes()
    assert still.read_bytes() != moved.read_bytes()
    for amounts in ([9.0], [0.0] * 11, ["x"], None):
        with pytest.raises(AppError, match="sliders go from"):
            client.predict("styled", amounts, api_name="/edit")
    with pytest.raises(AppError):
        client.predict("styled", [0.0], [7, 0], "magic", api_name="/edit")


def test_a_word_is_written(client: Client) -> None:
    file, milliseconds, _ = client.predict("letters", "うあ い", api_name="/word")
    assert size(file) == (4 * 24, 24) and milliseconds > 0
    with pytest.raises(AppError, match="has not learnt Z"):
        client.predict("letters", "Z", api_name="/word")


def test_the_map_is_read_at_places(client: Client) -> None:
    picks = [[7, 0], [7, 1], [7, 2]]
    assert size(client.predict("grey", picks, [[0, 0], [0.5, -1.5]], api_name="/map")[0]) == (56, 28)
    for places in ([], [[0]], [["x", 0]], [[0, 1e9]], None, [[0, 0]] * 33):
        with pytest.raises(AppError, match="Give 1 to"):
            client.predict("grey", picks, places, api_name="/map")


def test_a_picture_is_projected(client: Client) -> None:
    picture = responses.data_url(Image.new("L", (40, 40), 90))
    file, psnr, seconds, point = client.predict("grey", picture, 10, api_name="/project")
    assert size(file) == (28, 28)
    assert psnr > 0 and seconds > 0 and len(point) == 8
    for arguments, says in ((("nonsense",), "upload a picture"), ((picture, 301), "300 steps"), ((picture, -1), "300 steps")):
        with pytest.raises(AppError, match=says):
            client.predict("grey", *arguments, api_name="/project")


def test_neighbours_come_with_their_distances(client: Client) -> None:
    file, distances, share = client.predict("grey", [7, 3], api_name="/neighbours")
    assert size(file) == (7 * 28, 28)
    assert len(distances) == 6 and distances == sorted(distances) and distances[0] > 0
    assert 0 <= share <= 1


def test_without_a_feature_network_there_are_no_neighbours(client: Client) -> None:
    with pytest.raises(AppError, match="no feature network"):
        client.predict("large", api_name="/neighbours")


def test_the_discriminator_has_an_opinion_where_it_ships(client: Client) -> None:
    opinions = client.predict("grey", 7, 5, api_name="/opinion")
    assert len(opinions) == 5
    assert all(0 <= rank <= 1 for _, rank in opinions)
    assert sorted(opinions) == sorted(opinions, key=lambda opinion: opinion[1])
    assert client.predict("large", 7, 5, api_name="/opinion") == []
    one, other = (client.predict("letters", 7, 5, 3.0, letter, api_name="/opinion") for letter in "あう")
    assert one != other


def test_the_api_shows_the_tools_and_no_more(client: Client) -> None:
    named = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
    others = {"sketch", "diagnosis", "training_runs", "case", "verdict", "pass_off", "chapter", "glossary", "quiz", "zoo"}
    tools = {"sample", "opinion", "interpolate", "word", "arithmetic", "attribute", "edit", "map", "project", "neighbours"}
    tools |= {"by_name", "knob", "drag"}
    assert {name.removeprefix("/") for name in named} - others == tools
    for name in tools:
        parameters = named[f"/{name}"]["parameters"]
        assert all(parameter["python_type"]["type"] != "Any" for parameter in parameters), name


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("gray",), "grey"),
        (("torn",), "damaged|can't be used"),
        (("grey", "abc"), "seed"),
        (("grey", -1), "seed"),
        (("grey", 1.5), "seed"),
        (("grey", 10**18), "seed"),
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
    [None, [], [[1, 0]], "picks", [1, 2], [[1], [2]], [[1, 0], [1, -1]], [[1, 0], [1, 256]], [[1, 0], ["x", 0]], [[1, 0]] * 51],
)
def test_bad_picks_get_a_line_too(client: Client, picks: Any) -> None:
    with pytest.raises(AppError, match=r"[Ss]elect"):
        client.predict("grey", picks, api_name="/interpolate")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, True, None, "1", [1], {}, 2**31, 1e300])
def test_no_seed_from_the_browser_is_trusted(gallery: Gallery, value: Any) -> None:
    with pytest.raises(UserError):
        walk.draw(gallery, "grey", value, 2.0)
    with pytest.raises(UserError):
        walk.walk(gallery, "grey", "", 2.0, [[value, 0], [0, 0]], "linear", 5)
    with pytest.raises(UserError):
        walk.stand(gallery, "grey", "", 2.0, [[0, 0], [0, 1]], "linear", value)


def test_a_handler_that_fails_says_so_and_shows_no_traceback() -> None:
    def fail() -> None:
        raise RuntimeError("secret path")

    done, problem = responses.answer(fail)
    assert done is None
    assert "secret" not in problem
    assert i18n.say("unexpected", "ja") in problem


def test_messages_escape_what_the_visitor_wrote(gallery: Gallery) -> None:
    _, problem = responses.answer(lambda: gallery.session("<script>alert(1)</script>"))
    assert "<script>" not in problem
    assert "&lt;script&gt;" in problem


def test_a_walk_starts_and_ends_at_the_picks(gallery: Gallery) -> None:
    picks = [[7, 3], [9, 40]]
    _, result = walk.walk(gallery, "grey", "", 2.0, picks, "spherical", 10)
    way = result.images
    assert len(way) == 11
    for seed, index, end in ((7, 3, way[0]), (9, 40, way[-1])):
        assert (walk.draw(gallery, "grey", seed, 2.0).images[index] - end).abs().max() < 0.05
    middle = walk.stand(gallery, "grey", "", 2.0, picks, "spherical", 0.5).images[0]
    assert (way[5] - middle).abs().max() < 0.05


def test_a_link_brings_back_what_it_says(gallery: Gallery) -> None:
    query = "?model=large&seed=11&truncation=0.75&picks=7.0,11.63,2147483647.255&route=linear&at=0.25&lang=ja"
    asked = permalink.read(gallery, query, "grey")
    assert asked == permalink.Link("large", "", 11, 0.75, [[7, 0], [11, 63], [2147483647, 255]], "linear", 0.25)
    assert permalink.read(gallery, "?seed=3", "grey") == permalink.Link("grey", "", 3)
    assert permalink.read(gallery, "?lang=ja", "grey") == permalink.read(gallery, "", "grey") == permalink.Link()


def test_a_link_chooses_the_class(gallery: Gallery) -> None:
    assert permalink.read(gallery, "?model=letters&label=う", "grey").label == "う"
    assert permalink.read(gallery, "?model=letters", "grey").label == "あ"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("?model=nobody", "unknown_weights"),
        ("?model=torn", "broken_weights"),
        ("?seed=NaN", "bad_seed"),
        ("?seed=1e999", "bad_seed"),
        ("?seed=1.5", "bad_seed"),
        ("?seed=x", "bad_seed"),
        ("?truncation=nan", "bad_truncation"),
        ("?truncation=-inf", "bad_truncation"),
        ("?at=NaN", "bad_position"),
        ("?at=2", "bad_position"),
        ("?picks=NaN.0", "bad_link_picks"),
        ("?picks=7", "bad_picks"),
        ("?picks=7.0.1", "bad_picks"),
        ("?picks=7.999", "bad_picks"),
        ("?picks=-1.0", "bad_picks"),
        ("?picks=" + "9" * 3000 + ".0", "bad_picks"),
        ("?picks=" + "7.0," * 51, "many_picks"),
        ("?route=around", "bad_link"),
        ("?model=letters&label=Z", "unknown_class"),
        ("?seed=1" + "0" * 5000, "bad_link"),
        (7, "bad_link"),
        (None, "bad_link"),
    ],
)
def test_a_hostile_link_gets_a_sentence(gallery: Gallery, query: Any, code: str) -> None:
    with pytest.raises(UserError) as caught:
        permalink.read(gallery, query, "grey")
    assert caught.value.code == code
    assert all(i18n.say(code, language, **caught.value.fields) for language in i18n.LANGUAGES)


def test_the_class_says_what_is_drawn_and_the_latent_how(gallery: Gallery) -> None:
    one, same, other = (walk.draw(gallery, "letters", 7, 2.0, 4, "float32", label).images for label in ("", "あ", "う"))
    assert (one == same).all() and not (one == other).all()
    with pytest.raises(UserError, match="う"):
        walk.draw(gallery, "letters", 7, 2.0, 4, label="Z")
    assert len(walk.draw(gallery, "grey", 7, 2.0, 4, label="あ").images) == 4


@pytest.mark.parametrize(("picks", "steps", "frames"), [(2, 10, 11), (3, 10, 21), (50, 3, 148)])
def test_long_walks_take_fewer_steps(gallery: Gallery, picks: int, steps: int, frames: int) -> None:
    assert walk.steps_of(picks, walk.STEPS, walk.MOST_STEPS) == steps
    way, result = walk.walk(gallery, "grey", "", 2.0, [[7, i] for i in range(picks)], "spherical", steps)
    assert len(result.images) == frames
    assert len(way.z) == picks


def test_a_film_is_a_loop_without_a_seam(gallery: Gallery, tmp_path: Path) -> None:
    """The last frame differs from the first one as little as each from the next; both files have 720 pixels."""
    steps = list(film.make(gallery, "large", "", 2.0, [[7, 3], [9, 40], [1, 1]], "spherical", 2))
    made = steps.pop()
    assert isinstance(made, film.Film) and steps == sorted(steps) and steps[0] == 0
    frames = torch.stack(list(video.read(made.mp4).frames))
    assert frames.shape == (48, 3, 720, 720)
    changes = (frames.float() - frames.roll(1, 0).float()).abs().mean((1, 2, 3))
    assert changes[0] < 3 * changes[1:].median()
    (tmp_path / "film.webp").write_bytes(made.webp)
    with Image.open(tmp_path / "film.webp") as picture:
        assert picture.size == (720, 720) and picture.n_frames == 48


def test_the_frames_of_a_film_are_equally_far_apart() -> None:
    torch.manual_seed(0)
    way = points.Picked(None, torch.randn(4, 8), "")  # type: ignore[arg-type]
    z = film.loop(way, 40, True)
    assert all(torch.allclose(z[10 * i], way.z[i], atol=1e-5) for i in range(4))
    assert len(z) == 40 and not torch.equal(z[-1], z[0])


@pytest.mark.parametrize("length", [1, 31, "6", None, float("nan")])
def test_a_film_has_a_length(gallery: Gallery, length: Any) -> None:
    with pytest.raises(UserError, match="length"):
        list(film.make(gallery, "grey", "", 2.0, [[7, 3], [9, 40]], "spherical", length))


# What is called the same in both languages.
NAMES = {
    "fid", "kid", "dance_panel_person", "way_gan", "col_fid", "ways_psnr", "model_name", "network_dcgan", "network_wgan_gp",
    "network_sngan", "network_r3gan", "network_cvae_gan", "network_fastgan", "network_stylegan", "network_vid2vid",
    "network_pix2pix", "network_pix2pix_hd", "network_spade", "network_cyclegan", "network_cut", "network_simgan",
    "network_context_encoder", "network_stackgan", "network_vae",
}  # fmt: skip


def test_every_sentence_stands_in_every_language_with_the_same_fields() -> None:
    for key, text in i18n.texts().items():
        assert set(text) == set(i18n.LANGUAGES), key
        fields = [{field for _, field, _, _ in string.Formatter().parse(line) if field} for line in text.values()]
        assert all(each == fields[0] for each in fields), key
        assert re.search("[ぁ-んァ-ン一-龥]", text["ja"]) or key in NAMES, key


# What Japanese sentences don't have, and why.
UNSTYLED = {
    r"[。、）] ": "no space follows a full-width mark",
    r"(?:\d%|\{share\}|\{percent\}%) [ぁ-んァ-ヶ一-龥]": "no space follows a share",
    r"[\d}]MB": "a space stands before a unit of Latin letters",
    r"\} (?:枚|人|個|分|秒|コマ|件|文字)": "a counter follows its number",
    r"[ぁ-んァ-ヶ一-龥] ?\(|\) ?[ぁ-んァ-ヶ一-龥]+\)": "brackets are full-width",
    r"[!?]": "marks are full-width",
    r"ピクセル": "画素",
    r"だれ": "誰",
    r"分か[らりるっ]": "わかる",
    r"もとの絵": "元の絵",
    r"贋作師|鑑定士": "怪盗と探偵",
}


def test_japanese_has_one_house_style() -> None:
    for key, text in i18n.texts().items():
        said = re.sub(r"<[^>]+>", "", text["ja"])
        for pattern, why in UNSTYLED.items():
            assert not re.search(pattern, said), (key, why)


# Where the detective is called by the term of the field: where it is introduced, and where the commands name it.
TERM = {"case_rule", "detective_term", "detective_none", "learn_duel_1"}


def test_the_detective_has_one_name() -> None:
    for key, text in i18n.texts().items():
        named = re.search("discriminator", text["en"], re.IGNORECASE) or "識別器" in text["ja"]
        assert not named or key in TERM, key


def test_what_a_phone_shows_below_is_not_said_to_be_beside() -> None:
    for key, text in i18n.texts().items():
        placed = re.search(r"on the (left|right)\b", text["en"]) or re.search("[左右]の[絵画]", text["ja"])
        assert not placed or key.startswith("dance_"), key


def test_every_other_language_has_every_sentence() -> None:
    for language, package in itertools.product(i18n.LANGUAGES[2:], pkgutil.iter_modules([str(i18n.DEMOS)])):
        told = importlib.import_module(f"demos.{package.name}.texts").TEXTS
        assert set(i18n.table(package.name, language)) == set(told), (package.name, language)


def test_an_error_without_a_sentence_keeps_its_own() -> None:
    assert i18n.explain(UserError("all is <lost>", "no_such_code")) == "all is &lt;lost&gt;"


def test_the_card_tells_the_yardsticks_and_what_is_broken(gallery: Gallery) -> None:
    with pytest.raises(UserError):
        gallery.session("torn")
    card = responses.card(gallery, "grey")
    assert all(figure in card for figure in ("4.25", "95%", "1.5", "torn"))
    assert "FID" not in responses.card(gallery, "large")


@pytest.mark.parametrize(("argument", "said"), [("--help", "GRADIO_SERVER_PORT"), ("--port=1", "unrecognized arguments")])
def test_the_app_takes_its_address_from_the_environment(argument: str, said: str) -> None:
    """It says so, in place of opening at another address than was asked for."""
    started = f"import runpy, sys; sys.argv = ['app.py', {argument!r}]; runpy.run_path('app.py', run_name='__main__')"
    assert said in output_of(started)


def test_an_empty_gallery_says_how_to_fill_it() -> None:
    page = output_of("import app; from gan_zoo import Gallery; print(app.build(Gallery({}))[0].get_config_file())")
    assert "gan-zoo train" in page


def test_the_page_starts_with_the_choice_of_language(client: Client) -> None:
    page = httpx.get(client.src, headers={"Accept-Encoding": "identity"})
    assert 0 < page.text.index("gan-zoo-language") < page.text.index("<script", page.text.index("</script>"))
    assert int(page.headers["content-length"]) == len(page.content)


def test_a_link_to_the_page_shows_the_gallery(client: Client) -> None:
    for query, words in (("", "play with"), ("?lang=ja", "生成モデル")):
        page = httpx.get(f"{client.src}{query}").text
        assert "radio" not in "".join(re.findall(r'<meta\s+(?:property|name)="(?:og|twitter):[^>]*>', page))
        told = dict(re.findall(r'<meta property="og:(\w+)" content="([^"]*)"', page))
        assert told["title"] == "GAN Zoo" and words in told["description"] and told["url"] == client.src
        assert httpx.get(told["image"]).headers["content-type"] == "image/webp"
    icon = ROOT / "demos" / "shared" / "web" / "icon.png"
    assert httpx.get(f"{client.src}favicon.ico").content == icon.read_bytes()


def test_app_stays_short() -> None:
    assert len((ROOT / "app.py").read_text(encoding="utf-8").splitlines()) < 40
