"""Serve one stage as arrays: all its visits at once, for every kind of stage.

This is what `core` and the incremental re-simulation share; what a kind of stage does stands
in :mod:`sim.engines`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Bools, Floats, Ints
from sim.plan import Stage, StageKind
from sim.queues import Calendar, batch, skilled, slots
from sim.workload import Workload, departures

__all__ = ["StageVisits", "arrival_order", "is_single_line", "serve_stage"]

Served = tuple[Floats, Floats, NDArray[np.int32] | None]


@dataclass(frozen=True, eq=False)
class StageVisits:
    """All visits of one stage, by row.

    Attributes
    ----------
    workload, stage:
        Whose visits these are, and the number of the stage.
    hours:
        By number of a calendar: when the stage really serves.
    arrive:
        Minute of arrival; ``inf`` for vehicles that never come.
    """

    workload: Workload
    stage: int
    hours: dict[int, Calendar]
    arrive: Floats

    @property
    def service(self) -> Floats:
        """Service times, minutes."""
        return self.workload.service[self.workload.rows(self.stage)]

    @property
    def flow(self) -> Ints:
        """Flows of the vehicles."""
        return self.workload.flow[self.workload.row_vehicle[self.workload.rows(self.stage)]]

    @property
    def absent(self) -> Bools:
        """Whether each misses the first departure that it is called for."""
        rows = self.workload.rows(self.stage)
        return np.isin(np.arange(rows.start, rows.stop), self.workload.absent)


def serve_stage(stage: Stage, visits: StageVisits) -> Served:
    """Serve all visits of a stage, as if everybody found room and stayed.

    Returns
    -------
    Start and finish of each service in minutes, ``inf`` where it never comes about, and the
    number of the server; None where the stage has none.
    """
    return _SERVE[stage.kind](stage, visits)


def is_single_line(stage: Stage) -> bool:
    """Return whether a stage is one line before servers that all serve everybody."""
    if stage.kind is not StageKind.SERVERS or stage.servers == 0:
        return False
    return len(stage.rank) == 1 or bool(stage.rank.max() == stage.rank.min())


def arrival_order(arrive: Floats) -> Ints:
    """Order by arrival, then index: a stable sort at a third of its cost.

    The fast sort leaves equal arrivals in any order; only these are sorted again.
    """
    order = np.argsort(arrive)
    ascending = arrive[order]
    tie = ascending[1:] == ascending[:-1]
    if tie.any():
        places = np.flatnonzero(np.append(tie, False) | np.append(False, tie))
        order[places] = order[places][np.lexsort((order[places], ascending[places]))]
    return order


def _serve_by_skill(stage: Stage, visits: StageVisits) -> Served:
    """Servers that differ in the flows they serve."""
    arrive = visits.arrive
    if stage.servers == 0:
        never = np.full(len(arrive), np.inf)
        return never, never, None
    hours = [visits.hours[number] for number in stage.server_calendar.tolist()]
    work = arrive, visits.service, visits.flow
    return skilled(*work, stage.rank, stage.lane, hours, resume=stage.resume)


def _serve_slots(stage: Stage, visits: StageVisits) -> Served:
    """Timetabled departures, one vehicle each."""
    times = departures(stage, visits.hours)
    rank = stage.rank[0, visits.flow]
    start, _ = slots(visits.arrive, times, priority=rank, absent=visits.absent)
    return start, _finish(stage, visits, start), None


def _serve_batches(stage: Stage, visits: StageVisits) -> Served:
    """Batches that leave when full, or ``within`` after their first vehicle came."""
    assert stage.batch is not None
    order, ready = arrival_order(visits.arrive), np.empty_like(visits.arrive)
    ready[order], _ = batch(visits.arrive[order], stage.batch.size, stage.batch.within)
    start = _calendar(stage, visits).next_open(ready)
    return start, _finish(stage, visits, start), None


def _serve_delay(stage: Stage, visits: StageVisits) -> Served:
    """A delay: everybody is served at once while the stage is open."""
    start = _calendar(stage, visits).next_open(visits.arrive)
    return start, _finish(stage, visits, start), None


def _calendar(stage: Stage, visits: StageVisits) -> Calendar:
    return visits.hours[int(stage.server_calendar[0])]


def _finish(stage: Stage, visits: StageVisits, start: Floats) -> Floats:
    """Ends of services without servers, given their starts."""
    if stage.resume:
        return _calendar(stage, visits).resume_finish(start, visits.service)
    return start + visits.service


_SERVE: dict[StageKind, Callable[[Stage, StageVisits], Served]] = {
    StageKind.SERVERS: _serve_by_skill,
    StageKind.SLOTS: _serve_slots,
    StageKind.BATCH: _serve_batches,
    StageKind.DELAY: _serve_delay,
}
