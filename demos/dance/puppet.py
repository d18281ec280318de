"""The puppet that a visitor poses: its joints, its picture, and the frames from pose to pose. It looks as in the data.

A pose is `x, y` of the hips in pixels of a picture of `SIZE`, and an angle for each of `BONES`, in degrees from straight
down, counter-clockwise in the picture. The page draws the same puppet from the same tables (puppet.js).
"""

from __future__ import annotations

import math
from typing import Any

from jaxtyping import UInt8
from PIL import Image, ImageDraw
from torch import Tensor

from demos.shared import requests
from gan_zoo.imaging import images

Pose = list[float]
Point = tuple[float, float]
SIZE = 128
# Each bone leads from one joint to another: from, to, its length in pixels. Lengths and colours are those of the data, where
# the puppet is seen nearly from the front. A is the side on the left of the picture, which is a little nearer.
BONES: tuple[tuple[str, str, float], ...] = (
    ("hips", "chest", 17.0), ("chest", "head", 17.1),
    ("shoulder_a", "elbow_a", 16.6), ("elbow_a", "hand_a", 15.2),
    ("shoulder_b", "elbow_b", 16.1), ("elbow_b", "hand_b", 14.8),
    ("hip_a", "knee_a", 23.8), ("knee_a", "foot_a", 22.0),
    ("hip_b", "knee_b", 23.6), ("knee_b", "foot_b", 21.8),
)  # fmt: skip
# Joints that are fixed to another: to which, how far to the right and down of it while the spine is upright, and whether they
# turn with the spine.
HUNG: dict[str, tuple[str, float, float, bool]] = {
    "shoulder_a": ("chest", -11.0, -6.5, True), "shoulder_b": ("chest", 9.4, -8.4, True),
    "hip_a": ("hips", -4.7, 4.8, False), "hip_b": ("hips", 4.6, 3.5, False),
}  # fmt: skip
# The parts of the picture, from back to front: a disc at a joint with its radius, a limb along a bone with its width, or the
# foot at the end of a bone with its size.
PARTS: tuple[tuple[str, str, float, str], ...] = (
    ("limb", "elbow_b", 5.5, "#30f2a9"), ("limb", "hand_b", 4.9, "#30f2f2"), ("disc", "hand_b", 2.2, "#30a9f2"),
    ("limb", "knee_b", 6.6, "#da30f2"), ("limb", "foot_b", 5.9, "#f230c1"), ("foot", "foot_b", 0.97, "#f23079"),
    ("disc", "hips", 5.2, "#f27930"), ("disc", "chest", 6.5, "#f2c130"), ("disc", "head", 6.2, "#daf230"),
    ("limb", "knee_a", 6.8, "#3060f2"), ("limb", "foot_a", 6.0, "#4830f2"), ("foot", "foot_a", 1.0, "#9130f2"),
    ("limb", "elbow_a", 5.6, "#91f230"), ("limb", "hand_a", 5.0, "#48f230"), ("disc", "hand_a", 2.2, "#30f260"),
)  # fmt: skip
# Each limb ends GAP pixels before its joint, so that two limbs never touch; the limb of a hand ends HAND pixels earlier.
GAP, HAND = 0.2, 1.8
# The corners of a foot below an upright shin: how far to the right of the ankle and below it, in pixels.
FOOT = ((-3.3, -1.4), (1.8, -1.4), (5.7, 2.6), (5.7, 4.4), (1.6, 6.0), (-1.0, 5.0), (-3.3, 1.8))
# The least and the greatest coordinate of the hips, and the largest angle in degrees.
PLACES, MOST_ANGLE = (16, 112), 720
# Dances to begin with. The first pose of the first dance is the puppet at rest.
DANCES: dict[str, list[Pose]] = {
    "wave": [
        [64, 59, 180, 180, -12, -4, 20, 24, -5, -1, 5, 1],
        [62, 59, 176, 172, -14, -6, 125, 205, -7, -2, 3, 0],
        [62, 59, 176, 170, -14, -6, 125, 150, -7, -2, 3, 0],
        [62, 59, 176, 172, -14, -6, 125, 205, -7, -2, 3, 0],
    ],
    "star": [
        [64, 59, 180, 180, -14, -6, 14, 6, -4, -2, 4, 2],
        [64, 62, 180, 180, -135, -160, 135, 160, -24, -20, 24, 20],
    ],
    "disco": [
        [60, 59, 174, 180, -40, 70, 138, 142, -14, -6, 10, -4],
        [67, 60, 186, 182, -60, -120, -34, -38, -16, 10, 14, 4],
        [60, 59, 174, 180, -40, 70, 138, 142, -14, -6, 10, -4],
        [66, 59, 184, 178, -130, -170, 60, -40, -10, 2, 16, 6],
    ],
    "squat": [
        [64, 59, 180, 180, -14, -6, 14, 6, -6, -2, 6, 2],
        [64, 70, 180, 178, -80, -88, 80, 88, -56, 14, 56, -14],
    ],
}
# The picture is drawn this many times as large and then scaled down, which smooths the edges.
FINE = 6


