"""Tests of the checks of cards, settings and configs: one that is damaged is refused with the reason, in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest

from gan_zoo.config import build_config
from gan_zoo.entries import check_card, check_settings, is_number, is_sound, is_text
from gan_zoo.errors import UserError
from gan_zoo.files import read_json
from gan_zoo.models.registry import create_model
from gan_zoo.weights.folder import read_card
from gan_zoo.weights.store import REPOSITORY_WEIGHTS

CARD = {"model": "dcgan", "config": {}, "published": ["generator"]}


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"parameters": "x"}, "'parameters' is \"x\", and must be a whole number from 0 up"),
        ({"config": []}, "'config' is [], and must be a table of entries"),
        ({"published": "generator"}, "must be a list of texts"),
        ({"classes": [1]}, "'classes' is [1], and must be a list of texts"),
        ({"counts": [1]}, "two whole numbers"),
        ({"metrics": {"x": 3}}, "a table of measures"),
        ({"training": {"seconds": None}}, "'seconds' is null, and must be a number"),
        ({"grids": [-1]}, "a list of steps"),
        ({"palette": [[0, 0, 256]]}, "a list of colours"),
        ({"note": "\ud800"}, "a text"),
    ],
)
def test_a_card_with_a_wrong_entry_is_refused(entry: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError) as caught:
        check_card(CARD | entry, "here/config.json")
    assert message in str(caught.value) and str(caught.value).startswith("here/config.json is damaged")


def test_measures_that_are_no_numbers_are_left_out() -> None:
    metrics = {"a": {"fid": float("nan"), "kid": 0.5, "n": "x", "precision": float("inf"), "flag": True}}
    assert check_card(CARD | {"metrics": metrics}, "here")["metrics"] == {"a": {"kid": 0.5}}


def test_a_card_needs_its_entries() -> None:
    for card in ({}, [], "x", None, {"model": "dcgan"}):
        with pytest.raises(UserError, match="here"):
            check_card(card, "here")
    with pytest.raises(UserError, match="lacks path"):
        check_settings({"model": "dcgan"}, "here", ("model", "path"))


@pytest.mark.parametrize("folder", sorted(REPOSITORY_WEIGHTS.glob("*/")), ids=lambda folder: folder.name)
def test_the_shipped_cards_are_sound(folder: Path) -> None:
    assert read_card(folder)["model"]


def test_kinds_of_values() -> None:
    assert is_number(3) and is_number(-0.5) and not is_number(True) and not is_number("3")
    assert not is_number(float("nan")) and not is_number(float("inf")) and not is_number(10**400)
    assert is_text("日本") and not is_text("\ud800") and not is_text(3)
    deep: list[Any] = []
    for _ in range(50):
        deep = [deep]
    assert is_sound([{"a": [1, "x", None]}]) and not is_sound(deep) and not is_sound({"\ud800": 1})


@pytest.mark.parametrize("content", ["[" * 100_000, "{", "", "9" * 5_000, '{"a": "\\ud800"}', "[" * 40 + "]" * 40])
def test_damaged_json_is_reported(content: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(content)
    with pytest.raises(UserError, match=r"a.json is damaged") as caught:
        read_json(tmp_path / "a.json")
    assert caught.value.code == "damaged_file"
    with pytest.raises(UserError, match="can't be read"):
        read_json(tmp_path)  # a folder


@dataclass(frozen=True)
class Config:
    n: int = 1
    rate: float = 0.5
    on: bool = False
    name: str = ""
    kind: Literal["a", "b"] = "a"
    pair: tuple[float, float] = (0.0, 1.0)
    many: tuple[int, ...] = ()
    rates: dict[str, float] | None = None


def test_a_config_takes_values_of_its_types_only() -> None:
    good = {"n": 2, "rate": 1, "on": True, "name": "x", "kind": "b", "pair": [1, 2], "many": [1, 2, 3], "rates": {"g": 1.0}}
    assert build_config(Config, good, "it").many == (1, 2, 3)
    assert build_config(Config, {"rates": None}, "it").rates is None
    for name, value, words in (
        ("n", 1.5, "a whole number"), ("n", True, "a whole number"), ("n", "1", "a whole number"), ("n", 10**30, "a whole"),
        ("rate", float("nan"), "a number"), ("rate", float("inf"), "a number"), ("rate", "x", "a number"),
        ("on", 1, "true or false"), ("name", None, "a text"), ("kind", "c", "one of a, b"), ("kind", ["a"], "one of a, b"),
        ("pair", [1], "2 numbers"), ("pair", 3, "2 numbers"), ("many", [1, "x"], "whole numbers"),
        ("rates", {"g": "x"}, "a number for each name or empty"), ("rates", [], "a number for each name"),
    ):  # fmt: skip
        with pytest.raises(UserError, match=f"^it: {name} is .*; it must be {words}"):
            build_config(Config, {name: value}, "it")


def test_a_model_that_cannot_be_built_is_a_mistake_of_the_user() -> None:
    with pytest.raises(UserError, match=r"model 'mlp_gan' can't be built with these options \(latent_size -3\)"):
        create_model("mlp_gan", latent_size=-3)
