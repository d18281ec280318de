"""A model in training, with everything that changes from step to step. The losses belong to the models."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from gan_zoo import precision
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
from gan_zoo.training.config import TrainConfig
from gan_zoo.training.distributed import Processes
from gan_zoo.weights.folder import load_folder
from gan_zoo.weights.store import find

Tensors = list[Tensor] | tuple[Tensor, ...]


class Trainer:
    """A model in training with everything that changes from step to step: networks, EMA, optimizers, batches, random state.

    Raises:
        UserError: the config names an unknown network or option, or the run to start from doesn't exist or doesn't fit.
    """

    def __init__(self, config: TrainConfig, data: Dataset, processes: Processes) -> None:
        self.config, self.processes, self.device = config, processes, processes.device
        self.step, self.seconds = 0, 0.0
        torch.manual_seed(config.seed)
        self.model = new_model(config, data).to(self.device)
        if self.model.TEACHER and (teacher := getattr(self.model.config, self.model.TEACHER)):
            self.model.teacher = Teacher(load_folder(find(teacher), self.device))
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
        self._remember_initial_settings()

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
        # Every process draws its own noise.
        torch.manual_seed(config.seed + processes.rank * 1_000_003 + 1)

    def train_step(self) -> dict[str, Tensor]:
        """Train one step on the next batch and return scalars by name, still on the device."""
        for network, optimizer in self.optimizers.items():
            for group in optimizer.param_groups:
                group["lr"] = self.learning_rates[network] * self._decay()
        values = run_step(self.model, next(self.batches), self.optimizers, self.precision)
        self.ema.update_parameters(self.model)
        self.step += 1
        return values | {f"{network}_gradient_norm": norm for network, norm in self.gradient_norms.items()}

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

    @torch.no_grad()
    def _average(self, averages: Tensors, weights: Tensors, updates: Tensor | int) -> None:
        """Update the exponential moving average. Its decay grows during the first updates, so the initial weights fade
        quickly."""
        n = float(updates)
        decay = min(self.config.ema, (1 + n) / (10 + n)) if self.model.AVERAGED else 0.0
        if averages[0].is_floating_point():
            torch._foreach_lerp_(averages, weights, 1 - decay)
        else:  # counters
            torch._foreach_copy_(averages, weights)

    def _before_update(self, network: str) -> Any:
        """Return a hook for the time between backward pass and update. It averages the gradients over the processes, measures
        their norm and clips them."""

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
        """Return the precision with the fastest training step on this device. The trainer itself doesn't change."""

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
        """Return the pictures of the sample grid from the EMA weights, with the same inputs at every call."""
        model = cast(Model, self.ema.module)
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
        """Return everything that a resumed run needs; all processes must call this."""
        random = _random(self.device).get_rng_state()
        return {
            "step": self.step,
            "seconds": self.seconds,
            "learning_rates": self.learning_rates,
            "discriminator_steps": self.discriminator_steps,
            "loss_weight": self.loss_weight,
            "model": self.model.state_dict(),
            "ema": self.ema.module.state_dict(),
            "ema_updates": self.ema.n_averaged,
            "optimizers": {network: optimizer.state_dict() for network, optimizer in self.optimizers.items()},
            "batches": self.batches.state_dict(),
            "random": self.processes.gather(random),
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
        self.ema.n_averaged.copy_(state["ema_updates"])
        for network, optimizer in self.optimizers.items():
            optimizer.load_state_dict(state["optimizers"][network])
        self.batches.load_state_dict(state["batches"])
        random, module = state["random"], _random(self.device)
        # A run that goes on in more processes, or on another type of device, draws new noise.
        if self.processes.rank < len(random) and len(random[self.processes.rank]) == len(module.get_rng_state()):
            module.set_rng_state(random[self.processes.rank].cpu())
        else:
            torch.manual_seed(self.config.seed + self.processes.rank * 1_000_003 + self.step)


def _random(device: torch.device) -> Any:
    """Return the module with the functions for the random state of a device."""
    return torch if device.type == "cpu" else torch.get_device_module(device)


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
    }
    fields = {f.name for f in dataclasses.fields(cls.Config)}
    options = {key: value for key, value in natural.items() if key in fields} | config.options
    return create_model(config.model, **options)


def _start_from(run: Run, model: Model) -> None:
    """Load the EMA weights of a run into `model`.

    If the run has another model, only the networks that both models have are loaded.

    Raises:
        UserError: the run doesn't exist, or its weights don't fit.
    """
    if not run.config.exists():
        raise UserError(
            f"there is no run in {run.folder} to start from: train it first, or use random weights (--start '')", "no_run"
        )
    try:
        state = run.read_checkpoint()["ema"]
        if run.settings("model")["model"] == model.name:
            model.load_state_dict(state)
            return
        shared = [name for name, _ in model.named_children() if any(key.startswith(f"{name}.") for key in state)]
        for name in shared:
            model.get_submodule(name).load_state_dict(
                {key.removeprefix(f"{name}."): value for key, value in state.items() if key.startswith(f"{name}.")}
            )
        if not shared:
            raise RuntimeError("no network in common")
    except (RuntimeError, LookupError, TypeError, AttributeError) as error:
        raise UserError(
            f"the run in {run.folder} is of another model or of other sizes: choose a run that fits, or leave out --start",
            "other_run",
        ) from error
