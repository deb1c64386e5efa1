"""Clocks of a stay: every minute of a stay on exactly one clock.

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
from sim.catalogue import SIDES
from sim.clock import DAY
from sim.journeys import CROSSED, SOLD_INLAND, TURNED_BACK, Journeys
from sim.measures.blocks import blocks
from sim.measures.codes import flows_of, stages_of
from sim.measures.grouping import inside_at
from sim.measures.passes import Passes
from sim.measures.visits import Visits, flags, known
from sim.plan import Plan, StageKind

__all__ = ["Vehicles", "present_at", "time_vehicles"]


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


def time_vehicles(
    journeys: Journeys, plan: Plan, visits: Visits, passes: Passes | None = None
) -> Vehicles:
    """Add the clocks up by vehicle."""
    work, of_flow = journeys.workload, flows_of(plan)
    arrive = np.where(work.initially_queued, np.nextafter(0.0, -1.0), work.arrive)
    away = _away(journeys, plan)
    came = arrive.copy()
    who_first = away[0].astype(np.int64)
    at_once = away[1] == work.arrive[who_first]
    came[who_first[at_once]] = away[2][at_once]
    crossed_at, left = journeys.crossed_at, _left(journeys)
    sums = _Sums.of(visits) if passes is None else _Sums(*passes.clocks(visits.physical))
    called = np.maximum(work.arrive, sums.called)
    ended = np.isfinite(away[2])
    np.maximum.at(called, who_first[ended], away[2][ended])
    end = np.where(journeys.outcome == CROSSED, sums.end, np.nan)
    gone = np.isin(journeys.outcome, (SOLD_INLAND, TURNED_BACK))
    vietnam = np.where(_in_window(plan, sums.cleared) & ~gone, sums.clearance, np.nan)
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
        lost=gone & _in_window(plan, left),
        queue=sums.queue,
        queue_before=sums.queue_before,
        service=sums.service,
        closed=sums.closed,
        owner=sums.owner,
        virtual=sums.virtual,
        release=sums.release,
        stay=end - work.arrive,
        vietnam=vietnam,
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
    """Clocks of each vehicle over its whole stay, and the ends of parts of it.

    ``clearance`` is the time on the Vietnamese side and at the border, ``cleared`` its end:
    ``inf`` if it has not ended. ``end`` is that of the path, NaN if it has not ended; ``called``
    when its owner last called it before its crossing, 0 if nobody held it.
    """

    def __init__(self, clocks: Floats, times: Floats) -> None:
        """Take minutes, shape ``(10, vehicles)``, and times, shape ``(3, vehicles)``."""
        self.queue = clocks[: len(SIDES)]
        self.queue_before, self.service, self.closed, self.owner = clocks[3:7]
        self.virtual, self.release, self.clearance = clocks[7:]
        self.cleared, self.end, self.called = times

    @classmethod
    def of(cls, visits: Visits) -> _Sums:
        """Add visits up, stage by stage."""
        size = visits.journeys.workload.vehicles
        sums = cls(np.zeros((10, size)), np.zeros((3, size)))
        sums.cleared[:], sums.end[:] = -np.inf, np.nan
        for _, _, rows, stage in blocks(visits.journeys.workload.bounds):
            sums._add(visits, rows, stage)
        if visits.journeys.workload.place is not None:
            sums._end_along_paths(visits)
        return sums

    def _end_along_paths(self, visits: Visits) -> None:
        """Take the end of each path from its last stage, where rows do not ascend along it."""
        work = visits.journeys.workload
        passed = (stages_of(visits.plan).kind != StageKind.HOLD)[work.stage]
        rows = work.along_paths[passed[work.along_paths]]
        self.end[work.row_vehicle[rows]] = visits.journeys.finish[rows]

    def _add(self, visits: Visits, rows: slice, stage: Ints) -> None:
        """Add rows up in their order, which is that of every path; ``stage`` is by row."""
        journeys, stages = visits.journeys, stages_of(visits.plan)
        who = journeys.workload.row_vehicle[rows].astype(np.int64)
        finish, clocks = journeys.finish[rows], visits.clocks(rows, stage)
        queue, service, closed = clocks["queue"], clocks["service"], clocks["closed"]
        before = journeys.workload.up_to_crossing(np.arange(rows.start, rows.stop))
        side, owner = stages.side[stage], flags(stages.owner, stage)
        passed = flags(stages.kind != StageKind.HOLD, stage)
        np.add.at(self.queue.ravel(), side * len(self.end) + who, queue)
        np.add.at(self.queue_before, who, np.where(before, queue, 0.0))
        np.add.at(self.service, who, service)
        np.add.at(self.closed, who, closed)
        if flags(stages.virtual, stage) is not None:
            np.add.at(self.virtual, who, clocks["virtual"])
        if owner is not None:
            np.add.at(self.owner, who, clocks["owner"])
            held = np.flatnonzero(owner & before)
            np.fmax.at(self.called, who[held], finish[held])
        if passed is not None:
            self.end[who[passed]] = finish[passed]  # of a vehicle's rows the last counts
        local = np.flatnonzero(side == SIDES.index("vietnam"))
        np.add.at(self.release, who[local], (queue + service + closed)[local])
        self._add_clearance(visits, rows, stage, service)

    def _add_clearance(self, visits: Visits, rows: slice, stage: Ints, service: Floats) -> None:
        """Add the time on the Vietnamese side and at the border, where it has ended."""
        journeys, stages = visits.journeys, stages_of(visits.plan)
        local = np.flatnonzero(((stages.side != SIDES.index("china")) & ~stages.owner)[stage])
        who = journeys.workload.row_vehicle[rows][local].astype(np.int64)
        finish, hold = journeys.finish[rows][local], (stages.kind == StageKind.HOLD)[stage[local]]
        done = hold | ~np.isnan(finish - journeys.start[rows][local])
        minutes = known(visits.physical[rows][local]) + service[local]
        np.add.at(self.clearance, who, np.where(done, minutes, 0.0))
        ended = np.where(np.isnan(finish), np.inf, finish)
        np.maximum.at(self.cleared, who, np.where(hold, -np.inf, ended))


def _before(journeys: Journeys, stage: int) -> Bools:
    """Which visits to a stage are not after the vehicle's crossing."""
    rows = journeys.workload.rows(stage)
    return journeys.workload.up_to_crossing(np.arange(rows.start, rows.stop))


