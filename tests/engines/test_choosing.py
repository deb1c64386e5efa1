"""What a choice knows and does not know, to the minute, in every engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from sim.engines import ENGINES, simulate
from sim.journeys import CROSSED, TURNED_BACK, UNFINISHED, Journeys
from sim.plan import Choice, Plan, Route, StageKind, Stop
from sim.queues import Calendar
from sim.verify import Line, border, visits
from sim.workload import Decisions, Workload

pytestmark = pytest.mark.parametrize("engine", ENGINES)

ALWAYS = Calendar.always()
TITLE = {"en": "Gate", "vi": "Cửa khẩu"}


def gates(*lines: Line, pace: Sequence[float], every: float, **changes: object) -> Plan:
    """Gates of one stage each, all alternatives of one flow; time is worth 1 VND a minute."""
    one = border(*lines, classes=len(lines), horizon=1000.0)
    numbers = range(len(lines))
    travel = changes.pop("travel", (0.0,) * len(lines))
    flows = (
        replace(flow, gate=i, route=i, cargo=0, travel=travel[i], steps=flow.steps[i : i + 1])
        for i, flow in enumerate(one.flows)
    )
    hours = tuple(one.calendars[int(stage.server_calendar[0])] for stage in one.stages)
    fee = np.array(changes.pop("fee", np.zeros(len(lines))), dtype=float)
    choice = Choice(tuple(numbers), hours, np.array(pace), fee, 1.0, 0.0)
    return replace(
        one,
        gates=tuple(replace(one.gates[0], id=f"g{i}") for i in numbers),
        routes=tuple(Route(f"g{i}.r", TITLE, i) for i in numbers),
        stages=tuple(replace(s, gate=i, route=i) for i, s in enumerate(one.stages)),
        flows=tuple(replace(flow, crossed=0) for flow in flows),
        choices=(choice,),
        news=every,
        **changes,
    )


def deciding(plan: Plan, times: Sequence[float], service: float) -> Workload:
    """Vehicles that decide at these times, and need the same service wherever they go."""
    ways = len(plan.flows)
    at = np.repeat(np.array(times, dtype=float), ways)
    flow = np.tile(np.arange(ways), len(times))
    arrive = at + np.array([one.travel for one in plan.flows])[flow]
    order = np.argsort(arrive, kind="stable")
    number = np.empty(len(order), dtype=np.int64)
    number[order] = np.arange(len(order))
    need = np.full((len(order), ways), service)
    seen = flow[order][:, None] == np.arange(ways)
    work = visits(arrive[order], need, flow[order], seen)
    vehicle = number.reshape(-1, ways)
    decisions = Decisions(np.array(times, dtype=float), vehicle, np.zeros(vehicle.shape))
    return replace(work, decisions=(decisions,))


def chosen(journeys: Journeys) -> list[int]:
    """The gate of each vehicle, by decision."""
    return journeys.workload.flow[np.argsort(journeys.workload.arrive, kind="stable")].tolist()


def run(engine: str, plan: Plan, times: Sequence[float], service: float = 100.0) -> Journeys:
    """One run."""
    return simulate(plan, deciding(plan, times, service), engine)


def test_nobody_knows_what_has_not_been_published(engine: str) -> None:
    """All who decide before the next news go to the same gate, however long its queue has grown."""
    plan = gates(Line(), Line(), pace=(10, 10), every=60.0)
    assert chosen(run(engine, plan, [1, 2, 3, 61, 62])) == [0, 0, 0, 1, 1]


def test_news_of_an_instant_counts_what_came_before_it(engine: str) -> None:
    """Who arrives just as news is published is not in it yet, and has read it."""
    plan = gates(Line(), Line(), pace=(10, 10), every=60.0)
    assert chosen(run(engine, plan, [60, 61])) == [0, 0]
    assert chosen(run(engine, plan, [59.5, 60, 61])) == [0, 1, 1]
    travel = replace(plan, flows=tuple(replace(flow, travel=30.0) for flow in plan.flows))
    assert chosen(run(engine, travel, [30, 60])) == [0, 0]
    assert chosen(run(engine, travel, [29.5, 60])) == [0, 1]


def test_who_crosses_as_news_is_published_is_still_counted(engine: str) -> None:
    """Who has crossed a moment earlier is not."""
    plan = gates(Line(), Line(), pace=(10, 10), every=60.0)
    assert chosen(run(engine, plan, [10, 61], service=50.0)) == [0, 1]
    assert chosen(run(engine, plan, [10, 61], service=49.5)) == [0, 0]


def test_the_first_alternative_wins_at_equal_cost(engine: str) -> None:
    """Without taste, equal gates, equal queues: the flow's own gate."""
    plan = gates(Line(), Line(), Line(), pace=(0, 0, 0), every=60.0)
    assert chosen(run(engine, plan, range(5))) == [0] * 5


def test_a_fee_is_weighed_against_the_wait(engine: str) -> None:
    """At 1 VND a minute and 10 minutes a vehicle, a fee of 25 VND is worth two vehicles ahead."""
    plan = gates(Line(), Line(), pace=(10, 10), every=1.0, fee=(0.0, 25.0))
    assert chosen(run(engine, plan, [0.5, 1.5, 2.5, 3.5, 4.5])) == [0, 0, 0, 1, 0]


