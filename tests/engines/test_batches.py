"""What every engine must do with vehicles that gather and go together; worked by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.engines import ENGINES, simulate
from sim.journeys import CROSSED, SOLD_INLAND
from sim.plan import Batch, StageKind
from sim.queues import Calendar
from sim.verify import Line, border, visits

pytestmark = pytest.mark.parametrize("engine", ENGINES)


def platoon(size: int | None, within: float, **other: object) -> Line:
    """A stage where vehicles gather."""
    return Line(kind=StageKind.BATCH, batch=Batch(size, within), **other)  # type: ignore[arg-type]


def test_a_batch_goes_when_it_is_full_or_its_first_has_waited(engine: str) -> None:
    """Three by size at 4; the fourth alone, 15 minutes after it came."""
    plan = border(platoon(3, 15.0))
    journeys = simulate(plan, visits([0.0, 1.0, 4.0, 5.0, 40.0], [2.0, 3.0, 2.0, 2.0, 2.0]), engine)
    assert journeys.start.tolist() == [4.0, 4.0, 4.0, 20.0, 55.0]
    assert journeys.finish.tolist() == [6.0, 7.0, 6.0, 22.0, 57.0]
    assert (journeys.server == -1).all()


def test_who_comes_as_a_batch_goes_still_gets_in(engine: str) -> None:
    """Arrivals come before departures, and lower numbers first where there is no room for all."""
    plan = border(platoon(3, 10.0))
    journeys = simulate(plan, visits([0.0, 10.0, 10.0, 10.0], [1.0] * 4), engine)
    assert journeys.start.tolist() == [10.0, 10.0, 10.0, 20.0]


def test_vehicles_of_one_instant_fill_batches_by_number(engine: str) -> None:
    """Seven at once in threes: two batches go, one vehicle waits for company."""
    plan = border(platoon(3, 5.0))
    journeys = simulate(plan, visits([2.0] * 7, [1.0] * 7), engine)
    assert journeys.start.tolist() == [2.0] * 6 + [7.0]


def test_a_batch_by_time_alone_takes_everybody(engine: str) -> None:
    """Waves of parcels: whoever comes within the time, however many."""
    plan = border(platoon(None, 10.0))
    journeys = simulate(plan, visits([0.0, 3.0, 10.0, 11.0], [0.0] * 4), engine)
    assert journeys.start.tolist() == [10.0, 10.0, 10.0, 21.0]


def test_a_batch_by_size_alone_may_never_go(engine: str) -> None:
    """Two of three wait for ever, and are not lost."""
    plan = border(platoon(3, np.inf))
    journeys = simulate(plan, visits([0.0, 1.0, 2.0, 3.0, 4.0], [1.0] * 5), engine)
    assert journeys.start[:3].tolist() == [2.0] * 3
    assert np.isnan(journeys.start[3:]).all()


def test_a_batch_that_is_ready_waits_for_opening(engine: str) -> None:
    """Vehicles gather behind a closed gate and go when it opens, in the batches they made."""
    hours = Calendar(np.array([0.0, 60.0]), np.array([5.0, 100.0]))
    plan = border(platoon(2, 50.0, calendar=hours))
    journeys = simulate(plan, visits([1.0, 2.0, 6.0, 7.0, 20.0], [1.0] * 5), engine)
    assert journeys.start.tolist() == [2.0, 2.0, 60.0, 60.0, 70.0]


def test_who_gives_up_leaves_the_batch(engine: str) -> None:
    """The first is gone at 4: the time counts from the second, who goes at 12 alone."""
    plan = border(platoon(3, 10.0))
    work = replace(visits([0.0, 2.0], [1.0] * 2), deadline=np.array([4.0, np.inf]))
    journeys = simulate(plan, work, engine)
    assert journeys.outcome.tolist() == [SOLD_INLAND, CROSSED]
    assert journeys.start[1] == 12.0
