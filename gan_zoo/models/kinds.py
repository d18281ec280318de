"""The kinds of models, each with its additions to the contract in `models.base`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn.functional import interpolate

from gan_zoo.models.base import Batch, Call, Kind, Model


class _Reached(Exception):
    """Stops the run of a network at a layer; carries the input of that layer."""


class Sampler(Model):
    """A model that turns latents into pictures."""

    kind: ClassVar[Kind] = "sampler"

    def latent(self, n: int, generator: torch.Generator | None = None) -> Float[Tensor, "n z"]:
        """`n` latents from the prior N(0, I), on the device of `generator`, or of the model without one."""
        device = generator.device if generator else self.device
        return torch.randn(n, self.config.latent_size, generator=generator, device=device)

    def sample(self, z: Float[Tensor, "n z"], label: Int[Tensor, "n"] | None = None) -> Float[Tensor, "n c h w"]:
        """The pictures of latents `z`; differentiable in `z`."""
        raise NotImplementedError

    def mapping(self, z: Float[Tensor, "n z"], psi: float = 1.0) -> Float[Tensor, "n w"]:
        """The points of latents `z` in the space where edits are made; by default this is the latent space itself.

        `psi` moves the points towards their mean: w' = mean + psi (w - mean). The mean of latents is 0.

        A model with a mapping network returns its styles, and also overrides `synthesis`, which then takes styles,
        `entry_weight`, the weight of the layers that read styles, and `first_layer`, which then returns the styles.
        """
        return z if psi == 1 else psi * z

    def synthesis(self, w: Float[Tensor, "n w"], label: Int[Tensor, "n"] | None = None) -> Float[Tensor, "n c h v"]:
        """The pictures of points `w`; `synthesis(mapping(z), label)` equals `sample(z, label)`."""
        return self.sample(w, label)

    def guess(self, images: Float[Tensor, "n c h v"]) -> Float[Tensor, "n w"] | None:
        """Points whose pictures are like `images`, read by the model's encoder; None if it has no encoder.

        Models with an encoder make their edits among latents, so the points are latents too.
        """
        return None

    def sayable(self) -> list[list[int]]:
        """For each attribute the numbers of the words that `saying` can choose; [] for a model whose latents hold no words."""
        return []

    def saying(self, z: Float[Tensor, "n z"], choices: Sequence[int | None]) -> Float[Tensor, "n z"]:
        """Latents `z`, but with other words of some attributes; only for a model with `sayable` words.

        Args:
            choices: for each attribute the number of a word, or None to keep the word that `z` says.
        """
        raise NotImplementedError

    @property
    def has_opinion(self) -> bool:
        """True if the model has its discriminator. Models from weights that don't include it are loaded without one."""
        return hasattr(self, "discriminator")

    def opinion(self, images: Float[Tensor, "n c h w"], label: Int[Tensor, "n"] | None = None) -> Float[Tensor, "n"]:
        """The discriminator's logit for each picture; a higher one means that the picture looks more real to it.

        For most losses, 0 is the border between real and generated pictures. A critic has no such border.
        """
        return self.get_submodule("discriminator")(images).flatten()

    def entry_weight(self) -> Float[Tensor, "a w"]:
        """The weights of the layers that read `w`, as one matrix from `w` to `a` outputs (Shen & Zhou 2021, eq. 2).

        The input of these layers begins with the latent. Columns for further inputs, such as a class, are left out.
        """
        readers, _ = self._first_layers()
        # The weight of a transposed convolution has its input axis first.
        weights = [m.weight if isinstance(m, nn.ConvTranspose2d) else m.weight.transpose(0, 1) for m in readers]
        return torch.cat([weight.flatten(1).T for weight in weights])[:, : self.config.latent_size]

    def first_layer(self, w: Float[Tensor, "n w"], label: Int[Tensor, "n"] | None = None) -> Float[Tensor, "n a"]:
        """The output of the first layer for `w`, after its norm and its nonlinearity.

        Principal components are computed from it (Härkönen et al. 2020, section 2.3).
        """
        _, second = self._first_layers()
        if second is None:  # the first layer is also the last
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
        raise AssertionError("the second layer of the network was not run")

    def _first_layers(self) -> tuple[list[Any], nn.Module | None]:
        """The layers whose input is the latent, and the first layer with another input, or None."""
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
        """`n` pictures of random latents, with random classes if the model has classes; `generator` must be on the CPU."""
        z = self.latent(n, generator).to(self.device)
        classes = getattr(self.config, "classes", 0)
        label = torch.randint(classes, (n,), generator=generator).to(self.device) if classes else None
        return self.sample(z, label)

    def call(self) -> Call:
        classes = getattr(self.config, "classes", 0)
        return Call("sample", {"z": self.latent(2)} | ({"label": torch.arange(2) % classes} if classes else {}))

    def preview(self, batch: Batch, generator: torch.Generator) -> Float[Tensor, "n c h w"]:
        n = len(batch["image"])
        return self.sample(self.latent(n, generator).to(self.device), batch.get("label"))


