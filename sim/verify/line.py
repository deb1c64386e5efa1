"""Tandem lines made from arrays: a plan and a workload without a scenario file.

plan = border(Line(servers=2), Line())
workload = visits([0.0, 1.0, 2.0], [[5.0, 1.0], [5.0, 1.0], [1.0, 1.0]])
simulate(plan, workload).start  # by stage, then vehicle: 0, 1, 5, 5, 6, 7
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from sim.arguments import checked_arguments, durations_array, whole_array
from sim.arrays import Ints
from sim.errors import ArgumentError
from sim.plan import Batch, Cargo, Flow, Gate, Plan, Route, Stage, StageKind, Step, WhenFull
from sim.queues import Calendar
from sim.queues.state import ascending
from sim.sentences import Sentence
from sim.workload import Workload

__all__ = ["Line", "border", "visits"]

_TITLE = {"en": "Line", "vi": "Tuyến"}


@dataclass(frozen=True, eq=False)
class Line:
    """One stage of a line.

    Attributes
    ----------
    servers:
        Number of servers, or of places in a hold.
    calendar:
        One for all servers, or one for each.
    resume:
        A started service freezes at closing (else it runs on).
    priority:
        Rank of each class, 0 is served first; none means first come, first served. With
        ``lane`` a row of ranks for each lane group, -1 for whom it does not serve.
    lane:
        Row of ``priority`` for each server; none means that all serve alike.
    kind, slots, side, owner, virtual, batch, when_full:
        As in :class:`sim.plan.Stage`; ``slots`` are departures in minutes, sorted.
    overflow:
        Of a hold: number of the line to try when it is full, the next one; -1 for none.
    """

    servers: int = 1
    calendar: Calendar | Sequence[Calendar] = field(default_factory=Calendar.always)
    resume: bool = False
    priority: Sequence[int] | Sequence[Sequence[int]] = ()
    lane: Sequence[int] = ()
    kind: StageKind = StageKind.SERVERS
    slots: Sequence[float] = ()
    side: str = "vietnam"
    owner: bool = False
    virtual: bool = False
    batch: Batch | None = None
    overflow: int = -1
    when_full: WhenFull = WhenFull.WAIT


@checked_arguments
def border(*lines: Line, classes: int = 1, horizon: float = 1e12) -> Plan:
    """Return a gate with one route, whose only path visits the lines in order.

    ``classes`` is the number of vehicle classes: each is a flow and a cargo of its own.
    ``horizon`` is in minutes; by default everyone gets through.

    Raises
    ------
    ArgumentError
        A line has not one calendar or lane group per server, or not one rank per class.
    """
    calendars: list[Calendar] = []
    stages = tuple(_stage(i, line, classes, calendars) for i, line in enumerate(lines))
    return Plan(
        name="line",
        title=_TITLE,
        start=dt.date(2025, 7, 7),
        warm_up=0.0,
        horizon=horizon,
        seed=1,
        gates=(Gate("gate", _TITLE, "road", "international", True, "assumed", 0),),
        routes=(Route("gate.route", _TITLE, 0),),
        cargo=tuple(Cargo(f"class{i}", _TITLE, "other", None, None) for i in range(classes)),
        calendars=tuple(calendars),
        stages=stages,
        flows=tuple(_flow(number, len(lines)) for number in range(classes)),
    )


def _stage(number: int, line: Line, classes: int, calendars: list[Calendar]) -> Stage:
    """The stage of a line; calendars not seen before are added to ``calendars``."""
    count = {StageKind.SERVERS: line.servers, StageKind.HOLD: 0}.get(line.kind, 1)
    shared = isinstance(line.calendar, Calendar)
    own = [line.calendar] * count if isinstance(line.calendar, Calendar) else line.calendar
    if len(own) != count:
        raise ArgumentError(
            Sentence(
                "line {number}: {count} calendars for {count2} servers",
                number=number,
                count=len(own),
                count2=count,
            )
        )
    rank = np.array(line.priority or [0] * classes, dtype=np.int64)
    rank = rank if rank.ndim == 2 else rank[None]
    if rank.shape[1] != classes:
        raise ArgumentError(
            Sentence(
                "line {number}: {rank} ranks for {classes} classes",
                number=number,
                rank=rank.shape[1],
                classes=classes,
            )
        )
    lane = list(line.lane) or [0] * count
    if len(lane) != count or not set(lane) <= set(range(len(rank))):
        raise ArgumentError(
            Sentence(
                "line {number}: lane groups {lane} for {count} servers",
                number=number,
                lane=lane,
                count=count,
            )
        )
    for calendar in own[:1] if shared else own:
        if not any(calendar is known for known in calendars):
            calendars.append(calendar)
    place = {id(calendar): i for i, calendar in enumerate(calendars)}
    return Stage(
        id=f"gate.route.s{number}",
        role=f"s{number}",
        title=_TITLE,
        gate=0,
        route=0,
        side=line.side,
        kind=line.kind,
        servers=line.servers,
        server_calendar=np.array([place[id(calendar)] for calendar in own], dtype=np.int64),
        resume=line.resume,
        rank=rank,
        lane=np.array(lane, dtype=np.int64),
        slots=np.array(line.slots, dtype=np.float64),
        owner=line.owner,
        virtual=line.virtual,
        batch=line.batch,
        overflow=line.overflow,
        when_full=line.when_full,
    )


def _flow(number: int, stages: int) -> Flow:
    """Return the flow of a class; its vehicles come from :func:`visits`."""
    everyone = (1.0, 1.0, 1.0)
    return Flow(
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
        steps=tuple(Step(stage, everyone, None, -1) for stage in range(stages)),
        crossed=stages - 1,
    )


@checked_arguments
def visits(
    arrivals: ArrayLike,
    services: ArrayLike,
    classes: ArrayLike = 0,
    visited: ArrayLike = True,
    until: ArrayLike | None = None,
    places: ArrayLike | None = None,
) -> Workload:
    """Traffic for a line.

    Parameters
    ----------
    arrivals:
        Shape ``(vehicles,)``, minutes, ascending.
    services:
        Shape ``(vehicles, stages)``, or ``(vehicles,)`` for one stage; minutes. For a
        hold, the time from giving a place back until it can be taken again.
    classes:
        Shape ``(vehicles,)`` or one for all: class of each vehicle, from 0.
    visited:
        Shape of ``services`` or one for all: which stages a vehicle visits, at least one.
    until:
        Shape ``(stages,)``: for a hold, the stage whose end gives the place back (for a
        vehicle that does not visit it, the end of its last visit before); -1 elsewhere.
    places:
        Shape of ``services``: the place of each stage on the path of a vehicle, all different;
        by default vehicles visit stages in their order.

    Raises
    ------
    ArgumentError
        Shapes do not fit, arrivals are not sorted, or a vehicle visits nothing.
    """
    arrive = np.array(ascending("arrivals", arrivals))
    need = durations_array("services", services)
    need = need[:, None] if need.ndim == 1 else need
    if arrive.ndim != 1 or len(arrive) != len(need) or need.ndim != 2:
        raise ArgumentError(
            Sentence(
                "{count} arrivals, but services of {count2} vehicles",
                count=len(arrive),
                count2=len(need),
            )
        )
    seen = np.asarray(visited, dtype=bool)
    kind = whole_array("classes", classes)
    last = whole_array("until", -1 if until is None else until)
    for name, array, shape in (
        ("visited", seen, need.shape),
        ("classes", kind, arrive.shape),
        ("until", last, need.shape[1:]),
    ):
        if array.ndim and array.shape != shape:
            raise ArgumentError(
                Sentence(
                    "{name} must have shape {shape}, not {array}",
                    name=name,
                    shape=shape,
                    array=array.shape,
                )
            )
    seen, last = np.broadcast_to(seen, need.shape), np.broadcast_to(last, need.shape[1:])
    if not seen.any(axis=1).all():
        raise ArgumentError(Sentence("each vehicle must visit a stage"))
    stage, vehicle = np.nonzero(seen.T)
    row = np.full(need.shape, -1, dtype=np.int64)
    row[vehicle, stage] = np.arange(len(stage))
    path = np.broadcast_to(np.arange(need.shape[1]), need.shape)
    if places is not None:
        path = np.argsort(whole_array("places", places), axis=1)
    so_far = np.empty_like(row)
    np.put_along_axis(so_far, path, _last_visits(np.take_along_axis(row, path, axis=1)), axis=1)
    held = np.flatnonzero(last[stage] >= 0)
    return Workload(
        replication=0,
        flow=np.broadcast_to(kind, arrive.shape).copy(),
        channel=np.zeros(len(arrive), dtype=np.int8),
        arrive=arrive,
        key=np.arange(len(arrive), dtype=np.int64),
        bounds=np.concatenate([[0], np.cumsum(seen.sum(axis=0))]).astype(np.int64),
        row_vehicle=vehicle.astype(np.int32),
        service=need[vehicle, stage],
        held=held,
        until=so_far[vehicle[held], last[stage[held]]],
        crossed_row=np.take_along_axis(so_far, path[:, -1:], axis=1)[:, 0],
        deadline=np.full(len(arrive), np.inf),
        place=None if places is None else whole_array("places", places)[vehicle, stage],
    )


def _last_visits(rows: Ints) -> Ints:
    """Row of the last visit so far at each place of a path; -1 marks places that are passed by."""
    visited = np.where(rows >= 0, np.arange(rows.shape[1]), 0)
    last: Ints = np.take_along_axis(rows, np.maximum.accumulate(visited, axis=1), axis=1)
    return last
