"""Dragging with a model that is ready to run: the feature maps that handles hold on to."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator, Sequence

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from gan_zoo.drag import LONGEST, STEPS, Dragged, Draw, Point, drag
from gan_zoo.models.kinds import Sampler
from gan_zoo.serving.sampler import Session


def drag_handles(
    session: Session,
    w: Float[Tensor, "1 *layers z"],
    handles: Sequence[Point],
    targets: Sequence[Point],
    moves: Bool[Tensor, "h w"] | None = None,
    label: str = "",
    steps: int = STEPS,
) -> Iterator[Dragged]:
    """The progress of `drag.drag` with a model; tensors in it are on the CPU.

    It has a copy of the network in float32, so others compute meanwhile.

    Args:
        w: a point of the space of edits, `Session.mapping`.
        moves: where the picture may change; everywhere if it is None.
        label: the name of the class to draw, where the model has classes.
    """
    with session.network() as shared, torch.inference_mode(False):
        model = copy.deepcopy(shared)
    device = model.device
    number = torch.tensor([session.classes.index(label)], device=device) if label else None
    # A style may lie anywhere, but latents lie near a sphere.
    longest = math.inf if session.layers else LONGEST * math.sqrt(w.shape[-1])
    there = None if moves is None else moves.to(device)
    for done in drag(w.to(device), drawing(model, number), handles, targets, there, steps, longest):
        yield Dragged(done.step, done.image.cpu(), done.w.cpu(), done.handles, done.distance)


def drawing(model: Sampler, label: Tensor | None = None) -> Draw:
    """A function from points to the model's feature maps at half the size of its pictures, and to the pictures.

    Of the maps of that size, it gives the last ones: they know best what is where.
    """
    channels, height, _ = model.image_shape

    def draw(w: Tensor) -> tuple[Tensor, Tensor]:
        seen: list[Tensor] = []

        def keep(layer: nn.Module, given: object, made: object) -> None:
            if isinstance(made, Tensor) and made.ndim == 4 and made.shape[-1] == height // 2 and made.shape[1] > channels:
                seen[:] = [made]

        hooks = [layer.register_forward_hook(keep) for layer in model.modules() if layer is not model]
        try:
            image = model.synthesis(w, label)
        finally:
            for hook in hooks:
                hook.remove()
        # A model without such maps has its picture to hold on to.
        return (seen[0] if seen else image), image

    return draw
