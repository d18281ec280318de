"""The samples of sweeps."""

from __future__ import annotations

from sampling import sample


def test_a_sample_is_the_same_for_the_same_names_and_keeps_their_order() -> None:
    names = [f"case-{i}" for i in range(41)]
    chosen = sample(names, 4, str)
    assert len(chosen) == 11 and chosen == sample(names, 4, str) == [name for name in names if name in chosen]
    assert set(sample(names[::-1], 4, str)) == set(chosen), "the order of the cases does not matter"
    assert chosen != names[:11] and chosen != names[::4], "neighbours are not chosen together"


def test_a_sample_has_a_case_and_a_whole_sweep_has_all() -> None:
    assert sample(["only"], 5, str) == ["only"]
    assert sample([], 5, str) == []
    assert sample(list("abc"), 1, str) == list("abc")
