"""The session of a video model."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import interpolate

from gan_zoo.models.kinds import Video
from gan_zoo.serving.calls import Call, Result
from gan_zoo.serving.session import Ready


class VideoSession(Ready):
    """A video model, ready to run."""

    def __init__(self, name: str, model: Video, lock: threading.RLock, card: Mapping[str, Any] | None = None) -> None:
        self.input_shape = model.input_shape
        self.layers = model.LAYERS
        """names of the layers that a frame is composed of"""
        self._past, self._settle = model.PAST, model.SETTLE
        self._image_shape = model.image_shape
        super().__init__(name, model, lock, card)

    def _usual_call(self) -> Call:
        # A single frame of a film: large soft spots of colour.
        channels = (self._past + 1) * self.input_shape[0] + self._past * self._image_shape[0]
        spots = torch.rand(1, channels, 8, 8, generator=torch.Generator().manual_seed(0)) * 2 - 1
        return Call(self._next, interpolate(spots, self.input_shape[1:], mode="bicubic").clamp(-1, 1))

    def _next(self, network: Any, seen: Float[Tensor, "n all h w"], labels: Tensor | None = None) -> Float[Tensor, "n c h w"]:
        """The next frame, from everything that the model sees, stacked by channel."""
        return network.next_frame(*self._apart(seen))

    def _next_in_layers(
        self, network: Any, seen: Float[Tensor, "one all h w"], labels: Tensor | None = None
    ) -> Float[Tensor, "layers c h w"]:
        """The next frame, followed by the layers that it is composed of."""
        return torch.cat(network.layers(*self._apart(seen)))

    def _apart(self, seen: Float[Tensor, "n all h w"]) -> tuple[Float[Tensor, "n steps ci h w"], Float[Tensor, "n past c h w"]]:
        steps, past = seen.split([(self._past + 1) * self.input_shape[0], self._past * self._image_shape[0]], 1)
        return steps.unflatten(1, (-1, self.input_shape[0])), past.unflatten(1, (self._past, -1))

    def film(self, inputs: Float[Tensor, "t ci h w"], precision: str = "auto", layers: bool = False) -> Iterator[Result]:
        """One frame for each of `inputs`, which have the `input_shape`, one by one; other networks may run in between.

        Args:
            precision: `auto` for the fastest on this machine; `float32` for the same pictures on any machine.
            layers: add to each frame the pictures that it is composed of, in the order of the attribute `layers`.
        """
        past = torch.zeros(self._past, *self._image_shape)
        steps = torch.cat([inputs[:1]] * (self._past + 1))
        for t, given in enumerate(torch.cat([inputs[:1]] * self._settle + [inputs])):
            steps = torch.cat([steps[1:], given[None]])
            seen = torch.cat([*steps, *past])[None]
            call = Call(self._next_in_layers, seen) if layers else Call(self._next, seen, name="next")
            result = self._compute(call, precision)
            past = torch.cat([past[1:], result.images[:1]])
            if t >= self._settle:
                yield result
