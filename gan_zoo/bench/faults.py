"""What is lost when a trainer or the app is killed, the disk is full, there is no temporary folder, or the clock jumps back."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from errno import ENOSPC
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch

from gan_zoo.bench.app_process import Page, serving
from gan_zoo.bench.measure import Figure, Report
from gan_zoo.errors import UserError
from gan_zoo.hub.repository import load
from gan_zoo.imaging.images import to_pil
from gan_zoo.runs.run import Run
from gan_zoo.training import launch
from gan_zoo.training.config import TrainConfig
from gan_zoo.training.loop import train

# Steps between two ticks of the training that meets the faults, and the steps of a short one.
TICK, SHORT = 5, 10
# Longest life of a trainer before it is killed, in seconds after its first tick.
LIFE = 1.0
# Exit statuses of a trainer in a process of its own: it ended well, with a sentence, or with a traceback.
WELL, SAID, BROKEN = 0, 3, 4


def faults(kills: int = 100, app_kills: int = 20) -> Report:
    """Measure what is lost: `kills` trainers are killed at random moments, `app_kills` times the app; each write of a training
    in turn meets a full disk; a training has no temporary folder; the clock jumps back an hour in the middle of one."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        config = small(root / "pictures")
        bare = alone(partial(_without_temporary, root / "bare", replace(config, steps=SHORT)))
        figures = [
            *killed(Run(root / "killed"), config, kills),
            *full(root / "full", config),
            Figure("trainings that fail without a temporary folder", bare != WELL, "", 0),
            *clock(Run(root / "clock"), config),
            *(killed_app(root / "app", config, app_kills) if app_kills else ()),
        ]
    return Report(
        f"faults: {kills} kills of a trainer, {app_kills} of the app, and one fault at a time on {config.model}", figures
    )


def small(folder: Path) -> TrainConfig:
    """A training without an end that takes little time and writes often, on a few pictures, which are put into `folder`."""
    folder.mkdir()
    for seed in range(16):
        to_pil(torch.rand(1, 8, 8, generator=torch.Generator().manual_seed(seed)) * 2 - 1).save(folder / f"{seed}.png")
    options = {"size": 8, "latent_size": 8, "generator_widths": (16,), "discriminator_widths": (16,)}
    return TrainConfig("mlp_gan", str(folder), options, steps=10**6, batch_size=8, tick=TICK, device="cpu", precision="float32")


def killed(run: Run, config: TrainConfig, times: int) -> list[Figure]:
    """Kill the trainer of a run again and again, each time at a random moment after its first new tick."""
    chance, lost, unsound, last = random.Random(0), 0, 0, 0
    for _ in range(times):
        trainer = _process(partial(_training, run.folder, config))
        trainer.start()
        while trainer.is_alive() and _last(run) <= last:
            time.sleep(0.005)
        trainer.join(chance.uniform(0, LIFE))
        trainer.kill()
        trainer.join()
        step = _last(run)
        unsound += step <= last or not _is_sound(run)
        with suppress(UserError):
            lost = max(lost, step - run.read_checkpoint()["step"])
        last = step
    short = replace(config, steps=last + TICK)
    ended = alone(partial(_training, run.folder, short))
    litter = [path for path in run.folder.rglob(".*") if path.is_file()]
    steps = [row["step"] for row in run.rows()]
    gaps = sum(after - before != TICK for before, after in pairwise(steps))
    return [
        Figure("kills after which a trainer doesn't go on, or a file is damaged", unsound + (ended != WELL), f"of {times}", 0),
        Figure("most steps lost by a kill", lost, "steps", TICK),
        Figure("ticks that are missing in the log", gaps, f"of {len(steps)}", 0),
        Figure("unfinished files that stay", len(litter), "", 0),
    ]


def full(root: Path, config: TrainConfig) -> list[Figure]:
    """Let the disk be full from each write of a short training on, in turn, and resume the training when it has room again."""
    config, silent, stuck, count = replace(config, steps=SHORT), 0, 0, 0
    while True:
        run = Run(root / str(count))
        ending = alone(partial(_on_full_disk, run.folder, config, count))
        if ending == WELL:
            break
        silent += ending != SAID
        stuck += alone(partial(_training, run.folder, config)) != WELL or not _is_sound(run)
        count += 1
    return [
        Figure("full disks without a sentence that says so", silent, f"of {count}", 0),
        Figure("full disks after which a training doesn't go on", stuck, f"of {count}", 0),
    ]


