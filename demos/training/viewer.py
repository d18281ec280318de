"""Runs as their viewers see them: however many look, what they are shown is put together once."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from PIL import Image
from starlette.concurrency import run_in_threadpool
from torch import Tensor

from demos.shared import i18n, names, requests
from demos.shared.bell import Bell
from demos.training import presentation
from gan_zoo import Run, UserError, list_weights, open_picture
from gan_zoo.hub import run_mirror
from gan_zoo.imaging import images, video
from gan_zoo.runs import diagnosis
from gan_zoo.runs.recording import Recording, curves
from gan_zoo.training import launch
from gan_zoo.weights.replay import Replay

# The weights' own runs, those that were trained here, and those that are trained elsewhere and brought to the Hub.
SHIPPED, HERE, HUB = "weights", "here", "hub"
# Seconds for which a state counts as new, and points of a curve: more than a panel has pixels would not be seen.
FRESH, POINTS = 0.5, 400
# Seconds between two looks at the Hub, which gets what is new every minute.
FETCH = 30.0
# Pictures of a film, and how many of them there are in a second; it is at least so high.
FILM, RATE, HEIGHT = 600, 20, 480
# The same of an animation, which is larger, and the milliseconds for which its last picture is shown.
ANIMATION, PACE, REST = 60, 5, 2_000


def runs_folder() -> Path:
    """The folder of runs, the same as for `gan-zoo train`."""
    return Path(os.environ.get("GAN_ZOO_RUNS", "runs"))


class Shared:
    """Something that many ask for: made anew when it has got old, once for all who ask meanwhile.

    It is bytes, and a mark that changes when they do.
    """

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make, self._making = make, threading.Lock()
        self._at, self._content, self._mark = -FRESH, b"", ""
        self._changed, self._waiting = Bell(), 0
        self._looking: asyncio.Task[None] | None = None

    def fresh(self) -> tuple[bytes, str] | None:
        """The content and its mark, if they are new enough to be given away at once."""
        return (self._content, self._mark) if time.monotonic() - self._at < FRESH else None

    def get(self) -> tuple[bytes, str]:
        """The content and its mark; raises what the making raises."""
        with self._making:
            if not self.fresh():
                content = json.dumps(self._make(), ensure_ascii=False, separators=(",", ":")).encode()
                mark, self._content = self._mark, content
                self._mark = f'"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'
                self._at = time.monotonic()
                if self._mark != mark:
                    self._changed.ring()
            return self._content, self._mark

    async def wait(self, mark: str, seconds: float) -> None:
        """Wait until the mark is another than `mark`, `seconds` at most. However many wait, one task looks for all of them."""
        self._waiting += 1
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        try:
            await self._changed.wait(seconds, lambda: self._mark != mark)
        finally:
            self._waiting -= 1

    async def _look(self) -> None:
        """Make it anew again and again, as long as somebody waits for a change."""
        while self._waiting:
            try:
                await run_in_threadpool(self.get)
            except Exception:  # those who wait ask next, and are told what is wrong
                self._changed.ring()
                return
            await asyncio.sleep(FRESH)


class Watched:
    """One run that is looked at."""

    def __init__(self, where: str, recording: Recording) -> None:
        self.where, self.recording, self.run = where, recording, recording.run
        self.state = Shared(self._state)
        self._filming = threading.Lock()
        self._film: tuple[list[int], bytes] = ([], b"")
        self._animation: tuple[list[int], bytes] = ([], b"")
        self._fetched = time.monotonic()
        self._told: tuple[Any, dict[str, Any]] = (None, {})

    def _state(self) -> dict[str, Any]:
        """All that the page shows of the run but its pictures."""
        if not self.run.folder.exists():
            raise requests.mistake("watch_gone")
        settings, rows, grids = _settings(self.recording), self.recording.rows(), self.recording.steps()
        last = rows[-1] if rows else {}
        state = None if self.where == SHIPPED else self._elsewhere() if self.where == HUB else launch.state(self.run)
        resumable = self.where == HERE and state is not None and not state.alive and state.phase != "complete"
        return {
            "name": self.recording.name,
            "where": self.where,
            "model": settings.get("model", ""),
            "data": settings.get("data", ""),
            "phase": state.phase.replace(" ", "_") if state else "recorded",
            "followed": self.where == HUB and state is not None and state.alive,
            "alive": state is not None and state.alive,
            "why": presentation.why(state) if state else "",
            "resumable": resumable and self.run.checkpoint.exists(),
            "publishable": self.where == HERE and self.run.checkpoint.exists(),
            "published": presentation.published(self.run) if self.where == HERE else "",
            "step": max([last.get("step", 0), *grids[-1:]]),
            "images": last.get("images", 0),
            "rate": last.get("images_per_second"),
            "left": last.get("seconds_left"),
            **presentation.knobs(settings, self.recording.events()),
            "grids": grids,
            "version": self._version(),
            **self._tell(rows),
        }

    def _elsewhere(self) -> launch.State:
        """The state of a run on the Hub, as its log tells it; while it goes on, new lines are fetched in the background."""
        ended = [event["event"] for event in self.recording.events()][-1:] == ["end"]
        if ended:
            return launch.state(self.run)
        if time.monotonic() - self._fetched > FETCH:
            self._fetched = time.monotonic()
            threading.Thread(target=self._fetch, daemon=True).start()
        return launch.State("running")

    def _fetch(self) -> None:
        # Whatever the network does, what has come so far can be looked at.
        with contextlib.suppress(UserError):
            run_mirror.follow(self.run.folder.name.replace("--", "/", 1))

    def _tell(self, rows: Sequence[presentation.Row]) -> dict[str, Any]:
        """The contents of the log; the same object as the last time if nothing has been added."""
        events = self.recording.events()
        mark = (len(rows), rows[-1]["step"] if rows else 0, len(events), self._version())
        if self._told[0] != mark:
            drawn = curves(rows, POINTS)
            told = {
                "steps": next(iter(drawn.values())).steps if drawn else [],
                "panels": presentation.panels(drawn),
                "marks": presentation.marks(events),
                "health": presentation.findings(diagnosis.thinned(rows)),
            }
            self._told = (mark, told)
        return self._told[1]

    def _version(self) -> str:
        """A mark that distinguishes this run from another one of the same name."""
        try:
            return f"{(self.run.config if self.where == SHIPPED else self.run.log).stat().st_ino:x}"
        except FileNotFoundError:
            return "0"

    def film(self) -> bytes:
        """The pictures one after the other as MP4; raises `UserError` where there are none."""
        with self._filming:
            steps = self._some_steps(FILM)
            if self._film[0] != steps:
                self._film = (steps, video.write_mp4(_frames(self.recording, steps), RATE))
            return self._film[1]

    def animation(self) -> bytes:
        """Some of the pictures as an animated WebP, which every browser and many a slide show plays; raises likewise."""
        with self._filming:
            steps = self._some_steps(ANIMATION)
            if self._animation[0] != steps:
                size = _picture(self.recording.grid(steps[0])).size
                frames = [_picture(self.recording.grid(step)).resize(size) for step in steps]
                pace = [1000 // PACE] * (len(frames) - 1) + [REST]
                self._animation = (steps, images.animation(frames, pace))
            return self._animation[1]

    def _some_steps(self, most: int) -> list[int]:
        """At most so many of the steps with a picture, from the first to the last."""
        steps = self.recording.steps()
        if len(steps) > most:
            steps = [steps[i * (len(steps) - 1) // (most - 1)] for i in range(most)]
        steps = [step for step in steps if self._is_readable(step)]
        if not steps:
            raise requests.mistake("watch_none")
        return steps

    def _is_readable(self, step: int) -> bool:
        """Whether the picture of a step is sound: a damaged one is left out of a film."""
        try:
            _picture(self.recording.grid(step))
        except UserError:
            return False
        return True


def _frames(recording: Recording, steps: list[int]) -> Iterator[Tensor]:
    """The frames of a film, which are in memory one at a time."""
    size = _picture(recording.grid(steps[0])).size
    larger = max(1, -(-HEIGHT // size[1]))
    for step in steps:
        picture = _picture(recording.grid(step)).resize((size[0] * larger, size[1] * larger), Image.Resampling.NEAREST)
        yield images.from_pil(picture, 3)


def _picture(content: bytes) -> Image.Image:
    return open_picture(content).convert("RGB")


class Watch:
    """All runs that there are to look at."""

    def __init__(self) -> None:
        self.list = Shared(self._list)
        self._watched: dict[tuple[str, str], Watched] = {}
        self._followed: dict[str, Run] = {}

    def follow(self, repository: Any) -> str:
        """Put a run on the Hub into the list; returns its name there. Raises `UserError` where there is none."""
        run = run_mirror.follow(repository if isinstance(repository, str) else "")
        self._followed[run.folder.name] = run
        return run.folder.name

    def find(self, where: str, name: str) -> Watched:
        """One of the runs in the list; raises `UserError` where it isn't there."""
        if not (isinstance(where, str) and isinstance(name, str)):  # anybody may ask for anything
            raise requests.mistake("watch_gone")
        known = self._watched.get((where, name))
        if known is None or not known.run.folder.exists():
            self._watched.pop((where, name), None)
            recording = self._recordings(where).get(name)
            if recording is None:
                raise requests.mistake("watch_gone")
            known = self._watched[where, name] = Watched(where, recording())
        return known

    def _recordings(self, where: str) -> dict[str, Callable[[], Recording]]:
        if where in (HERE, HUB):
            found = launch.list_runs(runs_folder()) if where == HERE else dict(self._followed)
            return {name: lambda run=run: Recording(run) for name, run in found.items()}  # type: ignore[misc]
        if where == SHIPPED:
            # A name of the Hub has a slash, which would end it in an address.
            folders = {name.replace("/", "--"): folder for name, folder in list_weights().items()}
            folders = {name: folder for name, folder in folders.items() if (folder / "grids.webp").exists()}
            return {name: lambda folder=folder: Replay(folder) for name, folder in folders.items()}  # type: ignore[misc]
        return {}

    def _list(self) -> list[dict[str, Any]]:
        """Every run with what it is, and what it is called in each language (`said`): the weights' own first."""
        found = []
        for where in (SHIPPED, HERE, HUB):
            for name in self._recordings(where):
                try:
                    watched = self.find(where, name)
                    settings = _settings(watched.recording)
                except UserError:  # a damaged folder, or one that has just gone
                    continue
                alive = where == HERE and launch.running(watched.run)
                found.append({"where": where, "name": name, "alive": alive, **_what(settings)})
        shipped = {one["name"]: names.name_of(one["name"], one) for one in found if one["where"] == SHIPPED}
        said = names.told_apart(shipped)
        return [{**one, "said": said[one["name"]] if one["where"] == SHIPPED else _called(one)} for one in found]


def _called(run: dict[str, Any]) -> names.Name:
    """What people call a run that the page has started: what it learns from, its kind of network, and its number. Others have
    the name that somebody gave them."""
    name, number = run["name"], run["name"].removeprefix(f"{run['model']}-{run['data']}-")
    if run["where"] != HERE or not number.isdecimal():
        return dict.fromkeys(i18n.LANGUAGES, name)
    return {language: f"{said} {number}" for language, said in names.name_of(name, run).items()}


def _what(settings: dict[str, Any]) -> dict[str, Any]:
    return {key: settings.get(key, "") for key in ("model", "data")}


def _settings(recording: Recording) -> dict[str, Any]:
    """A run's settings; none where they are damaged."""
    try:
        return recording.settings()
    except UserError:
        return {}
