"""The Dance tab: a puppet dances, and a person with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr
import torch
from starlette.routing import BaseRoute

from demos.dance import films, puppet
from demos.dance.films import Desk, Film
from demos.shared import i18n, page, requests, responses
from gan_zoo import Gallery
from gan_zoo.imaging import images

TITLE = "dance_title"
ORDER = 70
# The most key frames of a dance, and frames from one to the next.
MOST_POSES, MOST_STEPS = 8, 20
LABELS = (
    "dance_panel_puppet", "dance_panel_person", "dance_panel_moved", "dance_panel_new", "dance_panel_alone",
    "dance_panel_true", "dance_joint", "dance_pose",
    "dance_lost", "dance_frame", "dance_play", "dance_pause", "dance_film",
)  # fmt: skip
JOINTS = ("hips", "chest", "head", "elbow_a", "hand_a", "elbow_b", "hand_b", "knee_a", "foot_a", "knee_b", "foot_b")
# Films of several visitors go on side by side: between two frames the network is free for others.
TURNS: dict[str, Any] = {"concurrency_id": "dance", "concurrency_limit": 4}
# The page asks for one thing at a time, and numbers what it asks: that is why no trigger waits for another here.
ASKED: dict[str, Any] = {**responses.LIVE, **TURNS, "trigger_mode": "multiple"}


def build(gallery: Gallery) -> list[BaseRoute]:
    """Lay out the tab and connect it."""
    names = list(films.models(gallery))
    if not names:
        page.still(f'<p class="zoo-note">{i18n.both("dance_no_models")}</p>')
        return []
    desk = gr.State(Desk())
    with gr.Column(elem_classes="zoo-stage"):
        page.heading("", "dance_heading", "dance_hint")
        floor = gr.HTML(
            None,
            html_template=floor_html(),
            js_on_load=page.template("dance/dance.js"),
            models=names,
            tables=puppet.tables(),
            dances=list(puppet.DANCES.values()),
            most=[MOST_POSES, MOST_STEPS],
            rate=films.RATE,
            answer=None,
            labels={key: i18n.texts()[key] for key in LABELS},
            joints={name: i18n.texts()[f"dance_{name}"] for name in JOINTS},
            elem_id="dance",
        )
        page.still(films.card(gallery, names[0]))

    def on_clips(event: gr.EventData) -> Any:
        return gr.HTML(answer=responses.reply(event, lambda asked: clips(gallery, asked)))

    def on_dance(desk: Desk, event: gr.EventData) -> Iterator[Any]:
        yield from (gr.HTML(answer=part) for part in responses.replies(event, lambda asked: dance(gallery, desk, asked)))

    def on_save(desk: Desk, event: gr.EventData) -> Any:
        return gr.HTML(answer=responses.reply(event, lambda asked: {"file": films.save(desk)}))

    def on_stop(desk: Desk, event: gr.EventData) -> None:
        desk.stopped = requests.request(event)["n"]

    floor.select(on_clips, None, floor, **ASKED)
    floor.play(on_dance, desk, floor, **ASKED)
    floor.download(on_save, desk, floor, **ASKED)
    floor.stop(on_stop, desk, None, **{**ASKED, "concurrency_id": "stop", "concurrency_limit": None})
    responses.publish(endpoints(gallery, responses.files()), **TURNS)
    return []


def clips(gallery: Gallery, asked: responses.Answer) -> responses.Answer:
    """The clips to choose from, each with a picture from its middle."""
    data = films.test_clips(gallery, asked["model"])
    return {
        "clips": [
            {"name": name, "picture": responses.data_url(images.to_pil(data.inputs[span[len(span) // 2], 0]))}
            for name, span in data.spans.items()
        ]
    }


def own_dance(gallery: Gallery, model: str, poses: Any, steps: Any) -> Film:
    """The frames of a dance through some poses from the browser, which may be anything at all."""
    if gallery.video(model).input_shape != (3, puppet.SIZE, puppet.SIZE):
        raise requests.mistake("dance_other_puppet", name=model)
    if not isinstance(poses, list) or not 1 <= len(poses) <= MOST_POSES:
        raise requests.mistake("dance_poses", most=MOST_POSES)
    way = puppet.between([puppet.read_pose(pose) for pose in poses], requests.whole(steps, 1, MOST_STEPS, "dance_steps"))
    return images.to_float(torch.stack([puppet.draw(pose) for pose in way]))


def dance(gallery: Gallery, desk: Desk, asked: responses.Answer) -> Iterator[responses.Answer]:
    """The film of a clip that is held out, or of a dance through the visitor's poses."""
    person: Film | None = None
    if "clip" in asked:
        given, person = films.test_clip(gallery, asked["model"], asked["clip"])
    else:
        given = own_dance(gallery, asked["model"], asked.get("poses"), asked.get("steps"))
    return films.dance(gallery, desk, asked["model"], given, person, asked["n"], asked.get("layers") is True)


def floor_html() -> str:
    """The tab with every sentence in both languages."""
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
        """A clip that `model` has never seen: the data URL of an MP4 with the panels puppet, person, frame by frame and
        truth, how many frames it has, and `psnr` (dB), `ssim` and `flicker` of `person` and of `alone`, frame by frame.

        An unknown `clip` is answered with the names there are.
        """
        desk, last = made(model, *films.test_clip(gallery, model, clip))
        return films.save(desk), len(last["frames"]), films.measured(desk)

    def dance_poses(model: str, poses: list[list[float]], steps: int = 10) -> tuple[str, int]:
        """A dance through 1 to 8 poses and back to the first, `steps` frames (1 to 20) from one to the next: the data URL
        of an MP4 with the panels puppet, person and frame by frame, and how many frames it has.

        A pose is x, y of the hips in pixels of 128, and ten angles in degrees from straight down, counter-clockwise: spine,
        neck, upper arm and forearm on the left of the picture and on the right, thigh and shin likewise.
        """
        desk, last = made(model, own_dance(gallery, model, poses, steps), None)
        return films.save(desk), len(last["frames"])

    def draw_puppet(pose: list[float]) -> responses.Picture:
        """The puppet in a pose, as PNG of 128 pixels; a pose as for `dance_poses`."""
        return save(images.to_pil(puppet.draw(puppet.read_pose(pose))))

    return [dance_clip, dance_poses, draw_puppet]
