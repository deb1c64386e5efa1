"""Discounting, rates of return and payback against a spreadsheet worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sim.economics import (
    annuity,
    benefit_cost_ratio,
    discount_factors,
    internal_rate_of_return,
    net_present_value,
    payback,
)
from sim.errors import ArgumentError

# bn VND. 8 % a year, to 2025; the residual value of 2032 stands under capital with its sign.
#        year  capital running benefit   net       factor          present value
SHEET = (
    (2027, 480.0, 7.0, 30.500, -456.500, 0.857338820302, -391.375171467764),
    (2028, 0.000, 14.0, 78.250, 64.250, 0.793832241020, 51.003721485546),
    (2029, 0.000, 14.0, 91.750, 77.750, 0.735029852796, 57.148571054924),
    (2030, 0.000, 14.0, 105.250, 91.250, 0.680583197034, 62.103216729330),
    (2031, 0.000, 14.0, 105.250, 91.250, 0.630169626883, 57.502978453083),
    (2032, -96.000, 7.0, 52.625, 141.625, 0.583490395262, 82.636827229000),
)
NPV = -80.979856515881
EIRR = 0.00623899455095037
BCR = 0.800221383409635
NET = [row[4] for row in SHEET]


def test_the_spreadsheet_comes_out() -> None:
    """Each factor and present value of a year, their sum, the rate and the ratio, to 1e-9."""
    factors = discount_factors(0.08, len(SHEET), first=2)
    for (_, capital, running, benefit, net, factor, present), own in zip(
        SHEET, factors, strict=True
    ):
        assert benefit - running - capital == net
        assert own == pytest.approx(factor, abs=1e-11)
        assert net * own == pytest.approx(present, abs=1e-9)
    assert net_present_value(0.08, NET, first=2) == pytest.approx(NPV, abs=1e-9)
    assert internal_rate_of_return(NET) == pytest.approx(EIRR, abs=1e-9)
    costs = [row[1] + row[2] for row in SHEET]
    assert benefit_cost_ratio(0.08, [row[3] for row in SHEET], costs) == pytest.approx(
        BCR, abs=1e-9
    )


def test_textbook_values() -> None:
    """1,000 now for 300 a year over five: 137.24 at 10 %, 15.24 % in all, 3 1/3 years."""
    flows = [-1000.0] + [300.0] * 5
    assert net_present_value(0.10, flows) == pytest.approx(137.236031, abs=1e-6)
    assert internal_rate_of_return(flows) == pytest.approx(0.152382371, abs=1e-8)
    assert payback(flows) == pytest.approx(1.0 + 1000.0 / 300.0)
    assert sum(annuity(0.1, 5) / 1.1**year for year in range(1, 6)) == pytest.approx(1.0)
    assert annuity(0.0, 4) == 0.25


def test_a_rate_is_given_where_there_is_a_single_one() -> None:
    """None of gains alone, of losses alone, and of flows with two rates."""
    for flows in ([1.0, 2.0], [-1.0, -2.0], [-100.0, 230.0, -132.0], [0.0, 0.0]):
        assert internal_rate_of_return(flows) is None
    assert internal_rate_of_return([-100.0, 50.0]) == pytest.approx(-0.5)
    # a second stage is built later: the running sums change sign once
    assert internal_rate_of_return([-100.0, 150.0, -40.0, 60.0]) == pytest.approx(0.5)


def test_payback_is_for_good() -> None:
    """Of the last time that the running sum comes back to zero; none if it never does."""
    assert payback([-10.0, 20.0, -15.0, 10.0]) == pytest.approx(3.5)
    assert payback([-10.0, 5.0]) is None
    assert payback([1.0, 2.0]) == 0.0


def test_what_cannot_be_discounted_is_refused() -> None:
    """A rate of -100 %, streams of unlike length; a ratio without costs is none."""
    with pytest.raises(ArgumentError, match="-100 %"):
        net_present_value(-1.0, [1.0])
    with pytest.raises(ArgumentError, match="2 years of benefits and 1 of costs"):
        benefit_cost_ratio(0.1, [1.0, 2.0], [1.0])
    assert benefit_cost_ratio(0.1, [1.0], [0.0]) is None
    assert np.isclose(net_present_value(0.0, [1.0, 2.0]), 3.0)
