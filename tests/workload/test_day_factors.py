"""Services of a day that are long or short together, and come back to their mean."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.plan import DayFactor, Plan
from sim.workload import draw
from sim.workload.day_factors import day_factors
from tests.small import write_small
from tests.workload.test_generation import needs, planned

STAGE = "gates.chi_ma.routes.main.stages.documents.day_to_day"


def varied(factor: DayFactor, days: int = 10) -> Plan:
    """One flow whose first stage varies from day to day."""
    plan = planned(days=days)
    first, *others = plan.flows[0].steps
    steps = (replace(first, day_factor=factor), *others)
    return replace(plan, flows=(replace(plan.flows[0], steps=steps),))


def test_the_factor_has_its_mean_spread_and_correlation() -> None:
    """Over 40,000 days: mean 1, cv 45 %, and 0.75 from a day to the next in its logarithm."""
    factors = day_factors(varied(DayFactor(0.45, 0.75), 40_000), 0)[0][0]
    assert factors.mean() == pytest.approx(1.0, abs=0.03)
    assert factors.std() / factors.mean() == pytest.approx(0.45, abs=0.04)
    logs = np.log(factors)
    assert np.corrcoef(logs[1:], logs[:-1])[0, 1] == pytest.approx(0.75, abs=0.02)


def test_it_starts_where_it_is_told_and_comes_back() -> None:
    """From 300 % the mean over replications falls day by day to about 1."""
    plan = varied(DayFactor(0.3, 0.7, 3.0), 30)
    runs = np.array([day_factors(plan, number)[0][0] for number in range(400)])
    np.testing.assert_allclose(runs[:, 0], 3.0, rtol=1e-12)
    means = runs.mean(axis=0)
    assert np.all(np.diff(means[:4]) < 0.0)
    assert means[-1] == pytest.approx(1.0, abs=0.07)


def test_services_of_a_day_are_multiplied_and_nothing_else_is() -> None:
    """Each vehicle has its own service, times the factor of the day on which it came."""
    plain, plan = planned(), varied(DayFactor(0.5, 0.5))
    before, after = draw(plain, 3), draw(plan, 3)
    factors = day_factors(plan, 3)[0][0]
    assert before.arrive.tolist() == after.arrive.tolist()
    day = dict(zip(after.key.tolist(), (after.arrive // 1440).astype(int).tolist(), strict=True))
    first, changed = needs(before, 0), needs(after, 0)
    for key, service in first.items():
        assert changed[key] == pytest.approx(service * factors[day[key]], rel=1e-12)
    assert needs(before, 2) == needs(after, 2)


def test_it_is_written_in_a_stage_and_engines_agree(tmp_path: Path) -> None:
    """`core` equals `des` with it, and the days differ more than without."""
    base, _ = write_small(tmp_path)
    given = {STAGE: {"cv": "60 %", "correlation": "50 %", "start": "150 %"}, "run.days": 6}
    plan = sim.build_plan(sim.load(base, set=given))
    assert plan.flows[0].steps[0].day_factor == DayFactor(0.6, 0.5, 1.5)
    work = draw(plan, 0)
    logs = [sim.simulate(plan, work, engine) for engine in ("core", "des")]
    assert logs[0].to_polars().equals(logs[1].to_polars())


@pytest.mark.parametrize(
    ("wrong", "message"),
    [({"cv": "0 %"}, "cv"), ({"cv": "20 %", "correlation": "100 %"}, "correlation")],
)
def test_a_factor_that_cannot_be_is_refused(
    wrong: dict[str, str], message: str, tmp_path: Path
) -> None:
    """Days without spread, or that never come back, with the key and its limits."""
    with pytest.raises(sim.ScenarioError, match=message):
        sim.load(write_small(tmp_path)[0], set={STAGE: wrong})
