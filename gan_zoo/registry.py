"""What a model promises, and the table of all models by name."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import textwrap
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any, ClassVar, Literal, TypeVar, get_args

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from gan_zoo.errors import UserError, unknown

Kind = Literal["sampler", "translator", "video", "autoencoder", "density", "classifier"]
Batch = Mapping[str, Tensor]
Optimizers = Mapping[str, torch.optim.Optimizer]


class Model(nn.Module):
    """The contract between a model and everything that trains, measures or serves it.

    A subclass sets `kind`, `Config` (a frozen dataclass whose attribute docstrings are the help
    text), `TINY` (a config that trains a step in milliseconds), `LEARNING_RATES` (the networks
    that are trained, by attribute name, with the rate of each) and `PUBLISHED` (the networks that
    a weights folder holds), and writes `training_step`. Images are floats `n c h w` in [-1, 1].

    What its kind adds: a `sampler` has `latent(n, generator)` and `sample(z, label)`; a `translator` has
    `translate(images, paper)`; a `classifier` has `forward(images)` to logits and `features(images)`.
    """

    kind: ClassVar[Kind]
    Config: ClassVar[type[Any]]
    TINY: ClassVar[Any]
    LEARNING_RATES: ClassVar[dict[str, float]]
    PUBLISHED: ClassVar[tuple[str, ...]]
    DISCRIMINATOR_STEPS: ClassVar[str] = ""
    """the field of the config, if any, that says how many updates of the discriminator share out a batch: `training_step`
    reads it anew each time, so that it can change while the training is on"""
    PREVIEWED: ClassVar[int] = 64
    """pictures of a sample grid"""
    name: ClassVar[str]

    def __init__(self, config: Any) -> None:
        super().__init__()
        self.config = config

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


class _Reached(Exception):
    """Ends the run of a network at a layer; carries what the layer is given."""


class Sampler(Model):
    """A model that turns latents into pictures."""

    kind = "sampler"

    def latent(self, n: int, generator: torch.Generator | None = None) -> Float[Tensor, "n z"]:
        """`n` latents from the prior N(0, I), on the generator's device, or the model's where none is given."""
        device = generator.device if generator else self.device
        return torch.randn(n, self.config.latent_size, generator=generator, device=device)

    def sample(self, z: Float[Tensor, "n z"], label: Int[Tensor, "n"] | None = None) -> Float[Tensor, "n c h w"]:
        """The pictures of latents `z`; differentiable in `z`."""
        raise NotImplementedError

    def mapping(self, z: Float[Tensor, "n z"], psi: float = 1.0) -> Float[Tensor, "n w"]:
        """The points of the space that edits are made in, here the latents themselves.

        `psi` draws them towards their mean: w' = mean + psi (w - mean); that of latents is 0.

        A model with a mapping network returns its styles, and overrides the next three methods too: `synthesis` takes
        styles, `entry_weight` is the weight of the layers that read them, and `first_layer` gives them back.
        """
        return z if psi == 1 else psi * z

    def synthesis(self, w: Float[Tensor, "n w"], label: Int[Tensor, "n"] | None = None) -> Float[Tensor, "n c h v"]:
        """The pictures of points `w`: `synthesis(mapping(z), label)` is `sample(z, label)`."""
        return self.sample(w, label)

    @property
    def has_opinion(self) -> bool:
        """Whether the discriminator is there: weights that don't publish it are loaded without."""
        return hasattr(self, "discriminator")

    def opinion(self, images: Float[Tensor, "n c h w"], label: Int[Tensor, "n"] | None = None) -> Float[Tensor, "n"]:
        """The discriminator's logit of pictures, the higher the more real they look to it.

        Where it lies between real and generated depends on the loss: 0 is the border for most, a critic has none.
        """
        return self.get_submodule("discriminator")(images).flatten()

    def entry_weight(self) -> Float[Tensor, "a w"]:
        """The weight of the layers that read `w`, as one matrix from `w` to `a` outputs (Shen & Zhou 2021, eq. 2).

        What these layers are given begins with the latent; columns for the rest, such as a class, are left out.
        """
        readers, _ = self._first_layers()
        # A transposed convolution has its inputs first.
        weights = [m.weight if isinstance(m, nn.ConvTranspose2d) else m.weight.transpose(0, 1) for m in readers]
        return torch.cat([weight.flatten(1).T for weight in weights])[:, : self.config.latent_size]

    def first_layer(self, w: Float[Tensor, "n w"], label: Int[Tensor, "n"] | None = None) -> Float[Tensor, "n a"]:
        """What principal components are taken of (Härkönen et al. 2020, section 2.3): what the first layer makes of `w`,
        after its norm and its nonlinearity."""
        _, second = self._first_layers()
        if second is None:  # the first layer draws the picture
            return self.sample(w, label).flatten(1)

        def stop(layer: nn.Module, given: tuple[Tensor, ...]) -> None:
            raise _Reached(given[0])

        hook = second.register_forward_pre_hook(stop)
        try:
            self.sample(w, label)
        except _Reached as reached:
            return reached.args[0].flatten(1)
        finally:
            hook.remove()
        raise AssertionError("a layer that was in use is so no more")

    def _first_layers(self) -> tuple[list[Any], nn.Module | None]:
        """The layers that are given the latent, and the first one that is given something else."""
        seen: list[tuple[nn.Module, Tensor]] = []
        layers = [m for m in self.modules() if isinstance(m, nn.Linear | nn.Conv2d | nn.ConvTranspose2d)]
        hooks = [m.register_forward_pre_hook(lambda layer, given: seen.append((layer, given[0]))) for m in layers]
        try:
            self.sample(torch.zeros(1, self.config.latent_size, device=self.device))
        finally:
            for hook in hooks:
                hook.remove()
        _, entry = seen[0]
        return [m for m, given in seen if given is entry], next((m for m, given in seen if given is not entry), None)

    def draw(self, n: int, generator: torch.Generator) -> Float[Tensor, "n c h w"]:
        """`n` pictures of random latents, and of random classes where the model has them; `generator` is the CPU's."""
        z = self.latent(n, generator).to(self.device)
        classes = getattr(self.config, "classes", 0)
        label = torch.randint(classes, (n,), generator=generator).to(self.device) if classes else None
        return self.sample(z, label)

    def preview(self, batch: Batch, generator: torch.Generator) -> Float[Tensor, "n c h w"]:
        n = len(batch["image"])
        return self.sample(self.latent(n, generator).to(self.device), batch.get("label"))


