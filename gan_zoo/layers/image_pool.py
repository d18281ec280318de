"""A pool of earlier generated pictures, which the discriminator sees again."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor, nn

from gan_zoo.imaging.images import to_float, to_uint8

Images = Float[Tensor, "n c h w"]


class History(nn.Module):
    """A pool of earlier generated pictures; seeing them again keeps a discriminator from forgetting.

    Once the pool is full, about half of the new pictures are returned, and the other half is exchanged for older ones
    (Shrivastava et al. 2017, section 2.3). No two pictures of a batch go to the same place, so all of them are exchanged at
    once, without a look at the numbers on the host.
    """

    pictures: Tensor
    filled: Tensor

    def __init__(self, length: int, shape: tuple[int, int, int]) -> None:
        super().__init__()
        # A buffer is saved in checkpoints, so a resumed run gives the same results. Bytes take a quarter of the space.
        self.register_buffer("pictures", torch.zeros(length, *shape, dtype=torch.uint8))
        self.register_buffer("filled", torch.zeros((), dtype=torch.int64))

    def exchange(self, images: Images) -> Images:
        """Put `images` into the pool, and return as many pictures, some of them old."""
        length, n, device = len(self.pictures), min(len(images), len(self.pictures)), images.device
        if not n:
            return images
        full = self.filled == length
        # An empty pool is filled in order; the rest of a batch that doesn't fit any more is returned.
        next_free = self.filled + torch.arange(n, device=device)
        place = torch.where(full, torch.rand(length, device=device).argsort()[:n], next_free % length)
        kept = torch.where(full, torch.rand(n, device=device) < 0.5, next_free < length)[:, None, None, None]
        new, old = to_uint8(images[:n]), self.pictures[place]
        self.pictures[place] = torch.where(kept, new, old)
        self.filled.add_(n).clamp_(max=length)
        taking_part = torch.where(kept & full, to_float(old).to(images.dtype), images[:n])
        return torch.cat([taking_part, images[n:]])
