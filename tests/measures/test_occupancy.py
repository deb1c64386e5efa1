"""Integrals of queues and busy servers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.measures import measure
from sim.measures.occupancy import occupancy, occupied, peak
from sim.measures.rosters import compile_rosters
from sim.plan import StageKind
from sim.queues import Calendar

ALWAYS, DAYTIME, LATE = 0, 1, 2
NAN = float("nan")

spans = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 59), st.integers(1, 60)).map(
        lambda s: (s[0], float(s[1]), float(min(60, s[1] + s[2])))
    ),
    max_size=25,
)


@given(spans)
def test_integrals_equal_a_count_minute_by_minute(members: list[tuple[int, float, float]]) -> None:
    """Spans at whole minutes, counted at every half minute, give the same sums."""
    calendars = (Calendar.always(), Calendar(np.array([5.0, 30.0]), np.array([20.0, 33.0])))
    edges = np.array([0.0, 7.0, 20.0, 45.0, 60.0])
    codes, begin, end = (np.array([m[k] for m in members]) for k in range(3))
    codes = codes.astype(np.int64)
    found = occupied(codes, np.array([0, 1]), calendars, begin, end, edges)
    ticks = np.arange(0.5, 60.0)
    for group in range(2):
        here = sum((a <= ticks) & (ticks < b) for g, a, b in members if g == group)
        open_here = np.where(calendars[group].is_open(ticks), here, 0.0)
        expected = np.histogram(ticks, edges, weights=open_here)[0]
        np.testing.assert_allclose(found[group], expected, atol=1e-9)


@given(spans)
def test_peak_is_the_largest_count(members: list[tuple[int, float, float]]) -> None:
    """The most that overlap, where one that begins as another ends does not."""
    codes, begin, end = (np.array([m[k] for m in members]) for k in range(3))
    ticks = np.arange(0.5, 60.0)
    expected = [
        max(sum(g == group and a <= t < b for g, a, b in members) for t in ticks)
        for group in range(2)
    ]
    assert peak(codes.astype(np.int64), 2, begin, end).tolist() == expected


@given(st.integers(0, 2**32))
def test_littles_law_holds_when_all_have_left(kit, seed: int) -> None:
    """Once the gate has cleared, mean queue = arrivals per minute x mean wait, exactly."""
    log = kit.random_log(seed, clear=True)
    stages = measure(log, log.plan).tables["stages"]
    assert stages["unfinished"].sum() == 0
    queue = stages["queue_mean"].to_numpy()
    wait = (stages["wait_mean"] + stages["overnight_mean"]).fill_null(0.0).to_numpy()
    rate = stages["visits"].to_numpy() / log.plan.horizon
    np.testing.assert_allclose(queue, rate * wait, atol=1e-9)


@given(st.integers(0, 2**32), st.sampled_from([0.0, 1440.0, 755.5]))
def test_busy_servers_are_between_none_and_all(kit, seed: int, warm_up: float) -> None:
    """In every hour busy minutes do not exceed open minutes, and overtime is not negative."""
    log = kit.random_log(seed, warm_up=warm_up)
    load = occupancy(log, log.plan, compile_rosters(log.plan))
    assert np.all(load.busy <= load.open + 1e-6)
    assert np.all(load.busy >= 0.0)
    assert np.all(load.queue >= 0.0)
    assert np.all(load.overtime[~np.isnan(load.overtime)] >= 0.0)
    assert load.edges[0] == warm_up
    assert load.edges[-1] == log.plan.horizon


@given(st.integers(0, 2**32))
def test_busy_time_is_the_service_given(kit, seed: int) -> None:
    """When all have left, busy and overtime minutes add up to the service required."""
    log = kit.random_log(seed, clear=True)
    load = occupancy(log, log.plan, compile_rosters(log.plan))
    work = log.workload
    for number, stage in enumerate(log.plan.stages):
        if stage.kind is StageKind.SERVERS:
            needed = work.service[work.stage == number].sum()
            assert load.busy[number].sum() + load.overtime[number] == pytest.approx(needed)


def test_waits_straddling_the_window_count_with_their_part_inside(kit, trip) -> None:
    """A wait from before the warm-up's end, and one cut by the horizon."""
    plan = kit.plan(
        [kit.stage("crossing", calendars=[ALWAYS])],
        [kit.flow("f", [0], 0)],
        days=1,
        warm_up=1440.0,
    )
    trips = [
        trip(0, {0: (1400, 1450, 1451)}),
        trip(0, {0: (1439, 1440, 1500)}),
        trip(0, {0: (2870, NAN, NAN)}),
    ]
    load = occupancy(kit.journeys(plan, trips), plan, compile_rosters(plan))
    assert load.queue.sum() == 20
    assert load.queue_max.tolist() == [1]
    assert load.busy.sum() == 61
