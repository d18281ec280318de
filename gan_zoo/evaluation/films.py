"""Measures of films: the quality of their frames, and flicker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise

from jaxtyping import Float
from torch import Tensor

from gan_zoo.data.clips import ClipDataset, Film
from gan_zoo.evaluation import metrics
from gan_zoo.evaluation.metrics import Eye, Row
from gan_zoo.imaging.images import to_float, to_uint8


def flicker(film: Film, target: Film) -> float:
    """The mean absolute difference between the changes from frame to frame in a film and in its target,
    |(x_t - x_(t-1)) - (y_t - y_(t-1))|, for frames in [0, 1]; lower is better. A wrong film that holds still has no flicker
    while its target holds still too."""
    return float((film.diff(dim=0) - target.diff(dim=0)).abs().mean()) / 2


def pan_noise(
    translate: Callable[[Float[Tensor, "n c h w"]], Float[Tensor, "n c h w"]], picture: Float[Tensor, "c h w"], step: int = 3
) -> tuple[float, float]:
    """The temporal noise of a translator that draws a clip frame by frame: a square view moves over a still picture.

    The places that two frames in a row share should look the same in both, so the truth is known without a target.

    Args:
        picture: a picture in [-1, 1], wider than it is high by at least `step`.
        step: number of pixels from frame to frame. One that is no multiple of 4 also shows what depends on a network's grid.

    Returns:
        the mean absolute difference of the shared places, and that of their mean colours, both for frames in [0, 1].
    """
    side, width = picture.shape[1:]
    frames = [translate(picture[None, :, :, at : at + side])[0].float() for at in range(0, width - side + 1, step)]
    shared = [(before[:, :, step:], after[:, :, :-step]) for before, after in pairwise(frames)]
    assert shared, "the picture is too narrow for two frames"
    noise = sum(float((a - b).abs().mean()) for a, b in shared) / len(shared) / 2
    colour = sum(float((a.mean((1, 2)) - b.mean((1, 2))).abs().mean()) for a, b in shared) / len(shared) / 2
    return noise, colour


def compare(film: Film, target: Film, eye: Eye | None = None) -> Row:
    """The distance of a film in [-1, 1] from its target: mean `psnr` in dB and mean `ssim` over the frames, `flicker`, and with
    an eye the mean `perceptual` distance."""
    film = to_float(to_uint8(film)).cpu()
    row = {"psnr": metrics.psnr(film, target), "ssim": metrics.ssim(film, target), "flicker": flicker(film, target)}
    if eye is not None:
        parts = zip(film.split(metrics.PAIRS_BATCH), target.split(metrics.PAIRS_BATCH), strict=True)
        row["perceptual"] = sum(metrics.perceptual(eye, a, b) * len(a) for a, b in parts) / len(film)
    return row


def evaluate(films: Mapping[str, Callable[[Film], Film]], data: ClipDataset, eye: Eye | None = None) -> dict[str, Row]:
    """Measure functions that make films from the inputs of whole clips.

    Returns:
        for each of `films` the numbers of `compare`, as means over all frames, and `n`, the number of frames.
    """
    rows: dict[str, Row] = {}
    for name, make in films.items():
        sums: Row = {}
        for clip in data.spans:
            given, target = data.film(clip)
            row = compare(make(given), target, eye)
            sums = {key: sums.get(key, 0.0) + value * len(given) for key, value in row.items()}
        frames = sum(len(span) for span in data.spans.values())
        rows[name] = {key: value / frames for key, value in sums.items()} | {"n": float(frames)}
    return rows
