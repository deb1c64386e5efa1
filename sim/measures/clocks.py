"""Where the time goes: every minute of a stay on exactly one clock.

At a stage, a vehicle waits and is then served. Minutes of waiting while the stage was open
are on the clock **queue**; while it was shut, on **closed**. A service that freezes at closing
is on closed while frozen; one that runs on past closing is **service**. Waiting for a stage
with ``wait: virtual``, open or shut, is **virtual**: the vehicle has a booking and is
elsewhere. Time in stages held by the owner is **owner**, whatever happens there. So

    queue + service + closed + owner + virtual = stay

for each vehicle that crossed and came to the end of its path: a stay is from arrival to the
end of the last stage. While a vehicle has a place of a hold it is at other stages, so only the
wait for the place counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.catalogue import CLOCKS, SIDES
from sim.clock import DAY
from sim.journeys import CROSSED, SOLD_INLAND, TURNED_BACK, Journeys
from sim.measures.codes import flows_of
from sim.measures.grouping import inside_at
from sim.measures.rosters import Rosters
from sim.plan.model import Plan, Stage, StageKind
from sim.queues.calendars import Calendar

__all__ = ["Vehicles", "Visits", "clocks_of", "present_at", "time_vehicles", "time_visits"]


_ROUNDING = 1e-9
"""Minutes. Open time is a difference of sums and so not exact to the last bit."""


@dataclass(frozen=True, eq=False)
class Visits:
    """The clocks of each visit, in minutes.

    Attributes
    ----------
    physical, overnight, virtual:
        Shape ``(rows,)``: wait before the start; NaN if not started.
    worked, frozen:
        Shape ``(rows,)``: parts of the service; NaN if not finished, 0 for holds.
    hold:
        Shape ``(rows,)``: a visit to a hold.
    """

    physical: Floats
    overnight: Floats
    virtual: Floats
    worked: Floats
    frozen: Floats
    hold: Bools


@dataclass(frozen=True, eq=False)
class Vehicles:
    """The clocks of each vehicle, in minutes; of shape ``(vehicles,)`` unless told.

    Attributes
    ----------
    flow:
        Index into the plan's flows.
    left:
        When it left the gate: its crossing, its sale inland, or when it was turned back;
        ``inf`` if it is still there.
    arrived, crossed:
        It arrived, or crossed, within the measured window.
    ended:
        It crossed, and its stay ended within the measured window.
    lost:
        It was sold inland or turned back within the measured window.
    queue:
        Shape ``(sides, vehicles)``, in the order of :data:`sim.catalogue.SIDES`: the clock
        queue over the whole stay.
    queue_before:
        The clock queue up to the crossing, all sides.
    service, closed, owner, virtual:
        The other clocks over the whole stay; meaningful where ``ended``, as ``queue``.
    release:
        All clocks of the Vietnamese side but owner and virtual.
    stay:
        From arrival to the end of the path; NaN if that is after the horizon.
    vietnam:
        Clocks queue and service at stages on the Vietnamese side or at the border;
        NaN unless the last of these stages was finished, within the window. For exports
        that is up to the crossing, for imports up to release.
    same_day:
        It crossed on the calendar day on which it last left its owner's hold or was called
        from a virtual wait or, if nobody held it, on which it arrived.
    came:
        When it came to the gate: its arrival, or the end of a virtual wait that began then;
        ``inf`` if that has not ended.
    away:
        Shape ``(3, virtual waits)``: vehicle, begin and end (``inf`` if it has not ended) of
        each virtual wait up to the crossing.
    wagons, teu:
        Of trains at rail gates; 0 for others.
    goods:
        The bulletin counts it; coaches, say, are in no stock of trucks.
    """

    flow: Ints
    gate: Ints
    direction: Ints
    arrive: Floats
    left: Floats
    crossed_at: Floats
    arrived: Bools
    crossed: Bools
    ended: Bools
    lost: Bools
    queue: Floats
    queue_before: Floats
    service: Floats
    closed: Floats
    owner: Floats
    virtual: Floats
    release: Floats
    stay: Floats
    vietnam: Floats
    same_day: Bools
    came: Floats
    away: Floats
    wagons: Ints
    teu: Ints
    goods: Bools

    @cached_property
    def wait(self) -> Floats:
        """The clock queue of all sides, shape ``(vehicles,)``."""
        return cast("Floats", self.queue.sum(axis=0))


def time_visits(journeys: Journeys, plan: Plan, rosters: Rosters) -> Visits:
    """Split every visit over the clocks."""
    work = journeys.workload
    physical, overnight, virtual, worked, frozen = np.empty((5, len(work.service)))
    hold = np.zeros(len(work.service), dtype=np.bool_)
    for number, stage in enumerate(plan.stages):  # a stage's rows stay in cache
        rows = work.rows(number)
        hold[rows] = stage.kind is StageKind.HOLD
        start, finish = journeys.start[rows], journeys.finish[rows]
        calendar = rosters.calendars[rosters.stage[number]]
        wait = _split_wait(stage, calendar, journeys.arrive[rows], start)
        physical[rows], overnight[rows], virtual[rows] = wait
        service = _split_service(stage, finish - start, work.service[rows])
        worked[rows], frozen[rows] = service
    return Visits(physical, overnight, virtual, worked, frozen, hold)


def _split_wait(
    stage: Stage, calendar: Calendar, arrive: Floats, start: Floats
) -> tuple[Floats, Floats, Floats]:
    """Physical, overnight and virtual wait at a stage that keeps a calendar."""
    wait = start - arrive
    if stage.virtual:
        none = 0.0 * wait  # NaN where not started
        return none, none, wait
    physical = wait.copy()
    if not calendar.never_closes:
        some = np.flatnonzero(wait > 0)
        physical[some] = calendar.open_time(arrive[some], start[some])
    physical = _snap(physical, wait)
    return physical, wait - physical, np.zeros_like(wait)


def _split_service(stage: Stage, span: Floats, service: Floats) -> tuple[Floats, Floats]:
    """Worked and frozen minutes of services that last so long at a stage."""
    if stage.kind is StageKind.HOLD:
        return np.zeros_like(span), np.zeros_like(span)
    worked = _snap(np.minimum(service, span) if stage.resume else span, span)
    return worked, span - worked


def _snap(part: Floats, whole: Floats) -> Floats:
    """Remove rounding from a part of a whole."""
    return np.where(whole - part < _ROUNDING, whole, np.where(part < _ROUNDING, 0.0, part))


def time_vehicles(journeys: Journeys, plan: Plan, visits: Visits) -> Vehicles:
    """Add the clocks up by vehicle."""
    work = journeys.workload
    of_flow = flows_of(plan)
    arrive = np.where(work.initially_queued, np.nextafter(0.0, -1.0), work.arrive)
    away = _away(journeys, plan)
    came = arrive.copy()
    who_first = away[0].astype(np.int64)
    at_once = away[1] == work.arrive[who_first]
    came[who_first[at_once]] = away[2][at_once]
    crossed_at, left = journeys.crossed_at, _left(journeys)
    sums = _Sums(work.vehicles)
    for number, stage in enumerate(plan.stages):
        sums.add(journeys, stage, visits, number)
    called = np.maximum(work.arrive, _called(journeys, plan))
    ended = np.isfinite(away[2])
    np.maximum.at(called, who_first[ended], away[2][ended])
    end = np.where(journeys.outcome == CROSSED, _end(journeys, plan), np.nan)
    return Vehicles(
        flow=work.flow,
        gate=of_flow.gate[work.flow],
        direction=of_flow.direction[work.flow],
        arrive=arrive,
        left=left,
        crossed_at=crossed_at,
        arrived=_in_window(plan, arrive),
        crossed=_in_window(plan, crossed_at),
        ended=_in_window(plan, end),
        lost=np.isin(journeys.outcome, (SOLD_INLAND, TURNED_BACK)) & _in_window(plan, left),
        queue=sums.queue,
        queue_before=sums.queue_before,
        service=sums.service,
        closed=sums.closed,
        owner=sums.owner,
        virtual=sums.virtual,
        release=sums.release,
        stay=end - work.arrive,
        vietnam=_vietnam(journeys, plan, visits),
        same_day=np.floor(crossed_at / DAY) == np.floor(called / DAY),
        came=came,
        away=away,
        wagons=of_flow.wagons[work.flow],
        teu=of_flow.teu[work.flow],
        goods=of_flow.goods[work.flow],
    )


def _in_window(plan: Plan, times: Floats) -> Bools:
    """Whether times lie in the measured window; NaN does not."""
    return (times >= plan.warm_up) & (times < plan.horizon)


class _Sums:
    """Clocks of each vehicle over its whole stay, added up stage by stage."""

    def __init__(self, vehicles: int) -> None:
        self.queue = np.zeros((len(SIDES), vehicles))
        self.queue_before, self.service, self.closed, self.owner, self.virtual, self.release = (
            np.zeros((6, vehicles))
        )

    def add(self, journeys: Journeys, stage: Stage, visits: Visits, number: int) -> None:
        """Add the visits to a stage."""
        rows = journeys.workload.rows(number)
        who = journeys.workload.row_vehicle[rows]
        clocks = clocks_of(stage, journeys, visits, rows)
        if stage.owner:
            self.owner[who] += clocks["owner"]
            return
        if stage.virtual:
            self.virtual[who] += clocks["virtual"]
        else:
            self.queue[SIDES.index(stage.side)][who] += clocks["queue"]
            before = _before(journeys, number)
            self.queue_before[who] += np.where(before, clocks["queue"], 0.0)
        self.service[who] += clocks["service"]
        self.closed[who] += clocks["closed"]
        if stage.side == "vietnam":
            self.release[who] += clocks["queue"] + clocks["service"] + clocks["closed"]


def clocks_of(stage: Stage, journeys: Journeys, visits: Visits, rows: slice) -> dict[str, Floats]:
    """Minutes of each visit of a stage on each of :data:`sim.catalogue.CLOCKS`; 0 where unknown."""
    none = np.zeros(rows.stop - rows.start)
    clocks = dict.fromkeys(CLOCKS, none)
    if stage.owner:
        return clocks | {"owner": _or_nothing(journeys.finish[rows] - journeys.arrive[rows])}
    wait = "virtual" if stage.virtual else "queue"
    waited = visits.virtual if stage.virtual else visits.physical
    closed = _or_nothing(visits.frozen[rows])
    if not stage.virtual:
        closed = closed + _or_nothing(visits.overnight[rows])
    service = _or_nothing(visits.worked[rows])
    return clocks | {wait: _or_nothing(waited[rows]), "service": service, "closed": closed}


def _called(journeys: Journeys, plan: Plan) -> Floats:
    """When each vehicle's owner last called it before its crossing; 0 if nobody held it."""
    work = journeys.workload
    called = np.zeros(work.vehicles)
    for number, stage in enumerate(plan.stages):
        if stage.owner:
            rows = work.rows(number)
            finish = np.where(_before(journeys, number), journeys.finish[rows], np.nan)
            who = work.row_vehicle[rows]
            called[who] = np.fmax(called[who], finish)
    return called


