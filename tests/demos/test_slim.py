"""What the page sends to a browser: a description with what its parts need, compressed, and files that browsers keep."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

pytest.importorskip("gradio", reason="the app needs gradio: pip install gan-zoo[app]")

from app_process import serving, tiny_weights

from demos import home
from demos.shared import i18n, page, slim, styles


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tiny_weights(tmp_path_factory.mktemp("weights"))) as address:
        yield address


def described(content: str) -> Any:
    return json.loads(content.partition(slim.BEGIN.decode())[2].partition(slim.BETWEEN.decode())[0])


def numbers(node: Any) -> set[int]:
    return {node["id"]}.union(*map(numbers, node.get("children", [])))


def test_the_page_has_all_that_its_parts_need_and_nothing_of_programs(url: str) -> None:
    content = httpx.get(url).text
    slim_one, whole = described(content), described(httpx.get(f"{url}?view=api").text)
    parts = {part["id"]: part for part in slim_one["components"]}
    assert numbers(slim_one["layout"]) - {slim_one["layout"]["id"]} == set(parts)
    assert slim_one["page"][""]["layout"] == slim_one["layout"]
    for handler in slim_one["dependencies"]:
        named = {*handler["inputs"], *handler["outputs"], *(number for number, _ in handler["targets"])}
        assert handler["targets"] and named <= set(parts) | {None}, handler["api_name"]
    assert slim_one["dependencies"] == [handler for handler in whole["dependencies"] if handler["targets"]]
    left_out = [part for part in whole["components"] if part["id"] not in parts]
    assert left_out and all(part["type"] == "api" or part["props"]["visible"] is False for part in left_out)
    assert len(content) < 0.7 * len(httpx.get(f"{url}?view=api").text)


def test_the_sentences_that_gradio_says_are_in_the_page(url: str) -> None:
    config = described(httpx.get(url).text)
    asked = set(slim.NAMED.findall(json.dumps(config["components"])))
    assert {"home_title", "seed"} <= asked
    for language in ("en", "ja"):
        assert asked | {"errors.use_via_api"} <= set(config["i18n_translations"][language])


def test_a_page_that_is_no_page_of_gradios_stays_as_it_is() -> None:
    assert slim.slim(b"<html>not found</html>") == b"<html>not found</html>"


def test_the_page_travels_compressed(url: str) -> None:
    packed = httpx.get(url, headers={"Accept-Encoding": "br"})
    plain = httpx.get(url, headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "br" and "content-encoding" not in plain.headers
    assert packed.text == plain.text and int(packed.headers["content-length"]) < len(plain.content) / 4
    assert packed.headers["vary"] == "Accept-Encoding"


def test_files_with_a_hash_in_their_name_are_kept(url: str) -> None:
    content = httpx.get(url).text
    script = re.search(r'src="\./(assets/index-[\w-]+\.js)"', content)
    assert script
    for address in (script[1], styles.address()):
        answer = httpx.get(f"{url}{address}")
        assert answer.status_code == 200 and "immutable" in answer.headers["cache-control"], address
    assert styles.address() in content


def test_the_first_scripts_are_fetched_with_all_that_they_import(url: str) -> None:
    preloads = page.preloads()
    assert {"demos/shared/web/header.js", "demos/home/web/home.js", "demos/shared/web/dom.js"} <= set(preloads)
    for address in preloads:
        script = httpx.get(f"{url}{address}")
        assert script.status_code == 200, address
        for other in re.findall(r"from '(\.[^']+)'", script.text):
            root = Path("/")
            assert str((root / address).parent.joinpath(other).resolve()).lstrip("/") in preloads, (address, other)


def test_rules_hold_everywhere_and_once_more_within_the_page() -> None:
    rules = list(styles.rules_of("a { b: c } @media (x) { d { e: f } } @keyframes g { to { h: i } }"))
    assert rules == ["a { b: c }", "@media (x) { d { e: f } }", "@keyframes g { to { h: i } }"]
    everywhere, _, inside = styles.sheet().partition(f"{styles.WITHIN} {{")
    assert "@keyframes zoo-works" in everywhere and "@keyframes" not in inside
    assert ".zoo-corner-said {" in everywhere and ".zoo-corner-said {" in inside
    assert styles.sheet().count("{") == styles.sheet().count("}")


FOR_TABS = {"zoo-stage", "zoo-trouble"}
"""parts of the page that tabs have, too, and may change"""


def test_no_tab_has_a_part_that_is_named_like_one_of_the_page() -> None:
    """Its style would hold for both: a note of a tab once lay, unseen, where the header says what its buttons have done."""

    def parts(path: Path) -> set[str]:
        """The classes that a style sheet lays out by themselves, wherever they stand."""
        selectors = re.findall(r"([^{}]+)\{", styles.COMMENT.sub("", path.read_text(encoding="utf-8")))
        alone = (re.fullmatch(r"\.(zoo-[\w-]+)(:\S+)?", one.strip()) for each in selectors for one in each.split(","))
        return {found[1] for found in alone if found} - FOR_TABS

    sheets = {path: parts(path) for path in i18n.DEMOS.glob("*/web/*.css")}
    page_has = set[str]().union(*(parts for path, parts in sheets.items() if path.parts[-3] == "shared"))
    assert "zoo-corner-said" in page_has
    for path, parts_of_tab in sheets.items():
        if path.parts[-3] != "shared":
            assert parts_of_tab & page_has == set(), path


def test_the_front_door_leads_where_its_cards_lead() -> None:
    opening = page.opening()
    nav = opening.partition("<nav>")[2].partition("</nav>")[0]
    assert re.findall(r'href="#([\w/]+)"', nav) == list(home.CARDS.values())
    assert "[home" not in opening and "[group" not in opening
