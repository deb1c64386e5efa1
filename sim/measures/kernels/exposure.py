"""Pass that adds exposure up by stage and flow: see :mod:`sim.measures.exposure`."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arrays import Bools, Floats
from sim.engines.event_loop.compiling import entry, inlined
from sim.measures.kernels.log import Fleet, Kinds, LogColumns, interval, worked
from sim.queues.kernels import Book

__all__ = ["Loss", "exposure"]


class Loss(NamedTuple):
    """Parameters of each flow that exposure needs: see :class:`sim.measures.codes.Flows`."""

    inward: Bools
    units: Floats
    value: Floats
    life: Floats
    most: Floats


@inlined
def within(begin: float, end: float, window: tuple[float, float]) -> float:
    """Minutes of a span that lie in the window."""
    return max(min(end, window[1]) - max(begin, window[0]), 0.0)


@inlined
def gone(time: float, came: float, life: float, most: float, window: tuple[float, float]) -> float:
    """Share of its value that a load has lost by a time, cut to the window."""
    age = min(max(time, window[0]), window[1]) - came
    return min(max(age, 0.0) / life, most)


@entry
def exposure(
    log: LogColumns, fleet: Fleet, kinds: Kinds, book: Book, loss: Loss, sums: Floats
) -> None:
    """See :func:`sim.measures.exposure.exposure_of`.

    ``sums`` is ``(stages, flows, 8)``: visits, then minutes in the queue, in service, parked,
    virtual, the owner's, laden, and VND lost.
    """
    first, last = log.window
    for s in range(len(log.bounds) - 1):
        p = kinds.calendar[s]
        a = b = book[4][p] - 1
        for r in range(log.bounds[s], log.bounds[s + 1]):
            arrive = log.arrive[r]
            if np.isnan(arrive):
                continue
            v = log.vehicle[r]
            flow = fleet.flow[v]
            end = last if np.isnan(log.finish[r]) else log.finish[r]
            start = end if np.isnan(log.start[r]) else log.start[r]
            end = start if kinds.hold[s] else end
            cell, units = sums[s, flow], loss.units[flow]
            both = within(arrive, end, log.window)
            cell[0] += 1.0
            if kinds.owner[s] or kinds.delay[s]:
                cell[3] += both * units
                cell[5] += both * units if kinds.owner[s] else 0.0
            else:
                wait = within(arrive, start, log.window)
                cell[2] += within(start, end, log.window) * units
                if kinds.virtual[s]:
                    cell[4] += wait * units
                elif wait > 0.0:
                    begun, done = max(arrive, first), min(start, last)
                    opened = done - begun
                    if not kinds.never_closes[p]:
                        a, b = interval(begun, a, p, book), interval(done, b, p, book)
                        opened = worked(done, b, p, book) - worked(begun, a, p, book)
                    cell[1] += opened * units
                    cell[3] += (wait - opened) * units
            if not loss.inward[flow] and r > fleet.crossed_row[v]:
                continue
            cell[6] += both * units
            life, most, came = loss.life[flow], loss.most[flow], fleet.arrive[v]
            after = gone(end, came, life, most, log.window)
            if fleet.sold[v] and end == fleet.gave_up[v] and end >= first:
                after = most
            cell[7] += loss.value[flow] * (after - gone(arrive, came, life, most, log.window))
