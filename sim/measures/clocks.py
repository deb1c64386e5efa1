"""Where the time goes: every minute of a journey on exactly one clock.

At a stage, a vehicle waits and is then served. Minutes of waiting while the stage was
open are **physical wait**; while it was shut, **overnight wait**. A service that freezes
at closing is overnight wait while frozen; one that runs on past closing is service.
Waiting for a stage with ``wait: virtual``, open or shut, is **virtual wait**: the vehicle
has a booking and is elsewhere. Time in stages held by the owner is **owner hold**, whatever
happens there. So

    physical + virtual + overnight + owner + service = door to door

for each vehicle, up to its crossing. While a vehicle has a place of a hold it is at other
stages, so only the wait for the place counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.clock import DAY
from sim.journeys import CROSSED, SOLD_INLAND, TURNED_BACK, Journeys
from sim.measures.grouping import inside_at
from sim.measures.rosters import Rosters
from sim.plan.model import Plan, Stage, StageKind
from sim.queues.calendars import Calendar

__all__ = ["Vehicles", "Visits", "present_at", "time_vehicles", "time_visits"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_HERE = ("physical", "overnight", "virtual", "worked", "frozen")
"""The clocks that stand still while the owner keeps the vehicle."""
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
    """The clocks of each vehicle, in minutes; all of shape ``(vehicles,)``.

    Attributes
    ----------
    left:
        When it left the gate: its crossing, its sale inland, or when it was turned back;
        ``inf`` if it is still there.
    crossed:
        It crossed within the measured window.
    physical, virtual, overnight, owner, service:
        Up to the crossing; meaningful where ``crossed``.
    vietnam:
        Physical wait and service at stages on the Vietnamese side or at the border,
        owner hold and closed hours left out; NaN unless the last of these stages was
        finished, within the window. For exports that is up to the crossing, for imports
        up to release.
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

    gate: Ints
    direction: Ints
    arrive: Floats
    left: Floats
    crossed_at: Floats
    crossed: Bools
    physical: Floats
    virtual: Floats
    overnight: Floats
    owner: Floats
    service: Floats
    vietnam: Floats
    same_day: Bools
    came: Floats
    away: Floats
    wagons: Ints
    teu: Ints
    goods: Bools


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
    goods = np.array([plan.cargo[f.cargo].counted_as != "none" for f in plan.flows], dtype=np.bool_)
    away = _away(journeys, plan)
    came = np.where(work.stood_there, np.nextafter(0.0, -1.0), work.arrive)
    who_first = away[0].astype(np.int64)
    at_once = away[1] == work.arrive[who_first]
    came[who_first[at_once]] = away[2][at_once]
    crossed_at = journeys.crossed_at
    sums, called = _summed(journeys, plan, visits)
    ended = np.isfinite(away[2])
    np.maximum.at(called, who_first[ended], away[2][ended])
    return Vehicles(
        gate=np.array([f.gate for f in plan.flows], dtype=np.int64)[work.flow],
        direction=np.array([f.direction for f in plan.flows], dtype=np.int64)[work.flow],
        arrive=np.where(work.stood_there, np.nextafter(0.0, -1.0), work.arrive),
        left=_left(journeys),
        crossed_at=crossed_at,
        crossed=(crossed_at >= plan.warm_up) & (crossed_at < plan.horizon),
        physical=sums["physical"],
        virtual=sums["virtual"],
        overnight=sums["overnight"] + sums["frozen"],
        owner=sums["owner"],
        service=sums["worked"],
        vietnam=_vietnam(journeys, plan, visits),
        same_day=np.floor(crossed_at / DAY) == np.floor(called / DAY),
        came=came,
        away=away,
        wagons=_of_trains(plan, work.flow, [flow.wagons for flow in plan.flows]),
        teu=_of_trains(plan, work.flow, [flow.teu for flow in plan.flows]),
        goods=goods[work.flow],
    )


def _summed(journeys: Journeys, plan: Plan, visits: Visits) -> tuple[dict[str, Floats], Floats]:
    """Clocks of each vehicle up to its crossing, and when its owner last called it."""
    work = journeys.workload
    sums = {name: np.zeros(work.vehicles) for name in (*_HERE, "owner")}
    called = work.arrive.copy()
    for number, stage in enumerate(plan.stages):
        rows = work.rows(number)
        before = np.flatnonzero(_before(journeys, number))
        which = rows if len(before) == rows.stop - rows.start else rows.start + before
        who = work.row_vehicle[which]
        if stage.owner:
            finish = journeys.finish[which]
            sums["owner"][who] += _or_nothing(finish - journeys.arrive[which])
            called[who] = np.fmax(called[who], finish)
            continue
        waits = ("virtual",) if stage.virtual else ("physical", "overnight")
        services = ("worked", "frozen") if stage.resume else ("worked",)
        for name in waits + services:
            sums[name][who] += _or_nothing(getattr(visits, name)[which])
    return sums, called


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


def _of_trains(plan: Plan, flow: Ints, amount: list[int]) -> Ints:
    """An amount of each flow by vehicle, at rail gates; 0 elsewhere."""
    rail = np.array([plan.gates[f.gate].mode == "rail" for f in plan.flows], dtype=np.bool_)
    return np.where(rail, np.array(amount, dtype=np.int64), 0)[flow]


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
