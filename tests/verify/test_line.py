"""Lines of stages made from arrays."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engines import simulate
from sim.plan import StageKind
from sim.queues import Calendar
from sim.verify import Line, border, visits


def test_vehicles_pass_the_lines_in_order() -> None:
    """The end of one stage is the arrival at the next; rows are by stage, then vehicle."""
    plan = border(Line(servers=2), Line())
    workload = visits([0.0, 1.0, 2.0], [[5.0, 1.0], [5.0, 1.0], [1.0, 1.0]])
    journeys = simulate(plan, workload)
    assert journeys.start.tolist() == [0.0, 1.0, 5.0, 5.0, 6.0, 7.0]
    assert journeys.arrive[3:].tolist() == journeys.finish[:3].tolist()


def test_a_stage_that_is_not_visited_is_passed_by() -> None:
    """A vehicle has rows only where it visits, and crosses at its last one."""
    workload = visits([0.0, 1.0], [[5.0, 1.0], [5.0, 1.0]], visited=[[True, False], [True, True]])
    assert workload.row_vehicle.tolist() == [0, 1, 1]
    assert workload.bounds.tolist() == [0, 2, 3]
    assert workload.crossed_row.tolist() == [0, 2]


def test_a_hold_is_given_back_at_the_end_of_its_stage() -> None:
    """`until` names a stage; a vehicle that does not visit it gives back after its last visit."""
    workload = visits(
        [0.0, 0.0],
        [[0.0, 4.0, 4.0]] * 2,
        visited=[[True, True, True], [True, True, False]],
        until=[2, -1, -1],
    )
    assert workload.held.tolist() == [0, 1]
    assert workload.until.tolist() == [4, 3]


def test_servers_may_share_a_calendar_or_have_their_own() -> None:
    """Equal calendars are kept once; each server points to its own."""
    day, night = Calendar([0.0], [10.0]), Calendar([10.0], [20.0])
    plan = border(Line(servers=2, calendar=day), Line(servers=3, calendar=[night, day, night]))
    assert plan.calendars == (day, night)
    assert plan.stages[0].server_calendar.tolist() == [0, 0]
    assert plan.stages[1].server_calendar.tolist() == [1, 0, 1]
    assert border(Line(servers=4, kind=StageKind.HOLD)).stages[0].server_calendar.size == 0


def test_rosters_and_ranks_must_fit() -> None:
    """A line needs one calendar per server and one rank per class."""
    with pytest.raises(ValueError, match="line 0: 1 calendars for 2 servers"):
        border(Line(servers=2, calendar=[Calendar.always()]))
    with pytest.raises(ValueError, match="line 1: 2 ranks for 3 classes"):
        border(Line(), Line(priority=[0, 1]), classes=3)


def test_traffic_must_make_sense() -> None:
    """Arrivals are sorted, shapes fit, and each vehicle visits a stage."""
    with pytest.raises(ValueError, match="sorted"):
        visits([1.0, 0.0], [1.0, 1.0])
    with pytest.raises(ValueError, match="2 arrivals, but services of 3 vehicles"):
        visits([0.0, 1.0], np.ones(3))
    with pytest.raises(ValueError, match="each vehicle must visit"):
        visits([0.0, 1.0], [1.0, 1.0], visited=[[True], [False]])
