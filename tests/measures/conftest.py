"""Hand-made borders and journeys with known answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest

from sim.distributions import Constant
from sim.engines import simulate
from sim.journeys import SOLD_INLAND, Journeys
from sim.plan import Cargo, Flow, Gate, Plan, Route, Stage, StageKind, Step
from sim.queues import Calendar
from sim.workload import Workload

NAN = float("nan")
ALWAYS, DAYTIME, LATE = 0, 1, 2
"""Calendars of every hand-made plan: always, 07:00-19:00 and 09:00-21:00."""


@dataclass(frozen=True)
class Trip:
    """One vehicle: its flow and, by stage, (arrive, start, finish) or with the server."""

    flow: int
    visits: dict[int, tuple[float, ...]]
    outcome: int | None = None


class Kit:
    """Builders; every argument left out has a plain default."""

    @staticmethod
    def stage(role: str, *, gate: int = 0, calendars: Sequence[int] = (DAYTIME,), **other) -> Stage:
        """A stage; one server per calendar listed."""
        kind = other.pop("kind", StageKind.SERVERS)
        counted = kind is StageKind.SERVERS
        values = {
            "id": f"g{gate}.main.{role}",
            "role": role,
            "title": {"en": role, "vi": role},
            "gate": gate,
            "route": gate,
            "side": "vietnam",
            "kind": kind,
            "servers": len(calendars) if counted else 0,
            "server_calendar": np.array(calendars, dtype=np.int64),
            "resume": False,
            "rank": np.zeros((1, 0), dtype=np.int64),  # of each flow, once the plan has them
            "lane": np.zeros(len(calendars), dtype=np.int64),
            "slots": np.empty(0),
            "owner": False,
        }
        return Stage(**{**values, **other})

    @staticmethod
    def flow(name: str, stages: Sequence[int], crossed: int, **other) -> Flow:
        """A flow over these stages, crossing at the end of stage ``crossed``.

        ``until`` maps a hold to the stage after which its place is given back.
        """
        always = (1.0, 1.0, 1.0)
        minute = (Constant(1.0),) * 3
        until = other.pop("until", {})
        path = list(stages)
        steps = tuple(
            Step(k, always, minute, path.index(until[k]) if k in until else -1) for k in path
        )
        values = {
            "id": name,
            "gate": 0,
            "route": 0,
            "direction": 0,
            "cargo": 0,
            "vehicle": "truck",
            "volume": np.ones(1),
            "day_edges": np.array([0.0, 1440.0]),
            "day_shares": np.ones(1),
            "day_cv": 0.0,
            "timetable": None,
            "delay": None,
            "wagons": 1,
            "channels": (1.0, 0.0, 0.0),
            "steps": steps,
            "crossed": path.index(crossed),
        }
        return Flow(**{**values, **other})

    @staticmethod
    def plan(
        stages: Sequence[Stage],
        flows: Sequence[Flow],
        *,
        days: int = 2,
        warm_up: float = 0.0,
        modes: Sequence[str] = ("road",),
    ) -> Plan:
        """A border of one gate per mode (g0, g1, ...), with cargo 0 fruit and 1 new cars."""
        horizon = warm_up + 1440.0 * days
        midnights = 1440.0 * np.arange(np.ceil(horizon / 1440.0))
        words = {"en": "x", "vi": "x"}
        return Plan(
            name="hand-made",
            title=words,
            start=dt.date(2025, 7, 7),
            warm_up=warm_up,
            horizon=horizon,
            seed=1,
            gates=tuple(
                Gate(f"g{n}", words, mode, "bilateral", True, "assumed", n)
                for n, mode in enumerate(modes)
            ),
            routes=tuple(Route(f"g{n}.main", words, n) for n in range(len(modes))),
            cargo=(
                Cargo("fruit", words, "fruit", 20.0, 1.0),
                Cargo("cars", words, "new_cars", 2.0, 1.0),
            ),
            calendars=(
                Calendar.always(),
                Calendar(midnights + 420.0, midnights + 1140.0),
                Calendar(midnights + 540.0, midnights + 1260.0),
            ),
            stages=tuple(
                replace(stage, rank=np.zeros((len(stage.rank), len(flows)), dtype=np.int64))
                for stage in stages
            ),
            flows=tuple(flows),
        )

    @staticmethod
    def workload(plan: Plan, vehicles: Sequence[tuple[int, float, dict[int, float]]]) -> Workload:
        """Vehicles as (flow, arrival, service by stage visited), sorted by arrival."""
        stage, service, who, until, crossed = [], [], [], [], []
        for number, (flow, _, needs) in enumerate(vehicles):
            path = plan.flows[flow]
            visited = [step for step in path.steps if step.stage in needs]
            row = {step.stage: len(stage) + k for k, step in enumerate(visited)}
            crossed.append(row[path.steps[path.crossed].stage])
            stage += list(row)
            service += [needs[k] for k in row]
            who += [number] * len(row)
            until += [-1 if s.until < 0 else row[path.steps[s.until].stage] for s in visited]
        order = np.lexsort((who, stage))
        place = np.argsort(order)  # where each row goes
        holds = np.flatnonzero(np.array(until, dtype=np.int64)[order] >= 0)
        return Workload(
            replication=3,
            flow=np.array([v[0] for v in vehicles], dtype=np.int64),
            channel=np.zeros(len(vehicles), dtype=np.int8),
            arrive=np.array([v[1] for v in vehicles], dtype=np.float64),
            key=np.arange(len(vehicles)),
            bounds=np.searchsorted(np.sort(stage), np.arange(len(plan.stages) + 1)),
            service=np.array(service, dtype=np.float64)[order],
            row_vehicle=np.array(who, dtype=np.int32)[order],
            held=holds,
            until=place[np.array(until, dtype=np.int64)[order[holds]]],
            crossed_row=place[np.array(crossed, dtype=np.int64)],
            deadline=np.full(len(vehicles), np.inf),
        )

    @staticmethod
    def journeys(plan: Plan, trips: Sequence[Trip]) -> Journeys:
        """A log with these times; stages of the path after the last one are not reached."""
        arrivals = [np.nanmin([times[0] for times in t.visits.values()]) for t in trips]
        order = np.argsort(arrivals, kind="stable").tolist()
        times: list[tuple[float, ...]] = []
        vehicles = []
        for number in order:
            trip = trips[number]
            path = [step.stage for step in plan.flows[trip.flow].steps]
            last = max(path.index(stage) for stage in trip.visits)
            rows = [s for k, s in enumerate(path) if s in trip.visits or k > last]
            seen = [(*trip.visits.get(s, (NAN, NAN, NAN)), 0)[:4] for s in rows]
            times += seen
            kept = [plan.stages[s].kind is StageKind.HOLD for s in rows]
            needs = [
                0.0 if np.isnan(row[2]) or place else row[2] - row[1]
                for row, place in zip(seen, kept, strict=True)
            ]
            vehicles.append((trip.flow, arrivals[number], dict(zip(rows, needs, strict=True))))
        who = np.repeat(np.arange(len(vehicles)), [len(needs) for _, _, needs in vehicles])
        by_stage = np.lexsort((who, [s for _, _, needs in vehicles for s in needs]))
        columns = np.array(times, dtype=np.float64).reshape(-1, 4)[by_stage].T.copy()
        log = Journeys.from_times(
            plan,
            Kit.workload(plan, vehicles),
            *columns[:3],
            columns[3].astype(np.int32),
        )
        outcome, gave_up_at = log.outcome.copy(), log.gave_up_at.copy()
        for place, number in enumerate(order):
            trip = trips[number]
            if trip.outcome is not None:
                outcome[place] = trip.outcome
            if trip.outcome == SOLD_INLAND:
                gave_up_at[place] = np.nanmax([t for times in trip.visits.values() for t in times])
        return replace(log, outcome=outcome, gave_up_at=gave_up_at)

    @staticmethod
    def random_log(seed: int, *, warm_up: float = 0.0, clear: bool = False) -> Journeys:
        """Three to sixty trucks through a gate of random capacity, by the engine.

        An owner-held yard, a hold over documents and inspection, the crossing by day,
        and unloading. With ``clear`` all arrive on the first day of twelve, so that the
        gate is empty at the horizon.
        """
        rng = np.random.default_rng(seed)
        servers = [[DAYTIME, LATE, ALWAYS][: rng.integers(1, 4)] for _ in range(2)]
        stages = [
            Kit.stage("yard", kind=StageKind.DELAY, calendars=[ALWAYS], owner=True),
            Kit.stage("bays", kind=StageKind.HOLD, calendars=[], servers=int(rng.integers(1, 4))),
            Kit.stage("documents", calendars=servers[0], resume=bool(rng.integers(2))),
            Kit.stage("inspection", calendars=[LATE], kind=StageKind.DELAY),
            Kit.stage("crossing", calendars=servers[1], side="border"),
            Kit.stage("unloading", side="china", resume=bool(rng.integers(2))),
        ]
        path = range(len(stages))
        ways = [Kit.flow(f"g0.{way}", path, 4, direction=way, until={1: 3}) for way in (0, 1)]
        plan = Kit.plan(stages, ways, days=12 if clear else 3, warm_up=warm_up)
        arrivals = np.sort(rng.uniform(0.0, 1440.0 if clear else plan.horizon, rng.integers(3, 60)))
        vehicles = [
            (
                int(rng.integers(2)),
                arrival,
                {
                    k: 0.0 if k == 1 else float(rng.exponential(30))
                    for k in path
                    if k or rng.integers(2)
                },
            )
            for arrival in arrivals.tolist()
        ]
        return simulate(plan, Kit.workload(plan, vehicles))


@pytest.fixture(scope="session")
def kit() -> Kit:
    """Builders of plans, workloads and journeys."""
    return Kit()


@pytest.fixture(scope="session")
def trip() -> type[Trip]:
    """One vehicle's journey."""
    return Trip