class Translator(Model):
    """A model that turns one picture into another.

    A batch has the picture to start from under `input` and the one to arrive at, its target, under `image`.
    """

    kind = "translator"
    PREVIEWED = 9
    any_size: ClassVar[bool] = False
    """whether it takes pictures of other sizes than its own, too, whose sides are multiples of 4; then it has a `reach`"""

    @property
    def two_way(self) -> bool:
        """Whether there is a way back: `translate(images, back=True)`."""
        return False

    @property
    def reach(self) -> int:
        """How many pixels away, at most, are those that a pixel of the output depends on, norms left aside."""
        raise NotImplementedError

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """Channels, height and width of one picture to start from."""
        return self.config.input_channels, self.config.size, self.config.size

    def translate(self, images: Float[Tensor, "n ci h w"], paper: bool = False) -> Float[Tensor, "n c h w"]:
        """What becomes of `images`.

        `paper` keeps on what the paper keeps on outside training too: the noise, drawn from torch's global generator, and
        norms by the statistics of each picture itself.
        """
        raise NotImplementedError

    def example_inputs(self, n: int, generator: torch.Generator) -> dict[str, Tensor]:
        given = torch.rand(n, *self.input_shape, generator=generator) * 2 - 1
        return {"input": given, **super().example_inputs(n, generator)}

    def preview(self, batch: Batch, generator: torch.Generator) -> Float[Tensor, "n c h three_w"]:
        """Input, output and target side by side."""
        pictures = (batch["input"], self.translate(batch["input"]).float(), batch["image"])
        most = max(picture.shape[1] for picture in pictures)
        return torch.cat([p if p.shape[1] == most else p.mean(1, keepdim=True).expand(-1, most, -1, -1) for p in pictures], 3)


M = TypeVar("M", bound=type[Model])
_MODELS: dict[str, type[Model]] = {}


def register(name: str) -> Callable[[M], M]:
    """Class decorator that enters a model under `name`; a name can be taken once."""

    def enter(cls: M) -> M:
        if name in _MODELS:
            raise ValueError(f"two models want the name '{name}': {_MODELS[name].__qualname__} and {cls.__qualname__}")
        cls.name = name
        _MODELS[name] = cls
        return cls

    return enter


def list_models(kind: Kind | None = None) -> list[str]:
    """The names of the registered models, sorted, of one `kind` if given."""
    return sorted(name for name, cls in _MODELS.items() if kind in (None, cls.kind))


def model_class(name: str) -> type[Model]:
    """The class registered under `name`; raises `UserError` with the close names."""
    if name not in _MODELS:
        raise unknown("model", name, _MODELS)
    return _MODELS[name]


def create_model(name: str, **config: Any) -> Model:
    """A freshly initialised model; `config` are fields of its `Config`, the rest stays at the defaults."""
    cls = model_class(name)
    return cls(build_config(cls.Config, config, f"model '{name}'"))


def build_config(config_class: type[Any], values: Mapping[str, Any], owner: str) -> Any:
    """A config dataclass from `values` as JSON or the command line bring them; unknown fields raise `UserError`."""
    names = [f.name for f in dataclasses.fields(config_class)]
    for name in values:
        if name not in names:
            raise unknown(f"option of {owner}", name, names)
    # JSON has no tuples: a list that comes back stands for one.
    values = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
    try:
        return config_class(**values)
    except ValueError as error:
        raise UserError(f"{owner}: {error}", "bad_config") from error


def config_help(config_class: type[Any]) -> dict[str, str]:
    """The attribute docstring of every field of a config dataclass, by field name."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(config_class)))
    body = tree.body[0].body  # type: ignore[attr-defined]
    return {
        field.target.id: inspect.cleandoc(text.value.value)
        for field, text in pairwise(body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }


def kinds() -> tuple[str, ...]:
    """All kinds that a model can have."""
    return get_args(Kind)