def _end(journeys: Journeys, plan: Plan) -> Floats:
    """When each vehicle finished the last stage of its path; NaN if it has not."""
    work = journeys.workload
    end = np.full(work.vehicles, np.nan)
    for number, stage in enumerate(plan.stages):  # in the order of every path
        if stage.kind is not StageKind.HOLD:
            rows = work.rows(number)
            end[work.row_vehicle[rows]] = journeys.finish[rows]
    return end


def _before(journeys: Journeys, stage: int) -> Bools:
    """Which visits to a stage are not after the vehicle's crossing."""
    work = journeys.workload
    rows = work.rows(stage)
    found: Bools = np.arange(rows.start, rows.stop) <= work.crossed_row[work.row_vehicle[rows]]
    return found


def _or_nothing(minutes: Floats) -> Floats:
    """The minutes, 0 where unknown."""
    return np.where(np.isnan(minutes), 0.0, minutes)


def present_at(vehicles: Vehicles, group: Ints, size: int, mask: Bools, times: Floats) -> Ints:
    """How many of each group of the vehicles in ``mask`` are at the gate just before ``times``.

    Between arrival and leaving, but for virtual waits; ``group`` is by vehicle. Shape
    ``(size, len(times))``.
    """
    inside = inside_at(group[mask], size, vehicles.arrive[mask], vehicles.left[mask], times)
    who, begin, end = vehicles.away
    who = who.astype(np.int64)
    mine = mask[who]
    return inside - inside_at(group[who[mine]], size, begin[mine], end[mine], times)


