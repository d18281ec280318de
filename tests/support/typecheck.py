"""The type checker that the tests put behind every annotation of the library."""

from __future__ import annotations

from beartype import BeartypeConf, beartype

# An int is a float here, as it is to type checkers.
check = beartype(conf=BeartypeConf(is_pep484_tower=True))
