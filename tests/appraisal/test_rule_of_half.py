"""What users gain: of the same traffic the costs saved, of new traffic half, of none nothing."""

from __future__ import annotations

import numpy as np
import pytest

from sim.appraisal import AnnualCosts, rule_of_half
from sim.compare.user_benefit import BOUNDS, unmatched
from sim.measures.economics import MONEY


def year(vehicles: list[float], each: list[float]) -> AnnualCosts:
    """A year in which each vehicle of a segment costs so much, and waits as many hours."""
    count = np.array(vehicles)
    costs = np.zeros((1, len(vehicles), len(MONEY)))
    costs[0, :, 0] = count * each
    hours = np.zeros((1, len(vehicles), 2))
    hours[0, :, 0] = count * each
    return AnnualCosts(count, dict.fromkeys(BOUNDS, costs), hours)


@pytest.mark.parametrize(
    ("before", "after", "gained"),
    [
        (([100.0], [5.0]), ([100.0], [3.0]), 200.0),  # the same traffic: all that is saved
        (([100.0], [5.0]), ([140.0], [3.0]), 120.0 * 2.0),  # 40 more gain 1 each on average
        (([100.0], [5.0]), ([300.0], [5.0]), 0.0),  # more trade at the same cost is no loss
        (([100.0], [5.0]), ([60.0], [3.0]), 80.0 * 2.0),
        (([0.0, 10.0], [0.0, 1.0]), ([50.0, 10.0], [9.0, 1.0]), 0.0),  # nothing to compare with
    ],
)
def test_by_the_rule_of_half(
    before: tuple[list[float], list[float]], after: tuple[list[float], list[float]], gained: float
) -> None:
    """Half the sum of both volumes times what each saves, in money and in hours."""
    benefit = rule_of_half(year(*before), year(*after))
    assert benefit.money["value"].sum() == pytest.approx(gained)
    assert benefit.hours[0, 0] == pytest.approx(gained)


def test_traffic_without_a_counterpart_is_named() -> None:
    """New and ended segments."""
    alone = unmatched(
        year([0.0, 1.0, 2.0], [0.0, 1.0, 1.0]), year([1.0, 1.0, 0.0], [1.0, 1.0, 0.0])
    )
    assert alone.tolist() == [True, False, True]
