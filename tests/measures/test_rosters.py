"""When a stage is open, and by which calendar a server works."""

from __future__ import annotations

import numpy as np

from sim.measures.rosters import compile_rosters, open_minutes
from sim.plan import StageKind
from sim.queues import Calendar

ALWAYS, DAYTIME, LATE = 0, 1, 2


def test_open_minutes_uses_each_calendar_for_its_own() -> None:
    """Every span is measured by the calendar that its index names."""
    both = (Calendar.always(), Calendar(np.array([10.0]), np.array([20.0])))
    begin, end = np.array([0.0, 0.0, 15.0, np.nan]), np.array([30.0, 30.0, 30.0, 30.0])
    found = open_minutes(both, np.array([0, 1, 1, 0]), begin, end)
    np.testing.assert_array_equal(found, [30.0, 10.0, 5.0, np.nan])


def test_groups_are_servers_that_share_hours(kit) -> None:
    """Servers of a stage fall into one group per calendar; a hold is one that never closes."""
    plan = kit.plan(
        [
            kit.stage("counters", calendars=[LATE, DAYTIME, LATE]),
            kit.stage("tracks", kind=StageKind.HOLD, calendars=[], servers=7),
            kit.stage("yard", kind=StageKind.DELAY, calendars=[DAYTIME]),
        ],
        [],
    )
    rosters = compile_rosters(plan)
    assert rosters.group_stage.tolist() == [0, 0, 1, 2]
    assert rosters.group_servers.tolist() == [1, 2, 7, 1]
    stage = np.array([0, 0, 0, 1, 2])
    server = np.array([0, 1, 2, 5, -1], dtype=np.int32)
    server[3] = -1
    assert rosters.group(stage, server).tolist() == [1, 0, 1, 2, 3]
    hours = [float(rosters.calendars[k].open_time(0.0, 1440.0)) / 60 for k in rosters.stage]
    assert hours == [14.0, 24.0, 12.0]


def test_stages_with_the_same_hours_share_a_union(kit) -> None:
    """The union of the same calendars is built once, whatever their order."""
    plan = kit.plan([kit.stage("a", calendars=[1, 2]), kit.stage("b", calendars=[2, 1])], [])
    rosters = compile_rosters(plan)
    assert rosters.stage[0] == rosters.stage[1]
    assert len(rosters.calendars) == len(plan.calendars) + 2
