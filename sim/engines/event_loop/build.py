"""Build the state of the compiled event loop from a plan, a workload and a log to fill."""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

from sim.arrays import Bools, Ints
from sim.engines.event_loop import decisions, layout
from sim.engines.event_loop.state import (
    CLOCK,
    EVENT,
    Border,
    Held,
    Lines,
    Publications,
    Records,
    Rows,
    VehicleColumns,
    VisitColumns,
)
from sim.engines.log import VisitLog
from sim.plan import Plan
from sim.queues import Calendar, compiled
from sim.queues.jit import compile_on_use as outer
from sim.workload import Workload

__all__ = ["build_border"]


def build_border(log: VisitLog, routes: set[int], comes: Bools) -> Border:
    """Lay out a run of some routes, whose rows of the log are cleared.

    ``comes`` tells by vehicle whether it comes, as far as that is decided.
    """
    plan, work = log.plan, log.workload
    drawn = layout.lay_out(plan, log.hours)
    stages = np.array([s for s, stage in enumerate(plan.stages) if stage.route in routes])
    visits, first = _visits(log, stages)
    held, held_by = _held(work, visits.vehicle)
    limited = bool(np.isfinite(work.deadline).any())
    rows = len(work.service)
    return Border(
        _clock(plan, limited, bool(work.absent.size)),
        drawn.stations,
        drawn.groups,
        np.full(len(plan.stages), np.inf),
        np.zeros(len(plan.stages), dtype=np.int64),
        np.empty(work.vehicles + len(work.held) + 1, dtype=EVENT),
        np.empty(work.vehicles + 1 if limited else 1, dtype=EVENT),
        Lines(
            np.full(drawn.lines, -1, dtype=np.int32),
            np.full(drawn.lines, -1, dtype=np.int32),
            np.empty(rows, dtype=np.int32),
            np.empty(rows, dtype=np.int32),
        ),
        drawn.tables,
        drawn.book,
        visits,
        _vehicles(log, comes, first, held_by),
        held,
        decisions.publications(plan, work) if work.decisions else _no_publications(),
    )


def _plain(array: np.ndarray, dtype: DTypeLike = np.int64) -> np.ndarray:
    """The array as the compiled code expects it; not a copy if it is so."""
    return np.require(array, dtype, ["C", "W"])


def _clock(plan: Plan, limited: bool, absent: bool) -> Records:
    clock = np.zeros(1, dtype=CLOCK)
    clock["horizon"], clock["wake"] = plan.horizon, np.inf
    clock["limited"], clock["absent"] = limited, absent
    return clock


@outer
def follow(
    stage: int,
    rows: tuple[int, int],
    vehicle: Rows,
    station: np.ndarray,
    following: Rows,
    first: Rows,
) -> None:
    """Enter a station into the ways of its visitors; stations come last to first."""
    for row in range(rows[1] - 1, rows[0] - 1, -1):
        station[row] = stage
        following[row] = first[vehicle[row]]
        first[vehicle[row]] = row


@outer
def chain_up(
    rows: tuple[int, int], overflow: Ints, station: np.ndarray, following: Rows, chain: Rows
) -> None:
    """Tell the rows of a hold that overflows, and those it overflows to, where they begin."""
    for first in range(rows[0], rows[1]):
        row = first
        while chain[row] < 0:
            chain[row] = first
            if overflow[station[row]] < 0:
                break
            row = following[row]


@outer
def list_held(held: Ints, vehicle: Rows, first: Rows, following: Rows) -> None:
    """List the visits to holds of each vehicle, by row."""
    for h in range(len(held) - 1, -1, -1):
        following[h] = first[vehicle[held[h]]]
        first[vehicle[held[h]]] = h