def test_a_vehicle_arrives_after_its_journey(engine: str) -> None:
    """Travel costs time and takes it; on the way nobody is in a queue."""
    plan = gates(Line(), Line(), pace=(50, 10), every=60.0, travel=(0.0, 30.0))
    journeys = run(engine, plan, [1, 40, 61], service=5.0)
    assert journeys.workload.arrive.tolist() == [31, 70, 91]
    assert journeys.arrive.tolist() == [31, 70, 91]


def test_opening_hours_are_known_without_news(engine: str) -> None:
    """A gate that opens in time for an arrival costs no wait; one that opens later does."""
    late = Calendar(np.array([200.0]), np.array([900.0]))
    plan = gates(Line(), Line(calendar=late), pace=(100, 1), every=60.0, travel=(0.0, 50.0))
    assert chosen(run(engine, plan, [10, 140])) == [0, 1]


def test_a_gate_that_never_opens_again_is_left_alone(engine: str) -> None:
    """Whatever its price: everyone goes elsewhere, and everyone crosses."""
    shut = Calendar(np.array([0.0]), np.array([20.0]))
    plan = gates(Line(calendar=shut), Line(), pace=(1, 1), every=60.0, fee=(0.0, 1e9))
    journeys = run(engine, plan, [30, 31, 32], service=1.0)
    assert chosen(journeys) == [1, 1, 1]
    assert journeys.outcome.tolist() == [CROSSED] * 3


def test_a_gate_that_stops_receiving_is_passed_over_once_published(engine: str) -> None:
    """Before the news vehicles are turned back there; after it they go elsewhere."""
    stop = Stop(0, 1, (0,))
    plan = gates(Line(), Line(), pace=(1, 1), every=60.0, fee=(0.0, 1e9), stops=(stop,))
    journeys = run(engine, plan, [1, 2, 61], service=300.0)
    assert chosen(journeys) == [0, 0, 1]
    assert journeys.outcome.tolist() == [CROSSED, TURNED_BACK, CROSSED]


def test_where_all_stop_the_cheapest_is_tried(engine: str) -> None:
    """Nobody vanishes: who finds no gate that receives is turned back at one."""
    stops = (Stop(0, 1, (0,)), Stop(1, 0, (1,)))
    plan = gates(Line(), Line(), pace=(1, 1), every=60.0, stops=stops)
    journeys = run(engine, plan, [1, 2, 61], service=300.0)
    assert journeys.outcome.tolist() == [CROSSED, TURNED_BACK, TURNED_BACK]


def test_a_gate_that_stops_is_better_than_one_that_never_opens(engine: str) -> None:
    """Where no gate takes them, vehicles try the one that they could at least reach in time."""
    shut = Calendar(np.array([0.0]), np.array([20.0]))
    stop = Stop(1, 0, (1,))
    plan = gates(Line(calendar=shut), Line(), pace=(1, 1), every=60.0, stops=(stop,))
    assert run(engine, plan, [30]).outcome.tolist() == [TURNED_BACK]


def test_trucks_held_by_their_owner_are_no_queue(engine: str) -> None:
    """Who stands in the yard until the owner calls adds nothing to the published wait."""
    plan = gates(Line(), Line(), pace=(10, 10), every=60.0)
    held = replace(plan.stages[0], kind=StageKind.DELAY, servers=0, owner=True)
    lane = replace(plan.stages[1], route=0, gate=0, id="lane")
    other = plan.stages[1]
    flows = plan.flows
    home = replace(
        flows[0], steps=(flows[0].steps[0], replace(flows[0].steps[0], stage=1)), crossed=1
    )
    away = replace(flows[1], steps=(replace(flows[1].steps[0], stage=2),))
    plan = replace(plan, stages=(held, lane, other), flows=(home, away))

    def journeys(service: float, hold: float) -> Journeys:
        times = np.repeat([1.0, 61.0], 2)
        seen = np.array([[True, True, False], [False, False, True]] * 2)
        need = np.array([[hold, service, service]] * 4)
        work = visits(times, need, [0, 1, 0, 1], seen)
        pairs = np.array([[0, 1], [2, 3]])
        decisions = Decisions(np.array([1.0, 61.0]), pairs, np.zeros((2, 2)))
        return simulate(plan, replace(work, decisions=(decisions,)), engine)

    assert chosen(journeys(service=100.0, hold=90.0)) == [0, 0]
    assert chosen(journeys(service=100.0, hold=59.0)) == [0, 0]
    assert chosen(journeys(service=100.0, hold=10.0)) == [0, 1]


def test_who_is_under_way_at_the_end_is_unfinished(engine: str) -> None:
    """A vehicle that has chosen a gate and not reached it is not lost."""
    plan = gates(Line(), Line(), pace=(1, 1), every=60.0, travel=(500.0, 500.0))
    journeys = run(engine, plan, [100, 600], service=1.0)
    assert journeys.outcome.tolist() == [CROSSED, UNFINISHED]
