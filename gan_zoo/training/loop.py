"""A training run: the loop, its log, grids and checkpoints, its end and its resumption."""

from __future__ import annotations

import dataclasses
import math
import platform
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from types import FrameType
from typing import Any, Literal, cast

import torch
from torch import Tensor, nn

from gan_zoo.data.reading import load_data, source_of
from gan_zoo.errors import UserError
from gan_zoo.evaluation.judge import Judge
from gan_zoo.evaluation.metrics import FeatureNetwork
from gan_zoo.files import write_json
from gan_zoo.imaging import images
from gan_zoo.imaging.rectangles import palette
from gan_zoo.models.kinds import Sampler
from gan_zoo.runs.process import Lock, hold, noted, sign
from gan_zoo.runs.run import Run
from gan_zoo.runs.writing import Writer
from gan_zoo.training.config import TrainConfig
from gan_zoo.training.data_record import changes, record
from gan_zoo.training.distributed import Processes
from gan_zoo.training.diversity import DiversityMetrics
from gan_zoo.training.pace import Pace
from gan_zoo.training.steering import Steering
from gan_zoo.training.trainer import Trainer
from gan_zoo.training.training_data import training_data

Ending = Literal["complete", "out of time", "interrupted", "stopped"]
EARLY_GRIDS = (1, 2, 5, 10, 20, 50, 100, 200)
# Settings that may change when a run is resumed.
FREE_ON_RESUME = ("steps", "minutes", "device", "metrics_every", "features")
# Number of pictures for the metrics during a run: few enough to measure every few ticks.
METRIC_PICTURES = 1_000


def train(
    config: TrainConfig, run: Run, resume: bool = False, quiet: bool = False, features: FeatureNetwork | None = None
) -> Ending:
    """Train in the folder of `run` until all steps are done, the time is over, or a user stops it (Ctrl-C, control.json).

    Args:
        resume: continue the run from its last checkpoint.
        quiet: print nothing.
        features: the feature network for the metrics, if `config.metrics_every` is not 0.

    Returns:
        the reason for the end. Except after "complete" the run can be resumed without more steps.

    Raises:
        UserError: the run exists and `resume` is False, or it has another configuration; the data can't be loaded; a loss
            is no longer a finite number; a file can't be written; the memory is full. The last checkpoint stays.
    """
    processes = Processes(config.device)
    with ExitStack() as held:
        lock = _hold(run, processes, held)
        if run.checkpoint.exists() and not resume:
            raise UserError(
                f"{run.folder} already holds a run: resume it with --resume, or choose another --name", "run_exists"
            )
        if resume:
            config = _resumed_config(config, run)
        ending = _train(config, run, resume, quiet, features, processes, lock)
    processes.close()
    return ending


def _hold(run: Run, processes: Processes, held: ExitStack) -> Lock | None:
    """Take the lock of the run until `held` is closed; None in the other processes of the same training."""
    lock, problem = None, None
    if processes.main:
        try:
            lock = held.enter_context(hold(run))
        except UserError as error:
            problem = error
    if problem := processes.broadcast(problem):
        raise problem
    return lock