def _visits(log: VisitLog, stages: Ints) -> tuple[VisitColumns, Rows]:
    """The visits to some stages, and the first of each vehicle."""
    work = log.workload
    vehicle, count = _plain(work.row_vehicle, np.int32), len(work.service)
    station, following = np.empty(count, dtype=np.int16), np.empty(count, dtype=np.int32)
    first = np.full(work.vehicles, -1, dtype=np.int32)
    bounds = [(work.rows(s).start, work.rows(s).stop) for s in range(len(log.plan.stages))]
    for s in sorted(stages.tolist(), reverse=True):
        follow(s, bounds[s], vehicle, station, following, first)
    if work.place is not None:
        _follow_paths(work, stages, following, first)
    for s in stages.tolist():
        rows = slice(*bounds[s])
        log.arrive[rows] = log.start[rows] = log.finish[rows] = np.nan
        log.server[rows] = -1
    overflow = np.array([stage.overflow for stage in log.plan.stages], dtype=np.int64)
    chained = [s for s in sorted(stages.tolist()) if overflow[s] >= 0]
    chain = np.full(count if chained else 0, -1, dtype=np.int32)
    for s in chained:
        chain_up(bounds[s], overflow, station, following, chain)
    absent = np.zeros(count if work.absent.size else 0, dtype=np.bool_)
    absent[work.absent] = True
    service = _plain(work.service, np.float64)
    place = np.empty(0, dtype=np.int64) if work.place is None else _plain(work.place)
    times = log.arrive, log.start, log.finish, log.server
    return VisitColumns(vehicle, service, station, following, chain, place, absent, *times), first


def _follow_paths(work: Workload, stages: Ints, following: Rows, first: Rows) -> None:
    """Link the visits to some stages along the paths of their vehicles."""
    rows = work.along_paths[np.isin(work.stage, stages)[work.along_paths]]
    vehicle = work.row_vehicle[rows]
    first[vehicle[::-1]] = rows[::-1]
    following[rows[:-1]] = np.where(vehicle[1:] == vehicle[:-1], rows[1:], -1)
    following[rows[-1:]] = -1


def _held(work: Workload, vehicle: Rows) -> tuple[Held, Rows]:
    """The visits to holds, and the first of each vehicle."""
    row = _plain(work.held)
    held = Held(row, _plain(work.until), np.empty(len(row), dtype=np.int32))
    first = np.full(work.vehicles, -1, dtype=np.int32)
    list_held(row, vehicle, first, held.following)
    return held, first


def _vehicles(log: VisitLog, comes: Bools, first: Rows, held: Rows) -> VehicleColumns:
    work = log.workload
    return VehicleColumns(
        _plain(work.arrive, np.float64),
        _plain(work.flow),
        _plain(work.deadline, np.float64),
        _plain(work.crossed_row),
        _plain(work.initially_queued, np.bool_),
        comes,
        first,
        held,
        np.full(work.vehicles, -1, dtype=np.int32),
        np.full(work.vehicles, -1, dtype=np.int32),
        np.full(work.vehicles, -1, dtype=np.int64),
        log.gave_up_at,
        log.turned_back,
    )


def _no_publications() -> Publications:
    """Return tables for a plan in which nothing is published."""
    whole, real = np.empty(0, dtype=np.int64), np.empty(0)
    return Publications(
        times=real,
        due=whole,
        first=whole.reshape(0, 0),
        time=real,
        ready=real.reshape(0, 0),
        interval=whole.reshape(0, 0),
        taste=real.reshape(0, 0),
        vehicle=whole.reshape(0, 0),
        bounds=whole,
        value_of_time=real,
        queue=whole,
        stop=whole,
        threshold=whole,
        pace=real,
        fee=real,
        book=compiled.flatten_calendars([Calendar.always()]),
        edges=whole,
        listed=np.empty(0, dtype=np.int32),
        inside=whole,
        coming=whole,
        held=np.empty(0, dtype=np.bool_),
        counts=whole,
        called=whole,
        booked=whole,
        booked_bounds=whole,
    )
