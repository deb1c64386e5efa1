"""Small borders made by hand, so that engine tests need no scenario file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from sim.plan import Cargo, Flow, Gate, Plan, Route, Stage, StageKind, Step
from sim.queues.calendars import Calendar
from sim.workload import Workload

TITLE = {"en": "Test", "vi": "Thử"}


@dataclass
class Line:
    """One stage of a line: as the fields of :class:`sim.plan.Stage`."""

    servers: int = 1
    calendar: Calendar | Sequence[Calendar] = field(default_factory=Calendar.always)
    resume: bool = False
    priority: Sequence[int] = ()
    kind: StageKind = StageKind.SERVERS
    slots: Sequence[float] = ()
    side: str = "vietnam"


def border(*lines: Line, classes: int = 1, horizon: float = 1e12) -> Plan:
    """A gate with one route whose only path visits the lines in order."""
    calendars: list[Calendar] = []
    stages = []
    for number, line in enumerate(lines):
        of_server = []
        count = line.servers if line.kind is StageKind.SERVERS else 1
        own = line.calendar if isinstance(line.calendar, Sequence) else [line.calendar] * count
        for calendar in own:
            if not any(calendar is known for known in calendars):
                calendars.append(calendar)
            of_server.append(next(i for i, c in enumerate(calendars) if c is calendar))
        if line.kind is StageKind.HOLD:
            of_server = []
        stages.append(
            Stage(
                id=f"gate.route.s{number}",
                role=f"s{number}",
                title=TITLE,
                gate=0,
                route=0,
                side=line.side,
                kind=line.kind,
                servers=line.servers,
                server_calendar=np.array(of_server, dtype=np.int64),
                resume=line.resume,
                rank=np.array(line.priority or [0] * classes, dtype=np.int64),
                slots=np.array(line.slots, dtype=np.float64),
                owner=False,
            )
        )
    flows = tuple(
        Flow(
            id=f"gate.route.class{number}",
            gate=0,
            route=0,
            direction=0,
            cargo=number,
            vehicle="truck",
            volume=np.zeros(1),
            day_edges=np.array([0.0, 1440.0]),
            day_shares=np.ones(1),
            day_cv=0.0,
            timetable=None,
            delay=None,
            wagons=1,
            channels=(1.0, 0.0, 0.0),
            steps=tuple(Step(i, (1.0, 1.0, 1.0), None, False, -1) for i in range(len(lines))),
            crossed=len(lines) - 1,
        )
        for number in range(classes)
    )
    return Plan(
        name="test",
        title=TITLE,
        start=dt.date(2025, 7, 7),
        warm_up=0.0,
        horizon=horizon,
        seed=1,
        gates=(Gate("gate", TITLE, "road", "international", True, "assumed", 0),),
        routes=(Route("gate.route", TITLE, 0),),
        cargo=tuple(Cargo(f"class{i}", TITLE, "other", None, None) for i in range(classes)),
        calendars=tuple(calendars),
        stages=tuple(stages),
        flows=flows,
    )


def visits(
    arrivals: ArrayLike,
    services: ArrayLike,
    classes: ArrayLike = 0,
    visited: ArrayLike = True,
    until: ArrayLike | None = None,
) -> Workload:
    """A workload: ``services`` and ``visited`` have shape ``(vehicles, stages)``.

    ``until`` gives, per stage, the stage whose end gives a hold back (-1: not a hold).
    """
    arrive = np.asarray(arrivals, dtype=np.float64)
    need = np.asarray(services, dtype=np.float64)
    if need.ndim == 1:
        need = need[:, None]
    seen = np.broadcast_to(np.asarray(visited, dtype=bool), need.shape)
    stage, vehicle = np.nonzero(seen.T)
    row = np.full(need.shape, -1, dtype=np.int64)
    row[vehicle, stage] = np.arange(len(stage))
    so_far = np.maximum.accumulate(row, axis=1)
    back = np.full(len(stage), -1, dtype=np.int64)
    if until is not None:
        last = np.asarray(until)[stage]
        back = np.where(last >= 0, so_far[vehicle, last], -1)
    return Workload(
        replication=0,
        flow=np.broadcast_to(np.asarray(classes, dtype=np.int64), arrive.shape).copy(),
        channel=np.zeros(len(arrive), dtype=np.int8),
        arrive=arrive,
        key=np.arange(len(arrive), dtype=np.int64),
        bounds=np.concatenate([[0], np.cumsum(seen.sum(axis=0))]).astype(np.int64),
        stage=stage.astype(np.int64),
        row_vehicle=vehicle.astype(np.int64),
        service=need[vehicle, stage],
        until=back,
        crossed_row=so_far[:, -1],
    )
