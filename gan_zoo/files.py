"""Helpers for files: atomic writing, JSON, checksums, and the folder for downloads."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gan_zoo.entries import is_sound
from gan_zoo.errors import UserError


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Call `write` with a temporary path beside `path`, then move the file to `path`.

    If `write` fails, no partly written file remains.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        write(temporary)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_json(path: Path, value: Any) -> None:
    """Write `value` to `path` as indented JSON, atomically."""
    write_atomically(path, lambda p: p.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"))


def read_json(path: Path) -> Any:
    """The value in a JSON file; raises `UserError` if the file is missing (`missing_file`) or damaged (`damaged_file`)."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UserError(f"{path} is missing: check the name", "missing_file", path=path) from error
    except OSError as error:
        raise UserError(f"{path} can't be read ({error.strerror}): check the file", "damaged_file", path=path) from error
    except RecursionError:
        value, problem = None, "it is nested too deeply"
    except ValueError as error:  # no JSON, no UTF-8, or a number with too many digits
        value, problem = None, str(error)
    else:
        problem = "" if is_sound(value) else "it is nested too deeply, or has broken characters"
    if problem:
        raise UserError(f"{path} is damaged ({problem}); restore it or fetch it again", "damaged_file", path=path)
    return value


def sha256(path: Path) -> str:
    """The SHA-256 checksum of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def cache() -> Path:
    """The folder for downloads from the Hub: `$GAN_ZOO_CACHE`, or `~/.cache/gan-zoo`."""
    return Path(os.environ.get("GAN_ZOO_CACHE", Path.home() / ".cache" / "gan-zoo"))