def present_at(vehicles: Vehicles, group: Ints, size: int, mask: Bools, times: Floats) -> Ints:
    """Count those of each group of the vehicles in ``mask`` at the gate just before ``times``.

    Between arrival and leaving, but for virtual waits; ``group`` is by vehicle. Shape
    ``(size, len(times))``.
    """
    inside = inside_at(group[mask], size, vehicles.arrive[mask], vehicles.left[mask], times)
    who, begin, end = vehicles.away
    who = who.astype(np.int64)
    chosen = mask[who]
    return inside - inside_at(group[who[chosen]], size, begin[chosen], end[chosen], times)


def _away(journeys: Journeys, plan: Plan) -> Floats:
    """Vehicle, begin and end of each virtual wait up to the crossing."""
    work = journeys.workload
    absences = [np.empty((3, 0))]
    for number, stage in enumerate(plan.stages):
        if stage.virtual and not stage.owner:
            rows = work.rows(number)
            came = np.flatnonzero(_before(journeys, number) & ~np.isnan(journeys.arrive[rows]))
            begun, left = journeys.start[rows][came], journeys.finish[rows][came]
            end = np.where(np.isnan(begun), left, begun)
            end = np.where(np.isnan(end), np.inf, end)
            who = work.row_vehicle[rows][came].astype(np.float64)
            absences.append(np.stack([who, journeys.arrive[rows][came], end]))
    return np.concatenate(absences, axis=1)


def _left(journeys: Journeys) -> Floats:
    """Return when each vehicle left the gate."""
    left = np.where(journeys.outcome == CROSSED, journeys.crossed_at, np.inf)
    left = np.where(journeys.outcome == SOLD_INLAND, journeys.gave_up_at, left)
    if not np.any(journeys.outcome == TURNED_BACK):
        return left
    rows = np.flatnonzero(journeys.outcome[journeys.workload.row_vehicle] == TURNED_BACK)
    back = journeys.workload.arrive.copy()  # who is turned back later ends the last visit then
    np.fmax.at(back, journeys.workload.row_vehicle[rows], journeys.finish[rows])
    return np.where(journeys.outcome == TURNED_BACK, back, left)
