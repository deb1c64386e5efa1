"""The best of several: chosen by the means, with a guarantee that holds."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sim.catalogue import Quantity
from sim.compare import Estimate, ScenarioResults, best, estimate
from sim.compare.pairs import all_pairs

WAIT = Quantity("wait_mean")


def test_pairs_are_compare_runs_of_two(waits_of: Callable[..., ScenarioResults]) -> None:
    """Each pair has the paired interval of its own confidence; rows less columns."""
    rng = np.random.default_rng(1)
    waits = rng.normal(5.0, 1.0, (3, 12))
    found = all_pairs([waits_of(w) for w in waits], WAIT, 0.9)
    for row in range(3):
        for column in range(3):
            gap = waits[row] - waits[column]
            alone = estimate(gap, 0.9) if row != column else Estimate(0.0, 0.0, 0.0, 0.0)
            assert found.difference[row, column] == pytest.approx(gap.mean())
            ends = found.low[row, column], found.high[row, column]
            assert ends == pytest.approx((alone.low, alone.high))


def test_clear_choice(waits_of: Callable[..., ScenarioResults]) -> None:
    """Where one is better in every replication by more than chance, it is the best alone."""
    noise = np.random.default_rng(2).normal(10.0, 1.0, 10)
    found = best([waits_of(noise), waits_of(noise - 2.0), waits_of(noise - 1.0)], WAIT)
    assert (found.chosen, found.others, found.loss) == (1, (), 0.0)


def test_level_options_stay(waits_of: Callable[..., ScenarioResults]) -> None:
    """Two that chance cannot tell apart may both be the best; how much is at stake is said."""
    rng = np.random.default_rng(3)
    shared = rng.normal(10.0, 1.0, 12)
    first, second = shared + rng.normal(0, 0.3, 12), shared + rng.normal(0, 0.3, 12)
    found = best([waits_of(first), waits_of(second), waits_of(shared + 5.0)], WAIT)
    assert {found.chosen, *found.others} == {0, 1}
    gap = np.abs(first - second).mean()
    assert 0.0 < found.loss < 3 * gap


def test_more_may_be_better() -> None:
    """Of vehicles that cross the most is best, of waits the least."""
    assert Quantity("crossed_per_day").more_is_better
    assert not WAIT.more_is_better


def test_one_replication_guarantees_nothing(waits_of: Callable[..., ScenarioResults]) -> None:
    """Without intervals the choice may be any amount worse than the best."""
    found = best([waits_of([5.0]), waits_of([4.0])], WAIT)
    assert found.loss == np.inf
    assert {found.chosen, *found.others} == {0, 1}


def test_the_guarantee_holds(waits_of: Callable[..., ScenarioResults]) -> None:
    """Nominal 90 %: the true best is among the possible, the loss is no more than stated.

    Means in slippage, the hardest case; common random numbers; 150 choices
    among four of ten replications.
    """
    rng = np.random.default_rng(4)
    means = np.array([0.0, 0.3, 0.3, 0.3])
    held = 0
    for _ in range(150):
        waits = 10.0 + means[:, None] + rng.normal(0, 1, 10) + rng.normal(0, 0.7, (4, 10))
        found = best([waits_of(w) for w in waits], WAIT, 0.9)
        among = 0 in {found.chosen, *found.others}
        held += among and means[found.chosen] <= found.loss + 1e-12
    assert held / 150 > 0.87
