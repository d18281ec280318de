"""The Dance tab without a browser: the puppet and its way from pose to pose, the films, what is refused, the endpoints."""

from __future__ import annotations

import base64
import math
from pathlib import Path
from typing import Any

import pytest
import torch

pytest.importorskip("gradio", reason="the app needs gradio: pip install gan-zoo[app]")

import gradio as gr
from app_process import tiny_dancers
from gradio_client import Client
from gradio_client.exceptions import AppError

from demos import dance
from demos.dance import films, puppet
from demos.dance.films import Desk
from demos.shared import responses
from gan_zoo import Gallery, UserError, create_model, save_weights
from gan_zoo.imaging import video

REST = puppet.DANCES["wave"][0]


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_dancers(tmp_path_factory.mktemp("weights"))


def asks(**request: Any) -> gr.EventData:
    return gr.EventData(None, {"request": {"n": 1, "model": "dancer", **request}})


def told(gallery: Gallery, desk: Desk, **request: Any) -> list[dict[str, Any]]:
    """All that a page hears about a dance that it asks for."""
    return list(responses.replies(asks(**request), lambda asked: dance.dance(gallery, desk, asked)))


def length_of(url: str) -> int:
    return len(video.read(base64.b64decode(url.partition(",")[2])).frames)


# The puppet.


def test_bones_keep_their_length_in_every_pose() -> None:
    for poses in puppet.DANCES.values():
        for pose in puppet.between(poses, 5):
            places = puppet.joints(pose)
            for start, end, length in puppet.BONES:
                assert math.isclose(math.dist(places[start], places[end]), length)


def test_every_part_is_drawn_in_its_colour_where_its_joint_is() -> None:
    picture, places = puppet.draw(REST), puppet.joints(REST)
    assert picture.shape == (3, 128, 128) and (picture[:, 0, 0] == 255).all()
    for shape, joint, _, colour in puppet.PARTS:
        if shape == "disc":
            x, y = places[joint]
            assert [f"{v:02x}" for v in picture[:, round(y - 0.5), round(x - 0.5)].tolist()] == [
                colour[i : i + 2] for i in (1, 3, 5)
            ]


def test_the_colours_are_those_of_the_data() -> None:
    shown = films.held_out("dance", "columns:puppet", 128).inputs[:51:5, 0]
    for colour in {colour for *_, colour in puppet.PARTS}:
        there = torch.tensor([int(colour[i : i + 2], 16) for i in (1, 3, 5)])[:, None, None]
        assert ((shown.int() - there).abs().amax(1) <= 2).any(), colour


def test_a_dance_goes_through_its_poses_and_takes_the_shorter_way() -> None:
    one, other = list(REST), list(REST)
    one[4], other[4] = 170, -170
    way = puppet.between([one, other], 4)
    assert len(way) == 8 and way[0] == one and way[4][4] % 360 == other[4] % 360
    assert all(170 <= pose[4] % 360 <= 190 for pose in way)


# The films.


def test_a_clip_comes_frame_by_frame_with_its_figures(gallery: Gallery) -> None:
    desk = Desk()
    *_, last = parts = told(gallery, desk, clip="dance_b-0")
    assert [len(part["frames"]) for part in parts] == sorted(len(part["frames"]) for part in parts)
    assert last["last"] and not last["trouble"] and len(last["frames"]) == last["of"] == 51
    assert last["panels"] == list(desk.panels) == ["puppet", "person", "alone", "true"]
    assert all(text in last["figures"] for text in ("17.5 dB", "2.55", "7.65")), "those of all clips are on the card"
    assert films.measured(desk)["person"]["flicker"] > 0


def test_the_card_sets_the_model_beside_its_rival(gallery: Gallery, weights: Path) -> None:
    shown = films.card(gallery, "dancer")
    assert all(f"<b>{value}</b>" in shown for value in ("18.2", "2.55", "17.5", "7.65"))
    shown = films.card(Gallery({"dancer": weights / "dancer"}, device="cpu"), "dancer")
    assert "18.2" in shown and "17.5" not in shown


def test_a_dance_of_the_visitor_has_no_truth_beside_it(gallery: Gallery) -> None:
    desk = Desk()
    *_, last = told(gallery, desk, poses=puppet.DANCES["star"], steps=3)
    assert last["panels"] == ["puppet", "person", "alone"] and len(last["frames"]) == 6 and not last["figures"]
    assert length_of(films.save(desk)) == 6


