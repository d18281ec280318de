"""What a run remembers of its data, and what a resume finds changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from gan_zoo.data.dataset import Dataset
from gan_zoo.errors import UserError

Record = dict[str, Any]


def record(data: Dataset) -> Record:
    """The number of pictures, and a checksum of their pixels; data that come in parts have neither.

    Pixels are compared and not names, because parquet files have no names, and because a file can change under its name.
    """
    if type(data).renew is not Dataset.renew:
        return {}
    digest = hashlib.blake2b(digest_size=16)
    for pictures in (data.images, getattr(data, "inputs", None)):
        if pictures is not None:
            digest.update(pictures.cpu().contiguous().numpy().data)
    return {"count": len(data), "checksum": digest.hexdigest()}


def changes(saved: Mapping[str, Any], data: Dataset, uses_classes: bool) -> str:
    """A line on how `data` differ from those of a run; empty if they are the same, or if the run is too old to know.

    Args:
        saved: the run's config.json.
        uses_classes: True if the model tells classes or attributes apart.

    Raises:
        UserError: the classes differ and the model uses them: their numbers would now mean something else.
    """
    found = []
    for key, now in (("classes", data.classes), ("attributes", data.attributes)):
        before = saved.get(key, now)
        if before == now:
            continue
        words = f"the {key} were {_listed(before)}, and now they are {_listed(now)}"
        if uses_classes:
            raise UserError(
                f"the data '{data.name}' have changed since the run began: {words}; bring the old ones back, "
                "or start a new run with another --name",
                "other_data",
            )
        found.append(words)
    before, now = saved.get("trained_on") or {}, record(data)
    if before and now and before != now:
        same = before.get("count") == now["count"]
        found.insert(
            0,
            "some of the pictures are other ones"
            if same
            else f"there were {before.get('count')} pictures, and now there are {now['count']}",
        )
    return "; ".join(found)


def _listed(names: Any) -> str:
    words = [str(name) for name in names]
    return (", ".join(words[:6]) + (f" and {len(words) - 6} more" if len(words) > 6 else "")) or "none"