def clock(run: Run, config: TrainConfig) -> list[Figure]:
    """Let the clock jump back an hour in the middle of a training."""
    ending = alone(partial(_as_clock_jumps, run.folder, replace(config, steps=SHORT)))
    seconds = [row["seconds"] for row in run.rows()]
    return [
        Figure("trainings that fail when the clock jumps back an hour", ending != WELL, "", 0),
        Figure("ticks whose time goes backwards", sum(a > b for a, b in pairwise(seconds)), "", 0),
    ]


def killed_app(root: Path, config: TrainConfig, times: int) -> list[Figure]:
    """Kill the app again and again, while a training that it shows goes on and while it writes weights of it."""
    runs, weights, chance = root / "runs", root / "weights", random.Random(0)
    for folder in (runs, weights):
        folder.mkdir(parents=True)
    run, unsound, silent, before = launch.start(config, runs, "watched"), 0, 0, 0
    try:
        while not run.checkpoint.exists():
            time.sleep(0.1)
        for _ in range(times):
            with serving({"GAN_ZOO_RUNS": str(runs), "GAN_ZOO_WEIGHTS": str(weights)}) as (process, port, _):
                page = Page(port)
                told = json.loads(page.load("/training/runs"))
                silent += not any(entry.get("name") == run.folder.name and entry.get("alive") for entry in told)
                publishing = threading.Thread(target=_publish, args=(page, run.folder.name), daemon=True)
                publishing.start()
                publishing.join(chance.uniform(0, 1.5 * LIFE))
                process.kill()
            step = _last(run)
            unsound += step <= before or not _is_sound(run) or not _are_sound(weights)
            before = step
    finally:
        launch.kill(run)
    litter = [path for path in weights.rglob(".*") if path.is_file()]
    return [
        Figure("kills of the app that damage its weights or the training", unsound, f"of {times}", 0),
        Figure("restarts after which the app doesn't show the training", silent, f"of {times}", 0),
        Figure("unfinished files of weights that stay", len(litter), "", 0),
    ]


def _publish(page: Page, name: str) -> None:
    with suppress(OSError, UserError):
        page.ask("training", "publish", [], {"request": {"n": 1, "name": name}})


def _are_sound(weights: Path) -> bool:
    """Whether every weights folder that has a card can be loaded."""
    try:
        for card in weights.glob("*/config.json"):
            load(card.parent)
    except UserError:
        return False
    return True


def _is_sound(run: Run) -> bool:
    """Whether the files of a run can be read."""
    try:
        run.settings("model", "options", "data")
        run.read_checkpoint()
    except UserError:
        return False
    return bool(run.rows()) and all(path.stat().st_size for path in run.grid_paths().values())


def _last(run: Run) -> int:
    """The last step in the log of a run."""
    rows = run.rows()
    return rows[-1]["step"] if rows else 0


def alone(work: Callable[[], object]) -> int:
    """The exit status of `work` in a process of its own."""
    process = _process(work)
    process.start()
    process.join()
    return int(process.exitcode or 0)


def _process(work: Callable[..., object]) -> Any:
    """A process that has imported torch already, so that it begins at once."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context.Process(target=_ended, args=(work,))


def _ended(work: Callable[[], object]) -> None:
    try:
        work()
    except UserError:
        sys.exit(SAID)
    except BaseException:
        traceback.print_exc()
        sys.exit(BROKEN)


def _training(folder: Path, config: TrainConfig) -> None:
    """Train, from the last checkpoint if there is one."""
    torch.set_num_threads(1)
    run = Run(folder)
    train(config, run, resume=run.checkpoint.exists(), quiet=True)


def _without_temporary(folder: Path, config: TrainConfig) -> None:
    """Train where there is no temporary folder."""
    tempfile.tempdir = str(folder.parent / "nowhere")
    _training(folder, config)


def _on_full_disk(folder: Path, config: TrainConfig, room: int) -> None:
    """Train on a disk that takes so many more files or lines, and then none."""
    left, place = room, str(folder)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal left
        if event == "open" and str(arguments[0]).startswith(place) and arguments[2] & (os.O_WRONLY | os.O_RDWR):
            if not left:
                raise OSError(ENOSPC, "No space left on device")
            left -= 1

    sys.addaudithook(hook)
    _training(folder, config)


def _as_clock_jumps(folder: Path, config: TrainConfig) -> None:
    """Train while the clock of the system jumps back an hour at the first tick."""
    now = time.time
    time.time = lambda: now() - (3600 if (folder / "log.jsonl").exists() else 0)
    _training(folder, config)
