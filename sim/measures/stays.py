"""Whole stays by place: on which clock the vehicles that have left spent their hours, and where."""

from __future__ import annotations

import numpy as np

from sim.arrays import Floats
from sim.catalogue import CLOCKS
from sim.journeys import Journeys
from sim.measures.clocks import Vehicles
from sim.measures.grouping import total
from sim.measures.passes import Passes
from sim.measures.visits import Visits
from sim.plan import Plan

__all__ = ["stay_hours"]


def stay_hours(
    journeys: Journeys, plan: Plan, visits: Visits, vehicles: Vehicles, passes: Passes | None = None
) -> dict[str, Floats]:
    """Visits and hours on each clock of vehicles whose stay ended in the measured window.

    Returns
    -------
    ``stays``, then ``stay_<clock>_hours`` for each of :data:`sim.catalogue.CLOCKS`; each of
    shape ``(flows, stages)``. Summed over stages and clocks, the hours are those of the stays.
    """
    names = ("stays", *(f"stay_{clock}_hours" for clock in CLOCKS))
    if passes is not None:
        counts, *minutes = passes.stays(visits.physical, vehicles.ended).transpose(2, 1, 0)
        return dict(zip(names, [counts, *(spent / 60.0 for spent in minutes)], strict=True))
    sums = {name: np.zeros((len(plan.flows), len(plan.stages))) for name in names}
    for number in range(len(plan.stages)):
        rows = journeys.workload.rows(number)
        who = journeys.workload.row_vehicle[rows]
        ended = np.flatnonzero(vehicles.ended[who] & ~np.isnan(journeys.arrive[rows]))
        flow = vehicles.flow[who[ended]]
        sums["stays"][:, number] = total(flow, np.ones(len(flow)), len(plan.flows))
        for clock, spent in visits.clocks(number).items():
            hours = total(flow, spent[ended], len(plan.flows)) / 60.0
            sums[f"stay_{clock}_hours"][:, number] = hours
    return sums
