"""The encoder of captions."""

from __future__ import annotations

import torch

from gan_zoo.layers.text_encoder import TextEncoder


def test_weights_with_the_old_bias_still_load() -> None:
    encoder = TextEncoder(4, 3)
    encoder.load_state_dict(encoder.state_dict() | {"weight.bias": torch.zeros(1)})
    holder = torch.nn.ModuleDict({"text": encoder})
    holder.load_state_dict(holder.state_dict() | {"text.weight.bias": torch.zeros(1)})
