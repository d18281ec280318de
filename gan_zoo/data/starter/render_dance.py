"""Renders `dance.parquet`: clips of a puppet and of a dancer in the same pose, from motions that come with PyBullet.

    pip install pybullet==3.2.7 numpy pillow pyarrow
    python gan_zoo/data/starter/render_dance.py

It takes some minutes and overwrites the file next to it. Nothing imports this script, and the project doesn't depend on
PyBullet. Camera, lamp and floor are always the same, so the puppet determines the whole picture, including the shadow. Each
motion appears with the dancer turned to three angles. The dancer stays in the middle, as if the camera followed.
"""

import colorsys
import io
import json
import re
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pybullet
import pybullet_data
from PIL import Image, ImageFilter

Matrices = tuple[list[float], list[float]]
FOLDER = Path(pybullet_data.getDataPath())
MOTIONS = ("cartwheel", "dance_a", "dance_b", "jump", "kick", "punch", "run", "spin", "spinkick", "walk")
TEST, RATE = "dance_b", 20
# The angles by which the dancer, who faces the camera at 0, is turned to the right of the picture, in degrees.
TURNS = (10, 40, 70)
# Pictures are rendered `FINE` times as large and then scaled down.
SIZE, FINE = 128, 3
SIDE = SIZE * FINE
# Lengths are in metres; y points up. The camera looks along -z, down by `PITCH` degrees, at a point `MIDDLE` metres above
# the floor.
MIDDLE, DISTANCE, PITCH, PIXELS_PER_METRE = 0.87, 5.0, 17, 60
LAMP, LAMP_DISTANCE, LAMP_ANGLE = np.array([-0.34, 0.84, 0.43]), 12.0, 18
# The colours of the far and the near floor, the brightness of the floor in the shadow relative to the lit floor, and the
# blur of the shadow in pixels of the lamp's view.
FAR, NEAR, SHADE, BLUR = np.array([244, 243, 240]), np.array([218, 219, 222]), np.array([0.58, 0.59, 0.66]), 3.5
# Colours by link: hips, chest, head, then right arm, left arm, right leg and left leg, each from the body outwards.
PUPPET = [colorsys.hsv_to_rgb((link + 1) / 16, 0.8, 0.95) for link in range(15)]
SHIRT, TROUSERS, SHOES = (0.72, 0.08, 0.13, 1), (0.11, 0.14, 0.30, 1), (0.05, 0.05, 0.06, 1)
SKIN, HAIR = (0.95, 0.76, 0.64, 1), (0.16, 0.09, 0.06, 1)
CLOTHES = [TROUSERS, SHIRT, SKIN, *(SHIRT, SKIN, SKIN) * 2, *(TROUSERS, TROUSERS, SHOES) * 2]
# The dancer is the puppet with limbs that reach from joint to joint, and with additional shapes between them. Each shape has
# a link, a geometry, a position, and True if it is upright. All lengths are scaled by 0.25 later.
LONGER = {"1.200000": "1.56", "1.240000": "1.6", "0.720000": "1.08", "0.540000": "0.98"}
FLESH = (
    ("neck", '<sphere radius="0.40"/>', "-0.08 0.79 0", False),  # hair
    ("neck", '<capsule length="0.3" radius="0.16"/>', "0 0.2 0", True),
    ("chest", '<capsule length="0.45" radius="0.42"/>', "0 0.45 0", False),
    ("chest", '<capsule length="0.95" radius="0.26"/>', "0 0.76 0", False),
    ("chest", '<capsule length="0.7" radius="0.36"/>', "0 -0.35 0", True),
    ("root", '<capsule length="0.5" radius="0.3"/>', "0 0.12 0", False),
)
# The joints of a motion in the order of its columns, with the number of columns of each.
JOINTS = ((1, 4), (2, 4), (9, 4), (10, 1), (11, 4), (3, 4), (4, 1), (12, 4), (13, 1), (14, 4), (6, 4), (7, 1))


