"""Finite pools must do what is known of them: drivers, yards, platoons, locomotives."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.engines import des, simulate
from sim.journeys import CROSSED, Journeys
from sim.plan import Batch, Plan, StageKind, WhenFull
from sim.verify import Line, border, visits
from tests.small import SMALL

DAY = 1440.0
TRIP, BACK = 16.0, 80.0


def relayed(drivers: int, lanes: int, days: int = 20, part: float = 1.0) -> Journeys:
    """A truck a minute through so many lanes, of which a part needs a driver for 16 + 80 min."""
    plan = border(
        Line(kind=StageKind.HOLD, servers=drivers), Line(servers=lanes), horizon=days * DAY
    )
    arrive = np.arange(0.0, days * DAY)
    need = np.tile([BACK, TRIP], (len(arrive), 1))
    visited = np.ones(need.shape, dtype=bool)
    visited[:, 0] = np.floor(np.arange(len(arrive)) * part) < np.floor(
        np.arange(1, len(arrive) + 1) * part
    )
    return simulate(plan, visits(arrive, need, visited=visited, until=[1, -1]))


@pytest.mark.parametrize("drivers", [7, 14])
def test_relay_drivers_carry_as_many_as_their_cycle_lets_them(drivers: int) -> None:
    """Throughput is drivers / cycle of 96 min: 15 trips a day each, and no lane adds any."""
    crossed = [(relayed(drivers, lanes).outcome == CROSSED).sum() for lanes in (40, 80)]
    assert crossed[0] == crossed[1]
    assert crossed[0] / 20 == pytest.approx(drivers * DAY / (TRIP + BACK), rel=0.01)


def test_a_fleet_for_part_of_the_trucks_lets_the_others_pass() -> None:
    """Where a quarter of the trucks need a platoon vehicle and its charge, the rest do not wait."""
    journeys = relayed(7, lanes=40, part=0.25)
    asked = np.isin(np.arange(len(journeys.outcome)), journeys.workload.row_vehicle[:7200])
    assert asked.mean() == 0.25
    assert (journeys.outcome[asked] == CROSSED).sum() / 20 == pytest.approx(
        7 * DAY / (TRIP + BACK), rel=0.01
    )
    others = journeys.crossed_at[~asked] - journeys.workload.arrive[~asked]
    assert np.nanmax(others) == TRIP


def stay(places: list[int], rule: WhenFull) -> Plan:
    """A chain of yards before a stay and a crossing, for three days."""
    last = len(places) - 1
    chain = [
        Line(kind=StageKind.HOLD, servers=n, overflow=i + 1 if i < last else -1, when_full=rule)
        for i, n in enumerate(places)
    ]
    return border(*chain, Line(kind=StageKind.DELAY), Line(servers=2), horizon=3 * DAY)


@given(
    places=st.lists(st.integers(0, 9), min_size=1, max_size=4).filter(any),
    seed=st.integers(0, 2**32),
    rule=st.sampled_from(WhenFull),
    whole=st.booleans(),
)
@settings(max_examples=60)
def test_yards_that_overflow_are_as_good_as_one_of_all_their_places(
    places: list[int], seed: int, rule: WhenFull, whole: bool
) -> None:
    """However the places are shared out, the same trucks cross at the same times; none is lost."""
    rng = np.random.default_rng(seed)
    n, links = 60, len(places)
    arrive, stays = np.sort(rng.uniform(0.0, DAY, n)), rng.exponential(300.0, n)
    if whole:  # so that trucks come together, and as others leave
        arrive, stays = np.floor(arrive / 30.0) * 30.0, np.ceil(stays / 30.0) * 30.0
    back = rng.integers(0, 2, n) * 30.0
    need = np.column_stack([*[back] * links, stays, np.full(n, 2.0)])
    several = des.run(stay(places, rule), visits(arrive, need, until=[links] * links + [-1, -1]))
    need = np.column_stack([back, stays, np.full(n, 2.0)])
    one = des.run(stay([sum(places)], rule), visits(arrive, need, until=[1, -1, -1]))
    assert np.array_equal(several.crossed_at, one.crossed_at, equal_nan=True)
    assert np.array_equal(several.outcome, one.outcome)
    tables = [sim.measure(log, log.plan).tables for log in (several, one)]
    road = [float(each["yards"]["overflow_hours"].sum()) for each in tables]
    assert road[0] == pytest.approx(road[1])
    for each in tables:
        ended = sum(
            each["flows"][c] for c in ("crossed", "turned_back", "sold_inland", "unfinished")
        )
        assert each["flows"]["arrived"].to_list() == ended.to_list() == [n]


def gathered(batch: Batch, rate: float, n: int = 40_000) -> float:
    """Mean wait for company of a Poisson stream, in minutes."""
    arrive = np.cumsum(np.random.default_rng(7).exponential(1.0 / rate, n))
    journeys = simulate(
        border(Line(kind=StageKind.BATCH, batch=batch)), visits(arrive, np.zeros(n)), "core"
    )
    return float(np.nanmean(journeys.start - journeys.arrive))


@pytest.mark.parametrize("rate", [0.05, 0.5])
def test_platoons_cost_the_wait_for_company(rate: float) -> None:
    """Four by four, the k-th waits for 4 - k more: (4 - 1) / 2 gaps on average."""
    assert gathered(Batch(4, np.inf), rate) == pytest.approx(1.5 / rate, rel=0.03)


@pytest.mark.parametrize("rate", [0.05, 0.5])
def test_waves_by_time_cost_half_of_it_and_more(rate: float) -> None:
    """The first of a wave waits 15 minutes, the rate x 15 who follow half of that."""
    follow = rate * 15.0
    exact = (15.0 + follow * 7.5) / (1.0 + follow)
    assert gathered(Batch(None, 15.0), rate) == pytest.approx(exact, rel=0.03)


def test_a_platoon_at_a_quiet_gate_goes_by_time_at_a_busy_one_by_size() -> None:
    """Few trucks wait their 15 minutes in vain; many are four in no time."""
    quiet, busy = (gathered(Batch(4, 15.0), rate) for rate in (0.01, 2.0))
    assert 13.0 < quiet < 15.0
    assert busy == pytest.approx(1.5 / 2.0, rel=0.03)


def test_a_train_waits_until_the_locomotive_is_back(tmp_path: Path) -> None:
    """One locomotive, gone for 12 h after the train of 06:00: that of 15:00 leaves at 18:30."""
    pool = """\
        holds:
          locomotive:
            title: {en: Locomotive, vi: Đầu máy}
            places: 1
            first: path
            last: path
            returns: 12 h
        paths:
          export: {stages: [path]"""
    file = tmp_path / "trains.yaml"
    text = SMALL.replace("        paths:\n          export: {stages: [path]", pool)
    file.write_text(text, encoding="utf-8")
    plan = sim.build_plan(sim.load(file))
    work = sim.draw(plan, 0)
    journeys = des.run(plan, work)
    trains = plan.stages[int(work.stage[work.held[0]])]
    assert (trains.role, trains.kind) == ("locomotive", StageKind.HOLD)
    start = journeys.start[work.held][:4] / 60.0
    # 06:00, 18:30; the third has it at 07:00, when it is back, the fourth at 19:30
    assert start.tolist() == [6.0, 18.5, 31.0, 43.5]
