"""Whole stays by place: on which clock the vehicles that have left spent their hours, and where."""

from __future__ import annotations

import numpy as np

from sim.arrays import Floats
from sim.catalogue import CLOCKS
from sim.journeys import Journeys
from sim.measures.blocks import blocks
from sim.measures.clocks import Vehicles
from sim.measures.grouping import count, total
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
    flows, shape = len(plan.flows), (len(plan.stages), len(plan.flows))
    sums = {name: np.zeros(shape) for name in names}
    for first, last, rows, stage in blocks(journeys.workload.bounds):
        who = journeys.workload.row_vehicle[rows]
        ended = np.flatnonzero(vehicles.ended[who] & ~np.isnan(journeys.arrive[rows]))
        code, size = (stage[ended] - first) * flows + vehicles.flow[who[ended]], last - first
        sums["stays"][first:last] = count(code, size * flows).reshape(size, flows)
        for clock, spent in visits.clocks(rows, stage).items():
            hours = total(code, spent[ended], size * flows).reshape(size, flows) / 60.0
            sums[f"stay_{clock}_hours"][first:last] = hours
    return {name: values.T for name, values in sums.items()}
