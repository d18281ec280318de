"""Replays the training run of a weights folder."""

from __future__ import annotations

import io
import threading
from pathlib import Path
from typing import Any

from gan_zoo.errors import UserError
from gan_zoo.imaging.decoding import open_animation
from gan_zoo.runs.recording import Recording, no_grid
from gan_zoo.runs.run import Run
from gan_zoo.weights.folder import FRAME_MILLISECONDS, read_card


class Replay(Recording):
    """The training run of a weights folder: its log, and the grids from its animation."""

    def __init__(self, folder: Path) -> None:
        super().__init__(Run(folder))
        self.folder = folder
        self._card = read_card(folder)
        self._opening = threading.Lock()
        self._frames: list[bytes] = []

    def settings(self) -> dict[str, Any]:
        card = self._card
        return {**card.get("training", {}), "model": card["model"], "data": card.get("data", ""), "options": card["config"]}

    def steps(self) -> list[int]:
        return list(self._card.get("grids", []))

    def grid(self, step: int) -> bytes:
        with self._opening:
            if not self._frames:
                self._frames = _frames(self.folder / "grids.webp", len(self.steps()))
        try:
            return self._frames[self.steps().index(step)]
        except (ValueError, IndexError) as error:
            raise no_grid(self.name, step) from error


def _frames(path: Path, count: int) -> list[bytes]:
    """Return the first `count` pictures of an animation, each as the bytes of a WebP file."""
    frames: list[bytes] = []
    try:
        for frame, milliseconds in open_animation(path):
            buffer = io.BytesIO()
            frame.save(buffer, "WEBP", quality=90, method=0)
            # The animation holds equal consecutive grids as one frame with a longer duration.
            # A damaged one may hold it for hours.
            frames += [buffer.getvalue()] * max(1, min(count - len(frames), round(milliseconds / FRAME_MILLISECONDS)))
            if len(frames) >= count:
                break
    except UserError as error:
        raise UserError(f"{path} can't be read ({error}): fetch it again", "damaged_file", path=path) from error
    return frames[:count]
