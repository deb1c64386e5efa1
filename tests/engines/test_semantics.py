"""What every engine must do at one stage, at ties, at closing time and at the horizon."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.distributions import parse_distribution
from sim.engines import ENGINES, simulate
from sim.errors import EngineError
from sim.journeys import CROSSED, SOLD_INLAND, TURNED_BACK, UNFINISHED, Journeys
from sim.plan import Outage, Route, StageKind, Stop
from sim.queues import Calendar
from sim.verify import Line, border, visits

pytestmark = pytest.mark.parametrize("engine", ENGINES)

DAY = Calendar(np.array([0.0, 100.0, 200.0]), np.array([50.0, 150.0, 250.0]))


def test_a_service_started_before_closing_runs_on(engine: str) -> None:
    """With `finish`, work in hand is finished after closing; nothing starts while closed."""
    journeys = simulate(border(Line(calendar=DAY)), visits([40.0, 41.0], [30.0, 5.0]), engine)
    assert journeys.finish.tolist() == [70.0, 105.0]


def test_a_service_freezes_at_closing_with_resume(engine: str) -> None:
    """With `resume`, the rest is done by the same server after reopening."""
    journeys = simulate(
        border(Line(calendar=DAY, resume=True)), visits([40.0, 41.0], [30.0, 5.0]), engine
    )
    assert journeys.finish.tolist() == [120.0, 125.0]


def test_the_closing_instant_is_closed(engine: str) -> None:
    """A vehicle that arrives exactly at closing starts at the next opening."""
    journeys = simulate(border(Line(calendar=DAY)), visits([50.0], [5.0]), engine)
    assert journeys.start.tolist() == [100.0]


def test_lowest_numbered_free_server_first(engine: str) -> None:
    """Several servers free at one instant: the lowest number serves."""
    journeys = simulate(
        border(Line(servers=3)), visits([0.0, 1.0, 10.0, 10.0], [5.0, 9.0, 1.0, 1.0]), engine
    )
    assert journeys.server.tolist() == [0, 1, 0, 1]


def test_completions_come_before_arrivals(engine: str) -> None:
    """A server that ends at the instant of an arrival is free for it."""
    journeys = simulate(border(Line()), visits([0.0, 5.0], [5.0, 1.0]), engine)
    assert journeys.start.tolist() == [0.0, 5.0]


def test_lower_vehicle_number_first_at_one_instant(engine: str) -> None:
    """Two vehicles that reach a stage together are served by vehicle number."""
    plan = border(Line(servers=2), Line(servers=1))
    journeys = simulate(plan, visits([0.0, 0.0], [[4.0, 2.0], [4.0, 2.0]]), engine)
    assert journeys.start[2:].tolist() == [4.0, 6.0]


def test_priority_does_not_interrupt(engine: str) -> None:
    """The urgent class overtakes those who wait, never the one in service."""
    journeys = simulate(
        border(Line(priority=[1, 0]), classes=2),
        visits([0.0, 1.0, 2.0], [10.0, 10.0, 10.0], classes=[0, 0, 1]),
        engine,
    )
    assert journeys.start.tolist() == [0.0, 20.0, 10.0]


def test_a_reserved_lane_serves_nobody_else(engine: str) -> None:
    """The lane of class 1 stands idle while class 0 queues at the other one."""
    plan = border(Line(servers=2, priority=[[0, 0], [-1, 0]], lane=[0, 1]), classes=2)
    work = visits([0.0, 1.0, 2.0, 3.0], [10.0] * 4, classes=[0, 0, 1, 1])
    journeys = simulate(plan, work, engine)
    assert journeys.start.tolist() == [0.0, 10.0, 2.0, 12.0]
    assert journeys.server.tolist() == [0, 0, 1, 1]


def test_the_lowest_numbered_server_that_may_serves(engine: str) -> None:
    """A free server that may not serve who waits is passed over, whatever its number."""
    plan = border(Line(servers=3, priority=[[-1, 0], [0, 0]], lane=[0, 1, 1]), classes=2)
    work = visits([0.0, 0.0, 0.0], [5.0] * 3, classes=[0, 1, 1])
    assert simulate(plan, work, engine).server.tolist() == [1, 0, 2]


def test_a_tidal_lane_takes_who_came_first_of_both_directions(engine: str) -> None:
    """One lane out, one in, one for both: the shared one goes by arrival among those left."""
    tidal = Line(servers=3, priority=[[0, 0], [0, -1], [-1, 0]], lane=[1, 2, 0])
    work = visits([0.0, 1.0, 2.0, 3.0, 4.0], [10.0] * 5, classes=[0, 0, 0, 1, 1])
    journeys = simulate(border(tidal, classes=2), work, engine)
    assert journeys.server.tolist() == [0, 2, 0, 1, 2]
    assert journeys.start.tolist() == [0.0, 1.0, 10.0, 3.0, 11.0]


def test_staff_who_prefer_a_class_help_out_while_none_of_it_waits(engine: str) -> None:
    """The officer of class 0 takes class 1 when idle, and the next of class 0 before it."""
    plan = border(Line(priority=[[0, 1]], lane=[0]), classes=2)
    work = visits([0.0, 1.0, 2.0], [5.0] * 3, classes=[1, 1, 0])
    assert simulate(plan, work, engine).start.tolist() == [0.0, 10.0, 5.0]


def test_a_lane_that_opens_later_is_waited_for(engine: str) -> None:
    """Who may use no lane that is open waits for the opening of one that he may use."""
    late = Calendar(np.array([30.0]), np.array([90.0]))
    lanes = Line(servers=2, calendar=[Calendar.always(), late], priority=[[0, -1], [0, 0]])
    plan = border(replace(lanes, lane=[0, 1]), classes=2)
    work = visits([0.0, 1.0, 2.0], [50.0] * 3, classes=[1, 0, 0])
    assert simulate(plan, work, engine).start.tolist() == [30.0, 1.0, 51.0]


def test_everything_of_an_instant_is_known_before_services_start(engine: str) -> None:
    """A zero-length service upstream lets its vehicle compete at the same instant."""
    plan = border(Line(servers=2), Line(priority=[1, 0]), classes=2)
    journeys = simulate(plan, visits([5.0, 5.0], [[0.0, 3.0], [0.0, 3.0]], classes=[0, 1]), engine)
    assert journeys.start[2:].tolist() == [8.0, 5.0]


def test_a_delay_serves_everyone_at_once(engine: str) -> None:
    """Unlimited servers: nobody waits except for opening."""
    plan = border(Line(kind=StageKind.DELAY, calendar=DAY))
    journeys = simulate(plan, visits([10.0, 10.0, 60.0], [7.0, 8.0, 9.0]), engine)
    assert journeys.start.tolist() == [10.0, 10.0, 100.0]
    assert journeys.finish.tolist() == [17.0, 18.0, 109.0]


def test_each_departure_takes_one_vehicle(engine: str) -> None:
    """Timetabled slots: the next free one at or after arrival; a used slot is gone."""
    plan = border(Line(kind=StageKind.SLOTS, slots=[10.0, 20.0, 30.0]))
    journeys = simulate(plan, visits([5.0, 20.0, 20.0, 25.0], [1.0, 1.0, 1.0, 1.0]), engine)
    assert journeys.start[:3].tolist() == [10.0, 20.0, 30.0]
    assert np.isnan(journeys.start[3])


def test_a_departure_with_places_takes_as_many(engine: str) -> None:
    """A train with two places: two leave together, the third takes the next."""
    plan = border(Line(kind=StageKind.SLOTS, slots=[10.0, 10.0, 20.0, 20.0]))
    journeys = simulate(plan, visits([1.0, 2.0, 3.0], [1.0] * 3), engine)
    assert journeys.start.tolist() == [10.0, 10.0, 20.0]


def test_priority_at_departures(engine: str) -> None:
    """The urgent class takes the next departure before those who came earlier."""
    plan = border(Line(kind=StageKind.SLOTS, slots=[10.0, 20.0], priority=[1, 0]), classes=2)
    journeys = simulate(plan, visits([1.0, 2.0], [1.0] * 2, classes=[0, 1]), engine)
    assert journeys.start.tolist() == [20.0, 10.0]


def test_who_is_absent_loses_the_slot(engine: str) -> None:
    """The slot goes by empty, and the vehicle stands behind all who have come by then."""
    plan = border(Line(kind=StageKind.SLOTS, slots=[10.0, 10.0, 20.0, 30.0]))
    work = replace(visits([0.0, 1.0, 10.0], [1.0] * 3), absent=np.array([0]))
    assert simulate(plan, work, engine).start.tolist() == [30.0, 10.0, 20.0]


def test_who_waits_elsewhere_is_no_stock_of_the_gate(engine: str) -> None:
    """Booked trucks do not count for a rule to stop receiving until their slot has come."""
    booking = Line(kind=StageKind.SLOTS, slots=[20.0, 30.0, 40.0], virtual=True)
    plan = replace(border(booking, Line()), stops=(Stop(0, 1, (0,)),))
    work = visits([0.0, 1.0, 25.0], [[0.0, 8.0]] * 3)
    assert simulate(plan, work, engine).outcome.tolist() == [CROSSED, CROSSED, TURNED_BACK]


def test_a_place_is_kept_until_a_later_stage_ends(engine: str) -> None:
    """Two places, held over the service that follows: the third vehicle waits for one."""
    plan = border(Line(kind=StageKind.HOLD, servers=2), Line(servers=3))
    journeys = simulate(plan, visits([0.0, 1.0, 2.0], [[0.0, 10.0]] * 3, until=[1, -1]), engine)
    hold, service = slice(0, 3), slice(3, None)
    assert journeys.start[hold].tolist() == [0.0, 1.0, 10.0]
    assert journeys.finish[hold].tolist() == [10.0, 11.0, 20.0]
    assert journeys.arrive[service].tolist() == [0.0, 1.0, 10.0]


def test_nothing_is_lost_at_the_horizon(engine: str) -> None:
    """Vehicles still inside are recorded as unfinished, with what had happened to them."""
    plan = border(Line(), Line(), horizon=12.0)
    journeys = simulate(plan, visits([0.0, 1.0, 2.0], [[5.0, 6.0], [5.0, 1.0], [5.0, 1.0]]), engine)
    assert journeys.outcome.tolist() == [CROSSED, UNFINISHED, UNFINISHED]
    assert journeys.start[:3].tolist() == [0.0, 5.0, 10.0]
    assert journeys.finish[3] == 11.0
    assert np.isnan(journeys.finish[4:]).all()
    assert journeys.to_polars().height == 5


@pytest.mark.parametrize(("resume", "finish"), [(False, [8.0, 13.0]), (True, [13.0, 16.0])])
def test_nothing_starts_during_an_outage(engine: str, resume: bool, finish: list[float]) -> None:
    """A started service runs on, or freezes with `resume`; the next waits for the repair."""
    never = parse_distribution("1 day")
    plan = replace(border(Line(resume=resume)), outages=(Outage("power", never, never, (0,)),))
    interval = (np.array([5.0]), np.array([10.0]))
    journeys = simulate(plan, replace(visits([0.0, 1.0], [8.0, 3.0]), outages=(interval,)), engine)
    assert journeys.finish.tolist() == finish


def test_who_miss_one_departure_together_ask_again_in_their_order(engine: str) -> None:
    """Two absent at 10: the first to have come takes the next place, before the second."""
    plan = border(Line(kind=StageKind.SLOTS, slots=[10.0, 10.0, 20.0, 30.0, 40.0]))
    work = replace(visits([0.0, 1.0, 15.0], [1.0] * 3), absent=np.array([0, 1]))
    assert simulate(plan, work, engine).start.tolist() == [20.0, 30.0, 40.0]


def test_who_waits_past_the_deadline_leaves_the_queue(engine: str) -> None:
    """The load is sold inland, and those behind move up; the rest of the path is not reached."""
    work = visits([0.0, 1.0, 2.0], [[10.0, 1.0], [10.0, 1.0], [10.0, 1.0]])
    work = replace(work, deadline=np.array([np.inf, 6.0, np.inf]))
    journeys = simulate(border(Line(), Line()), work, engine)
    assert journeys.outcome.tolist() == [CROSSED, SOLD_INLAND, CROSSED]
    assert journeys.start[[0, 2]].tolist() == [0.0, 10.0]
    assert np.isnan(journeys.start[1])
    assert journeys.gave_up_at[1] == journeys.finish[1] == 6.0
    assert np.isnan(journeys.arrive[4])


def test_a_start_at_the_deadline_is_in_time(engine: str) -> None:
    """A server that becomes free at the deadline itself still serves."""
    work = replace(visits([0.0, 1.0], [10.0, 1.0]), deadline=np.array([np.inf, 10.0]))
    journeys = simulate(border(Line()), work, engine)
    assert journeys.start.tolist() == [0.0, 10.0]


def test_who_is_served_does_not_leave(engine: str) -> None:
    """A service under way is finished; the deadline counts again in the next queue."""
    work = visits([0.0, 0.0], [[10.0, 1.0], [9.0, 3.0]])
    work = replace(work, deadline=np.array([5.0, np.inf]))
    journeys = simulate(border(Line(servers=2), Line()), work, engine)
    assert journeys.finish.tolist() == [10.0, 9.0, 10.0, 12.0]
    assert journeys.outcome.tolist() == [SOLD_INLAND, CROSSED]


def test_who_need_not_wait_goes_on_after_the_deadline(engine: str) -> None:
    """A load is sold out of a queue, never for the time that services take."""
    lines = Line(), Line(kind=StageKind.HOLD), Line(servers=9), Line(kind=StageKind.DELAY), Line()
    work = visits([0.0], [[10.0, 0.0, 5.0, 5.0, 1.0]], until=[-1, 4, -1, -1, -1])
    journeys = simulate(border(*lines), replace(work, deadline=np.array([1.0])), engine)
    assert journeys.outcome.tolist() == [CROSSED]
    assert journeys.crossed_at.tolist() == [21.0]


def test_of_two_who_come_late_the_one_that_must_wait_leaves(engine: str) -> None:
    """At the instant of arrival: the other starts its service, and nobody waits in vain."""
    work = visits([0.0, 0.0], [[10.0, 4.0]] * 2)
    work = replace(work, deadline=np.array([1.0, 1.0]))
    journeys = simulate(border(Line(servers=2), Line()), work, engine)
    assert journeys.outcome.tolist() == [CROSSED, SOLD_INLAND]
    assert journeys.gave_up_at[1] == 10.0


def test_who_leaves_gives_places_back(engine: str) -> None:
    """A place of a hold is free again for the next when its holder gives up."""
    plan = border(Line(kind=StageKind.HOLD), Line())
    work = visits([0.0, 1.0, 2.0], [[0.0, 10.0]] * 3, until=[1, -1])
    plan = replace(plan, stages=(replace(plan.stages[0], servers=2), plan.stages[1]))
    work = replace(work, deadline=np.array([np.inf, 7.0, np.inf]))
    journeys = simulate(plan, work, engine)
    assert journeys.finish[1] == 7.0
    assert journeys.start[2] == 7.0


def test_an_owner_gives_up_in_the_yard(engine: str) -> None:
    """A truck its owner still holds at the deadline goes home; one the gate holds stays."""
    plan = border(Line(kind=StageKind.DELAY), Line())
    owned = replace(plan, stages=(replace(plan.stages[0], owner=True), plan.stages[1]))
    work = replace(visits([0.0], [[30.0, 1.0]]), deadline=np.array([20.0]))
    assert simulate(owned, work, engine).gave_up_at.tolist() == [20.0]
    assert simulate(plan, work, engine).outcome.tolist() == [CROSSED]


def test_a_gate_with_too_many_inside_turns_arrivals_back(engine: str) -> None:
    """At two inside the next is turned back; a crossing at that instant makes room first."""
    plan = replace(border(Line()), stops=(Stop(0, 2, (0,)),))
    arrivals, service = [0.0, 1.0, 2.0, 10.0, 11.0], [10.0, 10.0, 10.0, 10.0, 10.0]
    journeys = simulate(plan, visits(arrivals, service), engine)
    assert journeys.outcome.tolist() == [CROSSED, CROSSED, TURNED_BACK, CROSSED, TURNED_BACK]
    assert np.isnan(journeys.arrive[2])
    assert journeys.start[3] == 20.0


def test_only_the_named_flows_are_turned_back(engine: str) -> None:
    """The rule of fruit leaves other cargo alone, which still counts as inside."""
    plan = replace(border(Line(), classes=2), stops=(Stop(0, 1, (1,)),))
    work = visits([0.0, 1.0, 2.0], [10.0, 10.0, 10.0], classes=[0, 1, 0])
    journeys = simulate(plan, work, engine)
    assert journeys.outcome.tolist() == [CROSSED, TURNED_BACK, CROSSED]


def test_a_hold_lets_all_in_before_services_start(engine: str) -> None:
    """Two admitted at one instant compete for the next stage: the urgent one goes first."""
    plan = border(Line(kind=StageKind.HOLD, servers=5), Line(priority=[1, 0]), classes=2)
    work = visits([5.0, 5.0], [[0.0, 3.0]] * 2, classes=[0, 1], until=[1, -1])
    assert simulate(plan, work, engine).start[2:].tolist() == [8.0, 5.0]


def test_a_place_and_a_server_given_back_together(engine: str) -> None:
    """Who is admitted by the end of a service may overtake for the server it frees."""
    plan = border(Line(kind=StageKind.HOLD, servers=2), Line(priority=[1, 0]), classes=2)
    work = visits([0.0, 1.0, 2.0], [[0.0, 10.0]] * 3, classes=[0, 0, 1], until=[1, -1])
    assert simulate(plan, work, engine).start[3:].tolist() == [0.0, 20.0, 10.0]


def test_routes_of_a_gate_share_its_stock(engine: str) -> None:
    """A full hold on one route is stock for a rule to stop receiving on the other."""
    plan = border(Line(kind=StageKind.HOLD), Line(servers=9), Line(servers=9), classes=2)
    there = replace(plan.stages[2], route=1)
    second = replace(plan.flows[1], route=1, steps=plan.flows[1].steps[2:], crossed=0)
    first = replace(plan.flows[0], steps=plan.flows[0].steps[:2], crossed=1)
    plan = replace(
        plan,
        routes=(plan.routes[0], Route("gate.second", {"en": "2", "vi": "2"}, 0)),
        stages=(*plan.stages[:2], there),
        flows=(first, second),
        stops=(Stop(0, 3, (0, 1)),),
    )
    work = visits(
        [0.0, 1.0, 2.0, 12.5, 15.0],
        [[0.0, 10.0, 1.0]] * 5,
        classes=[0, 0, 0, 0, 1],
        visited=[[True, True, False]] * 4 + [[False, False, True]],
        until=[1, -1, -1],
    )
    outcome = simulate(plan, work, engine).outcome.tolist()
    assert outcome == [CROSSED, CROSSED, CROSSED, CROSSED, TURNED_BACK]


def test_a_sale_before_the_yard_opens_is_no_visit(engine: str) -> None:
    """Nobody has started where the deadline passes before opening."""
    hours = Calendar(np.array([420.0]), np.array([1200.0]))
    plan = border(Line(kind=StageKind.DELAY, calendar=hours), Line())
    plan = replace(plan, stages=(replace(plan.stages[0], owner=True), plan.stages[1]))
    work = replace(visits([60.0], [[30.0, 1.0]]), deadline=np.array([200.0]))
    journeys = simulate(plan, work, engine)
    assert np.isnan(journeys.start[0])
    assert journeys.finish[0] == 200.0


def test_an_unknown_engine_is_refused(engine: str) -> None:
    """The error names the engines there are."""
    with pytest.raises(EngineError, match=engine):
        simulate(border(Line()), visits([0.0], [1.0]), "teleport")


times = st.integers(0, 60).map(float)


@st.composite
def rosters(draw: st.DrawFn) -> Calendar:
    """A calendar with whole-minute edges that stays open in the end."""
    edges = sorted(draw(st.sets(st.integers(0, 200), min_size=2, max_size=8)))
    edges = edges[: len(edges) // 2 * 2]
    opens, closes = edges[::2], edges[1::2]
    return Calendar(np.array([*opens, 300.0]), np.array([*closes, np.inf]))


@given(data=st.data())
@settings(deadline=None, max_examples=60)
def test_starts_follow_the_recursion(engine: str, data: st.DataObject) -> None:
    """FIFO: each vehicle takes the server with the earliest possible start, ties included."""
    customers = data.draw(st.lists(st.tuples(times, st.integers(0, 30)), min_size=1, max_size=30))
    arrive = np.array(sorted(a for a, _ in customers))
    service = np.array([float(s) for _, s in customers])
    calendars = data.draw(st.lists(rosters(), min_size=1, max_size=3))
    journeys = simulate(
        border(Line(servers=len(calendars), calendar=calendars)), visits(arrive, service), engine
    )
    starts, servers = _recursion(arrive, service, calendars)
    assert journeys.start.tolist() == starts
    assert journeys.server.tolist() == servers


def _recursion(
    arrive: np.ndarray, service: np.ndarray, calendars: list[Calendar]
) -> tuple[list[float], list[int]]:
    free = [0.0] * len(calendars)
    starts, servers = [], []
    for a, s in zip(arrive.tolist(), service.tolist(), strict=True):
        could = [c.next_open_at(max(a, f)) for c, f in zip(calendars, free, strict=True)]
        server = could.index(min(could))
        starts.append(could[server])
        servers.append(server)
        free[server] = could[server] + s
    return starts, servers


@given(data=st.data())
@settings(deadline=None, max_examples=40)
def test_vehicles_are_conserved_and_times_are_ordered(engine: str, data: st.DataObject) -> None:
    """Arrived = crossed + unfinished, and arrive <= start <= finish, whatever the border."""
    lines = data.draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    horizon = float(data.draw(st.integers(1, 80)))
    arrive = np.array(sorted(data.draw(st.lists(times, min_size=1, max_size=25))))
    arrive = arrive[arrive < horizon]
    service = data.draw(
        st.lists(
            st.lists(st.integers(0, 9), min_size=len(lines), max_size=len(lines)),
            min_size=len(arrive),
            max_size=len(arrive),
        )
    )
    if not len(arrive):
        return
    plan = border(*(Line(servers=c) for c in lines), horizon=horizon)
    journeys: Journeys = simulate(plan, visits(arrive, service), engine)
    crossed = (journeys.outcome == CROSSED).sum()
    assert crossed + (journeys.outcome == UNFINISHED).sum() == len(arrive)
    done = ~np.isnan(journeys.finish)
    assert np.all(journeys.arrive[done] <= journeys.start[done])
    assert np.all(journeys.start[done] <= journeys.finish[done])
    assert np.all(journeys.finish[done] < horizon)
