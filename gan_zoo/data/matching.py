"""The two pictures of a pair are found by their names, never by their order.

Names agree if they are equal: the path below each of the two folders, without the suffix. If more names agree without
capital letters, or without what is known to be added to the two halves of pairs (`_photo` and `_label`, `_A` and `_B`), that is
left out too. What all names of a folder begin or end with is left out if then every name has its partner.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from gan_zoo.data.encoded import Encoded, together
from gan_zoo.errors import UserError

_ADDED = (
    "photo|photos|label|labels|a|b|edge|edges|line|lines|sketch|drawing|mask|masks|seg|segmentation|map|depth|normal|normals|"
    "input|output|in|out|target|targets|source|src|dst|gt|real|fake|image|images|img|rgb|grey|gray|bw|color|colour|clean|noisy|"
    "before|after|x|y|left|right|leftimg8bit|gtfine|gtcoarse|labelids|instanceids|real_a|real_b|fake_b|lr|hr|low|high|ref"
)
_END = re.compile(rf"(?<=[^/])[ _.\-](?:{_ADDED})$", re.IGNORECASE)
_BEGINNING = re.compile(rf"(^|/)(?:{_ADDED})[ _.\-](?=[^/]+$)", re.IGNORECASE)
# The number of names of each side that a message shows.
_SHOWN = 3


def matched(inputs: Encoded, targets: Encoded) -> Encoded:
    """The pairs of two folders: each row has the input and the target of the same name. The others count as skipped.

    Raises:
        UserError: no names agree.
    """
    best: list[tuple[int, int]] = []
    for strict, ours, theirs in _keys(inputs.names, targets.names):
        found = _agreeing(ours, theirs, (inputs, targets) if strict else None)
        if len(found) > len(best):
            best = found
    if not best and len(inputs) and len(targets):
        ours, theirs = (_without_common(side.names) for side in (inputs, targets))
        found = _agreeing(ours, theirs)
        best = found if len(found) == len(inputs) == len(targets) else []
    if not best and len(inputs) and len(targets):
        raise UserError(
            f"no picture in {inputs.place} has the name of one in {targets.place}; there are {_few(inputs)} and "
            f"{_few(targets)}: give the two pictures of a pair the same name",
            "no_pairs",
            name=targets.name,
        )
    paired = {a for a, _ in best}, {b for _, b in best}
    alone = [f"{inputs.where[i][0]}: no partner in {targets.place}" for i in range(len(inputs)) if i not in paired[0]]
    alone += [f"{targets.where[i][0]}: no partner in {inputs.place}" for i in range(len(targets)) if i not in paired[1]]
    best.sort(key=lambda pair: pair[1])
    # The shorter name of a pair says least about its side, so the same pair is kept back whichever side is the input.
    names = [min(inputs.names[a], targets.names[b], key=lambda name: (len(name), name)) for a, b in best]
    return together(inputs, targets, best, names, alone)


def _few(side: Encoded) -> str:
    return ", ".join(side.names[:_SHOWN]) + (", ..." if len(side) > _SHOWN else "")


def _keys(first: Sequence[str], second: Sequence[str]) -> Iterator[tuple[bool, list[str], list[str]]]:
    """What must be equal in the names of the two sides, from the strictest rule to the laxest; True first for the names
    themselves."""
    for rule in (str, str.lower, lambda name: _plain(name).lower()):
        yield rule is str, [rule(name) for name in first], [rule(name) for name in second]


def _plain(name: str) -> str:
    """A name without what is added to the halves of pairs."""
    while (shorter := _BEGINNING.sub(r"\1", _END.sub("", name))) != name:
        name = shorter
    return name


def _without_common(names: Sequence[str]) -> list[str]:
    """The names without what all begin and end with; numbers are not cut into."""
    beginning = re.sub(r"\d+$", "", _common_beginning(names))
    rest = [name[len(beginning) :] for name in names]
    end = re.sub(r"^\d+", "", _common_beginning([name[::-1] for name in rest])[::-1])
    return [name.removesuffix(end) for name in rest]


def _common_beginning(names: Sequence[str]) -> str:
    # The first and the last name differ no later than any two others.
    first, last = min(names), max(names)
    return first[: next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))]


def _agreeing(
    first: Sequence[str], second: Sequence[str], sides: tuple[Encoded, Encoded] | None = None
) -> list[tuple[int, int]]:
    """The rows with equal keys. If several rows of a side have the same key, those with equal suffixes in `sides` belong
    together; without `sides`, none does."""
    ours: dict[str, list[int]] = defaultdict(list)
    theirs: dict[str, list[int]] = defaultdict(list)
    for rows, keys in ((ours, first), (theirs, second)):
        for i, key in enumerate(keys):
            rows[key].append(i)
    found = []
    for key in ours.keys() & theirs.keys():
        if len(ours[key]) == len(theirs[key]) == 1:
            found.append((ours[key][0], theirs[key][0]))
        elif sides:
            one, other = ({_suffix(side, i): i for i in rows[key]} for side, rows in zip(sides, (ours, theirs), strict=True))
            found += [(one[suffix], other[suffix]) for suffix in one.keys() & other.keys()]
    return found


def _suffix(side: Encoded, row: int) -> str:
    return os.path.splitext(side.where[row][0])[1].lower()
