"""Efficient options: what is said of them holds, and with certain delays it is all there is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.catalogue import Quantity
from sim.compare import ScenarioResults, pareto_statuses
from sim.compare.pairs import Pairs
from sim.compare.pareto import classify

OPTIONS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=12)


def certain(options: list[tuple[float, float]]) -> list[str]:
    """Pareto statuses where delays are known without doubt."""
    costs, delays = np.array(options, dtype=float).T
    gaps = np.subtract.outer(delays, delays)
    return list(classify(costs, Pairs(gaps, gaps, gaps)))


def test_dearer_must_be_quicker() -> None:
    """Of cost and delay: the cheap, the quick and the one between stay, the dominated go."""
    options = [(0.0, 9.0), (5.0, 4.0), (6.0, 4.0), (9.0, 1.0), (5.0, 9.5)]
    good, bad = "efficient", "dominated"
    assert certain(options) == [good, good, bad, good, bad]


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
    said = certain(options)
    assert said == ["efficient" if option in found else "dominated" for option in options]


@given(OPTIONS, st.floats(0, 5), st.floats(0, 5))
def test_doubt_only_opens(options: list[tuple[int, int]], less: float, more: float) -> None:
    """Wider intervals turn answers into open ones, and never into the other answer."""
    costs, delays = np.array(options, dtype=float).T
    gaps = np.subtract.outer(delays, delays)
    others = ~np.eye(len(costs), dtype=bool)
    narrow, wide = (
        classify(costs, Pairs(gaps, gaps - width * others, gaps + width * others))
        for width in (less, less + more)
    )
    assert all(now in (before, "undecided") for before, now in zip(narrow, wide, strict=True))


def test_luck_makes_nobody_efficient(waits_of: Callable[..., ScenarioResults]) -> None:
    """A dearer option that is better by chance alone stays open; one better beyond doubt is not."""
    base = np.random.default_rng(3).normal(10.0, 1.0, 20)
    noise = np.random.default_rng(4).normal(0.0, 0.5, 20)
    by_chance = base - 0.1 + noise - noise.mean()
    waits = [base, by_chance, base - 3.0 + 0.1 * noise, base + 2.0 + noise]
    said = pareto_statuses(
        [0.0, 1.0, 2.0, 2.5], [waits_of(w) for w in waits], Quantity("wait_mean")
    )
    assert said == ["efficient", "undecided", "efficient", "dominated"]


def test_one_replication_leaves_all_but_the_cheapest_open(
    waits_of: Callable[..., ScenarioResults],
) -> None:
    """Without intervals nothing is known of waits, only that nothing is cheaper."""
    samples = [waits_of([9.0]), waits_of([1.0])]
    assert pareto_statuses([0.0, 1.0], samples, Quantity("wait_mean")) == ["efficient", "undecided"]


def test_two_options_are_one_pair(waits_of: Callable[..., ScenarioResults]) -> None:
    """With two options a difference clear at 95 % decides; among more it must be clearer."""
    gap = np.array([1.0, 3.0, 2.0, -0.6, 0.5])  # 1.18 +/- 1.717 by Student's t at 95 %
    base, wait = np.arange(5.0), Quantity("wait_mean")
    for shift, said in ((0.5, "undecided"), (0.6, "dominated")):
        pair = [waits_of(base), waits_of(base + gap + shift)]
        assert pareto_statuses([0.0, 1.0], pair, wait) == ["efficient", said]
    third = [*pair, waits_of(base)]
    assert pareto_statuses([0.0, 1.0, -1.0], third, wait)[1] == "undecided"
