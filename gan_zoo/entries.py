"""Checks of files that may be damaged, at the one place where each is read: cards, settings of runs, and lines of logs.

What passes can be used without another look: texts are texts, numbers are finite, and lists hold what they should.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from typing import Any

from gan_zoo.errors import UserError

Check = Callable[[Any], bool]
Row = dict[str, Any]
# The largest number that survives every conversion, and the largest whole number that a browser holds exactly.
LARGEST, LARGEST_COUNT = 1e300, 2**53
# The most characters of the name of an entry or an event in a log.
LONGEST_NAME = 100


def is_number(value: Any) -> bool:
    """Return True for a finite number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST


def is_count(value: Any) -> bool:
    """Return True for a whole number from 0 up."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_COUNT


def is_text(value: Any) -> bool:
    """Return True for a text that can be written again; JSON may hold halves of characters."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _list_of(check: Check) -> Check:
    return lambda value: isinstance(value, list) and all(map(check, value))


def _table_of(check: Check) -> Check:
    return lambda value: isinstance(value, dict) and all(check(inner) for inner in value.values())


def _is_colour(value: Any) -> bool:
    return is_text(value) or (
        isinstance(value, list) and len(value) == 3 and all(is_count(part) and part < 256 for part in value)
    )


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


# What an entry must hold, with the words for it.
_TEXT = (is_text, "a text")
_COUNT = (is_count, "a whole number from 0 up")
_NUMBER = (is_number, "a number")
_TEXTS = (_list_of(is_text), "a list of texts")
_TABLE = (lambda value: isinstance(value, dict), "a table of entries")
_NUMBERS = (_table_of(is_number), "a table of numbers")
_MEASURES = (_table_of(lambda row: isinstance(row, dict)), "a table of measures")
Rule = tuple[Check, str]
_DATA: dict[str, Rule] = {
    "model": _TEXT,
    "data": _TEXT,
    "pairs": _TEXT,
    "classes": _TEXTS,
    "attributes": (_table_of(_list_of(is_text)), "a table of lists of texts"),
    "source": (_table_of(is_text), "a table of texts"),
    "palette": (_list_of(_is_colour), "a list of colours"),
    "counts": (lambda value: _list_of(is_count)(value) and len(value) in (0, 2), "two whole numbers from 0 up"),
}
_TRAINING: dict[str, Rule] = {
    "steps": _COUNT,
    "seconds": _NUMBER,
    "batch_size": _COUNT,
    "processes": _COUNT,
    "pictures": _COUNT,
    "tick": _COUNT,
    "metrics_every": _COUNT,
    "minutes": _NUMBER,
    "ema": _NUMBER,
    "decay_from": _NUMBER,
    "jitter": _NUMBER,
    "clip": _NUMBER,
    "seed": (lambda value: isinstance(value, int) and is_number(value), "a whole number"),
    "mirror": (_is_flag, "true or false"),
    "precision": _TEXT,
    "hardware": _TEXT,
    "start": _TEXT,
    "features": _TEXT,
    "learning_rates": _NUMBERS,
}
_CARD: dict[str, Rule] = _DATA | {
    "config": _TABLE,
    "published": _TEXTS,
    "parameters": _COUNT,
    "metrics": _MEASURES,
    "transfer": _MEASURES,
    "training": _TABLE,
    "grids": (_list_of(is_count), "a list of steps"),
    "note": _TEXT,
    "features": _TEXT,
    "judge": _TEXT,
    "kind": _TEXT,
    "gan_zoo": _TEXT,
}
_SETTINGS: dict[str, Rule] = (
    _DATA
    | _TRAINING
    | {
        "path": _TEXT,
        "device": _TEXT,
        "device_asked": _TEXT,
        "options": _TABLE,
        "trained_on": _TABLE,
    }
)


def check_card(card: Any, where: str) -> Row:
    """Return the card of a weights folder; measures that are no finite numbers are left out.

    Args:
        where: path of its file, for the message.

    Raises:
        UserError: an entry is missing or holds something else than it should.
    """
    found = _checked(card, _CARD, ("model", "config", "published"), where)
    if "training" in found:
        _checked(found["training"], _TRAINING, (), where)
    for table in ("metrics", "transfer"):
        if table in found:
            rows = found[table].items()
            found[table] = {name: {key: value for key, value in row.items() if is_number(value)} for name, row in rows}
    return found


def check_settings(settings: Any, where: str, needed: tuple[str, ...] = ()) -> Row:
    """Return the config.json of a run; raises `UserError` as `check_card` does."""
    return _checked(settings, _SETTINGS, needed, where)


def _checked(entries: Any, rules: Mapping[str, Rule], needed: tuple[str, ...], where: str) -> Row:
    if not isinstance(entries, dict):
        raise UserError(f"{where} is damaged (it holds no table of entries); restore it or fetch it again", "damaged_file")
    missing = [key for key in needed if key not in entries]
    if missing:
        raise UserError(f"{where} lacks {', '.join(missing)}: choose a folder that gan-zoo wrote", "damaged_file")
    for key, (check, words) in rules.items():
        if key in entries and not check(entries[key]):
            raise UserError(
                f"{where} is damaged ('{key}' is {shown(entries[key])}, and must be {words}); restore it or fetch it again",
                "damaged_file",
            )
    return dict(entries)


def shown(value: Any) -> str:
    """Return a value as JSON has it, cut to a length that fits a message."""
    try:
        text = json.dumps(value)
    except (TypeError, ValueError, RecursionError):
        text = str(value)
    return text if len(text) <= 40 else text[:40] + "..."


def read_line(line: bytes) -> Row | None:
    """Return a line of a log: a row of numbers, or an event; None for a damaged line.

    A row keeps what is a number; a number that is not finite becomes None, as the trainer writes it.
    """
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(row, dict) or not is_count(row.get("step")):
        return None
    if "event" in row:
        return row if _is_event(row) else None
    return {key: _finite(value) for key, value in row.items() if type(value) in _NUMERIC and _is_name(key)}


_NUMERIC = (float, int, type(None))


def _finite(value: float | None) -> float | None:
    return value if value is not None and -LARGEST <= value <= LARGEST else None


@functools.lru_cache(10_000)
def _is_name(key: str) -> bool:
    return len(key) <= LONGEST_NAME and is_text(key)


def _is_event(event: Row) -> bool:
    """Return True if the details of an event are what its readers take them for."""
    kind, value = event["event"], event.get("value")
    if not is_text(kind) or len(kind) > LONGEST_NAME:
        return False
    details = all(is_text(event.get(key, "")) for key in ("message", "ending"))
    process = isinstance(event.get("process", {}), dict)
    if kind == "learning_rates":
        fits = _NUMBERS[0](value)
    elif kind == "discriminator_steps":
        fits = is_count(value)
    else:
        fits = value is None or is_number(value) or is_text(value) or _NUMBERS[0](value)
    return details and process and fits and (kind != "end" or "ending" in event)


def is_sound(value: Any, levels: int = 32) -> bool:
    """Return True if a value that was read from JSON can be written again: it is not too deep, and its texts are whole."""
    if isinstance(value, dict):
        return levels > 0 and all(is_text(key) and is_sound(inner, levels - 1) for key, inner in value.items())
    if isinstance(value, list):
        return levels > 0 and all(is_sound(inner, levels - 1) for inner in value)
    return not isinstance(value, str) or is_text(value)