class Autoencoder(Sampler):
    """A model that turns pictures into codes and codes into pictures. With random codes, it is also a sampler."""

    kind = "autoencoder"

    def encode(self, images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n z"]:
        """The codes of pictures."""
        raise NotImplementedError

    def decode(self, z: Float[Tensor, "n z"]) -> Float[Tensor, "n c h w"]:
        """The pictures of codes."""
        raise NotImplementedError

    def sample(self, z: Float[Tensor, "n z"], label: Int[Tensor, "n"] | None = None) -> Float[Tensor, "n c h w"]:
        return self.decode(z)

    def guess(self, images: Float[Tensor, "n c h v"]) -> Float[Tensor, "n w"]:
        return self.encode(images)


class Density(Sampler):
    """A model that computes the likelihood of pictures, and draws likely ones."""

    kind = "density"

    def score(self, images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n"]:
        """The logarithm of the density of pictures, in nats; values of different models can't be compared."""
        raise NotImplementedError


class Translator(Model):
    """A model that turns one picture into another.

    A batch has the input picture under `input`, and its target under `image`.
    """

    kind = "translator"
    PREVIEWED = 9
    any_size: ClassVar[bool] = False
    """true if the model also accepts pictures of other sizes, with sides that are multiples of 4; it then has a `reach`"""

    @property
    def two_way(self) -> bool:
        """True if the model also translates back, with `translate(images, back=True)`."""
        return False

    @property
    def reach(self) -> int:
        """The largest distance in pixels between an output pixel and an input pixel that affects it, except through norms."""
        raise NotImplementedError

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """Channels, height and width of one input picture."""
        return self.config.input_channels, self.config.size, self.config.size

    def translate(self, images: Float[Tensor, "n ci h w"], paper: bool = False) -> Float[Tensor, "n c h w"]:
        """The translations of `images`.

        With `paper`, the model works as in its paper outside training too: with noise from torch's global generator, and
        with norms that use the statistics of each single picture.
        """
        raise NotImplementedError

    def example_inputs(self, n: int, generator: torch.Generator) -> dict[str, Tensor]:
        given = torch.rand(n, *self.input_shape, generator=generator) * 2 - 1
        return {"input": given, **super().example_inputs(n, generator)}

    def call(self) -> Call:
        return Call("translate", {"images": torch.zeros(2, *self.input_shape)}, multiple=4 if self.any_size else 0)

    def as_picture(self, inputs: Float[Tensor, "n ci h w"]) -> Float[Tensor, "n shown h w"]:
        """Inputs as pictures to look at; more channels than colours are labels, which become grey levels."""
        if inputs.shape[1] <= 3:
            return inputs
        return torch.linspace(-1, 1, inputs.shape[1], device=inputs.device)[inputs.argmax(1)][:, None]

    def preview(self, batch: Batch, generator: torch.Generator) -> Float[Tensor, "n c h three_w"]:
        """Input, output and target side by side."""
        return _side_by_side(self.as_picture(batch["input"]), self.translate(batch["input"]).float(), batch["image"])


class Proposer(Translator):
    """A translator with a latent for what the input leaves open: each latent gives another picture that fits.

    A subclass implements `draw`, and its config has `latent_size`.
    """

    def latent(self, n: int) -> Float[Tensor, "n z"]:
        """`n` random latents of proposals from N(0, I), by torch's global generator; a latent of zeros gives the best guess."""
        return torch.randn(n, self.config.latent_size, device=self.device)

    def draw(self, images: Float[Tensor, "n ci h w"], z: Float[Tensor, "n z"]) -> Float[Tensor, "n c h w"]:
        """The pictures for inputs in [-1, 1] and latents."""
        raise NotImplementedError

    def translate(self, images: Float[Tensor, "n ci h w"], paper: bool = False) -> Float[Tensor, "n c h w"]:
        """Draw the best guess for each input, or a random proposal if `paper` is true."""
        n = images.shape[0]  # not len(), which an export would store as a constant
        return self.draw(images, self.latent(n) if paper else torch.zeros(n, self.config.latent_size, device=images.device))

    def preview(self, batch: Batch, generator: torch.Generator) -> Float[Tensor, "n c h four_w"]:
        """The input, the best guess, a proposal and the target, side by side."""
        given = batch["input"]
        z = torch.randn(len(given), self.config.latent_size, generator=generator).to(self.device)
        drawn = [self.draw(given, latent).float() for latent in (torch.zeros_like(z), z)]
        return _side_by_side(self.as_picture(given), *drawn, batch["image"])


def _side_by_side(*pictures: Float[Tensor, "n _ h w"]) -> Float[Tensor, "n c h all_w"]:
    """Pictures of one size in a row; those with fewer channels than the others become grey."""
    most = max(picture.shape[1] for picture in pictures)
    return torch.cat([p if p.shape[1] == most else p.mean(1, keepdim=True).expand(-1, most, -1, -1) for p in pictures], 3)


class Video(Model):
    """A model that turns a film of one kind into a film of another, frame by frame; each frame depends on earlier ones.

    A batch has pieces of films, `n t c h w`: the input frames under `input`, and their targets under `image`. The first
    `PAST` targets are already known to the model. Frames before the start of a film are zeros.
    """

    kind = "video"
    PREVIEWED = 9
    PAST: ClassVar[int] = 2
    """number of earlier frames, of the input and of the output, from which a model draws the next one"""
    SETTLE: ClassVar[int] = 6
    """number of times that the first frame of a film is drawn and dropped, with the same input, before the film begins; a
    frame without earlier ones is blurred, and becomes clear by and by"""
    LAYERS: ClassVar[tuple[str, ...]] = ()
    """names of the layers that a frame is composed of, if the model has layers"""

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """Channels, height and width of one input frame."""
        return self.config.input_channels, self.config.size, self.config.size

    def next_frame(
        self, inputs: Float[Tensor, "n steps ci h w"], past: Float[Tensor, "n past c h w"]
    ) -> Float[Tensor, "n c h w"]:
        """The frame after `past`. `inputs` are the input frames at the same time and at the `PAST` times before."""
        raise NotImplementedError

    def layers(
        self, inputs: Float[Tensor, "n steps ci h w"], past: Float[Tensor, "n past c h w"]
    ) -> list[Float[Tensor, "n c h w"]]:
        """The next frame, followed by the pictures that it is composed of, in the order of `LAYERS`."""
        return [self.next_frame(inputs, past)]

    def film(
        self, inputs: Float[Tensor, "n t ci h w"], past: Float[Tensor, "n past c h w"] | None = None
    ) -> Float[Tensor, "n frames c h w"]:
        """Draw one frame for each frame of `inputs`.

        If `past` is given, it is used as the first `PAST` frames, and only the frames after it are drawn and returned.
        """
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
    """A model that draws a picture of a caption in several stages, each larger than the one before.

    A batch has the token numbers of each caption under `tokens` (`layers.tokenizer.tokens`).
    """

    kind = "captioned"
    PREVIEWED = 12

    def latent(self, n: int, generator: torch.Generator | None = None) -> Float[Tensor, "n z"]:
        """`n` latents from N(0, I), on the device of `generator`, or of the model without one."""
        device = generator.device if generator else self.device
        return torch.randn(n, self.config.latent_size, generator=generator, device=device)

    def embed(self, tokens: Int[Tensor, "n length 2"]) -> Float[Tensor, "n e"]:
        """The unit vectors of captions."""
        raise NotImplementedError

    def meant(self, embedding: Float[Tensor, "n e"]) -> Float[Tensor, "n pictures"]:
        """The probability, in [0, 1], that a caption means each of the training pictures."""
        raise NotImplementedError

    def condition(self, embedding: Float[Tensor, "n e"], z: Float[Tensor, "n z"]) -> Float[Tensor, "n k"]:
        """The conditions for drawing captions; `z` selects one of several. `paint` also accepts points between conditions."""
        raise NotImplementedError

    def paint(self, condition: Float[Tensor, "n k"]) -> list[Float[Tensor, "n c _h _w"]]:
        """The pictures of all stages; those of the last stage have the size of the model."""
        raise NotImplementedError

    def draw(self, embedding: Float[Tensor, "n e"], z: Float[Tensor, "n z"]) -> list[Float[Tensor, "n c _h _w"]]:
        """The pictures of captions at all stages."""
        return self.paint(self.condition(embedding, z))

    def example_inputs(self, n: int, generator: torch.Generator) -> dict[str, Tensor]:
        return super().example_inputs(n, generator) | {"tokens": _example_tokens(n, generator)}

    def preview(self, batch: Batch, generator: torch.Generator) -> Float[Tensor, "n c h w_all"]:
        """All stages, enlarged to the size of the last, beside the real picture of the caption."""
        z = self.latent(len(batch["image"]), generator).to(self.device)
        stages = self.draw(self.embed(batch["tokens"]), z)
        large = [interpolate(stage.float(), size=self.config.size) for stage in stages]
        return torch.cat([*large, batch["image"]], 3)


class Embedder(Model):
    """A model that embeds captions and pictures in one space, where a caption lies close to its picture."""

    kind = "embedder"

    def embed_captions(self, tokens: Int[Tensor, "n length 2"]) -> Float[Tensor, "n e"]:
        """The unit vectors of captions, which `layers.tokenizer.tokens` has converted to numbers."""
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
