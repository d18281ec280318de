"""Measures of text-to-image models: the share of pictures whose caption is found among others, and KID.

The network that finds the caption had no part in the training of the model. The table also has a row for the real pictures,
and one for the training picture with the nearest caption.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from gan_zoo.data.captions import CaptionedDataset, load_captioned
from gan_zoo.data.names import DataName
from gan_zoo.evaluation.judge import Judge
from gan_zoo.evaluation.metrics import FLOOR, PAIRS_BATCH, Eye, FeatureNetwork, Row
from gan_zoo.imaging.images import to_float, to_uint8
from gan_zoo.layers.tokenizer import tokens
from gan_zoo.models.kinds import Captioned, Embedder

Images = Float[Tensor, "n c h w"]
# The number of captions that contain the right one.
CAPTIONS = 10
NEAREST, SEEN = "nearest caption", " (seen in training)"


def r_precision(pictures: Float[Tensor, "n e"], captions: Float[Tensor, "n e"], seed: int = 0) -> float:
    """The share of pictures that are nearer to their own caption than to nine others drawn at random (Xu et al. 2018,
    https://arxiv.org/abs/1711.10485, section 4, draw 99); 0.1 by chance, and higher is better."""
    n, generator, right = len(pictures), torch.Generator().manual_seed(seed), 0
    alike = pictures @ captions.T
    for i in range(n):
        others = torch.randperm(n - 1, generator=generator)[: CAPTIONS - 1]
        others += others >= i
        right += int((alike[i, i] > alike[i, others]).all())
    return right / n


def full_captions(data: CaptionedDataset) -> list[str]:
    """The label and all tags of each picture; every second caption is in Japanese if the picture has Japanese words."""
    said = [row["ja"] if i % 2 and "ja" in row else row["en"] for i, row in enumerate(data.phrases)]
    return [" ".join([label, *tags]) for label, tags in said]


def evaluate(
    name: str,
    model: Captioned,
    judge: Embedder,
    network: FeatureNetwork,
    data: str | DataName,
    size: int,
    seed: int = 0,
    eye: Eye | None = None,
) -> dict[str, Row]:
    """Measure a model over the captions of the test pictures.

    Args:
        judge: a joint space of captions and pictures; the model was not trained with it.
        network: the network whose features give KID.
        eye: see `evaluation.judge.Judge`.

    Returns:
        by name of the row `r_precision`, `kid` and `n`; the row of captions from the training has no `kid`.

    Raises:
        UserError: there is no such data set, or it has no captions.
    """
    train, test = (load_captioned(data, split, size) for split in ("train", "test"))
    asked, known = full_captions(test), full_captions(train)
    few = torch.arange(len(test)) * len(train) // len(test)
    likest = (_captions(model, asked) @ _captions(model, known).T).argmax(1)
    every = {
        FLOOR: (to_float(test.images), asked),
        NEAREST: (to_float(train.images[likest]), asked),
        name: (_drawn(model, asked), asked),
        name + SEEN: (_drawn(model, [known[i] for i in few]), [known[i] for i in few]),
    }
    wholes, rows = Judge(test, network, len(test), seed, eye), {}
    for row, (pictures, captions) in every.items():
        found = {"r_precision": found_by(judge, pictures, captions, seed)}
        batches = ({"input": part} for part in pictures.split(PAIRS_BATCH))
        kid = {} if row.endswith(SEEN) or row == FLOOR else wholes.translations(row, lambda images: images, batches)
        rows[row] = found | kid | {"n": float(len(pictures))}
    rows[FLOOR] = wholes.floor(train) | rows[FLOOR]
    return rows


def evaluate_judge(name: str, judge: Embedder, data: str | DataName, size: int, seed: int = 0) -> dict[str, Row]:
    """Measure a joint space over the test pictures and their captions: `r_precision` and `n`."""
    test = load_captioned(data, "test", size)
    found = found_by(judge, to_float(test.images), full_captions(test), seed)
    return {name: {"r_precision": found, "n": float(len(test))}}


def found_by(judge: Embedder, pictures: Images, captions: Sequence[str], seed: int) -> float:
    """The `r_precision` of pictures and captions in the space of `judge`."""
    seen = torch.cat([judge.embed_pictures(part) for part in pictures.split(PAIRS_BATCH)])
    return r_precision(seen, judge.embed_captions(tokens(captions)), seed)


def _captions(model: Captioned, captions: Sequence[str]) -> Float[Tensor, "n e"]:
    return model.embed(tokens(captions))


def _drawn(model: Captioned, captions: Sequence[str]) -> Images:
    """The picture of each caption from the latent zero, the likeliest one, from the last stage and rounded to bytes."""
    parts = _captions(model, captions).split(PAIRS_BATCH)
    return torch.cat([to_float(to_uint8(model.draw(part, torch.zeros_like(model.latent(len(part))))[-1])) for part in parts])
