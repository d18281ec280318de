"""Measures of translators trained without pairs: the likeness of their pictures to the other kind, and the way back.

KID compares the two sets as wholes. The table also has a row for the untouched inputs, and one for other real pictures if
there are any. If the data are true pairs, each picture is also compared with its real target.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor

from gan_zoo.data.dataset import Dataset
from gan_zoo.data.names import DataName
from gan_zoo.data.pairings import Side
from gan_zoo.data.pairs import PairedDataset, load_pairs, load_side, true_pairs
from gan_zoo.errors import UserError
from gan_zoo.evaluation.judge import Judge
from gan_zoo.evaluation.metrics import FLOOR, PAIRS_BATCH, Eye, FeatureNetwork, Row
from gan_zoo.models.kinds import Translator

Translate = Callable[[Float[Tensor, "n c h w"]], Float[Tensor, "n c h w"]]
# Endings of the names of rows: for the way back, and for inputs from the training pictures.
BACK, SEEN = ", back", " (seen in training)"


@dataclass(frozen=True)
class Way:
    """One direction: the inputs, the pictures to reach, and other real pictures of that kind if there are any."""

    inputs: Dataset
    reference: Dataset
    floor: Dataset | None
    paired: bool
    seen: bool
    """True if the inputs are training pictures"""

    def batches(self) -> Iterator[dict[str, Tensor]]:
        """Batches of inputs, with the targets if they are known."""
        for start in range(0, len(self.inputs), PAIRS_BATCH):
            rows = slice(start, start + PAIRS_BATCH)
            targets = {"image": self.reference.batch(rows)["image"]} if self.paired else {}
            yield {"input": self.inputs.batch(rows)["image"], **targets}


def ways(data: str | DataName, pairs: str, size: int) -> tuple[Way, Way]:
    """The way there and the way back, over held-out pictures, or over the training pictures if none were held out.

    Raises:
        UserError: there are no such data.
    """
    truth = true_pairs(data, pairs)
    if truth:
        test, train = (load_pairs(data, truth, split, size) for split in ("test", "train"))
        assert isinstance(test, PairedDataset) and isinstance(train, PairedDataset)
        a, b = Dataset("inputs", test.inputs[:, 0]), Dataset(str(data), test.images)
        more_a, more_b = Dataset("inputs", train.inputs[:, 0]), Dataset(str(data), train.images)
        return Way(a, b, more_b, True, False), Way(b, a, more_a, True, False)
    (a, floor_a), (b, floor_b) = (_held_out(which, data, pairs, size) for which in ("A", "B"))
    return Way(a, b, floor_b, False, floor_a is None), Way(b, a, floor_a, False, floor_b is None)


def _held_out(which: Side, data: str | DataName, pairs: str, size: int) -> tuple[Dataset, Dataset | None]:
    """The test pictures of a side and its training pictures; without test pictures, the training pictures and None."""
    train = load_side(which, data, pairs, "train", size)
    try:
        return load_side(which, data, pairs, "test", size), train
    except UserError as error:
        if error.code not in ("no_pictures", "no_pairs", "no_split"):
            raise
        return train, None


def evaluate(
    translators: Mapping[str, Translator],
    data: str | DataName,
    pairs: str,
    network: FeatureNetwork,
    size: int,
    seed: int = 0,
    eye: Eye | None = None,
) -> dict[str, Row]:
    """Measure translators that were trained without pairs, and others beside them, both ways where they have two.

    Returns:
        by name of the row `kid` and `n`. Translators with a way back also have `cycle`, the mean absolute difference in
        [0, 1] between a picture and the one that comes back, and `cycle_psnr` in dB. If the data are true pairs, the rows
        also have the numbers of `Judge.translations` for targets. The rows of the way back end in `, back`, and exist
        only if a translator has one. Rows whose inputs are training pictures end in ` (seen in training)`.

    Raises:
        UserError: there are no such data, or a translator draws pictures of another shape.
    """
    rows: dict[str, Row] = {}
    for way, back in zip(ways(data, pairs, size), (False, True), strict=True):
        able = {name: model for name, model in translators.items() if model.two_way or not back}
        if not able:
            continue
        judge = Judge(way.reference, network, len(way.reference), seed, eye)
        ending = (BACK if back else "") + (SEEN if way.seen else "")
        if way.floor is not None:
            rows[FLOOR + (BACK if back else "")] = judge.floor(way.floor)
        rows["untouched" + ending] = judge.translations("untouched", lambda images: images, way.batches())
        for name, model in able.items():
            there, again = _directions(model, back)
            rows[name + ending] = judge.translations(name, there, way.batches(), again if model.two_way else None)
    return rows


def _directions(model: Translator, back: bool) -> tuple[Translate, Translate]:
    """The functions that translate in one direction and in the other; with `back` they are exchanged."""

    def there(images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n c h w"]:
        return model.translate(images)

    def again(images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n c h w"]:
        return model.translate(images, back=True)  # type: ignore[call-arg]  # only where it is two_way

    return (again, there) if back else (there, again)
