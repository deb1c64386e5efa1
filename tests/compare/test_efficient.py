"""Efficient options: none that another beats, and none left out that nothing beats."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sim.compare import efficient

OPTIONS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=12)


def test_dearer_must_be_quicker() -> None:
    """Of cost and delay: the cheap, the quick and the one between stay, the beaten go."""
    options = [(0.0, 9.0), (5.0, 4.0), (6.0, 4.0), (9.0, 1.0), (5.0, 9.5)]
    assert efficient(options) == [True, True, False, True, False]


@given(OPTIONS)
def test_sorted_by_cost_each_efficient_option_is_a_new_least_delay(
    options: list[tuple[int, int]],
) -> None:
    """Going up in cost, exactly the options with less delay than all before are efficient."""
    found, least = set(), 99
    for cost, delay in sorted(set(options)):
        if delay < least:
            found.add((cost, delay))
            least = delay
    assert efficient(options) == [option in found for option in options]


@given(OPTIONS, st.randoms())
def test_order_does_not_matter(options: list[tuple[int, int]], luck: object) -> None:
    """An option is efficient among the others in whatever order they stand."""
    before = dict(zip(options, efficient(options), strict=True))
    mixed = list(options)
    luck.shuffle(mixed)  # type: ignore[attr-defined]
    assert dict(zip(mixed, efficient(mixed), strict=True)) == before