def _train(
    config: TrainConfig,
    run: Run,
    resume: bool,
    quiet: bool,
    features: FeatureNetwork | None,
    processes: Processes,
    lock: Lock | None,
) -> Ending:
    """`train` while this process holds the lock."""
    data = training_data(config)
    for reason in data.skipped:
        _say(processes, quiet, f"skipped {reason}")
    if data.skipped:
        _say(processes, quiet, f"{len(data.skipped)} pictures are left out")
    for note in data.notes:
        _say(processes, quiet, note)
    trained_on = record(data)
    before = run.settings() if resume else {}
    changed = changes(before, data, _uses_classes(config))
    # A resumed run has its own weights. The run that it once started from may no longer exist.
    trainer = Trainer(dataclasses.replace(config, start="") if resume else config, data, processes)
    config = dataclasses.replace(config, precision=str(trainer.precision))
    if resume:
        trainer.restore(run)
    trainer.model.prepare(trainer.data)
    try:
        if processes.main:
            write_json(run.config, _description(config, trainer) | {"trained_on": trained_on})
            launched = noted(run)
            signature = sign(run)
            if launched != signature:  # otherwise `launch` has done this, and control.json may hold new requests
                run.control.unlink(missing_ok=True)
            run.append({"step": trainer.step, "event": "resume" if resume else "start", "process": signature})
            if changed:
                print(f"gan-zoo: the data '{data.name}' have changed: {changed}", file=sys.stderr)
                count = f"{before.get('trained_on', {}).get('count', '?')} → {len(data)}"
                run.append({"step": trainer.step, "event": "data_changed", "value": count, "message": changed})
        judge = _judge(config, trainer, run, features) if config.metrics_every else None
        with _interrupts() as interrupted, closing(Writer()) as writer:
            ending = run_steps(config, trainer, run, judge, interrupted, quiet, lock, writer)
        if processes.main:
            run.append({"step": trainer.step, "event": "end", "ending": ending})
        return ending
    except (UserError, OSError, MemoryError, RuntimeError) as error:
        failure = _as_user_error(error, run)
        if processes.main and failure is not None and failure.code != "run_taken":
            with suppress(OSError):  # a full disk may have no room even for this
                run.append({"step": trainer.step, "event": "end", "ending": failure.code, "message": str(failure)})
        if failure is None or failure is error:
            raise
        raise failure from error
    finally:
        if lock and lock.held():
            run.control.unlink(missing_ok=True)


def _uses_classes(config: TrainConfig) -> bool:
    """Return True if the model of a run tells classes or attributes apart."""
    return bool(config.options.get("classes") or config.options.get("heads"))


def _as_user_error(error: Exception, run: Run) -> UserError | None:
    """Return the error as a message for the user; None if the error is a bug of this library."""
    kept = "the last checkpoint is kept"
    if isinstance(error, UserError):
        return error
    if isinstance(error, OSError):
        return UserError(
            f"can't write to {run.folder} ({error.strerror}): {kept}; free some space, then continue with --resume", "disk"
        )
    # On the CPU, torch raises a plain RuntimeError.
    if isinstance(error, MemoryError | torch.OutOfMemoryError) or "can't allocate memory" in str(error):
        return UserError(
            f"out of memory: {kept}; continue with --resume, or start a new run with a smaller --batch-size", "memory"
        )
    return None


