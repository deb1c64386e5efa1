"""How much comes to a stage against how much it can serve."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.journeys import Journeys
from sim.measures.grouping import ratio, total
from sim.plan.model import Plan, StageKind
from sim.workload import departures, hours

__all__ = ["offered_load"]

Floats = NDArray[np.float64]


def offered_load(journeys: Journeys, plan: Plan) -> Floats:
    """Load of each stage over the measured window, shape ``(stages,)``.

    What arrives in minutes of service, over the minutes that can be worked; for slots,
    arrivals over departures. Whoever stood there when the run began is left out. NaN for
    plain delays and holds, and where nothing can be served. At 1 and above the queue has
    no steady state.

    Workable are the open server-minutes less outages and, where a started service runs on
    past closing, what is left of it then: on average, if the queue does not end,
    ``E[S^2] / 2 E[S]`` for each server and closing, the mean excess of a renewal process (Ross,
    *Introduction to Probability Models*, chapter 7).
    """
    work = journeys.workload
    size, begin, end = len(plan.stages), plan.warm_up, plan.horizon
    visits, minutes, squares = np.zeros(size, dtype=np.int64), np.zeros(size), np.zeros(size)
    for number in range(size):  # a stage's rows stay in cache
        rows = work.rows(number)
        came = (journeys.arrive[rows] >= begin) & (journeys.arrive[rows] < end)
        mine = np.flatnonzero(came & ~work.stood_there[work.row_vehicle[rows]])
        visits[number] = len(mine)
        service = work.service[rows][mine]
        minutes[number] = total(np.zeros_like(mine), service, 1)[0]
        squares[number] = total(np.zeros_like(mine), service**2, 1)[0]
    left = np.nan_to_num(ratio(squares, 2.0 * minutes))
    offered, served = np.full(size, np.nan), np.zeros(size)
    for number, (one, real) in enumerate(zip(plan.stages, hours(plan, work), strict=True)):
        if one.kind is StageKind.SLOTS:
            leaving = departures(one, real)
            offered[number] = visits[number]
            served[number] = np.count_nonzero((leaving >= begin) & (leaving < end))
        elif one.kind is StageKind.SERVERS:
            offered[number] = minutes[number]
            runs_on = 0.0 if one.resume else left[number]
            names, numbers = np.unique(one.server_calendar, return_counts=True)
            for name, servers in zip(names.tolist(), numbers.tolist(), strict=True):
                calendar = real[name]
                closings = np.count_nonzero((calendar.closes > begin) & (calendar.closes < end))
                opened = float(calendar.open_time(begin, end))
                served[number] += servers * (opened + closings * runs_on)
    return ratio(offered, served)