def motion(name: str) -> np.ndarray:
    """Return poses, `RATE` per second: position of the hips, their rotation (w, x, y, z), and the values of `JOINTS`.

    The smooth movement along the floor is subtracted, because the camera follows it.
    """
    columns = np.array(json.loads((FOLDER / "data" / "motions" / f"humanoid3d_{name}.txt").read_text())["Frames"]).T
    times = np.concatenate([[0], columns[0, :-1].cumsum()])
    at = 4
    for _, width in ((0, 4), *JOINTS):
        if width == 4:  # q and -q are the same rotation: choose the sign that is close to the frame before
            same = np.sign((columns[at : at + 4, 1:] * columns[at : at + 4, :-1]).sum(0))
            columns[at : at + 4, 1:] *= same.cumprod()
        at += width
    wanted = np.arange(0, times[-1] + 0.001, 1 / RATE)
    poses = np.stack([np.interp(wanted, times, column) for column in columns[1:]], 1)
    for axis in (0, 2):
        poses[:, axis] -= np.polyval(np.polyfit(wanted, poses[:, axis], 3), wanted)
    return poses


def take(body: int, pose: np.ndarray, turn: float) -> None:
    """Put a body in a pose, turned by `turn` degrees."""
    toward = pybullet.getQuaternionFromEuler((0, np.radians(turn - 90), 0))  # without a turn, the body looks along x
    at = 3
    for joint, width in ((-1, 4), *JOINTS):
        value = pose[at : at + width]
        if width == 4:
            value = np.roll(value / np.linalg.norm(value), -1)
        if joint < 0:
            place = pybullet.multiplyTransforms((0, 0, 0), toward, pose[:3], value)
            pybullet.resetBasePositionAndOrientation(body, *place)
        else:
            pybullet.resetJointStateMultiDof(body, joint, value)
        at += width


def load_bodies() -> tuple[int, int]:
    """Load the puppet and the dancer; returns their ids."""
    path = FOLDER / "humanoid" / "humanoid.urdf"
    text = path.read_text(encoding="utf-8", errors="ignore")
    text = re.sub(r'length="([0-9.]+)"', lambda found: f'length="{LONGER[found[1]]}"', text)
    for name, geometry, place, upright in FLESH:
        turned = "1.5708 0 0" if upright else "0 0 0"
        shape = f'<collision><origin rpy="{turned}" xyz="{place}"/><geometry>{geometry}</geometry></collision>'
        text = text.replace(f'<link name="{name}" >', f'<link name="{name}" >{shape}')
    with tempfile.TemporaryDirectory() as folder:
        filled = Path(folder, "dancer.urdf")
        filled.write_text(text, encoding="utf-8")
        puppet, dancer = (pybullet.loadURDF(str(each), globalScaling=0.25, useFixedBase=True) for each in (path, filled))
    for link, colour in enumerate(CLOTHES):
        pybullet.changeVisualShape(dancer, link, rgbaColor=colour)
    pybullet.changeVisualShape(dancer, 2, shapeIndex=1, rgbaColor=HAIR)  # shapes that were written later come first
    return puppet, dancer


def view(eye: np.ndarray, fov: float) -> Matrices:
    """Return the view and projection matrices for a look from `eye` at the middle of the picture; `fov` is in degrees."""
    looking = pybullet.computeViewMatrix(eye, (0, MIDDLE, 0), (0, 1, 0))
    return looking, pybullet.computeProjectionMatrixFOV(fov, 1, 1, 2 * LAMP_DISTANCE)


