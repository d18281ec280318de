"""The network that encodes a caption: a bag of words with learned weights."""

from __future__ import annotations

from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn.functional import normalize

from gan_zoo.layers.tokenizer import ROWS


class TextEncoder(nn.Module):
    """An encoder from token numbers `n length 2` (`layers.tokenizer.tokens`) to unit vectors `n size`.

    The vector of a token is the sum of two rows of one table. A caption is the weighted mean of its tokens; the network
    learns the weights. The order of the words is lost. A caption without tokens is read as one unknown word.
    """

    def __init__(self, width: int, size: int) -> None:
        super().__init__()
        self.table = nn.Embedding(ROWS, width)
        # A bias would shift all scores before the softmax alike, so it would never learn.
        self.weight = nn.Linear(width, 1, bias=False)
        self.register_load_state_dict_pre_hook(_without_bias)
        self.layers = nn.Sequential(nn.Linear(width, 2 * size), nn.ReLU(), nn.Linear(2 * size, size))

    def forward(self, tokens: Int[Tensor, "n length 2"]) -> Float[Tensor, "n size"]:
        pieces = self.table(tokens).sum(2)  # n length width
        empty = tokens[:, :, 0] == 0
        empty[:, 0] = False
        share = self.weight(pieces)[:, :, 0].float().masked_fill(empty, -torch.inf).softmax(1)
        caption = (pieces * share[:, :, None].to(pieces.dtype)).sum(1)
        return normalize(self.layers(caption).float(), dim=1)


def _without_bias(module: nn.Module, state: dict[str, Any], prefix: str, *_: Any) -> None:
    """Leave out the bias that encoders of version 0.1.0 saved."""
    state.pop(f"{prefix}weight.bias", None)
