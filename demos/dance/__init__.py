"""The Dance tab: a puppet dances, and a model draws a person who dances like it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import gradio as gr
import torch
from starlette.routing import BaseRoute

from demos.dance import films, puppet
from demos.dance.films import Desk, Film
from demos.shared import controls, i18n, page, requests, responses
from demos.shared.names import options as named
from gan_zoo import Gallery
from gan_zoo.imaging import images

TITLE = "dance_title"
GROUP = "play"
ORDER = 70
SURPRISE = (".zoo-dance-clips button",)
PICTURE = ".zoo-dance-panels canvas"
# The most poses of a dance, and the most frames from one pose to the next.
MOST_POSES, MOST_STEPS = 8, 20
LABELS = (
    "dance_panel_puppet", "dance_panel_person", "dance_panel_moved", "dance_panel_new", "dance_panel_alone",
    "dance_panel_true", "dance_joint", "dance_pose",
    "dance_lost", "dance_frame", "dance_play", "dance_pause", "dance_film",
)  # fmt: skip
JOINTS = ("hips", "chest", "head", "elbow_a", "hand_a", "elbow_b", "hand_b", "knee_a", "foot_a", "knee_b", "foot_b")
# What is answered at once does not wait for films of other visitors.
TURNS: dict[str, Any] = {"concurrency_id": "dance", "concurrency_limit": 4}


def build(gallery: Gallery) -> list[BaseRoute]:
    """Lays out the tab and connects it; returns the routes that it serves."""
    names = list(films.models(gallery))
    if not names:
        page.still(f'<p class="zoo-note">{i18n.both("dance_no_models")}</p>')
        return []
    desk = gr.State(Desk())
    with gr.Column(elem_classes="zoo-stage"):
        page.heading("", "dance_heading", "dance_hint")
        floor = controls.scripted(
            "dance/dance",
            floor_html(),
            events=["look", "dance", "save", "stop"],
            models=named(gallery, names),
            tables=puppet.tables(),
            dances=list(puppet.DANCES.values()),
            most=MOST_POSES,
            rate=films.RATE,
            answer=None,
            labels={key: i18n.texts()[key] for key in LABELS},
            joints={name: i18n.texts()[f"dance_{name}"] for name in JOINTS},
            elem_id="dance",
        )
        page.still(films.card(gallery, names[0]))

    responses.attend(floor, {"look": partial(look, gallery)}, **TURNS)
    responses.attend(floor, {"save": save}, desk, **TURNS)
    responses.attend(floor, {"dance": partial(dance, gallery)}, desk, **responses.HEAVY)
    responses.attend_stop(floor, desk)
    *films_made, draw_puppet = endpoints(gallery, responses.files())
    responses.publish(films_made, **responses.HEAVY)
    responses.publish([draw_puppet], **TURNS)
    return []


def look(gallery: Gallery, asked: responses.Answer) -> responses.Answer:
    """The clips to choose from, each with a picture from its middle as a URL."""
    data = films.test_clips(gallery, asked["model"])
    return {
        "clips": [
            {"name": name, "picture": responses.data_url(images.to_pil(data.inputs[span[len(span) // 2], 0]))}
            for name, span in data.spans.items()
        ]
    }


def own_dance(gallery: Gallery, model: str, poses: Any, steps: Any) -> Film:
    """The puppet's frames of a dance through poses from the browser, from -1 to 1.

    Raises:
        UserError: the model knows another puppet, or the poses or the steps from one to the next are not valid.
    """
    if gallery.video(model).input_shape != (3, puppet.SIZE, puppet.SIZE):
        raise requests.mistake("dance_other_puppet", name=model)
    if not isinstance(poses, list) or not 1 <= len(poses) <= MOST_POSES:
        raise requests.mistake("dance_poses", most=MOST_POSES)
    way = puppet.between([puppet.read_pose(pose) for pose in poses], requests.whole(steps, 1, MOST_STEPS, "dance_steps"))
    return images.to_float(torch.stack([puppet.draw(pose) for pose in way]))


def dance(gallery: Gallery, desk: Desk, asked: responses.Answer) -> Iterator[responses.Answer]:
    """The answers while a film is made, of a test clip or of a dance through the visitor's poses."""
    person: Film | None = None
    if "clip" in asked:
        given, person = films.test_clip(gallery, asked["model"], asked["clip"])
    else:
        given = own_dance(gallery, asked["model"], asked.get("poses"), asked.get("steps"))
    yield from films.dance(gallery, desk, asked["model"], given, person, asked["n"], asked.get("layers") is True)


def save(desk: Desk, asked: responses.Answer) -> responses.Answer:
    """The film on the desk as the data URL of a file."""
    return {"file": films.save(desk)}


def floor_html() -> str:
    """The tab with every sentence in every language."""
    choices = "".join(
        f'<button type="button" class="zoo-act" data-dance="{i}">{i18n.both(f"dance_{name}")}</button>'
        for i, name in enumerate(puppet.DANCES)
    )
    return page.filled("dance/dance.html", dances=choices)


def endpoints(gallery: Gallery, save: responses.Save) -> list[Callable[..., Any]]:
    """The tab's endpoints for programs."""

    def made(model: str, given: Film, person: Film | None) -> tuple[Desk, responses.Answer]:
        desk = Desk()
        *_, last = responses.in_time(films.dance(gallery, desk, model, given, person, number=1))
        return desk, last

    def dance_clip(model: str, clip: str) -> tuple[str, int, dict[str, dict[str, float]]]:
        """The film of a test clip, which `model` was not trained on: the data URL of an MP4 with the panels puppet, person,
        frame by frame and truth, the number of frames, and `psnr` (dB), `ssim` and `flicker` of `person` and of `alone`,
        which is drawn frame by frame.

        The error for an unknown `clip` lists the names of the clips.
        """
        desk, last = made(model, *films.test_clip(gallery, model, clip))
        return films.save(desk), len(last["frames"]), films.measured(desk)

    def dance_poses(model: str, poses: list[list[float]], steps: int = 10) -> tuple[str, int]:
        """The film of a dance through 1 to 8 poses and back to the first, `steps` frames (1 to 20) from one to the next: the
        data URL of an MP4 with the panels puppet, person and frame by frame, and the number of frames.

        A pose is x, y of the hips in pixels of 128, and ten angles in degrees from straight down, counter-clockwise: spine,
        neck, upper arm and forearm on the left of the picture and on the right, thigh and shin likewise.
        """
        desk, last = made(model, own_dance(gallery, model, poses, steps), None)
        return films.save(desk), len(last["frames"])

    def draw_puppet(pose: list[float]) -> responses.Picture:
        """The picture of the puppet in a pose, a PNG of 128x128 pixels. Poses are the same as for `dance_poses`."""
        return save(images.to_pil(puppet.draw(puppet.read_pose(pose))))

    return [dance_clip, dance_poses, draw_puppet]
