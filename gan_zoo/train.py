"""The one training loop: EMA, checkpoints, resume, sample grids, several processes. It knows no loss."""

from __future__ import annotations

import copy
import dataclasses
import math
import platform
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, Literal, cast

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from gan_zoo import images, precision
from gan_zoo.data import Batches, Dataset, load_data, source_of
from gan_zoo.errors import UserError, unknown
from gan_zoo.flat import palette
from gan_zoo.metrics import FeatureNetwork, Judge
from gan_zoo.pairs import PAIRINGS, PairedDataset, UnpairedDataset, load_pairs
from gan_zoo.precision import Precision
from gan_zoo.processes import Processes, sign
from gan_zoo.registry import Batch, Model, Sampler, build_config, model_class
from gan_zoo.remote import Remote
from gan_zoo.runlog import Control, Run, read_json, write_json
from gan_zoo.variety import Variety

Tensors = list[Tensor] | tuple[Tensor, ...]
Ending = Literal["complete", "out of time", "interrupted", "stopped"]
EARLY_GRIDS = (1, 2, 5, 10, 20, 50, 100, 200)
# What a resumed run may do differently without becoming another run.
FREE_ON_RESUME = ("steps", "minutes", "device", "metrics_every", "features")
# Pictures that a measurement within a run is over: few enough to be worth it every few ticks.
MEASURED = 1_000


