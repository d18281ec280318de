"""The Learn tab without a browser: its chapters, its data files, its routes, its endpoints."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import Image

pytest.importorskip("gradio", reason="the app needs gradio: pip install gan-zoo[app]")

from starlette.applications import Starlette
from starlette.testclient import TestClient

import demos
from demos import learn
from demos.learn import chapters, reference, routes
from demos.shared import i18n, page
from gan_zoo import Gallery, UserError

LANGUAGES = pytest.mark.parametrize("language", i18n.LANGUAGES)
CHAPTERS = pytest.mark.parametrize("name", chapters.CHAPTERS)
SHIPPED = Path(__file__).parents[2] / "weights"


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=routes.to_lessons(Gallery(device="cpu"))))


@pytest.fixture
def endpoints() -> dict[str, Any]:
    return {endpoint.__name__: endpoint for endpoint in learn.endpoints(Gallery({}))}


@LANGUAGES
@CHAPTERS
def test_a_chapter_is_whole(name: str, language: str) -> None:
    page = chapters.page(name, language, [chapter.weights for chapter in chapters.CHAPTERS.values() if chapter.weights])
    for part in ("title", "lead", "figure", "body", "sources"):
        assert page[part]
        assert not re.search(r"\[\w+[\w ]*]", page[part]), "a slot is left"
        ElementTree.fromstring(f"<div>{_plain(page[part])}</div>")
    assert page["body"].count("<p>") >= 3
    assert page["body"].count('class="zoo-see"') == len(chapters.CHAPTERS[name].sees)
    assert ("zoo-shots" in page["figure"]) == bool(chapters.CHAPTERS[name].weights)
    assert "zoo-shots" not in chapters.page(name, language, [])["figure"]


def _plain(html: str) -> str:
    """HTML as XML: attributes without a value and elements without an end are HTML's own."""
    return re.sub(r"<img ([^>]*)>", r"<img \1/>", html).replace(" hidden>", ">").replace("&", "&amp;")


@CHAPTERS
def test_a_figure_is_named_for_those_who_do_not_see_it(name: str) -> None:
    for language in i18n.LANGUAGES:
        label = re.search(r'role="img" aria-label="([^"]+)"', chapters.figure(name, language))
        assert label
        assert label[1] == i18n.say(f"learn_{name}_fig", language)


def test_the_tabs_that_chapters_and_talks_point_to_exist() -> None:
    tabs = {tab.__name__.rpartition(".")[2] for tab in demos.tabs()}
    places = {place.partition("/")[0] for chapter in chapters.CHAPTERS.values() for place in chapter.sees}
    assert places | {stop.partition(".")[0] for stop in learn.PLACES} <= tabs
    assert set(learn.PLACES.values()) <= set(i18n.texts())


def test_each_source_is_cited_and_each_citation_has_a_source() -> None:
    cited = {source for chapter in chapters.CHAPTERS.values() for source in chapter.cites}
    known = {row["id"] for row in reference.read("sources")}
    assert known <= cited
    assert cited <= known | {row["id"] for row in reference.read("zoo")}


@LANGUAGES
def test_the_zoo_is_complete_and_in_order(language: str) -> None:
    zoo = reference.zoo(language, [])
    assert len(zoo) >= 30
    assert len({row["id"] for row in zoo}) == len(zoo)
    assert [row["year"] for row in zoo] == sorted(row["year"] for row in zoo)
    assert zoo[0]["name"] == "GAN"
    drawn = page.template("learn/zoo.js")
    for row in zoo:
        assert re.fullmatch(r"\d{4}\.\d{4,5}", row["arxiv"])
        shown_at = re.search(r"\d{4}$", row["at"])
        assert row["year"] == min(2000 + int(row["arxiv"][:2]), int(shown_at[0]) if shown_at else 9999)
        assert row["title"] and row["authors"] and row["idea"]
        assert row["kinds"]
        for kind in row["kinds"]:
            assert f"learn_kind_{kind}" in i18n.texts()
            assert f"  {kind}: '" in drawn, "there is no picture for this kind"


def test_an_animal_that_lives_here_is_shown() -> None:
    zoo = {row["id"]: row["weights"] for row in reference.zoo("en", ["dcgan-faces", "dcgan-digits", "stackgan-mine"])}
    assert (zoo["dcgan"], zoo["stackgan"], zoo["cyclegan"]) == ("dcgan-digits", "stackgan-mine", "")


def test_the_page_calls_them_as_people_do(client: TestClient) -> None:
    zoo = {row["id"]: row for row in client.get("/learn/ja").json()["zoo"]}
    assert (zoo["cyclegan"]["weights"], zoo["cyclegan"]["called"]) == ("cyclegan-ukiyoe", "浮世絵（CycleGAN）")
    assert zoo["lapgan"]["called"] == ""


