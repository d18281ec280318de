"""Small random mutations of files, folders and command lines."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

# Texts that users type by mistake, and texts that break careless programs.
ODD_TEXTS = (
    "", "0", "-1", "x", "1e400", "nan", "3.5", "9" * 30, "..", "/nowhere/x", "a/b/c", "日本", "caf\udce9", " ", "--", "-x",
    "x" * 300, "a\nb", "hf:me/nothing", "parquet:nowhere", "?", ":", "a:b?c=d", "%s", "{0}",
)  # fmt: skip
ODD_VALUES: tuple[Any, ...] = (
    None, "x", "", [], {}, [[]], [1], {"a": 1}, -1, 0, 7, True, False, 3.7, 1e300, 10**30, "\ud800", "x" * 5000, -0.5,
)  # fmt: skip
ODD_JSON = ("", "{", "[]", "null", "3", '"x"', "[" * 100_000, "{}", "\x00", "NaN", '{"a": 1e400}', "9" * 6_000)


def spoil_file(path: Path, chance: random.Random) -> str:
    """Damage a file or replace it; returns the name of what was done."""
    ways: list[Callable[[Path, random.Random], None]] = [_cut, _flip, _remove, _empty, _folder, _other, _grow]
    if path.suffix in (".json", ".jsonl"):
        ways += [_leaf] * 6 + [_odd_json]
    way = chance.choice(ways)
    way(path, chance)
    return way.__name__.removeprefix("_")


def _cut(path: Path, chance: random.Random) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: chance.randrange(len(content) + 1)])


def _flip(path: Path, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    for _ in range(chance.choice((1, 1, 5, 100))):
        if content:
            content[chance.randrange(len(content))] = chance.randrange(256)
    path.write_bytes(bytes(content))


def _remove(path: Path, chance: random.Random) -> None:
    path.unlink()


def _empty(path: Path, chance: random.Random) -> None:
    path.write_bytes(b"")


def _folder(path: Path, chance: random.Random) -> None:
    path.unlink()
    path.mkdir()


def _other(path: Path, chance: random.Random) -> None:
    path.write_bytes(chance.randbytes(chance.choice((1, 100, 5_000))))


def _grow(path: Path, chance: random.Random) -> None:
    path.write_bytes(path.read_bytes() + chance.randbytes(20))


def _odd_json(path: Path, chance: random.Random) -> None:
    path.write_text(chance.choice(ODD_JSON))


def _leaf(path: Path, chance: random.Random) -> None:
    """Change, remove or add an entry of a JSON file, or of a line of a log."""
    lines = [path.read_text()] if path.suffix == ".json" else path.read_text().splitlines()
    i = chance.randrange(len(lines))
    value = json.loads(lines[i])
    spoil_value(value, chance)
    lines[i] = json.dumps(value)
    path.write_text("\n".join(lines) + "\n")


def spoil_value(value: Any, chance: random.Random) -> None:
    """Change, remove or add one entry of nested lists and tables."""
    place = value
    while True:
        keys = [*place] if isinstance(place, dict) else [*range(len(place))]
        if not keys:
            return
        key = chance.choice(keys)
        inner = place[key]
        if isinstance(inner, dict | list) and inner and chance.random() < 0.7:
            place = inner
            continue
        if isinstance(place, dict) and chance.random() < 0.2:
            if chance.random() < 0.5:
                del place[key]
            else:
                place[chance.choice(("x", "\ud800", "9" * 200))] = chance.choice(ODD_VALUES)
        else:
            place[key] = chance.choice(ODD_VALUES)
        return


def spoil_folder(root: Path, chance: random.Random) -> str:
    """Damage one file or folder below `root`; returns what was done to which."""
    files = sorted(path for path in root.rglob("*") if path.is_file())
    # Each kind of file gets its turn, however many there are of one kind.
    suffix = chance.choice(sorted({path.suffix for path in files}))
    path = chance.choice([path for path in files if path.suffix == suffix])
    if chance.random() < 0.05 and path.parent != root:
        shutil.rmtree(path.parent)
        return f"remove folder {path.parent.relative_to(root)}"
    return f"{spoil_file(path, chance)} {path.relative_to(root)}"


def spoil_words(words: list[str], chance: random.Random) -> list[str]:
    """The words of a command line with one of them replaced, removed, doubled or added."""
    words, i = [*words], chance.randrange(len(words))
    match chance.choice(("replace", "replace", "replace", "remove", "double", "add")):
        case "replace":
            words[i] = chance.choice(ODD_TEXTS)
        case "remove":
            del words[i]
        case "double":
            words.insert(i, words[i])
        case "add":
            words.insert(i + 1, chance.choice(ODD_TEXTS))
    return words
