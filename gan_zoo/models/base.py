"""The contract of a model, and what each kind of model adds to it."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeVar, get_args

import torch
from jaxtyping import Float
from torch import Tensor, nn

from gan_zoo.errors import UserError

Kind = Literal["sampler", "translator", "video", "autoencoder", "density", "classifier", "captioned", "embedder"]


Batch = Mapping[str, Tensor]


Optimizers = Mapping[str, torch.optim.Optimizer]


Loaded = TypeVar("Loaded", bound="Model")


class Model(nn.Module):
    """The contract between a model and everything that trains, measures or serves it.

    A subclass sets `kind`, `Config` (a frozen dataclass whose attribute docstrings are the help
    text), `TINY` (a config that trains a step in milliseconds), `LEARNING_RATES` (the networks
    that are trained, by attribute name, with the rate of each) and `PUBLISHED` (the networks that
    a weights folder holds), and writes `training_step`. Images are floats `n c h w` in [-1, 1].

    What its kind adds: a `sampler` has `latent(n, generator)` and `sample(z, label)`, and so have an `autoencoder` beside
    `encode(images)` and `decode(z)`, and a `density` beside `score(images)`; a `translator` has `translate(images, paper)`; a
    `video` has `next_frame(inputs, past)`; a `classifier` has `forward(images)` to logits and
    `features(images)`.
    """

    kind: ClassVar[Kind]
    Config: ClassVar[type[Any]]
    TINY: ClassVar[Any]
    LEARNING_RATES: ClassVar[dict[str, float]]
    PUBLISHED: ClassVar[tuple[str, ...]]
    DISCRIMINATOR_STEPS: ClassVar[str] = ""
    """the field of the config, if any, that says how many updates of the discriminator share out a batch: `training_step`
    reads it anew each time, so that it can change while the training is on"""
    LOSS_WEIGHT: ClassVar[str] = ""
    """the field of the config, if any, that weighs a term of the loss and can change likewise"""
    PREVIEWED: ClassVar[int] = 64
    """pictures of a sample grid"""
    DROPPED: ClassVar[frozenset[str]] = frozenset()
    """tensors that weights of earlier versions hold and that this model no longer has"""
    AVERAGED: ClassVar[bool] = True
    """whether a moving average of its weights is worth having: what is fitted anew at once has none"""
    name: ClassVar[str]

    def __init__(self, config: Any) -> None:
        super().__init__()
        self.config = config
        self.card: dict[str, Any] = {}
        """what the weights folder that it was loaded from says of it"""

    @classmethod
    def from_pretrained(cls: type[Loaded], name: str | Path, revision: str = "", device: str | torch.device = "cpu") -> Loaded:
        """The model of a weights folder, of weights on this machine or of a repository on the Hub (`gan_zoo.load`).

        Args:
            revision: of a repository; a branch, tag or commit.

        Raises:
            UserError: as `gan_zoo.load` does, or where it is another model.
        """
        import gan_zoo

        model = gan_zoo.load(Path(name) if Path(name).is_dir() else f"{name}@{revision}" if revision else name, device)
        if not isinstance(model, cls):
            raise UserError(f"'{name}' is a {model.name}, no {cls.name}", "wrong_kind", name=str(name))
        return model

    def save_pretrained(self, folder: str | Path) -> None:
        """Write the model as a weights folder."""
        import gan_zoo

        gan_zoo.save_weights(self, Path(folder), self.card)

    def push_to_hub(self, repository: str, private: bool = False, revision: str = "") -> str:
        """Bring the model to a repository on the Hub; returns the address. Raises as `gan_zoo.push` does."""
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
        """Adam (Kingma & Ba 2015) for each trained network, with the config's betas."""
        betas = getattr(self.config, "betas", (0.9, 0.999))
        return {
            network: torch.optim.Adam(self.get_submodule(network).parameters(), lr=rate, betas=betas, fused=True)
            for network, rate in learning_rates.items()
        }

    def prepare(self, data: Any) -> None:
        """What a run does once with its data, when all weights are there, before the first step."""

    def training_step(self, batch: Batch, optimizers: Optimizers) -> dict[str, Tensor]:
        """One update of every network; returns detached scalars that stay on the device."""
        raise NotImplementedError

    def example_inputs(self, n: int, generator: torch.Generator) -> dict[str, Tensor]:
        """A random batch of `n` in the form that `training_step` takes, on the CPU."""
        batch = {"image": torch.rand(n, *self.image_shape, generator=generator) * 2 - 1}
        if getattr(self.config, "classes", 0):
            batch["label"] = torch.randint(self.config.classes, (n,), generator=generator)
        return batch

    def preview(self, batch: Batch, generator: torch.Generator) -> Float[Tensor, "n c h w"] | None:
        """The pictures of a sample grid, the same for the same batch and generator state; None if it draws none."""
        return None


def kinds() -> tuple[str, ...]:
    """All kinds that a model can have."""
    return get_args(Kind)