@LANGUAGES
def test_the_words_of_the_certificate_are_there(language: str) -> None:
    words = reference.glossary(language)
    assert len(words) >= 40
    assert all(row["means"] and row["chapter"] in chapters.CHAPTERS for row in words)
    names = {row["word"] for row in words} | {row["other"] for row in words}
    assert {
        "encoder",
        "decoder",
        "潜在変数",
        "生成器",
        "識別器",
        "DCGAN",
        "pix2pix",
        "CycleGAN",
        "変分オートエンコーダ",
    } <= names
    assert len({row["word"] for row in words}) == len(words)


@LANGUAGES
def test_the_quiz_can_be_answered(language: str) -> None:
    quiz = reference.quiz(language)
    assert len(quiz) >= 40
    assert len({row["id"] for row in quiz}) == len(quiz)
    for row in quiz:
        assert row["question"] and row["why"] and row["chapter"] in chapters.CHAPTERS
        assert 3 <= len(set(row["options"])) == len(row["options"]) <= 4, row["id"]
    assert {row["chapter"] for row in quiz} == set(chapters.CHAPTERS)


def test_both_languages_say_the_same_of_each_row() -> None:
    for name, get in (("glossary", lambda row: [row["means"]]), ("quiz", lambda row: [row["q"], row["why"], *row["options"]])):
        for row in reference.read(name):
            assert all(set(text) == set(i18n.LANGUAGES) and all(text.values()) for text in get(row))


def test_lessons_come_in_one_language_and_once(client: TestClient, weights: Path) -> None:
    english, japanese = (client.get(f"/learn/{language}") for language in i18n.LANGUAGES)
    assert english.json()["chapters"][0]["title"] == i18n.say("learn_model_title", "en")
    assert not re.search("[ぁ-ん]", str(english.json()["chapters"]))
    assert japanese.json()["quiz"][0]["question"] != english.json()["quiz"][0]["question"]
    again = client.get("/learn/en", headers={"If-None-Match": english.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/learn/fr").status_code == 404


def test_pictures_are_those_of_the_training_and_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read = []
    monkeypatch.setattr(routes, "pictures", lambda folder, real=routes.pictures: read.append(folder) or real(folder))
    client = TestClient(Starlette(routes=routes.to_lessons(Gallery({"dcgan-faces": SHIPPED / "dcgan-faces"}, "cpu"))))
    seen = set()
    for part in routes.PARTS:
        answer = client.get(f"/learn/pictures/dcgan-faces/{part}")
        seen.add(answer.content)
        with Image.open(io.BytesIO(answer.content)) as picture:
            assert picture.format == "WEBP"
    assert len(seen) == len(routes.PARTS) and read == [SHIPPED / "dcgan-faces"]
    for path in ("dcgan-faces/middle", "nobody/first", "%2e%2e/first", "dcgan-faces%2F..%2F/first"):
        assert client.get(f"/learn/pictures/{path}").status_code == 404


def test_weights_without_pictures_have_none(client: TestClient, weights: Path) -> None:
    assert client.get("/learn/pictures/dcgan-tiny/last").status_code == 404


def test_endpoints_answer_in_both_languages(endpoints: dict[str, Any]) -> None:
    assert endpoints["chapter"]("duel", "ja")["title"] == i18n.say("learn_duel_title", "ja")
    assert [row["word"] for row in endpoints["glossary"]("gradient penalty")][:1] == ["gradient penalty"]
    assert endpoints["glossary"]("探偵", "ja")
    assert endpoints["quiz"](3, 5) == endpoints["quiz"](3, 5) != endpoints["quiz"](3, 6)
    assert {row["id"] for row in endpoints["zoo"]("video")} >= {"vid2vid", "mocogan"}
    assert len(endpoints["zoo"]()) == len(reference.read("zoo"))


@pytest.mark.parametrize(
    ("name", "arguments", "code"),
    [
        ("chapter", ("nowhere",), "learn_no_chapter"),
        ("chapter", (["duel"],), "learn_no_chapter"),
        ("chapter", ("duel", "fr"), "learn_no_language"),
        ("glossary", ("x" * 41,), "learn_bad_search"),
        ("glossary", (7,), "learn_bad_search"),
        ("quiz", (0,), "learn_bad_count"),
        ("quiz", (10**9,), "learn_bad_count"),
        ("quiz", (3, 0.5), "learn_bad_seed"),
        ("quiz", (3, -1), "learn_bad_seed"),
        ("zoo", ("lions",), "learn_no_kind"),
        ("zoo", (["video"],), "learn_no_kind"),
        ("zoo", ("", None), "learn_no_language"),
    ],
)
def test_what_cannot_be_is_refused(endpoints: dict[str, Any], name: str, arguments: tuple[Any, ...], code: str) -> None:
    with pytest.raises(UserError) as caught:
        endpoints[name](*arguments)
    assert caught.value.code == code
    assert all(i18n.say(code, language, **caught.value.fields) for language in i18n.LANGUAGES)
