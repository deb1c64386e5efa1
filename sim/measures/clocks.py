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

from sim.journeys import CROSSED, SOLD_INLAND, TURNED_BACK, Journeys
from sim.measures.grouping import inside_at, total
from sim.measures.rosters import Rosters, open_minutes
from sim.plan.model import Plan, StageKind

__all__ = ["DAY", "Vehicles", "Visits", "present_at", "time_vehicles", "time_visits"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

DAY = 1440.0
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
    arrive, start, finish = journeys.arrive, journeys.start, journeys.finish
    wait = start - arrive
    physical = wait.copy()
    some = np.flatnonzero(wait > 0)
    stage = work.stage[some]
    physical[some] = open_minutes(
        rosters.calendars, rosters.stage[stage], arrive[some], start[some]
    )
    physical = _snap(physical, wait)
    overnight = wait - physical
    virtual = np.zeros_like(wait)
    booked = np.array([s.virtual for s in plan.stages], dtype=np.bool_)[work.stage]
    virtual[booked] = wait[booked]
    physical[booked] = overnight[booked] = 0.0 * wait[booked]  # NaN where not started

    hold = np.array([s.kind is StageKind.HOLD for s in plan.stages], dtype=np.bool_)[work.stage]
    span = np.where(hold, 0.0, finish - start)
    worked = span.copy()
    resumes = np.array([s.resume for s in plan.stages], dtype=np.bool_)[work.stage]
    some = np.flatnonzero(resumes & ~np.isnan(span) & ~hold)
    worked[some] = np.minimum(work.service[some], span[some])
    worked = _snap(worked, span)
    return Visits(physical, overnight, virtual, worked, span - worked, hold)


def _snap(part: Floats, whole: Floats) -> Floats:
    """Remove rounding from a part of a whole."""
    return np.where(whole - part < _ROUNDING, whole, np.where(part < _ROUNDING, 0.0, part))


def time_vehicles(journeys: Journeys, plan: Plan, visits: Visits) -> Vehicles:
    """Add the clocks up by vehicle."""
    work = journeys.workload
    who, size = work.row_vehicle, len(work.arrive)
    goods = np.array([plan.cargo[f.cargo].counted_as != "none" for f in plan.flows], dtype=np.bool_)
    owner = np.array([s.owner for s in plan.stages], dtype=np.bool_)[work.stage]
    before = np.arange(len(who)) <= work.crossed_row[who]

    def summed(minutes: Floats, mask: Bools) -> Floats:
        rows = np.flatnonzero(mask & ~np.isnan(minutes))
        return total(who[rows], minutes[rows], size)

    here = ~owner
    elapsed = journeys.finish - journeys.arrive
    away = _away(journeys, plan, before & here)
    came = np.where(work.stood_there, np.nextafter(0.0, -1.0), work.arrive)
    who_first = away[0].astype(np.int64)
    at_once = away[1] == work.arrive[who_first]
    came[who_first[at_once]] = away[2][at_once]
    crossed_at = journeys.crossed_at
    called = work.arrive.copy()
    rows = np.flatnonzero(before & owner & ~np.isnan(journeys.finish))
    np.maximum.at(called, who[rows], journeys.finish[rows])
    ended = np.isfinite(away[2])
    np.maximum.at(called, who_first[ended], away[2][ended])
    return Vehicles(
        gate=np.array([f.gate for f in plan.flows], dtype=np.int64)[work.flow],
        direction=np.array([f.direction for f in plan.flows], dtype=np.int64)[work.flow],
        arrive=np.where(work.stood_there, np.nextafter(0.0, -1.0), work.arrive),
        left=_left(journeys),
        crossed_at=crossed_at,
        crossed=(crossed_at >= plan.warm_up) & (crossed_at < plan.horizon),
        physical=summed(visits.physical, before & here),
        virtual=summed(visits.virtual, before & here),
        overnight=summed(visits.overnight, before & here) + summed(visits.frozen, before & here),
        owner=summed(elapsed, before & owner),
        service=summed(visits.worked, before & here),
        vietnam=_vietnam(journeys, plan, visits, here),
        same_day=np.floor(crossed_at / DAY) == np.floor(called / DAY),
        came=came,
        away=away,
        wagons=_of_trains(plan, work.flow, [flow.wagons for flow in plan.flows]),
        teu=_of_trains(plan, work.flow, [flow.teu for flow in plan.flows]),
        goods=goods[work.flow],
    )


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


def _away(journeys: Journeys, plan: Plan, counted: Bools) -> Floats:
    """Vehicle, begin and end of each virtual wait among the rows that count."""
    work = journeys.workload
    booked = np.array([s.virtual for s in plan.stages], dtype=np.bool_)
    rows = np.flatnonzero(booked[work.stage] & counted & ~np.isnan(journeys.arrive))
    end = np.where(np.isnan(journeys.start[rows]), journeys.finish[rows], journeys.start[rows])
    end = np.where(np.isnan(end), np.inf, end)
    return np.stack([work.row_vehicle[rows].astype(np.float64), journeys.arrive[rows], end])


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


def _vietnam(journeys: Journeys, plan: Plan, visits: Visits, here: Bools) -> Floats:
    """Clearance time on the Vietnamese side; NaN unless finished within the window."""
    work = journeys.workload
    who, size = work.row_vehicle, len(work.arrive)
    side = np.array([s.side != "china" for s in plan.stages], dtype=np.bool_)[work.stage]
    rows = np.flatnonzero(side & here)
    minutes = visits.physical[rows] + visits.worked[rows]
    clearance = total(who[rows], minutes, size)
    rows = rows[~visits.hold[rows]]
    last = np.full(size, -np.inf)
    finish = journeys.finish[rows]
    np.maximum.at(last, who[rows], np.where(np.isnan(finish), np.inf, finish))
    clearance[~((last >= plan.warm_up) & (last < plan.horizon))] = np.nan
    clearance[~np.isnan(journeys.gave_up_at)] = np.nan
    return clearance