@dataclass(frozen=True)
class TrainConfig:
    model: str
    """name of the model"""
    data: str
    """name of the data set, or a folder, or a parquet file"""
    options: dict[str, Any] = field(default_factory=dict)
    """fields of the model's config; size, channels and classes follow the data where they are not given"""
    start: str = ""
    """folder of a run of the same model whose weights (EMA) to start from; empty for random weights"""
    steps: int = 10_000
    """updates of every network"""
    minutes: float = 0.0
    """stop after so many minutes of this run; 0 for no limit"""
    batch_size: int = 64
    """pictures in a batch of one process"""
    learning_rates: dict[str, float] = field(default_factory=dict)
    """learning rate by network; the model's own where it is not given"""
    decay_from: float = 1.0
    """share of the steps after which the learning rates fall linearly to zero"""
    ema: float = 0.999
    """decay of the moving average of the weights"""
    pairs: str = ""
    """for a translator: where the picture to start from comes from (line, edges, grey, blocks, sides, folders, columns)"""
    mirror: bool = False
    """flip pictures left to right at random"""
    jitter: float = 0.0
    """shift and scale pictures at random by up to this share of their size"""
    precision: str = "auto"
    """float32 or bfloat16, with /channels_last behind it or not; auto times them"""
    clip: float = 0.0
    """largest gradient norm of a network; 0 for no clipping"""
    tick: int = 200
    """steps between two lines of the log, sample grids and checkpoints"""
    metrics_every: int = 0
    """ticks between two measurements of a sampler (FID, KID, precision, recall), the best of which is kept; 0 for none"""
    features: str = ""
    """weights of the feature network that measures (default: features-DATA)"""
    seed: int = 0
    """seed of the weights, the noise and the order of the pictures"""
    device: str = "auto"
    """cpu or cuda; auto takes the GPU where there is one"""

    def __post_init__(self) -> None:
        for name, least in (("steps", 1), ("batch_size", 2), ("tick", 1)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be at least {least}")
        if self.precision not in ("auto", *precision.CANDIDATES):
            raise ValueError(f"precision is '{self.precision}'; it must be auto, {', '.join(precision.CANDIDATES)}")


class Trainer:
    """A model in training and all that changes with a step: networks, EMA, optimizers, batches, random states."""

    def __init__(self, config: TrainConfig, data: Dataset, processes: Processes) -> None:
        self.config, self.processes, self.device = config, processes, processes.device
        self.step, self.seconds = 0, 0.0
        torch.manual_seed(config.seed)
        self.model = new_model(config, data).to(self.device)
        if config.start:
            _start_from(Run(Path(config.start)), self.model)
        self.data = data.to(self.device)
        self.batches = Batches(
            self.data, config.batch_size, config.seed, config.mirror, processes.rank, processes.count, config.jitter
        )
        for network in config.learning_rates:
            if network not in self.model.LEARNING_RATES:
                raise unknown(f"network of model '{config.model}'", network, self.model.LEARNING_RATES)
        self.learning_rates = {**self.model.LEARNING_RATES, **config.learning_rates}
        self.rates_at_first, self.steps_at_first = self.learning_rates, self.discriminator_steps

        chosen = config.precision if config.precision != "auto" else processes.broadcast(str(self._fastest_precision()))
        self.precision = Precision.parse(chosen)
        self.precision.lay_out_network(self.model)
        if processes.count > 1 and self.device.type == "cuda":
            self.model = nn.SyncBatchNorm.convert_sync_batchnorm(self.model)
        self.ema = AveragedModel(self.model, multi_avg_fn=self._average, use_buffers=True).eval()
        self.optimizers = self.model.optimizers(self.learning_rates)
        self.gradient_norms: dict[str, Tensor] = {}
        for network, optimizer in self.optimizers.items():
            optimizer.register_step_pre_hook(self._before_update(network))
        # Every process draws noise of its own.
        torch.manual_seed(config.seed + processes.rank * 1_000_003 + 1)

    def train_step(self) -> dict[str, Tensor]:
        """One step on the next batch; the scalars stay on the device."""
        for network, optimizer in self.optimizers.items():
            for group in optimizer.param_groups:
                group["lr"] = self.learning_rates[network] * self._decay()
        values = run_step(self.model, next(self.batches), self.optimizers, self.precision)
        self.ema.update_parameters(self.model)
        self.step += 1
        return values | {f"{network}_gradient_norm": norm for network, norm in self.gradient_norms.items()}

    @property
    def discriminator_steps(self) -> int:
        """Updates of the discriminator for each of the generator; 0 where the model has no choice."""
        return getattr(self.model.config, self.model.DISCRIMINATOR_STEPS) if self.model.DISCRIMINATOR_STEPS else 0

    @discriminator_steps.setter
    def discriminator_steps(self, steps: int) -> None:
        if self.model.DISCRIMINATOR_STEPS:
            self.model.config = dataclasses.replace(self.model.config, **{self.model.DISCRIMINATOR_STEPS: steps})

    def obey(self, control: Control) -> None:
        """Take on the learning rates and discriminator steps of `control`, or those of the run's beginning where it names
        none; raises `UserError` where the model has no such network, or no choice of steps."""
        for network in control.learning_rates:
            if network not in self.learning_rates:
                raise unknown(f"network of model '{self.config.model}'", network, self.learning_rates)
        if control.discriminator_steps and not self.model.DISCRIMINATOR_STEPS:
            raise UserError(f"a {self.config.model} has no choice of discriminator steps", "no_discriminator_steps")
        self.learning_rates = {**self.rates_at_first, **control.learning_rates}
        self.discriminator_steps = control.discriminator_steps or self.steps_at_first

    def _decay(self) -> float:
        """The factor of the learning rates at this step."""
        left = 1 - self.step / self.config.steps
        return min(1.0, left / (1 - self.config.decay_from)) if self.config.decay_from < 1 else 1.0

    @torch.no_grad()
    def _average(self, averages: Tensors, weights: Tensors, updates: Tensor | int) -> None:
        """Exponential moving average whose decay grows with the first updates, so that the start is soon forgotten."""
        n = float(updates)
        decay = min(self.config.ema, (1 + n) / (10 + n))
        if averages[0].is_floating_point():
            torch._foreach_lerp_(averages, weights, 1 - decay)
        else:  # counters
            torch._foreach_copy_(averages, weights)

    def _before_update(self, network: str) -> Any:
        """What happens between a network's backward pass and its update: average, measure, clip."""

        def hook(optimizer: torch.optim.Optimizer, args: Any, kwargs: Any) -> None:
            weights = [w for group in optimizer.param_groups for w in group["params"] if w.grad is not None]
            gradients = [w.grad for w in weights if w.grad is not None]
            if self.processes.count > 1:
                together = self.processes.mean(torch.cat([g.flatten() for g in gradients]))
                for gradient, part in zip(gradients, together.split([g.numel() for g in gradients]), strict=True):
                    gradient.copy_(part.view_as(gradient))
            norm = torch.nn.utils.get_total_norm(gradients)
            if self.config.clip:
                torch.nn.utils.clip_grads_with_norm_(weights, self.config.clip, norm)
            self.gradient_norms[network] = norm.detach()

        return hook

    def _fastest_precision(self) -> Precision:
        """The precision whose training step is the fastest here; leaves no trace in the trainer."""

        def prepare(choice: Precision) -> Any:
            model = copy.deepcopy(self.model)
            choice.lay_out_network(model)
            optimizers = model.optimizers(self.learning_rates)
            batch = self.data.batch(slice(0, self.config.batch_size))
            return lambda: run_step(model, batch, optimizers, choice)

        with torch.random.fork_rng():
            return precision.fastest(precision.candidates(self.model), prepare)

    @torch.no_grad()
    def preview(self) -> Tensor | None:
        """The sample grid's pictures from the EMA weights, from the same inputs at every call."""
        model = cast(Model, self.ema.module)
        # Pairs from all over the data: neighbours are alike, and no pair stands for another.
        rows = torch.arange(model.PREVIEWED) * len(self.data) // model.PREVIEWED
        batch = self.data.batch(rows.to(self.device) if self.config.pairs else slice(0, model.PREVIEWED))
        return model.preview(batch, torch.Generator().manual_seed(self.config.seed))

    def state_dict(self) -> dict[str, Any]:
        random = torch.cuda.get_rng_state() if self.device.type == "cuda" else torch.get_rng_state()
        return {
            "step": self.step,
            "seconds": self.seconds,
            "learning_rates": self.learning_rates,
            "discriminator_steps": self.discriminator_steps,
            "model": self.model.state_dict(),
            "ema": self.ema.module.state_dict(),
            "ema_updates": self.ema.n_averaged,
            "optimizers": {network: optimizer.state_dict() for network, optimizer in self.optimizers.items()},
            "batches": self.batches.state_dict(),
            "random": self.processes.gather(random),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        self.step, self.seconds = state["step"], state["seconds"]
        if "learning_rates" in state:  # else a run from before they could change
            self.learning_rates, self.discriminator_steps = state["learning_rates"], state["discriminator_steps"]
            self.rates_at_first, self.steps_at_first = self.learning_rates, self.discriminator_steps
        self.model.load_state_dict(state["model"])
        self.ema.module.load_state_dict(state["ema"])
        self.ema.n_averaged.copy_(state["ema_updates"])
        for network, optimizer in self.optimizers.items():
            optimizer.load_state_dict(state["optimizers"][network])
        self.batches.load_state_dict(state["batches"])
        if self.processes.rank < len(state["random"]):
            set_state = torch.cuda.set_rng_state if self.device.type == "cuda" else torch.set_rng_state
            set_state(state["random"][self.processes.rank].cpu())
        else:  # resumed with more processes than it had
            torch.manual_seed(self.config.seed + self.processes.rank * 1_000_003 + self.step)


def run_step(model: Model, batch: Batch, optimizers: Mapping[str, torch.optim.Optimizer], how: Precision) -> dict[str, Tensor]:
    """One `training_step` in a given precision and layout."""
    with how.autocast(model.device):
        return model.training_step({key: how.lay_out(value) for key, value in batch.items()}, optimizers)


def new_model(config: TrainConfig, data: Dataset) -> Model:
    """The model that `config` asks for, its size, channels and classes taken from the data where they are not given."""
    cls = model_class(config.model)
    natural = {
        "size": data.images.shape[-1],
        "channels": data.images.shape[1],
        "input_channels": data.input_channels if isinstance(data, PairedDataset | UnpairedDataset) else 0,
        "classes": len(data.classes),
        "heads": tuple(len(words) for words in data.attributes.values()),
    }
    fields = {f.name for f in dataclasses.fields(cls.Config)}
    options = {key: value for key, value in natural.items() if key in fields} | config.options
    return cls(build_config(cls.Config, options, f"model '{config.model}'"))


def _start_from(run: Run, model: Model) -> None:
    """Give `model` the EMA weights of a run; raises `UserError` where there is no such run, or one of another model."""
    if not run.config.exists():
        raise UserError(
            f"there is no run in {run.folder} to start from: train it first, or leave it out (--start '')", "no_run"
        )
    try:
        model.load_state_dict(run.read_checkpoint()["ema"])
    except RuntimeError as error:
        raise UserError(
            f"the run in {run.folder} is of another model or of other sizes, so that nothing can start from it", "other_run"
        ) from error


def train(
    config: TrainConfig, run: Run, resume: bool = False, quiet: bool = False, features: FeatureNetwork | None = None
) -> Ending:
    """Train in the folder of `run` until the steps, the minutes or the patience (Ctrl-C, a stop in control.json) are over.

    Args:
        features: the network to measure over, where `config.metrics_every` asks for measurements.

    Returns:
        which of these came first; but for "complete" the run can be resumed.

    Raises:
        UserError: the run exists and isn't to be resumed, or is one of another configuration; the data can't be
            had; the losses are no longer numbers; a file can't be written. The last checkpoint stays.
    """
    if run.checkpoint.exists() and not resume:
        raise UserError(f"{run.folder} holds a run: go on with it (--resume) or choose another --name", "run_exists")
    if resume:
        config = _resumed_config(config, run)
    processes = Processes(config.device)
    data = _load(config)
    for reason in data.skipped:
        _say(processes, quiet, f"skipped {reason}")
    if data.skipped:
        _say(processes, quiet, f"{len(data.skipped)} pictures could not be read and are left out")
    # What a run once started from may be gone when it goes on.
    trainer = Trainer(dataclasses.replace(config, start="") if resume else config, data, processes)
    config = dataclasses.replace(config, precision=str(trainer.precision))
    if resume:
        trainer.load_state_dict(run.read_checkpoint())
    try:
        if processes.main:
            write_json(run.config, _description(config, trainer))
            sign(run)
            run.append({"step": trainer.step, "event": "resume" if resume else "start"})
        judge = _judge(config, trainer, run, features) if config.metrics_every else None
        with _interrupts() as interrupted:
            ending = _loop(config, trainer, run, judge, interrupted, quiet)
        if processes.main:
            run.append({"step": trainer.step, "event": "end", "ending": ending})
        processes.close()
        return ending
    except UserError as error:
        if processes.main:
            run.append({"step": trainer.step, "event": "end", "ending": error.code, "message": str(error)})
        raise
    except OSError as error:
        raise UserError(
            f"could not write to {run.folder} ({error.strerror}): the last checkpoint is kept; "
            "make room and go on with --resume",
            "disk",
        ) from error


def _load(config: TrainConfig) -> Dataset:
    """The training data: pairs for a translator, pictures for the others."""
    size, translates = config.options.get("size"), model_class(config.model).kind == "translator"
    if translates != bool(config.pairs):
        ours = ", ".join(PAIRINGS)
        raise UserError(
            f"{config.model} translates pictures: say with --pairs where its inputs come from ({ours})"
            if translates
            else f"{config.model} is no translator, so it takes no --pairs",
            "pairs",
        )
    if translates:
        return load_pairs(config.data, config.pairs, "train", size)
    return load_data(config.data, "train", size, config.options.get("channels"))


def _loop(config: TrainConfig, trainer: Trainer, run: Run, judge: Judge | None, interrupted: list[int], quiet: bool) -> Ending:
    from tqdm import tqdm

    processes, started = trainer.processes, time.monotonic()
    remote = Remote(run, processes, trainer.obey, lambda: bool(interrupted))
    variety = Variety(trainer.data, trainer.model.PREVIEWED) if isinstance(trainer.model, Sampler) else None
    bar = tqdm(total=config.steps, initial=trainer.step, disable=quiet or not processes.main, unit="step", smoothing=0.05)
    sums: dict[str, Tensor] = {}
    tick_start, tick_step, ticks = started, trainer.step, 0
    done = trainer.step >= config.steps
    while not done:
        for key, value in trainer.train_step().items():
            sums[key] = sums[key] + value if key in sums else value
        bar.update()
        step = trainer.step
        out_of_time = 0 < config.minutes * 60 < time.monotonic() - started
        regular = step % config.tick == 0 or step >= config.steps
        halts = remote.halts(step, regular)
        at_tick = regular or halts
        if processes.count == 1:
            at_tick = at_tick or bool(interrupted) or out_of_time
        if not at_tick:
            if step in EARLY_GRIDS:
                _draw(trainer, run)
            continue

        # The one synchronisation with the device.
        means = dict(zip(sums, processes.mean(torch.stack([v.float() for v in sums.values()])).tolist(), strict=True))
        means = {key: value / (step - tick_step) for key, value in means.items()}
        seconds = time.monotonic() - tick_start
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
        row |= {f"{network}_learning_rate": o.param_groups[0]["lr"] for network, o in trainer.optimizers.items()}
        broken = [key for key, value in means.items() if not math.isfinite(value)]
        grid = _draw(trainer, run)
        if grid is not None and variety and not broken:
            row |= variety.measure(grid)
        ticks += 1
        if judge and not broken and processes.main and ticks % config.metrics_every == 0:
            row |= _measure(trainer, run, judge)
        if processes.main:
            run.append({key: None if key in broken else value for key, value in row.items()})
        if broken:
            raise UserError(
                f"{broken[0]} is no longer a number at step {step}: the checkpoint before it is kept; "
                "try a lower learning rate, or --clip 1",
                "diverged",
            )
        _save(trainer, run)
        bar.set_postfix({"images/s": f"{rate:.0f}"} | {k: f"{v:.3f}" for k, v in means.items() if k.endswith("loss")})
        done = step >= config.steps or any(processes.gather(bool(interrupted) or out_of_time))
        if halts and not done:
            waiting = time.monotonic()
            done = remote.wait(step)
            started += time.monotonic() - waiting
        sums, tick_start, tick_step = {}, time.monotonic(), step
    bar.close()
    if trainer.step >= config.steps:
        return "complete"
    if remote.control.stop:
        return "stopped"
    return "interrupted" if any(processes.gather(bool(interrupted))) else "out of time"


def _draw(trainer: Trainer, run: Run) -> Tensor | None:
    """Save the sample grid; returns its pictures."""
    pictures = trainer.preview() if trainer.processes.main else None
    if pictures is not None:
        run.save_grid(trainer.step, images.grid(pictures))
    return pictures


def _judge(config: TrainConfig, trainer: Trainer, run: Run, features: FeatureNetwork | None) -> Judge | None:
    """What the run is measured with; what real pictures get goes into the log."""
    if not trainer.processes.main:
        return None
    if not isinstance(trainer.model, Sampler) or features is None:
        raise UserError(f"a run of {config.model} can't be measured while it is on: leave out --metrics-every", "wrong_kind")
    _, *shape = trainer.data.images.shape
    test = load_data(config.data, "test", shape[-1], shape[0])
    judge = Judge(test, features, min(MEASURED, len(trainer.data)), config.seed)
    run.append({"step": trainer.step, "event": "real", "value": _rounded(judge.real(trainer.data))})
    return judge


@torch.no_grad()
def _measure(trainer: Trainer, run: Run, judge: Judge) -> Mapping[str, float]:
    """The metrics of the averaged weights, which are kept if their FID is the lowest so far."""
    model = trainer.ema.module
    assert isinstance(model, Sampler)
    metrics = _rounded(judge.samples(trainer.config.model, model.draw))
    if not run.best.exists() or metrics["fid"] < run.read_checkpoint(best=True)["metrics"]["fid"]:
        state = {"step": trainer.step, "seconds": trainer.seconds, "ema": model.state_dict(), "metrics": metrics}
        run.write_checkpoint(state, best=True)
    return {key: value for key, value in metrics.items() if key != "n"}


def _rounded(row: Mapping[str, float]) -> dict[str, float]:
    return {key: round(value, 6) for key, value in row.items()}


def _save(trainer: Trainer, run: Run) -> None:
    state = trainer.state_dict()
    if trainer.processes.main:
        run.write_checkpoint(state)


def _description(config: TrainConfig, trainer: Trainer) -> dict[str, Any]:
    """The run's config.json: what was asked for, completed by what was chosen."""
    source = source_of(config.data)
    gpu = torch.cuda.get_device_name() if trainer.device.type == "cuda" else ""
    return dataclasses.asdict(config) | {
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
        "hardware": gpu or f"{torch.get_num_threads()} CPU thread(s), {platform.machine()}",
    }


def saved_settings(run: Run) -> dict[str, Any]:
    """The fields of the `TrainConfig` that a run was started with, completed by what was chosen for it then."""
    saved = read_json(run.config)
    saved["data"] = saved["path"]
    # A run from before a field came to be was one with its default.
    return {f.name: saved[f.name] for f in dataclasses.fields(TrainConfig) if f.name in saved}


def _resumed_config(config: TrainConfig, run: Run) -> TrainConfig:
    """The config to go on with; raises `UserError` where `config` asks for another run than the one in the folder."""
    if not run.config.exists():
        raise UserError(f"there is no run in {run.folder}: start it without --resume", "no_run")
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
        differing += [f"{k} ({h} in the run, {a} asked)" for k, a, h in pairs if (list(a) if isinstance(a, tuple) else a) != h]
    if differing:
        raise UserError(
            f"{run.folder} is a run of another configuration: {'; '.join(differing)}; "
            "ask for the same, or choose another --name",
            "other_run",
        )
    return dataclasses.replace(config, **{key: value for key, value in saved.items() if key not in FREE_ON_RESUME})


@contextmanager
def _interrupts() -> Iterator[list[int]]:
    """Collects SIGINT and SIGTERM so that the loop ends after the step at hand; a second SIGINT ends it at once."""
    received: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        if number in received:
            raise KeyboardInterrupt
        received.append(number)

    try:
        previous = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    except ValueError:  # signals belong to the main thread; in another one they are not ours
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
