"""Reduction of pictures to flat colours: rectangles and palettes."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import torch
from jaxtyping import UInt8
from PIL import Image
from torch import Tensor


def rectangles(image: UInt8[Tensor, "3 h w"], counts: Sequence[int]) -> UInt8[Tensor, "v 3 h w"]:
    """Approximate `image` by flat rectangles; returns one picture for each number of rectangles in `counts`.

    `counts` must ascend. The method resembles a median cut in the plane: the next rectangle to be cut is the one whose best
    cut, horizontal or vertical, reduces the squared error most. There are fewer rectangles if no cut reduces it.
    """
    pixels = image.permute(1, 2, 0).double().numpy()
    h, w, _ = pixels.shape
    # Sums over all rectangles that begin at the top left corner. They give the sum over any rectangle with four look-ups.
    sums = np.zeros((h + 1, w + 1, 3))
    sums[1:, 1:] = pixels.cumsum(0).cumsum(1)

    def gain(box: tuple[int, int, int, int]) -> tuple[float, int, bool]:
        """The squared error that the best cut saves, the position of the cut, and True if it is horizontal."""
        top, left, bottom, right = box
        total = sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
        base = (total**2).sum() / ((bottom - top) * (right - left))
        best = (0.0, 0, False)
        for across, begin, end, other in ((True, top, bottom, right - left), (False, left, right, bottom - top)):
            if end - begin < 4:
                continue
            cuts = np.arange(begin + 2, end - 1)
            line = sums[cuts, right] - sums[cuts, left] if across else sums[bottom, cuts] - sums[top, cuts]
            start = sums[begin, right] - sums[begin, left] if across else sums[bottom, begin] - sums[top, begin]
            first = line - start
            counts_first = (cuts - begin) * other
            saved = (
                (first**2).sum(1) / counts_first + ((total - first) ** 2).sum(1) / ((end - begin) * other - counts_first) - base
            )
            i = int(saved.argmax())
            if saved[i] > best[0]:
                best = (float(saved[i]), int(cuts[i]), across)
        return best

    def entry(box: tuple[int, int, int, int]) -> tuple[float, tuple[int, int, int, int], int, bool]:
        saved, at, across = gain(box)
        return -saved, box, at, across

    heap = [entry((0, 0, h, w))]
    pictures = []
    for count in counts:
        while len(heap) < count and heap[0][0] < 0:
            _, (top, left, bottom, right), at, across = heapq.heappop(heap)
            halves = (
                ((top, left, at, right), (at, left, bottom, right))
                if across
                else ((top, left, bottom, at), (top, at, bottom, right))
            )
            for half in halves:
                heapq.heappush(heap, entry(half))
        flat = np.empty((h, w, 3), np.uint8)
        for _, (top, left, bottom, right), _, _ in heap:
            flat[top:bottom, left:right] = pixels[top:bottom, left:right].mean((0, 1)).round()
        pictures.append(torch.from_numpy(flat).permute(2, 0, 1))
    return torch.stack(pictures)


def palette(images: UInt8[Tensor, "n c h w"], colours: int = 24) -> list[str]:
    """The main colours of pictures, at most `colours` of them, as #rrggbb, the most frequent first."""
    some = images[:: max(1, len(images) // 200)].cpu()
    pixels = some[:, :, ::4, ::4].permute(0, 2, 3, 1).reshape(1, -1, some.shape[1])
    if pixels.shape[2] == 1:
        pixels = pixels.expand(-1, -1, 3)
    reduced = Image.fromarray(pixels.numpy()).quantize(colours, Image.Quantize.MEDIANCUT)
    table = cast(list[int], reduced.getpalette())
    counted = sorted(cast(Any, reduced.getcolors()), reverse=True)
    return [f"#{bytes(table[3 * i : 3 * i + 3]).hex()}" for _, i in counted]