def run_steps(
    config: TrainConfig,
    trainer: Trainer,
    run: Run,
    judge: Judge | None,
    interrupted: list[int],
    quiet: bool,
    lock: Lock | None,
    writer: Writer,
) -> Ending:
    """Train until all steps are done, the time is over, or a user stops it; `interrupted` has a number after Ctrl-C."""
    from tqdm import tqdm

    processes, started = trainer.processes, time.monotonic()
    steering = Steering(run, processes, trainer.apply_control, lambda: bool(interrupted))
    diversity = DiversityMetrics(trainer.data, trainer.model.PREVIEWED) if isinstance(trainer.model, Sampler) else None
    bar = tqdm(total=config.steps, initial=trainer.step, disable=quiet or not processes.main, unit="step", smoothing=0.05)
    tick_start, tick_step, ticks = started, trainer.step, 0
    done, pace = trainer.step >= config.steps, Pace(processes, writer)
    while not done:
        rates = trainer.rates
        trainer.train_step()
        bar.update()
        step = trainer.step
        out_of_time = 0 < config.minutes * 60 < time.monotonic() - started
        regular = (step % config.tick == 0 and pace.allows()) or step >= config.steps
        halts = steering.halts(step, regular)
        at_tick = regular or halts
        if processes.count == 1:
            at_tick = at_tick or bool(interrupted) or out_of_time
        if not at_tick:
            if step in EARLY_GRIDS:
                trainer.share_buffers()
                _draw(trainer, run, writer)
            continue

        if lock:
            lock.check()
        means = trainer.take_means()
        begun = time.monotonic()
        seconds = begun - tick_start
        trainer.seconds += seconds
        pictures = config.batch_size * processes.count
        rate = (step - tick_step) * pictures / seconds
        left = (config.steps - step) * pictures / rate
        if config.minutes:
            left = min(left, started + config.minutes * 60 - time.monotonic())
        row = {
            "step": step,
            "images": step * pictures,
            "seconds": round(trainer.seconds, 3),
            "images_per_second": round(rate, 1),
            "seconds_left": round(max(0.0, left)),
        }
        row |= {key: round(value, 6) for key, value in means.items()}
        row |= {f"{network}_learning_rate": rate for network, rate in rates.items()}
        broken = [key for key, value in means.items() if not math.isfinite(value)]
        trainer.share_buffers()
        writer.flush()  # the log must not be two ticks ahead of the checkpoint
        grid = _draw(trainer, run, writer)
        if grid is not None and diversity and not broken:
            row |= diversity.measure(grid, trainer.fresh(len(grid)))
        ticks += 1
        if judge and not broken and processes.main and ticks % config.metrics_every == 0:
            row |= _measure(trainer, run, judge)
        if processes.main:
            run.append({key: None if key in broken else value for key, value in row.items()})
        if broken:
            raise UserError(
                f"{broken[0]} is no longer a number at step {step}: the checkpoint before it is kept; "
                "try a lower learning rate, or limit the gradients with --clip 1",
                "diverged",
            )
        _save(trainer, run, writer)
        pace.ticked(time.monotonic() - begun)
        bar.set_postfix({"images/s": f"{rate:.0f}"} | {k: f"{v:.3f}" for k, v in means.items() if k.endswith("loss")})
        done = step >= config.steps or any(processes.gather(bool(interrupted) or out_of_time))
        if halts and not done:
            writer.flush()  # the presenter looks at what is there
            waiting = time.monotonic()
            done = steering.wait(step)
            started += time.monotonic() - waiting
        tick_start, tick_step = time.monotonic(), step
    bar.close()
    writer.flush()
    if trainer.step >= config.steps:
        return "complete"
    if steering.control.stop:
        return "stopped"
    return "interrupted" if any(processes.gather(bool(interrupted))) else "out of time"


def _draw(trainer: Trainer, run: Run, writer: Writer) -> Tensor | None:
    """Save the sample grid and return its pictures; None if there is no grid or this is not the main process."""
    pictures = trainer.preview() if trainer.processes.main else None
    if pictures is not None:
        step = trainer.step
        writer.write(lambda bytes: run.save_grid(step, images.grid(bytes)), images.to_uint8(pictures))
    return pictures


def _judge(config: TrainConfig, trainer: Trainer, run: Run, features: FeatureNetwork | None) -> Judge | None:
    """Return the judge that measures the run; the metrics of real pictures go into the log."""
    if not trainer.processes.main:
        return None
    if not isinstance(trainer.model, Sampler) or features is None:
        raise UserError(f"{config.model} can't be measured during the training: leave out --metrics-every", "wrong_kind")
    _, *shape = trainer.data.images.shape
    test = load_data(config.data_name, "test", shape[-1], shape[0])
    cast(nn.Module, features).to(trainer.device)
    judge = Judge(test, features, min(METRIC_PICTURES, len(trainer.data)), config.seed)
    run.append({"step": trainer.step, "event": "real", "value": _rounded(judge.real(trainer.data))})
    return judge


@torch.no_grad()
def _measure(trainer: Trainer, run: Run, judge: Judge) -> Mapping[str, float]:
    """Return the metrics of the EMA weights. These weights are saved if their FID is the lowest so far."""
    model = trainer.ema.module
    assert isinstance(model, Sampler)
    metrics = _rounded(judge.samples(trainer.config.model, model.draw))
    if not run.best.exists() or metrics["fid"] < run.read_checkpoint(best=True)["metrics"]["fid"]:
        state = {"step": trainer.step, "seconds": trainer.seconds, "ema": model.state_dict(), "metrics": metrics}
        run.write_checkpoint(state, best=True)
    return {key: value for key, value in metrics.items() if key != "n"}


