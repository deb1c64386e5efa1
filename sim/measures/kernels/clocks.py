"""Passes that split visits over the clocks: see :mod:`sim.measures.clocks`."""

from __future__ import annotations

import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.engines.event_loop.compiling import entry, inlined
from sim.measures.kernels.log import Fleet, Kinds, LogColumns, interval, known, snapped, worked
from sim.queues.kernels import Book

__all__ = ["clocks", "stays", "visits", "waits"]


@entry
def waits(log: LogColumns, kinds: Kinds, book: Book, physical: Floats) -> None:
    """See :func:`sim.measures.clocks.time_visits`."""
    for s in range(len(log.bounds) - 1):
        p = kinds.calendar[s]
        a = b = book[4][p] - 1
        for r in range(log.bounds[s], log.bounds[s + 1]):
            wait = log.start[r] - log.arrive[r]
            if kinds.virtual[s]:
                physical[r] = 0.0 * wait
                continue
            minutes = wait
            if wait > 0.0 and not kinds.never_closes[p]:
                a = interval(log.arrive[r], a, p, book)
                b = interval(log.start[r], b, p, book)
                minutes = worked(log.start[r], b, p, book) - worked(log.arrive[r], a, p, book)
            physical[r] = snapped(minutes, wait)


@inlined
def split(
    log: LogColumns, kinds: Kinds, s: int, r: int, physical: float
) -> tuple[float, float, float]:
    """Minutes of a visit on the clocks queue or virtual, service, and closed; 0 where unknown."""
    wait, span = log.start[r] - log.arrive[r], log.finish[r] - log.start[r]
    served, frozen = 0.0, 0.0
    if not kinds.hold[s] and not np.isnan(span):
        served = snapped(min(log.service[r], span) if kinds.resume[s] else span, span)
        frozen = span - served
    if kinds.virtual[s]:
        return known(wait), served, frozen
    return known(physical), served, frozen + known(wait - physical)


@inlined
def transpose(rows: Floats, columns: Floats) -> None:
    """Copy rows into columns."""
    for i in range(rows.shape[0]):
        for k in range(rows.shape[1]):
            columns[k, i] = rows[i, k]


@entry
def clocks(
    log: LogColumns,
    fleet: Fleet,
    kinds: Kinds,
    physical: Floats,
    by_vehicle: tuple[Floats, Floats],
    columns: tuple[Floats, Floats],
) -> None:
    """See :func:`sim.measures.clocks.time_vehicles`.

    ``columns`` are minutes, ``(10, vehicles)``: the queues by side, the queue before the
    crossing, service, closed, owner, virtual, release and clearance; and times
    ``(3, vehicles)``: the end of clearance, of the path, and of the last hold by the owner.
    They are filled ``by_vehicle``, which is the same transposed, zeros and times before any.
    """
    sums, times = by_vehicle
    for s in range(len(log.bounds) - 1):
        side, owner, virtual, hold = kinds.side[s], kinds.owner[s], kinds.virtual[s], kinds.hold[s]
        for r in range(log.bounds[s], log.bounds[s + 1]):
            v = log.vehicle[r]
            finish = log.finish[r]
            if not hold:
                times[v, 1] = finish
            before = r <= fleet.crossed_row[v]
            if owner:
                sums[v, 6] += known(finish - log.arrive[r])
                if before and finish > times[v, 2]:
                    times[v, 2] = finish
                continue
            waited, served, closed = split(log, kinds, s, r, physical[r])
            queued = 0.0 if virtual else waited
            sums[v, side] += queued
            sums[v, 3] += queued if before else 0.0
            sums[v, 4] += served
            sums[v, 5] += closed
            sums[v, 7] += waited - queued
            sums[v, 8] += queued + served + closed if side == 0 else 0.0
            if side != 2:
                ended = not np.isnan(finish)
                sums[v, 9] += known(physical[r]) + served if hold or ended else 0.0
                if not hold and not finish <= times[v, 0]:
                    times[v, 0] = finish if ended else np.inf
    transpose(sums, columns[0])
    transpose(times, columns[1])


@entry
def stays(
    log: LogColumns, fleet: Fleet, kinds: Kinds, physical: Floats, ended: Bools, sums: Floats
) -> None:
    """See :func:`sim.measures.stays.stay_hours`; ``sums`` is ``(stages, flows, 6)``."""
    for s in range(len(log.bounds) - 1):
        for r in range(log.bounds[s], log.bounds[s + 1]):
            v = log.vehicle[r]
            if not ended[v] or np.isnan(log.arrive[r]):
                continue
            cell = sums[s, fleet.flow[v]]
            cell[0] += 1.0
            if kinds.owner[s]:
                cell[4] += known(log.finish[r] - log.arrive[r])
                continue
            waited, served, closed = split(log, kinds, s, r, physical[r])
            cell[5 if kinds.virtual[s] else 1] += waited
            cell[2] += served
            cell[3] += closed


@entry
def visits(
    log: LogColumns,
    fleet: Fleet,
    kinds: Kinds,
    physical: Floats,
    sums: Floats,
    sample: Floats,
    last: Ints,
) -> None:
    """See :func:`sim.measures.stages.stages_table`.

    ``sums`` is ``(stages, 9)``: visits reached, begun, done, unfinished, minutes of wait,
    overnight, virtual, and of service, and of how many. ``sample`` lists the waits of those
    begun, and ``last`` says where each stage's end.
    """
    first, horizon = log.window
    filled = 0
    for s in range(len(log.bounds) - 1):
        total = sums[s]
        for r in range(log.bounds[s], log.bounds[s + 1]):
            arrive, start, finish = log.arrive[r], log.start[r], log.finish[r]
            if not np.isnan(arrive):
                total[0] += 1.0
                total[3] += 1.0 if np.isnan(finish) else 0.0
            if np.isnan(start):
                continue
            if first <= finish < horizon and finish != fleet.gave_up[log.vehicle[r]]:
                total[2] += 1.0
            if not first <= start < horizon:
                continue
            total[1] += 1.0
            wait = start - arrive
            if kinds.virtual[s]:
                total[6] += wait
            else:
                total[4] += physical[r]
                total[5] += wait - physical[r]
            sample[filled] = physical[r]
            filled += 1
            if not kinds.hold[s]:
                total[7] += log.service[r]
                total[8] += 1.0
            elif not np.isnan(finish):
                total[7] += finish - start + log.service[r]
                total[8] += 1.0
        last[s] = filled