def tables() -> dict[str, Any]:
    """The tables that the page draws the puppet from, by the names that puppet.js has for them."""
    return {
        "size": SIZE, "bones": BONES, "hung": HUNG, "parts": PARTS, "gap": GAP, "hand": HAND, "foot": FOOT, "places": PLACES,
    }  # fmt: skip


def read_pose(value: Any) -> Pose:
    """A pose out of any value that the browser sends; raises `UserError` where it is no valid pose."""
    if not isinstance(value, list) or len(value) != 2 + len(BONES):
        raise requests.mistake("bad_pose", n=2 + len(BONES))
    place = [requests.number(v, *PLACES, "bad_pose_place") for v in value[:2]]
    return place + [requests.number(v, -MOST_ANGLE, MOST_ANGLE, "bad_pose_angle") for v in value[2:]]


def joints(pose: Pose) -> dict[str, Point]:
    """The places of all joints as x, y in pixels."""
    places: dict[str, Point] = {"hips": (pose[0], pose[1])}
    lean = math.radians(pose[2] - 180)
    for (start, end, length), angle in zip(BONES, pose[2:], strict=True):
        if start not in places:
            on, right, down, turns = HUNG[start]
            sine, cosine = (math.sin(lean), math.cos(lean)) if turns else (0.0, 1.0)
            x, y = places[on]
            places[start] = (x + cosine * right + sine * down, y - sine * right + cosine * down)
        x, y = places[start]
        places[end] = (x + length * math.sin(math.radians(angle)), y + length * math.cos(math.radians(angle)))
    return places


def draw(pose: Pose) -> UInt8[Tensor, "3 h w"]:
    """The picture of the puppet in a pose on white, `SIZE` pixels high and wide."""
    places = joints(pose)
    starts = {end: start for start, end, _ in BONES}
    picture = Image.new("RGB", (SIZE * FINE, SIZE * FINE), "white")
    pen = ImageDraw.Draw(picture)
    for shape, joint, measure, colour in PARTS:
        x, y = places[joint]
        if shape == "disc":
            _disc(pen, (x, y), measure, colour)
            continue
        u, v = places[starts[joint]]
        length = math.hypot(x - u, y - v)
        along = ((x - u) / length, (y - v) / length)
        if shape == "limb":
            short = GAP + measure / 2
            hand = HAND if joint.startswith("hand") else 0.0
            ends = [(u + along[0] * t, v + along[1] * t) for t in (short, length - short - hand)]
            for place in ends:
                _disc(pen, place, measure / 2, colour)
            pen.line([(a * FINE, b * FINE) for a, b in ends], colour, round(measure * FINE))
        else:
            # The direction to the right while the shin is upright.
            across = (along[1], -along[0])
            corners = [
                (x + measure * (across[0] * s + along[0] * t), y + measure * (across[1] * s + along[1] * t)) for s, t in FOOT
            ]
            pen.polygon([(a * FINE, b * FINE) for a, b in corners], colour)
    return images.from_pil(picture.resize((SIZE, SIZE), Image.Resampling.BOX), 3)


def _disc(pen: ImageDraw.ImageDraw, place: Point, radius: float, colour: str) -> None:
    x, y = place
    pen.ellipse([(c + r) * FINE for r in (-radius, radius) for c in (x, y)], colour)


def between(poses: list[Pose], steps: int) -> list[Pose]:
    """The poses of all frames of a dance through `poses` and back to the first, `steps` frames from one to the next.

    Angles change the shorter way round, and every movement slows down near a pose (half a cosine wave).
    """
    dance = []
    for one, other in zip(poses, [*poses[1:], poses[0]], strict=True):
        for step in range(steps):
            share = (1 - math.cos(math.pi * step / steps)) / 2
            moved = [b - a if i < 2 else (b - a + 180) % 360 - 180 for i, (a, b) in enumerate(zip(one, other, strict=True))]
            dance.append([a + share * way for a, way in zip(one, moved, strict=True)])
    return dance
