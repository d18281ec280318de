"""What several commands use: values of options, tables, sizes."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence


def whole_number(text: str) -> int:
    """An option's value as a whole number of at most 18 digits."""
    try:
        value = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is no whole number") from None
    if abs(value) >= 10**18:
        raise argparse.ArgumentTypeError(f"'{text}' has too many digits: use at most 18")
    return value


def seed(text: str) -> int:
    """An option's value as a seed, from 0 up."""
    if (value := whole_number(text)) < 0:
        raise argparse.ArgumentTypeError(f"'{text}' is no seed: use a whole number from 0 up")
    return value


def number(text: str) -> float:
    """An option's value as a finite number."""
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is no number") from None
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"'{text}' is no finite number")
    return value


def megabytes(size: int) -> str:
    """A size in bytes as text in megabytes, such as `4.4 MB`."""
    return f"{size / 1e6:.1f} MB"


def print_table(rows: Sequence[Sequence[str]]) -> None:
    """Print rows in aligned columns, followed by an empty line; the first row is the heading."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    print()
