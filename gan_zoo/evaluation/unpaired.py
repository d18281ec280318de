"""How well translators without pairs do: whether what they draw looks like the other kind of pictures, and comes back.

Only the two sets as wholes can be compared, by KID; beside a translator stand those pictures themselves, untouched, and
where there are any, other real ones. Where the data are pairs in truth, what each picture should have become is known too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor

from gan_zoo.data.dataset import Dataset
from gan_zoo.data.pairings import Side
from gan_zoo.data.pairs import PairedDataset, load_pairs, load_side, true_pairs
from gan_zoo.errors import UserError
from gan_zoo.evaluation.judge import Judge
from gan_zoo.evaluation.metrics import FLOOR, PAIRS_BATCH, FeatureNetwork, Row
from gan_zoo.models.kinds import Translator

Translate = Callable[[Float[Tensor, "n c h w"]], Float[Tensor, "n c h w"]]
# What the rows of the way back, and those about pictures that were learnt from, are called.
BACK, SEEN = ", back", " (seen in training)"


@dataclass(frozen=True)
class Way:
    """One direction: what goes in, what should come out, and other real pictures of that kind where there are any."""

    inputs: Dataset
    reference: Dataset
    floor: Dataset | None
    paired: bool
    seen: bool
    """whether the inputs are pictures that were learnt from"""

    def batches(self) -> Iterator[dict[str, Tensor]]:
        """Inputs, with what each should become where that is known."""
        for start in range(0, len(self.inputs), PAIRS_BATCH):
            rows = slice(start, start + PAIRS_BATCH)
            targets = {"image": self.reference.batch(rows)["image"]} if self.paired else {}
            yield {"input": self.inputs.batch(rows)["image"], **targets}


def ways(data: str, pairs: str, size: int) -> tuple[Way, Way]:
    """There and back, over pictures that were held out; over those of the training where none were held out.

    Raises:
        UserError: there are no such data.
    """
    truth = true_pairs(data, pairs)
    if truth:
        test, train = (load_pairs(data, truth, split, size) for split in ("test", "train"))
        assert isinstance(test, PairedDataset) and isinstance(train, PairedDataset)
        a, b = Dataset("inputs", test.inputs[:, 0]), Dataset(data, test.images)
        more_a, more_b = Dataset("inputs", train.inputs[:, 0]), Dataset(data, train.images)
        return Way(a, b, more_b, True, False), Way(b, a, more_a, True, False)
    (a, floor_a), (b, floor_b) = (_held_out(which, data, pairs, size) for which in ("A", "B"))
    return Way(a, b, floor_b, False, floor_a is None), Way(b, a, floor_a, False, floor_b is None)


def _held_out(which: Side, data: str, pairs: str, size: int) -> tuple[Dataset, Dataset | None]:
    """The test pictures of a side and those of the training; the latter in their place where there are none."""
    train = load_side(which, data, pairs, "train", size)
    try:
        return load_side(which, data, pairs, "test", size), train
    except UserError as error:
        if error.code not in ("no_pictures", "no_pairs"):
            raise
        return train, None


def evaluate(
    translators: Mapping[str, Translator], data: str, pairs: str, network: FeatureNetwork, size: int, seed: int = 0
) -> dict[str, Row]:
    """Measure translators that were trained without pairs, and others beside them, both ways where they have two.

    Returns:
        by name of the row `kid` and `n`; of those that know the way back `cycle`, the mean absolute difference between a
        picture in [0, 1] and what comes back of it, and `cycle_psnr` in dB; and where the data are pairs in truth what
        `Judge.translations` measures. The rows of the way back have `, back` in their names, and are there where a
        translator knows it; one whose inputs were learnt from says so.

    Raises:
        UserError: there are no such data, or a translator draws pictures of another shape.
    """
    rows: dict[str, Row] = {}
    for way, back in zip(ways(data, pairs, size), (False, True), strict=True):
        able = {name: model for name, model in translators.items() if model.two_way or not back}
        if not able:
            continue
        judge = Judge(way.reference, network, len(way.reference), seed)
        ending = (BACK if back else "") + (SEEN if way.seen else "")
        if way.floor is not None:
            rows[FLOOR + (BACK if back else "")] = judge.floor(way.floor)
        rows["untouched" + ending] = judge.translations("untouched", lambda images: images, way.batches())
        for name, model in able.items():
            there, again = _directions(model, back)
            rows[name + ending] = judge.translations(name, there, way.batches(), again if model.two_way else None)
    return rows


def _directions(model: Translator, back: bool) -> tuple[Translate, Translate]:
    """How a translator goes one way, and returns."""

    def there(images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n c h w"]:
        return model.translate(images)

    def again(images: Float[Tensor, "n c h w"]) -> Float[Tensor, "n c h w"]:
        return model.translate(images, back=True)  # type: ignore[call-arg]  # only where it is two_way

    return (again, there) if back else (there, again)