def _away(journeys: Journeys, plan: Plan) -> Floats:
    """Vehicle, begin and end of each virtual wait up to the crossing."""
    work = journeys.workload
    found = [np.empty((3, 0))]
    for number, stage in enumerate(plan.stages):
        if stage.virtual and not stage.owner:
            rows = work.rows(number)
            came = np.flatnonzero(_before(journeys, number) & ~np.isnan(journeys.arrive[rows]))
            begun, left = journeys.start[rows][came], journeys.finish[rows][came]
            end = np.where(np.isnan(begun), left, begun)
            end = np.where(np.isnan(end), np.inf, end)
            who = work.row_vehicle[rows][came].astype(np.float64)
            found.append(np.stack([who, journeys.arrive[rows][came], end]))
    return np.concatenate(found, axis=1)


def _left(journeys: Journeys) -> Floats:
    """When each vehicle left the gate."""
    left = np.where(journeys.outcome == CROSSED, journeys.crossed_at, np.inf)
    left = np.where(journeys.outcome == SOLD_INLAND, journeys.gave_up_at, left)
    rows = np.flatnonzero(journeys.outcome[journeys.workload.row_vehicle] == TURNED_BACK)
    back = journeys.workload.arrive.copy()  # who is turned back later ends the last visit then
    np.fmax.at(back, journeys.workload.row_vehicle[rows], journeys.finish[rows])
    return np.where(journeys.outcome == TURNED_BACK, back, left)


def _vietnam(journeys: Journeys, plan: Plan, visits: Visits) -> Floats:
    """Clearance time on the Vietnamese side; NaN unless finished within the window."""
    work = journeys.workload
    clearance, last = np.zeros(work.vehicles), np.full(work.vehicles, -np.inf)
    for number, stage in enumerate(plan.stages):
        if stage.side == "china" or stage.owner:
            continue
        rows = work.rows(number)
        who = work.row_vehicle[rows]
        clearance[who] += _or_nothing(visits.physical[rows] + visits.worked[rows])
        if stage.kind is not StageKind.HOLD:
            finish = journeys.finish[rows]
            last[who] = np.maximum(last[who], np.where(np.isnan(finish), np.inf, finish))
    clearance[~((last >= plan.warm_up) & (last < plan.horizon))] = np.nan
    clearance[np.isin(journeys.outcome, (SOLD_INLAND, TURNED_BACK))] = np.nan
    return clearance
