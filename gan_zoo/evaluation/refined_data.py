"""The value of synthetic and refined pictures as training data for a classifier of real pictures.

The same small network is trained on each kind of pictures, alone and together with a few real ones, and always tested on
real handwriting (Shrivastava et al. 2017, section 3.2, do the same with gazes and hands).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import mean

import torch

from gan_zoo import random_state
from gan_zoo.data import synthetic_digits
from gan_zoo.data.dataset import Dataset
from gan_zoo.data.reading import load_data
from gan_zoo.evaluation import metrics
from gan_zoo.imaging.images import to_float, to_uint8
from gan_zoo.models.base import Model
from gan_zoo.models.kinds import Translator
from gan_zoo.models.registry import create_model

# The numbers of real pictures of each class.
FEW = (10, 100, 1_000)
STEPS, BATCH, RATE = 500, 64, 2e-3
# The classifier is wide enough for 98% on all the real pictures, and small enough to train two dozen of them.
WIDTH, FEATURES = 8, 64
Row = dict[str, float]


@torch.inference_mode()
def refined(model: Translator, synthetic: Dataset) -> Dataset:
    """The data set with each picture refined; the labels stay valid, because the refiner was trained to keep the digit."""
    batches = to_float(synthetic.images).split(metrics.BATCH)
    return replace(synthetic, images=torch.cat([to_uint8(model.translate(part)) for part in batches]))


def some(data: Dataset, per_class: int, generator: torch.Generator) -> Dataset:
    """A data set of `per_class` pictures of each class, drawn at random."""
    assert data.labels is not None
    order = torch.randperm(len(data), generator=generator)
    rows = torch.cat([order[data.labels[order] == label][:per_class] for label in range(len(data.classes))])
    return Dataset(data.name, data.images[rows], data.labels[rows], data.classes)


def classifier(sets: Sequence[Dataset], seed: int, steps: int = STEPS) -> Model:
    """A classifier trained on several sets, in evaluation mode; every batch has equally many pictures of each set."""
    generator = torch.Generator().manual_seed(seed)
    _, channels, size, _ = sets[0].images.shape
    with random_state.seeded(seed):
        options = {"channels": channels, "size": size, "classes": len(sets[0].classes)}
        model = create_model("classifier", width=WIDTH, feature_size=FEATURES, **options)
        optimizers = model.optimizers({"network": RATE})
        for step in range(steps):
            for group in optimizers["network"].param_groups:
                group["lr"] = RATE * (1 - step / steps)
            parts = [data.batch(torch.randint(len(data), (BATCH // len(sets),), generator=generator)) for data in sets]
            model.training_step({key: torch.cat([part[key] for part in parts]) for key in ("image", "label")}, optimizers)
    return model.eval()


def measure(model: Translator, data: str, seeds: int = 2, steps: int = STEPS) -> Iterator[tuple[str, Row]]:
    """Train classifiers on pictures of fonts, on the same pictures refined by `model`, and on real pictures, row by row.

    Args:
        data: the real pictures, with the classes of the glyphs; the refiner has seen them without their labels.
        seeds: the number of classifiers of each row.

    Yields:
        the name of the row, and a row with the mean `accuracy` over all real test pictures, the `lowest` and the
        `highest` accuracy of the seeds, and `n`, the number of training pictures.
    """
    real, test = load_data(data, "train"), load_data(data, "test")
    made = {"fonts": synthetic_digits.synthetic()}
    made["refined"] = refined(model, made["fonts"])

    def row(*sets: Dataset, per_class: int = 0) -> Row:
        reached, n = [], sum(map(len, sets))
        for seed in range(seeds):
            few = [some(real, per_class, torch.Generator().manual_seed(seed))] if per_class else []
            n = sum(map(len, [*few, *sets]))
            reached.append(metrics.accuracy(classifier([*few, *sets], seed, steps), test))  # type: ignore[arg-type]
        return {"accuracy": mean(reached), "lowest": min(reached), "highest": max(reached), "n": float(n)}

    for name, synthetic in made.items():
        yield name, row(synthetic)
    for per_class in FEW:
        yield f"{per_class} real", row(per_class=per_class)
        for name, synthetic in made.items():
            yield f"{per_class} real + {name}", row(synthetic, per_class=per_class)
    yield "all real", row(real)
