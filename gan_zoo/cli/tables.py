"""Functions that several commands use: tables, sizes, seeds."""

from __future__ import annotations

from collections.abc import Sequence

from gan_zoo.errors import UserError


def check_seed(seed: int) -> None:
    """Raise `UserError` for a seed that random generators don't take."""
    if not 0 <= seed < 10**18:
        raise UserError(f"--seed is {seed}; it must be a whole number from 0 up, with at most 18 digits", "usage")


def megabytes(size: int) -> str:
    """A size in bytes as text in megabytes, such as `4.4 MB`."""
    return f"{size / 1e6:.1f} MB"


def print_table(rows: Sequence[Sequence[str]]) -> None:
    """Print rows in aligned columns, followed by an empty line; the first row is the heading."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    print()
