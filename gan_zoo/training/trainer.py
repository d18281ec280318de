"""A model in training, with everything that changes from step to step. The losses belong to the models."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor

from gan_zoo import precision, random_state
from gan_zoo.data.batches import Batches
from gan_zoo.data.dataset import Dataset
from gan_zoo.data.pairs import PairedDataset, UnpairedDataset
from gan_zoo.entries import is_count, is_number
from gan_zoo.errors import UserError, unknown
from gan_zoo.layers.perceptual import Teacher
from gan_zoo.models.base import Batch, Model
from gan_zoo.models.kinds import Sampler
from gan_zoo.models.registry import create_model, model_class
from gan_zoo.precision import Precision
from gan_zoo.runs.control import Control
from gan_zoo.runs.run import Run
from gan_zoo.training.captured import WARM_UP, CapturedStep, portable
from gan_zoo.training.config import TrainConfig
from gan_zoo.training.distributed import Processes
from gan_zoo.training.moving_average import MovingAverage
from gan_zoo.weights.folder import load_folder
from gan_zoo.weights.store import find

# Replays of a captured step that are timed together: one takes about a millisecond.
REPLAYS = 20


class Trainer:
    """A model in training with everything that changes from step to step: networks, EMA, optimizers, batches, random state.

    Raises:
        UserError: the config names an unknown network or option, the run to start from doesn't exist or doesn't fit, or the
            model can't be trained by several processes.
    """

    def __init__(self, config: TrainConfig, data: Dataset, processes: Processes) -> None:
        self.config, self.processes, self.device = config, processes, processes.device
        self.step, self.seconds = 0, 0.0
        if self.device.type == "cuda":
            torch.set_float32_matmul_precision("high")  # TF32
            torch.backends.cudnn.allow_tf32 = torch.backends.cudnn.benchmark = True
        if model_class(config.model).FITTED and processes.count > 1:
            raise UserError(
                f"{config.model} is fitted to pictures in the memory of one process: start it without a launcher", "usage"
            )
        random_state.seed(config.seed, self.device)
        self.model = new_model(config, data).to(self.device)
        if self.model.TEACHER and (teacher := getattr(self.model.config, self.model.TEACHER)):
            self.model.teacher = Teacher(load_folder(find(teacher), self.device))
        if config.start:
            _start_from(Path(config.start), self.model)
        self.data = data.to(self.device)
        self.batches = Batches(
            self.data, config.batch_size, config.seed, config.mirror, processes.rank, processes.count, config.jitter
        )
        for network in config.learning_rates:
            if network not in self.model.LEARNING_RATES:
                raise unknown(f"network of model '{config.model}'", network, self.model.LEARNING_RATES)
        self.learning_rates = {**self.model.LEARNING_RATES, **config.learning_rates}
        self._remember_initial_settings()

        chosen = config.precision if config.precision != "auto" else processes.broadcast(str(self._fastest_precision()))
        self.precision = Precision.parse(chosen)
        self.precision.lay_out_network(self.model)
        self.ema = MovingAverage(self.model, config.ema)
        self.optimizers = self.model.optimizers(self.learning_rates)
        self.gradient_norms: dict[str, Tensor] = {}
        for network, optimizer in self.optimizers.items():
            optimizer.register_step_pre_hook(self._before_update(network))
        # The collectives of several processes are not captured.
        alone = self.device.type == "cuda" and processes.count == 1
        self.captured = CapturedStep(self._work, self.optimizers, self.device) if alone else None
        self._sums: dict[tuple[str, ...], Tensor] = {}
        self._summed = 0
        # Every process draws its own noise, except where all must agree.
        random_state.AGREED.manual_seed(config.seed)
        random_state.seed(config.seed + processes.rank * 1_000_003 + 1, self.device)

    def train_step(self) -> None:
        """Train one step on the next batch. Its scalars stay on the device until `take_means`."""
        rows, share, rates = self.batches.next_rows(), self.ema.next_share(), self.rates
        batch = {"rows": rows}
        if self.captured:
            # A graph reads the pictures where they were when it was captured, and `renew` brings others.
            self.captured(batch, rates, share, (self.model.config, self.data.images.data_ptr()))
        else:
            for network, optimizer in self.optimizers.items():
                for group in optimizer.param_groups:
                    group["lr"] = rates[network]
            self._work(batch, share)
        self.step += 1
        self._summed += 1

    def _work(self, batch: Batch, share: float | Tensor) -> None:
        """What a step does on the device: update the networks and their moving average, and sum up the scalars."""
        values = run_step(self.model, self.batches.read(batch["rows"]), self.optimizers, self.precision)
        self.ema.update(share)
        values |= {f"{network}_gradient_norm": norm for network, norm in self.gradient_norms.items()}
        names = tuple(values)
        if names not in self._sums:
            self._sums[names] = torch.zeros(len(names), device=self.device)
        self._sums[names] += torch.stack([value.float() for value in values.values()])

    def take_means(self) -> dict[str, float]:
        """Return the mean of each scalar over the processes and over the steps since the last call.

        This waits for the device, and nothing else in a step does. All processes must call it.
        """
        means: dict[str, float] = {}
        for names, sums in self._sums.items():
            for name, value in zip(names, self.processes.mean(sums).tolist(), strict=True):
                means[name] = means.get(name, 0.0) + value / self._summed
            sums.zero_()
        self._summed = 0
        return means

    @property
    def rates(self) -> dict[str, float]:
        """The learning rate of each network at this step."""
        return {network: self.learning_rates[network] * self._decay() for network in self.optimizers}

    @property
    def discriminator_steps(self) -> int:
        """The number of discriminator updates per generator update; 0 if the model has no such option."""
        return getattr(self.model.config, self.model.DISCRIMINATOR_STEPS) if self.model.DISCRIMINATOR_STEPS else 0

    @discriminator_steps.setter
    def discriminator_steps(self, steps: int) -> None:
        if self.model.DISCRIMINATOR_STEPS:
            self.model.config = dataclasses.replace(self.model.config, **{self.model.DISCRIMINATOR_STEPS: steps})

    @property
    def loss_weight(self) -> float | None:
        """The weight of the adjustable term of the loss; None if the model has none."""
        return getattr(self.model.config, self.model.LOSS_WEIGHT) if self.model.LOSS_WEIGHT else None

    @loss_weight.setter
    def loss_weight(self, weight: float | None) -> None:
        if self.model.LOSS_WEIGHT:
            self.model.config = dataclasses.replace(self.model.config, **{self.model.LOSS_WEIGHT: weight})

    def _remember_initial_settings(self) -> None:
        """Keep the current settings as those for a control that names none."""
        self.initial_learning_rates, self.initial_discriminator_steps = self.learning_rates, self.discriminator_steps
        self.initial_loss_weight = self.loss_weight

    def apply_control(self, control: Control) -> None:
        """Set the learning rates, discriminator steps and loss weight of `control`; those that it doesn't name get their
        initial values.

        Raises:
            UserError: the model has no such network or setting.
        """
        for network in control.learning_rates:
            if network not in self.learning_rates:
                raise unknown(f"network of model '{self.config.model}'", network, self.learning_rates)
        if control.discriminator_steps and not self.model.DISCRIMINATOR_STEPS:
            raise UserError(
                f"{self.config.model} has no discriminator steps that can change: leave them unset", "no_discriminator_steps"
            )
        if control.loss_weight is not None and not self.model.LOSS_WEIGHT:
            raise UserError(
                f"the loss of {self.config.model} has no term whose weight can change: leave the weight unset", "no_loss_weight"
            )
        self.learning_rates = {**self.initial_learning_rates, **control.learning_rates}
        self.discriminator_steps = control.discriminator_steps or self.initial_discriminator_steps
        self.loss_weight = self.initial_loss_weight if control.loss_weight is None else control.loss_weight

    def _decay(self) -> float:
        """Return the factor of the learning rates at this step, in [0, 1]."""
        left = 1 - self.step / self.config.steps
        return min(1.0, left / (1 - self.config.decay_from)) if self.config.decay_from < 1 else 1.0

    def _before_update(self, network: str) -> Any:
        """Return a hook for the time between backward pass and update. It averages the gradients over the processes, measures
        their norm and clips them."""

        def hook(optimizer: torch.optim.Optimizer, args: Any, kwargs: Any) -> None:
            weights = [w for group in optimizer.param_groups for w in group["params"] if w.grad is not None]
            gradients = [w.grad for w in weights if w.grad is not None]
            self.processes.average_(gradients)
            norm = torch.nn.utils.get_total_norm(gradients)
            if self.config.clip:
                torch.nn.utils.clip_grads_with_norm_(weights, self.config.clip, norm)
            self.gradient_norms[network] = norm.detach()

        return hook

    def _fastest_precision(self) -> Precision:
        """Return the precision with the fastest training step on this device. The trainer itself doesn't change."""

        def prepare(choice: Precision) -> Any:
            model = copy.deepcopy(self.model)
            choice.lay_out_network(model)
            optimizers = model.optimizers(self.learning_rates)
            batch = self.data.batch(slice(0, self.config.batch_size))

            if self.device.type != "cuda":
                return lambda: run_step(model, batch, optimizers, choice)
            captured = CapturedStep(lambda batch, _: run_step(model, batch, optimizers, choice), optimizers, self.device)

            def repeated(times: int = REPLAYS) -> None:
                for _ in range(times):
                    captured(batch, self.learning_rates, 1.0)

            repeated(WARM_UP)
            return repeated

        with random_state.kept(self.device):
            return precision.fastest(precision.candidates(self.model), prepare, device=self.device)

    def share_buffers(self) -> None:
        """Give all processes the same buffers: the means of the running statistics of norms, since each process measures its
        own batches, and the counters and pictures of the main process. All processes must call this before the weights are
        looked at or saved."""
        for model in (self.model, self.ema.module):
            self.processes.average_([b for b in model.buffers() if b.is_floating_point()])
            self.processes.adopt_([b for b in model.buffers() if not b.is_floating_point()])

    @torch.no_grad()
    def preview(self) -> Tensor | None:
        """Return the pictures of the sample grid from the EMA weights, with the same inputs at every call."""
        model = self.ema.module
        # Pairs are evenly spread over the data, because neighbours are often similar.
        rows = torch.arange(model.PREVIEWED) * len(self.data) // model.PREVIEWED
        batch = self.data.batch(slice(0, model.PREVIEWED) if isinstance(model, Sampler) else rows.to(self.device))
        return model.preview(batch, torch.Generator().manual_seed(self.config.seed))

    @torch.no_grad()
    def fresh(self, n: int) -> Tensor:
        """Return `n` samples of a sampler's EMA weights, with latents that no other step uses. The random state of the training
        doesn't change."""
        return cast(Sampler, self.ema.module).draw(n, torch.Generator().manual_seed(self.config.seed + self.step))

    def state_dict(self) -> dict[str, Any]:
        """Return everything that a resumed run needs; all processes must call this, after `share_buffers`."""
        return {
            "step": self.step,
            "seconds": self.seconds,
            "learning_rates": self.learning_rates,
            "discriminator_steps": self.discriminator_steps,
            "loss_weight": self.loss_weight,
            "model": self.model.state_dict(),
            "ema": self.ema.module.state_dict(),
            "ema_updates": self.ema.updates,
            "optimizers": {n: portable(optimizer.state_dict(), self.rates[n]) for n, optimizer in self.optimizers.items()},
            "batches": self.batches.state_dict(),
            "random": self.processes.gather(random_state.states(self.device)),
        }

    def restore(self, run: Run) -> None:
        """Restore the last checkpoint of a run; raises `UserError` if it is missing or damaged, or belongs to another run."""
        state = run.read_checkpoint()
        try:
            if not (is_count(state["step"]) and is_number(state["seconds"])):
                raise TypeError("no number")
            self.load_state_dict(state)
        except (LookupError, TypeError, ValueError, AttributeError, RuntimeError) as error:
            if isinstance(error, torch.OutOfMemoryError):
                raise
            raise UserError(
                f"{run.checkpoint} is damaged or doesn't fit the run's config.json: start a new run with another --name",
                "damaged_file",
                path=run.checkpoint,
            ) from error

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Restore the result of `state_dict`."""
        self.step, self.seconds = state["step"], state["seconds"]
        if "learning_rates" in state:  # runs of older versions lack these
            self.learning_rates, self.discriminator_steps = state["learning_rates"], state["discriminator_steps"]
            self.loss_weight = state.get("loss_weight", self.loss_weight)
            self._remember_initial_settings()
        self.model.load_state_dict(state["model"])
        self.ema.module.load_state_dict(state["ema"])
        self.ema.updates = int(state["ema_updates"])
        for network, optimizer in self.optimizers.items():
            optimizer.load_state_dict(state["optimizers"][network])
        self.batches.load_state_dict(state["batches"])
        rank, random = self.processes.rank, state["random"]
        # A generator that the run didn't have, in a new process or on another type of device, draws new noise.
        random_state.AGREED.manual_seed(self.config.seed + self.step)
        random_state.seed(self.config.seed + rank * 1_000_003 + self.step, self.device)
        saved = random_state.by_type(random[rank]) if rank < len(random) else {}
        agreed = {kind: state for kind, state in random_state.by_type(random[0]).items() if kind == "agreed"}
        random_state.restore(saved | agreed, self.device)


def run_step(model: Model, batch: Batch, optimizers: Mapping[str, torch.optim.Optimizer], how: Precision) -> dict[str, Tensor]:
    """Run one `training_step` with the given precision and memory layout; returns its scalars by name."""
    with how.autocast(model.device):
        return model.training_step({key: how.lay_out(value) for key, value in batch.items()}, optimizers)


def new_model(config: TrainConfig, data: Dataset) -> Model:
    """Return the model of `config`; its size, channels and classes default to those of the data.

    Raises:
        UserError: there is no such model or option.
    """
    cls = model_class(config.model)
    natural = {
        "size": data.images.shape[-1],
        "channels": data.images.shape[1],
        "input_channels": data.input_channels if isinstance(data, PairedDataset | UnpairedDataset) else 0,
        "classes": len(data.classes),
        "heads": tuple(len(words) for words in data.attributes.values()),
        "attributes": tuple(len(words) for words in data.attributes.values()),
    }
    fields = {f.name for f in dataclasses.fields(cls.Config)}
    options = {key: value for key, value in natural.items() if key in fields} | config.options
    return create_model(config.model, **options)


def _start_from(folder: Path, model: Model) -> None:
    """Load the EMA weights of a run, or the weights of a weights folder, into `model`.

    If another model wrote them, or not all of its networks are published, only the networks that both have are loaded.

    Raises:
        UserError: there is neither a run nor a weights folder, or the weights don't fit.
    """
    run = Run(folder)
    if not run.config.exists():
        raise UserError(
            f"there is no run and no weights folder in {folder} to start from: train a run first, or use random weights"
            " (--start '')",
            "no_run",
        )
    try:
        published = (folder / "model.safetensors").exists()
        state = load_folder(folder).state_dict() if published else run.read_checkpoint()["ema"]
        if not published and run.settings("model")["model"] == model.name:
            model.load_state_dict(state)
        else:
            _load_shared(state, model)
    except (RuntimeError, LookupError, TypeError, AttributeError) as error:
        raise UserError(
            f"the weights in {folder} are of another model or of other sizes: choose some that fit, or leave out --start",
            "other_run",
        ) from error


def _load_shared(state: Mapping[str, Tensor], model: Model) -> None:
    """Load the networks that `state` and `model` have in common.

    Raises:
        RuntimeError: they have none in common, or one doesn't fit.
    """
    shared = [name for name, _ in model.named_children() if any(key.startswith(f"{name}.") for key in state)]
    for name in shared:
        model.get_submodule(name).load_state_dict(
            {key.removeprefix(f"{name}."): value for key, value in state.items() if key.startswith(f"{name}.")}
        )
    if not shared:
        raise RuntimeError("no network in common")