def test_what_a_frame_is_put_together_from_is_shown_beside_it(gallery: Gallery) -> None:
    *_, last = told(gallery, Desk(), poses=[REST], steps=2, layers=True)
    assert last["panels"] == ["puppet", "person", "moved", "new", "alone"]


def test_a_film_that_is_stopped_is_as_long_as_it_got(gallery: Gallery) -> None:
    desk = Desk()
    parts = responses.replies(asks(clip="dance_b-1"), lambda asked: dance.dance(gallery, desk, asked))
    next(parts)
    desk.stopped = 1
    *_, last = parts
    assert last["ready"] and 0 < len(last["frames"]) < 51
    assert length_of(films.save(desk)) == len(last["frames"])


def test_without_a_translator_of_the_same_frames_there_is_one_panel_less(weights: Path) -> None:
    alone = Gallery({"dancer": weights / "dancer"}, device="cpu")
    *_, last = told(alone, Desk(), poses=[REST], steps=2)
    assert last["panels"] == ["puppet", "person"] and films.models(alone) == {"dancer": ""}


def test_a_model_of_another_puppet_is_not_posed(tmp_path: Path) -> None:
    small = create_model("vid2vid", size=64, width=4, critic_width=4, patch=16, halvings=3)
    save_weights(small, tmp_path / "small", {"data": "dance", "pairs": "columns:puppet"})
    other = Gallery({"small": tmp_path / "small"}, device="cpu")
    (only,) = told(other, Desk(), model="small", poses=[REST], steps=2)
    assert "another puppet" in only["trouble"]


def test_the_clips_to_choose_from_are_held_out(gallery: Gallery) -> None:
    offered = dance.look(gallery, {"model": "dancer"})["clips"]
    assert [clip["name"] for clip in offered] == ["dance_b-0", "dance_b-1", "dance_b-2"]


NAN = [float("nan"), *REST[1:]]


@pytest.mark.parametrize("request_", [
    {}, {"clip": "walk-0"}, {"clip": 7}, {"clip": ["dance_b-0"]}, {"model": "alone", "clip": "dance_b-0"},
    {"model": None, "clip": "dance_b-0"}, {"poses": [], "steps": 3}, {"poses": [REST] * 9, "steps": 3},
    {"poses": [REST[:-1]], "steps": 3}, {"poses": [NAN], "steps": 3}, {"poses": [[*REST[:-1], "0"]], "steps": 3},
    {"poses": [[*REST[:-1], 1e9]], "steps": 3}, {"poses": [[-5, *REST[1:]]], "steps": 3}, {"poses": REST, "steps": 3},
    {"poses": [REST], "steps": 0}, {"poses": [REST], "steps": 2.5}, {"poses": [REST], "steps": 10**9},
    {"poses": [REST], "steps": None},
])  # fmt: skip
def test_what_is_no_dance_is_refused_in_a_line(gallery: Gallery, request_: dict[str, Any]) -> None:
    (only,) = told(gallery, Desk(), **request_)
    assert only["last"] and 'role="alert"' in only["trouble"] and "Something" not in only["trouble"]


def test_there_is_nothing_to_save_before_a_dance() -> None:
    with pytest.raises(UserError, match="dance first"):
        films.save(Desk())


# The endpoints.


def test_programs_make_a_clip_dance_and_learn_how_well(client: Client) -> None:
    film, frames, measured = client.predict("dancer", "dance_b-2", api_name="/dance_clip")
    assert frames == length_of(film) == 51
    assert measured.keys() == {"person", "alone"} and measured["person"].keys() == {"psnr", "ssim", "flicker"}
    with pytest.raises(AppError, match="dance_b-0, dance_b-1"):
        client.predict("dancer", "nothing", api_name="/dance_clip")


def test_programs_pose_the_puppet(client: Client) -> None:
    film, frames = client.predict("dancer", puppet.DANCES["star"], 4, api_name="/dance_poses")
    assert frames == length_of(film) == 8
    assert Path(client.predict(REST, api_name="/draw_puppet")).read_bytes()[:4] == b"\x89PNG"
    with pytest.raises(AppError, match="12 numbers"):
        client.predict("dancer", [[1, 2]], 4, api_name="/dance_poses")