def _rounded(row: Mapping[str, float]) -> dict[str, float]:
    return {key: round(value, 6) for key, value in row.items()}


def _save(trainer: Trainer, run: Run, writer: Writer) -> None:
    state = trainer.state_dict()
    if trainer.processes.main:
        writer.write(run.write_checkpoint, state)


def _description(config: TrainConfig, trainer: Trainer) -> dict[str, Any]:
    """Return the content of the run's config.json: the settings, with every default filled in."""
    source = source_of(config.data)
    gpu = torch.cuda.get_device_name(trainer.device) if trainer.device.type == "cuda" else ""
    return dataclasses.asdict(config) | {
        "device": str(trainer.device),
        "device_asked": config.device,
        "options": dataclasses.asdict(trainer.model.config),
        "learning_rates": trainer.learning_rates,
        "data": trainer.data.name,
        "path": config.data,
        "classes": trainer.data.classes,
        "attributes": trainer.data.attributes,
        "palette": palette(trainer.data.images) if config.pairs else [],
        "counts": getattr(trainer.data, "counts", []),
        "source": {k: getattr(source, k) for k in ("about", "licence", "origin")} if source else {},
        "processes": trainer.processes.count,
        "hardware": gpu or f"{_processor(trainer.device)}, {platform.machine()}",
    }


def _processor(device: torch.device) -> str:
    return f"{torch.get_num_threads()} CPU thread(s)" if device.type == "cpu" else str(device)


def saved_settings(run: Run) -> dict[str, Any]:
    """Return the fields of the run's `TrainConfig`, with every default filled in."""
    saved = run.settings("model", "path", "options")
    saved["data"] = saved["path"]
    saved["device"] = saved.get("device_asked", saved.get("device", "auto"))
    # Runs of older versions lack new fields; these have their defaults.
    return {f.name: saved[f.name] for f in dataclasses.fields(TrainConfig) if f.name in saved}


def _resumed_config(config: TrainConfig, run: Run) -> TrainConfig:
    """Return the config of the resumed run; raises `UserError` if `config` differs from that of the run in the folder."""
    if not run.config.exists():
        raise UserError(f"there is no run in {run.folder} to resume: start one without --resume, or check --name", "no_run")
    saved = saved_settings(run)
    differing = []
    for f in dataclasses.fields(TrainConfig):
        asked, had = getattr(config, f.name), saved.get(f.name, f.default)
        if f.name in FREE_ON_RESUME or (f.name == "precision" and asked == "auto"):
            continue
        if isinstance(asked, dict):
            pairs = [(f"{f.name}.{k}", v, had.get(k)) for k, v in asked.items()]
        else:
            pairs = [(f.name, asked, had)]
        differing += [
            f"{k} ({h} in the run, {a} requested)" for k, a, h in pairs if (list(a) if isinstance(a, tuple) else a) != h
        ]
    if differing:
        raise UserError(
            f"{run.folder} holds a run with another configuration: {'; '.join(differing)}; "
            "use the same settings, or choose another --name",
            "other_run",
        )
    return dataclasses.replace(config, **{key: value for key, value in saved.items() if key not in FREE_ON_RESUME})


@contextmanager
def _interrupts() -> Iterator[list[int]]:
    """Collects SIGINT and SIGTERM, so that the loop ends after the current step. A second one ends it at once."""
    received: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        if number in received:
            raise KeyboardInterrupt
        received.append(number)

    try:
        previous = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    except ValueError:  # only the main thread can handle signals
        yield received
        return
    try:
        yield received
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _say(processes: Processes, quiet: bool, message: str) -> None:
    if processes.main and not quiet:
        print(message, flush=True)
