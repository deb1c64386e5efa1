"""Days started from a published stock: what crosses on the day that follows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

import sim
from sim.plan import DIRECTIONS, Flow, Plan

SCENARIOS = Path(__file__).parents[2] / "scenarios"

#: Day, stock of the evening before (of the same evening where no other is published), exports.
DAYS = [
    ("day-2023-03-27", "2023-03-27", 991, 486),
    ("day-2024-01-23", "2024-01-23", 483, 481),
    ("day-2026-01-15", "2026-01-15", 253, 372),
    ("day-2024-08-22", "2024-08-22", 369, 328),
    ("day-2025-11-11", "2025-11-11", 440, 357),
]
_AFTER_20 = 0.10
"""Of the day's arrivals, by the baseline's profile: they stand there at midnight too."""


def _hours_before_crossing(plan: Plan, flow: Flow) -> float:
    """Mean time that vehicles spend at stages without a line before they cross."""
    return sum(
        part * share * service.mean
        for step in flow.steps[: flow.crossed]
        if plan.stages[step.stage].role in ("yard", "filing") and step.service
        for part, share, service in zip(flow.channels, step.share, step.service, strict=True)
    )


@pytest.mark.parametrize(("name", "day", "stock", "exports"), DAYS)
def test_exports_of_the_day_after_a_published_stock(
    name: str, day: str, stock: int, exports: int
) -> None:
    """Within 10 % of what was published, with the stock shared by Little's law.

    With holds that start anew at midnight they were up to 56 % short.
    """
    file = SCENARIOS / f"{name}.yaml"
    plan = sim.build_plan(sim.load(file))
    flows = [f for f in plan.flows if DIRECTIONS[f.direction] == "export" and f.timetable is None]
    usual = np.array([f.volume[6] for f in flows])
    weight = usual * [_hours_before_crossing(plan, f) for f in flows]
    start = stock * weight / weight.sum() + _AFTER_20 * usual
    changes = {
        "gates.{}.routes.{}.flows.{}.backlog".format(*flow.id.split(".")): round(vehicles)
        for flow, vehicles in zip(flows, start.tolist(), strict=True)
    }
    period = {"run.start": day, "run.warm_up": "0 days", "run.days": 1, "run.replications": 6}
    scenario = sim.load(file, set={**changes, **period})
    crossed = sim.run(scenario, journeys="none").tables["flows"]
    whole = crossed.filter(pl.col("replication") >= 0)
    road = whole.filter((pl.col("direction") == "export") & (pl.col("gate") != "dong_dang"))
    assert road["crossed"].sum() / 6 == pytest.approx(exports, rel=0.10)
