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
    (Shrivastava et al. 2017, section 2.3).
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
        length, result = len(self.pictures), []
        for image in images:
            filled = int(self.filled)
            if filled < length:
                self.pictures[filled] = to_uint8(image)
                self.filled += 1
            elif length and torch.rand(()) < 0.5:
                place = int(torch.randint(length, ()))
                old = to_float(self.pictures[place])
                self.pictures[place] = to_uint8(image)
                image = old.to(image.dtype)
            result.append(image)
        return torch.stack(result)
