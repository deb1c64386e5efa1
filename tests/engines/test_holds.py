"""What every engine must do with holds: returns, rules when full, chains; worked by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engines import ENGINES, simulate
from sim.journeys import CROSSED, SOLD_INLAND, TURNED_BACK, UNFINISHED, Journeys
from sim.plan import Plan, StageKind, WhenFull
from sim.verify import Line, border, visits

pytestmark = pytest.mark.parametrize("engine", ENGINES)

HOLD = StageKind.HOLD


def times(values: np.ndarray) -> list[float | None]:
    """A column of the log, None where it did not happen."""
    return [None if np.isnan(value) else value for value in values.tolist()]


def test_a_place_comes_back_later_than_it_is_given_back(engine: str) -> None:
    """One driver: 10 minutes out and 5 back, the second truck is met at 15."""
    plan = border(Line(kind=HOLD), Line(servers=9))
    work = visits([0.0, 1.0, 40.0], [[5.0, 10.0]] * 3, until=[1, -1])
    journeys = simulate(plan, work, engine)
    assert journeys.start[:3].tolist() == [0.0, 15.0, 40.0]
    assert journeys.finish[:3].tolist() == [10.0, 25.0, 50.0]


def test_a_place_that_is_back_at_the_instant_of_an_arrival_is_taken(engine: str) -> None:
    """Returns are completions: they come before arrivals."""
    plan = border(Line(kind=HOLD), Line(servers=9))
    work = visits([0.0, 15.0], [[5.0, 10.0], [0.0, 1.0]], until=[1, -1])
    assert simulate(plan, work, engine).start[:2].tolist() == [0.0, 15.0]


def test_the_return_of_a_truck_that_gives_up_counts_too(engine: str) -> None:
    """Its place is free only when it is back."""
    plan = border(Line(kind=HOLD, servers=2), Line())
    work = visits([0.0, 1.0, 2.0], [[0.0, 20.0], [4.0, 20.0], [0.0, 20.0]], until=[1, -1])
    work = replace(work, deadline=np.array([np.inf, 7.0, np.inf]))
    journeys = simulate(plan, work, engine)
    assert journeys.finish[1] == 7.0
    assert journeys.start[2] == 11.0


def blocking(rule: WhenFull, service: float = 3.0) -> Plan:
    """A server, then one place held over a service of 10 minutes."""
    return border(Line(), Line(kind=HOLD, when_full=rule), Line(servers=9))


@pytest.mark.parametrize(
    ("rule", "third"), [(WhenFull.WAIT, [6.0, 9.0, 23.0]), (WhenFull.BLOCK, [13.0, 16.0, 23.0])]
)
def test_who_blocks_keeps_its_server(engine: str, rule: WhenFull, third: list[float]) -> None:
    """The second truck ends at 6 and has a place at 13; until then its server serves nobody."""
    work = visits([0.0, 0.0, 0.0], [[3.0, 0.0, 10.0]] * 3, until=[-1, 2, -1])
    journeys = simulate(blocking(rule), work, engine)
    assert [journeys.start[2], journeys.finish[2], journeys.start[5]] == third
    assert journeys.start[3:6].tolist() == [3.0, 13.0, 23.0]


def test_a_kept_server_and_a_free_one(engine: str) -> None:
    """While server 0 is kept the next truck takes server 1."""
    plan = border(Line(servers=2), Line(kind=HOLD, when_full=WhenFull.BLOCK), Line(servers=9))
    work = visits([0.0, 2.0, 20.0], [[3.0, 0.0, 30.0]] * 3, until=[-1, 2, -1])
    journeys = simulate(plan, work, engine)
    assert journeys.server[:3].tolist() == [0, 1, 0]
    work = visits([0.0, 4.0, 20.0], [[3.0, 0.0, 30.0]] * 3, until=[-1, 2, -1])
    assert simulate(plan, work, engine).server[:3].tolist() == [0, 0, 1]


def test_a_kept_server_is_free_before_others_start(engine: str) -> None:
    """Who ends as another comes, and has its place at once, leaves the lower server to it."""
    plan = border(
        Line(servers=2), Line(kind=HOLD, servers=2, when_full=WhenFull.BLOCK), Line(servers=9)
    )
    journeys = simulate(plan, visits([0.0, 3.0], [[3.0, 0.0, 10.0]] * 2, until=[-1, 2, -1]), engine)
    assert journeys.server[:2].tolist() == [0, 0]


def test_who_takes_no_time_may_keep_a_server(engine: str) -> None:
    """Two at one instant without work: the first might block, so the second takes server 1."""
    plan = border(
        Line(servers=2), Line(kind=HOLD, servers=2, when_full=WhenFull.BLOCK), Line(servers=9)
    )
    journeys = simulate(plan, visits([0.0, 0.0], [[0.0, 0.0, 10.0]] * 2, until=[-1, 2, -1]), engine)
    assert journeys.server[:2].tolist() == [0, 1]


def test_a_service_of_no_length_can_block(engine: str) -> None:
    """Two trucks at one instant and no work: the second still keeps the server."""
    work = visits([0.0, 0.0, 1.0], [[0.0, 0.0, 10.0]] * 3, until=[-1, 2, -1])
    journeys = simulate(blocking(WhenFull.BLOCK), work, engine)
    assert journeys.start[:3].tolist() == [0.0, 0.0, 10.0]
    assert journeys.start[3:6].tolist() == [0.0, 10.0, 20.0]


def test_who_gives_up_gives_its_server_back(engine: str) -> None:
    """A load sold while it blocks frees the server for the next."""
    work = visits([0.0, 0.0, 0.0], [[3.0, 0.0, 10.0]] * 3, until=[-1, 2, -1])
    work = replace(work, deadline=np.array([np.inf, 8.0, np.inf]))
    journeys = simulate(blocking(WhenFull.BLOCK), work, engine)
    assert journeys.outcome.tolist() == [CROSSED, SOLD_INLAND, CROSSED]
    assert journeys.start[2] == 8.0


def test_a_server_is_kept_through_two_holds(engine: str) -> None:
    """Who has the first place and waits for the second, both blocking, still has its server."""
    rule = WhenFull.BLOCK
    plan = border(
        Line(),
        Line(kind=HOLD, servers=5, when_full=rule),
        Line(kind=HOLD, when_full=rule),
        Line(servers=9),
    )
    work = visits([0.0, 0.0, 0.0], [[3.0, 0.0, 0.0, 10.0]] * 3, until=[-1, 3, 3, -1])
    journeys = simulate(plan, work, engine)
    assert journeys.start[:3].tolist() == [0.0, 3.0, 13.0]
    assert journeys.start[3:6].tolist() == [3.0, 6.0, 16.0]
    assert journeys.start[6:9].tolist() == [3.0, 13.0, 23.0]


def test_a_full_hold_turns_back(engine: str) -> None:
    """Who finds no place leaves the gate at once; a place given back then is in time."""
    plan = border(Line(kind=HOLD, when_full=WhenFull.TURN_BACK), Line())
    work = visits([0.0, 9.0, 10.0], [[0.0, 10.0]] * 3, until=[1, -1])
    journeys = simulate(plan, work, engine)
    assert journeys.outcome.tolist() == [CROSSED, TURNED_BACK, CROSSED]
    assert times(journeys.arrive[:3]) == [0.0, 9.0, 10.0]
    assert times(journeys.start[:3]) == [0.0, None, 10.0]
    assert times(journeys.finish[:3]) == [10.0, 9.0, 20.0]
    assert times(journeys.arrive[3:]) == [0.0, None, 10.0]
    assert times(journeys.crossed_at) == [10.0, None, 20.0]


def test_who_is_turned_back_gives_back_what_it_has(engine: str) -> None:
    """A truck with a yard place that finds no driver leaves the yard."""
    plan = border(
        Line(kind=HOLD, servers=2),
        Line(servers=9),
        Line(kind=HOLD, when_full=WhenFull.TURN_BACK),
        Line(servers=9),
    )
    need = [[0.0, 1.0, 0.0, 10.0], [0.0, 2.0, 0.0, 10.0], [0.0, 20.0, 0.0, 10.0]]
    journeys = simulate(plan, visits([0.0, 0.0, 0.0], need, until=[3, -1, 3, -1]), engine)
    assert journeys.outcome.tolist() == [CROSSED, TURNED_BACK, CROSSED]
    assert journeys.finish[1] == 2.0
    assert journeys.start[2] == 2.0


def yards(*places: int, rule: WhenFull = WhenFull.WAIT, horizon: float = 1e12) -> Plan:
    """A chain of yards, each given back after one delay."""
    links = len(places)
    chain = [
        Line(kind=HOLD, servers=n, overflow=i + 1 if i + 1 < links else -1, when_full=rule)
        for i, n in enumerate(places)
    ]
    return border(*chain, Line(kind=StageKind.DELAY), horizon=horizon)


def by_vehicle(column: np.ndarray, vehicles: int) -> list[list[float | None]]:
    """A column of the log of a line that all visit whole: for each vehicle, by stage."""
    return [times(each) for each in column.reshape(-1, vehicles).T]


def test_a_full_yard_overflows_into_the_next(engine: str) -> None:
    """Trucks fill the first yard, then the second, then stand before the last; one row each."""
    work = visits([0.0, 1.0, 2.0, 3.0], [[0.0, 0.0, 30.0]] * 4, until=[2, 2, -1])
    journeys = simulate(yards(1, 1, horizon=20.0), work, engine)
    assert by_vehicle(journeys.arrive[:8], 4) == [
        [0.0, None],
        [None, 1.0],
        [None, 2.0],
        [None, 3.0],
    ]
    assert by_vehicle(journeys.start[:8], 4) == [
        [0.0, None],
        [None, 1.0],
        [None, None],
        [None, None],
    ]
    assert journeys.outcome.tolist() == [UNFINISHED] * 4


def test_who_waits_for_a_chain_takes_the_first_place_there_is(engine: str) -> None:
    """The truck on the road goes into whichever yard is free first, in order of arrival."""
    need = [[0.0, 0.0, 10.0], [0.0, 0.0, 40.0], [0.0, 0.0, 10.0], [0.0, 0.0, 10.0]]
    journeys = simulate(yards(1, 1), visits([0.0, 1.0, 2.0, 3.0], need, until=[2, 2, -1]), engine)
    assert by_vehicle(journeys.arrive[:8], 4) == [
        [0.0, None],
        [None, 1.0],
        [2.0, None],
        [3.0, None],
    ]
    assert by_vehicle(journeys.start[:8], 4) == [
        [0.0, None],
        [None, 1.0],
        [10.0, None],
        [20.0, None],
    ]


def test_the_last_of_a_chain_says_what_happens(engine: str) -> None:
    """Two yards of one place and then home: the third truck is turned back from the last."""
    work = visits([0.0, 1.0, 2.0], [[0.0, 0.0, 30.0]] * 3, until=[2, 2, -1])
    journeys = simulate(yards(1, 1, rule=WhenFull.TURN_BACK), work, engine)
    assert journeys.outcome.tolist() == [CROSSED, CROSSED, TURNED_BACK]
    assert by_vehicle(journeys.finish[:6], 3) == [[30.0, None], [None, 31.0], [None, 2.0]]


def test_some_begin_further_down_a_chain(engine: str) -> None:
    """A dry truck takes the second yard; a reefer the first and then the second."""
    work = visits(
        [0.0, 1.0, 2.0],
        [[0.0, 0.0, 30.0]] * 3,
        visited=[[True, True, True], [True, True, True], [False, True, True]],
        until=[2, 2, -1],
    )
    journeys = simulate(yards(1, 1), work, engine)
    assert times(journeys.start[:2]) == [0.0, None]
    assert times(journeys.start[2:5]) == [None, 1.0, 31.0]


def test_who_gives_up_before_a_chain_is_logged_before_the_last(engine: str) -> None:
    """A load is sold on the road: arrival and end stand with the last yard alone."""
    work = visits([0.0, 0.0, 1.0, 2.0], [[0.0, 0.0, 30.0]] * 4, until=[2, 2, -1])
    work = replace(work, deadline=np.array([np.inf, np.inf, 9.0, 0.5]))
    journeys = simulate(yards(1, 1), work, engine)
    assert by_vehicle(journeys.arrive[:8], 4)[2:] == [[None, 1.0], [None, 2.0]]
    assert by_vehicle(journeys.finish[:8], 4)[2:] == [[None, 9.0], [None, 2.0]]
    assert journeys.outcome.tolist() == [CROSSED, CROSSED, SOLD_INLAND, SOLD_INLAND]


@given(data=st.data())
@settings(deadline=None, max_examples=40)
def test_no_truck_is_lost_and_no_place_is_taken_twice(engine: str, data: st.DataObject) -> None:
    """Each truck has one place of a chain or none, and a yard never more than its places."""
    places = data.draw(st.lists(st.integers(0, 3), min_size=1, max_size=3))
    places[-1] += 1
    rule = data.draw(st.sampled_from([WhenFull.WAIT, WhenFull.TURN_BACK]))
    n, size = data.draw(st.integers(1, 20)), len(places)
    arrive = np.array(sorted(data.draw(st.lists(st.integers(0, 60), min_size=n, max_size=n))))
    need = data.draw(
        st.lists(st.lists(st.integers(0, 20), min_size=size + 1, max_size=size + 1),
                 min_size=n, max_size=n)
    )  # fmt: skip
    work = visits(arrive.astype(float), np.array(need, float), until=[size] * size + [-1])
    journeys: Journeys = simulate(yards(*places, rule=rule), work, engine)
    ended = [(journeys.outcome == outcome).sum() for outcome in (CROSSED, TURNED_BACK)]
    assert sum(ended) == n
    assert rule is WhenFull.TURN_BACK or ended[1] == 0
    start, finish = (t[: n * size].reshape(size, n) for t in (journeys.start, journeys.finish))
    taken = ~np.isnan(start)
    assert (taken.sum(axis=0) == (journeys.outcome == CROSSED)).all()
    back = finish + np.array(need, float)[:, :size].T
    for yard, capacity in enumerate(places):
        for moment in start[yard][taken[yard]]:
            inside = (start[yard] <= moment) & (back[yard] > moment)
            assert inside[taken[yard]].sum() <= capacity


@given(data=st.data())
@settings(deadline=None, max_examples=40)
def test_blocking_never_locks_a_line(engine: str, data: st.DataObject) -> None:
    """Servers and places that wait for each other down a line: in the end all have crossed."""
    stages = data.draw(st.integers(1, 4))
    lines, until = [], []
    for number in range(stages):
        lines += [
            Line(servers=data.draw(st.integers(1, 2))),
            Line(kind=HOLD, servers=data.draw(st.integers(1, 2)), when_full=WhenFull.BLOCK),
        ]
        last = data.draw(st.integers(number + 1, stages))
        until += [-1, 2 * last]
    lines.append(Line(servers=data.draw(st.integers(1, 2))))
    until.append(-1)
    n = data.draw(st.integers(1, 12))
    need = data.draw(st.lists(st.integers(0, 9), min_size=n * len(lines), max_size=n * len(lines)))
    work = visits(np.zeros(n), np.array(need, float).reshape(n, -1), until=until)
    assert (simulate(border(*lines), work, engine).outcome == CROSSED).all()
