"""What a generator drew before, kept to be shown to a discriminator again."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor, nn

from gan_zoo.imaging.images import to_float, to_uint8

Images = Float[Tensor, "n c h w"]


class History(nn.Module):
    """Generated pictures of before, shown again so that a discriminator doesn't forget (Shrivastava et al. 2017,
    section 2.3). Half of what it is given comes back, half is exchanged for older ones."""

    pictures: Tensor
    filled: Tensor

    def __init__(self, length: int, shape: tuple[int, int, int]) -> None:
        super().__init__()
        # Part of the checkpoint, so that a run goes on as if it had never stopped; bytes, which are pictures all the same.
        self.register_buffer("pictures", torch.zeros(length, *shape, dtype=torch.uint8))
        self.register_buffer("filled", torch.zeros((), dtype=torch.int64))

    def exchange(self, images: Images) -> Images:
        """As many pictures, new and old."""
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