YARD, DOCUMENTS, CROSSING, UNLOADING = range(4)


@pytest.fixture(scope="session")
def small_gate() -> Plan:
    """An owner-held yard, documents and crossing by day, unloading in China; two days.

    Flow 0 exports fruit, flow 1 imports new cars from the crossing to documents; gate g1
    is a rail gate where flow 2 exports trains of ten wagons, and gate g2 is idle.
    """
    stages = [
        Kit.stage("yard", kind=StageKind.DELAY, calendars=[ALWAYS], owner=True),
        Kit.stage("documents"),
        Kit.stage("crossing", side="border"),
        Kit.stage("unloading", side="china"),
        Kit.stage("release", calendars=[ALWAYS]),
        Kit.stage("path", gate=1, side="border", calendars=[ALWAYS]),
    ]
    flows = [
        Kit.flow("g0.fruit", [YARD, DOCUMENTS, CROSSING, UNLOADING], CROSSING),
        Kit.flow("g0.cars", [CROSSING, 4], CROSSING, direction=1, cargo=1),
        Kit.flow("g1.trains", [5], 5, gate=1, route=1, wagons=10, vehicle="train"),
    ]
    return Kit.plan(stages, flows, modes=("road", "rail", "road"))


@pytest.fixture(scope="session")
def small_day(small_gate: Plan) -> Journeys:
    """Five vehicles whose every minute is known.

    Truck A: 05:00 in the yard, called at 06:00, waits 1 h shut, documents 07:00-07:30,
    crosses 07:40. Truck B: straight to documents at 07:10, waits 20 min, served to 08:10,
    crosses 08:12. Truck C: documents 18:50-19:05, crossing next day 07:00-07:10.
    Car D: crosses 10:00-10:02, release 10:02-10:12. Truck E: waits for documents from
    20:00 of the second day on. Train F: 12:00-12:30.
    """
    day = 1440.0
    return Kit.journeys(
        small_gate,
        [
            Trip(
                0,
                {
                    YARD: (300, 300, 360),
                    DOCUMENTS: (360, 420, 450),
                    CROSSING: (450, 450, 460),
                    UNLOADING: (460, 480, 540),
                },
            ),
            Trip(
                0,
                {
                    DOCUMENTS: (430, 450, 490),
                    CROSSING: (490, 490, 492),
                    UNLOADING: (492, 540, 600),
                },
            ),
            Trip(
                0,
                {
                    DOCUMENTS: (1130, 1130, 1145),
                    CROSSING: (1145, day + 420, day + 430),
                    UNLOADING: (day + 430, day + 430, day + 490),
                },
            ),
            Trip(1, {CROSSING: (600, 600, 602), 4: (602, 602, 612)}),
            Trip(0, {DOCUMENTS: (day + 1200, NAN, NAN)}),
            Trip(2, {5: (720, 720, 750)}),
        ],
    )