def shot(body: int, seen_from: Matrices) -> tuple[np.ndarray, np.ndarray]:
    """Return a body without a background, h w 3, and the link at each pixel, h w, -1 for none."""
    _, _, colours, _, links = pybullet.getCameraImage(
        SIDE, SIDE, *seen_from, lightDirection=LAMP * LAMP_DISTANCE, lightAmbientCoeff=0.58, lightDiffuseCoeff=0.5,
        lightSpecularCoeff=0.0, shadow=0, flags=pybullet.ER_SEGMENTATION_MASK_OBJECT_AND_LINKINDEX,
        renderer=pybullet.ER_TINY_RENDERER,
    )  # fmt: skip
    links = np.reshape(links, (SIDE, SIDE))
    there = (links >= 0) & (links & 0xFFFFFF == body)
    return np.reshape(colours, (SIDE, SIDE, 4))[..., :3], np.where(there, (links >> 24) - 1, -1)


def floor_under_lamp(camera: Matrices, lamp: Matrices) -> tuple[np.ndarray, np.ndarray]:
    """Return row and column in the lamp's view for each pixel of the camera, as if every pixel showed the floor."""
    eye, light = (np.reshape(projection, (4, 4)).T @ np.reshape(view, (4, 4)).T for view, projection in (camera, lamp))
    across = (np.arange(SIDE) + 0.5) / SIDE * 2 - 1
    x, y = (part.ravel() for part in np.meshgrid(across, -across))
    near, far = (np.linalg.inv(eye) @ [x, y, z + 0 * x, 1 + 0 * x] for z in (-1, 1))
    near, far = near / near[3], far / far[3]
    x, y, _, w = light @ (near + (far - near) * near[1] / (near[1] - far[1]))
    rows, columns = (np.clip((place / w + 1) / 2 * SIDE, 0, SIDE - 1).astype(int).reshape(SIDE, SIDE) for place in (-y, x))
    return rows, columns


def encoded(picture: np.ndarray, **options: Any) -> dict[str, bytes | None]:
    """Return a picture, scaled down to `SIZE`, as a cell of a picture column."""
    file = io.BytesIO()
    Image.fromarray(picture.astype(np.uint8)).resize((SIZE, SIZE), Image.Resampling.BOX).save(file, "WEBP", method=6, **options)
    return {"bytes": file.getvalue(), "path": None}


def main() -> None:
    pybullet.connect(pybullet.DIRECT)
    bodies = load_bodies()
    pitch, fov = np.radians(PITCH), 2 * np.degrees(np.arctan(SIZE / 2 / PIXELS_PER_METRE / DISTANCE))
    camera = view(DISTANCE * np.array([0, np.sin(pitch), np.cos(pitch)]) + [0, MIDDLE, 0], fov)
    lamp = view(LAMP_DISTANCE * LAMP + [0, MIDDLE, 0], LAMP_ANGLE)
    under = floor_under_lamp(camera, lamp)
    floor = np.linspace(FAR, NEAR, SIDE)[:, None]
    colours = np.array([*PUPPET, (1, 1, 1)]) * 255
    rows = []
    for name in MOTIONS:
        for number, turn in enumerate(TURNS):
            for frame, pose in enumerate(motion(name)):
                seen = []
                for body, other, *places in ((*bodies, camera), (*bodies[::-1], camera, lamp)):
                    take(body, pose, turn)
                    pybullet.resetBasePositionAndOrientation(other, (0, -99, 0), (0, 0, 0, 1))
                    seen += [shot(body, place) for place in places]
                (_, puppet), (dancer, there), (_, lit) = seen
                shadow = Image.fromarray(np.where(lit < 0, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(BLUR))
                ground = floor * (1 - np.array(shadow)[under][..., None] / 255 * (1 - SHADE))
                rows.append({
                    "clip": f"{name}-{number}", "frame": frame,
                    "puppet": encoded(colours[puppet], lossless=True),
                    "image": encoded(np.where(there[..., None] < 0, ground, dancer), quality=75),
                    "split": "test" if name == TEST else "train",
                })  # fmt: skip
    path = Path(__file__).with_name("dance.parquet")
    table = pa.Table.from_pylist(rows, pq.read_schema(path))  # the columns stay the same
    pq.write_table(table, path, row_group_size=512, compression="zstd", compression_level=19)


if __name__ == "__main__":
    main()
