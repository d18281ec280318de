"""What each kind of model adds to the contract."""

from __future__ import annotations

from typing import Any, ClassVar

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn.functional import interpolate

from gan_zoo.models.base import Batch, Kind, Model


class _Reached(Exception):
    """Ends the run of a network at a layer; carries what the layer is given."""


class Sampler(Model):
    """A model that turns latents into pictures."""

    kind: ClassVar[Kind] = "sampler"

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


class Autoencoder(Sampler):
    """A model that turns pictures into codes and codes into pictures; a code that is drawn at random makes it a sampler."""

    kind = "autoencoder"

    def encode(self, images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n z"]:
        """The codes of pictures."""
        raise NotImplementedError

    def decode(self, z: Float[Tensor, "n z"]) -> Float[Tensor, "n c h w"]:
        """The pictures of codes."""
        raise NotImplementedError

    def sample(self, z: Float[Tensor, "n z"], label: Int[Tensor, "n"] | None = None) -> Float[Tensor, "n c h w"]:
        return self.decode(z)


class Density(Sampler):
    """A model that says how likely a picture is, and draws likely ones."""

    kind = "density"

    def score(self, images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n"]:
        """The logarithm of the density of pictures, in nats; comparable within one model only."""
        raise NotImplementedError


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


class Video(Model):
    """A model that turns a film of one kind into one of another, frame by frame, each from those it drew before.

    A batch has pieces of films, `n t c h w`: the frames to start from under `input`, those to arrive at, their targets,
    under `image`. The first `PAST` of the targets are what is known already; zeros stand for frames before the first.
    """

    kind = "video"
    PREVIEWED = 9
    PAST: ClassVar[int] = 2
    """frames before the one that is drawn that a model sees, of either kind"""
    SETTLE: ClassVar[int] = 6
    """so many times the first frame of a film is drawn before it counts, while the input stands still: what is drawn from
    nothing is blurred, and clears up"""
    LAYERS: ClassVar[tuple[str, ...]] = ()
    """what a frame is put together from, where a model can tell"""

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """Channels, height and width of one frame to start from."""
        return self.config.input_channels, self.config.size, self.config.size

    def next_frame(
        self, inputs: Float[Tensor, "n steps ci h w"], past: Float[Tensor, "n past c h w"]
    ) -> Float[Tensor, "n c h w"]:
        """The frame after `past`, from the `PAST` frames of the input before it and the one of its moment."""
        raise NotImplementedError

    def layers(
        self, inputs: Float[Tensor, "n steps ci h w"], past: Float[Tensor, "n past c h w"]
    ) -> list[Float[Tensor, "n c h w"]]:
        """The next frame, and behind it the pictures that it is put together from, as `LAYERS` names them."""
        return [self.next_frame(inputs, past)]

    def film(
        self, inputs: Float[Tensor, "n t ci h w"], past: Float[Tensor, "n past c h w"] | None = None
    ) -> Float[Tensor, "n frames c h w"]:
        """A frame for each of `inputs`, from the first on; where `past` is given, it stands for the first ones, and
        only those after it are drawn."""
        settling = 0
        if past is None:
            settling = self.SETTLE
            inputs = torch.cat([inputs[:, :1]] * (self.PAST + settling) + [inputs], 1)
            past = inputs.new_zeros(len(inputs), self.PAST, *self.image_shape)
        drawn = list(past.unbind(1))
        for t in range(self.PAST, inputs.shape[1]):
            drawn.append(self.next_frame(inputs[:, t - self.PAST : t + 1], torch.stack(drawn[-self.PAST :], 1)))
        return torch.stack(drawn[self.PAST + settling :], 1)

    def example_inputs(self, n: int, generator: torch.Generator) -> dict[str, Tensor]:
        frames = self.PAST + 4
        shapes = {"input": self.input_shape, "image": self.image_shape}
        return {key: torch.rand(n, frames, *shape, generator=generator) * 2 - 1 for key, shape in shapes.items()}

    def preview(self, batch: Batch, generator: torch.Generator) -> Float[Tensor, "n c h three_w"]:
        """The last frame of each piece: input, output and target side by side."""
        drawn = self.film(batch["input"], batch["image"][:, : self.PAST])[:, -1].float()
        return torch.cat([batch["input"][:, -1], drawn, batch["image"][:, -1]], 3)


class Captioned(Model):
    """A model that draws what a caption says, in several stages, each larger than the one before.

    A batch has the numbers of each picture's caption under `tokens` (`captions.tokens`).
    """

    kind = "captioned"
    PREVIEWED = 12

    def latent(self, n: int, generator: torch.Generator | None = None) -> Float[Tensor, "n z"]:
        """`n` latents from N(0, I), on the generator's device, or the model's where none is given."""
        device = generator.device if generator else self.device
        return torch.randn(n, self.config.latent_size, generator=generator, device=device)

    def embed(self, tokens: Int[Tensor, "n length 2"]) -> Float[Tensor, "n e"]:
        """The unit vectors that stand for captions."""
        raise NotImplementedError

    def meant(self, embedding: Float[Tensor, "n e"]) -> Float[Tensor, "n pictures"]:
        """How likely captions mean each of the training pictures, in [0, 1]."""
        raise NotImplementedError

    def condition(self, embedding: Float[Tensor, "n e"], z: Float[Tensor, "n z"]) -> Float[Tensor, "n k"]:
        """What is to be drawn for captions, one of several things; `paint` takes points between them, too."""
        raise NotImplementedError

    def paint(self, condition: Float[Tensor, "n k"]) -> list[Float[Tensor, "n c _h _w"]]:
        """The picture of every stage, the last one of the model's size."""
        raise NotImplementedError

    def draw(self, embedding: Float[Tensor, "n e"], z: Float[Tensor, "n z"]) -> list[Float[Tensor, "n c _h _w"]]:
        """The pictures of captions, every stage."""
        return self.paint(self.condition(embedding, z))

    def example_inputs(self, n: int, generator: torch.Generator) -> dict[str, Tensor]:
        return super().example_inputs(n, generator) | {"tokens": _example_tokens(n, generator)}

    def preview(self, batch: Batch, generator: torch.Generator) -> Float[Tensor, "n c h w_all"]:
        """Every stage, enlarged to the size of the last, and the picture that the caption belongs to, side by side."""
        z = self.latent(len(batch["image"]), generator).to(self.device)
        stages = self.draw(self.embed(batch["tokens"]), z)
        large = [interpolate(stage.float(), size=self.config.size) for stage in stages]
        return torch.cat([*large, batch["image"]], 3)


class Embedder(Model):
    """A model that gives captions and pictures places in one space: what belongs together lies close."""

    kind = "embedder"

    def embed_captions(self, tokens: Int[Tensor, "n length 2"]) -> Float[Tensor, "n e"]:
        """The unit vectors of captions, as `captions.tokens` writes them."""
        raise NotImplementedError

    def embed_pictures(self, images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n e"]:
        """The unit vectors of pictures."""
        raise NotImplementedError

    def forward(self, images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n e"]:
        return self.embed_pictures(images)

    def example_inputs(self, n: int, generator: torch.Generator) -> dict[str, Tensor]:
        return super().example_inputs(n, generator) | {"tokens": _example_tokens(n, generator)}


def _example_tokens(n: int, generator: torch.Generator) -> Int[Tensor, "n length 2"]:
    return torch.randint(1, 1_000, (n, 3, 2), generator=generator)
