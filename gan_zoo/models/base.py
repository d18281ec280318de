"""The contract that every model fulfils; `models.kinds` has the additions of each kind."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeVar, get_args

import torch
from jaxtyping import Float
from torch import Tensor, nn

from gan_zoo.errors import UserError
from gan_zoo.layers.perceptual import Teacher, perceptual_distance

Kind = Literal["sampler", "translator", "video", "autoencoder", "density", "classifier", "captioned", "embedder"]


Batch = Mapping[str, Tensor]


Optimizers = Mapping[str, torch.optim.Optimizer]


Loaded = TypeVar("Loaded", bound="Model")


@dataclass(frozen=True)
class Call:
    """The call of a model that makes pictures, with two examples of its inputs, for exporters."""

    method: str
    inputs: dict[str, Tensor]
    """the arguments in order, by the names that they get outside"""
    multiple: int = 0
    """pictures may have any sides that are multiples of this number; 0 for pictures of one size only"""


class Model(nn.Module):
    """The contract between a model and everything that trains, measures or serves it.

    A subclass sets `kind`, `Config` (a frozen dataclass whose attribute docstrings are the help texts), `TINY` (a config
    that trains a step in milliseconds), `LEARNING_RATES` (the learning rate of each trained network, by attribute name) and
    `PUBLISHED` (the networks in a weights folder), and implements `training_step`. Images are floats `n c h w` in [-1, 1].

    Each kind adds methods:

    - A `sampler` has `latent(n, generator)` and `sample(z, label)`.
    - An `autoencoder` has these too, and `encode(images)` and `decode(z)`.
    - A `density` is a sampler with `score(images)`.
    - A `translator` has `translate(images, paper)`.
    - A `video` has `next_frame(inputs, past)`.
    - A `classifier` has `forward(images)`, which returns logits, and `features(images)`.
    """

    kind: ClassVar[Kind]
    Config: ClassVar[type[Any]]
    TINY: ClassVar[Any]
    LEARNING_RATES: ClassVar[dict[str, float]]
    PUBLISHED: ClassVar[tuple[str, ...]]
    DISCRIMINATOR_STEPS: ClassVar[str] = ""
    """config field with the number of discriminator updates in a step, or ""; `training_step` reads it in every step, so it
    can change during training"""
    LOSS_WEIGHT: ClassVar[str] = ""
    """config field with the weight of a term of the loss, or ""; it can change during training too"""
    PREVIEWED: ClassVar[int] = 64
    """number of pictures in a sample grid"""
    DROPPED: ClassVar[frozenset[str]] = frozenset()
    """tensors that weights of earlier versions hold and that this model no longer has"""
    TEACHER: ClassVar[str] = ""
    """config field with the name of the weights of the teacher, or ""; a run loads them into `teacher`"""
    FITTED: ClassVar[bool] = False
    """true if the weights are fitted at once to stored pictures; that needs no moving average, and is done by one process"""
    name: ClassVar[str]

    def __init__(self, config: Any) -> None:
        super().__init__()
        self.config = config
        self.teacher: Teacher | None = None
        self.card: dict[str, Any] = {}
        """the card of the weights folder that the model was loaded from; empty for a new model"""

    @classmethod
    def from_pretrained(cls: type[Loaded], name: str | Path, revision: str = "", device: str | torch.device = "cpu") -> Loaded:
        """Load a model from a weights folder, from weights on this machine or from a repository on the Hub (`gan_zoo.load`).

        Args:
            name: a folder, the name of weights, or the name of a repository.
            revision: a branch, tag or commit of the repository.
            device: the device for the weights.

        Raises:
            UserError: `gan_zoo.load` fails, or the weights belong to another model (`wrong_kind`).
        """
        import gan_zoo

        model = gan_zoo.load(Path(name) if Path(name).is_dir() else f"{name}@{revision}" if revision else name, device)
        if not isinstance(model, cls):
            raise UserError(f"the model of '{name}' is {model.name}, not {cls.name}", "wrong_kind", name=str(name))
        return model

    def save_pretrained(self, folder: str | Path) -> None:
        """Write the model as a weights folder."""
        import gan_zoo

        gan_zoo.save_weights(self, Path(folder), self.card)

    def push_to_hub(self, repository: str, private: bool = False, revision: str = "") -> str:
        """Upload the model to a repository on the Hub and return its address; raises the errors of `gan_zoo.push`."""
        import gan_zoo

        with tempfile.TemporaryDirectory() as folder:
            self.save_pretrained(Path(folder) / "weights")
            return gan_zoo.push(Path(folder) / "weights", repository, private, revision)

    @property
    def device(self) -> torch.device:
        return next(self.parameters()).device

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """Channels, height and width of one picture."""
        return self.config.channels, self.config.size, self.config.size

    def optimizers(self, learning_rates: Mapping[str, float]) -> dict[str, torch.optim.Optimizer]:
        """An Adam optimiser (Kingma & Ba 2015) for each network in `learning_rates`, with the betas of the config."""
        betas = getattr(self.config, "betas", (0.9, 0.999))
        return {
            network: torch.optim.Adam(self.get_submodule(network).parameters(), lr=rate, betas=betas, fused=True)
            for network, rate in learning_rates.items()
        }

    def prepare(self, data: Any) -> None:
        """Prepare for training on `data`. A run calls this once, after it has loaded all weights and before the first step."""

    def taught(self, drawn: Float[Tensor, "n c h w"], target: Float[Tensor, "n c h w"]) -> Float[Tensor, ""]:
        """The perceptual distance between pictures and their targets over the maps of the teacher, the mean over pictures.

        Raises:
            UserError: there is no teacher, because no run has loaded it.
        """
        if self.teacher is None:
            raise UserError(
                "a perceptual loss needs a teacher: train with `gan-zoo train`, or set perceptual to 0", "no_teacher"
            )
        with torch.no_grad():
            wanted = self.teacher.taps(target)
        return perceptual_distance(self.teacher.taps(drawn), wanted).mean()

    def training_step(self, batch: Batch, optimizers: Optimizers) -> dict[str, Tensor]:
        """Update every network once; returns detached scalars that stay on the device."""
        raise NotImplementedError

    def example_inputs(self, n: int, generator: torch.Generator) -> dict[str, Tensor]:
        """A random batch of `n` examples for `training_step`, on the CPU."""
        batch = {"image": torch.rand(n, *self.image_shape, generator=generator) * 2 - 1}
        if getattr(self.config, "classes", 0):
            batch["label"] = torch.randint(self.config.classes, (n,), generator=generator)
        return batch

    def call(self) -> Call | None:
        """The call that makes pictures; None for a kind that can't be exported."""
        return None

    def preview(self, batch: Batch, generator: torch.Generator) -> Float[Tensor, "n c h w"] | None:
        """The pictures of a sample grid, or None; they depend only on the batch and the state of `generator`."""
        return None


def kinds() -> tuple[str, ...]:
    """All kinds that a model can have."""
    return get_args(Kind)
